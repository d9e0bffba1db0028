/* Looking for the places of a plan in the forward index of one item; for walk.c and near.c. */
#ifndef TAMIS_INDEX_WALK_H
#define TAMIS_INDEX_WALK_H

#include "plan_private.h"

/* An item of so many terms, as nearly all are, and a phrase of so few words need no memory. */
#define INDEX_UNIT_WORDS 4
#define INDEX_WALK_UNITS 8

/** The terms of this item that stand for a place or a cover, as bits. */
struct index_unit {
	uint64_t *bits;
	uint64_t near[INDEX_UNIT_WORDS];
	uint32_t first, span; /* places that it stands for */
	uint32_t count;
};

struct index_walk {
	const struct index_items *items;
	const struct index_plan *plan;
	const struct index_forward *forward;
	struct index_unit *units; /* of places, then of covers */
	size_t units_count;
	struct index_unit few[INDEX_WALK_UNITS];
};

/** Places of the plan that stand next to each other, and the first of their covers. */
struct index_run {
	size_t place, places, cover;
};

static inline bool index_unit_has(const struct index_unit *unit, uint32_t term)
{
	return (unit->bits[term / 64] >> term % 64 & 1) != 0;
}

/** Find which terms of the item stand for what. *may_hold: false when some place has none at all.
 * Takes from the scratch arena. TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status index_walk_begin(struct index_items *items,
	const struct index_plan *plan, uint32_t slot, struct index_walk *w, bool *may_hold);
/** The ends, as offsets from word `start`, that the run can have when it begins there, as a mask;
 * the text ends before word `end`. */
uint64_t index_walk_ends(
	const struct index_walk *w, struct index_run run, size_t start, size_t end);
/** The first hyphenated run of the item that starts at or behind word `at`. */
uint32_t index_joined_from(const struct index_forward *forward, size_t at);

#endif
