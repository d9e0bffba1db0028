/* Where graphemes begin, by utf8proc's rules, from a place before that is the beginning of one. */
#include "query/grapheme.h"

#include <utf8proc.h>

#include <tamis/utf8.h>

/* So many characters before it: more flags, joined emoji or marks in a row are cut somewhere. */
#define LOOK_BACK 1024

static bool is_ascii(char byte)
{
	return (unsigned char)byte < 0x80;
}

static bool is_inside(char byte)
{
	return ((unsigned char)byte & 0xC0) == 0x80;
}

/* Two ASCII characters are never one, but for a line break. */
static size_t safe_start(struct tms_str text, size_t at)
{
	for (size_t back = 0; at > 0 && back < LOOK_BACK; back++) {
		at--;
		while (at > 0 && is_inside(text.ptr[at]))
			at--;
		if (at > 0 && is_ascii(text.ptr[at]) && is_ascii(text.ptr[at - 1]) &&
			text.ptr[at] != '\n')
			return at;
	}
	return at;
}

bool grapheme_begins(struct tms_str text, size_t at)
{
	utf8proc_int32_t state = 0;
	bool begins = true;

	if (at == 0 || at >= text.len)
		return true;
	if (is_inside(text.ptr[at]))
		return false;
	size_t next = safe_start(text, at);
	utf8proc_int32_t before = (utf8proc_int32_t)tms_utf8_next(text, &next);
	while (next <= at) {
		utf8proc_int32_t c = (utf8proc_int32_t)tms_utf8_next(text, &next);
		begins = utf8proc_grapheme_break_stateful(before, c, &state);
		before = c;
	}
	return begins;
}
