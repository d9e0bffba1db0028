/* What Atom and RSS readers share: namespaces, bases, the entry in the making, extension modules. */
#ifndef TAMIS_LISTING_ELEMENT_H
#define TAMIS_LISTING_ELEMENT_H

#include <tamis/xml.h>

#include "build.h"

#define NAMESPACE_RDF_URI "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
#define NAMESPACE_XML_URI "http://www.w3.org/XML/1998/namespace"

/** Namespaces by what they mean; several names of one meaning occur (http/https, old versions). */
enum namespace_kind {
	NAMESPACE_NONE, /* no namespace, or one of RSS itself */
	NAMESPACE_ATOM,
	NAMESPACE_RDF,
	NAMESPACE_DC,
	NAMESPACE_DCTERMS,
	NAMESPACE_CONTENT,
	NAMESPACE_MEDIA,
	NAMESPACE_SLASH,
	NAMESPACE_ITUNES,
	NAMESPACE_ARXIV,
	NAMESPACE_THREAD,
	NAMESPACE_OPENSEARCH,
	NAMESPACE_FEEDBURNER,
	NAMESPACE_PRISM,
	NAMESPACE_ADMIN,
	NAMESPACE_UNUSED, /* known, and nothing in it for a reader */
	NAMESPACE_OTHER,
};
/** An unknown namespace counts as none when the document element has it: generators misuse `xmlns`. */
enum namespace_kind element_ns_of(struct build *b, struct tms_str uri);
/** The document element has it. */
void element_ns_own(struct build *b, struct tms_str uri);

/** One entry while its elements are read; what stands in a better place wins over what came first. */
struct listing_entry {
	struct build *b;
	struct tms_str base; /* xml:base in force, or the listing's */
	struct build_body body;
	struct tms_str summary; /* of RSS, when it is called so */
	enum build_body_type summary_type;
	struct tms_str creator;        /* itunes:author, first */
	struct tms_str fallback_link;  /* when there is no link of its own */
	struct tms_link self;          /* a page of the entry itself: when there is none of those */
	struct tms_str fallback_title; /* media:title, dc:title */
	struct tms_str fallback_text;  /* itunes:summary, media:description */
	struct tms_str fallback_subtitle; /* itunes:subtitle: when there is no other text */
	struct tms_str fallback_date;     /* dc:date, dcterms:* */
	struct tms_str primary_category;  /* arxiv:primary_category */
	int depth;                        /* of media:group */
	bool is_known;                    /* it has an element of a format or module that we know */
};

typedef void (*listing_element_fn)(struct listing_entry *entry, const struct tms_xml_node *node);
struct listing_element {
	enum namespace_kind ns;
	const char *name;
	listing_element_fn read;
};
/** Read the node by the first row that fits it; false when none does. */
bool element_read(const struct listing_element *table, size_t count, struct listing_entry *entry,
	const struct tms_xml_node *node);

/** Elements of extension modules that may stand in any entry. False when the node is none. */
bool module_read(struct listing_entry *entry, const struct tms_xml_node *node);
/** itunes:category, with the ones inside it, into the item's categories. */
void module_itunes_category(struct listing_entry *entry, const struct tms_xml_node *node);
/** What is in no better place: title, link, text, date and author; then the body. Ends the reading of elements. */
void element_settle(struct listing_entry *entry);
/** The item is in the language of its text, if that says one itself. */
void element_body_language(struct listing_entry *entry, const struct tms_xml_node *node);
/** Names of a dc:creator: arXiv puts all of a paper into one. */
void module_creators(struct listing_entry *entry, struct tms_str names);

/** build_end; an entry that says nothing which we keep, but is one, is told by its markup. */
TMS_MUST_CHECK enum tms_status element_end(
	struct listing_entry *entry, const struct tms_xml_node *node);

/** xml:base of the node and its ancestors, on top of the document's. */
struct tms_str element_base(struct build *b, const struct tms_xml_node *node);
/** xml:lang of the node or its nearest ancestor that has one; false when none has. It may be empty: of no language. */
bool element_language(struct build *b, const struct tms_xml_node *node, struct tms_str *language);
/** A language tag as BCP 47 has it: "en_US" is en-US. */
struct tms_str element_tag(struct build *b, struct tms_str text);
/** The children of an Atom xhtml construct as HTML. */
struct tms_str element_xhtml(struct build *b, const struct tms_xml_node *node);
/** Value of an attribute without namespace, its name in any case; empty when absent. */
struct tms_str element_attribute(const struct tms_xml_node *node, const char *name);
/** Is there an element among the children? */
bool element_has_elements(const struct tms_xml_node *node);
/** What should be text or escaped HTML, and is sometimes HTML as it is: then as element_xhtml. */
struct tms_str element_loose(struct build *b, const struct tms_xml_node *node);
/** All text below, concatenated. */
struct tms_str element_text(struct build *b, const struct tms_xml_node *node);
/** True (and noted) for the entry in which a truncated document ends, if its title may be cut: half a title is worse than none. */
bool element_is_cut(struct build *b, const struct tms_xml_node *entry);
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

/** An Atom text construct (RFC 4287 section 3.1) as a body. */
void atom_text(struct build *b, const struct tms_xml_node *node, struct tms_str *text,
	enum build_body_type *type);
/** The same on one line. */
struct tms_str atom_line(struct build *b, const struct tms_xml_node *node);
/** An Atom person construct into the item's authors. */
void atom_person(struct listing_entry *entry, const struct tms_xml_node *node);
/** A link of the listing itself, Atom's or RSS's. */
void element_listing_link(struct listing_entry *feed, const struct tms_xml_node *node);
/** "who@example.org (Name)", "Name <who@example.org>", or only one of both, into the item's authors. */
void element_person(struct build *b, struct tms_str text);
/** What RSS puts into an author: such a line, or Atom's person. */
void rss_person(struct listing_entry *entry, const struct tms_xml_node *node);
/** The listing's own fields; channel may be NULL. */
void rss_channel_read(
	struct build *b, const struct tms_xml_node *root, const struct tms_xml_node *channel);
/** "one, two" into the item's categories. */
void element_terms(struct listing_entry *entry, const struct tms_xml_node *node);
/** An Atom category into the item's. */
void atom_category(struct listing_entry *entry, const struct tms_xml_node *node);
/** An Atom link of an entry; Atom links stand in RSS items too. */
void atom_link(struct listing_entry *entry, const struct tms_xml_node *node);

/* The document elements; *b->listing is filled. TMS_OK, TMS_ENOTFEED, TMS_ELIMIT, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status atom_read(struct build *b, const struct tms_xml_node *root);
TMS_MUST_CHECK enum tms_status rss_read(struct build *b, const struct tms_xml_node *root);

#endif
