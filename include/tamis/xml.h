/*
 * XML and HTML as small trees in an arena: the only door to libxml2.
 * A hostile document is stopped here: entity declarations, attribute floods, depth, node floods.
 */
#ifndef TAMIS_XML_H
#define TAMIS_XML_H

#include <tamis/arena.h>
#include <tamis/diag.h>
#include <tamis/steps.h>

/**
 * What reading a document may cost, in steps (tamis/steps.h): decoding, mending, both readings, and
 * what libxml2 is known to compare. Every pass is linear, so this limit is not for documents but
 * for what we overlooked: real ones take half a step for each byte, the dearest that we could think
 * of 5. 16 steps are some 100 ns, so that 10 MB cost two seconds at the worst.
 */
#define TMS_XML_STEPS_PER_BYTE 16
#define TMS_XML_STEPS_LEAST 65536 /* for documents that are too small to be told by their size */

/** {0} means the defaults. Reaching one is TMS_ELIMIT and the diag names it. */
struct tms_xml_limits {
	size_t bytes;      /* of the document; default 10 MiB */
	size_t nodes;      /* elements, attributes and text runs; default 250,000 */
	size_t depth;      /* default 250 */
	size_t attributes; /* of one element; default 1,024 */
	size_t namespaces; /* declarations in force at one place; default 1,024 */
	size_t names;      /* that differ, of elements, attributes and namespaces; default 16,384 */
	struct tms_steps *steps; /* left to take, less by what was taken afterwards, also on
				    failure; NULL: as many as the constants above allow */
};

struct tms_xml_attribute {
	struct tms_str ns;    /* namespace name (URI); empty for none */
	struct tms_str name;  /* local name */
	struct tms_str value; /* decoded */
};

/** An element, or a run of text (then `name` is empty and `text` holds it, decoded). */
struct tms_xml_node {
	struct tms_str ns;   /* namespace name; empty in HTML */
	struct tms_str name; /* local name; in HTML lower case; empty: a text run. With its prefix
				("dc:title") where that prefix is declared nowhere */
	struct tms_str text; /* text runs only; CDATA sections are text */
	struct tms_xml_attribute *attributes;
	size_t attributes_count;
	struct tms_xml_node *parent, *first_child, *last_child, *next;
	uint32_t line;  /* where its start tag ends, from 1; saturates */
	uint32_t order; /* among all nodes of the document; set by tms_xpath_document */
};

/** What reading met that a person should know, beside success. */
struct tms_xml_report {
	bool recovered; /* the document is not well-formed; *root holds what was read before and
			   after the fault */
	bool truncated; /* it ends inside an element */
	struct tms_diag first_fault;
	struct tms_diag *mended; /* what had to be put right, one kind each and in words: "3 bare
				    ampersands, the first in line 12"; in the arena. Also without
				    `recovered`, where only the charset was not as it was said */
	size_t mended_count;
};

/**
 * Read an XML document; charset from BOM, `content_type` (may be empty), then its declaration
 * (RFC 7303; see tms_charset_to_utf8).
 * *root is the document element. With `recover`, ill-formed input is mended (bare "&" and "<", HTML
 * entities, missing and crossed tags, attributes without quotes, junk round the document), read as
 * far as it goes, and *report says so; without, it is TMS_EMALFORMED. `report` may be NULL. No
 * external entity is ever loaded, no DTD obeyed: a DOCTYPE is passed over, one that declares
 * entities or attributes is TMS_EMALFORMED also with `recover`. TMS_OK, TMS_EMALFORMED, TMS_ELIMIT,
 * TMS_ENOMEM; on failure *root is untouched and diag (may be NULL) says why.
 */
TMS_MUST_CHECK enum tms_status tms_xml_parse(struct tms_arena *arena, struct tms_str body,
	struct tms_str content_type, bool recover, const struct tms_xml_limits *limits,
	struct tms_xml_node **root, struct tms_xml_report *report, struct tms_diag *diag);

/** Read HTML, as forgiving as libxml2 is. *root is the `html` element. Statuses as tms_xml_parse.
 */
TMS_MUST_CHECK enum tms_status tms_html_parse(struct tms_arena *arena, struct tms_str body,
	struct tms_str content_type, const struct tms_xml_limits *limits,
	struct tms_xml_node **root, struct tms_diag *diag);

/**
 * The next node (element or text) in document order inside `top`, or NULL; start with node = top.
 */
const struct tms_xml_node *tms_xml_next_node(
	const struct tms_xml_node *top, const struct tms_xml_node *node);
/** The next element in document order inside `top`, or NULL; start with node = top. */
const struct tms_xml_node *tms_xml_next_element(
	const struct tms_xml_node *top, const struct tms_xml_node *node);
/** Value of an attribute in a namespace; empty when absent, or when node is NULL. */
struct tms_str tms_xml_attribute_find(
	const struct tms_xml_node *node, struct tms_str ns, struct tms_str name);
/** The same by names whose length the compiler knows. */
static inline struct tms_str tms_xml_attribute_ns(
	const struct tms_xml_node *node, const char *ns, const char *name)
{
	return tms_xml_attribute_find(node, tms_str_from(ns), tms_str_from(name));
}
/** Value of an attribute without namespace; empty when absent, or when node is NULL. */
static inline struct tms_str tms_xml_attribute_value(
	const struct tms_xml_node *node, const char *name)
{
	return tms_xml_attribute_ns(node, "", name);
}
/** All text below the node, concatenated (no copy when it is one run). */
struct tms_str tms_xml_text(struct tms_arena *arena, const struct tms_xml_node *node);

#endif
