/* Listen addresses parsed: IPv4:PORT, [IPv6]:PORT, :PORT, unix:PATH. */
#include <tamis/listen.h>

#include <arpa/inet.h>

#define FORMS "127.0.0.1:8080, [::1]:8080, :8080 or unix:/run/tamis.sock"

static enum tms_status refuse(struct tms_diag *diag, struct tms_str text, const char *why)
{
	tms_diag_set(diag, 0, 0, "\"%.*s\" %s; an address to listen on looks like " FORMS,
		TMS_STR_ARGS(text), why);
	return TMS_EINVAL;
}

static enum tms_status parse_path(
	struct tms_str text, struct tms_str path, struct tms_listen *made, struct tms_diag *diag)
{
	if (!path.len || memchr(path.ptr, '\0', path.len))
		return refuse(diag, text, "names no path");
	if (path.len >= sizeof(made->path)) {
		tms_diag_set(diag, 0, 0, "the path of a unix socket is at most %zu bytes long",
			sizeof(made->path) - 1);
		return TMS_EINVAL;
	}
	memcpy(made->path, path.ptr, path.len);
	made->kind = TMS_LISTEN_UNIX;
	return TMS_OK;
}

static bool parse_host(struct tms_str host, struct tms_listen *made)
{
	char text[INET6_ADDRSTRLEN] = { 0 };
	bool is_bracketed = host.len >= 2 && host.ptr[0] == '[' && host.ptr[host.len - 1] == ']';

	if (!host.len) {
		made->kind = TMS_LISTEN_ANY;
		return true;
	}
	if (is_bracketed)
		host = tms_str_slice(host, 1, host.len - 1);
	if (!host.len || host.len >= sizeof(text) || memchr(host.ptr, '\0', host.len))
		return false;
	memcpy(text, host.ptr, host.len);
	made->kind = is_bracketed ? TMS_LISTEN_IP6 : TMS_LISTEN_IP4;
	return inet_pton(is_bracketed ? AF_INET6 : AF_INET, text, made->address) == 1;
}

enum tms_status tms_listen_parse(struct tms_str text, struct tms_listen *out, struct tms_diag *diag)
{
	struct tms_listen made = { 0 };
	size_t colon = text.len;
	int64_t port = 0;
	enum tms_status st = TMS_OK;

	if (tms_str_starts(text, TMS_STR("unix:"))) {
		st = parse_path(text, tms_str_slice(text, 5, text.len), &made, diag);
		if (st == TMS_OK)
			*out = made;
		return st;
	}
	while (colon > 0 && text.ptr[colon - 1] != ':')
		colon--;
	if (colon == 0)
		return refuse(diag, text, "has no port");
	if (colon == text.len || !tms_is_digit(text.ptr[colon]) ||
		!tms_str_int64(tms_str_slice(text, colon, text.len), &port) || port > 65535)
		return refuse(diag, text, "has no port from 0 to 65535");
	if (!parse_host(tms_str_slice(text, 0, colon - 1), &made))
		return refuse(diag, text, "names no IP address");
	made.port = (uint16_t)port;
	*out = made;
	return TMS_OK;
}

bool tms_listen_is_local(const struct tms_listen *listen)
{
	static const uint8_t loopback6[16] = { [15] = 1 };

	switch (listen->kind) {
	case TMS_LISTEN_ANY:
		return false;
	case TMS_LISTEN_IP4:
		return listen->address[0] == 127;
	case TMS_LISTEN_IP6:
		return memcmp(listen->address, loopback6, sizeof(loopback6)) == 0;
	case TMS_LISTEN_UNIX:
		return true;
	}
	return false;
}
