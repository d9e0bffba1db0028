/* Deadlines, limits, and the end of a server. */
#include "bench.h"

#include <sys/un.h>

static void a_slow_client_meets_the_deadline_of_each_phase(void **state)
{
	static const struct {
		const char *why;
		struct tms_str says;
		int want; /* 0: closed without a word */
		enum tms_server_reason reason;
	} rows[] = {
		{ "says nothing", TMS_STR_INIT(""), 0, TMS_REASONS },
		{ "half a head", TMS_STR_INIT("GET / HTTP/1.1\r\nHo"), 408,
			TMS_REASON_HEAD_DEADLINE },
		{ "half a body",
			TMS_STR_INIT("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nab"),
			408, TMS_REASON_BODY_DEADLINE },
		{ "asks for what takes too long", TMS_STR_INIT(GET("/later")), 503,
			TMS_REASON_ANSWER_DEADLINE },
	};
	struct bench *bench = *state;

	bench->options.head_ms = bench->options.body_ms = bench->options.answer_ms = 50;
	bench->options.idle_ms = bench->options.linger_ms = 50;
	start(bench);
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct client *client = &bench->client;
		client_close(client);
		client_connect(client, bench->base, tms_server_port(bench->server, 0));
		if (rows[i].says.len)
			client_say(client, rows[i].says);
		RUN_UNTIL(bench->base, client->is_closed);
		if ((client->count ? client->statuses[0] : 0) != rows[i].want)
			fail_msg("%s: %d", rows[i].why, client->statuses[0]);
		if (rows[i].reason != TMS_REASONS &&
			bench->server->counters.rejected[rows[i].reason] != 1)
			fail_msg("%s: not counted", rows[i].why);
	}
	assert_false(tms_exchange_answer_text(bench->later[0], 200, TMS_STR("Late."), 0));
	RUN_UNTIL(bench->base, bench->server->counters.open == 0);
}

static void a_reader_that_does_not_read_is_cut_off_and_its_answer_released(void **state)
{
	struct bench *bench = *state;
	struct tms_buf many = { 0 };

	bench->options.write_ms = 50;
	start(bench);
	event_del(bench->client.readable);
	for (int i = 0; i < 300; i++) /* 36 MB: more than any socket's buffers */
		tms_buf_add(&many, TMS_STR(GET("/large")));
	client_say(&bench->client, tms_buf_str(&many));
	RUN_UNTIL(bench->base, bench->server->counters.rejected[TMS_REASON_WRITE_DEADLINE] == 1);
	assert_int_equal(bench->server->counters.open, 0);
	assert_int_equal(bench->released, bench->server->counters.requests);
	tms_buf_free(&many);
}

static void a_slow_reader_gets_every_byte(void **state)
{
	struct bench *bench = *state;
	struct client *client = &bench->client;
	const int small = 32768;

	start(bench);
	RUN_UNTIL(bench->base, bench->server->counters.open == 1);
	assert_int_equal(setsockopt(connection_at(bench->server, 0)->fd, SOL_SOCKET, SO_SNDBUF,
				 &small, sizeof(small)),
		0);
	event_del(client->readable);
	for (int i = 0; i < 15; i++)
		client_say(client, TMS_STR(GET("/large")));
	/* until the kernel takes no more and an answer is stuck half way */
	RUN_UNTIL(bench->base, bench->released < bench->server->counters.requests);
	assert_int_equal(event_add(client->readable, NULL), 0);
	RUN_UNTIL(bench->base, client->count == 15);
	assert_int_equal(client->body.len, 3 * BODY_BYTES);
	assert_int_equal(bench->released, 15);
}

static void a_client_that_leaves_ends_its_exchange(void **state)
{
	struct bench *bench = *state;
	const struct linger reset = { .l_onoff = 1 };

	start(bench);
	client_say(&bench->client, TMS_STR(GET("/later")));
	RUN_UNTIL(bench->base, bench->later_count == 1);
	setsockopt(bench->client.fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	client_close(&bench->client);
	const struct tms_str pieces[] = { { bench->body, BODY_BYTES } };
	const struct tms_answer answer = { .response = { .status = 200 },
		.pieces = pieces,
		.piece_count = 1,
		.release = count_release,
		.owner = &bench->released };
	assert_true(tms_exchange_answer(bench->later[0], &answer));
	assert_int_equal(bench->released, 1);
	assert_false(tms_exchange_answer(bench->later[0], &answer));
	assert_int_equal(bench->released, 2);
	assert_null(tms_exchange_arena(bench->later[0]));
	RUN_UNTIL(bench->base, bench->server->counters.open == 0);
	/* another client in the same place has an exchange of its own */
	client_connect(&bench->client, bench->base, tms_server_port(bench->server, 0));
	client_say(&bench->client, TMS_STR(GET("/later")));
	RUN_UNTIL(bench->base, bench->later_count == 2);
	assert_int_equal(bench->later[1].slot, bench->later[0].slot);
	assert_false(tms_exchange_answer_text(bench->later[0], 200, TMS_STR("Wrong."), 0));
	assert_true(tms_exchange_answer_text(bench->later[1], 200, TMS_STR("Right."), 0));
	RUN_UNTIL(bench->base, bench->client.count == 1);
	assert_str(bench->client.body, "Right.\n");
}

static void one_address_has_so_many_connections_and_no_more(void **state)
{
	struct bench *bench = *state;
	struct client more[3];

	bench->options.max_per_address = 2;
	bench->options.counts_local = true;
	start(bench);
	for (int i = 0; i < 2; i++)
		client_connect(&more[i], bench->base, tms_server_port(bench->server, 0));
	RUN_UNTIL(bench->base, more[1].is_closed);
	assert_int_equal(more[1].statuses[0], 503);
	assert_int_equal(bench->server->counters.rejected[TMS_REASON_ADDRESS_LIMIT], 1);
	client_close(&more[0]);
	RUN_UNTIL(bench->base, bench->server->counters.open == 1);
	client_connect(&more[2], bench->base, tms_server_port(bench->server, 0));
	client_say(&more[2], TMS_STR(GET("/peer")));
	RUN_UNTIL(bench->base, more[2].count == 1);
	assert_str(more[2].body, "127.0.0.1");
	client_close(&more[1]);
	client_close(&more[2]);
}

static void a_full_server_lets_idle_connections_go_and_never_busy_ones(void **state)
{
	struct bench *bench = *state;
	struct client others[2];

	bench->options.max_connections = 1;
	start(bench);
	RUN_UNTIL(bench->base, bench->server->counters.open == 1);
	client_connect(&others[0], bench->base, tms_server_port(bench->server, 0));
	client_say(&others[0], TMS_STR(GET("/later")));
	RUN_UNTIL(bench->base, bench->client.is_closed && bench->later_count == 1);
	/* the only place is busy: the next client waits in the kernel and is served after it */
	client_connect(&others[1], bench->base, tms_server_port(bench->server, 0));
	client_say(&others[1], TMS_STR(GET("/x")));
	RUN_UNTIL(bench->base, bench->server->is_paused);
	assert_true(tms_exchange_answer_text(bench->later[0], 200, TMS_STR("Yes."), 0));
	RUN_UNTIL(bench->base, others[1].count == 1);
	assert_int_equal(others[0].statuses[0], 200);
	assert_int_equal(bench->server->counters.open, 1);
	client_close(&others[0]);
	client_close(&others[1]);
}

static void on_drained(void *context)
{
	((struct bench *)context)->is_drained = true;
}

static void draining_answers_what_has_begun_and_closes_the_rest(void **state)
{
	struct bench *bench = *state;
	struct client busy, waiting;
	uint16_t port = 0;

	start(bench);
	port = tms_server_port(bench->server, 0);
	client_say(&bench->client, TMS_STR(GET("/x"))); /* then idle */
	client_connect(&busy, bench->base, port);
	client_say(&busy, TMS_STR(GET("/later") GET("/never")));
	RUN_UNTIL(bench->base, bench->client.count == 1 && bench->later_count == 1);
	/* in the kernel's queue, with its request: nobody has accepted it yet */
	client_connect(&waiting, bench->base, port);
	assert_true(send(waiting.fd, GET("/y"), strlen(GET("/y")), 0) > 0);
	tms_server_drain(bench->server, 5000, on_drained, bench);
	RUN_UNTIL(bench->base, bench->client.is_closed && waiting.is_closed);
	RUN_UNTIL(bench->base, bench->server->listener_count == 0);
	assert_int_equal(waiting.statuses[0], 200);
	assert_false(bench->is_drained);
	assert_true(tms_exchange_answer_text(bench->later[0], 200, TMS_STR("Yes."), 0));
	RUN_UNTIL(bench->base, busy.is_closed);
	assert_int_equal(busy.count, 1);
	client_close(&busy);
	client_close(&waiting);
	RUN_UNTIL(bench->base, bench->is_drained);
	assert_null(strstr(bench->seen, "never"));
}

static void draining_waits_no_longer_than_it_may(void **state)
{
	struct bench *bench = *state;

	start(bench);
	client_say(&bench->client, TMS_STR(GET("/later")));
	RUN_UNTIL(bench->base, bench->later_count == 1);
	tms_server_drain(bench->server, 30, on_drained, bench);
	RUN_UNTIL(bench->base, bench->is_drained && bench->client.is_closed);
	assert_int_equal(bench->client.count, 0);
	assert_false(tms_exchange_answer_text(bench->later[0], 200, TMS_STR("Late."), 0));
}

/* Between the last look at a listener's queue and its end the kernel could let somebody in. */
static void a_listener_that_ends_lets_nobody_in_whom_nobody_would_answer(void **state)
{
	struct bench *bench = *state;
	const struct timeval patience = { 0, 50000 };
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };

	start(bench); /* its client is in the queue */
	to.sin_port = htons(tms_server_port(bench->server, 0));
	assert_in_range(listener_refuse_new(bench->server->listeners[0]), 1, 100);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience)), 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), -1);
	assert_int_equal(errno, EINPROGRESS); /* it will be tried again, by then elsewhere */
	close(fd);
	client_say(&bench->client, TMS_STR(GET("/x")));
	RUN_UNTIL(bench->base, bench->client.count == 1);
	assert_int_equal(bench->client.statuses[0], 200);
}

static void a_client_that_was_just_answered_may_ask_once_more_at_the_end(void **state)
{
	struct bench *bench = *state;
	struct client *client = &bench->client;
	struct client idle;

	bench->options.idle_ms = 4000; /* ticks often */
	start(bench);
	RUN_UNTIL(bench->base, bench->server->counters.open == 1);
	client_connect(&idle, bench->base, tms_server_port(bench->server, 0));
	client_say(&idle, TMS_STR(GET("/x")));
	client_say(client, TMS_STR(GET("/x")));
	RUN_UNTIL(bench->base, client->count == 1 && idle.count == 1);
	connection_at(bench->server, 1)->deadline_ms -= 2000; /* it has been idle for long */
	tms_server_drain(bench->server, 5000, on_drained, bench);
	client_say(client, TMS_STR(GET("/y")));
	RUN_UNTIL(bench->base, client->is_closed && idle.is_closed);
	assert_int_equal(client->count, 2);
	assert_str(client->body, "/y");
	assert_true(tms_str_find(tms_buf_str(&client->heard), TMS_STR("\r\nConnection: close\r\n"),
			    0) != SIZE_MAX);
	assert_int_equal(idle.count, 1);
	client_close(client);
	client_close(&idle);
	RUN_UNTIL(bench->base, bench->is_drained);
	client_take(client, bench->base, socket(AF_INET, SOCK_STREAM, 0));
}

static void a_lack_of_descriptors_pauses_and_does_not_spin(void **state)
{
	struct bench *bench = *state;
	struct client late;

	bench->options.idle_ms = 200; /* ticks every 50 ms */
	bench->options.linger_ms = 200;
	start(bench);
	client_say(&bench->client, TMS_STR(GET("/later")));
	RUN_UNTIL(bench->base, bench->later_count == 1);
	bench->server->fd_limit = 0; /* as if every number were taken */
	client_connect(&late, bench->base, tms_server_port(bench->server, 0));
	RUN_UNTIL(bench->base, bench->server->is_paused);
	RUN_UNTIL(bench->base, late.is_closed);
	assert_int_equal(bench->server->counters.rejected[TMS_REASON_DESCRIPTORS], 1);
	client_close(&late);
	bench->server->fd_limit = INT32_MAX;
	client_connect(&late, bench->base, tms_server_port(bench->server, 0));
	client_say(&late, TMS_STR(GET("/x")));
	RUN_UNTIL(bench->base, late.count == 1);
	client_close(&late);
}

static void it_listens_on_every_kind_of_address(void **state)
{
	struct bench *bench = *state;
	struct tms_diag diag = { 0 };
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	char address[128], taken[32];

	start(bench);
	snprintf(to.sun_path, sizeof(to.sun_path), "/tmp/tamis-test-%ld.sock", (long)getpid());
	snprintf(address, sizeof(address), "unix:%s", to.sun_path);
	assert_int_equal(tms_server_listen(bench->server, tms_str_from(address), &diag), TMS_OK);
	assert_int_equal(tms_server_listen(bench->server, TMS_STR(":0"), &diag), TMS_OK);
	assert_int_equal(tms_server_port(bench->server, 1), 0);
	assert_true(tms_server_port(bench->server, 2) > 0);
	snprintf(taken, sizeof(taken), "127.0.0.1:%d", tms_server_port(bench->server, 0));
	assert_int_equal(tms_server_listen(bench->server, tms_str_from(taken), &diag), TMS_EIO);
	assert_non_null(strstr(diag.text, "in use"));

	client_close(&bench->client);
	client_connect(&bench->client, bench->base, tms_server_port(bench->server, 2));
	client_say(&bench->client, TMS_STR(GET("/peer")));
	RUN_UNTIL(bench->base, bench->client.count == 1);
	assert_str(bench->client.body, "127.0.0.1"); /* not ::ffff:127.0.0.1 */

	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	client_close(&bench->client);
	client_take(&bench->client, bench->base, fd);
	client_say(&bench->client, TMS_STR(GET("/peer")));
	RUN_UNTIL(bench->base, bench->client.count == 1);
	assert_str(bench->client.body, "unix");
	tms_server_free(bench->server);
	bench->server = NULL;
	assert_int_equal(access(to.sun_path, F_OK), -1);
}

static void a_socket_file_left_by_a_dead_server_is_replaced_and_a_live_one_is_not(void **state)
{
	struct bench *bench = *state;
	struct tms_diag diag = { 0 };
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	char address[128];

	start(bench);
	snprintf(at.sun_path, sizeof(at.sun_path), "/tmp/tamis-stale-%ld.sock", (long)getpid());
	snprintf(address, sizeof(address), "unix:%s", at.sun_path);
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(fd, 1), 0);
	assert_int_equal(tms_server_listen(bench->server, tms_str_from(address), &diag), TMS_EIO);
	close(fd);
	assert_int_equal(tms_server_listen(bench->server, tms_str_from(address), &diag), TMS_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_slow_client_meets_the_deadline_of_each_phase),
		TEST(a_reader_that_does_not_read_is_cut_off_and_its_answer_released),
		TEST(a_slow_reader_gets_every_byte),
		TEST(a_client_that_leaves_ends_its_exchange),
		TEST(one_address_has_so_many_connections_and_no_more),
		TEST(a_full_server_lets_idle_connections_go_and_never_busy_ones),
		TEST(draining_answers_what_has_begun_and_closes_the_rest),
		TEST(draining_waits_no_longer_than_it_may),
		TEST(a_listener_that_ends_lets_nobody_in_whom_nobody_would_answer),
		TEST(a_client_that_was_just_answered_may_ask_once_more_at_the_end),
		TEST(a_lack_of_descriptors_pauses_and_does_not_spin),
		TEST(it_listens_on_every_kind_of_address),
		TEST(a_socket_file_left_by_a_dead_server_is_replaced_and_a_live_one_is_not),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
