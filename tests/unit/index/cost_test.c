/*
 * Rules that are made to cost: what each may cost is stated here, counted by the index, and held;
 * what would cost more is refused when it is saved, by the name of its limit.
 */
#include "../make.h"

#include <stdio.h>
#include <stdlib.h>

#include <tamis/index.h>
#include <tamis/view.h>

#define ITEMS 512
#define MANY 100000
#define THRESHOLDS 10000

struct stand {
	struct tms_window *window;
	struct tms_view *view;
	struct tms_index *index;
};

/* Every item has "the", "thesis" and a number, one in eight "reward" and "hacking". */
static int set_up(void **state)
{
	struct stand *stand = calloc(1, sizeof(*stand));
	struct tms_item *items = calloc(ITEMS, sizeof(*items));
	struct tms_arena arena = { 0 };

	assert_non_null(stand);
	assert_non_null(items);
	for (int i = 0; i < ITEMS; i++) {
		struct tms_str id = tms_arena_format(&arena, "id:%d", i);
		struct tms_str title = tms_arena_format(&arena, "The thesis %d", i);
		items[i] = make_item(id.ptr, title.ptr, TMS_ORIGIN_OTHER);
		items[i].summary = tms_arena_format(&arena, "the %s of 机器 the %s",
			i % 8 == 0 ? "reward" : "rain", i % 8 == 0 ? "hacking" : "Spain");
		items[i].numbers[TMS_NUMBER_UPVOTES] = i;
	}
	stand->window = make_window("list");
	(void)apply_items(stand->window, items, ITEMS, NOON);
	assert_int_equal(tms_view_new(&stand->view), TMS_OK);
	assert_int_equal(tms_view_refresh(stand->view, &stand->window, 1), TMS_OK);
	assert_int_equal(tms_index_new((struct tms_hash_seed){ 1, 2 }, &stand->index), TMS_OK);
	for (size_t i = 0; i < tms_view_count(stand->view); i++)
		assert_int_equal(
			tms_index_put(stand->index, tms_view_at(stand->view, i), NULL), TMS_OK);
	free(items);
	tms_arena_free(&arena);
	*state = stand;
	return 0;
}

static int tear_down(void **state)
{
	struct stand *stand = *state;

	tms_index_free(stand->index);
	tms_view_free(stand->view);
	tms_window_free(stand->window);
	free(stand);
	return 0;
}

static struct tms_index_stats stats_of(const struct stand *stand)
{
	struct tms_index_stats stats;

	tms_index_stats(stand->index, &stats);
	return stats;
}

static uint32_t add(struct stand *stand, struct tms_str text)
{
	/* as large as the settings go */
	static const struct tms_query_options options = {
		.limits = { .bytes = 1000000, .terms = 10000, .depth = 200, .cost = 1000000 }
	};
	struct tms_diag diag = { 0 };
	uint32_t rule = TMS_INDEX_NONE;

	if (tms_index_add_rule(stand->index, text, &options, &rule, &diag) != TMS_OK)
		fail_msg("%.60s: %s", text.ptr, diag.text);
	return rule;
}

static size_t kept(struct stand *stand, uint32_t rule)
{
	struct tms_arena arena = { 0 };
	struct tms_selection selection;

	assert_int_equal(
		tms_index_select(stand->index, rule, NOON + DAY, 10, &arena, &selection), TMS_OK);
	size_t count = selection.kept_count;
	tms_arena_free(&arena);
	return count;
}

static void ignore(void *context, uint32_t rule, uint64_t items)
{
	size_t *told = context;

	(void)rule;
	(void)items;
	(*told)++;
}

/* All rules asked of the first 64 items; how many were told of. */
static size_t ask_all(struct stand *stand)
{
	uint32_t slots[TMS_BATCH_ITEMS_MAX];
	struct tms_batch *batch = NULL;
	size_t told = 0;

	for (uint32_t i = 0; i < TMS_BATCH_ITEMS_MAX; i++)
		slots[i] = i;
	assert_int_equal(
		tms_batch_new(stand->index, slots, TMS_BATCH_ITEMS_MAX, NOON + DAY, &batch),
		TMS_OK);
	assert_false(tms_batch_step(batch, TMS_BATCH_ALL, ignore, &told));
	tms_batch_free(batch);
	return told;
}

/* Some rules asked of the first 64 items; how many were told of. */
static size_t ask_list(struct stand *stand, const uint32_t *rules, size_t count)
{
	uint32_t slots[TMS_BATCH_ITEMS_MAX];
	struct tms_batch *batch = NULL;
	size_t told = 0, work = TMS_BATCH_ALL;

	for (uint32_t i = 0; i < TMS_BATCH_ITEMS_MAX; i++)
		slots[i] = i;
	assert_int_equal(
		tms_batch_new(stand->index, slots, TMS_BATCH_ITEMS_MAX, NOON + DAY, &batch),
		TMS_OK);
	assert_int_equal(tms_batch_ask(batch, rules, count, &work, ignore, &told), count);
	tms_batch_free(batch);
	return told;
}

static void the_same_rule_over_and_over_is_one(void **state)
{
	struct stand *stand = *state;
	uint32_t rule = add(stand, TMS_STR("the"));
	struct tms_index_stats one = stats_of(stand);

	for (int i = 1; i < MANY; i++)
		assert_int_equal(add(stand, i % 2 ? TMS_STR("the") : TMS_STR("\"The\" the")), rule);
	struct tms_index_stats all = stats_of(stand);
	assert_int_equal(all.rules, 1);
	assert_int_equal(all.rule_references, MANY);
	assert_int_equal(all.leaves, one.leaves);
	assert_in_range(all.rule_bytes, 1, one.rule_bytes + 4096);
	assert_int_equal(kept(stand, rule), ITEMS);
	assert_int_equal(ask_all(stand), 1);
	all = stats_of(stand);
	assert_in_range(all.rows_made, 0, 1);
	assert_int_equal(all.items_verified, one.items_verified); /* words alone decide */
	assert_int_equal(all.rules_visited, 1);
}

static void a_common_word_in_many_rules_is_one_leaf(void **state)
{
	struct stand *stand = *state;
	uint32_t rule = TMS_INDEX_NONE;

	for (int i = 0; i < MANY; i++) {
		char text[32];
		int len = snprintf(text, sizeof(text), "the w%d", i);
		rule = add(stand, (struct tms_str){ text, (size_t)len });
	}
	struct tms_index_stats before = stats_of(stand);
	assert_int_equal(before.rules, MANY);
	assert_int_equal(before.leaves, MANY + 1);
	assert_in_range(before.rule_bytes, 1, (size_t)MANY * 250);
	assert_int_equal(kept(stand, rule), 0);
	assert_int_equal(ask_all(stand), 0);
	struct tms_index_stats after = stats_of(stand);
	assert_in_range(after.rows_made, before.rows_made, before.rows_made + 2);
	assert_in_range(after.rules_visited, 0, MANY); /* each program once, whatever it asks */
	assert_int_equal(after.items_verified, before.items_verified);
}

/* A list costs what its rules do, however many others there are and whatever they ask. */
static void a_list_visits_its_own_rules_and_no_others(void **state)
{
	struct stand *stand = *state;
	uint32_t rules[100];

	for (int i = 0; i < MANY; i++) {
		char text[48];
		int len = snprintf(text, sizeof(text), i % 100 ? "the w%d" : "the %d", i / 100);
		uint32_t rule = add(stand, (struct tms_str){ text, (size_t)len });
		if (i % (MANY / 100) == 0)
			rules[i / (MANY / 100)] = rule;
	}
	(void)add(stand, TMS_STR("near(\"the of\", 1000)"));
	struct tms_index_stats before = stats_of(stand);
	assert_in_range(ask_list(stand, rules, TMS_COUNT(rules)), 1, 64);
	struct tms_index_stats after = stats_of(stand);
	assert_in_range(after.rules_visited - before.rules_visited, 1, TMS_COUNT(rules));
	assert_int_equal(after.items_verified, before.items_verified);
	assert_int_equal(after.rows_made, before.rows_made);
}

static void a_thousand_alternatives_are_a_thousand_rows(void **state)
{
	struct stand *stand = *state;
	struct tms_buf text = { 0 };

	for (int i = 0; i < 1000; i++)
		tms_buf_format(&text, "%s%d", i ? " OR " : "", i);
	uint32_t rule = add(stand, tms_buf_str(&text));
	assert_int_equal(kept(stand, rule), ITEMS);
	struct tms_index_stats stats = stats_of(stand);
	assert_int_equal(stats.leaves, 1000);
	assert_in_range(stats.rows_made, 0, 1000);
	assert_int_equal(stats.items_verified, 0);
	assert_int_equal(kept(stand, rule), ITEMS); /* the second time nothing is made */
	assert_int_equal(stats_of(stand).rows_made, stats.rows_made);
	tms_buf_free(&text);
}

static void nots_inside_each_other_are_one_leaf(void **state)
{
	struct stand *stand = *state;
	struct tms_buf text = { 0 };

	for (int i = 0; i < 199; i++)
		tms_buf_add_cstr(&text, "NOT ");
	tms_buf_add_cstr(&text, "reward");
	uint32_t rule = add(stand, tms_buf_str(&text));
	assert_int_equal(kept(stand, rule), ITEMS - ITEMS / 8);
	assert_int_equal(stats_of(stand).leaves, 1);
	assert_in_range(stats_of(stand).rows_made, 0, 1);
	tms_buf_free(&text);
}

/* What a rule may look at: every item once, to make its row, and the batch's items once each. */
static void a_term_that_words_do_not_decide_looks_at_each_item_once(void **state)
{
	static const struct {
		const char *text;
		size_t kept, looked_at;
	} rows[] = {
		{ "the*", ITEMS, 0 },
		{ "thes*", ITEMS, 0 },
		{ "机", ITEMS, 0 },
		{ "机器", ITEMS, 0 },
		{ "器", ITEMS, 0 },
		{ "near(\"the of\", 1000)", ITEMS, ITEMS },
		{ "near(\"reward hacking\", 1000)", ITEMS / 8, ITEMS / 8 },
		{ "/.{10}/", ITEMS, ITEMS },
		{ "/a.{20}z/", 0, ITEMS },
		{ "/hacking.{20}z/", 0, ITEMS / 8 },
		{ "\"reward of\"", ITEMS / 8, ITEMS / 8 },
		{ "\"of reward\"", 0, 0 }, /* both words, never so: their pairs tell */
		{ "=The", ITEMS, ITEMS },
	};
	struct stand *stand = *state;

	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		uint64_t before = stats_of(stand).items_verified;
		uint32_t rule = add(stand, tms_str_from(rows[i].text));
		if (kept(stand, rule) != rows[i].kept)
			fail_msg("%s keeps %zu", rows[i].text, kept(stand, rule));
		uint64_t looked_at = stats_of(stand).items_verified - before;
		if (looked_at != rows[i].looked_at)
			fail_msg("%s looked at %zu items", rows[i].text, (size_t)looked_at);
		(void)kept(stand, rule);
		assert_int_equal(stats_of(stand).items_verified - before, looked_at);
		(void)ask_all(stand);
		looked_at = stats_of(stand).items_verified - before - looked_at;
		if (looked_at > TMS_BATCH_ITEMS_MAX)
			fail_msg("%s looked at %zu items of a batch", rows[i].text,
				(size_t)looked_at);
		tms_index_remove_rule(stand->index, rule);
	}
}

static void a_threshold_each_costs_no_more_than_a_leaf_each(void **state)
{
	struct stand *stand = *state;
	uint32_t rules[2] = { 0 };

	for (int i = 0; i < THRESHOLDS; i++) {
		char text[32];
		int len = snprintf(text, sizeof(text), "upvotes>=%d", i);
		rules[i % 2] = add(stand, (struct tms_str){ text, (size_t)len });
	}
	struct tms_index_stats before = stats_of(stand);
	assert_int_equal(before.leaves, THRESHOLDS);
	assert_in_range(before.rule_bytes, 1, (size_t)THRESHOLDS * 300);
	assert_int_equal(kept(stand, rules[0]), 0);
	assert_in_range(stats_of(stand).rows_made, before.rows_made, before.rows_made + 1);
	struct tms_item item = make_item("id:7", "The thesis 7", TMS_ORIGIN_OTHER);
	item.numbers[TMS_NUMBER_UPVOTES] = THRESHOLDS * 2;
	(void)apply_items(stand->window, &item, 1, NOON + HOUR);
	assert_int_equal(tms_view_refresh(stand->view, &stand->window, 1), TMS_OK);
	struct tms_view_item *risen = find_shown(stand->view, item.id);
	before = stats_of(stand);
	assert_int_equal(tms_index_put(stand->index, risen, NULL), TMS_OK);
	struct tms_index_stats after = stats_of(stand);
	assert_int_equal(after.rows_made, before.rows_made); /* nothing until one is asked */
	assert_int_equal(after.items_verified, before.items_verified);
	assert_int_equal(kept(stand, rules[0]), 1);
	assert_in_range(stats_of(stand).rows_made, after.rows_made, after.rows_made + 1);
	assert_in_range(ask_all(stand), 64, THRESHOLDS);
}

/* A long content takes as much as papers of so many words. */
static void an_item_counts_by_its_words_when_it_is_looked_at(void **state)
{
	struct stand *stand = *state;
	struct tms_item item = make_item("id:7", "The thesis 7", TMS_ORIGIN_OTHER);
	struct tms_arena arena = { 0 };
	struct tms_buf html = { 0 };
	uint32_t slot;

	for (int i = 0; i < 5200; i++)
		tms_buf_add_cstr(&html, "word ");
	item.content_html = tms_arena_take(&arena, &html);
	(void)apply_items(stand->window, &item, 1, NOON + HOUR);
	assert_int_equal(tms_view_refresh(stand->view, &stand->window, 1), TMS_OK);
	struct tms_view_item *grown = find_shown(stand->view, item.id);
	assert_int_equal(tms_index_put(stand->index, grown, &slot), TMS_OK);
	assert_int_equal(tms_index_weight(stand->index, slot), 11);
	uint64_t before = stats_of(stand).items_verified;
	assert_int_equal(kept(stand, add(stand, TMS_STR("/a.{20}z/"))), 0);
	assert_int_equal(stats_of(stand).items_verified - before, ITEMS - 1 + 11);
	tms_arena_free(&arena);
}

/* What every item has to be read for is bounded over all rules by what it costs, and told by its
 * limit; what is there already may be asked for again. */
static void expressions_without_literals_are_summed_up_over_all_rules(void **state)
{
	static const struct tms_query_options roomy = { .limits = { .scan_cost = 100000 } };
	struct stand *stand = *state;
	uint32_t first = TMS_INDEX_NONE, rule = TMS_INDEX_NONE;
	struct tms_diag diag = { 0 };
	enum tms_status st = TMS_OK;
	struct tms_str text = { 0 };
	int count = 0;
	char buf[48];

	for (; st == TMS_OK && count < 2000; count++) {
		int len = snprintf(buf, sizeof(buf), "/[ab].{%d}x/", 100 + count);
		text = (struct tms_str){ buf, (size_t)len };
		st = tms_index_add_rule(stand->index, text, NULL, &rule, &diag);
		first = count == 0 ? rule : first;
	}
	/* each costs some 500, all together 4,000 */
	assert_int_equal(st, TMS_ELIMIT);
	assert_in_range(count, 6, 12);
	assert_non_null(strstr(diag.text, "/[ab]."));
	assert_non_null(strstr(diag.text, "no three letters or digits in a row"));
	assert_non_null(strstr(diag.text, "more than 4000 (limits.scan_cost)"));
	assert_int_equal(stats_of(stand).rules, count - 1);
	assert_int_equal(stats_of(stand).leaves, count - 1);
	/* one with literals is welcome still, one that is there is, and another when one goes */
	(void)add(stand, TMS_STR("/hacking.{20}z/"));
	(void)add(stand, TMS_STR("/[ab].{101}x/ the"));
	tms_index_remove_rule(stand->index, first);
	assert_int_equal(tms_index_add_rule(stand->index, text, NULL, &rule, NULL), TMS_OK);
	text = TMS_STR("/[xy].{99}z/");
	assert_int_equal(tms_index_add_rule(stand->index, text, NULL, &rule, NULL), TMS_ELIMIT);
	assert_int_equal(tms_index_add_rule(stand->index, text, &roomy, &rule, NULL), TMS_OK);
}

static void what_was_found_out_for_rules_is_bounded_in_bytes(void **state)
{
	struct stand *stand = *state;
	size_t bounds[] = { 60000, 20000 };
	char text[32];

	for (size_t pass = 0; pass < TMS_COUNT(bounds); pass++) {
		for (int i = 0; i < 2000; i++) {
			int len = snprintf(text, sizeof(text), "upvotes>=%d the", i % 500);
			uint32_t rule = add(stand, (struct tms_str){ text, (size_t)len });
			assert_int_equal(kept(stand, rule), ITEMS - i % 500);
		}
		if (pass == 0)
			assert_true(stats_of(stand).row_bytes > bounds[0]);
		tms_index_bound_rows(stand->index, bounds[pass]);
	}
	for (int i = 0; i < 2000; i++) {
		int len = snprintf(text, sizeof(text), "upvotes>=%d the", i % 500);
		uint32_t rule = add(stand, (struct tms_str){ text, (size_t)len });
		assert_int_equal(kept(stand, rule), ITEMS - i % 500);
	}
	struct tms_index_stats stats = stats_of(stand);
	if (stats.row_bytes > bounds[0] || stats.row_bytes > stats.rule_bytes)
		fail_msg("%zu bytes of %zu", stats.row_bytes, stats.rule_bytes);
}

/* As reloads do it: the new ones are there before the old ones go. Shards of tables keep the room
 * of their first entries, so at first there is a little more with each. */
static size_t come_and_go(struct stand *stand, int from, int to)
{
	static const struct {
		const char *before, *behind;
	} forms[] = { { "w", " the" }, { "\"the w", "\"" }, { "upvotes>=", " reward" },
		{ "near(\"rain w", "\", 3)" }, { "w", "*" }, { "/w", "xy/" } };
	uint32_t rules[TMS_COUNT(forms)];
	char text[48];

	for (int round = from; round < to; round++)
		for (size_t i = 0; i < TMS_COUNT(forms); i++) {
			int len = snprintf(text, sizeof(text), "%s%d%s", forms[i].before,
				1000 + round, forms[i].behind);
			uint32_t rule = add(stand, (struct tms_str){ text, (size_t)len });
			(void)kept(stand, rule);
			if (round > from)
				tms_index_remove_rule(stand->index, rules[i]);
			rules[i] = rule;
		}
	for (size_t i = 0; i < TMS_COUNT(forms); i++)
		tms_index_remove_rule(stand->index, rules[i]);
	return stats_of(stand).rule_bytes;
}

static void rules_that_come_and_go_take_no_more_in_the_end(void **state)
{
	struct stand *stand = *state;
	uint32_t rule = add(stand, TMS_STR("the"));
	size_t soon = come_and_go(stand, 0, 2000);
	size_t late = come_and_go(stand, 2000, 4000);

	assert_int_equal(kept(stand, rule), ITEMS);
	if (late > soon)
		fail_msg("%zu bytes, then %zu", soon, late);
}

static void what_costs_more_is_refused_by_the_name_of_its_limit(void **state)
{
	static char nots[200], ors[6000], the[400000];
	static const struct {
		const char *text, *says;
		enum tms_status status;
	} rows[] = {
		{ the, "(limits.query_bytes)", TMS_ELIMIT },
		{ ors, "(limits.query_terms)", TMS_ELIMIT },
		{ nots, "(limits.query_depth)", TMS_ELIMIT },
		{ "a*", "at least 3 letters or digits", TMS_EINVAL },
		{ "near(\"a b\", 1001)", "from 0 to 1000", TMS_EINVAL },
		{ "/(a{1,100}){1,100}b/", "(limits.query_regex_size)", TMS_ELIMIT },
		{ "/[ab].{300}z/", "(limits.query_cost)", TMS_ELIMIT },
		{ "/[ab].{150}z/ OR /[ab].{160}z/", "(limits.query_cost)", TMS_ELIMIT },
	};
	struct stand *stand = *state;

	for (size_t i = 0; i + 4 < sizeof(the); i += 4)
		memcpy(the + i, "the ", 4);
	for (size_t i = 0; i < 160; i += 4)
		memcpy(nots + i, "NOT ", 4);
	nots[160] = 'a';
	for (size_t i = 0; i < 2000; i += 5)
		memcpy(ors + i, "a OR ", 5);
	ors[2000] = 'a';
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_diag diag = { 0 };
		uint32_t rule;
		enum tms_status st = tms_index_add_rule(
			stand->index, tms_str_from(rows[i].text), NULL, &rule, &diag);
		if (st != rows[i].status || !strstr(diag.text, rows[i].says))
			fail_msg("%.40s: %s: %s", rows[i].text, tms_status_name(st), diag.text);
	}
	assert_int_equal(stats_of(stand).rules, 0);
	assert_int_equal(stats_of(stand).leaves, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			the_same_rule_over_and_over_is_one, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_common_word_in_many_rules_is_one_leaf, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_list_visits_its_own_rules_and_no_others, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_thousand_alternatives_are_a_thousand_rows, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			nots_inside_each_other_are_one_leaf, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_term_that_words_do_not_decide_looks_at_each_item_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			an_item_counts_by_its_words_when_it_is_looked_at, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_threshold_each_costs_no_more_than_a_leaf_each, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			expressions_without_literals_are_summed_up_over_all_rules, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(
			what_was_found_out_for_rules_is_bounded_in_bytes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			rules_that_come_and_go_take_no_more_in_the_end, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			what_costs_more_is_refused_by_the_name_of_its_limit, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
