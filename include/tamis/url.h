/*
 * URLs as text: no look-up, no verdict on where they lead (the fetching side judges addresses).
 * Source: RFC 3986; query parameters as application/x-www-form-urlencoded (WHATWG URL section 5).
 */
#ifndef TAMIS_URL_H
#define TAMIS_URL_H

#include <tamis/arena.h>
#include <tamis/buf.h>

/** The parts of a URL reference as runs of it, undecoded, without their delimiters. */
struct tms_url {
	struct tms_str scheme;
	struct tms_str userinfo;
	struct tms_str host; /* with its [ ] when it is an IPv6 literal */
	struct tms_str port; /* digits */
	struct tms_str path;
	struct tms_str query;
	struct tms_str fragment;
	bool has_authority, has_query, has_fragment; /* present, even when empty */
};

/**
 * Split an absolute or relative reference. White space around it is passed over.
 * False (and *out alone) when it holds control characters or white space, or when its port is no
 * number up to 65535 or its [ ] do not match.
 */
bool tms_url_parse(struct tms_str s, struct tms_url *out);

/**
 * ref resolved against base (RFC 3986 section 5.3), as a valid URI: dot segments removed, scheme
 * and host in lower case, white space around trimmed, tabs and line breaks inside removed, spaces,
 * non-ASCII (also in a host: RFC 3987 section 3.1) and other forbidden bytes percent-encoded, a
 * backslash in http(s) read as "/".
 * base may be empty: then ref itself must be absolute. Empty when there is no valid result (http
 * without a host, more than 1 MiB), or on failure (arena->status).
 */
struct tms_str tms_url_resolve(struct tms_arena *arena, struct tms_str base, struct tms_str ref);

/** May this byte stand in a path as it is (RFC 3986 section 3.3)? "%" may not: what follows it has
 * to be looked at. */
static inline bool tms_url_is_path_byte(char byte)
{
	switch (byte) {
	case '-':
	case '.':
	case '_':
	case '~':
	case '!':
	case '$':
	case '&':
	case '\'':
	case '(':
	case ')':
	case '*':
	case '+':
	case ',':
	case ';':
	case '=':
	case ':':
	case '@':
	case '/':
		return true;
	default:
		return tms_is_alnum(byte);
	}
}

/** An absolute http or https URL with a host. */
bool tms_url_is_http(struct tms_str s);

/**
 * A name or a value of a query: percent-decoded bytes, "+" as a space; a "%" without two
 * hexadecimal digits stays. The result may be any bytes. Empty on failure; see arena->status.
 */
struct tms_str tms_url_form_decode(struct tms_arena *arena, struct tms_str s);
/** Everything but A-Z a-z 0-9 - . _ ~ percent-encoded: for one path segment or one query value. */
void tms_url_write_encoded(struct tms_buf *buf, struct tms_str s);

/**
 * Take the next name=value of a query string, undecoded; *query moves behind it. Empty parts ("&&")
 * are passed over; a name without "=" has an empty value. False at the end.
 */
bool tms_url_next_parameter(struct tms_str *query, struct tms_str *name, struct tms_str *value);

#endif
