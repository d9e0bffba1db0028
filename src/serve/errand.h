/*
 * A forwarded request and its answer, in one block of memory that goes to the answering loop and
 * back (relay.c). All that is borrowed is copied into its arena.
 */
#ifndef TAMIS_SERVE_ERRAND_H
#define TAMIS_SERVE_ERRAND_H

#include <stdatomic.h>

#include "loop/queue.h"
#include "server.h"

struct tms_relay_side;

struct errand {
	struct tms_message message;
	struct tms_relay_side *side;
	struct tms_exchange exchange; /* of the serving loop */
	uint32_t slot;                /* while it is answered */
	struct tms_arena arena;       /* holds all that follows */
	struct tms_request request;
	struct tms_str peer;
	struct tms_answer answer;
	bool has_text; /* the answer is a sentence */
	struct tms_str text;
	void *thing;
	tms_release_fn release;
	void *owner;
	struct tms_message gone;
	atomic_bool is_gone; /* the client has left; set by the serving loop */
	bool is_placed;      /* the answering loop's: it waits there for its answer */
	bool is_answered;    /* the serving loop's */
};

/** With a copy of the request. Given; NULL when memory is out. */
struct errand *errand_new(
	struct tms_exchange exchange, const struct tms_request *request, struct tms_str peer);
/** With all that it copied; what is lent is released before. */
void errand_free(struct errand *errand);
/** A copy of the answer; what is lent stays where it lies. False when memory is out. */
bool errand_take_answer(struct errand *errand, const struct tms_answer *answer);
/** A copy of the sentence; without memory it is empty. */
void errand_take_text(
	struct errand *errand, int status, struct tms_str text, int64_t retry_after_s);
/** Its client has left, as far as this thread knows. */
bool errand_has_left(const struct errand *errand);

#endif
