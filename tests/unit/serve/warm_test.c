/* What a warm request may cost, counted: allocations, reads, writes. Times are the bench's. */
#include "bench.h"

#define PIECES 100
#define WARM_ROUNDS 50

static size_t allocations;

/* The sanitizers bring an allocator of their own. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define COUNTS_ALLOCATIONS 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) ||                         \
	__has_feature(memory_sanitizer)
#define COUNTS_ALLOCATIONS 0
#endif
#endif
#ifndef COUNTS_ALLOCATIONS
#define COUNTS_ALLOCATIONS 1

/* glibc's own, below the names that programs may replace */
void *__libc_malloc(size_t bytes);
void *__libc_calloc(size_t count, size_t bytes);
void *__libc_realloc(void *memory, size_t bytes);

void *malloc(size_t bytes)
{
	allocations++;
	return __libc_malloc(bytes);
}

void *calloc(size_t count, size_t bytes)
{
	allocations++;
	return __libc_calloc(count, bytes);
}

void *realloc(void *memory, size_t bytes)
{
	allocations++;
	return __libc_realloc(memory, bytes);
}
#endif

static struct tms_str feed_pieces[PIECES];
static size_t feed_bytes;

/* A feed of a hundred fragments, or 304, as a handler that keeps its heads would answer. */
static void answer_feed(
	void *context, struct tms_exchange exchange, const struct tms_request *request)
{
	struct bench *bench = context;
	bool is_same = tms_request_header(request, TMS_STR("if-none-match")).len > 0;
	const struct tms_answer answer = {
		.head = is_same ? TMS_STR("HTTP/1.1 304 Not Modified\r\nETag: \"e\"\r\n")
				: TMS_STR("HTTP/1.1 200 OK\r\nContent-Length: 40960\r\n"),
		.pieces = feed_pieces,
		.piece_count = is_same ? 0 : PIECES,
		.release = count_release,
		.owner = &bench->released,
	};

	assert_non_null(tms_exchange_arena(exchange));
	assert_true(tms_exchange_answer(exchange, &answer));
}

static void start_feed(struct bench *bench)
{
	feed_bytes = 0;
	for (size_t i = 0; i < PIECES; i++) {
		size_t end = (size_t)BODY_BYTES * (i + 1) / PIECES;
		feed_pieces[i] = (struct tms_str){ bench->body + feed_bytes, end - feed_bytes };
		feed_bytes = end;
	}
	start(bench);
	bench->server->handle = answer_feed;
	event_del(bench->client.readable); /* the tests read by hand: the client's memory grows */
}

/* One request and its whole answer. */
static void ask(struct bench *bench, struct tms_str request, size_t answer_bytes)
{
	static char heard[65536];
	size_t got = 0;

	assert_int_equal(send(bench->client.fd, request.ptr, request.len, 0), (ssize_t)request.len);
	while (got < answer_bytes) {
		assert_int_equal(event_base_loop(bench->base, EVLOOP_NONBLOCK), 0);
		ssize_t now = recv(bench->client.fd, heard, sizeof(heard), MSG_DONTWAIT);
		assert_true(now > 0 || errno == EAGAIN);
		got += now > 0 ? (size_t)now : 0;
	}
	assert_int_equal(got, answer_bytes);
}

#define DATE_BYTES (sizeof("Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n\r\n") - 1)
#define WHOLE_BYTES                                                                                \
	(sizeof("HTTP/1.1 200 OK\r\nContent-Length: 40960\r\n") - 1 + DATE_BYTES + BODY_BYTES)
#define SAME_BYTES (sizeof("HTTP/1.1 304 Not Modified\r\nETag: \"e\"\r\n") - 1 + DATE_BYTES)
#define BROWSER                                                                                    \
	"GET /f/Xq3 HTTP/1.1\r\nHost: feeds.example.org\r\nUser-Agent: Mozilla/5.0 (X11; Linux "   \
	"x86_64)\r\nAccept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n"   \
	"Accept-Language: en-US,en;q=0.5\r\nAccept-Encoding: gzip, deflate\r\nX-Forwarded-For: "   \
	"192.0.2.7\r\nX-Forwarded-Proto: https\r\n"

static void a_warm_request_allocates_nothing(void **state)
{
	struct bench *bench = *state;
	size_t before = 0;

	if (!COUNTS_ALLOCATIONS) {
		print_message("skipped: the sanitizer's allocator is in the place of the count\n");
		skip();
	}
	start_feed(bench);
	ask(bench, TMS_STR(BROWSER "\r\n"), WHOLE_BYTES);
	before = allocations;
	for (int i = 0; i < WARM_ROUNDS; i++) {
		ask(bench, TMS_STR(BROWSER "\r\n"), WHOLE_BYTES);
		ask(bench, TMS_STR(BROWSER "If-None-Match: \"e\"\r\n\r\n"), SAME_BYTES);
	}
	assert_int_equal(allocations, before);
	free(malloc(1)); /* the count counts */
	assert_int_equal(allocations, before + 1);
}

static void a_warm_request_costs_one_write(void **state)
{
	struct bench *bench = *state;
	const struct tms_server_counters *counters = NULL;

	start_feed(bench);
	for (int i = 0; i < WARM_ROUNDS; i++) {
		ask(bench, TMS_STR(BROWSER "\r\n"), WHOLE_BYTES);
		ask(bench, TMS_STR(BROWSER "If-None-Match: \"e\"\r\n\r\n"), SAME_BYTES);
	}
	counters = &bench->server->counters;
	assert_int_equal(counters->requests, 2 * WARM_ROUNDS);
	assert_int_equal(counters->writes, 2 * WARM_ROUNDS);
	assert_int_equal(bench->released, 2 * WARM_ROUNDS);
}

static void a_connection_that_waits_for_its_client_holds_no_workspace(void **state)
{
	struct bench *bench = *state;
	struct connection *connection = NULL;

	start_feed(bench);
	ask(bench, TMS_STR(BROWSER "\r\n"), WHOLE_BYTES);
	connection = connection_at(bench->server, 0);
	assert_null(connection->work);
	assert_int_equal(bench->server->spare_count, 1);
	assert_int_equal(send(bench->client.fd, "GET", 3, 0), 3);
	RUN_UNTIL(bench->base, connection->phase == PHASE_HEAD);
	assert_null(connection->work);
	assert_int_equal(connection->kept_bytes, 3);
	assert_int_equal(bench->server->spare_count, 1);
	/* a body larger than what is kept */
	static char body[50000];
	static const char rest[] = " / HTTP/1.1\r\nHost: a\r\nContent-Length: 50000\r\n\r\n";
	assert_int_equal(send(bench->client.fd, rest, sizeof(rest) - 1, 0), sizeof(rest) - 1);
	ask(bench, (struct tms_str){ body, sizeof(body) }, WHOLE_BYTES);
	assert_int_equal(bench->server->spare_count, 1);
	assert_int_equal(bench->server->spares->input.capacity, 0);
}

static void answers_to_pipelined_requests_leave_in_one_write(void **state)
{
	struct bench *bench = *state;
	struct client *client = &bench->client;
	struct tms_buf many = { 0 };

	start(bench);
	for (int i = 0; i < 10; i++)
		tms_buf_add(&many, TMS_STR(GET("/same") GET("/x")));
	event_del(client->readable); /* twenty responses do not fit the client's list */
	assert_int_equal(send(client->fd, many.ptr, many.len, 0), (ssize_t)many.len);
	RUN_UNTIL(bench->base, bench->server->counters.requests == 20);
	assert_int_equal(bench->server->counters.writes, 2); /* sixteen and four */
	assert_int_equal(bench->released, 10);
	/* large ones gain nothing from waiting */
	tms_buf_clear(&many);
	tms_buf_add(&many, TMS_STR(GET("/large") GET("/large")));
	assert_int_equal(event_add(client->readable, NULL), 0);
	client_close(client);
	client_connect(client, bench->base, tms_server_port(bench->server, 0));
	client_say(client, tms_buf_str(&many));
	RUN_UNTIL(bench->base, client->count == 2);
	assert_int_equal(bench->released, 12);
	tms_buf_free(&many);
}

static void what_is_answered_does_not_wait_for_what_is_late(void **state)
{
	struct bench *bench = *state;
	struct client *client = &bench->client;

	start(bench);
	client_say(client, TMS_STR(GET("/x") GET("/same") GET("/later") GET("/y")));
	RUN_UNTIL(bench->base, client->count == 2 && bench->later_count == 1);
	assert_int_equal(bench->server->counters.writes, 1);
	assert_true(tms_exchange_answer_text(bench->later[0], 404, TMS_STR("No."), 0));
	RUN_UNTIL(bench->base, client->count == 4);
	assert_int_equal(client->statuses[2], 404);
	assert_str(client->body, "/y");
	/* nor for one that is refused, or not whole */
	client_say(client, TMS_STR(GET("/x") GET("/x") "POST /echo HTTP/1.1\r\nHost: a\r\n"
						       "Content-Length: 3\r\n\r\na"));
	RUN_UNTIL(bench->base, client->count == 6);
	client_say(client, TMS_STR("bc" GET("/z") "\x01\r\n\r\n"));
	RUN_UNTIL(bench->base, client->is_closed);
	assert_int_equal(client->count, 9);
	assert_int_equal(client->statuses[6], 200);
	assert_int_equal(client->statuses[8], 400);
}

static void a_word_to_go_on_comes_behind_the_answers_before_it(void **state)
{
	struct bench *bench = *state;
	struct client *client = &bench->client;

	start(bench);
	client_say(
		client, TMS_STR(GET("/x") "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n"
					  "Expect: 100-continue\r\n\r\n"));
	RUN_UNTIL(bench->base, client->continues == 1);
	assert_int_equal(client->count, 1);
	struct tms_str heard = tms_buf_str(&client->heard);
	assert_true(tms_str_find(heard, TMS_STR("200 OK"), 0) <
		    tms_str_find(heard, TMS_STR("100 Continue"), 0));
	client_say(client, TMS_STR("abc"));
	RUN_UNTIL(bench->base, client->count == 2);
	assert_str(client->body, "abc");
}

static void answers_that_wait_are_sent_before_a_half_closed_connection_ends(void **state)
{
	static const struct tms_str rests[] = { TMS_STR_INIT(""), TMS_STR_INIT("GET / HT"),
		TMS_STR_INIT("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\na") };
	struct bench *bench = *state;
	struct client *client = &bench->client;

	start(bench);
	for (size_t i = 0; i < TMS_COUNT(rests); i++) {
		client_close(client);
		client_connect(client, bench->base, tms_server_port(bench->server, 0));
		for (int j = 0; j < 3; j++)
			tms_buf_add(&client->out, TMS_STR(GET("/large") GET("/x")));
		tms_buf_add(&client->out, rests[i]);
		assert_int_equal(send(client->fd, client->out.ptr, client->out.len, 0),
			(ssize_t)client->out.len);
		assert_int_equal(shutdown(client->fd, SHUT_WR), 0);
		RUN_UNTIL(bench->base, client->is_closed);
		assert_int_equal(client->count, 6);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_warm_request_allocates_nothing),
		TEST(a_warm_request_costs_one_write),
		TEST(a_connection_that_waits_for_its_client_holds_no_workspace),
		TEST(answers_to_pipelined_requests_leave_in_one_write),
		TEST(what_is_answered_does_not_wait_for_what_is_late),
		TEST(a_word_to_go_on_comes_behind_the_answers_before_it),
		TEST(answers_that_wait_are_sent_before_a_half_closed_connection_ends),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
