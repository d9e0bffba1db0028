/* A filter in a few lines of plain text, for terminals and scripts: /explain?…&format=summary. */
#include <stdlib.h>

#include <tamis/doc.h>
#include <tamis/explain.h>

#include "service/shelf.h"
#include "web/served.h"
#include "web/web_private.h"

#define TITLES 3
#define ITEMS_A_PIECE 8

static void write_sources(struct tms_buf *buf, const struct tms_feeds *feeds,
	const struct tms_served *served, tms_time now)
{
	for (size_t i = 0; i < tms_shelf_sources(served->shelf); i++) {
		struct tms_source *source = tms_served_source(feeds, served, i);
		tms_buf_format(buf, "%.*s: ", TMS_STR_ARGS(source->name));
		web_source_words(buf, source, now);
		tms_buf_add_char(buf, '\n');
	}
}

static void write_titles(struct tms_buf *buf, struct tms_arena *arena,
	const struct tms_query *query, const struct tms_result *result, tms_time now)
{
	for (size_t i = 0; i < result->entries_count && i < TITLES; i++) {
		struct tms_view_item *item = result->entries[i].item;
		struct tms_query_explanation why = { 0 };
		struct tms_doc doc;
		tms_buf_format(buf, "  %.*s\n", TMS_STR_ARGS(item->merged.item.title));
		if (tms_doc_make(arena, &item->merged, &doc) != TMS_OK ||
			tms_query_explain(query, &item->merged, &doc, now, arena, &why) != TMS_OK ||
			why.reasons_count == 0)
			continue;
		tms_buf_add_cstr(buf, "    because ");
		tms_query_explanation_say(&why, NULL, buf);
		tms_buf_add_char(buf, '\n');
	}
}

struct summary {
	struct web_filter filter;
	struct tms_arena arena; /* of the filter */
	struct tms_buf buf;
	struct tms_query *query;
	struct tms_query_options options;
	struct tms_advice advice;      /* of the query */
	struct tms_missing missing;    /* terms that are looked for */
	bool is_written;               /* but why nothing is kept */
	struct tms_emptying *emptying; /* when nothing is kept */
	uint64_t reloads;
};

static void summary_free(void *state)
{
	struct summary *summary = state;

	tms_emptying_free(summary->emptying);
	tms_query_free(summary->query);
	tms_advice_free(&summary->advice);
	tms_arena_free(&summary->arena);
	tms_buf_free(&summary->buf);
	free(summary);
}

static enum turn_word answer(struct tms_exchange exchange, const struct summary *summary)
{
	answer_words(exchange, &summary->buf);
	return TURN_OVER;
}

/* From the beginning, for another configuration. */
static enum turn_word begin_again(struct turn *turn, const struct tms_request *request)
{
	struct web_filter filter;

	if (!served_filter(turn, request, &filter))
		return TURN_OVER;
	return explain_summary_begin(turn, request->query);
}

static enum tms_status begin_emptied(
	const struct turn *turn, const struct tms_served *served, struct summary *summary)
{
	struct tms_emptied_query query = { .query = summary->query,
		.now = tms_clock_now(turn->web->service->world.clock),
		.options = &summary->options };

	return web_emptying_begin(served, &query, &summary->emptying);
}

static enum tms_status write_summary(
	const struct turn *turn, const struct tms_served *served, struct summary *summary)
{
	tms_time now = tms_clock_now(turn->web->service->world.clock);
	struct tms_result result = { 0 };

	enum tms_status st =
		tms_shelf_choose(served->shelf, &served->feed, served->rule, now, &result);
	if (st != TMS_OK)
		return st;
	write_sources(&summary->buf, &turn->web->service->feeds, served, now);
	tms_buf_format(&summary->buf, "%zu paper%s read, %zu kept.\n", result.seen_count,
		result.seen_count == 1 ? "" : "s", result.kept_count);
	for (size_t i = 0; i < summary->advice.count; i++)
		tms_advice_write(&summary->buf, &summary->advice.notes[i], summary->filter.match);
	write_titles(
		&summary->buf, tms_exchange_arena(turn->exchange), summary->query, &result, now);
	if (result.kept_count == 0 && result.seen_count > 0)
		st = begin_emptied(turn, served, summary);
	tms_result_fini(&result);
	return st;
}

/* Terms that nothing has, a few a piece; then all but why nothing is kept. *more: there is more to
 * look for. */
static enum tms_status look_and_write(const struct turn *turn, const struct tms_served *served,
	struct summary *summary, bool *more)
{
	struct tms_emptied_query query = { .query = summary->query,
		.now = tms_clock_now(turn->web->service->world.clock),
		.options = &summary->options };

	enum tms_status st = web_missing_step(turn->web, served, &summary->missing, &query, more);
	if (st != TMS_OK || *more)
		return st;
	summary->is_written = true;
	return write_summary(turn, served, summary);
}

/* What is worth saying, and why nothing is kept, by and by. */
static enum turn_word step(struct turn *turn, const struct tms_request *request)
{
	struct summary *summary = turn->state;
	enum turn_word word = TURN_OVER;
	bool more = false;

	if (summary->reloads != turn->web->service->reload.taken) {
		summary_free(summary);
		turn->state = NULL;
		turn->step = begin_again;
		return begin_again(turn, request);
	}
	const struct tms_served *served = web_served(turn, &summary->filter, &word);
	if (!served)
		return word;
	if (!summary->is_written) {
		if (look_and_write(turn, served, summary, &more) != TMS_OK) {
			answer_no_memory(turn->exchange);
			return TURN_OVER;
		}
		return more || summary->emptying ? TURN_MORE : answer(turn->exchange, summary);
	}
	if (web_emptying_step(turn->web, served, summary->emptying, ITEMS_A_PIECE, &more) != TMS_OK)
		return answer(turn->exchange, summary);
	if (more)
		return TURN_MORE;
	const struct tms_emptied emptied = tms_emptying_result(summary->emptying);
	if (emptied.part.len > 0) {
		tms_buf_add_cstr(&summary->buf, "Nothing is kept: ");
		tms_emptied_print(&emptied, &summary->buf);
		tms_buf_add_cstr(&summary->buf, ".\n");
	}
	return answer(turn->exchange, summary);
}

static enum tms_status begin(
	const struct turn *turn, const struct tms_served *served, struct summary *summary)
{
	struct tms_str match = summary->filter.match;
	struct tms_result result = { 0 };

	tms_conf_query_options(turn->web->service->world.conf, NULL, &summary->options);
	enum tms_status st = tms_query_parse_advised(
		match, &summary->options, &summary->query, &summary->advice);
	summary->missing = (struct tms_missing){ .advice = &summary->advice, .text = match };
	if (st == TMS_OK)
		st = tms_shelf_choose(served->shelf, &served->feed, served->rule,
			tms_clock_now(turn->web->service->world.clock), &result);
	if (st != TMS_OK)
		return st;
	summary->missing.items = result.seen_count;
	tms_result_fini(&result);
	web_look_around(turn->web, served, summary->query, match, &summary->advice);
	return TMS_OK;
}

enum turn_word explain_summary_begin(struct turn *turn, struct tms_str query)
{
	struct summary *summary = calloc(1, sizeof(*summary));
	enum turn_word word = TURN_OVER;

	if (!summary) {
		answer_no_memory(turn->exchange);
		return TURN_OVER;
	}
	summary->reloads = turn->web->service->reload.taken;
	web_filter_read(turn->web->service->world.conf, &summary->arena, query, &summary->filter);
	const struct tms_served *served = web_served(turn, &summary->filter, &word);
	if (served && begin(turn, served, summary) == TMS_OK) {
		turn->state = summary;
		turn->free_state = summary_free;
		turn->step = step;
		return TURN_MORE;
	}
	if (served)
		answer_no_memory(turn->exchange);
	summary_free(summary);
	return word;
}
