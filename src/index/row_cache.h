/*
 * The row cache: what leaves were asked, kept until nobody asks. Of a leaf and an owner that is
 * large a row; of a leaf and a page, where items had to be looked at, a probe: which were, and which
 * hold. Which to let go of is found by CLOCK (second chance): a hand goes round, and takes what was
 * not used since it came by last. When items of the owner have changed, a row that was dear to make
 * is asked about these only; one that was cheap is made again.
 */
#ifndef TAMIS_INDEX_ROW_CACHE_H
#define TAMIS_INDEX_ROW_CACHE_H

#include "memory/slab.h"
#include "memory/id_table.h"
#include "page.h"
#include "plan.h"

/** They hold at most about so many bytes, unless bytes_max is set. */
#define INDEX_ROW_CACHE_BYTES_MAX ((size_t)8 * 1024 * 1024)

/** What a row moves with, besides the words of items. */
enum index_leaf_flag {
	INDEX_LEAF_NUMBER = 1 << 0, /* the numbers of an item */
	INDEX_LEAF_CLOCK = 1 << 1,  /* the clock */
	INDEX_LEAF_DATED = 1 << 2,  /* the times of an item */
};
#define INDEX_LEAF_MOVES ((unsigned)INDEX_LEAF_NUMBER | (unsigned)INDEX_LEAF_CLOCK)

/** A row, or a probe. */
struct index_cached {
	uint32_t leaf;
	uint32_t of;           /* the owner's stamp; of a probe INDEX_CACHED_PROBE | the page */
	uint32_t next, before; /* of the same leaf; SLAB_NONE: none */
	uint64_t version;      /* of the owner; of a probe: of the page */
	union {
		struct {
			tms_time now; /* of leaves that move with the clock */
			struct index_row row;
		} row;
		struct {
			uint64_t asked, holds;
		} probe;
	} in;
	bool was_used; /* since the hand came by */
	bool is_dear;
};
#define INDEX_CACHED_PROBE (UINT32_C(1) << 31)

/** What a row is cached for: a leaf, as far as its row goes, and where it is asked. */
struct index_row_key {
	uint32_t leaf;
	const struct index_plan *plan;
	unsigned flags;
};

/** index_row_cache_init, index_row_cache_free. */
struct index_row_cache {
	struct index_items *items;
	struct slab cells;
	struct id_table by_key; /* those that are not the first of their leaf */
	size_t row_bytes, bytes_max;
	uint32_t hand;                     /* of CLOCK: where the looking through goes on */
	struct index_postings *changes;    /* of an owner from a version on, or NULL … */
	uint32_t slots[INDEX_ROW_CHANGES]; /* … its slots, then those that are empty now */
	size_t slots_count, there_count;
	uint64_t changes_since, changes_until;
	uint32_t changes_stamp;
	uint64_t count; /* rows made */
	/** What may still be done, see index_plan_row_some; SIZE_MAX, the default: all. */
	size_t work;
	struct index_marking marking; /* of a row that was not done with that … */
	struct index_row_key marked;  /* … of this leaf … */
	uint32_t marked_owner, marked_stamp;
	uint64_t marked_version; /* … of these items … */
	size_t waited;           /* … and how often others were asked for since */
};

/** Without rows, for leaves over these items. */
void index_row_cache_init(struct index_row_cache *cache, struct index_items *items);
void index_row_cache_free(struct index_row_cache *cache);
/** Heap that it holds, rows and all. */
size_t index_row_cache_bytes(const struct index_row_cache *cache);
/**
 * The slots of a large owner for which the leaf holds at `now`, by place (index_plan_row); borrowed
 * until its row is dropped or items change.
 * *cell  the leaf's first row or probe, or SLAB_NONE
 * TMS_OK, TMS_ENOMEM; TMS_EUNAVAIL when cache->work is used up: ask again, with more of it.
 */
TMS_MUST_CHECK enum tms_status index_row_cache_get(struct index_row_cache *cache,
	const struct index_row_key *key, uint32_t owner, tms_time now, uint32_t *cell,
	const struct index_row **row);
/**
 * Of some pages the wanted slots for which the leaf holds at `now`. Asked each time; what had to be
 * looked at is kept. Statuses as above.
 */
TMS_MUST_CHECK enum tms_status index_row_cache_ask(struct index_row_cache *cache,
	const struct index_row_key *key, const struct index_area *area, tms_time now,
	uint32_t *cell, uint64_t *out);
/** Drop all of a leaf; none is fine. */
void index_row_cache_forget(struct index_row_cache *cache, uint32_t leaf, uint32_t *cell);
/** What should be dropped (index_row_cache_drop), or SLAB_NONE when all is well. *looked_at counts
 * the rows that were looked at: a caller that has 0 there at first never waits long. */
uint32_t index_row_cache_spare(struct index_row_cache *cache, size_t *looked_at);
/** The leaf that it is of. */
uint32_t index_row_cache_leaf(const struct index_row_cache *cache, uint32_t cell);
/** *first: of that leaf. */
void index_row_cache_drop(struct index_row_cache *cache, uint32_t *first, uint32_t cell);

#endif
