/*
 * An entry of Atom or an item of RSS in the making, and the tables by which its elements are read.
 */
#ifndef TAMIS_LISTING_ENTRY_H
#define TAMIS_LISTING_ENTRY_H

#include <tamis/xml.h>

#include "namespace.h"

/**
 * One entry while its elements are read; what stands in a better place wins over what came first.
 */
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

/** Takes what an element of the entry says. */
typedef void (*entry_element_fn)(struct listing_entry *entry, const struct tms_xml_node *node);
/** A row of a table of elements. */
struct entry_element {
	enum namespace_kind ns;
	const char *name;
	entry_element_fn read;
};

/**
 * True (and noted) for the entry in which a truncated document ends, if its title may be cut: half
 * a title is worse than none.
 */
bool entry_is_cut(struct build *b, const struct tms_xml_node *entry);
/** Read the node by the first row that fits it; false when none does. */
bool entry_read(const struct entry_element *table, size_t count, struct listing_entry *entry,
	const struct tms_xml_node *node);
/** "one, two" into the item's categories. */
void entry_terms(struct listing_entry *entry, const struct tms_xml_node *node);
/**
 * What is in no better place: title, link, text, date and author; then the body. Ends the reading
 * of elements.
 */
void entry_settle(struct listing_entry *entry);
/** build_end; an entry that says nothing which we keep, but is one, is told by its markup. */
TMS_MUST_CHECK enum tms_status entry_end(
	struct listing_entry *entry, const struct tms_xml_node *node);

#endif
