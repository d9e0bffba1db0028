/*
 * The one page: how each source is doing, a form that makes a filter address, and what that filter
 * keeps and why. Plain HTML, no script. Everything that comes from outside is written as text.
 */
#include <tamis/doc.h>
#include <tamis/explain.h>

#include "web/parts.h"

#define PREVIEW_ITEMS 10
#define LISTED_ITEMS 100 /* kept, and as many dropped: the main thread explains an item in 60 us */

struct page {
	struct tms_web *web;
	const struct tms_web_filter *filter;
	struct tms_buf buf;
	struct tms_arena *arena;
	tms_time now;
	bool lists_all;
};

void tms_web_escape(struct tms_buf *buf, struct tms_str text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char byte = (unsigned char)text.ptr[i];
		if (byte == '&')
			tms_buf_add_cstr(buf, "&amp;");
		else if (byte == '<')
			tms_buf_add_cstr(buf, "&lt;");
		else if (byte == '>')
			tms_buf_add_cstr(buf, "&gt;");
		else if (byte == '"')
			tms_buf_add_cstr(buf, "&quot;");
		else if (byte == '\'')
			tms_buf_add_cstr(buf, "&#39;");
		else if (byte >= ' ' || byte == '\n' || byte == '\t')
			tms_buf_add_char(buf, (char)byte);
	}
}

static void add(struct page *page, const char *html)
{
	tms_buf_add_cstr(&page->buf, html);
}

static void text(struct page *page, struct tms_str plain)
{
	tms_web_escape(&page->buf, plain);
}

static void write_head(struct page *page)
{
	add(page,
		"<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
		"<meta name=\"referrer\" content=\"no-referrer\">"
		"<title>Tamis: filtered feeds</title><link rel=\"stylesheet\" href=\"/style.css\">"
		"<link rel=\"icon\" href=\"data:,\"></head>\n"
		"<body><main>\n<h1>Tamis</h1>\n<p class=\"lead\">Feeds with only what you ask for.</p>\n");
}

static void write_source(struct page *page, struct tms_source *source, struct tms_str title)
{
	const struct tms_health *health = tms_window_health(source->window);
	bool is_waiting = health->outcome == TMS_HEALTH_NEVER;

	tms_buf_format(&page->buf, "<li><strong class=\"%s\">",
		is_waiting || tms_health_is_well(health) ? "well" : "ill");
	text(page, title);
	tms_buf_format(&page->buf, "</strong> <code>%.*s</code><br><span class=\"soft\">",
		TMS_STR_ARGS(source->name));
	if (is_waiting) {
		add(page, "Not read yet.");
	} else {
		struct tms_buf words = { 0 };
		tms_health_words(&words, health, page->now);
		tms_web_held_words(&words, source);
		text(page, tms_buf_str(&words));
		tms_buf_free(&words);
	}
	tms_buf_format(&page->buf, " %zu item%s kept.", tms_window_count(source->window),
		tms_window_count(source->window) == 1 ? " is" : "s are");
	if (source->conf) {
		struct tms_buf next = { 0 };
		tms_source_next_words(&next, source, page->now);
		add(page, " ");
		text(page, tms_buf_str(&next));
		tms_buf_free(&next);
	}
	add(page, "</span>");
	if (source->conf)
		tms_web_choice(&page->buf, source);
	add(page, "</li>\n");
}

static void write_health(struct page *page)
{
	const struct tms_service *service = page->web->service;
	const struct tms_store_health *store = tms_store_health(service->store);

	add(page, "<h2>Sources</h2>\n<ul>\n");
	for (size_t i = 0; i < service->sources_count; i++)
		if (service->sources[i]->conf)
			write_source(page, service->sources[i], service->sources[i]->conf->title);
	if (service->conf->arxiv_categories == TMS_LOOKUPS_ON)
		write_source(page, service->categories.known, TMS_STR("Categories asked of arXiv"));
	add(page, "</ul>\n");
	if (store->is_known && !store->up) {
		add(page,
			"<p class=\"ill\">The store cannot be used now; feeds are served from memory. ");
		text(page, tms_str_from(store->error));
		add(page, "</p>\n");
	}
	if (store->warning[0]) {
		add(page, "<p class=\"ill\">");
		text(page, tms_str_from(store->warning));
		add(page, "</p>\n");
	}
}

static bool is_chosen(const struct tms_web_filter *filter, const struct tms_conf_source *source)
{
	for (size_t i = 0; i < filter->sources_count; i++)
		if (filter->sources[i] == source)
			return true;
	return false;
}

/* Which form the address is to have. */
static void write_choice(struct page *page)
{
	add(page, "<label class=\"choice\">As <select name=\"form\">");
	for (int i = 0; i < TMS_FORMS; i++) {
		tms_buf_format(&page->buf, "<option value=\"%.*s\"%s>",
			TMS_STR_ARGS(tms_form_name((enum tms_form)i)),
			page->filter->form == (enum tms_form)i ? " selected" : "");
		text(page, tms_form_title((enum tms_form)i));
		add(page, "</option>");
	}
	add(page, "</select></label>\n");
}

static void write_form(struct page *page)
{
	const struct tms_conf *conf = page->web->service->conf;

	add(page, "<h2>Make a feed</h2>\n");
	if (!conf->filter_addresses_on) {
		add(page,
			"<p>Filter addresses are off here (setting <code>filter_addresses</code>). Subscribe to the "
			"feed addresses that you were given.</p>\n");
		return;
	}
	add(page, "<form action=\"/\" method=\"get\">\n");
	if (conf->sources_count > 1) {
		add(page, "<fieldset><legend>Sources</legend>\n");
		for (size_t i = 0; i < conf->sources_count; i++) {
			tms_buf_format(&page->buf,
				"<label class=\"choice\"><input type=\"checkbox\" name=\"source\" value=\"%.*s\"%s> ",
				TMS_STR_ARGS(conf->sources[i].name),
				is_chosen(page->filter, &conf->sources[i]) ? " checked" : "");
			text(page, conf->sources[i].title);
			add(page, "</label>\n");
		}
		add(page, "</fieldset>\n");
	}
	add(page,
		"<label>Keep what matches<textarea name=\"match\" rows=\"2\" spellcheck=\"false\" "
		"placeholder=\"agent &quot;tool use&quot; -survey upvotes&gt;=20\">");
	text(page, page->filter->match);
	add(page,
		"</textarea></label>\n<p class=\"soft\">Words are whole words. <code>\"a phrase\"</code>, "
		"<code>a OR b</code>, <code>-not</code>, <code>title:word</code>, <code>author:name</code>, "
		"<code>category:cs.CL</code>, <code>upvotes&gt;=20</code>, <code>age&lt;7d</code>; what is about a "
		"subject: <code>topic:agents</code>, <code>about:\"medical LLMs\"</code>. Empty keeps "
		"everything.</p>\n");
	write_choice(page);
	add(page, "<button>Show what it keeps</button>\n</form>\n");
}

static void write_explanation(
	struct page *page, const struct tms_served *served, const struct tms_view_item *item)
{
	struct tms_query_explanation why = { 0 };
	struct tms_buf line = { 0 };
	size_t mark = tms_arena_mark(page->arena);
	struct tms_doc doc;

	if (tms_doc_make(page->arena, &item->merged, &doc) != TMS_OK ||
		tms_query_explain(
			served->query, &item->merged, &doc, page->now, page->arena, &why) != TMS_OK)
		return;
	tms_query_explanation_print(&why, &line);
	if (line.len > 0) {
		add(page, "<span class=\"why\">");
		text(page, tms_buf_str(&line));
		add(page, "</span>");
	}
	tms_buf_free(&line);
	tms_arena_rewind(page->arena, mark);
}

static void write_item(struct page *page, const struct tms_served *served,
	struct tms_view_item *item, bool is_kept)
{
	struct tms_str url = tms_feed_entry_url(page->arena, served->feed.link, &item->merged.item);

	tms_buf_format(&page->buf, "<li%s>", is_kept ? "" : " class=\"dropped\"");
	if (tms_str_starts(url, TMS_STR("https://")) || tms_str_starts(url, TMS_STR("http://"))) {
		add(page, "<a class=\"title\" rel=\"noreferrer\" href=\"");
		text(page, url);
		add(page, "\">");
		text(page, item->merged.item.title);
		add(page, "</a>");
	} else {
		add(page, "<span class=\"title\">");
		text(page, item->merged.item.title);
		add(page, "</span>");
	}
	write_explanation(page, served, item);
	add(page, "</li>\n");
}

static void write_emptied(
	struct page *page, const struct tms_served *served, const struct tms_view *view)
{
	struct tms_query_options options = { 0 };
	struct tms_emptied emptied = { 0 };

	tms_conf_query_options(page->web->service->conf, NULL, &options);
	const struct tms_emptied_query query = { served->query, view, served->shelf->index,
		page->now, &options };
	if (tms_explain_emptied(page->arena, &query, &emptied) != TMS_OK || emptied.part.len == 0)
		return;
	struct tms_buf line = { 0 };
	tms_emptied_print(&emptied, &line);
	add(page, "<p>Nothing is kept: ");
	text(page, tms_buf_str(&line));
	add(page, ".</p>\n");
	tms_buf_free(&line);
}

static void write_more(struct page *page, size_t count, size_t listed)
{
	if (count > listed)
		tms_buf_format(
			&page->buf, "<p class=\"soft\">… and %zu more.</p>\n", count - listed);
}

/* The page lists some of many; the lines for programs are all there are. */
static void write_lines_address(struct page *page)
{
	struct tms_str parameters = tms_web_filter_parameters(page->arena, page->filter);

	add(page, "<p class=\"soft\">All of them, with their reasons, as <a href=\"/explain");
	text(page, parameters);
	add(page, parameters.len == 0 ? "?" : "&amp;");
	add(page, "format=tsv\">lines of text</a>.</p>\n");
}

static void write_kept(
	struct page *page, const struct tms_served *served, const struct tms_result *result)
{
	size_t most = page->lists_all ? LISTED_ITEMS : PREVIEW_ITEMS;

	add(page, "<ul>\n");
	for (size_t i = 0; i < result->entries_count && i < most; i++)
		write_item(page, served, result->entries[i].item, true);
	add(page, "</ul>\n");
	write_more(page, result->kept_count, most);
}

/* What is not among the kept ones, which are all in the result. */
static void write_dropped(struct page *page, const struct tms_served *served,
	const struct tms_view *view, const struct tms_result *result)
{
	const struct tms_index *index = served->shelf->index;
	size_t slots = tms_index_slots(index), listed = 0;
	bool *is_kept = TMS_ARENA_ARRAY(page->arena, bool, slots + 1);

	if (!is_kept)
		return;
	for (size_t i = 0; i < result->entries_count; i++)
		is_kept[tms_index_find(index, result->entries[i].id)] = true;
	add(page, "<h2>Dropped</h2>\n<ul>\n");
	for (size_t i = 0; i < tms_view_count(view) && listed < LISTED_ITEMS; i++) {
		struct tms_view_item *item = tms_view_at(view, i);
		uint32_t slot = tms_index_find(index, item->merged.item.id);
		if (slot == TMS_INDEX_NONE || is_kept[slot])
			continue;
		write_item(page, served, item, false);
		listed++;
	}
	add(page, "</ul>\n");
	write_more(page, result->seen_count - result->kept_count, listed);
}

static void write_address(struct page *page)
{
	struct tms_str target = tms_web_filter_target(page->arena, page->filter);
	const char *divider = "<p class=\"soft\">The same as ";

	add(page, "<p>Subscribe to this address:</p>\n<code class=\"address\"><a href=\"");
	text(page, target);
	add(page, "\">");
	text(page, page->web->service->conf->public_url);
	text(page, target);
	add(page, "</a></code>\n");
	for (int i = 0; i < TMS_FORMS; i++) {
		struct tms_web_filter other = *page->filter;
		other.form = (enum tms_form)i;
		if (other.form == page->filter->form)
			continue;
		add(page, divider);
		divider = " or ";
		add(page, "<a href=\"");
		text(page, tms_web_filter_target(page->arena, &other));
		add(page, "\">");
		text(page, tms_form_title(other.form));
		add(page, "</a>");
	}
	add(page, ".</p>\n");
}

static void write_preview(struct page *page, struct tms_served *served)
{
	struct tms_result result = { 0 };
	struct tms_view *view = tms_served_view(page->web->service, served);
	struct tms_feed_definition feed = served->feed;

	feed.entries_max = SIZE_MAX;
	if (!view || tms_result_select(&feed, served->shelf->index, served->rule, page->now,
			     &result) != TMS_OK) {
		page->buf.status = TMS_ENOMEM;
		return;
	}
	tms_buf_format(
		&page->buf, "<h2>Keeps %zu of %zu</h2>\n", result.kept_count, result.seen_count);
	write_address(page);
	if (result.kept_count > 0)
		write_kept(page, served, &result);
	else
		write_emptied(page, served, view);
	if (page->lists_all && result.kept_count < result.seen_count)
		write_dropped(page, served, view, &result);
	if (page->lists_all && result.seen_count > LISTED_ITEMS)
		write_lines_address(page);
	if (!page->lists_all) {
		add(page, "<p><a href=\"/explain");
		text(page, tms_web_filter_parameters(page->arena, page->filter));
		add(page, "\">What is kept, what is dropped, and why</a></p>\n");
	}
	tms_result_fini(&result);
}

static void write_filter(struct page *page)
{
	const struct tms_web_filter *filter = page->filter;
	const struct tms_address_query query = { .sources = filter->sources,
		.sources_count = filter->sources_count,
		.match = filter->match,
		.target = tms_web_filter_target(page->arena, filter),
		.form = filter->form };
	struct tms_served *served = NULL;
	struct tms_diag diag = { 0 };

	if (filter->status != 0) {
		add(page, "<p class=\"ill\">");
		text(page, filter->error);
		add(page, "</p>\n");
		return;
	}
	enum tms_status st = tms_feeds_address(page->web->service, &query, &served, &diag);
	if (st == TMS_OK) {
		write_preview(page, served);
		return;
	}
	if (st == TMS_ENOMEM) {
		page->buf.status = st;
		return;
	}
	add(page, "<h2>This rule cannot be read</h2>\n<pre>");
	text(page, tms_web_query_error(page->arena, filter->match, &diag));
	add(page, "</pre>\n");
}

void tms_web_page(struct tms_web *web, struct tms_exchange exchange,
	const struct tms_web_filter *filter, bool lists_all)
{
	struct page page = { .web = web,
		.filter = filter,
		.arena = tms_exchange_arena(exchange),
		.now = tms_clock_now(web->service->clock),
		.lists_all = lists_all };
	bool has_filter = filter->was_asked && web->service->conf->filter_addresses_on;

	write_head(&page);
	if (has_filter) {
		write_form(&page);
		write_filter(&page);
		write_health(&page);
	} else {
		write_health(&page);
		write_form(&page);
	}
	tms_buf_format(&page.buf, "<footer>Tamis %.*s</footer>\n</main></body></html>\n",
		TMS_STR_ARGS(web->service->version));
	struct tms_str body = tms_buf_str(&page.buf);
	const struct tms_answer answer = {
		.response = { .status = 200,
			.security = TMS_SECURITY_PAGE,
			.policy = TMS_STR(
				"default-src 'none'; style-src 'self'; img-src data:; "
				"form-action 'self'; frame-ancestors 'none'; base-uri 'none'"),
			.content_type = TMS_STR("text/html; charset=utf-8"),
			.cache_control = TMS_STR("no-store") },
		.pieces = &body,
		.piece_count = 1
	};
	if (page.buf.status != TMS_OK || page.arena->status != TMS_OK)
		(void)tms_exchange_answer_text(exchange, 503,
			TMS_STR("There is not enough memory for this page now.\n"), 30);
	else
		(void)tms_exchange_answer(exchange, &answer);
	tms_buf_free(&page.buf);
}
