/* Slow clients: what they cost, counted, and who makes room for whom. */
#include "bench.h"

#include <malloc.h>

#define SLOW_BYTES_MAX ((size_t)8192)
#define CROWD 200
#define PIECES 100

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define COUNTS_HEAP 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) ||                         \
	__has_feature(memory_sanitizer)
#define COUNTS_HEAP 0
#endif
#endif
#ifndef COUNTS_HEAP
#define COUNTS_HEAP 1
#endif

/* A bare socket: what the client costs is the kernel's. */
static int connect_from(struct bench *bench, const char *address)
{
	struct sockaddr_in from = { .sin_family = AF_INET };
	struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_port = htons(tms_server_port(bench->server, 0)),
		.sin_addr = { htonl(INADDR_LOOPBACK) } };
	const int small = 4096;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_true(fd >= 0);
	assert_int_equal(inet_pton(AF_INET, address, &from.sin_addr), 1);
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small)), 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&from, sizeof(from)), 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	return fd;
}

static void say(int fd, struct tms_str text)
{
	assert_int_equal(send(fd, text.ptr, text.len, MSG_NOSIGNAL), (ssize_t)text.len);
}

static size_t open_of(const struct bench *bench)
{
	return bench->server->counters.open;
}

static size_t in_phase(const struct bench *bench, enum phase phase)
{
	size_t count = 0;

	for (size_t i = 0; i < bench->server->connections.count; i++) {
		const struct connection *connection = connection_at(bench->server, i);
		count += connection && connection->phase == phase &&
			 (phase != PHASE_WRITE || connection->is_blocked);
	}
	return count;
}

/* Did the server close it, with or without a word? What it said goes to `heard`. */
static bool is_closed(int fd, char heard[512])
{
	size_t got = 0;
	ssize_t now = 0;

	while (got < 511 && (now = recv(fd, heard + got, 511 - got, MSG_DONTWAIT)) > 0)
		got += (size_t)now;
	heard[got] = '\0';
	return now == 0 || (now < 0 && errno != EAGAIN);
}

static void start_alone(struct bench *bench)
{
	const int small = 8192;

	start(bench);
	RUN_UNTIL(bench->base, open_of(bench) == 1);
	client_close(&bench->client);
	/* inherited: what an answer does not find room for in the kernel stays with us */
	assert_int_equal(setsockopt(bench->server->listeners[0]->fd, SOL_SOCKET, SO_SNDBUF, &small,
				 sizeof(small)),
		0);
	RUN_UNTIL(bench->base, open_of(bench) == 0);
}

static void answer_feed(
	void *context, struct tms_exchange exchange, const struct tms_request *request)
{
	struct bench *bench = context;
	struct tms_str pieces[PIECES];
	const struct tms_answer answer = { .response = { .status = 200 },
		.pieces = pieces,
		.piece_count = PIECES,
		.release = count_release,
		.owner = &bench->released };

	(void)request;
	for (size_t i = 0; i < PIECES; i++)
		pieces[i] = (struct tms_str){ bench->body, BODY_BYTES / PIECES };
	assert_true(tms_exchange_answer(exchange, &answer));
}

#define HALF_HEAD                                                                                  \
	"GET /f/Xq3 HTTP/1.1\r\nHost: feeds.example.org\r\nUser-Agent: Mozilla/5.0 (X11; Linux "   \
	"x86_64)\r\nAccept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n"   \
	"Accept-Language: en-US,en;q=0.5\r\nAccept-Encoding: gzip, deflate\r\n"

static void a_slow_connection_costs_no_more_than_8_kilobytes(void **state)
{
	static const struct {
		const char *why;
		struct tms_str says;
		enum phase phase;
	} rows[] = {
		{ "says nothing", TMS_STR_INIT(""), PHASE_IDLE },
		{ "half a head", TMS_STR_INIT(HALF_HEAD), PHASE_HEAD },
		{ "half a body", TMS_STR_INIT(HALF_HEAD "Content-Length: 60000\r\n\r\nabc"),
			PHASE_BODY },
		{ "does not read", TMS_STR_INIT(HALF_HEAD "\r\n" GET("/a") "GET /"), PHASE_WRITE },
	};
	struct bench *bench = *state;
	int fds[CROWD];

	if (!COUNTS_HEAP)
		skip();
	bench->options.max_connections = CROWD + 10;
	start_alone(bench);
	bench->server->handle = answer_feed;
	for (size_t row = 0; row < TMS_COUNT(rows); row++) {
		fds[0] = connect_from(bench, "127.0.0.1"); /* tables grow, a workspace is made */
		say(fds[0], rows[row].says);
		RUN_UNTIL(bench->base, in_phase(bench, rows[row].phase) == 1);
		size_t before = mallinfo2().uordblks;
		for (size_t i = 1; i < CROWD; i++) {
			fds[i] = connect_from(bench, "127.0.0.1");
			say(fds[i], rows[row].says);
			RUN_UNTIL(bench->base, in_phase(bench, rows[row].phase) == i + 1);
		}
		/* the connection itself lies in a block beside the heap (serve/connection_pool.c) */
		size_t each = (mallinfo2().uordblks - before) / (CROWD - 1) +
			      sizeof(struct connection) + 2 * sizeof(void *);
		print_message("%s: %zu bytes\n", rows[row].why, each);
		if (each > SLOW_BYTES_MAX)
			fail_msg("%s costs %zu bytes", rows[row].why, each);
		for (size_t i = 0; i < CROWD; i++)
			close(fds[i]);
		RUN_UNTIL(bench->base, open_of(bench) == 0);
		assert_in_range(mallinfo2().uordblks, 0, before + 65536);
		assert_int_equal(tms_quota_kept(bench->server->quota), 0);
	}
}

static size_t resident_kb(void)
{
	FILE *file = fopen("/proc/self/statm", "r");
	char text[100] = "";
	int64_t pages = 0;

	assert_non_null(file);
	assert_non_null(fgets(text, sizeof(text), file));
	(void)fclose(file);
	struct tms_str rest = tms_str_from(text), word = { 0 };
	assert_true(tms_str_split(&rest, ' ', &word) && tms_str_split(&rest, ' ', &word));
	assert_true(tms_str_int64(word, &pages));
	return (size_t)pages * 4;
}

/* The system has it again, and not only the heap. */
static void the_memory_of_a_crowd_comes_back(void **state)
{
	struct bench *bench = *state;
	static int fds[400];
	size_t before = 0;

	if (!COUNTS_HEAP)
		skip();
	start_alone(bench);
	for (int round = 0; round < 2; round++) {
		for (size_t i = 0; i < TMS_COUNT(fds); i++) {
			fds[i] = connect_from(bench, "127.0.0.1");
			if (i % 16 == 0)
				RUN_UNTIL(bench->base, open_of(bench) == i + 1);
		}
		RUN_UNTIL(bench->base, open_of(bench) == TMS_COUNT(fds));
		if (round == 1) /* beside what tables and the first connection took */
			assert_true(resident_kb() > before + 200);
		for (size_t i = 0; i < TMS_COUNT(fds); i++)
			close(fds[i]);
		RUN_UNTIL(bench->base, open_of(bench) == 0);
		if (round == 1)
			assert_in_range(resident_kb(), 0, before + 64);
		before = resident_kb();
	}
}

/* A request that pauses anywhere is answered as if it had come at once. */
static void a_request_may_pause_at_any_byte(void **state)
{
	static const struct tms_str text = TMS_STR_INIT(
		GET("/x") "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 12\r\n\r\nhello, world" GET(
			"/z"));
	struct bench *bench = *state;
	struct client *client = &bench->client;

	start(bench);
	for (size_t at = 1; at < text.len; at++) {
		client_close(client);
		client_connect(client, bench->base, tms_server_port(bench->server, 0));
		bench->seen[0] = '\0';
		client_say(client, tms_str_slice(text, 0, at));
		RUN_UNTIL(bench->base, bench->server->counters.read_bytes >= at);
		bench->server->counters.read_bytes = 0;
		client_say(client, tms_str_slice(text, at, text.len));
		RUN_UNTIL(bench->base, client->count == 3);
		assert_string_equal(bench->seen, "GET/x POST/echo GET/z ");
		assert_true(tms_str_find(tms_buf_str(&client->heard), TMS_STR("hello, world"), 0) !=
			    SIZE_MAX);
		assert_str(client->body, "/z");
		bench->server->counters.read_bytes = 0;
	}
	client_close(client);
	client_connect(client, bench->base, tms_server_port(bench->server, 0));
	for (size_t at = 0; at < text.len; at++) { /* and at every one */
		bench->server->counters.read_bytes = 0;
		client_say(client, tms_str_slice(text, at, at + 1));
		RUN_UNTIL(bench->base, bench->server->counters.read_bytes == 1);
	}
	RUN_UNTIL(bench->base, client->count == 3);
	assert_int_equal(tms_quota_kept(bench->server->quota), 0);
}

/* Lent and copied answers, one behind the other, stuck again and again. */
static void a_slow_reader_gets_every_byte_in_order(void **state)
{
	struct bench *bench = *state;
	struct client *client = &bench->client;
	struct tms_buf text = { 0 };

	start_alone(bench);
	client_take(client, bench->base, connect_from(bench, "127.0.0.1"));
	event_del(client->readable);
	tms_buf_add(
		&text, TMS_STR("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n"));
	for (int i = 0; i < 60000; i++)
		tms_buf_add_char(&text, (char)('a' + i % 23));
	for (int i = 0; i < 3; i++) {
		client_say(client, TMS_STR(GET("/large") GET("/x")));
		client_say(client, tms_buf_str(&text));
	}
	client_say(client, TMS_STR(GET("/y")));
	RUN_UNTIL(bench->base, in_phase(bench, PHASE_WRITE) == 1);
	const struct connection *connection = connection_at(bench->server, 0);
	assert_null(connection->work);
	assert_int_equal(connection->slow, SLOW_READER);
	assert_int_equal(event_add(client->readable, NULL), 0);
	RUN_UNTIL(bench->base, client->count == 10);
	for (size_t i = 0; i < client->count; i++)
		assert_int_equal(client->statuses[i], 200);
	assert_str(client->body, "/y");
	struct tms_str heard = tms_buf_str(&client->heard);
	struct tms_str body = tms_str_slice(tms_buf_str(&text), text.len - 60000, text.len);
	for (size_t i = 0, at = 0; i < 3; i++) {
		at = tms_str_find(heard, body, at);
		assert_true(at != SIZE_MAX);
		at += body.len;
	}
	assert_int_equal(bench->released, 3);
	assert_int_equal(tms_quota_kept(bench->server->quota), 0);
	tms_buf_free(&text);
}

static void half_sent_requests_make_room_for_whole_ones(void **state)
{
	struct bench *bench = *state;
	struct client *client = &bench->client;
	char heard[512];
	int fds[20];

	bench->options.max_connections = TMS_COUNT(fds);
	start_alone(bench);
	for (size_t i = 0; i < TMS_COUNT(fds); i++) {
		fds[i] = connect_from(bench, "127.0.0.1");
		say(fds[i], TMS_STR("GET / HTTP/1.1\r\nHost"));
		RUN_UNTIL(bench->base, in_phase(bench, PHASE_HEAD) == i + 1);
	}
	for (size_t i = 0; i < TMS_COUNT(fds) - 1; i++) {
		client_connect(client, bench->base, tms_server_port(bench->server, 0));
		client_say(client, TMS_STR(GET("/x")));
		RUN_UNTIL(bench->base, client->count == 1);
		assert_int_equal(client->statuses[0], 200);
		client_close(client);
		RUN_UNTIL(bench->base, open_of(bench) == TMS_COUNT(fds) - 1);
		if (i > 0)
			continue;                      /* a place is free by now */
		assert_true(is_closed(fds[0], heard)); /* the oldest, and it is told why */
		assert_non_null(strstr(heard, " 503 "));
		assert_non_null(strstr(heard, "came slowly"));
		assert_false(is_closed(fds[1], heard));
	}
	assert_int_equal(bench->server->counters.rejected[TMS_REASON_SLOW], 1);
	for (size_t i = 0; i < TMS_COUNT(fds); i++)
		close(fds[i]);
	client_connect(client, bench->base, tms_server_port(bench->server, 0));
}

static void the_greediest_address_makes_room_first(void **state)
{
	struct bench *bench = *state;
	struct client *client = &bench->client;
	char heard[512];
	int modest = -1, idle = -1, greedy[10];

	bench->options.max_connections = 12;
	bench->options.counts_local = true;
	start_alone(bench);
	modest = connect_from(bench, "127.0.0.3");
	say(modest, TMS_STR("GET /patient HTTP/1.1\r\n"));
	idle = connect_from(bench, "127.0.0.4");
	RUN_UNTIL(bench->base, open_of(bench) == 2 && in_phase(bench, PHASE_HEAD) == 1);
	for (size_t i = 0; i < TMS_COUNT(greedy); i++) {
		greedy[i] = connect_from(bench, "127.0.0.2");
		say(greedy[i], TMS_STR("GET / HTTP/1.1\r\n"));
		RUN_UNTIL(bench->base, in_phase(bench, PHASE_HEAD) == i + 2);
	}
	client_connect(client, bench->base, tms_server_port(bench->server, 0));
	client_say(client, TMS_STR(GET("/x")));
	RUN_UNTIL(bench->base, client->count == 1);
	assert_true(is_closed(greedy[0], heard));
	for (size_t i = 1; i < TMS_COUNT(greedy); i++)
		assert_false(is_closed(greedy[i], heard));
	assert_false(is_closed(idle, heard));
	say(modest, TMS_STR("Host: a\r\n\r\n"));
	RUN_UNTIL(bench->base, strstr(bench->seen, "GET/patient") != NULL);
	for (size_t i = 0; i < TMS_COUNT(greedy); i++)
		close(greedy[i]);
	close(modest);
	close(idle);
}

static void an_address_at_its_limit_gives_up_its_own_half_sent_request(void **state)
{
	struct bench *bench = *state;
	struct client *client = &bench->client;
	char heard[512];
	int fds[3];

	bench->options.max_per_address = TMS_COUNT(fds);
	bench->options.counts_local = true;
	start_alone(bench);
	for (size_t i = 0; i < TMS_COUNT(fds); i++) {
		fds[i] = connect_from(bench, "127.0.0.1");
		say(fds[i], TMS_STR("GET / HTTP/1.1\r\n"));
		RUN_UNTIL(bench->base, in_phase(bench, PHASE_HEAD) == i + 1);
	}
	client_connect(client, bench->base, tms_server_port(bench->server, 0));
	client_say(client, TMS_STR(GET("/x")));
	RUN_UNTIL(bench->base, client->count == 1);
	assert_int_equal(client->statuses[0], 200);
	assert_true(is_closed(fds[0], heard));
	assert_int_equal(bench->server->counters.rejected[TMS_REASON_ADDRESS_LIMIT], 0);
	for (size_t i = 0; i < TMS_COUNT(fds); i++)
		close(fds[i]);
}

/* Large bodies that never end: together they hold what the quota allows, the oldest go. */
static void what_slow_clients_hold_together_is_bounded(void **state)
{
	struct bench *bench = *state;
	static char body[60000];
	char heard[512];
	int fds[40];

	bench->options.max_connections = 100; /* 1 MiB */
	start_alone(bench);
	memset(body, 'x', sizeof(body));
	for (size_t i = 0; i < TMS_COUNT(fds); i++) {
		bench->server->counters.read_bytes = 0;
		fds[i] = connect_from(bench, "127.0.0.1");
		say(fds[i], TMS_STR("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 65000\r\n\r\n"));
		for (size_t at = 0; at < sizeof(body);) {
			ssize_t sent = send(fds[i], body + at, sizeof(body) - at, MSG_DONTWAIT);
			at += sent > 0 ? (size_t)sent : 0;
			event_base_loop(bench->base, EVLOOP_NONBLOCK);
		}
		RUN_UNTIL(bench->base, bench->server->counters.read_bytes > sizeof(body));
		assert_in_range(tms_quota_kept(bench->server->quota), 0, 1 << 20);
	}
	assert_in_range(open_of(bench), 15, 17);
	assert_true(is_closed(fds[0], heard));
	assert_false(is_closed(fds[39], heard));
	for (size_t i = 0; i < TMS_COUNT(fds); i++)
		close(fds[i]);
	RUN_UNTIL(bench->base, open_of(bench) == 0);
	assert_int_equal(tms_quota_kept(bench->server->quota), 0);
}

static void many_that_are_late_at_once_end_in_turns(void **state)
{
	struct bench *bench = *state;
	int fds[CROWD];

	bench->options.max_connections = CROWD;
	bench->options.head_ms = bench->options.linger_ms = 300;
	start_alone(bench);
	for (size_t i = 0; i < CROWD; i++) {
		fds[i] = connect_from(bench, "127.0.0.1");
		say(fds[i], TMS_STR("GET / HTTP/1.1\r\n"));
	}
	RUN_UNTIL(bench->base, open_of(bench) == CROWD);
	size_t before = 0;
	while (bench->server->counters.rejected[TMS_REASON_HEAD_DEADLINE] < CROWD) {
		event_base_loop(bench->base, EVLOOP_ONCE);
		size_t now = bench->server->counters.rejected[TMS_REASON_HEAD_DEADLINE];
		assert_in_range(now - before, 0, 5); /* one turn of the loop */
		before = now;
	}
	for (size_t i = 0; i < CROWD; i++)
		close(fds[i]);
	RUN_UNTIL(bench->base, open_of(bench) == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_slow_connection_costs_no_more_than_8_kilobytes),
		TEST(the_memory_of_a_crowd_comes_back),
		TEST(a_request_may_pause_at_any_byte),
		TEST(a_slow_reader_gets_every_byte_in_order),
		TEST(half_sent_requests_make_room_for_whole_ones),
		TEST(the_greediest_address_makes_room_first),
		TEST(an_address_at_its_limit_gives_up_its_own_half_sent_request),
		TEST(what_slow_clients_hold_together_is_bounded),
		TEST(many_that_are_late_at_once_end_in_turns),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
