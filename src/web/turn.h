/*
 * Turns: answers that take the main thread more than one piece of work, or that wait for a shelf.
 * Each piece is short, and between two of them other requests and all other events have their turn,
 * so no request holds up the others however dear it is. A client that has left is not worked for.
 */
#ifndef TAMIS_WEB_TURN_H
#define TAMIS_WEB_TURN_H

#include "service/shelf.h"
#include "serve/server.h"

struct tms_web;
struct tms_turn;

enum tms_turn_word {
	TMS_TURN_OVER, /* it is answered */
	TMS_TURN_MORE, /* there is more to do */
	TMS_TURN_WAIT, /* nothing can be done before turn->shelf is filled */
};

/** One piece of work. What it takes from the exchange's arena is gone with the next one. */
typedef enum tms_turn_word (*tms_turn_fn)(struct tms_turn *turn, const struct tms_request *request);

struct tms_turn {
	struct tms_web *web;
	struct tms_exchange exchange;
	tms_turn_fn step;
	void *state; /* the step's own; NULL before the first */
	void (*free_state)(void *state);
	struct tms_shelf *shelf; /* to be waited for */
	size_t missing;          /* entries that were to be written at the last piece */
	struct tms_turn *next;   /* that has its turn behind this one */
};

/** Those that have work to do, in their order. {0} is empty. */
struct tms_turns {
	struct tms_turn *first, *last;
	struct event *go_on;
	size_t count;
	uint64_t steps;
	uint64_t longest_us; /* CPU of the longest piece */
};

/** Answer by turns; the first piece comes later. Without memory it answers 503. */
void turn_begin(struct tms_web *web, struct tms_exchange exchange, tms_turn_fn step);
/** The same with the first piece now. */
void turn_now(struct tms_web *web, struct tms_exchange exchange, const struct tms_request *request,
	tms_turn_fn step);
/** Ends all, without answers. */
void turns_fini(struct tms_turns *turns);

#endif
