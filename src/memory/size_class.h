/*
 * Runs of bytes that are kept: short ones in cells of about their size, long ones on the heap. A run
 * is named by a number and never moves.
 */
#ifndef TAMIS_MEMORY_SIZE_CLASS_H
#define TAMIS_MEMORY_SIZE_CLASS_H

#include "slab.h"

/** Sizes of cells; the last pool holds where the long runs are. */
#define INDEX_HEAP_CLASSES 30

struct index_heap {
	struct index_cells pools[INDEX_HEAP_CLASSES];
	size_t long_bytes;
};

void index_heap_init(struct index_heap *heap);
void index_heap_free(struct index_heap *heap);
/** Room for a run, not cleared; its first four bytes must never be all ones. TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status index_heap_take(
	struct index_heap *heap, size_t bytes, uint32_t *run, void **at);
void index_heap_give_back(struct index_heap *heap, uint32_t run);
void *index_heap_at(const struct index_heap *heap, uint32_t run);
size_t index_heap_bytes(const struct index_heap *heap);

/** Steps through all runs, page by page; {0} begins. What comes or goes in between may be missed;
 * all else is met exactly once. */
struct index_heap_walk {
	uint32_t pool, page, place;
};
/** The next run, or NULL at the end. */
void *index_heap_next(const struct index_heap *heap, struct index_heap_walk *walk);

/** Cells that lie side by side, some of them free. */
struct index_heap_cells {
	unsigned char *first;
	uint32_t count, bytes; /* of one */
};
/**
 * The same for whoever reads all runs at once: the rest of a page. The walk goes on behind as many
 * cells as are added to walk->place. False at the end.
 */
bool index_heap_next_cells(const struct index_heap *heap, struct index_heap_walk *walk,
	struct index_heap_cells *cells);
/** The run in a cell where the walk is; NULL when it is free. */
void *index_heap_in_cell(const struct index_heap_walk *walk, unsigned char *cell);

#endif
