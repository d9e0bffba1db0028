/* Rows in pieces: each looks at few items, and what comes out is what one piece gives. */
#include "search.h"

#define T0 INT64_C(1772366400) /* 2026-03-01T12:00:00Z */
#define ITEMS 130

static const char *const rules[] = {
	"/[aeiou].{3}[xyz]/ OR \"blue planet\"", /* every item has to be read */
	"\"green planet\" OR near(\"red moon\", 3)",
	"blue -/[pq].{2}t$/",
	"(red OR green) upvotes>=50",
	"absent /[aeiou].{3}[xyz]/",
	"",
};

static void list_many(struct world *w)
{
	static const char *const words[] = { "blue", "red", "green", "planet", "moon", "axis",
		"orbit", "prayer" };
	struct tms_item items[ITEMS];
	char ids[ITEMS][24], titles[ITEMS][64];
	uint64_t random = 7;

	for (size_t i = 0; i < ITEMS; i++) {
		(void)snprintf(ids[i], sizeof(ids[i]), "arxiv:2603.%05zu", i);
		(void)snprintf(titles[i], sizeof(titles[i]), "%s %s %s of %zu",
			words[next_number(&random) % TMS_COUNT(words)],
			words[next_number(&random) % TMS_COUNT(words)],
			words[next_number(&random) % TMS_COUNT(words)], i);
		items[i] = make_item(ids[i], titles[i], TMS_ORIGIN_HF_API);
		items[i].numbers[TMS_NUMBER_UPVOTES] = (int64_t)(next_number(&random) % 100);
	}
	list_items(w, items, ITEMS, T0);
}

/* Pieces until it is done, each looking at no more items than it may; how many there were. */
static size_t prepare(struct world *w, uint32_t rule, size_t work, size_t items_max)
{
	size_t pieces = 0;
	bool more = true;

	for (; more; pieces++) {
		uint64_t before = stats_of(w).items_verified;
		assert_int_equal(tms_index_prepare(w->index, rule, T0, work, &more), TMS_OK);
		if (stats_of(w).items_verified - before > items_max)
			fail_msg("a piece looked at %zu items",
				(size_t)(stats_of(w).items_verified - before));
		assert_true(pieces < 10 * ITEMS);
	}
	return pieces;
}

static void a_rule_asked_in_pieces_says_what_it_says_at_once(void **state)
{
	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rules); i++) {
		struct world at_once = make_world(), in_pieces = make_world();
		struct tms_arena arena = { 0 };
		list_many(&at_once);
		list_many(&in_pieces);
		uint32_t a = rules[i][0] ? add_rule(&at_once, rules[i]) : TMS_INDEX_NONE;
		uint32_t b = rules[i][0] ? add_rule(&in_pieces, rules[i]) : TMS_INDEX_NONE;
		(void)prepare(&in_pieces, b, 1, 1);
		uint64_t looked = stats_of(&in_pieces).items_verified;
		struct tms_str kept = kept_ids(&in_pieces, &arena, b, T0);
		if (stats_of(&in_pieces).items_verified != looked)
			fail_msg("\"%s\": selecting looked at items", rules[i]);
		if (!tms_str_equal(kept, kept_ids(&at_once, &arena, a, T0)))
			fail_msg("\"%s\": kept %.*s", rules[i], TMS_STR_ARGS(kept));
		tms_arena_free(&arena);
		free_world(&at_once);
		free_world(&in_pieces);
	}
}

static void more_work_takes_fewer_pieces(void **state)
{
	struct world small = make_world(), large = make_world();

	(void)state;
	list_many(&small);
	list_many(&large);
	assert_true(prepare(&small, add_rule(&small, rules[0]), 1, 1) > ITEMS);
	assert_true(prepare(&large, add_rule(&large, rules[0]), SIZE_MAX - 1, SIZE_MAX) <= 2);
	free_world(&small);
	free_world(&large);
}

static void items_that_change_between_two_pieces_are_seen(void **state)
{
	struct world w = make_world();
	struct tms_arena arena = { 0 };
	bool more = false;

	(void)state;
	list_many(&w);
	uint32_t rule = add_rule(&w, "/[aeiou].{3}[xyz]|n.w/");
	assert_int_equal(tms_index_prepare(w.index, rule, T0, 1, &more), TMS_OK);
	assert_true(more);
	list_title(&w, "arxiv:2603.99999", "A new thing", T0 + 1);
	(void)prepare(&w, rule, 1, 1);
	assert_true(tms_str_find(kept_ids(&w, &arena, rule, T0 + 2), TMS_STR("arxiv:2603.99999"),
			    0) != SIZE_MAX);
	/* a rule that goes in the middle leaves nothing behind */
	rule = add_rule(&w, "/[aeiou].{4}[xyz]/");
	assert_int_equal(tms_index_prepare(w.index, rule, T0, 1, &more), TMS_OK);
	tms_index_remove_rule(w.index, rule);
	(void)prepare(&w, add_rule(&w, "/[aeiou].{5}[xyz]/"), 1, 1);
	tms_arena_free(&arena);
	free_world(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_rule_asked_in_pieces_says_what_it_says_at_once),
		cmocka_unit_test(more_work_takes_fewer_pieces),
		cmocka_unit_test(items_that_change_between_two_pieces_are_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
