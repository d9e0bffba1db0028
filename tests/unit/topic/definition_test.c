#include "test.h"

#include <tamis/topic.h>

#define TOPIC "[topic a]\nname = A name\n"

static enum tms_status parse(const char *text, struct tms_arena *arena, struct tms_topic_list *list,
	struct tms_diag *diag)
{
	return tms_topic_file_parse(arena, tms_str_from(text), list, diag);
}

static void a_file_is_topics_with_names_sentences_keywords_and_phrases(void **state)
{
	struct tms_arena arena = { 0 };
	struct tms_topic_list list = { 0 };
	struct tms_diag diag = { 0 };

	(void)state;
	assert_int_equal(
		parse("# the first line says what this is\n"
		      "[topic one]\nname = The first\ngroup=Tests\nkeywords = a; b\n\n"
		      "  [topic two-2_x]\r\n  name = The second\r\n  about = It goes on\r\n"
		      "\tin a second line.\r\n"
		      "all = 1:a b, .5:c,\n  d && 0.25:e\n",
			&arena, &list, &diag),
		TMS_OK);
	assert_int_equal(list.count, 2);
	assert_str(list.items[0].id, "one");
	assert_str(list.items[0].group, "Tests");
	assert_str(list.items[0].keywords, "a; b");
	assert_int_equal(list.items[0].line, 2);
	assert_str(list.items[1].id, "two-2_x");
	assert_true(tms_str_starts(list.items[1].about, TMS_STR("It goes on")));
	assert_true(tms_str_ends(list.items[1].about, TMS_STR("in a second line.")));
	assert_int_equal(tms_str_find_byte(list.items[1].about, '\n', 0), SIZE_MAX);
	assert_true(tms_str_ends(list.items[1].all, TMS_STR("0.25:e")));
	assert_int_equal(list.items[1].line, 7);
	tms_arena_free(&arena);
}

static void a_group_before_the_topics_is_true_of_all_of_its_file(void **state)
{
	struct tms_arena arena = { 0 };
	struct tms_topic_list list = { 0 };

	(void)state;
	assert_int_equal(parse("group = All\n[topic a]\nname = x\n[topic b]\nname = x\n"
			       "group = Own\n\f\n[topic c]\nname = x\n\f\ngroup = More\n"
			       "[topic d]\nname = x\n",
				 &arena, &list, NULL),
		TMS_OK);
	assert_int_equal(list.count, 4);
	assert_str(list.items[0].group, "All");
	assert_str(list.items[1].group, "Own");
	assert_str(list.items[2].group, "");
	assert_str(list.items[3].group, "More");
	tms_arena_free(&arena);
}

static void what_is_wrong_is_told_with_its_place(void **state)
{
	static const struct {
		const char *text, *says;
		uint32_t line, column;
		enum tms_status status;
	} rows[] = {
		{ "name = x\n", "a topic begins with", 1, 1, TMS_EMALFORMED },
		{ "[subject x]\n", "a topic begins with", 1, 1, TMS_EMALFORMED },
		{ "[topic a b]\nname = x\n", "identified by letters", 1, 8, TMS_EMALFORMED },
		{ "[topic a]\n\n[topic b]\nname = x\n", "has no name", 1, 8, TMS_EMALFORMED },
		{ TOPIC "nam = y\n", "expected \"name", 3, 1, TMS_EMALFORMED },
		{ TOPIC "some text\n", "expected \"name", 3, 1, TMS_EMALFORMED },
		{ TOPIC "name = y\n", "said twice", 3, 1, TMS_EMALFORMED },
		{ TOPIC "about =\n", "missing behind the \"=\"", 3, 1, TMS_EMALFORMED },
		{ TOPIC "all = a, , b\n", "a phrase is missing here", 3, 9, TMS_EMALFORMED },
		{ TOPIC "all = a &&\n", "a phrase is missing here", 0, 0, TMS_EMALFORMED },
		{ TOPIC "all = a, 1.5:b\n", "weight is more than 0 and at most 1", 3, 10,
			TMS_EMALFORMED },
		{ TOPIC "all = 0:b\n", "weight is more than 0", 3, 7, TMS_EMALFORMED },
		{ TOPIC "all = .5:\n", "a phrase is missing behind its weight", 3, 7,
			TMS_EMALFORMED },
		{ TOPIC TOPIC, "is there already, in line 1", 3, 8, TMS_EMALFORMED },
		{ TOPIC "about = \xff\n", "not UTF-8", 3, 9, TMS_EMALFORMED },
		{ TOPIC "all = a&&b&&c&&d&&e&&f&&g&&h&&i&&j&&k&&l&&m\n", "at most 12 facets", 3, 43,
			TMS_ELIMIT },
	};

	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_arena arena = { 0 };
		struct tms_topic_list list = { 0 };
		struct tms_diag diag = { 0 };
		enum tms_status st = parse(rows[i].text, &arena, &list, &diag);
		bool is_there = rows[i].line == 0 ||
				(diag.line == rows[i].line && diag.column == rows[i].column);
		if (st != rows[i].status || !strstr(diag.text, rows[i].says) || !is_there)
			fail_msg("%s: %u:%u: %s", rows[i].text, diag.line, diag.column, diag.text);
		tms_arena_free(&arena);
	}
}

static void lengths_are_bounded_and_the_bound_is_named(void **state)
{
	static const struct {
		const char *key, *says;
		size_t max;
	} rows[] = {
		{ "about", "may be 1000 bytes long; found 1001", 1000 },
		{ "keywords", "may be 600 bytes long; found 601", 600 },
		{ "group", "may be 300 bytes long; found 301", 300 },
	};

	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++)
		for (size_t more = 0; more < 2; more++) {
			struct tms_arena arena = { 0 };
			struct tms_topic_list list = { 0 };
			struct tms_diag diag = { 0 };
			struct tms_buf text = { 0 };
			tms_buf_format(&text, TOPIC "%s = ", rows[i].key);
			for (size_t k = 0; k < rows[i].max + more; k++)
				tms_buf_add_char(&text, 'x');
			enum tms_status st =
				tms_topic_file_parse(&arena, tms_buf_str(&text), &list, &diag);
			assert_int_equal(st, more ? TMS_ELIMIT : TMS_OK);
			if (more && !strstr(diag.text, rows[i].says))
				fail_msg("%s", diag.text);
			tms_buf_free(&text);
			tms_arena_free(&arena);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_is_topics_with_names_sentences_keywords_and_phrases),
		cmocka_unit_test(a_group_before_the_topics_is_true_of_all_of_its_file),
		cmocka_unit_test(what_is_wrong_is_told_with_its_place),
		cmocka_unit_test(lengths_are_bounded_and_the_bound_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
