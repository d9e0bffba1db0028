#include <tamis/opml.h>

#include <stdio.h>
#include <stdlib.h>

#include "../test.h"

static struct tms_opml read_good(struct tms_arena *arena, const char *text)
{
	struct tms_opml opml = { 0 };
	struct tms_diag diag = { 0 };

	if (tms_opml_parse(arena, tms_str_from(text), &opml, &diag) != TMS_OK)
		fail_msg("%s: %s", diag.text, text);
	return opml;
}

static void a_list_of_a_reader_is_read_with_its_groups(void **state)
{
	struct tms_arena arena = { 0 };
	struct tms_opml opml = read_good(&arena,
		"<?xml version=\"1.0\"?><opml version=\"2.0\"><head><title>Mine &amp; yours</title></head><body>"
		"<outline type=\"rss\" text=\"One\" xmlUrl=\"https://one.org/feed?a=1&amp;b=2\" htmlUrl=\"https://one.org/\"/>"
		"<outline text=\"Science\">"
		"<outline text=\"Physics\"><outline type=\"rss\" text=\"Two\" xmlUrl=\"https://two.org/f\"/></outline>"
		"<outline type=\"rss\" text=\"Three\" xmlUrl=\"https://three.org/f\"/>"
		"</outline></body></opml>");

	(void)state;
	assert_str(opml.title, "Mine & yours");
	assert_int_equal(opml.feeds_count, 3);
	assert_int_equal(opml.groups_count, 2);
	assert_str(opml.feeds[0].title, "One");
	assert_str(opml.feeds[0].xml_url, "https://one.org/feed?a=1&b=2");
	assert_str(opml.feeds[0].html_url, "https://one.org/");
	assert_int_equal(opml.feeds[0].groups_count, 0);
	assert_str(opml.groups[0].title, "Science");
	assert_true(opml.groups[0].parent == TMS_OPML_NONE);
	assert_str(opml.groups[1].title, "Physics");
	assert_int_equal(opml.groups[1].parent, 0);
	assert_int_equal(opml.feeds[1].groups_count, 1);
	assert_int_equal(opml.feeds[1].groups[0], 1);
	assert_int_equal(opml.feeds[2].groups[0], 0);
	assert_int_equal(opml.notes_total, 0);
	tms_arena_free(&arena);
}

static void feeds_are_found_however_they_are_written(void **state)
{
	static const struct {
		const char *why, *outline, *title, *url;
	} rows[] = {
		{ "no type", "<outline text=\"T\" xmlUrl=\"https://x.org/f\"/>", "T",
			"https://x.org/f" },
		{ "Atom", "<outline type=\"atom\" text=\"T\" xmlUrl=\"https://x.org/f\"/>", "T",
			"https://x.org/f" },
		{ "another case", "<OUTLINE TYPE=\"RSS\" Text=\"T\" xmlURL=\"https://x.org/f\"/>",
			"T", "https://x.org/f" },
		{ "title alone", "<outline title=\"T\" xmlUrl=\"https://x.org/f\"/>", "T",
			"https://x.org/f" },
		{ "text goes before title",
			"<outline text=\"T\" title=\"U\" xmlUrl=\"https://x.org/f\"/>", "T",
			"https://x.org/f" },
		{ "no name: the host", "<outline text=\"\" xmlUrl=\"https://x.org/f\"/>", "x.org",
			"https://x.org/f" },
		{ "markup in a name",
			"<outline text=\"&lt;b&gt;A&lt;/b&gt; &amp;amp; B\" "
			"xmlUrl=\"https://x.org/f\"/>",
			"A & B", "https://x.org/f" },
		{ "white space round an address",
			"<outline text=\"T\" xmlUrl=\" https://x.org/f\n\"/>", "T",
			"https://x.org/f" },
		{ "the scheme of old readers", "<outline text=\"T\" xmlUrl=\"feed://x.org/f\"/>",
			"T", "http://x.org/f" },
		{ "and its other form", "<outline text=\"T\" xmlUrl=\"feed:https://x.org/f\"/>",
			"T", "https://x.org/f" },
		{ "url of old lists", "<outline type=\"rss\" text=\"T\" url=\"https://x.org/f\"/>",
			"T", "https://x.org/f" },
		{ "a bare &", "<outline text=\"T\" xmlUrl=\"https://x.org/f?a=1&b=2\"/>", "T",
			"https://x.org/f?a=1&b=2" },
	};
	struct tms_arena arena = { 0 };

	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		char text[400];
		(void)snprintf(text, sizeof(text), "<opml><body>%s</body></opml>", rows[i].outline);
		struct tms_opml opml = read_good(&arena, text);
		if (opml.feeds_count != 1)
			fail_msg("%s: %zu feeds", rows[i].why, opml.feeds_count);
		if (!tms_str_equal(opml.feeds[0].title, tms_str_from(rows[i].title)) ||
			!tms_str_equal(opml.feeds[0].xml_url, tms_str_from(rows[i].url)))
			fail_msg("%s: %.*s %.*s", rows[i].why, TMS_STR_ARGS(opml.feeds[0].title),
				TMS_STR_ARGS(opml.feeds[0].xml_url));
	}
	tms_arena_free(&arena);
}

static void what_is_no_feed_is_left_out_and_said(void **state)
{
	static const struct {
		const char *outline, *word;
	} rows[] = {
		{ "<outline text=\"T\" type=\"rss\" htmlUrl=\"https://x.org/\"/>",
			"no feed's address" },
		{ "<outline text=\"T\" xmlUrl=\"|script\"/>", "no address of the web" },
		{ "<outline text=\"T\" xmlUrl=\"file:///etc/passwd\"/>", "no address of the web" },
		{ "<outline text=\"T\" type=\"include\" url=\"https://x.org/l.opml\"/>",
			"not followed" },
		{ "<outline text=\"T\" type=\"link\" url=\"https://x.org/l.opml\"/>",
			"not followed" },
		{ "<outline text=\"just a line\"/>", "neither" },
	};
	struct tms_arena arena = { 0 };

	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		char text[400];
		(void)snprintf(text, sizeof(text),
			"<opml version=\"2.0\">\n<body>\n%s</body></opml>", rows[i].outline);
		struct tms_opml opml = read_good(&arena, text);
		assert_int_equal(opml.feeds_count, 0);
		assert_int_equal(opml.notes_count, 1);
		assert_int_equal(opml.notes[0].line, 3);
		if (!strstr(opml.notes[0].text, rows[i].word))
			fail_msg("no \"%s\" in: %s", rows[i].word, opml.notes[0].text);
	}
	tms_arena_free(&arena);
}

static void an_address_that_occurs_twice_is_one_feed_in_both_groups(void **state)
{
	struct tms_arena arena = { 0 };
	struct tms_opml opml = read_good(&arena,
		"<opml><body><outline text=\"A\"><outline text=\"T\" xmlUrl=\"https://x.org/f\"/></outline>"
		"<outline text=\"B\"><outline text=\"U\" xmlUrl=\"https://x.org/f\" category=\"/C,d/e,,A\"/></outline>"
		"<outline text=\"A\"><outline text=\"V\" xmlUrl=\"https://y.org/f\"/></outline></body></opml>");

	(void)state;
	assert_int_equal(opml.feeds_count, 2);
	assert_int_equal(opml.groups_count, 4);
	assert_str(opml.feeds[0].title, "T");
	assert_int_equal(opml.feeds[0].groups_count, 4);
	assert_str(opml.groups[opml.feeds[0].groups[1]].title, "B");
	assert_str(opml.groups[opml.feeds[0].groups[2]].title, "C");
	assert_str(opml.groups[opml.feeds[0].groups[3]].title, "d/e");
	assert_int_equal(opml.feeds[1].groups[0], opml.feeds[0].groups[0]);
	tms_arena_free(&arena);
}

static void other_documents_are_refused(void **state)
{
	static const struct {
		const char *text;
		enum tms_status status;
	} rows[] = {
		{ "<rss version=\"2.0\"><channel/></rss>", TMS_ENOTFEED },
		{ "<opml version=\"2.0\"><head/></opml>", TMS_ENOTFEED },
		{ "", TMS_EMALFORMED },
		{ "nothing", TMS_EMALFORMED },
		{ "<!DOCTYPE opml [<!ENTITY a \"b\">]><opml><body/></opml>", TMS_EMALFORMED },
	};
	struct tms_arena arena = { 0 };

	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_opml opml = { 0 };
		struct tms_diag diag = { 0 };
		if (tms_opml_parse(&arena, tms_str_from(rows[i].text), &opml, &diag) !=
			rows[i].status)
			fail_msg("row %zu: %s", i, diag.text);
		assert_true(diag.text[0] != '\0');
		assert_null(opml.feeds);
	}
	tms_arena_free(&arena);
}

static void limits_hold(void **state)
{
	struct tms_arena arena = { 0 };
	struct tms_buf text = { 0 };
	struct tms_opml opml = { 0 };
	struct tms_diag diag = { 0 };

	(void)state;
	tms_buf_add_cstr(&text, "<opml><body>");
	for (int i = 0; i <= TMS_OPML_GROUPS_MAX; i++)
		tms_buf_format(&text, "<outline text=\"%d\"><outline text=\"x\"/></outline>", i);
	tms_buf_add_cstr(&text, "</body></opml>");
	assert_int_equal(tms_opml_parse(&arena, tms_buf_str(&text), &opml, &diag), TMS_ELIMIT);
	assert_non_null(strstr(diag.text, "2000 groups"));

	tms_buf_clear(&text);
	tms_buf_add_cstr(&text, "<opml><body>");
	for (int i = 0; i < 300; i++)
		tms_buf_add_cstr(&text, "<outline text=\"deeper\">");
	assert_int_equal(tms_opml_parse(&arena, tms_buf_str(&text), &opml, &diag), TMS_ELIMIT);

	tms_buf_clear(&text);
	tms_buf_add_cstr(
		&text, "<opml><body><outline text=\"T\" xmlUrl=\"https://x.org/f\" category=\"");
	for (int i = 0; i < 500; i++)
		tms_buf_format(&text, "%d,", i);
	tms_buf_add_cstr(&text, "\"/></body></opml>");
	assert_int_equal(tms_opml_parse(&arena, tms_buf_str(&text), &opml, &diag), TMS_OK);
	assert_int_equal(opml.feeds[0].groups_count, TMS_OPML_FEED_GROUPS_MAX);
	tms_buf_free(&text);
	tms_arena_free(&arena);
}

static void what_is_written_is_read_again(void **state)
{
	struct tms_arena arena = { 0 };
	struct tms_buf text = { 0 };
	struct tms_opml_writer w = { .buf = &text };
	struct tms_opml opml = { 0 };

	(void)state;
	tms_opml_begin(&w, TMS_STR("Feeds of <all> & \"more\""));
	tms_opml_begin_group(&w, TMS_STR("ana"));
	tms_opml_add(&w, TMS_STR("A \"quoted\"\n<title>"), TMS_STR("https://x.org/f?a=1&b=2"),
		TMS_STR("https://x.org/"));
	tms_opml_end_group(&w);
	tms_opml_add(&w, TMS_STR("B"), TMS_STR("https://x.org/g"), TMS_STR(""));
	tms_opml_end(&w);
	assert_int_equal(text.status, TMS_OK);
	opml = read_good(&arena, tms_str_cstr(&arena, tms_buf_str(&text)));
	assert_str(opml.title, "Feeds of <all> & \"more\"");
	assert_int_equal(opml.feeds_count, 2);
	assert_str(opml.feeds[0].xml_url, "https://x.org/f?a=1&b=2");
	assert_str(opml.feeds[0].html_url, "https://x.org/");
	assert_str(opml.groups[opml.feeds[0].groups[0]].title, "ana");
	assert_int_equal(opml.feeds[1].groups_count, 0);
	assert_int_equal(opml.notes_total, 0);

	tms_buf_clear(&text);
	w = (struct tms_opml_writer){ .buf = &text };
	tms_opml_begin(&w, TMS_STR("None"));
	tms_opml_end(&w);
	assert_int_not_equal(tms_str_find(tms_buf_str(&text), TMS_STR("<outline "), 0), SIZE_MAX);
	tms_buf_free(&text);
	tms_arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_list_of_a_reader_is_read_with_its_groups),
		cmocka_unit_test(feeds_are_found_however_they_are_written),
		cmocka_unit_test(what_is_no_feed_is_left_out_and_said),
		cmocka_unit_test(an_address_that_occurs_twice_is_one_feed_in_both_groups),
		cmocka_unit_test(other_documents_are_refused),
		cmocka_unit_test(limits_hold),
		cmocka_unit_test(what_is_written_is_read_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
