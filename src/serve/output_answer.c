/* Answers lined up for sending: head with Date, pieces of the body, or a file. */
#include "output_answer.h"

#include <assert.h>
#include <time.h>

#include "connection.h"
#include "connection_close.h"
#include "keep_alive.h"
#include "output_send.h"
#include "server_private.h"
#include "tick.h"

/* Answers to pipelined requests wait for each other up to here; a write of this size gains nothing
 * from being larger. */
#define JOINED_BYTES_MAX ((size_t)65536)

/* The line of the Date header; written once a second. */
static struct tms_str date_line(struct tms_server *server)
{
	tms_time now = server->options.now ? server->options.now(server->options.now_context)
					   : (tms_time)time(NULL);

	if (now != server->date_at || !server->date.len) {
		tms_buf_clear(&server->date);
		tms_buf_add(&server->date, TMS_STR("Date: "));
		tms_time_write_http(&server->date, now);
		tms_buf_add(&server->date, TMS_STR("\r\n"));
		server->date_at = now;
	}
	return tms_buf_str(&server->date);
}

static uint64_t body_bytes(const struct tms_answer *answer)
{
	uint64_t bytes = answer->file.bytes;

	for (size_t i = 0; i < answer->piece_count; i++)
		bytes += answer->pieces[i].len;
	return bytes;
}

/* The head but for its end: ready-made, or written here. Sets the answer's status. */
static bool find_head(struct tms_server *server, const struct tms_answer *answer,
	struct tms_str *head, int *status)
{
	uint64_t bytes = body_bytes(answer);

	*head = answer->head;
	if (head->len)
		return tms_response_head_fits(*head, bytes, status);
	*status = answer->response.status;
	tms_buf_clear(&server->head);
	if (*status < 200 ||
		tms_response_write_head(&server->head, &answer->response, bytes) != TMS_OK)
		return false;
	*head = tms_buf_str(&server->head);
	return true;
}

bool output_continue(struct connection *connection)
{
	if (!workspace_enter(connection) ||
		!output_make_room(&connection->work->arena, &connection->output, 1))
		return false;
	output_add(&connection->output, TMS_STR("HTTP/1.1 100 Continue\r\n\r\n"));
	COUNT_ONE(connection->server->counters.responses[1]);
	return true;
}

/* One run of bytes in the arena. */
static bool add_head(struct connection *connection, struct tms_str head)
{
	struct tms_str date = date_line(connection->server);
	struct tms_str end =
		tms_response_end(connection->request.version_minor, connection->keeps_alive);
	size_t bytes = head.len + date.len + end.len;
	char *made = date.len ? tms_arena_alloc(&connection->work->arena, bytes) : NULL;

	if (!made)
		return false;
	memcpy(made, head.ptr, head.len);
	memcpy(made + head.len, date.ptr, date.len);
	memcpy(made + head.len + date.len, end.ptr, end.len);
	output_add(&connection->output, (struct tms_str){ made, bytes });
	return true;
}

/* Line up head and body behind what is there. False when memory or the answer's headers do not allow
 * it; nothing of it is kept then. is_lent: its owner lends what is sent. */
static bool line_up(
	struct connection *connection, const struct tms_answer *answer, int *status, bool *is_lent)
{
	struct tms_arena *arena = workspace_enter(connection) ? &connection->work->arena : NULL;
	struct output *output = &connection->output;
	struct output before = *output;
	bool has_body = connection->request.method != TMS_METHOD_HEAD;
	struct tms_str head = { 0 };
	size_t first = 0;

	if (!arena || !find_head(connection->server, answer, &head, status))
		return false;
	has_body = has_body && !tms_status_is_bodiless(*status);
	if (!output_make_room(arena, output, has_body ? answer->piece_count + 1 : 1) ||
		!add_head(connection, head))
		goto fail;
	first = output->part_count;
	for (size_t i = 0; has_body && i < answer->piece_count; i++) {
		struct tms_str piece = answer->pieces[i];
		if (!piece.len)
			continue;
		if (!answer->release)
			piece = tms_arena_copy(arena, piece);
		if (!piece.ptr)
			goto fail;
		output_add(output, piece);
	}
	if (has_body)
		output->file = answer->file;
	*is_lent = answer->release && (output->part_count > first || output->file.bytes);
	if (*is_lent)
		output->lenders[output->lender_count++] = (struct output_lender){ answer->release,
			answer->owner, first, output->part_count };
	return true;
fail:
	*output = before; /* what grew instead is the arena's */
	return false;
}

/* The exchange ends, and what is lined up starts to leave. */
static void start(struct connection *connection, int status)
{
	struct tms_server *server = connection->server;

	slot_map_renew(&server->connections, connection->slot);
	COUNT_ONE(server->counters.responses[status / 100]);
	if (connection->phase == PHASE_ANSWER)
		COUNT_ONE_LESS(server->counters.waiting);
	party_list(connection, SLOW_NOT);
	/* behind a file there is nothing: it takes a call of its own anyway */
	if (connection->output.bytes < JOINED_BYTES_MAX && !connection->output.file.bytes &&
		keep_alive_takes_next(connection))
		return;
	connection->phase = PHASE_WRITE;
	connection->deadline_ms = serve_now_ms() + server->options.write_ms;
	output_flush(connection);
}

void output_text(
	struct connection *connection, int status, struct tms_str text, int64_t retry_after_s)
{
	const struct tms_str pieces[] = { text, TMS_STR("\n") };
	const struct tms_answer answer = { .response = { .status = status,
						   .content_type =
							   TMS_STR("text/plain; charset=utf-8"),
						   .cache_control = TMS_STR("no-store"),
						   .retry_after_s = retry_after_s },
		.pieces = pieces,
		.piece_count = tms_str_ends(text, TMS_STR("\n")) ? 1 : 2 };
	bool is_lent = false;

	if (line_up(connection, &answer, &status, &is_lent))
		start(connection, status);
	else
		connection_close(connection, true); /* no memory even for this */
}

void output_refuse(struct connection *connection, int status, struct tms_str text,
	enum tms_server_reason reason)
{
	COUNT_ONE(connection->server->counters.rejected[reason]);
	connection->keeps_alive = false;
	output_text(connection, status, text, status == 503 ? 1 : 0);
}

void output_answer(struct connection *connection, const struct tms_answer *answer)
{
	tms_release_fn release = answer->release;
	void *owner = answer->owner;
	int status = 0;
	bool is_lent = false;

	assert(release || !answer->file.bytes);
	if (connection->server->is_draining)
		connection->keeps_alive = false;
	if (line_up(connection, answer, &status, &is_lent)) {
		start(connection, status);
	} else {
		COUNT_ONE(connection->server->counters.rejected[TMS_REASON_ANSWER_INVALID]);
		output_text(connection, 500, TMS_STR("This answer could not be written."), 0);
	}
	if (release && !is_lent)
		release(owner); /* nothing of the owner's is sent */
}
