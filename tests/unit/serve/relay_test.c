/* Requests that another thread answers. Runs under ThreadSanitizer too. */
#include "client.h"

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

#include <sys/mman.h>

#include "loop/thread.h"
#include "serve/relay.h"

#define BODY_BYTES 300000

/* The server runs on `thread`; client, relay and handler on the test's own loop. */
struct bench {
	struct event_base *base;
	struct tms_queue *home;
	struct tms_thread *thread;
	struct tms_server *server;
	struct tms_relay *relay;
	struct tms_relay_side *side;
	struct client client;
	struct tms_exchange later[8];
	size_t later_count;
	size_t released;
	uint32_t left_ms;
	bool may_leave; /* clients do at any moment, also while the handler has their request */
	pthread_t answering;
	char *body;
	int file;
	char given[16]; /* written by the serving thread, read when it has ended */
};

static void count_release(void *owner)
{
	struct bench *bench = owner;

	assert_true(pthread_equal(pthread_self(), bench->answering));
	bench->released++;
}

/* On the answering loop. */
static void answer(void *context, struct tms_exchange exchange, const struct tms_request *request)
{
	struct bench *bench = context;
	const struct tms_str large = { bench->body, BODY_BYTES };
	struct tms_str said = tms_request_header(request, TMS_STR("X-Say"));
	struct tms_answer answer = { .response = { .status = 200,
					     .content_type = TMS_STR("text/plain"),
					     .etag = TMS_STR("\"e\"") },
		.pieces = &said,
		.piece_count = 1 };

	assert_true(pthread_equal(pthread_self(), bench->answering));
	assert_ptr_equal(tms_exchange_side(exchange), bench);
	const struct tms_request *known = tms_exchange_request(exchange);
	assert_true(known == request || (!known && bench->may_leave));
	if (tms_str_starts(request->path, TMS_STR("/later"))) {
		bench->later[bench->later_count++] = exchange;
		return;
	}
	if (tms_str_equal(request->path, TMS_STR("/text"))) {
		assert_true(tms_exchange_answer_text(exchange, 404, TMS_STR("No."), 0));
	} else if (tms_str_equal(request->path, TMS_STR("/give"))) {
		assert_true(tms_exchange_give(exchange, bench->body));
		assert_false(tms_exchange_give(exchange, bench->body));
	} else if (tms_str_equal(request->path, TMS_STR("/peer"))) {
		said = tms_exchange_peer(exchange);
		assert_true(tms_exchange_answer(exchange, &answer));
	} else if (tms_str_equal(request->path, TMS_STR("/large"))) {
		answer.pieces = &large;
		answer.release = count_release;
		answer.owner = bench;
		assert_true(tms_exchange_answer(exchange, &answer));
	} else if (tms_str_equal(request->path, TMS_STR("/file"))) {
		answer.file = (struct tms_answer_file){ bench->file, 2, 3 };
		answer.release = count_release;
		answer.owner = bench;
		assert_true(tms_exchange_answer(exchange, &answer));
	} else {
		assert_true(tms_exchange_answer(exchange, &answer));
	}
	assert_null(tms_exchange_request(exchange));
	assert_null(tms_exchange_arena(exchange));
	assert_false(tms_exchange_answer_text(exchange, 200, TMS_STR("Again."), 0));
}

/* On the serving loop. */
static void forward(void *context, struct tms_exchange exchange, const struct tms_request *request)
{
	struct bench *bench = context;

	tms_relay_forward(bench->side, exchange, request);
}

static void take(void *context, struct tms_exchange exchange, void *thing)
{
	struct bench *bench = context;

	memcpy(bench->given, thing, 5);
	(void)tms_exchange_answer_text(exchange, 410, TMS_STR("Given."), 0);
}

static void start(struct bench *bench, uint32_t answer_ms, size_t waiting_max)
{
	struct tms_server_options options;
	struct tms_diag diag = { 0 };

	tms_server_options_init(&options);
	options.answer_ms = answer_ms;
	options.left_ms = bench->left_ms ? bench->left_ms : options.left_ms;
	bench->relay = tms_relay_new(bench->home, answer, bench);
	assert_non_null(bench->relay);
	bench->side = tms_relay_side_new(
		bench->relay, tms_thread_queue(bench->thread), waiting_max, take, bench);
	assert_non_null(bench->side);
	assert_int_equal(tms_server_new(tms_thread_base(bench->thread), &options, forward, bench,
				 &bench->server),
		TMS_OK);
	assert_int_equal(tms_server_listen(bench->server, TMS_STR("127.0.0.1:0"), &diag), TMS_OK);
	client_connect(&bench->client, bench->base, tms_server_port(bench->server, 0));
	assert_int_equal(tms_thread_start(bench->thread, "serving"), TMS_OK);
}

static int setup(void **state)
{
	struct bench *bench = calloc(1, sizeof(*bench));

	assert_non_null(bench);
	bench->answering = pthread_self();
	bench->base = event_base_new();
	assert_int_equal(tms_queue_new(bench->base, &bench->home), TMS_OK);
	assert_int_equal(tms_thread_new(&bench->thread), TMS_OK);
	bench->body = malloc(BODY_BYTES);
	assert_non_null(bench->body);
	memset(bench->body, 'x', BODY_BYTES);
	*state = bench;
	return 0;
}

/* The order in which everything ends, as in the program. */
static void stop(struct bench *bench)
{
	tms_thread_join(bench->thread);
	(void)tms_queue_run(tms_thread_queue(bench->thread));
	tms_server_free(bench->server);
	bench->server = NULL;
	tms_relay_close(bench->relay);
	(void)tms_queue_run(bench->home);
}

static int teardown(void **state)
{
	struct bench *bench = *state;

	if (bench->client.readable)
		client_close(&bench->client);
	if (bench->server)
		stop(bench);
	tms_relay_side_free(bench->side);
	tms_relay_free(bench->relay);
	tms_thread_free(bench->thread);
	tms_queue_free(bench->home);
	event_base_free(bench->base);
	free(bench->body);
	free(bench);
	return 0;
}

#define GET(path) "GET " path " HTTP/1.1\r\nHost: a\r\nX-Say: hello\r\n\r\n"

static void answers_come_back_to_their_connection_in_order(void **state)
{
	struct bench *bench = *state;
	struct client *client = &bench->client;

	start(bench, 30000, 8);
	client_say(client, TMS_STR(GET("/copy") GET("/text") GET("/peer") GET("/copy")));
	RUN_UNTIL(bench->base, client->count == 4);
	assert_int_equal(client->statuses[0], 200);
	assert_int_equal(client->statuses[1], 404);
	assert_int_equal(client->statuses[3], 200);
	assert_str(client->body, "hello");
	assert_true(tms_str_find(tms_buf_str(&client->heard), TMS_STR("\r\n\r\n127.0.0.1"), 0) !=
		    SIZE_MAX);
	assert_true(tms_str_find(tms_buf_str(&client->heard), TMS_STR("ETag: \"e\"\r\n"), 0) !=
		    SIZE_MAX);
}

static void what_is_sent_by_reference_is_released_where_it_was_made(void **state)
{
	struct bench *bench = *state;
	struct client *client = &bench->client;

	start(bench, 30000, 8);
	client_say(client, TMS_STR(GET("/large") GET("/large")));
	RUN_UNTIL(bench->base, client->count == 2 && bench->released == 2);
	assert_int_equal(client->body.len, BODY_BYTES);
}

static void a_file_travels_with_the_answer(void **state)
{
	struct bench *bench = *state;
	struct client *client = &bench->client;

	bench->file = memfd_create("relay_test", MFD_CLOEXEC);
	assert_int_equal(write(bench->file, "0123456", 7), 7);
	start(bench, 30000, 8);
	client_say(client, TMS_STR("GET /file HTTP/1.1\r\nHost: a\r\nX-Say: ab\r\n\r\n"));
	RUN_UNTIL(bench->base, client->count == 1 && bench->released == 1);
	assert_str(client->body, "ab234");
	close(bench->file);
}

static void a_thing_that_is_given_is_taken_by_the_serving_loop(void **state)
{
	struct bench *bench = *state;

	start(bench, 30000, 8);
	client_say(&bench->client, TMS_STR(GET("/give")));
	RUN_UNTIL(bench->base, bench->client.count == 1);
	assert_int_equal(bench->client.statuses[0], 410);
	stop(bench);
	assert_memory_equal(bench->given, "xxxxx", 5);
}

static void an_answer_that_comes_too_late_is_dropped_and_released(void **state)
{
	struct bench *bench = *state;
	const struct tms_str piece = { bench->body, BODY_BYTES };
	const struct tms_answer late = { .response = { .status = 200 },
		.pieces = &piece,
		.piece_count = 1,
		.release = count_release,
		.owner = bench };

	start(bench, 50, 8);
	client_say(&bench->client, TMS_STR(GET("/later")));
	RUN_UNTIL(bench->base, bench->client.count == 1 && bench->later_count == 1);
	assert_int_equal(bench->client.statuses[0], 503);
	/* whether this loop knows it already or not: it is taken, and comes back */
	(void)tms_exchange_answer(bench->later[0], &late);
	RUN_UNTIL(bench->base, bench->released == 1);
	client_say(&bench->client, TMS_STR(GET("/copy")));
	RUN_UNTIL(bench->base, bench->client.count == 2);
	assert_str(bench->client.body, "hello");
}

static void more_requests_than_may_wait_are_refused(void **state)
{
	struct bench *bench = *state;
	struct client second;

	start(bench, 30000, 1);
	client_say(&bench->client, TMS_STR(GET("/later")));
	RUN_UNTIL(bench->base, bench->later_count == 1);
	client_connect(&second, bench->base, tms_server_port(bench->server, 0));
	client_say(&second, TMS_STR(GET("/copy")));
	RUN_UNTIL(bench->base, second.count == 1);
	assert_int_equal(second.statuses[0], 503);
	assert_true(tms_exchange_answer_text(bench->later[0], 200, TMS_STR("Yes."), 0));
	RUN_UNTIL(bench->base, bench->client.count == 1);
	assert_int_equal(bench->client.statuses[0], 200);
	client_say(&second, TMS_STR(GET("/copy")));
	RUN_UNTIL(bench->base, second.count == 2);
	assert_int_equal(second.statuses[1], 200);
	client_close(&second);
}

static void requests_without_an_answer_end_with_the_relay(void **state)
{
	struct bench *bench = *state;

	start(bench, 30000, 8);
	client_say(&bench->client, TMS_STR(GET("/later")));
	RUN_UNTIL(bench->base, bench->later_count == 1);
	stop(bench);
	assert_null(tms_exchange_request(bench->later[0]));
	assert_null(tms_exchange_side(bench->later[0]));
	assert_false(tms_exchange_answer_text(bench->later[0], 200, TMS_STR("Late."), 0));
	assert_false(tms_exchange_give(bench->later[0], bench->body));
}

static void answers_under_way_at_the_end_are_released(void **state)
{
	struct bench *bench = *state;
	const struct tms_str piece = { bench->body, BODY_BYTES };
	const struct tms_answer answer = { .response = { .status = 200 },
		.pieces = &piece,
		.piece_count = 1,
		.release = count_release,
		.owner = bench };

	start(bench, 30000, 8);
	client_say(&bench->client, TMS_STR(GET("/later")));
	RUN_UNTIL(bench->base, bench->later_count == 1);
	client_close(&bench->client);
	assert_true(tms_exchange_answer(bench->later[0], &answer));
	stop(bench);
	assert_int_equal(bench->released, 1);
}

/* A client beside the loops, which can leave while they do not run. */
static int connected(struct bench *bench)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
		.sin_port = htons(tms_server_port(bench->server, 0)),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_true(fd >= 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

static void say(int fd, struct tms_str text)
{
	assert_int_equal(write(fd, text.ptr, text.len), text.len);
}

/* As a program that ends with an answer outstanding, or a browser that gives up. */
static void leave(int fd)
{
	const struct linger reset = { .l_onoff = 1, .l_linger = 0 };

	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset)), 0);
	close(fd);
}

static struct tms_server_counters counted(const struct bench *bench)
{
	struct tms_server_counters sum = { 0 };

	tms_server_counters_add(bench->server, &sum);
	return sum;
}

static void a_request_whose_client_has_left_is_never_begun(void **state)
{
	struct bench *bench = *state;
	int fds[5];

	start(bench, 30000, 8);
	for (size_t i = 0; i < TMS_COUNT(fds); i++)
		say(fds[i] = connected(bench), TMS_STR(GET("/later")));
	while (counted(bench).waiting < TMS_COUNT(fds))
		sched_yield(); /* all of them wait for this loop, which is busy */
	for (size_t i = 0; i < TMS_COUNT(fds); i++)
		leave(fds[i]);
	while (counted(bench).waiting > 0)
		sched_yield();
	RUN_UNTIL(bench->base, tms_relay_dropped(bench->relay) == TMS_COUNT(fds));
	assert_int_equal(bench->later_count, 0);
	client_say(&bench->client, TMS_STR(GET("/copy")));
	RUN_UNTIL(bench->base, bench->client.count == 1);
	assert_int_equal(bench->client.statuses[0], 200);
}

static void who_answers_hears_that_the_client_has_left(void **state)
{
	struct bench *bench = *state;
	int fd = 0;

	start(bench, 30000, 1);
	say(fd = connected(bench), TMS_STR(GET("/later")));
	RUN_UNTIL(bench->base, bench->later_count == 1);
	leave(fd);
	RUN_UNTIL(bench->base, tms_relay_dropped(bench->relay) == 1);
	assert_null(tms_exchange_request(bench->later[0]));
	assert_false(tms_exchange_answer_text(bench->later[0], 200, TMS_STR("Late."), 0));
	/* its place is free: one may wait */
	client_say(&bench->client, TMS_STR(GET("/copy")));
	RUN_UNTIL(bench->base, bench->client.count == 1);
	client_say(&bench->client, TMS_STR(GET("/copy")));
	RUN_UNTIL(bench->base, bench->client.count == 2);
	assert_int_equal(bench->client.statuses[1], 200);
}

static void a_client_that_closed_its_half_is_answered_when_that_is_soon(void **state)
{
	struct bench *bench = *state;

	start(bench, 30000, 8);
	client_say(&bench->client, TMS_STR(GET("/later")));
	RUN_UNTIL(bench->base, bench->later_count == 1);
	assert_int_equal(shutdown(bench->client.fd, SHUT_WR), 0);
	assert_true(tms_exchange_answer_text(bench->later[0], 200, TMS_STR("Soon."), 0));
	RUN_UNTIL(bench->base, bench->client.count == 1);
	assert_int_equal(bench->client.statuses[0], 200);
	RUN_UNTIL(bench->base, bench->client.is_closed);
}

static void a_client_that_sends_nothing_more_has_left_after_a_while(void **state)
{
	struct bench *bench = *state;

	bench->left_ms = 20;
	start(bench, 30000, 8);
	client_say(&bench->client, TMS_STR(GET("/later")));
	RUN_UNTIL(bench->base, bench->later_count == 1);
	assert_int_equal(shutdown(bench->client.fd, SHUT_WR), 0);
	RUN_UNTIL(bench->base, tms_relay_dropped(bench->relay) == 1);
	assert_null(tms_exchange_request(bench->later[0]));
	RUN_UNTIL(bench->base, bench->client.is_closed);
	assert_int_equal(bench->client.count, 0);
}

/* Whichever comes first, the answer is given back once, and nothing is used after it is freed. */
static void answers_and_clients_that_leave_may_cross(void **state)
{
	struct bench *bench = *state;
	const struct tms_str piece = { bench->body, BODY_BYTES };
	const struct tms_answer answer = { .response = { .status = 200 },
		.pieces = &piece,
		.piece_count = 1,
		.release = count_release,
		.owner = bench };
	size_t given_back = 0;

	bench->may_leave = true;
	start(bench, 30000, 8);
	for (int i = 0; i < 200; i++) {
		uint64_t dropped = tms_relay_dropped(bench->relay);
		int fd = connected(bench);
		bench->later_count = 0;
		say(fd, TMS_STR(GET("/later")));
		if (i % 2)
			RUN_UNTIL(bench->base, bench->later_count == 1);
		leave(fd);
		RUN_UNTIL(bench->base,
			bench->later_count == 1 || tms_relay_dropped(bench->relay) > dropped);
		if (bench->later_count == 1) {
			(void)tms_exchange_answer(bench->later[0], &answer);
			given_back++;
		}
	}
	RUN_UNTIL(bench->base, bench->released == given_back);
}

static void clients_that_leave_at_the_end_are_no_trouble(void **state)
{
	struct bench *bench = *state;
	int fds[4];

	start(bench, 30000, 8);
	for (size_t i = 0; i < TMS_COUNT(fds); i++) {
		say(fds[i] = connected(bench), TMS_STR(GET("/later")));
		if (i < 2)
			RUN_UNTIL(bench->base, bench->later_count == i + 1);
	}
	while (counted(bench).waiting < TMS_COUNT(fds))
		sched_yield();
	assert_true(tms_exchange_answer_text(bench->later[0], 200, TMS_STR("Yes."), 0));
	for (size_t i = 0; i < TMS_COUNT(fds); i++)
		leave(fds[i]);
	stop(bench);
	assert_null(tms_exchange_request(bench->later[1]));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(answers_come_back_to_their_connection_in_order),
		TEST(what_is_sent_by_reference_is_released_where_it_was_made),
		TEST(a_file_travels_with_the_answer),
		TEST(a_thing_that_is_given_is_taken_by_the_serving_loop),
		TEST(an_answer_that_comes_too_late_is_dropped_and_released),
		TEST(more_requests_than_may_wait_are_refused),
		TEST(requests_without_an_answer_end_with_the_relay),
		TEST(answers_under_way_at_the_end_are_released),
		TEST(a_request_whose_client_has_left_is_never_begun),
		TEST(who_answers_hears_that_the_client_has_left),
		TEST(a_client_that_closed_its_half_is_answered_when_that_is_soon),
		TEST(a_client_that_sends_nothing_more_has_left_after_a_while),
		TEST(answers_and_clients_that_leave_may_cross),
		TEST(clients_that_leave_at_the_end_are_no_trouble),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
