#include "slab.h"

#include <stdlib.h>

#define PAGE_BYTES 4096
#define SMALLEST_SHIFT 1

/* What stands in a free cell. */
struct free_cell {
	uint32_t mark; /* INDEX_CELL_NONE */
	uint32_t next; /* place in the page, or INDEX_CELL_NONE */
};

void index_cells_init(struct index_cells *pool, uint32_t cell_bytes)
{
	*pool = (struct index_cells){ .cell_bytes = cell_bytes, .open = INDEX_CELL_NONE };
	pool->shift = SMALLEST_SHIFT;
	while (((size_t)cell_bytes << (pool->shift + 1)) <= PAGE_BYTES)
		pool->shift++;
}

void index_cells_free(struct index_cells *pool)
{
	for (uint32_t i = 0; i < pool->pages_count; i++)
		free(pool->pages[i]);
	free((void *)pool->pages);
	index_cells_init(pool, pool->cell_bytes);
}

static size_t page_bytes(const struct index_cells *pool)
{
	size_t bytes = sizeof(struct index_cell_page) + ((size_t)pool->cell_bytes << pool->shift);

	return (bytes + INDEX_CELL_LINE - 1) / INDEX_CELL_LINE * INDEX_CELL_LINE;
}

static void open_page(struct index_cells *pool, uint32_t number)
{
	struct index_cell_page *page = pool->pages[number];

	page->next = pool->open;
	page->previous = INDEX_CELL_NONE;
	if (pool->open != INDEX_CELL_NONE)
		pool->pages[pool->open]->previous = number;
	pool->open = number;
}

static void close_page(struct index_cells *pool, const struct index_cell_page *page)
{
	if (page->previous != INDEX_CELL_NONE)
		pool->pages[page->previous]->next = page->next;
	else
		pool->open = page->next;
	if (page->next != INDEX_CELL_NONE)
		pool->pages[page->next]->previous = page->previous;
}

/* A place in the list of pages, the first that is empty. */
static enum tms_status find_number(struct index_cells *pool, uint32_t *number)
{
	while (pool->vacant < pool->pages_count && pool->pages[pool->vacant])
		pool->vacant++;
	*number = pool->vacant;
	if (pool->vacant < pool->pages_count)
		return TMS_OK;
	if (pool->pages_count >= UINT32_MAX >> pool->shift)
		return TMS_ENOMEM;
	if (pool->pages_count == pool->pages_capacity) {
		uint32_t wanted = pool->pages_capacity ? pool->pages_capacity * 2 : 4;
		void *grown =
			reallocarray((void *)pool->pages, wanted, sizeof(struct index_cell_page *));
		if (!grown)
			return TMS_ENOMEM;
		pool->pages = grown;
		pool->pages_capacity = wanted;
	}
	pool->pages[pool->pages_count++] = NULL;
	return TMS_OK;
}

static enum tms_status add_page(struct index_cells *pool)
{
	uint32_t number = 0;
	enum tms_status st = find_number(pool, &number);

	if (st != TMS_OK)
		return st;
	struct index_cell_page *page = aligned_alloc(INDEX_CELL_LINE, page_bytes(pool));
	if (!page)
		return TMS_ENOMEM;
	*page = (struct index_cell_page){ .free = INDEX_CELL_NONE };
	pool->pages[number] = page;
	pool->live_pages++;
	open_page(pool, number);
	return TMS_OK;
}

enum tms_status index_cells_take(struct index_cells *pool, uint32_t *cell)
{
	if (pool->open == INDEX_CELL_NONE && add_page(pool) != TMS_OK)
		return TMS_ENOMEM;
	uint32_t number = pool->open, place;
	struct index_cell_page *page = pool->pages[number];
	if (page->free != INDEX_CELL_NONE) {
		place = page->free;
		page->free =
			((struct free_cell *)index_cells_at(pool, (number << pool->shift) | place))
				->next;
	} else {
		place = page->used++;
	}
	if (++page->live == UINT32_C(1) << pool->shift)
		close_page(pool, page);
	pool->count++;
	*cell = (number << pool->shift) | place;
	return TMS_OK;
}

/* The list of pages gets shorter as its end empties. */
static void shorten(struct index_cells *pool)
{
	while (pool->pages_count > 0 && !pool->pages[pool->pages_count - 1])
		pool->pages_count--;
	if (pool->pages_count == 0) {
		free((void *)pool->pages);
		pool->pages = NULL;
		pool->pages_capacity = 0;
	} else if (pool->pages_count < pool->pages_capacity / 4) {
		uint32_t wanted = pool->pages_capacity / 2;
		void *less =
			reallocarray((void *)pool->pages, wanted, sizeof(struct index_cell_page *));
		if (!less)
			return; /* the longer one serves as well */
		pool->pages = less;
		pool->pages_capacity = wanted;
	}
}

void index_cells_give_back(struct index_cells *pool, uint32_t cell)
{
	uint32_t number = cell >> pool->shift;
	struct index_cell_page *page = pool->pages[number];
	struct free_cell *freed = index_cells_at(pool, cell);

	pool->count--;
	if (page->live-- == UINT32_C(1) << pool->shift)
		open_page(pool, number);
	if (page->live > 0) {
		*freed = (struct free_cell){ INDEX_CELL_NONE, page->free };
		page->free = cell & ((UINT32_C(1) << pool->shift) - 1);
		return;
	}
	close_page(pool, page);
	free(page);
	pool->pages[number] = NULL;
	pool->live_pages--;
	if (number < pool->vacant)
		pool->vacant = number;
	shorten(pool);
	if (pool->vacant > pool->pages_count)
		pool->vacant = pool->pages_count;
}

size_t index_cells_bytes(const struct index_cells *pool)
{
	return pool->live_pages * page_bytes(pool) +
	       pool->pages_capacity * sizeof(struct index_cell_page *);
}

uint32_t index_cells_end(const struct index_cells *pool)
{
	return pool->pages_count << pool->shift;
}

void *index_cells_next(const struct index_cells *pool, uint32_t *cell)
{
	while (*cell < index_cells_end(pool)) {
		uint32_t number = *cell >> pool->shift;
		const struct index_cell_page *page = pool->pages[number];
		if (!page || (*cell & ((UINT32_C(1) << pool->shift) - 1)) >= page->used) {
			*cell = (number + 1) << pool->shift;
			continue;
		}
		void *at = index_cells_at(pool, (*cell)++);
		if (!index_cell_is_free(at))
			return at;
	}
	return NULL;
}
