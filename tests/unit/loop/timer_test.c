/* Timers: soon is behind what is due, and a wait is a wait. */
#include "test.h"

#include <event2/event.h>

#include "loop/clock.h"
#include "loop/timer.h"

struct bell {
	struct event *timer;
	int rings;
	int64_t rung_ms;
};

static void on_ring(evutil_socket_t fd, short what, void *context)
{
	struct bell *bell = context;

	(void)fd;
	(void)what;
	bell->rings++;
	bell->rung_ms = tms_monotonic_ms();
}

static void what_comes_soon_comes_in_the_next_turn_and_not_at_once(void **state)
{
	struct event_base *base = event_base_new();
	struct bell bell = { 0 };

	(void)state;
	bell.timer = evtimer_new(base, on_ring, &bell);
	assert_true(tms_timer_soon(bell.timer));
	assert_int_equal(bell.rings, 0);
	(void)event_base_loop(base, EVLOOP_NONBLOCK);
	assert_int_equal(bell.rings, 1);
	event_free(bell.timer);
	event_base_free(base);
}

static void a_timer_that_is_set_again_waits_anew_and_rings_once(void **state)
{
	struct event_base *base = event_base_new();
	struct bell bell = { 0 };
	int64_t began_ms = tms_monotonic_ms();

	(void)state;
	bell.timer = evtimer_new(base, on_ring, &bell);
	assert_true(tms_timer_in(bell.timer, 1000000000));
	assert_true(tms_timer_in(bell.timer, 30));
	assert_int_equal(event_base_dispatch(base), 1); /* nothing waits any more */
	assert_int_equal(bell.rings, 1);
	assert_true(bell.rung_ms - began_ms >= 29); /* whole milliseconds are cut */
	event_free(bell.timer);
	event_base_free(base);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_comes_soon_comes_in_the_next_turn_and_not_at_once),
		cmocka_unit_test(a_timer_that_is_set_again_waits_anew_and_rings_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
