/* What an element of a feed says: its texts, its base, its language. */
#ifndef TAMIS_LISTING_ELEMENT_H
#define TAMIS_LISTING_ELEMENT_H

#include <tamis/xml.h>

#include "build.h"

/** A-Z as a-z: feeds write pubdate and guID. */
static inline bool element_is_name(struct tms_str name, const char *wanted)
{
	return name.len > 0 && tms_str_is(name, wanted);
}

/** By its local name. */
static inline bool element_is(const struct tms_xml_node *node, const char *name)
{
	return element_is_name(node->name, name);
}

/** All text below, concatenated. */
struct tms_str element_text(struct build *b, const struct tms_xml_node *node);
/** The same on one line, shortened where it is too long; `what` names it in the note. */
struct tms_str element_line(struct build *b, const char *what, const struct tms_xml_node *node);
/** Value of an attribute without namespace, its name in any case; empty when absent. */
struct tms_str element_attribute(const struct tms_xml_node *node, const char *name);
/** Is there an element among the children? */
bool element_has_elements(const struct tms_xml_node *node);
/** What should be text or escaped HTML, and is sometimes HTML as it is: then as element_xhtml. */
struct tms_str element_loose(struct build *b, const struct tms_xml_node *node);
/** xml:base of the node and its ancestors, on top of the document's. */
struct tms_str element_base(struct build *b, const struct tms_xml_node *node);
/** A language tag as BCP 47 has it: "en_US" is en-US. */
struct tms_str element_tag(struct build *b, struct tms_str text);
/**
 * xml:lang of the node or its nearest ancestor that has one; false when none has. It may be empty:
 * of no language.
 */
bool element_language(struct build *b, const struct tms_xml_node *node, struct tms_str *language);
/** The item is in the language of its text, if that says one itself. */
void element_body_language(struct build *b, const struct tms_xml_node *node);
/** The children of an Atom xhtml construct as HTML. */
struct tms_str element_xhtml(struct build *b, const struct tms_xml_node *node);

#endif
