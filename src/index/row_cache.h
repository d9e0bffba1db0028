/*
 * The row cache: rows of leaves that were asked for, kept until nobody asks. Which to let go of is
 * found by CLOCK (second chance): a hand goes round, and takes what was not used since it came by
 * last. When items have changed, a row that was dear to make is asked about these only; one that
 * was cheap is made again.
 */
#ifndef TAMIS_INDEX_ROW_CACHE_H
#define TAMIS_INDEX_ROW_CACHE_H

#include "memory/slab.h"
#include "plan.h"

/** They hold at most about so many bytes. */
#define INDEX_ROW_CACHE_BYTES_MAX ((size_t)8 * 1024 * 1024)
/** So many changes are remembered; behind more, every row is made again. */
#define INDEX_ROW_CACHE_CHANGES 64

/** What a row moves with, besides the words of items. */
enum index_leaf_flag {
	INDEX_LEAF_NUMBER = 1 << 0, /* the numbers of an item */
	INDEX_LEAF_CLOCK = 1 << 1,  /* the clock */
	INDEX_LEAF_DATED = 1 << 2,  /* the times of an item */
};
#define INDEX_LEAF_MOVES ((unsigned)INDEX_LEAF_NUMBER | (unsigned)INDEX_LEAF_CLOCK)

struct index_cached_row {
	uint32_t leaf;
	bool was_used; /* since the hand came by */
	bool is_dear;
	uint64_t version;
	tms_time now; /* of leaves that move with the clock */
	struct index_row row;
};

/** What a row is cached for: a leaf, as far as its row goes. */
struct index_row_key {
	uint32_t leaf;
	const struct index_plan *plan;
	unsigned flags;
};

/** index_row_cache_init, index_row_cache_free. */
struct index_row_cache {
	struct index_items *items;
	struct slab cells;
	size_t row_bytes;
	uint32_t hand;            /* of CLOCK: where the looking through goes on */
	uint64_t text_version;    /* rises when an item comes, goes, or changes its text */
	uint64_t numbers_version; /* rises when anything about an item changes */
	uint32_t changed[INDEX_ROW_CACHE_CHANGES]; /* slots, by text_version */
	struct index_postings *changes;            /* of those from a version on, or NULL */
	uint32_t slots[INDEX_ROW_CACHE_CHANGES];   /* of the batch, then those that are empty now */
	size_t slots_count, there_count;
	uint64_t changes_since;
	uint64_t count; /* rows made */
	/** What may still be done, see index_plan_row_some; SIZE_MAX, the default: all. */
	size_t work;
	struct index_marking marking; /* of a row that was not done with that … */
	struct index_row_key marked;  /* … of this leaf … */
	uint64_t marked_version;      /* … of these items … */
	size_t waited;                /* … and how often others were asked for since */
};

/** Without rows, for leaves over these items. */
void index_row_cache_init(struct index_row_cache *cache, struct index_items *items);
void index_row_cache_free(struct index_row_cache *cache);
/** Heap that it holds, rows and all. */
size_t index_row_cache_bytes(const struct index_row_cache *cache);
/**
 * The slots for which the leaf holds at `now`; borrowed until its row is dropped or items change.
 * *cell  the leaf's row, or SLAB_NONE
 * TMS_OK, TMS_ENOMEM; TMS_EUNAVAIL when cache->work is used up: ask again, with more of it.
 */
TMS_MUST_CHECK enum tms_status index_row_cache_get(struct index_row_cache *cache,
	const struct index_row_key *key, tms_time now, uint32_t *cell,
	const struct index_row **row);
/** Drop the row of a leaf; none is fine. */
void index_row_cache_drop(struct index_row_cache *cache, uint32_t *cell);
/** The same for a leaf that goes: its row may be under way. */
void index_row_cache_forget(struct index_row_cache *cache, uint32_t leaf, uint32_t *cell);
/** A leaf whose row should be dropped, or SLAB_NONE when all is well. *looked_at counts the
 * rows that were looked at: a caller that has 0 there at first never waits long. */
uint32_t index_row_cache_spare(struct index_row_cache *cache, size_t *looked_at);
/** The item in that slot has come, changed, or goes now. */
void index_row_cache_note(struct index_row_cache *cache, uint32_t slot, enum index_put what);

#endif
