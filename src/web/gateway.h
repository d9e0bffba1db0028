/*
 * The gateways of this machine's networks. In a container clients may all seem to come from its
 * gateway, which forwards them under its own address: what is limited by address would be limited
 * for all of them together.
 */
#ifndef TAMIS_WEB_GATEWAY_H
#define TAMIS_WEB_GATEWAY_H

#include <tamis/guard.h>

#define GATEWAYS_MAX 8

struct gateways {
	struct tms_address list[GATEWAYS_MAX];
	size_t count;
};

/** Those that default routes lead to and that have private addresses; none where the system does
 * not tell. */
void gateways_read(struct gateways *out);
/** Add those of /proc/net/route (IPv4) or /proc/net/ipv6_route, given as text. */
void gateways_add4(struct gateways *gateways, struct tms_str routes);
void gateways_add6(struct gateways *gateways, struct tms_str routes);
/** Its place in the list, or -1. */
int gateways_find(const struct gateways *gateways, const struct tms_address *address);

#endif
