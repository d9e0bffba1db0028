/*
 * The index asked through its public face: index_bench RULES MORE_RULES ITEMS COUNT [linear]
 * RULES       as shared/bench/rules.py writes them; the first COUNT are added
 * MORE_RULES  others, to be added and removed one by one
 * ITEMS       a Hugging Face listing; all of its items form the window, the last 64 the batch
 * linear      ask the linear evaluator too, in turn with the index, and compare every verdict
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tamis/index.h>
#include <tamis/listing.h>

#include "bench.h"
#include "linear.h"

#define ROUNDS 7
#define REQUESTS 20000
#define REQUEST_RULES 10
#define EDITS 20000
#define PART_S 3.0 /* no part goes on for longer: what it has done by then is what is measured */
#define LINEAR_ITEMS 4 /* asked in one round: the evaluator is slow */
#define BURST 16       /* rules added between two looks at the clock while loading */
#define MICRO 1e6

struct bench {
	struct tms_window *window;
	struct tms_view *view;
	struct tms_index *index;
	struct tms_str *rules, *more;
	size_t rules_count, more_count;
	uint32_t *numbers; /* what the index calls rule i */
	uint32_t batch[TMS_BATCH_ITEMS_MAX];
	size_t batch_count;
	tms_time now;
	struct linear *linear; /* NULL: not asked */
};

/* ---- items ---- */

static void fill_window(struct bench *b, struct tms_str body)
{
	struct tms_arena arena = { 0 };
	struct tms_listing listing;
	struct tms_apply_report report;
	struct tms_diag diag = { 0 };
	struct tms_apply how = { .now = b->now, .poll = TMS_STR("bench") };

	if (tms_listing_parse(&arena, body, NULL, &listing, &diag) != TMS_OK)
		bench_fail("the items cannot be read: %s", diag.text);
	double before = bench_heap_bytes();
	if (tms_window_new(TMS_STR("bench"), (struct tms_hash_seed){ 1, 2 }, &b->window) !=
			TMS_OK ||
		tms_window_apply(b->window, &listing, &how, &report) != TMS_OK ||
		tms_view_new(&b->view) != TMS_OK ||
		tms_view_refresh(b->view, &b->window, 1) != TMS_OK)
		bench_fail("the items do not fit");
	double items = (double)tms_view_count(b->view);
	bench_print("items", items, "");
	bench_print("item_record_bytes", (bench_heap_bytes() - before) / items, "B");
	tms_arena_free(&arena);
}

static void put_items(struct bench *b)
{
	size_t count = tms_view_count(b->view);
	double before = bench_heap_bytes(), start = bench_cpu_s();

	for (size_t i = 0; i < count; i++)
		if (tms_index_put(b->index, tms_view_at(b->view, i), NULL) != TMS_OK)
			bench_fail("an item was refused");
	bench_print("put_without_rules", (bench_cpu_s() - start) / (double)count * MICRO, "us");
	bench_print("item_index_bytes", (bench_heap_bytes() - before) / (double)count, "B");
	b->batch_count = count < TMS_BATCH_ITEMS_MAX ? count : TMS_BATCH_ITEMS_MAX;
	for (size_t i = 0; i < b->batch_count; i++) {
		struct tms_view_item *item = tms_view_at(b->view, count - b->batch_count + i);
		b->batch[i] = tms_index_find(b->index, item->merged.item.id);
	}
}

/* Items come while all rules are there. */
static void put_items_again(struct bench *b)
{
	double times[TMS_BATCH_ITEMS_MAX];

	for (size_t i = 0; i < b->batch_count; i++) {
		struct tms_view_item *item = tms_view_item_ref(tms_index_at(b->index, b->batch[i]));
		tms_index_remove(b->index, item->merged.item.id);
		double start = bench_cpu_s();
		if (tms_index_put(b->index, item, &b->batch[i]) != TMS_OK)
			bench_fail("an item was refused");
		times[i] = (bench_cpu_s() - start) * MICRO;
		tms_view_item_unref(item);
	}
	bench_print_list("put_with_rules", times, b->batch_count, "us");
}

/* ---- rules ---- */

static uint32_t add_rule(struct bench *b, struct tms_str text)
{
	struct tms_diag diag = { 0 };
	uint32_t rule = TMS_INDEX_NONE;

	if (tms_index_add_rule(b->index, text, NULL, &rule, &diag) != TMS_OK)
		bench_fail("a rule was refused: %.*s: %s", TMS_STR_ARGS(text), diag.text);
	return rule;
}

static void load_rules(struct bench *b)
{
	double heap = bench_heap_bytes(), resident = bench_anonymous_bytes();
	double start = bench_cpu_s(), last = start, longest = 0;

	for (size_t i = 0; i < b->rules_count; i++) {
		b->numbers[i] = add_rule(b, b->rules[i]);
		if (i % BURST == BURST - 1) {
			double now = bench_cpu_s();
			longest = now - last > longest ? now - last : longest;
			last = now;
		}
	}
	double count = (double)b->rules_count;
	bench_print("load", (bench_cpu_s() - start) / count * MICRO, "us");
	bench_print("load_longest", longest * 1e3, "ms");
	bench_print("rule_heap_bytes", (bench_heap_bytes() - heap) / count, "B");
	bench_print("rule_resident_bytes", (bench_anonymous_bytes() - resident) / count, "B");
	struct tms_index_stats stats;
	tms_index_stats(b->index, &stats);
	bench_print("rules_distinct", (double)stats.rules, "");
}

/* Each edit alone; CPU time, so that what other programs do does not look like a pause. */
static void edit_rules(struct bench *b)
{
	size_t count = b->more_count < EDITS ? b->more_count : EDITS;
	double part = bench_wall_s();
	double *added = bench_alloc(count * sizeof(double));
	double *removed = bench_alloc(count * sizeof(double));
	double *seen = bench_alloc(count * sizeof(double));
	uint32_t *rules = bench_alloc(count * sizeof(uint32_t));

	for (size_t i = 0; i < count; i++) {
		struct tms_arena arena = { 0 };
		struct tms_selection got;
		double start = bench_cpu_s();
		rules[i] = add_rule(b, b->more[i]);
		added[i] = (bench_cpu_s() - start) * MICRO;
		if (tms_index_select(b->index, rules[i], b->now, 0, &arena, &got) != TMS_OK)
			bench_fail("a new rule could not be asked");
		seen[i] = (bench_cpu_s() - start) * MICRO;
		tms_arena_free(&arena);
		if (bench_wall_s() > part + PART_S)
			count = i + 1;
	}
	for (size_t i = 0; i < count; i++) {
		double start = bench_cpu_s();
		tms_index_remove_rule(b->index, rules[i]);
		removed[i] = (bench_cpu_s() - start) * MICRO;
	}
	bench_print_list("add", added, count, "us");
	bench_print("add.p99", bench_quantile(added, count, .99), "us");
	bench_print_list("add_and_ask", seen, count, "us");
	bench_print_list("remove", removed, count, "us");
	bench_print("remove.p99", bench_quantile(removed, count, .99), "us");
	free(added);
	free(removed);
	free(seen);
	free(rules);
}

/* ---- requests ---- */

/* Ten rules of one person, chosen at random. max: entries wanted of each. */
static void ask_requests(struct bench *b, const char *name, uint64_t seed, size_t max)
{
	double *times = bench_alloc(REQUESTS * sizeof(double));
	struct tms_arena arena = { 0 };
	struct tms_index_stats before, after;
	double part = bench_wall_s();
	size_t kept = 0, count = 0;
	char longer[64];

	tms_index_stats(b->index, &before);
	for (; count < REQUESTS && bench_wall_s() < part + PART_S; count++) {
		uint32_t rules[REQUEST_RULES];
		for (size_t k = 0; k < REQUEST_RULES; k++)
			rules[k] = b->numbers[bench_random(&seed) % b->rules_count];
		double start = bench_cpu_s();
		tms_index_prefetch(b->index, rules, REQUEST_RULES);
		for (size_t k = 0; k < REQUEST_RULES; k++) {
			struct tms_selection got;
			if (tms_index_select(b->index, rules[k], b->now, max, &arena, &got) !=
				TMS_OK)
				bench_fail("a rule could not be asked");
			kept += got.kept_count;
		}
		times[count] = (bench_cpu_s() - start) * MICRO;
		tms_arena_rewind(&arena, 0);
	}
	tms_index_stats(b->index, &after);
	bench_print_list(name, times, count, "us");
	(void)snprintf(longer, sizeof(longer), "%s.p99", name);
	bench_print(longer, bench_quantile(times, count, .99), "us");
	(void)snprintf(longer, sizeof(longer), "%s.kept", name);
	bench_print(longer, (double)kept / (double)count / REQUEST_RULES, "");
	(void)snprintf(longer, sizeof(longer), "%s.rows_made", name);
	bench_print(longer, (double)(after.rows_made - before.rows_made) / (double)count, "");
	(void)snprintf(longer, sizeof(longer), "%s.verified", name);
	bench_print(
		longer, (double)(after.items_verified - before.items_verified) / (double)count, "");
	tms_arena_free(&arena);
	free(times);
}

/* ---- batches ---- */

struct told {
	uint64_t *masks; /* by the index's number of a rule */
	size_t capacity;
};

static void keep_mask(void *context, uint32_t rule, uint64_t items)
{
	struct told *told = context;

	if (rule >= told->capacity)
		bench_fail("a rule was told that was never added");
	told->masks[rule] |= items;
}

static double ask_batch(struct bench *b, struct told *told)
{
	struct tms_batch *batch = NULL;
	double start = bench_cpu_s();

	memset(told->masks, 0, told->capacity * sizeof(*told->masks));
	start = bench_cpu_s();
	if (tms_batch_new(b->index, b->batch, b->batch_count, b->now, &batch) != TMS_OK)
		bench_fail("a batch was refused");
	while (tms_batch_step(batch, TMS_BATCH_ALL, keep_mask, told))
		;
	tms_batch_free(batch);
	return bench_cpu_s() - start;
}

/* The same in slices, as a service does it between requests; the longest one. */
static void slice_batch(struct bench *b, struct told *told)
{
	struct tms_batch *batch = NULL;
	double longest = 0, total = 0;
	bool more = true;

	for (size_t steps = 0; more; steps++) {
		double start = bench_cpu_s();
		if (steps > 0) /* to begin one is a slice of its own, as in the service */
			more = tms_batch_step(batch, 500, keep_mask, told);
		else if (tms_batch_new(b->index, b->batch, b->batch_count, b->now, &batch) !=
			 TMS_OK)
			bench_fail("a batch was refused");
		double took = bench_cpu_s() - start;
		longest = took > longest ? took : longest;
		total += took;
	}
	tms_batch_free(batch);
	bench_print("batch_slice_longest", longest * 1e3, "ms");
	bench_print("batch_sliced", total * 1e3, "ms");
}

static double ask_list(struct bench *b, const uint32_t *rules, size_t count, const struct told *all)
{
	struct told told = { bench_alloc(all->capacity * sizeof(*told.masks)), all->capacity };
	size_t work = TMS_BATCH_ALL;
	struct tms_batch *batch = NULL;
	double start = bench_cpu_s();

	if (tms_batch_new(b->index, b->batch, b->batch_count, b->now, &batch) != TMS_OK)
		bench_fail("a batch was refused");
	while (tms_batch_ask(batch, rules, count, &work, keep_mask, &told) < count)
		;
	tms_batch_free(batch);
	double took = bench_cpu_s() - start;
	for (size_t i = 0; i < count; i++)
		if (told.masks[rules[i]] != all->masks[rules[i]])
			bench_fail("a list says something else than all rules");
	free(told.masks);
	return took;
}

/* Lists of random rules, each beside all rules. */
static void ask_lists(struct bench *b, struct told *told)
{
	static const size_t parts[] = { 10000, 1000, 100, 10 };
	uint32_t *rules = bench_alloc(b->rules_count * sizeof(*rules));
	uint64_t seed = 2463534242u;

	for (size_t p = 0; p < TMS_COUNT(parts); p++) {
		double ratios[ROUNDS], times[ROUNDS];
		char name[48];
		size_t count = b->rules_count / parts[p];
		for (size_t round = 0; round < ROUNDS; round++) {
			for (size_t i = 0; i < count; i++)
				rules[i] = b->numbers[bench_random(&seed) % b->rules_count];
			double all = ask_batch(b, told);
			times[round] = ask_list(b, rules, count, told);
			ratios[round] = times[round] / all;
			times[round] *= 1e3;
		}
		(void)snprintf(name, sizeof(name), "list_%zu", parts[p]);
		bench_print_list(name, ratios, ROUNDS, "x");
		(void)snprintf(name, sizeof(name), "list_%zu_ms", parts[p]);
		bench_print_list(name, times, ROUNDS, "ms");
	}
	free(rules);
}

/* Every verdict of both, of one item. */
static size_t compare(struct bench *b, const struct told *told, size_t item)
{
	unsigned char *matched = bench_alloc(b->rules_count / 8 + 1);
	size_t different = 0;

	(void)linear_ask(b->linear, item, matched);
	for (size_t i = 0; i < b->rules_count; i++) {
		bool kept = matched[i / 8] >> i % 8 & 1;
		bool told_kept = told->masks[b->numbers[i]] >> item & 1;
		if (kept != told_kept && different++ < 3)
			(void)fprintf(stderr, "differs on item %zu: %.*s: linear %d\n", item,
				TMS_STR_ARGS(b->rules[i]), kept);
	}
	free(matched);
	return different;
}

static void make_linear(struct bench *b)
{
	struct tms_arena arena = { 0 };
	double start = bench_cpu_s();

	b->linear = linear_new();
	for (size_t i = 0; i < b->rules_count; i++)
		if (!linear_add_rule(b->linear, b->rules[i]))
			bench_fail("the linear evaluator does not read: %.*s",
				TMS_STR_ARGS(b->rules[i]));
	bench_print("linear_load", (bench_cpu_s() - start) / (double)b->rules_count * MICRO, "us");
	for (size_t i = 0; i < b->batch_count; i++) {
		struct tms_doc doc;
		if (tms_doc_make(&arena, &tms_index_at(b->index, b->batch[i])->merged, &doc) !=
			TMS_OK)
			bench_fail("an item could not be cut into words");
		linear_add_item(b->linear, &doc);
		tms_arena_rewind(&arena, 0);
	}
	tms_arena_free(&arena);
}

static void ask_batches(struct bench *b)
{
	double times[ROUNDS], linear[ROUNDS], ratios[ROUNDS];
	struct told told = { 0 };
	struct tms_index_stats before, after;
	size_t different = 0;
	double matched = 0;

	for (size_t i = 0; i < b->rules_count; i++)
		told.capacity = b->numbers[i] >= told.capacity ? b->numbers[i] + 1 : told.capacity;
	told.masks = bench_alloc(told.capacity * sizeof(*told.masks));
	tms_index_stats(b->index, &before);
	for (size_t round = 0; round < ROUNDS; round++) {
		times[round] = ask_batch(b, &told);
		if (!b->linear)
			continue;
		double start = bench_cpu_s();
		for (size_t i = 0; i < LINEAR_ITEMS; i++)
			(void)linear_ask(
				b->linear, (round * LINEAR_ITEMS + i) % b->batch_count, NULL);
		linear[round] = (bench_cpu_s() - start) / LINEAR_ITEMS;
		ratios[round] = linear[round] * (double)b->batch_count / times[round];
	}
	tms_index_stats(b->index, &after);
	for (size_t i = 0; i < b->rules_count; i++)
		matched += __builtin_popcountll(told.masks[b->numbers[i]]);
	bench_print("matching_share",
		matched / (double)b->rules_count / (double)b->batch_count * 100, "%");
	bench_print(
		"batch_visited", (double)(after.rules_visited - before.rules_visited) / ROUNDS, "");
	bench_print("batch_verified",
		(double)(after.items_verified - before.items_verified) / ROUNDS, "");
	if (b->linear) {
		linear_use_texts(b->linear);
		double start = bench_cpu_s();
		(void)linear_ask(b->linear, 0, NULL);
		bench_print("linear_text_item", (bench_cpu_s() - start) * 1e3, "ms");
		for (size_t i = 0; i < LINEAR_ITEMS; i++)
			different += compare(b, &told, i * b->batch_count / LINEAR_ITEMS);
		bench_print("linear_differs", (double)different, "");
		bench_print_list("linear_ratio", ratios, ROUNDS, "x");
		for (size_t i = 0; i < ROUNDS; i++)
			linear[i] *= 1e3;
		bench_print_list("linear_item", linear, ROUNDS, "ms");
	}
	slice_batch(b, &told);
	ask_lists(b, &told);
	for (size_t i = 0; i < ROUNDS; i++)
		times[i] *= 1e3;
	bench_print_list("batch", times, ROUNDS, "ms");
	free(told.masks);
}

static void print_stats(const struct bench *b)
{
	struct tms_index_stats stats;

	tms_index_stats(b->index, &stats);
	bench_print("stats_leaves", (double)stats.leaves, "");
	bench_print("stats_rule_bytes", (double)stats.rule_bytes / (double)b->rules_count, "B");
	bench_print("stats_item_bytes", (double)stats.item_bytes / (double)stats.items, "B");
}

int main(int argc, char **argv)
{
	struct bench b = { .now = INT64_C(1772452800) };
	int64_t wanted = 0;

	if (argc < 5 || !tms_str_int64(tms_str_from(argv[4]), &wanted) || wanted < REQUEST_RULES)
		bench_fail("usage: index_bench RULES MORE_RULES ITEMS COUNT [linear]");
	b.rules = bench_lines(bench_map(argv[1]), &b.rules_count);
	b.more = bench_lines(bench_map(argv[2]), &b.more_count);
	if (b.rules_count < (size_t)wanted)
		bench_fail("%s has only %zu rules", argv[1], b.rules_count);
	b.rules_count = (size_t)wanted;
	b.numbers = bench_alloc(b.rules_count * sizeof(*b.numbers));
	memset(b.numbers, 0xff, b.rules_count * sizeof(*b.numbers)); /* resident before we look */
	fill_window(&b, bench_map(argv[3]));
	if (tms_index_new((struct tms_hash_seed){ 3, 4 }, &b.index) != TMS_OK)
		bench_fail("no memory");
	put_items(&b);
	load_rules(&b);
	print_stats(&b);
	ask_requests(&b, "request_first", 88172645463325252u, 0);
	ask_requests(&b, "request_again", 88172645463325252u, 0);
	ask_requests(&b, "request_list", 88172645463325252u, 20);
	print_stats(&b);
	put_items_again(&b);
	edit_rules(&b);
	if (argc > 5 && strcmp(argv[5], "linear") == 0)
		make_linear(&b);
	ask_batches(&b);
	tms_index_free(b.index);
	tms_view_free(b.view);
	tms_window_free(b.window);
	if (b.linear)
		linear_free(b.linear);
	return 0;
}
