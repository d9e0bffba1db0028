/* Scopes, from inside: for the files that ask them. */
#ifndef TAMIS_INDEX_SCOPE_PRIVATE_H
#define TAMIS_INDEX_SCOPE_PRIVATE_H

#include "items_private.h"
#include "scope.h"

/** The pages of a large owner in a scope, by place: its rows fit on them. */
struct index_segment {
	uint32_t owner;
	size_t first, count;
};

/**
 * Positions: 64 times the number of the page here, and the place in the page. The pages of large
 * owners come first, an owner's one behind another; then those of all small ones, ascending. A page
 * that a large owner shares with small ones stands in both, with other masks.
 */
struct index_scope {
	struct tms_index *index;
	uint32_t *pages;
	uint64_t *masks; /* the slots of each that are in the scope */
	size_t count;
	struct index_segment *segments;
	size_t segments_count;
	size_t small;     /* pages from here on are of small owners */
	uint32_t *owners; /* of its slots: what they say moves with these */
	size_t owners_count;
	size_t slots;
	uint32_t serial; /* no two scopes ever had the same */
	uint64_t *added; /* until it is sealed: slots, and owners */
	size_t added_count, added_capacity;
};

/** Moves whenever anything about an item of it may have changed. */
uint64_t index_scope_version(const struct index_scope *scope);
static inline uint32_t index_scope_slot(const struct index_scope *scope, size_t position)
{
	return scope->pages[position / INDEX_PAGE] * INDEX_PAGE + (uint32_t)(position % INDEX_PAGE);
}

#endif
