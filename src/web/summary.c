/* A filter in a few lines of plain text, for terminals and scripts: /explain?…&format=summary. */
#include <tamis/doc.h>
#include <tamis/explain.h>

#include "service/shelf.h"
#include "web/parts.h"

#define TITLES 3

static void write_sources(struct tms_buf *buf, const struct tms_shelf *shelf, tms_time now)
{
	for (size_t i = 0; i < shelf->count; i++) {
		tms_buf_format(buf, "%.*s: ", TMS_STR_ARGS(shelf->sources[i]->name));
		tms_web_source_words(buf, shelf->sources[i], now);
		tms_buf_add_char(buf, '\n');
	}
}

static void write_titles(struct tms_buf *buf, struct tms_arena *arena,
	const struct tms_served *served, const struct tms_result *result, tms_time now)
{
	for (size_t i = 0; i < result->entries_count && i < TITLES; i++) {
		struct tms_view_item *item = result->entries[i].item;
		struct tms_query_explanation why = { 0 };
		struct tms_doc doc;
		tms_buf_format(buf, "  %.*s\n", TMS_STR_ARGS(item->merged.item.title));
		if (tms_doc_make(arena, &item->merged, &doc) != TMS_OK ||
			tms_query_explain(served->query, &item->merged, &doc, now, arena, &why) !=
				TMS_OK ||
			why.reasons_count == 0)
			continue;
		tms_buf_add_cstr(buf, "    because ");
		tms_query_explanation_print(&why, buf);
		tms_buf_add_char(buf, '\n');
	}
}

static void write_emptied(struct tms_buf *buf, struct tms_arena *arena, const struct tms_conf *conf,
	const struct tms_served *served, const struct tms_view *view, tms_time now)
{
	struct tms_query_options options = { 0 };
	struct tms_emptied emptied = { 0 };

	tms_conf_query_options(conf, NULL, &options);
	const struct tms_emptied_query query = { served->query, view, served->shelf->index, now,
		&options };
	if (tms_explain_emptied(arena, &query, &emptied) != TMS_OK || emptied.part.len == 0)
		return;
	tms_buf_add_cstr(buf, "Nothing is kept: ");
	tms_emptied_print(&emptied, buf);
	tms_buf_add_cstr(buf, ".\n");
}

void tms_web_summary(
	struct tms_web *web, struct tms_exchange exchange, const struct tms_web_filter *filter)
{
	struct tms_arena *arena = tms_exchange_arena(exchange);
	const struct tms_address_query query = { .sources = filter->sources,
		.sources_count = filter->sources_count,
		.match = filter->match,
		.target = tms_web_filter_target(arena, filter),
		.form = filter->form };
	tms_time now = tms_clock_now(web->service->clock);
	struct tms_served *served = NULL;
	struct tms_result result = { 0 };
	struct tms_diag diag = { 0 };
	struct tms_buf buf = { 0 };

	enum tms_status st = tms_feeds_address(web->service, &query, &served, &diag);
	if (st == TMS_EINVAL || st == TMS_ELIMIT) {
		(void)tms_exchange_answer_text(
			exchange, 400, tms_web_query_error(arena, filter->match, &diag), 0);
		return;
	}
	struct tms_view *view = st == TMS_OK ? tms_served_view(web->service, served) : NULL;
	if (!view || tms_result_select(&served->feed, served->shelf->index, served->rule, now,
			     &result) != TMS_OK) {
		(void)tms_exchange_answer_text(exchange, 503,
			TMS_STR("There is not enough memory for this answer now.\n"), 30);
		return;
	}
	write_sources(&buf, served->shelf, now);
	tms_buf_format(&buf, "%zu paper%s read, %zu kept.\n", result.seen_count,
		result.seen_count == 1 ? "" : "s", result.kept_count);
	write_titles(&buf, arena, served, &result, now);
	if (result.kept_count == 0 && result.seen_count > 0)
		write_emptied(&buf, arena, web->service->conf, served, view, now);
	(void)tms_exchange_answer_text(
		exchange, buf.status == TMS_OK ? 200 : 503, tms_buf_str(&buf), 0);
	tms_result_fini(&result);
	tms_buf_free(&buf);
}
