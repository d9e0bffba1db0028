/*
 * What reading foreign bytes costs, in counted steps: four times the document is at most four and a half times the
 * work, whatever it is made of, and no document takes what its size allows. The kinds are made to be hard: each once
 * was, or could be, dearer than its size.
 */
#include "grown.h"

#include <stdlib.h>

#include <tamis/xml.h>

#define BYTES 16384
#define TIMES 4
#define MOST_TIMES 4.5
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
		cmocka_unit_test(
			a_document_that_takes_too_many_steps_is_refused_with_the_name_of_the_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
