/*
 * Text on its way into the model. Limits are kept visibly: shortened text ends in "…", and a note
 * says so.
 */
#include "build.h"

#include <tamis/html_clean.h>
#include <tamis/html_text.h>
#include <tamis/item_text.h>
#include <tamis/utf8.h>

/* Cleaning gives clean text back as it is, still in the hands of the parser. */
static struct tms_str kept(struct build *b, struct tms_str text)
{
	return b->is_fleeting && text.len > 0 ? tms_arena_copy(b->arena, text) : text;
}

/* At most max_bytes, cut between words where one is near. */
static struct tms_str shorten(
	struct build *b, const char *what, struct tms_str text, size_t max_bytes)
{
	const struct tms_str ellipsis = TMS_STR("…");

	if (text.len <= max_bytes)
		return kept(b, text);
	struct tms_str cut = tms_utf8_cut(text, max_bytes - ellipsis.len);
	size_t at = cut.len;
	while (at > 0 && cut.len - at < 80 && !tms_is_space(cut.ptr[at - 1]))
		at--;
	if (at > 0 && tms_is_space(cut.ptr[at - 1]))
		cut = tms_str_trim(tms_str_slice(cut, 0, at));
	build_note(b, "the %s of %zu bytes is shortened (the limit is %zu)", what, text.len,
		max_bytes);
	return tms_arena_format(b->arena, "%.*s%.*s", TMS_STR_ARGS(cut), TMS_STR_ARGS(ellipsis));
}

/*
 * Cleaning works on at most eight times what is kept: a hostile megabyte of a title costs nothing
 * more.
 */
static struct tms_str within_reach(struct tms_str text, size_t max_bytes)
{
	return tms_utf8_cut(text, 8 * max_bytes);
}

struct tms_str build_line(struct build *b, const char *what, struct tms_str plain)
{
	struct tms_str line =
		tms_text_one_line(b->arena, within_reach(plain, TMS_ITEM_TITLE_BYTES_MAX));

	return shorten(b, what, line, TMS_ITEM_TITLE_BYTES_MAX);
}

/*
 * RFC 9110 section 8.5: it tells for whom a document is. For one language alone, it is most likely
 * written in that.
 */
struct tms_str build_only_language(struct build *b, struct tms_str header)
{
	struct tms_str tag = build_line(b, "language", header);

	for (size_t i = 0; i < tag.len; i++)
		if (!tms_is_alnum(tag.ptr[i]) && tag.ptr[i] != '-')
			return TMS_STR_NONE;
	return tag.len <= 35 ? tag : TMS_STR_NONE; /* RFC 5646 section 4.4.1 */
}

static struct tms_str paragraphs(
	struct build *b, const char *what, struct tms_str plain, size_t max_bytes)
{
	struct tms_str text = tms_text_paragraphs(b->arena, within_reach(plain, max_bytes));

	return shorten(b, what, text, max_bytes);
}

struct tms_str build_paragraphs(struct build *b, const char *what, struct tms_str plain)
{
	return paragraphs(b, what, plain, TMS_ITEM_SUMMARY_BYTES_MAX);
}

static struct tms_str text_of_html(
	struct build *b, const char *what, struct tms_str html, size_t max_bytes)
{
	struct tms_str text =
		build_spend(b, html.len) ? tms_html_to_text(b->arena, html) : TMS_STR_NONE;

	return shorten(b, what, text, max_bytes);
}

struct tms_str build_title(struct build *b, struct tms_str text)
{
	text = tms_cdata_to_text(b->arena, within_reach(text, TMS_ITEM_TITLE_BYTES_MAX));
	struct tms_str title = tms_html_title_to_text(b->arena, text);

	return shorten(b, "title", title, TMS_ITEM_TITLE_BYTES_MAX);
}

struct tms_str build_html_title(struct build *b, struct tms_str html)
{
	html = tms_cdata_to_text(b->arena, within_reach(html, TMS_ITEM_TITLE_BYTES_MAX));
	struct tms_str title = tms_html_line_to_text(b->arena, html);

	return shorten(b, "title", title, TMS_ITEM_TITLE_BYTES_MAX);
}

/* ---- bodies ---- */

/* Is there anything in clean HTML that its plain text does not show? */
static bool is_rich(struct tms_str html)
{
	for (size_t at = tms_str_find_byte(html, '<', 0); at != SIZE_MAX;
		at = tms_str_find_byte(html, '<', at + 1)) {
		struct tms_str tag = tms_str_slice(html, at + 1, at + 6);
		if (!tms_str_starts(tag, TMS_STR("p>")) && !tms_str_starts(tag, TMS_STR("/p>")) &&
			!tms_str_starts(tag, TMS_STR("br")))
			return true;
	}
	return false;
}

static bool is_html(struct tms_str text, enum build_body_type type)
{
	return type == BUILD_BODY_HTML || (type == BUILD_BODY_LOOSE && tms_html_is_likely(text));
}

static struct tms_str text_of(struct build *b, const char *what, struct tms_str text,
	enum build_body_type type, size_t max_bytes)
{
	return is_html(text, type) ? text_of_html(b, what, text, max_bytes)
				   : paragraphs(b, what, text, max_bytes);
}

static struct tms_str summary_of(struct build *b, struct tms_str text, enum build_body_type type)
{
	return text_of(b, "summary", text, type, TMS_ITEM_SUMMARY_BYTES_MAX);
}

static struct tms_str clean(struct build *b, struct tms_str html, struct tms_str base)
{
	struct tms_steps steps = tms_html_clean_steps(html.len);
	const struct tms_html_limits limits = { TMS_ITEM_CONTENT_BYTES_MAX, &steps };
	struct tms_str out = { 0 };

	if (!build_spend(b, html.len))
		return out;
	enum tms_status st =
		tms_html_clean(b->arena, html, base.len ? base : b->base, &limits, &out);

	if (st == TMS_ELIMIT && b->arena->status == TMS_OK && steps.left == 0)
		build_note(b,
			"of the content the text alone is kept: cleaning it takes more than the limit of "
			"%d steps for each of its bytes",
			TMS_HTML_CLEAN_STEPS_PER_BYTE);
	else if (st == TMS_ELIMIT && b->arena->status == TMS_OK)
		build_note(b,
			"of the content the text alone is kept: as clean HTML it has more than %u bytes",
			TMS_ITEM_CONTENT_BYTES_MAX);
	else if (st != TMS_OK && b->arena->status == TMS_OK)
		b->arena->status = st;
	/* with the addresses in it made whole it may be much longer */
	(void)build_spend(b, st == TMS_ELIMIT ? TMS_ITEM_CONTENT_BYTES_MAX : out.len);
	return kept(b, out);
}

void build_add_escaped(struct tms_buf *out, struct tms_str text)
{
	for (size_t i = 0; i < text.len; i++) {
		switch (text.ptr[i]) {
		case '<':
			tms_buf_add_cstr(out, "&lt;");
			break;
		case '>':
			tms_buf_add_cstr(out, "&gt;");
			break;
		case '&':
			tms_buf_add_cstr(out, "&amp;");
			break;
		case '"':
			tms_buf_add_cstr(out, "&quot;");
			break;
		default:
			tms_buf_add_char(out, text.ptr[i]);
		}
	}
}

static struct tms_str as_paragraphs(struct build *b, struct tms_str text)
{
	struct tms_buf out = { .max = TMS_ITEM_CONTENT_BYTES_MAX };
	struct tms_str html = { 0 };

	while (text.len > 0) {
		size_t end = tms_str_find(text, TMS_STR("\n\n"), 0);
		tms_buf_add_cstr(&out, "<p>");
		build_add_escaped(&out, tms_str_slice(text, 0, end));
		tms_buf_add_cstr(&out, "</p>");
		text = tms_str_slice(text, end == SIZE_MAX ? text.len : end + 2, SIZE_MAX);
	}
	if (out.status != TMS_ELIMIT)
		html = tms_arena_take(b->arena, &out);
	else
		build_note(b,
			"the content is left out: with its signs escaped it has more than %u bytes",
			TMS_ITEM_CONTENT_BYTES_MAX);
	tms_buf_free(&out);
	return html;
}

/* The entry's longest text. */
struct body_text {
	struct tms_str full;
	enum build_body_type type;
	bool is_content;
	bool is_summary; /* the summary was made of it */
};

/* All that it says where the summary does not; nothing when that says it all. */
static struct tms_str further(struct build *b, const struct body_text *body)
{
	if (body->is_summary && b->item.summary.len < TMS_ITEM_SUMMARY_BYTES_MAX / 2)
		return TMS_STR_NONE; /* it was not shortened */
	struct tms_str text =
		text_of(b, "content", body->full, body->type, TMS_ITEM_CONTENT_TEXT_BYTES_MAX);
	return tms_str_find(b->item.summary, text, 0) == SIZE_MAX ? text : TMS_STR_NONE;
}

static struct tms_str content_of(struct build *b, const struct body_text *body, struct tms_str base)
{
	struct tms_str html = { 0 };

	if (is_html(body->full, body->type))
		html = clean(b, body->full, base);
	if (is_rich(html) || b->arena->status != TMS_OK)
		return html;
	/* bare paragraphs say what the summary says, unless they say more */
	struct tms_str text = further(b, body);
	if (text.len > 0 && html.len > 0)
		return html;
	if (text.len == 0 && body->is_summary && body->is_content)
		text = b->item.summary; /* of which it is known so that it is the content */
	return as_paragraphs(b, text);
}

/* The bytes of clean HTML that stand in no tag. */
static size_t text_bytes(struct tms_str html)
{
	size_t bytes = 0, from = 0;

	for (size_t at = tms_str_find_byte(html, '<', 0); at != SIZE_MAX;
		at = tms_str_find_byte(html, '<', from)) {
		bytes += at - from;
		at = tms_str_find_byte(html, '>', at);
		from = at == SIZE_MAX ? html.len : at + 1;
	}
	return bytes + html.len - from;
}

/* Of very long texts the end is not searched. */
static void note_unsearched(struct build *b)
{
	size_t mark = tms_arena_mark(b->arena);
	struct tms_item_text text = { 0 };

	if (b->item.summary.len + text_bytes(b->item.content_html) < 2 * (size_t)TMS_ITEM_WORDS_MAX)
		return; /* a word takes two bytes, with what divides it from the next */
	bool is_cut = build_spend(b, b->item.content_html.len) &&
		      tms_item_text(b->arena, &b->item, true, &text) == TMS_OK && text.is_cut;
	if (b->arena->status == TMS_OK)
		tms_arena_rewind(b->arena, mark);
	if (is_cut && b->listing->unsearched_count++ == 0)
		b->listing->unsearched_note = b->listing->notes_count;
	if (is_cut)
		build_note(b, "it has more words than the %d that are searched, from its title on",
			TMS_ITEM_WORDS_MAX);
}

/* Is it nothing but white space, or comments that nobody sees? */
static bool says_nothing(struct tms_str text, enum build_body_type type)
{
	const struct tms_str start = TMS_STR("<!--"), end = TMS_STR("-->");

	text = tms_str_trim(text);
	while (type != BUILD_BODY_PLAIN && tms_str_starts(text, start)) {
		size_t at = tms_str_find(text, end, 2); /* "<!-->" is a whole one */
		if (at == SIZE_MAX)
			return false;
		text = tms_str_trim(tms_str_slice(text, at + end.len, SIZE_MAX));
	}
	return text.len == 0;
}

bool build_body_is_empty(const struct build_body *body)
{
	return says_nothing(body->summary, body->summary_type) &&
	       says_nothing(body->content, body->content_type);
}

/* A section of CDATA that was escaped as a whole is what it holds. */
static struct tms_str without_cdata(struct build *b, struct tms_str text, enum build_body_type type)
{
	return type == BUILD_BODY_PLAIN ? text : tms_cdata_to_text(b->arena, text);
}

void build_body(struct build *b, const struct build_body *said)
{
	const struct build_body whole = {
		.summary = without_cdata(b, said->summary, said->summary_type),
		.content = without_cdata(b, said->content, said->content_type),
		.summary_type = said->summary_type,
		.content_type = said->content_type,
		.base = said->base,
	}, *body = &whole;
	struct tms_item *item = &b->item;
	bool has_content = !says_nothing(body->content, body->content_type);
	struct body_text longest = { body->summary, body->summary_type, false, true };

	if (!says_nothing(body->summary, body->summary_type))
		item->summary = summary_of(b, body->summary, body->summary_type);
	if (has_content)
		longest = (struct body_text){ body->content, body->content_type, true,
			item->summary.len == 0 };
	if (item->summary.len == 0 && has_content)
		item->summary = summary_of(b, body->content, body->content_type);
	item->content_html = content_of(b, &longest, body->base);
	note_unsearched(b);
}
