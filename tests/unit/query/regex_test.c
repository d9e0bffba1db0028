/* Regular expressions that stop other engines: refused when saved, or matched in linear time. */
#include "subject.h"

#include "text/regex.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define SUBJECT_BYTES ((size_t)1 << 20)
#if defined(__SANITIZE_ADDRESS__)
#define MATCH_CPU_MS 2000 /* instrumented code proves nothing about speed */
#else
#define MATCH_CPU_MS 50
#endif
#define COMPILE_CPU_MS 50

static double cpu_ms(void)
{
	return (double)clock() * 1000 / CLOCKS_PER_SEC;
}

/* "a*N!", "space*N x", ",*N": a character over and over, then an end. */
static void make_subject(struct tms_str generator, char *subject)
{
	size_t star = tms_str_find(generator, TMS_STR("*N"), 0);
	char filler = 'a';
	struct tms_str end = { 0 };

	if (star != SIZE_MAX) {
		filler = star == 1 ? generator.ptr[0] : ' ';
		end = tms_str_trim(tms_str_slice(generator, star + 2, generator.len));
	}
	memset(subject, filler, SUBJECT_BYTES);
	if (end.len > 0)
		memcpy(subject + SUBJECT_BYTES - end.len, end.ptr, end.len);
}

static void check_pattern(struct tms_str pattern, struct tms_str generator, char *subject)
{
	struct tms_arena arena = { 0 };
	struct tms_buf text = { 0 };
	struct tms_query *query = NULL;
	struct tms_merged item = plain_item();
	struct tms_diag diag = { 0 };
	struct tms_doc doc;

	tms_buf_format(&text, "title:/%.*s/", TMS_STR_ARGS(pattern));
	double start = cpu_ms();
	enum tms_status st = tms_query_parse(tms_buf_str(&text), NULL, &query, &diag);
	if (cpu_ms() - start > COMPILE_CPU_MS)
		fail_msg("%.*s took %.1f ms to read", TMS_STR_ARGS(pattern), cpu_ms() - start);
	assert_true(st == TMS_OK || st == TMS_ELIMIT);
	if (st == TMS_OK) {
		make_subject(generator, subject);
		item.item.title = (struct tms_str){ subject, SUBJECT_BYTES };
		assert_int_equal(tms_doc_make(&arena, &item, &doc), TMS_OK);
		start = cpu_ms();
		(void)tms_query_matches(query, &item, &doc, PUBLISHED);
		if (cpu_ms() - start > MATCH_CPU_MS)
			fail_msg("%.*s took %.1f ms", TMS_STR_ARGS(pattern), cpu_ms() - start);
	}
	tms_query_free(query);
	tms_buf_free(&text);
	tms_arena_free(&arena);
}

static const char *const own[][2] = {
	{ "(a+)+$", "a*N!" },
	{ "^(a|a)*$", "a*N!" },
	{ "[a-z]+\\d", "a*N!" },
	{ "\\s+$", "space*N x" },
	{ "(.*?,){11}P", ",*N" },
	{ "(a{1,100}){1,100}b", "a*N" },
	{ "(a?){30}a{30}", "a*N" },
	{ "(\\pL+\\s*)+\\d$", "a*N!" },
};

static void patterns_that_stop_other_engines_do_not_stop_this_one(void **state)
{
	char *subject = malloc(SUBJECT_BYTES);

	(void)state;
	assert_non_null(subject);
	for (size_t i = 0; i < TMS_COUNT(own); i++)
		check_pattern(tms_str_from(own[i][0]), tms_str_from(own[i][1]), subject);
	free(subject);
}

static FILE *open_corpus(void)
{
	const char *corpus = getenv("TAMIS_CORPUS"), *tests = getenv("TAMIS_TESTS");
	char path[4096];

	if (corpus)
		(void)snprintf(path, sizeof(path), "%s/security/redos/patterns.tsv", corpus);
	else
		(void)snprintf(path, sizeof(path),
			"%s/../../shared/corpus/security/redos/patterns.tsv", tests ? tests : ".");
	return fopen(path, "r");
}

static void the_patterns_of_the_corpus_too(void **state)
{
	char line[4096], *subject = malloc(SUBJECT_BYTES);
	FILE *file = open_corpus();
	size_t checked = 0;

	(void)state;
	assert_non_null(subject);
	if (!file) {
		free(subject);
		print_message("skipped: no security/redos/patterns.tsv under TAMIS_CORPUS\n");
		skip();
	}
	while (fgets(line, sizeof(line), file)) {
		struct tms_str rest = tms_str_from(line), pattern, generator = { 0 };
		if (line[0] == '#' || !tms_str_split(&rest, '\t', &pattern) || pattern.len == 0)
			continue;
		(void)tms_str_split(&rest, '\t', &generator);
		check_pattern(pattern, generator, subject);
		checked++;
	}
	assert_in_range(checked, 5, 1000);
	(void)fclose(file);
	free(subject);
}

/* Without one of them no text can match: what the index looks for. */
static void literals_are_what_a_match_cannot_do_without(void **state)
{
	static const struct {
		const char *pattern, *literals;
	} rows[] = {
		{ "transformers?", "\ntransformer" },
		{ "(fine|zero)[- ]?(tuning|shot)", "\nzero\nfine" },
		{ "large language model", "\nlanguage" },
		{ "GPT-?4", "\ngpt" },
		{ "agent.*planner", "\nplanner" },
		{ "ab", "" },
		{ "abc|d", "" },
		{ "[a-z]+", "" },
		{ "^$", "" },
		{ "(?i)Kelvin", "\nkelvin" },
		{ "\\bRLHF\\b", "\nrlhf" },
		{ "GPT\\d", "\ngpt" }, /* a digit of any script */
		{ "\\w\\wing", "\ning" },
	};
	struct tms_buf found = { 0 };
	(void)state;

	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct regex *regex = NULL;
		assert_int_equal(regex_compile_unicode(
					 tms_str_from(rows[i].pattern), true, 4000, &regex, NULL),
			TMS_OK);
		found.len = 0;
		assert_int_equal(regex_literals(regex, &found), TMS_OK);
		if (!tms_str_equal(tms_buf_str(&found), tms_str_from(rows[i].literals)))
			fail_msg("%s: %.*s", rows[i].pattern, TMS_STR_ARGS(tms_buf_str(&found)));
		regex_free(regex);
	}
	tms_buf_free(&found);
}

static void words_and_digits_know_unicode(void **state)
{
	static const struct {
		const char *pattern, *text, *found; /* NULL: nothing */
	} rows[] = {
		{ "\\bna\\b", "A naïve heron", NULL },
		{ "\\bna\\b", "“na”", "na" },
		{ "\\bnaïve\\b", "A naïve heron", "naïve" },
		{ "\\bnaïve\\b", "naïves", NULL },
		{ "\\bnai\xcc\x88ve\\b", "a nai\xcc\x88ve one", "nai\xcc\x88ve" },
		{ "\\bnai\\b", "a nai\xcc\x88ve one", NULL },
		{ "\\Bve", "naïve", "ve" },
		{ "\\w+ing", "Überführing", "Überführing" },
		{ "\\W+", "é–“ b", "–“ " },
		{ "\\d+%", "٢٣%", "٢٣%" },
		{ "[\\d.]+", "é 2.٣", "2.٣" },
		{ "\\D", "٣é", "é" },
		{ "[^\\W_]+x", "éabc_éx", "éx" },
		{ "[\\w-]+@", "é-b_c@", "é-b_c@" },
		{ "[\\w\\s]+$", "a–é _ b", "é _ b" },
		{ "\\pL\\b.", "é_", NULL },
		{ "\\pL\\b.", "é–", "é–" },
		{ "\\b\\PL", "é1 1é", " " },
		{ "\\bx_y\\b", "é x_y", "x_y" },
		{ "\\bx_y\\b", "éx_y", NULL },
		{ "\\b[à-ÿ]", "xé é", "é" },
		{ "[^a]\\b", "_é", "é" },
		{ "\\b[[:punct:]]", "é !", NULL },
		{ "\\Qa_.é\\E\\b", "_a_.é", "a_.é" },
		{ "^\\w*$", "é_٣x", "é_٣x" },
		{ "(?i)\\bÉ", "xé é", "é" },
		{ "0\\b", "٣", NULL },
		{ "\\b.{3}\\b", "ab é_x", "ab " },
		{ "\\x{e9}\\b", "éx é", "é" },
		{ "\\Qé\\E{3}\\b", "ééé", "ééé" },
		{ "\\PP\\b", "_ –é", "é" },               /* an underscore is of punctuation, */
		{ "[\\x{80}-\\x{ffff}]\\b", "_ é", "é" }, /* and of ASCII */
		{ "[([:]\\w", "é :x", ":x" },
		{ "\\bx", "\xff é x", "x" },
		{ "(?P<a>\\b)é", "xé é", "é" },
	};

	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_str text = tms_str_from(rows[i].text);
		struct regex *regex = NULL;
		size_t start = 0, end = 0;
		assert_int_equal(regex_compile_unicode(
					 tms_str_from(rows[i].pattern), true, 4000, &regex, NULL),
			TMS_OK);
		bool found = regex_find(regex, text, 0, &start, &end);
		struct tms_str got = found ? tms_str_slice(text, start, end) : TMS_STR("nothing");
		struct tms_str want = tms_str_from(rows[i].found ? rows[i].found : "nothing");
		if (!tms_str_equal(got, want) || regex_matches(regex, text) != found)
			fail_msg("%s on \"%s\": %.*s", rows[i].pattern, rows[i].text,
				TMS_STR_ARGS(got));
		regex_free(regex);
	}
}

/* Every stretch of a text as a whole word, beside a look at the characters around it. */
static void a_boundary_is_where_one_side_is_a_word(void **state)
{
	static const char *const characters[] = { "a", "é", "_", "-", "“", "٣", "0", "\xcc\x88",
		"学" };
	static const bool is_word[] = { true, true, true, false, false, true, true, true, true };
	enum { LENGTH = 6 };

	(void)state;
	for (unsigned round = 0; round < 400; round++) {
		unsigned dice = round * 2654435761u, at[LENGTH + 1] = { 0 }, row[LENGTH];
		struct tms_buf text = { 0 }, pattern = { 0 };
		struct regex *regex = NULL;
		for (unsigned i = 0; i < LENGTH; i++, dice /= TMS_COUNT(characters)) {
			row[i] = dice % TMS_COUNT(characters);
			tms_buf_add_cstr(&text, characters[row[i]]);
			at[i + 1] = (unsigned)text.len;
		}
		unsigned first = round % LENGTH, last = first + round / LENGTH % (LENGTH - first);
		tms_buf_format(&pattern, "\\b\\Q%.*s\\E\\b", (int)(at[last + 1] - at[first]),
			text.ptr + at[first]);
		assert_int_equal(
			regex_compile_unicode(tms_buf_str(&pattern), false, 4000, &regex, NULL),
			TMS_OK);
		bool wanted = false;
		for (unsigned i = 0; i + last - first < LENGTH; i++) {
			unsigned end = i + last - first, same = 0;
			while (i + same <= end && row[i + same] == row[first + same])
				same++;
			bool before = i > 0 && is_word[row[i - 1]];
			bool behind = end + 1 < LENGTH && is_word[row[end + 1]];
			wanted |= same == last - first + 1 && before != is_word[row[i]] &&
				  behind != is_word[row[end]];
		}
		if (regex_matches(regex, tms_buf_str(&text)) != wanted)
			fail_msg("%.*s on %.*s", TMS_STR_ARGS(tms_buf_str(&pattern)),
				TMS_STR_ARGS(tms_buf_str(&text)));
		regex_free(regex);
		tms_buf_free(&text);
		tms_buf_free(&pattern);
	}
}

static void what_cannot_be_rewritten_is_refused_with_the_reason(void **state)
{
	struct tms_diag why = { 0 };
	struct regex *regex = NULL;

	(void)state;
	assert_int_equal(
		regex_compile_unicode(TMS_STR("(?-s)a.\\b"), true, 4000, &regex, &why), TMS_EINVAL);
	assert_non_null(strstr(why.text, "(?-s)"));
	assert_int_equal(
		regex_compile_unicode(TMS_STR("(?-s)a."), true, 4000, &regex, &why), TMS_OK);
	regex_free(regex);
}

static void groups_tell_what_they_caught(void **state)
{
	struct regex *regex = NULL;
	struct tms_str groups[4];

	(void)state;
	assert_int_equal(
		regex_compile(TMS_STR("([0-9]+)(x)?-([a-z]+)"), false, 100, &regex, NULL), TMS_OK);
	assert_int_equal(regex_capture(regex, TMS_STR("no. 12-abc!"), groups, 4), 4);
	assert_str(groups[0], "12-abc");
	assert_str(groups[1], "12");
	assert_str(groups[2], "");
	assert_str(groups[3], "abc");
	assert_int_equal(regex_capture(regex, TMS_STR("12-abc"), groups, 2), 2);
	assert_int_equal(regex_capture(regex, TMS_STR("12 abc"), groups, 4), 0);
	regex_free(regex);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(groups_tell_what_they_caught),
		cmocka_unit_test(patterns_that_stop_other_engines_do_not_stop_this_one),
		cmocka_unit_test(the_patterns_of_the_corpus_too),
		cmocka_unit_test(words_and_digits_know_unicode),
		cmocka_unit_test(a_boundary_is_where_one_side_is_a_word),
		cmocka_unit_test(what_cannot_be_rewritten_is_refused_with_the_reason),
		cmocka_unit_test(literals_are_what_a_match_cannot_do_without),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
