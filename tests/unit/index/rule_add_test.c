/* Rules as an index reads them: nothing that it remembers of others changes what a rule says. */
#include "search.h"

#include <time.h>

#include <tamis/author_list.h>
#include <tamis/query.h>

#include "shipped/shipped.h"

/* Words that are not cut at once are counted as if they were, by limits that let through some of
 * them, all and none. */
static void a_rule_costs_what_the_parser_says(void **state)
{
	static const char *const rows[] = { "agents", "\"a-b-c-d-e-f\"", "a \"--\"",
		"a b c a b c \"a b\"",
		"\"deep learning\" title:agents OR (upvotes>=3 -author:hinton) /a.c/ ~learning",
		"near(\"x y\", 3) a.b.c.d \"e f\" title:(u \"v w\") text:x x",
		"title:OR title:\"OR\"",
		"summary:a abstract:a Title:b title:b \"  c  d \" \"c d\"" };
	struct world w = make_world();
	size_t refused = 0;
	(void)state;

	for (size_t i = 0; i < TMS_COUNT(rows); i++)
		for (size_t cost = 1; cost < 80; cost++) {
			struct tms_query_options options = { .limits = { .cost = cost } };
			struct tms_diag said = { 0 }, wanted = { 0 };
			struct tms_str text = tms_str_from(rows[i]);
			struct tms_query *query = NULL;
			uint32_t rule = TMS_INDEX_NONE;
			enum tms_status st =
				tms_index_add_rule(w.index, text, &options, &rule, &said);
			if (st != tms_query_parse(text, &options, &query, &wanted) ||
				strcmp(said.text, wanted.text) != 0 || said.column != wanted.column)
				fail_msg("%s at %zu: %s, not %s", rows[i], cost, said.text,
					wanted.text);
			refused += st == TMS_ELIMIT;
			tms_query_free(query);
		}
	assert_in_range(refused, 50, 200);
	free_world(&w);
}

static void a_rule_is_kept_as_it_is_written(void **state)
{
	static const char *const rows[][2] = { { "agents", "agents" },
		{ "  a AND (b  OR c)\n", "a AND (b  OR c)" },
		{ "upvotes>=20 AND -(x OR \"y\")", "upvotes>=20 AND -(x OR \"y\")" }, { " ", "" } };
	struct world w = make_world();
	(void)state;

	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_str text = tms_index_rule_text(w.index, add_rule(&w, rows[i][0]));
		assert_str(text, rows[i][1]);
	}
	free_world(&w);
}

/* Two people's topics of one name; the second rule is asked when the first is remembered. */
static void a_topic_is_what_the_options_of_its_rule_say(void **state)
{
	static const char *const files[] = { "[topic mine]\nname = Reward hacking\n",
		"[topic mine]\nname = Diffusion models\n" };
	struct world w = make_world();
	struct tms_shipped shipped = { 0 };
	uint32_t rules[2];
	(void)state;

	assert_int_equal(tms_shipped_open(&shipped, NULL), TMS_OK);
	for (size_t i = 0; i < 2; i++) {
		struct tms_topic_list list = { 0 };
		assert_int_equal(
			tms_topic_file_parse(&shipped.arena, tms_str_from(files[i]), &list, NULL),
			TMS_OK);
		struct tms_query_topics topics = shipped.topics;
		topics.lists = &list;
		topics.lists_count = 1;
		const struct tms_query_options options = { .topics = &topics };
		assert_int_equal(tms_index_add_rule(
					 w.index, TMS_STR("topic:mine"), &options, &rules[i], NULL),
			TMS_OK);
		struct tms_str text = tms_index_rule_text(w.index, rules[i]);
		assert_int_equal(tms_str_find(text, TMS_STR("topic:"), 0), SIZE_MAX);
	}
	assert_int_not_equal(rules[0], rules[1]);
	assert_int_equal(stats_of(&w).leaves, 2);
	free_world(&w);
	tms_shipped_close(&shipped);
}

static struct tms_query_authors list_of(struct tms_arena *arena, struct tms_str text)
{
	const struct tms_author_list *list = NULL;

	assert_int_equal(tms_author_list_read(arena, text, &list, NULL), TMS_OK);
	struct tms_str kept = tms_author_list_text(list);
	return (struct tms_query_authors){ TMS_STR_INIT("mine"), kept,
		tms_query_authors_hash(kept) };
}

static uint32_t add_listed(struct world *w, const struct tms_query_authors *authors)
{
	const struct tms_query_options options = { .authors = authors, .authors_count = 1 };
	uint32_t rule = TMS_INDEX_NONE;

	assert_int_equal(
		tms_index_add_rule(w->index, TMS_STR("author:@mine"), &options, &rule, NULL),
		TMS_OK);
	return rule;
}

/* Two people's lists of one name, and a third that is the first one's. */
static void a_list_of_authors_is_what_the_options_of_its_rule_say(void **state)
{
	static struct tms_person people[] = { { .name = TMS_STR_INIT("E. Noether") },
		{ .name = TMS_STR_INIT("Alan Turing") } };
	struct tms_arena arena = { 0 };
	struct world w = make_world();
	uint32_t rules[3];
	(void)state;

	for (size_t i = 0; i < TMS_COUNT(people); i++) {
		struct tms_item item = make_item(i == 0 ? "a" : "b", "x", TMS_ORIGIN_HF_API);
		item.authors = &people[i];
		item.authors_count = 1;
		list_items(&w, &item, 1, 1000);
	}
	(void)add_rule(&w, "x"); /* tables that stay */
	size_t before = stats_of(&w).rule_bytes;
	for (size_t i = 0; i < TMS_COUNT(rules); i++) {
		struct tms_arena conf = { 0 }; /* goes when the rule is there */
		const struct tms_query_authors authors = list_of(
			&conf, i == 1 ? TMS_STR("Turing") : TMS_STR("Emmy Noether\nAda Lovelace"));
		rules[i] = add_listed(&w, &authors);
		tms_arena_free(&conf);
	}
	assert_int_equal(stats_of(&w).leaves, 3);
	assert_int_equal(rules[0], rules[2]);
	assert_str(kept_ids(&w, &arena, rules[0], 2000), "a");
	assert_str(kept_ids(&w, &arena, rules[1], 2000), "b");
	for (size_t i = 0; i < TMS_COUNT(rules); i++)
		tms_index_remove_rule(w.index, rules[i]);
	assert_int_equal(stats_of(&w).leaves, 1);
	assert_in_range(stats_of(&w).rule_bytes, 0, before + 4096); /* not the lists */
	free_world(&w);
	tms_arena_free(&arena);
}

#define ITEMS 2000
#define PEOPLE 8
#define RULES 100
#define LIST_CPU_MS 3000 /* all of it takes 300; an entry after the other a minute for one rule */

/* 20,000 names, of which each item has the first names of some and the last names of others. */
static void a_long_list_is_one_leaf_that_is_asked_quickly(void **state)
{
	struct tms_arena arena = { 0 };
	struct world w = make_world();
	struct tms_buf text = { 0 };
	struct tms_item *items = TMS_ARENA_ARRAY(&arena, struct tms_item, ITEMS);
	struct tms_selection selection = { 0 };
	uint32_t rule = TMS_INDEX_NONE;
	(void)state;

	for (size_t i = 0; i < TMS_AUTHOR_LIST_ENTRIES_MAX; i++)
		tms_buf_format(&text, "%c%zu %c%zux\n", (int)('a' + i % 200 % 26), i % 200,
			(int)('a' + i / 50 % 26), i / 50);
	for (size_t i = 0; i < ITEMS; i++) {
		struct tms_person *people = TMS_ARENA_ARRAY(&arena, struct tms_person, PEOPLE);
		items[i] =
			make_item(tms_arena_format(&arena, "id%zu", i).ptr, "x", TMS_ORIGIN_HF_API);
		for (size_t k = 0; k < PEOPLE; k++) {
			size_t last = (i * 7 + k * 47) % 400, first = (50 * last + 60) % 200;
			people[k].name = tms_arena_format(&arena, "%c%zu %c%zux",
				(int)('a' + first % 26), first, (int)('a' + last % 26), last);
		}
		items[i].authors = people;
		items[i].authors_count = PEOPLE;
	}
	list_items(&w, items, ITEMS, 1000);
	const struct tms_query_authors authors = list_of(&arena, tms_buf_str(&text));
	clock_t start = clock();
	for (size_t i = 0; i < RULES; i++)
		rule = add_listed(&w, &authors);
	assert_int_equal(
		tms_index_select(w.index, rule, 2000, SIZE_MAX, &arena, &selection), TMS_OK);
	double ms = 1000.0 * (double)(clock() - start) / CLOCKS_PER_SEC;
	print_message("%d rules with one list, asked of %d items: %.0f ms\n", RULES, ITEMS, ms);
	assert_int_equal(stats_of(&w).leaves, 1);
	assert_int_equal(selection.kept_count, 0);
	assert_true(ms < LIST_CPU_MS);
	free_world(&w);
	tms_buf_free(&text);
	tms_arena_free(&arena);
}

static const struct tms_zone *zone_of(struct tms_arena *arena, const char *rule)
{
	static const char block[] =
		"TZif2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
		"\0\0\0\1\0\0\0\1\0\0\0\0\0\0";
	const struct tms_zone *zone = NULL;
	struct tms_buf file = { 0 };

	tms_buf_add(&file, (struct tms_str){ block, sizeof(block) });
	tms_buf_add(&file, (struct tms_str){ block, sizeof(block) });
	tms_buf_format(&file, "\n%s\n", rule);
	assert_int_equal(
		tms_zone_read(arena, TMS_STR("Test/Zone"), tms_buf_str(&file), &zone, NULL),
		TMS_OK);
	tms_buf_free(&file);
	return zone;
}

static void the_same_words_of_two_zones_are_two_rules(void **state)
{
	struct tms_arena arena = { 0 };
	struct tms_query_options utc = { 0 }, there = { .zone = zone_of(&arena, "CET-1") };
	struct tms_index *index = NULL;
	uint32_t first, second, third;

	(void)state;
	assert_int_equal(tms_index_new((struct tms_hash_seed){ 1, 2 }, &index), TMS_OK);
	assert_int_equal(
		tms_index_add_rule(index, TMS_STR("published:2026"), &utc, &first, NULL), TMS_OK);
	assert_int_equal(
		tms_index_add_rule(index, TMS_STR("published:2026"), &there, &second, NULL),
		TMS_OK);
	assert_int_equal(
		tms_index_add_rule(index, TMS_STR("published:2026"), &utc, &third, NULL), TMS_OK);
	assert_int_not_equal(first, second);
	assert_int_equal(first, third);
	tms_index_free(index);
	tms_arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_words_of_two_zones_are_two_rules),
		cmocka_unit_test(a_rule_costs_what_the_parser_says),
		cmocka_unit_test(a_rule_is_kept_as_it_is_written),
		cmocka_unit_test(a_topic_is_what_the_options_of_its_rule_say),
		cmocka_unit_test(a_list_of_authors_is_what_the_options_of_its_rule_say),
		cmocka_unit_test(a_long_list_is_one_leaf_that_is_asked_quickly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
