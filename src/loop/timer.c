/* Arming libevent timers in milliseconds. */
#include "loop/timer.h"

#include <event2/event.h>

bool tms_timer_soon(struct event *timer)
{
	return tms_timer_in(timer, 0);
}

bool tms_timer_in(struct event *timer, int64_t wait_ms)
{
	const struct timeval wait = { .tv_sec = (time_t)(wait_ms / 1000),
		.tv_usec = (suseconds_t)(wait_ms % 1000 * 1000) };

	return event_add(timer, &wait) == 0;
}
