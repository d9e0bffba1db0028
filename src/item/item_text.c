/* The texts of an item that are searched word by word. */
#include <tamis/item_text.h>

#include <tamis/html_text.h>
#include <tamis/words.h>

/* The next byte that is no white space; -1 behind the last. */
static int next_byte(struct tms_str s, size_t *at)
{
	while (*at < s.len && tms_is_space(s.ptr[*at]))
		++*at;
	return *at < s.len ? (unsigned char)s.ptr[(*at)++] : -1;
}

/* Does the text begin with the other, and is that all of it? White space does not count: where
 * paragraphs end is lost on some ways. */
static bool begins_with(struct tms_str text, struct tms_str beginning, bool *is_all)
{
	size_t at = 0, i = 0;
	int c;

	do {
		c = next_byte(beginning, &i);
	} while (c >= 0 && next_byte(text, &at) == c);
	*is_all = next_byte(text, &at) < 0;
	return c < 0;
}

/* A listing makes the summary of an item that has a content alone, and shortens a long one. What a
 * page shows of an article to make people read it is not that long. */
static bool is_made_of(struct tms_str summary, struct tms_str content)
{
	size_t left = TMS_ITEM_ABOUT_WORDS;
	bool is_all;

	if (tms_str_ends(summary, TMS_STR("…")) && !tms_str_ends(content, TMS_STR("…")))
		summary.len -= strlen("…");
	return begins_with(content, summary, &is_all) &&
	       (is_all || tms_words_within(summary, &left) < summary.len);
}

static void cut(struct tms_str *text, size_t *left, bool *is_cut)
{
	size_t end = tms_words_within(*text, left);

	*is_cut |= end < text->len;
	text->len = end;
}

enum tms_status tms_item_text(struct tms_arena *arena, const struct tms_item *item,
	bool wants_content, struct tms_item_text *out)
{
	size_t left = TMS_ITEM_WORDS_MAX;

	*out = (struct tms_item_text){ .title = item->title, .summary = item->summary };
	if (wants_content && item->content_html.len > 0)
		out->content = tms_html_to_text(arena, item->content_html);
	if (arena->status != TMS_OK)
		return arena->status;
	if (out->content.len > 0 && is_made_of(item->summary, out->content)) {
		out->is_one = true;
		out->summary = out->content;
		out->content = TMS_STR_NONE;
	}
	if (out->title.len + out->summary.len + out->content.len <= left)
		return TMS_OK; /* a word has a byte */
	cut(&out->title, &left, &out->is_cut);
	cut(&out->summary, &left, &out->is_cut);
	cut(&out->content, &left, &out->is_cut);
	return TMS_OK;
}

struct tms_str tms_item_about(struct tms_arena *arena, const struct tms_item *item)
{
	size_t left = TMS_ITEM_ABOUT_WORDS;
	struct tms_str summary = item->summary;

	if (item->content_html.len == 0)
		return summary;
	if (summary.len > 0 && tms_words_within(summary, &left) == summary.len)
		return summary;
	struct tms_str content = tms_html_to_text(arena, item->content_html);
	if (arena->status != TMS_OK)
		return TMS_STR_NONE;
	if (summary.len > 0 && !is_made_of(summary, content))
		return summary;
	left = TMS_ITEM_ABOUT_WORDS;
	content.len = tms_words_within(content, &left);
	return content;
}
