/* One connection: reads a request, hands it over, and takes the next when its answer is sent. */
#include "internal.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include <netinet/in.h>

#define READ_BYTES ((size_t)4096)
/* Requests of one client in a row before others have their turn. */
#define REQUESTS_PER_TURN 16

static void on_readable(evutil_socket_t fd, short events, void *context);

static void enter(struct connection *connection, enum phase phase, uint32_t limit_ms)
{
	connection->phase = phase;
	connection->deadline_ms = serve_now_ms() + limit_ms;
}

static void enter_idle(struct connection *connection)
{
	struct tms_server *server = connection->server;

	enter(connection, PHASE_IDLE, server->options.idle_ms);
	TAILQ_INSERT_TAIL(&server->idle, connection, idle_entry);
	COUNT_ONE(server->counters.idle);
}

static void leave_idle(struct connection *connection)
{
	if (connection->phase != PHASE_IDLE)
		return;
	TAILQ_REMOVE(&connection->server->idle, connection, idle_entry);
	COUNT_ONE_LESS(connection->server->counters.idle);
}

static void forget_request(struct connection *connection)
{
	tms_arena_free(&connection->arena);
	connection->request = (struct tms_request){ 0 };
	connection->has_continued = false;
	tms_request_reader_init(&connection->reader, &connection->server->options.request);
}

static bool take_slot(struct connection *connection)
{
	struct tms_server *server = connection->server;
	size_t at = server->slot_hint;

	while (at < server->slot_count && server->slots[at].connection)
		at++;
	if (at == server->slot_count) {
		size_t count = server->slot_count ? server->slot_count * 2 : 64;
		struct slot *grown = reallocarray(server->slots, count, sizeof(*grown));
		if (!grown)
			return false;
		memset(grown + server->slot_count, 0,
			(count - server->slot_count) * sizeof(*grown));
		server->slots = grown;
		server->slot_count = count;
	}
	server->slots[at].connection = connection;
	server->slot_hint = at + 1;
	connection->slot = (uint32_t)at;
	return true;
}

static void on_writable(evutil_socket_t fd, short events, void *context)
{
	(void)fd;
	(void)events;
	output_flush(context);
}

static bool start_reading(struct connection *connection)
{
	if (connection->is_reading || connection->has_ended)
		return true;
	connection->is_reading = event_add(&connection->read_event, NULL) == 0;
	return connection->is_reading;
}

struct connection *connection_new(struct tms_server *server, int fd, struct tms_quota_cells *cells)
{
	struct connection *connection = calloc(1, sizeof(*connection));

	if (!connection || (connection->server = server, !take_slot(connection))) {
		free(connection);
		close(fd);
		tms_quota_remove_address(server->quota, cells);
		tms_quota_give_back(server->quota);
		return NULL;
	}
	connection->fd = fd;
	connection->cells = *cells;
	event_assign(&connection->read_event, server->base, fd, EV_READ | EV_PERSIST, on_readable,
		connection);
	event_assign(&connection->write_event, server->base, fd, EV_WRITE, on_writable, connection);
	forget_request(connection);
	enter_idle(connection);
	COUNT_ONE(server->counters.open);
	COUNT_ONE(server->counters.accepted);
	serve_start_ticking(server);
	if (!start_reading(connection)) {
		connection_close(connection, true);
		return NULL;
	}
	return connection;
}

static void free_connection(struct connection *connection)
{
	struct tms_server *server = connection->server;

	server->slots[connection->slot].connection = NULL;
	if (connection->slot < server->slot_hint)
		server->slot_hint = connection->slot;
	tms_quota_remove_address(server->quota, &connection->cells);
	tms_quota_give_back(server->quota);
	tms_buf_free(&connection->input);
	tms_arena_free(&connection->arena);
	free(connection);
	COUNT_ONE_LESS(server->counters.open);
	serve_connection_ended(server);
}

void connection_close(struct connection *connection, bool resets)
{
	struct tms_server *server = connection->server;
	const struct linger reset = { .l_onoff = 1, .l_linger = 0 };

	if (connection->is_doomed)
		return;
	connection->is_doomed = true;
	leave_idle(connection);
	if (connection->phase == PHASE_ANSWER)
		COUNT_ONE_LESS(server->counters.waiting);
	connection->phase = PHASE_LINGER;
	server->slots[connection->slot].generation++; /* its exchange ends without an answer */
	event_del(&connection->read_event);
	event_del(&connection->write_event);
	if (resets)
		(void)setsockopt(connection->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	close(connection->fd);
	connection->fd = -1;
	output_drop(connection);
	if (!connection->is_handling)
		free_connection(connection);
}

static enum tms_server_reason reason_of(int status)
{
	switch (status) {
	case 411:
		return TMS_REASON_LENGTH;
	case 413:
	case 414:
	case 431:
		return TMS_REASON_TOO_LARGE;
	case 417:
	case 501:
	case 505:
		return TMS_REASON_UNSUPPORTED;
	default:
		return TMS_REASON_MALFORMED;
	}
}

/* Nothing more is read as a request from here on: where the next one starts is not known. */
static void refuse(struct connection *connection, int status, struct tms_str text,
	enum tms_server_reason reason)
{
	COUNT_ONE(connection->server->counters.rejected[reason]);
	connection->keeps_alive = false;
	output_text(connection, status, text, status == 503 ? 1 : 0);
}

void connection_expire(struct connection *connection)
{
	struct tms_server_counters *counters = &connection->server->counters;

	switch (connection->phase) {
	case PHASE_IDLE:
	case PHASE_LINGER:
		connection_close(connection, false);
		return;
	case PHASE_HEAD:
		refuse(connection, 408, TMS_STR("The head of the request took too long."),
			TMS_REASON_HEAD_DEADLINE);
		return;
	case PHASE_BODY:
		refuse(connection, 408, TMS_STR("The body of the request took too long."),
			TMS_REASON_BODY_DEADLINE);
		return;
	case PHASE_ANSWER:
		COUNT_ONE(counters->rejected[TMS_REASON_ANSWER_DEADLINE]);
		output_text(connection, 503, TMS_STR("The answer took too long; try again."), 5);
		return;
	case PHASE_WRITE:
		COUNT_ONE(counters->rejected[TMS_REASON_WRITE_DEADLINE]);
		connection_close(connection, true);
		return;
	}
}

/*
 * The client waits for a word before it sends its body. The bytes fit: all before them was taken by
 * the kernel. None is needed when the body is on its way already (RFC 9110 section 10.1.1).
 */
static void send_continue(struct connection *connection, size_t body_arrived)
{
	static const char text[] = "HTTP/1.1 100 Continue\r\n\r\n";
	ssize_t sent = 0;

	if (!connection->request.expects_continue || connection->has_continued || body_arrived)
		return;
	connection->has_continued = true;
	sent = send(connection->fd, text, sizeof(text) - 1, MSG_NOSIGNAL | MSG_DONTWAIT);
	if (sent < 0)
		return; /* it will be found out when the body is read */
	COUNT_ONE(connection->server->counters.writes);
	COUNT_ADD(connection->server->counters.written_bytes, (uint64_t)sent);
	COUNT_ONE(connection->server->counters.responses[1]);
}

/* The one request that is about the server and about nothing in it. */
static bool answer_for_server(struct connection *connection)
{
	const struct tms_answer answer = { .response = { .status = 204,
						   .allow = TMS_STR("GET, HEAD, POST, PUT, PATCH, "
								    "DELETE, OPTIONS") } };

	if (!tms_str_equal(connection->request.path, TMS_STR("*")))
		return false;
	output_answer(connection, &answer);
	return true;
}

/* False when the connection is gone. */
static bool hand_over(struct connection *connection)
{
	struct tms_server *server = connection->server;
	const struct tms_exchange exchange = { server, connection->slot,
		server->slots[connection->slot].generation };

	enter(connection, PHASE_ANSWER, server->options.answer_ms);
	connection->keeps_alive = connection->request.keeps_alive && !server->is_draining;
	COUNT_ONE(server->counters.requests);
	COUNT_ONE(server->counters.waiting);
	connection->is_handling = true;
	if (!answer_for_server(connection))
		server->handle(server->context, exchange, &connection->request);
	connection->is_handling = false;
	if (!connection->is_doomed)
		return true;
	free_connection(connection);
	return false;
}

enum turn {
	TURN_NEXT, /* answered at once: the next request may follow */
	TURN_MORE, /* bytes are missing */
	TURN_OVER, /* refused, not answered yet, or gone */
};

static enum turn read_request(struct connection *connection)
{
	const struct tms_server_options *options = &connection->server->options;
	struct tms_refusal refusal = { 0 };
	struct tms_str bytes = tms_str_slice(
		tms_buf_str(&connection->input), connection->input_start, connection->input.len);

	if (connection->phase == PHASE_IDLE) {
		leave_idle(connection);
		enter(connection, PHASE_HEAD, options->head_ms);
	}
	switch (tms_request_read(
		&connection->reader, &connection->arena, bytes, &connection->request, &refusal)) {
	case TMS_READING_MORE:
		return TURN_MORE;
	case TMS_READING_BODY:
		if (connection->phase == PHASE_HEAD)
			enter(connection, PHASE_BODY, options->body_ms);
		send_continue(connection, bytes.len - connection->reader.head_bytes);
		return TURN_MORE;
	case TMS_READING_REFUSED:
		refuse(connection, refusal.status, tms_str_from(refusal.text),
			reason_of(refusal.status));
		return TURN_OVER;
	case TMS_READING_DONE:
		if (hand_over(connection) && connection->phase == PHASE_IDLE)
			return TURN_NEXT;
		return TURN_OVER;
	}
	return TURN_OVER;
}

/* Take what has arrived, request after request. */
static void read_requests(struct connection *connection)
{
	enum turn turn = TURN_NEXT;

	for (int i = 0; turn == TURN_NEXT && connection->input_start < connection->input.len; i++) {
		if (i == REQUESTS_PER_TURN) {
			event_active(&connection->read_event, EV_READ, 0);
			return;
		}
		turn = read_request(connection);
	}
	if (turn != TURN_OVER && connection->has_ended)
		connection_close(connection, false); /* what is missing will not come */
}

void connection_answered(struct connection *connection)
{
	bool has_more = false;

	connection->has_served = true;
	connection->input_start += connection->request.bytes;
	has_more = connection->keeps_alive && connection->input_start < connection->input.len;
	if (!has_more) {
		/* between requests a connection holds no memory but its own */
		tms_buf_free(&connection->input);
		connection->input_start = 0;
	}
	forget_request(connection);
	if (connection->keeps_alive) {
		enter_idle(connection);
		if (!connection->server->is_draining)
			listeners_resume(connection->server); /* it can make room now */
	} else {
		/* closing now would reset the connection if more is under way, and destroy the
		 * answer */
		shutdown(connection->fd, SHUT_WR);
		enter(connection, PHASE_LINGER, connection->server->options.linger_ms);
	}
	if (!start_reading(connection))
		connection_close(connection, true);
	else if (connection->has_ended && !has_more)
		connection_close(connection, false);
	else if (has_more && !connection->is_handling)
		event_active(&connection->read_event, EV_READ, 0);
}

/* False when the connection is gone or refused. */
static bool make_room(struct connection *connection)
{
	struct tms_buf *input = &connection->input;
	size_t wants = tms_request_reader_wants(&connection->reader);
	size_t room = READ_BYTES;

	if (connection->input_start) {
		memmove(input->ptr, input->ptr + connection->input_start,
			input->len - connection->input_start);
		input->len -= connection->input_start;
		connection->input_start = 0;
	}
	if (wants > input->len)
		room = wants - input->len;
	if (tms_buf_reserve(input, room))
		return true;
	refuse(connection, 503, TMS_STR("There is no memory for this request now."),
		TMS_REASON_DESCRIPTORS);
	return false;
}

static void read_away(struct connection *connection)
{
	char waste[16384];
	ssize_t got = recv(connection->fd, waste, sizeof(waste), MSG_DONTWAIT);

	if (got > 0)
		COUNT_ADD(connection->server->counters.read_bytes, (uint64_t)got);
	else if (got == 0 || (errno != EAGAIN && errno != EINTR))
		connection_close(connection, false);
}

/* False when there is nothing to go on with. */
static bool read_input(struct connection *connection)
{
	struct tms_buf *input = &connection->input;
	ssize_t got = 0;

	if (connection->has_ended)
		return true;
	if (!make_room(connection))
		return false;
	got = recv(connection->fd, input->ptr + input->len, input->capacity - input->len,
		MSG_DONTWAIT);
	if (got > 0) {
		COUNT_ADD(connection->server->counters.read_bytes, (uint64_t)got);
		input->len += (size_t)got;
		return true;
	}
	if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
		return true; /* woken for what is here already */
	if (got < 0) {
		connection_close(connection, false);
		return false;
	}
	/* the client may have closed its half only: what it has sent is still answered */
	connection->has_ended = true;
	event_del(&connection->read_event);
	connection->is_reading = false;
	return true;
}

static void on_readable(evutil_socket_t fd, short events, void *context)
{
	struct connection *connection = context;

	(void)fd;
	(void)events;
	switch (connection->phase) {
	case PHASE_IDLE:
	case PHASE_HEAD:
	case PHASE_BODY:
		if (read_input(connection))
			read_requests(connection);
		return;
	case PHASE_LINGER:
		read_away(connection);
		return;
	case PHASE_ANSWER:
	case PHASE_WRITE:
		/* what is pipelined waits in the kernel; added again when the answer is sent */
		event_del(&connection->read_event);
		connection->is_reading = false;
		return;
	}
}

void connection_drain(struct connection *connection)
{
	char byte = 0;
	ssize_t waiting = 0;

	if (connection->phase != PHASE_IDLE || connection->input.len)
		return;
	waiting = recv(connection->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
	if (waiting > 0)
		return; /* a request that was sent before the client could know */
	if (waiting < 0 && !connection->has_served) {
		/* just connected: it is about to send one */
		if (connection->server->options.linger_ms < connection->server->options.idle_ms)
			connection->deadline_ms =
				serve_now_ms() + connection->server->options.linger_ms;
		return;
	}
	connection_close(connection, false);
}
