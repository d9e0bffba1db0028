#include "../corpus_files.h"

#include <tamis/buf.h>
#include <tamis/html_clean.h>
#include <tamis/html_text.h>
#include <tamis/url.h>
#include <tamis/utf8.h>
#include <tamis/xml.h>

struct row {
	const char *why, *in, *want;
};

static void check(const struct row *rows, size_t count,
	struct tms_str (*convert)(struct tms_arena *arena, struct tms_str in))
{
	for (size_t i = 0; i < count; i++) {
		struct tms_arena arena = { 0 };
		struct tms_str got = convert(&arena, tms_str_from(rows[i].in));
		if (!tms_str_equal(got, tms_str_from(rows[i].want)))
			fail_msg("%s: got \"%.*s\"", rows[i].why, TMS_STR_ARGS(got));
		assert_int_equal(arena.status, TMS_OK);
		tms_arena_free(&arena);
	}
}

static void fragments_become_paragraphs_of_plain_text(void **state)
{
	static const struct row rows[] = {
		{ "nothing", "", "" },
		{ "plain text", "a  b\n c", "a b c" },
		{ "paragraphs", "<p>a</p>\n<p>b</p>c", "a\n\nb\n\nc" },
		{ "breaks", "a<br>b<br/>\n<br />c", "a\nb\n\nc" },
		{ "a list", "x<ul><li>a</li><li>b<li>c</ul>y", "x\n\na\nb\nc\n\ny" },
		{ "a table", "<table><tr><td>a<td>b</tr><tr><td>c</table>", "a b\nc" },
		{ "inline elements", "a<b>b</b><i> c</i>d", "ab cd" },
		{ "references", "&lt;b&gt; &amp;amp; &eacute;&#233;&#xe9; &nbsp;&hellip; &bogus; &",
			"<b> &amp; \xc3\xa9\xc3\xa9\xc3\xa9 \xe2\x80\xa6 &bogus; &" },
		{ "references without an end", "&lt&copy 2026 AT&T ?a=1&copy=2 &euro",
			"<\xc2\xa9 2026 AT&T ?a=1&copy=2 &euro" },
		{ "numbers as windows-1252", "it&#146;s &#x80;&#0;&#xd800;",
			"it\xe2\x80\x99s \xe2\x82\xac\xef\xbf\xbd\xef\xbf\xbd" },
		{ "unseen content",
			"a<script>if (a<b) '</scrip>'</script><style>b{}</style>"
			"<iframe><p>x</iframe><svg><title>t</title></svg>c",
			"ac" },
		{ "comments", "a<!-- <p> -- > -->b<!-->c<!--->d<!DOCTYPE x>e<?php x ?>f</ x>g",
			"abcdefg" },
		{ "XHTML's empty frame swallows nothing", "a<iframe src='x'/>b", "ab" },
		{ "an unclosed script swallows the rest", "a<script>b", "a" },
		{ "tags with quotes", "<a title=\"x>y\" b='>'>c</a>", "c" },
		{ "an unknown element", "<foo>a</foo>", "a" },
		{ "a lone less-than", "a < b <3 c<", "a < b <3 c<" },
		{ "a tag cut off", "a<b title=\"", "a" },
		{ "preformatted", "<pre>a\n  b\n\nc</pre>d\ne", "a\nb\n\nc\n\nd e" },
		{ "odd spaces",
			"a\xc2\xa0\xe2\x80\xa8"
			"b\xef\xbb\xbf"
			"c\x01",
			"a bc" },
		{ "a whole page", "<html><head><title>t</title></head><body>b</body></html>", "b" },
	};
	(void)state;
	check(rows, TMS_COUNT(rows), tms_html_to_text);
}

static void titles_lose_markup_and_keep_what_only_looks_like_it(void **state)
{
	static const struct row rows[] = {
		{ "plain", "A title", "A title" },
		{ "a newline", "A\n  title ", "A title" },
		{ "markup", "A <b>bold</b> <i>title</i>", "A bold title" },
		{ "a break divides words", "A<br>title", "A title" },
		{ "what runs is not read", "A<script>f(\"<b>\")</script> title", "A title" },
		{ "a word that looks like it", "How to use <script> well", "How to use well" },
		{ "references", "AT&amp;T &#8211; R&D", "AT&T \xe2\x80\x93 R&D" },
		{ "double escapes", "AT&amp;amp;T &amp;lt;b&amp;gt;", "AT&T <b>" },
		{ "an escaped tag is meant literally", "The &lt;b&gt; tag", "The <b> tag" },
		{ "a comparison", "a < b and c > d", "a < b and c > d" },
		{ "a token of language models", "<think> harder: <EOS> tokens",
			"<think> harder: <EOS> tokens" },
		{ "a comparison without spaces", "if a<b then", "if a<b then" },
		{ "LaTeX", "$x<y$ & \\emph{z}", "$x<y$ & \\emph{z}" },
		{ "a heart", "I <3 RL", "I <3 RL" },
	};
	(void)state;
	check(rows, TMS_COUNT(rows), tms_html_title_to_text);
}

static void titles_that_are_html_lose_their_comments(void **state)
{
	static const struct row rows[] = {
		{ "a comment", "A <!-- no --><b>title</b>", "A title" },
		{ "three", "<!-->A<!-- - -> -- --> title<!--->", "A title" },
		{ "not closed, but ended", "A <!-- no > title <!-- no > of two", "A title of two" },
		{ "not closed at all", "A title <!-- of <!-- marks", "A title of marks" },
		{ "closed, then not", "A<!-- --> title<!-- > of <!--two", "A title of two" },
		{ "a word about one", "How to write &lt;!-- x -->", "How to write <!-- x -->" },
		{ "no comment", "a <! b", "a <! b" },
		{ "nothing else", "<!-- x -->", "" },
	};
	(void)state;
	check(rows, TMS_COUNT(rows), tms_html_line_to_text);
}

static void a_comment_stays_in_a_title_that_may_be_plain_text(void **state)
{
	static const struct row rows[] = {
		{ "alone", "<!-- x --> in HTML", "<!-- x --> in HTML" },
		{ "with markup", "<!-- x --> in <b>HTML</b>", "<!-- x --> in HTML" },
	};
	(void)state;
	check(rows, TMS_COUNT(rows), tms_html_title_to_text);
}

static void lines_and_paragraphs_collapse_without_decoding(void **state)
{
	static const struct row lines[] = {
		{ "clean", "a b", "a b" },
		{ "spaces", "  a \n\t b  ", "a b" },
		{ "nothing is decoded", "a &amp; <b>", "a &amp; <b>" },
		{ "controls",
			"a\x01\x7f\xc2\x80"
			"b",
			"ab" },
		{ "broken bytes", "a\xff", "a\xef\xbf\xbd" },
	};
	static const struct row paragraphs[] = {
		{ "one break is a space", "a\nb\r\nc", "a b c" },
		{ "an empty line divides", "a\n\n\n b\n \t\nc", "a\n\nb\n\nc" },
	};
	(void)state;
	check(lines, TMS_COUNT(lines), tms_text_one_line);
	check(paragraphs, TMS_COUNT(paragraphs), tms_text_paragraphs);
}

static void markup_is_told_from_text(void **state)
{
	static const char *const html[] = {
		"a<br>b",
		"a &eacute; b",
		"x</P>",
		"<!-- tracker -->ok",
		"ok <!--more--> and on",
		"<!-- x -->",
		"<!-->a",
		"<!--[if mso]>a<![endif]-->b",
		"<![if !mso]>a<![endif]>",
		"\n<?xml version=\"1.0\"?>\nok",
		"<?xml-stylesheet href='a'?>ok",
		"<!doctype html>ok",
	};
	static const char *const text[] = {
		"a < b & c <think> R&D; &copy",
		"a comment begins with <!-- and what follows is not shown",
		"<!-- begins one",
		"--> ends <!-- what began",
		"write `<!-- x -->`, \"<!-- x -->\", '<!-- x -->' or (<!-- x -->)",
		"\xe2\x80\x9c<!-- x -->\xe2\x80\x9d",
		"documents begin with <?xml version='1.0'?> or <!DOCTYPE html>",
		"<![if IE]> begins what others do not see",
		"<!DOCTYPE",
		"a <! b",
		"",
	};
	(void)state;
	for (size_t i = 0; i < TMS_COUNT(html); i++)
		if (!tms_html_is_likely(tms_str_from(html[i])))
			fail_msg("no HTML: %s", html[i]);
	for (size_t i = 0; i < TMS_COUNT(text); i++)
		if (tms_html_is_likely(tms_str_from(text[i])))
			fail_msg("HTML: %s", text[i]);
}

static void what_a_section_of_cdata_holds_is_kept_of_it(void **state)
{
	static const struct row rows[] = {
		{ "a section", " <![CDATA[ <p>a</p>]]>\n", " <p>a</p>" },
		{ "several", "<![CDATA[a]]]]><![CDATA[>b]]> c<![CDATA[d]]>", "a]]>b cd" },
		{ "nothing in it", "<![CDATA[]]>", "" },
		{ "talk about one", "<![CDATA[ begins what ]]> ends",
			"<![CDATA[ begins what ]]> ends" },
		{ "its end alone", "a]]>", "a]]>" },
		{ "its beginning alone", "<![CDATA[a", "<![CDATA[a" },
		{ "no section", "a b", "a b" },
	};
	(void)state;
	check(rows, TMS_COUNT(rows), tms_cdata_to_text);
}

static struct tms_str clean(struct tms_arena *arena, struct tms_str in)
{
	struct tms_str out = TMS_STR("failed");

	assert_int_equal(
		tms_html_clean(arena, in, TMS_STR("http://e.org/a/b"), NULL, &out), TMS_OK);
	return out;
}

static void cleaning_keeps_what_is_allowed_and_well_formed(void **state)
{
	static const struct row rows[] = {
		{ "allowed", "<p>a <b>b</b><br>c &amp; &eacute; <img src=x.png alt=''></p>",
			"<p>a <b>b</b><br/>c &amp; \xc3\xa9 <img src=\"http://e.org/a/x.png\" alt=\"\"/></p>" },
		{ "unclosed", "<ul><li>a<li>b<p>c<p>d",
			"<ul><li>a</li><li>b<p>c</p><p>d</p></li></ul>" },
		{ "crossed", "<b><i>x</b>y</i>", "<b><i>x</i></b>y" },
		{ "end tags of nothing", "</p></b>x</div>", "x" },
		{ "a table", "<table><tr><td>a<td>b<tr><td>c<table><tr><td>d</table>e</table>f",
			"<table><tr><td>a</td><td>b</td></tr><tr><td>c<table><tr><td>d</td></tr>"
			"</table>e</td></tr></table>f" },
		{ "links", "<a href=' /x?a=1&b=2 ' onclick=x() style=y title='\"t\"'>l</a>",
			"<a href=\"http://e.org/x?a=1&amp;b=2\" title=\"&quot;t&quot;\">l</a>" },
		{ "schemes",
			"<a href=javascript:x>a</a><a href='java&#10;script:x'>b</a>"
			"<a href='&#1;javascript:x'>c</a><a href=data:text/html,x>d</a>"
			"<a href='mailto:a@b.org'>e</a><a href='//f.org'>f</a>",
			"abcd<a href=\"mailto:a@b.org\">e</a><a href=\"http://f.org\">f</a>" },
		{ "images",
			"<img src='mailto:a@b'><img src=data:x><img><img src=/t width=1 height=1>"
			"<img data-src=/lazy>",
			"<img src=\"http://e.org/lazy\"/>" },
		{ "what runs",
			"a<script>x</script><style>y</style><iframe src=/x>z</iframe>"
			"<svg><a xlink:href='javascript:x'>s</a></svg>b",
			"ab" },
		{ "a frame that nobody closed does not swallow the rest",
			"a<iframe src=/x><p>b</p><iframe src=/y>c", "a<p>b</p>c" },
		{ "an object is what stands in it for those who cannot run it",
			"a<object data=/x><param name=y><embed src=/z><p>o</p></object>b",
			"a<p>o</p>b" },
		{ "forms", "<form action=x><input name=y>t<button formaction=z>u</button></form>",
			" t " },
		{ "unknown elements keep their text", "<foo><bar x=y>t</bar></foo>", "t" },
		{ "text is escaped", "a < b > c & d &lt;script&gt;",
			"a &lt; b &gt; c &amp; d &lt;script&gt;" },
		{ "numbers", "<td colspan=2 rowspan='x' width=3>a", "<td colspan=\"2\">a</td>" },
		{ "double attributes", "<p title=a title=b>c", "<p title=\"a\">c</p>" },
		{ "mutation", "<noscript><p title=\"</noscript><img src=x onerror=y>\">",
			"<p title=\"&lt;/noscript&gt;&lt;img src=x onerror=y&gt;\"></p>" },
	};
	(void)state;
	check(rows, TMS_COUNT(rows), clean);
}

static void cleaning_is_bounded(void **state)
{
	struct tms_arena arena = { 0 };
	struct tms_buf deep = { 0 };
	struct tms_str out = { 0 };
	(void)state;

	assert_int_equal(tms_html_clean(&arena, TMS_STR("<p>0123456789</p>"), out,
				 &(struct tms_html_limits){ .bytes = 10 }, &out),
		TMS_ELIMIT);
	assert_null(out.ptr);
	for (int i = 0; i < 50000; i++)
		tms_buf_add_cstr(&deep, "<div><b>");
	double before = cpu_ms();
	assert_int_equal(tms_html_clean(&arena, tms_buf_str(&deep), out, NULL, &out), TMS_OK);
	assert_true(out.len < 3000);
	assert_true(cpu_ms() - before < 250 * BUDGET_FACTOR);
	tms_buf_free(&deep);
	tms_arena_free(&arena);
}

static bool is_safe_attribute(struct tms_str element, const struct tms_xml_attribute *a)
{
	static const char *const allowed[] = { "title", "lang", "dir", "hreflang", "cite",
		"datetime", "start", "reversed", "type", "colspan", "rowspan", "scope", "span",
		"value", "href", "src", "alt", "width", "height" };
	bool listed = false;

	for (size_t i = 0; i < TMS_COUNT(allowed); i++)
		listed = listed || tms_str_equal(a->name, tms_str_from(allowed[i]));
	if (tms_str_equal(a->name, TMS_STR("href")) || tms_str_equal(a->name, TMS_STR("src")) ||
		tms_str_equal(a->name, TMS_STR("cite")))
		return tms_url_is_http(a->value) ||
		       (tms_str_equal(element, TMS_STR("a")) &&
			       tms_str_starts(a->value, TMS_STR("mailto:")));
	return listed;
}

static bool is_safe_element(struct tms_str name)
{
	static const char *const forbidden[] = { "script", "style", "iframe", "object", "embed",
		"form", "input", "button", "textarea", "select", "svg", "math", "base", "meta",
		"link", "noscript", "title", "template", "frameset", "frame", "applet", "video",
		"audio" };

	for (size_t i = 0; i < TMS_COUNT(forbidden); i++)
		if (tms_str_equal_caseless(name, tms_str_from(forbidden[i])))
			return false;
	return true;
}

/* The output must be well-formed, and hold nothing that is not allowed, as XML and as HTML sees it.
 */
static void assert_safe_tree(const char *what, const struct tms_xml_node *root)
{
	for (const struct tms_xml_node *n = root; n; n = tms_xml_next_element(root, n)) {
		if (!is_safe_element(n->name))
			fail_msg("%s: <%.*s> came out", what, TMS_STR_ARGS(n->name));
		for (size_t i = 0; i < n->attributes_count; i++)
			if (!is_safe_attribute(n->name, &n->attributes[i]))
				fail_msg("%s: %.*s=\"%.*s\" came out", what,
					TMS_STR_ARGS(n->attributes[i].name),
					TMS_STR_ARGS(n->attributes[i].value));
	}
}

static void assert_clean(const char *what, struct tms_str html)
{
	struct tms_arena arena = { 0 };
	struct tms_xml_node *root = NULL;
	struct tms_diag diag = { 0 };
	struct tms_str none = { 0 };
	struct tms_str out = clean(&arena, html), again = clean(&arena, out);
	struct tms_str wrapped = tms_arena_format(&arena, "<html>%.*s</html>", TMS_STR_ARGS(out));

	if (tms_xml_parse(&arena, wrapped, none, false, NULL, &root, NULL, &diag) != TMS_OK)
		fail_msg("%s: %s in %.*s", what, diag.text, TMS_STR_ARGS(out));
	assert_safe_tree(what, root);
	if (tms_html_parse(&arena, wrapped, none, NULL, &root, &diag) == TMS_OK)
		assert_safe_tree(what, root);
	if (!tms_str_equal(out, again))
		fail_msg("%s: cleaning twice differs: %.*s", what, TMS_STR_ARGS(again));
	assert_true(tms_utf8_is_valid(tms_html_to_text(&arena, html)));
	assert_true(tms_html_to_text(&arena, html).len <= html.len);
	tms_arena_free(&arena);
}

/* Every text below any element of the feed is taken for HTML. */
static void clean_feed(const char *path, struct tms_str bytes)
{
	struct tms_arena arena = { 0 };
	struct tms_xml_node *root = NULL;
	struct tms_str none = { 0 };

	if (tms_xml_parse(&arena, bytes, none, true, NULL, &root, NULL, NULL) == TMS_OK)
		for (const struct tms_xml_node *n = root; n; n = tms_xml_next_element(root, n))
			assert_clean(path, tms_xml_text(&arena, n));
	tms_arena_free(&arena);
	struct tms_str whole = tms_utf8_sanitise(&arena, bytes, NULL);
	assert_clean(path, whole);
	tms_arena_free(&arena);
}

static void clean_lines(const char *path, struct tms_str bytes)
{
	struct tms_str line = { 0 };

	while (tms_str_split(&bytes, '\n', &line)) {
		struct tms_arena arena = { 0 };
		assert_clean(path, tms_utf8_sanitise(&arena, line, NULL));
		tms_arena_free(&arena);
	}
}

static void nothing_that_runs_comes_out_of_the_public_attack_lists(void **state)
{
	(void)state;
	size_t files = corpus_each("security/feedparser/tests/wellformed/sanitize", clean_feed);
	assert_true(files == 0 || files > 700);
	corpus_each("security/html5lib", clean_lines);
	corpus_each("security/strings", clean_lines);
}

static void in_budget(const char *path, struct tms_str bytes)
{
	struct tms_arena arena = { 0 };
	struct tms_str out = { 0 };
	double before = cpu_ms();
	struct tms_str html = tms_utf8_sanitise(&arena, bytes, NULL);

	(void)tms_html_to_text(&arena, html);
	(void)tms_html_title_to_text(&arena, html);
	(void)tms_html_line_to_text(&arena, html);
	(void)!tms_html_clean(&arena, html, TMS_STR("http://e.org/"), NULL, &out);
	if (cpu_ms() - before > 4 * 250 * BUDGET_FACTOR)
		fail_msg("%s took %.0f ms", path, cpu_ms() - before);
	tms_arena_free(&arena);
}

static void floods_cost_no_more_than_their_length(void **state)
{
	static const char *const again[] = { "<a", "<a b='", "<!--", "<!--x--!>", "<!--x-->", "</x",
		"<script>", "<p>", "&amp", "<a<", "<table><td>", "</p>", "<a href=x ", "&#",
		"<b><i>", "<svg>", "<svg/>" };
	(void)state;
	corpus_each("security/html", in_budget);
	for (size_t i = 0; i < TMS_COUNT(again); i++) {
		struct tms_buf buf = { 0 };
		while (buf.len < 500000)
			tms_buf_add_cstr(&buf, again[i]);
		in_budget(again[i], tms_buf_str(&buf));
		tms_buf_free(&buf);
	}
}

static void what_is_cleaned_is_the_same_when_it_is_cleaned_again(void **state)
{
	static const struct {
		const char *why;
		struct tms_str before, repeated, after;
	} rows[] = {
		{ "a value of nothing but controls", TMS_STR_INIT("<p title='"),
			TMS_STR_INIT("&#1;"), TMS_STR_INIT("'>x</p>") },
		{ "a link that escapes make too long", TMS_STR_INIT("<a href='/"),
			TMS_STR_INIT("\xe3\x81\x82"), TMS_STR_INIT("'>x</a>") },
		{ "a link that is as long as one may be", TMS_STR_INIT("<a href='/"),
			TMS_STR_INIT("aaa"), TMS_STR_INIT("'>x</a>") },
		{ "deeper than what is kept", TMS_STR_INIT("<table><tr><td>"), TMS_STR_INIT("<b>"),
			TMS_STR_INIT("x<td>y") },
	};
	(void)state;

	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_arena arena = { 0 };
		struct tms_buf html = { 0 };
		struct tms_str once = { 0 }, twice = { 0 };
		tms_buf_add(&html, rows[i].before);
		for (int n = 0; n < 2720; n++)
			tms_buf_add(&html, rows[i].repeated);
		tms_buf_add(&html, rows[i].after);
		assert_int_equal(tms_html_clean(&arena, tms_buf_str(&html),
					 TMS_STR("http://e.org/"), NULL, &once),
			TMS_OK);
		assert_int_equal(
			tms_html_clean(&arena, once, TMS_STR("http://e.org/"), NULL, &twice),
			TMS_OK);
		if (!tms_str_equal(once, twice))
			fail_msg("%s", rows[i].why);
		tms_buf_free(&html);
		tms_arena_free(&arena);
	}
}

static void links_against_a_base_that_is_nobodys_are_only_their_text(void **state)
{
	struct tms_arena arena = { 0 };
	struct tms_buf base = { 0 };
	struct tms_str out = { 0 };
	(void)state;

	tms_buf_add_cstr(&base, "http://e.org/");
	while (base.len < 3000)
		tms_buf_add_char(&base, 'a');
	assert_int_equal(
		tms_html_clean(&arena, TMS_STR("<a href='x'>a</a> <a href='http://e.org/y'>b</a>"),
			tms_buf_str(&base), NULL, &out),
		TMS_OK);
	assert_str(out, "a <a href=\"http://e.org/y\">b</a>");
	tms_buf_free(&base);
	tms_arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fragments_become_paragraphs_of_plain_text),
		cmocka_unit_test(titles_lose_markup_and_keep_what_only_looks_like_it),
		cmocka_unit_test(titles_that_are_html_lose_their_comments),
		cmocka_unit_test(a_comment_stays_in_a_title_that_may_be_plain_text),
		cmocka_unit_test(lines_and_paragraphs_collapse_without_decoding),
		cmocka_unit_test(markup_is_told_from_text),
		cmocka_unit_test(what_a_section_of_cdata_holds_is_kept_of_it),
		cmocka_unit_test(cleaning_keeps_what_is_allowed_and_well_formed),
		cmocka_unit_test(cleaning_is_bounded),
		cmocka_unit_test(nothing_that_runs_comes_out_of_the_public_attack_lists),
		cmocka_unit_test(floods_cost_no_more_than_their_length),
		cmocka_unit_test(what_is_cleaned_is_the_same_when_it_is_cleaned_again),
		cmocka_unit_test(links_against_a_base_that_is_nobodys_are_only_their_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
