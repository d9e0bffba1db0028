/*
 * Runs of bytes that are kept: short ones in cells of about their size, long ones on the heap. A run
 * is named by a number and never moves.
 */
#ifndef TAMIS_MEMORY_SIZE_CLASS_H
#define TAMIS_MEMORY_SIZE_CLASS_H

#include "slab.h"

/** Sizes of cells; the last pool holds where the long runs are. */
#define SIZE_CLASS_CLASSES 30

struct size_classes {
	struct slab pools[SIZE_CLASS_CLASSES];
	size_t long_bytes;
};

void size_class_init(struct size_classes *heap);
void size_class_free(struct size_classes *heap);
/** Room for a run, not cleared; its first four bytes must never be all ones. TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status size_class_take(
	struct size_classes *heap, size_t bytes, uint32_t *run, void **at);
void size_class_give_back(struct size_classes *heap, uint32_t run);
void *size_class_at(const struct size_classes *heap, uint32_t run);
size_t size_class_bytes(const struct size_classes *heap);

/** Steps through all runs, page by page; {0} begins. What comes or goes in between may be missed;
 * all else is met exactly once. */
struct size_class_walk {
	uint32_t pool, page, place;
};
/** The next run, or NULL at the end. */
void *size_class_next(const struct size_classes *heap, struct size_class_walk *walk);

/** Cells that lie side by side, some of them free. */
struct size_class_cells {
	unsigned char *first;
	uint32_t count, bytes; /* of one */
};
/**
 * The same for whoever reads all runs at once: the rest of a page. The walk goes on behind as many
 * cells as are added to walk->place. False at the end.
 */
bool size_class_next_cells(const struct size_classes *heap, struct size_class_walk *walk,
	struct size_class_cells *cells);
/** The run in a cell where the walk is; NULL when it is free. */
void *size_class_in_cell(const struct size_class_walk *walk, unsigned char *cell);

#endif
