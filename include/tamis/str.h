/*
 * Borrowed runs of bytes: how text travels through the library. What is asked of every byte or name
 * of a document stands here to be inlined: calls were a fifth of reading a feed.
 */
#ifndef TAMIS_STR_H
#define TAMIS_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/** A borrowed run of bytes: not owned, not NUL-terminated, may hold NULs. {0} is empty. */
struct tms_str {
	const char *ptr;
	size_t len;
};

#define TMS_STR_INIT(lit)                                                                          \
	{                                                                                          \
		.ptr = "" lit, .len = sizeof(lit) - 1                                              \
	}                                                /* in static tables */
#define TMS_STR(lit) ((struct tms_str)TMS_STR_INIT(lit)) /* in expressions */
/** The empty run, in an expression that cppcheck 2.10 can read inside ?: too. */
#define TMS_STR_NONE ((struct tms_str){ 0 })
/** The two arguments of a printf "%.*s". */
#define TMS_STR_ARGS(s) (int)(s).len, (s).ptr ? (s).ptr : ""

/** The run of a NUL-terminated string; NULL gives the empty run. */
static inline struct tms_str tms_str_from(const char *text)
{
	struct tms_str run = { text, text ? strlen(text) : 0 };

	return run;
}
/** Bytes from start up to, not including, end; both are clamped to the run. */
#ifdef __clang_analyzer__ /* it would follow an empty part into runs that have bytes */
struct tms_str tms_str_slice(struct tms_str s, size_t start, size_t end);
#else
static inline struct tms_str tms_str_slice(struct tms_str s, size_t start, size_t end)
{
	struct tms_str part = { NULL, 0 }; /* no compound literals here: C++ reads this too */

	if (end > s.len)
		end = s.len;
	if (start < end) {
		part.ptr = s.ptr + start;
		part.len = end - start;
	}
	return part;
}
#endif

/** The same bytes. */
static inline bool tms_str_equal(struct tms_str a, struct tms_str b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}
/** Equal when A-Z and a-z count as the same; other bytes exactly. */
bool tms_str_equal_caseless(struct tms_str a, struct tms_str b);
/** Byte order, as memcmp, a shorter run before its extensions: <0, 0, >0. */
int tms_str_compare(struct tms_str a, struct tms_str b);
/** Begins with these bytes; the empty run begins and ends all. */
static inline bool tms_str_starts(struct tms_str s, struct tms_str prefix)
{
	return s.len >= prefix.len &&
	       /* NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker): bytes have a pointer */
	       (prefix.len == 0 || memcmp(s.ptr, prefix.ptr, prefix.len) == 0);
}
/** As tms_str_starts, with A-Z and a-z the same. */
bool tms_str_starts_caseless(struct tms_str s, struct tms_str prefix);
/** Ends in these bytes. */
bool tms_str_ends(struct tms_str s, struct tms_str suffix);
/** Offset of the first needle at or after from, or SIZE_MAX. An empty needle is found at from. */
size_t tms_str_find(struct tms_str s, struct tms_str needle, size_t from);
/** As tms_str_find, with A-Z and a-z the same. */
size_t tms_str_find_caseless(struct tms_str s, struct tms_str needle, size_t from);
/** Offset of the first such byte at or after from, or SIZE_MAX. */
size_t tms_str_find_byte(struct tms_str s, char byte, size_t from);

/** Without ASCII white space (space, \t \n \v \f \r) at both ends. */
struct tms_str tms_str_trim(struct tms_str s);
/**
 * Take the next part of *rest before `separator`; *rest moves behind it. False when nothing is
 * left. "a,,b" gives "a", "", "b"; "" gives nothing.
 */
bool tms_str_split(struct tms_str *rest, char separator, struct tms_str *part);

/** ASCII alone, whatever the locale. */
static inline bool tms_is_space(char byte)
{
	return byte == ' ' || (byte >= '\t' && byte <= '\r');
}
static inline bool tms_is_digit(char byte)
{
	return byte >= '0' && byte <= '9';
}
static inline bool tms_is_alpha(char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}
static inline bool tms_is_upper(char byte)
{
	return byte >= 'A' && byte <= 'Z';
}
static inline bool tms_is_alnum(char byte)
{
	return tms_is_alpha(byte) || tms_is_digit(byte);
}
/** A-Z as a-z; every other byte as it is. */
static inline char tms_lower(char byte)
{
	return byte >= 'A' && byte <= 'Z' ? (char)(byte + ('a' - 'A')) : byte;
}
/** Is the run this NUL-terminated name, A-Z and a-z the same? Most differ in the first letter. */
static inline bool tms_str_is(struct tms_str s, const char *name)
{
	size_t at = 0;

	while (at < s.len && name[at] && tms_lower(s.ptr[at]) == tms_lower(name[at]))
		at++;
	return at == s.len && name[at] == '\0';
}
/** Value of a hexadecimal digit, or -1. */
int tms_hex_value(char byte);

/**
 * The whole run as a decimal number: an optional '-', then digits, nothing else.
 * False (and *out alone) on anything else and on overflow.
 */
bool tms_str_int64(struct tms_str s, int64_t *out);
/** The whole run as a decimal number, digits with at most one '.', optional '-'. No exponent. */
bool tms_str_double(struct tms_str s, double *out);

#endif
