/*
 * What a content costs beside its summary: content_bench ITEMS
 * ITEMS  a Hugging Face listing. Its papers are put into an index as they are; then each with a content
 *        of some hundred words, of some thousand, and of all that are searched, which are the abstracts
 *        of the papers behind it.
 */
#include <stdio.h>
#include <stdlib.h>

#include <tamis/index.h>
#include <tamis/listing.h>

#include "bench.h"

#define MICRO 1e6
#define RULES 3
#define SLICE_US 500

struct bench {
	struct tms_window *window;
	struct tms_view *view;
	struct tms_index *index;
};

static struct tms_str content_of(
	struct tms_arena *arena, const struct tms_listing *listing, size_t first, size_t words)
{
	struct tms_buf html = { 0 };

	for (size_t i = first + 1; words > 0; i++) {
		struct tms_str text = listing->items[i % listing->items_count].summary;
		size_t left = words;
		text.len = tms_words_within(text, &left);
		words = left;
		tms_buf_add_cstr(&html, "<p>");
		for (size_t at = 0; at < text.len; at++) /* as clean HTML has it */
			tms_buf_add_char(&html,
				text.ptr[at] == '<' || text.ptr[at] == '&' ? ' ' : text.ptr[at]);
		tms_buf_add_cstr(&html, "</p>");
	}
	return tms_arena_take(arena, &html);
}

static double fill(struct bench *b, const struct tms_listing *listing)
{
	const struct tms_apply how = { .now = INT64_C(1772452800), .poll = TMS_STR("bench") };
	struct tms_apply_report report;
	double before = bench_heap_bytes();

	if (tms_window_new(TMS_STR("bench"), (struct tms_hash_seed){ 1, 2 }, &b->window) !=
			TMS_OK ||
		tms_window_apply(b->window, listing, &how, &report) != TMS_OK ||
		tms_view_new(&b->view) != TMS_OK ||
		tms_view_refresh(b->view, &b->window, 1) != TMS_OK ||
		tms_index_new((struct tms_hash_seed){ 3, 4 }, &b->index) != TMS_OK)
		bench_fail("the items do not fit");
	return (bench_heap_bytes() - before) / (double)tms_view_count(b->view);
}

static void print_puts(const struct bench *b, const char *prefix)
{
	size_t count = tms_view_count(b->view);
	double *times = bench_alloc(count * sizeof(*times)), before = bench_heap_bytes();
	char name[64];

	for (size_t i = 0; i < count; i++) {
		double start = bench_cpu_s();
		if (tms_index_put(b->index, tms_view_at(b->view, i), NULL) != TMS_OK)
			bench_fail("an item was refused");
		times[i] = (bench_cpu_s() - start) * MICRO;
	}
	(void)snprintf(name, sizeof(name), "%s.index_bytes", prefix);
	bench_print(name, (bench_heap_bytes() - before) / (double)count, "B");
	(void)snprintf(name, sizeof(name), "%s.put", prefix);
	bench_print_list(name, times, count, "us");
	free(times);
}

/* Rules that nothing was found out of yet, in slices as the service asks them. */
static void print_asking(const struct bench *b, const char *prefix)
{
	static const char *const rules[RULES][2] = { { "word", "reward" },
		{ "phrase", "\"language models are\"" }, { "regex", "/[ab].{20}z/" } };
	const tms_time now = INT64_C(1772452800);
	char name[64];

	for (size_t i = 0; i < RULES; i++) {
		double first = bench_cpu_s(), longest = 0;
		bool more = true;
		uint32_t rule;
		if (tms_index_add_rule(b->index, tms_str_from(rules[i][1]), NULL, &rule, NULL) !=
			TMS_OK)
			bench_fail("a rule was refused");
		while (more) {
			double start = bench_cpu_s();
			if (tms_index_prepare(b->index, rule, now, SLICE_US, &more) != TMS_OK)
				bench_fail("a rule was not answered");
			double took = bench_cpu_s() - start;
			longest = took > longest ? took : longest;
		}
		(void)snprintf(name, sizeof(name), "%s.%s", prefix, rules[i][0]);
		bench_print(name, (bench_cpu_s() - first) * MICRO, "us");
		(void)snprintf(name, sizeof(name), "%s.%s_longest", prefix, rules[i][0]);
		bench_print(name, longest * MICRO, "us");
	}
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		size_t words;
	} rows[] = { { "none", 0 }, { "hundreds", 500 }, { "thousands", 3000 },
		{ "most", TMS_ITEM_WORDS_MAX - 500 } };
	struct tms_arena arena = { 0 };
	struct tms_listing listing;
	struct tms_diag diag = { 0 };
	char name[64];

	if (argc != 2)
		bench_fail("usage: content_bench ITEMS");
	if (tms_listing_parse(&arena, bench_map(argv[1]), NULL, &listing, &diag) != TMS_OK)
		bench_fail("the items cannot be read: %s", diag.text);
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct bench b = { 0 };
		for (size_t k = 0; k < listing.items_count; k++)
			listing.items[k].content_html =
				content_of(&arena, &listing, k, rows[i].words);
		(void)snprintf(name, sizeof(name), "%s.record_bytes", rows[i].name);
		bench_print(name, fill(&b, &listing), "B");
		print_puts(&b, rows[i].name);
		print_asking(&b, rows[i].name);
		tms_index_free(b.index);
		tms_view_free(b.view);
		tms_window_free(b.window);
	}
	tms_arena_free(&arena);
	return 0;
}
