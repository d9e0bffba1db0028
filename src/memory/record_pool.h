/*
 * Records of one size, found by number. A pool grows by a chunk, and nothing is ever moved.
 */
#ifndef TAMIS_MEMORY_RECORD_POOL_H
#define TAMIS_MEMORY_RECORD_POOL_H

#include <tamis/status.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RECORD_NONE UINT32_MAX

/** What every record of a pool begins with; a table of records (record_table.h) is linked by it. */
struct record_link {
	uint32_t hash;
	uint32_t next; /* in its bucket; of a free record: the next free one */
};

/** {.size} is a valid empty pool. */
struct record_pool {
	void **chunks;
	size_t chunks_count;
	size_t size;    /* of a record; the first member is its struct record_link */
	uint32_t used;  /* numbers given out, free ones among them: numbers are below this */
	uint32_t spare; /* first free record + 1; 0: none */
	uint32_t count; /* records in use */
};

#define RECORD_POOL_CHUNK_BITS 8
#define RECORD_POOL_CHUNK (1u << RECORD_POOL_CHUNK_BITS)

/** Frees the chunks, not what records hold. */
void record_pool_free(struct record_pool *pool);
/** A zeroed record. TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status record_pool_take(struct record_pool *pool, uint32_t *number);
/** The record is free; its bytes are no longer read. */
void record_pool_give_back(struct record_pool *pool, uint32_t number);
/** The record; valid until it is given back. */
static inline void *record_pool_at(const struct record_pool *pool, uint32_t number)
{
	char *chunk = pool->chunks[number >> RECORD_POOL_CHUNK_BITS];
	return chunk + (number & (RECORD_POOL_CHUNK - 1)) * pool->size;
}
/** Heap bytes. */
size_t record_pool_bytes(const struct record_pool *pool);

#endif
