/*
 * What a store gives back, of any bytes. The first byte says what: r a record of a window, s its
 * state, p the state of a poll, h health, c the choice of a page's feed, t a result, d a definition,
 * k the copy of definitions beside a SQLite file. Each is refused in words, or read; what was read
 * is written in a form that reads back as itself.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include <tamis/health.h>
#include <tamis/poll.h>
#include <tamis/result.h>
#include <tamis/window.h>

#include "service/feed_choice.h"
#include "service/definition.h"
#include "store/sqlite_copy.h"
#include "store/store.h"

#define NOW 1772000000

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

/* A refusal that is one of those the headers name, and says why. */
static bool is_read(enum tms_status st, const struct tms_diag *diag)
{
	require(st == TMS_OK || st == TMS_EMALFORMED || st == TMS_ELIMIT || st == TMS_ENOMEM);
	require(st == TMS_OK || !diag || diag->text[0]);
	return st == TMS_OK;
}

static void require_same(struct tms_buf *one, struct tms_buf *two)
{
	require(one->status == TMS_OK && two->status == TMS_OK);
	require(tms_str_equal(tms_buf_str(one), tms_buf_str(two)));
	tms_buf_free(one);
	tms_buf_free(two);
}

static struct tms_window *new_window(void)
{
	struct tms_window *window = NULL;

	require(tms_window_new(TMS_STR("s"), (struct tms_hash_seed){ 1, 2 }, &window) == TMS_OK);
	return window;
}

static void record(struct tms_str bytes)
{
	struct tms_window *window = new_window(), *again = new_window();
	struct tms_diag diag = { 0 };
	bool is_taken = is_read(tms_window_load_record(window, bytes, &diag), &diag);

	for (size_t i = 0; is_taken && i < tms_window_count(window); i++) {
		struct tms_buf one = { 0 }, two = { 0 };
		struct tms_str id = tms_window_at(window, i)->id;
		require(tms_window_write_record(window, id, &one) == TMS_OK);
		require(tms_window_load_record(again, tms_buf_str(&one), &diag) == TMS_OK);
		require(tms_window_write_record(again, id, &two) == TMS_OK);
		require_same(&one, &two);
	}
	tms_window_free(window);
	tms_window_free(again);
}

static void state(struct tms_str bytes)
{
	struct tms_window *window = new_window(), *again = new_window();
	struct tms_diag diag = { 0 };
	struct tms_buf one = { 0 }, two = { 0 }, words = { 0 };

	if (is_read(tms_window_load_state(window, bytes, &diag), &diag)) {
		tms_health_words(&words, tms_window_health(window), NOW);
		tms_window_write_state(window, &one);
		require(tms_window_load_state(again, tms_buf_str(&one), &diag) == TMS_OK);
		tms_window_write_state(again, &two);
		require_same(&one, &two);
	}
	tms_buf_free(&words);
	tms_window_free(window);
	tms_window_free(again);
}

static void poll(struct tms_str bytes)
{
	struct tms_poll_state read = { 0 }, again = { 0 };
	struct tms_buf one = { 0 }, two = { 0 };

	if (!is_read(tms_poll_state_parse(bytes, &read), NULL))
		return;
	tms_poll_state_write(&one, &read);
	require(tms_poll_state_parse(tms_buf_str(&one), &again) == TMS_OK);
	tms_poll_state_write(&two, &again);
	require_same(&one, &two);
}

static void health(struct tms_str bytes)
{
	struct tms_health read = { 0 }, again = { 0 };
	struct tms_diag diag = { 0 };
	struct tms_buf one = { 0 }, two = { 0 }, words = { 0 };

	if (!is_read(tms_health_read(bytes, &read, &diag), &diag))
		return;
	tms_health_words(&words, &read, NOW);
	tms_buf_free(&words);
	tms_health_write(&one, &read);
	require(tms_health_read(tms_buf_str(&one), &again, &diag) == TMS_OK);
	tms_health_write(&two, &again);
	require_same(&one, &two);
}

static void choice(struct tms_str bytes)
{
	struct tms_feed_choice read = { 0 }, again = { 0 };
	struct tms_buf one = { 0 }, two = { 0 }, words = { 0 };
	json_t *object = json_loadb(bytes.ptr ? bytes.ptr : "", bytes.len, 0, NULL);

	feed_choice_read(&read, object);
	json_decref(object);
	tms_feed_choice_words(&words, &read, TMS_STR("http://a.example/"));
	feed_choice_failure(&words, &read);
	require(feed_choice_pause_s(&read) >= 0 && feed_choice_pause_s(&read) <= TMS_DAY_S);
	feed_choice_write(&one, &read);
	object = json_loadb(one.ptr, one.len, 0, NULL);
	require(object != NULL);
	feed_choice_read(&again, object);
	json_decref(object);
	feed_choice_write(&two, &again);
	require_same(&one, &two);
	tms_buf_free(&words);
	feed_choice_fini(&read);
	feed_choice_fini(&again);
}

static void result(struct tms_str bytes)
{
	struct tms_result read = { 0 }, again = { 0 };
	struct tms_diag diag = { 0 };
	struct tms_buf one = { 0 }, two = { 0 }, etag = { 0 };

	bool has_entries = is_read(tms_result_parse_entries(bytes, &again, &diag), &diag);
	tms_result_fini(&again);
	if (!is_read(tms_result_parse_json(bytes, &read, &diag), &diag))
		return;
	require(has_entries);
	tms_result_etag(&read, TMS_STR("gzip"), &etag);
	tms_buf_free(&etag);
	tms_result_write_json(&read, &one);
	require(tms_result_parse_json(tms_buf_str(&one), &again, &diag) == TMS_OK);
	tms_result_write_json(&again, &two);
	require_same(&one, &two);
	tms_result_fini(&read);
	tms_result_fini(&again);
}

static void definition(struct tms_str bytes)
{
	struct tms_arena arena = { .max_bytes = (size_t)64 << 20 };
	struct tms_definition read = { 0 }, again = { 0 };
	struct tms_diag diag = { 0 };
	struct tms_buf one = { 0 }, two = { 0 };

	if (is_read(tms_definition_parse(&arena, TMS_STR("ana/f"), bytes, &read, &diag), &diag)) {
		tms_definition_write(&one, &read);
		require(tms_definition_parse(&arena, TMS_STR("ana/f"), tms_buf_str(&one), &again,
				&diag) == TMS_OK);
		tms_definition_write(&two, &again);
		require_same(&one, &two);
	}
	tms_arena_free(&arena);
}

static const char *name_of_copy(void)
{
	static char name[100];

	(void)snprintf(name, sizeof(name), "/tmp/tamis-stored-fuzz-%d" TMS_SQLITE_COPY_SUFFIX,
		(int)getpid());
	return name;
}

/* One file for all inputs, of this process. */
static const char *put_copy(struct tms_str bytes)
{
	static char path[80];

	(void)snprintf(path, sizeof(path), "/tmp/tamis-stored-fuzz-%d", (int)getpid());
	int fd = open(name_of_copy(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	require(fd >= 0 && write(fd, bytes.ptr ? bytes.ptr : "", bytes.len) == (ssize_t)bytes.len);
	(void)close(fd);
	return path;
}

static void copy(struct tms_str bytes)
{
	const char *path = put_copy(bytes);
	struct sqlite_copy_reader reader;
	struct sqlite_copy_row row;
	size_t total = 0;

	sqlite_copy_open(&reader, path);
	require(reader.is_there);
	while (sqlite_copy_next(&reader, &row)) {
		require(row.key.len > 0 && row.key.len <= TMS_STORE_KEY_MAX);
		total += row.key.len + row.bytes.len;
	}
	require(total <= bytes.len); /* no byte is read twice */
	require(!reader.is_whole || reader.head.identity[0]);
	sqlite_copy_close(&reader);
	(void)unlink(name_of_copy());
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct {
		char letter;
		void (*read)(struct tms_str bytes);
	} kinds[] = {
		{ 'r', record },
		{ 's', state },
		{ 'p', poll },
		{ 'h', health },
		{ 'c', choice },
		{ 't', result },
		{ 'd', definition },
		{ 'k', copy },
	};

	for (size_t i = 0; size > 0 && i < TMS_COUNT(kinds); i++)
		if ((char)data[0] == kinds[i].letter)
			kinds[i].read((struct tms_str){ (const char *)data + 1, size - 1 });
	return 0;
}
