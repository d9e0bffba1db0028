/* An item prepared for matching: its texts cut into words, once, for all the queries that look at
 * it. */
#ifndef TAMIS_DOC_H
#define TAMIS_DOC_H

#include <tamis/item_text.h>
#include <tamis/merged.h>
#include <tamis/words.h>

/**
 * Where a text stands in an item: all that counts fields, or names them, follows from this list. A
 * field is added here, read from the item in query/doc.c, and told of in tamis-query(7).
 * X(NAME, "name", how it is asked for), in the order of the texts of a document:
 * WORDS    words behind its name: "author:hinton"
 * WHOLE    its name asks for a whole value, see query/field.c; words of it are found by any: alone
 * UNNAMED  found by any: alone
 */
/* clang-format off */
#define TMS_FIELD_LIST(X)                                                                   \
	X(TITLE, "title", WORDS)                                                            \
	X(ABSTRACT, "abstract", WORDS)                                                      \
	X(CONTENT, "content", WORDS)                                                        \
	X(AUTHOR, "author", WORDS)                                                          \
	X(CATEGORY, "category", WHOLE)                                                      \
	X(KEYWORD, "keyword", WORDS)                                                        \
	X(ORG, "org", WORDS)                                                                \
	X(SUBMITTER, "submitter", WORDS)                                                    \
	X(COMMENT, "comment", WORDS)                                                        \
	X(OTHER, "other", UNNAMED) /* upstream's own short summary, journal */
/* clang-format on */

/** The number of each field, and how many there are. */
#define TMS_FIELD_BIT(id, name, how) TMS_FIELD_BIT_##id,
enum tms_field_bit { TMS_FIELD_LIST(TMS_FIELD_BIT) TMS_FIELDS };
#undef TMS_FIELD_BIT

/** One bit each. */
#define TMS_FIELD(id, name, how) TMS_FIELD_##id = 1 << TMS_FIELD_BIT_##id,
enum tms_field { TMS_FIELD_LIST(TMS_FIELD) };
#undef TMS_FIELD

#define TMS_FIELDS_TEXT (TMS_FIELD_TITLE | TMS_FIELD_ABSTRACT | TMS_FIELD_CONTENT)
/** A content that there is no summary beside stands for both. */
#define TMS_FIELDS_BODY (TMS_FIELD_ABSTRACT | TMS_FIELD_CONTENT)
/** Names: a word of these is compared as it is spelled. */
#define TMS_FIELDS_NAMES                                                                           \
	(TMS_FIELD_AUTHOR | TMS_FIELD_CATEGORY | TMS_FIELD_ORG | TMS_FIELD_SUBMITTER)
#define TMS_FIELDS_ANY ((1 << TMS_FIELDS) - 1)

/** "title", "abstract", "author", … as the list has it; of several the last one. */
const char *tms_field_name(unsigned fields);

/** One text of a field; a field of several values (authors, keywords) has several. */
struct tms_doc_text {
	unsigned fields;        /* bits of enum tms_field: one, or TMS_FIELDS_BODY */
	struct tms_words words; /* words.text: the text as it stands; of content the plain one */
};

/** About 6 KB for a paper with its abstract. Of title, abstract and content together the first
 * TMS_ITEM_WORDS_MAX words are there. */
struct tms_doc {
	const struct tms_doc_text *texts; /* in the order of tms_field */
	size_t texts_count;
	size_t words; /* of the title, and of abstract or content, which is longer */
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
