/*
 * Addresses of stores. A scheme is a row: what its addresses begin with, what is expected of them,
 * how they are taken apart and shown. What a person may write for short (sqlite alone, unix:PATH)
 * is conf/store.c's.
 */
#include <tamis/store_address.h>

#include <tamis/buf.h>
#include <tamis/url.h>

#define REDIS_PORT 6379
#define REDIS_DB_MAX 65535
#define SOCKET_DB_MAX 1000000
#define SOCKET_PATH_MAX 107 /* sun_path of unix(7), and its NUL */

/* One address being taken apart. */
struct address_reading {
	struct tms_arena *arena;
	struct tms_str text, rest; /* the whole, and what stands behind the scheme */
	struct tms_store_address *out;
	struct tms_diag *diag;
};

struct scheme {
	const char *begins;
	const char *form;
	enum tms_status (*parse)(struct address_reading *r);
	struct tms_str (*show)(struct tms_arena *arena, const struct tms_store_address *address);
};

static enum tms_status refuse(struct address_reading *r, enum tms_status st, const char *why);

/* "%3A" → ":". A NUL or a broken escape makes no sense in a name or password. */
static bool decode(struct tms_arena *arena, struct tms_str s, struct tms_str *out)
{
	char *bytes = tms_arena_alloc(arena, s.len + 1);
	size_t len = 0;

	if (!bytes)
		return true; /* arena->status says so */
	for (size_t i = 0; i < s.len; i++) {
		char byte = s.ptr[i];
		if (byte == '%') {
			bool is_whole = s.len - i > 2;
			int high = is_whole ? tms_hex_value(s.ptr[i + 1]) : -1;
			int low = is_whole ? tms_hex_value(s.ptr[i + 2]) : -1;
			if (high < 0 || low < 0)
				return false;
			byte = (char)(high * 16 + low);
			i += 2;
		}
		if (!byte)
			return false;
		bytes[len++] = byte;
	}
	*out = (struct tms_str){ bytes, len };
	return true;
}

/* "user:password", either of which may be missing. */
static bool read_user(struct address_reading *r, struct tms_str userinfo)
{
	size_t colon = tms_str_find_byte(userinfo, ':', 0);
	struct tms_str password = { 0 };

	if (colon != SIZE_MAX)
		password = tms_str_slice(userinfo, colon + 1, SIZE_MAX);
	return decode(r->arena, tms_str_slice(userinfo, 0, colon), &r->out->user) &&
	       decode(r->arena, password, &r->out->password);
}

static bool read_number(struct tms_str s, int64_t max, int *out)
{
	int64_t n = 0;

	if (!tms_str_int64(s, &n) || n < 0 || n > max)
		return false;
	*out = (int)n;
	return true;
}

/* ---- sqlite:PATH ---- */

static enum tms_status parse_sqlite(struct address_reading *r)
{
	if (!r->rest.len)
		return refuse(r, TMS_EINVAL, "names no file");
	if (tms_str_find_byte(r->rest, '\0', 0) != SIZE_MAX)
		return refuse(r, TMS_EMALFORMED, "holds a NUL byte");
	r->out->path = tms_str_cstr(r->arena, r->rest);
	return r->arena->status;
}

static struct tms_str show_sqlite(struct tms_arena *arena, const struct tms_store_address *address)
{
	return tms_arena_format(arena, "sqlite:%s", address->path);
}

/* ---- redis://[user:password@]host[:port][/db] ---- */

/* "host:", with nothing behind the colon. */
static bool has_bare_colon(struct tms_str text, const struct tms_url *url)
{
	const char *end = url->host.ptr + url->host.len;

	return url->port.len == 0 && end < text.ptr + text.len && *end == ':';
}

static enum tms_status parse_redis(struct address_reading *r)
{
	struct tms_url url;

	if (!tms_url_parse(r->text, &url))
		return refuse(r, TMS_EINVAL,
			"has white space, a port that is no number from 1 to 65535, or a [ without its ]");
	if (!url.host.len)
		return refuse(r, TMS_EINVAL, "names no host");
	if (url.has_query || url.has_fragment)
		return refuse(r, TMS_EINVAL, "has a ? or a #, which is written %3F or %23");
	struct tms_str db = tms_str_slice(url.path, 1, SIZE_MAX);
	if (db.len && !read_number(db, REDIS_DB_MAX, &r->out->db))
		return refuse(r, TMS_EINVAL, "has no number of a database after the host");
	if (!read_user(r, url.userinfo))
		return refuse(r, TMS_EMALFORMED, "has a broken percent escape before the @");
	r->out->port = REDIS_PORT;
	if (has_bare_colon(r->text, &url) ||
		(url.port.len && (!read_number(url.port, 65535, &r->out->port) || !r->out->port)))
		return refuse(r, TMS_EMALFORMED, "has a port that is no number from 1 to 65535");
	if (tms_str_starts(url.host, TMS_STR("["))) /* RFC 3986 section 3.2.2 */
		url.host = tms_str_slice(url.host, 1, url.host.len - 1);
	if (!url.host.len)
		return refuse(r, TMS_EMALFORMED, "names no host");
	r->out->host = tms_str_cstr(r->arena, url.host);
	return r->arena->status;
}

static struct tms_str show_redis(struct tms_arena *arena, const struct tms_store_address *address)
{
	bool is_ipv6 = address->host && strchr(address->host, ':');

	return tms_arena_format(arena, "redis://%s%s%s:%d/%d", is_ipv6 ? "[" : "", address->host,
		is_ipv6 ? "]" : "", address->port, address->db);
}

/* ---- redis+unix:[//[user:password@]]/path[?db=N] ---- */

/* The user off the front of "//user:password@/path": up to the last @ before the path. */
static bool take_user(struct address_reading *r)
{
	size_t end = tms_str_find_byte(r->rest, '/', 0);
	struct tms_str authority = tms_str_slice(r->rest, 0, end);
	size_t at = SIZE_MAX;

	for (size_t i = 0; i < authority.len; i++)
		if (authority.ptr[i] == '@')
			at = i;
	if (at == SIZE_MAX)
		return true;
	r->rest = tms_str_slice(r->rest, at + 1, SIZE_MAX);
	return read_user(r, tms_str_slice(authority, 0, at));
}

static enum tms_status parse_redis_unix(struct address_reading *r)
{
	if (!tms_str_starts(r->rest, TMS_STR("/")))
		return refuse(r, TMS_EINVAL, "needs the absolute path of a socket");
	if (tms_str_find_byte(r->rest, '\0', 0) != SIZE_MAX)
		return refuse(r, TMS_EMALFORMED, "holds a NUL byte");
	if (tms_str_starts(r->rest, TMS_STR("//"))) {
		r->rest = tms_str_slice(r->rest, 2, SIZE_MAX);
		if (!take_user(r))
			return refuse(
				r, TMS_EMALFORMED, "has a broken percent escape before the @");
	}
	size_t query = tms_str_find_byte(r->rest, '?', 0);
	if (query != SIZE_MAX) {
		struct tms_str db = tms_str_slice(r->rest, query + 1, SIZE_MAX);
		if (!tms_str_starts(db, TMS_STR("db=")) ||
			!read_number(tms_str_slice(db, 3, SIZE_MAX), SOCKET_DB_MAX, &r->out->db))
			return refuse(r, TMS_EMALFORMED, "may have only db=N behind the ?");
		r->rest = tms_str_slice(r->rest, 0, query);
	}
	if (!tms_str_starts(r->rest, TMS_STR("/")) || r->rest.len < 2)
		return refuse(r, TMS_EMALFORMED, "needs the absolute path of a socket");
	if (r->rest.len > SOCKET_PATH_MAX)
		return refuse(r, TMS_EMALFORMED,
			"has a socket path longer than the 107 bytes that the system takes");
	r->out->path = tms_str_cstr(r->arena, r->rest);
	return r->arena->status;
}

static struct tms_str show_redis_unix(
	struct tms_arena *arena, const struct tms_store_address *address)
{
	return tms_arena_format(arena, "redis+unix://%s?db=%d", address->path, address->db);
}

/* ---- the schemes ---- */

static const struct scheme schemes[TMS_STORE_SCHEMES] = {
	[TMS_STORE_SCHEME_SQLITE] = { "sqlite:", "sqlite:PATH", parse_sqlite, show_sqlite },
	[TMS_STORE_SCHEME_REDIS] = { "redis://", "redis://[user:password@]host[:port][/db]",
		parse_redis, show_redis },
	[TMS_STORE_SCHEME_REDIS_UNIX] = { "redis+unix:", "redis+unix:///path[?db=N]",
		parse_redis_unix, show_redis_unix },
};

/* What people have elsewhere, and look for here. */
static const struct {
	const char *begins, *why;
} unspoken[] = {
	{ "rediss:",
		"asks for TLS, which Tamis does not speak to Redis: use a socket or a tunnel" },
	{ "sentinel",
		"asks for Sentinel, which Tamis does not speak: name the primary, or a proxy before it" },
	{ "redis+sentinel:",
		"asks for Sentinel, which Tamis does not speak: name the primary, or a proxy before it" },
	{ "redis-sentinel:",
		"asks for Sentinel, which Tamis does not speak: name the primary, or a proxy before it" },
};

/* "the store's address WHY; expected A, B or C". */
static enum tms_status refuse(struct address_reading *r, enum tms_status st, const char *why)
{
	struct tms_buf expected = { .max = TMS_DIAG_TEXT_BYTES };

	for (size_t i = 0; i < TMS_COUNT(schemes); i++) {
		if (i > 0)
			tms_buf_add_cstr(&expected, i + 1 < TMS_COUNT(schemes) ? ", " : " or ");
		tms_buf_add_cstr(&expected, schemes[i].form);
	}
	tms_diag_set(r->diag, 0, 0, "the store's address %s; expected %.*s", why,
		TMS_STR_ARGS(tms_buf_str(&expected)));
	tms_buf_free(&expected);
	return st;
}

enum tms_status tms_store_address_parse(struct tms_arena *arena, struct tms_str text,
	struct tms_store_address *out, struct tms_diag *diag)
{
	struct tms_store_address address = { 0 };
	struct address_reading r = { .arena = arena, .text = text, .out = &address, .diag = diag };

	for (size_t i = 0; i < TMS_COUNT(schemes); i++) {
		struct tms_str begins = tms_str_from(schemes[i].begins);
		if (!tms_str_starts(text, begins))
			continue;
		r.rest = tms_str_slice(text, begins.len, SIZE_MAX);
		address.scheme = (enum tms_store_scheme)i;
		enum tms_status st = schemes[i].parse(&r);
		if (st == TMS_OK)
			*out = address;
		return st;
	}
	for (size_t i = 0; i < TMS_COUNT(unspoken); i++)
		if (tms_str_starts(text, tms_str_from(unspoken[i].begins)))
			return refuse(&r, TMS_EINVAL, unspoken[i].why);
	return refuse(&r, TMS_EINVAL, text.len ? "is of no kind that Tamis knows" : "is empty");
}

const char *tms_store_address_show(struct tms_arena *arena, const struct tms_store_address *address)
{
	return schemes[address->scheme].show(arena, address).ptr;
}
