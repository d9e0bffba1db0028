/* An item prepared for matching: its texts cut into words, once, for all the queries that look at
 * it. */
#ifndef TAMIS_DOC_H
#define TAMIS_DOC_H

#include <tamis/merged.h>
#include <tamis/words.h>

/** Where a text stands in an item. One bit each. */
enum tms_field {
	TMS_FIELD_TITLE = 1 << 0,
	TMS_FIELD_ABSTRACT = 1 << 1,
	TMS_FIELD_AUTHOR = 1 << 2,
	TMS_FIELD_CATEGORY = 1 << 3,
	TMS_FIELD_KEYWORD = 1 << 4,
	TMS_FIELD_ORG = 1 << 5,
	TMS_FIELD_SUBMITTER = 1 << 6,
	TMS_FIELD_COMMENT = 1 << 7,
	TMS_FIELD_OTHER = 1 << 8, /* upstream's own short summary, journal: found by any: alone */
};
#define TMS_FIELDS_TEXT (TMS_FIELD_TITLE | TMS_FIELD_ABSTRACT)
#define TMS_FIELDS_ANY ((1 << 9) - 1)

/** "title", "abstract", "author", … as the query language spells it; "other" for TMS_FIELD_OTHER.
 */
const char *tms_field_name(enum tms_field field);

/** One text of a field; a field of several values (authors, keywords) has several. */
struct tms_doc_text {
	enum tms_field field;
	struct tms_words words; /* words.text: the text as it stands in the item */
};

/** About 6 KB for a paper with its abstract. */
struct tms_doc {
	const struct tms_doc_text *texts; /* in the order of tms_field */
	size_t texts_count;
	size_t words; /* of title and abstract together */
};

/**
 * Prepare an item. The document lives in the arena and borrows the item's texts: it must not
 * outlive them. It stays good while the item's text stays the same; numbers and times are read from
 * the item when matching. TMS_OK, TMS_ENOMEM, TMS_ELIMIT (the arena's).
 */
TMS_MUST_CHECK enum tms_status tms_doc_make(
	struct tms_arena *arena, const struct tms_merged *item, struct tms_doc *out);
/** The same of these fields alone: bits of enum tms_field. */
TMS_MUST_CHECK enum tms_status tms_doc_make_part(struct tms_arena *arena,
	const struct tms_merged *item, unsigned fields, struct tms_doc *out);
/** The same with the texts not cut into words (words.text alone is set), which is enough for
 * regular expressions. */
TMS_MUST_CHECK enum tms_status tms_doc_make_uncut(struct tms_arena *arena,
	const struct tms_merged *item, unsigned fields, struct tms_doc *out);

#endif
