/* HTML to plain text, and titles, which may be HTML once, twice or not at all. */
#include <tamis/html_text.h>

#include "html_text_private.h"
#include "html_entity.h"
#include "html_token.h"
#include "text_writer.h"

/* Content that is not shown: until the end tag that matches. */
struct skipped {
	struct tms_str name;
	size_t depth;
};

/* True while the token lies inside skipped content, or begins or ends it. */
static bool skip(struct skipped *s, const struct html_token *token)
{
	if (s->depth > 0) {
		if (token->kind != HTML_TEXT && tms_str_equal_caseless(token->name, s->name))
			s->depth = token->kind == HTML_START ? s->depth + 1 : s->depth - 1;
		return true;
	}
	if (!html_token_hides(token))
		return false;
	*s = (struct skipped){ token->name, 1 };
	return true;
}

static void write_tag(struct text_writer *w, const struct html_token *token)
{
	uint32_t flags = token->element ? token->element->flags : 0;

	if (flags & HTML_BLOCK)
		text_writer_gap(w, TEXT_PARAGRAPH);
	if (flags & HTML_CELL)
		text_writer_gap(w, TEXT_SPACE);
	/* <br><br> divides paragraphs; the end tag of a list item adds no line of its own */
	if ((flags & HTML_LINE) && token->kind == HTML_START)
		text_writer_gap(
			w, w->gap == TEXT_LINE && (flags & HTML_VOID) ? TEXT_PARAGRAPH : TEXT_LINE);
	else if (flags & HTML_LINE)
		text_writer_gap(w, TEXT_LINE);
	if (tms_str_equal_caseless(token->name, TMS_STR("pre")))
		w->breaks =
			token->kind == HTML_START ? TEXT_BREAKS_ARE_LINES : TEXT_BREAKS_ARE_SPACES;
}

static void write_text(struct text_writer *w, struct tms_buf *scratch, struct tms_str raw)
{
	if (tms_str_find_byte(raw, '&', 0) == SIZE_MAX) {
		text_writer_add(w, raw);
		return;
	}
	tms_buf_clear(scratch);
	html_decode(scratch, raw);
	if (scratch->status != TMS_OK && w->out.status == TMS_OK)
		w->out.status = scratch->status;
	text_writer_add(w, tms_buf_str(scratch));
}

/* Half a text would be worse than none. */
static struct tms_str finish(
	struct text_writer *w, struct tms_arena *arena, const struct tms_steps *steps)
{
	if (steps->left == 0 && w->out.status == TMS_OK)
		w->out.status = TMS_ELIMIT;
	return text_writer_finish(w, arena);
}

struct tms_str html_to_text(struct tms_arena *arena, struct tms_str html, struct tms_steps *steps)
{
	struct html_tokens tokens = { .rest = html, .steps = steps };
	struct text_writer w = { 0 };
	struct tms_buf scratch = { 0 };
	struct skipped skipped = { 0 };
	struct html_token token;

	while (html_token_next(&tokens, &token)) {
		if (skip(&skipped, &token))
			continue;
		if (token.kind == HTML_TEXT)
			write_text(&w, &scratch, token.source);
		else
			write_tag(&w, &token);
	}
	tms_buf_free(&scratch);
	return finish(&w, arena, steps);
}

struct tms_str tms_html_to_text(struct tms_arena *arena, struct tms_str html)
{
	struct tms_steps steps = tms_html_text_steps(html.len);

	return html_to_text(arena, html, &steps);
}

/* One round of taking a title's markup off and decoding it. */
static struct tms_str title_round(
	struct tms_arena *arena, struct tms_str title, struct tms_steps *steps)
{
	struct html_tokens tokens = { .rest = title, .steps = steps, .only_known = true };
	struct text_writer w = { 0 };
	struct tms_buf scratch = { 0 };
	struct skipped skipped = { 0 };
	struct html_token token;

	while (html_token_next(&tokens, &token)) {
		uint32_t flags = token.element ? token.element->flags : 0;
		if ((skipped.depth > 0 || tokens.raw.len > 0) && skip(&skipped, &token))
			continue; /* a script or style that ends */
		if (token.kind == HTML_TEXT)
			write_text(&w, &scratch, token.source);
		else if (flags & (HTML_BLOCK | HTML_LINE | HTML_CELL))
			text_writer_gap(&w, TEXT_SPACE);
	}
	tms_buf_free(&scratch);
	return finish(&w, arena, steps);
}

static bool has_reference(struct tms_str s)
{
	size_t at = tms_str_find_byte(s, '&', 0);

	for (; at != SIZE_MAX; at = tms_str_find_byte(s, '&', at + 1)) {
		size_t bytes = 0;
		/* only with its ";": "AT&T;" and "R&D" are no references, and "&copy" may be meant
		 */
		if (html_reference(tms_str_slice(s, at + 1, s.len), &bytes) &&
			s.ptr[at + bytes] == ';')
			return true;
	}
	return false;
}

static bool has_known_tag(struct tms_str s, struct tms_steps *steps)
{
	struct html_tokens tokens = { .rest = s, .steps = steps, .only_known = true };
	struct html_token token;

	while (html_token_next(&tokens, &token))
		if (token.kind != HTML_TEXT)
			return true;
	return false;
}

static bool is_likely(struct tms_str s, struct tms_steps *steps)
{
	(void)tms_steps_take_bytes(steps, s.len);
	return has_reference(s) || has_known_tag(s, steps);
}

/* "`<!-- x -->`", "(<!-- x -->)": what stands in quotes or brackets is talked about. */
static bool is_quoted(struct tms_str before)
{
	static const struct tms_str opening[] = {
		TMS_STR_INIT("\""), TMS_STR_INIT("'"), TMS_STR_INIT("`"), TMS_STR_INIT("("),
		TMS_STR_INIT("\xe2\x80\x9c"), /* “ */
		TMS_STR_INIT("\xe2\x80\x98"), /* ‘ */
		TMS_STR_INIT("\xe2\x80\x9e"), /* „ */
		TMS_STR_INIT("\xc2\xab"),     /* « */
	};

	for (size_t i = 0; i < TMS_COUNT(opening); i++)
		if (tms_str_ends(before, opening[i]))
			return true;
	return false;
}

/* One that is not closed is talk, or cut off: its words stay. */
static bool has_comment(struct tms_str s)
{
	static const struct {
		struct tms_str start, end;
	} kinds[] = {
		{ TMS_STR_INIT("<!--"), TMS_STR_INIT("-->") },
		{ TMS_STR_INIT("<![if "), TMS_STR_INIT("<![endif]>") },
	};

	for (size_t i = 0; i < TMS_COUNT(kinds); i++) {
		size_t at = tms_str_find(s, kinds[i].start, 0);
		while (at != SIZE_MAX && is_quoted(tms_str_slice(s, 0, at)))
			at = tms_str_find(s, kinds[i].start, at + 1);
		if (at != SIZE_MAX && tms_str_find(s, kinds[i].end, at + 2) != SIZE_MAX)
			return true;
	}
	return false;
}

/* What stands before a document, and only there is no talk about it. */
static bool has_prolog(struct tms_str s)
{
	s = tms_str_trim(s);
	return (tms_str_starts_caseless(s, TMS_STR("<?xml")) ||
		       tms_str_starts_caseless(s, TMS_STR("<!doctype "))) &&
	       tms_str_find_byte(s, '>', 0) != SIZE_MAX;
}

bool tms_html_is_likely(struct tms_str s)
{
	struct tms_steps steps = tms_html_text_steps(s.len);

	return is_likely(s, &steps) || has_comment(s) || has_prolog(s);
}

struct tms_str tms_cdata_to_text(struct tms_arena *arena, struct tms_str s)
{
	const struct tms_str start = TMS_STR("<![CDATA["), end = TMS_STR("]]>");
	struct tms_str rest = tms_str_trim(s);
	struct tms_buf out = { 0 };

	if (!tms_str_starts(rest, start) || !tms_str_ends(rest, end))
		return s;
	while (rest.len > 0) {
		size_t at = tms_str_find(rest, start, 0);
		tms_buf_add(&out, tms_str_slice(rest, 0, at));
		rest = at == SIZE_MAX ? TMS_STR_NONE
				      : tms_str_slice(rest, at + start.len, SIZE_MAX);
		at = tms_str_find(rest, end, 0);
		tms_buf_add(&out, tms_str_slice(rest, 0, at));
		rest = at == SIZE_MAX ? TMS_STR_NONE : tms_str_slice(rest, at + end.len, SIZE_MAX);
	}
	return tms_arena_take(arena, &out);
}

struct tms_str html_title_to_text(
	struct tms_arena *arena, struct tms_str title, struct tms_steps *steps)
{
	if (!is_likely(title, steps))
		return tms_text_one_line(arena, title);
	title = title_round(arena, title, steps);
	return has_reference(title) ? title_round(arena, title, steps) : title;
}

struct tms_str tms_html_title_to_text(struct tms_arena *arena, struct tms_str title)
{
	struct tms_steps steps = tms_html_text_steps(title.len);

	return html_title_to_text(arena, title, &steps);
}

/*
 * A comment that is not closed ends at its first ">", as it did in browsers before HTML 5, and else
 * is its mark alone: half a title is worse than a stray word.
 */
static struct tms_str without_comments(struct tms_arena *arena, struct tms_str html)
{
	const struct tms_str mark = TMS_STR("<!--");
	bool has_end = true, has_close = true; /* looked for until they are missing once */
	struct tms_buf out = { 0 };
	size_t from = 0;

	for (size_t at = tms_str_find(html, mark, 0); at != SIZE_MAX;
		at = tms_str_find(html, mark, from)) {
		size_t end = has_end ? tms_str_find(html, TMS_STR("-->"), at + 2) : SIZE_MAX;
		tms_buf_add(&out, tms_str_slice(html, from, at));
		has_end = end != SIZE_MAX; /* "<!-->" is a whole one */
		from = has_end ? end + 3 : at + mark.len;
		if (has_end || !has_close)
			continue;
		end = tms_str_find_byte(html, '>', from);
		has_close = end != SIZE_MAX;
		from = has_close ? end + 1 : from;
	}
	tms_buf_add(&out, tms_str_slice(html, from, SIZE_MAX));
	return tms_arena_take(arena, &out);
}

struct tms_str html_line_to_text(
	struct tms_arena *arena, struct tms_str html, struct tms_steps *steps)
{
	(void)tms_steps_take_bytes(steps, html.len);
	if (tms_str_find(html, TMS_STR("<!--"), 0) != SIZE_MAX)
		html = without_comments(arena, html);
	return html_title_to_text(arena, html, steps);
}

struct tms_str tms_html_line_to_text(struct tms_arena *arena, struct tms_str html)
{
	struct tms_steps steps = tms_html_text_steps(html.len);

	return html_line_to_text(arena, html, &steps);
}
