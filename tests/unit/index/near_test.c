#include "search.h"

/* Rules asked of one title each; what the query itself says has to be the same. */
static void words_are_near_as_the_query_says(void **state)
{
	static const struct {
		const char *why, *rule, *title;
		bool holds;
	} rows[] = {
		{ "next to each other", "near(\"reward hacking\", 0)", "On reward hacking", true },
		{ "in any order", "near(\"hacking reward\", 0)", "On reward hacking", true },
		{ "as far as allowed", "near(\"reward hacking\", 2)", "reward a b hacking", true },
		{ "one word too far", "near(\"reward hacking\", 2)", "reward a b c hacking",
			false },
		{ "the last of several", "near(\"reward hacking\", 1)",
			"reward a b c reward d hacking", true },
		{ "plurals", "near(\"reward hack\", 0)", "rewards hacks", true },
		{ "what is asked for twice stands twice", "near(\"the the\", 3)", "the thesis",
			false },
		{ "and does", "near(\"the the\", 3)", "the thesis of the", true },
		{ "twice, too far", "near(\"the the\", 1)", "the a b the", false },
		{ "three of two", "near(\"the The cat\", 5)", "the cat", false },
		{ "a hyphen there", "near(\"finetuning model\", 0)", "fine-tuning models", true },
		{ "a hyphen asked", "near(\"fine-tuning model\", 0)", "finetuning models", true },
		{ "both words of it", "near(\"fine-tuning model\", 0)", "fine tuning models",
			true },
		{ "only one word of it", "near(\"fine-tuning model\", 9)", "fine models", false },
		{ "two that share a word", "near(\"zero-shot shot\", 0)", "zero-shot", true },
		{ "the farthest that can be asked", "near(\"a b\", 1000)", "a c d b", true },
		{ "another field", "abstract:near(\"a b\", 9)", "a b", false },
	};
	(void)state;

	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct world w = make_world();
		struct tms_query *query = NULL;
		struct tms_arena arena = { 0 };
		struct tms_selection selection;
		uint32_t rule = add_rule(&w, rows[i].rule);
		list_title(&w, "id:1", rows[i].title, NOON);
		const struct tms_view_item *item = tms_view_at(w.view, 0);
		struct tms_doc doc;
		assert_int_equal(
			tms_query_parse(tms_str_from(rows[i].rule), NULL, &query, NULL), TMS_OK);
		assert_int_equal(tms_doc_make(&arena, &item->merged, &doc), TMS_OK);
		if (tms_query_matches(query, &item->merged, &doc, NOON) != rows[i].holds)
			fail_msg("the query: %s", rows[i].why);
		assert_int_equal(
			tms_index_select(w.index, rule, NOON, 1, &arena, &selection), TMS_OK);
		if (selection.kept_count != rows[i].holds)
			fail_msg("the index: %s", rows[i].why);
		tms_arena_free(&arena);
		tms_query_free(query);
		free_world(&w);
	}
}

/* Words of a title and of an abstract are never near each other. */
static void words_of_two_texts_are_not_near(void **state)
{
	struct world w = make_world();
	struct tms_item item = make_item("id:1", "reward", TMS_ORIGIN_HF_API);
	struct tms_arena arena = { 0 };
	struct tms_selection selection;
	uint32_t rule = add_rule(&w, "near(\"reward hacking\", 1000)");
	(void)state;

	item.summary = TMS_STR("hacking");
	list_items(&w, &item, 1, NOON);
	assert_int_equal(tms_index_select(w.index, rule, NOON, 1, &arena, &selection), TMS_OK);
	assert_int_equal(selection.kept_count, 0);
	tms_arena_free(&arena);
	free_world(&w);
}

/* A text of more than 256 different words has wider numbers, a rule of many parts more units. */
static void many_words_are_looked_through_like_few(void **state)
{
	struct world w = make_world();
	struct tms_arena arena = { 0 };
	struct tms_selection selection;
	struct tms_buf title = { 0 };
	(void)state;

	for (int i = 0; i < 300; i++)
		tms_buf_format(&title, "w%d ", i);
	tms_buf_add_char(&title, '\0');
	uint32_t near = add_rule(&w, "near(\"w5 w2 w9 w3 w7 w1 w4 w8 w6 w0\", 0)");
	uint32_t far = add_rule(&w, "near(\"w299 w0\", 297)");
	list_title(&w, "id:1", title.ptr, NOON);
	assert_int_equal(tms_index_select(w.index, near, NOON, 1, &arena, &selection), TMS_OK);
	assert_int_equal(selection.kept_count, 1);
	assert_int_equal(tms_index_select(w.index, far, NOON, 1, &arena, &selection), TMS_OK);
	assert_int_equal(selection.kept_count, 0);
	tms_buf_free(&title);
	tms_arena_free(&arena);
	free_world(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_near_as_the_query_says),
		cmocka_unit_test(words_of_two_texts_are_not_near),
		cmocka_unit_test(many_words_are_looked_through_like_few),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
