/* A server in this process, a handler whose answers are chosen by the path, and a first client. */
#ifndef SERVE_BENCH_H
#define SERVE_BENCH_H

#include "client.h"

#include <stdio.h>
#include <stdlib.h>

#include "serve/connection.h"
#include "serve/listener.h"
#include "serve/server_private.h"

#define BODY_BYTES 40960

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

static inline void count_release(void *owner)
{
	++*(size_t *)owner;
}

static inline void bench_handle(
	void *context, struct tms_exchange exchange, const struct tms_request *request)
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
	} else if (tms_str_equal(request->path, TMS_STR("/ready"))) {
		answer.head = TMS_STR("HTTP/1.1 201 Created\r\nX: y\r\nContent-Length: 6\r\n");
	} else if (tms_str_equal(request->path, TMS_STR("/misfit"))) {
		answer.head = TMS_STR("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n");
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

static inline void start(struct bench *bench)
{
	struct tms_diag diag = { 0 };

	assert_int_equal(
		tms_server_new(bench->base, &bench->options, bench_handle, bench, &bench->server),
		TMS_OK);
	if (tms_server_listen(bench->server, TMS_STR("127.0.0.1:0"), &diag) != TMS_OK)
		fail_msg("%s", diag.text);
	client_connect(&bench->client, bench->base, tms_server_port(bench->server, 0));
}

/* The connection of this slot, or NULL. */
static inline struct connection *connection_at(const struct tms_server *server, size_t at)
{
	return at < server->connections.count ? slot_map_at(&server->connections, at) : NULL;
}

static inline int setup(void **state)
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

static inline int teardown(void **state)
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

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

#endif
