/* Of the page: what a filter drops, the nearest first. The newest are looked at by and by, and some are
 * listed. */
#include "service/address_feeds.h"
#include "web/page_private.h"

enum tms_status page_choose_dropped(struct page *page, const struct tms_served *served)
{
	struct tms_arena found = { 0 };
	struct tms_selection dropped = { 0 };

	enum tms_status st = tms_shelf_select_dropped(
		served->shelf, served->rule, page->now, LOOKED_AT_ITEMS, &found, &dropped);
	if (st == TMS_OK)
		st = tms_nearest_new(page->query, page->now, LISTED_ITEMS, &page->nearest);
	for (size_t i = 0; st == TMS_OK && i < dropped.count; i++)
		st = tms_nearest_add(page->nearest, dropped.list[i].item);
	page->looked_at_count = dropped.count;
	tms_arena_free(&found);
	return st;
}

bool page_find_nearest(struct page *page, size_t from)
{
	bool more = false;

	(void)from;
	if (!page->nearest)
		return true;
	return tms_nearest_step(page->nearest, page_items_a_piece(page), &more) != TMS_OK || !more;
}

static void write_head(struct page *page, size_t dropped)
{
	size_t near = tms_nearest_short(page->nearest);

	page_add(page, "<h2>Dropped</h2>\n<p class=\"soft\">");
	if (dropped > page->looked_at_count)
		tms_buf_format(&page->buf, "Of %zu the newest %zu were looked at. ", dropped,
			page->looked_at_count);
	if (near > 0)
		tms_buf_format(&page->buf, "%zu %s one term short or less. ", near,
			near == 1 ? "is" : "are");
	page_add(page, "The nearest stand first.</p>\n<ul>\n");
}

bool page_write_dropped(struct page *page, size_t from)
{
	size_t dropped = page->seen_count - page->kept_count;

	if (!page->nearest || dropped == 0)
		return true;
	size_t count = tms_nearest_count(page->nearest), to = from + page_items_a_piece(page);
	if (from == 0)
		write_head(page, dropped);
	for (size_t i = from; i < to && i < count; i++) {
		page_add(page, "<li class=\"dropped\">");
		page_write_item(page, tms_nearest_at(page->nearest, i));
	}
	page->from = to;
	if (to < count)
		return false;
	page_add(page, "</ul>\n");
	page_write_more(page, dropped, count);
	return true;
}
