/* The address at the other end of a socket, IPv4 as mapped IPv6. */
#include "peer.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "server.h"

static const uint8_t mapped_prefix[12] = { [10] = 0xff, [11] = 0xff };

/* IPv4 as the mapped IPv6 address; false for unix sockets. */
static bool address_bytes(const struct sockaddr_storage *address, uint8_t bytes[16])
{
	if (address->ss_family == AF_INET) {
		const struct sockaddr_in *in = (const struct sockaddr_in *)address;
		memcpy(bytes, mapped_prefix, 12);
		memcpy(bytes + 12, &in->sin_addr, 4);
		return true;
	}
	if (address->ss_family == AF_INET6) {
		memcpy(bytes, &((const struct sockaddr_in6 *)address)->sin6_addr, 16);
		return true;
	}
	return false;
}

static bool is_mapped(const uint8_t bytes[16])
{
	return memcmp(bytes, mapped_prefix, sizeof(mapped_prefix)) == 0;
}

static bool is_loopback(const uint8_t bytes[16])
{
	static const uint8_t loopback6[16] = { [15] = 1 };

	return is_mapped(bytes) ? bytes[12] == 127 : memcmp(bytes, loopback6, 16) == 0;
}

void peer_read(const struct tms_server_options *options, const struct sockaddr_storage *address,
	struct peer *peer)
{
	uint8_t *bytes = peer->address;

	*peer = (struct peer){ 0 };
	if (!address_bytes(address, bytes)) {
		memcpy(peer->text, "unix", sizeof("unix"));
		return;
	}
	if (is_mapped(bytes))
		inet_ntop(AF_INET, bytes + 12, peer->text, PEER_BYTES);
	else
		inet_ntop(AF_INET6, bytes, peer->text, PEER_BYTES);
	peer->is_counted =
		(options->counts_local || !is_loopback(bytes)) &&
		!(options->is_uncounted && options->is_uncounted(options->uncounted_context,
						   tms_str_from(peer->text)));
	if (!is_mapped(bytes) && peer->is_counted)
		memset(bytes + 8, 0, 8); /* a /64 is one customer */
}
