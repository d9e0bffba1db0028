/* Of the page: what is worth saying of its rule, and why one cannot be read; what to write instead is
 * a link that puts it in. */
#include "web/page_private.h"
#include "web/served.h"

static void write_cure(struct page *page, const struct tms_advice_cure *cure)
{
	struct tms_buf line = { 0 };

	page_add(page, "<li>");
	page_text(page, cure->label.len > 0 ? cure->label : TMS_STR("instead"));
	page_add(page, ": ");
	page_begin_link(page, cure->text);
	page_add(page, "<code>");
	tms_advice_write_cure(&line, cure->text);
	page_text(page, tms_buf_str(&line));
	page_add(page, "</code></a></li>\n");
	tms_buf_free(&line);
}

static void write_cures(struct page *page, const struct tms_advice_note *note)
{
	if (note->cures_count == 0)
		return;
	page_add(page, "<ul class=\"cures\">\n");
	for (size_t i = 0; i < note->cures_count; i++)
		write_cure(page, &note->cures[i]);
	page_add(page, "</ul>\n");
}

static void write_note(struct page *page, const struct tms_advice_note *note)
{
	page_add(page, "<div class=\"note\"><p>");
	page_text(page, tms_str_from(note->diag.text));
	page_add(page, "</p>\n");
	write_cures(page, note);
	page_add(page, "</div>\n");
}

/* Terms that nothing has, by and by. When the feed is gone meanwhile, they are not looked for. True
 * when that is done. */
static bool look_for_terms(struct page *page)
{
	struct tms_emptied_query query = {
		.query = page->query, .now = page->now, .options = &page->options
	};
	const struct tms_served *served = page_served(page);
	bool more = false;

	if (!served)
		return !page->awaited;
	if (web_missing_step(page->web, served, &page->missing, &query, &more) != TMS_OK)
		return true;
	return !more;
}

bool page_write_notes(struct page *page, size_t from)
{
	(void)from;
	if (!look_for_terms(page))
		return false;
	for (size_t i = 0; i < page->advice.count; i++)
		if (!page->advice.notes[i].is_error)
			write_note(page, &page->advice.notes[i]);
	return true;
}

/* The sentence wraps; the line of the rule does not, for the caret below points into it. */
static void write_placed(struct page *page, struct tms_str shown)
{
	struct tms_str sentence = shown;

	(void)tms_str_split(&shown, '\n', &sentence);
	page_add(page, "<div class=\"error\"><p>");
	page_text(page, sentence);
	page_add(page, "</p>");
	if (shown.len > 0) {
		page_add(page, "<pre>");
		page_text(page, shown);
		page_add(page, "</pre>");
	}
	page_add(page, "</div>\n");
}

bool page_write_refusal(struct page *page, size_t from)
{
	(void)from;
	page_add(page, "<h2>This rule cannot be read</h2>\n");
	for (size_t i = 0; i < page->advice.count; i++) {
		const struct tms_advice_note *note = &page->advice.notes[i];
		struct tms_buf shown = { 0 };
		if (!note->is_error)
			continue;
		tms_diag_write(&shown, &note->diag, page->filter.match);
		write_placed(page, tms_buf_str(&shown));
		write_cures(page, note);
		tms_buf_free(&shown);
	}
	return true;
}
