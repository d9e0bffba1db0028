/*
 * Records of one size, found by number, and found by hash. Both grow a small step at a time: a pool
 * by a chunk, a table by splitting one bucket an insertion (linear hashing: Litwin, VLDB 1980), so
 * that nothing is ever moved as a whole.
 */
#ifndef TAMIS_MEMORY_POOL_H
#define TAMIS_MEMORY_POOL_H

#include <tamis/status.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define INDEX_NONE UINT32_MAX

/** What every record of a pool begins with. */
struct index_link {
	uint32_t hash;
	uint32_t next; /* in its bucket; of a free record: the next free one */
};

/** {.size} is a valid empty pool. */
struct index_pool {
	void **chunks;
	size_t chunks_count;
	size_t size;    /* of a record; the first member is its struct index_link */
	uint32_t used;  /* numbers given out, free ones among them: numbers are below this */
	uint32_t spare; /* first free record + 1; 0: none */
	uint32_t count; /* records in use */
};

#define INDEX_POOL_CHUNK_BITS 8
#define INDEX_POOL_CHUNK (1u << INDEX_POOL_CHUNK_BITS)

/** Frees the chunks, not what records hold. */
void index_pool_free(struct index_pool *pool);
/** A zeroed record. TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status index_pool_take(struct index_pool *pool, uint32_t *number);
void index_pool_give(struct index_pool *pool, uint32_t number);
static inline void *index_pool_at(const struct index_pool *pool, uint32_t number)
{
	char *chunk = pool->chunks[number >> INDEX_POOL_CHUNK_BITS];
	return chunk + (number & (INDEX_POOL_CHUNK - 1)) * pool->size;
}
size_t index_pool_bytes(const struct index_pool *pool);

/** Records of a pool by hash; {.pool} is a valid empty table. */
struct index_table {
	const struct index_pool *pool;
	uint32_t **chunks; /* heads of buckets */
	size_t chunks_count;
	uint32_t buckets; /* 0, or the buckets that there are */
	uint32_t count;
};

void index_table_free(struct index_table *table);
/**
 * Tell the processor what will be looked for: of many hashes first every bucket, then every first
 * record, then each is found. Waiting for memory once instead of for each is half the time of it.
 */
void index_table_expect(const struct index_table *table, uint32_t hash);
void index_table_expect_first(const struct index_table *table, uint32_t hash);
/** The first record with that hash, or INDEX_NONE. */
uint32_t index_table_first(const struct index_table *table, uint32_t hash);
/** The next record with the hash of this one, or INDEX_NONE. */
uint32_t index_table_next(const struct index_table *table, uint32_t number);
/** Records' hashes must be set. TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status index_table_add(struct index_table *table, uint32_t number);
void index_table_remove(struct index_table *table, uint32_t number);
size_t index_table_bytes(const struct index_table *table);

#endif
