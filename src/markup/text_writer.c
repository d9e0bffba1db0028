/* Plain text written with collapsed white space, as one line or as paragraphs. */
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
	static const struct tms_str gaps[] = { TMS_STR_INIT(""), TMS_STR_INIT(" "),
		TMS_STR_INIT("\n"), TMS_STR_INIT("\n\n") };

	if (w->out.len > 0)
		tms_buf_add(&w->out, gaps[w->gap]);
	w->gap = TEXT_JOINED;
	w->after_break = false;
}

static bool is_plain(char byte)
{
	return byte > ' ' && byte < 0x7f;
}

#define EACH_BYTE(byte) (UINT64_C(0x0101010101010101) * (byte))

/* Bytes of a word without high bits that are spaces: their high bit. */
static uint64_t spaces_of(uint64_t word)
{
	return ~((word ^ EACH_BYTE(' ')) + EACH_BYTE(0x7f)) & EACH_BYTE(0x80);
}

/* Are the nine bytes at the start plain ASCII or spaces, and no two spaces neighbours? The last one
 * counts only as a neighbour. */
static bool is_plain_word(const char *bytes)
{
	uint64_t word, shifted;

	memcpy(&word, bytes, sizeof(word));
	memcpy(&shifted, bytes + 1, sizeof(shifted));
	uint64_t odd = word | shifted | (word + EACH_BYTE(1)) | (word - EACH_BYTE(' '));
	return (odd & EACH_BYTE(0x80)) == 0 && (spaces_of(word) & spaces_of(shifted)) == 0;
}

/* Bytes from `at` on that are written as they stand: plain ASCII with single spaces inside. */
static size_t plain_bytes(struct tms_str text, size_t at)
{
	size_t from = at;

	if (!is_plain(text.ptr[at]))
		return 0;
	while (text.len - at > 8 && is_plain_word(text.ptr + at))
		at += 8;
	while (at < text.len &&
		(is_plain(text.ptr[at]) || (text.ptr[at] == ' ' && text.ptr[at - 1] != ' ')))
		at++;
	return at - from - (text.ptr[at - 1] == ' ');
}

void text_writer_add(struct text_writer *w, struct tms_str text)
{
	(void)tms_buf_reserve(&w->out, text.len);
	for (size_t at = 0; at < text.len;) {
		size_t from = at;
		at += plain_bytes(text, at);
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
	struct tms_str text = tms_arena_take(arena, &w->out);

	*w = (struct text_writer){ 0 };
	return text;
}

/* One line already: no space but single ones inside, nothing unseen, nothing broken. */
static bool is_one_line(struct tms_str s)
{
	for (size_t at = 0; at < s.len;) {
		size_t from = at;
		at += plain_bytes(s, at);
		if (at > from) {
			/* a space that ends the run has another, the end or something else behind
			 * it */
			if (at + 1 < s.len && s.ptr[at] == ' ' &&
				(unsigned char)s.ptr[at + 1] >= 0x80)
				at++;
			continue;
		}
		if ((unsigned char)s.ptr[at] < 0x80)
			return false;
		uint32_t c = tms_utf8_next(s, &at);
		if (is_space(c) || is_unseen(c) || !tms_utf8_is_valid(tms_str_slice(s, from, at)))
			return false;
		if (at + 1 < s.len && s.ptr[at] == ' ' && s.ptr[at + 1] != ' ')
			at++;
	}
	return true;
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
