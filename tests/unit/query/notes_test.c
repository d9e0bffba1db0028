/* What is read as meant and worth a look; and what is not worth one. */
#include <tamis/advice.h>

#include "subject.h"

struct row {
	const char *query;
	const char *says; /* NULL: nothing is */
	const char *cures[TMS_ADVICE_CURES_MAX];
};

static void assert_reads_alike(const char *text, struct tms_str as_noted)
{
	struct tms_query *one = parsed(text), *other = NULL;

	if (tms_query_parse(as_noted, NULL, &other, NULL) != TMS_OK)
		fail_msg("%s: %.*s is an error", text, TMS_STR_ARGS(as_noted));
	tms_query_free(one);
	tms_query_free(other);
}

static void check(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct tms_advice advice = { 0 };
		struct tms_query *query = NULL;
		const struct tms_advice_note *note = &advice.notes[0];
		if (tms_query_parse_advised(tms_str_from(rows[i].query), NULL, &query, &advice) !=
			TMS_OK)
			fail_msg("%s: %s", rows[i].query, note->diag.text);
		if (advice.count != (rows[i].says != NULL) ||
			(rows[i].says && !strstr(note->diag.text, rows[i].says)))
			fail_msg("%s: %zu notes, %s", rows[i].query, advice.count, note->diag.text);
		for (size_t k = 0; k < TMS_ADVICE_CURES_MAX; k++) {
			struct tms_str want =
				rows[i].cures[k] ? tms_str_from(rows[i].cures[k]) : TMS_STR_NONE;
			if (!tms_str_equal(want, note->cures[k].text))
				fail_msg("%s: cure %zu is \"%.*s\"", rows[i].query, k,
					TMS_STR_ARGS(note->cures[k].text));
			if (want.len > 0)
				assert_reads_alike(rows[i].query, want);
		}
		tms_query_free(query);
		tms_advice_free(&advice);
	}
}

static void operators_say_how_they_were_read(void **state)
{
	static const struct row rows[] = {
		{ "herons or storks", "\"or\" between terms is an operator",
			{ "herons OR storks", "herons \"or\" storks" } },
		{ "a and b and c", "\"and\" between terms",
			{ "a AND b AND c", "a \"and\" b \"and\" c" } },
		{ "not a", "\"not\" between terms", { "NOT a", "\"not\" a" } },
		{ "(a or b) c", "\"or\" between terms", { "(a OR b) c", "(a \"or\" b) c" } },
		{ "to be or not to be", "\"or not\" is searched",
			{ "to be or to be", "to be to be" } },
		{ "a OR OR b", "\"OR OR\" is searched", { "a OR b", "a b" } },
		{ "or a", "not stand between two terms", { "a" } },
		{ "a or", "not stand between two terms", { "a" } },
		{ "a b OR c", "read as: (a b) OR c, that is: a and b, or c",
			{ "a (b OR c)", "(a b) OR c" } },
		{ "a OR b -c", "read as: a OR (b -c), that is: a, or b and not c",
			{ "(a OR b) -c", "a OR (b -c)" } },
		{ "a OR b c OR d", "read as: a OR (b c) OR d",
			{ "(a OR b) (c OR d)", "a OR (b c) OR d" } },
		{ "x (a OR b c)", "read as: a OR (b c)", { "x ((a OR b) c)", "x (a OR (b c))" } },
		{ "-a OR -b", "only what has all of these is left out", { "-a -b" } },
		{ "-a OR -b OR -c", "only what has all of these", { "-a -b -c" } },
		{ "a OR -b", "whatever does not have it is kept", { "a -b" } },
		{ "a and/or b", "\"and/or\" between terms is an operator, read as OR",
			{ "a OR b", "a \"and/or\" b" } },
		{ "and/or a", "not stand between two terms", { "a" } },
		{ "a ｏｒ b", "\"ｏｒ\" between terms", { "a OR b", "a \"ｏｒ\" b" } },
		{ "a —b OR —c", "read as", { "a (—b OR —c)", "(a —b) OR —c" } },
		{ "—a OR —b", "only what has all of these is left out", { "—a —b" } },
		{ "a ＯＲ b", NULL, { 0 } },
		{ "a OR b", NULL, { 0 } },
		{ "a AND b", NULL, { 0 } },
		{ "(a OR b) -c", NULL, { 0 } },
		{ "a || b", NULL, { 0 } },
		{ "!a", NULL, { 0 } },
		{ "Attention Is Not All You Need", NULL, { 0 } },
		{ "\"to be or not to be\"", NULL, { 0 } },
		{ "'a or b'", NULL, { 0 } },
	};

	(void)state;
	check(rows, TMS_COUNT(rows));
}

static void fields_say_what_they_hold(void **state)
{
	static const struct row rows[] = {
		{ "title: herons", "also with a space", { "title:herons" } },
		{ "title : herons -x", "also with a space", { "title:herons -x" } },
		{ "author:Ada Heron", "\"Heron\" stands outside of \"author:\"",
			{ "author:\"Ada Heron\"", "Heron author:Ada" } },
		{ "x author:Ada B. Heron -y", "\"B. Heron\" stands outside",
			{ "x author:\"Ada B. Heron\" -y", "x B. Heron author:Ada -y" } },
		{ "-author:Ada Heron", "\"Heron\" stands outside",
			{ "-author:\"Ada Heron\"", "Heron -author:Ada" } },
		{ "org:google deepmind", "\"deepmind\" stands outside",
			{ "org:\"google deepmind\"", "deepmind org:google" } },
		{ "title:reward hacking", "\"hacking\" stands outside",
			{ "title:(reward hacking)", "hacking title:reward" } },
		{ "author:\"Ada Heron\" agents", NULL, { 0 } },
		{ "author:(Ada Heron)", NULL, { 0 } },
		{ "agents author:Ada", NULL, { 0 } },
		{ "author:Ada AND agents", NULL, { 0 } },
		{ "author:Ada title:agents", NULL, { 0 } },
		{ "-title:survey agents", NULL, { 0 } },
		{ "any:x y", NULL, { 0 } },
		{ "category:cs.NLP", "no category \"cs.NLP\"; the nearest is cs.CL",
			{ "category:cs.CL", "category:cs.*" } },
		{ "cat:cs.CLX", "no category \"cs.CLX\"", { "cat:cs.CL", "cat:cs.*" } },
		{ "category:math.QQ*", "no category", { "category:math.*" } },
		{ "category:cs", "as in cs.*", { "category:cs.*" } },
		{ "category:cs.CL", NULL, { 0 } },
		{ "category:CS.*", NULL, { 0 } },
		{ "category:hep-th", NULL, { 0 } },
		{ "category:sport", NULL, { 0 } },
		{ "category:a.b", NULL, { 0 } },
	};

	(void)state;
	check(rows, TMS_COUNT(rows));
}

static void what_is_said_in_words_has_a_sign(void **state)
{
	static const struct row rows[] = {
		{ "a 50 upvotes", "\"50 upvotes\" is searched as words", { "a upvotes>=50" } },
		{ "upvotes 50", "as words", { "upvotes>=50" } },
		{ "stars over 50 a", "as words", { "stars>50 a" } },
		{ "at least 50 upvotes", "as words", { "upvotes>=50" } },
		{ "a more than 50 votes", "as words", { "a upvotes>50" } },
		{ "less than 50 likes", "as words", { "upvotes<50" } },
		{ "herons near storks", "as words", { "near(\"herons storks\", 5)" } },
		{ "near \"herons storks\" 3", "as words", { "near(\"herons storks\", 3)" } },
		{ "x herons within 3 storks", "as words", { "x near(\"herons storks\", 3)" } },
		{ "a within 3 words of b", "as words", { "near(\"a b\", 3)" } },
		{ "\"a b\" ADJ c", "as words", { "near(\"a b c\", 5)" } },
		{ "x colo(u)r", "are a group", { "x /colo(u)r/" } },
		{ "agent(s)", "are a group", { "/agent(s)/" } },
		{ "[Cc]olor", "is a sign", { "/\\[Cc\\]olor/", "/[Cc]olor/" } },
		{ "\"50 upvotes\"", NULL, { 0 } },
		{ "\"herons near storks\"", NULL, { 0 } },
		{ "near herons", NULL, { 0 } },
		{ "50 comments", NULL, { 0 } },
		{ "upvotes and 50 a", "between terms",
			{ "upvotes AND 50 a", "upvotes \"and\" 50 a" } },
		{ "a(b OR c)", NULL, { 0 } },
		{ "-colo(u)r", NULL, { 0 } },
		{ "a(b OR c)(d)", NULL, { 0 } },
		{ "a (b)", NULL, { 0 } },
	};

	(void)state;
	check(rows, TMS_COUNT(rows));
}

static void signs_that_are_not_searched_are_named(void **state)
{
	static const struct row rows[] = {
		{ "\"[review]\"", "\"[\" is a sign that is not searched", { "/\\[review\\]/" } },
		{ "\"A*\"", "\"*\" is a sign", { "/A\\*/" } },
		{ "title:\"[review]\" x", "\"[\" is a sign", { "title:/\\[review\\]/ x" } },
		{ "-\"[review]\"", "\"[\" is a sign", { "-/\\[review\\]/" } },
		{ "#ai", "\"#\" is a sign", { "/#ai/" } },
		{ "50%", "\"%\" is a sign", { "/50%/" } },
		{ "'<b>'", "\"<\" is a sign", { "/<b>/" } },
		{ "C++ C#", NULL, { 0 } },
		{ "\"Agents: a survey, and more!\"", NULL, { 0 } },
		{ "R&D don't fine-tuning 2.5 and/or's", NULL, { 0 } },
		{ "$\\pi_0$", NULL, { 0 } },
		{ "π_0 τ^2-bench π_{0.5}", NULL, { 0 } },
		{ "\"what is it?\"", NULL, { 0 } },
		{ "/[a-z]*/", NULL, { 0 } },
	};

	(void)state;
	check(rows, TMS_COUNT(rows));
}

static void a_number_behind_a_word_may_be_part_of_a_name(void **state)
{
	static const struct row rows[] = {
		{ "qwen 3", "\"3\" is searched by itself, anywhere", { "\"qwen 3\"" } },
		{ "a gpt 4 agents", "\"4\" is searched", { "a \"gpt 4\" agents" } },
		{ "(SAM 2) video", "\"2\" is searched", { "(\"SAM 2\") video" } },
		{ "\"qwen 3\"", NULL, { 0 } },
		{ "a 3", NULL, { 0 } },
		{ "qwen2 3", NULL, { 0 } },
		{ "qwen 2025", NULL, { 0 } },
		{ "qwen 3.5", NULL, { 0 } },
		{ "qwen AND 3", NULL, { 0 } },
		{ "qwen OR 3", NULL, { 0 } },
		{ "-qwen 3", NULL, { 0 } },
		{ "qwen -3", NULL, { 0 } },
		{ "qwen \"3\"", NULL, { 0 } },
		{ "title:(qwen 3)", NULL, { 0 } },
		{ "within 3 days", NULL, { 0 } },
		{ "model 7 billion", NULL, { 0 } },
		{ "3 herons", NULL, { 0 } },
	};

	(void)state;
	check(rows, TMS_COUNT(rows));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(operators_say_how_they_were_read),
		cmocka_unit_test(fields_say_what_they_hold),
		cmocka_unit_test(what_is_said_in_words_has_a_sign),
		cmocka_unit_test(a_number_behind_a_word_may_be_part_of_a_name),
		cmocka_unit_test(signs_that_are_not_searched_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
