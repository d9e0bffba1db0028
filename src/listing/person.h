/*
 * People, as every format names them: all that reads an author, an editor or a submitter of a
 * listing is here. A recipe selects its authors itself.
 */
#ifndef TAMIS_LISTING_PERSON_H
#define TAMIS_LISTING_PERSON_H

#include <tamis/json.h>

#include "entry.h"

/*
 * Each adds to the authors of the item that is being built, of the listing while that is being
 * read.
 */

/** An Atom person construct (RFC 4287 section 3.2), and how 0.3 writes it. */
void person_atom(struct listing_entry *entry, const struct tms_xml_node *node);
/** "who@example.org (Name)", "Name <who@example.org>", or only one of both. */
void person_line(struct build *b, struct tms_str text);
/** What RSS puts into an author or an editor: such a line, or Atom's person. */
void person_rss(struct listing_entry *entry, const struct tms_xml_node *node);
/**
 * All names of a line, where the feed is known to put all of a paper into one (arXiv); else one
 * person.
 */
void person_creators(struct listing_entry *entry, struct tms_str names);
/** dc:creator and dc:author of an item. */
void person_creator(struct listing_entry *entry, const struct tms_xml_node *node);
/** The same of a channel: one person. */
void person_of_channel(struct listing_entry *channel, const struct tms_xml_node *node);
/**
 * itunes:author, and who minds a channel's server: entry->creator, the first of them, for when
 * nobody else is named.
 */
void person_fallback(struct listing_entry *entry, const struct tms_xml_node *node);

/**
 * `authors` and `author` of a JSON Feed or of its item: 1.1 has a list, 1 has one; "author" stays
 * allowed beside it.
 */
void person_jsonfeed(struct build *b, const struct json_t *object);
/**
 * Authors and submitter of a paper of Hugging Face; `outer` is the element of the list around it,
 * or the paper itself.
 */
void person_hf(struct build *b, const struct json_t *outer, const struct json_t *paper);

/** An entry without authors has the feed's (RFC 4287 section 4.1.1; JSON Feed 1.1, top level). */
void person_inherit(struct tms_listing *listing);

#endif
