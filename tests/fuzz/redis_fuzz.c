/*
 * Any bytes as the answers of Redis: the first byte says which operation is asked, the rest is what
 * the server answers, one reply to a command (from 128 on all at once), and then it hangs up. The connection itself is made
 * as a real one is, over a socket. Whatever comes, the operation ends once, with a status of its
 * header and, when it failed, with a sentence; rows hold only what the store takes.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <event2/event.h>
#include <hiredis/hiredis.h>

#include <tamis/buf.h>

#include "store/store.h"

#define CHECKED 10 /* commands of the check: INFO twice, TYPE seven times, MGET */
#define ROWS_MAX 100000

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

struct server {
	struct event_base *base;
	int fd; /* of the connection; -1: none */
	struct event *readable;
	redisReader *commands;
	size_t heard;
	struct tms_str answers; /* what is left of the input */
	bool says_all;
	bool is_done;
	size_t rows;
};

/* ---- the server ---- */

static void hang_up(struct server *server)
{
	if (server->fd < 0)
		return;
	event_free(server->readable);
	redisReaderFree(server->commands);
	(void)close(server->fd);
	server->fd = -1;
}

static void say(struct server *server, const char *bytes, size_t len)
{
	if (send(server->fd, bytes, len, MSG_NOSIGNAL) != (ssize_t)len)
		server->answers = (struct tms_str){ 0 };
}

/* One reply of the input, or all that is left when it is not whole. */
static size_t next_reply(struct tms_str bytes)
{
	redisReader *reader = redisReaderCreateWithFunctions(NULL);
	size_t len = 0;
	void *reply = NULL;

	for (; len < bytes.len && !reply; len++)
		if (redisReaderFeed(reader, bytes.ptr + len, 1) != REDIS_OK ||
			redisReaderGetReply(reader, &reply) != REDIS_OK) {
			len = bytes.len;
			break;
		}
	redisReaderFree(reader);
	return len;
}

static void answer(struct server *server)
{
	static const char *const info[] = { "$31\r\nmaxmemory_policy:noeviction\r\n\r\n\r\n",
		"$15\r\naof_enabled:1\r\n\r\n" };
	static const char names[] = "*2\r\n$1\r\n1\r\n$32\r\n0123456789abcdef0123456789abcdef\r\n";

	if (server->heard <= 2) {
		say(server, info[server->heard - 1], strlen(info[server->heard - 1]));
	} else if (server->heard < CHECKED) {
		say(server, "+none\r\n", 7);
	} else if (server->heard == CHECKED) {
		say(server, names, sizeof(names) - 1);
	} else if (server->answers.len == 0) {
		hang_up(server);
	} else {
		size_t len = server->says_all ? server->answers.len : next_reply(server->answers);
		say(server, server->answers.ptr, len);
		server->answers = tms_str_slice(server->answers, len, SIZE_MAX);
		if (server->answers.len == 0) /* the last reply may not be whole */
			hang_up(server);
	}
}

static void on_readable(evutil_socket_t fd, short what, void *context)
{
	struct server *server = context;
	char bytes[16384];
	void *command = NULL;
	ssize_t got = recv((int)fd, bytes, sizeof(bytes), 0);

	(void)what;
	if (got <= 0) {
		hang_up(server);
		return;
	}
	require(redisReaderFeed(server->commands, bytes, (size_t)got) == REDIS_OK);
	while (server->fd >= 0 && redisReaderGetReply(server->commands, &command) == REDIS_OK &&
		command) {
		server->heard++;
		answer(server);
	}
}

static void on_connection(evutil_socket_t fd, short what, void *context)
{
	struct server *server = context;
	int accepted = accept4((int)fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	(void)what;
	if (accepted < 0 || server->fd >= 0 || server->heard > 0) { /* one is enough */
		if (accepted >= 0)
			(void)close(accepted);
		return;
	}
	server->fd = accepted;
	server->commands = redisReaderCreateWithFunctions(NULL);
	server->readable =
		event_new(server->base, accepted, EV_READ | EV_PERSIST, on_readable, server);
	require(server->commands && server->readable && event_add(server->readable, NULL) == 0);
}

static char socket_path[100];

static void forget_socket(void)
{
	(void)unlink(socket_path);
}

static int listen_once(void)
{
	static int fd = -1;
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct sigaction ignore = { .sa_handler = SIG_IGN }; /* as the program does */

	if (fd >= 0)
		return fd;
	require(sigaction(SIGPIPE, &ignore, NULL) == 0);
	(void)snprintf(socket_path, sizeof(socket_path), "/tmp/tamis-redis-fuzz-%d", (int)getpid());
	(void)snprintf(address.sun_path, sizeof(address.sun_path), "%s", socket_path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	require(fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0 &&
		listen(fd, 16) == 0);
	(void)atexit(forget_socket);
	return fd;
}

/* ---- what is asked ---- */

static void on_row(void *context, const struct tms_store_row *row)
{
	struct server *server = context;

	require(row->kind <= TMS_STORE_ROW_SOURCE && ++server->rows < ROWS_MAX);
	require(row->key.len == 0 || row->key.ptr);
	require(row->bytes.len == 0 || row->bytes.ptr);
}

static void on_done(void *context, const struct tms_store_reply *reply)
{
	struct server *server = context;

	require(!server->is_done);
	require(reply->status == TMS_OK || reply->diag->text[0]);
	require(reply->status != TMS_OK || !reply->is_uncertain);
	server->is_done = true;
}

static void ask(struct server *server, struct tms_store *store, unsigned which)
{
	const struct tms_store_call call = { on_done, on_row, server };
	const struct tms_str key = TMS_STR("s");
	struct tms_store_item put = { TMS_STR("id"), TMS_STR("bytes") };
	struct tms_store_batch batch = { .puts = &put, .put_count = 1, .fence = which & 1 };
	struct tms_store_change change = { .key = key, .bytes = key, .expected = which & 1 };

	switch (which % 12) {
	case 0:
		tms_store_items_load(store, key, call);
		break;
	case 1:
		store_sources_list(store, call);
		break;
	case 2:
		tms_store_state_get(store, TMS_STORE_STATE_SOURCE, key, call);
		break;
	case 3:
		tms_store_definitions_list(store, call);
		break;
	case 4:
		tms_store_definitions_changed(store, 3, call);
		break;
	case 5:
		store_definition_get(store, key, call);
		break;
	case 6:
		tms_store_poll(store, call);
		break;
	case 7:
		tms_store_result_get(store, key, call);
		break;
	case 8:
		tms_store_definitions_change(store, &change, 1, call);
		break;
	case 9:
		tms_store_lease_acquire(store, key, 1000, call);
		break;
	case 10:
		tms_store_lease_renew(store, key, 7, 1000, call);
		break;
	default:
		tms_store_items_apply(store, key, &batch, call);
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char url[140];
	struct tms_store *store = NULL;
	struct tms_diag diag = { 0 };

	if (size < 1 || size > 65536)
		return 0;
	struct server server = { .base = event_base_new(),
		.fd = -1,
		.says_all = data[0] >= 128,
		.answers = { (const char *)data + 1, size - 1 } };
	require(server.base != NULL);
	struct event *connection =
		event_new(server.base, listen_once(), EV_READ | EV_PERSIST, on_connection, &server);
	require(connection && event_add(connection, NULL) == 0);
	(void)snprintf(url, sizeof(url), "redis+unix://%s", socket_path);
	/* a reply that the client takes for half of one is waited for no longer than this */
	const struct tms_store_options options = { .url = tms_str_from(url), .timeout_ms = 100 };
	require(tms_store_open(server.base, &options, &store, &diag) == TMS_OK);
	ask(&server, store, data[0]);
	while (!server.is_done)
		require(event_base_loop(server.base, EVLOOP_ONCE) == 0);
	tms_store_free(store);
	hang_up(&server);
	event_free(connection);
	event_base_free(server.base);
	return 0;
}
