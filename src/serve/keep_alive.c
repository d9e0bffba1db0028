/* Keep-alive: after an answer the next request of the connection, or its end. */
#include "keep_alive.h"

#include "connection_close.h"
#include "input.h"
#include "server_private.h"
#include "tick.h"

void keep_alive_begin(struct connection *connection)
{
	connection->request = (struct tms_request){ 0 };
	connection->has_continued = false;
	tms_request_reader_init(&connection->reader, &connection->server->options.request);
}

bool keep_alive_read(struct connection *connection)
{
	if (connection->is_reading || connection->has_ended)
		return true;
	connection->is_reading = event_add(&connection->read_event, NULL) == 0;
	return connection->is_reading;
}

bool keep_alive_takes_next(struct connection *connection)
{
	struct tms_str rest = { 0 };

	if (!connection->is_busy || !connection->keeps_alive)
		return false;
	rest = tms_str_slice(tms_buf_str(&connection->work->input),
		connection->input_start + connection->request.bytes, connection->work->input.len);
	if (rest.len < 4 || !memmem(rest.ptr, rest.len, "\r\n\r\n", 4))
		return false;
	connection->has_served = true;
	connection->input_start += connection->request.bytes;
	keep_alive_begin(connection);
	phase_enter(connection, PHASE_HEAD, connection->server->options.head_ms);
	return true;
}

/* The answer to the request under way is sent: read the next one, or end. */
static void end_request(struct connection *connection)
{
	bool has_more = false;

	connection->has_served = true;
	connection->input_start += connection->request.bytes;
	keep_alive_begin(connection);
	has_more = connection->keeps_alive && input_is_there(connection);
	if (!has_more)
		connection_forget_input(connection);
	else if (connection->work)
		tms_arena_rewind(&connection->work->arena, 0);
	if (connection->keeps_alive) {
		phase_enter_idle(connection, has_more);
		if (!connection->server->is_draining)
			listeners_resume(connection->server); /* it can make room now */
	} else {
		/* closing now would reset the connection if more is under way, and destroy the
		 * answer */
		connection_linger(connection);
	}
	if (!keep_alive_read(connection))
		connection_close(connection, true);
	else if (connection->has_ended && !has_more)
		connection_close(connection, false);
	else if (has_more && !connection->is_busy)
		event_active(&connection->read_event, EV_READ, 0);
}

void keep_alive_sent(struct connection *connection)
{
	switch (connection->phase) {
	case PHASE_WRITE:
		end_request(connection);
		return;
	case PHASE_HEAD:
	case PHASE_BODY:
		/* answers to others before the request that is not whole; will it ever be? */
		if (connection->has_ended && !event_pending(&connection->read_event, EV_READ, NULL))
			connection_close(connection, false);
		return;
	case PHASE_IDLE:
	case PHASE_ANSWER:
	case PHASE_LINGER:
		return;
	}
}
