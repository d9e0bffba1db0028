/*
 * Leaves: each distinct thing that rules ask of an item, once, however many rules ask for it. A
 * leaf has its plan, stands in the list of the atom that it cannot hold without, and has a row once
 * it was asked for one.
 */
#ifndef TAMIS_INDEX_LEAF_H
#define TAMIS_INDEX_LEAF_H

#include "anchor.h"
#include "plan.h"
#include "memory/slab.h"
#include "memory/id_table.h"
#include "row_cache.h"
#include "term_memo.h"

struct index_leaf {
	struct index_plan *plan;
	uint32_t refs;
	uint32_t anchor;    /* an atom, or INDEX_ATOM_ANY */
	uint32_t anchor_at; /* place in its list */
	uint32_t row;       /* its first cell in the row cache, or SLAB_NONE */
	uint32_t memo : 24; /* its place in the term memo, or INDEX_TERM_MEMO_NONE */
	uint32_t flags : 8;
};

/** What a range of numbers, ages or days asks, to be asked on one item at any moment. */
struct index_moving {
	uint32_t leaf;
	enum query_leaf_kind kind;
	const struct query_field *field;
	union {
		struct {
			int64_t least, most, within_s;
		};
		struct query_dates dates; /* LEAF_DAY */
	};
};

/** index_leaves_init, index_leaves_free. */
struct index_leaves {
	struct index_items *items;
	struct slab pool, moving;
	struct index_row_cache rows;
	struct id_table by_plan; /* leaves */
	struct id_table by_leaf; /* what moves */
	struct index_anchors anchors;
	struct index_term_memo term_memo;
	size_t plan_bytes;
};

/** Without leaves. seed: of the hashes of remembered terms. */
void index_leaves_init(
	struct index_leaves *leaves, struct index_items *items, struct tms_hash_seed seed);
void index_leaves_free(struct index_leaves *leaves);
size_t index_leaves_bytes(const struct index_leaves *leaves);

static inline struct index_leaf *index_leaf_at(const struct index_leaves *leaves, uint32_t leaf)
{
	return slab_at(&leaves->pool, leaf);
}

/** The leaf that asks this, with one more reference. As index_plan_make. */
TMS_MUST_CHECK enum tms_status index_leaf_intern(
	struct index_leaves *leaves, const struct query_leaf *asked, uint32_t *leaf);
/** One more reference, and one less: the last takes the leaf, its row and its plan away. */
void index_leaf_ref(struct index_leaves *leaves, uint32_t leaf);
void index_leaf_unref(struct index_leaves *leaves, uint32_t leaf);

/**
 * The slots of a large owner for which it holds at `now`, by place; borrowed until
 * index_leaves_tidy, the end of the leaf, or a change of the items. As index_row_cache_get.
 */
TMS_MUST_CHECK enum tms_status index_leaf_row(struct index_leaves *leaves, uint32_t leaf,
	uint32_t owner, tms_time now, const struct index_row **row);
/** Of some pages the wanted slots for which it holds at `now`. As index_row_cache_ask. */
TMS_MUST_CHECK enum tms_status index_leaf_ask(struct index_leaves *leaves, uint32_t leaf,
	const struct index_area *area, tms_time now, uint64_t *out);
/** Let go of rows above the bound, those first that were not asked for lately. */
void index_leaves_tidy(struct index_leaves *leaves);
/** Of a leaf that moves: does it hold for the item at `now`, by the numbers known at numbers_at? */
bool index_leaf_holds(const struct index_leaves *leaves, uint32_t leaf,
	const struct tms_merged *item, tms_time now, tms_time numbers_at);
/** Of a leaf that moves with the clock: the first moment behind `after` at which it may turn for
 * the item, or `best` when that is earlier. */
tms_time index_leaf_turn(const struct index_leaves *leaves, uint32_t leaf,
	const struct tms_merged *item, tms_time after, tms_time best);

#endif
