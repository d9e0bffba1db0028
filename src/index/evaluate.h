/* Programs, evaluated over all items of a scope at once, and on one of them at any moment. */
#ifndef TAMIS_INDEX_EVALUATE_H
#define TAMIS_INDEX_EVALUATE_H

#include "leaf.h"
#include "program.h"
#include "scope_private.h"

/** What a program is asked. */
struct index_evaluation {
	struct index_leaves *leaves;
	const struct index_scope *scope;
	const struct index_page_filter *filter; /* of its pages of small owners, or NULL */
	struct tms_arena *scratch;
	struct index_program program;
	tms_time now;
	unsigned open;   /* flags of leaves that are taken as they might be at another moment … */
	bool open_holds; /* … to hold, or not to */
	uint64_t **known; /* of each word of the program the positions for which its leaf holds, as
			   far as index_evaluate_at has asked; NULL before */
};

/** The flags of all its leaves. */
unsigned index_program_flags(const struct index_leaves *leaves, struct index_program program);
/** The positions for which it holds, a word for each page of the scope. TMS_OK, TMS_ENOMEM,
 * TMS_ELIMIT (the arena's), TMS_EUNAVAIL as index_leaf_row. */
TMS_MUST_CHECK enum tms_status index_evaluate(
	const struct index_evaluation *evaluation, uint64_t *bits);

/** A moment: what the clock shows, and until when numbers are known. */
struct index_moment {
	tms_time now, numbers_at;
};
/**
 * Does it hold for the item at that position at a moment? What it asks of leaves that do not move
 * stays in the arena until that is rewound. Statuses as index_evaluate.
 */
TMS_MUST_CHECK enum tms_status index_evaluate_at(struct index_evaluation *evaluation,
	size_t position, const struct tms_merged *item, struct index_moment moment, bool *holds);
/** The first moment behind `after` at which the clock may turn a leaf of it for the item, or `best`
 * when that is earlier. */
tms_time index_evaluate_turn(const struct index_evaluation *evaluation,
	const struct tms_merged *item, tms_time after, tms_time best);

#endif
