/*
 * A million feeds, from the store to ready: registry_bench URL FOLDER RULES COUNT [filled]
 * URL     of an empty store, as the setting `store` takes it; it is filled first: feeds of an API, ten to a person
 * FOLDER  for what the service keeps beside it
 * RULES   as shared/bench/rules.py writes them; the first COUNT are stored, those behind are added
 *         and removed one by one
 * filled  the store holds them already
 * Prints times of the loop's own thread, and on the wall where somebody else works too.
 */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <event2/event.h>
#include <sodium.h>

#include "bench.h"
#include "service/person_feeds.h"
#include "service/service.h"
#include "store/store_wait.h"

#define AT_ONCE 5000
#define EDITS 20000
#define ASKED 2000
#define MICRO 1e6

struct bench {
	struct event_base *base;
	struct tms_queue *inbox;
	struct tms_clock clock;
	struct tms_log log;
	struct tms_key key;
	struct tms_str url, folder;
	struct tms_str *rules;
	size_t rules_count, count;
	struct tms_service *service;
	double longest_s; /* of one round of the loop, CPU time */
};

/* ---- filling the store ---- */

static const struct tms_conf *configure(const struct bench *b, struct tms_arena *arena)
{
	const struct tms_conf *conf = NULL;
	struct tms_conf_messages errors = { 0 };
	struct tms_conf_input in = { .file = TMS_STR("bench.yaml"),
		.yaml = tms_arena_format(arena,
			"data_dir: '%.*s'\n"
			"allow_networks: ['127.0.0.0/8']\n"
			"sources: {daily-papers: {preset: hf-daily-papers,"
			" base_url: 'http://127.0.0.1:9', every: 1d}}\n"
			"users: {nobody: {feeds: {none: {sources: [daily-papers]}}}}\n",
			TMS_STR_ARGS(b->folder)) };
	const struct tms_conf_env env[] = { { TMS_STR("TAMIS_STORE"), b->url } };

	in.env = env;
	in.env_count = TMS_COUNT(env);
	if (tms_conf_parse(arena, &in, &conf, &errors) != TMS_OK)
		bench_fail("the configuration is wrong: %s",
			errors.count ? errors.items[0].diag.text : "no memory");
	return conf;
}

static struct tms_definition definition_of(
	const struct bench *b, struct tms_arena *arena, size_t i, struct tms_str match)
{
	struct tms_definition d = { .user = tms_arena_format(arena, "u%zu", i / 10),
		.name = tms_arena_format(arena, "feed-%zu", i % 10),
		.title = tms_arena_format(arena, "Saved search %zu", i),
		.match = match,
		.sources = TMS_STR("daily-papers"),
		.limit = 100,
		.revised = 1764000000,
		.origin = TMS_ORIGIN_API,
		.link = TMS_FEED_LINK_ARXIV };

	d.address_name = d.name;
	tms_definition_seal(&d, &b->key, tms_key_tag(&b->key));
	return d;
}

static void store_some(struct bench *b, struct tms_store *store, struct tms_store_wait *wait,
	size_t begin, size_t end)
{
	static struct tms_store_change changes[AT_ONCE];
	struct tms_arena arena = { 0 };

	for (size_t i = begin; i < end; i++) {
		struct tms_definition d = definition_of(b, &arena, i, b->rules[i]);
		struct tms_buf bytes = { 0 };
		tms_definition_write(&bytes, &d);
		changes[i - begin] = (struct tms_store_change){
			.key = tms_definition_key(&arena, d.user, d.name),
			.bytes = tms_arena_copy(&arena, tms_buf_str(&bytes)),
			.expected = TMS_STORE_ANY_REVISION,
		};
		tms_buf_free(&bytes);
	}
	if (arena.status != TMS_OK)
		bench_fail("no memory");
	if (tms_store_wait(wait, tms_store_definitions_change(store, changes, end - begin,
					 tms_store_wait_call(wait))) != TMS_OK)
		bench_fail("the store cannot be filled: %s", wait->diag.text);
	tms_arena_free(&arena);
}

static struct tms_store *open_store(const struct bench *b)
{
	struct tms_arena arena = { 0 };
	const struct tms_store_options options = { .url = configure(b, &arena)->store.url,
		.timeout_ms = 60000 };
	struct tms_store *store = NULL;
	struct tms_diag diag = { 0 };

	if (tms_store_open(b->base, &options, &store, &diag) != TMS_OK)
		bench_fail("%s", diag.text);
	tms_arena_free(&arena);
	return store;
}

static void fill(struct bench *b)
{
	struct tms_store *store = open_store(b);
	struct tms_store_wait wait = { .base = b->base };
	double begun_s = bench_wall_s();

	for (size_t i = 0; i < b->count; i += AT_ONCE)
		store_some(b, store, &wait, i, i + AT_ONCE < b->count ? i + AT_ONCE : b->count);
	bench_print("fill.wall", bench_wall_s() - begun_s, "s");
	tms_store_wait_fini(&wait);
	tms_store_free(store);
	(void)malloc_trim(0);
}

/* ---- the service ---- */

/* One round of the loop, as long as it may wait for somebody else. */
static void run_round(struct bench *b)
{
	double begun_s = bench_cpu_s();

	if (event_base_loop(b->base, EVLOOP_ONCE) < 0)
		bench_fail("the loop failed");
	double took_s = bench_cpu_s() - begun_s;
	if (took_s > b->longest_s)
		b->longest_s = took_s;
}

static size_t rule_bytes(const struct bench *b)
{
	struct tms_index_stats stats;

	tms_index_stats(tms_catalog_index(b->service->shelves.catalog), &stats);
	return stats.rule_bytes;
}

static void start(struct bench *b)
{
	struct tms_arena arena = { 0 };
	const struct tms_conf *conf = configure(b, &arena);
	const struct tms_service_options options = { .base = b->base,
		.inbox = b->inbox,
		.clock = &b->clock,
		.log = &b->log,
		.key = b->key,
		.version = TMS_STR("bench") };
	struct tms_diag diag = { 0 };
	double heap = bench_heap_bytes(), anonymous = bench_anonymous_bytes();
	double cpu_s = bench_cpu_s(), wall_s = bench_wall_s();

	if (tms_service_new(&options, &arena, conf, &b->service, &diag) != TMS_OK)
		bench_fail("the service does not start: %s", diag.text);
	while (!b->service->reconciler.is_registered)
		run_round(b);
	double count = (double)b->service->feeds.registry.count;
	bench_print("ready.cpu", bench_cpu_s() - cpu_s, "s");
	bench_print("ready.wall", bench_wall_s() - wall_s, "s");
	bench_print("ready.longest", b->longest_s * MICRO, "us");
	bench_print("feeds", count, "");
	double rules = (double)rule_bytes(b);
	bench_print("feed.bytes", (bench_heap_bytes() - heap - rules) / count, "B");
	bench_print(
		"feed.registry", (double)registry_bytes(&b->service->feeds.registry) / count, "B");
	bench_print("feed.rule", rules / count, "B");
	bench_print("feed.anonymous", (bench_anonymous_bytes() - anonymous) / count, "B");
}

/* ---- changes ---- */

/* Each feed is added under a rule that is not stored, and removed again in another order. */
static void edit(struct bench *b)
{
	size_t spare = b->rules_count - b->count;
	size_t edits = spare < EDITS ? spare : EDITS;
	double *added = bench_alloc(edits * sizeof(*added));
	double *removed = bench_alloc(edits * sizeof(*removed));
	uint32_t *numbers = bench_alloc(edits * sizeof(*numbers));
	uint64_t random = 7;

	if (edits == 0)
		bench_fail("all rules are stored: none is left to be added and removed");
	for (size_t i = 0; i < edits; i++) {
		struct tms_arena arena = { 0 };
		struct tms_definition d =
			definition_of(b, &arena, b->count + 100 + i, b->rules[b->count + i]);
		struct tms_str key = tms_definition_key(&arena, d.user, d.name);
		double begun_s = bench_wall_s();
		if (person_feeds_define(&b->service->feeds, key, &d, 1, &numbers[i]) != TMS_OK)
			bench_fail("a feed cannot be added");
		added[i] = (bench_wall_s() - begun_s) * MICRO;
		tms_arena_free(&arena);
	}
	for (size_t i = edits; i > 0; i--) {
		size_t which = bench_random(&random) % i;
		double begun_s = bench_wall_s();
		person_feeds_undefine(&b->service->feeds, numbers[which]);
		removed[i - 1] = (bench_wall_s() - begun_s) * MICRO;
		numbers[which] = numbers[i - 1];
	}
	bench_print_list("add", added, edits, "us");
	bench_print("add.p99", bench_quantile(added, edits, .99), "us");
	bench_print_list("remove", removed, edits, "us");
	bench_print("remove.p99", bench_quantile(removed, edits, .99), "us");
	free(added);
	free(removed);
	free(numbers);
}

/* A change by another process: what it costs this one, from the poll on. */
static void follow(struct bench *b)
{
	struct tms_store *store = open_store(b);
	struct tms_store_wait wait = { .base = b->base };
	struct reconciler *reconciler = &b->service->reconciler;
	uint64_t listings = reconciler->listings;

	store_some(b, store, &wait, 0, 1);
	uint64_t rows = reconciler->rows;
	double begun_s = bench_cpu_s();
	b->longest_s = 0;
	while (reconciler->rows == rows)
		run_round(b);
	bench_print("change.cpu", (bench_cpu_s() - begun_s) * MICRO, "us");
	bench_print("change.longest", b->longest_s * MICRO, "us");
	bench_print("change.rows", (double)(reconciler->rows - rows), "");
	if (reconciler->listings != listings)
		bench_fail("one change made it list everything");
	tms_store_wait_fini(&wait);
	tms_store_free(store);
}

/* Feeds that nobody has asked for yet, found and opened. */
static void ask(struct bench *b)
{
	double *asked = bench_alloc(ASKED * sizeof(*asked));
	uint64_t random = 3;

	for (size_t i = 0; i < ASKED; i++) {
		struct tms_arena arena = { 0 };
		struct tms_token token;
		size_t which = bench_random(&random) % b->count;
		tms_token_make(&b->key, tms_arena_format(&arena, "u%zu", which / 10),
			tms_arena_format(&arena, "feed-%zu", which % 10), 0, &token);
		double begun_s = bench_wall_s();
		struct tms_served *served =
			tms_feeds_find(&b->service->feeds, tms_str_from(token.text), TMS_FORM_ATOM);
		asked[i] = (bench_wall_s() - begun_s) * MICRO;
		if (!served || served->is_over)
			bench_fail("feed %zu is not there", which);
		tms_arena_free(&arena);
	}
	bench_print_list("open", asked, ASKED, "us");
	free(asked);
}

int main(int argc, char **argv)
{
	struct bench b = { .clock = tms_clock_system(),
		.log = { .fd = 2, .level = TMS_LOG_ERROR },
		.key = { { 1, 2, 3 } } };

	bool is_filled = argc == 6 && strcmp(argv[5], "filled") == 0;
	if (argc != 5 + is_filled || sodium_init() < 0)
		bench_fail("registry_bench URL FOLDER RULES COUNT [filled]");
	b.url = tms_str_from(argv[1]);
	b.folder = tms_str_from(argv[2]);
	b.rules = bench_lines(bench_map(argv[3]), &b.rules_count);
	b.count = strtoul(argv[4], NULL, 10);
	if (b.count == 0 || b.count > b.rules_count)
		bench_fail("there are %zu rules", b.rules_count);
	b.base = event_base_new();
	if (!b.base || tms_queue_new(b.base, &b.inbox) != TMS_OK)
		bench_fail("no loop");
	if (!is_filled)
		fill(&b);
	start(&b);
	ask(&b);
	edit(&b);
	follow(&b);
	tms_service_free(b.service);
	tms_queue_free(b.inbox);
	event_base_free(b.base);
	free(b.rules);
	return 0;
}
