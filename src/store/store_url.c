/* Where a store is, as one line of configuration. */
#include "store_impl.h"

#define EXPECTED                                                                                   \
	"expected sqlite:PATH, redis://[user:password@]host[:port][/db] or redis+unix:///path[?db=N]"

static enum tms_status refuse(struct tms_diag *diag, const char *why)
{
	tms_diag_set(diag, 0, 0, "the store's address %s; " EXPECTED, why);
	return TMS_EINVAL;
}

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

/* Takes "user:password@" off the front of *rest, if it is there before the first '/'. */
static bool take_user(struct tms_arena *arena, struct tms_str *rest, struct tms_store_url *url)
{
	size_t end = tms_str_find_byte(*rest, '/', 0);
	struct tms_str authority = tms_str_slice(*rest, 0, end);
	size_t at = SIZE_MAX;

	for (size_t i = 0; i < authority.len; i++)
		if (authority.ptr[i] == '@')
			at = i;
	if (at == SIZE_MAX)
		return true;
	struct tms_str user = tms_str_slice(authority, 0, at);
	size_t colon = tms_str_find_byte(user, ':', 0);
	struct tms_str password = { 0 };
	if (colon != SIZE_MAX) {
		password = tms_str_slice(user, colon + 1, SIZE_MAX);
		user = tms_str_slice(user, 0, colon);
	}
	*rest = tms_str_slice(*rest, at + 1, SIZE_MAX);
	return decode(arena, user, &url->user) && decode(arena, password, &url->password);
}

static bool number(struct tms_str s, int64_t max, int *out)
{
	int64_t n = 0;

	if (!tms_str_int64(s, &n) || n < 0 || n > max)
		return false;
	*out = (int)n;
	return true;
}

static enum tms_status parse_tcp(struct tms_arena *arena, struct tms_str rest,
	struct tms_store_url *url, struct tms_diag *diag)
{
	url->kind = TMS_STORE_REDIS_TCP;
	url->port = 6379;
	if (!take_user(arena, &rest, url))
		return refuse(diag, "has a broken percent escape before the @");
	size_t slash = tms_str_find_byte(rest, '/', 0);
	struct tms_str host = tms_str_slice(rest, 0, slash);
	struct tms_str db = { 0 };
	if (slash != SIZE_MAX)
		db = tms_str_slice(rest, slash + 1, SIZE_MAX);
	if (db.len && !number(db, 1000000, &url->db))
		return refuse(diag, "has no number of a database after the host");
	size_t colon = tms_str_find_byte(host, ':', 0);
	if (tms_str_starts(host, TMS_STR("["))) { /* an IPv6 address: RFC 3986 section 3.2.2 */
		size_t close = tms_str_find_byte(host, ']', 0);
		if (close == SIZE_MAX)
			return refuse(diag, "has a [ without its ]");
		colon = close + 1 < host.len && host.ptr[close + 1] == ':' ? close + 1 : SIZE_MAX;
		if (colon == SIZE_MAX && close + 1 != host.len)
			return refuse(diag, "has something behind the ] that is no port");
	}
	if (colon != SIZE_MAX) {
		struct tms_str port = tms_str_slice(host, colon + 1, SIZE_MAX);
		if (!number(port, 65535, &url->port) || !url->port)
			return refuse(diag, "has a port that is no number from 1 to 65535");
		host = tms_str_slice(host, 0, colon);
	}
	if (tms_str_starts(host, TMS_STR("[")))
		host = tms_str_slice(host, 1, host.len - 1);
	if (!host.len)
		return refuse(diag, "names no host");
	url->host = tms_str_cstr(arena, host);
	return arena->status;
}

static enum tms_status parse_unix(struct tms_arena *arena, struct tms_str rest,
	struct tms_store_url *url, struct tms_diag *diag)
{
	url->kind = TMS_STORE_REDIS_UNIX;
	if (tms_str_starts(rest, TMS_STR("//"))) {
		rest = tms_str_slice(rest, 2, SIZE_MAX);
		if (!take_user(arena, &rest, url))
			return refuse(diag, "has a broken percent escape before the @");
	}
	size_t query = tms_str_find_byte(rest, '?', 0);
	if (query != SIZE_MAX) {
		struct tms_str db = tms_str_slice(rest, query + 1, SIZE_MAX);
		if (!tms_str_starts(db, TMS_STR("db=")) ||
			!number(tms_str_slice(db, 3, SIZE_MAX), 1000000, &url->db))
			return refuse(diag, "may have only db=N behind the ?");
		rest = tms_str_slice(rest, 0, query);
	}
	if (!tms_str_starts(rest, TMS_STR("/")) || rest.len < 2)
		return refuse(diag, "needs the absolute path of a socket");
	if (rest.len > 107) /* sun_path of unix(7), and its NUL */
		return refuse(
			diag, "has a socket path longer than the 107 bytes that the system takes");
	url->path = tms_str_cstr(arena, rest);
	return arena->status;
}

static bool take(struct tms_str *rest, const char *scheme)
{
	if (!tms_str_starts(*rest, tms_str_from(scheme)))
		return false;
	*rest = tms_str_slice(*rest, strlen(scheme), SIZE_MAX);
	return true;
}

enum tms_status store_url_parse(struct tms_arena *arena, struct tms_str text,
	struct tms_store_url *out, struct tms_diag *diag)
{
	struct tms_store_url url = { 0 };
	struct tms_str rest = text;
	enum tms_status st;

	if (tms_str_find_byte(text, '\0', 0) != SIZE_MAX)
		return refuse(diag, "holds a NUL byte");
	if (take(&rest, "sqlite:")) {
		if (!rest.len)
			return refuse(diag, "names no file");
		url.kind = TMS_STORE_SQLITE;
		url.path = tms_str_cstr(arena, rest);
		st = arena->status;
	} else if (take(&rest, "redis://")) {
		st = parse_tcp(arena, rest, &url, diag);
	} else if (take(&rest, "redis+unix:")) {
		st = parse_unix(arena, rest, &url, diag);
	} else if (take(&rest, "rediss:")) {
		return refuse(diag,
			"asks for TLS, which Tamis does not speak to Redis: use a socket or a tunnel");
	} else if (tms_str_find(text, TMS_STR("sentinel"), 0) == 0 ||
		   take(&rest, "redis+sentinel:") || take(&rest, "redis-sentinel:")) {
		return refuse(diag,
			"asks for Sentinel, which Tamis does not speak: name the primary, or a proxy before it");
	} else {
		return refuse(diag, text.len ? "is of no kind that Tamis knows" : "is empty");
	}
	if (st == TMS_OK)
		*out = url;
	return st;
}

const char *store_url_show(struct tms_arena *arena, const struct tms_store_url *url)
{
	struct tms_str shown = { 0 };

	switch (url->kind) {
	case TMS_STORE_SQLITE:
		shown = tms_arena_format(arena, "sqlite:%s", url->path);
		break;
	case TMS_STORE_REDIS_TCP: {
		bool is_ipv6 = url->host && strchr(url->host, ':');
		shown = tms_arena_format(arena, "redis://%s%s%s:%d/%d", is_ipv6 ? "[" : "",
			url->host, is_ipv6 ? "]" : "", url->port, url->db);
		break;
	}
	case TMS_STORE_REDIS_UNIX:
		shown = tms_arena_format(arena, "redis+unix://%s?db=%d", url->path, url->db);
		break;
	}
	return shown.ptr;
}
