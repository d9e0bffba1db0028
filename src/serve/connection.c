/* One connection, from accepted to the request that is handed over, and expired. */
#include "connection.h"

#include <unistd.h>

#include <sys/socket.h>

#include "connection_close.h"
#include "input.h"
#include "keep_alive.h"
#include "output_answer.h"
#include "output_send.h"
#include "park.h"
#include "server_private.h"
#include "tick.h"

/* Requests of one client in a row before others have their turn. */
#define REQUESTS_PER_TURN 16
/* While the server ends: who was answered less than this ago may be about to ask again. */
#define JUST_MS 1000

static void on_readable(evutil_socket_t fd, short events, void *context);

static void on_writable(evutil_socket_t fd, short events, void *context)
{
	(void)fd;
	(void)events;
	output_flush(context);
}

void connection_new(struct tms_server *server, int fd, struct peer *peer)
{
	struct connection *connection = connection_pool_take(&server->pool);

	if (connection)
		*connection = (struct connection){ .server = server, .fd = fd, .slow = SLOW_NOT };
	if (!connection || !party_join(connection, peer) ||
		!slot_map_take(&server->connections, connection, &connection->slot)) {
		if (connection) {
			party_leave(connection);
			connection_pool_give_back(&server->pool, connection);
		}
		close(fd);
		quota_remove_address(server->quota, &peer->cells);
		quota_give_back(server->quota);
		return;
	}
	connection->cells = peer->cells;
	memcpy(connection->peer, peer->text, sizeof(peer->text));
	event_assign(&connection->read_event, server->base, fd, EV_READ | EV_PERSIST, on_readable,
		connection);
	event_assign(&connection->write_event, server->base, fd, EV_WRITE, on_writable, connection);
	keep_alive_begin(connection);
	phase_enter_idle(connection, false);
	COUNT_ONE(server->counters.open);
	COUNT_ONE(server->counters.accepted);
	tick_start(server);
	if (!keep_alive_read(connection))
		connection_close(connection, true);
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
			connection_linger(connection);
		return;
	case PHASE_LINGER:
		connection_close(connection, false);
		return;
	case PHASE_HEAD:
		output_refuse(connection, 408, TMS_STR("The head of the request took too long."),
			TMS_REASON_HEAD_DEADLINE);
		return;
	case PHASE_BODY:
		output_refuse(connection, 408, TMS_STR("The body of the request took too long."),
			TMS_REASON_BODY_DEADLINE);
		return;
	case PHASE_ANSWER:
		if (connection->has_ended) {
			connection_close(connection, true);
			return;
		}
		connection_tell_left(connection);
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

	phase_enter(connection, PHASE_ANSWER, server->options.answer_ms);
	connection->left = NULL;
	party_list(connection, SLOW_NOT);
	connection->keeps_alive = connection->request.keeps_alive && !server->is_draining;
	COUNT_ONE(server->counters.requests);
	COUNT_ONE(server->counters.waiting);
	if (!answer_for_server(connection))
		server->handle(server->context, exchange, &connection->request);
}

enum connection_reading {
	READING_NEXT, /* answered at once: the next request may follow */
	READING_MORE, /* bytes are missing */
	READING_OVER, /* refused, not answered or sent yet, or closed */
};

static enum connection_reading read_request(struct connection *connection)
{
	const struct tms_server_options *options = &connection->server->options;
	struct tms_refusal refusal = { 0 };
	struct tms_str bytes = tms_str_slice(tms_buf_str(&connection->work->input),
		connection->input_start, connection->work->input.len);

	if (connection->phase == PHASE_IDLE) {
		phase_leave_idle(connection);
		phase_enter(connection, PHASE_HEAD, options->head_ms);
	}
	switch (tms_request_read(&connection->reader, &connection->work->arena, bytes,
		&connection->request, &refusal)) {
	case TMS_READING_MORE:
		return READING_MORE;
	case TMS_READING_BODY:
		if (connection->phase == PHASE_HEAD)
			phase_enter(connection, PHASE_BODY, options->body_ms);
		send_continue(connection, bytes.len - connection->reader.head_bytes);
		return connection->is_doomed ? READING_OVER : READING_MORE;
	case TMS_READING_REFUSED:
		output_refuse(connection, refusal.status, tms_str_from(refusal.text),
			reason_of(refusal.status));
		return READING_OVER;
	case TMS_READING_DONE:
		hand_over(connection);
		if (connection->phase == PHASE_IDLE || connection->phase == PHASE_HEAD)
			return READING_NEXT;
		return READING_OVER;
	}
	return READING_OVER;
}

/* Take what has arrived, request after request. */
static void read_requests(struct connection *connection)
{
	enum connection_reading reading = READING_NEXT;

	for (int i = 0; reading == READING_NEXT && input_is_there(connection); i++) {
		if (i < REQUESTS_PER_TURN) {
			reading = read_request(connection);
		} else {
			event_active(&connection->read_event, EV_READ, 0);
			reading = READING_OVER;
		}
	}
	if (connection->phase != PHASE_WRITE && connection->output.part_count)
		output_flush(connection); /* nothing comes that could join it */
	else if (reading != READING_OVER && connection->has_ended)
		connection_close(connection, false); /* what is missing will not come */
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
			connection_free(connection);
		else if (connection->phase == PHASE_IDLE && !input_is_there(connection))
			connection_forget_input(connection); /* woken for nothing */
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
	uint64_t wait_ms = connection->has_served ? PHASE_NEXT_MS : PHASE_FIRST_MS;
	uint32_t idle_ms = connection->server->options.idle_ms;

	if (connection->phase != PHASE_IDLE || has_news(connection))
		return; /* a request that was sent before the client could know */
	if (now_ms + idle_ms - connection->deadline_ms >= JUST_MS)
		connection_linger(connection);
	else if (now_ms + wait_ms < connection->deadline_ms)
		connection->deadline_ms = now_ms + wait_ms;
}
