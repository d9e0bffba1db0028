#include <tamis/str.h>

struct tms_str tms_str_from(const char *text)
{
	return text ? (struct tms_str){ text, strlen(text) } : TMS_STR_NONE;
}

struct tms_str tms_str_slice(struct tms_str s, size_t start, size_t end)
{
	if (end > s.len)
		end = s.len;
	if (start >= end)
		return (struct tms_str){ 0 };
	return (struct tms_str){ s.ptr + start, end - start };
}

bool tms_str_equal(struct tms_str a, struct tms_str b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

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

bool tms_str_starts(struct tms_str s, struct tms_str prefix)
{
	return s.len >= prefix.len &&
	       (prefix.len == 0 || memcmp(s.ptr, prefix.ptr, prefix.len) == 0);
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
	while (from < s.len && s.len - from >= needle.len) {
		const char *at = memchr(s.ptr + from, needle.ptr[0], s.len - from - needle.len + 1);
		if (!at)
			return SIZE_MAX;
		if (memcmp(at, needle.ptr, needle.len) == 0)
			return (size_t)(at - s.ptr);
		from = (size_t)(at - s.ptr) + 1;
	}
	return SIZE_MAX;
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

bool tms_is_space(char byte)
{
	return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

bool tms_is_digit(char byte)
{
	return byte >= '0' && byte <= '9';
}

bool tms_is_alpha(char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

bool tms_is_alnum(char byte)
{
	return tms_is_alpha(byte) || tms_is_digit(byte);
}

char tms_lower(char byte)
{
	return byte >= 'A' && byte <= 'Z' ? (char)(byte + ('a' - 'A')) : byte;
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
