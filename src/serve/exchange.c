/* Exchanges of own connections, and those that a relay brings, through the same doors. */
#include "exchange_local.h"
#include "relay_private.h"

bool tms_exchange_answer(struct tms_exchange exchange, const struct tms_answer *answer)
{
	return exchange.relay ? relay_answer(exchange, answer)
			      : exchange_local_answer(exchange, answer);
}

bool tms_exchange_answer_text(
	struct tms_exchange exchange, int status, struct tms_str text, int64_t retry_after_s)
{
	return exchange.relay ? relay_answer_text(exchange, status, text, retry_after_s)
			      : exchange_local_answer_text(exchange, status, text, retry_after_s);
}

const struct tms_request *tms_exchange_request(struct tms_exchange exchange)
{
	return exchange.relay ? relay_request(exchange) : exchange_local_request(exchange);
}

struct tms_arena *tms_exchange_arena(struct tms_exchange exchange)
{
	return exchange.relay ? relay_arena(exchange) : exchange_local_arena(exchange);
}

struct tms_str tms_exchange_peer(struct tms_exchange exchange)
{
	return exchange.relay ? relay_peer(exchange) : exchange_local_peer(exchange);
}
