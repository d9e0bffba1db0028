#include "size_class.h"

#include <stdlib.h>

#define POOL_BITS 27 /* of a run's number: its cell; above it, its pool */
#define LONG (SIZE_CLASS_CLASSES - 1)
#define SHORT_BYTES_MAX 512

/* Cells grow by four bytes, then by an eighth, so that little is wasted. */
static const uint32_t sizes[LONG] = { 8, 12, 16, 20, 24, 28, 32, 36, 40, 44, 48, 52, 56, 60, 64, 72,
	80, 88, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, SHORT_BYTES_MAX };

struct long_run {
	uint32_t used; /* 0: never all ones */
	uint32_t bytes;
	void *at;
};

void size_class_init(struct size_classes *heap)
{
	for (uint32_t i = 0; i < LONG; i++)
		slab_init(&heap->pools[i], sizes[i]);
	slab_init(&heap->pools[LONG], sizeof(struct long_run));
	heap->long_bytes = 0;
}

static void free_long_runs(const struct slab *pool)
{
	for (uint32_t p = 0; p < pool->pages_count; p++) {
		for (uint32_t i = 0; pool->pages[p] && i < pool->pages[p]->used; i++) {
			struct long_run *run = slab_at(pool, (p << pool->shift) | i);
			if (!slab_is_free(run))
				free(run->at);
		}
	}
}

void size_class_free(struct size_classes *heap)
{
	free_long_runs(&heap->pools[LONG]);
	for (uint32_t i = 0; i < SIZE_CLASS_CLASSES; i++)
		slab_free(&heap->pools[i]);
	heap->long_bytes = 0;
}

static uint32_t class_of(size_t bytes)
{
	uint32_t i = 0;

	if (bytes > SHORT_BYTES_MAX)
		return LONG;
	if (bytes > 8 && bytes <= 64)
		return (uint32_t)(bytes - 5) / 4;
	while (sizes[i] < bytes)
		i++;
	return i;
}

enum tms_status size_class_take(struct size_classes *heap, size_t bytes, uint32_t *run, void **at)
{
	uint32_t i = class_of(bytes), cell = 0;
	void *long_one = NULL;

	if (bytes > UINT32_MAX)
		return TMS_ENOMEM;
	if (i == LONG && !(long_one = malloc(bytes)))
		return TMS_ENOMEM;
	if (slab_take(&heap->pools[i], &cell) != TMS_OK || cell >> POOL_BITS != 0) {
		free(long_one);
		return TMS_ENOMEM;
	}
	*at = slab_at(&heap->pools[i], cell);
	if (i == LONG) {
		*(struct long_run *)*at = (struct long_run){ 0, (uint32_t)bytes, long_one };
		*at = long_one;
		heap->long_bytes += bytes;
	}
	*run = (i << POOL_BITS) | cell;
	/* cppcheck-suppress memleak ; its cell has it */
	return TMS_OK;
}

static void *content(uint32_t pool, void *cell)
{
	return pool == LONG ? ((struct long_run *)cell)->at : cell;
}

void *size_class_at(const struct size_classes *heap, uint32_t run)
{
	uint32_t pool = run >> POOL_BITS, cell = run & ((UINT32_C(1) << POOL_BITS) - 1);

	return content(pool, slab_at(&heap->pools[pool], cell));
}

void size_class_give_back(struct size_classes *heap, uint32_t run)
{
	uint32_t pool = run >> POOL_BITS, cell = run & ((UINT32_C(1) << POOL_BITS) - 1);

	if (pool == LONG) {
		const struct long_run *it = slab_at(&heap->pools[pool], cell);
		heap->long_bytes -= it->bytes;
		free(it->at);
	}
	slab_give_back(&heap->pools[pool], cell);
}

size_t size_class_bytes(const struct size_classes *heap)
{
	size_t bytes = heap->long_bytes;

	for (uint32_t i = 0; i < SIZE_CLASS_CLASSES; i++)
		bytes += slab_bytes(&heap->pools[i]);
	return bytes;
}

bool size_class_next_cells(const struct size_classes *heap, struct size_class_walk *walk,
	struct size_class_cells *cells)
{
	for (; walk->pool < SIZE_CLASS_CLASSES; walk->pool++, walk->page = 0, walk->place = 0) {
		const struct slab *pool = &heap->pools[walk->pool];
		for (; walk->page < pool->pages_count; walk->page++, walk->place = 0) {
			struct slab_page *page = pool->pages[walk->page];
			if (!page || walk->place >= page->used)
				continue;
			cells->bytes = pool->cell_bytes;
			cells->first = page->cells + (size_t)walk->place * cells->bytes;
			cells->count = page->used - walk->place;
			return true;
		}
	}
	return false;
}

void *size_class_in_cell(const struct size_class_walk *walk, unsigned char *cell)
{
	return slab_is_free(cell) ? NULL : content(walk->pool, cell);
}

void *size_class_next(const struct size_classes *heap, struct size_class_walk *walk)
{
	struct size_class_cells cells;
	void *run = NULL;

	while (!run && size_class_next_cells(heap, walk, &cells)) {
		for (uint32_t i = 0; !run && i < cells.count; i++) {
			run = size_class_in_cell(walk, cells.first + (size_t)i * cells.bytes);
			walk->place++;
		}
	}
	return run;
}
