/* What is said of queries beside their verdicts: notes, errors, and what to write instead. */
#include <tamis/advice.h>

#include "subject.h"

static struct tms_query *advised(const char *text, struct tms_advice *advice)
{
	struct tms_query *query = NULL;

	enum tms_status st = tms_query_parse_advised(tms_str_from(text), NULL, &query, advice);
	assert_int_equal(advice->status, TMS_OK);
	assert_int_equal(st == TMS_OK, query != NULL);
	return query;
}

static void a_note_names_its_place_and_leaves_the_query_as_it_is(void **state)
{
	struct tms_advice advice = { 0 };

	(void)state;
	struct tms_query *query = advised("x (a b OR c)", &advice);
	assert_non_null(query);
	assert_int_equal(advice.count, 1);
	assert_false(advice.notes[0].is_error);
	assert_int_equal(advice.notes[0].diag.line, 1);
	assert_int_equal(advice.notes[0].diag.column, 4);
	assert_int_equal(advice.notes[0].start, 3);
	assert_int_equal(advice.notes[0].end, 11);
	assert_non_null(strstr(advice.notes[0].diag.text, "read as: (a b) OR c"));
	tms_query_free(query);
	tms_advice_free(&advice);
}

static void an_error_comes_last_with_the_word_that_it_speaks_of(void **state)
{
	struct tms_advice advice = { 0 };

	(void)state;
	assert_null(advised("(a b OR c) titel:x d", &advice));
	assert_int_equal(advice.count, 2);
	assert_false(advice.notes[0].is_error);
	assert_true(advice.notes[1].is_error);
	assert_int_equal(advice.notes[1].start, 11);
	assert_int_equal(advice.notes[1].end, 18);
	tms_advice_free(&advice);
}

static void cures_are_tried_as_far_as_an_allowance_goes(void **state)
{
	struct tms_buf text = { 0 };
	struct tms_advice advice = { 0 };
	size_t cured = 0;

	(void)state;
	for (size_t i = 0; i < 200; i++) /* each is noted, and has cures */
		tms_buf_format(&text, "category:cs.x%zu ", i);
	for (size_t i = 0; i < 7; i++) /* each of those has seven mistakes to be mended */
		tms_buf_format(&text, "titel:x%zu ", i);
	tms_buf_add_char(&text, '\0');
	assert_null(advised(text.ptr, &advice));
	assert_int_equal(advice.count, TMS_ADVICE_NOTES_MAX);
	for (size_t i = 0; i < advice.count; i++)
		cured += advice.notes[i].cures_count > 0;
	assert_true(advice.notes[advice.count - 1].is_error);
	assert_true(advice.notes[advice.count - 1].cures_count > 0);
	assert_true(cured < 4); /* of 400 readings they take 20 */
	tms_advice_free(&advice);
	tms_buf_free(&text);
}

static void what_has_no_room_is_counted(void **state)
{
	struct tms_advice advice = { 0 };

	(void)state;
	for (size_t i = TMS_ADVICE_NOTES_MAX + 2; i-- > 0;)
		(void)tms_advice_add(&advice, TMS_STR("a b"), i % 3, 3, "note %zu", i);
	assert_int_equal(advice.count, TMS_ADVICE_NOTES_MAX);
	assert_int_equal(advice.left_out, 2);
	for (size_t i = 1; i < advice.count; i++)
		assert_true(advice.notes[i - 1].start <= advice.notes[i].start);
	tms_advice_free(&advice);
}

static void an_error_has_room_whatever_was_noted(void **state)
{
	const struct tms_diag why = { .text = "too dear" };
	struct tms_advice advice = { 0 };

	(void)state;
	for (size_t i = 0; i < TMS_ADVICE_NOTES_MAX; i++)
		(void)tms_advice_add(&advice, TMS_STR("a b"), i % 3, 3, "note %zu", i);
	tms_advice_refuse(&advice, TMS_STR("a b"), &why);
	assert_int_equal(advice.count, TMS_ADVICE_NOTES_MAX);
	assert_int_equal(advice.left_out, 1);
	assert_true(advice.notes[TMS_ADVICE_NOTES_MAX - 1].is_error);
	assert_string_equal(advice.notes[TMS_ADVICE_NOTES_MAX - 1].diag.text, "too dear");
	tms_advice_free(&advice);
}

static void people_read_the_sentence_the_place_and_what_to_write(void **state)
{
	struct tms_str text = TMS_STR("a, b");
	struct tms_advice advice = { 0 };
	struct tms_buf buf = { 0 };

	(void)state;
	struct tms_advice_note *note = tms_advice_add(&advice, text, 1, 2, "found a comma");
	tms_advice_cure(&advice, note, TMS_STR("any of these"), TMS_STR("a OR b"));
	tms_advice_cure(&advice, note, TMS_STR(""), TMS_STR("a b"));
	tms_advice_write(&buf, note, text);
	assert_str(tms_buf_str(&buf), "note: 1:2: found a comma\n"
				      "a, b\n"
				      " ^\n"
				      "  any of these: a OR b\n"
				      "  instead: a b\n");
	tms_buf_free(&buf);
	tms_advice_free(&advice);
}

static void programs_read_the_same_as_objects(void **state)
{
	struct tms_str text = TMS_STR("a, b");
	struct tms_advice advice = { 0 };
	struct tms_buf buf = { 0 };
	struct tms_json_writer w = { .buf = &buf };

	(void)state;
	struct tms_advice_note *note = tms_advice_add(&advice, text, 1, 2, "found \",\"");
	tms_advice_cure(&advice, note, TMS_STR("any of these"), TMS_STR("a OR b"));
	tms_advice_write_json(&w, &advice);
	assert_str(tms_buf_str(&buf),
		"[{\"line\":1,\"column\":2,\"start\":1,\"end\":2,\"error\":false,\"text\":\"found \\\",\\\"\","
		"\"cures\":[{\"label\":\"any of these\",\"text\":\"a OR b\"}]}]");
	tms_buf_free(&buf);
	tms_advice_free(&advice);
}

static void a_cure_is_one_line_whatever_it_holds(void **state)
{
	struct tms_buf buf = { 0 };

	(void)state;
	tms_advice_write_cure(&buf, TMS_STR(" a OR\nb\x1b[31m\n"));
	assert_str(tms_buf_str(&buf), "a OR b [31m");
	tms_buf_free(&buf);
}

/* Advised with two sources, one without upvotes and keywords, the other without announcements. */
static void advise(const char *text, struct tms_advice *advice)
{
	static const struct tms_advice_source sources[] = {
		{ TMS_STR_INIT("arxiv-cl"),
			TMS_TRAIT_UPVOTES | TMS_TRAIT_STARS | TMS_TRAIT_KEYWORD },
		{ TMS_STR_INIT("papers"),
			TMS_TRAIT_ANNOUNCE | TMS_TRAIT_STARS | TMS_TRAIT_LANGUAGE },
	};
	static const struct tms_query_rule rules[] = {
		{ TMS_STR_INIT("liked"), TMS_STR_INIT("upvotes>=20 OR upvotes>=10 x") },
		{ TMS_STR_INIT("known"), TMS_STR_INIT("rule:loved stars>5") },
		{ TMS_STR_INIT("starred"), TMS_STR_INIT("stars>5") },
		{ TMS_STR_INIT("some"), TMS_STR_INIT("stars>5 OR b") },
		{ TMS_STR_INIT("without"), TMS_STR_INIT("b -(stars>5 OR c)") },
		{ TMS_STR_INIT("loved"), TMS_STR_INIT("upvotes>=9") },
	};
	const struct tms_query_options options = { .rules = rules,
		.rules_count = TMS_COUNT(rules) };
	const struct tms_advice_context context = { sources, 2, true };
	struct tms_query *query = NULL;

	if (tms_query_parse_advised(tms_str_from(text), &options, &query, advice) != TMS_OK)
		fail_msg("cannot be read: %.*s", TMS_STR_ARGS(tms_str_from(text)));
	tms_query_advise(query, tms_str_from(text), &context, advice);
	tms_query_free(query);
}

static void a_test_of_what_a_source_never_has_is_noted_with_a_cure(void **state)
{
	static const struct {
		const char *why, *text, *note, *cure;
	} rows[] = {
		{ "asked of all, one has none", "a upvotes>=20 b",
			"no item of arxiv-cl has upvotes: what is listed there alone is not kept",
			"a (upvotes>=20 OR source:arxiv-cl) b" },
		{ "nobody has them", "stars>5",
			"no item of arxiv-cl, papers has stars: nothing is kept",
			"(stars>5 OR source:arxiv-cl OR source:papers)" },
		{ "nobody has them, one of two", "a OR stars>5",
			"no item of arxiv-cl, papers has stars: this finds nothing",
			"a OR (stars>5 OR source:arxiv-cl OR source:papers)" },
		{ "an exclusion that nobody meets", "a -stars>5",
			"no item of arxiv-cl, papers has stars: this excludes nothing", NULL },
		{ "a value", "announce:new", "no item of papers has a kind of announcement: …",
			"(announce:new OR source:papers)" },
		{ "languages that are not known", "lang:en", "no item of papers has a language: …",
			"(lang:en OR source:papers)" },
		{ "a group of a field takes no source", "keyword:(a OR b) stars>1",
			"no item of arxiv-cl, papers has stars: nothing is kept",
			"keyword:(a OR b) (stars>1 OR source:arxiv-cl OR source:papers)" },
		{ "the other alternative is for that source", "upvotes>=20 OR source:arxiv-cl",
			NULL, NULL },
		{ "the source is named elsewhere", "upvotes>=20 -source:arxiv*", NULL, NULL },
		{ "one of two", "upvotes>=20 OR a", NULL, NULL },
		{ "a rule asks for it, of all", "a rule:loved",
			"no item of arxiv-cl has upvotes, which rule:loved asks for: what is listed there "
			"alone is not kept",
			"a (rule:loved OR source:arxiv-cl)" },
		{ "a rule asks for it, among others", "rule:liked", NULL, NULL },
		{ "what nobody has in a rule, beside what a rule of it asks for", "rule:known",
			"no item of arxiv-cl, papers has stars, which rule:known asks for: nothing is kept",
			"(rule:known OR source:arxiv-cl OR source:papers)" },
		{ "a rule that finds something else", "rule:some", NULL, NULL },
		{ "a rule that excludes it", "-rule:without", NULL, NULL },
		{ "a rule that is excluded", "a -rule:loved", NULL, NULL },
		{ "and excludes nothing", "a -rule:starred",
			"no item of arxiv-cl, papers has stars, which rule:starred asks for: this excludes "
			"nothing",
			NULL },
		{ "an exclusion that some meet", "a -upvotes<5", NULL, NULL },
		{ "everybody has words", "title:a", NULL, NULL },
	};
	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_advice advice = { 0 };
		advise(rows[i].text, &advice);
		const struct tms_advice_note *last =
			advice.count > 0 ? &advice.notes[advice.count - 1] : NULL;
		struct tms_str note = tms_str_from(rows[i].note);
		if (tms_str_ends(note, TMS_STR("…")))
			note.len -= strlen("…");
		if (!last != !rows[i].note ||
			(last && !tms_str_starts(tms_str_from(last->diag.text), note)))
			fail_msg("%s: %s", rows[i].why, last ? last->diag.text : "no note");
		if (last && (rows[i].cure != NULL) != (last->cures_count > 0))
			fail_msg("%s: %zu cures", rows[i].why, last->cures_count);
		if (rows[i].cure)
			assert_str(last->cures[0].text, rows[i].cure);
		tms_advice_free(&advice);
	}
}

static void of_a_single_source_there_is_no_other_to_ask_for(void **state)
{
	static const struct tms_advice_source source = { TMS_STR_INIT("papers"),
		TMS_TRAIT_LANGUAGE };
	const struct tms_advice_context context = { &source, 1, true };
	const struct tms_str text = TMS_STR("lang:en");
	struct tms_advice advice = { 0 };
	struct tms_query *query = NULL;

	(void)state;
	assert_int_equal(tms_query_parse_advised(text, NULL, &query, &advice), TMS_OK);
	tms_query_advise(query, text, &context, &advice);
	assert_int_equal(advice.count, 1);
	assert_int_equal(advice.notes[0].cures_count, 0);
	tms_query_free(query);
	tms_advice_free(&advice);
}

static void the_terms_of_a_text_have_their_places(void **state)
{
	struct tms_str text =
		TMS_STR("a -b (title:\"c d\" OR upvotes>=3) age<3d published:2026 ~e");
	static const struct {
		const char *print, *bytes;
	} wanted[] = { { "a", "a" }, { "title:\"c d\"", "title:\"c d\"" },
		{ "upvotes>=3", "upvotes>=3" }, { "~e", "~e" } };
	struct tms_advice advice = { 0 };
	struct tms_query *query = NULL;
	struct tms_query_term term;

	(void)state;
	assert_int_equal(tms_query_parse_advised(text, NULL, &query, &advice), TMS_OK);
	for (size_t i = 0; i < TMS_COUNT(wanted); i++) {
		assert_true(tms_query_term_at(query, i, &term));
		assert_str(term.print, wanted[i].print);
		assert_str(tms_str_slice(text, term.start, term.end), wanted[i].bytes);
	}
	assert_false(tms_query_term_at(query, TMS_COUNT(wanted), &term));
	tms_query_free(query);
	tms_advice_free(&advice);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_note_names_its_place_and_leaves_the_query_as_it_is),
		cmocka_unit_test(an_error_comes_last_with_the_word_that_it_speaks_of),
		cmocka_unit_test(cures_are_tried_as_far_as_an_allowance_goes),
		cmocka_unit_test(what_has_no_room_is_counted),
		cmocka_unit_test(an_error_has_room_whatever_was_noted),
		cmocka_unit_test(people_read_the_sentence_the_place_and_what_to_write),
		cmocka_unit_test(programs_read_the_same_as_objects),
		cmocka_unit_test(a_test_of_what_a_source_never_has_is_noted_with_a_cure),
		cmocka_unit_test(of_a_single_source_there_is_no_other_to_ask_for),
		cmocka_unit_test(the_terms_of_a_text_have_their_places),
		cmocka_unit_test(a_cure_is_one_line_whatever_it_holds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
