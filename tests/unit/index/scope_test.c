/*
 * Scopes of one index, held against an index that has just their items: owners large and small,
 * whose slots share pages, some of them set apart; whatever is kept of earlier answers.
 */
#include "search.h"

#include "index/index_private.h"
#include "stock.h"

#define OWNERS 14
#define RULES_MAX 16

/* Sizes on both sides of a block, of the blocks of a small owner, of a page, of a large owner. */
static const size_t sizes[OWNERS] = { 1, 3, 15, 16, 17, 30, 47, 48, 49, 70, 128, 200, 240, 5 };

static const char *const texts[] = { "", "agent", "-models", "\"fine-tuning models\"",
	"near(\"zero model\", 4)", "/[aeiou]rt/", "upvotes>=40", "age<30h model",
	"upvotes>=20@2d OR \"the art\"", "(agent OR policy) -\"language model\"", "title:class",
	"author:\"Yann LeCun\" OR author:Zhang", "category:cs.* -agents", "~learning OR distill*",
	"words>8 published>=2026-03-01", "-(model OR upvotes<30)" };
_Static_assert(TMS_COUNT(texts) == RULES_MAX, "a rule for each text");

struct owned {
	uint32_t number;
	struct tms_window *window;
	struct tms_view *view;
	uint32_t slots[256];
	size_t count;
};

struct many {
	struct tms_index *index;
	struct owned owners[OWNERS];
	uint32_t rules[RULES_MAX];
	struct stock stock;
	tms_time now;
};

/* ---- items ---- */

static void list_stock(struct many *m, struct owned *owned, size_t from, size_t count)
{
	for (size_t i = from; i < from + count; i++) {
		char id[24];
		(void)snprintf(id, sizeof(id), "arxiv:2603.%05zu", i);
		struct tms_item item = stock_item(&m->stock, id, m->now);
		item.numbers[TMS_NUMBER_UPVOTES] = (int64_t)stock_below(&m->stock, 90);
		(void)apply_items(owned->window, &item, 1, m->now + (tms_time)(i % 7) * HOUR);
		tms_arena_rewind(&m->stock.arena, 0);
	}
}

/* What the view has now, in the slots of the owner. */
static void put_all(struct many *m, struct owned *owned)
{
	assert_int_equal(tms_view_refresh(owned->view, &owned->window, 1), TMS_OK);
	owned->count = tms_view_count(owned->view);
	assert_true(owned->count <= TMS_COUNT(owned->slots));
	for (size_t i = 0; i < owned->count; i++)
		assert_int_equal(index_put(m->index, owned->number, tms_view_at(owned->view, i),
					 &owned->slots[i]),
			TMS_OK);
}

static struct many *make_many(uint64_t seed)
{
	struct many *m = calloc(1, sizeof(*m));
	struct tms_diag diag = { 0 };

	assert_non_null(m);
	m->now = NOON;
	m->stock.random = seed;
	assert_int_equal(tms_index_new((struct tms_hash_seed){ seed, 3 }, &m->index), TMS_OK);
	for (size_t i = 0; i < OWNERS; i++) {
		struct owned *owned = &m->owners[i];
		assert_int_equal(index_owner_new(m->index, &owned->number), TMS_OK);
		owned->window = make_window("hf");
		assert_int_equal(tms_view_new(&owned->view), TMS_OK);
		/* ids of the first owners are those of the others too */
		list_stock(m, owned, i % 3 * 40, sizes[i]);
		put_all(m, owned);
	}
	for (size_t i = 0; i < RULES_MAX; i++)
		if (tms_index_add_rule(m->index, tms_str_from(texts[i]), NULL, &m->rules[i],
			    &diag) != TMS_OK)
			fail_msg("%s: %s", texts[i], diag.text);
	return m;
}

static void take_all(struct many *m, struct owned *owned)
{
	for (size_t i = 0; i < owned->count; i++)
		index_take_out(m->index, owned->slots[i]);
	owned->count = 0;
}

static void free_many(struct many *m)
{
	for (size_t i = 0; i < OWNERS; i++) {
		tms_view_free(m->owners[i].view);
		tms_window_free(m->owners[i].window);
	}
	tms_index_free(m->index);
	tms_arena_free(&m->stock.arena);
	free(m);
}

/* ---- a scope, and the same items by themselves ---- */

struct twin {
	struct index_scope *scope;
	struct tms_index *alone;
	uint32_t rules[RULES_MAX];
};

static void add_rules(struct twin *twin)
{
	struct tms_diag diag = { 0 };

	for (size_t i = 0; i < RULES_MAX; i++)
		assert_int_equal(tms_index_add_rule(twin->alone, tms_str_from(texts[i]), NULL,
					 &twin->rules[i], &diag),
			TMS_OK);
}

/* Of these owners (a bit each), each id once: of the first owner that has it. Some slots are set
 * apart and added by themselves. */
static struct twin make_twin(struct many *m, unsigned owners)
{
	struct twin twin = { 0 };

	assert_int_equal(tms_index_new((struct tms_hash_seed){ 9, 9 }, &twin.alone), TMS_OK);
	assert_int_equal(index_scope_new(m->index, &twin.scope), TMS_OK);
	add_rules(&twin);
	for (size_t o = 0; o < OWNERS; o++) {
		struct owned *owned = &m->owners[o];
		if (!(owners >> o & 1))
			continue;
		for (size_t i = 0; i < owned->count; i++) {
			struct tms_view_item *item = tms_index_at(m->index, owned->slots[i]);
			bool is_there = tms_index_find(twin.alone, item->merged.item.id) !=
					TMS_INDEX_NONE;
			bool is_apart = is_there || stock_below(&m->stock, 5) == 0;
			index_set_apart(m->index, owned->slots[i], is_apart);
			if (is_apart && !is_there)
				assert_int_equal(
					index_scope_add_slot(twin.scope, owned->slots[i]), TMS_OK);
			if (!is_there)
				assert_int_equal(tms_index_put(twin.alone, item, NULL), TMS_OK);
		}
		assert_int_equal(index_scope_add_owner(twin.scope, owned->number), TMS_OK);
	}
	assert_int_equal(index_scope_seal(twin.scope), TMS_OK);
	return twin;
}

static void free_twin(struct twin *twin)
{
	index_scope_free(twin->scope);
	tms_index_free(twin->alone);
}

static void same_selection(
	const struct tms_selection *a, const struct tms_selection *b, const char *text)
{
	if (a->kept_count != b->kept_count || a->seen_count != b->seen_count ||
		a->count != b->count || a->expires != b->expires)
		fail_msg("%s: kept %zu, not %zu; seen %zu, not %zu; expires %lld, not %lld", text,
			a->kept_count, b->kept_count, a->seen_count, b->seen_count,
			(long long)a->expires, (long long)b->expires);
	for (size_t i = 0; i < a->count; i++)
		if (a->list[i].item != b->list[i].item || a->list[i].entered != b->list[i].entered)
			fail_msg("%s: place %zu", text, i);
}

static void compare(const struct twin *twin, const struct many *m, size_t rule, size_t most)
{
	struct tms_arena arena = { 0 };
	struct tms_selection scope, alone;
	struct tms_difference differ[2];
	uint32_t number = m->rules[rule], own = twin->rules[rule];
	size_t other = (rule + 5) % RULES_MAX;

	assert_int_equal(
		index_scope_select(twin->scope, number, m->now, most, &arena, &scope), TMS_OK);
	assert_int_equal(tms_index_select(twin->alone, own, m->now, most, &arena, &alone), TMS_OK);
	same_selection(&scope, &alone, texts[rule]);
	assert_int_equal(
		index_scope_select_dropped(twin->scope, number, m->now, most, &arena, &scope),
		TMS_OK);
	assert_int_equal(
		tms_index_select_dropped(twin->alone, own, m->now, most, &arena, &alone), TMS_OK);
	same_selection(&scope, &alone, texts[rule]);
	assert_int_equal(index_scope_differ(twin->scope, number, m->rules[other], m->now, differ),
		TMS_OK);
	assert_int_equal(
		tms_index_differ(twin->alone, own, twin->rules[other], m->now, differ + 1), TMS_OK);
	assert_memory_equal(differ, differ + 1, sizeof(*differ));
	tms_arena_free(&arena);
}

static void compare_all(const struct twin *twin, const struct many *m)
{
	static const size_t most[] = { SIZE_MAX, 20, 3, 1, 0 };

	for (size_t i = 0; i < RULES_MAX; i++)
		compare(twin, m, i, most[i % TMS_COUNT(most)]);
}

static void prepare_all(const struct twin *twin, const struct many *m)
{
	for (size_t i = 0; i < RULES_MAX; i++)
		for (bool more = true; more;)
			assert_int_equal(index_scope_prepare(twin->scope, m->rules[i], m->now, 7,
						 &more),
				TMS_OK);
}

/* ---- what is promised ---- */

static unsigned roll_owners(struct many *m)
{
	return 1u + (unsigned)stock_below(&m->stock, (1u << OWNERS) - 1);
}

static void a_scope_says_what_an_index_of_its_items_alone_says(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 3; seed++) {
		struct many *m = make_many(seed);
		for (size_t round = 0; round < 12; round++) {
			struct twin twin = make_twin(m, roll_owners(m));
			if (round % 3 == 0)
				prepare_all(&twin, m);
			compare_all(&twin, m);
			m->now += 7 * HOUR;
			compare_all(&twin, m);
			free_twin(&twin);
			struct owned *changed = &m->owners[stock_below(&m->stock, OWNERS)];
			list_stock(m, changed, 20, 1 + stock_below(&m->stock, 9));
			put_all(m, changed);
		}
		free_many(m);
	}
}

static void a_scope_lists_its_slots_each_once(void **state)
{
	struct many *m = make_many(5);
	(void)state;

	for (size_t round = 0; round < 20; round++) {
		struct twin twin = make_twin(m, roll_owners(m));
		size_t count = 0, place = 0, has = 0;
		for (uint32_t slot; (slot = index_scope_next(twin.scope, &place)) !=
				    TMS_INDEX_NONE;
			count++) {
			const struct tms_view_item *item = tms_index_at(m->index, slot);
			uint32_t own = tms_index_find(twin.alone, item->merged.item.id);
			assert_int_not_equal(own, TMS_INDEX_NONE);
			assert_ptr_equal(tms_index_at(twin.alone, own), item);
		}
		for (uint32_t slot = 0; slot < tms_index_slots(m->index); slot++)
			has += index_scope_has(twin.scope, slot);
		assert_int_equal(count, tms_index_count(twin.alone));
		assert_int_equal(count, index_scope_count(twin.scope));
		assert_int_equal(count, has);
		free_twin(&twin);
	}
	free_many(m);
}

static uint64_t verified(const struct many *m)
{
	struct tms_index_stats stats;

	tms_index_stats(m->index, &stats);
	return stats.items_verified;
}

static void what_was_looked_at_once_is_not_looked_at_again(void **state)
{
	struct many *m = make_many(6);
	struct twin twin = make_twin(m, (1u << OWNERS) - 1);
	(void)state;

	compare_all(&twin, m);
	uint64_t before = verified(m);
	assert_true(before > 0);
	m->now += HOUR;
	compare_all(&twin, m);
	assert_int_equal(verified(m), before);
	free_twin(&twin);
	/* other scopes know it too */
	twin = make_twin(m, (1u << OWNERS) - 1);
	compare_all(&twin, m);
	assert_int_equal(verified(m), before);
	free_twin(&twin);
	free_many(m);
}

static void a_changed_text_has_only_its_own_page_looked_at_again(void **state)
{
	struct many *m = make_many(7);
	struct owned *small = &m->owners[5];
	struct twin twin = make_twin(m, (1u << OWNERS) - 1);
	(void)state;

	compare_all(&twin, m);
	list_stock(m, small, 80, 1);
	put_all(m, small);
	free_twin(&twin);
	twin = make_twin(m, (1u << OWNERS) - 1);
	uint64_t before = verified(m);
	compare_all(&twin, m);
	/* two rules read every item, the others find few: at most a page for each */
	assert_in_range(verified(m) - before, 1, RULES_MAX * INDEX_PAGE);
	free_twin(&twin);
	free_many(m);
}

static void small_owners_share_pages_and_leave_nothing_behind(void **state)
{
	struct many *m = make_many(8);
	struct tms_index_stats stats[2];
	size_t pages = 0;
	(void)state;

	for (size_t i = 0; i < OWNERS; i++)
		pages += sizes[i] <= 3 * INDEX_BLOCK ? 0 : (sizes[i] + 15) / INDEX_PAGE + 1;
	/* 1, 3, 15, 16, 17, 30, 47, 48 and 5 items are 17 blocks, and the others' first three 15 */
	assert_true(m->index->items->pages.live <= pages + (17 + 15 + 3) / 4);
	for (size_t i = 0; i < RULES_MAX; i++)
		tms_index_remove_rule(m->index, m->rules[i]);
	for (size_t round = 0; round < 2; round++) {
		for (size_t i = OWNERS; i-- > 0;)
			take_all(m, &m->owners[i]);
		tms_index_stats(m->index, &stats[round]);
		assert_int_equal(stats[round].items, 0);
		assert_int_equal(stats[round].rule_bytes, 0);
		assert_int_equal(m->index->items->pages.live, 0);
		for (size_t i = 0; i < OWNERS && round == 0; i++)
			put_all(m, &m->owners[i]);
	}
	/* tables of terms and ids keep their first size */
	assert_int_equal(stats[1].item_bytes, stats[0].item_bytes);
	for (size_t i = 0; i < OWNERS; i++)
		index_owner_free(m->index, m->owners[i].number);
	free_many(m);
}

/* Its owner's pages are numbered as they were while anything is in them. */
static void an_owner_grows_and_shrinks_under_the_rows_that_it_has(void **state)
{
	struct many *m = make_many(9);
	struct owned *large = &m->owners[12];
	(void)state;

	for (size_t round = 0; round < 12; round++) {
		struct twin twin = make_twin(m, 1u << 12 | roll_owners(m));
		compare_all(&twin, m);
		free_twin(&twin);
		for (size_t n = stock_below(&m->stock, 90); n > 0 && large->count > 0; n--) {
			size_t at = stock_below(&m->stock, large->count);
			index_take_out(m->index, large->slots[at]);
			large->slots[at] = large->slots[--large->count];
		}
		if (round % 3 == 2)
			put_all(m, large);
	}
	free_many(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_scope_says_what_an_index_of_its_items_alone_says),
		cmocka_unit_test(a_scope_lists_its_slots_each_once),
		cmocka_unit_test(what_was_looked_at_once_is_not_looked_at_again),
		cmocka_unit_test(a_changed_text_has_only_its_own_page_looked_at_again),
		cmocka_unit_test(small_owners_share_pages_and_leave_nothing_behind),
		cmocka_unit_test(an_owner_grows_and_shrinks_under_the_rows_that_it_has),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
