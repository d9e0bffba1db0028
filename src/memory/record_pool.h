/*
 * Records of one size, found by number, and found by hash. Both grow a small step at a time: a pool
 * by a chunk, a table by splitting one bucket an insertion (linear hashing: Litwin, VLDB 1980), so
 * that nothing is ever moved as a whole.
 */
#ifndef TAMIS_MEMORY_RECORD_POOL_H
#define TAMIS_MEMORY_RECORD_POOL_H

#include <tamis/status.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RECORD_NONE UINT32_MAX

/** What every record of a pool begins with. */
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
void record_pool_give(struct record_pool *pool, uint32_t number);
static inline void *record_pool_at(const struct record_pool *pool, uint32_t number)
{
	char *chunk = pool->chunks[number >> RECORD_POOL_CHUNK_BITS];
	return chunk + (number & (RECORD_POOL_CHUNK - 1)) * pool->size;
}
size_t record_pool_bytes(const struct record_pool *pool);

/** Records of a pool by hash; {.pool} is a valid empty table. */
struct record_table {
	const struct record_pool *pool;
	uint32_t **chunks; /* heads of buckets */
	size_t chunks_count;
	uint32_t buckets; /* 0, or the buckets that there are */
	uint32_t count;
};

void record_table_free(struct record_table *table);
/**
 * Tell the processor what will be looked for: of many hashes first every bucket, then every first
 * record, then each is found. Waiting for memory once instead of for each is half the time of it.
 */
void record_table_expect(const struct record_table *table, uint32_t hash);
void record_table_expect_first(const struct record_table *table, uint32_t hash);
/** The first record with that hash, or RECORD_NONE. */
uint32_t record_table_first(const struct record_table *table, uint32_t hash);
/** The next record with the hash of this one, or RECORD_NONE. */
uint32_t record_table_next(const struct record_table *table, uint32_t number);
/** Records' hashes must be set. TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status record_table_add(struct record_table *table, uint32_t number);
void record_table_remove(struct record_table *table, uint32_t number);
size_t record_table_bytes(const struct record_table *table);

#endif
