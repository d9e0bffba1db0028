/* The queue of cooperative tasks that answer in pieces; turn.h has the rules. */
#include "web/turn.h"

#include <stdlib.h>
#include <time.h>

#include <event2/event.h>

#include "loop/timer.h"
#include "web/web.h"

/* Of those that were left, so many go at once. */
#define DROPS 256

static void turn_free(struct turn *turn)
{
	if (turn->state)
		turn->free_state(turn->state);
	free(turn);
}

static void on_go_on(evutil_socket_t fd, short what, void *context);

/* Behind all others. */
static void line_up(struct tms_web *web, struct turn *turn)
{
	struct turns *turns = &web->turns;

	if (!turns->go_on)
		turns->go_on = evtimer_new(web->service->world.base, on_go_on, web);
	if (!turns->go_on) {
		answer_no_memory(turn->exchange);
		turn_free(turn);
		return;
	}
	turn->next = NULL;
	*(turns->last ? &turns->last->next : &turns->first) = turn;
	turns->last = turn;
	turns->count++;
	(void)tms_timer_soon(turns->go_on);
}

static struct turn *take_first(struct turns *turns)
{
	struct turn *turn = turns->first;

	turns->first = turn->next;
	if (!turns->first)
		turns->last = NULL;
	turns->count--;
	return turn;
}

static bool is_wanted(void *context)
{
	const struct turn *turn = context;

	return tms_exchange_request(turn->exchange) != NULL;
}

static void on_shelf(void *context, enum tms_shelf_word word)
{
	struct turn *turn = context;

	turn->shelf = NULL;
	if (word == TMS_SHELF_FILLED) {
		line_up(turn->web, turn);
		return;
	}
	if (word == TMS_SHELF_TOO_LARGE)
		answer_text(turn->exchange, 503, WEB_SET_TOO_LARGE);
	else if (word == TMS_SHELF_NO_ROOM)
		answer_text(turn->exchange, 503, WEB_SETS_FULL);
	turn_free(turn);
}

static void wait_for_shelf(struct turn *turn)
{
	struct tms_shelves *shelves = &turn->web->service->shelves;
	const struct tms_shelf_wait wait = { is_wanted, on_shelf, turn, NULL };

	if (tms_shelves_refuse(shelves, turn->shelf))
		on_shelf(turn, TMS_SHELF_TOO_LARGE);
	else if (!tms_shelves_wait(shelves, turn->shelf, &wait)) {
		answer_no_memory(turn->exchange);
		turn_free(turn);
	}
}

/* Of this thread: other programs do not count. */
static uint64_t cpu_us(void)
{
	struct timespec now = { 0 };

	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static enum turn_word step(struct turn *turn, const struct tms_request *request)
{
	struct tms_arena *arena = tms_exchange_arena(turn->exchange);
	size_t mark = tms_arena_mark(arena);

	struct turns *turns = &turn->web->turns;
	uint64_t start_us = cpu_us();

	turns->steps++;
	enum turn_word word = turn->step(turn, request);
	uint64_t took_us = cpu_us() - start_us;
	if (took_us > turns->longest_us)
		turns->longest_us = took_us;
	if (word != TURN_OVER)
		tms_arena_rewind(arena, mark);
	return word;
}

static void take_turn(struct turn *turn, const struct tms_request *request)
{
	switch (step(turn, request)) {
	case TURN_OVER:
		turn_free(turn);
		break;
	case TURN_MORE:
		line_up(turn->web, turn);
		break;
	case TURN_WAIT:
		wait_for_shelf(turn);
		break;
	}
}

/* One piece of one answer; then everything else has its turn. */
static void on_go_on(evutil_socket_t fd, short what, void *context)
{
	struct tms_web *web = context;
	struct turns *turns = &web->turns;

	(void)fd;
	(void)what;
	for (int i = 0; i < DROPS && turns->first; i++) {
		struct turn *turn = take_first(turns);
		const struct tms_request *request = tms_exchange_request(turn->exchange);
		if (request) {
			take_turn(turn, request);
			break;
		}
		turn_free(turn);
	}
	if (turns->first)
		(void)tms_timer_soon(turns->go_on);
}

static struct turn *turn_new(const struct turn *from)
{
	struct turn *turn = malloc(sizeof(*turn));

	if (turn)
		*turn = *from;
	else
		answer_no_memory(from->exchange);
	return turn;
}

static struct turn turn_of(const struct web_call *call, turn_fn step_fn)
{
	return (struct turn){ .web = call->web,
		.exchange = call->exchange,
		.kept = call->kept,
		.step = step_fn,
		.missing = SIZE_MAX };
}

void turn_begin(const struct web_call *call, turn_fn step_fn)
{
	const struct turn made = turn_of(call, step_fn);
	struct turn *turn = turn_new(&made);

	if (turn)
		line_up(call->web, turn);
}

void turn_now(const struct web_call *call, turn_fn step_fn)
{
	struct turn made = turn_of(call, step_fn);
	enum turn_word word = step(&made, call->request);
	struct turn *turn = word == TURN_OVER ? NULL : turn_new(&made);

	if (turn && word == TURN_MORE)
		line_up(call->web, turn);
	else if (turn)
		wait_for_shelf(turn);
	else if (made.state)
		made.free_state(made.state);
}

void turns_fini(struct turns *turns)
{
	while (turns->first)
		turn_free(take_first(turns));
	if (turns->go_on)
		event_free(turns->go_on);
	turns->go_on = NULL;
}
