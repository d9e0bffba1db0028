/* Addresses to listen on, as people write them. */
#ifndef TAMIS_LISTEN_H
#define TAMIS_LISTEN_H

#include <tamis/diag.h>

enum tms_listen_kind {
	TMS_LISTEN_ANY, /* every address of the machine, IPv6 and IPv4 */
	TMS_LISTEN_IP4,
	TMS_LISTEN_IP6,
	TMS_LISTEN_UNIX,
};

#define TMS_LISTEN_PATH_BYTES 108 /* what sockaddr_un holds, the NUL included */

struct tms_listen {
	enum tms_listen_kind kind;
	uint8_t address[16]; /* network order; the first 4 bytes for IPv4 */
	uint16_t port;       /* 0: the system chooses a free one */
	char path[TMS_LISTEN_PATH_BYTES];
};

/**
 * "127.0.0.1:8080", "[::1]:8080", ":8080" (every address), "unix:/run/tamis.sock". Names are not
 * looked up. TMS_OK; TMS_EINVAL with the reason in *diag (may be NULL), *out alone.
 */
TMS_MUST_CHECK enum tms_status tms_listen_parse(
	struct tms_str text, struct tms_listen *out, struct tms_diag *diag);
/** True when only this machine can reach it: loopback or a unix socket. */
bool tms_listen_is_local(const struct tms_listen *listen);

#endif
