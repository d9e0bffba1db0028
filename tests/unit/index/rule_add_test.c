/* Rules as an index reads them: nothing that it remembers of others changes what a rule says. */
#include "search.h"

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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
