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

static tms_time date_now(const struct tms_server *server)
{
	if (server->options.now)
		return server->options.now(server->options.now_context);
	return (tms_time)time(NULL);
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
		counters->writes++;
		counters->written_bytes += (uint64_t)sent;
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

/* Line up head and body. False when memory or the answer's headers do not allow it; nothing is kept
 * then. */
static bool line_up(struct connection *connection, const struct tms_answer *answer)
{
	struct tms_server *server = connection->server;
	struct output *output = &connection->output;
	const struct tms_framing framing = { .version_minor = connection->request.version_minor,
		.keeps_alive = connection->keeps_alive,
		.content_bytes = body_bytes(answer),
		.date = date_now(server) };
	bool has_body = connection->request.method != TMS_METHOD_HEAD &&
			!tms_status_is_bodiless(answer->response.status);
	size_t count = has_body ? answer->piece_count : 0;
	struct tms_str head = { 0 };

	tms_buf_clear(&server->head);
	if (answer->response.status < 200 ||
		tms_response_write(&server->head, &answer->response, &framing) != TMS_OK)
		return false;
	head = tms_arena_copy(&connection->arena, tms_buf_str(&server->head));
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
	server->counters.responses[status / 100]++;
	if (connection->phase == PHASE_ANSWER)
		server->counters.waiting--;
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
	if (line_up(connection, &answer))
		start(connection, status);
	else
		connection_close(connection, true); /* no memory even for this */
}

void output_answer(struct connection *connection, const struct tms_answer *answer)
{
	tms_release_fn release = answer->release;
	void *owner = answer->owner;

	if (connection->server->is_draining)
		connection->keeps_alive = false;
	connection->output = (struct output){ 0 };
	if (!line_up(connection, answer)) {
		connection->server->counters.rejected[TMS_REASON_ANSWER_INVALID]++;
		output_text(connection, 500, TMS_STR("This answer could not be written."), 0);
	} else if (connection->output.part_count > 1) {
		connection->output.release = release;
		connection->output.owner = owner;
		start(connection, answer->response.status);
		return;
	} else {
		start(connection, answer->response.status); /* nothing of the owner's is sent */
	}
	if (release)
		release(owner);
}
