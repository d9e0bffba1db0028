/*
 * A Bloom filter of bigrams: which words stand next to each other in which items, as far as two
 * bits of a hash tell. Most items that have both words of a phrase, but apart, are known by it
 * without a look at their forward indexes; what it lets pass may still be wrong. The bits of 64
 * items lie in one word, so that a phrase is asked of 64 items at once.
 */
#ifndef TAMIS_INDEX_BIGRAM_FILTER_H
#define TAMIS_INDEX_BIGRAM_FILTER_H

#include "plan_private.h"

/** Bits of an item, of which each bigram sets two: a paper's 170 leave six words of seven that
 * stand apart to be seen as such. */
#define INDEX_BIGRAM_FILTER_BITS 640

/** 64 slots: word h has the items with a bigram of that hash. */
struct index_bigram_filter {
	uint64_t words[INDEX_BIGRAM_FILTER_BITS];
};

/** The slot has this forward index now; of `filters` there is one for each 64 slots. */
void index_bigram_filter_set(const struct index_items *items, uint32_t slot,
	const struct index_forward *forward, struct index_bigram_filter *filters);
/** Take out of the bits, one for each slot, the items in which the plan's places cannot stand next
 * to each other. */
void index_bigram_filter_narrow(const struct index_items *items, const struct index_plan *plan,
	uint64_t *bits, size_t words);

#endif
