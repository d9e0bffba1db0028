/* Jobs on a thread of their own. Runs under ThreadSanitizer too. */
#include "test.h"

#include <unistd.h>

#include <event2/event.h>

#include "loop/worker.h"

#define JOBS 100

struct sum {
	struct tms_job job;
	struct bench *bench;
	int number, result;
	int waits_on; /* a descriptor that the job reads a byte from first; -1: none */
};

struct bench {
	struct event_base *base;
	struct tms_queue *home;
	struct tms_worker *worker;
	struct sum sums[JOBS];
	int done, not_run, turns;
	int wanted; /* so many done end the loop */
	bool is_ordered;
	int pipe[2];
};

static int set_up_with(void **state, size_t threads_max)
{
	static struct bench bench;

	bench = (struct bench){ .base = event_base_new(), .is_ordered = true, .wanted = JOBS };
	assert_int_equal(tms_queue_new(bench.base, &bench.home), TMS_OK);
	const struct tms_worker_options options = { .base = bench.base,
		.home = bench.home,
		.name = "worker",
		.threads_max = threads_max,
		.overtake_ms = 1 };
	assert_int_equal(tms_worker_new(&options, &bench.worker), TMS_OK);
	assert_int_equal(pipe(bench.pipe), 0);
	*state = &bench;
	return 0;
}

static int set_up(void **state)
{
	return set_up_with(state, 1);
}

static int set_up_three(void **state)
{
	return set_up_with(state, 3);
}

static int tear_down(void **state)
{
	struct bench *bench = *state;

	tms_worker_free(bench->worker);
	tms_queue_free(bench->home);
	event_base_free(bench->base);
	close(bench->pipe[0]);
	close(bench->pipe[1]);
	return 0;
}

static void add_up(struct tms_job *job)
{
	struct sum *sum = (struct sum *)(void *)job;
	char byte = 0;

	if (sum->waits_on >= 0)
		assert_int_equal(read(sum->waits_on, &byte, 1), 1);
	for (int i = 1; i <= sum->number; i++)
		sum->result += i;
}

static void on_sum(struct tms_job *job)
{
	struct sum *sum = (struct sum *)(void *)job;
	struct bench *bench = sum->bench;

	bench->is_ordered = bench->is_ordered && sum->number == bench->done;
	bench->not_run += !job->was_run;
	if (++bench->done == bench->wanted)
		event_base_loopbreak(bench->base);
}

static void give(struct bench *bench, int number, int waits_on)
{
	bench->sums[number] = (struct sum){ .job = { .run = add_up, .done = on_sum },
		.bench = bench,
		.number = number,
		.waits_on = waits_on };
	tms_worker_give(bench->worker, &bench->sums[number].job);
}

static void jobs_are_done_in_the_order_in_which_they_were_given(void **state)
{
	struct bench *bench = *state;

	for (int i = 0; i < JOBS; i++)
		give(bench, i, -1);
	event_base_loop(bench->base, EVLOOP_NO_EXIT_ON_EMPTY);
	assert_int_equal(bench->done, JOBS);
	assert_true(bench->is_ordered);
	assert_int_equal(bench->not_run, 0);
	for (int i = 0; i < JOBS; i++)
		assert_int_equal(bench->sums[i].result, i * (i + 1) / 2);
}

static void on_turn(evutil_socket_t fd, short what, void *context)
{
	struct bench *bench = context;

	(void)fd;
	(void)what;
	assert_int_equal(bench->done, 0);
	assert_int_equal(write(bench->pipe[1], "x", 1), 1);
}

static void the_loop_goes_on_while_a_job_runs(void **state)
{
	struct bench *bench = *state;
	struct event *turn = event_new(bench->base, -1, 0, on_turn, bench);

	/* the first job ends only when the loop has had a turn of its own */
	give(bench, 0, bench->pipe[0]);
	for (int i = 1; i < JOBS; i++)
		give(bench, i, -1);
	event_active(turn, EV_TIMEOUT, 0);
	event_base_loop(bench->base, EVLOOP_NO_EXIT_ON_EMPTY);
	assert_int_equal(bench->done, JOBS);
	event_free(turn);
}

static void a_worker_that_ends_gives_every_job_back(void **state)
{
	struct bench *bench = *state;

	for (int i = 0; i < JOBS; i++)
		give(bench, i, i == 0 ? bench->pipe[0] : -1);
	assert_int_equal(write(bench->pipe[1], "x", 1), 1);
	tms_worker_free(bench->worker);
	bench->worker = NULL;
	assert_int_equal(bench->done, JOBS);
	assert_true(bench->is_ordered);
	for (int i = 0; i < JOBS; i++) /* either whole or not at all */
		assert_int_equal(
			bench->sums[i].result, bench->sums[i].job.was_run ? i * (i + 1) / 2 : 0);
}

static void jobs_that_do_not_end_are_overtaken_by_the_others(void **state)
{
	struct bench *bench = *state;

	bench->wanted = JOBS - 2;
	for (int i = 0; i < JOBS; i++)
		give(bench, i, i < 2 ? bench->pipe[0] : -1);
	event_base_loop(bench->base, EVLOOP_NO_EXIT_ON_EMPTY);
	assert_int_equal(bench->done, JOBS - 2);
	assert_int_equal(bench->sums[0].result + bench->sums[1].result, 0);
	bench->wanted = JOBS;
	assert_int_equal(write(bench->pipe[1], "xx", 2), 2);
	event_base_loop(bench->base, EVLOOP_NO_EXIT_ON_EMPTY);
	assert_int_equal(bench->done, JOBS);
	assert_int_equal(bench->not_run, 0);
}

static void a_worker_does_not_wait_for_a_job_beyond_its_time(void **state)
{
	struct bench *bench = *state;

	for (int i = 0; i < JOBS; i++)
		give(bench, i, i == 0 ? bench->pipe[0] : -1);
	assert_false(tms_worker_finish(bench->worker, 1));
	assert_int_equal(bench->done, 0); /* and none is begun any more */
	assert_int_equal(write(bench->pipe[1], "x", 1), 1);
	assert_true(tms_worker_finish(bench->worker, 60000));
	assert_int_equal(bench->done, 1);
	tms_worker_free(bench->worker);
	bench->worker = NULL;
	assert_int_equal(bench->done, JOBS);
	assert_int_equal(bench->not_run, JOBS - 1);
}

static void on_first_turn(struct tms_job *job)
{
	struct sum *sum = (struct sum *)(void *)job;

	sum->bench->turns++;
	event_base_loopbreak(sum->bench->base);
}

static void a_job_whose_turn_has_come_waits_until_it_may_go(void **state)
{
	struct bench *bench = *state;

	bench->sums[0] =
		(struct sum){ .job = { .turn = on_first_turn, .run = add_up, .done = on_sum },
			.bench = bench,
			.waits_on = -1 };
	tms_worker_give(bench->worker, &bench->sums[0].job);
	assert_int_equal(bench->turns, 0); /* never within the call */
	for (int i = 1; i < JOBS; i++)
		give(bench, i, -1);
	event_base_loop(bench->base, EVLOOP_NO_EXIT_ON_EMPTY);
	assert_int_equal(bench->turns, 1);
	assert_int_equal(bench->done, 0);
	assert_true(tms_worker_go(&bench->sums[0].job));
	event_base_loop(bench->base, EVLOOP_NO_EXIT_ON_EMPTY);
	assert_int_equal(bench->done, JOBS);
	assert_true(bench->is_ordered);
}

static void a_job_that_has_not_gone_before_the_end_is_not_run(void **state)
{
	struct bench *bench = *state;

	bench->sums[0] =
		(struct sum){ .job = { .turn = on_first_turn, .run = add_up, .done = on_sum },
			.bench = bench,
			.waits_on = -1 };
	tms_worker_give(bench->worker, &bench->sums[0].job);
	event_base_loop(bench->base, EVLOOP_NO_EXIT_ON_EMPTY);
	assert_true(tms_worker_finish(bench->worker, 60000));
	assert_false(tms_worker_go(&bench->sums[0].job));
	tms_worker_free(bench->worker);
	bench->worker = NULL;
	assert_int_equal(bench->done, 1);
	assert_int_equal(bench->not_run, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			jobs_are_done_in_the_order_in_which_they_were_given, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			the_loop_goes_on_while_a_job_runs, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_worker_that_ends_gives_every_job_back, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			jobs_that_do_not_end_are_overtaken_by_the_others, set_up_three, tear_down),
		cmocka_unit_test_setup_teardown(
			a_worker_does_not_wait_for_a_job_beyond_its_time, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_job_whose_turn_has_come_waits_until_it_may_go, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_job_that_has_not_gone_before_the_end_is_not_run, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
