/*
 * The rate limiter, and the list of networks that may watch: what depends on who asks, on serving
 * threads and on the main one.
 *
 * Who asks is an address, the client's: where a proxy of trusted_proxies has connected, or somebody
 * over a socket, whom it names in X-Forwarded-For. Feeds that exist are never counted, for who has
 * their token may have them; nor is what keeps a service watched.
 */
#ifndef TAMIS_WEB_LIMITER_H
#define TAMIS_WEB_LIMITER_H

#include <tamis/conf.h>

#include "serve/server.h"
#include "web/gateway.h"
#include "web/routes.h"

/** Feeds that do not exist, asked for by one address in a minute; beyond: 429. */
#define LIMITER_UNKNOWN_TOKENS_MAX 20

struct limiter;

/** What the configuration and the machine say of it; borrowed runs. */
struct limiter_rules {
	struct tms_network_list trusted;
	struct tms_network_list watchers; /* metrics_networks */
	struct gateways gateways;
	int64_t requests_max; /* 0: no limit */
};

/** Shared by all threads. NULL when memory is out. */
struct limiter *limiter_new(void);
/** No thread uses it any more. NULL is accepted. */
void limiter_free(struct limiter *limiter);
/** Borrows from conf. */
void limiter_rules_of(const struct tms_conf *conf, struct limiter_rules *out);

/* From any thread, with its own rules: */

/** Does this address, as text, stand for many? Then nothing of it is counted. */
bool limiter_is_uncounted(
	struct limiter *limiter, const struct limiter_rules *rules, struct tms_str peer);
/** May it be answered? Else it was, with 429. Only where there is a limit. route: NULL when there
 * is nothing at the address. */
bool limiter_lets_ask(struct limiter *limiter, const struct limiter_rules *rules,
	const struct route *route, struct tms_exchange exchange, const struct tms_request *request);
/** A token that nobody has: may that be said? Else it was answered with 429. */
bool limiter_lets_guess(struct limiter *limiter, const struct limiter_rules *rules,
	struct tms_exchange exchange, const struct tms_request *request);
/** May this client read metrics and health? Over a socket, without a proxy's word: yes. */
bool limiter_lets_watch(const struct limiter_rules *rules, struct tms_exchange exchange,
	const struct tms_request *request);

/** Append a line for people when clients come from a gateway. */
void limiter_gateway_words(
	const struct limiter *limiter, const struct limiter_rules *rules, struct tms_buf *words);

struct limiter_counts {
	uint64_t requests, tokens; /* answered with 429 */
};
struct limiter_counts limiter_count(const struct limiter *limiter);

#endif
