/*
 * Fill an empty store with many sources, as if they had been read, and with feeds over them:
 * fill_bench URL KEY PATHS ITEMS RULES FEEDS SOURCES EACH TAKEN
 * URL    as the setting `store` takes it
 * KEY    where the instance key is written, under which the addresses of the feeds are made
 * PATHS  where these are written, one a line
 * ITEMS  a Hugging Face listing, whose texts the sources (s0, s1, …) repeat, EACH of them
 * RULES  a line for each of the FEEDS, of which each takes TAKEN random sources
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <event2/event.h>
#include <sodium.h>

#include "bench.h"
#include "scope_world.h"
#include "service/definition.h"
#include "store/store_wait.h"

#define AT_ONCE 5000
#define FEEDS_OF_A_PERSON 10
#define NAME_MAX_BYTES 24

struct bench {
	struct world world;
	struct tms_store *store;
	struct tms_store_wait wait;
	struct tms_key key;
	struct tms_str *rules;
	size_t feeds, taken;
	FILE *paths;
};

/* ---- sources ---- */

static void store_source(struct bench *b, size_t source)
{
	const struct tms_window *window = b->world.windows[source];
	size_t count = tms_window_count(window);
	struct tms_store_item *puts = bench_alloc(count * sizeof(*puts));
	struct tms_buf *bytes = bench_alloc(count * sizeof(*bytes));
	const struct tms_store_batch batch = { .puts = puts, .put_count = count };
	char name[NAME_MAX_BYTES];

	(void)snprintf(name, sizeof(name), "s%zu", source);
	for (size_t i = 0; i < count; i++) {
		puts[i].id = tms_window_at(window, i)->id;
		if (tms_window_write_record(window, puts[i].id, &bytes[i]) != TMS_OK)
			bench_fail("a record cannot be written");
		puts[i].bytes = tms_buf_str(&bytes[i]);
	}
	if (tms_store_wait(&b->wait, tms_store_items_apply(b->store, tms_str_from(name), &batch,
					     tms_store_wait_call(&b->wait))) != TMS_OK)
		bench_fail("the store cannot be filled: %s", b->wait.diag.text);
	for (size_t i = 0; i < count; i++)
		tms_buf_free(&bytes[i]);
	free(bytes);
	free(puts);
}

/* ---- feeds ---- */

static int by_text(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* Names of different sources, in byte order, joined by commas. */
static struct tms_str choose(struct bench *b, struct tms_arena *arena)
{
	char(*names)[NAME_MAX_BYTES] = bench_alloc(b->taken * sizeof(*names));
	size_t *chosen = bench_alloc(b->taken * sizeof(*chosen)), count = 0;
	struct tms_buf joined = { 0 };

	while (count < b->taken) {
		size_t source = world_random(&b->world, b->world.sources), same = 0;
		while (same < count && chosen[same] != source)
			same++;
		if (same < count)
			continue;
		(void)snprintf(names[count], sizeof(*names), "s%zu", source);
		chosen[count++] = source;
	}
	qsort(names, count, sizeof(*names), by_text);
	for (size_t i = 0; i < count; i++)
		tms_buf_format(&joined, "%s%s", i ? "," : "", names[i]);
	free(names);
	free(chosen);
	return tms_arena_take(arena, &joined);
}

static struct tms_store_change define(struct bench *b, struct tms_arena *arena, size_t i)
{
	struct tms_definition d = {
		.user = tms_arena_format(arena, "u%zu", i / FEEDS_OF_A_PERSON),
		.name = tms_arena_format(arena, "feed-%zu", i % FEEDS_OF_A_PERSON),
		.match = b->rules[i],
		.sources = choose(b, arena),
		.limit = 20,
		.revised = b->world.now,
		.origin = TMS_ORIGIN_API,
	};
	struct tms_buf bytes = { 0 };
	struct tms_token token;

	d.title = d.address_name = d.name;
	tms_definition_seal(&d, &b->key, tms_key_tag(&b->key));
	tms_definition_write(&bytes, &d);
	tms_token_make(&b->key, d.user, d.name, 0, &token);
	(void)fprintf(b->paths, "/f/%s.atom\n", token.text);
	return (struct tms_store_change){ .key = tms_definition_key(arena, d.user, d.name),
		.bytes = tms_arena_take(arena, &bytes),
		.expected = TMS_STORE_ANY_REVISION };
}

static void store_feeds(struct bench *b, size_t begin, size_t end)
{
	static struct tms_store_change changes[AT_ONCE];
	struct tms_arena arena = { 0 };

	for (size_t i = begin; i < end; i++)
		changes[i - begin] = define(b, &arena, i);
	if (arena.status != TMS_OK)
		bench_fail("no memory");
	if (tms_store_wait(&b->wait, tms_store_definitions_change(b->store, changes, end - begin,
					     tms_store_wait_call(&b->wait))) != TMS_OK)
		bench_fail("the store cannot be filled: %s", b->wait.diag.text);
	tms_arena_free(&arena);
}

/* ---- all of it ---- */

static FILE *create(const char *path)
{
	FILE *file = fopen(path, "we");

	if (!file)
		bench_fail("%s cannot be written", path);
	return file;
}

static void write_key(const struct bench *b, const char *path)
{
	struct tms_buf text = { 0 };
	FILE *file = create(path);

	tms_key_write(&text, &b->key);
	(void)fwrite(text.ptr, 1, text.len, file);
	(void)fclose(file);
	tms_buf_free(&text);
}

static size_t number_of(const char *argument)
{
	int64_t number = 0;

	if (!tms_str_int64(tms_str_from(argument), &number) || number < 1)
		bench_fail("not a number: %s", argument);
	return (size_t)number;
}

static void open_store(struct bench *b, const char *url)
{
	const struct tms_store_options options = { .url = tms_str_from(url), .timeout_ms = 60000 };
	struct tms_diag diag = { 0 };

	b->wait.base = event_base_new();
	if (!b->wait.base || tms_store_open(b->wait.base, &options, &b->store, &diag) != TMS_OK)
		bench_fail("the store cannot be opened: %s", diag.text);
}

int main(int argc, char **argv)
{
	struct bench b = { .key = { { 1, 2, 3 } } };
	size_t rules_count = 0;

	if (argc != 10 || sodium_init() < 0)
		bench_fail("fill_bench URL KEY PATHS ITEMS RULES FEEDS SOURCES EACH TAKEN");
	b.rules = bench_lines(bench_map(argv[5]), &rules_count);
	b.feeds = number_of(argv[6]);
	b.world = (struct world){ .sources = number_of(argv[7]),
		.each = number_of(argv[8]),
		.now = (tms_time)time(NULL),
		.random = UINT64_C(88172645463325252) };
	b.taken = number_of(argv[9]);
	if (b.feeds > rules_count || b.taken > b.world.sources)
		bench_fail("too few rules, or sources");
	write_key(&b, argv[2]);
	b.paths = create(argv[3]);
	open_store(&b, argv[1]);
	double begun_s = bench_wall_s();
	world_windows(&b.world, bench_map(argv[4]));
	for (size_t i = 0; i < b.world.sources; i++)
		store_source(&b, i);
	for (size_t i = 0; i < b.feeds; i += AT_ONCE)
		store_feeds(&b, i, i + AT_ONCE < b.feeds ? i + AT_ONCE : b.feeds);
	bench_print("fill.wall", bench_wall_s() - begun_s, "s");
	(void)fclose(b.paths);
	tms_store_wait_fini(&b.wait);
	tms_store_free(b.store);
	event_base_free(b.wait.base);
	world_free(&b.world);
	free(b.rules);
	return 0;
}
