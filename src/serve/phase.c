/* Entering a connection's phases, each with its deadline; phase.h has the state machine. */
#include "phase.h"

#include "connection.h"
#include "server_private.h"
#include "tick.h"

void phase_enter(struct connection *connection, enum phase phase, uint32_t limit_ms)
{
	connection->phase = phase;
	connection->deadline_ms = serve_now_ms() + limit_ms;
}

void phase_enter_idle(struct connection *connection, bool has_more)
{
	struct tms_server *server = connection->server;

	phase_enter(connection, PHASE_IDLE,
		server->is_draining ? PHASE_FIRST_MS : server->options.idle_ms);
	party_list(connection, has_more ? SLOW_NOT : SLOW_IDLE);
	COUNT_ONE(server->counters.idle);
}

void phase_leave_idle(struct connection *connection)
{
	if (connection->phase != PHASE_IDLE)
		return;
	party_list(connection, SLOW_NOT);
	COUNT_ONE_LESS(connection->server->counters.idle);
}
