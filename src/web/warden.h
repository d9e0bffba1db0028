/*
 * Who asks, and how often: what is limited by address, on serving threads and on the main one.
 *
 * The address is the client's: where a proxy of trusted_proxies has connected, or somebody over a
 * socket, whom it names in X-Forwarded-For. Feeds that exist are never counted, for who has their
 * token may have them; nor is what keeps a service watched.
 */
#ifndef TAMIS_WEB_WARDEN_H
#define TAMIS_WEB_WARDEN_H

#include <tamis/conf.h>

#include "serve/server.h"
#include "web/gateway.h"

/** Feeds that do not exist, asked for by one address in a minute; beyond: 429. */
#define TMS_UNKNOWN_TOKENS_MAX 20

struct tms_warden;

/** What the configuration and the machine say of it; borrowed runs. */
struct tms_warden_rules {
	struct tms_network_list trusted;
	struct tms_network_list watchers; /* metrics_networks */
	struct tms_gateways gateways;
	int64_t requests_max; /* 0: no limit */
};

/** Shared by all threads. NULL when memory is out. */
struct tms_warden *warden_new(void);
/** No thread uses it any more. NULL is accepted. */
void warden_free(struct tms_warden *warden);
/** Borrows from conf. */
void warden_rules_of(const struct tms_conf *conf, struct tms_warden_rules *out);

/* From any thread, with its own rules: */

/** Does this address, as text, stand for many? Then nothing of it is counted. */
bool warden_is_uncounted(
	struct tms_warden *warden, const struct tms_warden_rules *rules, struct tms_str peer);
/** May it be answered? Else it was, with 429. Only where there is a limit. */
bool warden_lets_ask(struct tms_warden *warden, const struct tms_warden_rules *rules,
	struct tms_exchange exchange, const struct tms_request *request);
/** A token that nobody has: may that be said? Else it was answered with 429. */
bool warden_lets_guess(struct tms_warden *warden, const struct tms_warden_rules *rules,
	struct tms_exchange exchange, const struct tms_request *request);
/** May this client read metrics and health? Over a socket, without a proxy's word: yes. */
bool warden_lets_watch(const struct tms_warden_rules *rules, struct tms_exchange exchange,
	const struct tms_request *request);

/** Append a line for people when clients come from a gateway. */
void warden_gateway_words(const struct tms_warden *warden, const struct tms_warden_rules *rules,
	struct tms_buf *words);

struct tms_warden_counts {
	uint64_t requests, tokens; /* answered with 429 */
};
struct tms_warden_counts warden_counts(const struct tms_warden *warden);

#endif
