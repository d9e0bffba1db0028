/* Bodies that lie in a file: lent by sendfile, and the same bytes for every client. */
#include "bench.h"

#include <signal.h>

#include <sys/mman.h>

#define FILE_BYTES ((size_t)8 << 20) /* more than the sockets of both sides take */
#define SMALL_BYTES ((size_t)40960)

/* The group's: bytes that differ everywhere, and a file of them. */
static char *bytes;
static int file = -1;

static int make_file(void **state)
{
	const struct sigaction ignore = { .sa_handler = SIG_IGN };
	size_t written = 0;

	(void)state;
	(void)sigaction(SIGPIPE, &ignore, NULL);
	bytes = malloc(FILE_BYTES);
	file = memfd_create("file_test", MFD_CLOEXEC);
	assert_true(bytes && file >= 0);
	for (size_t i = 0; i < FILE_BYTES; i++)
		bytes[i] = (char)(i * 2654435761U >> 13);
	while (written < FILE_BYTES) {
		ssize_t more = write(file, bytes + written, FILE_BYTES - written);
		assert_true(more > 0);
		written += (size_t)more;
	}
	return 0;
}

static int drop_file(void **state)
{
	(void)state;
	free(bytes);
	close(file);
	return 0;
}

/* By path: the small body as a piece, as a file, as both; the large one; one that is not whole. */
static void answer_file(
	void *context, struct tms_exchange exchange, const struct tms_request *request)
{
	struct bench *bench = context;
	const struct tms_str pieces[] = { { bytes, 1000 }, { bytes + 1000, SMALL_BYTES - 1000 } };
	struct tms_answer answer = { .response = { .status = 200,
					     .content_type = TMS_STR("text/plain") },
		.pieces = pieces,
		.release = count_release,
		.owner = &bench->released };

	if (tms_str_equal(request->path, TMS_STR("/pieces"))) {
		answer.piece_count = 2;
	} else if (tms_str_equal(request->path, TMS_STR("/both"))) {
		answer.piece_count = 1;
		answer.file = (struct tms_answer_file){ file, 1000, SMALL_BYTES - 1000 };
	} else if (tms_str_equal(request->path, TMS_STR("/large"))) {
		answer.file = (struct tms_answer_file){ file, 0, FILE_BYTES };
	} else if (tms_str_equal(request->path, TMS_STR("/short"))) {
		answer.file = (struct tms_answer_file){ file, FILE_BYTES - 100, 200 };
	} else {
		answer.file = (struct tms_answer_file){ file, 0, SMALL_BYTES };
	}
	if (tms_str_equal(request->path, TMS_STR("/same"))) {
		answer.response.status = 304;
		answer.response.etag = TMS_STR("\"e\"");
	}
	assert_true(tms_exchange_answer(exchange, &answer));
}

static void start_files(struct bench *bench)
{
	start(bench);
	bench->server->handle = answer_file;
}

/* The client's connection waits until it takes more. */
static bool is_blocked(const struct bench *bench)
{
	const struct connection *connection = connection_at(bench->server, 0);

	return connection && connection->is_blocked;
}

static void assert_body(const struct client *client, size_t want)
{
	assert_int_equal(client->body.len, want);
	assert_memory_equal(client->body.ptr, bytes, want);
}

static void a_file_is_the_same_body_as_its_pieces(void **state)
{
	static const struct tms_str requests[] = { TMS_STR_INIT(GET("/pieces")),
		TMS_STR_INIT(GET("/file")), TMS_STR_INIT(GET("/both")) };
	struct bench *bench = *state;
	struct client *client = &bench->client;

	start_files(bench);
	for (size_t i = 0; i < TMS_COUNT(requests); i++) {
		client_say(client, requests[i]);
		RUN_UNTIL(bench->base, client->count == i + 1);
		assert_int_equal(client->statuses[i], 200);
		assert_body(client, SMALL_BYTES);
		assert_int_equal(bench->released, i + 1);
	}
	assert_int_equal(bench->server->counters.written_bytes, bench->client.heard.len);
}

static void head_and_file_take_two_writes(void **state)
{
	struct bench *bench = *state;
	struct client *client = &bench->client;

	start_files(bench);
	for (size_t i = 0; i < 8; i++) {
		client_say(client, TMS_STR(GET("/file")));
		RUN_UNTIL(bench->base, client->count == i + 1);
	}
	assert_int_equal(bench->server->counters.writes, 16);
}

static void what_has_no_body_sends_nothing_of_a_file(void **state)
{
	struct bench *bench = *state;
	struct client *client = &bench->client;

	start_files(bench);
	client->heads = 1;
	client_say(client, TMS_STR("HEAD /file HTTP/1.1\r\nHost: a\r\n\r\n"));
	RUN_UNTIL(bench->base, client->count == 1);
	assert_true(tms_str_find(tms_buf_str(&client->heard),
			    TMS_STR("\r\nContent-Length: 40960\r\n"), 0) != SIZE_MAX);
	assert_int_equal(bench->released, 1);
	client_say(client, TMS_STR(GET("/same")));
	RUN_UNTIL(bench->base, client->count == 2);
	assert_int_equal(client->statuses[1], 304);
	assert_int_equal(client->body.len, 0);
	assert_int_equal(bench->released, 2);
	client_say(client, TMS_STR(GET("/file")));
	RUN_UNTIL(bench->base, client->count == 3);
	assert_body(client, SMALL_BYTES);
}

static void files_keep_their_place_among_pipelined_answers(void **state)
{
	struct bench *bench = *state;
	struct client *client = &bench->client;

	start_files(bench);
	client_say(client, TMS_STR(GET("/same") GET("/file") GET("/same") GET("/both")
					   GET("/pieces") GET("/file") GET("/same")));
	RUN_UNTIL(bench->base, client->count == 7);
	static const int want[] = { 304, 200, 304, 200, 200, 200, 304 };
	assert_memory_equal(client->statuses, want, sizeof(want));
	/* every body whole, and in its place */
	struct tms_str heard = tms_buf_str(&client->heard);
	const struct tms_str body = { bytes, SMALL_BYTES };
	size_t at = 0, bodies = 0;
	while ((at = tms_str_find(heard, body, at)) != SIZE_MAX) {
		assert_memory_equal(heard.ptr + at - 4, "\r\n\r\n", 4);
		at += SMALL_BYTES;
		bodies++;
	}
	assert_int_equal(bodies, 4);
	assert_int_equal(bench->released, 7);
}

static void a_slow_reader_gets_all_of_a_file(void **state)
{
	struct bench *bench = *state;
	struct client *client = &bench->client;

	start_files(bench);
	event_del(client->readable);
	client_say(client, TMS_STR(GET("/large")));
	RUN_UNTIL(bench->base, is_blocked(bench));
	assert_int_equal(bench->released, 0); /* the rest is still to be lent */
	assert_int_equal(event_add(client->readable, NULL), 0);
	RUN_UNTIL(bench->base, client->count == 1);
	assert_body(client, FILE_BYTES);
	client_say(client, TMS_STR(GET("/file")));
	RUN_UNTIL(bench->base, client->count == 2);
	assert_body(client, SMALL_BYTES);
	assert_int_equal(bench->released, 2);
	assert_int_equal(bench->server->counters.written_bytes, bench->client.heard.len);
}

static void a_client_that_leaves_gives_the_file_back(void **state)
{
	const struct linger reset = { .l_onoff = 1, .l_linger = 0 };
	struct bench *bench = *state;
	struct client *client = &bench->client;

	start_files(bench);
	event_del(client->readable);
	client_say(client, TMS_STR(GET("/large")));
	RUN_UNTIL(bench->base, is_blocked(bench));
	assert_int_equal(setsockopt(client->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset)), 0);
	client_close(client);
	RUN_UNTIL(bench->base, bench->server->counters.open == 0);
	assert_int_equal(bench->released, 1);
}

static void a_file_shorter_than_promised_ends_the_connection(void **state)
{
	struct bench *bench = *state;
	struct client *client = &bench->client;

	start_files(bench);
	client_say(client, TMS_STR(GET("/short")));
	RUN_UNTIL(bench->base, client->is_closed);
	assert_int_equal(client->count, 0);
	assert_int_equal(bench->released, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_file_is_the_same_body_as_its_pieces),
		TEST(head_and_file_take_two_writes),
		TEST(what_has_no_body_sends_nothing_of_a_file),
		TEST(files_keep_their_place_among_pipelined_answers),
		TEST(a_slow_reader_gets_all_of_a_file),
		TEST(a_client_that_leaves_gives_the_file_back),
		TEST(a_file_shorter_than_promised_ends_the_connection),
	};
	return cmocka_run_group_tests(tests, make_file, drop_file);
}
