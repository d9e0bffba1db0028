/*
 * An item as a feed sees it: the sightings of the feed's own sources merged into one, with the
 * times that Tamis itself has kept. Queries are tested against this, entries are written from it.
 */
#ifndef TAMIS_MERGED_H
#define TAMIS_MERGED_H

#include <tamis/trait.h>

/** From `at` on the number had this value, until the next step. */
struct tms_step {
	tms_time at;
	int64_t value;
};

/** The steps of one number, oldest first; bounded, but the highest values and their times stay. */
struct tms_history {
	const struct tms_step *steps;
	size_t count;
};

struct tms_merged {
	/* `published` is never TMS_TIME_NONE here (first_seen stands in) and never in the future of
	 * first_seen's listing. */
	struct tms_item item;
	tms_time first_seen; /* first listed by one of these sources */
	tms_time updated;    /* title, summary, authors or links really changed; else = published */
	struct tms_history numbers[TMS_NUMBERS]; /* item.numbers holds the newest value */
	const struct tms_str *sources; /* names of the sources that list it, in byte order */
	size_t sources_count;
	/* What arXiv says elsewhere, where none of these sources has its word: tested by queries,
	 * shown in no entry. */
	const struct tms_category *joined;
	size_t joined_count;
};

/** What the item has, with what is joined to it: bits of enum tms_trait. */
static inline unsigned tms_merged_traits(const struct tms_merged *merged)
{
	return tms_item_traits(&merged->item) |
	       (merged->joined_count > 0 ? (unsigned)TMS_TRAIT_CATEGORY : 0);
}

/** The categories that queries test: the item's own, then the joined ones.
 * i < tms_merged_categories_count. */
static inline const struct tms_category *tms_merged_category(
	const struct tms_merged *merged, size_t i)
{
	size_t own = merged->item.categories_count;

	return i < own ? &merged->item.categories[i] : &merged->joined[i - own];
}

/** Own and joined ones. */
static inline size_t tms_merged_categories_count(const struct tms_merged *merged)
{
	return merged->item.categories_count + merged->joined_count;
}

#endif
