/* topic: and about: in queries. */
#include <tamis/advice.h>
#include <tamis/snippet.h>

#include "subject.h"

#include "shipped/shipped.h"

static const char own[] = "[topic sheep]\nname = Sheep\nall = 1:sheep, .8:flock && 1:shepherd\n"
			  "[topic sheep-dogs]\nname = Sheep dogs\n";

struct world {
	struct tms_shipped shipped;
	struct tms_topic_list lists[2];
	struct tms_query_topics topics;
	struct tms_query_options options;
};

static int open_world(void **state)
{
	static struct world w;
	struct tms_diag diag = { 0 };

	assert_int_equal(tms_shipped_open(&w.shipped, &diag), TMS_OK);
	w.lists[0] = w.shipped.catalogue;
	assert_int_equal(
		tms_topic_file_parse(&w.shipped.arena, tms_str_from(own), &w.lists[1], &diag),
		TMS_OK);
	w.topics = w.shipped.topics;
	w.topics.lists = w.lists;
	w.topics.lists_count = 2;
	w.options = (struct tms_query_options){ .topics = &w.topics };
	*state = &w;
	return 0;
}

static int close_world(void **state)
{
	struct world *w = *state;

	tms_shipped_close(&w->shipped);
	return 0;
}

static void topics_are_written_back_and_written_out(void **state)
{
	static const struct {
		const char *text, *print, *expanded;
	} rows[] = {
		{ "topic:sheep", "topic:sheep",
			"about:\"Sheep | | | 1:sheep, .8:flock && 1:shepherd\"" },
		{ "topic:sheep@normal", "topic:sheep",
			"about:\"Sheep | | | 1:sheep, .8:flock && 1:shepherd\"" },
		{ "-topic:\"sheep-dogs\"@0.35 x", "-topic:sheep-dogs@loose x",
			"-about:\"Sheep dogs\"@loose x" },
		{ "topic:sheep@.5", "topic:sheep@0.50",
			"about:\"Sheep | | | 1:sheep, .8:flock && 1:shepherd\"@0.50" },
		{ "about:wool@strict", "about:\"wool\"@strict", "about:\"wool\"@strict" },
		{ "about:\"wool|  a   sentence|\xe2\x80\x83k \"@0.07",
			"about:\"wool | a sentence | k\"@0.07",
			"about:\"wool | a sentence | k\"@0.07" },
		{ "about:\"wool||k|.5:a && b\"", "about:\"wool | | k | .5:a && b\"",
			"about:\"wool | | k | .5:a && b\"" },
	};
	struct world *w = *state;

	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_query *query = parsed_with(rows[i].text, &w->options);
		struct tms_buf print = { 0 }, expanded = { 0 }, again = { 0 };
		tms_query_print(query, &print);
		tms_query_print_expanded(query, &expanded);
		assert_str(tms_buf_str(&print), rows[i].print);
		assert_str(tms_buf_str(&expanded), rows[i].expanded);
		tms_buf_add_char(&expanded, '\0');
		struct tms_query *written = parsed_with(expanded.ptr, &w->options);
		tms_query_print_expanded(written, &again);
		assert_str(tms_buf_str(&again), rows[i].expanded);
		assert_int_equal(tms_query_hash(query), tms_query_hash(written));
		tms_query_free(query);
		tms_query_free(written);
		tms_buf_free(&print);
		tms_buf_free(&expanded);
		tms_buf_free(&again);
	}
}

static void what_is_wrong_is_told_at_its_place(void **state)
{
	static const struct {
		const char *text, *says;
		uint32_t column;
	} rows[] = {
		{ "topic:rlhf", "there is no topic \"rlhf\"; the nearest: preference-optimization",
			1 },
		{ "topic:\"code generation\"", "the nearest: code-generation", 1 },
		{ "a topic:shep", "there is no topic \"shep\"; the nearest: sheep", 3 },
		{ "topic:sheep-dog", "the nearest: sheep-dogs, sheep", 1 },
		{ "topic:qqqqqqqq", "`tamis topics` lists them", 1 },
		{ "topic:sheep@", "found \"@\", expected @loose, @normal, @strict or a number", 1 },
		{ "topic:sheep@0", "found \"@0\"", 1 },
		{ "topic:sheep@1.0", "found \"@1.0\"", 1 },
		{ "topic:sheep@0.123", "found \"@0.123\"", 1 },
		{ "about:\"x\"@tight", "found \"@tight\"", 1 },
		{ "about:\"the of\"", "holds no word to look for", 1 },
		{ "about:\"a|b|c|d|e\"", "more than three \"|\"", 1 },
		{ "about:\" | a sentence\"", "found no name in about:", 1 },
		{ "about:\"x | | | 2:y\"", "weight is more than 0 and at most 1", 1 },
		{ "topic>sheep", "expected \"topic:\"", 1 },
		{ "=topic:sheep", "found \"=\" before \"topic:\"", 1 },
		{ "topic:(sheep)", "expected one value behind \"topic:\"", 7 },
	};
	struct world *w = *state;

	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_query *query = NULL;
		struct tms_diag diag = { 0 };
		enum tms_status st =
			tms_query_parse(tms_str_from(rows[i].text), &w->options, &query, &diag);
		if (st != TMS_EINVAL || !strstr(diag.text, rows[i].says) ||
			diag.column != rows[i].column)
			fail_msg("%s: %u: %s", rows[i].text, diag.column, diag.text);
	}
}

static void groups_of_subjects_are_written_out(void **state)
{
	static const char *const rows[][2] = {
		{ "about:(AI safety)", "about:\"AI safety\"" },
		{ "-about:(AI safety)@strict x", "-about:\"AI safety\"@strict x" },
		{ "about:(\"AI safety\")", "about:\"AI safety\"" },
		{ "about:(AI safety OR \"bird song\") x",
			"(about:\"AI safety\" OR about:\"bird song\") x" },
		{ "topic:(sheep OR sheep-dogs)", "(topic:sheep OR topic:sheep-dogs)" },
	};
	struct world *w = *state;

	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_advice advice = { 0 };
		struct tms_query *query = NULL;
		assert_int_equal(tms_query_parse_advised(
					 tms_str_from(rows[i][0]), &w->options, &query, &advice),
			TMS_EINVAL);
		struct tms_str cure = advice.notes[advice.count - 1].cures[0].text;
		if (!tms_str_equal(cure, tms_str_from(rows[i][1])))
			fail_msg("%s: %.*s", rows[i][0], TMS_STR_ARGS(cure));
		tms_advice_free(&advice);
	}
}

static void limits_are_named(void **state)
{
	struct world *w = *state;
	struct tms_query *query = NULL;
	struct tms_diag diag = { 0 };
	struct tms_buf text = { 0 };

	tms_buf_add_cstr(&text, "about:\"x | ");
	for (int i = 0; i < 400; i++)
		tms_buf_add_cstr(&text, "abc ");
	tms_buf_add_cstr(&text, "\"");
	assert_int_equal(
		tms_query_parse(tms_buf_str(&text), &w->options, &query, &diag), TMS_ELIMIT);
	assert_non_null(strstr(diag.text, "what a topic is about may be 1000 bytes long"));
	tms_buf_clear(&text);
	for (int i = 0; i < 101; i++)
		tms_buf_format(&text, "about:subject%d OR ", i);
	tms_buf_add_cstr(&text, "y");
	assert_int_equal(
		tms_query_parse(tms_buf_str(&text), &w->options, &query, &diag), TMS_ELIMIT);
	assert_non_null(strstr(diag.text, "limits.query_cost"));
	tms_buf_free(&text);
}

static void verdicts_and_reasons_are_those_of_the_topic(void **state)
{
	static const struct {
		const char *query, *title;
		bool kept;
		const char *says;
	} rows[] = {
		{ "topic:sheep@0.05", "Shepherds and their flocks", true, "\"flocks\" (title)" },
		{ "topic:sheep@0.05", "Flocks of birds", false, "nothing of \"shepherd\"" },
		{ "topic:sheep@0.05", "Flocks of birds", false, "below .05" },
		{ "-topic:sheep@0.05", "Flocks of birds", true, NULL },
		{ "-topic:sheep@0.05", "Sheep and a shepherd", false, "at least .05" },
		{ "about:\"reinforcement learning\"@0.1 hacking", "Reward hacking in RL", true,
			"\"RL\" (title)" },
	};
	struct world *w = *state;

	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_query *query = parsed_with(rows[i].query, &w->options);
		struct tms_merged item = plain_item();
		struct tms_query_explanation why;
		struct tms_arena arena = { 0 };
		struct tms_buf line = { 0 };
		struct tms_doc doc;
		item.item.title = tms_str_from(rows[i].title);
		assert_int_equal(tms_doc_make(&arena, &item, &doc), TMS_OK);
		assert_int_equal(tms_query_matches(query, &item, &doc, PUBLISHED), rows[i].kept);
		assert_int_equal(
			tms_query_explain(query, &item, &doc, PUBLISHED, &arena, &why), TMS_OK);
		assert_int_equal(why.kept, rows[i].kept);
		tms_query_explanation_print(&why, &line);
		tms_buf_add_char(&line, '\0');
		if (rows[i].says && !strstr(line.ptr, rows[i].says))
			fail_msg("%s: %s", rows[i].query, line.ptr);
		tms_buf_free(&line);
		tms_query_free(query);
		tms_arena_free(&arena);
	}
}

/* Without its details, too: a subject alone says nothing of how much there is. */
static void a_sentence_says_how_much_of_a_topic_there_is_and_by_which_words(void **state)
{
	static const struct {
		const char *query, *before, *behind;
	} rows[] = {
		{ "topic:sheep@0.05", "*topic:sheep@0.05* (.", ": flocks, Shepherds)" },
		{ "-topic:sheep@0.05", "taken out by *topic:sheep@0.05* (.",
			": flocks, Shepherds)" },
	};
	struct world *w = *state;

	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_query *query = parsed_with(rows[i].query, &w->options);
		struct tms_merged item = plain_item();
		struct tms_query_explanation why;
		struct tms_arena arena = { 0 };
		struct tms_buf line = { 0 };
		struct tms_doc doc;
		item.item.title = TMS_STR("Shepherds and their flocks");
		assert_int_equal(tms_doc_make(&arena, &item, &doc), TMS_OK);
		assert_int_equal(
			tms_query_explain(query, &item, &doc, PUBLISHED, &arena, &why), TMS_OK);
		tms_query_explanation_say(&why, NULL, &line);
		if (!tms_str_starts(tms_buf_str(&line), tms_str_from(rows[i].before)) ||
			!tms_str_ends(tms_buf_str(&line), tms_str_from(rows[i].behind)))
			fail_msg("%s: %.*s", rows[i].query, TMS_STR_ARGS(tms_buf_str(&line)));
		tms_buf_free(&line);
		tms_query_free(query);
		tms_arena_free(&arena);
	}
}

/* The paper says something of sheep; it is asked for so many hundredths more than it has. */
static void expect_short(
	const struct world *w, uint32_t more, uint32_t least, uint32_t most, const char *says)
{
	struct tms_merged item = plain_item();
	struct tms_query_explanation why;
	struct tms_query *query = parsed_with("topic:sheep", &w->options);
	struct tms_buf line = { 0 }, text = { 0 };
	struct tms_arena arena = { 0 };
	struct tms_doc doc;
	uint32_t score = 0;

	item.item.title = TMS_STR("Sheep, flocks and their shepherd");
	item.item.summary = TMS_STR("A shepherd keeps sheep in a flock, and sheep follow.");
	assert_int_equal(tms_query_topic_score(query, 0, &item, &score), TMS_OK);
	tms_query_free(query);
	uint32_t hundredths = score * 100 / TMS_TOPIC_ONE + more;
	assert_in_range(hundredths, 20, 99);
	tms_buf_format(&text, "topic:sheep@0.%02u%c", hundredths, '\0');
	query = parsed_with(text.ptr, &w->options);
	assert_int_equal(tms_doc_make(&arena, &item, &doc), TMS_OK);
	assert_int_equal(tms_query_explain(query, &item, &doc, PUBLISHED, &arena, &why), TMS_OK);
	assert_in_range(why.nearness.terms, least, most);
	tms_query_missing_say(&why, NULL, &line);
	tms_buf_clear(&text);
	tms_buf_format(&text, "%s: *topic:sheep@0.%02u* scores ", says, hundredths);
	tms_topic_part_print(score, &text);
	tms_buf_format(&text, ", asked for .%02u", hundredths);
	if (!tms_str_equal(tms_buf_str(&line), tms_buf_str(&text)))
		fail_msg("%.*s", TMS_STR_ARGS(tms_buf_str(&line)));
	tms_buf_free(&line);
	tms_buf_free(&text);
	tms_query_free(query);
	tms_arena_free(&arena);
}

static void a_score_next_to_the_threshold_is_nearer_than_a_word_that_is_missing(void **state)
{
	const struct world *w = *state;

	expect_short(w, 1, 1, 150, "nearly");
	expect_short(w, 5, 100, 700, "nearly");
	expect_short(w, 29, 700, 1000, "one term short");
}

/* Wherever they stand, though a topic's reason tells of the first place alone. */
static void telling_phrases_of_a_topic_are_marked(void **state)
{
	const struct world *w = *state;
	struct tms_query *query = parsed_with("topic:sheep@0.05", &w->options);
	struct tms_merged item = plain_item();
	struct tms_query_explanation why;
	struct tms_arena arena = { 0 };
	struct tms_snippet snippet;
	struct tms_buf buf = { 0 };
	struct tms_doc doc;

	item.item.title = TMS_STR("Sheep and their shepherd");
	item.item.summary = TMS_STR("Of one shepherd we say that he keeps sheep.");
	assert_int_equal(tms_doc_make(&arena, &item, &doc), TMS_OK);
	assert_int_equal(tms_query_explain(query, &item, &doc, PUBLISHED, &arena, &why), TMS_OK);
	assert_int_equal(tms_snippet_make(&why, &doc, &arena, &snippet), TMS_OK);
	tms_snippet_write(&snippet, NULL, &buf);
	assert_str(tms_buf_str(&buf), "Of one **shepherd** we say that he keeps **sheep**.");
	tms_buf_free(&buf);
	tms_arena_free(&arena);
	tms_query_free(query);
}

/* What a ladder's links ask for. */
static void another_threshold_is_put_where_the_topic_stands(void **state)
{
	static const struct {
		const char *text;
		uint32_t hundredths;
		const char *want; /* NULL: the text does not have it */
	} rows[] = {
		{ "topic:sheep", 55, "topic:sheep@strict" },
		{ "topic:sheep@strict", 45, "topic:sheep" },
		{ "  (wool OR topic:sheep@0.50) -topic:sheep-dogs ", 35,
			"  (wool OR topic:sheep@loose) -topic:sheep-dogs " },
		{ "NOT topic:SHEEP upvotes>=5", 7, "NOT topic:sheep@0.07 upvotes>=5" },
		{ "-topic:sheep@.5 OR (topic:sheep@0.50 wool)", 35,
			"-topic:sheep@loose OR (topic:sheep@loose wool)" },
		{ "about:\"wool | of sheep\"@loose wool", 45, "about:\"wool | of sheep\" wool" },
		{ "about:wool", 55, "about:\"wool\"@strict" },
		{ "rule:mine", 35, NULL },
		{ "rule:mine topic:sheep", 35, "rule:mine topic:sheep@loose" },
	};
	static const struct tms_query_rule mine = { TMS_STR_INIT("mine"),
		TMS_STR_INIT("topic:sheep wool") };
	const struct world *w = *state;
	struct tms_query_options options = w->options;
	struct tms_buf buf = { 0 };

	options.rules = &mine;
	options.rules_count = 1;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_str text = tms_str_from(rows[i].text);
		struct tms_advice advice = { 0 };
		struct tms_query *query = NULL, *again = NULL;
		assert_int_equal(tms_query_parse_advised(text, &options, &query, &advice), TMS_OK);
		tms_buf_clear(&buf);
		bool is_put = tms_query_topic_put(query, text, 0, rows[i].hundredths, &buf);
		assert_int_equal(is_put, rows[i].want != NULL);
		if (!tms_str_equal(tms_buf_str(&buf), tms_str_from(rows[i].want)))
			fail_msg("%s: %.*s", rows[i].text, TMS_STR_ARGS(tms_buf_str(&buf)));
		if (is_put)
			assert_int_equal(
				tms_query_parse(tms_buf_str(&buf), &options, &again, NULL), TMS_OK);
		tms_query_free(query);
		tms_query_free(again);
		tms_advice_free(&advice);
	}
	tms_buf_free(&buf);
}

static void what_is_no_topic_or_threshold_has_one_to_write_instead(void **state)
{
	static const struct {
		const char *text;
		const char *cures[TMS_ADVICE_CURES_MAX]; /* of the first note */
	} rows[] = {
		{ "-topic:shep@strict x", { "-topic:sheep@strict x", "-about:\"shep\"@strict x" } },
		{ "topic:\"sheep dogs\"", { "topic:sheep-dogs", "about:\"sheep dogs\"" } },
		{ "topic:\"dog of sheep\"@0.50",
			{ "topic:sheep-dogs@0.50", "about:\"dog of sheep\"@0.50" } },
		{ "topic:qqqqqqqq", { "about:\"qqqqqqqq\"" } },
		{ "about:\"wool\"@60% x", { "about:\"wool\"@0.60 x" } },
		{ "topic:sheep@60", { "topic:sheep@0.60" } },
		{ "about:\"wool\" @strict", { "about:\"wool\"@strict" } },
		{ "topic:sheep @0.5 x", { "topic:sheep@0.5 x" } },
	};
	struct world *w = *state;

	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_advice advice = { 0 };
		struct tms_query *query = NULL;
		(void)!tms_query_parse_advised(
			tms_str_from(rows[i].text), &w->options, &query, &advice);
		assert_true(advice.count > 0);
		for (size_t k = 0; k < TMS_ADVICE_CURES_MAX; k++) {
			struct tms_str got = advice.notes[0].cures[k].text;
			struct tms_str want =
				rows[i].cures[k] ? tms_str_from(rows[i].cures[k]) : TMS_STR_NONE;
			if (!tms_str_equal(want, got))
				fail_msg("%s: cure %zu is \"%.*s\"", rows[i].text, k,
					TMS_STR_ARGS(got));
		}
		tms_query_free(query);
		tms_advice_free(&advice);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(topics_are_written_back_and_written_out),
		cmocka_unit_test(what_is_wrong_is_told_at_its_place),
		cmocka_unit_test(groups_of_subjects_are_written_out),
		cmocka_unit_test(limits_are_named),
		cmocka_unit_test(verdicts_and_reasons_are_those_of_the_topic),
		cmocka_unit_test(a_sentence_says_how_much_of_a_topic_there_is_and_by_which_words),
		cmocka_unit_test(telling_phrases_of_a_topic_are_marked),
		cmocka_unit_test(another_threshold_is_put_where_the_topic_stands),
		cmocka_unit_test(
			a_score_next_to_the_threshold_is_nearer_than_a_word_that_is_missing),
		cmocka_unit_test(what_is_no_topic_or_threshold_has_one_to_write_instead),
	};

	return cmocka_run_group_tests(tests, open_world, close_world);
}
