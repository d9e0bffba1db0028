/* The server as a whole: its life, its deadlines and its end. */
#include "server_private.h"

#include <stdlib.h>

#include <sys/resource.h>

#include "connection.h"
#include "connection_close.h"
#include "listener.h"
#include "listener_accept.h"
#include "loop/timer.h"
#include "tick.h"

#define TICK_MS_MIN 5
#define TICK_MS_MAX 1000
/* Looked at for their deadline, and ended by it, before other events have their turn: ten thousand
 * slow clients may be late at once. */
#define SWEEP_SLOTS ((size_t)512)
#define SWEEP_EXPIRES 4
/* At the end, deadlines are looked at so often. */
#define DRAIN_TICK_MS 25

void tms_server_options_init(struct tms_server_options *options)
{
	*options = (struct tms_server_options){ .request = TMS_REQUEST_LIMITS_DEFAULT,
		.max_connections = 4096,
		.max_per_address = 64,
		.reserve_fds = 32,
		.backlog = 1024,
		.head_ms = 10000,
		.body_ms = 30000,
		.answer_ms = 30000,
		.left_ms = 1000,
		.write_ms = 60000,
		.idle_ms = 75000,
		.linger_ms = 2000 };
}

static void on_sweep(evutil_socket_t fd, short events, void *context)
{
	struct tms_server *server = context;
	uint64_t now_ms = serve_now_ms();
	size_t looks = SWEEP_SLOTS, expires = SWEEP_EXPIRES;

	(void)fd;
	(void)events;
	/* by place, because what expires may end others */
	for (; server->swept < server->connections.count && looks > 0 && expires > 0; looks--) {
		struct connection *connection = slot_map_at(&server->connections, server->swept++);
		if (connection && now_ms >= connection->deadline_ms) {
			connection_expire(connection);
			expires--;
		}
	}
	if (server->swept < server->connections.count)
		(void)tms_timer_soon(&server->sweep); /* on failure the next tick goes on */
}

/* A deadline is kept to a quarter of the shortest one, or a second: one timer for all connections.
 */
static void on_tick(evutil_socket_t fd, short events, void *context)
{
	struct tms_server *server = context;

	if (server->swept >= server->connections.count)
		server->swept = 0;
	if (!event_pending(&server->sweep, EV_TIMEOUT, NULL))
		on_sweep(fd, events, server);
	if (!server->is_draining) {
		listeners_make_room(server);
		listeners_resume(server);
	}
	if (server->counters.open == 0 && !server->is_paused)
		event_del(&server->tick); /* an idle server sleeps */
}

static uint32_t shortest_ms(const struct tms_server_options *options)
{
	const uint32_t limits_ms[] = { options->head_ms, options->body_ms, options->answer_ms,
		options->write_ms, options->idle_ms, options->linger_ms };
	uint32_t shortest = UINT32_MAX;

	for (size_t i = 0; i < TMS_COUNT(limits_ms); i++)
		if (limits_ms[i] < shortest)
			shortest = limits_ms[i];
	return shortest;
}

/* The first number that leaves too few descriptors for everything else. */
static int usable_fds(size_t reserve)
{
	struct rlimit limit = { 0 };

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY ||
		limit.rlim_cur > INT32_MAX)
		return INT32_MAX;
	return limit.rlim_cur > reserve ? (int)(limit.rlim_cur - reserve) : 1;
}

static void close_listeners(struct tms_server *server)
{
	for (size_t i = 0; i < server->listener_count; i++)
		listener_free(server->listeners[i]);
	server->listener_count = 0;
	server->is_paused = false;
}

static void close_connections(struct tms_server *server, bool resets)
{
	for (size_t i = 0; i < server->connections.count; i++) {
		struct connection *connection = slot_map_at(&server->connections, i);
		if (connection)
			connection_close(connection, resets);
	}
}

/* Called once: either nothing is left, or the time is over. */
static void on_drained(evutil_socket_t fd, short events, void *context)
{
	struct tms_server *server = context;

	(void)fd;
	(void)events;
	event_del(&server->drain_event);
	close_connections(server, true);
	event_del(&server->drain_event); /* closing the last has asked for it once more */
	event_del(&server->close_event);
	close_listeners(server);
	event_del(&server->tick);
	event_del(&server->sweep);
	if (server->drained)
		server->drained(server->drained_context);
}

static void on_close(evutil_socket_t fd, short events, void *context);

enum tms_status tms_server_new(struct event_base *base, const struct tms_server_options *options,
	tms_server_handle_fn handle, void *context, struct tms_server **out)
{
	const struct tms_request_limits *limits = &options->request;
	struct tms_server *made = NULL;
	enum tms_status st = TMS_OK;

	if (!shortest_ms(options) || !limits->head_bytes || !limits->target_bytes ||
		!limits->headers)
		return TMS_EINVAL;
	made = calloc(1, sizeof(*made));
	if (!made)
		return TMS_ENOMEM;
	made->quota = options->quota;
	made->owns_quota = !options->quota;
	if (made->owns_quota)
		st = tms_quota_new(
			options->max_connections, options->max_per_address, &made->quota);
	if (st == TMS_OK && !parties_init(made)) {
		st = TMS_ENOMEM;
		if (made->owns_quota)
			tms_quota_free(made->quota);
	}
	if (st != TMS_OK) {
		free(made);
		return st;
	}
	made->base = base;
	made->options = *options;
	made->handle = handle;
	made->context = context;
	made->fd_limit = usable_fds(options->reserve_fds);
	made->tick_ms = shortest_ms(options) / 4;
	if (made->tick_ms < TICK_MS_MIN)
		made->tick_ms = TICK_MS_MIN;
	if (made->tick_ms > TICK_MS_MAX)
		made->tick_ms = TICK_MS_MAX;
	connection_pool_init(&made->pool);
	event_assign(&made->tick, base, -1, EV_PERSIST, on_tick, made);
	event_assign(&made->sweep, base, -1, 0, on_sweep, made);
	event_assign(&made->drain_event, base, -1, 0, on_drained, made);
	event_assign(&made->close_event, base, -1, 0, on_close, made);
	*out = made;
	return TMS_OK;
}

void tms_server_free(struct tms_server *server)
{
	if (!server)
		return;
	server->is_draining = true;
	close_listeners(server);
	close_connections(server, false);
	event_del(&server->tick);
	event_del(&server->sweep);
	event_del(&server->drain_event);
	event_del(&server->close_event);
	free(server->listeners);
	slot_map_fini(&server->connections);
	if (server->owns_quota)
		tms_quota_free(server->quota);
	parties_fini(server);
	connection_pool_fini(&server->pool);
	workspace_free_spares(server);
	tms_buf_free(&server->head);
	tms_buf_free(&server->date);
	free(server);
}

enum tms_status tms_server_listen(
	struct tms_server *server, struct tms_str address, struct tms_diag *diag)
{
	struct tms_listen parsed = { 0 };
	enum tms_status st = tms_listen_parse(address, &parsed, diag);

	if (st != TMS_OK)
		return st;
	st = listener_open(server, &parsed, diag);
	if (st != TMS_OK)
		tms_diag_prefix(diag, "%.*s: ", TMS_STR_ARGS(address));
	return st;
}

enum tms_status tms_server_open(struct tms_server *server, struct tms_diag *diag)
{
	enum tms_status st = TMS_OK;

	for (size_t i = 0; st == TMS_OK && i < server->listener_count; i++)
		st = listener_start(server->listeners[i], diag);
	return st;
}

enum tms_status tms_server_listen_beside(
	struct tms_server *server, const struct tms_server *first, struct tms_diag *diag)
{
	if (!first->options.reuse_port) {
		tms_diag_set(diag, 0, 0, "the first server does not share its addresses");
		return TMS_EINVAL;
	}
	for (size_t i = 0; i < first->listener_count; i++) {
		enum tms_status st = listener_open_beside(server, first->listeners[i], diag);
		if (st != TMS_OK)
			return st;
	}
	return TMS_OK;
}

uint16_t tms_server_port(const struct tms_server *server, size_t index)
{
	return index < server->listener_count ? server->listeners[index]->address.port : 0;
}

/* Who is connected for the kernel has a right to an answer: handshakes that had begun have ended,
 * the queues are empty when their sockets are closed, and nobody can have come to one since. */
static void on_close(evutil_socket_t fd, short events, void *context)
{
	struct tms_server *server = context;

	(void)fd;
	(void)events;
	for (size_t i = 0; i < server->listener_count; i++)
		while (listener_accept_some(server->listeners[i]))
			continue;
	close_listeners(server);
	tick_end_when_empty(server);
}

void tms_server_drain(
	struct tms_server *server, uint32_t deadline_ms, tms_server_done_fn done, void *context)
{
	uint32_t handshake_ms = 0;

	if (server->is_draining)
		return;
	for (size_t i = 0; i < server->listener_count; i++) {
		uint32_t wait_ms = listener_refuse_new(server->listeners[i]);
		handshake_ms = wait_ms > handshake_ms ? wait_ms : handshake_ms;
	}
	server->is_draining = true;
	server->is_paused = false;
	server->drained = done;
	server->drained_context = context;
	for (size_t i = 0; i < server->connections.count; i++) {
		struct connection *connection = slot_map_at(&server->connections, i);
		if (connection)
			connection_drain(connection);
	}
	(void)tms_timer_in(&server->tick, DRAIN_TICK_MS); /* on failure at its own pace */
	if (!handshake_ms || !tms_timer_in(&server->close_event, handshake_ms))
		on_close(-1, 0, server);
	if (!tms_timer_in(&server->drain_event, deadline_ms))
		event_active(&server->drain_event, EV_TIMEOUT, 0);
	tick_end_when_empty(server);
}
