/* Answers on their way: one gathered write for head and body, and one call more for a file; others
 * only when the client is slow. */
#include "serve_private.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <time.h>

#include <sys/sendfile.h>

#define PARTS_PER_WRITE ((size_t)IOV_MAX)
/* Answers to pipelined requests wait for each other up to here; a write of this size gains nothing
 * from being larger. */
#define JOINED_BYTES_MAX ((size_t)65536)

void output_drop(struct connection *connection)
{
	struct output dropped = connection->output;

	connection->output = (struct output){ 0 };
	for (size_t i = 0; i < dropped.lender_count; i++)
		dropped.lenders[i].release(dropped.lenders[i].owner);
	park_drop_output(connection->server, &dropped);
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
	output->sent += sent;
	if (output->sent == output->bytes) {
		output->next = output->part_count; /* nearly always, at once */
		return;
	}
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

/* As sendmsg: the bytes sent, or -1. */
static ssize_t send_parts(struct connection *connection)
{
	struct output *output = &connection->output;
	size_t left = output->part_count - output->next;
	struct msghdr message = { .msg_iov = output->parts + output->next,
		.msg_iovlen = left < PARTS_PER_WRITE ? left : PARTS_PER_WRITE };
	/* a head alone would be a segment of its own */
	int flags = MSG_NOSIGNAL | MSG_DONTWAIT | (output->file.bytes ? MSG_MORE : 0);
	ssize_t sent = sendmsg(connection->fd, &message, flags);

	if (sent > 0)
		advance(output, (size_t)sent);
	return sent;
}

static ssize_t send_file(struct connection *connection)
{
	struct tms_answer_file *file = &connection->output.file;
	off_t offset = (off_t)file->offset;
	ssize_t sent = sendfile(connection->fd, file->fd, &offset, file->bytes);

	if (sent > 0) {
		file->offset += (uint64_t)sent;
		file->bytes -= (size_t)sent;
	}
	if (sent == 0) { /* the file is shorter than was promised */
		errno = EIO;
		return -1;
	}
	return sent;
}

static bool is_left(const struct output *output)
{
	return output->next < output->part_count || output->file.bytes;
}

void output_flush(struct connection *connection)
{
	struct output *output = &connection->output;
	struct tms_server_counters *counters = &connection->server->counters;

	while (is_left(output)) {
		ssize_t sent = output->next < output->part_count ? send_parts(connection)
								 : send_file(connection);
		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
			connection->is_blocked = event_add(&connection->write_event, NULL) == 0;
			if (!connection->is_blocked)
				connection_close(connection, true);
			else if (!connection->is_busy)
				park_begin(connection);
			return;
		}
		if (sent < 0) {
			connection_close(connection, false); /* the client has left */
			return;
		}
		COUNT_ONE(counters->writes);
		COUNT_ADD(counters->written_bytes, (uint64_t)sent);
	}
	if (connection->is_blocked)
		event_del(&connection->write_event);
	connection->is_blocked = false;
	output_drop(connection);
	connection_sent(connection);
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

/* An answer is lined up in the arena; a slow client's connection has none. */
static bool have_work(struct connection *connection)
{
	if (!connection->work)
		connection->work = workspace_take(connection->server);
	return connection->work != NULL;
}

/* Room for more parts and one more lender. */
static bool make_room(struct tms_arena *arena, struct output *output, size_t more)
{
	size_t wanted = output->part_count + more;

	if (!tms_arena_grow(arena, &output->lenders, output->lender_count, &output->lender_capacity,
		    sizeof(*output->lenders)))
		return false;
	if (wanted <= output->part_capacity)
		return true;
	if (output->part_capacity)
		wanted *= 2; /* a second answer: there may be more */
	struct iovec *parts = TMS_ARENA_ARRAY(arena, struct iovec, wanted);
	if (!parts)
		return false;
	if (output->part_count)
		memcpy(parts, output->parts, output->part_count * sizeof(*parts));
	output->parts = parts;
	output->part_capacity = wanted;
	return true;
}

static void add_part(struct output *output, struct tms_str part)
{
	output->parts[output->part_count++] =
		(struct iovec){ (void *)(uintptr_t)part.ptr, part.len };
	output->bytes += part.len;
}

bool output_continue(struct connection *connection)
{
	if (!have_work(connection) || !make_room(&connection->work->arena, &connection->output, 1))
		return false;
	add_part(&connection->output, TMS_STR("HTTP/1.1 100 Continue\r\n\r\n"));
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
	add_part(&connection->output, (struct tms_str){ made, bytes });
	return true;
}

/* Line up head and body behind what is there. False when memory or the answer's headers do not allow
 * it; nothing of it is kept then. is_lent: its owner lends what is sent. */
static bool line_up(
	struct connection *connection, const struct tms_answer *answer, int *status, bool *is_lent)
{
	struct tms_arena *arena = have_work(connection) ? &connection->work->arena : NULL;
	struct output *output = &connection->output;
	struct output before = *output;
	bool has_body = connection->request.method != TMS_METHOD_HEAD;
	struct tms_str head = { 0 };
	size_t first = 0;

	if (!arena || !find_head(connection->server, answer, &head, status))
		return false;
	has_body = has_body && !tms_status_is_bodiless(*status);
	if (!make_room(arena, output, has_body ? answer->piece_count + 1 : 1) ||
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
		add_part(output, piece);
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
		connection_takes_next(connection))
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
