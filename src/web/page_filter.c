/* Of the page: what a filter keeps and drops, and why. */
#include "web/page_private.h"
#include "web/served.h"

#define PREVIEW_ITEMS 10
/* Items that are looked at for what leaves nothing. */
#define PARTS_A_PIECE 4

/* Some of a list. True at its end. */
static bool write_items(struct page *page, const struct page_items *items, size_t from)
{
	size_t to = from + page_items_a_piece(page);

	for (size_t i = from; i < to && i < items->count; i++) {
		page_add(page, "<li>");
		page_write_item(page, items->list[i]);
	}
	page->from = to;
	return to >= items->count;
}

/* ---- what the filter keeps ---- */

static void write_address(struct page *page)
{
	struct tms_str target = web_filter_target(page->scratch, &page->filter);
	const char *divider = "<p class=\"soft\">The same as ";

	page_add(page, "<p>Subscribe to this address:</p>\n<code class=\"address\"><a href=\"");
	page_text(page, target);
	page_add(page, "\">");
	page_text(page, page->web->service->world.conf->public_url);
	page_text(page, target);
	page_add(page, "</a></code>\n");
	for (int i = 0; i < TMS_FORMS; i++) {
		struct web_filter other = page->filter;
		other.form = (enum tms_form)i;
		if (other.form == page->filter.form)
			continue;
		page_add(page, divider);
		divider = " or ";
		page_add(page, "<a href=\"");
		page_text(page, web_filter_target(page->scratch, &other));
		page_add(page, "\">");
		page_text(page, tms_form_title(other.form));
		page_add(page, "</a>");
	}
	page_add(page, ".</p>\n");
}

bool page_write_summary(struct page *page, size_t from)
{
	(void)from;
	tms_buf_format(
		&page->buf, "<h2>Keeps %zu of %zu</h2>\n", page->kept_count, page->seen_count);
	write_address(page);
	return true;
}

bool page_write_kept(struct page *page, size_t from)
{
	if (page->kept_count == 0)
		return true;
	if (from == 0)
		page_add(page, "<ul>\n");
	if (!write_items(page, &page->kept, from))
		return false;
	page_add(page, "</ul>\n");
	page_write_more(page, page->kept_count, page->kept.count);
	return true;
}

/* The page lists some of many; the lines for programs are all there are. */
bool page_write_links(struct page *page, size_t from)
{
	struct tms_str parameters = web_filter_parameters(page->scratch, &page->filter);

	(void)from;
	if (page->lists_all && page->seen_count > LISTED_ITEMS) {
		page_add(page,
			"<p class=\"soft\">All of them, with their reasons, as <a href=\"/explain");
		page_text(page, parameters);
		page_add(page, parameters.len == 0 ? "?" : "&amp;");
		page_add(page, "format=tsv\">lines of text</a>.</p>\n");
	}
	if (!page->lists_all) {
		page_add(page, "<p><a href=\"/explain");
		page_text(page, parameters);
		page_add(page, "\">What is kept, what is dropped, and why</a></p>\n");
	}
	return true;
}

/* ---- choosing what the filter keeps ---- */

static void keep_item(struct page_items *items, struct tms_view_item *item)
{
	if (items->count < LISTED_ITEMS)
		items->list[items->count++] = tms_view_item_ref(item);
}

void page_drop_items(struct page_items *items)
{
	while (items->count > 0)
		tms_view_item_unref(items->list[--items->count]);
}

static enum tms_status choose_kept(struct page *page, const struct tms_served *served)
{
	struct tms_feed_definition feed = served->feed;
	struct tms_result result = { 0 };

	feed.entries_max = page->lists_all ? LISTED_ITEMS : PREVIEW_ITEMS;
	enum tms_status st =
		tms_shelf_choose(served->shelf, &feed, served->rule, page->now, &result);
	if (st != TMS_OK)
		return st;
	page->seen_count = result.seen_count;
	page->kept_count = result.kept_count;
	for (size_t i = 0; i < result.entries_count; i++)
		keep_item(&page->kept, result.entries[i].item);
	tms_result_fini(&result);
	return TMS_OK;
}

/* Of a query that keeps nothing though there is something. */
static enum tms_status begin_emptied(struct page *page, const struct tms_served *served)
{
	struct tms_emptied_query query = {
		.query = page->query, .now = page->now, .options = &page->options
	};
	return web_emptying_begin(served, &query, &page->emptying);
}

enum tms_status page_choose(struct page *page, const struct tms_served *served)
{
	tms_conf_query_options(page->web->service->world.conf, NULL, &page->options);
	page->link = served->feed.link;
	enum tms_status st = tms_query_parse_advised(
		page->filter.match, &page->options, &page->query, &page->advice);
	if (st == TMS_OK)
		st = choose_kept(page, served);
	if (st == TMS_OK && page->lists_all)
		st = page_choose_dropped(page, served);
	if (st == TMS_OK && page->kept_count == 0 && page->seen_count > 0)
		st = begin_emptied(page, served);
	if (st != TMS_OK)
		return st;
	web_look_around(page->web, served, page->query, page->filter.match, &page->advice);
	page->missing = (struct tms_missing){
		.advice = &page->advice, .text = page->filter.match, .items = page->seen_count
	};
	return TMS_OK;
}

bool page_write_error(struct page *page, size_t from)
{
	(void)from;
	page_add(page, "<p class=\"ill\">");
	page_text(page, page->filter.error);
	page_add(page, "</p>\n");
	return true;
}

struct tms_served *page_served(struct page *page)
{
	const struct tms_address_query query = served_query(page->scratch, &page->filter);
	struct tms_served *served = NULL;

	if (tms_feeds_address(&page->web->service->feeds, &query, &served, NULL) != TMS_OK)
		return NULL;
	if (tms_shelf_is_filled(served->shelf))
		return served;
	page->awaited = served->shelf;
	return NULL;
}

/* Why nothing is kept. When the feed is gone meanwhile, that is not said. */
bool page_write_emptied(struct page *page, size_t from)
{
	struct tms_buf line = { 0 };
	bool more = false;

	(void)from;
	if (!page->emptying)
		return true;
	const struct tms_served *served = page_served(page);
	if (!served)
		return !page->awaited;
	if (!tms_served_prepare(&page->web->service->feeds, served))
		return false;
	if (web_emptying_step(page->web, served, page->emptying, PARTS_A_PIECE, &more) != TMS_OK)
		return true;
	if (more)
		return false;
	const struct tms_emptied emptied = tms_emptying_result(page->emptying);
	tms_emptied_print(&emptied, &line);
	if (line.len > 0) {
		page_add(page, "<p>Nothing is kept: ");
		page_text(page, tms_buf_str(&line));
		page_add(page, ".</p>\n");
	}
	tms_buf_free(&line);
	return true;
}
