/*
 * Exchanges of this loop's own connections: what the doors of server.h do when no relay stands
 * between (exchange.c). Each says so, or does nothing, when the exchange has ended.
 */
#ifndef TAMIS_SERVE_EXCHANGE_LOCAL_H
#define TAMIS_SERVE_EXCHANGE_LOCAL_H

#include "server.h"

/** As tms_exchange_answer. */
bool exchange_local_answer(struct tms_exchange exchange, const struct tms_answer *answer);
/** As tms_exchange_answer_text. */
bool exchange_local_answer_text(
	struct tms_exchange exchange, int status, struct tms_str text, int64_t retry_after_s);
/**
 * Call left(owner) once, from the loop, if the exchange ends without its answer: the client has
 * left, or the deadline has passed.
 */
void exchange_local_watch(struct tms_exchange exchange, tms_release_fn left, void *owner);
/** As tms_exchange_request. */
const struct tms_request *exchange_local_request(struct tms_exchange exchange);
/** As tms_exchange_arena. */
struct tms_arena *exchange_local_arena(struct tms_exchange exchange);
/** As tms_exchange_peer. */
struct tms_str exchange_local_peer(struct tms_exchange exchange);

#endif
