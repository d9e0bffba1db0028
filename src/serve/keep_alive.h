/* What follows an answer: the next request of the same connection, or its end. */
#ifndef TAMIS_SERVE_KEEP_ALIVE_H
#define TAMIS_SERVE_KEEP_ALIVE_H

#include <stdbool.h>

struct connection;

/** The connection is ready for the first byte of a request. */
void keep_alive_begin(struct connection *connection);
/** Be told when something comes. False when memory is out. */
bool keep_alive_read(struct connection *connection);
/**
 * True when the answer just lined up may wait for the next one: the client has sent the next
 * request already, and it is looked at now.
 */
bool keep_alive_takes_next(struct connection *connection);
/** All that was lined up is sent: go on. */
void keep_alive_sent(struct connection *connection);

#endif
