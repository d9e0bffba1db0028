/* Workspaces (read buffer and arena of a request), a few of them, the warmest used first. */
#include "workspace.h"

#include <stdlib.h>

#include "connection.h"
#include "server_private.h"

/* Most requests are read, answered and sent within one turn of the loop, so few are used at a time.
 */
#define SPARES_MAX 32
/* What a request and its answer take from the arena: a hundred headers, a head, a hundred pieces,
 * and as much again for the handler. */
#define ARENA_BYTES ((size_t)16384)
/* A body has made the buffer larger than this: not kept. */
#define INPUT_KEPT_BYTES ((size_t)16384)

static void workspace_free(struct workspace *work)
{
	tms_buf_free(&work->input);
	tms_arena_free(&work->arena);
	free(work);
}

static struct workspace *take(struct tms_server *server)
{
	struct workspace *work = server->spares;

	if (work) {
		server->spares = work->next_spare;
		server->spare_count--;
		return work;
	}
	work = calloc(1, sizeof(*work));
	/* an arena that is rewound keeps its first chunk: make it large enough */
	if (work && !tms_arena_alloc(&work->arena, ARENA_BYTES)) {
		workspace_free(work);
		return NULL;
	}
	if (work)
		tms_arena_rewind(&work->arena, 0);
	return work;
}

bool workspace_enter(struct connection *connection)
{
	if (!connection->work)
		connection->work = take(connection->server);
	return connection->work != NULL;
}

static void give_back(struct tms_server *server, struct workspace *work)
{
	if (server->spare_count == SPARES_MAX || work->arena.status != TMS_OK) {
		workspace_free(work);
		return;
	}
	if (work->input.capacity > INPUT_KEPT_BYTES)
		tms_buf_free(&work->input);
	tms_buf_clear(&work->input);
	tms_arena_rewind(&work->arena, 0);
	work->next_spare = server->spares;
	server->spares = work;
	server->spare_count++;
}

void workspace_leave(struct connection *connection)
{
	if (connection->work)
		give_back(connection->server, connection->work);
	connection->work = NULL;
	connection->input_start = 0;
}

void workspace_free_spares(struct tms_server *server)
{
	while (server->spares) {
		struct workspace *work = server->spares;
		server->spares = work->next_spare;
		workspace_free(work);
	}
}
