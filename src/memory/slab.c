#include "slab.h"

#include <stdlib.h>

#define PAGE_BYTES 4096
#define SMALLEST_SHIFT 1

/* What stands in a free cell. */
struct free_cell {
	uint32_t mark; /* SLAB_NONE */
	uint32_t next; /* place in the page, or SLAB_NONE */
};

void slab_init(struct slab *pool, uint32_t cell_bytes)
{
	*pool = (struct slab){ .cell_bytes = cell_bytes, .open = SLAB_NONE };
	pool->shift = SMALLEST_SHIFT;
	while (((size_t)cell_bytes << (pool->shift + 1)) <= PAGE_BYTES)
		pool->shift++;
}

void slab_free(struct slab *pool)
{
	for (uint32_t i = 0; i < pool->pages_count; i++)
		free(pool->pages[i]);
	free((void *)pool->pages);
	slab_init(pool, pool->cell_bytes);
}

static size_t page_bytes(const struct slab *pool)
{
	size_t bytes = sizeof(struct slab_page) + ((size_t)pool->cell_bytes << pool->shift);

	return (bytes + SLAB_LINE - 1) / SLAB_LINE * SLAB_LINE;
}

static void open_page(struct slab *pool, uint32_t number)
{
	struct slab_page *page = pool->pages[number];

	page->next = pool->open;
	page->previous = SLAB_NONE;
	if (pool->open != SLAB_NONE)
		pool->pages[pool->open]->previous = number;
	pool->open = number;
}

static void close_page(struct slab *pool, const struct slab_page *page)
{
	if (page->previous != SLAB_NONE)
		pool->pages[page->previous]->next = page->next;
	else
		pool->open = page->next;
	if (page->next != SLAB_NONE)
		pool->pages[page->next]->previous = page->previous;
}

/* A place in the list of pages, the first that is empty. */
static enum tms_status find_number(struct slab *pool, uint32_t *number)
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
		void *grown = reallocarray((void *)pool->pages, wanted, sizeof(struct slab_page *));
		if (!grown)
			return TMS_ENOMEM;
		pool->pages = grown;
		pool->pages_capacity = wanted;
	}
	pool->pages[pool->pages_count++] = NULL;
	return TMS_OK;
}

static enum tms_status add_page(struct slab *pool)
{
	uint32_t number = 0;
	enum tms_status st = find_number(pool, &number);

	if (st != TMS_OK)
		return st;
	struct slab_page *page = aligned_alloc(SLAB_LINE, page_bytes(pool));
	if (!page)
		return TMS_ENOMEM;
	*page = (struct slab_page){ .free = SLAB_NONE };
	pool->pages[number] = page;
	pool->live_pages++;
	open_page(pool, number);
	return TMS_OK;
}

enum tms_status slab_take(struct slab *pool, uint32_t *cell)
{
	if (pool->open == SLAB_NONE && add_page(pool) != TMS_OK)
		return TMS_ENOMEM;
	uint32_t number = pool->open, place;
	struct slab_page *page = pool->pages[number];
	if (page->free != SLAB_NONE) {
		place = page->free;
		page->free =
			((struct free_cell *)slab_at(pool, (number << pool->shift) | place))->next;
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
static void shorten(struct slab *pool)
{
	while (pool->pages_count > 0 && !pool->pages[pool->pages_count - 1])
		pool->pages_count--;
	if (pool->pages_count == 0) {
		free((void *)pool->pages);
		pool->pages = NULL;
		pool->pages_capacity = 0;
	} else if (pool->pages_count < pool->pages_capacity / 4) {
		uint32_t wanted = pool->pages_capacity / 2;
		void *less = reallocarray((void *)pool->pages, wanted, sizeof(struct slab_page *));
		if (!less)
			return; /* the longer one serves as well */
		pool->pages = less;
		pool->pages_capacity = wanted;
	}
}

void slab_give_back(struct slab *pool, uint32_t cell)
{
	uint32_t number = cell >> pool->shift;
	struct slab_page *page = pool->pages[number];
	struct free_cell *freed = slab_at(pool, cell);

	pool->count--;
	if (page->live-- == UINT32_C(1) << pool->shift)
		open_page(pool, number);
	if (page->live > 0) {
		*freed = (struct free_cell){ SLAB_NONE, page->free };
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

size_t slab_bytes(const struct slab *pool)
{
	return pool->live_pages * page_bytes(pool) +
	       pool->pages_capacity * sizeof(struct slab_page *);
}

uint32_t slab_end(const struct slab *pool)
{
	return pool->pages_count << pool->shift;
}

void *slab_next(const struct slab *pool, uint32_t *cell)
{
	while (*cell < slab_end(pool)) {
		uint32_t number = *cell >> pool->shift;
		const struct slab_page *page = pool->pages[number];
		if (!page || (*cell & ((UINT32_C(1) << pool->shift) - 1)) >= page->used) {
			*cell = (number + 1) << pool->shift;
			continue;
		}
		void *at = slab_at(pool, (*cell)++);
		if (!slab_is_free(at))
			return at;
	}
	return NULL;
}
