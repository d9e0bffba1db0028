/* Cleaning URLs: normalised, tracking parameters removed; and IRIs to URIs. */
#include <tamis/link.h>

#include <utf8proc.h>

#include <tamis/buf.h>
#include <tamis/url.h>

/* An address cut as RFC 3986 appendix B does; the delimiters belong to no part. */
struct parts {
	struct tms_str scheme, authority, path, query, fragment;
	bool has_authority;
};

static bool is_scheme_byte(char byte)
{
	return tms_is_alnum(byte) || byte == '+' || byte == '-' || byte == '.';
}

/* Length of the scheme before its colon, or 0. */
static size_t scheme_length(struct tms_str text)
{
	size_t i = 0;

	if (text.len == 0 || !tms_is_alpha(text.ptr[0]))
		return 0;
	while (i < text.len && is_scheme_byte(text.ptr[i]))
		i++;
	return i < text.len && text.ptr[i] == ':' ? i : 0;
}

static bool split(struct tms_str url, struct parts *parts)
{
	size_t end = url.len;
	size_t at = scheme_length(url);

	*parts = (struct parts){ .scheme = tms_str_slice(url, 0, at) };
	if (at == 0)
		return false;
	at++;
	size_t hash = tms_str_find_byte(url, '#', at);
	if (hash != SIZE_MAX) {
		parts->fragment = tms_str_slice(url, hash + 1, url.len);
		end = hash;
	}
	size_t mark = tms_str_find_byte(tms_str_slice(url, 0, end), '?', at);
	if (mark != SIZE_MAX) {
		parts->query = tms_str_slice(url, mark + 1, end);
		end = mark;
	}
	parts->has_authority = tms_str_starts(tms_str_slice(url, at, end), TMS_STR("//"));
	if (parts->has_authority) {
		size_t slash = tms_str_find_byte(tms_str_slice(url, 0, end), '/', at + 2);
		slash = slash == SIZE_MAX ? end : slash;
		parts->authority = tms_str_slice(url, at + 2, slash);
		at = slash;
	}
	parts->path = tms_str_slice(url, at, end);
	return true;
}

/* ---- what only tracks ---- */

/* Parameters that begin so. */
static const struct tms_str tracking_prefixes[] = {
	TMS_STR_INIT("utm_"),
	TMS_STR_INIT("mtm_"),
	TMS_STR_INIT("pk_"),
	TMS_STR_INIT("piwik_"),
	TMS_STR_INIT("matomo_"),
	TMS_STR_INIT("hsa_"),
	TMS_STR_INIT("__hs"),
	TMS_STR_INIT("_hs"),
	TMS_STR_INIT("oly_"),
	TMS_STR_INIT("at_custom"),
};

/* Parameters of exactly this name; with a value here, only when theirs begins so. */
static const struct {
	struct tms_str name, value;
} tracking_names[] = {
	{ TMS_STR_INIT("fbclid"), { 0 } },
	{ TMS_STR_INIT("gclid"), { 0 } },
	{ TMS_STR_INIT("gclsrc"), { 0 } },
	{ TMS_STR_INIT("dclid"), { 0 } },
	{ TMS_STR_INIT("gbraid"), { 0 } },
	{ TMS_STR_INIT("wbraid"), { 0 } },
	{ TMS_STR_INIT("msclkid"), { 0 } },
	{ TMS_STR_INIT("yclid"), { 0 } },
	{ TMS_STR_INIT("ysclid"), { 0 } },
	{ TMS_STR_INIT("twclid"), { 0 } },
	{ TMS_STR_INIT("ttclid"), { 0 } },
	{ TMS_STR_INIT("li_fat_id"), { 0 } },
	{ TMS_STR_INIT("igshid"), { 0 } },
	{ TMS_STR_INIT("igsh"), { 0 } },
	{ TMS_STR_INIT("mc_cid"), { 0 } },
	{ TMS_STR_INIT("mc_eid"), { 0 } },
	{ TMS_STR_INIT("mkt_tok"), { 0 } },
	{ TMS_STR_INIT("vero_id"), { 0 } },
	{ TMS_STR_INIT("wickedid"), { 0 } },
	{ TMS_STR_INIT("_openstat"), { 0 } },
	{ TMS_STR_INIT("ml_subscriber"), { 0 } },
	{ TMS_STR_INIT("ml_subscriber_hash"), { 0 } },
	{ TMS_STR_INIT("ref_src"), { 0 } },
	{ TMS_STR_INIT("source"), TMS_STR_INIT("rss") },
	{ TMS_STR_INIT("ref"), TMS_STR_INIT("rss") },
	{ TMS_STR_INIT("ref"), TMS_STR_INIT("feed") },
};

/* Fragments that begin so; others may be the only thing that tells two entries of a page apart. */
static const struct tms_str tracking_fragments[] = {
	TMS_STR_INIT("utm_"),
	TMS_STR_INIT("xtor="),
	TMS_STR_INIT("ref=rss"),
	TMS_STR_INIT("ftag="),
};

static bool is_tracking_parameter(struct tms_str parameter)
{
	size_t equals = tms_str_find_byte(parameter, '=', 0);
	struct tms_str name = tms_str_slice(parameter, 0, equals);
	struct tms_str value =
		equals == SIZE_MAX ? TMS_STR_NONE : tms_str_slice(parameter, equals + 1, SIZE_MAX);

	for (size_t i = 0; i < TMS_COUNT(tracking_prefixes); i++)
		if (tms_str_starts_caseless(name, tracking_prefixes[i]))
			return true;
	for (size_t i = 0; i < TMS_COUNT(tracking_names); i++)
		if (tms_str_equal_caseless(name, tracking_names[i].name) &&
			tms_str_starts(value, tracking_names[i].value))
			return true;
	return false;
}

static void add_query(struct tms_buf *out, struct tms_str query)
{
	struct tms_str parameter;
	char before = '?';

	while (tms_str_split(&query, '&', &parameter)) {
		if (parameter.len == 0 || is_tracking_parameter(parameter))
			continue;
		tms_buf_add_char(out, before);
		tms_buf_add(out, parameter);
		before = '&';
	}
}

static void add_fragment(struct tms_buf *out, struct tms_str fragment)
{
	/* a text directive is the reader's view, not the page's
	 * (wicg.github.io/scroll-to-text-fragment) */
	fragment = tms_str_slice(fragment, 0, tms_str_find(fragment, TMS_STR(":~:"), 0));
	for (size_t i = 0; i < TMS_COUNT(tracking_fragments); i++)
		if (tms_str_starts_caseless(fragment, tracking_fragments[i]))
			return;
	if (fragment.len == 0)
		return;
	tms_buf_add_char(out, '#');
	tms_buf_add(out, fragment);
}

static void add_lower(struct tms_buf *out, struct tms_str text)
{
	for (size_t i = 0; i < text.len; i++)
		tms_buf_add_char(out, tms_lower(text.ptr[i]));
}

/* Host and port of an authority; a port that the scheme means anyway goes. */
static void add_authority(struct tms_buf *out, struct tms_str authority, bool is_https)
{
	struct tms_str port = is_https ? TMS_STR(":443") : TMS_STR(":80");
	size_t at = tms_str_find_byte(authority, '@', 0);

	if (at != SIZE_MAX) { /* user names keep their case */
		tms_buf_add(out, tms_str_slice(authority, 0, at + 1));
		authority = tms_str_slice(authority, at + 1, SIZE_MAX);
	}
	if (tms_str_ends(authority, port))
		authority.len -= port.len;
	else if (tms_str_ends(authority, TMS_STR(":")))
		authority.len--;
	add_lower(out, authority);
}

static bool is_lower_host_byte(char byte)
{
	return (byte >= 'a' && byte <= 'z') || tms_is_digit(byte) || byte == '-' || byte == '.';
}

bool tms_link_is_clean(struct tms_str url)
{
	size_t at = tms_str_starts(url, TMS_STR("https://")) ? 8 : 7;
	size_t host = at;

	if (at == 7 && !tms_str_starts(url, TMS_STR("http://")))
		return false;
	while (at < url.len && is_lower_host_byte(url.ptr[at]))
		at++;
	if (at == host || at == url.len || url.ptr[at] != '/')
		return false;
	for (; at < url.len; at++) {
		/* "/." may begin a dot segment; a query may track */
		bool is_dot = url.ptr[at] == '.' && url.ptr[at - 1] == '/';
		if (is_dot || !tms_url_is_path_byte(url.ptr[at]))
			return false;
	}
	return true;
}

struct tms_str tms_link_clean(struct tms_arena *arena, struct tms_str url)
{
	struct tms_buf out = { 0 };
	struct parts parts;

	url = tms_str_trim(url);
	if (tms_link_is_clean(url))
		return tms_arena_copy(arena, url);
	if (!split(url, &parts))
		return (struct tms_str){ 0 };
	bool is_https = tms_str_equal_caseless(parts.scheme, TMS_STR("https"));
	if (!is_https && !tms_str_equal_caseless(parts.scheme, TMS_STR("http")))
		return tms_iri_encode(arena, url);
	if (parts.authority.len == 0)
		return (struct tms_str){ 0 };
	add_lower(&out, parts.scheme);
	tms_buf_add_cstr(&out, "://");
	add_authority(&out, parts.authority, is_https);
	if (parts.path.len == 0)
		tms_buf_add_char(&out, '/'); /* RFC 9110 section 4.2.3 */
	tms_buf_add(&out, parts.path);
	add_query(&out, parts.query);
	add_fragment(&out, parts.fragment);
	return tms_iri_encode(arena, tms_arena_take(arena, &out));
}

struct tms_str tms_link_host(struct tms_arena *arena, struct tms_str url)
{
	struct parts parts;
	size_t end;

	if (!split(tms_str_trim(url), &parts) || parts.authority.len == 0)
		return (struct tms_str){ 0 };
	size_t at = tms_str_find_byte(parts.authority, '@', 0);
	struct tms_str host = tms_str_slice(parts.authority, at == SIZE_MAX ? 0 : at + 1, SIZE_MAX);
	if (tms_str_starts(host, TMS_STR("["))) {
		end = tms_str_find_byte(host, ']', 0);
		end = end == SIZE_MAX ? end : end + 1;
	} else {
		end = tms_str_find_byte(host, ':', 0);
	}
	host = tms_arena_copy(arena, tms_str_slice(host, 0, end));
	char *bytes = (char *)(uintptr_t)host.ptr; /* ours, just made */
	for (size_t i = 0; i < host.len; i++)
		bytes[i] = tms_lower(bytes[i]);
	return host;
}

/* ---- IRIs ---- */

bool tms_is_iri(struct tms_str text)
{
	size_t scheme = scheme_length(text);

	/* one letter is a drive of a file system rather than a scheme */
	if (scheme < 2 || scheme + 1 == text.len)
		return false;
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.ptr[i] <= ' ' || text.ptr[i] == 0x7f)
			return false;
	return true;
}

/* RFC 3987 section 2.2, ucschar: what may stand in an IRI as it is, beyond ASCII. */
static bool is_ucschar(utf8proc_int32_t c)
{
	if (c < 0xa0 || (c & 0xfffe) == 0xfffe)
		return false;
	if (c < 0x10000)
		return c < 0xd800 || (c >= 0xf900 && c < 0xfdd0) || (c >= 0xfdf0 && c < 0xfff0);
	return c < 0xe0000 || (c >= 0xe1000 && c < 0xf0000);
}

static bool is_iri_ascii(char byte)
{
	return tms_url_is_path_byte(byte) || byte == '?';
}

static bool is_escape(struct tms_str text, size_t at)
{
	return text.ptr[at] == '%' && at + 2 < text.len && tms_hex_value(text.ptr[at + 1]) >= 0 &&
	       tms_hex_value(text.ptr[at + 2]) >= 0;
}

/* Bytes at `at` that stay as they are; 0: the byte must be encoded. */
static size_t keeps(struct tms_str text, size_t at, struct tms_str authority, size_t hash)
{
	char byte = text.ptr[at];
	utf8proc_int32_t c;

	if ((unsigned char)byte >= 0x80) {
		utf8proc_ssize_t len = utf8proc_iterate((const utf8proc_uint8_t *)text.ptr + at,
			(utf8proc_ssize_t)(text.len - at), &c);
		return len > 0 && is_ucschar(c) ? (size_t)len : 0;
	}
	if (is_escape(text, at) || (byte == '#' && at == hash))
		return 1;
	/* brackets belong to IPv6 hosts only */
	return (byte == '[' || byte == ']') && text.ptr + at >= authority.ptr &&
	       text.ptr + at < authority.ptr + authority.len;
}

struct tms_str tms_iri_encode(struct tms_arena *arena, struct tms_str text)
{
	struct tms_buf out = { 0 };
	struct parts parts = { 0 };
	size_t hash = tms_str_find_byte(text, '#', 0); /* the first opens the fragment */

	(void)split(text, &parts);
	if (!parts.authority.ptr)
		parts.authority.ptr = text.ptr;
	(void)tms_buf_reserve(&out, text.len);
	for (size_t i = 0, len = 0; i < text.len; i += len) {
		for (len = 0; i + len < text.len && is_iri_ascii(text.ptr[i + len]);)
			len++;
		if (len == 0)
			len = keeps(text, i, parts.authority, hash);
		tms_buf_add(&out, tms_str_slice(text, i, i + len));
		if (len == 0)
			tms_buf_format(&out, "%%%02X", (unsigned char)text.ptr[i]);
		len += len == 0;
	}
	return tms_arena_take(arena, &out);
}
