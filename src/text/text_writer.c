#include "text_writer.h"

#include <tamis/html_text.h>
#include <tamis/utf8.h>

static bool is_space(uint32_t c)
{
	if (c < 0x80)
		return tms_is_space((char)c);
	return c == 0x85 || c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) ||
	       c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000;
}

static bool is_unseen(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xfeff || c == 0xfffe || c == 0xffff;
}

void text_writer_gap(struct text_writer *w, enum text_gap gap)
{
	if (gap > w->gap)
		w->gap = gap;
}

static void add_space(struct text_writer *w, uint32_t c)
{
	enum text_gap gap = TEXT_SPACE;

	if (c == 0x2029)
		gap = w->breaks == TEXT_BREAKS_ARE_SPACES ? TEXT_SPACE : TEXT_PARAGRAPH;
	if (c == '\n' && w->breaks == TEXT_BREAKS_ARE_LINES)
		gap = w->after_break ? TEXT_PARAGRAPH : TEXT_LINE;
	if (c == '\n' && w->breaks == TEXT_BREAKS_IN_TWOS_DIVIDE && w->after_break)
		gap = TEXT_PARAGRAPH;
	w->after_break = w->after_break || c == '\n';
	text_writer_gap(w, gap);
}

static void settle_gap(struct text_writer *w)
{
	static const char *const gaps[] = { "", " ", "\n", "\n\n" };

	if (w->out.len > 0)
		tms_buf_add_cstr(&w->out, gaps[w->gap]);
	w->gap = TEXT_JOINED;
	w->after_break = false;
}

void text_writer_add(struct text_writer *w, struct tms_str text)
{
	for (size_t at = 0; at < text.len;) {
		size_t from = at;
		while (at < text.len && text.ptr[at] > ' ' && text.ptr[at] < 0x7f)
			at++;
		if (at > from) {
			settle_gap(w);
			tms_buf_add(&w->out, tms_str_slice(text, from, at));
			continue;
		}
		uint32_t c = tms_utf8_next(text, &at);
		if (is_space(c)) {
			add_space(w, c);
		} else if (!is_unseen(c)) {
			settle_gap(w);
			tms_utf8_write(&w->out, c);
		}
	}
}

struct tms_str text_writer_finish(struct text_writer *w, struct tms_arena *arena)
{
	struct tms_str text = { 0 };

	if (w->out.status == TMS_OK)
		text = tms_arena_copy(arena, tms_buf_str(&w->out));
	else if (arena->status == TMS_OK)
		arena->status = w->out.status;
	tms_buf_free(&w->out);
	*w = (struct text_writer){ 0 };
	return text;
}

/* One line already: no space but single ones inside, nothing unseen, nothing broken. */
static bool is_one_line(struct tms_str s)
{
	bool space = true; /* as if one stood before */

	for (size_t at = 0; at < s.len;) {
		size_t from = at;
		if (s.ptr[at] == ' ') {
			if (space)
				return false;
			space = true;
			at++;
			continue;
		}
		space = false;
		if (s.ptr[at] > ' ' && s.ptr[at] < 0x7f) {
			at++;
			continue;
		}
		uint32_t c = tms_utf8_next(s, &at);
		if (is_space(c) || is_unseen(c) || !tms_utf8_is_valid(tms_str_slice(s, from, at)))
			return false;
	}
	return s.len == 0 || !space;
}

struct tms_str tms_text_one_line(struct tms_arena *arena, struct tms_str s)
{
	struct text_writer w = { 0 };

	if (is_one_line(s))
		return s;
	text_writer_add(&w, s);
	return text_writer_finish(&w, arena);
}

struct tms_str tms_text_paragraphs(struct tms_arena *arena, struct tms_str s)
{
	struct text_writer w = { .breaks = TEXT_BREAKS_IN_TWOS_DIVIDE };

	if (is_one_line(s))
		return s;
	text_writer_add(&w, s);
	return text_writer_finish(&w, arena);
}
