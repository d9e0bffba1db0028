/* Closing a connection: at once, lingering (so that a last answer arrives), or evicted. */
#include "connection_close.h"

#include <stdlib.h>
#include <unistd.h>

#include <sys/socket.h>

#include "connection.h"
#include "server_private.h"
#include "tick.h"

/* While the server ends, how long to wait for a client that was told so. */
#define LAST_MS 100

void connection_drop_kept(struct connection *connection)
{
	if (!connection->kept)
		return;
	free(connection->kept);
	quota_let_go(connection->server->quota, connection->kept_bytes);
	connection->kept = NULL;
	connection->kept_bytes = 0;
}

void connection_forget_input(struct connection *connection)
{
	workspace_leave(connection);
	connection_drop_kept(connection);
}

void connection_free(struct connection *connection)
{
	struct tms_server *server = connection->server;

	slot_map_leave(&server->connections, connection->slot);
	quota_remove_address(server->quota, &connection->cells);
	quota_give_back(server->quota);
	connection_forget_input(connection);
	party_leave(connection);
	connection_pool_give_back(&server->pool, connection);
	COUNT_ONE_LESS(server->counters.open);
	tick_connection_ended(server);
}

void connection_tell_left(struct connection *connection)
{
	tms_release_fn left = connection->left;

	connection->left = NULL;
	if (left)
		left(connection->left_owner);
}

void connection_close(struct connection *connection, bool resets)
{
	struct tms_server *server = connection->server;
	const struct linger reset = { .l_onoff = 1, .l_linger = 0 };

	if (connection->is_doomed)
		return;
	connection->is_doomed = true;
	phase_leave_idle(connection);
	party_list(connection, SLOW_NOT);
	if (connection->phase == PHASE_ANSWER) {
		COUNT_ONE_LESS(server->counters.waiting);
		connection_tell_left(connection);
	}
	connection->phase = PHASE_LINGER;
	/* its exchange ends without an answer */
	slot_map_renew(&server->connections, connection->slot);
	event_del(&connection->read_event);
	event_del(&connection->write_event);
	if (resets)
		(void)setsockopt(connection->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	close(connection->fd);
	connection->fd = -1;
	output_drop(&connection->output, connection->server->quota);
	if (!connection->is_busy)
		connection_free(connection);
}

void connection_linger(struct connection *connection)
{
	const struct tms_server *server = connection->server;

	shutdown(connection->fd, SHUT_WR);
	phase_leave_idle(connection);
	phase_enter(connection, PHASE_LINGER,
		server->is_draining && server->options.linger_ms > LAST_MS
			? LAST_MS
			: server->options.linger_ms);
	party_list(connection, SLOW_IDLE);
}

void connection_evict(struct connection *connection)
{
	static const char text[] =
		"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 64\r\n"
		"Content-Type: text/plain; charset=utf-8\r\nRetry-After: 10\r\n"
		"Connection: close\r\n\r\n"
		"The request came slowly, and others needed its place; try later\n";
	struct tms_server_counters *counters = &connection->server->counters;

	if (connection->slow == SLOW_IDLE) {
		COUNT_ONE(counters->rejected[TMS_REASON_CONNECTION_LIMIT]);
		connection_close(connection, false);
		return;
	}
	COUNT_ONE(counters->rejected[TMS_REASON_SLOW]);
	if (connection->slow == SLOW_HALF && !connection->output.part_count) {
		COUNT_ONE(counters->responses[5]);
		if (send(connection->fd, text, sizeof(text) - 1, MSG_NOSIGNAL | MSG_DONTWAIT) > 0)
			COUNT_ONE(counters->writes);
	}
	connection_close(connection, connection->slow == SLOW_READER);
}
