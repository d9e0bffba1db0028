/* Escaping for XML 1.0, for RSS, where readers take titles for HTML, and for addresses. */
#include "escape.h"

#include <tamis/utf8.h>

/* What a byte below 0x80 needs. */
static const char *entity(char byte)
{
	switch (byte) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	default:
		return NULL;
	}
}

static bool is_plain(char byte)
{
	unsigned char b = (unsigned char)byte;

	return b >= 0x20 && b < 0x7f && b != '&' && b != '<' && b != '>' && b != '"';
}

static bool is_shown(uint32_t code_point)
{
	return tms_utf8_is_xml_char(code_point) && code_point != TMS_UTF8_REPLACEMENT &&
	       !(code_point >= 0x7f && code_point <= 0x9f);
}

/* Write the character at `at`, which is not plain; returns where the next one is. */
static size_t write_one(struct tms_buf *buf, struct tms_str s, size_t at, bool escapes)
{
	const char *name = entity(s.ptr[at]);
	size_t end = at;

	if (name && !escapes) {
		tms_buf_add_char(buf, s.ptr[at]);
		return at + 1;
	}
	if (name) {
		tms_buf_add_cstr(buf, name);
		return at + 1;
	}
	if (s.ptr[at] == '\r') { /* XML reads it as a line break anyway */
		tms_buf_add_char(buf, '\n');
		return at + 1;
	}
	uint32_t code_point = tms_utf8_next(s, &end);
	if (is_shown(code_point))
		tms_buf_add(buf, tms_str_slice(s, at, end));
	else
		tms_buf_add_char(buf, '?');
	return end;
}

static void write_text(struct tms_buf *buf, struct tms_str s, bool escapes)
{
	size_t at = 0;

	while (at < s.len) {
		size_t start = at;
		while (at < s.len && is_plain(s.ptr[at]))
			at++;
		if (at > start)
			tms_buf_add(buf, tms_str_slice(s, start, at));
		if (at < s.len)
			at = write_one(buf, s, at, escapes);
	}
}

static void write_line(struct tms_buf *buf, struct tms_str s, bool escapes)
{
	bool first = true;
	size_t at = 0;

	while (at < s.len) {
		while (at < s.len && tms_is_space(s.ptr[at]))
			at++;
		size_t start = at;
		while (at < s.len && !tms_is_space(s.ptr[at]))
			at++;
		if (at == start)
			break;
		if (!first)
			tms_buf_add_char(buf, ' ');
		first = false;
		write_text(buf, tms_str_slice(s, start, at), escapes);
	}
}

void escape_text(struct tms_buf *buf, struct tms_str s)
{
	write_text(buf, s, true);
}

void escape_line(struct tms_buf *buf, struct tms_str s)
{
	write_line(buf, s, true);
}

void escape_plain_text(struct tms_buf *buf, struct tms_str s)
{
	write_text(buf, s, false);
}

void escape_plain_line(struct tms_buf *buf, struct tms_str s)
{
	write_line(buf, s, false);
}

/* ---- RSS ---- */

/* "&name;" or "&#39;" */
static bool is_entity(struct tms_str s, size_t at)
{
	size_t end = at + 1;

	if (end < s.len && s.ptr[end] == '#')
		end++;
	size_t start = end;
	while (end < s.len && tms_is_alnum(s.ptr[end]))
		end++;
	return end > start && end < s.len && s.ptr[end] == ';';
}

static bool looks_like_html(struct tms_str s)
{
	for (size_t i = 0; i + 1 < s.len; i++) {
		char next = s.ptr[i + 1];
		if (s.ptr[i] == '<' && (tms_is_alpha(next) || next == '/' || next == '!'))
			return true;
		if (s.ptr[i] == '&' && is_entity(s, i))
			return true;
	}
	return false;
}

/* A byte of plain text; is_html: the text is written as HTML first. */
static void write_rss(struct tms_buf *buf, char byte, bool is_html)
{
	switch (byte) {
	case '&':
		tms_buf_add_cstr(buf, is_html ? "&#x26;amp;" : "&#x26;");
		break;
	case '<':
		tms_buf_add_cstr(buf, is_html ? "&#x26;lt;" : "&#x3C;");
		break;
	case '>':
		tms_buf_add_cstr(buf, is_html ? "&#x26;gt;" : "&#x3E;");
		break;
	default:
		tms_buf_add_char(buf, byte);
	}
}

void escape_rss(struct tms_buf *buf, struct tms_str s)
{
	struct tms_buf plain = { 0 };

	write_line(&plain, s, false);
	bool is_html = looks_like_html(tms_buf_str(&plain));
	for (size_t i = 0; i < plain.len; i++)
		write_rss(buf, plain.ptr[i], is_html);
	if (buf->status == TMS_OK)
		buf->status = plain.status;
	tms_buf_free(&plain);
}

/* ---- addresses ---- */

/* The bytes of RFC 3986 that stand for themselves; "[" and "]" only in a host, "%" and "#" apart.
 */
static bool is_uri_byte(char byte)
{
	return tms_is_alnum(byte) || (byte && strchr("-._~:/?@!$&'()*+,;=", byte));
}

static bool is_escape(struct tms_str s, size_t at)
{
	return at + 2 < s.len && tms_hex_value(s.ptr[at + 1]) >= 0 &&
	       tms_hex_value(s.ptr[at + 2]) >= 0;
}

/* The "[" and the "]" round an address of version 6; both 0 when there is none. */
static void find_brackets(struct tms_str uri, size_t *open, size_t *close)
{
	size_t at = tms_str_find(uri, TMS_STR("://"), 0);

	*open = *close = 0;
	if (at == SIZE_MAX)
		return;
	size_t end = at += 3;
	while (end < uri.len && !strchr("/?#", uri.ptr[end]))
		end++;
	struct tms_str authority = tms_str_slice(uri, 0, end);
	for (size_t i = at; i < end; i++)
		if (uri.ptr[i] == '@')
			at = i + 1;
	size_t last = tms_str_find_byte(authority, ']', at);
	if (last == SIZE_MAX || uri.ptr[at] != '[')
		return;
	*open = at;
	*close = last;
}

static void write_uri(struct tms_buf *buf, struct tms_str uri, bool escapes)
{
	size_t open = 0, close = 0;
	bool fragment = false;

	find_brackets(uri, &open, &close);
	for (size_t at = 0; at < uri.len; at++) {
		char byte = uri.ptr[at];
		bool stays = is_uri_byte(byte) || (byte == '%' && is_escape(uri, at)) ||
			     (byte == '#' && !fragment) ||
			     (close > 0 && (at == open || at == close));
		if (byte == '#')
			fragment = true;
		if (byte == '&' && escapes)
			tms_buf_add_cstr(buf, "&amp;");
		else if (stays)
			tms_buf_add_char(buf, byte);
		else
			tms_buf_format(buf, "%%%02X", (unsigned)(unsigned char)byte);
	}
}

void escape_uri(struct tms_buf *buf, struct tms_str uri)
{
	write_uri(buf, uri, true);
}

void escape_plain_uri(struct tms_buf *buf, struct tms_str uri)
{
	write_uri(buf, uri, false);
}
