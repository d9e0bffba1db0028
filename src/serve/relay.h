/*
 * Requests that are answered on another loop than the one that holds their connection.
 *
 * A serving loop forwards a copy of the request; the handler of the answering loop gets an exchange
 * as from a server of its own, and the answer travels back. What is sent by reference stays where
 * it lies until the connection is done with it; its release runs on the answering loop. Each
 * forwarded request is one block of memory that goes there and back.
 */
#ifndef TAMIS_SERVE_RELAY_H
#define TAMIS_SERVE_RELAY_H

#include "loop/queue.h"
#include "serve/server.h"

/** Where requests arrive and are answered. */
struct tms_relay;
/** Where they come from: one for each serving loop. */
struct tms_relay_side;

/**
 * A thing was given instead of an answer: see tms_exchange_give. Runs on the serving loop.
 * exchange  of that loop; it may have ended
 * thing     taken
 */
typedef void (*tms_relay_take_fn)(void *context, struct tms_exchange exchange, void *thing);

/** home: the queue of the answering loop; borrowed, as handle's context. Given; NULL when memory is
 * out. */
struct tms_relay *tms_relay_new(struct tms_queue *home, tms_server_handle_fn handle, void *context);
/** The serving loops have ended: exchanges under way end without an answer, late messages are only
 * taken back. */
void tms_relay_close(struct tms_relay *relay);
/** Closed before, and all queues run empty. NULL is accepted. */
void tms_relay_free(struct tms_relay *relay);

/**
 * One side, before its loop starts.
 * queue        of the serving loop
 * waiting_max  requests under way; beyond, forwarding answers 503
 * Given; NULL when memory is out.
 */
struct tms_relay_side *tms_relay_side_new(struct tms_relay *relay, struct tms_queue *queue,
	size_t waiting_max, tms_relay_take_fn take, void *context);
/** NULL is accepted. */
void tms_relay_side_free(struct tms_relay_side *side);
/** Send a request of this loop on its way; the exchange is answered in any case. On the serving
 * loop. */
void tms_relay_forward(struct tms_relay_side *side, struct tms_exchange exchange,
	const struct tms_request *request);

/* On the answering loop: */

/** Requests that were given up because their client had left, or had been told that it takes too
 * long: before they were begun, or while they were under way. */
uint64_t tms_relay_dropped(const struct tms_relay *relay);
/** The context of the side that an exchange came from; NULL when it has ended or came from no side.
 */
void *tms_exchange_side(struct tms_exchange exchange);
/** End the exchange by giving the serving loop what it can answer from. False when it had ended:
 * the thing is not taken then. */
bool tms_exchange_give(struct tms_exchange exchange, void *thing);

#endif
