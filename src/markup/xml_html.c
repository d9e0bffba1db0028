/*
 * HTML through libxml2's push parser into the same tree.
 *
 * libxml2's HTML parser closes elements by searching the stack of open ones and compares attributes
 * pairwise, both quadratic. The stack is kept short by stopping at the depth limit when the element
 * opens. For attributes the bytes are fed in small chunks, and the tag that libxml2 waits to finish
 * is counted from where libxml2 itself stands.
 */
#include <stdlib.h>

#include <libxml/HTMLparser.h>

#include <tamis/charset.h>

#include "xml_scan.h"
#include "xml_tree.h"

/* A whole tag of one chunk has at most half as many attributes: a few milliseconds for libxml2. */
#define CHUNK_BYTES 4096
#define TEXT_GROWTH 3

struct xml_html_sax {
	struct xml_tree tree;
	struct tms_steps steps; /* where the caller counts none */
	htmlParserCtxtPtr parser;
	struct xml_scan_html scan; /* of the unfinished tag that starts at scan_start */
	size_t scan_start, scan_end;
	size_t no_tag_before; /* what libxml2 has not parsed yet holds no "<" before here */
	bool stopped;
};

static uint32_t line_of(const struct xml_html_sax *sax)
{
	int line = sax->parser && sax->parser->input ? sax->parser->input->line : 0;

	return line > 0 ? (uint32_t)line : 0;
}

static void check(struct xml_html_sax *sax, bool went_well)
{
	if (went_well || sax->stopped)
		return;
	sax->stopped = true;
	xmlStopParser(sax->parser);
}

static void start_element(void *user, const xmlChar *name, const xmlChar **attributes)
{
	struct xml_html_sax *sax = user;
	struct xml_tree *tree = &sax->tree;
	size_t count = 0;

	if (sax->stopped)
		return;
	while (attributes && attributes[count * 2])
		count++;
	struct tms_xml_node *node = xml_tree_open(tree, count, line_of(sax));
	if (!node) {
		check(sax, false);
		return;
	}
	node->name = xml_tree_intern(tree, (const char *)name);
	for (size_t i = 0; i < count; i++) {
		struct tms_xml_attribute *a = &node->attributes[node->attributes_count++];
		a->name = xml_tree_intern(tree, (const char *)attributes[i * 2]);
		a->value = tms_arena_copy(
			tree->arena, tms_str_from((const char *)attributes[i * 2 + 1]));
	}
	if (tree->arena->status != TMS_OK)
		check(sax, xml_tree_fail(tree, tree->arena->status, line_of(sax),
				   "the document needs more memory than allowed"));
}

static void end_element(void *user, const xmlChar *name)
{
	struct xml_html_sax *sax = user;

	(void)name;
	if (!sax->stopped)
		check(sax, xml_tree_close(&sax->tree, line_of(sax)));
}

static void add_text(void *user, const xmlChar *text, int len)
{
	struct xml_html_sax *sax = user;

	if (!sax->stopped && len > 0)
		check(sax,
			xml_tree_add_text(&sax->tree,
				(struct tms_str){ (const char *)text, (size_t)len }, line_of(sax)));
}

static void on_error(void *user, xmlErrorPtr e)
{
	struct xml_html_sax *sax = user;

	if (sax->stopped)
		return;
	if (e->code == XML_ERR_NO_MEMORY)
		check(sax, xml_tree_fail(&sax->tree, TMS_ENOMEM, 0, "no memory for the document"));
	else
		check(sax, xml_tree_count_fault(&sax->tree, line_of(sax)));
}

/* Count on through the tag that stands unfinished before `fed`, and through what is fed next. */
static bool tag_fits(struct xml_html_sax *sax, struct tms_str html, size_t fed, size_t next)
{
	const xmlParserInput *input = sax->parser->input;
	size_t pending = input ? (size_t)(input->end - input->cur) : 0;

	if (pending == 0 || pending > fed)
		return true;
	size_t from = fed - pending > sax->no_tag_before ? fed - pending : sax->no_tag_before;
	size_t start = tms_str_find_byte(tms_str_slice(html, 0, fed), '<', from);
	sax->no_tag_before = start == SIZE_MAX ? fed : start;
	if (start == SIZE_MAX)
		return true;
	if (start != sax->scan_start || sax->scan_end == 0) {
		sax->scan = (struct xml_scan_html){ 0 };
		sax->scan_start = start;
		sax->scan_end = start + 1;
	}
	if (start + 1 < html.len && tms_is_alpha(html.ptr[start + 1]))
		xml_scan_html_feed(&sax->scan, tms_str_slice(html, sax->scan_end, next));
	sax->scan_end = next;
	return sax->scan.attributes <= sax->tree.limits.attributes + 1;
}

static void feed(struct xml_html_sax *sax, struct tms_str html)
{
	for (size_t at = 0; !sax->stopped && at < html.len;) {
		size_t next = html.len - at > CHUNK_BYTES ? at + CHUNK_BYTES : html.len;
		if (!xml_tree_spend(&sax->tree, 1 + (next - at) / 16, line_of(sax)))
			return;
		if (!tag_fits(sax, html, at, next)) {
			/* opening it fails with the right words */
			(void)xml_tree_open(
				&sax->tree, sax->tree.limits.attributes + 1, line_of(sax));
			return;
		}
		(void)htmlParseChunk(sax->parser, html.ptr + at, (int)(next - at), 0);
		at = next;
	}
	if (!sax->stopped)
		(void)htmlParseChunk(sax->parser, NULL, 0, 1);
}

static void read_html(struct xml_html_sax *sax, struct tms_str html)
{
	xmlSAXHandler callbacks = {
		.initialized = XML_SAX2_MAGIC,
		.startElement = start_element,
		.endElement = end_element,
		.characters = add_text,
		.ignorableWhitespace = add_text,
		.cdataBlock = add_text,
		.serror = on_error,
	};

	sax->parser =
		htmlCreatePushParserCtxt(&callbacks, sax, NULL, 0, NULL, XML_CHAR_ENCODING_UTF8);
	if (!sax->parser) {
		xml_tree_fail(&sax->tree, TMS_ENOMEM, 0, "no memory for the document");
		return;
	}
	(void)htmlCtxtUseOptions(
		sax->parser, HTML_PARSE_RECOVER | HTML_PARSE_NONET | HTML_PARSE_IGNORE_ENC);
	feed(sax, html);
	if (sax->parser->myDoc)
		xmlFreeDoc(sax->parser->myDoc);
	sax->parser->myDoc = NULL;
	htmlFreeParserCtxt(sax->parser);
	sax->parser = NULL;
}

enum tms_status tms_html_parse(struct tms_arena *arena, struct tms_str body,
	struct tms_str content_type, const struct tms_xml_limits *limits,
	struct tms_xml_node **root, struct tms_diag *diag)
{
	struct xml_html_sax *sax =
		calloc(1, sizeof(*sax)); /* half a page of state: off the stack */
	struct tms_str html = { 0 };

	if (!sax) {
		tms_diag_set(diag, 0, 0, "no memory for the document");
		return TMS_ENOMEM;
	}
	struct tms_xml_limits l = xml_tree_limits(limits, body.len, &sax->steps);
	struct tms_charset_input in = { body, content_type, TMS_CHARSET_HTML, l.bytes * TEXT_GROWTH,
		l.steps };
	xml_tree_init(&sax->tree, arena, &l, diag);
	enum tms_status st = TMS_OK;
	if (body.len > l.bytes) {
		tms_diag_set(diag, 0, 0, "the document has %zu bytes, the limit is %zu", body.len,
			l.bytes);
		st = TMS_ELIMIT;
	}
	if (st == TMS_OK)
		st = tms_charset_to_utf8(arena, &in, &html, NULL, diag);
	if (st != TMS_OK)
		goto out;
	read_html(sax, html);
	if (sax->tree.status == TMS_OK)
		(void)xml_tree_flush(&sax->tree);
	st = sax->tree.status;
	if (st == TMS_OK && !sax->tree.root) {
		tms_diag_set(diag, 0, 0, "the document is empty");
		st = TMS_EMALFORMED;
	}
	if (st == TMS_OK)
		*root = sax->tree.root;
out:
	xml_tree_fini(&sax->tree);
	free(sax);
	return st;
}
