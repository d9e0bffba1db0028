/* What a wrong query is told, with its place; and what limits are named. */
#include <tamis/advice.h>
#include <tamis/utf8.h>

#include "subject.h"

static const struct tms_query_rule rules[] = {
	{ TMS_STR_INIT("no-noise"), TMS_STR_INIT("-survey\n-\"technical report\"") },
	{ TMS_STR_INIT("loop"), TMS_STR_INIT("a rule:pool") },
	{ TMS_STR_INIT("pool"), TMS_STR_INIT("rule:loop") },
	{ TMS_STR_INIT("broken"), TMS_STR_INIT("fine\n  (a") },
	{ TMS_STR_INIT("empty"), TMS_STR_INIT(" ") },
	{ TMS_STR_INIT("twice"), TMS_STR_INIT("rule:no-noise OR rule:no-noise") },
};
static const struct tms_query_options with_rules = { .rules = rules,
	.rules_count = TMS_COUNT(rules) };

/* What to write instead stands beside each error, and can be read. */
static void assert_cures(struct tms_str text)
{
	struct tms_advice advice = { 0 };
	struct tms_query *query = NULL;

	assert_int_equal(tms_query_parse_advised(text, &with_rules, &query, &advice), TMS_EINVAL);
	assert_int_equal(advice.status, TMS_OK);
	const struct tms_advice_note *error = &advice.notes[advice.count - 1];
	assert_true(error->is_error);
	if (error->cures_count == 0 && tms_utf8_fault(text) == SIZE_MAX)
		fail_msg("%.*s: nothing is proposed instead", TMS_STR_ARGS(text));
	for (size_t i = 0; i < error->cures_count; i++) {
		struct tms_diag diag = { 0 };
		enum tms_status st =
			tms_query_parse(error->cures[i].text, &with_rules, &query, &diag);
		if (st != TMS_OK)
			fail_msg("%.*s: instead %.*s: %s", TMS_STR_ARGS(text),
				TMS_STR_ARGS(error->cures[i].text), diag.text);
		tms_query_free(query);
	}
	tms_advice_free(&advice);
}

static void errors_name_place_found_and_expected(void **state)
{
	static const struct {
		const char *query;
		uint32_t line, column;
		const char *says;
	} rows[] = {
		{ "\"open", 1, 1, "quote that opens here is not closed" },
		{ "a \"b c", 1, 3, "quote that opens here" },
		{ "a\n (b OR c", 2, 2, "parenthesis that opens here is not closed" },
		{ "a)", 1, 2, "found \")\" without a \"(\"" },
		{ "é ü )", 1, 5, "found \")\" without" },
		{ "()", 1, 1, "empty parentheses" },
		{ "a ( )", 1, 3, "empty parentheses" },
		{ "\"\"", 1, 1, "empty quotes" },
		{ "\" \"", 1, 1, "empty quotes" },
		{ "title:\"\"", 1, 7, "empty quotes" },
		{ "OR a", 1, 1, "found \"OR\", expected a word" },
		{ "a OR", 1, 5, "found the end of the query, expected" },
		{ "a AND", 1, 6, "behind AND" },
		{ "a OR | b", 1, 6, "found \"|\"" },
		{ "a || | b", 1, 6, "found \"|\"" },
		{ "| a", 1, 1, "found \"|\"" },
		{ "a &&", 1, 5, "behind AND" },
		{ "(a OR )", 1, 7, "found \")\"" },
		{ "NOT", 1, 4, "behind NOT" },
		{ "a NOT | b", 1, 7, "found \"|\"" },
		{ "a -or b", 1, 4, "in quotes it is one" },
		{ "-", 1, 1, "\"-\" with nothing directly behind it" },
		{ "a - b", 1, 3, "\"-\" with nothing directly behind it" },
		{ "--a", 1, 1, "\"-\" with nothing" },
		{ "a ! b", 1, 3, "\"!\" with nothing directly behind it" },
		{ "!!a", 1, 1, "\"!\" with nothing" },
		{ "'a \"b\"'", 1, 1, "quotes inside of single quotes" },
		{ "=", 1, 2, "behind \"=\"" },
		{ "=(a b)", 1, 2, "behind \"=\", expected a word or a phrase" },
		{ "~ a", 1, 2, "found a space behind \"~\"" },
		{ "=~a", 1, 2, "found \"~a\"" },
		{ "~=a", 1, 2, "found \"=a\"" },
		{ "titel:x", 1, 1, "there is no field \"titel\"; the nearest is \"title\"" },
		{ "titel:x", 1, 1, "put it in quotes: \"titel:x\"" },
		{ "a https://x.org", 1, 3, "found an address; papers are asked for by id:" },
		{ "votes>=20", 1, 1, "there is no field \"votes\"; the nearest is \"upvotes\"" },
		{ "p<0.05", 1, 1, "quotes: \"p<0.05\"" },
		{ "title:", 1, 1, "found nothing behind \"title:\"" },
		{ "(a title: )", 1, 4, "found nothing behind \"title:\"" },
		{ "title: OR b", 1, 1, "found nothing behind \"title:\"" },
		{ "votes >= 20", 1, 1, "there is no field \"votes\"" },
		{ "title>=3", 1, 1, "expected \"title:\"" },
		{ "title:!x", 1, 7, "it stands before the field: !title:word" },
		{ "title:-x", 1, 7, "it stands before the field: -title:word" },
		{ "title:=RAG", 1, 7, "it stands before the field: =title:word" },
		{ "~title:x", 1, 1, "it stands before the word: title:~word" },
		{ "title:(abstract:x)", 1, 8, "in the group of \"title\"" },
		{ "title:(upvotes>3)", 1, 8, "in the group of \"title\"" },
		{ "&", 1, 1, "expected a word with a letter or a digit" },
		{ "\"...\"", 1, 1, "expected a word with a letter or a digit" },
		{ "ab*", 1, 1, "at least 3 letters" },
		{ "*", 1, 1, "\"*\" only at the end" },
		{ "a*b", 1, 1, "\"*\" only at the end" },
		{ "\"abc\"*", 1, 6, "a prefix is written without quotes" },
		{ "=abc*", 1, 1, "found \"=\" and \"*\"" },
		{ "~abc*", 1, 1, "found \"~\" and \"*\"" },
		{ "near(a b, 3)", 1, 6, "expected near(\"two or more words\", 5)" },
		{ "near(\"a b\")", 1, 11, "expected a comma" },
		{ "near(\"a b\", x)", 1, 13, "expected a number" },
		{ "near(\"a b\", -1)", 1, 13, "expected a number" },
		{ "near(\"a b\", 3", 1, 14, "expected \")\"" },
		{ "near(\"a\", 3)", 1, 1, "two or more words" },
		{ "=near(\"a b\", 3)", 1, 1, "plain words" },
		{ "/abc", 1, 1, "not closed by a \"/\"" },
		{ "/abc\\/", 1, 1, "not closed by a \"/\"" },
		{ "//", 1, 1, "found \"//\"" },
		{ "/a/i", 1, 4, "it takes no flags" },
		{ "x /(/", 1, 3, "no regular expression (RE2 syntax): missing )" },
		{ "/(?<=a)b/", 1, 1, "no regular expression" },
		{ "~/a/", 1, 1, "before a regular expression" },
		{ "upvotes>=abc", 1, 1, "found \"abc\" behind upvotes, expected a whole number" },
		{ "upvotes>=", 1, 10, "a value directly behind" },
		{ "upvotes>=-3", 1, 1, "expected a whole number" },
		{ "upvotes>=99999999999999999999", 1, 1, "expected a whole number" },
		{ "upvotes:50..20", 1, 1, "the smaller end first" },
		{ "upvotes:..", 1, 1, "at one end of the range" },
		{ "upvotes>=5..9", 1, 1, "expected \"upvotes:\" before it" },
		{ "upvotes<20@3d", 1, 1, "> or >= of upvotes" },
		{ "upvotes:5..9@3d", 1, 1, "> or >= of upvotes" },
		{ "words>20@3d", 1, 1, "> or >= of upvotes" },
		{ "upvotes>20@3x", 1, 1, "found \"3x\" behind \"@\", expected a span" },
		{ "age<7", 1, 1, "a span in hours, days or weeks" },
		{ "age<7m", 1, 1, "a span in hours, days or weeks" },
		{ "age:7d", 1, 1, "found an exact age" },
		{ "published>=2026-13-01", 1, 1, "a day, week, month or year" },
		{ "published>=2026-02-30", 1, 1, "a day, week, month or year" },
		{ "published>=2026-3-1", 1, 1, "a day, week, month or year" },
		{ "published>=2026-03-", 1, 1, "a day, week, month or year" },
		{ "published:2026-03-02..2026-03-01", 1, 1, "the smaller end first" },
		{ "has:audio", 1, 1, "expected code, project, video or withdrawn" },
		{ "announce:old*", 1, 1, "expected new, cross" },
		{ "announce:old", 1, 1, "expected new, cross, replace or replace-cross" },
		{ "category:*", 1, 1, "expected a name before the \"*\"" },
		{ "=category:cs.CL", 1, 1, "always compared whole" },
		{ "id:\"\x01\"", 1, 1, "found nothing behind" },
		{ "url:/path", 1, 5, "regular expression that opens here" },
		{ "rule:(a b)", 1, 6, "expected one value" },
		{ "topic:medical-llms", 1, 1, "topics are not known here" },
		{ "a about:\"x | y\"", 1, 3, "topics are not known here" },
		{ "ok \xff", 1, 4, "not UTF-8" },
		{ "rule:no-nose", 1, 1, "no rule named \"no-nose\"; the nearest is \"no-noise\"" },
		{ "rule:zzzzzzz", 1, 1, "there is no rule named \"zzzzzzz\"" },
		{ "b rule:loop", 1, 3,
			"rule loop, line 1, column 3: rule pool, line 1, column 1: the rule \"loop\"" },
		{ "rule:broken", 1, 1, "rule broken, line 2, column 3: the parenthesis" },
	};

	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_query *query = NULL;
		struct tms_diag diag = { 0 };
		enum tms_status st =
			tms_query_parse(tms_str_from(rows[i].query), &with_rules, &query, &diag);
		if (st != TMS_EINVAL || query)
			fail_msg("%s: status %s", rows[i].query, tms_status_name(st));
		assert_cures(tms_str_from(rows[i].query));
		if (diag.line != rows[i].line || diag.column != rows[i].column ||
			!strstr(diag.text, rows[i].says))
			fail_msg("%s: got %u:%u %s", rows[i].query, diag.line, diag.column,
				diag.text);
	}
}

static void limits_are_named_when_reached(void **state)
{
	static char deep[600], wide[2000], words[400], nots[200];
	static const struct {
		const char *query, *says;
		struct tms_query_limits limits;
	} rows[] = {
		{ "abcdefgh", "8 bytes, more than 5 (limits.query_bytes)", { .bytes = 5 } },
		{ "a b c", "more than 2 terms (limits.query_terms)", { .terms = 2 } },
		{ "rule:twice", "more than 4 terms", { .terms = 4 } },
		{ "((a))", "1 deep inside each other, not deeper (limits.query_depth)",
			{ .depth = 1 } },
		{ "rule:twice", "(limits.query_depth)", { .depth = 1 } },
		{ deep, "(limits.query_depth)", { 0 } },
		{ deep, "200 deep", { .depth = 10000 } },
		{ nots, "(limits.query_depth)", { 0 } },
		{ wide, "more than 256 terms", { 0 } },
		{ words, "more than 50", { 0 } },
		{ "/(a{1,100}){1,100}b/", "(limits.query_regex_size)", { 0 } },
		{ "/(a{1000}){1000}/", "too large", { 0 } },
		{ "/abcdefghij/", "more than 5 instructions", { .regex_size = 5 } },
		{ "/[ab].{300}z/", "more than 1000 (limits.query_cost)", { 0 } },
		{ "a b c d", "costs 4, more than 3 (limits.query_cost)", { .cost = 3 } },
		{ "\"a b c d\"", "costs 4, more than 3", { .cost = 3 } },
		{ "\"a-b c d\"", "costs 5, more than 3", { .cost = 3 } },
		{ "~aa ~bb", "costs 4, more than 3", { .cost = 3 } },
		{ "near(\"a b\", 1000)", "costs 4, more than 3", { .cost = 3 } },
		{ "upvotes>1 cat:a has:code words>3", "costs 4, more than 3", { .cost = 3 } },
		{ "rule:twice c d", "(limits.query_cost)", { .cost = 2 } },
	};

	(void)state;
	for (size_t i = 0; i < 500; i++)
		deep[i] = i < 250 ? '(' : i == 250 ? 'a' : ')';
	for (size_t i = 0; i < 160; i += 4)
		memcpy(nots + i, "NOT ", 4);
	nots[160] = 'a';
	for (size_t i = 0; i < 600; i += 2)
		memcpy(wide + i, "a ", 2);
	words[0] = '"';
	for (size_t i = 0; i < 120; i += 2)
		memcpy(words + 1 + i, "a ", 2);
	words[121] = '"';
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_query_options options = with_rules;
		struct tms_query *query = NULL;
		struct tms_diag diag = { 0 };
		options.limits = rows[i].limits;
		enum tms_status st =
			tms_query_parse(tms_str_from(rows[i].query), &options, &query, &diag);
		if (st != TMS_ELIMIT || query || !strstr(diag.text, rows[i].says))
			fail_msg("%s: %s: %s", rows[i].query, tms_status_name(st), diag.text);
	}
}

static void rules_stand_for_their_text(void **state)
{
	static const struct {
		const char *query, *title;
		bool kept;
	} rows[] = {
		{ "agent rule:no-noise", "An agent", true },
		{ "agent rule:no-noise", "An agent survey", false },
		{ "agent -rule:no-noise", "An agent survey", true },
		{ "rule:empty", "x", true },
		{ "-rule:empty", "x", false },
		{ "rule:no-noise OR agent", "agent survey", true },
	};
	struct tms_arena arena = { 0 };

	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_merged item = plain_item();
		struct tms_query *query = parsed_with(rows[i].query, &with_rules);
		struct tms_doc doc;
		item.item.title = tms_str_from(rows[i].title);
		assert_int_equal(tms_doc_make(&arena, &item, &doc), TMS_OK);
		if (tms_query_matches(query, &item, &doc, PUBLISHED) != rows[i].kept)
			fail_msg("%s on %s", rows[i].query, rows[i].title);
		tms_query_free(query);
	}
	tms_arena_free(&arena);
}

static void a_caret_stands_under_the_place(void **state)
{
	static const struct {
		const char *query, *shown;
	} rows[] = {
		{ "a\n(b OR c", "(b OR c\n^\n" },
		{ "é ü\t)", "é ü\t)\n   \t^\n" },
		{ "机器 )", "机器 )\n     ^\n" }, /* two columns a character */
		{ "a OR", "a OR\n    ^\n" },
	};
	struct tms_buf buf = { 0 };
	struct tms_diag diag = { 0 };

	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_query *query = NULL;
		struct tms_str text = tms_str_from(rows[i].query), shown, sentence;
		tms_buf_clear(&buf);
		assert_int_equal(tms_query_parse(text, NULL, &query, &diag), TMS_EINVAL);
		tms_diag_write(&buf, &diag, text);
		shown = tms_buf_str(&buf);
		assert_true(tms_str_split(&shown, '\n', &sentence));
		assert_true(tms_str_ends(sentence, tms_str_from(diag.text)));
		assert_str(shown, rows[i].shown);
	}
	tms_buf_free(&buf);
}

static void a_long_line_is_shown_around_its_place(void **state)
{
	static char longer[400];
	struct tms_buf buf = { 0 };
	struct tms_diag diag;
	struct tms_str shown, line;

	(void)state;
	memset(longer, 'x', 300);
	longer[250] = ')';
	tms_diag_set(&diag, 1, 251, "here");
	tms_diag_write(&buf, &diag, tms_str_from(longer));
	shown = tms_buf_str(&buf);
	assert_true(tms_str_split(&shown, '\n', &line));
	assert_true(tms_str_split(&shown, '\n', &line));
	assert_true(line.len < 100);
	assert_true(tms_str_starts(line, TMS_STR("…")));
	assert_true(tms_str_ends(line, TMS_STR("…")));
	size_t place = tms_str_find_byte(line, ')', 0) - strlen("…") + 1;
	assert_true(tms_str_split(&shown, '\n', &line));
	assert_int_equal(tms_str_find_byte(line, '^', 0), place);
	tms_buf_free(&buf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(errors_name_place_found_and_expected),
		cmocka_unit_test(limits_are_named_when_reached),
		cmocka_unit_test(rules_stand_for_their_text),
		cmocka_unit_test(a_caret_stands_under_the_place),
		cmocka_unit_test(a_long_line_is_shown_around_its_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
