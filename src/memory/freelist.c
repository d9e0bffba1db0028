/* A segregated free-list allocator: blocks by 32-bit number, cut from chunks. */
#include "freelist.h"

#include <stdlib.h>

#include "chunk_list.h"

#define CHUNK_BYTES ((size_t)64 * 1024)
#define CHUNK_UNITS (CHUNK_BYTES / FREELIST_UNIT)
#define CHUNKS_MAX ((size_t)UINT32_MAX / CHUNK_UNITS)

/* A large run has a block that holds its pointer. */
static size_t units_of(size_t bytes)
{
	if (bytes > FREELIST_MAX)
		bytes = sizeof(unsigned char *);
	return bytes ? (bytes + FREELIST_UNIT - 1) / FREELIST_UNIT : 1;
}

static unsigned char *unit_at(const struct freelist *freelist, uint32_t block)
{
	return freelist->chunks[block / CHUNK_UNITS] + (block % CHUNK_UNITS) * FREELIST_UNIT;
}

static enum tms_status add_chunk(struct freelist *freelist)
{
	if (freelist->chunks_count == CHUNKS_MAX)
		return TMS_ENOMEM;
	unsigned char *chunk = malloc(CHUNK_BYTES);
	if (!chunk)
		return TMS_ENOMEM;
	if (!chunk_list_grow(&freelist->chunks, freelist->chunks_count)) {
		free(chunk);
		return TMS_ENOMEM;
	}
	freelist->bytes -= chunk_list_room(freelist->chunks_count) * sizeof(chunk);
	freelist->chunks[freelist->chunks_count++] = chunk;
	freelist->bytes += chunk_list_room(freelist->chunks_count) * sizeof(chunk) + CHUNK_BYTES;
	freelist->used = 0;
	return TMS_OK;
}

static void put_back(struct freelist *freelist, uint32_t block, size_t units)
{
	memcpy(unit_at(freelist, block), &freelist->free[units], sizeof(uint32_t));
	freelist->free[units] = block + 1;
}

static enum tms_status take_units(struct freelist *freelist, size_t units, uint32_t *block)
{
	if (freelist->free[units]) {
		*block = freelist->free[units] - 1;
		memcpy(&freelist->free[units], unit_at(freelist, *block), sizeof(uint32_t));
		return TMS_OK;
	}
	if (freelist->chunks_count == 0 || freelist->used + units > CHUNK_UNITS) {
		size_t rest = freelist->chunks_count ? CHUNK_UNITS - freelist->used : 0;
		/* too short for what is asked for: of use to a shorter one */
		if (rest > 0 && rest <= FREELIST_MAX / FREELIST_UNIT)
			put_back(freelist,
				(uint32_t)((freelist->chunks_count - 1) * CHUNK_UNITS +
					   freelist->used),
				rest);
		freelist->used = CHUNK_UNITS;
		if (add_chunk(freelist) != TMS_OK)
			return TMS_ENOMEM;
	}
	*block = (uint32_t)((freelist->chunks_count - 1) * CHUNK_UNITS + freelist->used);
	freelist->used += units;
	return TMS_OK;
}

enum tms_status freelist_take(struct freelist *freelist, size_t bytes, uint32_t *block)
{
	unsigned char *large = NULL;

	if (bytes > FREELIST_MAX && !(large = malloc(bytes)))
		return TMS_ENOMEM;
	if (take_units(freelist, units_of(bytes), block) != TMS_OK) {
		free(large);
		return TMS_ENOMEM;
	}
	if (large) {
		memcpy(unit_at(freelist, *block), &large, sizeof(large));
		freelist->bytes += bytes;
	}
	/* cppcheck-suppress memleak ; its block has it */
	return TMS_OK;
}

void freelist_give_back(struct freelist *freelist, uint32_t block, size_t bytes)
{
	if (bytes > FREELIST_MAX) {
		free(freelist_at(freelist, block, bytes));
		freelist->bytes -= bytes;
	}
	put_back(freelist, block, units_of(bytes));
}

unsigned char *freelist_at(const struct freelist *freelist, uint32_t block, size_t bytes)
{
	unsigned char *at = unit_at(freelist, block);
	unsigned char *large = NULL;

	if (bytes <= FREELIST_MAX)
		return at;
	memcpy(&large, at, sizeof(large));
	return large;
}

void freelist_free(struct freelist *freelist)
{
	for (size_t i = 0; i < freelist->chunks_count; i++)
		free(freelist->chunks[i]);
	free(freelist->chunks);
	*freelist = (struct freelist){ 0 };
}
