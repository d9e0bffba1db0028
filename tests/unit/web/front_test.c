/* What a serving loop answers alone, and when it does not. Runs under ThreadSanitizer too. */
#include "serve/client.h"

#include <stdlib.h>

#include <tamis/response.h>

#include "loop/thread.h"
#include "web/front.h"

#define NOW 1000000
#define MEMFILES 2
#define LARGE_PIECES 1000

/*
 * The front's server runs on `thread`; this loop is the main one. While a test does not run it,
 * nothing is answered but by the front alone: clients then block in their own calls.
 */
struct bench {
	struct event_base *base;
	struct tms_queue *home;
	struct tms_thread *thread;
	struct tms_relay *relay;
	struct tms_server *server;
	struct front *front;
	struct tms_clock clock;
	_Atomic int64_t now_ms;
	struct tms_rendition *rendition; /* the present one; one reference is the bench's */
	int forwarded;
	int version;
	struct client client;
};

static int64_t now_of(void *context)
{
	struct bench *bench = context;

	return bench->now_ms;
}

static struct tms_str head_of(
	struct tms_arena *arena, int status, struct tms_str etag, size_t bytes)
{
	const struct tms_response response = { .status = status, .etag = etag };
	struct tms_buf buf = { 0 };

	assert_int_equal(tms_response_write_head(&buf, &response, bytes), TMS_OK);
	struct tms_str head = tms_arena_copy(arena, tms_buf_str(&buf));
	tms_buf_free(&buf);
	return head;
}

/* A rendition by hand: the body says the version and the coding. */
static struct tms_rendition *stand_rendition(int version, tms_time expires)
{
	struct tms_rendition *made = calloc(1, sizeof(*made));

	assert_non_null(made);
	made->refs = 1;
	made->expires = expires;
	made->modified = NOW - 100;
	for (int i = 0; i < 2; i++) {
		struct tms_rendition_form *form = i ? &made->gzip : &made->plain;
		struct tms_str *piece = TMS_ARENA_NEW(&made->arena, struct tms_str);
		assert_non_null(piece);
		*piece = tms_arena_format(&made->arena, "%s %d", i ? "gzip" : "plain", version);
		form->pieces = piece;
		form->pieces_count = 1;
		form->bytes = piece->len;
		form->etag = tms_arena_format(&made->arena, "\"%d-%s\"", version, i ? "g" : "p");
		form->head = head_of(&made->arena, 200, form->etag, form->bytes);
		form->head_unchanged = head_of(&made->arena, 304, form->etag, 0);
	}
	return made;
}

static void renew(struct bench *bench, tms_time expires)
{
	if (bench->rendition)
		atomic_store(&bench->rendition->is_stale, true);
	tms_rendition_unref(bench->rendition);
	bench->rendition = stand_rendition(++bench->version, expires);
}

/* Large enough for a file: the same piece again and again. */
static void enlarge(struct bench *bench)
{
	for (int i = 0; i < 2; i++) {
		struct tms_rendition *made = bench->rendition;
		struct tms_rendition_form *form = i ? &made->gzip : &made->plain;
		const struct tms_str piece = tms_arena_format(&made->arena,
			"%s %d, and what it is about; ", i ? "gzip" : "plain", bench->version);
		struct tms_str *pieces =
			TMS_ARENA_ARRAY(&made->arena, struct tms_str, LARGE_PIECES);
		assert_non_null(pieces);
		for (size_t j = 0; j < LARGE_PIECES; j++)
			pieces[j] = piece;
		form->pieces = pieces;
		form->pieces_count = LARGE_PIECES;
		form->bytes = piece.len * LARGE_PIECES;
		form->head = head_of(&made->arena, 200, form->etag, form->bytes);
		assert_true(form->bytes >= MEMFILE_BODY_MIN);
	}
}

/* On the main loop. */
static void handle(void *context, struct tms_exchange exchange, const struct tms_request *request)
{
	struct bench *bench = context;

	bench->forwarded++;
	if (request->method == TMS_METHOD_POST)
		(void)tms_exchange_answer_text(exchange, 405, TMS_STR("No."), 0);
	else
		front_hand_over(exchange, rendition_ref(bench->rendition));
}

static int setup(void **state)
{
	struct bench *bench = calloc(1, sizeof(*bench));
	struct tms_server_options options;
	struct tms_diag diag = { 0 };

	assert_non_null(bench);
	bench->base = event_base_new();
	bench->now_ms = (int64_t)NOW * 1000;
	bench->clock = (struct tms_clock){ .wall_ms = now_of, .context = bench };
	assert_int_equal(tms_queue_new(bench->base, &bench->home), TMS_OK);
	assert_int_equal(tms_thread_new(&bench->thread), TMS_OK);
	bench->relay = tms_relay_new(bench->home, handle, bench);
	assert_non_null(bench->relay);
	const struct front_options wanted = { .relay = bench->relay,
		.home = bench->home,
		.queue = tms_thread_queue(bench->thread),
		.clock = &bench->clock,
		.waiting_max = 8,
		.memfiles_max = MEMFILES,
		.memfile_bytes_max = 1 << 20 };
	bench->front = front_new(&wanted);
	assert_non_null(bench->front);
	tms_server_options_init(&options);
	assert_int_equal(tms_server_new(tms_thread_base(bench->thread), &options, front_handle,
				 bench->front, &bench->server),
		TMS_OK);
	assert_int_equal(tms_server_listen(bench->server, TMS_STR("127.0.0.1:0"), &diag), TMS_OK);
	client_connect(&bench->client, bench->base, tms_server_port(bench->server, 0));
	assert_int_equal(tms_thread_start(bench->thread, "serving"), TMS_OK);
	renew(bench, NOW + 1000);
	*state = bench;
	return 0;
}

/* As tms_loops_stop. */
static void stop(struct bench *bench)
{
	if (!bench->server)
		return;
	tms_thread_join(bench->thread);
	(void)tms_queue_run(tms_thread_queue(bench->thread));
	tms_server_free(bench->server);
	bench->server = NULL;
	front_clear(bench->front);
	tms_relay_close(bench->relay);
	(void)tms_queue_run(bench->home);
}

static int teardown(void **state)
{
	struct bench *bench = *state;

	client_close(&bench->client);
	stop(bench);
	assert_int_equal(bench->rendition->refs, 1); /* every reference has come back */
	tms_rendition_unref(bench->rendition);
	front_free(bench->front);
	tms_relay_free(bench->relay);
	tms_thread_free(bench->thread);
	tms_queue_free(bench->home);
	event_base_free(bench->base);
	free(bench);
	return 0;
}

static struct front_counts counts_of(const struct bench *bench)
{
	struct front_counts counts = { 0 };

	front_counts_add(bench->front, &counts);
	return counts;
}

static void ask(struct bench *bench, const char *request, int status, const char *body)
{
	size_t before = bench->client.count;

	bench->client.count = before % TMS_COUNT(bench->client.statuses);
	before = bench->client.count;
	client_say(&bench->client, tms_str_from(request));
	RUN_UNTIL(bench->base, bench->client.count > before);
	assert_int_equal(bench->client.statuses[before], status);
	if (body)
		assert_str(bench->client.body, body);
}

#define GET(target) "GET " target " HTTP/1.1\r\nHost: a\r\n\r\n"
#define GET_WITH(target, header) "GET " target " HTTP/1.1\r\nHost: a\r\n" header "\r\n\r\n"

static void a_feed_that_was_sent_once_needs_the_main_thread_no_more(void **state)
{
	struct bench *bench = *state;

	ask(bench, GET("/f"), 200, "plain 1");
	for (int i = 0; i < 3; i++) {
		ask(bench, GET("/f"), 200, "plain 1");
		ask(bench, GET_WITH("/f", "Accept-Encoding: gzip"), 200, "gzip 1");
		ask(bench, GET_WITH("/f", "If-None-Match: \"1-p\""), 304, NULL);
		ask(bench, GET_WITH("/f", "If-None-Match: \"0-p\""), 200, "plain 1");
	}
	bench->client.heads = 1;
	ask(bench, "HEAD /f HTTP/1.1\r\nHost: a\r\n\r\n", 200, NULL);
	assert_int_equal(bench->forwarded, 1);
	struct front_counts counts = counts_of(bench);
	assert_int_equal(counts.alone, 13);
	assert_int_equal(counts.whole, 11);
	assert_int_equal(counts.unchanged, 3);
	assert_true(rendition_was_used(bench->rendition));
	assert_false(rendition_was_used(bench->rendition));
}

static void other_addresses_and_methods_are_forwarded(void **state)
{
	struct bench *bench = *state;

	ask(bench, GET("/f"), 200, "plain 1");
	ask(bench, GET("/f?"), 200, "plain 1");
	ask(bench, GET("/F"), 200, "plain 1");
	assert_int_equal(bench->forwarded, 3);
	ask(bench, "POST /f HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", 405, NULL);
	assert_int_equal(bench->forwarded, 4);
	ask(bench, GET("/f?"), 200, "plain 1");
	assert_int_equal(bench->forwarded, 4);
}

static void a_stale_feed_is_asked_for_again(void **state)
{
	struct bench *bench = *state;

	ask(bench, GET("/f"), 200, "plain 1");
	renew(bench, NOW + 1000);
	ask(bench, GET_WITH("/f", "If-None-Match: \"1-p\""), 200, "plain 2");
	assert_int_equal(bench->forwarded, 2);
	ask(bench, GET("/f"), 200, "plain 2");
	assert_int_equal(bench->forwarded, 2);
	/* nothing had changed: the main thread takes the flag back when it is asked */
	atomic_store(&bench->rendition->is_stale, true);
	ask(bench, GET("/f"), 200, "plain 2");
	assert_int_equal(bench->forwarded, 3);
	atomic_store(&bench->rendition->is_stale, false);
	ask(bench, GET("/f"), 200, "plain 2");
	ask(bench, GET("/f"), 200, "plain 2");
	assert_int_equal(bench->forwarded, 4);
}

static void what_the_clock_changes_is_asked_for_again(void **state)
{
	struct bench *bench = *state;

	renew(bench, NOW + 10);
	bench->now_ms = (int64_t)(NOW + 9) * 1000;
	ask(bench, GET("/f"), 200, "plain 2");
	ask(bench, GET("/f"), 200, "plain 2");
	assert_int_equal(bench->forwarded, 1);
	bench->now_ms = (int64_t)(NOW + 10) * 1000;
	renew(bench, NOW + 1000);
	atomic_store(&bench->rendition->is_stale, false);
	ask(bench, GET("/f"), 200, "plain 3");
	assert_int_equal(bench->forwarded, 2);
}

static void a_sweep_brings_stale_renditions_back(void **state)
{
	struct bench *bench = *state;
	struct tms_rendition *old = rendition_ref(bench->rendition);

	ask(bench, GET("/f"), 200, "plain 1");
	ask(bench, GET("/g"), 200, "plain 1");
	assert_true(old->refs > 2);
	renew(bench, NOW + 1000);
	front_sweep(bench->front);
	front_sweep(bench->front); /* while one is under way */
	RUN_UNTIL(bench->base, old->refs == 1);
	tms_rendition_unref(old);
	ask(bench, GET("/f"), 200, "plain 2");
}

static void more_addresses_than_there_are_places_push_out_old_ones(void **state)
{
	struct bench *bench = *state;
	char request[64];

	for (int i = 0; i < 20000; i++) {
		(void)snprintf(request, sizeof(request), GET("/f?%d"), i);
		ask(bench, request, 200, "plain 1");
	}
	assert_int_equal(bench->forwarded, 20000);
	/* each place of the table has a reference, and all others have come back */
	RUN_UNTIL(bench->base, bench->rendition->refs <= 1 + 2048 * 4);
	ask(bench, request, 200, "plain 1");
	assert_int_equal(bench->forwarded, 20000);
}

/* Ask for a large feed, so often; every time it is the pieces of the form, and nothing else. */
static void ask_large(struct bench *bench, const char *request, bool is_gzip, int times)
{
	for (int i = 0; i < times; i++) {
		const struct tms_rendition_form *form =
			is_gzip ? &bench->rendition->gzip : &bench->rendition->plain;
		ask(bench, request, 200, NULL);
		assert_int_equal(bench->client.body.len, form->bytes);
		for (size_t j = 0; j < form->pieces_count; j++)
			assert_memory_equal(
				bench->client.body.ptr + j * form->bytes / form->pieces_count,
				form->pieces[j].ptr, form->pieces[j].len);
	}
}

#define GET_GZIP(target) GET_WITH(target, "Accept-Encoding: gzip")

static void a_feed_that_many_ask_for_is_lent_and_stays_the_same(void **state)
{
	struct bench *bench = *state;

	enlarge(bench);
	ask_large(bench, GET("/f"), false, MEMFILE_ASKED_MIN);
	assert_int_equal(counts_of(bench).memfiles.files, 0);
	ask_large(bench, GET("/f"), false, 3);
	assert_int_equal(counts_of(bench).memfiles.lent, 3);
	ask_large(bench, GET_GZIP("/f"), true, MEMFILE_ASKED_MIN + 2);
	assert_int_equal(counts_of(bench).memfiles.lent, 5);
	assert_int_equal(counts_of(bench).memfiles.files, 2);
	ask_large(bench, GET("/f"), false, 1);
	ask(bench, GET_WITH("/f", "If-None-Match: \"1-p\""), 304, NULL);
	bench->client.heads = 1;
	ask(bench, "HEAD /f HTTP/1.1\r\nHost: a\r\n\r\n", 200, NULL);
	assert_int_equal(counts_of(bench).memfiles.lent, 6);
	assert_int_equal(bench->forwarded, 1);
}

static void what_is_newer_is_never_sent_from_the_old_file(void **state)
{
	struct bench *bench = *state;

	enlarge(bench);
	ask_large(bench, GET("/f"), false, MEMFILE_ASKED_MIN + 1);
	assert_int_equal(counts_of(bench).memfiles.files, 1);
	renew(bench, NOW + 1000);
	enlarge(bench);
	ask_large(bench, GET("/f"), false, 1);
	assert_int_equal(counts_of(bench).memfiles.files, 0);
	ask_large(bench, GET("/f"), false, MEMFILE_ASKED_MIN);
	assert_int_equal(counts_of(bench).memfiles.files, 1);
	assert_int_equal(counts_of(bench).memfiles.lent, 2);
}

static void no_more_feeds_are_lent_than_there_is_room(void **state)
{
	struct bench *bench = *state;
	char request[64];

	enlarge(bench);
	for (int i = 0; i < 4; i++) {
		(void)snprintf(request, sizeof(request), GET("/f?%d"), i);
		ask_large(bench, request, false, MEMFILE_ASKED_MIN + 2);
		assert_int_equal(counts_of(bench).memfiles.files, i < MEMFILES ? i + 1 : MEMFILES);
	}
	assert_int_equal(counts_of(bench).memfiles.lent, 8);
	/* what has lost its file gets one again when it is asked for as often */
	ask_large(bench, GET("/f?0"), false, MEMFILE_ASKED_MIN + 2);
	assert_int_equal(counts_of(bench).memfiles.lent, 10);
	assert_int_equal(bench->forwarded, 4);
}

static void a_client_that_has_left_costs_no_reference(void **state)
{
	struct bench *bench = *state;
	struct client second;

	client_connect(&second, bench->base, tms_server_port(bench->server, 0));
	client_say(&second, TMS_STR(GET("/f")));
	RUN_UNTIL(bench->base, second.said == second.out.len);
	client_close(&second);
	RUN_UNTIL(bench->base, bench->forwarded == 1);
	ask(bench, GET("/g"), 200, "plain 1");
	stop(bench);
	assert_int_equal(bench->rendition->refs, 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_feed_that_was_sent_once_needs_the_main_thread_no_more),
		TEST(other_addresses_and_methods_are_forwarded),
		TEST(a_stale_feed_is_asked_for_again),
		TEST(what_the_clock_changes_is_asked_for_again),
		TEST(a_sweep_brings_stale_renditions_back),
		TEST(more_addresses_than_there_are_places_push_out_old_ones),
		TEST(a_feed_that_many_ask_for_is_lent_and_stays_the_same),
		TEST(what_is_newer_is_never_sent_from_the_old_file),
		TEST(no_more_feeds_are_lent_than_there_is_room),
		TEST(a_client_that_has_left_costs_no_reference),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
