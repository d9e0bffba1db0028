/*
 * Abstracts that were cleaned of their dollars say π_0, τ^2-bench and μ_{0.5}. In a text that is no
 * formula the signs mean that only behind a Greek letter: snake_case, x_0 and 10^6 are left alone.
 */
#include "tex_script.h"

#include <string.h>

/* Do these two bytes make a character from U+0370 to U+03FF? */
static bool is_greek(const char *pair)
{
	unsigned char lead = (unsigned char)pair[0], trail = (unsigned char)pair[1];

	return ((lead == 0xCE || lead == 0xCF) && trail >= 0x80 && trail <= 0xBF) ||
	       (lead == 0xCD && trail >= 0xB0 && trail <= 0xBF);
}

/* The length of the letter, digit or dot of a number at `at`; 0: it is none. */
static size_t held_len(struct tms_str text, size_t at)
{
	if (tms_is_alnum(text.ptr[at]))
		return 1;
	if (at + 1 >= text.len)
		return 0;
	if (text.ptr[at] == '.') /* something stands before: the brace, if nothing else */
		return tms_is_digit(text.ptr[at - 1]) && tms_is_digit(text.ptr[at + 1]) ? 1 : 0;
	return is_greek(text.ptr + at) ? 2 : 0;
}

struct tms_str tex_script_of(struct tms_str text, size_t at)
{
	size_t from = at + 1;

	if (at < 2 || from >= text.len || !is_greek(text.ptr + at - 2))
		return TMS_STR_NONE;
	if (tms_is_digit(text.ptr[from]))
		return tms_str_slice(text, from, from + 1);
	if (text.ptr[from] != '{')
		return TMS_STR_NONE;
	size_t end = ++from;
	for (size_t len = 1; len > 0 && end < text.len; end += len)
		len = held_len(text, end);
	return end < text.len && text.ptr[end] == '}' ? tms_str_slice(text, from, end)
						      : TMS_STR_NONE;
}

static bool has_script_of(struct tms_str text, char sign)
{
	size_t at = tms_str_find_byte(text, sign, 0);

	while (at != SIZE_MAX && tex_script_of(text, at).len == 0)
		at = tms_str_find_byte(text, sign, at + 1);
	return at != SIZE_MAX;
}

bool tex_has_script(struct tms_str text)
{
	return has_script_of(text, '_') || has_script_of(text, '^');
}
