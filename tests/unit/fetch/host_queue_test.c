#include "../corpus_files.h"

#include <stdio.h>
#include <stdlib.h>

#include <event2/event.h>

#include "fetch/fetch.h"
#include "loop/clock.h"

#define HOUR_MS 3600000
#define FETCHES 64

/* All addresses are private and refused, so that each fetch ends by itself, without a network. */
static struct {
	struct tms_clock clock;
	struct event_base *base;
	struct tms_fetcher *fetcher;
	struct tms_fetch *fetches[FETCHES];
	size_t ended[FETCHES]; /* numbers in the order of their ends */
	enum tms_outcome outcomes[FETCHES];
	int64_t ended_ms[FETCHES];
	size_t count, ends;
	char asked[40]; /* the host that others are asked about */
} world;

static const size_t numbers[FETCHES] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
	17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39,
	40 };

static struct tms_fetcher_options options_of(unsigned parallel, int64_t interval_ms)
{
	return (struct tms_fetcher_options){ .user_agent = TMS_STR("Tamis/test"),
		.body_bytes_max = 1 << 20,
		.header_bytes_max = 64 << 10,
		.redirects_max = 5,
		.connect_timeout_ms = 5000,
		.total_timeout_ms = 20000,
		.parallel = parallel,
		.host_parallel = 1,
		.host_interval_ms = interval_ms };
}

static void begin(unsigned parallel, int64_t interval_ms)
{
	struct tms_fetcher_options options = options_of(parallel, interval_ms);

	memset(&world, 0, sizeof(world));
	world.clock = tms_clock_system();
	world.base = event_base_new();
	world.fetcher = tms_fetcher_new(world.base, &world.clock, &options);
	assert_non_null(world.fetcher);
}

static void end(void)
{
	tms_fetcher_free(world.fetcher);
	event_base_free(world.base);
}

static void on_end(void *context, const struct tms_fetch_reply *reply)
{
	size_t number = *(const size_t *)context;

	world.fetches[number] = NULL;
	world.outcomes[number] = reply->answer.outcome;
	world.ended_ms[number] = tms_monotonic_ms();
	world.ended[world.ends++] = number;
}

/* One fetch of each of these hosts, named by letters. */
static void start(const char *hosts)
{
	for (; *hosts; hosts++) {
		char url[40];
		(void)snprintf(url, sizeof(url), "http://10.0.0.%d/", *hosts);
		const struct tms_fetch_request request = { .url = tms_str_from(url) };
		world.fetches[world.count] = tms_fetch_start(
			world.fetcher, &request, on_end, (void *)(uintptr_t)&numbers[world.count]);
		assert_non_null(world.fetches[world.count]);
		world.count++;
	}
}

static void run_until(size_t ends)
{
	while (world.ends < ends)
		assert_int_equal(event_base_loop(world.base, EVLOOP_ONCE), 0);
}

/* Nothing is left that the loop could do without waiting. */
static void run_dry(void)
{
	for (int i = 0; i < 20; i++)
		(void)event_base_loop(world.base, EVLOOP_NONBLOCK);
}

static void assert_order(const char *wanted)
{
	char order[4 * FETCHES] = "";
	size_t len = 0;

	for (size_t i = 0; i < world.ends; i++)
		len += (size_t)snprintf(
			order + len, sizeof(order) - len, "%s%zu", i ? " " : "", world.ended[i]);
	assert_string_equal(order, wanted);
}

static void the_oldest_that_may_go_on_goes_first_whatever_its_host(void **state)
{
	(void)state;
	begin(1, 0);
	start("AABACBCCBAAB");
	run_until(12);
	assert_order("0 1 2 3 4 5 6 7 8 9 10 11");
	end();
}

static void what_is_cancelled_leaves_no_gap_at_any_place(void **state)
{
	static const size_t cancelled[] = { 0, 1, 5, 9, 11 };
	(void)state;

	begin(1, 0);
	start("AABACBCCBAAB");
	for (size_t i = 0; i < TMS_COUNT(cancelled); i++)
		tms_fetch_cancel(world.fetches[cancelled[i]]);
	run_until(7);
	run_dry();
	assert_order("2 3 4 6 7 8 10");
	assert_int_equal(tms_fetcher_counts(world.fetcher).queued, 0);
	end();
}

static void a_host_that_is_waited_for_holds_up_no_other(void **state)
{
	(void)state;
	begin(1, 80);
	start("AAABB");
	run_until(5);
	assert_order("0 3 1 4 2");
	assert_true(world.ended_ms[1] - world.ended_ms[0] >= 60);
	assert_true(world.ended_ms[2] - world.ended_ms[0] >= 140);
	assert_true(world.ended_ms[4] - world.ended_ms[3] >= 60);
	end();
}

static void a_pause_ends_all_that_wait_for_the_host_and_nobody_else(void **state)
{
	tms_time now = 0;
	(void)state;

	begin(4, HOUR_MS);
	now = tms_clock_now(&world.clock);
	start("AAABB");
	run_until(2);
	run_dry();
	assert_order("0 3");
	tms_fetcher_pause_host(world.fetcher, TMS_STR("http://10.0.0.65/"), now + 600);
	run_until(4);
	run_dry();
	assert_order("0 3 1 2");
	assert_int_equal(world.outcomes[1], TMS_OUTCOME_PAUSED);
	assert_int_equal(world.outcomes[2], TMS_OUTCOME_PAUSED);
	assert_int_equal(tms_fetcher_counts(world.fetcher).queued, 1);
	start("A"); /* nor is it asked then */
	run_until(5);
	assert_int_equal(world.outcomes[5], TMS_OUTCOME_PAUSED);
	end();
}

static void a_limit_that_is_raised_is_heard_at_once(void **state)
{
	struct tms_fetcher_options options = options_of(4, 0);
	(void)state;

	begin(0, 0);
	start("ABA");
	run_dry();
	assert_int_equal(world.ends, 0);
	assert_int_equal(tms_fetcher_set(world.fetcher, &options), TMS_OK);
	run_until(3);
	end();
}

static void keep_asked(void *context, struct tms_str host)
{
	(void)context;
	(void)snprintf(world.asked, sizeof(world.asked), "%.*s", TMS_STR_ARGS(host));
}

static void what_others_are_asked_about_waits_for_their_answer_and_nobody_else(void **state)
{
	(void)state;
	begin(1, 0);
	start("B");
	run_until(1);
	tms_fetcher_look_with(world.fetcher, keep_asked, NULL);
	start("AA");
	run_dry();
	assert_string_equal(world.asked, "10.0.0.65");
	start("B");
	run_dry();
	assert_string_equal(world.asked, "10.0.0.66");
	tms_fetcher_told_host(world.fetcher, TMS_STR("10.0.0.66"), 0);
	run_until(2);
	run_dry();
	assert_order("0 3");
	tms_fetcher_told_host(world.fetcher, TMS_STR("10.0.0.65"), 0);
	run_until(4);
	assert_order("0 3 1 2");
	start("A");
	run_dry();
	assert_int_equal(world.ends, 4);
	tms_fetcher_look_with(world.fetcher, NULL, NULL); /* nobody will answer */
	start("B");
	run_until(6);
	end();
}

static void count_end(void *context, const struct tms_fetch_reply *reply)
{
	(void)context;
	(void)reply;
	world.ends++;
}

/* 30,000 of a host that may be asked again in an hour: each of 2,000 others would pass them by. */
static void who_waits_costs_those_that_come_and_go_nothing(void **state)
{
	const struct tms_fetch_request waiting = { .url = TMS_STR("http://10.0.0.1/") },
				       passing = { .url = TMS_STR("file:///etc/hostname") };
	(void)state;

	begin(4, HOUR_MS);
	for (size_t i = 0; i < 30001; i++)
		assert_non_null(tms_fetch_start(world.fetcher, &waiting, count_end, NULL));
	run_until(1);
	double before_ms = cpu_ms();
	for (size_t i = 0; i < 2000; i++)
		assert_non_null(tms_fetch_start(world.fetcher, &passing, count_end, NULL));
	run_until(2001);
	assert_int_equal(tms_fetcher_counts(world.fetcher).queued, 30000);
	double took_ms = cpu_ms() - before_ms;
	if (took_ms > 400 * BUDGET_FACTOR) /* 2 s when all were walked */
		fail_msg("it took %.0f ms", took_ms);
	end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_oldest_that_may_go_on_goes_first_whatever_its_host),
		cmocka_unit_test(what_is_cancelled_leaves_no_gap_at_any_place),
		cmocka_unit_test(a_host_that_is_waited_for_holds_up_no_other),
		cmocka_unit_test(a_pause_ends_all_that_wait_for_the_host_and_nobody_else),
		cmocka_unit_test(a_limit_that_is_raised_is_heard_at_once),
		cmocka_unit_test(
			what_others_are_asked_about_waits_for_their_answer_and_nobody_else),
		cmocka_unit_test(who_waits_costs_those_that_come_and_go_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
