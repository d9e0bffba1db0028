/* Addresses compared: hosts with what is below them, paths by whole segments. */
#include "checked_query.h"

void query_split_address(struct tms_str address, struct tms_str *host, struct tms_str *path)
{
	size_t scheme = tms_str_find(address, TMS_STR("://"), 0);
	size_t end = 0;

	if (scheme != SIZE_MAX)
		address = tms_str_slice(address, scheme + 3, address.len);
	while (end < address.len && !memchr("/?#", address.ptr[end], 3))
		end++;
	*path = tms_str_slice(address, end, address.len);
	*host = tms_str_slice(address, 0, end);
	size_t user = tms_str_find_byte(*host, '@', 0);
	if (user != SIZE_MAX)
		*host = tms_str_slice(*host, user + 1, host->len);
	*host = tms_str_slice(*host, 0, tms_str_find_byte(*host, ':', 0));
	if (tms_str_starts_caseless(*host, TMS_STR("www.")))
		*host = tms_str_slice(*host, 4, host->len);
}

bool query_host_is(struct tms_str host, struct tms_str wanted, bool subdomains)
{
	if (tms_str_equal_caseless(host, wanted))
		return true;
	if (!subdomains || host.len <= wanted.len || host.ptr[host.len - wanted.len - 1] != '.')
		return false;
	return tms_str_equal_caseless(tms_str_slice(host, host.len - wanted.len, host.len), wanted);
}

static int hex_value(char byte)
{
	if (tms_is_digit(byte))
		return byte - '0';
	byte = tms_lower(byte);
	return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

/* The byte at the place, caseless; 256 more when it is a sign that means something else where it is
 * not percent-encoded (RFC 3986, 2.2), so that %2F is no "/". -1 at the end. */
static int next_unit(struct tms_str s, size_t *at)
{
	if (*at >= s.len)
		return -1;
	unsigned char byte = (unsigned char)s.ptr[(*at)++];
	if (byte != '%' || s.len - *at < 2)
		return tms_lower((char)byte) & 0xFF;
	int high = hex_value(s.ptr[*at]), low = hex_value(s.ptr[*at + 1]);
	if (high < 0 || low < 0)
		return byte;
	*at += 2;
	byte = (unsigned char)(high << 4 | low);
	bool reserved = byte != 0 && strchr(":/?#[]@!$&'()*+,;=%", byte);
	return reserved ? 256 + byte : tms_lower((char)byte) & 0xFF;
}

/* ends: behind a whole segment stands one of these, or nothing. */
static bool begins(struct tms_str path, struct tms_str wanted, bool open_end, const char *ends)
{
	size_t at = 0, wanted_at = 0;
	int last = -1, unit;

	while ((unit = next_unit(wanted, &wanted_at)) >= 0) {
		size_t before = at;
		if (next_unit(path, &at) != unit) /* "/openai/" is also the page "/openai" */
			return unit == '/' && wanted_at == wanted.len && before == path.len;
		last = unit;
	}
	if (open_end || at == path.len || last < 0 || last == '/')
		return true;
	return strchr(ends, path.ptr[at]) != NULL && path.ptr[at] != 0;
}

bool query_path_is(struct tms_str path, struct tms_str wanted, bool open_end)
{
	return begins(path, wanted, open_end, "/?#&");
}

struct tms_str query_path_alone(struct tms_str path)
{
	size_t end = 0;

	while (end < path.len && path.ptr[end] != '?' && path.ptr[end] != '#')
		end++;
	return tms_str_slice(path, 0, end);
}

bool query_path_holds(const struct query_leaf *leaf, struct tms_str address)
{
	struct tms_str host, path;

	query_split_address(address, &host, &path);
	path = query_path_alone(path);
	if (!leaf->anywhere)
		return begins(path, leaf->path, leaf->open_end, "/");
	for (size_t at = 0; at < path.len; at++)
		if (path.ptr[at] == '/' &&
			begins(tms_str_slice(path, at, path.len), leaf->path, leaf->open_end, "/"))
			return true;
	return false;
}

bool query_segment_next(struct tms_str path, size_t *at, struct query_segment *out)
{
	uint32_t hash = UINT32_C(2166136261); /* FNV-1a */
	size_t length = 0;

	for (int unit; (unit = next_unit(path, at)) >= 0;) {
		if (unit != '/') {
			hash = (hash ^ (uint32_t)unit) * UINT32_C(16777619);
			length++;
		} else if (length > 0) {
			*out = (struct query_segment){ hash, false };
			return true;
		}
	}
	*out = (struct query_segment){ hash, true };
	return length > 0;
}

bool query_path_scans(const struct query_leaf *leaf)
{
	struct query_segment segment;
	size_t at = 0;

	if (leaf->kind != LEAF_URL || leaf->field->which != ADDRESS_PATH)
		return false;
	return !query_segment_next(leaf->path, &at, &segment) ||
	       (segment.is_last && leaf->open_end);
}
