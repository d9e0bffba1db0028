/*
 * When a timer of the event loop goes off (libevent's evtimer_new, or event_assign with EV_TIMEOUT
 * or EV_PERSIST), in milliseconds. One that waits already waits anew. On the loop's thread.
 */
#ifndef TAMIS_LOOP_TIMER_H
#define TAMIS_LOOP_TIMER_H

#include <stdbool.h>
#include <stdint.h>

struct event;

/**
 * In the loop's next turn: other events that are due have theirs first. False when memory is out.
 */
bool tms_timer_soon(struct event *timer);
/** In wait_ms from now, 0 or more; with EV_PERSIST every wait_ms. False when memory is out. */
bool tms_timer_in(struct event *timer, int64_t wait_ms);

#endif
