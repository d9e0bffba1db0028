/* Answers on their way: one gathered write for head and body, more only when the client is slow. */
#include "internal.h"

#include <errno.h>
#include <limits.h>
#include <time.h>

#define PARTS_PER_WRITE ((size_t)IOV_MAX)

void output_drop(struct connection *connection)
{
	struct output dropped = connection->output;

	connection->output = (struct output){ 0 };
	if (dropped.release)
		dropped.release(dropped.owner);
}

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

static void advance(struct output *output, size_t sent)
{
	while (output->next < output->part_count) {
		struct iovec *part = &output->parts[output->next];
		if (sent < part->iov_len) {
			part->iov_base = (char *)part->iov_base + sent;
			part->iov_len -= sent;
			return;
		}
		sent -= part->iov_len;
		output->next++;
	}
}

void output_flush(struct connection *connection)
{
	struct output *output = &connection->output;
	struct tms_server_counters *counters = &connection->server->counters;

	while (output->next < output->part_count) {
		size_t left = output->part_count - output->next;
		struct msghdr message = { .msg_iov = output->parts + output->next,
			.msg_iovlen = left < PARTS_PER_WRITE ? left : PARTS_PER_WRITE };
		ssize_t sent = sendmsg(connection->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
			if (event_add(&connection->write_event, NULL) != 0)
				connection_close(connection, true);
			return;
		}
		if (sent < 0) {
			connection_close(connection, false); /* the client has left */
			return;
		}
		COUNT_ONE(counters->writes);
		COUNT_ADD(counters->written_bytes, (uint64_t)sent);
		advance(output, (size_t)sent);
	}
	output_drop(connection);
	connection_answered(connection);
}

static uint64_t body_bytes(const struct tms_answer *answer)
{
	uint64_t bytes = 0;

	for (size_t i = 0; i < answer->piece_count; i++)
		bytes += answer->pieces[i].len;
	return bytes;
}

/* The whole head into server->head: ready-made, or written here. Sets the answer's status. */
static bool write_head(struct connection *connection, const struct tms_answer *answer, int *status)
{
	struct tms_server *server = connection->server;
	struct tms_buf *head = &server->head;
	uint64_t bytes = body_bytes(answer);

	tms_buf_clear(head);
	*status = answer->response.status;
	if (answer->head.len) {
		if (!tms_response_head_fits(answer->head, bytes, status))
			return false;
		tms_buf_add(head, answer->head);
	} else if (*status < 200 ||
		   tms_response_write_head(head, &answer->response, bytes) != TMS_OK) {
		return false;
	}
	tms_buf_add(head, date_line(server));
	tms_buf_add(
		head, tms_response_end(connection->request.version_minor, connection->keeps_alive));
	return head->status == TMS_OK;
}

/* Line up head and body. False when memory or the answer's headers do not allow it; nothing is kept
 * then. */
static bool line_up(struct connection *connection, const struct tms_answer *answer, int *status)
{
	struct output *output = &connection->output;
	bool has_body = connection->request.method != TMS_METHOD_HEAD;
	struct tms_str head = { 0 };
	size_t count = 0;

	if (!write_head(connection, answer, status))
		return false;
	count = has_body && !tms_status_is_bodiless(*status) ? answer->piece_count : 0;
	head = tms_arena_copy(&connection->arena, tms_buf_str(&connection->server->head));
	output->parts = TMS_ARENA_ARRAY(&connection->arena, struct iovec, count + 1);
	if (!head.ptr || !output->parts)
		return false;
	output->parts[output->part_count++] =
		(struct iovec){ (void *)(uintptr_t)head.ptr, head.len };
	for (size_t i = 0; i < count; i++) {
		struct tms_str piece = answer->pieces[i];
		if (!piece.len)
			continue;
		if (!answer->release)
			piece = tms_arena_copy(&connection->arena, piece);
		if (!piece.ptr || !piece.len)
			return false;
		output->parts[output->part_count++] =
			(struct iovec){ (void *)(uintptr_t)piece.ptr, piece.len };
	}
	return true;
}

/* The exchange ends, and what is lined up starts to leave. */
static void start(struct connection *connection, int status)
{
	struct tms_server *server = connection->server;

	server->slots[connection->slot].generation++;
	COUNT_ONE(server->counters.responses[status / 100]);
	if (connection->phase == PHASE_ANSWER)
		COUNT_ONE_LESS(server->counters.waiting);
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
		.piece_count = 2 };

	connection->output = (struct output){ 0 };
	if (line_up(connection, &answer, &status))
		start(connection, status);
	else
		connection_close(connection, true); /* no memory even for this */
}

void output_answer(struct connection *connection, const struct tms_answer *answer)
{
	tms_release_fn release = answer->release;
	void *owner = answer->owner;
	int status = 0;

	if (connection->server->is_draining)
		connection->keeps_alive = false;
	connection->output = (struct output){ 0 };
	if (!line_up(connection, answer, &status)) {
		COUNT_ONE(connection->server->counters.rejected[TMS_REASON_ANSWER_INVALID]);
		output_text(connection, 500, TMS_STR("This answer could not be written."), 0);
	} else if (connection->output.part_count > 1) {
		connection->output.release = release;
		connection->output.owner = owner;
		start(connection, status);
		return;
	} else {
		start(connection, status); /* nothing of the owner's is sent */
	}
	if (release)
		release(owner);
}
