/*
 * Memory of connections, in blocks of their own: when a crowd has left, the system has its memory
 * back, whatever else the process has taken from its heap meanwhile.
 */
#ifndef TAMIS_SERVE_CONNECTION_POOL_H
#define TAMIS_SERVE_CONNECTION_POOL_H

#include <sys/queue.h>

struct connection;
struct connection_block;

struct connection_pool {
	TAILQ_HEAD(connection_blocks, connection_block) open; /* those with a free place */
	struct connection_block *spare;                       /* one of them that is empty */
};

/** Empty; takes no memory yet. */
void connection_pool_init(struct connection_pool *pool);
/** All were given back. */
void connection_pool_fini(struct connection_pool *pool);
/** Zeroed but for its fd, -1; or NULL. */
struct connection *connection_pool_take(struct connection_pool *pool);
/** A connection of this pool. */
void connection_pool_give_back(struct connection_pool *pool, struct connection *connection);

#endif
