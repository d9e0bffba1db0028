/* The server's clock, its tick, and pausing and resuming its listeners. */
#include "tick.h"

#include <time.h>

#include "listener.h"
#include "loop/timer.h"
#include "server_private.h"

uint64_t serve_now_ms(void)
{
	struct timespec now = { 0 };

	/* milliseconds of the last timer interrupt: deadlines need no more, and every request asks */
	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

void tick_start(struct tms_server *server)
{
	if (!event_pending(
		    &server->tick, EV_TIMEOUT, NULL)) /* on failure the next connection tries */
		(void)tms_timer_in(&server->tick, server->tick_ms);
}

void listeners_pause(struct tms_server *server)
{
	if (server->is_paused)
		return;
	server->is_paused = true;
	for (size_t i = 0; i < server->listener_count; i++)
		event_del(&server->listeners[i]->event);
	tick_start(server);
}

void listeners_resume(struct tms_server *server)
{
	if (!server->is_paused)
		return;
	server->is_paused = false;
	for (size_t i = 0; i < server->listener_count; i++)
		if (event_add(&server->listeners[i]->event, NULL) != 0)
			server->is_paused = true; /* the next tick tries again */
}

void tick_end_when_empty(struct tms_server *server)
{
	if (server->counters.open == 0 && server->listener_count == 0)
		event_active(&server->drain_event, EV_TIMEOUT, 0);
}

void tick_connection_ended(struct tms_server *server)
{
	if (server->is_draining)
		tick_end_when_empty(server);
	else
		listeners_resume(server);
}
