/* Atom 1.0 and 0.3, and what RSS borrows of it. */
#ifndef TAMIS_LISTING_ATOM_H
#define TAMIS_LISTING_ATOM_H

#include "entry.h"

/** A text construct (RFC 4287 section 3.1) as a body. */
void atom_text(struct build *b, const struct tms_xml_node *node, struct tms_str *text,
	enum build_body_type *type);
/** The same on one line. */
struct tms_str atom_line(struct build *b, const struct tms_xml_node *node);

/** A category into the item's. */
void atom_category(struct listing_entry *entry, const struct tms_xml_node *node);
/** A link of an entry; Atom links stand in RSS items too. */
void atom_link(struct listing_entry *entry, const struct tms_xml_node *node);
/** A link of the listing itself, Atom's or RSS's. */
void atom_listing_link(struct listing_entry *feed, const struct tms_xml_node *node);

/**
 * Read a document whose element is a feed or an entry into b->listing. TMS_OK, TMS_ELIMIT,
 * TMS_ENOMEM.
 */
TMS_MUST_CHECK enum tms_status atom_read(struct build *b, const struct tms_xml_node *root);

#endif
