/*
 * Runs of bytes in size classes: a slab for each of 29 sizes, and one that holds where the long
 * runs are, which lie on the heap. A run is named by a number and never moves. All runs can be
 * walked.
 */
#ifndef TAMIS_MEMORY_SIZE_CLASS_H
#define TAMIS_MEMORY_SIZE_CLASS_H

#include "slab.h"

/** Slabs; the last one holds where the long runs are. */
#define SIZE_CLASS_COUNT 30

struct size_classes {
	struct slab slabs[SIZE_CLASS_COUNT];
	size_t long_bytes;
};

/** Empty. */
void size_class_init(struct size_classes *classes);
/** Frees all runs; empty again. */
void size_class_free(struct size_classes *classes);
/** Room for a run, not cleared; its first four bytes must never be all ones. TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status size_class_take(
	struct size_classes *classes, size_t bytes, uint32_t *run, void **at);
/** The run is free; its bytes are no longer read. */
void size_class_give_back(struct size_classes *classes, uint32_t run);
/** The run's bytes; valid until it is given back. */
void *size_class_at(const struct size_classes *classes, uint32_t run);
/** Heap bytes, what is free in pages among them. */
size_t size_class_bytes(const struct size_classes *classes);

/** Steps through all runs, page by page; {0} begins. What comes or goes in between may be missed;
 * all else is met exactly once. */
struct size_class_walk {
	uint32_t slab, page, place;
};
/** Cells that lie side by side, some of them free. */
struct size_class_cells {
	unsigned char *first;
	uint32_t count, bytes; /* of one */
};
/**
 * The cells from where the walk is to the end of their page. The walk goes on behind as many of
 * them as are added to walk->place. False at the end.
 */
bool size_class_next_cells(const struct size_classes *classes, struct size_class_walk *walk,
	struct size_class_cells *cells);
/** The run in a cell where the walk is; NULL when it is free. */
void *size_class_in_cell(const struct size_class_walk *walk, unsigned char *cell);

#endif
