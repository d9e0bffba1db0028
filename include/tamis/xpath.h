/*
 * Finding places in HTML and XML: XPath 1.0 and CSS selectors, compiled to the same thing.
 *
 * This is not libxml2's XPath, because that one cannot be bounded: its limit of operations does not
 * count the text that they look at. //p[contains(..,'zz')] on a page of 300 KB took 14 s and
 * 300,013 of 1,000,000 operations. Here every node and every 16 bytes of text is a step, and steps
 * are given.
 *
 * XPath 1.0 without variables, comments, processing instructions, id() and lang(); with
 * ends-with(), lower-case() and has-class(). A name finds elements by their local name in any
 * namespace; with a prefix ("dc:date") only those in some namespace; namespace-uri() tells which.
 * Source: W3C XPath 1.0; W3C Selectors Level 3 and 4.
 */
#ifndef TAMIS_XPATH_H
#define TAMIS_XPATH_H

#include <tamis/steps.h>
#include <tamis/xml.h>

#define TMS_XPATH_BYTES_MAX ((size_t)4096)

struct tms_xpath; /* the arena's; immutable */

/** An element, a text run or the document; or an attribute of `node`. */
struct tms_xpath_node {
	const struct tms_xml_node *node;
	const struct tms_xml_attribute *attribute; /* NULL: the node itself */
};

enum tms_xpath_type { TMS_XPATH_NODES, TMS_XPATH_TEXT, TMS_XPATH_NUMBER, TMS_XPATH_FACT };

struct tms_xpath_value {
	enum tms_xpath_type type;
	struct tms_xpath_node *nodes; /* in the order of the document, none twice */
	size_t count;
	struct tms_str text;
	double number;
	bool fact;
};

/**
 * Compile an XPath. *out borrows from text.
 * TMS_OK; TMS_EINVAL, diag holds line, column and one sentence; TMS_ELIMIT (longer or deeper than
 * allowed, diag says which); TMS_ENOMEM.
 */
TMS_MUST_CHECK enum tms_status tms_xpath_parse(struct tms_arena *arena, struct tms_str text,
	struct tms_xpath **out, struct tms_diag *diag);

/**
 * Compile CSS selectors: lists, the combinators (space) > + ~, also at the front ("+ dd a"); type,
 * *, #id, .class, [a], [a=v] with ~= |= ^= $= *= and the flag i; :first-child, :last-child,
 * :only-child, :nth-child(an+b), :nth-last-child(), the same with -of-type, :not(), :is() and
 * :where() of compound selectors, :has(), :contains("text"), :empty, :root, :scope. "a@href" at the
 * end of all takes an attribute instead of the element. Statuses as tms_xpath_parse.
 */
TMS_MUST_CHECK enum tms_status tms_css_parse(struct tms_arena *arena, struct tms_str text,
	struct tms_xpath **out, struct tms_diag *diag);

/**
 * The document above the root element, from where absolute paths start; nodes are numbered in their
 * order. The root must be whole, and is changed. NULL: see arena->status.
 */
const struct tms_xml_node *tms_xpath_document(struct tms_arena *arena, struct tms_xml_node *root);

/**
 * Evaluate at a node of a document of tms_xpath_document. What *out holds is the arena's or the
 * document's. TMS_OK; TMS_ELIMIT: no steps are left, or the arena is full; TMS_ENOMEM.
 */
TMS_MUST_CHECK enum tms_status tms_xpath_find(struct tms_arena *arena,
	const struct tms_xpath *xpath, struct tms_xpath_node at, struct tms_steps *steps,
	struct tms_xpath_value *out);

/** The text of a node: all that is below it, or the attribute's value. Empty when steps or memory
 * are out. */
struct tms_str tms_xpath_node_text(
	struct tms_arena *arena, struct tms_xpath_node node, struct tms_steps *steps);
/** A text, number or fact as text. */
struct tms_str tms_xpath_value_text(struct tms_arena *arena, const struct tms_xpath_value *value);

#endif
