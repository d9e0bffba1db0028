/*
 * Records of a pool by hash: linear hashing (Litwin, VLDB 1980). An insertion splits one bucket, so
 * that no table is ever rebuilt as a whole. A bucket is a list through the records themselves.
 */
#ifndef TAMIS_MEMORY_RECORD_TABLE_H
#define TAMIS_MEMORY_RECORD_TABLE_H

#include "record_pool.h"

/** Records of a pool by hash; {.pool} is a valid empty table. */
struct record_table {
	const struct record_pool *pool;
	uint32_t **chunks; /* heads of buckets */
	size_t chunks_count;
	uint32_t buckets; /* 0, or the buckets that there are */
	uint32_t count;
};

/** Empty again; the records stay. */
void record_table_free(struct record_table *table);
/**
 * Tell the processor what will be looked for: of many hashes first every bucket, then every first
 * record, then each is found. Waiting for memory once instead of for each is half the time of it.
 */
void record_table_prefetch(const struct record_table *table, uint32_t hash);
void record_table_prefetch_first(const struct record_table *table, uint32_t hash);
/** The first record with that hash, or RECORD_NONE. */
uint32_t record_table_first(const struct record_table *table, uint32_t hash);
/** The next record with the hash of this one, or RECORD_NONE. */
uint32_t record_table_next(const struct record_table *table, uint32_t number);
/** Put a record in, whose hash is set. TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status record_table_add(struct record_table *table, uint32_t number);
/** Take a record out that is there. */
void record_table_remove(struct record_table *table, uint32_t number);
/** Heap bytes. */
size_t record_table_bytes(const struct record_table *table);

#endif
