#include "stock.h"

#include "index/items_private.h"
#include "query/checked_query.h"

#include <stdio.h>
#include <stdlib.h>

#define ITEMS 90
#define PLANS 300
#define ROUNDS 12

/* A window, its view, and the item side of an index that follows it. */
struct bench {
	struct stock stock;
	struct tms_window *window;
	struct tms_view *view;
	struct index_items *items;
	tms_time now;
	struct {
		struct tms_query *query;
		struct index_plan *plan;
	} plans[PLANS];
};

static struct bench *make_bench(uint64_t seed)
{
	struct bench *bench = calloc(1, sizeof(*bench));

	assert_non_null(bench);
	bench->stock.random = seed;
	bench->window = make_window("hf");
	bench->now = NOON;
	assert_int_equal(tms_view_new(&bench->view), TMS_OK);
	assert_int_equal(index_items_new((struct tms_hash_seed){ seed, 7 }, &bench->items), TMS_OK);
	return bench;
}

static void drop_plan(struct bench *bench, size_t i)
{
	index_plan_free(bench->items, bench->plans[i].plan);
	tms_query_free(bench->plans[i].query);
	bench->plans[i].plan = NULL;
	bench->plans[i].query = NULL;
}

static void free_bench(struct bench *bench)
{
	for (size_t i = 0; i < PLANS; i++)
		drop_plan(bench, i);
	index_items_free(bench->items);
	tms_view_free(bench->view);
	tms_window_free(bench->window);
	tms_arena_free(&bench->stock.arena);
	free(bench);
}

static void refresh(struct bench *bench)
{
	assert_int_equal(tms_view_refresh(bench->view, &bench->window, 1), TMS_OK);
}

/* List some items, new ones, changed ones and ones with other numbers only, and put them in. */
static void put_some(struct bench *bench, size_t count)
{
	uint32_t slot;
	char id[16];

	for (size_t i = 0; i < count; i++) {
		(void)snprintf(id, sizeof(id), "i%zu", stock_below(&bench->stock, ITEMS));
		struct tms_item item = stock_item(&bench->stock, id, bench->now);
		struct tms_view_item *there = find_shown(bench->view, tms_str_from(id));
		if (there && stock_below(&bench->stock, 2) == 0) {
			int64_t upvotes = item.numbers[TMS_NUMBER_UPVOTES];
			item = there->merged.item;
			item.numbers[TMS_NUMBER_UPVOTES] = upvotes;
		}
		(void)apply_items(bench->window, &item, 1, bench->now);
		refresh(bench);
		struct tms_view_item *made = find_shown(bench->view, tms_str_from(id));
		uint32_t before = index_items_find(bench->items, INDEX_OWNER_FIRST, tms_str_from(id));
		assert_int_equal(index_items_put(bench->items, INDEX_OWNER_FIRST, made, &slot), TMS_OK);
		assert_true(before == INDEX_SLOT_NONE || before == slot);
		assert_ptr_equal(index_items_at(bench->items, slot), made);
		tms_arena_free(&bench->stock.arena);
	}
}

static void remove_some(struct bench *bench, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		uint32_t slot =
			(uint32_t)stock_below(&bench->stock, index_items_slots(bench->items));
		if (index_items_at(bench->items, slot))
			index_items_remove(bench->items, slot);
	}
}

static void make_plans(struct bench *bench, size_t count)
{
	struct tms_buf text = { 0 };

	for (size_t n = 0; n < count; n++) {
		size_t i = stock_below(&bench->stock, PLANS);
		drop_plan(bench, i);
		const char *leaf = stock_leaf(&bench->stock, &text);
		struct tms_diag diag = { 0 };
		if (tms_query_parse(tms_str_from(leaf), NULL, &bench->plans[i].query, &diag) !=
			TMS_OK)
			fail_msg("%s: %s", leaf, diag.text);
		assert_int_equal(bench->plans[i].query->leaves_count, 1);
		assert_int_equal(index_plan_make(bench->items, &bench->plans[i].query->leaves[0],
					 &bench->plans[i].plan),
			TMS_OK);
	}
	tms_buf_free(&text);
}

/* All items cut into words, once for all plans. */
struct docs {
	struct tms_arena arena;
	struct tms_doc list[2 * ITEMS];
};

static void make_docs(const struct bench *bench, struct docs *docs)
{
	*docs = (struct docs){ 0 };
	assert_in_range(index_items_slots(bench->items), 0, TMS_COUNT(docs->list));
	for (uint32_t slot = 0; slot < index_items_slots(bench->items); slot++) {
		const struct tms_view_item *item = index_items_at(bench->items, slot);
		if (item)
			assert_int_equal(
				tms_doc_make(&docs->arena, &item->merged, &docs->list[slot]),
				TMS_OK);
	}
}

/* What the query language says of one item. */
static bool says(const struct bench *bench, const struct docs *docs, size_t plan, uint32_t slot)
{
	const struct tms_view_item *item = index_items_at(bench->items, slot);

	return item && tms_query_matches(bench->plans[plan].query, &item->merged, &docs->list[slot],
			       bench->now);
}

static void expect_rows(struct bench *bench, const struct docs *docs)
{
	for (size_t i = 0; i < PLANS; i++) {
		struct index_row row = { 0 };
		if (!bench->plans[i].plan)
			continue;
		assert_int_equal(
			index_plan_row(bench->items, bench->plans[i].plan, INDEX_OWNER_FIRST,
				bench->now, &row),
			TMS_OK);
		for (uint32_t slot = 0; slot < index_items_slots(bench->items); slot++)
			if (says(bench, docs, i, slot) != index_row_has(&row, slot))
				fail_msg("row: %.*s",
					TMS_STR_ARGS(bench->plans[i].query->leaves[0].print));
		index_row_free(&row);
	}
}

static bool has_atom(const struct index_postings *batch, uint32_t atom)
{
	size_t count;
	const uint32_t *atoms = index_postings_atoms(batch, &count);

	for (size_t i = 0; i < count; i++)
		if (atoms[i] == atom)
			return true;
	return atom == INDEX_ATOM_ANY;
}

static void expect_masks(struct bench *bench, const struct docs *docs)
{
	struct index_postings *batch = NULL;
	uint32_t slots[64];
	size_t count = 0;

	for (uint32_t slot = (uint32_t)stock_below(&bench->stock, 5);
		slot < index_items_slots(bench->items) && count < 64; slot++)
		if (index_items_at(bench->items, slot))
			slots[count++] = slot;
	assert_int_equal(
		index_postings_new(bench->items, slots, count, bench->now, &batch), TMS_OK);
	for (size_t i = 0; i < PLANS; i++) {
		uint64_t mask = 0;
		const struct index_plan *plan = bench->plans[i].plan;
		if (!plan)
			continue;
		assert_int_equal(index_plan_mask(bench->items, plan, batch, &mask), TMS_OK);
		for (size_t k = 0; k < count; k++)
			if ((mask >> k & 1) != says(bench, docs, i, slots[k]))
				fail_msg("mask: %.*s",
					TMS_STR_ARGS(bench->plans[i].query->leaves[0].print));
		if (mask != 0 && !has_atom(batch, index_plan_anchor(bench->items, plan)))
			fail_msg("anchor: %.*s",
				TMS_STR_ARGS(bench->plans[i].query->leaves[0].print));
	}
	index_postings_free(batch);
}

/* Plans and items come and go in any order, so that atoms collect terms and terms find atoms. */
static void a_plan_says_of_all_items_what_the_query_says(void **state)
{
	static struct docs docs;
	(void)state;

	for (uint64_t seed = 1; seed <= 6; seed++) {
		struct bench *bench = make_bench(seed);
		for (size_t round = 0; round < ROUNDS; round++) {
			make_plans(bench, 40);
			put_some(bench, 30);
			if (round % 3 == 2)
				remove_some(bench, 30);
			make_plans(bench, 20);
			bench->now += 5 * TMS_HOUR_S;
			make_docs(bench, &docs);
			expect_rows(bench, &docs);
			expect_masks(bench, &docs);
			tms_arena_free(&docs.arena);
		}
		free_bench(bench);
	}
}

static void what_goes_leaves_nothing_behind(void **state)
{
	struct bench *bench = make_bench(9);
	(void)state;

	for (size_t round = 0; round < 3; round++) {
		make_plans(bench, 200);
		put_some(bench, 60);
		for (uint32_t slot = 0; slot < index_items_slots(bench->items); slot++)
			if (index_items_at(bench->items, slot))
				index_items_remove(bench->items, slot);
		assert_int_equal(index_items_count(bench->items), 0);
		assert_int_equal(bench->items->vocabulary.terms.count, 0);
		assert_int_equal(bench->items->vocabulary.by_base.count, 0);
		assert_int_equal(bench->items->vocabulary.heap_bytes, 0);
		assert_int_equal(bench->items->forward_bytes, 0);
		assert_int_equal(bench->items->pages.live, 0);
		put_some(bench, 60);
		for (size_t i = 0; i < PLANS; i++)
			drop_plan(bench, i);
		assert_int_equal(bench->items->atoms.atoms.count, 0);
		assert_int_equal(bench->items->atoms.aliases.count, 0);
		assert_int_equal(bench->items->atoms.heap_bytes, 0);
		assert_int_equal(bench->items->scan_cost, 0);
	}
	free_bench(bench);
}

static void items_are_in_order_of_when_they_were_first_seen(void **state)
{
	struct bench *bench = make_bench(3);
	(void)state;

	for (size_t round = 0; round < 10; round++) {
		put_some(bench, 20);
		remove_some(bench, 5);
		bench->now += TMS_HOUR_S;
		const uint32_t *order = index_owner_at(bench->items, INDEX_OWNER_FIRST)->order;
		for (size_t i = 0; i + 1 < index_items_count(bench->items); i++) {
			const struct tms_merged *a =
				&index_items_at(bench->items, order[i])->merged;
			const struct tms_merged *b =
				&index_items_at(bench->items, order[i + 1])->merged;
			assert_true(a->first_seen >= b->first_seen);
			if (a->first_seen != b->first_seen)
				continue;
			assert_true(a->item.published >= b->item.published);
			if (a->item.published == b->item.published)
				assert_true(tms_str_compare(a->item.id, b->item.id) < 0);
		}
	}
	free_bench(bench);
}

static void an_item_with_other_numbers_alone_keeps_its_forward_index(void **state)
{
	struct bench *bench = make_bench(1);
	struct tms_item item = stock_item(&bench->stock, "i1", NOON);
	uint32_t slot;
	(void)state;

	(void)apply_items(bench->window, &item, 1, NOON);
	refresh(bench);
	assert_int_equal(index_items_put(bench->items, INDEX_OWNER_FIRST, tms_view_at(bench->view, 0), &slot), TMS_OK);
	const struct index_forward *forward = index_slot_at(bench->items, slot)->forward;
	item.numbers[TMS_NUMBER_UPVOTES] = 77;
	(void)apply_items(bench->window, &item, 1, NOON + HOUR);
	refresh(bench);
	uint64_t text = index_owner_at(bench->items, INDEX_OWNER_FIRST)->text_version;
	assert_int_equal(index_items_put(bench->items, INDEX_OWNER_FIRST, tms_view_at(bench->view, 0), &slot), TMS_OK);
	assert_ptr_equal(index_slot_at(bench->items, slot)->forward, forward);
	assert_int_equal(index_owner_at(bench->items, INDEX_OWNER_FIRST)->text_version, text);
	assert_int_equal(index_column_of(bench->items, COLUMN_HIGHEST, slot), 77);
	item.comment = TMS_STR("Accepted at last");
	(void)apply_items(bench->window, &item, 1, NOON + 2 * HOUR);
	refresh(bench);
	assert_int_equal(index_items_put(bench->items, INDEX_OWNER_FIRST,
				 tms_view_at(bench->view, 0), &slot),
		TMS_OK);
	assert_int_equal(index_owner_at(bench->items, INDEX_OWNER_FIRST)->text_version, text + 1);
	free_bench(bench);
}

static struct index_plan *plan_of(struct bench *bench, const char *text)
{
	struct tms_query *query = NULL;
	struct index_plan *plan = NULL;

	assert_int_equal(tms_query_parse(tms_str_from(text), NULL, &query, NULL), TMS_OK);
	assert_int_equal(index_plan_make(bench->items, &query->leaves[0], &plan), TMS_OK);
	tms_query_free(query);
	return plan;
}

static void equal_plans_are_those_of_one_meaning(void **state)
{
	static const struct {
		const char *why, *a, *b;
		bool equal;
	} rows[] = {
		{ "a plural", "agent", "Agents", true },
		{ "quotes", "agent", "\"agent\"", true },
		{ "a field", "agent", "title:agent", false },
		{ "order counts in a phrase", "\"a b\"", "\"b a\"", false },
		{ "a hyphen joins", "\"fine tuning\"", "fine-tuning", false },
		{ "case of an exact word", "=RAG", "=Rag", false },
		{ "case of a category", "category:cs.CL", "category:CS.cl", true },
		{ "a beginning", "category:cs.*", "category:cs.", false },
		{ "a number", "upvotes>=20", "upvotes>19", true },
		{ "its latch", "upvotes>=20", "upvotes>=20@1d", false },
		{ "what is counted", "upvotes>=20", "comments>=20", false },
	};
	struct bench *bench = make_bench(1);
	(void)state;

	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct index_plan *a = plan_of(bench, rows[i].a), *b = plan_of(bench, rows[i].b);
		if (index_plan_equal(a, b) != rows[i].equal)
			fail_msg("%s", rows[i].why);
		if (rows[i].equal)
			assert_int_equal(index_plan_hash(a), index_plan_hash(b));
		index_plan_free(bench->items, a);
		index_plan_free(bench->items, b);
	}
	free_bench(bench);
}

static void a_plan_of_one_or_two_words_is_at_most_24_bytes(void **state)
{
	struct bench *bench = make_bench(1);
	struct index_plan *one = plan_of(bench, "agents"),
			  *two = plan_of(bench, "\"language model\"");
	(void)state;

	assert_in_range(index_plan_bytes(one), 1, 24);
	assert_in_range(index_plan_bytes(two), 1, 24);
	index_plan_free(bench->items, one);
	index_plan_free(bench->items, two);
	free_bench(bench);
}

/* Only a regular expression that any text can match is asked of all, and of these there are few. */
static void anchors_are_missing_only_where_no_word_is_needed(void **state)
{
	static const struct {
		const char *text;
		bool any;
	} rows[] = {
		{ "agents", false },
		{ "fine-tuning", false },
		{ "state-of-the-art", false },
		{ "near(\"zero-shot model\", 3)", false },
		{ "~distillation", false },
		{ "distil*", false },
		{ "=RAG", false },
		{ "author:\"Yann LeCun\"", false },
		{ "author:\"y l\"", false },
		{ "/(fine|zero)-?(tuning|shot)/", false },
		{ "/transformers?/", false },
		{ "/[a-z]+/", true },
		{ "/^.{3}$/", true },
		{ "/ab|xyz/", true },
		{ "category:cs.*", false },
		{ "url:github.com/openai", false },
		{ "path:/openai", false },
		{ "path:2026/03", false },
		{ "path:/openai/gy*", false },
		{ "path:/open*", true },
		{ "lang:en", false },
		{ "has:code", false },
		{ "id:2508.12345", false },
		{ "upvotes>=20", true },
		{ "age<1d", true },
	};
	struct bench *bench = make_bench(1);
	(void)state;

	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct index_plan *plan = plan_of(bench, rows[i].text);
		if ((index_plan_anchor(bench->items, plan) == INDEX_ATOM_ANY) != rows[i].any)
			fail_msg("%s", rows[i].text);
		index_plan_free(bench->items, plan);
	}
	free_bench(bench);
}

static void what_every_item_is_read_for_is_summed_up(void **state)
{
	struct bench *bench = make_bench(1);
	(void)state;

	struct index_plan *word = plan_of(bench, "/words.*/");
	assert_int_equal(index_scan_cost(bench->items), 0);
	struct index_plan *small = plan_of(bench, "/[0-9]/");
	size_t cost = index_scan_cost(bench->items);
	struct index_plan *large = plan_of(bench, "/[ab].{90}z/");
	assert_in_range(cost, 2, 20);
	assert_in_range(index_scan_cost(bench->items), cost + 90, cost + 900);
	index_plan_free(bench->items, large);
	assert_int_equal(index_scan_cost(bench->items), cost);
	index_plan_free(bench->items, small);
	index_plan_free(bench->items, word);
	assert_int_equal(index_scan_cost(bench->items), 0);
	free_bench(bench);
}

/* Other segments share its term, but few. */
static void a_path_is_looked_for_where_its_segments_are(void **state)
{
	struct bench *bench = make_bench(1);
	(void)state;

	put_some(bench, 3 * ITEMS);
	struct index_plan *whole = plan_of(bench, "path:/i7");
	struct index_plan *beginning = plan_of(bench, "path:/i7*");
	struct index_row row = { 0 };
	uint64_t before = bench->items->verified;
	assert_int_equal(
		index_plan_row(bench->items, whole, INDEX_OWNER_FIRST, bench->now, &row), TMS_OK);
	assert_int_equal(row.count, 1);
	assert_in_range(bench->items->verified - before, 1, 3);
	assert_int_equal(index_scan_cost(bench->items), 1);
	index_row_free(&row);
	assert_int_equal(
		index_plan_row(bench->items, beginning, INDEX_OWNER_FIRST, bench->now, &row),
		TMS_OK);
	assert_in_range(row.count, 2, 11);
	index_row_free(&row);
	index_plan_free(bench->items, whole);
	index_plan_free(bench->items, beginning);
	free_bench(bench);
}

/* A match sees the letters of a run that was too long for one word as one. */
static void a_regular_expression_finds_letters_across_a_cut_word(void **state)
{
	struct bench *bench = make_bench(1);
	struct index_plan *plan = plan_of(bench, "/needle/");
	char title[1100] = { 0 };
	struct index_row row = { 0 };
	uint32_t slot;
	(void)state;

	memset(title, 'x', 1021); /* "nee" ends the word of 1,024 bytes */
	memcpy(title + 1021, "needle", 6);
	struct tms_item item = make_item("i1", title, TMS_ORIGIN_HF_API);
	(void)apply_items(bench->window, &item, 1, NOON);
	refresh(bench);
	assert_int_equal(index_items_put(bench->items, INDEX_OWNER_FIRST, tms_view_at(bench->view, 0), &slot), TMS_OK);
	assert_int_equal(index_plan_row(bench->items, plan, INDEX_OWNER_FIRST, NOON, &row), TMS_OK);
	assert_int_equal(row.count, 1);
	index_row_free(&row);
	index_plan_free(bench->items, plan);
	free_bench(bench);
}

/* Puts one item with this summary in and says whether the plan holds for it, by row and by mask. */
static bool holds_for(
	struct bench *bench, const struct index_plan *plan, const char *id, const char *summary)
{
	struct tms_item item = make_item(id, "Title", TMS_ORIGIN_HF_API);
	struct index_postings *batch = NULL;
	struct index_row row = { 0 };
	uint64_t mask = 0;
	uint32_t slot;

	item.summary = tms_str_from(summary);
	(void)apply_items(bench->window, &item, 1, NOON);
	refresh(bench);
	assert_int_equal(
		index_items_put(bench->items, INDEX_OWNER_FIRST, find_shown(bench->view, tms_str_from(id)), &slot),
		TMS_OK);
	assert_int_equal(index_plan_row(bench->items, plan, INDEX_OWNER_FIRST, NOON, &row), TMS_OK);
	assert_int_equal(index_postings_new(bench->items, &slot, 1, NOON, &batch), TMS_OK);
	assert_int_equal(index_plan_mask(bench->items, plan, batch, &mask), TMS_OK);
	bool holds = index_row_has(&row, slot);
	assert_int_equal(mask, holds);
	index_postings_free(batch);
	index_row_free(&row);
	return holds;
}

/* Terms of an item are counted in one byte, two or four, and so are terms of all items. */
static void items_of_very_many_words_are_searched_like_others(void **state)
{
	static const size_t sizes[] = { 3, 59, 60, 61, 62, 63, 250, 300, 1000, 19000, 19000,
		19000, 19000 };
	struct bench *bench = make_bench(1);
	struct index_plan *run = plan_of(bench, "\"first second\"");
	struct index_plan *cover = plan_of(bench, "first-second");
	struct tms_buf text = { 0 };
	char id[16];
	(void)state;

	for (size_t i = 0; i < TMS_COUNT(sizes); i++)
		for (size_t there = 0; there < 2; there++) {
			text.len = 0;
			for (size_t k = 0; k < sizes[i]; k++)
				tms_buf_format(&text, "w%zuv%zu ", k, i);
			tms_buf_format(&text, "second%s first second-rate firstsecondly",
				there ? " first second" : "");
			tms_buf_add_char(&text, '\0');
			(void)snprintf(id, sizeof(id), "i%zu-%zu", i, there);
			/* "first second-rate" is there in any case */
			assert_true(holds_for(bench, run, id, text.ptr));
			assert_true(holds_for(bench, cover, id, text.ptr));
			char *run_at = strstr(text.ptr, "first second-rate");
			memcpy(run_at, "first    other-rate", strlen("first second-rate"));
			assert_int_equal(holds_for(bench, run, id, text.ptr), there);
			assert_int_equal(holds_for(bench, cover, id, text.ptr), there);
		}
	/* numbers of new terms are above two bytes now */
	assert_true(holds_for(bench, run, "new", "another first second unheard"));
	assert_false(holds_for(bench, run, "new", "another first unheard second"));
	tms_buf_free(&text);
	index_plan_free(bench->items, run);
	index_plan_free(bench->items, cover);
	free_bench(bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_plan_says_of_all_items_what_the_query_says),
		cmocka_unit_test(what_goes_leaves_nothing_behind),
		cmocka_unit_test(items_are_in_order_of_when_they_were_first_seen),
		cmocka_unit_test(an_item_with_other_numbers_alone_keeps_its_forward_index),
		cmocka_unit_test(equal_plans_are_those_of_one_meaning),
		cmocka_unit_test(a_plan_of_one_or_two_words_is_at_most_24_bytes),
		cmocka_unit_test(anchors_are_missing_only_where_no_word_is_needed),
		cmocka_unit_test(items_of_very_many_words_are_searched_like_others),
		cmocka_unit_test(what_every_item_is_read_for_is_summed_up),
		cmocka_unit_test(a_path_is_looked_for_where_its_segments_are),
		cmocka_unit_test(a_regular_expression_finds_letters_across_a_cut_word),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
