/* What items of some sources have and those of others never: the fields that a test may look for in
 * vain. */
#ifndef TAMIS_TRAIT_H
#define TAMIS_TRAIT_H

#include <tamis/item.h>

/** Bits; those of the numbers in the order of enum tms_number. */
enum tms_trait {
	TMS_TRAIT_UPVOTES = 1 << TMS_NUMBER_UPVOTES,
	TMS_TRAIT_COMMENTS = 1 << TMS_NUMBER_COMMENTS,
	TMS_TRAIT_STARS = 1 << TMS_NUMBER_STARS,
	TMS_TRAIT_CATEGORY = 1 << 3,
	TMS_TRAIT_KEYWORD = 1 << 4,
	TMS_TRAIT_ORG = 1 << 5,
	TMS_TRAIT_SUBMITTER = 1 << 6,
	TMS_TRAIT_COMMENT = 1 << 7, /* the authors' own, at arXiv */
	TMS_TRAIT_ANNOUNCE = 1 << 8,
	TMS_TRAIT_CONTENT = 1 << 9, /* beside the summary, or in its place */
	TMS_TRAIT_LANGUAGE = 1 << 10, /* said, or seen by its letters */
};
#define TMS_TRAITS_ALL ((1u << 11) - 1)

/** Those that the item has. */
unsigned tms_item_traits(const struct tms_item *item);
/** As a sentence names it: "upvotes", "a category". */
const char *tms_trait_name(enum tms_trait trait);

#endif
