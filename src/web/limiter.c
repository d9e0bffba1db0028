/* The rate limiter: whose request it is, what is counted, who may watch. */
#include "web/limiter.h"

#include <stdatomic.h>
#include <stdlib.h>

#include <arpa/inet.h>

#include <tamis/forwarded.h>

#include "loop/clock.h"
#include "serve/rates.h"

struct limiter {
	struct tms_rates *asked, *guessed;
	atomic_uint_fast64_t requests, tokens; /* answered with 429 */
	atomic_uint gateways; /* that somebody came from, by their place in the rules' list */
};

struct limiter *limiter_new(void)
{
	struct limiter *made = calloc(1, sizeof(*made));

	if (!made)
		return NULL;
	made->asked = tms_rates_new();
	made->guessed = tms_rates_new();
	if (made->asked && made->guessed)
		return made;
	limiter_free(made);
	return NULL;
}

void limiter_free(struct limiter *limiter)
{
	if (!limiter)
		return;
	tms_rates_free(limiter->asked);
	tms_rates_free(limiter->guessed);
	free(limiter);
}

void limiter_rules_of(const struct tms_conf *conf, struct limiter_rules *out)
{
	*out = (struct limiter_rules){ .trusted = conf->trusted_proxies,
		.watchers = conf->metrics_networks,
		.requests_max = conf->limits.requests_per_address };
	gateways_read(&out->gateways);
}

static bool contains(const struct tms_network_list *networks, const struct tms_address *address)
{
	return tms_networks_contain(networks->items, networks->count, address);
}

bool limiter_is_uncounted(
	struct limiter *limiter, const struct limiter_rules *rules, struct tms_str peer)
{
	struct tms_address address;

	if (!tms_address_parse(peer, &address))
		return false;
	if (contains(&rules->trusted, &address))
		return true;
	int gateway = gateways_find(&rules->gateways, &address);
	if (gateway >= 0)
		(void)atomic_fetch_or_explicit(
			&limiter->gateways, 1U << (unsigned)gateway, memory_order_relaxed);
	return gateway >= 0;
}

/* Whose request it is; when that is unknown, the proxy's that does not say. False: nobody's
 * address. */
static bool find_client(const struct limiter_rules *rules, struct tms_exchange exchange,
	const struct tms_request *request, bool *is_known, struct tms_address *out)
{
	struct tms_str list =
		tms_request_list(tms_exchange_arena(exchange), request, TMS_STR("X-Forwarded-For"));
	struct tms_address peer = { .is_v6 = false };
	bool has_peer = tms_address_parse(tms_exchange_peer(exchange), &peer);
	enum tms_forwarded whose = tms_forwarded_client(
		has_peer ? &peer : NULL, list, rules->trusted.items, rules->trusted.count, out);

	*is_known = whose != TMS_FORWARDED_UNKNOWN;
	if (whose == TMS_FORWARDED_ADDRESS)
		return true;
	*out = peer;
	return whose == TMS_FORWARDED_UNKNOWN && has_peer;
}

struct address_text {
	char text[INET6_ADDRSTRLEN];
};

static struct address_text text_of(const struct tms_address *address)
{
	struct address_text made = { "" };

	inet_ntop(
		address->is_v6 ? AF_INET6 : AF_INET, address->bytes, made.text, sizeof(made.text));
	return made;
}

bool limiter_lets_ask(struct limiter *limiter, const struct limiter_rules *rules,
	const struct route *route, struct tms_exchange exchange, const struct tms_request *request)
{
	struct tms_address client;
	bool is_known = false;
	int64_t wait_s = 0;

	if ((route && route->count == ROUTE_UNCOUNTED) ||
		!find_client(rules, exchange, request, &is_known, &client) ||
		gateways_find(&rules->gateways, &client) >= 0 ||
		(is_known && route && route->who == ROUTE_WATCHERS &&
			contains(&rules->watchers, &client)))
		return true;
	wait_s = tms_rates_count(
		limiter->asked, &client, rules->requests_max, tms_monotonic_ms() / 1000);
	if (wait_s == 0)
		return true;
	atomic_fetch_add_explicit(&limiter->requests, 1, memory_order_relaxed);
	(void)tms_exchange_answer_text(exchange, 429,
		tms_arena_format(tms_exchange_arena(exchange),
			"The address %s has asked %lld times within a minute, as often as "
			"limits.requests_per_address allows. Try again in %lld seconds.\n",
			text_of(&client).text, (long long)rules->requests_max, (long long)wait_s),
		wait_s);
	return false;
}

bool limiter_lets_guess(struct limiter *limiter, const struct limiter_rules *rules,
	struct tms_exchange exchange, const struct tms_request *request)
{
	struct tms_address client;
	bool is_known = false;
	int64_t wait_s = 0;

	if (!find_client(rules, exchange, request, &is_known, &client) ||
		gateways_find(&rules->gateways, &client) >= 0)
		return true;
	wait_s = tms_rates_count(
		limiter->guessed, &client, LIMITER_UNKNOWN_TOKENS_MAX, tms_monotonic_ms() / 1000);
	if (wait_s == 0)
		return true;
	atomic_fetch_add_explicit(&limiter->tokens, 1, memory_order_relaxed);
	(void)tms_exchange_answer_text(exchange, 429,
		tms_arena_format(tms_exchange_arena(exchange),
			"There is no feed at this address, and %s has asked for %d such within a "
			"minute. Try again in %lld seconds; feeds that are there are answered.\n",
			text_of(&client).text, LIMITER_UNKNOWN_TOKENS_MAX, (long long)wait_s),
		wait_s);
	return false;
}

bool limiter_lets_watch(const struct limiter_rules *rules, struct tms_exchange exchange,
	const struct tms_request *request)
{
	struct tms_address client;
	bool is_known = false;

	if (!find_client(rules, exchange, request, &is_known, &client))
		return is_known; /* over a socket */
	return is_known && contains(&rules->watchers, &client);
}

void limiter_gateway_words(
	const struct limiter *limiter, const struct limiter_rules *rules, struct tms_buf *words)
{
	unsigned seen = atomic_load_explicit(&limiter->gateways, memory_order_relaxed);

	for (size_t i = 0; i < rules->gateways.count; i++) {
		struct address_text text = text_of(&rules->gateways.list[i]);
		if (!(seen & 1U << i))
			continue;
		tms_buf_format(words,
			"Clients come from %s, the gateway of this network, which stands for many: what "
			"is limited by address is not limited for it. A proxy that is named in "
			"trusted_proxies and sends X-Forwarded-For tells who they are.\n",
			text.text);
	}
}

struct limiter_counts limiter_count(const struct limiter *limiter)
{
	return (struct limiter_counts){ .requests = atomic_load_explicit(
						&limiter->requests, memory_order_relaxed),
		.tokens = atomic_load_explicit(&limiter->tokens, memory_order_relaxed) };
}
