/* References to absolute URIs: RFC 3986 section 5.2 to 5.3, after the cleaning that browsers do
 * (WHATWG URL). */
#include <tamis/url.h>

#define LONGEST_BYTES ((size_t)1 << 20) /* data: links are long; longer ones are nobody's link */

static bool is_http_scheme(struct tms_str scheme)
{
	return tms_str_equal_caseless(scheme, TMS_STR("http")) ||
	       tms_str_equal_caseless(scheme, TMS_STR("https"));
}

/* Offset behind an authority of nothing but lower case and digits, or 0. */
static size_t plain_host_end(struct tms_str ref, size_t at)
{
	size_t from = at;

	while (at < ref.len &&
		((ref.ptr[at] >= 'a' && ref.ptr[at] <= 'z') || tms_is_digit(ref.ptr[at]) ||
			ref.ptr[at] == '.' || ref.ptr[at] == '-'))
		at++;
	bool has_end = at == ref.len || ref.ptr[at] == '/' || ref.ptr[at] == '?';
	return at > from && has_end ? at : 0;
}

/* Most links of most documents: absolute, and written as this file would write them. It may say no
 * to some that are. */
static bool is_resolved(struct tms_str ref)
{
	bool in_query = false;
	size_t at = 0;

	if (tms_str_starts(ref, TMS_STR("https://")))
		at = plain_host_end(ref, 8);
	else if (tms_str_starts(ref, TMS_STR("http://")))
		at = plain_host_end(ref, 7);
	if (at == 0 || ref.len > LONGEST_BYTES)
		return false;
	for (; at < ref.len; at++) {
		unsigned char byte = (unsigned char)ref.ptr[at];
		bool may_be_dots = byte == '.' && !in_query && ref.ptr[at - 1] == '/';
		if (byte == '?')
			in_query = true;
		else if (!tms_url_is_path_byte(ref.ptr[at]) || may_be_dots)
			return false;
	}
	return true;
}

static struct tms_str trim_controls(struct tms_str s)
{
	while (s.len > 0 && (unsigned char)s.ptr[0] <= 0x20)
		s = tms_str_slice(s, 1, s.len);
	while (s.len > 0 && (unsigned char)s.ptr[s.len - 1] <= 0x20)
		s.len--;
	return s;
}

static bool is_tidy(struct tms_str ref)
{
	bool tidy = true;

	for (size_t i = 0; i < ref.len; i++) {
		unsigned char byte = (unsigned char)ref.ptr[i];
		tidy = tidy && byte > 0x20 && byte != 0x7f && byte != '\\';
	}
	return tidy;
}

/*
 * Without line breaks and tabs, other controls and spaces encoded so that splitting accepts them;
 * "\" as "/" before the query of an http reference.
 */
static struct tms_str tidy(struct tms_arena *arena, struct tms_str ref, struct tms_str base)
{
	struct tms_buf out = { .max = LONGEST_BYTES };
	bool hierarchical = false, in_path = true;

	ref = trim_controls(ref);
	if (ref.len <= LONGEST_BYTES && is_tidy(ref))
		return ref;
	if (tms_str_starts_caseless(ref, TMS_STR("http:")) ||
		tms_str_starts_caseless(ref, TMS_STR("https:")))
		hierarchical = true;
	else
		hierarchical = tms_str_starts_caseless(base, TMS_STR("http")) &&
			       tms_str_find_byte(ref, ':', 0) == SIZE_MAX;
	for (size_t i = 0; i < ref.len; i++) {
		unsigned char byte = (unsigned char)ref.ptr[i];
		in_path = in_path && byte != '?' && byte != '#';
		if (byte == '\t' || byte == '\n' || byte == '\r')
			continue;
		if (byte <= 0x20 || byte == 0x7f)
			tms_url_write_encoded(&out, (struct tms_str){ ref.ptr + i, 1 });
		else
			tms_buf_add_char(
				&out, byte == '\\' && hierarchical && in_path ? '/' : ref.ptr[i]);
	}
	struct tms_str tidied = { 0 };
	if (out.status != TMS_ELIMIT)
		tidied = tms_arena_take(arena, &out);
	tms_buf_free(&out);
	return tidied;
}

/* Drop the last segment of what has been written of a path since `start`. */
static void drop_segment(struct tms_buf *out, size_t start)
{
	while (out->len > start && out->ptr[out->len - 1] != '/')
		out->len--;
	if (out->len > start)
		out->len--;
}

/* RFC 3986 section 5.2.4 for a path that begins with "/". */
static void write_without_dots(struct tms_buf *out, struct tms_str path)
{
	size_t start = out->len;

	for (size_t at = 0; at < path.len;) {
		size_t end = tms_str_find_byte(path, '/', at + 1);
		struct tms_str segment = tms_str_slice(path, at, end); /* with its leading slash */
		bool last = end == SIZE_MAX;
		at = last ? path.len : end;
		if (tms_str_equal(segment, TMS_STR("/.."))) {
			drop_segment(out, start);
			if (last)
				tms_buf_add_char(out, '/');
		} else if (!tms_str_equal(segment, TMS_STR("/."))) {
			tms_buf_add(out, segment);
		} else if (last) {
			tms_buf_add_char(out, '/');
		}
	}
}

/* What a path may hold; `also` names further bytes. A stray "%" is encoded, a good one stays. */
static void write_part(struct tms_buf *out, struct tms_str s, const char *also)
{
	for (size_t i = 0; i < s.len; i++) {
		size_t from = i;
		while (i < s.len && s.ptr[i] != '%' && tms_url_is_path_byte(s.ptr[i]))
			i++;
		tms_buf_add(out, tms_str_slice(s, from, i));
		if (i == s.len)
			break;
		char byte = s.ptr[i];
		bool fine = byte != '\0' && strchr(also, byte);
		if (byte == '%')
			fine = i + 2 < s.len && tms_hex_value(s.ptr[i + 1]) >= 0 &&
			       tms_hex_value(s.ptr[i + 2]) >= 0;
		if (fine)
			tms_buf_add_char(out, byte);
		else
			tms_url_write_encoded(out, (struct tms_str){ &byte, 1 });
	}
}

static void write_lower(struct tms_buf *out, struct tms_str s)
{
	for (size_t i = 0; i < s.len; i++)
		tms_buf_add_char(out, tms_lower(s.ptr[i]));
}

/* An encoded letter beyond ASCII is fine in a host, an encoded delimiter is a disguise. */
static bool is_encoded_letter(struct tms_str s, size_t at)
{
	return at + 2 < s.len && tms_hex_value(s.ptr[at + 1]) >= 8 &&
	       tms_hex_value(s.ptr[at + 2]) >= 0;
}

static bool is_host(struct tms_str host)
{
	for (size_t i = 0; i < host.len; i++) {
		bool fine = host.ptr[i] == '%' ? is_encoded_letter(host, i)
					       : host.ptr[i] && !strchr("\"<>\\^`{|}", host.ptr[i]);
		if (!fine)
			return false;
	}
	return true;
}

static void write_path(struct tms_buf *out, const struct tms_url *url)
{
	struct tms_buf path = { .max = LONGEST_BYTES };

	if (url->path.len > 0 && url->path.ptr[0] == '/')
		write_without_dots(&path, url->path);
	else
		tms_buf_add(&path, url->path);
	/* "//" at the start of a path without a host would be read as one */
	if (!url->has_authority && tms_str_starts(tms_buf_str(&path), TMS_STR("//")))
		tms_buf_add(out, TMS_STR("/."));
	write_part(out, tms_buf_str(&path), "");
	if (path.status != TMS_OK)
		out->status = path.status;
	tms_buf_free(&path);
}

static struct tms_str recompose(struct tms_arena *arena, const struct tms_url *url)
{
	struct tms_buf out = { .max = LONGEST_BYTES * 3 };
	struct tms_str made = { 0 };

	write_lower(&out, url->scheme);
	tms_buf_add_char(&out, ':');
	if (url->has_authority) {
		tms_buf_add(&out, TMS_STR("//"));
		if (url->userinfo.len > 0) {
			write_part(&out, url->userinfo, "");
			tms_buf_add_char(&out, '@');
		}
		size_t host = out.len;
		write_part(&out, url->host, "[]");
		for (size_t i = host; i < out.len; i++)
			out.ptr[i] = tms_lower(out.ptr[i]);
		if (url->port.len > 0) {
			tms_buf_add_char(&out, ':');
			tms_buf_add(&out, url->port);
		}
	}
	write_path(&out, url);
	if (url->has_query) {
		tms_buf_add_char(&out, '?');
		write_part(&out, url->query, "?");
	}
	if (url->has_fragment) {
		tms_buf_add_char(&out, '#');
		write_part(&out, url->fragment, "?");
	}
	if (out.status != TMS_ELIMIT)
		made = tms_arena_take(arena, &out);
	tms_buf_free(&out);
	return made;
}

/* RFC 3986 section 5.2.3. */
static struct tms_str merge(
	struct tms_arena *arena, const struct tms_url *base, struct tms_str path)
{
	size_t end = base->path.len;

	if (base->has_authority && base->path.len == 0)
		return tms_arena_format(arena, "/%.*s", TMS_STR_ARGS(path));
	while (end > 0 && base->path.ptr[end - 1] != '/')
		end--;
	return tms_arena_format(arena, "%.*s%.*s", (int)end, base->path.ptr ? base->path.ptr : "",
		TMS_STR_ARGS(path));
}

/* RFC 3986 section 5.2.2; ref has no scheme. */
static void transform(struct tms_arena *arena, const struct tms_url *base, struct tms_url *ref)
{
	ref->scheme = base->scheme;
	if (ref->has_authority)
		return;
	if (ref->path.len == 0) {
		ref->path = base->path;
		if (!ref->has_query) {
			ref->query = base->query;
			ref->has_query = base->has_query;
		}
	} else if (ref->path.ptr[0] != '/') {
		ref->path = merge(arena, base, ref->path);
	}
	ref->userinfo = base->userinfo;
	ref->host = base->host;
	ref->port = base->port;
	ref->has_authority = base->has_authority;
}

struct tms_str tms_url_resolve(struct tms_arena *arena, struct tms_str base, struct tms_str ref)
{
	struct tms_url url = { 0 }, from = { 0 };
	struct tms_str nothing = { 0 };

	if (is_resolved(ref))
		return tms_arena_copy(arena, ref);
	base = trim_controls(base);
	if (!tms_url_parse(tidy(arena, ref, base), &url))
		return nothing;
	if (url.scheme.len == 0) {
		if (!tms_url_parse(tidy(arena, base, nothing), &from) || from.scheme.len == 0)
			return nothing;
		/* nothing is relative to a tag: or a mailto: */
		if (!from.has_authority && !tms_str_starts(from.path, TMS_STR("/")))
			return nothing;
		transform(arena, &from, &url);
	}
	if (!is_host(url.host) || (is_http_scheme(url.scheme) && url.host.len == 0))
		return nothing;
	if (arena->status != TMS_OK)
		return nothing;
	return recompose(arena, &url);
}
