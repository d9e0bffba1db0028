#include "turns.h"

#include "test.h"

#include <stdlib.h>

#include <event2/event.h>

#include "loop/worker.h"

struct turns {
	struct tms_job job; /* first: the worker's turn */
	struct event_base *base;
	turn_fn turn;
	void *context;
	bool more;
};

static void run_turn(struct tms_job *job)
{
	struct turns *turns = (struct turns *)(void *)job;

	turns->more = turns->turn(turns->context);
}

static void end_turn(struct tms_job *job)
{
	struct turns *turns = (struct turns *)(void *)job;

	(void)event_base_loopbreak(turns->base);
}

void take_turns(turn_fn turn, void *context)
{
	struct turns turns = { .base = event_base_new(), .turn = turn, .context = context };
	struct tms_queue *home = NULL;
	struct tms_worker *worker = NULL;

	assert_int_equal(setenv("CMOCKA_TEST_ABORT", "1", 1), 0);
	assert_int_equal(tms_queue_new(turns.base, &home), TMS_OK);
	const struct tms_worker_options options = {
		.base = turns.base, .home = home, .name = "worker", .threads_max = 1
	};
	assert_int_equal(tms_worker_new(&options, &worker), TMS_OK);
	for (turns.more = true; turns.more && turn(context);) {
		turns.job = (struct tms_job){ .run = run_turn, .done = end_turn };
		tms_worker_give(worker, &turns.job);
		assert_int_not_equal(event_base_loop(turns.base, EVLOOP_NO_EXIT_ON_EMPTY), -1);
	}
	tms_worker_free(worker);
	tms_queue_free(home);
	event_base_free(turns.base);
	assert_int_equal(unsetenv("CMOCKA_TEST_ABORT"), 0);
}
