/*
 * What reading foreign bytes costs, in counted steps: four times the document is at most four and a half times the
 * work, whatever it is made of, and no document takes what its size allows. The kinds are made to be hard: each once
 * was, or could be, dearer than its size.
 */
#include "grown.h"

#include <stdlib.h>

#include <tamis/charset.h>
#include <tamis/html_clean.h>
#include <tamis/xml.h>

#include "markup/html_text_private.h"

#define BYTES 16384
#define TIMES 4
#define MOST_TIMES 4.5
#define MEMORY_TIMES 48
#define MANY ((size_t)1 << 30)
#define ITEM "<rss><channel><item><title>x</title>"
#define ENDS "</item></channel></rss>"

typedef uint64_t (*read_fn)(struct tms_str document); /* the steps it took */

static void grows_with_the_document(const struct grown_kind *kinds, size_t count, read_fn read,
	uint64_t per_byte, uint64_t least)
{
	struct tms_buf small = { 0 }, large = { 0 };

	for (size_t i = 0; i < count; i++) {
		grow(&small, &kinds[i], BYTES);
		grow(&large, &kinds[i], (size_t)BYTES * TIMES);
		uint64_t few = read(tms_buf_str(&small)), many = read(tms_buf_str(&large));
		if (few < BYTES / 16)
			fail_msg("%s: nothing was counted (%llu)", kinds[i].why,
				(unsigned long long)few);
		if ((double)many > (double)few * MOST_TIMES)
			fail_msg("%s: %llu steps, and %llu of four times as much", kinds[i].why,
				(unsigned long long)few, (unsigned long long)many);
		if (many > large.len * per_byte / 2 + least)
			fail_msg("%s: %.1f steps a byte", kinds[i].why,
				(double)many / (double)large.len);
	}
	tms_buf_free(&small);
	tms_buf_free(&large);
}

static uint64_t read_xml(struct tms_str xml)
{
	struct tms_arena arena = { 0 };
	struct tms_steps steps = { .left = UINT64_MAX };
	/* what would end a reading early is put off */
	const struct tms_xml_limits limits = {
		.nodes = MANY, .names = MANY, .namespaces = 4096, .steps = &steps
	};
	struct tms_xml_node *root = NULL;

	(void)!tms_xml_parse(&arena, xml, TMS_STR_NONE, true, &limits, &root, NULL, NULL);
	/* the dearest of all is "<a/>"; what a tree copies for each of its elements is more */
	if (arena.used_bytes > xml.len * MEMORY_TIMES + BYTES)
		fail_msg("%zu bytes of memory for %zu: %.60s", arena.used_bytes, xml.len, xml.ptr);
	tms_arena_free(&arena);
	return UINT64_MAX - steps.left;
}

static const struct grown_kind broken_xml[] = {
	{ "values that hold tags", { { ITEM "<a ", 1 }, { "b=\"<a \" ", 0 }, { "<", 1 } } },
	{ "tags before the root", { { "<b></b>", 0 }, { ITEM ENDS, 1 } } },
	{ "many open, and children that close none",
		{ { "<rss>& <item>", 1 }, { "<zz>", 240 }, { "<title/>", 0 }, { "<", 1 } } },
	{ "values in both quotes that hold tags",
		{ { ITEM "<a ", 1 }, { "b='<a ' c=\"<a \" ", 0 }, { "<", 1 } } },
	{ "values that hold the other quote",
		{ { ITEM "<a ", 1 }, { "b='<a \"' ", 0 }, { "<", 1 } } },
	{ "a value that holds only a quote",
		{ { ITEM "<a ", 1 }, { "b=\"<a \" c='\"' ", 0 }, { "<", 1 } } },
	{ "values with one tag each",
		{ { ITEM, 1 }, { "<a b=\"c\" d='<' e=\"<\" ", 0 }, { "<", 1 } } },
	{ "quotes that are not closed", { { ITEM, 1 }, { "<a b=\"x", 0 } } },
	{ "quotes that close in the next tag", { { ITEM, 1 }, { "<a b='x\">", 0 } } },
	{ "tags without an end before the root", { { "<b ", 0 }, { "<rss", 1 } } },
	{ "values without an end before the root", { { "<b x=\"", 0 }, { "<rss", 1 } } },
	{ "many open, and end tags that close none",
		{ { ITEM "& ", 1 }, { "<zz>", 240 }, { "</zy>", 0 }, { "<", 1 } } },
	{ "many open, and end tags in the other case",
		{ { ITEM "& ", 1 }, { "<zz>", 240 }, { "<Zz></zZ>", 0 }, { "<", 1 } } },
	{ "a long name that half tags would close",
		{ { "<rss>& <item><title><", 1 }, { "z", 0 }, { ">", 1 }, { "<link <", 0 } } },
	{ "long names, one in the other",
		{ { "<rss>& ", 1 }, { "<a######>", 240 }, { "</a>", 0 } } },
	{ "crossed tags", { { ITEM, 1 }, { "<i><b></i></b>", 0 } } },
	{ "crossed fields", { { ITEM, 1 }, { "<title><link></title></link>", 0 } } },
	{ "items in items", { { ITEM, 1 }, { "<item><title>", 0 } } },
	{ "ampersands", { { ITEM, 1 }, { "&", 0 } } },
	{ "ampersands in a value", { { ITEM "<a b=\"", 1 }, { "&", 0 }, { "\"/>" ENDS, 1 } } },
	{ "HTML's entities", { { ITEM, 1 }, { "&hearts;", 0 } } },
	{ "entities of nobody", { { ITEM, 1 }, { "&zzzzzzzz;", 0 } } },
	{ "entities of a DTD that is not read",
		{ { "<!DOCTYPE rss SYSTEM 'x'><rss>", 1 }, { "&a#;", 0 } } },
	{ "numbers without an end", { { ITEM, 1 }, { "&#x", 0 } } },
	{ "CDATA without an end", { { ITEM, 1 }, { "<![CDATA[", 0 } } },
	{ "CDATA that ends with its element", { { ITEM, 1 }, { "<d><![CDATA[</d>", 0 } } },
	{ "CDATA that ends with another", { { ITEM, 1 }, { "<d><![CDATA[<d></e>", 0 } } },
	{ "comments without an end", { { ITEM, 1 }, { "<!--", 0 } } },
	{ "comments with half an end", { { ITEM, 1 }, { "<!-- >", 0 } } },
	{ "instructions without an end", { { ITEM, 1 }, { "<?", 0 } } },
	{ "doctypes without an end", { { ITEM, 1 }, { "<!DOCTYPE [", 0 } } },
	{ "declarations", { { ITEM, 1 }, { "<!A>", 0 } } },
	{ "half declarations", { { ITEM, 1 }, { "<!", 0 } } },
	{ "very many attributes", { { ITEM "<a ", 1 }, { "a#=b ", 0 }, { ">", 1 } } },
	{ "the same attribute", { { ITEM "<a ", 1 }, { "a=b ", 0 }, { ">", 1 } } },
	{ "attributes without a value", { { ITEM, 1 }, { "<a b>", 0 } } },
	{ "tags that are none", { { ITEM, 1 }, { "<a", 0 } } },
	{ "marks", { { ITEM, 1 }, { "<", 0 } } },
	{ "end tags without a start", { { ITEM, 1 }, { "</a>", 0 } } },
	{ "elements without an end", { { ITEM, 1 }, { "<a>", 0 } } },
	{ "one very long name", { { ITEM "<", 1 }, { "a", 0 }, { ">", 1 } } },
	{ "very long names that end in another case",
		{ { ITEM "& <a", 1 }, { "z", 0 }, { "></A", 1 }, { "z", 0 }, { ">", 1 } } },
	{ "prefixes that are not declared", { { ITEM, 1 }, { "<dc:title>x</dc:title>", 0 } } },
	{ "documents behind the document", { { ITEM ENDS, 1 }, { ITEM ENDS, 0 } } },
	{ "comments behind the document", { { ITEM ENDS, 1 }, { "<!-- -->", 0 }, { "<x>", 1 } } },
	{ "text before the document", { { "x &lt; ", 0 }, { ITEM ENDS, 1 } } },
	{ "lines in tags", { { ITEM, 1 }, { "<a\n b=c\n>&nbsp;</a>", 0 } } },
	{ "letters that are no letters of names", { { ITEM, 1 }, { "<a\xc3\x97 ", 0 } } },
};

static const struct grown_kind sound_xml[] = {
	{ "items", { { "<rss><channel>", 1 }, { "<item><title>x &amp; y</title></item>", 0 },
			   { "</channel></rss>", 1 } } },
	{ "elements of one byte", { { "<r>", 1 }, { "<a/>", 0 }, { "</r>", 1 } } },
	{ "names that differ", { { "<r>", 1 }, { "<a#/>", 0 }, { "</r>", 1 } } },
	{ "namespaces that differ", { { "<r>", 1 }, { "<a xmlns='u#'/>", 0 }, { "</r>", 1 } } },
	{ "two long namespaces by turns",
		{ { "<r xmlns:a='u", 1 }, { "u", 0 }, { "' xmlns:b='v", 1 }, { "v", 0 },
			{ "'>", 1 }, { "<a:x/><b:y/>", 0 } } },
	{ "many namespaces in force", { { "<r xmlns:q='q'><a ", 1 }, { "xmlns:a#='u' ", 500 },
					      { ">", 1 }, { "<q:a q:b=''/>", 0 } } },
	{ "attributes", { { "<r>", 1 }, { "<a a='' b='' c='' d=''/>", 0 }, { "</r>", 1 } } },
	{ "references in a value", { { "<r a='", 1 }, { "&#38;", 0 }, { "'/>", 1 } } },
	{ "references", { { "<r>", 1 }, { "&amp;", 0 }, { "</r>", 1 } } },
	{ "comments", { { "<r>", 1 }, { "x<!---->", 0 }, { "</r>", 1 } } },
};

static void four_times_the_broken_xml_is_four_times_the_work(void **state)
{
	(void)state;
	grows_with_the_document(broken_xml, TMS_COUNT(broken_xml), read_xml, TMS_XML_STEPS_PER_BYTE,
		TMS_XML_STEPS_LEAST);
}

static void four_times_the_sound_xml_is_four_times_the_work(void **state)
{
	(void)state;
	grows_with_the_document(sound_xml, TMS_COUNT(sound_xml), read_xml, TMS_XML_STEPS_PER_BYTE,
		TMS_XML_STEPS_LEAST);
}

/* ---- HTML ---- */

#define PAGE "<html><head><title>x</title></head><body>"

static const struct grown_kind html[] = {
	{ "elements without an end", { { PAGE, 1 }, { "<b>", 0 } } },
	{ "crossed formatting", { { PAGE, 1 }, { "<i><b></i></b>", 0 } } },
	{ "many open, and end tags that close none",
		{ { PAGE, 1 }, { "<i>", 200 }, { "</b>", 0 } } },
	{ "many open, and rows", { { PAGE, 1 }, { "<b>", 100 }, { "<tr>", 0 } } },
	{ "many open, and the end of rows", { { PAGE, 1 }, { "<b>", 100 }, { "</tr>", 0 } } },
	{ "tables in tables", { { PAGE, 1 }, { "<table><tr><td>", 0 } } },
	{ "half tables", { { PAGE "<table>", 1 }, { "<td><tr></td><tbody>", 0 } } },
	{ "paragraphs", { { PAGE, 1 }, { "<p>x", 0 } } },
	{ "items without a list", { { PAGE, 1 }, { "<li>x</ul>", 0 } } },
	{ "terms and options", { { PAGE, 1 }, { "<dt><dd><option>", 0 } } },
	{ "very many attributes", { { PAGE "<a ", 1 }, { "a#=b ", 0 }, { ">", 1 } } },
	{ "the same attribute", { { PAGE, 1 }, { "<a href=x href=y href=z href=w>", 0 } } },
	{ "quotes that are not closed", { { PAGE, 1 }, { "<a href=\"x", 0 } } },
	{ "tags that are not closed", { { PAGE, 1 }, { "<a ", 0 } } },
	{ "one long value with tags in it", { { PAGE "<p title=\"", 1 }, { "<a>", 0 } } },
	{ "one long name", { { PAGE "<", 1 }, { "a", 0 }, { ">", 1 } } },
	{ "marks", { { PAGE, 1 }, { "<", 0 } } },
	{ "half end tags", { { PAGE, 1 }, { "</", 0 } } },
	{ "half declarations", { { PAGE, 1 }, { "<!", 0 } } },
	{ "half instructions", { { PAGE, 1 }, { "<?", 0 } } },
	{ "comments without an end", { { PAGE, 1 }, { "<!--", 0 } } },
	{ "one comment of hyphens", { { PAGE "<!--", 1 }, { "-- ", 0 } } },
	{ "whole comments", { { PAGE, 1 }, { "<!---->", 0 } } },
	{ "frames without an end", { { PAGE, 1 }, { "<iframe>", 0 } } },
	{ "frames that others end", { { PAGE, 1 }, { "<iframe></script>", 0 } } },
	{ "frames", { { PAGE, 1 }, { "<iframe>x</iframe>", 0 } } },
	{ "scripts in a script", { { PAGE, 1 }, { "<script>", 0 } } },
	{ "a script of half ends", { { PAGE "<script>", 1 }, { "</", 0 } } },
	{ "a script of comments", { { PAGE "<script>", 1 }, { "<!--", 0 } } },
	{ "drawings in a drawing", { { PAGE, 1 }, { "<svg>", 0 } } },
	{ "ampersands", { { PAGE, 1 }, { "&", 0 } } },
	{ "references", { { PAGE, 1 }, { "&hearts;", 0 } } },
	{ "numbers without an end", { { PAGE "&#", 1 }, { "1", 0 } } },
	{ "half numbers", { { PAGE, 1 }, { "&#1", 0 } } },
	{ "references in a value", { { PAGE "<p title=\"", 1 }, { "&amp", 0 }, { "\">", 1 } } },
	{ "relative links", { { PAGE, 1 }, { "<a href=x>", 0 } } },
	{ "links up and down", { { PAGE "<a href=\"", 1 }, { "a/../", 0 }, { "\">", 1 } } },
	{ "links to nowhere", { { PAGE, 1 }, { "<a href='//\"'>", 0 } } },
	{ "images that count readers", { { PAGE, 1 }, { "<img src=a width=1 height=1>", 0 } } },
	{ "bodies", { { PAGE, 1 }, { "<body a=b>", 0 } } },
	{ "documents", { { PAGE, 1 }, { "<html a=b>", 0 } } },
	{ "forms", { { PAGE, 1 }, { "<form><input>", 0 } } },
	{ "words", { { PAGE, 1 }, { "x y ", 0 } } },
	{ "lines", { { PAGE, 1 }, { "\n", 0 } } },
	{ "letters of three bytes", { { PAGE, 1 }, { "\xe3\x81\x82", 0 } } },
};

static uint64_t parse_html(struct tms_str document)
{
	struct tms_arena arena = { 0 };
	struct tms_steps steps = { .left = UINT64_MAX };
	/* depth as it is: libxml2 walks through what is open, and so it never is deeper */
	const struct tms_xml_limits limits = { .nodes = MANY, .names = MANY, .steps = &steps };
	struct tms_xml_node *root = NULL;

	(void)!tms_html_parse(&arena, document, TMS_STR_NONE, &limits, &root, NULL);
	tms_arena_free(&arena);
	return UINT64_MAX - steps.left;
}

static uint64_t clean_html(struct tms_str document)
{
	struct tms_arena arena = { 0 };
	struct tms_steps steps = { .left = UINT64_MAX };
	const struct tms_html_limits limits = { .bytes = MANY, .steps = &steps };
	struct tms_str out = { 0 };

	assert_int_equal(
		tms_html_clean(&arena, document, TMS_STR("http://e.org/a/b"), &limits, &out),
		TMS_OK);
	tms_arena_free(&arena);
	return UINT64_MAX - steps.left;
}

static uint64_t html_as_text(struct tms_str document)
{
	struct tms_arena arena = { 0 };
	struct tms_steps steps = { .left = UINT64_MAX };

	(void)html_to_text(&arena, document, &steps);
	assert_int_equal(arena.status, TMS_OK);
	tms_arena_free(&arena);
	return UINT64_MAX - steps.left;
}

static uint64_t html_as_title(struct tms_str document)
{
	struct tms_arena arena = { 0 };
	struct tms_steps steps = { .left = UINT64_MAX };

	(void)html_line_to_text(&arena, document, &steps);
	assert_int_equal(arena.status, TMS_OK);
	tms_arena_free(&arena);
	return UINT64_MAX - steps.left;
}

static void four_times_the_page_is_four_times_the_work(void **state)
{
	(void)state;
	grows_with_the_document(
		html, TMS_COUNT(html), parse_html, TMS_XML_STEPS_PER_BYTE, TMS_XML_STEPS_LEAST);
}

static void four_times_the_content_is_four_times_the_cleaning(void **state)
{
	(void)state;
	grows_with_the_document(html, TMS_COUNT(html), clean_html, TMS_HTML_CLEAN_STEPS_PER_BYTE,
		TMS_HTML_CLEAN_STEPS_LEAST);
}

static void four_times_the_content_is_four_times_the_work_for_its_text(void **state)
{
	(void)state;
	grows_with_the_document(html, TMS_COUNT(html), html_as_text, TMS_HTML_TEXT_STEPS_PER_BYTE,
		TMS_HTML_TEXT_STEPS_LEAST);
	grows_with_the_document(html, TMS_COUNT(html), html_as_title, TMS_HTML_TEXT_STEPS_PER_BYTE,
		TMS_HTML_TEXT_STEPS_LEAST);
}

static void what_takes_too_many_steps_is_no_html_and_no_text(void **state)
{
	struct tms_arena arena = { 0 };
	struct tms_steps few = { .left = 10 }, none = { .left = 10 };
	const struct tms_html_limits limits = { .steps = &few };
	struct tms_str out = { 0 };
	(void)state;

	assert_int_equal(tms_html_clean(&arena, TMS_STR("<p>a<b>b</b>c<i>d</i>e<u>f</u>g</p>"),
				 TMS_STR_NONE, &limits, &out),
		TMS_ELIMIT);
	assert_null(out.ptr);
	assert_int_equal(few.left, 0);
	assert_int_equal(arena.status, TMS_OK);
	assert_int_equal(
		html_to_text(&arena, TMS_STR("<p>a<b>b</b>c<i>d</i>e<u>f</u>g</p>"), &none).len, 0);
	assert_int_equal(arena.status, TMS_ELIMIT);
	tms_arena_free(&arena);
}

/* ---- charsets ---- */

static const struct grown_kind bytes[] = {
	{ "UTF-8", { { "caf\xc3\xa9 ", 0 } } },
	{ "bytes that are never UTF-8", { { "\xff", 0 } } },
	{ "broken UTF-8", { { "\xe3\x81", 0 } } },
	{ "Latin-1", { { "caf\xe9 ", 0 } } },
	{ "one letter far behind", { { "x", 0 }, { "\xe9", 1 } } },
	{ "controls", { { "\x01\x02", 0 } } },
	{ "shifts of Japanese", { { "\x1b$B", 0 } } },
	{ "half shifts of Japanese", { { "\x1b$", 0 } } },
	{ "labels", { { "<?xml version='1.0' ", 1 }, { "encoding='x' ", 0 } } },
	{ "a label that does not fit",
		{ { "<?xml version='1.0' encoding='utf-16'?>", 1 }, { "<a>\xe9", 0 } } },
	{ "Big5 with broken bytes",
		{ { "<?xml version='1.0' encoding='big5'?>", 1 }, { "\xa4\x40\xff", 0 } } },
	{ "GB 18030 with broken bytes",
		{ { "<?xml version='1.0' encoding='gb18030'?>", 1 }, { "\x81\x30\xff", 0 } } },
	{ "marks of byte order", { { "\xef\xbb\xbf", 0 } } },
};

static uint64_t decode(struct tms_str document)
{
	struct tms_arena arena = { 0 };
	struct tms_steps steps = { .left = UINT64_MAX };
	const struct tms_charset_input in = {
		.body = document, .kind = TMS_CHARSET_XML, .steps = &steps
	};
	struct tms_str out = { 0 };

	assert_int_equal(tms_charset_to_utf8(&arena, &in, &out, NULL, NULL), TMS_OK);
	tms_arena_free(&arena);
	return UINT64_MAX - steps.left;
}

static void four_times_the_bytes_are_four_times_the_decoding(void **state)
{
	(void)state;
	grows_with_the_document(bytes, TMS_COUNT(bytes), decode, TMS_CHARSET_STEPS_PER_BYTE,
		TMS_CHARSET_STEPS_LEAST);
}

static void a_document_that_takes_too_many_steps_is_refused_with_the_name_of_the_limit(void **state)
{
	static const struct {
		const char *why;
		struct tms_str xml;
		uint64_t steps;
		uint32_t line;
	} rows[] = {
		{ "decoding", TMS_STR_INIT("<r>\n<a/></r>"), 0, 0 },
		{ "reading", TMS_STR_INIT("<r>\n<a/><a/><a/><a/><a/></r>"), 12, 2 },
		{ "mending", TMS_STR_INIT("<r>\n<a b='<' <a b='<' <a b='<'/></r>"), 45, 2 },
		{ "reading again", TMS_STR_INIT("<r>\n<a b=c/><a/><a/><a/></r>"), 50, 2 },
	};
	(void)state;

	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_arena arena = { 0 };
		struct tms_steps steps = { .left = rows[i].steps };
		const struct tms_xml_limits limits = { .steps = &steps };
		struct tms_xml_node *root = NULL;
		struct tms_diag diag = { 0 };
		enum tms_status st = tms_xml_parse(
			&arena, rows[i].xml, TMS_STR_NONE, true, &limits, &root, NULL, &diag);
		if (st != TMS_ELIMIT || root)
			fail_msg("%s: read with %llu steps", rows[i].why,
				(unsigned long long)rows[i].steps);
		assert_non_null(strstr(diag.text, "more than the limit of"));
		assert_non_null(strstr(diag.text, " steps "));
		if (diag.line != rows[i].line)
			fail_msg("%s: line %u: %s", rows[i].why, diag.line, diag.text);
		assert_int_equal(steps.left, 0);
		tms_arena_free(&arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(four_times_the_broken_xml_is_four_times_the_work),
		cmocka_unit_test(four_times_the_sound_xml_is_four_times_the_work),
		cmocka_unit_test(four_times_the_page_is_four_times_the_work),
		cmocka_unit_test(four_times_the_content_is_four_times_the_cleaning),
		cmocka_unit_test(four_times_the_content_is_four_times_the_work_for_its_text),
		cmocka_unit_test(what_takes_too_many_steps_is_no_html_and_no_text),
		cmocka_unit_test(four_times_the_bytes_are_four_times_the_decoding),
		cmocka_unit_test(
			a_document_that_takes_too_many_steps_is_refused_with_the_name_of_the_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
