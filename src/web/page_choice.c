/* Of the page: which feed is read in the place of a source's address, and what else was to choose
 * from (feed autodiscovery: tamis/discover.h). */
#include "web/page_private.h"

static const char *why_in_words(enum tms_candidate_why why)
{
	switch (why) {
	case TMS_CANDIDATE_LINK:
		return "the page names it";
	case TMS_CANDIDATE_ANCHOR:
		return "a link in its text";
	case TMS_CANDIDATE_GUESS:
		return "a well-known address";
	}
	return "";
}

static void write_candidate(
	struct tms_buf *buf, const struct tms_source *source, const struct tms_candidate *c)
{
	bool is_taken = tms_str_equal(c->url, tms_str_from(source->choice.url));

	tms_buf_add_cstr(buf, is_taken ? "<li><strong>" : "<li>");
	if (c->title.len > 0) {
		web_html_text(buf, c->title);
		tms_buf_add_char(buf, ' ');
	}
	tms_buf_add_cstr(buf, "<code>");
	web_html_text(buf, tms_feed_choice_shown(c->url, source->conf->url));
	tms_buf_add_cstr(buf, is_taken ? "</code></strong> " : "</code> ");
	if (c->type.len > 0) {
		web_html_text(buf, c->type);
		tms_buf_add_cstr(buf, ", ");
	}
	tms_buf_format(
		buf, "%s%s</li>\n", why_in_words(c->why), c->is_comments ? ", of comments" : "");
}

void page_write_choice(struct page *page, const struct tms_source *source)
{
	struct tms_buf *buf = &page->buf;
	const struct tms_feed_choice *choice = &source->choice;
	struct tms_buf words = { 0 };

	if (!source->conf || (!choice->url[0] && choice->page.named_total == 0))
		return;
	tms_feed_choice_words(&words, choice, source->conf->url);
	if (words.len > 0) {
		tms_buf_add_cstr(buf, "<br><span class=\"soft\">");
		web_html_text(buf, tms_buf_str(&words));
		tms_buf_add_cstr(buf, "</span>");
	}
	tms_buf_free(&words);
	if (choice->url[0] && choice->page.named_total < 2)
		return;
	tms_buf_add_cstr(
		buf, "<details><summary>The feeds that its page leads to</summary>\n<ul>\n");
	for (size_t i = 0; i < choice->page.count; i++)
		write_candidate(buf, source, &choice->page.candidates[i]);
	tms_buf_format(buf,
		"</ul><p>Write the one to be read as <code>url</code> of the source.%s"
		"</p></details>",
		choice->page.named_total > choice->page.count
			? " The page names more than are listed here."
			: "");
}
