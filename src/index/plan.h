/*
 * Plans: what one leaf of a query asks of the items, compiled once. A plan knows atoms: an atom is
 * a set of the terms that items have (all words of one singular, all words with one beginning, the
 * values that a category test means, …), interned and counted, kept up to date as terms come
 * and go.
 */
#ifndef TAMIS_INDEX_PLAN_H
#define TAMIS_INDEX_PLAN_H

#include "items.h"
#include "query/checked_query.h"
#include "row.h"
#include "term.h"

/** What items have to be asked for without any of their words. */
#define INDEX_ATOM_ANY UINT32_MAX

struct index_plan;
struct index_postings;

/**
 * Compile a leaf of a query, borrowed for the call. The plan holds references to its atoms.
 * *out  given: index_plan_free
 * TMS_OK, TMS_ENOMEM.
 */
TMS_MUST_CHECK enum tms_status index_plan_make(
	struct index_items *items, const struct query_leaf *leaf, struct index_plan **out);
/** What one look at an item costs by all plans of regular expressions that are asked of every item,
 * see tms_query_scans. */
size_t index_scan_cost(const struct index_items *items);
/** NULL is accepted. */
void index_plan_free(struct index_items *items, struct index_plan *plan);
/** Heap that it holds, its atoms not counted. */
size_t index_plan_bytes(const struct index_plan *plan);

/** Equal plans hold for the same items at all times. */
uint32_t index_plan_hash(const struct index_plan *plan);
bool index_plan_equal(const struct index_plan *a, const struct index_plan *b);
/** Dates: what holds may change with the times of an item. */
bool index_plan_dated(const struct index_plan *plan);

/** An atom without which it cannot hold, the rarest one now; or INDEX_ATOM_ANY. */
uint32_t index_plan_anchor(const struct index_items *items, const struct index_plan *plan);

/**
 * Where a leaf is asked: pages, and of each the slots that are wanted.
 */
struct index_area {
	struct index_pages pages;
	const uint64_t *wanted;
};
/**
 * The wanted slots for which it may hold at `now`, as far as that is told without looking at items:
 * exactly those for which it holds, when index_plan_looks is false. TMS_OK, TMS_ENOMEM.
 */
TMS_MUST_CHECK enum tms_status index_plan_mark(struct index_items *items,
	const struct index_plan *plan, tms_time now, const struct index_area *area, uint64_t *out);
/** At most so many slots have what it cannot hold without; SIZE_MAX when that is not words. */
size_t index_plan_weight(const struct index_items *items, const struct index_plan *plan);
/** Does it look at items one by one? */
bool index_plan_looks(const struct index_plan *plan);
/** Of the slots of one page that index_plan_mark has found, *mask, look at each, lowest first: those
 * for which it does not hold go. *work: what that takes is taken off; at least one is looked at
 * whatever there is. *left: those that it was not enough for. TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status index_plan_look(struct index_items *items,
	const struct index_plan *plan, uint32_t page, size_t *work, uint64_t *mask, uint64_t *left);

/**
 * The owner's slots for which it holds at `now`, exactly, as 64 times the place of the page and the
 * place in the page. *out must be empty. TMS_OK, TMS_ENOMEM (*out is empty).
 */
TMS_MUST_CHECK enum tms_status index_plan_row(struct index_items *items,
	const struct index_plan *plan, uint32_t owner, tms_time now, struct index_row *out);
/** A row under way. {0} is not begun; index_marking_drop. */
struct index_marking {
	uint64_t *bits; /* owned; of pages before `at` only what holds … */
	size_t words;
	size_t at;
	uint64_t done; /* … and of that page, of these slots */
};
/**
 * The same for about *work microseconds' worth on a slow machine, of which what was used is taken:
 * TMS_EUNAVAIL when that was not enough; call again, before items change.
 */
TMS_MUST_CHECK enum tms_status index_plan_row_some(struct index_items *items,
	const struct index_plan *plan, uint32_t owner, tms_time now, size_t *work,
	struct index_marking *marking, struct index_row *out);
/** As not begun. */
void index_marking_drop(struct index_marking *marking);

/**
 * The postings of the items of a batch, ready to be asked. Atoms that are made while they live are
 * not in them.
 * slots  at most 64, each with an item; copied
 * *out   given: index_postings_free
 * TMS_OK, TMS_ENOMEM.
 */
TMS_MUST_CHECK enum tms_status index_postings_new(struct index_items *items, const uint32_t *slots,
	size_t count, tms_time now, struct index_postings **out);
/** NULL is accepted. */
void index_postings_free(struct index_postings *postings);
/** Score the next of its items against all subjects, and take what that costs off *work, in
 * sixteenths of a microsecond. *done: all were. TMS_OK, TMS_ENOMEM: ask again. */
TMS_MUST_CHECK enum tms_status index_postings_score(
	struct index_items *items, struct index_postings *postings, size_t *work, bool *done);
/**
 * What the mask of this plan needs before it can be asked, an item at a time: its subject's scores,
 * or, when that is less, those of the subjects that were asked of batches before. Takes what that
 * costs off *work, in sixteenths of a microsecond.
 * *done  nothing is needed any more, until another plan is asked about
 * TMS_OK, TMS_ENOMEM: ask again.
 */
TMS_MUST_CHECK enum tms_status index_postings_score_for(struct index_items *items,
	struct index_postings *postings, const struct index_plan *plan, size_t *work, bool *done);
/** Does a plan with this anchor hold for no item, since none has the atom? It is asked of no subject
 * before that is scored, so false is no answer. */
bool index_postings_lack(const struct index_items *items, const struct index_postings *postings,
	const struct index_plan *plan, uint32_t anchor);
/** The atoms that some item of it has, each once: no leaf anchored on another one holds. */
const uint32_t *index_postings_atoms(const struct index_postings *postings, size_t *count);

/** Bit i: it holds for slot i of the batch, exactly. TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status index_plan_mask(struct index_items *items,
	const struct index_plan *plan, const struct index_postings *postings, uint64_t *out);

#endif
