/*
 * Memory that a connection has from the first byte of a request until the last of its answer,
 * unless its client is slow. There are few at a time and they are used again, the warmest first: a
 * request costs no allocation, and a connection that waits for its client holds what it has to
 * (park.c).
 */
#ifndef TAMIS_SERVE_WORKSPACE_H
#define TAMIS_SERVE_WORKSPACE_H

#include <tamis/arena.h>
#include <tamis/buf.h>

struct connection;
struct tms_server;

struct workspace {
	struct workspace *next_spare;
	struct tms_buf input;
	struct tms_arena arena;
};

/** The connection has one from here on, if it had none. False when memory is out. */
bool workspace_enter(struct connection *connection);
/** It has none any more, if it had one: the next may have it. */
void workspace_leave(struct connection *connection);
/** Free those that nobody has. */
void workspace_free_spares(struct tms_server *server);

#endif
