/* One connection: reads a request, hands it over, and takes the next when its answer is sent. */
#include "serve_private.h"

#include <stdlib.h>
#include <unistd.h>

#include <netinet/in.h>

/* Requests of one client in a row before others have their turn. */
#define REQUESTS_PER_TURN 16
/* At the end, how long to wait for a client that has just connected or has just got an answer, and for
 * one that was told that it ends. */
#define FIRST_MS 500
#define NEXT_MS 100
#define LAST_MS 100
#define JUST_MS 1000

static void on_readable(evutil_socket_t fd, short events, void *context);

static void enter(struct connection *connection, enum phase phase, uint32_t limit_ms)
{
	connection->phase = phase;
	connection->deadline_ms = serve_now_ms() + limit_ms;
}

/* has_more: the next request is here already. */
static void enter_idle(struct connection *connection, bool has_more)
{
	struct tms_server *server = connection->server;

	enter(connection, PHASE_IDLE, server->is_draining ? FIRST_MS : server->options.idle_ms);
	party_list(connection, has_more ? SLOW_NOT : SLOW_IDLE);
	COUNT_ONE(server->counters.idle);
}

static void leave_idle(struct connection *connection)
{
	if (connection->phase != PHASE_IDLE)
		return;
	party_list(connection, SLOW_NOT);
	COUNT_ONE_LESS(connection->server->counters.idle);
}

static void forget_request(struct connection *connection)
{
	connection->request = (struct tms_request){ 0 };
	connection->has_continued = false;
	tms_request_reader_init(&connection->reader, &connection->server->options.request);
}

static void give_back_work(struct connection *connection)
{
	workspace_give_back(connection->server, connection->work);
	connection->work = NULL;
	connection->input_start = 0;
	park_drop(connection);
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

void connection_new(struct tms_server *server, int fd, struct peer *origin)
{
	struct connection *connection = connection_pool_take(&server->pool);

	if (connection)
		*connection = (struct connection){ .server = server, .fd = fd, .slow = SLOW_NOT };
	if (!connection || !party_join(connection, origin) ||
		!slot_map_take(&server->connections, connection, &connection->slot)) {
		if (connection) {
			party_leave(connection);
			connection_pool_give_back(&server->pool, connection);
		}
		close(fd);
		quota_remove_address(server->quota, &origin->cells);
		quota_give_back(server->quota);
		return;
	}
	connection->cells = origin->cells;
	memcpy(connection->peer, origin->text, sizeof(origin->text));
	event_assign(&connection->read_event, server->base, fd, EV_READ | EV_PERSIST, on_readable,
		connection);
	event_assign(&connection->write_event, server->base, fd, EV_WRITE, on_writable, connection);
	forget_request(connection);
	enter_idle(connection, false);
	COUNT_ONE(server->counters.open);
	COUNT_ONE(server->counters.accepted);
	serve_start_ticking(server);
	if (!start_reading(connection))
		connection_close(connection, true);
}

static void free_connection(struct connection *connection)
{
	struct tms_server *server = connection->server;

	slot_map_leave(&server->connections, connection->slot);
	quota_remove_address(server->quota, &connection->cells);
	quota_give_back(server->quota);
	give_back_work(connection);
	party_leave(connection);
	connection_pool_give_back(&server->pool, connection);
	COUNT_ONE_LESS(server->counters.open);
	serve_connection_ended(server);
}

/* Who answers is told that nobody waits any more. */
static void tell_left(struct connection *connection)
{
	const struct output_lender left = connection->left;

	connection->left = (struct output_lender){ 0 };
	if (left.release)
		left.release(left.owner);
}

void connection_close(struct connection *connection, bool resets)
{
	struct tms_server *server = connection->server;
	const struct linger reset = { .l_onoff = 1, .l_linger = 0 };

	if (connection->is_doomed)
		return;
	connection->is_doomed = true;
	leave_idle(connection);
	party_list(connection, SLOW_NOT);
	if (connection->phase == PHASE_ANSWER) {
		COUNT_ONE_LESS(server->counters.waiting);
		tell_left(connection);
	}
	connection->phase = PHASE_LINGER;
	/* its exchange ends without an answer */
	slot_map_renew(&server->connections, connection->slot);
	event_del(&connection->read_event);
	event_del(&connection->write_event);
	if (resets)
		(void)setsockopt(connection->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	close(connection->fd);
	connection->fd = -1;
	output_drop(connection);
	if (!connection->is_busy)
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

void connection_refuse(struct connection *connection, int status, struct tms_str text,
	enum tms_server_reason reason)
{
	COUNT_ONE(connection->server->counters.rejected[reason]);
	connection->keeps_alive = false;
	output_text(connection, status, text, status == 503 ? 1 : 0);
}

/* The client hears that it ends; what is under way from it is read away and not answered with a reset.
 */
static void end_in_order(struct connection *connection)
{
	const struct tms_server *server = connection->server;

	shutdown(connection->fd, SHUT_WR);
	leave_idle(connection);
	enter(connection, PHASE_LINGER,
		server->is_draining && server->options.linger_ms > LAST_MS
			? LAST_MS
			: server->options.linger_ms);
	party_list(connection, SLOW_IDLE);
}

/* A request has come that was not looked at yet. */
static bool has_news(const struct connection *connection)
{
	char byte = 0;

	return input_is_there(connection) ||
	       recv(connection->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

void connection_expire(struct connection *connection)
{
	struct tms_server_counters *counters = &connection->server->counters;

	switch (connection->phase) {
	case PHASE_IDLE:
		if (!has_news(connection))
			end_in_order(connection);
		return;
	case PHASE_LINGER:
		connection_close(connection, false);
		return;
	case PHASE_HEAD:
		connection_refuse(connection, 408,
			TMS_STR("The head of the request took too long."),
			TMS_REASON_HEAD_DEADLINE);
		return;
	case PHASE_BODY:
		connection_refuse(connection, 408,
			TMS_STR("The body of the request took too long."),
			TMS_REASON_BODY_DEADLINE);
		return;
	case PHASE_ANSWER:
		if (connection->has_ended) {
			connection_close(connection, true);
			return;
		}
		tell_left(connection);
		COUNT_ONE(counters->rejected[TMS_REASON_ANSWER_DEADLINE]);
		output_text(connection, 503, TMS_STR("The answer took too long; try again."), 5);
		return;
	case PHASE_WRITE:
		COUNT_ONE(counters->rejected[TMS_REASON_WRITE_DEADLINE]);
		connection_close(connection, true);
		return;
	}
}

/* The client waits for a word before it sends its body; needless when that is on its way already
 * (RFC 9110 section 10.1.1). Behind the answers that wait, if there are any. */
static void send_continue(struct connection *connection, size_t body_arrived)
{
	if (!connection->request.expects_continue || connection->has_continued || body_arrived)
		return;
	connection->has_continued = true;
	if (!output_continue(connection))
		connection_close(connection, true);
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

static void hand_over(struct connection *connection)
{
	struct tms_server *server = connection->server;
	const struct tms_exchange exchange = { server, connection->slot,
		slot_map_generation(&server->connections, connection->slot) };

	enter(connection, PHASE_ANSWER, server->options.answer_ms);
	connection->left = (struct output_lender){ 0 };
	party_list(connection, SLOW_NOT);
	connection->keeps_alive = connection->request.keeps_alive && !server->is_draining;
	COUNT_ONE(server->counters.requests);
	COUNT_ONE(server->counters.waiting);
	if (!answer_for_server(connection))
		server->handle(server->context, exchange, &connection->request);
}

enum turn {
	TURN_NEXT, /* answered at once: the next request may follow */
	TURN_MORE, /* bytes are missing */
	TURN_OVER, /* refused, not answered or sent yet, or closed */
};

static enum turn read_request(struct connection *connection)
{
	const struct tms_server_options *options = &connection->server->options;
	struct tms_refusal refusal = { 0 };
	struct tms_str bytes = tms_str_slice(tms_buf_str(&connection->work->input),
		connection->input_start, connection->work->input.len);

	if (connection->phase == PHASE_IDLE) {
		leave_idle(connection);
		enter(connection, PHASE_HEAD, options->head_ms);
	}
	switch (tms_request_read(&connection->reader, &connection->work->arena, bytes,
		&connection->request, &refusal)) {
	case TMS_READING_MORE:
		return TURN_MORE;
	case TMS_READING_BODY:
		if (connection->phase == PHASE_HEAD)
			enter(connection, PHASE_BODY, options->body_ms);
		send_continue(connection, bytes.len - connection->reader.head_bytes);
		return connection->is_doomed ? TURN_OVER : TURN_MORE;
	case TMS_READING_REFUSED:
		connection_refuse(connection, refusal.status, tms_str_from(refusal.text),
			reason_of(refusal.status));
		return TURN_OVER;
	case TMS_READING_DONE:
		hand_over(connection);
		if (connection->phase == PHASE_IDLE || connection->phase == PHASE_HEAD)
			return TURN_NEXT;
		return TURN_OVER;
	}
	return TURN_OVER;
}

/* Take what has arrived, request after request. */
static void read_requests(struct connection *connection)
{
	enum turn turn = TURN_NEXT;

	for (int i = 0; turn == TURN_NEXT && input_is_there(connection); i++) {
		if (i < REQUESTS_PER_TURN) {
			turn = read_request(connection);
		} else {
			event_active(&connection->read_event, EV_READ, 0);
			turn = TURN_OVER;
		}
	}
	if (connection->phase != PHASE_WRITE && connection->output.part_count)
		output_flush(connection); /* nothing comes that could join it */
	else if (turn != TURN_OVER && connection->has_ended)
		connection_close(connection, false); /* what is missing will not come */
}

bool connection_takes_next(struct connection *connection)
{
	struct tms_str rest = { 0 };

	if (!connection->is_busy || !connection->keeps_alive)
		return false;
	rest = tms_str_slice(tms_buf_str(&connection->work->input),
		connection->input_start + connection->request.bytes, connection->work->input.len);
	if (rest.len < 4 || !memmem(rest.ptr, rest.len, "\r\n\r\n", 4))
		return false;
	connection->has_served = true;
	connection->input_start += connection->request.bytes;
	forget_request(connection);
	enter(connection, PHASE_HEAD, connection->server->options.head_ms);
	return true;
}

/* The answer to the request under way is sent: read the next one, or end. */
static void end_request(struct connection *connection)
{
	bool has_more = false;

	connection->has_served = true;
	connection->input_start += connection->request.bytes;
	forget_request(connection);
	has_more = connection->keeps_alive && input_is_there(connection);
	if (!has_more)
		give_back_work(connection);
	else if (connection->work)
		tms_arena_rewind(&connection->work->arena, 0);
	if (connection->keeps_alive) {
		enter_idle(connection, has_more);
		if (!connection->server->is_draining)
			listeners_resume(connection->server); /* it can make room now */
	} else {
		/* closing now would reset the connection if more is under way, and destroy the
		 * answer */
		end_in_order(connection);
	}
	if (!start_reading(connection))
		connection_close(connection, true);
	else if (connection->has_ended && !has_more)
		connection_close(connection, false);
	else if (has_more && !connection->is_busy)
		event_active(&connection->read_event, EV_READ, 0);
}

void connection_sent(struct connection *connection)
{
	switch (connection->phase) {
	case PHASE_WRITE:
		end_request(connection);
		return;
	case PHASE_HEAD:
	case PHASE_BODY:
		/* answers to others before the request that is not whole; will it ever be? */
		if (connection->has_ended && !event_pending(&connection->read_event, EV_READ, NULL))
			connection_close(connection, false);
		return;
	case PHASE_IDLE:
	case PHASE_ANSWER:
	case PHASE_LINGER:
		return;
	}
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
		connection->is_busy = true;
		if (input_read(connection))
			read_requests(connection);
		/* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): while it is busy closing frees nothing */
		connection->is_busy = false;
		if (connection->is_doomed)
			free_connection(connection);
		else if (connection->phase == PHASE_IDLE && !input_is_there(connection))
			give_back_work(connection); /* woken for nothing */
		else
			park_begin(connection);
		return;
	case PHASE_LINGER:
		input_read_away(connection);
		return;
	case PHASE_ANSWER:
	case PHASE_WRITE:
		/* what is pipelined waits in the kernel; added again when the answer is sent */
		event_del(&connection->read_event);
		connection->is_reading = false;
		if (connection->phase == PHASE_ANSWER)
			input_look_whether_left(connection);
		return;
	}
}

void connection_drain(struct connection *connection)
{
	uint64_t now_ms = serve_now_ms();
	uint64_t wait_ms = connection->has_served ? NEXT_MS : FIRST_MS;
	uint32_t idle_ms = connection->server->options.idle_ms;

	if (connection->phase != PHASE_IDLE || has_news(connection))
		return; /* a request that was sent before the client could know */
	if (now_ms + idle_ms - connection->deadline_ms >= JUST_MS)
		end_in_order(connection);
	else if (now_ms + wait_ms < connection->deadline_ms)
		connection->deadline_ms = now_ms + wait_ms;
}
