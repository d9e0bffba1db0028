#include "freelist.h"

#include <stdlib.h>

#define CHUNK_BYTES ((size_t)64 * 1024)
#define CHUNK_UNITS (CHUNK_BYTES / FREELIST_UNIT)
#define CHUNKS_MAX ((size_t)UINT32_MAX / CHUNK_UNITS)

/* A large run has a cell that holds its pointer. */
static size_t units_of(size_t bytes)
{
	if (bytes > FREELIST_MAX)
		bytes = sizeof(unsigned char *);
	return bytes ? (bytes + FREELIST_UNIT - 1) / FREELIST_UNIT : 1;
}

static unsigned char *unit_at(const struct freelist *cells, uint32_t cell)
{
	return cells->chunks[cell / CHUNK_UNITS] + (cell % CHUNK_UNITS) * FREELIST_UNIT;
}

static enum tms_status add_chunk(struct freelist *cells)
{
	if (cells->chunks_count == CHUNKS_MAX)
		return TMS_ENOMEM;
	if ((cells->chunks_count & (cells->chunks_count - 1)) == 0) {
		size_t capacity = cells->chunks_count ? cells->chunks_count * 2 : 1;
		unsigned char **grown =
			reallocarray(cells->chunks, capacity, sizeof(unsigned char *));
		if (!grown)
			return TMS_ENOMEM;
		cells->bytes += (capacity - cells->chunks_count) * sizeof(*grown);
		cells->chunks = grown;
	}
	unsigned char *chunk = malloc(CHUNK_BYTES);
	if (!chunk)
		return TMS_ENOMEM;
	cells->chunks[cells->chunks_count++] = chunk;
	cells->bytes += CHUNK_BYTES;
	cells->used = 0;
	return TMS_OK;
}

static void put_back(struct freelist *cells, uint32_t cell, size_t units)
{
	memcpy(unit_at(cells, cell), &cells->free[units], sizeof(uint32_t));
	cells->free[units] = cell + 1;
}

static enum tms_status take_units(struct freelist *cells, size_t units, uint32_t *cell)
{
	if (cells->free[units]) {
		*cell = cells->free[units] - 1;
		memcpy(&cells->free[units], unit_at(cells, *cell), sizeof(uint32_t));
		return TMS_OK;
	}
	if (cells->chunks_count == 0 || cells->used + units > CHUNK_UNITS) {
		size_t rest = cells->chunks_count ? CHUNK_UNITS - cells->used : 0;
		if (rest > 0 &&
			rest <= FREELIST_MAX /
					FREELIST_UNIT) /* shorter than any that was asked for: of use to a shorter one */
			put_back(cells,
				(uint32_t)((cells->chunks_count - 1) * CHUNK_UNITS + cells->used),
				rest);
		cells->used = CHUNK_UNITS;
		if (add_chunk(cells) != TMS_OK)
			return TMS_ENOMEM;
	}
	*cell = (uint32_t)((cells->chunks_count - 1) * CHUNK_UNITS + cells->used);
	cells->used += units;
	return TMS_OK;
}

enum tms_status freelist_take(struct freelist *cells, size_t bytes, uint32_t *cell)
{
	unsigned char *large = NULL;

	if (bytes > FREELIST_MAX && !(large = malloc(bytes)))
		return TMS_ENOMEM;
	if (take_units(cells, units_of(bytes), cell) != TMS_OK) {
		free(large);
		return TMS_ENOMEM;
	}
	if (large) {
		memcpy(unit_at(cells, *cell), &large, sizeof(large));
		cells->bytes += bytes;
	}
	/* cppcheck-suppress memleak ; its cell has it */
	return TMS_OK;
}

void freelist_give(struct freelist *cells, uint32_t cell, size_t bytes)
{
	if (bytes > FREELIST_MAX) {
		free(freelist_at(cells, cell, bytes));
		cells->bytes -= bytes;
	}
	put_back(cells, cell, units_of(bytes));
}

unsigned char *freelist_at(const struct freelist *cells, uint32_t cell, size_t bytes)
{
	unsigned char *at = unit_at(cells, cell);
	unsigned char *large = NULL;

	if (bytes <= FREELIST_MAX)
		return at;
	memcpy(&large, at, sizeof(large));
	return large;
}

void freelist_free(struct freelist *cells)
{
	for (size_t i = 0; i < cells->chunks_count; i++)
		free(cells->chunks[i]);
	free(cells->chunks);
	*cells = (struct freelist){ 0 };
}
