/* The request target: path decoded, query apart, Host and absolute form judged. */
#include "target.h"

#include <tamis/utf8.h>

#include "refusal.h"

#define BIT(byte) (UINT64_C(1) << ((byte)&63))

/* unreserved, pct-encoded and sub-delims of RFC 3986, and what IP literals and ports are made of; a bit
 * for each of ASCII */
static const uint64_t host_bits[2] = {
	(BIT('9' + 1) - BIT('0')) | BIT('-') | BIT('.') | BIT('%') | BIT('!') | BIT('$') |
		BIT('&') | BIT('\'') | BIT('(') | BIT(')') | BIT('*') | BIT('+') | BIT(',') |
		BIT(';') | BIT('=') | BIT(':'),
	(BIT('Z' + 1) - BIT('A')) | (BIT('z' + 1) - BIT('a')) | BIT('_') | BIT('~') | BIT('[') |
		BIT(']'),
};

static bool is_host_byte(unsigned char byte)
{
	return byte < 128 && (host_bits[byte / 64] & BIT(byte)) != 0;
}

bool http_host_is_valid(struct tms_str host)
{
	for (size_t i = 0; i < host.len; i++)
		if (!is_host_byte((unsigned char)host.ptr[i]))
			return false;
	return host.len > 0 && host.ptr[0] != ':';
}

/* An encoded '/' is refused: "a%2Fb" is one segment by the book and two for nearly everything that
 * reads it. */
static bool decode_path(struct tms_arena *arena, struct tms_str path, struct tms_str *out,
	struct tms_refusal *refusal)
{
	size_t made = 0;
	char *bytes = NULL;

	if (tms_str_find_byte(path, '%', 0) == SIZE_MAX) {
		*out = path;
		return true;
	}
	bytes = tms_arena_alloc(arena, path.len);
	if (!bytes)
		return http_refuse(refusal, 503, "There is no memory for this request now.");
	for (size_t i = 0; i < path.len; i++) {
		int byte = (unsigned char)path.ptr[i];
		if (byte == '%') {
			int high = i + 2 < path.len ? tms_hex_value(path.ptr[i + 1]) : -1;
			int low = i + 2 < path.len ? tms_hex_value(path.ptr[i + 2]) : -1;
			if (high < 0 || low < 0)
				return http_refuse(refusal, 400,
					"In the path, %% stands without two hexadecimal digits.");
			byte = high * 16 + low;
			i += 2;
			if (byte < 0x20 || byte == 0x7f || byte == '/')
				return http_refuse(refusal, 400,
					"The path holds %%%02X, which no address here has.", byte);
		}
		bytes[made++] = (char)byte;
	}
	*out = (struct tms_str){ bytes, made };
	return true;
}

static bool has_dot_segment(struct tms_str path)
{
	struct tms_str segment = { 0 };

	if (tms_str_find(path, TMS_STR("/."), 0) == SIZE_MAX)
		return false; /* nearly every path, which starts with a slash */
	while (tms_str_split(&path, '/', &segment))
		if (tms_str_equal(segment, TMS_STR(".")) || tms_str_equal(segment, TMS_STR("..")))
			return true;
	return false;
}

/* Cut "http://host" off; the rest is what the origin form would be. */
static bool take_authority(
	struct tms_str *target, const struct tms_request *request, struct tms_refusal *refusal)
{
	size_t start = tms_str_starts_caseless(*target, TMS_STR("https://")) ? 8 : 7;
	size_t end = start;
	struct tms_str authority = { 0 };

	while (end < target->len && target->ptr[end] != '/' && target->ptr[end] != '?')
		end++;
	authority = tms_str_slice(*target, start, end);
	/* RFC 9112 section 3.2.2 lets the target win over Host; two names for one request are a
	 * smuggler's */
	if (!http_host_is_valid(authority) ||
		(request->host.len && !tms_str_equal_caseless(authority, request->host)))
		return http_refuse(
			refusal, 400, "The address and the Host header name different hosts.");
	*target = tms_str_slice(*target, end, target->len);
	return true;
}

/* Readers and curl send letters of other scripts as they are: the same as if each byte were
 * percent-encoded, as RFC 3987 section 3.1 maps them. */
static bool encode_letters(
	struct tms_arena *arena, struct tms_str *target, struct tms_refusal *refusal)
{
	static const char hex[] = "0123456789ABCDEF";
	size_t letters = 0, made = 0;

	for (size_t i = 0; i < target->len; i++)
		letters += (unsigned char)target->ptr[i] >= 0x80;
	if (letters == 0)
		return true;
	if (!tms_utf8_is_valid(*target))
		return http_refuse(refusal, 400,
			"The address holds a byte that is not UTF-8 and must be percent-encoded.");
	char *bytes = tms_arena_alloc(arena, target->len + 2 * letters);
	if (!bytes)
		return http_refuse(refusal, 503, "There is no memory for this request now.");
	for (size_t i = 0; i < target->len; i++) {
		unsigned char byte = (unsigned char)target->ptr[i];
		if (byte >= 0x80) {
			bytes[made++] = '%';
			bytes[made++] = hex[byte >> 4];
			bytes[made++] = hex[byte & 15];
		} else {
			bytes[made++] = target->ptr[i];
		}
	}
	*target = (struct tms_str){ bytes, made };
	return true;
}

bool http_target_parse(struct tms_arena *arena, struct tms_str target, struct tms_request *request,
	struct tms_refusal *refusal)
{
	size_t query = 0;

	for (size_t i = 0; i < target.len; i++) {
		unsigned char byte = (unsigned char)target.ptr[i];
		if (byte < 0x21 || byte == 0x7f || byte == '#')
			return http_refuse(refusal, 400,
				"The address holds a byte that must be percent-encoded.");
	}
	if (!encode_letters(arena, &target, refusal))
		return false;
	if (tms_str_equal(target, TMS_STR("*")) && request->method == TMS_METHOD_OPTIONS) {
		request->target = request->path = target;
		return true;
	}
	if (tms_str_starts_caseless(target, TMS_STR("http://")) ||
		tms_str_starts_caseless(target, TMS_STR("https://"))) {
		if (!take_authority(&target, request, refusal))
			return false;
		if (!target.len)
			target = TMS_STR("/");
	} else if (!tms_str_starts(target, TMS_STR("/"))) {
		return http_refuse(refusal, 400, "The address does not start with a slash.");
	}
	query = tms_str_find_byte(target, '?', 0);
	request->target = target;
	request->path = tms_str_slice(target, 0, query);
	if (query != SIZE_MAX)
		request->query = tms_str_slice(target, query + 1, target.len);
	if (!request->path.len)
		request->path = TMS_STR("/"); /* http://host?query */
	if (!decode_path(arena, request->path, &request->path, refusal))
		return false;
	if (has_dot_segment(request->path))
		return http_refuse(refusal, 400, "The path holds a . or .. segment.");
	return true;
}
