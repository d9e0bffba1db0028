/* Taking another configuration while memory ends, at each allocation of ours in turn. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <event2/event.h>

#include "../failing_memory.h"
#include "../test.h"
#include "service/service.h"

#define NOW INT64_C(1772431200)
#define ALLOCATIONS_MAX 2000

/* ---- a service ---- */

struct stand {
	char path[64]; /* of the store */
	struct event_base *base;
	struct tms_queue *inbox;
	struct tms_clock clock;
	struct tms_log log;
	struct tms_service *service;
};

static int64_t wall_ms(void *context)
{
	(void)context;
	return NOW * 1000;
}

static const struct tms_conf *read_conf(
	const struct stand *stand, struct tms_arena *arena, const char *more)
{
	const struct tms_conf *conf = NULL;
	struct tms_conf_messages errors = { 0 };
	const struct tms_conf_input in = { .file = TMS_STR("tamis.yaml"),
		.yaml = tms_arena_format(arena,
			"store: 'sqlite:%s'\n"
			"data_dir: '/tmp'\n"
			"public_url: 'http://feeds.example.org'\n"
			"sources: {m: {url: 'http://127.0.0.1:9/m', every: 1d}%s}\n"
			"users: {ana: {feeds: {one: {sources: [m]}}}}\n",
			stand->path, more) };

	if (tms_conf_parse(arena, &in, &conf, &errors) != TMS_OK)
		fail_msg("%s", errors.count ? errors.items[0].diag.text : "no memory");
	return conf;
}

static int set_up(void **state)
{
	struct stand *stand = calloc(1, sizeof(*stand));
	struct tms_arena arena = { 0 };

	assert_non_null(stand);
	(void)snprintf(stand->path, sizeof(stand->path), "/tmp/tamis-configure-XXXXXX");
	int fd = mkstemp(stand->path);
	assert_true(fd >= 0);
	(void)close(fd);
	stand->base = event_base_new();
	assert_int_equal(tms_queue_new(stand->base, &stand->inbox), TMS_OK);
	stand->clock = (struct tms_clock){ .wall_ms = wall_ms, .driven = true };
	stand->log = (struct tms_log){ .fd = -1, .level = TMS_LOG_ERROR };
	const struct tms_conf *conf = read_conf(stand, &arena, "");
	const struct tms_service_options options = { .base = stand->base,
		.inbox = stand->inbox,
		.clock = &stand->clock,
		.log = &stand->log,
		.key = { { 1, 2, 3 } },
		.version = TMS_STR("test") };
	assert_int_equal(tms_service_new(&options, &arena, conf, &stand->service, NULL), TMS_OK);
	while (!stand->service->reconciler.is_registered)
		(void)event_base_loop(stand->base, EVLOOP_ONCE);
	*state = stand;
	return 0;
}

static int tear_down(void **state)
{
	static const char *const ends[] = { "", "-wal", "-shm" };
	struct stand *stand = *state;

	tms_service_free(stand->service);
	tms_queue_free(stand->inbox);
	event_base_free(stand->base);
	for (size_t i = 0; i < TMS_COUNT(ends); i++) {
		char path[80];
		(void)snprintf(path, sizeof(path), "%s%s", stand->path, ends[i]);
		(void)unlink(path);
	}
	free(stand);
	return 0;
}

/* Whole: the configuration, the sources that it names and nothing beside them. */
static void assert_is_as_before(const struct tms_service *service, const struct tms_conf *conf)
{
	assert_ptr_equal(service->world.conf, conf);
	assert_int_equal(service->sources.count, 2); /* m, and what is known of categories */
	assert_null(tms_sources_find(&service->sources, TMS_STR("a")));
	const struct tms_source *m = tms_sources_find(&service->sources, TMS_STR("m"));
	assert_non_null(m);
	assert_ptr_equal(m->conf, &conf->sources[0]);
	assert_int_equal(service->reload.status, TMS_ENOMEM);
	assert_int_equal(service->reload.taken, 0);
}

static void when_memory_ends_the_configuration_before_stays_whole(void **state)
{
	struct stand *stand = *state;
	struct tms_service *service = stand->service;
	const struct tms_conf *before = service->world.conf;
	size_t refused = 0;

	for (size_t n = 1;; n++) {
		struct tms_arena arena = { 0 };
		assert_true(n < ALLOCATIONS_MAX);
		const struct tms_conf *conf = read_conf(stand, &arena,
			", a: {url: 'http://127.0.0.1:9/a', every: 1d}"
			", z: {url: 'http://127.0.0.1:9/z', every: 1d}");
		until_failure = n;
		enum tms_status st = tms_service_configure(service, &arena, conf);
		until_failure = 0;
		assert_null(arena.newest);
		if (st == TMS_OK) {
			assert_ptr_equal(service->world.conf, conf);
			break;
		}
		assert_int_equal(st, TMS_ENOMEM);
		assert_is_as_before(service, before);
		refused++;
	}
	assert_true(refused > 5); /* two windows, lists, the name for upstreams */
	assert_int_equal(service->reload.refused, refused);
	assert_int_equal(service->sources.count, 4);
	assert_non_null(tms_sources_find(&service->sources, TMS_STR("a"))->conf);
}

static void when_memory_ends_no_half_of_a_shelf_is_left(void **state)
{
	struct stand *stand = *state;
	struct tms_shelves *shelves = &stand->service->shelves;
	struct tms_source *const *sources = stand->service->sources.by_number;
	size_t before = shelves->sets.by_sources.count, refused = 0;
	struct tms_shelf *shelf = NULL;

	for (size_t n = 1; !shelf; n++) {
		assert_true(n < ALLOCATIONS_MAX);
		until_failure = n;
		shelf = shelves_get(shelves, sources, 2);
		until_failure = 0;
		refused += !shelf;
		assert_int_equal(shelves->sets.by_sources.count, before + (shelf != NULL));
		assert_int_equal(shelves->sets.records.count, before + (shelf != NULL));
		assert_int_equal(shelves_touch(shelves, sources[0]), shelf != NULL);
	}
	assert_true(refused > 5); /* numbers, the set, lists, the shelf and its scope */
	assert_int_equal(tms_shelf_sources(shelf), 2);
	assert_ptr_equal(shelves_get(shelves, sources, 2), shelf);
}

static struct tms_source *source_a(const struct stand *stand)
{
	struct tms_source *source = tms_sources_find(&stand->service->sources, TMS_STR("a"));

	assert_non_null(source);
	assert_ptr_equal(stand->service->sources.by_number[source->number], source);
	return source;
}

static void take(struct stand *stand, const char *more)
{
	struct tms_arena arena = { 0 };
	const struct tms_conf *conf = read_conf(stand, &arena, more);

	assert_int_equal(tms_service_configure(stand->service, &arena, conf), TMS_OK);
}

static void a_source_that_goes_and_comes_back_is_the_same_under_the_same_number(void **state)
{
	struct stand *stand = *state;

	take(stand, ", a: {url: 'http://127.0.0.1:9/a', every: 1d}");
	struct tms_source *a = source_a(stand);
	uint32_t number = a->number;
	take(stand, ", '0': {url: 'http://127.0.0.1:9/0', every: 1d}");
	assert_null(source_a(stand)->conf);
	take(stand, ", a: {url: 'http://127.0.0.1:9/a', every: 1d}");
	assert_ptr_equal(source_a(stand), a);
	assert_non_null(a->conf);
	assert_int_equal(a->number, number);
	assert_int_equal(stand->service->sources.count, 4); /* with m, 0 and what is known */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			when_memory_ends_the_configuration_before_stays_whole, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			when_memory_ends_no_half_of_a_shelf_is_left, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_source_that_goes_and_comes_back_is_the_same_under_the_same_number, set_up,
			tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
