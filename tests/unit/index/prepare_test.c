/* Rows in pieces: each looks at few items, and what comes out is what one piece gives. */
#include "search.h"

#include "shipped/shipped.h"

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

/* Items a day apart, with ages and votes that a rule of many tests turns for again and again. */
static void list_daily(struct world *w)
{
	uint64_t random = 11;

	for (int64_t i = 0; i < ITEMS; i++) {
		char id[24];
		struct tms_item item;
		(void)snprintf(id, sizeof(id), "arxiv:2603.%05d", (int)i);
		item = make_item(id, "blue", TMS_ORIGIN_HF_API);
		for (int64_t day = 0; day < 3; day++) {
			item.numbers[TMS_NUMBER_UPVOTES] =
				(int64_t)(20 * day + (int64_t)(next_number(&random) % 20));
			list_items(w, &item, 1, T0 + (i / 4 + day) * 86400);
		}
	}
}

/* 40 parts, each of this form with its number for "#". */
static struct tms_str daily_rule(struct tms_buf *buf, const char *form, const char *join)
{
	for (int i = 1; i <= 40; i++) {
		tms_buf_add(buf, tms_str_from(i > 1 ? join : ""));
		for (const char *at = form; *at; at++) {
			if (*at == '#')
				tms_buf_format(buf, "%d", i);
			else
				tms_buf_add_char(buf, *at);
		}
	}
	return tms_buf_str(buf);
}

static struct tms_selection select_all(
	struct world *w, struct tms_arena *arena, uint32_t rule, tms_time now)
{
	struct tms_selection out = { 0 };

	assert_int_equal(tms_index_select(w->index, rule, now, ITEMS, arena, &out), TMS_OK);
	return out;
}

/* 40 tests of 130 items at up to 80 moments: half a second at once. */
static void moments_are_walked_in_pieces_and_are_the_same(void **state)
{
	static const struct {
		const char *form, *join;
	} made_of[] = {
		{ "age<#d", " OR " },
		{ "(blue OR -age<#d)", " " },
		{ "(age<#d OR upvotes>=#)", " " },
		{ "(-age<#d upvotes<#)", " OR " },
	};
	const tms_time now = T0 + 35 * 86400;

	(void)state;
	for (size_t i = 0; i < TMS_COUNT(made_of); i++) {
		struct world at_once = make_world(), in_pieces = make_world();
		struct tms_arena arena = { 0 };
		struct tms_buf buf = { 0 };
		struct tms_str text = daily_rule(&buf, made_of[i].form, made_of[i].join);
		bool more = true;
		list_daily(&at_once);
		list_daily(&in_pieces);
		uint32_t other = add_rule(&at_once, tms_str_cstr(&arena, text));
		struct tms_selection a = select_all(&at_once, &arena, other, now);
		uint32_t rule = add_rule(&in_pieces, tms_str_cstr(&arena, text));
		size_t pieces = 0;
		for (; more; pieces++) {
			uint64_t before = stats_of(&in_pieces).words_walked;
			assert_int_equal(
				tms_index_prepare(in_pieces.index, rule, now, 1, &more), TMS_OK);
			/* one item at most, at all its moments */
			assert_true(stats_of(&in_pieces).words_walked - before < 130 * 300);
			assert_true(pieces < 100 * ITEMS);
		}
		assert_true(pieces > ITEMS / 4);
		uint64_t walked = stats_of(&in_pieces).words_walked;
		struct tms_selection b = select_all(&in_pieces, &arena, rule, now);
		assert_int_equal(stats_of(&in_pieces).words_walked, walked);
		assert_int_equal(a.kept_count, b.kept_count);
		assert_int_equal(a.expires, b.expires);
		for (size_t k = 0; k < a.count; k++) {
			assert_int_equal(a.list[k].entered, b.list[k].entered);
			assert_true(tms_str_equal(
				a.list[k].item->merged.item.id, b.list[k].item->merged.item.id));
		}
		/* later, what has turned since is seen, before all moments are found again */
		struct tms_selection c = select_all(&in_pieces, &arena, rule, now + 30);
		struct tms_selection d = select_all(&at_once, &arena, other, now + 30);
		assert_int_equal(c.kept_count, d.kept_count);
		assert_true(c.expires > now + 30 && c.expires <= d.expires);
		tms_buf_free(&buf);
		tms_arena_free(&arena);
		free_world(&at_once);
		free_world(&in_pieces);
	}
}

/* As when a clock was ahead by a minute when the last item was listed, and is right again. */
static void moments_found_before_an_item_was_seen_do_not_say_when_it_entered(void **state)
{
	const tms_time now = T0 + 35 * 86400, seen = now + 20;
	struct world w = make_world();
	struct tms_arena arena = { 0 };
	struct tms_buf buf = { 0 };
	bool more = true;
	(void)state;

	list_daily(&w);
	list_title(&w, "arxiv:2603.99999", "blue", seen);
	uint32_t rule = add_rule(&w, tms_str_cstr(&arena, daily_rule(&buf, "age<#d", " OR ")));
	while (more)
		assert_int_equal(tms_index_prepare(w.index, rule, now, 1, &more), TMS_OK);
	struct tms_selection before = select_all(&w, &arena, rule, now);
	assert_str(before.list[0].item->merged.item.id, "arxiv:2603.99999");
	assert_int_equal(before.list[0].entered, now);
	struct tms_selection after = select_all(&w, &arena, rule, now + 40);
	assert_str(after.list[0].item->merged.item.id, "arxiv:2603.99999");
	assert_int_equal(after.list[0].entered, seen);
	tms_buf_free(&buf);
	tms_arena_free(&arena);
	free_world(&w);
}

/* Five rules by turns have to do with four places. */
static void rules_by_turns_all_come_to_an_end(void **state)
{
	struct world w = make_world();
	struct tms_arena arena = { 0 };
	uint32_t list[7];
	size_t left = TMS_COUNT(list), rounds = 0;
	bool is_done[TMS_COUNT(list)] = { false };

	(void)state;
	list_daily(&w);
	for (size_t i = 0; i < TMS_COUNT(list); i++) {
		struct tms_buf buf = { 0 };
		tms_buf_format(&buf, "age<%zuh OR ", 7 + i);
		struct tms_str text = daily_rule(&buf, "age<#d", " OR ");
		list[i] = add_rule(&w, tms_str_cstr(&arena, text));
		tms_buf_free(&buf);
	}
	/* the last one is left in the middle for ever */
	for (left--; left > 0; rounds++) {
		assert_true(rounds < 20000);
		for (size_t i = 0; i < TMS_COUNT(list) - (rounds > 2); i++) {
			bool more = false;
			if (is_done[i])
				continue;
			assert_int_equal(
				tms_index_prepare(w.index, list[i], T0 + 35 * 86400, 1, &more),
				TMS_OK);
			is_done[i] = !more;
			left -= !more && i < TMS_COUNT(list) - 1;
		}
	}
	tms_arena_free(&arena);
	free_world(&w);
}

/* One row is under way at a time: they must not begin it anew for each other. */
static void dear_rows_by_turns_all_come_to_an_end(void **state)
{
	struct world w = make_world();
	uint32_t list[5];
	size_t left = TMS_COUNT(list) - 1, rounds = 0;
	bool is_done[TMS_COUNT(list)] = { false };
	bool more = true;

	(void)state;
	list_many(&w);
	for (size_t i = 0; i < TMS_COUNT(list); i++) {
		char rule[32];
		(void)snprintf(rule, sizeof(rule), "/[aeiou].{%zu}[xyz]/", i + 2);
		list[i] = add_rule(&w, rule);
	}
	/* the last one is left in the middle for ever */
	assert_int_equal(tms_index_prepare(w.index, list[left], T0, 1, &more), TMS_OK);
	assert_true(more);
	for (; left > 0; rounds++) {
		assert_true(rounds < 10000);
		for (size_t i = 0; i < TMS_COUNT(list) - 1; i++) {
			if (is_done[i])
				continue;
			assert_int_equal(tms_index_prepare(w.index, list[i], T0, 1, &more), TMS_OK);
			is_done[i] = !more;
			left -= !more;
		}
	}
	/* what no item has to be looked at for does not wait */
	assert_int_equal(tms_index_prepare(w.index, list[4], T0, 1, &more), TMS_OK);
	assert_true(more);
	assert_int_equal(tms_index_prepare(w.index, add_rule(&w, "blue"), T0, 1, &more), TMS_OK);
	assert_false(more);
	free_world(&w);
}

/* A topic takes a millisecond or two to compile. */
static void topics_are_compiled_one_a_piece(void **state)
{
	struct world w = make_world();
	struct tms_shipped shipped = { 0 };
	struct tms_diag diag = { 0 };
	struct tms_buf buf = { 0 };
	struct tms_arena arena = { 0 };
	uint32_t rule = TMS_INDEX_NONE;
	bool more = true;

	(void)state;
	list_many(&w);
	assert_int_equal(tms_shipped_open(&shipped, &diag), TMS_OK);
	const struct tms_query_options options = { .topics = &shipped.topics };
	for (int i = 0; i < 20; i++)
		tms_buf_format(&buf, "%sabout:\"planet %d\"", i ? " OR " : "", i);
	assert_int_equal(
		tms_index_add_rule(w.index, tms_buf_str(&buf), &options, &rule, &diag), TMS_OK);
	assert_int_equal(stats_of(&w).topics_compiled, 0);
	while (more) {
		uint64_t before = stats_of(&w).topics_compiled;
		assert_int_equal(tms_index_prepare(w.index, rule, T0, 700, &more), TMS_OK);
		assert_true(stats_of(&w).topics_compiled - before <= 1);
	}
	assert_int_equal(stats_of(&w).topics_compiled, 20);
	assert_true(kept_ids(&w, &arena, rule, T0).len > 0);
	/* one that no batch has asked goes without another look */
	tms_index_remove_rule(w.index, rule);
	assert_int_equal(stats_of(&w).topics_compiled, 20);
	assert_int_equal(stats_of(&w).rule_bytes, 0); /* and leaves no table of topics */
	tms_buf_free(&buf);
	tms_arena_free(&arena);
	free_world(&w);
	tms_shipped_close(&shipped);
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
		cmocka_unit_test(moments_are_walked_in_pieces_and_are_the_same),
		cmocka_unit_test(moments_found_before_an_item_was_seen_do_not_say_when_it_entered),
		cmocka_unit_test(topics_are_compiled_one_a_piece),
		cmocka_unit_test(rules_by_turns_all_come_to_an_end),
		cmocka_unit_test(dear_rows_by_turns_all_come_to_an_end),
		cmocka_unit_test(items_that_change_between_two_pieces_are_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
