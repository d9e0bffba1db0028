/*
 * A Bloom filter of bigrams: which words stand next to each other in which items, as far as two
 * bits of a hash tell. Most items that have both words of a phrase, but apart, are known by it
 * without a look at their forward indexes; what it lets pass may still be wrong. The bits of 64
 * items lie in one word, so that a phrase is asked of 64 items at once.
 */
#ifndef TAMIS_INDEX_BIGRAM_FILTER_H
#define TAMIS_INDEX_BIGRAM_FILTER_H

#include "plan_private.h"

/** The slot has this forward index now. */
void index_bigram_filter_set(
	const struct index_items *items, uint32_t slot, const struct index_forward *forward);
/** Take out of the bits, a word for each page, the items in which the plan's places cannot stand
 * next to each other. */
void index_bigram_filter_narrow(const struct index_items *items, const struct index_plan *plan,
	const struct index_pages *pages, uint64_t *bits);

#endif
