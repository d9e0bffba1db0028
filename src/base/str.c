/* Byte strings: what is not inlined of comparing, finding, trimming, splitting and numbers. */
#include <tamis/str.h>

bool tms_str_equal_caseless(struct tms_str a, struct tms_str b)
{
	return a.len == b.len && tms_str_starts_caseless(a, b);
}

int tms_str_compare(struct tms_str a, struct tms_str b)
{
	size_t shared = a.len < b.len ? a.len : b.len;
	int order = shared ? memcmp(a.ptr, b.ptr, shared) : 0;

	if (order != 0)
		return order;
	return (a.len > b.len) - (a.len < b.len);
}

bool tms_str_starts_caseless(struct tms_str s, struct tms_str prefix)
{
	if (s.len < prefix.len)
		return false;
	for (size_t i = 0; i < prefix.len; i++)
		if (tms_lower(s.ptr[i]) != tms_lower(prefix.ptr[i]))
			return false;
	return true;
}

bool tms_str_ends(struct tms_str s, struct tms_str suffix)
{
	return s.len >= suffix.len &&
	       tms_str_equal(tms_str_slice(s, s.len - suffix.len, s.len), suffix);
}

size_t tms_str_find(struct tms_str s, struct tms_str needle, size_t from)
{
	if (needle.len == 0)
		return from <= s.len ? from : SIZE_MAX;
	if (from >= s.len)
		return SIZE_MAX;
	const char *at = memmem(s.ptr + from, s.len - from, needle.ptr, needle.len);
	return at ? (size_t)(at - s.ptr) : SIZE_MAX;
}

size_t tms_str_find_caseless(struct tms_str s, struct tms_str needle, size_t from)
{
	for (; from <= s.len && s.len - from >= needle.len; from++)
		if (tms_str_starts_caseless(tms_str_slice(s, from, s.len), needle))
			return from;
	return SIZE_MAX;
}

size_t tms_str_find_byte(struct tms_str s, char byte, size_t from)
{
	if (from >= s.len)
		return SIZE_MAX;
	const char *at = memchr(s.ptr + from, byte, s.len - from);
	return at ? (size_t)(at - s.ptr) : SIZE_MAX;
}

struct tms_str tms_str_trim(struct tms_str s)
{
	while (s.len > 0 && tms_is_space(s.ptr[0])) {
		s.ptr++;
		s.len--;
	}
	while (s.len > 0 && tms_is_space(s.ptr[s.len - 1]))
		s.len--;
	return s;
}

bool tms_str_split(struct tms_str *rest, char separator, struct tms_str *part)
{
	if (!rest->ptr)
		return false;
	size_t at = tms_str_find_byte(*rest, separator, 0);
	if (at == SIZE_MAX) {
		if (rest->len == 0)
			return false;
		*part = *rest;
		*rest = (struct tms_str){ 0 };
		return true;
	}
	*part = (struct tms_str){ rest->ptr, at };
	*rest = (struct tms_str){ rest->ptr + at + 1, rest->len - at - 1 };
	return true;
}

int tms_hex_value(char byte)
{
	if (tms_is_digit(byte))
		return byte - '0';
	byte = tms_lower(byte);
	return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

bool tms_str_int64(struct tms_str s, int64_t *out)
{
	bool negative = s.len > 0 && s.ptr[0] == '-';
	int64_t value = 0;

	if (s.len == (size_t)negative)
		return false;
	for (size_t i = negative; i < s.len; i++) {
		if (!tms_is_digit(s.ptr[i]) || __builtin_mul_overflow(value, 10, &value))
			return false;
		int64_t digit = s.ptr[i] - '0';
		if (__builtin_add_overflow(value, negative ? -digit : digit, &value))
			return false;
	}
	*out = value;
	return true;
}

bool tms_str_double(struct tms_str s, double *out)
{
	bool negative = s.len > 0 && s.ptr[0] == '-';
	bool seen_point = false;
	size_t digits = 0;
	double value = 0, scale = 1;

	for (size_t i = negative; i < s.len; i++) {
		if (s.ptr[i] == '.' && !seen_point) {
			seen_point = true;
			continue;
		}
		if (!tms_is_digit(s.ptr[i]))
			return false;
		digits++;
		value = value * 10 + (s.ptr[i] - '0');
		scale *= seen_point ? 10 : 1;
	}
	if (digits == 0 || digits > 300)
		return false;
	*out = (negative ? -value : value) / scale;
	return true;
}
