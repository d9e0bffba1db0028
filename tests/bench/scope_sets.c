#include "scope_sets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"

#define FLUSH_BYTES ((size_t)96 << 20)
#define LINE 64
#define PAGE 64  /* slots that a scope has with one mask */
#define LIST 20  /* entries of an answer */
#define AGAIN 10 /* askings, or buildings, that a warm one is the mean of */

/* How a set is asked: by the index of its view alone, or through its scope. */
struct side {
	struct tms_index *index; /* of the view; NULL: the scope is asked */
	struct tms_scope *scope;
	double *first, *again, *warm; /* us: never asked and cold, asked before and cold, warm */
	uint64_t looked;              /* items looked at by asking again */
};

/* ---- clocks and caches ---- */

void sets_flush(struct sets *b)
{
	if (!b->flush)
		b->flush = bench_alloc(FLUSH_BYTES);
	for (size_t i = 0; i < FLUSH_BYTES; i += LINE)
		b->sink += (uint64_t)b->flush[i]++;
}

static void print_quantiles(const char *set, const char *name, double *list, size_t count)
{
	char longer[64];

	(void)snprintf(longer, sizeof(longer), "%s.%s", set, name);
	bench_print(longer, bench_quantile(list, count, .5), "us");
	(void)snprintf(longer, sizeof(longer), "%s.%s.p99", set, name);
	bench_print(longer, bench_quantile(list, count, .99), "us");
}

static void print_of(const char *set, const char *name, double value, const char *unit)
{
	char longer[64];

	(void)snprintf(longer, sizeof(longer), "%s.%s", set, name);
	bench_print(longer, value, unit);
}

/* ---- sets ---- */

static bool has(const size_t *list, size_t count, size_t wanted)
{
	for (size_t i = 0; i < count; i++)
		if (list[i] == wanted)
			return true;
	return false;
}

void sets_choose(struct sets *b, size_t *chosen, size_t count)
{
	size_t done = 0;

	while (done < count) {
		size_t source = world_random(&b->world, b->world.sources) & ~(size_t)1;
		if (has(chosen, done, source))
			continue;
		chosen[done++] = source;
		if (done < count && world_random(&b->world, 2) == 0)
			chosen[done++] = source + 1;
	}
}

size_t sets_merged(const struct sets *b, const size_t *chosen, size_t count)
{
	size_t pairs = 0;

	for (size_t i = 0; i < count; i++)
		pairs += chosen[i] % 2 == 0 && has(chosen, count, chosen[i] + 1);
	return pairs * b->world.paired;
}

struct tms_scope *sets_scope(const struct sets *b, const size_t *chosen, size_t count)
{
	struct tms_scope *scope = NULL;
	uint32_t *numbers = bench_alloc(count * sizeof(*numbers));

	for (size_t i = 0; i < count; i++)
		numbers[i] = b->world.numbers[chosen[i]];
	if (tms_scope_new(b->world.catalog, numbers, count, &scope) != TMS_OK)
		bench_fail("a scope was refused");
	free(numbers);
	return scope;
}

void sets_build(struct tms_scope *scope)
{
	bool more = true;

	if (tms_scope_step(scope, SIZE_MAX, &more) != TMS_OK || more)
		bench_fail("a scope could not be built");
}

struct tms_catalog_stats sets_stats(const struct sets *b)
{
	struct tms_catalog_stats stats;

	tms_catalog_stats(b->world.catalog, &stats);
	return stats;
}

/* ---- one view and its index, as a set had before ---- */

void alone_refresh(struct alone *alone)
{
	if (tms_view_refresh(alone->view, alone->windows, alone->count) != TMS_OK)
		bench_fail("a view was refused");
}

void alone_init(const struct sets *b, struct alone *alone, const size_t *chosen, size_t count)
{
	*alone = (struct alone){ .count = count };
	alone->windows = bench_alloc(count * sizeof(struct tms_window *));
	for (size_t i = 0; i < count; i++)
		alone->windows[i] = b->world.windows[chosen[i]];
	if (tms_view_new(&alone->view) != TMS_OK ||
		tms_index_new((struct tms_hash_seed){ 3, 4 }, &alone->index) != TMS_OK)
		bench_fail("no memory for a view");
	alone_refresh(alone);
	for (size_t i = 0; i < tms_view_count(alone->view); i++)
		if (tms_index_put(alone->index, tms_view_at(alone->view, i), NULL) != TMS_OK)
			bench_fail("an item was refused");
}

void alone_fini(struct alone *alone)
{
	tms_index_free(alone->index);
	tms_view_free(alone->view);
	free(alone->windows);
}

/* ---- selecting ---- */

static void select_once(const struct sets *b, const struct side *side, uint32_t rule,
	struct tms_arena *arena, struct tms_selection *out)
{
	enum tms_status st =
		side->index ? tms_index_select(side->index, rule, b->world.now, LIST, arena, out)
			    : tms_scope_select(side->scope, rule, b->world.now, LIST, arena, out);

	if (st != TMS_OK)
		bench_fail("a rule could not be asked");
}

static double select_cold(struct sets *b, const struct side *side, uint32_t rule,
	struct tms_arena *arena, struct tms_selection *out)
{
	sets_flush(b);
	double start = bench_cpu_s();
	select_once(b, side, rule, arena, out);
	return (bench_cpu_s() - start) * MICRO;
}

static uint64_t looked_at(const struct sets *b, const struct side *side)
{
	struct tms_index_stats stats;

	tms_index_stats(side->index ? side->index : tms_catalog_index(b->world.catalog), &stats);
	return stats.items_verified;
}

/* Asking number n of all. */
static void ask(struct sets *b, struct side *side, uint32_t rule, size_t n, struct tms_arena *arena,
	struct tms_selection *out)
{
	side->first[n] = select_cold(b, side, rule, arena, out);
	uint64_t before = looked_at(b, side);
	side->again[n] = select_cold(b, side, rule, arena, out);
	side->looked += looked_at(b, side) - before;
	double start = bench_cpu_s();
	for (size_t i = 0; i < AGAIN; i++)
		select_once(b, side, rule, arena, out);
	side->warm[n] = (bench_cpu_s() - start) * MICRO / AGAIN;
}

static bool is_same(const struct tms_selection *a, const struct tms_selection *b)
{
	if (a->count != b->count || a->kept_count != b->kept_count ||
		a->seen_count != b->seen_count || a->expires != b->expires)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (a->list[i].entered != b->list[i].entered ||
			a->list[i].item->version != b->list[i].item->version ||
			!tms_str_equal(
				a->list[i].item->merged.item.id, b->list[i].item->merged.item.id))
			return false;
	return true;
}

static void ask_both(struct sets *b, struct side *alone, struct side *scope, size_t n)
{
	size_t which = world_random(&b->world, b->rules_count);
	struct tms_arena arena = { 0 };
	struct tms_selection theirs, ours;
	struct tms_diag diag = { 0 };
	uint32_t rule = 0;

	if (tms_index_add_rule(alone->index, b->rules[which], NULL, &rule, &diag) != TMS_OK)
		bench_fail("a rule was refused: %s", diag.text);
	ask(b, alone, rule, n, &arena, &theirs);
	ask(b, scope, b->numbers[which], n, &arena, &ours);
	if (!is_same(&theirs, &ours))
		bench_fail("the scope's selection differs: %zu of %zu kept, the view's %zu of %zu: "
			   "%.*s",
			ours.kept_count, ours.seen_count, theirs.kept_count, theirs.seen_count,
			TMS_STR_ARGS(b->rules[which]));
	tms_arena_free(&arena);
}

/* What building the scopes of these sets cost. */
struct built {
	double *first, *cold, *warm; /* us: with what is merged for it; the rest of it, twice */
	double bytes, pages, excess;
};

/* Another scope of a set, whose merged items are there. */
static void build_again(
	struct sets *b, const size_t *chosen, size_t count, size_t set, struct built *built)
{
	struct tms_scope *scopes[AGAIN + 1];
	struct tms_catalog_stats before = sets_stats(b), after;
	size_t pages = count * ((b->world.each + PAGE - 1) / PAGE);

	scopes[AGAIN] = sets_scope(b, chosen, count);
	sets_flush(b);
	double start = bench_cpu_s();
	sets_build(scopes[AGAIN]);
	built->cold[set] = (bench_cpu_s() - start) * MICRO;
	after = sets_stats(b);
	double visits = (double)(after.visits - before.visits);
	built->bytes += (double)(after.bytes - before.bytes);
	built->pages += visits - (double)(count * b->world.paired);
	built->excess +=
		visits - (double)(pages + count * b->world.paired + sets_merged(b, chosen, count));
	for (size_t i = 0; i < AGAIN; i++)
		scopes[i] = sets_scope(b, chosen, count);
	start = bench_cpu_s();
	for (size_t i = 0; i < AGAIN; i++)
		sets_build(scopes[i]);
	built->warm[set] = (bench_cpu_s() - start) * MICRO / AGAIN;
	for (size_t i = 0; i <= AGAIN; i++)
		tms_scope_free(scopes[i]);
}

static void print_sets(const char *name, struct side *alone, struct side *scope, size_t asked,
	struct built *built, size_t sets)
{
	char of_view[48];

	(void)snprintf(of_view, sizeof(of_view), "%s.view", name);
	print_quantiles(of_view, "first", alone->first, asked);
	print_quantiles(of_view, "again", alone->again, asked);
	print_quantiles(of_view, "warm", alone->warm, asked);
	print_quantiles(name, "first", scope->first, asked);
	print_quantiles(name, "again", scope->again, asked);
	print_quantiles(name, "warm", scope->warm, asked);
	print_of(name, "looked_again", (double)scope->looked, "");
	print_quantiles(name, "build_first", built->first, sets);
	print_quantiles(name, "build_cold", built->cold, sets);
	print_quantiles(name, "build_warm", built->warm, sets);
	print_of(name, "page_bytes", built->bytes / built->pages, "B");
	print_of(name, "visits_beyond", built->excess, "");
}

static double *list_of(size_t count)
{
	return bench_alloc(count * sizeof(double));
}

static struct side side_of(size_t count)
{
	return (struct side){
		.first = list_of(count), .again = list_of(count), .warm = list_of(count)
	};
}

static void side_free(struct side *side)
{
	free(side->first);
	free(side->again);
	free(side->warm);
}

/* So many sets of `size` sources, each asked so many rules. */
void sets_ask(struct sets *b, const char *name, size_t size, size_t sets, size_t rules)
{
	size_t *chosen = bench_alloc(size * sizeof(*chosen)), asked = 0;
	struct side alone = side_of(sets * rules), scope = side_of(sets * rules);
	struct built built = { list_of(sets), list_of(sets), list_of(sets), 0, 0, 0 };

	for (size_t set = 0; set < sets; set++) {
		struct alone own;
		sets_choose(b, chosen, size);
		alone_init(b, &own, chosen, size);
		alone.index = own.index;
		scope.scope = sets_scope(b, chosen, size);
		double start = bench_cpu_s();
		sets_build(scope.scope);
		built.first[set] = (bench_cpu_s() - start) * MICRO;
		build_again(b, chosen, size, set, &built);
		for (size_t i = 0; i < rules; i++)
			ask_both(b, &alone, &scope, asked++);
		tms_scope_free(scope.scope);
		alone_fini(&own);
	}
	print_sets(name, &alone, &scope, asked, &built, sets);
	side_free(&alone);
	side_free(&scope);
	free(built.first);
	free(built.cold);
	free(built.warm);
	free(chosen);
}
