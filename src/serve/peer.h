/* Who is at the other end of a connection: the address, and whether it is counted. */
#ifndef TAMIS_SERVE_PEER_H
#define TAMIS_SERVE_PEER_H

#include <sys/socket.h>

#include "quota.h"

struct tms_server_options;

#define PEER_BYTES 46 /* INET6_ADDRSTRLEN */

struct peer {
	uint8_t address[16]; /* that is counted: IPv4 mapped, IPv6 without its lower half */
	bool is_counted;
	struct quota_cells cells;
	char text[PEER_BYTES]; /* "192.0.2.1", "2001:db8::1", "unix" */
};

/** Fill *peer by the address of an accepted socket; cells are left {0}. */
void peer_read(const struct tms_server_options *options, const struct sockaddr_storage *address,
	struct peer *peer);

#endif
