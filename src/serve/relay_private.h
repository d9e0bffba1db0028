/* The doors of server.h for an exchange that has a relay: on the answering loop. */
#ifndef TAMIS_SERVE_RELAY_PRIVATE_H
#define TAMIS_SERVE_RELAY_PRIVATE_H

#include "serve/relay.h"

/** As tms_exchange_answer. */
bool relay_answer(struct tms_exchange exchange, const struct tms_answer *answer);
/** As tms_exchange_answer_text. */
bool relay_answer_text(
	struct tms_exchange exchange, int status, struct tms_str text, int64_t retry_after_s);
/** As tms_exchange_request. */
const struct tms_request *relay_request(struct tms_exchange exchange);
/** As tms_exchange_arena. */
struct tms_arena *relay_arena(struct tms_exchange exchange);
/** As tms_exchange_peer. */
struct tms_str relay_peer(struct tms_exchange exchange);

#endif
