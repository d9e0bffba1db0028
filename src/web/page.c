/*
 * The one page: how each source is doing, a form that makes a filter address, and what that filter
 * keeps and why. Plain HTML, no script. Everything that comes from outside is written as text.
 *
 * It is written in pieces (web/turn.h). Between two of them feeds come and go: what the page shows
 * of its filter is its own. When the configuration is another one, the page begins again.
 */
#include <stdlib.h>

#include "service/source_words.h"
#include "web/page_private.h"
#include "web/served.h"

/* Of one piece. */
#define SOURCES_A_PIECE 100

static void write_head(struct page *page)
{
	page_add(page,
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
	page_text(page, title);
	tms_buf_format(&page->buf, "</strong> <code>%.*s</code><br><span class=\"soft\">",
		TMS_STR_ARGS(source->name));
	if (is_waiting) {
		page_add(page, "Not read yet.");
	} else {
		struct tms_buf words = { 0 };
		tms_health_words(&words, health, page->now);
		web_held_words(&words, source);
		page_text(page, tms_buf_str(&words));
		tms_buf_free(&words);
	}
	tms_buf_format(&page->buf, " %zu item%s kept.", tms_window_count(source->window),
		tms_window_count(source->window) == 1 ? " is" : "s are");
	if (source->conf) {
		struct tms_buf next = { 0 };
		tms_source_next_words(&next, source, page->now);
		page_add(page, " ");
		page_text(page, tms_buf_str(&next));
		tms_buf_free(&next);
	}
	page_add(page, "</span>");
	if (source->conf)
		page_write_choice(page, source);
	page_add(page, "</li>\n");
}

static bool write_health(struct page *page, size_t from)
{
	const struct tms_service *service = page->web->service;
	const struct tms_store_health *store = tms_store_health(service->world.store);
	size_t to = from + SOURCES_A_PIECE;

	if (from == 0)
		page_add(page, "<h2>Sources</h2>\n<ul>\n");
	for (size_t i = from; i < to && i < service->sources.count; i++)
		if (service->sources.list[i]->conf)
			write_source(page, service->sources.list[i],
				service->sources.list[i]->conf->title);
	page->from = to;
	if (to < service->sources.count)
		return false;
	if (service->world.conf->arxiv_categories == TMS_LOOKUPS_ON)
		write_source(page, service->categories.known, TMS_STR("Categories asked of arXiv"));
	page_add(page, "</ul>\n");
	if (store->is_known && !store->up) {
		page_add(page,
			"<p class=\"ill\">The store cannot be used now; feeds are served from memory. ");
		page_text(page, tms_str_from(store->error));
		page_add(page, "</p>\n");
	}
	if (store->warning[0]) {
		page_add(page, "<p class=\"ill\">");
		page_text(page, tms_str_from(store->warning));
		page_add(page, "</p>\n");
	}
	return true;
}

static void write_warnings(struct page *page)
{
	struct tms_buf lines = { 0 };
	struct tms_str rest, line;

	tms_web_write_warnings(&lines, page->web->service);
	rest = tms_str_trim(tms_buf_str(&lines));
	while (rest.len > 0 && tms_str_split(&rest, '\n', &line)) {
		page_add(page, "<p class=\"ill\">");
		page_text(page, line);
		page_add(page, "</p>\n");
	}
	tms_buf_free(&lines);
}

static bool is_chosen(const struct web_filter *filter, const struct tms_conf_source *source)
{
	for (size_t i = 0; i < filter->sources_count; i++)
		if (filter->sources[i] == source)
			return true;
	return false;
}

/* Which form the address is to have. */
static void write_choice(struct page *page)
{
	page_add(page, "<label class=\"choice\">As <select name=\"form\">");
	for (int i = 0; i < TMS_FORMS; i++) {
		tms_buf_format(&page->buf, "<option value=\"%.*s\"%s>",
			TMS_STR_ARGS(tms_form_name((enum tms_form)i)),
			page->filter.form == (enum tms_form)i ? " selected" : "");
		page_text(page, tms_form_title((enum tms_form)i));
		page_add(page, "</option>");
	}
	page_add(page, "</select></label>\n");
}

static void write_checkboxes(struct page *page, size_t from)
{
	const struct tms_conf *conf = page->web->service->world.conf;

	for (size_t i = from; i < from + SOURCES_A_PIECE && i < conf->sources_count; i++) {
		tms_buf_format(&page->buf,
			"<label class=\"choice\"><input type=\"checkbox\" name=\"source\" value=\"%.*s\"%s> ",
			TMS_STR_ARGS(conf->sources[i].name),
			is_chosen(&page->filter, &conf->sources[i]) ? " checked" : "");
		page_text(page, conf->sources[i].title);
		page_add(page, "</label>\n");
	}
}

static bool write_form(struct page *page, size_t from)
{
	const struct tms_conf *conf = page->web->service->world.conf;

	if (from == 0)
		page_add(page, "<h2>Make a feed</h2>\n");
	if (!conf->filter_addresses_on) {
		page_add(page,
			"<p>Filter addresses are off here (setting <code>filter_addresses</code>). Subscribe to the "
			"feed addresses that you were given.</p>\n");
		return true;
	}
	if (from == 0)
		page_add(page, "<form action=\"/\" method=\"get\">\n");
	if (conf->sources_count > 1) {
		if (from == 0)
			page_add(page, "<fieldset><legend>Sources</legend>\n");
		write_checkboxes(page, from);
		page->from = from + SOURCES_A_PIECE;
		if (page->from < conf->sources_count)
			return false;
		page_add(page, "</fieldset>\n");
	}
	page_add(page,
		"<label>Keep what matches<textarea name=\"match\" rows=\"2\" spellcheck=\"false\" "
		"placeholder=\"agent &quot;tool use&quot; -survey upvotes&gt;=20\">");
	page_text(page, page->filter.match);
	page_add(page,
		"</textarea></label>\n<p class=\"soft\">Words are whole words. <code>\"a phrase\"</code>, "
		"<code>a OR b</code>, <code>-not</code>, <code>title:word</code>, <code>author:name</code>, "
		"<code>category:cs.CL</code>, <code>upvotes&gt;=20</code>, <code>age&lt;7d</code>; what is about a "
		"subject: <code>topic:agents</code>, <code>about:\"medical LLMs\"</code>. Empty keeps "
		"everything.</p>\n");
	write_choice(page);
	page_add(page, "<button>Show what it keeps</button>\n</form>\n");
	return true;
}

/* ---- the page ---- */

static bool write_start(struct page *page, size_t from)
{
	(void)from;
	write_head(page);
	write_warnings(page);
	return true;
}

static const write_fn parts_plain[] = { write_start, write_health, write_form, NULL };
static const write_fn parts_filter[] = { write_start, write_form, page_write_ladder,
	page_write_notes, page_write_summary, page_write_kept, page_write_emptied,
	page_find_nearest, page_write_dropped, page_write_links, write_health, NULL };
static const write_fn parts_error[] = { write_start, write_form, page_write_error, write_health,
	NULL };
static const write_fn parts_refused[] = { write_start, write_form, page_write_refusal, write_health,
	NULL };

static void page_free(void *state)
{
	struct page *page = state;

	page_drop_items(&page->kept);
	tms_nearest_free(page->nearest);
	tms_ladder_stop(&page->ladder, tms_catalog_index(page->web->service->shelves.catalog));
	tms_emptying_free(page->emptying);
	tms_query_free(page->query);
	tms_advice_free(&page->advice);
	tms_arena_free(&page->arena);
	tms_buf_free(&page->buf);
	free(page);
}

static void answer(const struct turn *turn, struct page *page)
{
	tms_buf_format(&page->buf, "<footer>Tamis %.*s</footer>\n</main></body></html>\n",
		TMS_STR_ARGS(page->web->service->version));
	struct tms_str body = tms_buf_str(&page->buf);
	const struct tms_answer answer = {
		.response = { .status = 200,
			.security = TMS_SECURITY_PAGE,
			.policy = TMS_STR(
				"default-src 'none'; style-src 'self'; img-src data:; "
				"form-action 'self'; frame-ancestors 'none'; base-uri 'none'"),
			.content_type = TMS_STR("text/html; charset=utf-8"),
			.cache_control = answer_cache_control(turn->kept) },
		.pieces = &body,
		.piece_count = 1
	};
	if (page->buf.status != TMS_OK || page->arena.status != TMS_OK ||
		page->scratch->status != TMS_OK)
		answer_no_memory(turn->exchange);
	else
		(void)tms_exchange_answer(turn->exchange, &answer);
}

static enum turn_word begin_explained(struct turn *turn, const struct tms_request *request)
{
	return web_page_begin(turn, request->query, true);
}

static enum turn_word step(struct turn *turn, const struct tms_request *request)
{
	struct page *page = turn->state;

	if (page->reloads != turn->web->service->reload.taken) {
		/* the first piece may have to wait and come again */
		turn->step = page->lists_all ? begin_explained : web_page;
		page_free(page);
		turn->state = NULL;
		return turn->step(turn, request);
	}
	page->scratch = tms_exchange_arena(turn->exchange);
	if (page->parts[page->part](page, page->from)) {
		page->part++;
		page->from = 0;
	}
	if (page->awaited) {
		turn->shelf = page->awaited;
		page->awaited = NULL;
		return TURN_WAIT;
	}
	if (page->parts[page->part])
		return TURN_MORE;
	answer(turn, page);
	return TURN_OVER;
}

/* What the filter keeps. False: it has to be waited for, or has been answered. */
static bool ask_filter(struct turn *turn, struct page *page, enum turn_word *word)
{
	const struct tms_address_query query = served_query(page->scratch, &page->filter);
	struct tms_served *served = NULL;
	struct tms_diag diag = { 0 };

	page->parts = parts_error;
	if (page->filter.status != 0)
		return true;
	page->parts = parts_filter;
	*word = TURN_OVER;
	enum tms_status st = tms_feeds_address(&page->web->service->feeds, &query, &served, &diag);
	if (st == TMS_OK && !tms_shelf_is_filled(served->shelf)) {
		turn->shelf = served->shelf;
		*word = TURN_WAIT;
		return false;
	}
	if (st == TMS_OK && !tms_served_prepare(&page->web->service->feeds, served)) {
		*word = TURN_MORE;
		return false;
	}
	if (st == TMS_OK)
		st = page_choose(page, served);
	else if (st == TMS_EINVAL || st == TMS_ELIMIT) {
		page->parts = parts_refused;
		web_filter_advise(
			page->web->service->world.conf, page->filter.match, &diag, &page->advice);
		return true;
	}
	if (st == TMS_EUNAVAIL)
		answer_text(turn->exchange, 503, WEB_SETS_FULL);
	else if (st != TMS_OK)
		answer_no_memory(turn->exchange);
	return st == TMS_OK;
}

enum turn_word web_page_begin(struct turn *turn, struct tms_str query, bool lists_all)
{
	const struct tms_service *service = turn->web->service;
	struct page *page = calloc(1, sizeof(*page));
	enum turn_word word = TURN_OVER;

	if (!page) {
		answer_no_memory(turn->exchange);
		return TURN_OVER;
	}
	page->web = turn->web;
	page->now = tms_clock_now(service->world.clock);
	page->reloads = service->reload.taken;
	page->lists_all = lists_all;
	page->scratch = tms_exchange_arena(turn->exchange);
	page->parts = parts_plain;
	if (service->world.conf->filter_addresses_on) /* else nobody looks at it */
		web_filter_read(service->world.conf, &page->arena, query, &page->filter);
	if (page->filter.was_asked && !ask_filter(turn, page, &word)) {
		page_free(page);
		return word;
	}
	turn->state = page;
	turn->free_state = page_free;
	turn->step = step;
	return TURN_MORE;
}

enum turn_word web_page(struct turn *turn, const struct tms_request *request)
{
	return web_page_begin(turn, request->query, false);
}
