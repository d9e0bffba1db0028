#include "bench.h"
#include "http/vectors.h"

#include <netinet/tcp.h>

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
	const struct tms_server_counters *counters = &bench->server->counters;
	assert_int_equal(counters->accepted, 1);
	assert_int_equal(counters->requests, 5);
	assert_int_equal(counters->responses[2], 5);
	assert_int_equal(counters->written_bytes, client->heard.len);
	/* head and body together; a slow machine's full socket may cost one more */
	assert_in_range(counters->writes, 5, 7);
	int is_set = 0;
	socklen_t size = sizeof(is_set);
	assert_int_equal(getsockopt(connection_at(bench->server, 0)->fd, IPPROTO_TCP, TCP_NODELAY,
				 &is_set, &size),
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
	assert_int_equal(bench->server->counters.waiting, 1);
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
	assert_int_equal(bench->server->counters.waiting, 0);
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
	RUN_UNTIL(bench->base,
		bench->server->counters.open == 0 && bench->server->counters.accepted == 1);
	assert_int_equal(bench->server->counters.responses[3], 200);
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
	assert_int_equal(bench->server->counters.rejected[TMS_REASON_ANSWER_INVALID], 1);
}

static tms_time at_second(void *context)
{
	return *(tms_time *)context;
}

static void a_ready_made_head_gets_date_and_connection_and_must_fit_its_body(void **state)
{
	struct bench *bench = *state;
	struct client *client = &bench->client;
	tms_time now = 784111777;

	bench->options.now = at_second;
	bench->options.now_context = &now;
	start(bench);
	client_say(client, TMS_STR(GET("/ready")));
	RUN_UNTIL(bench->base, client->count == 1);
	assert_str(tms_buf_str(&client->heard),
		"HTTP/1.1 201 Created\r\nX: y\r\nContent-Length: 6\r\n"
		"Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n\r\n/ready");
	now++;
	size_t before = client->heard.len;
	client_say(client, TMS_STR("GET /ready HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
	RUN_UNTIL(bench->base, client->is_closed);
	assert_str(tms_str_slice(tms_buf_str(&client->heard), before, client->heard.len),
		"HTTP/1.1 201 Created\r\nX: y\r\nContent-Length: 6\r\n"
		"Date: Sun, 06 Nov 1994 08:49:38 GMT\r\nConnection: close\r\n\r\n/ready");
	assert_int_equal(bench->server->counters.responses[2], 2);
	client_close(client);
	client_connect(client, bench->base, tms_server_port(bench->server, 0));
	client_say(client, TMS_STR(GET("/misfit")));
	RUN_UNTIL(bench->base, client->count == 1);
	assert_int_equal(client->statuses[0], 500);
	assert_int_equal(bench->released, 1);
	assert_int_equal(bench->server->counters.rejected[TMS_REASON_ANSWER_INVALID], 1);
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
	assert_int_equal(bench->server->counters.rejected[TMS_REASON_TOO_LARGE], 1);
	/* only its half is closed: a reset now would take the sentence away from a client that
	 * still sends */
	assert_int_equal(bench->server->counters.open, 1);
	assert_true(send(bench->client.fd, "aaa", 3, MSG_NOSIGNAL) == 3);
	client_close(&bench->client);
	RUN_UNTIL(bench->base, bench->server->counters.open == 0);
	tms_buf_free(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_large_answer_leaves_in_one_write_without_delay),
		TEST(pipelined_answers_come_in_order_also_when_the_first_is_late),
		TEST(many_pipelined_requests_are_all_answered_after_the_client_has_closed_its_half),
		TEST(head_and_304_have_no_body),
		TEST(an_answer_that_would_split_is_a_500),
		TEST(a_ready_made_head_gets_date_and_connection_and_must_fit_its_body),
		TEST(connections_end_when_the_client_says_so),
		TEST(a_client_that_waits_for_100_gets_it),
		TEST(a_body_arrives_whole_however_it_is_cut),
		TEST(the_request_vectors_get_what_they_expect_over_a_socket),
		TEST(each_refusal_is_one_sentence_that_names_the_limit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
