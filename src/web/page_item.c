/* Of the page: one item, with the reason why it is kept, or with what it is short of. */
#include <tamis/doc.h>

#include "web/page_private.h"

static const struct tms_query_marks marks = { "<b>", "</b>", web_html_text };

static void write_line(struct page *page, const struct tms_buf *line)
{
	if (line->len == 0)
		return;
	page_add(page, "<span class=\"why\">");
	tms_buf_add(&page->buf, tms_buf_str(line));
	page_add(page, "</span>");
}

static void write_explanation(struct page *page, const struct tms_view_item *item)
{
	struct tms_query_explanation why = { 0 };
	struct tms_buf line = { 0 };
	size_t mark = tms_arena_mark(page->scratch);
	struct tms_doc doc;

	if (tms_doc_make(page->scratch, &item->merged, &doc) != TMS_OK ||
		tms_query_explain(
			page->query, &item->merged, &doc, page->now, page->scratch, &why) != TMS_OK)
		return;
	if (why.kept) {
		tms_query_explanation_say(&why, &marks, &line);
	} else {
		tms_query_missing_say(&why, &marks, &line);
		write_line(page, &line);
		tms_buf_clear(&line);
		if (why.met_count > 0)
			tms_buf_add_cstr(&line, "has ");
		tms_query_met_say(&why, &marks, &line);
	}
	write_line(page, &line);
	tms_buf_free(&line);
	tms_arena_rewind(page->scratch, mark);
}

void page_write_item(struct page *page, const struct tms_view_item *item)
{
	struct tms_str url = tms_feed_entry_url(page->scratch, page->link, &item->merged.item);

	if (tms_str_starts(url, TMS_STR("https://")) || tms_str_starts(url, TMS_STR("http://"))) {
		page_add(page, "<a class=\"title\" rel=\"noreferrer\" href=\"");
		page_text(page, url);
		page_add(page, "\">");
		page_text(page, item->merged.item.title);
		page_add(page, "</a>");
	} else {
		page_add(page, "<span class=\"title\">");
		page_text(page, item->merged.item.title);
		page_add(page, "</span>");
	}
	write_explanation(page, item);
	page_add(page, "</li>\n");
}

void page_write_more(struct page *page, size_t count, size_t listed)
{
	if (count > listed)
		tms_buf_format(
			&page->buf, "<p class=\"soft\">… and %zu more.</p>\n", count - listed);
}
