/* The parts of a URL, and the parameters of its query. */
#include <tamis/url.h>

/* ALPHA *( ALPHA / DIGIT / "+" / "-" / "." ) ":"; 0 when there is none. */
static size_t scheme_bytes(struct tms_str s)
{
	size_t len = 0;

	if (s.len == 0 || !tms_is_alpha(s.ptr[0]))
		return 0;
	while (len < s.len && (tms_is_alnum(s.ptr[len]) || s.ptr[len] == '+' || s.ptr[len] == '-' ||
				      s.ptr[len] == '.'))
		len++;
	return len < s.len && s.ptr[len] == ':' ? len : 0;
}

/* Where the first of three bytes stands; behind the end when none does. */
static size_t find_any(struct tms_str s, const char bytes[3], size_t from)
{
	while (from < s.len && s.ptr[from] != bytes[0] && s.ptr[from] != bytes[1] &&
		s.ptr[from] != bytes[2])
		from++;
	return from;
}

static bool is_port(struct tms_str s)
{
	int64_t port = 0;

	if (s.len == 0)
		return true;
	return s.len <= 5 && tms_is_digit(s.ptr[0]) && tms_str_int64(s, &port) && port <= 65535;
}

static bool split_authority(struct tms_str s, struct tms_url *url)
{
	size_t at = SIZE_MAX, colon = SIZE_MAX;

	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] == '@')
			at = i;
	if (at != SIZE_MAX) {
		url->userinfo = tms_str_slice(s, 0, at);
		s = tms_str_slice(s, at + 1, s.len);
	}
	if (s.len > 0 && s.ptr[0] == '[') {
		size_t close = tms_str_find_byte(s, ']', 0);
		if (close == SIZE_MAX)
			return false;
		url->host = tms_str_slice(s, 0, close + 1);
		if (close + 1 < s.len && s.ptr[close + 1] != ':')
			return false;
		url->port = tms_str_slice(s, close + 2, s.len);
		return is_port(url->port);
	}
	colon = tms_str_find_byte(s, ':', 0);
	url->host = tms_str_slice(s, 0, colon);
	url->port = colon == SIZE_MAX ? url->port : tms_str_slice(s, colon + 1, s.len);
	return is_port(url->port) && tms_str_find_byte(s, '[', 0) == SIZE_MAX &&
	       tms_str_find_byte(s, ']', 0) == SIZE_MAX;
}

/* RFC 3986 appendix B, without a regular expression. */
static bool split(struct tms_str s, struct tms_url *url)
{
	size_t end = scheme_bytes(s);

	if (end > 0) {
		url->scheme = tms_str_slice(s, 0, end);
		s = tms_str_slice(s, end + 1, s.len);
	}
	if (tms_str_starts(s, TMS_STR("//"))) {
		end = find_any(s, "/?#", 2);
		url->has_authority = true;
		if (!split_authority(tms_str_slice(s, 2, end), url))
			return false;
		s = tms_str_slice(s, end, s.len);
	}
	end = find_any(s, "?##", 0);
	url->path = tms_str_slice(s, 0, end);
	if (end < s.len && s.ptr[end] == '?') {
		size_t start = end + 1;
		end = find_any(s, "###", start);
		url->has_query = true;
		url->query = tms_str_slice(s, start, end);
	}
	if (end < s.len) {
		url->has_fragment = true;
		url->fragment = tms_str_slice(s, end + 1, s.len);
	}
	return true;
}

bool tms_url_parse(struct tms_str s, struct tms_url *out)
{
	struct tms_url url = { 0 };

	s = tms_str_trim(s);
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.ptr[i] <= 0x20 || s.ptr[i] == 0x7f)
			return false;
	if (!split(s, &url))
		return false;
	*out = url;
	return true;
}

bool tms_url_is_http(struct tms_str s)
{
	struct tms_url url;

	return tms_url_parse(s, &url) && url.host.len > 0 &&
	       (tms_str_equal_caseless(url.scheme, TMS_STR("http")) ||
		       tms_str_equal_caseless(url.scheme, TMS_STR("https")));
}

struct tms_str tms_url_form_decode(struct tms_arena *arena, struct tms_str s)
{
	char *out = tms_arena_alloc(arena, s.len + 1);
	size_t len = 0;

	if (!out)
		return (struct tms_str){ 0 };
	for (size_t i = 0; i < s.len; i++) {
		int high = i + 2 < s.len && s.ptr[i] == '%' ? tms_hex_value(s.ptr[i + 1]) : -1;
		int low = high >= 0 ? tms_hex_value(s.ptr[i + 2]) : -1;
		if (low >= 0) {
			out[len++] = (char)(high << 4 | low);
			i += 2;
		} else {
			out[len++] = s.ptr[i] == '+' ? ' ' : s.ptr[i];
		}
	}
	return (struct tms_str){ out, len };
}

void tms_url_write_encoded(struct tms_buf *buf, struct tms_str s)
{
	static const char hex[] = "0123456789ABCDEF";

	for (size_t i = 0; i < s.len; i++) {
		unsigned char byte = (unsigned char)s.ptr[i];
		if (tms_is_alnum(s.ptr[i]) || byte == '-' || byte == '.' || byte == '_' ||
			byte == '~')
			tms_buf_add_char(buf, s.ptr[i]);
		else
			tms_buf_add(
				buf, (struct tms_str){
					     (char[]){ '%', hex[byte >> 4], hex[byte & 15] }, 3 });
	}
}

bool tms_url_next_parameter(struct tms_str *query, struct tms_str *name, struct tms_str *value)
{
	struct tms_str part = { 0 };

	while (tms_str_split(query, '&', &part))
		if (part.len > 0) {
			size_t equals = tms_str_find_byte(part, '=', 0);
			*name = tms_str_slice(part, 0, equals);
			*value = (struct tms_str){ 0 };
			if (equals != SIZE_MAX)
				*value = tms_str_slice(part, equals + 1, part.len);
			return true;
		}
	return false;
}
