/* What the files of poll.h share. */
#ifndef TAMIS_HTTP_POLL_PRIVATE_H
#define TAMIS_HTTP_POLL_PRIVATE_H

#include <tamis/utf8.h>

/** The nearest of [low, high]. */
static inline int64_t poll_clamp(int64_t value, int64_t low, int64_t high)
{
	return value < low ? low : value > high ? high : value;
}

/**
 * Copy into a field of so many bytes. What does not fit, or cannot be stored, is left out: a
 * validator that is cut is none, and a list is asked without it.
 */
static inline void poll_keep(char *field, size_t size, struct tms_str value)
{
	if (value.len >= size || !tms_utf8_is_valid(value) ||
		tms_str_find_byte(value, '\0', 0) != SIZE_MAX)
		value.len = 0;
	if (value.len > 0)
		memcpy(field, value.ptr, value.len);
	field[value.len] = '\0';
}

#endif
