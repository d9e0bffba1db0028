/* Plans from inside; for the files that make and ask them. */
#ifndef TAMIS_INDEX_PLAN_PRIVATE_H
#define TAMIS_INDEX_PLAN_PRIVATE_H

#include "items_private.h"

enum index_plan_kind {
	PLAN_ATOMS,   /* a clause for each place: the atom there, or one that covers it */
	PLAN_ID,      /* one atom without terms */
	PLAN_RANGE,   /* numbers and times */
	PLAN_SCAN,    /* every item has to be read */
	PLAN_SUBJECT, /* one atom without terms; items are scored */
};

/** What atoms do not decide. */
#define INDEX_PLAN_WALK 1u    /* the places have to stand next to each other */
#define INDEX_PLAN_RECHECK 2u /* the query itself has to look at the item */
#define INDEX_PLAN_NEAR 4u    /* runs of places have to stand near each other */
#define INDEX_PLAN_LISTED 8u  /* with RECHECK: by a list of authors, whose number is the print */
#define INDEX_PLAN_LOOK (INDEX_PLAN_WALK | INDEX_PLAN_RECHECK | INDEX_PLAN_NEAR)

/** An atom for the places first to first + span. */
struct index_cover {
	uint32_t atom;
	uint16_t first, span;
};

/** Of near(): then a struct index_near_part for each part; a part that is repeated stands once. */
struct index_near_head {
	uint16_t gap; /* other words at most */
	uint8_t parts, padding;
};
struct index_near_part {
	uint8_t places, covers;
	uint8_t times; /* that it is asked for */
};

/** A range predicate; of dates the second half. */
struct index_range {
	int64_t least, most, within_s;
	struct query_dates dates;
	uint32_t leaf; /* enum query_leaf_kind */
	uint32_t which;
};

/** Of subjects, in the place of the printed leaf. */
struct index_asked_subject {
	uint32_t subject, threshold;
};

/**
 * One block, 24 bytes for two words. Behind this header: an atom for every place, the covers, the
 * anchor where no place has an atom that it cannot do without; or a struct index_range; or a scan's
 * cost as four bytes; then the printed leaf, where the query has to look.
 */
struct index_plan {
	uint32_t bytes; /* of the block */
	uint32_t hash;
	uint8_t kind, flags, places, covers;
	uint16_t fields;
	bool has_anchor;
	uint8_t padding;
};
_Static_assert(TMS_FIELDS <= 16, "the fields of a plan have sixteen bits");

static inline const uint32_t *index_plan_atoms(const struct index_plan *plan)
{
	return (const uint32_t *)(const void *)(plan + 1);
}

static inline const struct index_cover *index_plan_covers(const struct index_plan *plan)
{
	return (const struct index_cover *)(const void *)(index_plan_atoms(plan) + plan->places);
}
/** Where the printed leaf begins. */
size_t index_plan_head_bytes(const struct index_plan *plan);
/** What a scan costs an item; 0 of all others. */
uint32_t index_plan_scan_cost(const struct index_plan *plan);
/** The anchor of one that has its own. */
uint32_t index_plan_own_anchor(const struct index_plan *plan);
/** Of a PLAN_SUBJECT, and of a PLAN_RANGE. */
struct index_asked_subject index_plan_subject(const struct index_plan *plan);
struct index_range index_plan_range(const struct index_plan *plan);
/** The number of a list. */
uint32_t index_plan_list(const struct index_plan *plan);
/** The printed leaf, or what near() asks; empty when neither has to be known. */
struct tms_str index_plan_print(const struct index_plan *plan);

/** One step of a pattern: a word, or hyphenated words as one. */
struct index_step {
	struct tms_str form, as_stands;
	size_t first, span;
	size_t stem; /* its place in the stems of the pattern */
	bool is_last;
	enum tms_word_kind kind;
};
/** index/meaning.c: the atom that means what unit_matches of query/match.c means by it, in these
 * fields. Its key lives in the scratch arena. TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status index_step_means(struct index_items *items, unsigned fields,
	const struct query_pattern *pattern, const struct index_step *step,
	struct index_meaning *out);

/** index/walk.c: do the places stand next to each other in a text of the plan's fields?
 * TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status index_walk_holds(
	struct index_items *items, const struct index_plan *plan, uint32_t slot, bool *holds);
/** index/near.c: do the runs stand near each other in a text of the plan's fields?
 * TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status index_near_holds(
	struct index_items *items, const struct index_plan *plan, uint32_t slot, bool *holds);
/** index/recheck.c: what the query itself says of the item. TMS_OK, TMS_ENOMEM, TMS_ELIMIT. */
TMS_MUST_CHECK enum tms_status index_recheck_holds(
	struct index_items *items, const struct index_plan *plan, uint32_t slot, bool *holds);
/**
 * index/recheck.c: the list that a leaf asks for, each once, with one more reference.
 * *atom  the words of its names, with one more reference
 * TMS_OK, TMS_ENOMEM.
 */
TMS_MUST_CHECK enum tms_status index_list_ref(
	struct index_items *items, const struct query_leaf *leaf, uint32_t *number, uint32_t *atom);
/** The last reference takes it away. */
void index_list_unref(struct index_items *items, uint32_t number);
/** Heap that the lists hold. */
size_t index_lists_bytes(const struct index_items *items);
/** Forget the parsed query of a plan that is about to be freed. */
void index_recheck_forget(struct index_items *items, const struct index_plan *plan);
/** index/column.c: what the leaf asks; bytes are compared, so none is left open. */
struct index_range index_range_of(const struct query_leaf *leaf);
/** Is the number or time within the range? */
bool index_range_holds(const struct index_items *items, const struct index_range *range,
	uint32_t slot, tms_time now);

/** index/plan_row.c: what atoms do not decide, for one item that has them. */
TMS_MUST_CHECK enum tms_status index_plan_verify(
	struct index_items *items, const struct index_plan *plan, uint32_t slot, bool *holds);

#endif
