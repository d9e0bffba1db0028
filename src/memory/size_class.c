/* A size-class allocator: a slab for each size, long runs on the heap. */
#include "size_class.h"

#include <stdlib.h>

#define SLAB_BITS 27 /* of a run's number: its cell; above it, its slab */
#define LONG (SIZE_CLASS_COUNT - 1)
#define SHORT_BYTES_MAX 512

/* Cells grow by four bytes, then by an eighth, so that little is wasted. */
static const uint32_t sizes[LONG] = { 8, 12, 16, 20, 24, 28, 32, 36, 40, 44, 48, 52, 56, 60, 64, 72,
	80, 88, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, SHORT_BYTES_MAX };

struct long_run {
	uint32_t used; /* 0: never all ones */
	uint32_t bytes;
	void *at;
};

void size_class_init(struct size_classes *classes)
{
	for (uint32_t i = 0; i < LONG; i++)
		slab_init(&classes->slabs[i], sizes[i]);
	slab_init(&classes->slabs[LONG], sizeof(struct long_run));
	classes->long_bytes = 0;
}

static void free_long_runs(const struct slab *slab)
{
	for (uint32_t p = 0; p < slab->pages_count; p++) {
		for (uint32_t i = 0; slab->pages[p] && i < slab->pages[p]->used; i++) {
			struct long_run *run = slab_at(slab, (p << slab->shift) | i);
			if (!slab_is_free(run))
				free(run->at);
		}
	}
}

void size_class_free(struct size_classes *classes)
{
	free_long_runs(&classes->slabs[LONG]);
	for (uint32_t i = 0; i < SIZE_CLASS_COUNT; i++)
		slab_free(&classes->slabs[i]);
	classes->long_bytes = 0;
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

enum tms_status size_class_take(
	struct size_classes *classes, size_t bytes, uint32_t *run, void **at)
{
	uint32_t i = class_of(bytes), cell = 0;
	void *long_one = NULL;

	if (bytes > UINT32_MAX)
		return TMS_ENOMEM;
	if (i == LONG && !(long_one = malloc(bytes)))
		return TMS_ENOMEM;
	if (slab_take(&classes->slabs[i], &cell) != TMS_OK || cell >> SLAB_BITS != 0) {
		free(long_one);
		return TMS_ENOMEM;
	}
	*at = slab_at(&classes->slabs[i], cell);
	if (i == LONG) {
		*(struct long_run *)*at = (struct long_run){ 0, (uint32_t)bytes, long_one };
		*at = long_one;
		classes->long_bytes += bytes;
	}
	*run = (i << SLAB_BITS) | cell;
	/* cppcheck-suppress memleak ; its cell has it */
	return TMS_OK;
}

static void *content(uint32_t slab, void *cell)
{
	return slab == LONG ? ((struct long_run *)cell)->at : cell;
}

void *size_class_at(const struct size_classes *classes, uint32_t run)
{
	uint32_t slab = run >> SLAB_BITS, cell = run & ((UINT32_C(1) << SLAB_BITS) - 1);

	return content(slab, slab_at(&classes->slabs[slab], cell));
}

void size_class_give_back(struct size_classes *classes, uint32_t run)
{
	uint32_t slab = run >> SLAB_BITS, cell = run & ((UINT32_C(1) << SLAB_BITS) - 1);

	if (slab == LONG) {
		const struct long_run *it = slab_at(&classes->slabs[slab], cell);
		classes->long_bytes -= it->bytes;
		free(it->at);
	}
	slab_give_back(&classes->slabs[slab], cell);
}

size_t size_class_bytes(const struct size_classes *classes)
{
	size_t bytes = classes->long_bytes;

	for (uint32_t i = 0; i < SIZE_CLASS_COUNT; i++)
		bytes += slab_bytes(&classes->slabs[i]);
	return bytes;
}

bool size_class_next_cells(const struct size_classes *classes, struct size_class_walk *walk,
	struct size_class_cells *cells)
{
	for (; walk->slab < SIZE_CLASS_COUNT; walk->slab++, walk->page = 0, walk->place = 0) {
		const struct slab *slab = &classes->slabs[walk->slab];
		for (; walk->page < slab->pages_count; walk->page++, walk->place = 0) {
			struct slab_page *page = slab->pages[walk->page];
			if (!page || walk->place >= page->used)
				continue;
			cells->bytes = slab->cell_bytes;
			cells->first = page->cells + (size_t)walk->place * cells->bytes;
			cells->count = page->used - walk->place;
			return true;
		}
	}
	return false;
}

void *size_class_in_cell(const struct size_class_walk *walk, unsigned char *cell)
{
	return slab_is_free(cell) ? NULL : content(walk->slab, cell);
}
