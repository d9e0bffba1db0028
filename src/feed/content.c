/* HTML of an entry's content: abstract or text, pictures, a line of links, keywords, notes. */
#include "content.h"

#include <tamis/fragment.h>
#include <tamis/identity.h>
#include <tamis/url.h>
#include <tamis/utf8.h>

#include "escape.h"

#define KEYWORD_BYTES_MAX 200
#define NOTE_BYTES_MAX 2000

bool content_is_on_hf(const struct tms_item *item)
{
	return tms_is_hf_url(item->discussion_url) || tms_is_hf_url(item->link);
}

/* A paragraph of plain text; a line break in it stays one. */
static void write_paragraph(struct tms_buf *html, struct tms_str text)
{
	struct tms_str line;
	bool first = true;

	text = tms_str_trim(text);
	if (text.len == 0)
		return;
	tms_buf_add_cstr(html, "<p>");
	while (tms_str_split(&text, '\n', &line)) {
		if (!first)
			tms_buf_add_cstr(html, "<br>");
		first = false;
		escape_line(html, line);
	}
	tms_buf_add_cstr(html, "</p>\n");
}

/* Paragraphs until there is no room for the next; then "…" says that there is more. */
static void write_paragraphs(struct tms_buf *html, struct tms_str text)
{
	size_t room = TMS_ENTRY_CONTENT_BYTES_MAX;
	size_t at = 0;

	while (at < text.len) {
		size_t end = tms_str_find(text, TMS_STR("\n\n"), at);
		struct tms_str part = tms_str_slice(text, at, end);
		write_paragraph(html, tms_utf8_cut(part, room));
		if (part.len > room) {
			tms_buf_add_cstr(html, "<p>…</p>\n");
			return;
		}
		room -= part.len;
		at += part.len + 2;
	}
}

/* Is there anything to see in it: text, or a picture, a sound or a film? HTML as the sanitiser
 * leaves it. */
static bool shows_something(struct tms_str html)
{
	static const struct tms_str shown[] = { TMS_STR_INIT("<img"), TMS_STR_INIT("<audio"),
		TMS_STR_INIT("<video") };
	static const struct tms_str no_break_space = TMS_STR_INIT("\xc2\xa0");
	size_t at = 0;

	while (at < html.len) {
		struct tms_str rest = tms_str_slice(html, at, html.len);
		if (rest.ptr[0] == '<') {
			for (size_t i = 0; i < TMS_COUNT(shown); i++)
				if (tms_str_starts(rest, shown[i]))
					return true;
			size_t end = tms_str_find_byte(html, '>', at);
			at = end == SIZE_MAX ? html.len : end + 1;
		} else if (tms_is_space(rest.ptr[0])) {
			at++;
		} else if (tms_str_starts(rest, no_break_space)) {
			at += no_break_space.len;
		} else {
			return true;
		}
	}
	return false;
}

struct link_line {
	struct tms_buf *html;
	struct tms_str seen[8];
	size_t count;
};

static void add_link(struct link_line *line, const char *name, struct tms_str url)
{
	if (!tms_url_is_http(url) || line->count == TMS_COUNT(line->seen))
		return;
	for (size_t i = 0; i < line->count; i++)
		if (tms_str_equal(line->seen[i], url))
			return;
	tms_buf_add_cstr(line->html, line->count == 0 ? "<p>" : " · ");
	line->seen[line->count++] = url;
	tms_buf_add_cstr(line->html, "<a href=\"");
	escape_uri(line->html, url);
	tms_buf_format(line->html, "\">%s</a>", name);
}

static void write_links(struct tms_buf *html, struct tms_arena *scratch,
	const struct tms_item *item, struct tms_str url)
{
	struct tms_str paper = tms_identity_arxiv(item->id);
	struct link_line line = { .html = html };

	if (paper.len > 0) {
		if (content_is_on_hf(item))
			add_link(&line, "Hugging Face", tms_hf_paper_url(scratch, paper));
		add_link(&line, "arXiv", tms_arxiv_abs_url(scratch, paper));
		add_link(&line, "PDF", tms_arxiv_pdf_url(scratch, paper));
	} else {
		add_link(&line, "Page", url);
	}
	add_link(&line, "Code", item->code_url);
	add_link(&line, "Project", item->project_url);
	add_link(&line, "Discussion", item->discussion_url);
	if (line.count > 0)
		tms_buf_add_cstr(html, "</p>\n");
}

static void write_keywords(struct tms_buf *html, const struct tms_item *item)
{
	if (item->keywords_count == 0)
		return;
	tms_buf_add_cstr(html, "<p>Keywords: ");
	for (size_t i = 0; i < item->keywords_count && i < TMS_ENTRY_KEYWORDS_MAX; i++) {
		if (i > 0)
			tms_buf_add_cstr(html, ", ");
		escape_line(html, tms_utf8_cut(item->keywords[i], KEYWORD_BYTES_MAX));
	}
	tms_buf_add_cstr(html, "</p>\n");
}

static void write_note(struct tms_buf *html, const char *name, struct tms_str text)
{
	if (text.len == 0)
		return;
	tms_buf_format(html, "<p>%s: ", name);
	escape_line(html, tms_utf8_cut(text, NOTE_BYTES_MAX));
	tms_buf_add_cstr(html, "</p>\n");
}

void content_write(struct tms_buf *html, struct tms_arena *scratch, const struct tms_item *item,
	struct tms_str url)
{
	if (item->content_html.len <= TMS_ENTRY_CONTENT_BYTES_MAX &&
		shows_something(item->content_html)) {
		tms_buf_add(html, item->content_html);
		tms_buf_add_char(html, '\n');
	} else {
		write_paragraphs(html, item->summary);
	}
	write_links(html, scratch, item, url);
	write_keywords(html, item);
	write_note(html, "Comment", item->comment);
	write_note(html, "Journal", item->journal_ref);
	if (html->len == 0)
		write_paragraph(html, item->title.len > 0 ? item->title : item->id);
}
