/* Bytes from the client: one read at a time, into memory of the workspace. */
#ifndef TAMIS_SERVE_INPUT_H
#define TAMIS_SERVE_INPUT_H

#include "connection.h"

/** There are bytes that no request has taken. */
static inline bool input_is_there(const struct connection *connection)
{
	return connection->kept ||
	       (connection->work && connection->input_start < connection->work->input.len);
}

/** Read once. False when the connection is closed or refused. */
bool input_read(struct connection *connection);
/**
 * While its answer is made a client sends the next request, or nothing more. The latter looks the
 * same whether it has left or only closed its half, as some do behind their last request: so it is
 * answered, unless that takes long.
 */
void input_look_whether_left(struct connection *connection);
/** Read once, and forget it. */
void input_read_away(struct connection *connection);

#endif
