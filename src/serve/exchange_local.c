/* Answering exchanges of this loop's own connections, found by slot and generation. */
#include "exchange_local.h"

#include "connection.h"
#include "output_answer.h"
#include "server_private.h"

/* The connection whose request still waits for this exchange's answer, or NULL. */
static struct connection *find(struct tms_exchange exchange)
{
	struct connection *connection = exchange.server
						? slot_map_find(&exchange.server->connections,
							  exchange.slot, exchange.generation)
						: NULL;

	return connection && connection->phase == PHASE_ANSWER ? connection : NULL;
}

bool exchange_local_answer(struct tms_exchange exchange, const struct tms_answer *answer)
{
	struct connection *connection = find(exchange);

	if (connection)
		output_answer(connection, answer);
	else if (answer->release)
		answer->release(answer->owner);
	return connection != NULL;
}

bool exchange_local_answer_text(
	struct tms_exchange exchange, int status, struct tms_str text, int64_t retry_after_s)
{
	struct connection *connection = find(exchange);

	if (!connection)
		return false;
	if (connection->server->is_draining)
		connection->keeps_alive = false;
	output_text(connection, status, text, retry_after_s);
	return true;
}

void exchange_local_watch(struct tms_exchange exchange, tms_release_fn left, void *owner)
{
	struct connection *connection = find(exchange);

	if (!connection)
		return;
	connection->left = left;
	connection->left_owner = owner;
}

const struct tms_request *exchange_local_request(struct tms_exchange exchange)
{
	struct connection *connection = find(exchange);

	return connection ? &connection->request : NULL;
}

struct tms_arena *exchange_local_arena(struct tms_exchange exchange)
{
	struct connection *connection = find(exchange);

	return connection ? &connection->work->arena : NULL;
}

struct tms_str exchange_local_peer(struct tms_exchange exchange)
{
	struct connection *connection = find(exchange);

	return connection ? tms_arena_copy(&connection->work->arena, tms_str_from(connection->peer))
			  : TMS_STR_NONE;
}
