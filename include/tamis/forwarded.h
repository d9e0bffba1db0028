/*
 * Who asks, where proxies stand between: judged on the address that has connected and on what
 * proxies that are trusted say.
 */
#ifndef TAMIS_FORWARDED_H
#define TAMIS_FORWARDED_H

#include <tamis/guard.h>

enum tms_forwarded {
	TMS_FORWARDED_ADDRESS, /* *out is the client's */
	TMS_FORWARDED_LOCAL, /* it came over a socket of this machine, and no proxy said for whom */
	TMS_FORWARDED_UNKNOWN, /* a proxy that is trusted said something that is no address */
};

/** Addresses of a list that are looked at, from its end; beyond, who has asked is unknown. */
#define TMS_FORWARDED_MAX 64

/**
 * The client of a request.
 * peer     who has connected; NULL: over a socket of this machine, whose owner is trusted
 * list     the values of X-Forwarded-For, joined by commas in their order: each proxy puts behind
 *          what it was given the address that gave it. Borrowed
 * trusted  the proxies whose word counts
 * A peer that is not trusted is the client, whatever the list says, for anybody can write one. Else
 * the client is the last address of the list that is not trusted; the first, where all are; the
 * peer itself without a list. An address is IPv4 or IPv6, which may stand in brackets, and may have
 * a port behind it; elements that are empty are passed over. An IPv4 address that is mapped into
 * IPv6 is that IPv4 address. *out is set at TMS_FORWARDED_ADDRESS only.
 */
enum tms_forwarded tms_forwarded_client(const struct tms_address *peer, struct tms_str list,
	const struct tms_network *trusted, size_t trusted_count, struct tms_address *out);

/** Is the address in one of them? A mapped address is judged as the one that it maps. */
bool tms_networks_contain(
	const struct tms_network *networks, size_t count, const struct tms_address *address);

#endif
