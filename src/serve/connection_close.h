/* The end of a connection: at once, in order, or for others to have its place. */
#ifndef TAMIS_SERVE_CONNECTION_CLOSE_H
#define TAMIS_SERVE_CONNECTION_CLOSE_H

#include <stdbool.h>

struct connection;

/** Close now; freed now, or when the handler is back. resets: what is not sent is thrown away. */
void connection_close(struct connection *connection, bool resets);
/** Free one that was closed while it was busy. */
void connection_free(struct connection *connection);
/**
 * A lingering close (RFC 9112 section 9.6): the client hears that it ends; what is under way from
 * it is read away and not answered with a reset, which would destroy the answer.
 */
void connection_linger(struct connection *connection);
/** Close it, for others to have its place or memory. */
void connection_evict(struct connection *connection);
/** Whoever answers its request is told that nobody waits any more. */
void connection_tell_left(struct connection *connection);
/** Free what park.c kept of a request. */
void connection_drop_kept(struct connection *connection);
/** Forget all that has come: its workspace is given back, what was kept is freed. */
void connection_forget_input(struct connection *connection);

#endif
