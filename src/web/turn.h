/*
 * Cooperative multitasking for dear answers: each is a task, called a turn, of short pieces of work
 * on the main thread, or that waits for a shelf to be filled. They run in a queue, first come,
 * first served. Between two pieces other requests and all other events have their turn, so no
 * request holds up the others however dear it is. A client that has left is not worked for.
 */
#ifndef TAMIS_WEB_TURN_H
#define TAMIS_WEB_TURN_H

#include "service/shelf.h"
#include "web/answer.h"

struct turn;

enum turn_word {
	TURN_OVER, /* it is answered */
	TURN_MORE, /* there is more to do */
	TURN_WAIT, /* nothing can be done before turn->shelf is filled */
};

/** One piece of work. What it takes from the exchange's arena is gone with the next one. */
typedef enum turn_word (*turn_fn)(struct turn *turn, const struct tms_request *request);

struct turn {
	struct tms_web *web;
	struct tms_exchange exchange;
	enum web_kept kept; /* the answer, as the route says */
	turn_fn step;
	void *state; /* the step's own; NULL before the first */
	void (*free_state)(void *state);
	struct tms_shelf *shelf; /* to be waited for */
	size_t missing;          /* entries that were to be written at the last piece */
	struct turn *next;       /* that has its turn behind this one */
};

/** Those that have work to do, in their order. {0} is empty. */
struct turns {
	struct turn *first, *last;
	struct event *go_on;
	size_t count;
	uint64_t steps;
	uint64_t longest_us; /* CPU of the longest piece */
};

/** Answer by turns; the first piece comes later. Without memory it answers 503. */
void turn_begin(const struct web_call *call, turn_fn step);
/** The same with the first piece now. */
void turn_now(const struct web_call *call, turn_fn step);
/** Ends all, without answers. */
void turns_fini(struct turns *turns);

#endif
