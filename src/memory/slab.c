/* A slab allocator: cells of one size in pages, named by number. */
#include "slab.h"

#include <stdlib.h>

#define PAGE_BYTES 4096
#define SMALLEST_SHIFT 1

/* What stands in a free cell. */
struct free_cell {
	uint32_t mark; /* SLAB_NONE */
	uint32_t next; /* place in the page, or SLAB_NONE */
};

void slab_init(struct slab *slab, uint32_t cell_bytes)
{
	*slab = (struct slab){ .cell_bytes = cell_bytes, .open = SLAB_NONE };
	slab->shift = SMALLEST_SHIFT;
	while (((size_t)cell_bytes << (slab->shift + 1)) <= PAGE_BYTES)
		slab->shift++;
}

void slab_free(struct slab *slab)
{
	for (uint32_t i = 0; i < slab->pages_count; i++)
		free(slab->pages[i]);
	free((void *)slab->pages);
	slab_init(slab, slab->cell_bytes);
}

static size_t page_bytes(const struct slab *slab)
{
	size_t bytes = sizeof(struct slab_page) + ((size_t)slab->cell_bytes << slab->shift);

	return (bytes + SLAB_LINE - 1) / SLAB_LINE * SLAB_LINE;
}

static void open_page(struct slab *slab, uint32_t number)
{
	struct slab_page *page = slab->pages[number];

	page->next = slab->open;
	page->previous = SLAB_NONE;
	if (slab->open != SLAB_NONE)
		slab->pages[slab->open]->previous = number;
	slab->open = number;
}

static void close_page(struct slab *slab, const struct slab_page *page)
{
	if (page->previous != SLAB_NONE)
		slab->pages[page->previous]->next = page->next;
	else
		slab->open = page->next;
	if (page->next != SLAB_NONE)
		slab->pages[page->next]->previous = page->previous;
}

/* A place in the list of pages, the first that is empty. */
static enum tms_status find_number(struct slab *slab, uint32_t *number)
{
	while (slab->vacant < slab->pages_count && slab->pages[slab->vacant])
		slab->vacant++;
	*number = slab->vacant;
	if (slab->vacant < slab->pages_count)
		return TMS_OK;
	if (slab->pages_count >= UINT32_MAX >> slab->shift)
		return TMS_ENOMEM;
	if (slab->pages_count == slab->pages_capacity) {
		uint32_t wanted = slab->pages_capacity ? slab->pages_capacity * 2 : 4;
		void *grown = reallocarray((void *)slab->pages, wanted, sizeof(struct slab_page *));
		if (!grown)
			return TMS_ENOMEM;
		slab->pages = grown;
		slab->pages_capacity = wanted;
	}
	slab->pages[slab->pages_count++] = NULL;
	return TMS_OK;
}

static enum tms_status add_page(struct slab *slab)
{
	uint32_t number = 0;
	enum tms_status st = find_number(slab, &number);

	if (st != TMS_OK)
		return st;
	struct slab_page *page = aligned_alloc(SLAB_LINE, page_bytes(slab));
	if (!page)
		return TMS_ENOMEM;
	*page = (struct slab_page){ .free = SLAB_NONE };
	slab->pages[number] = page;
	slab->live_pages++;
	open_page(slab, number);
	return TMS_OK;
}

enum tms_status slab_take(struct slab *slab, uint32_t *cell)
{
	if (slab->open == SLAB_NONE && add_page(slab) != TMS_OK)
		return TMS_ENOMEM;
	uint32_t number = slab->open, place;
	struct slab_page *page = slab->pages[number];
	if (page->free != SLAB_NONE) {
		place = page->free;
		page->free =
			((struct free_cell *)slab_at(slab, (number << slab->shift) | place))->next;
	} else {
		place = page->used++;
	}
	if (++page->live == UINT32_C(1) << slab->shift)
		close_page(slab, page);
	slab->count++;
	*cell = (number << slab->shift) | place;
	return TMS_OK;
}

/* The list of pages gets shorter as its end empties. */
static void shorten(struct slab *slab)
{
	while (slab->pages_count > 0 && !slab->pages[slab->pages_count - 1])
		slab->pages_count--;
	if (slab->pages_count == 0) {
		free((void *)slab->pages);
		slab->pages = NULL;
		slab->pages_capacity = 0;
	} else if (slab->pages_count < slab->pages_capacity / 4) {
		uint32_t wanted = slab->pages_capacity / 2;
		void *less = reallocarray((void *)slab->pages, wanted, sizeof(struct slab_page *));
		if (!less)
			return; /* the longer one serves as well */
		slab->pages = less;
		slab->pages_capacity = wanted;
	}
}

void slab_give_back(struct slab *slab, uint32_t cell)
{
	uint32_t number = cell >> slab->shift;
	struct slab_page *page = slab->pages[number];
	struct free_cell *freed = slab_at(slab, cell);

	slab->count--;
	if (page->live-- == UINT32_C(1) << slab->shift)
		open_page(slab, number);
	if (page->live > 0) {
		*freed = (struct free_cell){ SLAB_NONE, page->free };
		page->free = cell & ((UINT32_C(1) << slab->shift) - 1);
		return;
	}
	close_page(slab, page);
	free(page);
	slab->pages[number] = NULL;
	slab->live_pages--;
	if (number < slab->vacant)
		slab->vacant = number;
	shorten(slab);
	if (slab->vacant > slab->pages_count)
		slab->vacant = slab->pages_count;
}

size_t slab_bytes(const struct slab *slab)
{
	return slab->live_pages * page_bytes(slab) +
	       slab->pages_capacity * sizeof(struct slab_page *);
}

uint32_t slab_end(const struct slab *slab)
{
	return slab->pages_count << slab->shift;
}

void *slab_next(const struct slab *slab, uint32_t *cell)
{
	while (*cell < slab_end(slab)) {
		uint32_t number = *cell >> slab->shift;
		const struct slab_page *page = slab->pages[number];
		if (!page || (*cell & ((UINT32_C(1) << slab->shift) - 1)) >= page->used) {
			*cell = (number + 1) << slab->shift;
			continue;
		}
		void *at = slab_at(slab, (*cell)++);
		if (!slab_is_free(at))
			return at;
	}
	return NULL;
}
