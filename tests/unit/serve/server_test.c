#include "client.h"
#include "http/vectors.h"

#include <netinet/tcp.h>
#include <sys/un.h>

#include "serve/internal.h"

#define BODY_BYTES 40960

/* A server with a handler whose answers are chosen by the path. */
struct bench {
	struct event_base *base;
	struct tms_server_options options;
	struct tms_server *server;
	struct client client;
	struct tms_exchange later[8]; /* requests for /later… wait here */
	size_t later_count;
	size_t released;
	char seen[256]; /* the paths that the handler saw, in order */
	bool is_drained;
	char *body;
};

static void count_release(void *owner)
{
	++*(size_t *)owner;
}

static void handle(void *context, struct tms_exchange exchange, const struct tms_request *request)
{
	struct bench *bench = context;
	struct tms_answer answer = { .response = { .status = 200,
					     .content_type = TMS_STR("text/plain") } };
	struct tms_str pieces[3];

	snprintf(bench->seen + strlen(bench->seen), sizeof(bench->seen) - strlen(bench->seen),
		"%s%.*s ", tms_method_name(request->method), TMS_STR_ARGS(request->path));
	answer.pieces = pieces;
	answer.piece_count = 1;
	pieces[0] = request->path;
	if (tms_str_starts(request->path, TMS_STR("/later"))) {
		bench->later[bench->later_count++] = exchange;
		return;
	}
	if (tms_str_equal(request->path, TMS_STR("/large"))) {
		for (size_t i = 0; i < 3; i++)
			pieces[i] = (struct tms_str){ bench->body, BODY_BYTES };
		answer.piece_count = 3;
		answer.release = count_release;
		answer.owner = &bench->released;
	} else if (tms_str_equal(request->path, TMS_STR("/echo"))) {
		pieces[0] = request->body;
	} else if (tms_str_equal(request->path, TMS_STR("/same"))) {
		answer.response.status = 304;
		answer.response.etag = TMS_STR("\"e\"");
		answer.release = count_release;
		answer.owner = &bench->released;
	} else if (tms_str_equal(request->path, TMS_STR("/split"))) {
		answer.response.location = TMS_STR("/\r\nX: y");
		answer.release = count_release;
		answer.owner = &bench->released;
	} else if (tms_str_equal(request->path, TMS_STR("/peer"))) {
		pieces[0] = tms_exchange_peer(exchange);
	}
	assert_true(tms_exchange_answer(exchange, &answer));
	assert_null(tms_exchange_request(exchange));
}

static void start(struct bench *bench)
{
	struct tms_diag diag = { 0 };

	assert_int_equal(
		tms_server_new(bench->base, &bench->options, handle, bench, &bench->server),
		TMS_OK);
	if (tms_server_listen(bench->server, TMS_STR("127.0.0.1:0"), &diag) != TMS_OK)
		fail_msg("%s", diag.text);
	client_connect(&bench->client, bench->base, tms_server_port(bench->server, 0));
}

static int setup(void **state)
{
	struct bench *bench = calloc(1, sizeof(*bench));

	assert_non_null(bench);
	bench->base = event_base_new();
	bench->body = malloc(BODY_BYTES);
	assert_non_null(bench->body);
	memset(bench->body, 'x', BODY_BYTES);
	tms_server_options_init(&bench->options);
	*state = bench;
	return 0;
}

static int teardown(void **state)
{
	struct bench *bench = *state;

	if (bench->client.readable)
		client_close(&bench->client);
	tms_server_free(bench->server);
	event_base_free(bench->base);
	free(bench->body);
	free(bench);
	return 0;
}

#define GET(path) "GET " path " HTTP/1.1\r\nHost: a\r\n\r\n"

static void a_large_answer_leaves_in_one_write_without_delay(void **state)
{
	struct bench *bench = *state;
	struct client *client = &bench->client;

	start(bench);
	for (size_t i = 1; i <= 5; i++) {
		client_say(client, TMS_STR(GET("/large")));
		RUN_UNTIL(bench->base, client->count == i);
		assert_int_equal(client->statuses[i - 1], 200);
		assert_int_equal(client->body.len, 3 * BODY_BYTES);
		assert_int_equal(bench->released, i);
	}
	const struct tms_server_counters *counters = tms_server_counters(bench->server);
	assert_int_equal(counters->accepted, 1);
	assert_int_equal(counters->requests, 5);
	assert_int_equal(counters->responses[2], 5);
	assert_int_equal(counters->written_bytes, client->heard.len);
	/* head and body together; a slow machine's full socket may cost one more */
	assert_in_range(counters->writes, 5, 7);
	int is_set = 0;
	socklen_t size = sizeof(is_set);
	assert_int_equal(getsockopt(bench->server->slots[0].connection->fd, IPPROTO_TCP,
				 TCP_NODELAY, &is_set, &size),
		0);
	assert_true(is_set);
}

static void pipelined_answers_come_in_order_also_when_the_first_is_late(void **state)
{
	struct bench *bench = *state;
	struct client *client = &bench->client;

	start(bench);
	client_say(client, TMS_STR(GET("/later1") GET("/now1") GET("/later2") GET("/now2")));
	RUN_UNTIL(bench->base, bench->later_count == 1);
	assert_string_equal(bench->seen, "GET/later1 ");
	assert_int_equal(tms_server_counters(bench->server)->waiting, 1);
	assert_str(tms_exchange_request(bench->later[0])->path, "/later1");
	assert_true(tms_exchange_answer_text(bench->later[0], 404, TMS_STR("No."), 0));
	/* an answer from outside starts nothing inside the call */
	assert_string_equal(bench->seen, "GET/later1 ");
	RUN_UNTIL(bench->base, bench->later_count == 2);
	assert_false(tms_exchange_answer_text(bench->later[0], 200, TMS_STR("Again."), 0));
	assert_true(tms_exchange_answer_text(bench->later[1], 503, TMS_STR("No."), 9));
	RUN_UNTIL(bench->base, client->count == 4);
	assert_string_equal(bench->seen, "GET/later1 GET/now1 GET/later2 GET/now2 ");
	assert_int_equal(client->statuses[0], 404);
	assert_int_equal(client->statuses[1], 200);
	assert_int_equal(client->statuses[2], 503);
	assert_int_equal(client->statuses[3], 200);
	assert_str(client->body, "/now2");
	assert_int_equal(tms_server_counters(bench->server)->waiting, 0);
}

static void many_pipelined_requests_are_all_answered_after_the_client_has_closed_its_half(
	void **state)
{
	struct bench *bench = *state;
	struct client *client = &bench->client;
	struct tms_buf many = { 0 };

	start(bench);
	for (int i = 0; i < 200; i++)
		tms_buf_add(&many, TMS_STR(GET("/same")));
	assert_int_equal(send(client->fd, many.ptr, many.len, 0), (ssize_t)many.len);
	assert_int_equal(shutdown(client->fd, SHUT_WR), 0);
	event_del(client->readable); /* 200 responses do not fit the client's list: count by the
					server */
	RUN_UNTIL(bench->base, tms_server_counters(bench->server)->open == 0 &&
				       tms_server_counters(bench->server)->accepted == 1);
	assert_int_equal(tms_server_counters(bench->server)->responses[3], 200);
	assert_int_equal(bench->released, 200);
	tms_buf_free(&many);
}

static void head_and_304_have_no_body(void **state)
{
	struct bench *bench = *state;
	struct client *client = &bench->client;

	start(bench);
	client->heads = 1;
	client_say(
		client, TMS_STR("HEAD /large HTTP/1.1\r\nHost: a\r\n\r\n" GET("/same") GET("/x")));
	RUN_UNTIL(bench->base, client->count == 3);
	assert_true(tms_str_find(tms_buf_str(&client->heard),
			    TMS_STR("\r\nContent-Length: 122880\r\n"), 0) != SIZE_MAX);
	assert_int_equal(client->statuses[1], 304);
	assert_str(client->body, "/x");
	assert_int_equal(client->parsed, client->heard.len);
	assert_int_equal(bench->released, 2);
}

static void an_answer_that_would_split_is_a_500(void **state)
{
	struct bench *bench = *state;

	start(bench);
	client_say(&bench->client, TMS_STR(GET("/split") GET("/x")));
	RUN_UNTIL(bench->base, bench->client.count == 2);
	assert_int_equal(bench->client.statuses[0], 500);
	assert_int_equal(bench->client.statuses[1], 200);
	assert_int_equal(bench->released, 1);
	assert_int_equal(
		tms_server_counters(bench->server)->rejected[TMS_REASON_ANSWER_INVALID], 1);
}

static void connections_end_when_the_client_says_so(void **state)
{
	struct bench *bench = *state;

	start(bench);
	client_say(&bench->client, TMS_STR("GET /x HTTP/1.0\r\n\r\n"));
	RUN_UNTIL(bench->base, bench->client.is_closed);
	assert_int_equal(bench->client.statuses[0], 200);
	assert_true(tms_str_find(tms_buf_str(&bench->client.heard),
			    TMS_STR("\r\nConnection: close\r\n"), 0) != SIZE_MAX);
	client_close(&bench->client);
	client_connect(&bench->client, bench->base, tms_server_port(bench->server, 0));
	client_say(&bench->client,
		TMS_STR("GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n" GET("/never")));
	RUN_UNTIL(bench->base, bench->client.is_closed);
	assert_int_equal(bench->client.count, 1);
	assert_null(strstr(bench->seen, "never"));
}

static void a_client_that_waits_for_100_gets_it(void **state)
{
	struct bench *bench = *state;
	struct client *client = &bench->client;

	start(bench);
	client_say(client, TMS_STR("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n"
				   "Expect: 100-continue\r\n\r\n"));
	RUN_UNTIL(bench->base, client->continues == 1);
	assert_int_equal(client->count, 0);
	client_say(client, TMS_STR("abc"));
	RUN_UNTIL(bench->base, client->count == 1);
	assert_str(client->body, "abc");
	assert_int_equal(client->continues, 1);
}

static void a_body_arrives_whole_however_it_is_cut(void **state)
{
	struct bench *bench = *state;
	struct client *client = &bench->client;
	struct tms_buf text = { 0 };

	start(bench);
	tms_buf_add(
		&text, TMS_STR("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 65536\r\n\r\n"));
	size_t head = text.len;
	for (int i = 0; i < 65536; i++)
		tms_buf_add_char(&text, (char)('a' + i % 23));
	tms_buf_add(&text, TMS_STR(GET("/x")));
	for (size_t at = 0; at < text.len; at += 5003) {
		client_say(client, tms_str_slice(tms_buf_str(&text), at, at + 5003));
		RUN_UNTIL(bench->base, client->said == client->out.len);
	}
	RUN_UNTIL(bench->base, client->count == 2);
	assert_int_equal(client->statuses[0], 200);
	size_t at = tms_str_find(tms_buf_str(&client->heard),
		tms_str_slice(tms_buf_str(&text), head, head + 65536), 0);
	assert_true(at != SIZE_MAX);
	tms_buf_free(&text);
}

/* Does `expect` of a vector hold? "200", "200,200", "400", "405/501", "… and connection closed;
 * exactly one response" */
static void judge_vector(const char *id, const char *expect, const struct client *client)
{
	char first[8] = "";
	size_t wanted = strcmp(expect, "200,200") == 0 ? 2 : 1;

	if (client->count)
		snprintf(first, sizeof(first), "%d", client->statuses[0]);
	if (!client->count || !strstr(expect, first))
		fail_msg("%s: got %s, expected %s", id, client->count ? first : "nothing", expect);
	if (client->count != wanted)
		fail_msg("%s: %zu responses", id, client->count);
	if (strstr(expect, "closed") && !client->is_closed)
		fail_msg("%s: not closed", id);
	if (client->statuses[0] < 300 && client->is_closed)
		fail_msg("%s: closed", id);
}

static void the_request_vectors_get_what_they_expect_over_a_socket(void **state)
{
	struct bench *bench = *state;
	json_t *vectors = desync_vectors();

	if (!vectors)
		skip();
	start(bench);
	for (size_t i = 0; i < json_array_size(vectors); i++) {
		json_t *vector = json_array_get(vectors, i);
		const char *expect = json_string_value(json_object_get(vector, "expect"));
		struct tms_arena arena = { 0 };
		struct client *client = &bench->client;
		size_t wanted = strcmp(expect, "200,200") == 0 ? 2 : 1;

		client_close(client);
		client_connect(client, bench->base, tms_server_port(bench->server, 0));
		client_say(client, latin1_bytes(&arena, json_object_get(vector, "bytes_latin1")));
		RUN_UNTIL(bench->base, client->count >= wanted || client->is_closed);
		if (client->count && client->statuses[0] >= 400)
			RUN_UNTIL(bench->base, client->is_closed);
		judge_vector(json_string_value(json_object_get(vector, "id")), expect, client);
		tms_arena_free(&arena);
	}
	assert_null(strstr(bench->seen, "smug"));
	json_decref(vectors);
}

static void each_refusal_is_one_sentence_that_names_the_limit(void **state)
{
	struct bench *bench = *state;
	struct tms_buf text = { 0 };

	start(bench);
	tms_buf_add(&text, TMS_STR("GET /"));
	for (int i = 0; i < 10000; i++)
		tms_buf_add_char(&text, 'a');
	client_say(&bench->client, tms_buf_str(&text));
	RUN_UNTIL(bench->base, bench->client.count == 1);
	assert_int_equal(bench->client.statuses[0], 414);
	assert_str(bench->client.body, "The address is longer than 8192 bytes.\n");
	RUN_UNTIL(bench->base, bench->client.is_closed);
	assert_int_equal(tms_server_counters(bench->server)->rejected[TMS_REASON_TOO_LARGE], 1);
	tms_buf_free(&text);
}

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
			tms_server_counters(bench->server)->rejected[rows[i].reason] != 1)
			fail_msg("%s: not counted", rows[i].why);
	}
	assert_false(tms_exchange_answer_text(bench->later[0], 200, TMS_STR("Late."), 0));
	RUN_UNTIL(bench->base, tms_server_counters(bench->server)->open == 0);
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
	RUN_UNTIL(bench->base,
		tms_server_counters(bench->server)->rejected[TMS_REASON_WRITE_DEADLINE] == 1);
	assert_int_equal(tms_server_counters(bench->server)->open, 0);
	assert_int_equal(bench->released, tms_server_counters(bench->server)->requests);
	tms_buf_free(&many);
}

static void a_slow_reader_gets_every_byte(void **state)
{
	struct bench *bench = *state;
	struct client *client = &bench->client;
	const int small = 32768;

	start(bench);
	RUN_UNTIL(bench->base, tms_server_counters(bench->server)->open == 1);
	assert_int_equal(setsockopt(bench->server->slots[0].connection->fd, SOL_SOCKET, SO_SNDBUF,
				 &small, sizeof(small)),
		0);
	event_del(client->readable);
	for (int i = 0; i < 15; i++)
		client_say(client, TMS_STR(GET("/large")));
	/* until the kernel takes no more and an answer is stuck half way */
	RUN_UNTIL(bench->base, bench->released < tms_server_counters(bench->server)->requests);
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
	RUN_UNTIL(bench->base, tms_server_counters(bench->server)->open == 0);
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
	assert_int_equal(tms_server_counters(bench->server)->rejected[TMS_REASON_ADDRESS_LIMIT], 1);
	client_close(&more[0]);
	RUN_UNTIL(bench->base, tms_server_counters(bench->server)->open == 1);
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
	RUN_UNTIL(bench->base, tms_server_counters(bench->server)->open == 1);
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
	assert_int_equal(tms_server_counters(bench->server)->open, 1);
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
	assert_int_equal(tms_server_listener_count(bench->server), 0);
	RUN_UNTIL(bench->base, bench->client.is_closed && waiting.is_closed);
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
	assert_int_equal(tms_server_counters(bench->server)->rejected[TMS_REASON_DESCRIPTORS], 1);
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
	char address[64], taken[32];

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
	char address[64];

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

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_large_answer_leaves_in_one_write_without_delay),
		TEST(pipelined_answers_come_in_order_also_when_the_first_is_late),
		TEST(many_pipelined_requests_are_all_answered_after_the_client_has_closed_its_half),
		TEST(head_and_304_have_no_body),
		TEST(an_answer_that_would_split_is_a_500),
		TEST(connections_end_when_the_client_says_so),
		TEST(a_client_that_waits_for_100_gets_it),
		TEST(a_body_arrives_whole_however_it_is_cut),
		TEST(the_request_vectors_get_what_they_expect_over_a_socket),
		TEST(each_refusal_is_one_sentence_that_names_the_limit),
		TEST(a_slow_client_meets_the_deadline_of_each_phase),
		TEST(a_reader_that_does_not_read_is_cut_off_and_its_answer_released),
		TEST(a_slow_reader_gets_every_byte),
		TEST(a_client_that_leaves_ends_its_exchange),
		TEST(one_address_has_so_many_connections_and_no_more),
		TEST(a_full_server_lets_idle_connections_go_and_never_busy_ones),
		TEST(draining_answers_what_has_begun_and_closes_the_rest),
		TEST(draining_waits_no_longer_than_it_may),
		TEST(a_lack_of_descriptors_pauses_and_does_not_spin),
		TEST(it_listens_on_every_kind_of_address),
		TEST(a_socket_file_left_by_a_dead_server_is_replaced_and_a_live_one_is_not),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
