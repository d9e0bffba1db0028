/*
 * Cells of one size, in pages: a cell is named by a number and never moves; a page without cells
 * goes back to the heap. So a million small things cost what they hold, nothing is ever copied as
 * a whole, and what was filled and emptied again holds nothing.
 */
#ifndef TAMIS_MEMORY_SLAB_H
#define TAMIS_MEMORY_SLAB_H

#include <tamis/status.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define INDEX_CELL_NONE UINT32_MAX
/** A line of a processor's cache: cells whose size divides it lie in one. */
#define INDEX_CELL_LINE 64

struct index_cell_page;

/** index_cells_init, index_cells_free. A used cell's first four bytes are never all ones. */
struct index_cells {
	struct index_cell_page **pages; /* NULL where one was given back */
	uint32_t pages_count, pages_capacity;
	uint32_t vacant; /* no NULL stands before this one */
	uint32_t open;   /* first page with a free cell, or INDEX_CELL_NONE */
	uint32_t cell_bytes;
	uint32_t shift; /* a page has 2^shift cells */
	size_t live_pages;
	size_t count; /* cells in use */
};

/** cell_bytes: a multiple of 4, at least 8; cells are aligned to their size as far as it
 * goes. */
void index_cells_init(struct index_cells *pool, uint32_t cell_bytes);
void index_cells_free(struct index_cells *pool);
/** A cell, not cleared. TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status index_cells_take(struct index_cells *pool, uint32_t *cell);
void index_cells_give_back(struct index_cells *pool, uint32_t cell);
size_t index_cells_bytes(const struct index_cells *pool);
/** The first used cell at or behind number *cell, which moves behind it; NULL at the end. */
void *index_cells_next(const struct index_cells *pool, uint32_t *cell);
/** Numbers of cells are below this. */
uint32_t index_cells_end(const struct index_cells *pool);

/** A page, its cells one behind another from its `cells` on. */
struct index_cell_page {
	uint32_t used; /* cells at and above this one were never taken */
	uint32_t live;
	uint32_t free; /* first free cell below used, as a place in the page, or INDEX_CELL_NONE */
	uint32_t next, previous; /* among open pages */
	_Alignas(INDEX_CELL_LINE) unsigned char cells[];
};

static inline void *index_cells_at(const struct index_cells *pool, uint32_t cell)
{
	struct index_cell_page *page = pool->pages[cell >> pool->shift];
	uint32_t place = cell & ((UINT32_C(1) << pool->shift) - 1);

	return page->cells + (size_t)place * pool->cell_bytes;
}

/** True for a cell that is free, by its first four bytes. */
static inline bool index_cell_is_free(const void *cell)
{
	return *(const uint32_t *)cell == INDEX_CELL_NONE;
}

#endif
