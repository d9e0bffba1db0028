/* Of the page: one item, with the reason why it is kept, or with what it is short of. */
#include <tamis/doc.h>
#include <tamis/snippet.h>

#include "web/page_private.h"

static const struct tms_query_marks marks = { "<b>", "</b>", web_html_text };
static const struct tms_query_marks highlights = { "<mark>", "</mark>", web_html_text };

static void write_line(struct page *page, const struct tms_buf *line)
{
	if (line->len == 0)
		return;
	page_add(page, "<span class=\"why\">");
	tms_buf_add(&page->buf, tms_buf_str(line));
	page_add(page, "</span>");
}

static void write_snippet(struct page *page, const struct tms_snippet *snippet)
{
	if (snippet->text.len == 0)
		return;
	page_add(page, "<span class=\"snip\" dir=\"auto\">");
	tms_snippet_write(snippet, &highlights, &page->buf);
	page_add(page, "</span>");
}

static void write_reason(struct page *page, const struct tms_query_explanation *why)
{
	struct tms_buf line = { 0 };

	if (why->kept) {
		tms_query_explanation_say(why, &marks, &line);
	} else {
		tms_query_missing_say(why, &marks, &line);
		write_line(page, &line);
		tms_buf_clear(&line);
		if (why->met_count > 0)
			tms_buf_add_cstr(&line, "has ");
		tms_query_met_say(why, &marks, &line);
	}
	write_line(page, &line);
	tms_buf_free(&line);
}

static void write_title(
	struct page *page, const struct tms_view_item *item, const struct tms_snippet *title)
{
	struct tms_str url = tms_feed_entry_url(page->scratch, page->link, &item->merged.item);
	bool is_link =
		tms_str_starts(url, TMS_STR("https://")) || tms_str_starts(url, TMS_STR("http://"));

	page_add(page, is_link ? "<a class=\"title\" dir=\"auto\" rel=\"noreferrer\" href=\""
			       : "<span class=\"title\" dir=\"auto");
	if (is_link)
		page_text(page, url);
	page_add(page, "\">");
	if (title->field)
		tms_snippet_write(title, &highlights, &page->buf);
	else
		page_text(page, item->merged.item.title);
	page_add(page, is_link ? "</a>" : "</span>");
}

void page_write_item(struct page *page, const struct tms_view_item *item)
{
	struct tms_query_explanation why = { .kept = true };
	struct tms_snippet title = { 0 }, snippet = { 0 };
	size_t mark = tms_arena_mark(page->scratch);
	struct tms_doc doc = { 0 };

	enum tms_status st = tms_doc_make(page->scratch, &item->merged, &doc);
	if (st == TMS_OK)
		st = tms_query_explain(
			page->query, &item->merged, &doc, page->now, page->scratch, &why);
	if (st == TMS_OK)
		st = tms_snippet_of_title(&why, &doc, page->scratch, &title);
	if (st == TMS_OK)
		st = tms_snippet_make(&why, &doc, page->scratch, &snippet);
	write_title(page, item, &title);
	write_snippet(page, &snippet);
	if (st == TMS_OK)
		write_reason(page, &why);
	page_add(page, "</li>\n");
	tms_arena_rewind(page->scratch, mark);
}

void page_write_more(struct page *page, size_t count, size_t listed)
{
	if (count > listed)
		tms_buf_format(
			&page->buf, "<p class=\"soft\">… and %zu more.</p>\n", count - listed);
}
