/*
 * XML through libxml2's SAX2 push parser (twice as fast as its whole-document one on feeds full of
 * CDATA).
 *
 * What is forbidden is forbidden by callbacks and options of this one parser, never by libxml2's
 * globals: no entity may be declared (nested parameter entities hang libxml2 2.9.14), nothing
 * external is loaded, nothing is expanded. After xmlStopParser libxml2 still calls the document
 * well-formed, so `stopped` is our own.
 *
 * A document is read strictly first. If that fails and the caller wants what can be had, it is
 * mended (xml_repair.c) and read again by the recovering parser: sound documents, nearly all, pay
 * nothing for it.
 */
#include <stdio.h>
#include <stdlib.h>

#include <libxml/parser.h>

#include <tamis/charset.h>
#include <tamis/utf8.h>

#include "xml_repair.h"
#include "xml_report.h"
#include "xml_scan.h"
#include "xml_tree.h"

#define CHUNK_BYTES                                                                                \
	((size_t)1 << 20) /* nearly every document in one; libxml2 wants less than 10 MB */
#define TEXT_GROWTH 3     /* UTF-8 bytes per byte of body that are allowed for */
#define LIBXML_DEPTH 256  /* deeper than that libxml2 reads nothing */

struct xml_sax {
	struct xml_tree tree;
	struct tms_steps steps; /* where the caller counts none */
	xmlParserCtxtPtr parser;
	size_t in_force; /* declarations of namespaces that hold where reading stands */
	uint32_t declared[LIBXML_DEPTH + 1]; /* by the elements that are open */
	bool stopped;
	bool faulted;      /* not well-formed; `fault` says where */
	bool at_end;       /* that fault was found at the end of the document */
	bool has_external; /* a DOCTYPE that names an external DTD, which may declare entities */
	bool undeclared;   /* a reference that only that DTD could explain */
	struct tms_diag fault;
	struct tms_charset_info charset;
	struct xml_mends mends;
};

static uint32_t line_of(const struct xml_sax *sax)
{
	int line = sax->parser && sax->parser->input ? sax->parser->input->line : 0;

	return line > 0 ? (uint32_t)line : 0;
}

static void stop(struct xml_sax *sax)
{
	if (!sax->stopped)
		xmlStopParser(sax->parser);
	sax->stopped = true;
}

static void check(struct xml_sax *sax, bool went_well)
{
	if (!went_well)
		stop(sax);
}

/* An undeclared prefix stays with its name: "dc:title" must not pass for a title. */
static struct tms_str local_name(
	struct xml_sax *sax, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri)
{
	if (!prefix || uri)
		return xml_tree_intern(&sax->tree, (const char *)local);
	return tms_arena_format(
		sax->tree.arena, "%s:%s", (const char *)prefix, (const char *)local);
}

/* libxml2 2.9 leaves every "&" of an attribute value as "&#38;" when it does not replace entities.
 */
static struct tms_str attribute_value(struct tms_arena *arena, struct tms_str raw)
{
	static const struct tms_str ampersand = TMS_STR_INIT("&#38;");
	struct tms_str copy = tms_arena_copy(arena, raw);
	size_t at = tms_str_find_byte(copy, '&', 0);

	if (at != SIZE_MAX)
		at = tms_str_find(copy, ampersand, at);
	if (at == SIZE_MAX)
		return copy;
	char *bytes = (char *)(uintptr_t)copy.ptr; /* ours, just made */
	size_t out = at;
	while (at < copy.len) {
		bytes[out++] = copy.ptr[at];
		at += tms_str_starts(tms_str_slice(raw, at, raw.len), ampersand) ? ampersand.len
										 : 1;
	}
	bytes[out] = '\0';
	return (struct tms_str){ bytes, out };
}

/* libxml2 looks through all declarations in force for each name: so they are few, and counted. */
static bool count_namespaces(struct xml_sax *sax, size_t declared, size_t names)
{
	struct xml_tree *tree = &sax->tree;
	size_t limit = tree->limits.namespaces;

	tree->nodes += declared; /* declarations cost what attributes cost */
	sax->in_force += declared;
	if (tree->depth < TMS_COUNT(sax->declared))
		sax->declared[tree->depth] = (uint32_t)declared;
	if (sax->in_force > limit)
		return xml_tree_fail_limit(
			tree, line_of(sax), "declarations of namespaces in force at once", limit);
	return xml_tree_spend(
		tree, (declared * declared + names * sax->in_force) / 64, line_of(sax));
}

static void start_element(void *user, const xmlChar *local, const xmlChar *prefix,
	const xmlChar *uri, int ns_count, const xmlChar **ns, int count, int defaulted,
	const xmlChar **attributes)
{
	struct xml_sax *sax = user;
	struct xml_tree *tree = &sax->tree;

	(void)ns;
	(void)defaulted;
	if (sax->stopped)
		return;
	size_t declared = ns_count > 0 ? (size_t)ns_count : 0;
	size_t attributes_count = count > 0 ? (size_t)count : 0;
	struct tms_xml_node *node = NULL;
	if (count_namespaces(sax, declared, 1 + attributes_count))
		node = xml_tree_open(tree, attributes_count, line_of(sax));
	if (!node) {
		stop(sax);
		return;
	}
	node->name = local_name(sax, local, prefix, uri);
	node->ns = xml_tree_intern(tree, (const char *)uri);
	for (int i = 0; i < count; i++, attributes += 5) {
		struct tms_xml_attribute *a = &node->attributes[node->attributes_count++];
		a->name = local_name(sax, attributes[0], attributes[1], attributes[2]);
		a->ns = xml_tree_intern(tree, (const char *)attributes[2]);
		a->value = attribute_value(
			tree->arena, (struct tms_str){ (const char *)attributes[3],
					     (size_t)(attributes[4] - attributes[3]) });
	}
	if (tree->arena->status != TMS_OK)
		check(sax, xml_tree_fail(tree, tree->arena->status, line_of(sax),
				   "the document needs more memory than allowed"));
}

static void end_element(void *user, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri)
{
	struct xml_sax *sax = user;

	(void)local;
	(void)prefix;
	(void)uri;
	if (sax->stopped)
		return;
	check(sax, xml_tree_close(&sax->tree, line_of(sax)));
	if (sax->tree.depth < TMS_COUNT(sax->declared)) {
		sax->in_force -= sax->declared[sax->tree.depth];
		sax->declared[sax->tree.depth] = 0;
	}
}

static void add_text(void *user, const xmlChar *text, int len)
{
	struct xml_sax *sax = user;

	if (!sax->stopped && len > 0)
		check(sax,
			xml_tree_add_text(&sax->tree,
				(struct tms_str){ (const char *)text, (size_t)len }, line_of(sax)));
}

static void refuse_dtd(struct xml_sax *sax)
{
	check(sax, xml_tree_fail(&sax->tree, TMS_EMALFORMED, line_of(sax),
			   "the DTD inside this document declares entities or attributes; "
			   "such documents are refused"));
}

static void entity_declared(void *user, const xmlChar *name, int type, const xmlChar *public_id,
	const xmlChar *system_id, xmlChar *content)
{
	(void)name;
	(void)type;
	(void)public_id;
	(void)system_id;
	(void)content;
	refuse_dtd(user);
}

static void unparsed_entity_declared(void *user, const xmlChar *name, const xmlChar *public_id,
	const xmlChar *system_id, const xmlChar *notation)
{
	(void)name;
	(void)public_id;
	(void)system_id;
	(void)notation;
	refuse_dtd(user);
}

static void attribute_declared(void *user, const xmlChar *element, const xmlChar *name, int type,
	int def, const xmlChar *value, xmlEnumerationPtr tree)
{
	(void)element;
	(void)name;
	(void)type;
	(void)def;
	(void)value;
	xmlFreeEnumeration(tree); /* given to the callback */
	refuse_dtd(user);
}

static void doctype(
	void *user, const xmlChar *name, const xmlChar *public_id, const xmlChar *system_id)
{
	struct xml_sax *sax = user;

	(void)name;
	sax->has_external = public_id || system_id;
}

/* Nothing external is ever opened. */
static xmlParserInputPtr resolve_nothing(
	void *user, const xmlChar *public_id, const xmlChar *system_id)
{
	(void)user;
	(void)public_id;
	(void)system_id;
	return NULL;
}

static void keep_fault(struct xml_sax *sax, const xmlError *e)
{
	char said[TMS_DIAG_TEXT_BYTES];
	struct tms_arena scratch = { .max_bytes = 4096 };

	if (sax->faulted)
		return;
	sax->faulted = true;
	sax->at_end = e->code == XML_ERR_DOCUMENT_END;
	(void)snprintf(said, sizeof(said), "%s", e->message ? e->message : "not well-formed");
	struct tms_str clean = tms_utf8_sanitise(&scratch, tms_str_trim(tms_str_from(said)), NULL);
	tms_diag_set(&sax->fault, e->line > 0 ? (uint32_t)e->line : 0,
		e->int2 > 0 ? (uint32_t)e->int2 : 0, "not well-formed XML: %.*s",
		TMS_STR_ARGS(clean));
	tms_arena_free(&scratch);
}

static void on_error(void *user, xmlErrorPtr e)
{
	struct xml_sax *sax = user;

	if (sax->stopped)
		return;
	if (e->code == XML_ERR_NO_MEMORY)
		check(sax, xml_tree_fail(&sax->tree, TMS_ENOMEM, 0, "no memory for the document"));
	else if (e->code == XML_WAR_UNDECLARED_ENTITY)
		sax->undeclared = true;
	else if (e->level == XML_ERR_FATAL)
		keep_fault(sax, e);
	check(sax, sax->stopped || xml_tree_count_fault(&sax->tree, line_of(sax)));
}

static xmlSAXHandler handler(void)
{
	return (xmlSAXHandler){
		.initialized = XML_SAX2_MAGIC,
		.internalSubset = doctype,
		.resolveEntity = resolve_nothing,
		.entityDecl = entity_declared,
		.unparsedEntityDecl = unparsed_entity_declared,
		.attributeDecl = attribute_declared,
		.startElementNs = start_element,
		.endElementNs = end_element,
		.characters = add_text,
		.ignorableWhitespace = add_text,
		.cdataBlock = add_text,
		.serror = on_error,
	};
}

/* Bytes that libxml2 has been given and not yet parsed. */
static size_t pending_bytes(const struct xml_sax *sax)
{
	const xmlParserInput *input = sax->parser->input;

	return input ? (size_t)(input->end - input->cur) : 0;
}

/*
 * With all that comes in its hands libxml2 looks for no end before it parses, and gives text whole.
 */
static void feed(struct xml_sax *sax, struct tms_str xml, bool recover)
{
	size_t at = 0;

	do {
		/* a long construct is searched again from its start with each chunk: let chunks
		 * grow with it */
		size_t bytes = CHUNK_BYTES + pending_bytes(sax);
		bool is_last = bytes >= xml.len - at;
		if (is_last)
			bytes = xml.len - at;
		if (!xml_tree_spend(&sax->tree, 1 + bytes / 16, line_of(sax)))
			return;
		(void)xmlParseChunk(sax->parser, xml.ptr + at, (int)bytes, is_last);
		at += bytes;
		if ((sax->faulted || sax->undeclared) && !recover)
			stop(sax);
	} while (!sax->stopped && at < xml.len);
}

/* Cut off inside an element: the text that was read counts, and libxml2's own words ("extra
 * content") mislead. */
static void finish_cut_off(struct xml_sax *sax)
{
	struct tms_str name = sax->tree.current->name;

	(void)xml_tree_flush(&sax->tree);
	sax->mends.cut_in = name;
	if (sax->at_end)
		tms_diag_set(&sax->fault, sax->fault.line, sax->fault.column,
			"not well-formed XML: the document ends inside <%.*s>", TMS_STR_ARGS(name));
}

/* One reading. TMS_OK also when sax->faulted: the caller decides what that is worth. */
static enum tms_status read_once(struct xml_sax *sax, struct tms_str xml, bool recover)
{
	xmlSAXHandler callbacks = handler();

	sax->parser = xmlCreatePushParserCtxt(&callbacks, sax, NULL, 0, NULL);
	if (!sax->parser) {
		xml_tree_fail(&sax->tree, TMS_ENOMEM, 0, "no memory for the document");
		return TMS_ENOMEM;
	}
	(void)xmlCtxtUseOptions(sax->parser,
		XML_PARSE_NONET | XML_PARSE_IGNORE_ENC | (recover ? XML_PARSE_RECOVER : 0));
	feed(sax, xml, recover);
	if (sax->tree.status == TMS_OK && sax->tree.current)
		finish_cut_off(sax);
	if (sax->parser->myDoc) /* made for a DTD's sake; not the context's to free */
		xmlFreeDoc(sax->parser->myDoc);
	sax->parser->myDoc = NULL;
	xmlFreeParserCtxt(sax->parser);
	sax->parser = NULL;
	return sax->tree.status;
}

static enum tms_status decode(
	struct xml_sax *sax, struct tms_str body, struct tms_str content_type, struct tms_str *xml)
{
	const struct tms_xml_limits *limits = &sax->tree.limits;
	struct tms_diag *diag = sax->tree.diag;
	struct tms_charset_input in = { body, content_type, TMS_CHARSET_XML,
		limits->bytes * TEXT_GROWTH, limits->steps };
	uint32_t line = 0, column = 0;
	size_t flood = 0;

	if (body.len > limits->bytes) {
		tms_diag_set(diag, 0, 0, "the document has %zu bytes, the limit is %zu", body.len,
			limits->bytes);
		return TMS_ELIMIT;
	}
	enum tms_status st = tms_charset_to_utf8(sax->tree.arena, &in, xml, &sax->charset, diag);
	if (st != TMS_OK)
		return st;
	if (tms_str_trim(*xml).len == 0) {
		tms_diag_set(diag, 0, 0, "the document is empty");
		return TMS_EMALFORMED;
	}
	if (!xml_tree_spend(&sax->tree, 1 + xml->len / 16, 0))
		return TMS_ELIMIT;
	if (xml_scan_has_flood(*xml, limits->attributes, &flood)) {
		tms_diag_locate(*xml, flood, &line, &column);
		tms_diag_set(diag, line, column,
			"more than the limit of %zu attributes on one element", limits->attributes);
		return TMS_ELIMIT;
	}
	return TMS_OK;
}

static uint32_t line_at(struct tms_str xml, size_t offset)
{
	uint32_t line = 0, column = 0;

	tms_diag_locate(xml, offset, &line, &column);
	return line;
}

/* The second reading, of the mended text; only its failures of memory and limits are failures now.
 */
static void read_again(struct xml_sax *sax, struct tms_str xml, size_t mark)
{
	struct tms_buf mended = { .max = xml.len * 2 + ((size_t)1 << 20) };
	struct tms_xml_limits limits = sax->tree.limits;
	struct tms_arena *arena = sax->tree.arena;
	struct tms_diag *diag = sax->tree.diag;
	size_t end = 0;

	xml_tree_fini(&sax->tree);
	tms_arena_rewind(arena, mark);
	xml_tree_init(&sax->tree, arena, &limits, diag);
	sax->in_force = 0;
	sax->stopped = false;
	sax->undeclared = false;
	sax->mends.cut_in = TMS_STR_NONE;
	xml_repair(&mended, xml, &sax->mends, limits.steps, &end);
	if (mended.status == TMS_OK && end == xml.len)
		(void)read_once(sax, tms_buf_str(&mended), true);
	else if (mended.status == TMS_OK)
		(void)xml_tree_spend(&sax->tree, SIZE_MAX, line_at(xml, end));
	else
		xml_tree_fail(&sax->tree, mended.status, 0,
			"too many characters to mend in an ill-formed document");
	tms_buf_free(&mended);
}

static enum tms_status verdict(const struct xml_sax *sax, bool recover, struct tms_diag *diag)
{
	if (sax->tree.status != TMS_OK)
		return sax->tree.status;
	if ((sax->faulted && !recover) || !sax->tree.root) {
		if (diag && sax->faulted)
			*diag = sax->fault;
		else
			tms_diag_set(diag, 0, 0, "not XML: there is no element in it");
		return TMS_EMALFORMED;
	}
	return TMS_OK;
}

enum tms_status tms_xml_parse(struct tms_arena *arena, struct tms_str body,
	struct tms_str content_type, bool recover, const struct tms_xml_limits *limits,
	struct tms_xml_node **root, struct tms_xml_report *report, struct tms_diag *diag)
{
	struct xml_sax *sax = calloc(1, sizeof(*sax)); /* half a page of state: off the stack */
	struct tms_str xml = { 0 };

	if (!sax) {
		tms_diag_set(diag, 0, 0, "no memory for the document");
		return TMS_ENOMEM;
	}
	struct tms_xml_limits l = xml_tree_limits(limits, body.len, &sax->steps);
	xml_tree_init(&sax->tree, arena, &l, diag);
	enum tms_status st = decode(sax, body, content_type, &xml);
	if (st != TMS_OK)
		goto out;
	size_t mark = tms_arena_mark(arena);
	st = read_once(sax, xml, false);
	/* an external DTD that is never read may declare the entities: no fault of the document */
	bool excused = sax->undeclared && sax->has_external && !sax->faulted;
	if (st == TMS_OK && (excused || (sax->faulted && recover)))
		read_again(sax, xml, mark);
	st = verdict(sax, recover, diag);
	if (st != TMS_OK)
		goto out;
	*root = sax->tree.root;
	if (report) {
		*report = (struct tms_xml_report){ .recovered = sax->faulted,
			.truncated = sax->faulted && sax->tree.current != NULL,
			.first_fault = sax->fault };
		xml_report_words(arena, &sax->charset, &sax->mends, report);
		st = arena->status;
	}
out:
	xml_tree_fini(&sax->tree);
	free(sax);
	return st;
}
