/*
 * What the index costs, counted: bytes, rows made, items verified, programs run. The rules are made
 * here and always the same, so the numbers are exact; a margin of a few per cent lets a struct grow
 * by a word without a word. A number that falls by much is good news: write it down.
 */
#include "search.h"

#define RULES 20000
#define MANY 100000
#define ITEMS 200
#define WORDS 3000

/* Small numbers are much more common: what words are like. */
static uint32_t some_word(uint64_t *state)
{
	uint32_t a = next_number(state) % WORDS, b = next_number(state) % WORDS;

	return (uint32_t)((uint64_t)a * b / WORDS * a / WORDS);
}

/* Digits as letters: words with a number behind them are found by their letters as well. */
static void spell(char *text)
{
	for (; *text; text++)
		if (tms_is_digit(*text))
			*text = (char)('a' + (*text - '0'));
}

static void make_rule(uint64_t *state, char *text, size_t bytes)
{
	uint32_t a = some_word(state), b = some_word(state), c = some_word(state);
	uint32_t d = some_word(state);

	switch (next_number(state) % 6) {
	case 0:
		(void)snprintf(text, bytes, "wort%u", a);
		break;
	case 1:
		(void)snprintf(text, bytes, "wort%u wort%u", a, b);
		break;
	case 2:
		(void)snprintf(text, bytes, "\"wort%u wort%u\"", a, b);
		break;
	case 3:
		(void)snprintf(text, bytes, "wort%u OR wort%u OR \"wort%u wort%u\"", a, b, c, d);
		break;
	case 4:
		(void)snprintf(text, bytes, "(wort%u OR wort%u) -wort%u", a, b, c);
		break;
	default:
		(void)snprintf(text, bytes, "title:wort%u", a);
		break;
	}
	spell(text);
}

static void list_papers(struct world *w, uint64_t *state)
{
	char id[8], title[128], summary[1200];

	for (int i = 0; i < ITEMS; i++) {
		size_t at = 0;
		struct tms_item item = make_item("", "", TMS_ORIGIN_HF_API);
		(void)snprintf(id, sizeof(id), "%d", i);
		/* one by one: compilers differ in the order of arguments */
		uint32_t third = some_word(state), second = some_word(state);
		(void)snprintf(title, sizeof(title), "wort%u wort%u wort%u", some_word(state),
			second, third);
		for (int k = 0; k < 100; k++)
			at += (size_t)snprintf(
				summary + at, sizeof(summary) - at, "wort%u ", some_word(state));
		spell(title);
		spell(summary);
		item.id = item.upstream_id = tms_str_from(id);
		item.title = tms_str_from(title);
		item.summary = (struct tms_str){ summary, at };
		list_items(w, &item, 1, NOON + i);
	}
}

static uint32_t *add_rules(struct world *w, size_t count)
{
	uint32_t *rules = calloc(count, sizeof(*rules));
	uint64_t state = 7;
	char text[128];

	assert_non_null(rules);
	for (size_t i = 0; i < count; i++) {
		make_rule(&state, text, sizeof(text));
		rules[i] = add_rule(w, text);
	}
	return rules;
}

static void count_one(void *context, uint32_t rule, uint64_t items)
{
	(void)rule;
	*(size_t *)context += (size_t)__builtin_popcountll(items);
}

/* Within three per cent of what it was when this was written. */
static void assert_about(const char *what, uint64_t is, uint64_t was)
{
	uint64_t margin = was * 3 / 100;

	if (is < was - margin || is > was + margin)
		fail_msg("%s: %llu, was %llu", what, (unsigned long long)is,
			(unsigned long long)was);
}

static void what_rules_cost_stays_what_it_is(void **state)
{
	struct world w = make_world();
	struct tms_arena arena = { 0 };
	struct tms_batch *batch = NULL;
	uint32_t slots[TMS_BATCH_ITEMS_MAX];
	uint64_t random = 11;
	size_t told = 0;
	(void)state;

	list_papers(&w, &random);
	uint32_t *rules = add_rules(&w, RULES);
	struct tms_index_stats stats = stats_of(&w);
	assert_int_equal(stats.rule_references, RULES);
	assert_about("rules", stats.rules, 15791);
	assert_about("leaves", stats.leaves, 10381);
	assert_about("bytes", stats.rule_bytes, 2304444);

	for (uint32_t i = 0; i < TMS_BATCH_ITEMS_MAX; i++)
		slots[i] = i;
	assert_int_equal(
		tms_batch_new(w.index, slots, TMS_BATCH_ITEMS_MAX, NOON + DAY, &batch), TMS_OK);
	assert_false(tms_batch_step(batch, TMS_BATCH_ALL, count_one, &told));
	tms_batch_free(batch);
	assert_int_equal(stats_of(&w).rules_visited, stats.rules);
	assert_about("verdicts told", told, 130841);
	assert_int_equal(stats_of(&w).items_verified, 0); /* places of words decide phrases */

	stats = stats_of(&w);
	for (size_t i = 0; i < 1000; i++)
		(void)kept_ids(&w, &arena, rules[i], NOON + DAY);
	assert_about("rows made", stats_of(&w).rows_made, 1249);
	assert_about("verified by rows", stats_of(&w).items_verified - stats.items_verified, 209);
	stats = stats_of(&w);
	for (size_t i = 0; i < 1000; i++)
		(void)kept_ids(&w, &arena, rules[i], NOON + DAY + 1);
	assert_int_equal(stats_of(&w).rows_made, stats.rows_made);
	assert_int_equal(stats_of(&w).items_verified, stats.items_verified);
	tms_arena_free(&arena);
	free(rules);
	free_world(&w);
}

static void rules_that_came_and_went_leave_no_bytes(void **state)
{
	struct world w = make_world();
	uint64_t random = 11;
	(void)state;

	list_papers(&w, &random);
	size_t empty = stats_of(&w).rule_bytes, items = stats_of(&w).item_bytes;
	assert_int_equal(empty, 0);
	uint32_t kept = add_rule(&w, "wort1 -wort2");
	size_t one = stats_of(&w).rule_bytes;
	uint32_t *rules = add_rules(&w, MANY);
	assert_true(stats_of(&w).rule_bytes > 50 * one);
	for (size_t i = 0; i < MANY; i++)
		tms_index_remove_rule(w.index, rules[i * 7919 % MANY]);
	assert_int_equal(rules_count(w.index), 1);
	assert_int_equal(stats_of(&w).leaves, 2);
	assert_true(stats_of(&w).rule_bytes < 2 * one);
	assert_str(tms_index_rule_text(w.index, kept), "wort1 -wort2");
	tms_index_remove_rule(w.index, kept);
	assert_int_equal(stats_of(&w).rule_bytes, 0);
	assert_in_range(stats_of(&w).item_bytes, 0, items * 102 / 100);
	free(rules);
	free_world(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_rules_cost_stays_what_it_is),
		cmocka_unit_test(rules_that_came_and_went_leave_no_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
