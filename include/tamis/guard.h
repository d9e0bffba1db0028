/*
 * Which addresses may be fetched: judged on the address about to be connected, never on the text of
 * a URL.
 */
#ifndef TAMIS_GUARD_H
#define TAMIS_GUARD_H

#include <tamis/diag.h>
#include <tamis/str.h>

/** An IP address: IPv4 in the first 4 bytes, network order. */
struct tms_address {
	uint8_t bytes[16];
	bool is_v6;
};

/** A range of addresses in CIDR form. */
struct tms_network {
	struct tms_address address; /* host bits are zero */
	uint8_t prefix_bits;        /* 0 to 32, or 0 to 128 */
};

/** What an instance may reach beside the public Internet. All runs and arrays are borrowed. */
struct tms_guard_policy {
	const struct tms_network *allowed; /* beats the deny table */
	size_t allowed_count;
};

/**
 * Dotted quad or RFC 4291 text, nothing else: no octal, no short forms, no zone. False on anything
 * else.
 */
bool tms_address_parse(struct tms_str text, struct tms_address *out);
/**
 * "192.168.7.0/24"; a bare address is a network of one. Host bits must be zero. TMS_OK, TMS_EINVAL
 * with diag.
 */
TMS_MUST_CHECK enum tms_status tms_network_parse(
	struct tms_str text, struct tms_network *out, struct tms_diag *diag);
/** A mapped IPv4 address is in no network of IPv4. */
bool tms_network_contains(const struct tms_network *network, const struct tms_address *address);

/**
 * Why the address may not be connected to ("loopback"), or NULL when it may. Static text.
 * IPv4: everything but the special-purpose ranges. IPv6: only 2000::/3 without its special ranges,
 * so mapped and translated addresses (::ffff:0:0/96, 64:ff9b::/96) are refused whatever they embed.
 * Source: IANA special-purpose address registries (RFC 6890 and successors).
 */
const char *tms_guard_refusal(
	const struct tms_guard_policy *policy, const struct tms_address *address);

/**
 * Is the text of a URL one that Tamis will ask for at all: http or https, no user name, no zone, no
 * port 0, at most 2,048 bytes, no control characters? TMS_OK, TMS_EDENIED with a sentence in diag.
 */
TMS_MUST_CHECK enum tms_status tms_guard_url(struct tms_str url, struct tms_diag *diag);

#endif
