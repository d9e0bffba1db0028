/* author:@NAME: lists of people. */
#include <stdio.h>
#include <time.h>

#include <tamis/author_list.h>

#include "subject.h"

#define LOOKING_CPU_MS 300 /* it takes 7; one name after the other, 10,000 */

static struct tms_query_authors list_of(
	struct tms_arena *arena, const char *name, struct tms_str text)
{
	const struct tms_author_list *list = NULL;
	struct tms_diag diag = { 0 };

	if (tms_author_list_read(arena, text, &list, &diag) != TMS_OK)
		fail_msg("%s: %u:%u: %s", name, diag.line, diag.column, diag.text);
	struct tms_str kept = tms_author_list_text(list);
	return (struct tms_query_authors){ tms_str_from(name), kept, tms_query_authors_hash(kept) };
}

/* The verdict on an item of this author and organisation. */
static bool holds(const char *list, const char *author, const char *org)
{
	struct tms_arena arena = { 0 };
	const struct tms_query_authors authors = list_of(&arena, "x", tms_str_from(list));
	const struct tms_query_options options = { .authors = &authors, .authors_count = 1 };
	struct tms_query *query = parsed_with("author:@x", &options);
	struct tms_merged item = plain_item();
	struct tms_person person = { .name = tms_str_from(author) };
	struct tms_doc doc;

	item.item.title = TMS_STR("Emmy Noether"); /* is not looked at */
	item.item.authors = &person;
	item.item.authors_count = 1;
	item.item.organization_name = tms_str_from(org);
	assert_int_equal(tms_doc_make(&arena, &item, &doc), TMS_OK);
	bool kept = tms_query_matches(query, &item, &doc, PUBLISHED);
	tms_query_free(query);
	tms_arena_free(&arena);
	return kept;
}

static void an_entry_is_compared_as_author_compares_it(void **state)
{
	static const struct {
		const char *list, *author, *org;
		bool holds;
	} rows[] = {
		{ "Emmy Noether", "Emmy Noether", "", true },
		{ "Emmy Noether", "Noether, E.", "", true },
		{ "Emmy Noether", "E. Noether", "", true },
		{ "Noether, E.", "Amalie Emmy Noether", "", true },
		{ "Emmy Noether", "Fritz Noether", "", false },
		{ "Emmy Noether", "E. N.", "", false },
		{ "Emmy Noether", "Emmy", "", false },
		{ "Noether", "Fritz Noether", "", true },
		{ "noether", "NOETHER, Emmy", "", true },
		{ "Noethers", "Noether", "", false },
		{ "Flann O'Brien", "F. OBrien", "", true },
		{ "OBrien", "Flann O’Brien", "", true },
		{ "Jean-Luc Picard", "Jeanluc Picard", "", true },
		{ "Jeanluc Picard", "J.-L. Picard", "", true },
		{ "Erdős", "Paul Erd\\H{o}s", "", true },
		{ "김철수", "김 철수", "", true },
		{ "Kim 김", "김철수 Kim", "", true },
		{ "山田 太郎", "山田太郎", "", true },
		{ "# nobody\n\nAda Lovelace # of old\n  Emmy Noether\r\n", "E. Noether", "", true },
		{ "\xef\xbb\xbf# nobody\n\"Emmy Noether\"", "E. Noether", "", true },
		{ "Alan Turing\nEmmy Noether", "Ada Lovelace", "", false },
		{ "Emmy Noether; org: Bryn Mawr", "E. Noether", "Bryn Mawr College", true },
		{ "Emmy Noether ; ORG:\"Bryn Mawr\";", "E. Noether", "bryn mawr", true },
		{ "Emmy Noether; org: Bryn Mawr", "E. Noether", "Mawr Bryn", false },
		{ "Emmy Noether; org: Bryn Mawr", "E. Noether", "", false },
		{ "Emmy Noether; org: Erlangen\nE. Noether; org: Bryn Mawr", "Emmy Noether",
			"Bryn Mawr", true },
		{ "Emmy Noether; org: O'Reilly", "Emmy Noether", "OReilly", true },
	};

	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++)
		if (holds(rows[i].list, rows[i].author, rows[i].org) != rows[i].holds)
			fail_msg("\"%s\" on %s, %s", rows[i].list, rows[i].author, rows[i].org);
}

static void what_is_no_list_is_told_with_its_place(void **state)
{
	static const struct {
		const char *list, *said;
	} rows[] = {
		{ "", "1:1: found no name; a list of authors has one a line" },
		{ "# Emmy Noether\n", "1:1: found no name; a list of authors has one a line" },
		{ "Ada Lovelace\nE. N.",
			"2:1: found \"E. N.\", expected a whole name: initials alone, "
			"or one character, are nobody in particular" },
		{ "김", "1:1: found \"김\", expected a whole name: initials alone, or one character, "
			"are nobody in particular" },
		{ "  Ada Lovelace (Analytical Engines)",
			"1:16: found \"(\", expected a name alone, or \"NAME; org: ORGANISATION\"" },
		{ "Ada Love*",
			"1:9: found \"*\", expected a name alone, or \"NAME; org: ORGANISATION\"" },
		{ "author: Ada",
			"1:7: found \":\", expected a name alone, or \"NAME; org: ORGANISATION\"" },
		{ "Émilie du Châtelet <e@example.org>",
			"1:20: found \"<\", expected a name alone, or \"NAME; org: ORGANISATION\"" },
		{ "Ada; Emmy", "1:6: found \"Emmy\" behind \";\", expected \"org: ORGANISATION\"" },
		{ "Ada; org: a; org: b",
			"1:14: found \"org: b\" behind \";\", expected \"org: ORGANISATION\" once" },
		{ "Ada; org:", "1:6: found nothing behind \"org:\"" },
		{ "; org: a", "1:1: found no name before \";\"" },
		{ "Ada; org: ?", "1:11: found \"?\", expected a word with a letter or a digit" },
		{ "Ada\nEmmy \xff", "2:6: this is no UTF-8" },
	};
	struct tms_arena arena = { 0 };

	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		const struct tms_author_list *list = NULL;
		struct tms_diag diag = { 0 };
		char said[TMS_DIAG_TEXT_BYTES + 40];
		assert_int_equal(
			tms_author_list_read(&arena, tms_str_from(rows[i].list), &list, &diag),
			TMS_EINVAL);
		(void)snprintf(said, sizeof(said), "%u:%u: %s", diag.line, diag.column, diag.text);
		assert_string_equal(said, rows[i].said);
		assert_null(list);
	}
	tms_arena_free(&arena);
}

static void a_list_has_bounds_that_are_told(void **state)
{
	struct tms_arena arena = { 0 };
	struct tms_buf text = { 0 };
	const struct tms_author_list *list = NULL;
	struct tms_diag diag = { 0 };

	(void)state;
	for (size_t i = 0; i < TMS_AUTHOR_LIST_ENTRIES_MAX; i++)
		tms_buf_format(&text, "Nobody%zu\n", i);
	assert_int_equal(tms_author_list_read(&arena, tms_buf_str(&text), &list, &diag), TMS_OK);
	assert_int_equal(tms_author_list_count(list), TMS_AUTHOR_LIST_ENTRIES_MAX);
	tms_buf_add_cstr(&text, "# one more\nNobody\n");
	assert_int_equal(
		tms_author_list_read(&arena, tms_buf_str(&text), &list, &diag), TMS_ELIMIT);
	assert_int_equal(diag.line, TMS_AUTHOR_LIST_ENTRIES_MAX + 2);
	assert_string_equal(diag.text, "more than 20000 names; no more are allowed");
	tms_buf_clear(&text);
	for (size_t i = 0; i <= TMS_AUTHOR_LIST_BYTES_MAX; i++)
		tms_buf_add_char(&text, '#');
	assert_int_equal(
		tms_author_list_read(&arena, tms_buf_str(&text), &list, &diag), TMS_ELIMIT);
	assert_string_equal(diag.text, "1048577 bytes; a list of authors has at most 1048576");
	tms_buf_free(&text);
	tms_arena_free(&arena);
}

static void comments_and_spaces_are_no_part_of_a_list(void **state)
{
	static const char *const same[] = {
		"Ada Lovelace\nEmmy Noether; org: a\n",
		"# both\nAda Lovelace # x\n\n\"Emmy Noether\" ;ORG:  a",
	};
	struct tms_arena arena = { 0 };
	struct tms_query_authors first = list_of(&arena, "x", tms_str_from(same[0]));
	struct tms_query_authors second = list_of(&arena, "x", tms_str_from(same[1]));

	(void)state;
	assert_true(tms_str_equal(first.text, second.text));
	assert_true(first.hash == second.hash);
	tms_arena_free(&arena);
}

static void the_name_is_written_back_and_the_list_is_what_counts(void **state)
{
	struct tms_arena arena = { 0 };
	const struct tms_query_authors authors[] = {
		list_of(&arena, "friends", TMS_STR("Ada")), list_of(&arena, "lab", TMS_STR("Emmy")),
		list_of(&arena, "friends", TMS_STR("Alan")), /* of one person */
	};
	const struct tms_query_options all = { .authors = authors, .authors_count = 2 };
	const struct tms_query_options own = { .authors = authors, .authors_count = 3 };
	static const char text[] = "-au:@Friends author:(@lab OR hinton)";
	struct tms_query *query = parsed_with(text, &all), *other = parsed_with(text, &own);
	struct tms_buf buf = { 0 };

	(void)state;
	tms_query_print(query, &buf);
	assert_true(tms_str_equal(
		tms_buf_str(&buf), TMS_STR("-author:@friends (author:@lab OR author:hinton)")));
	assert_true(tms_query_hash(query) != tms_query_hash(other));
	tms_buf_clear(&buf);
	tms_query_print_expanded(query, &buf); /* is read again, as it was */
	struct tms_query *again = NULL;
	assert_int_equal(tms_query_parse(tms_buf_str(&buf), &all, &again, NULL), TMS_OK);
	assert_true(tms_query_hash(query) == tms_query_hash(again));
	tms_query_free(query);
	tms_query_free(other);
	tms_query_free(again);
	tms_buf_free(&buf);
	tms_arena_free(&arena);
}

static void a_list_that_is_not_there_is_told_with_those_that_are(void **state)
{
	struct tms_arena arena = { 0 };
	const struct tms_query_authors authors[] = { list_of(&arena, "friends", TMS_STR("Ada")),
		list_of(&arena, "lab", TMS_STR("Emmy")),
		list_of(&arena, "friends", TMS_STR("Alan")) };
	static const struct {
		const char *query, *said;
		size_t lists;
	} rows[] = {
		{ "x author:@frends",
			"1:3: there is no list of authors \"frends\"; the nearest is \"friends\"",
			3 },
		{ "author:@people",
			"1:1: there is no list of authors \"people\", expected one of these: lab, friends",
			3 },
		{ "author:@friends",
			"1:1: there is no list of authors \"friends\": none are defined here. The "
			"configuration names them, under authors:",
			0 },
		{ "author:@",
			"1:1: found \"@\" without a name, expected that of a list of authors: "
			"author:@friends",
			3 },
		{ "=author:@lab",
			"1:1: found \"=\" before a list of authors, whose names are compared whole",
			3 },
		{ "author:~@lab",
			"1:1: found \"~\" before a list of authors, whose names are compared whole",
			3 },
	};

	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		const struct tms_query_options options = { .authors = authors,
			.authors_count = rows[i].lists };
		struct tms_query *query = NULL;
		struct tms_diag diag = { 0 };
		char said[TMS_DIAG_TEXT_BYTES + 40];
		assert_int_equal(
			tms_query_parse(tms_str_from(rows[i].query), &options, &query, &diag),
			TMS_EINVAL);
		(void)snprintf(said, sizeof(said), "%u:%u: %s", diag.line, diag.column, diag.text);
		assert_string_equal(said, rows[i].said);
	}
	tms_arena_free(&arena);
}

static void a_reason_names_the_entry(void **state)
{
	static const struct {
		const char *query, *line, *sentence;
	} rows[] = {
		{ "author:@lab",
			"author:@lab: author \"E. Noether\"@0, author \"Alan Turing\"@0: Emmy Noether, "
			"Alan Turing; org: Bletchley",
			"*@lab* (Emmy Noether, Alan Turing; org: Bletchley) in the author" },
		{ "author:@one", "author:@one: author \"E. Noether\"@0: Emmy Noether",
			"*@one* (Emmy Noether: E. Noether) in the author" },
		{ "author:@two",
			"author:@two: author \"Alan Turing\"@0: Alan Turing; org: Bletchley",
			"*@two* (Alan Turing; org: Bletchley) in the author" },
		{ "author:@none", "no author:@none", "no *@none*" },
		{ "-author:@one", "excluded by author:@one: author \"E. Noether\"@0: Emmy Noether",
			"taken out by *@one* (Emmy Noether: E. Noether) in the author" },
	};
	static struct tms_person people[] = { { .name = TMS_STR_INIT("E. Noether") },
		{ .name = TMS_STR_INIT("Ada Lovelace") }, { .name = TMS_STR_INIT("Alan Turing") } };
	struct tms_arena arena = { 0 };
	const struct tms_query_authors authors[] = {
		list_of(&arena, "lab",
			TMS_STR("Emmy Noether\nAlan Turing; org: Bletchley\nTuring")),
		list_of(&arena, "one", TMS_STR("Emmy Noether")),
		list_of(&arena, "two",
			TMS_STR("Turing; org: Princeton\nAlan Turing; org: Bletchley")),
		list_of(&arena, "none", TMS_STR("Ada Byron"))
	};
	const struct tms_query_options options = { .authors = authors,
		.authors_count = TMS_COUNT(authors) };
	struct tms_merged item = plain_item();
	struct tms_buf buf = { 0 };
	struct tms_doc doc;

	(void)state;
	item.item.authors = people;
	item.item.authors_count = TMS_COUNT(people);
	item.item.organization = TMS_STR("bletchley");
	assert_int_equal(tms_doc_make(&arena, &item, &doc), TMS_OK);
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_query *query = parsed_with(rows[i].query, &options);
		struct tms_query_explanation why;
		assert_int_equal(
			tms_query_explain(query, &item, &doc, PUBLISHED, &arena, &why), TMS_OK);
		tms_buf_clear(&buf);
		tms_query_explanation_print(&why, &buf);
		assert_true(tms_buf_reserve(&buf, 1));
		buf.ptr[buf.len] = '\0';
		assert_string_equal(buf.ptr, rows[i].line);
		tms_buf_clear(&buf);
		tms_query_explanation_say(&why, NULL, &buf);
		assert_true(tms_buf_reserve(&buf, 1));
		buf.ptr[buf.len] = '\0';
		assert_string_equal(buf.ptr, rows[i].sentence);
		tms_query_free(query);
	}
	tms_buf_free(&buf);
	tms_arena_free(&arena);
}

/* The last name of 50 of them, and a first one that 100 others have. */
static struct tms_str person_beside(struct tms_arena *arena, size_t last)
{
	size_t first = (50 * last + 60) % 200;

	return tms_arena_format(arena, "%c%zu %c%zux", (int)('a' + first % 26), first,
		(int)('a' + last % 26), last);
}

/* 20,000 names of 200 first and 400 last ones: every item has some of each. */
static void a_long_list_is_looked_through_quickly(void **state)
{
	struct tms_arena arena = { 0 };
	struct tms_buf text = { 0 };
	struct tms_person people[8];
	struct tms_merged item = plain_item();
	struct tms_doc doc;
	size_t kept = 0;

	(void)state;
	for (size_t i = 0; i < TMS_AUTHOR_LIST_ENTRIES_MAX; i++)
		tms_buf_format(&text, "%c%zu %c%zux\n", (int)('a' + i % 200 % 26), i % 200,
			(int)('a' + i / 50 % 26), i / 50);
	const struct tms_query_authors authors = list_of(&arena, "x", tms_buf_str(&text));
	const struct tms_query_options options = { .authors = &authors, .authors_count = 1 };
	struct tms_query *query = parsed_with("author:@x", &options);
	for (size_t k = 0; k < TMS_COUNT(people); k++)
		people[k] = (struct tms_person){ .name = person_beside(&arena, k * 47) };
	item.item.authors = people;
	item.item.authors_count = TMS_COUNT(people);
	assert_int_equal(tms_doc_make(&arena, &item, &doc), TMS_OK);
	kept += tms_query_matches(query, &item, &doc, PUBLISHED); /* reads the list */
	clock_t start = clock();
	for (size_t i = 0; i < 1000; i++)
		kept += tms_query_matches(query, &item, &doc, PUBLISHED);
	double ms = 1000.0 * (double)(clock() - start) / CLOCKS_PER_SEC;
	print_message("1,000 items of 8 authors, 20,000 names: %.1f ms\n", ms);
	assert_true(ms < LOOKING_CPU_MS);
	assert_int_equal(kept, 0);
	tms_query_free(query);
	tms_buf_free(&text);
	tms_arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_entry_is_compared_as_author_compares_it),
		cmocka_unit_test(what_is_no_list_is_told_with_its_place),
		cmocka_unit_test(a_list_has_bounds_that_are_told),
		cmocka_unit_test(comments_and_spaces_are_no_part_of_a_list),
		cmocka_unit_test(the_name_is_written_back_and_the_list_is_what_counts),
		cmocka_unit_test(a_list_that_is_not_there_is_told_with_those_that_are),
		cmocka_unit_test(a_reason_names_the_entry),
		cmocka_unit_test(a_long_list_is_looked_through_quickly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
