/* A source at work over a real store and loop; no network. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <event2/event.h>
#include <tamis/listing.h>

#include "../test.h"
#include "log/log.h"
#include "loop/clock.h"
#include "service/source.h"
#include "service/source_schedule.h"
#include "service/source_state.h"
#include "service/sources.h"
#include "store/store_wait.h"

#define T0 INT64_C(1772366400) /* 2026-03-01T12:00:00Z */

/* As much of a service as a source looks at. */
struct stand {
	struct event_base *base;
	struct tms_clock clock;
	int64_t now_s;
	struct tms_log log;
	FILE *lines;
	struct tms_conf conf;
	char path[64]; /* of the store */
	struct service_world world;
	struct tms_sources sources; /* of the test about many */
	struct tms_source *source;
	size_t changes;
	const struct tms_source *watched; /* changed first when so many changes had come */
	size_t watched_at;
};

static int64_t wall_ms(void *context)
{
	return ((const struct stand *)context)->now_s * 1000;
}

/* As the service does without readers. */
static void on_changed(void *context, struct tms_source *source)
{
	struct stand *stand = context;

	stand->changes++;
	if (source == stand->watched && stand->watched_at == 0)
		stand->watched_at = stand->changes;
	saver_flush(source);
}

static void open_store(struct stand *stand, int64_t max_bytes)
{
	char url[80];
	(void)snprintf(url, sizeof(url), "sqlite:%s", stand->path);
	const struct tms_store_options options = { .url = tms_str_from(url),
		.max_bytes = max_bytes };

	assert_int_equal(tms_store_open(stand->base, &options, &stand->world.store, NULL), TMS_OK);
}

static void open_bounded(struct stand *stand, int64_t max_bytes)
{
	open_store(stand, max_bytes);
	stand->source = source_new(&stand->world, TMS_STR("daily"));
	assert_non_null(stand->source);
}

static void open_source(struct stand *stand)
{
	open_bounded(stand, 0);
}

static void load(struct stand *stand)
{
	source_load(stand->source);
	assert_true(tms_store_flush(stand->world.store, stand->base, 10000));
	assert_true(stand->source->is_loaded);
}

static void close_source(struct stand *stand)
{
	assert_true(tms_store_flush(stand->world.store, stand->base, 10000));
	source_free(stand->source);
	tms_store_free(stand->world.store);
	stand->source = NULL;
	stand->world.store = NULL;
}

static int set_up(void **state)
{
	struct stand *stand = calloc(1, sizeof(*stand));

	assert_non_null(stand);
	(void)snprintf(stand->path, sizeof(stand->path), "/tmp/tamis-source-XXXXXX");
	int fd = mkstemp(stand->path);
	assert_true(fd >= 0);
	(void)close(fd);
	stand->lines = tmpfile();
	assert_non_null(stand->lines);
	stand->base = event_base_new();
	assert_non_null(stand->base);
	stand->now_s = T0;
	stand->clock = (struct tms_clock){ .wall_ms = wall_ms, .context = stand, .driven = true };
	stand->log = (struct tms_log){ .fd = fileno(stand->lines), .level = TMS_LOG_INFO };
	stand->world = (struct service_world){ .clock = &stand->clock,
		.log = &stand->log,
		.conf = &stand->conf,
		.sources = &stand->sources,
		.changed = on_changed,
		.context = stand };
	open_source(stand);
	*state = stand;
	return 0;
}

static int tear_down(void **state)
{
	static const char *const ends[] = { "", "-wal", "-shm" };
	struct stand *stand = *state;

	close_source(stand);
	event_base_free(stand->base);
	(void)fclose(stand->lines);
	for (size_t i = 0; i < TMS_COUNT(ends); i++) {
		char path[80];
		(void)snprintf(path, sizeof(path), "%s%s", stand->path, ends[i]);
		(void)unlink(path);
	}
	free(stand);
	return 0;
}

static bool log_says(struct stand *stand, const char *words)
{
	char lines[8192];
	ssize_t len = pread(fileno(stand->lines), lines, sizeof(lines), 0);

	return len > 0 && tms_str_find((struct tms_str){ lines, (size_t)len }, tms_str_from(words),
				  0) != SIZE_MAX;
}

/* Six papers of arXiv, then a listing that is two strangers: they are held. */
static void hold_two(struct stand *stand)
{
	static const char *const ids[] = { "arxiv:2603.00001", "arxiv:2603.00002",
		"arxiv:2603.00003", "arxiv:2603.00004", "arxiv:2603.00005", "arxiv:2603.00006",
		"id:daily/1", "id:daily/2" };
	struct tms_item items[TMS_COUNT(ids)];
	struct tms_apply how = { .now = T0, .poll = TMS_STR("latest"), .usual = TMS_STR("arxiv") };
	struct tms_apply_report report = { 0 };

	for (size_t i = 0; i < TMS_COUNT(ids); i++) {
		tms_item_init(&items[i]);
		items[i].id = tms_str_from(ids[i]);
		items[i].title = TMS_STR("A paper");
		items[i].origin = TMS_ORIGIN_HF_API;
	}
	struct tms_listing listing = { .items = items, .items_count = 6 };
	assert_int_equal(tms_window_apply(stand->source->window, &listing, &how, &report), TMS_OK);
	assert_int_equal(saver_note(&stand->source->saver, &report), TMS_OK);
	listing = (struct tms_listing){ .items = items + 6, .items_count = 2 };
	how.now = T0 + TMS_HOUR_S;
	assert_int_equal(tms_window_apply(stand->source->window, &listing, &how, &report), TMS_OK);
	assert_int_equal(report.outcome, TMS_HEALTH_SUSPECT);
	assert_int_equal(saver_note(&stand->source->saver, &report), TMS_OK);
	saver_flush(stand->source);
}

static void what_is_held_can_be_released_once_and_is_told_and_stored(void **state)
{
	struct stand *stand = *state;
	size_t released = 99;

	assert_int_equal(tms_source_release_held(stand->source, &released), TMS_EUNAVAIL);
	assert_int_equal(released, 99);
	load(stand);
	hold_two(stand);
	stand->now_s = T0 + 2 * TMS_HOUR_S;
	stand->changes = 0;
	assert_int_equal(tms_source_release_held(stand->source, &released), TMS_OK);
	assert_int_equal(released, 2);
	assert_int_equal(stand->changes, 1);
	assert_int_equal(tms_window_count(stand->source->window), 8);
	assert_int_equal(tms_window_health(stand->source->window)->held_count, 0);
	assert_true(log_says(stand, "held items were released source=daily items=2"));
	assert_int_equal(tms_source_release_held(stand->source, &released), TMS_OK);
	assert_int_equal(released, 0);

	close_source(stand);
	open_source(stand);
	load(stand);
	assert_int_equal(tms_window_count(stand->source->window), 8);
	assert_int_equal(tms_window_health(stand->source->window)->held_count, 0);
	const struct tms_record *record =
		tms_window_find(stand->source->window, TMS_STR("id:daily/2"));
	assert_non_null(record);
	assert_int_equal(record->first_seen, T0 + 2 * TMS_HOUR_S);
}

static void what_is_held_waits_over_a_restart(void **state)
{
	struct stand *stand = *state;
	size_t released = 0;

	load(stand);
	hold_two(stand);
	close_source(stand);
	open_source(stand);
	load(stand);
	assert_int_equal(tms_window_health(stand->source->window)->held_count, 2);
	assert_int_equal(tms_source_release_held(stand->source, &released), TMS_OK);
	assert_int_equal(released, 2);
	assert_int_equal(tms_window_count(stand->source->window), 8);
}

static void list_papers(struct stand *stand, size_t count, tms_time now)
{
	struct tms_item *items = calloc(count, sizeof(*items));
	char(*ids)[16] = calloc(count, sizeof(*ids));
	const struct tms_listing listing = { .items = items, .items_count = count };
	const struct tms_apply how = { .now = now, .poll = TMS_STR("latest") };
	struct tms_apply_report report = { 0 };

	assert_non_null(items);
	assert_non_null(ids);
	for (size_t i = 0; i < count; i++) {
		(void)snprintf(ids[i], sizeof(ids[i]), "id:%zu", i);
		tms_item_init(&items[i]);
		items[i].id = tms_str_from(ids[i]);
		items[i].title = TMS_STR("A paper");
		items[i].origin = TMS_ORIGIN_OTHER;
	}
	assert_int_equal(tms_window_apply(stand->source->window, &listing, &how, &report), TMS_OK);
	assert_int_equal(saver_note(&stand->source->saver, &report), TMS_OK);
	free(items);
	free(ids);
}

/* A kill between two batches must not leave a state that knows a listing which its records do not. */
static void the_state_is_stored_with_the_last_of_its_records(void **state)
{
	struct stand *stand = *state;
	struct saver *saver = &stand->source->saver;

	load(stand);
	list_papers(stand, 1200, T0);
	saver_flush(stand->source);
	assert_true(saver->sent.count > 0 && saver->waiting.count > 0);
	assert_true(saver->state_waits);
	assert_true(tms_store_flush(stand->world.store, stand->base, 10000));
	assert_false(saver->state_waits);
	assert_int_equal(tms_saver_waiting(saver), 0);
}

static void nothing_retires_before_a_list_was_heard(void **state)
{
	struct stand *stand = *state;
	struct tms_source *source = stand->source;
	tms_time later = T0 + 31 * (tms_time)TMS_DAY_S;

	stand->conf.limits.retention_s = 30 * TMS_DAY_S;
	stand->conf.limits.items = 5000;
	load(stand);
	list_papers(stand, 5, T0);
	for (int64_t half = 0; half < 3; half++)
		list_papers(stand, 3, later + half * TMS_DAY_S / 2);
	later += TMS_DAY_S;
	source_retire(source, later);
	source_tick(source, later);
	assert_int_equal(tms_window_count(source->window), 5);
	source->is_heard = true;
	source_retire(source, later);
	assert_int_equal(tms_window_count(source->window), 3);
	assert_true(log_says(stand, "old items have left source=daily items=2"));
	saver_flush(source);
	close_source(stand);
	open_source(stand);
	load(stand);
	assert_int_equal(tms_window_count(stand->source->window), 3);
	assert_true(tms_window_is_retired(stand->source->window, TMS_STR("id:4")));
}

/* As a round leaves them: the list has validators, and its whole answer was taken. */
static void remember_answer(struct stand *stand)
{
	struct source_poll *poll = source_poll_of(stand->source, TMS_STR("latest"));

	assert_non_null(poll);
	poll->last_whole = T0;
	poll->state = (struct tms_poll_state){ .last_attempt = T0, .pages = 1, .etag = "\"one\"" };
}

static const struct source_poll *latest(struct stand *stand)
{
	return source_poll_of(stand->source, TMS_STR("latest"));
}

static void stored_items_that_cannot_be_read_are_asked_for_whole(void **state)
{
	struct stand *stand = *state;
	const struct tms_store_item broken = { TMS_STR("id:1"), TMS_STR("{\"v\":1,") };
	const struct tms_store_batch batch = { .puts = &broken, .put_count = 1 };

	load(stand);
	list_papers(stand, 3, T0);
	remember_answer(stand);
	saver_flush(stand->source);
	close_source(stand);
	open_source(stand);
	load(stand);
	assert_int_equal(latest(stand)->last_whole, T0);
	assert_non_null(tms_store_items_apply(
		stand->world.store, TMS_STR("daily"), &batch, (struct tms_store_call){ 0 }));
	close_source(stand);
	open_source(stand);
	load(stand);
	assert_int_equal(tms_window_count(stand->source->window), 2);
	assert_string_equal(latest(stand)->state.etag, "\"one\"");
	assert_int_equal(latest(stand)->last_whole, 0);
}

/* The file was made anew between the two. */
static void a_try_that_read_the_state_alone_leaves_nothing_for_the_next(void **state)
{
	struct stand *stand = *state;

	remember_answer(stand);
	load(stand);
	assert_string_equal(latest(stand)->state.etag, "");
	assert_int_equal(latest(stand)->last_whole, 0);
}

static size_t count_lines(struct stand *stand, const char *words)
{
	char lines[16384];
	ssize_t len = pread(fileno(stand->lines), lines, sizeof(lines), 0);
	struct tms_str rest = { lines, len > 0 ? (size_t)len : 0 };
	size_t count = 0, at = 0;

	while ((at = tms_str_find(rest, tms_str_from(words), at)) != SIZE_MAX) {
		count++;
		at++;
	}
	return count;
}

static void a_full_store_is_told_once_and_so_is_that_it_has_room(void **state)
{
	struct stand *stand = *state;

	close_source(stand);
	open_bounded(stand, 150000);
	load(stand);
	list_papers(stand, 2000, T0);
	for (int i = 0; i < 5; i++) {
		saver_flush(stand->source);
		assert_true(tms_store_flush(stand->world.store, stand->base, 10000));
	}
	assert_true(tms_saver_waiting(&stand->source->saver) > 0);
	assert_int_equal(count_lines(stand, "items wait to be stored source=daily"), 1);
	assert_int_equal(count_lines(stand, "what waited is stored"), 0);
	tms_store_free(stand->world.store);
	open_store(stand, 0);
	saver_flush(stand->source);
	while (tms_saver_waiting(&stand->source->saver) > 0)
		assert_true(tms_store_flush(stand->world.store, stand->base, 10000));
	assert_int_equal(count_lines(stand, "what waited is stored source=daily"), 1);
}

static void a_source_that_is_asked_for_is_read_before_those_that_are_not(void **state)
{
	struct stand *stand = *state;
	const size_t count = 60;
	char name[8];

	stand->sources.world = &stand->world;
	for (size_t i = 0; i < count; i++) {
		(void)snprintf(name, sizeof(name), "s%02zu", i);
		assert_non_null(sources_have(&stand->sources, tms_str_from(name)));
	}
	stand->watched = stand->sources.list[count - 1];
	source_load_all(&stand->sources);
	source_load(stand->sources.list[count - 1]);
	assert_true(tms_store_flush(stand->world.store, stand->base, 10000));
	for (size_t i = 0; i < count; i++)
		assert_true(stand->sources.list[i]->is_loaded);
	assert_int_equal(stand->changes, count);
	assert_int_equal(stand->sources.loading, 0);
	assert_in_range(stand->watched_at, 1, 20);
	sources_fini(&stand->sources);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			stored_items_that_cannot_be_read_are_asked_for_whole, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_try_that_read_the_state_alone_leaves_nothing_for_the_next, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(
			what_is_held_can_be_released_once_and_is_told_and_stored, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(
			a_full_store_is_told_once_and_so_is_that_it_has_room, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			what_is_held_waits_over_a_restart, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			the_state_is_stored_with_the_last_of_its_records, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			nothing_retires_before_a_list_was_heard, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_source_that_is_asked_for_is_read_before_those_that_are_not, set_up,
			tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
