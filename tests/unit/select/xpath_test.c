/* XPath and CSS find what a browser finds, and what they may cost is bounded. */
#include "test.h"

#include <stdlib.h>

#include <tamis/xpath.h>

#define PLENTY UINT64_C(10000000)

static const char page[] =
	"<html><head><title>Shop</title></head><body>"
	"<div id=top class='a b'><h3>First</h3>"
	"<ul><li class=x>one</li><li title='Zwei' class='x y'>two <b>2</b></li><li>three</li></ul></div>"
	"<dl><dt><a href='/1' data-n=5>A</a></dt><dd>alpha</dd><dt><a href='/2'>B</a></dt>"
	"<dd>beta<p lang=en-GB>p1</p><p>p2</p></dd></dl>"
	"<script type='application/json'>{\"a\":1}</script></body></html>";

static const struct tms_xml_node *document_of(struct tms_arena *arena, const char *html)
{
	struct tms_xml_node *root = NULL;
	struct tms_diag diag = { 0 };

	if (tms_html_parse(arena, tms_str_from(html), TMS_STR_NONE, NULL, &root, &diag) != TMS_OK)
		fail_msg("%s", diag.text);
	return tms_xpath_document(arena, root);
}

/* Texts of what is found, each behind a bar; a text, number or fact as it is. */
static struct tms_str found(struct tms_arena *arena, const struct tms_xml_node *document,
	const char *selector, bool is_css)
{
	struct tms_steps steps = { PLENTY };
	struct tms_xpath_value value;
	struct tms_xpath *xpath = NULL;
	struct tms_diag diag = { 0 };
	struct tms_buf all = { 0 };
	struct tms_str text = tms_str_from(selector);

	enum tms_status st = is_css ? tms_css_parse(arena, text, &xpath, &diag)
				    : tms_xpath_parse(arena, text, &xpath, &diag);
	if (st != TMS_OK)
		fail_msg("%s: %u: %s", selector, diag.column, diag.text);
	st = tms_xpath_find(
		arena, xpath, (struct tms_xpath_node){ .node = document }, &steps, &value);
	assert_int_equal(st, TMS_OK);
	if (value.type != TMS_XPATH_NODES)
		return tms_xpath_value_text(arena, &value);
	for (size_t i = 0; i < value.count; i++) {
		tms_buf_add_char(&all, '|');
		tms_buf_add(&all, tms_xpath_node_text(arena, value.nodes[i], &steps));
	}
	struct tms_str copy = tms_arena_copy(arena, tms_buf_str(&all));
	tms_buf_free(&all);
	return copy;
}

struct row {
	const char *selector, *want;
};

static void check(const struct row *rows, size_t count, bool is_css)
{
	struct tms_arena arena = { 0 };
	const struct tms_xml_node *document = document_of(&arena, page);

	for (size_t i = 0; i < count; i++) {
		struct tms_str got = found(&arena, document, rows[i].selector, is_css);
		if (!tms_str_equal(got, tms_str_from(rows[i].want)))
			fail_msg("%s: got \"%.*s\", expected \"%s\"", rows[i].selector,
				TMS_STR_ARGS(got), rows[i].want);
	}
	tms_arena_free(&arena);
}

static void xpath_finds_what_the_standard_says(void **state)
{
	static const struct row rows[] = {
		{ "//li", "|one|two 2|three" },
		{ "/html/body/div/h3", "|First" },
		{ "//li[2]", "|two 2" },
		{ "//li[last()]", "|three" },
		{ "//li[position() < 3]", "|one|two 2" },
		{ "(//li)[2]/b", "|2" },
		{ "//a/@href", "|/1|/2" },
		{ "//a[@href='/2']", "|B" },
		{ "//dt/following-sibling::dd[1]", "|alpha|betap1p2" },
		{ "//dd/preceding-sibling::dt[1]/a/@href", "|/1|/2" },
		{ "//dd[2]/preceding::a[1]", "|B" },
		{ "//h3/following::a", "|A|B" },
		{ "//b/ancestor::div/@id", "|top" },
		{ "//b/..", "|two 2" },
		{ "//dl/*[self::dd]", "|alpha|betap1p2" },
		{ "//li/text()", "|one|two |three" },
		{ "//p | //h3", "|First|p1|p2" },
		{ "count(//li)", "3" },
		{ "count(//li) * 2 + 1 - -1", "8" },
		{ "7 mod 3 = 1 and 4 div 2 = 2", "true" },
		{ "//li[contains(., 'w') or starts-with(., 'th')]", "|two 2|three" },
		{ "//li[not(@class)]", "|three" },
		{ "//li[@class = 'x' and string-length(.) = 3]", "|one" },
		{ "string(//a[2])", "" },
		{ "normalize-space('  a \n b ')", "a b" },
		{ "concat('a', \"b\", 3)", "ab3" },
		{ "substring-before('1999/04', '/')", "1999" },
		{ "substring-after('1999/04', '/')", "04" },
		{ "substring('12345', 2, 3)", "234" },
		{ "substring('12345', 0)", "12345" },
		{ "translate('bar', 'abc', 'AB')", "BAr" },
		{ "sum(//a/@data-n)", "5" },
		{ "round(2.5) = 3 and floor(2.5) = 2 and ceiling(2.1) = 3", "true" },
		{ "name(//li/..)", "ul" },
		{ "//*[has-class('y')]", "|two 2" },
		{ "//a[@data-n > 4]", "|A" },
		{ "//a[@data-n != 5]", "" },
		{ "//p[lower-case(@lang) = 'en-gb']", "|p1" },
		{ "boolean(//nothing)", "false" },
		{ "descendant::li[1]", "|one" },
	};

	(void)state;
	check(rows, TMS_COUNT(rows), false);
}

static void css_finds_what_a_browser_finds(void **state)
{
	static const struct row rows[] = {
		{ "li", "|one|two 2|three" },
		{ "#top h3", "|First" },
		{ ".x.y", "|two 2" },
		{ "li.y, h3", "|First|two 2" },
		{ "ul > li", "|one|two 2|three" },
		{ "body > li", "" },
		{ "dt + dd", "|alpha|betap1p2" },
		{ "dt ~ dd p", "|p1|p2" },
		{ "li:first-child", "|one" },
		{ "li:last-child", "|three" },
		{ "li:nth-child(2)", "|two 2" },
		{ "li:nth-child(odd)", "|one|three" },
		{ "li:nth-child(-n+2)", "|one|two 2" },
		{ "li:nth-child( 2n + 1 )", "|one|three" },
		{ "li:nth-last-child(1)", "|three" },
		{ "dd:first-of-type", "|alpha" },
		{ "dd:nth-of-type(2) p", "|p1|p2" },
		{ "b:only-child", "|2" },
		{ "li:not(.x)", "|three" },
		{ "li:not(.y, :last-child)", "|one" },
		{ ":is(h3, b)", "|First|2" },
		{ "dd:has(> p)", "|betap1p2" },
		{ "li:has(b) + li", "|three" },
		{ "li:contains('thr')", "|three" },
		{ "a[data-n]", "|A" },
		{ "a[href=\"/2\"]", "|B" },
		{ "li[title=zwei i]", "|two 2" },
		{ "[class~=b] h3", "|First" },
		{ "[lang|=en]", "|p1" },
		{ "script[type^='application/']", "|{\"a\":1}" },
		{ "script[type$=json]", "|{\"a\":1}" },
		{ "a[href*='1']", "|A" },
		{ "a[href^='']", "" },
		{ "dt a@href", "|/1|/2" },
		{ "html:root > head > title", "|Shop" },
		{ "* > b", "|2" },
		{ "a@data-n", "|5" },
	};

	(void)state;
	check(rows, TMS_COUNT(rows), true);
}

/* Selectors begin at the item: its neighbours are reached by a combinator in front, itself by "@". */
static void a_selector_begins_at_the_item(void **state)
{
	static const struct row rows[] = { { "+ dd", "alpha" }, { "~ dd p", "p1" },
		{ "> a@href", "/1" }, { "a", "A" }, { ":scope > a", "A" } };
	struct tms_arena arena = { 0 };
	const struct tms_xml_node *document = document_of(&arena, page);
	struct tms_steps steps = { PLENTY };
	struct tms_xpath_value item, value;
	struct tms_xpath *xpath = NULL;

	(void)state;
	assert_int_equal(tms_css_parse(&arena, TMS_STR("dt"), &xpath, NULL), TMS_OK);
	assert_int_equal(tms_xpath_find(&arena, xpath, (struct tms_xpath_node){ .node = document },
				 &steps, &item),
		TMS_OK);
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		assert_int_equal(
			tms_css_parse(&arena, tms_str_from(rows[i].selector), &xpath, NULL),
			TMS_OK);
		assert_int_equal(
			tms_xpath_find(&arena, xpath, item.nodes[0], &steps, &value), TMS_OK);
		if (value.count == 0)
			fail_msg("%s finds nothing", rows[i].selector);
		assert_str(tms_xpath_node_text(&arena, value.nodes[0], &steps), rows[i].want);
	}
	tms_arena_free(&arena);
}

static void names_with_a_prefix_find_elements_of_a_namespace(void **state)
{
	struct tms_arena arena = { 0 };
	struct tms_xml_node *root = NULL;
	const struct tms_str xml =
		TMS_STR("<r xmlns:dc='urn:dc'><title>a</title><dc:title>b</dc:title></r>");

	(void)state;
	assert_int_equal(
		tms_xml_parse(&arena, xml, TMS_STR_NONE, false, NULL, &root, NULL, NULL), TMS_OK);
	const struct tms_xml_node *document = tms_xpath_document(&arena, root);
	assert_str(found(&arena, document, "//title", false), "|a|b");
	assert_str(found(&arena, document, "//dc:title", false), "|b");
	assert_str(found(&arena, document, "//title[namespace-uri() = '']", false), "|a");
	tms_arena_free(&arena);
}

static void what_is_wrong_is_said_with_its_place(void **state)
{
	static const struct {
		const char *selector;
		bool is_css;
		uint32_t column;
		const char *part;
	} rows[] = {
		{ "", false, 1, "nothing" },
		{ "//li[", false, 6, "step" },
		{ "//li[1", false, 7, "\"]\"" },
		{ "//li]", false, 5, "nothing may follow" },
		{ "//foo::li", false, 3, "axis" },
		{ "frob(1)", false, 1, "function" },
		{ "css:nth(1,2,3)", false, 8, "nothing may follow" },
		{ "contains('a')", false, 1, "another number of arguments" },
		{ "//a[@b='c]", false, 8, "quote" },
		{ "$x", false, 1, "variables" },
		{ "//comment()", false, 3, "step" },
		{ "", true, 1, "nothing" },
		{ "li >", true, 5, "expected a selector" },
		{ "li:hover", true, 4, "pseudo-class" },
		{ "li::before", true, 4, "pseudo-class" },
		{ "li:nth-child(x)", true, 14, "2n+1" },
		{ "li[a", true, 5, "]" },
		{ "li[=x]", true, 4, "attribute" },
		{ "li:not(a b)", true, 10, "one element" },
		{ "a@", true, 3, "\"@\"" },
		{ "a@href b", true, 8, "does not belong" },
		{ ".", true, 2, "class" },
		{ "li,, a", true, 4, "expected a selector" },
	};

	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_arena arena = { 0 };
		struct tms_xpath *xpath = NULL;
		struct tms_diag diag = { 0 };
		struct tms_str text = tms_str_from(rows[i].selector);
		enum tms_status st = rows[i].is_css ? tms_css_parse(&arena, text, &xpath, &diag)
						    : tms_xpath_parse(&arena, text, &xpath, &diag);
		if (st != TMS_EINVAL || diag.column != rows[i].column ||
			!strstr(diag.text, rows[i].part))
			fail_msg("%s: status %d, column %u: %s", rows[i].selector, st, diag.column,
				diag.text);
		tms_arena_free(&arena);
	}
}

static void selectors_are_bounded_in_size_and_depth(void **state)
{
	struct tms_arena arena = { 0 };
	struct tms_xpath *xpath = NULL;
	struct tms_diag diag = { 0 };
	char deep[200] = "", wide[3000] = "1";

	(void)state;
	for (int i = 0; i < 60; i++)
		strncat(deep, "a[", sizeof(deep) - strlen(deep) - 1);
	assert_int_equal(tms_xpath_parse(&arena, tms_str_from(deep), &xpath, &diag), TMS_ELIMIT);
	for (int i = 0; i < 700; i++)
		strncat(wide, "+1", sizeof(wide) - strlen(wide) - 1);
	assert_int_equal(tms_xpath_parse(&arena, tms_str_from(wide), &xpath, &diag), TMS_ELIMIT);
	char *long_one = calloc(1, TMS_XPATH_BYTES_MAX + 2);
	memset(long_one, 'a', TMS_XPATH_BYTES_MAX + 1);
	assert_int_equal(tms_css_parse(&arena, tms_str_from(long_one), &xpath, &diag), TMS_ELIMIT);
	free(long_one);
	tms_arena_free(&arena);
}

/* libxml2 took 14 s for the first of these on 20,000 paragraphs, within its own limit of operations. */
static void what_would_be_quadratic_ends_when_its_steps_are_used(void **state)
{
	static const char *const selectors[] = { "//p[contains(.., 'zz')]", "//p[/ = 'x']",
		"//p[count(//p) = 1]", "//p[preceding::p[1] = 'x']", "//*[//p = //p/text()]",
		"//p/following::p[preceding::p]" };
	struct tms_arena arena = { .max_bytes = (size_t)256 << 20 };
	struct tms_buf html = { 0 };

	(void)state;
	for (int i = 0; i < 20000; i++)
		tms_buf_format(&html, "<p>word%d</p>", i);
	tms_buf_add_char(&html, '\0');
	const struct tms_xml_node *document = document_of(&arena, html.ptr);
	for (size_t i = 0; i < TMS_COUNT(selectors); i++) {
		struct tms_steps steps = { 2000000 };
		struct tms_xpath_value value;
		struct tms_xpath *xpath = NULL;
		size_t mark = tms_arena_mark(&arena);
		assert_int_equal(
			tms_xpath_parse(&arena, tms_str_from(selectors[i]), &xpath, NULL), TMS_OK);
		enum tms_status st = tms_xpath_find(
			&arena, xpath, (struct tms_xpath_node){ .node = document }, &steps, &value);
		if (st != TMS_ELIMIT || steps.left != 0)
			fail_msg("%s: status %d, %llu steps left", selectors[i], st,
				(unsigned long long)steps.left);
		tms_arena_rewind(&arena, mark);
	}
	tms_buf_free(&html);
	tms_arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(xpath_finds_what_the_standard_says),
		cmocka_unit_test(css_finds_what_a_browser_finds),
		cmocka_unit_test(a_selector_begins_at_the_item),
		cmocka_unit_test(names_with_a_prefix_find_elements_of_a_namespace),
		cmocka_unit_test(what_is_wrong_is_said_with_its_place),
		cmocka_unit_test(selectors_are_bounded_in_size_and_depth),
		cmocka_unit_test(what_would_be_quadratic_ends_when_its_steps_are_used),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
