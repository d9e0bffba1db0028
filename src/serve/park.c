/* A slow client's bytes, copied out of the workspace into memory of just their size. */
#include "park.h"

#include <stdlib.h>

#include "connection.h"
#include "connection_close.h"
#include "server_private.h"

/* The slowest make room. NULL when nobody can, or memory is out. */
static char *take(struct connection *connection, size_t bytes)
{
	struct tms_server *server = connection->server;
	char *made = NULL;

	while (!quota_keep(server->quota, bytes)) {
		struct connection *victim = party_victim(server, NULL, true);
		if (!victim)
			return NULL;
		connection_evict(victim);
	}
	made = malloc(bytes);
	if (!made)
		quota_let_go(server->quota, bytes);
	return made;
}

/* What has come of the request under way; behind one that is answered, what follows it. */
static bool keep_input(struct connection *connection)
{
	const struct tms_request *request = &connection->request;
	struct tms_str all = tms_buf_str(&connection->work->input);
	bool is_answered = connection->phase == PHASE_WRITE;
	struct tms_str left = tms_str_slice(
		all, connection->input_start + (is_answered ? request->bytes : 0), all.len);

	if (is_answered && !connection->keeps_alive)
		left = TMS_STR_NONE;
	if (left.len) {
		char *kept = take(connection, left.len);
		if (!kept)
			return false;
		memcpy(kept, left.ptr, left.len);
		connection->kept = kept;
		connection->kept_bytes = left.len;
	}
	connection->input_start = 0;
	/* its runs point into the workspace; the head is read again once the body is there */
	connection->request = (struct tms_request){ .method = request->method,
		.version_minor = request->version_minor,
		.keeps_alive = request->keeps_alive,
		.expects_continue = request->expects_continue };
	return true;
}

/* Bytes of the parts that nobody lends, and those with the lenders. */
static size_t own_bytes(const struct output *output)
{
	const struct output_lender *lender = output->lenders, *end = lender + output->lender_count;
	size_t bytes = 0;

	for (size_t i = output->next; i < output->part_count; i++) {
		while (lender < end && i >= lender->end)
			lender++;
		if (lender == end || i < lender->first)
			bytes += output->parts[i].iov_len;
	}
	return bytes;
}

static size_t less(size_t at, size_t sent)
{
	return at > sent ? at - sent : 0;
}

static bool keep_output(struct connection *connection)
{
	struct output *output = &connection->output;
	size_t sent = output->next, left = output->part_count - sent;
	struct output kept = *output;

	if ((!left && !output->lender_count) || (output->kept && output->parts == output->kept))
		return true;
	kept.kept_bytes = left * sizeof(*kept.parts) +
			  output->lender_count * sizeof(*kept.lenders) + own_bytes(output);
	kept.kept = take(connection, kept.kept_bytes);
	if (!kept.kept)
		return false;
	kept.parts = kept.kept;
	kept.lenders = (struct output_lender *)(void *)(kept.parts + left);
	char *at = (char *)(kept.lenders + output->lender_count);
	kept.next = 0;
	kept.part_count = kept.part_capacity = left;
	kept.lender_capacity = output->lender_count;
	for (size_t i = 0; i < output->lender_count; i++) {
		kept.lenders[i] = output->lenders[i];
		kept.lenders[i].first = less(output->lenders[i].first, sent);
		kept.lenders[i].end = less(output->lenders[i].end, sent);
	}
	const struct output_lender *lender = kept.lenders, *end = lender + kept.lender_count;
	for (size_t i = 0; i < left; i++) {
		kept.parts[i] = output->parts[sent + i];
		while (lender < end && i >= lender->end)
			lender++;
		if (lender < end && i >= lender->first)
			continue;
		memcpy(at, kept.parts[i].iov_base, kept.parts[i].iov_len);
		kept.parts[i].iov_base = at;
		at += kept.parts[i].iov_len;
	}
	output_drop_kept(output, connection->server->quota);
	*output = kept;
	return true;
}

void park_begin(struct connection *connection)
{
	bool is_reader = connection->phase == PHASE_WRITE && connection->is_blocked;
	bool is_kept = false;

	if (!connection->work ||
		(connection->phase != PHASE_HEAD && connection->phase != PHASE_BODY && !is_reader))
		return;
	connection->is_busy = true; /* it does not make room for itself */
	is_kept = keep_output(connection) && keep_input(connection);
	connection->is_busy = false;
	if (!is_kept) {
		COUNT_ONE(connection->server->counters.rejected[TMS_REASON_SLOW]);
		connection_close(connection, true);
		return;
	}
	workspace_leave(connection);
	party_list(connection, is_reader ? SLOW_READER : SLOW_HALF);
}

bool park_end(struct connection *connection)
{
	if (!connection->kept)
		return true;
	if (!workspace_enter(connection))
		return false;
	connection->input_start = 0;
	tms_buf_clear(&connection->work->input);
	tms_buf_add(&connection->work->input,
		(struct tms_str){ connection->kept, connection->kept_bytes });
	if (connection->work->input.status != TMS_OK)
		return false;
	connection_drop_kept(connection);
	return true;
}
