/*
 * A slab allocator (Bonwick, USENIX 1994): cells of one size, in pages. A cell is named by a number
 * and never moves; a page without cells goes back to the heap. So a million small things cost what
 * they hold, nothing is ever copied as a whole, and what was filled and emptied again holds
 * nothing.
 */
#ifndef TAMIS_MEMORY_SLAB_H
#define TAMIS_MEMORY_SLAB_H

#include <tamis/status.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SLAB_NONE UINT32_MAX
/** A line of a processor's cache: cells whose size divides it lie in one. */
#define SLAB_LINE 64

struct slab_page;

/** Begin with slab_init, end with slab_free. A used cell's first four bytes are never all ones. */
struct slab {
	struct slab_page **pages; /* NULL where one was given back */
	uint32_t pages_count, pages_capacity;
	uint32_t vacant; /* no NULL stands before this one */
	uint32_t open;   /* first page with a free cell, or SLAB_NONE */
	uint32_t cell_bytes;
	uint32_t shift; /* a page has 2^shift cells */
	size_t live_pages;
	size_t count; /* cells in use */
};

/** Empty. cell_bytes: a multiple of 4, at least 8; cells are aligned to their size as far as it
 * goes. */
void slab_init(struct slab *slab, uint32_t cell_bytes);
/** Frees all pages; empty again, for cells of the same size. */
void slab_free(struct slab *slab);
/** A cell, not cleared. TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status slab_take(struct slab *slab, uint32_t *cell);
/** The cell is free; its bytes are no longer read. */
void slab_give_back(struct slab *slab, uint32_t cell);
/** Heap bytes, what is free in pages among them. */
size_t slab_bytes(const struct slab *slab);
/** The first used cell at or behind number *cell, which moves behind it; NULL at the end. */
void *slab_next(const struct slab *slab, uint32_t *cell);
/** Numbers of cells are below this. */
uint32_t slab_end(const struct slab *slab);

/** A page, its cells one behind another from its `cells` on. */
struct slab_page {
	uint32_t used; /* cells at and above this one were never taken */
	uint32_t live;
	uint32_t free; /* first free cell below used, as a place in the page, or SLAB_NONE */
	uint32_t next, previous; /* among open pages */
	_Alignas(SLAB_LINE) unsigned char cells[];
};

/** The cell's bytes; valid until it is given back. */
static inline void *slab_at(const struct slab *slab, uint32_t cell)
{
	struct slab_page *page = slab->pages[cell >> slab->shift];
	uint32_t place = cell & ((UINT32_C(1) << slab->shift) - 1);

	return page->cells + (size_t)place * slab->cell_bytes;
}

/** True for a cell that is free, by its first four bytes. */
static inline bool slab_is_free(const void *cell)
{
	return *(const uint32_t *)cell == SLAB_NONE;
}

#endif
