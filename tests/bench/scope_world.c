#include "scope_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"

#define TEXTS_STEP 7919 /* prime: neighbours get texts that lie apart */
#define LISTED_PARTS 8  /* a window's items came in so many listings … */
#define LISTED_DAYS 29  /* … over so many days */
#define BODIES_MAX 100000

size_t world_random(struct world *w, size_t below)
{
	return (size_t)(bench_random(&w->random) % below);
}

bool world_is_paired(const struct world *w, size_t item)
{
	return item < w->paired;
}

/* Whose item it is that this source lists. */
static size_t owner_of(const struct world *w, size_t source, size_t item)
{
	return world_is_paired(w, item) ? source & ~(size_t)1 : source;
}

static void fill_item(const struct world *w, size_t owner, size_t number, size_t text, char *id,
	struct tms_item *item)
{
	*item = w->texts.items[text * TEXTS_STEP % w->texts.items_count];
	(void)snprintf(id, WORLD_ID_MAX, "x%zu-%zu", owner, number);
	item->id = item->upstream_id = tms_str_from(id);
}

/* The item of this source: one that its pair lists first is said there better. */
static void fill_own(const struct world *w, size_t source, size_t number, size_t text, char *id,
	struct tms_item *item)
{
	size_t owner = owner_of(w, source, number);

	fill_item(w, owner, number, text, id, item);
	if (owner != source)
		item->origin = TMS_ORIGIN_OTHER;
}

static void list_items(const struct world *w, struct tms_window *window, struct tms_item *items,
	size_t count, tms_time now)
{
	struct tms_listing listing = w->texts;
	struct tms_apply_report report;
	struct tms_apply how = { .now = now, .poll = TMS_STR("bench") };

	listing.items = items;
	listing.items_count = count;
	if (tms_window_apply(window, &listing, &how, &report) != TMS_OK)
		bench_fail("a window refused its items");
}

static struct tms_window *new_window(const char *name, size_t seed)
{
	struct tms_window *window = NULL;

	if (tms_window_new(tms_str_from(name), (struct tms_hash_seed){ 1, seed }, &window) !=
		TMS_OK)
		bench_fail("no memory for a window");
	return window;
}

struct tms_window *world_window(
	const struct world *w, const char *name, size_t owner, size_t first, size_t count)
{
	struct tms_window *window = new_window(name, owner + first);
	struct tms_item *items = bench_alloc(count * sizeof(*items));
	char(*ids)[WORLD_ID_MAX] = bench_alloc(count * sizeof(*ids));

	for (size_t i = 0; i < count; i++)
		fill_item(w, owner, first + i, owner * w->each + first + i, ids[i], &items[i]);
	list_items(w, window, items, count, w->now - TMS_DAY_S);
	free(items);
	free(ids);
	return window;
}

static void make_source(struct world *w, size_t source)
{
	char name[WORLD_ID_MAX];
	struct tms_item *items = bench_alloc(w->each * sizeof(*items));
	char(*ids)[WORLD_ID_MAX] = bench_alloc(w->each * sizeof(*ids));
	size_t done = 0;

	(void)snprintf(name, sizeof(name), "s%zu", source);
	w->windows[source] = new_window(name, source);
	for (size_t i = 0; i < w->each; i++)
		fill_own(w, source, i, owner_of(w, source, i) * w->each + i, ids[i], &items[i]);
	for (size_t part = 1; part <= LISTED_PARTS; part++) {
		size_t end = part * w->each / LISTED_PARTS;
		tms_time days = (tms_time)(1 + world_random(w, LISTED_DAYS));
		list_items(
			w, w->windows[source], items + done, end - done, w->now - days * TMS_DAY_S);
		done = end;
	}
	if (tms_window_count(w->windows[source]) != w->each)
		bench_fail("window %zu does not hold its items", source);
	free(items);
	free(ids);
}

void world_change(struct world *w, size_t source, size_t item, char *id)
{
	struct tms_item changed;

	fill_own(w, source, item, world_random(w, w->sources * w->each), id, &changed);
	list_items(w, w->windows[source], &changed, 1, w->now);
}

double world_follow(struct world *w, uint32_t number, size_t work)
{
	double longest = 0;
	bool more = true;

	while (more) {
		double start = bench_cpu_s();
		if (tms_catalog_step(w->catalog, number, work, NULL, NULL, &more) != TMS_OK)
			bench_fail("the catalogue refused a source");
		double took = bench_cpu_s() - start;
		longest = took > longest ? took : longest;
	}
	return longest;
}

void world_catalog(struct world *w)
{
	double items = (double)(w->sources * w->each), heap = bench_heap_bytes();
	double start = bench_cpu_s();
	struct tms_index_stats stats;

	if (tms_catalog_new((struct tms_hash_seed){ 5, 6 }, &w->catalog) != TMS_OK)
		bench_fail("no memory for a catalogue");
	for (size_t i = 0; i < w->sources; i++) {
		if (tms_catalog_add(w->catalog, w->windows[i], &w->numbers[i]) != TMS_OK)
			bench_fail("the catalogue refused a window");
		(void)world_follow(w, w->numbers[i], SIZE_MAX);
	}
	tms_index_stats(tms_catalog_index(w->catalog), &stats);
	bench_print("world.put", (bench_cpu_s() - start) / items * 1e6, "us");
	bench_print("world.catalog_bytes", (bench_heap_bytes() - heap) / items, "B");
	bench_print("world.index_bytes", (double)stats.item_bytes / items, "B");
}

void world_windows(struct world *w, struct tms_str items)
{
	static struct tms_arena arena; /* the texts are borrowed until the program ends */
	const struct tms_listing_hints hints = { .limits = { 1u << 30, BODIES_MAX } };
	struct tms_diag diag = { 0 };

	if (tms_listing_parse(&arena, items, &hints, &w->texts, &diag) != TMS_OK)
		bench_fail("the items cannot be read: %s", diag.text);
	w->windows = bench_alloc(w->sources * sizeof(struct tms_window *));
	w->numbers = bench_alloc(w->sources * sizeof(*w->numbers));
	double heap = bench_heap_bytes();
	for (size_t i = 0; i < w->sources; i++)
		make_source(w, i);
	bench_print("world.items", (double)(w->sources * w->each), "");
	bench_print("world.record_bytes",
		(bench_heap_bytes() - heap) / (double)(w->sources * w->each), "B");
}

void world_free(struct world *w)
{
	for (size_t i = 0; i < w->sources && w->catalog; i++)
		tms_catalog_remove(w->catalog, w->numbers[i]);
	tms_catalog_free(w->catalog);
	for (size_t i = 0; i < w->sources; i++)
		tms_window_free(w->windows[i]);
	free(w->windows);
	free(w->numbers);
}
