/*
 * Which words stand next to each other in which items, as far as some bits of a hash tell: most
 * items that have both words of a phrase, but apart, are known by it without a look at their
 * shadows.
 */
#ifndef TAMIS_INDEX_PAIR_H
#define TAMIS_INDEX_PAIR_H

#include "plan_inside.h"

/** Bits of an item, of which each pair sets two: a paper's 170 pairs leave six words of seven that
 * stand apart to be seen as such. */
#define INDEX_PAIR_BITS 640

/** 64 slots: word h has the items with a pair of that hash. */
struct index_pairs {
	uint64_t words[INDEX_PAIR_BITS];
};

/** The slot has this shadow now; of `pairs` there is one for each 64 slots. */
void index_pairs_set(const struct index_items *items, uint32_t slot,
	const struct index_shadow *shadow, struct index_pairs *pairs);
/** Take out of the bits, one for each slot, the items in which the plan's places cannot stand next
 * to each other. */
void index_pairs_narrow(const struct index_items *items, const struct index_plan *plan,
	uint64_t *bits, size_t words);

#endif
