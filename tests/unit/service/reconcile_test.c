/* What the store, the configuration and other processes say of feeds comes together. */
#include "test.h"

#include <stdlib.h>

#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include <event2/event.h>
#include <sodium.h>

#include "service/person_feeds.h"
#include "service/service.h"
#include "store/store_wait.h"

#define NOW INT64_C(1772431200)
#define ROUNDS_MAX 2000000

/* A service over a SQLite file, and a store of somebody else over the same one. */
struct stage {
	char folder[64], url[128];
	struct event_base *base;
	struct tms_queue *inbox;
	struct tms_clock clock;
	int64_t now_ms;
	struct tms_log log;
	struct tms_key key;
	struct tms_service *service;
	struct tms_store *other;
	struct tms_store_wait wait;
};

static int64_t wall_ms(void *context)
{
	return ((struct stage *)context)->now_ms;
}

static void stage_open(struct stage *stage)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN };
	const struct tms_store_options options = { .timeout_ms = 5000 };
	struct tms_store_options wanted = options;

	sigaction(SIGPIPE, &ignore, NULL);
	*stage = (struct stage){ .folder = "/tmp/tamis-settle-XXXXXX",
		.now_ms = NOW * 1000,
		.log = { .fd = -1, .level = TMS_LOG_ERROR },
		.key = { { 1, 2, 3 } } };
	assert_non_null(mkdtemp(stage->folder));
	snprintf(stage->url, sizeof(stage->url), "sqlite:%s/tamis.db", stage->folder);
	stage->base = event_base_new();
	assert_non_null(stage->base);
	assert_int_equal(tms_queue_new(stage->base, &stage->inbox), TMS_OK);
	stage->clock = (struct tms_clock){ .wall_ms = wall_ms, .context = stage, .driven = true };
	stage->wait.base = stage->base;
	wanted.url = tms_str_from(stage->url);
	assert_int_equal(tms_store_open(stage->base, &wanted, &stage->other, NULL), TMS_OK);
}

static const struct tms_conf *read_conf(
	const struct stage *stage, struct tms_arena *arena, const char *feeds)
{
	const struct tms_conf *conf = NULL;
	struct tms_conf_messages errors = { 0 };
	const struct tms_conf_input in = { .file = TMS_STR("tamis.yaml"),
		.yaml = tms_arena_format(arena,
			"store: '%s'\n"
			"data_dir: '%s'\n"
			"public_url: 'http://feeds.example.org'\n"
			"sources: {daily-papers: {preset: hf-daily-papers, base_url: 'http://127.0.0.1:9',"
			" every: 1d}}\n"
			"users: {ana: {feeds: {%s}}}\n",
			stage->url, stage->folder, feeds) };

	if (tms_conf_parse(arena, &in, &conf, &errors) != TMS_OK)
		fail_msg("%s", errors.count ? errors.items[0].diag.text : "no memory");
	return conf;
}

/* Runs the loop round by round until the condition holds. */
static void run_until(struct stage *stage, bool (*holds)(struct stage *stage))
{
	for (size_t i = 0; !holds(stage); i++) {
		assert_true(i < ROUNDS_MAX);
		assert_true(event_base_loop(stage->base, EVLOOP_ONCE) >= 0);
	}
}

/* Settled, and everything that was to be written has been. */
static bool is_settled(struct stage *stage)
{
	const struct reconciler *reconciler = &stage->service->reconciler;

	return stage->service->reconciler.is_registered && reconciler->phase == RECONCILE_RESTING &&
	       !reconciler->writer.sent && !reconciler->writer.filling;
}

static void stage_start(struct stage *stage, const char *feeds)
{
	struct tms_arena arena = { 0 };
	const struct tms_conf *conf = read_conf(stage, &arena, feeds);
	const struct tms_service_options options = { .base = stage->base,
		.inbox = stage->inbox,
		.clock = &stage->clock,
		.log = &stage->log,
		.key = stage->key,
		.version = TMS_STR("test") };

	assert_int_equal(tms_service_new(&options, &arena, conf, &stage->service, NULL), TMS_OK);
	stage->log.level = TMS_LOG_ERROR;
	run_until(stage, is_settled);
}

static void stage_configure(struct stage *stage, const char *feeds)
{
	struct tms_arena arena = { 0 };
	const struct tms_conf *conf = read_conf(stage, &arena, feeds);

	assert_int_equal(tms_service_configure(stage->service, &arena, conf), TMS_OK);
	run_until(stage, is_settled);
}

static void stage_stop(struct stage *stage)
{
	tms_service_free(stage->service);
	stage->service = NULL;
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *ftw)
{
	(void)status;
	(void)kind;
	(void)ftw;
	return remove(path);
}

static void stage_close(struct stage *stage)
{
	stage_stop(stage);
	tms_store_free(stage->other);
	tms_store_wait_fini(&stage->wait);
	tms_queue_free(stage->inbox);
	event_base_free(stage->base);
	nftw(stage->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* ---- what others do ---- */

static struct tms_definition of_api(const char *user, const char *name)
{
	struct tms_definition d = { .user = tms_str_from(user),
		.name = tms_str_from(name),
		.address_name = tms_str_from(name),
		.title = TMS_STR("Theirs"),
		.match = TMS_STR("agents"),
		.sources = TMS_STR("daily-papers"),
		.limit = 10,
		.origin = TMS_ORIGIN_API,
		.revised = NOW - 100 };

	return d;
}

static int64_t other_writes(struct stage *stage, struct tms_definition d, bool remove)
{
	struct tms_arena arena = { 0 };
	struct tms_buf bytes = { 0 };

	tms_definition_seal(&d, &stage->key, tms_key_tag(&stage->key));
	tms_definition_write(&bytes, &d);
	const struct tms_store_change change = { .key = tms_definition_key(&arena, d.user, d.name),
		.bytes = tms_buf_str(&bytes),
		.expected = TMS_STORE_ANY_REVISION,
		.remove = remove };
	assert_int_equal(
		tms_store_wait(&stage->wait, tms_store_definitions_change(stage->other, &change, 1,
						     tms_store_wait_call(&stage->wait))),
		TMS_OK);
	tms_buf_free(&bytes);
	tms_arena_free(&arena);
	return stage->wait.revision;
}

/* The definition as the store has it; in the arena. */
static struct tms_definition stored(struct stage *stage, struct tms_arena *arena, const char *key)
{
	struct tms_definition d;

	assert_int_equal(
		tms_store_wait(&stage->wait, store_definition_get(stage->other, tms_str_from(key),
						     tms_store_wait_call(&stage->wait))),
		TMS_OK);
	if (!stage->wait.found)
		fail_msg("%s is not in the store", key);
	struct tms_str bytes = tms_arena_copy(arena, tms_buf_str(&stage->wait.value));
	assert_int_equal(tms_definition_parse(arena, tms_str_from(key), bytes, &d, NULL), TMS_OK);
	return d;
}

/* Until the service has seen what another process changed. */
static bool has_followed(struct stage *stage)
{
	return is_settled(stage) && stage->service->reconciler.revision == stage->wait.revision;
}

/* What stands behind the address of a feed. */
static const struct tms_served *served_at(
	const struct stage *stage, const char *user, const char *name, uint32_t generation)
{
	struct tms_token token;

	tms_token_make(&stage->key, tms_str_from(user), tms_str_from(name), generation, &token);
	return tms_feeds_find(&stage->service->feeds, tms_str_from(token.text), TMS_FORM_ATOM);
}

/* ---- the promises ---- */

static void feeds_of_the_file_are_written_and_dated_when_they_go(void **state)
{
	struct stage stage;
	struct tms_arena arena = { 0 };
	(void)state;

	stage_open(&stage);
	stage_start(&stage, "one: {sources: [daily-papers], match: agents}, two: {sources: "
			    "[daily-papers], title: Two}");
	assert_non_null(served_at(&stage, "ana", "one", 0));
	struct tms_definition d = stored(&stage, &arena, "ana/two");
	assert_str(d.title, "Two");
	assert_int_equal(d.origin, TMS_ORIGIN_CONF);
	assert_true(d.has_digest);
	stage_configure(&stage, "one: {sources: [daily-papers], match: agents}");
	assert_int_equal(stage.service->reconciler.listings, 1); /* a reload asks no store */
	d = stored(&stage, &arena, "ana/two");
	assert_int_equal(d.removed_at, NOW);
	assert_str(d.title, "Two");
	assert_false(served_at(&stage, "ana", "two", 0)->is_over);
	assert_int_equal(stage.service->feeds.removed_count, 1);
	stage.now_ms += (stage.service->world.conf->limits.removed_feeds_s + 1) * 1000;
	assert_true(served_at(&stage, "ana", "two", 0)->is_over);
	assert_false(served_at(&stage, "ana", "one", 0)->is_over);
	/* back again */
	stage_configure(&stage, "one: {sources: [daily-papers], match: agents}, two: {sources: "
				"[daily-papers]}");
	assert_false(served_at(&stage, "ana", "two", 0)->is_over);
	assert_int_equal(stored(&stage, &arena, "ana/two").removed_at, 0);
	tms_arena_free(&arena);
	stage_close(&stage);
}

static void a_rename_may_be_told_while_the_old_address_is_served(void **state)
{
	struct stage stage;
	struct tms_arena arena = { 0 };
	(void)state;

	stage_open(&stage);
	stage_start(&stage, "vision: {match: vision}");
	stage_configure(&stage, "pictures: {match: vision}");
	assert_non_null(served_at(&stage, "ana", "pictures", 0));
	stage.now_ms += (stage.service->world.conf->limits.removed_feeds_s - 1) * 1000;
	stage_configure(&stage, "pictures: {was: vision, match: vision}");
	struct tms_definition d = stored(&stage, &arena, "ana/pictures");
	assert_str(d.address_name, "vision");
	assert_int_equal(d.removed_at, 0);
	assert_int_equal(stage.service->feeds.registry.count, 1);
	assert_int_equal(stage.service->feeds.removed_count, 0);
	assert_false(served_at(&stage, "ana", "vision", 0)->is_over);
	assert_null(served_at(&stage, "ana", "pictures", 0));
	/* it may stand there for ever */
	stage.now_ms += 30 * INT64_C(86400000);
	stage_configure(&stage, "pictures: {was: vision, match: vision}");
	assert_false(served_at(&stage, "ana", "vision", 0)->is_over);
	tms_arena_free(&arena);
	stage_close(&stage);
}

static void a_rename_that_is_told_when_the_old_address_is_over_changes_none(void **state)
{
	struct stage stage;
	struct tms_arena arena = { 0 };
	(void)state;

	stage_open(&stage);
	stage_start(&stage, "vision: {match: vision}");
	stage_configure(&stage, "pictures: {match: vision}");
	stage.now_ms += (stage.service->world.conf->limits.removed_feeds_s + 1) * 1000;
	stage_configure(&stage, "pictures: {was: vision, match: vision}");
	assert_str(stored(&stage, &arena, "ana/pictures").address_name, "pictures");
	assert_false(served_at(&stage, "ana", "pictures", 0)->is_over);
	assert_true(served_at(&stage, "ana", "vision", 0)->is_over);
	tms_arena_free(&arena);
	stage_close(&stage);
}

static void feeds_of_an_api_do_not_go_with_the_file(void **state)
{
	struct stage stage;
	struct tms_arena arena = { 0 };
	(void)state;

	stage_open(&stage);
	other_writes(&stage, of_api("bo", "theirs"), false);
	stage_start(&stage, "one: {sources: [daily-papers]}");
	stage_configure(&stage, "uno: {was: one, sources: [daily-papers]}");
	stage_stop(&stage);
	stage_start(&stage, "two: {sources: [daily-papers]}");
	const struct tms_served *served = served_at(&stage, "bo", "theirs", 0);
	assert_non_null(served);
	assert_false(served->is_over);
	assert_str(served->feed.title, "Theirs");
	assert_int_equal(served->feed.entries_max, 10);
	assert_int_equal(stored(&stage, &arena, "bo/theirs").removed_at, 0);
	assert_int_equal(stage.service->feeds.removed_count, 1); /* ana/uno */
	assert_non_null(served_at(&stage, "ana", "one", 0));     /* its first name */
	tms_arena_free(&arena);
	stage_close(&stage);
}

static void a_change_by_others_is_taken_over_alone(void **state)
{
	struct stage stage;
	struct tms_definition d = of_api("bo", "b");
	(void)state;

	stage_open(&stage);
	other_writes(&stage, of_api("bo", "a"), false);
	other_writes(&stage, d, false);
	stage_start(&stage, "one: {sources: [daily-papers]}");
	uint64_t rows = stage.service->reconciler.rows;
	/* changed: what was opened shows it */
	assert_str(served_at(&stage, "bo", "b", 0)->feed.title, "Theirs");
	d.title = TMS_STR("Changed");
	other_writes(&stage, d, false);
	run_until(&stage, has_followed);
	assert_str(served_at(&stage, "bo", "b", 0)->feed.title, "Changed");
	assert_int_equal(stage.service->reconciler.rows, rows + 1);
	/* rotated: the old address is unknown */
	d.generation = 1;
	other_writes(&stage, d, false);
	run_until(&stage, has_followed);
	assert_null(served_at(&stage, "bo", "b", 0));
	assert_non_null(served_at(&stage, "bo", "b", 1));
	/* deleted: gone, and said so */
	d.is_deleted = true;
	other_writes(&stage, d, false);
	run_until(&stage, has_followed);
	assert_true(served_at(&stage, "bo", "b", 1)->is_over);
	/* removed altogether, and one more */
	other_writes(&stage, d, true);
	other_writes(&stage, of_api("bo", "c"), false);
	run_until(&stage, has_followed);
	assert_null(served_at(&stage, "bo", "b", 1));
	assert_non_null(served_at(&stage, "bo", "c", 0));
	assert_non_null(served_at(&stage, "bo", "a", 0));
	assert_int_equal(stage.service->reconciler.rows, rows + 5);
	assert_int_equal(stage.service->reconciler.listings, 1);
	assert_int_equal(stage.service->feeds.registry.count, 3);
	stage_close(&stage);
}

static void a_rule_that_cannot_be_read_is_kept_and_stands_still(void **state)
{
	struct stage stage;
	struct tms_arena arena = { 0 };
	struct tms_definition d = of_api("bo", "broken");
	(void)state;

	stage_open(&stage);
	d.match = TMS_STR("\"half a phrase");
	other_writes(&stage, d, false);
	stage_start(&stage, "one: {sources: [daily-papers]}");
	assert_true(served_at(&stage, "bo", "broken", 0)->stands_still);
	assert_str(stored(&stage, &arena, "bo/broken").match, "\"half a phrase");
	d.match = TMS_STR("mended");
	other_writes(&stage, d, false);
	run_until(&stage, has_followed);
	assert_false(served_at(&stage, "bo", "broken", 0)->stands_still);
	tms_arena_free(&arena);
	stage_close(&stage);
}

/* Rows are taken over some at a time. */
static struct tms_index *index_of(const struct stage *stage)
{
	return tms_catalog_index(stage->service->shelves.catalog);
}

static void each_of_many_feeds_gets_its_own_rule_and_sources(void **state)
{
	struct stage stage;
	enum { FEEDS = 40, BROKEN = 7 };
	char name[8], match[16];
	(void)state;

	stage_open(&stage);
	for (int i = 0; i < FEEDS; i++) {
		struct tms_definition d = of_api("bo", "");
		(void)snprintf(name, sizeof(name), "f%d", i);
		(void)snprintf(match, sizeof(match), i == BROKEN ? "\"half" : "word%d", i / 2);
		d.name = d.address_name = d.title = tms_str_from(name);
		d.match = tms_str_from(match);
		d.sources = i % 3 == 0 ? TMS_STR("no-longer-there") : d.sources;
		other_writes(&stage, d, false);
	}
	stage_start(&stage, "one: {sources: [daily-papers]}");
	for (int i = 0; i < FEEDS; i++) {
		(void)snprintf(name, sizeof(name), "f%d", i);
		(void)snprintf(match, sizeof(match), "word%d", i / 2);
		const struct tms_served *served = served_at(&stage, "bo", name, 0);
		assert_non_null(served);
		assert_int_equal(served->stands_still, i == BROKEN);
		if (i == BROKEN)
			continue;
		assert_str(served->feed.title, name);
		assert_str(shelf_source(served->shelf, 0)->name,
			i % 3 == 0 ? "no-longer-there" : "daily-papers");
		assert_str(tms_index_rule_text(index_of(&stage), served->rule), match);
	}
	stage_close(&stage);
}

static void another_key_gives_all_feeds_other_addresses(void **state)
{
	struct stage stage;
	struct tms_key old;
	struct tms_token token;
	(void)state;

	stage_open(&stage);
	other_writes(&stage, of_api("bo", "theirs"), false);
	old = stage.key;
	stage.key = (struct tms_key){ { 9 } };
	stage_start(&stage, "one: {sources: [daily-papers]}");
	assert_non_null(served_at(&stage, "bo", "theirs", 0));
	tms_token_make(&old, TMS_STR("bo"), TMS_STR("theirs"), 0, &token);
	assert_null(tms_feeds_find(&stage.service->feeds, tms_str_from(token.text), TMS_FORM_ATOM));
	stage_close(&stage);
}

static bool is_listed_again(struct stage *stage)
{
	return is_settled(stage) && stage->service->reconciler.listings > 1;
}

static void a_conflict_is_settled_with_what_the_other_wrote(void **state)
{
	struct stage stage;
	struct tms_arena arena = { 0 };
	(void)state;

	stage_open(&stage);
	stage_start(&stage, "one: {sources: [daily-papers]}");
	/* rotated by another before this one notices, and edited in the file at the same moment */
	struct tms_definition d = stored(&stage, &arena, "ana/one");
	d.generation = 5;
	d.has_digest = false;
	other_writes(&stage, d, false);
	stage_configure(&stage, "one: {sources: [daily-papers], title: Edited}");
	run_until(&stage, is_listed_again);
	d = stored(&stage, &arena, "ana/one");
	assert_int_equal(d.generation, 5);
	assert_str(d.title, "Edited");
	assert_str(served_at(&stage, "ana", "one", 5)->feed.title, "Edited");
	assert_null(served_at(&stage, "ana", "one", 0));
	tms_arena_free(&arena);
	stage_close(&stage);
}

static bool is_restored(struct stage *stage)
{
	return is_listed_again(stage) && !stage->service->reconciler.is_lost;
}

static void what_a_lost_store_had_is_written_again(void **state)
{
	struct stage stage;
	struct tms_arena arena = { 0 };
	struct tms_definition d = of_api("bo", "theirs");
	char path[128];
	(void)state;

	stage_open(&stage);
	d.generation = 4;
	other_writes(&stage, d, false);
	stage_start(&stage, "one: {sources: [daily-papers]}");
	d = stored(&stage, &arena, "ana/one");
	d.generation = 2;
	d.has_digest = false;
	other_writes(&stage, d, false);
	run_until(&stage, has_followed);
	for (size_t i = 0; i < 3; i++) {
		static const char *const ends[] = { "", "-wal", "-shm" };
		snprintf(path, sizeof(path), "%s/tamis.db%s", stage.folder, ends[i]);
		(void)unlink(path);
	}
	run_until(&stage, is_restored);
	assert_int_equal(stored(&stage, &arena, "ana/one").generation, 2);
	d = stored(&stage, &arena, "bo/theirs");
	assert_int_equal(d.generation, 4);
	assert_int_equal(d.origin, TMS_ORIGIN_API);
	assert_str(d.match, "agents");
	assert_str(d.sources, "daily-papers");
	assert_non_null(served_at(&stage, "bo", "theirs", 4));
	assert_non_null(served_at(&stage, "ana", "one", 2));
	tms_arena_free(&arena);
	stage_close(&stage);
}

static void write_many(struct stage *stage, size_t count)
{
	enum { AT_ONCE = 5000 };
	static struct tms_store_change changes[AT_ONCE];
	static const char *const rules[] = { "agents", "\"tool use\" -survey", "",
		"vision OR audio" };

	for (size_t begin = 0; begin < count; begin += AT_ONCE) {
		struct tms_arena arena = { 0 };
		for (size_t i = 0; i < AT_ONCE; i++) {
			struct tms_definition d = of_api("many", "x");
			struct tms_buf bytes = { 0 };
			d.name = d.address_name = tms_arena_format(&arena, "f%zu", begin + i);
			d.match = tms_str_from(rules[i % TMS_COUNT(rules)]);
			tms_definition_seal(&d, &stage->key, tms_key_tag(&stage->key));
			tms_definition_write(&bytes, &d);
			changes[i] = (struct tms_store_change){
				.key = tms_definition_key(&arena, d.user, d.name),
				.bytes = tms_arena_copy(&arena, tms_buf_str(&bytes)),
			};
			tms_buf_free(&bytes);
		}
		assert_int_equal(tms_store_wait(&stage->wait,
					 tms_store_definitions_change(stage->other, changes,
						 AT_ONCE, tms_store_wait_call(&stage->wait))),
			TMS_OK);
		tms_arena_free(&arena);
	}
}

static size_t most_rows;
static uint64_t seen_rows;

static bool is_settled_in_slices(struct stage *stage)
{
	uint64_t rows = stage->service->reconciler.rows;

	if (rows - seen_rows > most_rows)
		most_rows = (size_t)(rows - seen_rows);
	seen_rows = rows;
	return is_settled(stage);
}

static void a_hundred_thousand_feeds_are_loaded_in_slices(void **state)
{
	enum { MANY = 100000 };
	struct stage stage;
	struct tms_arena arena = { 0 };
	(void)state;

	stage_open(&stage);
	write_many(&stage, MANY);
	const struct tms_conf *conf = read_conf(&stage, &arena, "one: {sources: [daily-papers]}");
	const struct tms_service_options options = { .base = stage.base,
		.inbox = stage.inbox,
		.clock = &stage.clock,
		.log = &stage.log,
		.key = stage.key };
	assert_int_equal(tms_service_new(&options, &arena, conf, &stage.service, NULL), TMS_OK);
	assert_null(served_at(&stage, "many", "f1", 0)); /* nothing is said before all is known */
	assert_false(stage.service->reconciler.is_registered);
	run_until(&stage, is_settled_in_slices);
	assert_true(most_rows > 0 && most_rows <= TMS_STORE_SLICE_ROWS);
	assert_int_equal(stage.service->feeds.registry.count, MANY + 1);
	assert_int_equal(stage.service->reconciler.rows, MANY);
	for (size_t i = 0; i < MANY; i += 997) {
		char name[32];
		snprintf(name, sizeof(name), "f%zu", i);
		assert_non_null(served_at(&stage, "many", name, 0));
	}
	/* few sources: few shelves; equal rules: one each */
	assert_int_equal(stage.service->shelves.sets.by_sources.count, 1);
	struct tms_index_stats stats;
	tms_index_stats(index_of(&stage), &stats);
	assert_int_equal(stats.rules, 3);
	stage_close(&stage);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(feeds_of_the_file_are_written_and_dated_when_they_go),
		cmocka_unit_test(a_rename_may_be_told_while_the_old_address_is_served),
		cmocka_unit_test(a_rename_that_is_told_when_the_old_address_is_over_changes_none),
		cmocka_unit_test(feeds_of_an_api_do_not_go_with_the_file),
		cmocka_unit_test(a_change_by_others_is_taken_over_alone),
		cmocka_unit_test(a_rule_that_cannot_be_read_is_kept_and_stands_still),
		cmocka_unit_test(each_of_many_feeds_gets_its_own_rule_and_sources),
		cmocka_unit_test(another_key_gives_all_feeds_other_addresses),
		cmocka_unit_test(a_conflict_is_settled_with_what_the_other_wrote),
		cmocka_unit_test(what_a_lost_store_had_is_written_again),
		cmocka_unit_test(a_hundred_thousand_feeds_are_loaded_in_slices),
	};

	return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
