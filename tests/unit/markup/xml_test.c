#include "../corpus_files.h"
#include "../xml_find.h"

#include <tamis/buf.h>
#include <tamis/xml.h>

#define CPU_BUDGET_MS (250 * BUDGET_FACTOR)
#define MEMORY_BUDGET_BYTES ((size_t)64 << 20)

struct reading {
	struct tms_arena arena;
	struct tms_xml_node *root;
	struct tms_xml_report report;
	struct tms_diag diag;
	enum tms_status status;
};

static void read_xml(struct reading *r, struct tms_str xml, bool recover)
{
	*r = (struct reading){ 0 };
	r->status = tms_xml_parse(&r->arena, xml, (struct tms_str){ 0 }, recover, NULL, &r->root,
		&r->report, &r->diag);
}

static void read_html(struct reading *r, struct tms_str html)
{
	*r = (struct reading){ 0 };
	r->status =
		tms_html_parse(&r->arena, html, (struct tms_str){ 0 }, NULL, &r->root, &r->diag);
}

static struct tms_str text_of(struct reading *r)
{
	return tms_xml_text(&r->arena, r->root);
}

static void a_tree_holds_names_namespaces_values_and_text_decoded(void **state)
{
	struct reading r;
	(void)state;

	read_xml(&r,
		TMS_STR("<?xml version='1.0'?>\n<a:feed xmlns:a='urn:x' xmlns='urn:y' "
			"l='1 &amp; 2 &#38; &lt; &#233;' a:m='q'>\n"
			"<t>x &amp; y<![CDATA[ <b> ]]>&#233;</t><!-- c --><?p i?><t/><u>1</u><t>z</t>"
			"</a:feed>"),
		false);
	assert_int_equal(r.status, TMS_OK);
	assert_str(r.root->name, "feed");
	assert_str(r.root->ns, "urn:x");
	assert_str(tms_xml_attribute_value(r.root, "l"), "1 & 2 & < \xc3\xa9");
	assert_str(tms_xml_attribute_ns(r.root, "urn:x", "m"), "q");
	assert_int_equal(tms_xml_attribute_value(r.root, "m").len, 0);
	const struct tms_xml_node *t = xml_child(r.root, "urn:y", "t");
	assert_str(tms_xml_text(&r.arena, t), "x & y <b> \xc3\xa9");
	assert_int_equal(t->line, 3);
	t = xml_next_same(xml_next_same(t));
	assert_str(tms_xml_text(&r.arena, t), "z");
	assert_null(xml_next_same(t));
	assert_null(xml_child(r.root, "", "t"));
	assert_false(r.report.recovered);
	tms_arena_free(&r.arena);
}

static void elements_are_walked_in_document_order(void **state)
{
	struct reading r;
	char seen[16] = { 0 };
	size_t count = 0;
	(void)state;

	read_xml(&r, TMS_STR("<a>1<b><c/>2</b><d/><e><f/></e></a>"), false);
	for (const struct tms_xml_node *n = r.root; n; n = tms_xml_next_element(r.root, n))
		seen[count++] = n->name.ptr[0];
	assert_string_equal(seen, "abcdef");
	assert_null(tms_xml_next_element(r.root->last_child, r.root->last_child->first_child));
	tms_arena_free(&r.arena);
}

static void ill_formed_feeds_are_read_as_people_meant_them(void **state)
{
	static const struct {
		const char *why;
		struct tms_str in;
		const char *text;
	} rows[] = {
		{ "HTML entities without a DTD", TMS_STR_INIT("<r>a&nbsp;b &eacute;&ndash;</r>"),
			"a\xc2\xa0"
			"b \xc3\xa9\xe2\x80\x93" },
		{ "bare ampersands", TMS_STR_INIT("<r>AT&T, a & b, ?x=1&y=2</r>"),
			"AT&T, a & b, ?x=1&y=2" },
		{ "references after a fault", TMS_STR_INIT("<r>& &amp; &lt;b&gt; &#65;</r>"),
			"& & <b> A" },
		{ "a bare less-than", TMS_STR_INIT("<r>1 < 2 & 3</r>"), "1 < 2 & 3" },
		{ "white space before the declaration",
			TMS_STR_INIT("\n <?xml version='1.0'?><r>x</r>"), "x" },
		{ "a warning of PHP before it", TMS_STR_INIT("Warning: x\n<r>x</r>"), "x" },
		{ "forbidden character references", TMS_STR_INIT("<r>a&#8;b&#0;c</r>"),
			"a\xef\xbf\xbd"
			"b\xef\xbf\xbd"
			"c" },
		{ "CDATA is left alone", TMS_STR_INIT("<r>&<![CDATA[a&nbsp;< b]]></r>"),
			"&a&nbsp;< b" },
		{ "junk at the end", TMS_STR_INIT("<r>x</r>trailing"), "x" },
	};
	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct reading r;
		read_xml(&r, rows[i].in, true);
		if (r.status != TMS_OK || !r.report.recovered)
			fail_msg("%s: %s", rows[i].why, r.diag.text);
		assert_true(r.report.first_fault.text[0] != '\0');
		assert_str(text_of(&r), rows[i].text);
		tms_arena_free(&r.arena);
		read_xml(&r, rows[i].in, false);
		if (r.status != TMS_EMALFORMED)
			fail_msg("%s: accepted although strict", rows[i].why);
		tms_arena_free(&r.arena);
	}
}

/* The tree as text: "name(child 'text')". */
static void show(struct tms_buf *out, const struct tms_xml_node *node)
{
	for (; node; node = node->next) {
		if (out->len > 0 && out->ptr[out->len - 1] != '(')
			tms_buf_add_char(out, ' ');
		if (node->name.len == 0) {
			tms_buf_format(out, "'%.*s'", TMS_STR_ARGS(node->text));
			continue;
		}
		tms_buf_add(out, node->name);
		for (size_t i = 0; i < node->attributes_count; i++)
			tms_buf_format(out, " %.*s=%.*s", TMS_STR_ARGS(node->attributes[i].name),
				TMS_STR_ARGS(node->attributes[i].value));
		if (node->first_child) {
			tms_buf_add_char(out, '(');
			show(out, node->first_child);
			tms_buf_add_char(out, ')');
		}
	}
}

static void crossed_and_missing_tags_end_where_they_were_meant_to(void **state)
{
	static const struct {
		const char *why, *in, *tree, *mended;
	} rows[] = {
		{ "an item without an end",
			"<rss><channel><item><guid>1</guid><item><guid>2</guid>"
			"</item></channel></rss>",
			"rss(channel(item(guid('1')) item(guid('2'))))",
			"1 element without an end tag (<item>) in line 1" },
		{ "a title without an end",
			"<rss><channel><item><title>a<link>l</link></item>"
			"<item>b</item></channel></rss>",
			"rss(channel(item(title('a') link('l')) item('b')))",
			"1 element without an end tag (<title>) in line 1" },
		{ "an Atom link that was left open",
			"<feed><entry><link href='l'><id>1</id></entry></feed>",
			"feed(entry(link href=l id('1')))",
			"1 element without an end tag (<link>) in line 1" },
		{ "a description without an end",
			"<rss><item><description>d <b>x</b><guid>1</guid></item></rss>",
			"rss(item(description('d ' b('x')) guid('1')))",
			"1 element without an end tag (<description>) in line 1" },
		{ "tags that cross", "<r><b><i>x</b></i>y</r>", "r(b(i('x')) 'y')",
			"1 element without an end tag (<i>) in line 1; "
			"1 end tag that closes nothing (</i>) in line 1" },
		{ "an end tag in another case", "<r><Title>x</title>y</r>", "r(Title('x') 'y')",
			"" },
		{ "HTML in a description",
			"<r><description>a<br>b<p>c<p>d<img src=e.png></description>"
			"</r>",
			"r(description('a' br 'b' p('c') p('d' img src=e.png)))",
			"1 tag with ill-formed attributes (<img>) in line 1; "
			"2 elements without an end tag (<p>), the first in line 1" },
		{ "attributes as in HTML", "<r a=1 b c='<x>' a=\"2\" d=http://e.org/>\n</r>",
			"r a=1 b=b c=<x> d=http://e.org/('\n')", NULL },
		{ "a quote that was forgotten", "<r><a href=\"l>x</a><b c=\"d\"/></r>",
			"r(a href=l('x') b c=d)",
			"1 tag with ill-formed attributes (<a>) in line 1" },
		{ "less than, as text", "<r>a <b and c > d</r>", "r('a ' b and=and c=c(' d'))",
			NULL },
		{ "less than before a tag", "<r>a <b and <i>c</i></r>", "r('a <b and ' i('c'))",
			"1 \"<\" that opens nothing in line 1" },
		{ "CDATA without an end", "<r>\n<t><![CDATA[a<b]</t><u>c</u></r>",
			"r('\n' t('a<b]') u('c'))",
			"1 section without an end (<![CDATA[) in line 2" },
		{ "the end of CDATA alone", "<r>a ]]> b</r>", "r('a ]]> b')", NULL },
		{ "HTML before the feed",
			"<br />\n<b>Warning</b>: x<br>\n<?xml version='1.0'?>\n<rss>a</rss>",
			"rss('a')",
			"text before the document in line 1; "
			"an XML declaration that is not at the start in line 3" },
		{ "a second document behind the first", "<r>a</r>\n<!-- ok -->\n<r>b</r>", "r('a')",
			"text behind the document in line 3" },
		{ "a DOCTYPE of HTML inside", "<r>a<!DOCTYPE html>b</r>", "r('ab')", NULL },
	};
	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct reading r;
		struct tms_buf tree = { 0 }, told = { 0 };
		read_xml(&r, tms_str_from(rows[i].in), true);
		if (r.status != TMS_OK || r.report.truncated || !r.report.recovered)
			fail_msg("%s: %s", rows[i].why, r.diag.text);
		show(&tree, r.root);
		for (size_t k = 0; k < r.report.mended_count; k++)
			tms_buf_format(&told, "%s%s", k ? "; " : "", r.report.mended[k].text);
		if (!tms_str_equal(tms_buf_str(&tree), tms_str_from(rows[i].tree)))
			fail_msg("%s: %.*s", rows[i].why, TMS_STR_ARGS(tms_buf_str(&tree)));
		if (rows[i].mended && rows[i].mended[0] != '\0' &&
			!tms_str_equal(tms_buf_str(&told), tms_str_from(rows[i].mended)))
			fail_msg(
				"%s: told \"%.*s\"", rows[i].why, TMS_STR_ARGS(tms_buf_str(&told)));
		if (told.len == 0)
			fail_msg("%s: mended without a word", rows[i].why);
		tms_buf_free(&tree);
		tms_buf_free(&told);
		tms_arena_free(&r.arena);
	}
}

static void what_was_mended_is_counted_with_its_first_line(void **state)
{
	static const struct {
		const char *why, *in, *want;
	} rows[] = {
		{ "counted", "<r>\na & b &amp; c&d\n& e</r>",
			"3 bare ampersands, the first in line 2" },
		{ "names", "<r>&nbsp;\n&eacute;</r>",
			"2 entities that are not declared (&nbsp;), the first in line 1" },
		{ "numbers", "<r>\n\n&#8;&</r>",
			"1 bare ampersand in line 3; 1 reference to a forbidden character (&#8;) in line 3" },
		{ "the charset too", "<?xml version='1.0' encoding='us-ascii'?><r>\xc3\xa9 &</r>",
			"the charset \"us-ascii\" that the document names does not fit the bytes; read "
			"as utf-8; 1 bare ampersand in line 1" },
		{ "the charset alone", "<?xml version='1.0' encoding='klingon'?><r>\xc3\xa9</r>",
			"the charset \"klingon\" that the document names is not known; read as utf-8" },
		{ "bytes", "<r>\xc3\xa9 \xff \xfe\xc3\xa9</r>",
			"2 bytes that stand for no character, as U+FFFD" },
		{ "where it ends", "<r>\n<i>a &\n<i>b",
			"1 bare ampersand in line 2; the document ends inside <i>" },
		{ "nothing", "<r>a</r>", "" },
		{ "an external DTD may declare them", "<!DOCTYPE r SYSTEM 'r.dtd'><r>&nbsp;</r>",
			"" },
	};
	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct reading r;
		struct tms_buf told = { 0 };
		read_xml(&r, tms_str_from(rows[i].in), true);
		assert_int_equal(r.status, TMS_OK);
		for (size_t k = 0; k < r.report.mended_count; k++)
			tms_buf_format(&told, "%s%s", k ? "; " : "", r.report.mended[k].text);
		if (!tms_str_equal(tms_buf_str(&told), tms_str_from(rows[i].want)))
			fail_msg("%s: \"%.*s\"", rows[i].why, TMS_STR_ARGS(tms_buf_str(&told)));
		tms_buf_free(&told);
		tms_arena_free(&r.arena);
	}
}

static void a_bare_ampersand_in_an_address_survives(void **state)
{
	struct reading r;
	(void)state;

	read_xml(&r, TMS_STR("<r><l href='http://e.org/?a=1&b=2&amp;c=3&eacute;'/></r>"), true);
	assert_int_equal(r.status, TMS_OK);
	assert_str(tms_xml_attribute_value(r.root->first_child, "href"),
		"http://e.org/?a=1&b=2&c=3\xc3\xa9");
	tms_arena_free(&r.arena);
}

static void text_from_the_wrong_charset_is_put_right(void **state)
{
	static const struct {
		const char *why, *in, *text;
	} rows[] = {
		{ "a quote of windows-1252 as a reference", "<r>don&#146;t</r>", "don’t" },
		{ "as a control", "<r>don\xc2\x92t</r>", "don’t" },
		{ "UTF-8 as references to its bytes", "<r>&#226;&#128;&#166;</r>", "…" },
		{ "UTF-8 written twice", "<r>caf\xc3\x83\xc2\xa9 \xc3\x83\xc2\xa0</r>", "café à" },
		{ "Latin letters beside each other", "<r>SÃO, Âge, naïve «Ã»</r>",
			"SÃO, Âge, naïve «Ã»" },
		{ "twice, beside what is not", "<r>caf\xc3\x83\xc2\xa9 €</r>",
			"caf\xc3\x83\xc2\xa9 €" },
		{ "controls without a letter", "<r>a\xc2\x81</r>", "a\xc2\x81" },
	};
	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct reading r;
		read_xml(&r, tms_str_from(rows[i].in), true);
		assert_int_equal(r.status, TMS_OK);
		if (!tms_str_equal(text_of(&r), tms_str_from(rows[i].text)))
			fail_msg("%s: %.*s", rows[i].why, TMS_STR_ARGS(text_of(&r)));
		tms_arena_free(&r.arena);
	}
}

static void an_undeclared_prefix_stays_with_its_name(void **state)
{
	struct reading r;
	(void)state;

	read_xml(&r, TMS_STR("<r><dc:title dc:x='1'>no</dc:title><title>yes</title></r>"), false);
	assert_int_equal(r.status, TMS_OK);
	assert_str(tms_xml_text(&r.arena, xml_child(r.root, "", "title")), "yes");
	assert_str(tms_xml_attribute_value(xml_child(r.root, "", "dc:title"), "dc:x"), "1");
	tms_arena_free(&r.arena);
}

static void a_document_cut_off_keeps_what_came_before(void **state)
{
	struct reading r;
	(void)state;

	read_xml(&r, TMS_STR("<r><i>one</i>\n<i>tw"), true);
	assert_int_equal(r.status, TMS_OK);
	assert_true(r.report.truncated);
	assert_true(r.report.recovered);
	assert_string_equal(
		r.report.first_fault.text, "not well-formed XML: the document ends inside <i>");
	assert_int_equal(r.report.first_fault.line, 2);
	assert_str(tms_xml_text(&r.arena, r.root->last_child), "tw");
	tms_arena_free(&r.arena);
	read_xml(&r, TMS_STR("<r><i>one</i></r>"), true);
	assert_false(r.report.truncated);
	tms_arena_free(&r.arena);
}

static void a_doctype_without_declarations_is_no_harm(void **state)
{
	struct reading r;
	(void)state;

	read_xml(&r,
		TMS_STR("<!DOCTYPE rss PUBLIC '-//Netscape Communications//DTD RSS 0.91//EN' "
			"'http://my.netscape.com/publish/formats/rss-0.91.dtd'>"
			"<rss><t a='&eacute;'>&eacute;</t></rss>"),
		false);
	assert_int_equal(r.status, TMS_OK);
	assert_false(r.report.recovered);
	assert_str(text_of(&r), "\xc3\xa9");
	assert_str(tms_xml_attribute_value(r.root->first_child, "a"), "\xc3\xa9");
	tms_arena_free(&r.arena);
}

static void declarations_in_a_dtd_are_refused_with_the_reason(void **state)
{
	static const struct tms_str rows[] = {
		TMS_STR_INIT("<!DOCTYPE r [<!ENTITY a 'b'>]><r>&a;</r>"),
		TMS_STR_INIT("<!DOCTYPE r [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><r>&a;</r>"),
		TMS_STR_INIT("<!DOCTYPE r [<!ENTITY % a 'b'>%a;]><r/>"),
		TMS_STR_INIT("<!DOCTYPE r [<!ENTITY a SYSTEM 'x' NDATA y>]><r/>"),
		TMS_STR_INIT("<!DOCTYPE r [<!ATTLIST r a CDATA 'b'>]><r/>"),
		TMS_STR_INIT("<!DOCTYPE r [<!ATTLIST r a (x|y) 'x'>]><r/>"),
	};
	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct reading r;
		read_xml(&r, rows[i], true);
		assert_int_equal(r.status, TMS_EMALFORMED);
		assert_null(r.root);
		assert_non_null(strstr(r.diag.text, "DTD"));
		tms_arena_free(&r.arena);
	}
}

static void each_limit_is_named_when_it_is_reached(void **state)
{
	static const struct {
		struct tms_xml_limits limits;
		const char *words;
	} rows[] = {
		{ { .bytes = 20 }, "the limit is 20" },
		{ { .nodes = 3 }, "limit of 3 elements" },
		{ { .depth = 2 }, "limit of 2 elements inside" },
		{ { .attributes = 2 }, "limit of 2 attributes" },
	};
	struct tms_str in = TMS_STR("<r><i a='1' b='2' c='3'>one<j>x</j></i></r>");
	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++)
		for (int html = 0; html < 2; html++) {
			struct tms_arena arena = { 0 };
			struct tms_diag diag = { 0 };
			struct tms_xml_node *root = NULL;
			enum tms_status st =
				html ? tms_html_parse(&arena, in, in, &rows[i].limits, &root, &diag)
				     : tms_xml_parse(&arena, in, in, true, &rows[i].limits, &root,
					       NULL, &diag);
			if (st != TMS_ELIMIT || !strstr(diag.text, rows[i].words))
				fail_msg("row %zu: %s", i, diag.text);
			assert_null(root);
			tms_arena_free(&arena);
		}
}

/* A tag of many attributes is told before libxml2 looks at it; what is text is not counted. */
static void attributes_are_counted_within_a_tag(void **state)
{
	static const struct {
		const char *why, *before, *again, *after;
		bool is_flood;
	} rows[] = {
		{ "a tag", "<r><i", " a='x'", "/></r>", true },
		{ "signs in values", "<r><i", " a='>' b = \">'\"", "/></r>", true },
		{ "a value without blanks before it", "<r><i b='>'", " a='x'", "/></r>", true },
		{ "in a comment", "<r><!-- <i", " a='x'", "--></r>", true },
		{ "escaped HTML", "<r><i>", "&lt;a href='x'>y&lt;/a> b='x'", "</i></r>", false },
		{ "behind an attribute", "<r><i b='x'>", " a='x'", "</i></r>", false },
	};
	const struct tms_xml_limits limits = { .attributes = 100 };
	(void)state;

	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_buf text = { 0 };
		struct tms_arena arena = { 0 };
		struct tms_diag diag = { 0 };
		struct tms_xml_node *root = NULL;
		tms_buf_add_cstr(&text, rows[i].before);
		for (size_t k = 0; k < 200; k++)
			tms_buf_add_cstr(&text, rows[i].again);
		tms_buf_add_cstr(&text, rows[i].after);
		enum tms_status st = tms_xml_parse(&arena, tms_buf_str(&text), TMS_STR_NONE, true,
			&limits, &root, NULL, &diag);
		if ((st == TMS_ELIMIT) != rows[i].is_flood)
			fail_msg("%s: %s", rows[i].why, diag.text);
		tms_arena_free(&arena);
		tms_buf_free(&text);
	}
}

static void running_out_of_arena_is_a_status_and_no_crash(void **state)
{
	struct tms_str in = TMS_STR("<r a='b'><i>one</i><j>tw\xe9 & &eacute;</j></r>");
	size_t failures = 0;
	(void)state;

	for (size_t max = 16; max < 4096; max += 16) {
		struct tms_arena arena = { .max_bytes = max };
		struct tms_xml_node *root = NULL;
		enum tms_status st = tms_xml_parse(
			&arena, in, (struct tms_str){ 0 }, true, NULL, &root, NULL, NULL);
		failures += st == TMS_ELIMIT;
		assert_true(st == TMS_ELIMIT || (st == TMS_OK && root));
		tms_arena_free(&arena);
	}
	assert_in_range(failures, 10, 250);
}

static void html_becomes_a_tree_of_lower_case_names(void **state)
{
	struct reading r;
	(void)state;

	read_html(&r,
		TMS_STR("<!DOCTYPE html><BODY><div ID=main data-props=\"{&quot;a&quot;:1}\" hidden>a&amp;b"
			"<br>&eacute;<script>if (a<b) x()</script></div></body></html>tail"));
	assert_int_equal(r.status, TMS_OK);
	assert_str(r.root->name, "html");
	const struct tms_xml_node *div = xml_child(xml_child(r.root, "", "body"), "", "div");
	assert_non_null(div);
	assert_str(tms_xml_attribute_value(div, "id"), "main");
	assert_str(tms_xml_attribute_value(div, "data-props"), "{\"a\":1}");
	assert_str(tms_xml_text(&r.arena, div), "a&b\xc3\xa9if (a<b) x()");
	tms_arena_free(&r.arena);
	read_html(&r, TMS_STR("  "));
	assert_int_equal(r.status, TMS_EMALFORMED);
	tms_arena_free(&r.arena);
}

static void reads_or_refuses_in_budget(const char *path, struct tms_str bytes, bool html)
{
	struct reading r;
	double before = cpu_ms();

	if (html)
		read_html(&r, bytes);
	else
		read_xml(&r, bytes, true);
	double used = cpu_ms() - before;
	if (used > CPU_BUDGET_MS)
		fail_msg("%s took %.0f ms", path, used);
	if (r.arena.used_bytes > MEMORY_BUDGET_BYTES)
		fail_msg("%s took %zu bytes", path, r.arena.used_bytes);
	if (r.status != TMS_OK && r.diag.text[0] == '\0')
		fail_msg("%s: refused without a reason", path);
	if (r.status == TMS_OK) {
		struct tms_str text = text_of(&r);
		if (tms_str_find(text, TMS_STR("root:x:0"), 0) != SIZE_MAX)
			fail_msg("%s: a local file came out", path);
	}
	tms_arena_free(&r.arena);
}

static void xml_in_budget(const char *path, struct tms_str bytes)
{
	reads_or_refuses_in_budget(path, bytes, false);
}

static void html_in_budget(const char *path, struct tms_str bytes)
{
	reads_or_refuses_in_budget(path, bytes, true);
}

static void hostile_files_cost_little_and_load_nothing(void **state)
{
	(void)state;
	corpus_each("security/xml", xml_in_budget);
	corpus_each("security/html", html_in_budget);
	corpus_each("security/xml", html_in_budget);
	corpus_each("security/html", xml_in_budget);
	corpus_each("security/xxe-patt/XXE Injection/Files", xml_in_budget);
	corpus_each("security/html5lib", html_in_budget);
	corpus_each("security/feedparser/tests/illformed", xml_in_budget);
	corpus_each("security/feedparser/tests/wellformed/xml", xml_in_budget);
}

/* `again` many times; each "%" in it becomes the number of the round. */
static void grow(struct tms_buf *buf, const char *before, const char *again, size_t times)
{
	tms_buf_add_cstr(buf, before);
	for (size_t i = 0; i < times; i++)
		for (const char *p = again; *p; p++)
			if (*p == '%')
				tms_buf_format(buf, "%zu", i);
			else
				tms_buf_add_char(buf, *p);
}

static void large_bombs_cost_little_too(void **state)
{
	static const struct {
		const char *before, *again;
		size_t times;
	} rows[] = {
		{ "<a ", "a%=1 ", 200000 },
		{ "<a ", "a%='1' ", 200000 },
		{ "<a b=\">", "<i a%='1' ", 100000 },
		{ "<!-- <x a=\" --><y ", "a%='1' ", 100000 },
		{ "<script><!--</script><y ", "a%=1 ", 100000 },
		{ "<r><!--", "- ", 2000000 },
		{ "<r a='", "xxxxxxxx", 600000 },
		{ "<r a='", "&amp;", 600000 },
		{ "<r a=", "xxxxxxxx", 600000 },
		{ "<r>", "<a b='%'/>", 200000 },
		{ "<r>", "&amp", 1000000 },
		{ "<r>", "&nbsp;", 700000 },
		{ "<r><![CDATA[", "]] >", 500000 },
		{ "<r>", "<![CDATA[x]]>", 300000 },
		{ "<r>", "<?a b?>", 300000 },
		{ "<r>", "<p><b>x</p>", 100000 },
		{ "<r>", "<select><option>", 100000 },
		{ "<r>", "</x>", 500000 },
		{ "<r>", "<", 1000000 },
		{ "<", "a", 1000000 },
		{ "<r><", "a:", 100000 },
		{ "<!DOCTYPE r [", "<!ELEMENT a% ANY>", 100000 },
		{ "<!DOCTYPE r [<!ELEMENT a ", "(", 100000 },
		{ "<!DOCTYPE ", "[", 300000 },
	};
	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_buf buf = { 0 };
		char name[40];
		grow(&buf, rows[i].before, rows[i].again, rows[i].times);
		(void)snprintf(name, sizeof(name), "row %zu", i);
		xml_in_budget(name, tms_buf_str(&buf));
		html_in_budget(name, tms_buf_str(&buf));
		tms_buf_free(&buf);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_tree_holds_names_namespaces_values_and_text_decoded),
		cmocka_unit_test(elements_are_walked_in_document_order),
		cmocka_unit_test(ill_formed_feeds_are_read_as_people_meant_them),
		cmocka_unit_test(crossed_and_missing_tags_end_where_they_were_meant_to),
		cmocka_unit_test(what_was_mended_is_counted_with_its_first_line),
		cmocka_unit_test(a_bare_ampersand_in_an_address_survives),
		cmocka_unit_test(text_from_the_wrong_charset_is_put_right),
		cmocka_unit_test(an_undeclared_prefix_stays_with_its_name),
		cmocka_unit_test(a_document_cut_off_keeps_what_came_before),
		cmocka_unit_test(a_doctype_without_declarations_is_no_harm),
		cmocka_unit_test(declarations_in_a_dtd_are_refused_with_the_reason),
		cmocka_unit_test(each_limit_is_named_when_it_is_reached),
		cmocka_unit_test(attributes_are_counted_within_a_tag),
		cmocka_unit_test(running_out_of_arena_is_a_status_and_no_crash),
		cmocka_unit_test(html_becomes_a_tree_of_lower_case_names),
		cmocka_unit_test(hostile_files_cost_little_and_load_nothing),
		cmocka_unit_test(large_bombs_cost_little_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
