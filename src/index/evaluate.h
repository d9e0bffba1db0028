/* Programs, evaluated over the rows of all items at once, and on one item at any moment. */
#ifndef TAMIS_INDEX_EVALUATE_H
#define TAMIS_INDEX_EVALUATE_H

#include "leaf.h"
#include "program.h"

/** What a program is asked. */
struct index_evaluation {
	struct index_leaves *leaves;
	struct tms_arena *scratch;
	struct index_program program;
	tms_time now;
	size_t words;    /* of a row of bits */
	unsigned open;   /* flags of leaves that are taken as they might be at another moment … */
	bool open_holds; /* … to hold, or not to */
};

/** The flags of all its leaves. */
unsigned index_program_flags(const struct index_leaves *leaves, struct index_program program);
/** Bit i of `bits`: it holds for slot i. TMS_OK, TMS_ENOMEM, TMS_ELIMIT (the arena's). */
TMS_MUST_CHECK enum tms_status index_evaluate(
	const struct index_evaluation *evaluation, uint64_t *bits);

/** A moment: what the clock shows, and until when numbers are known. */
struct index_moment {
	tms_time now, numbers_at;
};
/**
 * Does it hold for the item in that slot at a moment?
 * TMS_OK, TMS_ENOMEM.
 */
TMS_MUST_CHECK enum tms_status index_evaluate_at(const struct index_evaluation *evaluation,
	uint32_t slot, const struct tms_merged *item, struct index_moment moment, bool *holds);
/** The first moment behind `after` at which the clock may turn a leaf of it for the item, or `best`
 * when that is earlier. */
tms_time index_evaluate_turn(const struct index_evaluation *evaluation,
	const struct tms_merged *item, tms_time after, tms_time best);

#endif
