/*
 * Many sources in one catalogue, beside an index of each set's view alone:
 * scope_bench ITEMS RULES COUNT SOURCES EACH PAIRED [PART…]
 * ITEMS   a Hugging Face listing, whose texts the sources repeat
 * RULES   as shared/bench/rules.py writes them; the first COUNT are added
 * EACH    items of a source, PAIRED of which its pair lists too
 * PART    ask, twins or change: only these
 * What it prints as "first" and "again" is cold: other memory is read before (sets_flush).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "scope_sets.h"

#define SCOPES 2000 /* that are there when a text changes … */
#define SCOPE_SOURCES 20
#define LARGE 200 /* sources of a large set */
#define CHANGES 200
#define TWINS 700 /* items of two sources that list nearly the same … */
#define APART 10  /* … but for so many */
#define SLICE 350 /* work of a slice, as the service gives it */

static void add_rules(struct sets *b)
{
	double start = bench_cpu_s(), heap = bench_heap_bytes();

	for (size_t i = 0; i < b->rules_count; i++) {
		struct tms_diag diag = { 0 };
		if (tms_index_add_rule(tms_catalog_index(b->world.catalog), b->rules[i], NULL,
			    &b->numbers[i], &diag) != TMS_OK)
			bench_fail("a rule was refused: %s", diag.text);
	}
	bench_print("rules.load", (bench_cpu_s() - start) / (double)b->rules_count * MICRO, "us");
	bench_print("rules.bytes", (bench_heap_bytes() - heap) / (double)b->rules_count, "B");
}

/* ---- many scopes, and a text that changes ---- */

/* A scope of each pair, so that all that can be merged is. */
static void hold_pairs(struct sets *b, struct tms_scope **pairs)
{
	double heap = bench_heap_bytes();

	for (size_t i = 0; i + 1 < b->world.sources; i += 2) {
		const size_t both[] = { i, i + 1 };
		pairs[i / 2] = sets_scope(b, both, 2);
		sets_build(pairs[i / 2]);
	}
	double merged = (double)sets_stats(b).merged;
	bench_print("merged", merged, "");
	bench_print("merged.bytes", (bench_heap_bytes() - heap) / merged, "B");
}

static void hold_scopes(struct sets *b, struct tms_scope **scopes)
{
	size_t chosen[SCOPE_SOURCES];
	double heap = bench_heap_bytes();

	for (size_t i = 0; i < SCOPES; i++) {
		sets_choose(b, chosen, SCOPE_SOURCES);
		scopes[i] = sets_scope(b, chosen, SCOPE_SOURCES);
	}
	bench_print("scope.bytes", (bench_heap_bytes() - heap) / SCOPES, "B");
	for (size_t i = 0; i < SCOPES; i++)
		sets_build(scopes[i]);
	bench_print("scope.built_bytes", (bench_heap_bytes() - heap) / SCOPES, "B");
}

struct changes {
	struct alone alone;
	double ours[CHANGES], theirs[CHANGES]; /* us of an item put */
	double excess;                         /* puts beyond those that a change needs */
};

/* The same text in the catalogue and in an index of one view. */
static void change_text(struct sets *b, struct changes *c, bool is_paired, size_t n)
{
	struct world *w = &b->world;
	size_t source = world_random(w, SCOPE_SOURCES);
	size_t item = is_paired ? world_random(w, w->paired)
				: w->paired + world_random(w, w->each - w->paired);
	size_t needed = 1 + (size_t)is_paired;
	char id[WORLD_ID_MAX];

	world_change(w, source, item, id);
	uint64_t puts = sets_stats(b).puts;
	double start = bench_cpu_s();
	(void)world_follow(w, w->numbers[source], SIZE_MAX);
	c->ours[n] = (bench_cpu_s() - start) * MICRO / (double)needed;
	c->excess += (double)(sets_stats(b).puts - puts) - (double)needed;
	alone_refresh(&c->alone);
	struct tms_view_item *changed = NULL;
	for (size_t i = 0; i < tms_view_count(c->alone.view) && !changed; i++)
		if (tms_str_equal(tms_view_at(c->alone.view, i)->merged.item.id, tms_str_from(id)))
			changed = tms_view_at(c->alone.view, i);
	start = bench_cpu_s();
	if (!changed || tms_index_put(c->alone.index, changed, NULL) != TMS_OK)
		bench_fail("a changed item was refused");
	c->theirs[n] = (bench_cpu_s() - start) * MICRO;
}

/* Behind what puts items, slots of the index that nobody holds. */
static void change_texts(struct sets *b)
{
	struct changes c = { 0 };
	size_t chosen[SCOPE_SOURCES];

	for (size_t i = 0; i < SCOPE_SOURCES; i++)
		chosen[i] = i;
	alone_init(b, &c.alone, chosen, SCOPE_SOURCES);
	for (size_t i = 0; i < CHANGES; i++)
		change_text(b, &c, false, i);
	bench_print_list("change", c.ours, CHANGES, "us");
	bench_print_list("change.view", c.theirs, CHANGES, "us");
	for (size_t i = 0; i < CHANGES; i++)
		change_text(b, &c, true, i);
	bench_print_list("change_merged", c.ours, CHANGES, "us");
	bench_print_list("change_merged.view", c.theirs, CHANGES, "us");
	bench_print("change.excess", c.excess, "");
	alone_fini(&c.alone);
}

/* ---- items that come and go ---- */

/* One item in a source of its own. */
static void come_and_go(struct sets *b)
{
	double come[CHANGES], go[CHANGES], come_alone[CHANGES], go_alone[CHANGES];
	struct world *w = &b->world;
	const size_t few[] = { 0 };
	struct alone alone;

	alone_init(b, &alone, few, 1);
	for (size_t i = 0; i < CHANGES; i++) {
		struct tms_window *window = world_window(w, "one", w->sources, i, 1);
		struct alone item;
		uint32_t number;
		if (tms_catalog_add(w->catalog, window, &number) != TMS_OK)
			bench_fail("the catalogue refused a window");
		double start = bench_cpu_s();
		(void)world_follow(w, number, SIZE_MAX);
		come[i] = (bench_cpu_s() - start) * MICRO;
		start = bench_cpu_s();
		tms_catalog_remove(w->catalog, number);
		go[i] = (bench_cpu_s() - start) * MICRO;
		item = (struct alone){ .windows = &window, .count = 1 };
		if (tms_view_new(&item.view) != TMS_OK)
			bench_fail("no memory for a view");
		alone_refresh(&item);
		start = bench_cpu_s();
		if (tms_index_put(alone.index, tms_view_at(item.view, 0), NULL) != TMS_OK)
			bench_fail("an item was refused");
		come_alone[i] = (bench_cpu_s() - start) * MICRO;
		start = bench_cpu_s();
		tms_index_remove(alone.index, tms_view_at(item.view, 0)->merged.item.id);
		go_alone[i] = (bench_cpu_s() - start) * MICRO;
		tms_view_free(item.view);
		tms_window_free(window);
	}
	bench_print("slots", (double)tms_index_slots(tms_catalog_index(w->catalog)), "");
	bench_print_list("come", come, CHANGES, "us");
	bench_print_list("go", go, CHANGES, "us");
	bench_print_list("come.view", come_alone, CHANGES, "us");
	bench_print_list("go.view", go_alone, CHANGES, "us");
	alone_fini(&alone);
}

/* ---- two sources that list nearly the same, never asked together ---- */

static void build_twins(const struct sets *b, const uint32_t *numbers)
{
	struct tms_scope *scope = NULL;
	double longest = 0, total = 0;
	size_t slices = 0;
	bool more = true;

	if (tms_scope_new(b->world.catalog, numbers, 2, &scope) != TMS_OK)
		bench_fail("a scope was refused");
	for (; more; slices++) {
		double start = bench_cpu_s();
		if (tms_scope_step(scope, SLICE, &more) != TMS_OK)
			bench_fail("a scope could not be built");
		double took = bench_cpu_s() - start;
		longest = took > longest ? took : longest;
		total += took;
	}
	bench_print("twins.slices", (double)slices, "");
	bench_print("twins.longest", longest * 1e3, "ms");
	bench_print("twins.total", total * 1e3, "ms");
	tms_scope_free(scope);
}

static void tidy_twins(const struct sets *b)
{
	double longest = 0;

	for (bool more = true; more;) {
		double start = bench_cpu_s();
		more = tms_catalog_tidy(b->world.catalog, SLICE);
		double took = bench_cpu_s() - start;
		longest = took > longest ? took : longest;
	}
	bench_print("twins.tidy_longest", longest * 1e3, "ms");
}

static void ask_twins(struct sets *b)
{
	struct world *w = &b->world;
	struct tms_window *windows[2];
	uint32_t numbers[2];
	double longest = 0;

	for (size_t i = 0; i < 2; i++) {
		windows[i] = world_window(w, i ? "right" : "left", w->sources, i * APART, TWINS);
		if (tms_catalog_add(w->catalog, windows[i], &numbers[i]) != TMS_OK)
			bench_fail("the catalogue refused a window");
		double took = world_follow(w, numbers[i], SLICE);
		longest = took > longest ? took : longest;
	}
	bench_print("twins.follow_longest", longest * 1e3, "ms");
	build_twins(b, numbers);
	tidy_twins(b);
	for (size_t i = 0; i < 2; i++) {
		tms_catalog_remove(w->catalog, numbers[i]);
		tms_window_free(windows[i]);
	}
}

static size_t number_of(const char *argument)
{
	int64_t number = 0;

	if (!tms_str_int64(tms_str_from(argument), &number) || number < 1)
		bench_fail("not a number: %s", argument);
	return (size_t)number;
}

static void make_world(struct sets *b, char **argv)
{
	b->rules = bench_lines(bench_map(argv[2]), &b->rules_count);
	if (number_of(argv[3]) > b->rules_count)
		bench_fail("%s has only %zu rules", argv[2], b->rules_count);
	b->rules_count = number_of(argv[3]);
	b->numbers = bench_alloc(b->rules_count * sizeof(*b->numbers));
	b->world = (struct world){ .sources = number_of(argv[4]),
		.each = number_of(argv[5]),
		.paired = number_of(argv[6]),
		.now = INT64_C(1772452800),
		.random = UINT64_C(88172645463325252) };
	if (b->world.sources < 2 * LARGE || b->world.paired >= b->world.each)
		bench_fail("too few sources, or items of one");
	world_windows(&b->world, bench_map(argv[1]));
	world_catalog(&b->world);
	add_rules(b);
}

static void ask_all(struct sets *b)
{
	sets_ask(b, "one", 1, 20, 20);
	sets_ask(b, "twenty", SCOPE_SOURCES, 20, 20);
	sets_ask(b, "many", LARGE, 2, 60);
}

static void change_all(struct sets *b)
{
	struct tms_scope **pairs = bench_alloc(b->world.sources * sizeof(struct tms_scope *));
	struct tms_scope **scopes = bench_alloc(SCOPES * sizeof(struct tms_scope *));

	hold_pairs(b, pairs);
	hold_scopes(b, scopes);
	change_texts(b);
	come_and_go(b);
	for (size_t i = 0; i < SCOPES; i++)
		tms_scope_free(scopes[i]);
	for (size_t i = 0; i + 1 < b->world.sources; i += 2)
		tms_scope_free(pairs[i / 2]);
	free((void *)pairs);
	free((void *)scopes);
}

/* Is this part named, or none? */
static bool wants(int argc, char **argv, const char *part)
{
	for (int i = 7; i < argc; i++)
		if (strcmp(argv[i], part) == 0)
			return true;
	return argc <= 7;
}

int main(int argc, char **argv)
{
	struct sets b = { 0 };

	if (argc < 7)
		bench_fail("usage: scope_bench ITEMS RULES COUNT SOURCES EACH PAIRED [PART...]");
	make_world(&b, argv);
	if (wants(argc, argv, "ask"))
		ask_all(&b);
	if (wants(argc, argv, "twins"))
		ask_twins(&b);
	if (wants(argc, argv, "change"))
		change_all(&b);
	world_free(&b.world);
	return 0;
}
