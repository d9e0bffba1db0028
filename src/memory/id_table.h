/*
 * Ids by 32-bit hash: sharded open addressing with linear probing. The hash stands beside the id,
 * so that neither a search nor growth looks at what an id names; and there are many small tables
 * (the shards) instead of a large one, each of which grows by itself, so that no insertion ever
 * waits for all others to be moved.
 */
#ifndef TAMIS_MEMORY_ID_TABLE_H
#define TAMIS_MEMORY_ID_TABLE_H

#include <tamis/status.h>

#include <stddef.h>
#include <stdint.h>

#define ID_TABLE_NONE UINT32_MAX
#define ID_TABLE_SHARDS 256

struct id_table_entry {
	uint32_t hash, id; /* id ID_TABLE_NONE: empty */
};

struct id_table_shard {
	struct id_table_entry *entries;
	uint32_t capacity; /* 0 or a power of two */
	uint32_t count;
};

/** {0} is empty. */
struct id_table {
	struct id_table_shard *shards; /* NULL when empty */
	size_t count, capacity;
};

/** Empty again. */
void id_table_free(struct id_table *table);
/** Tell the processor that this hash will be asked for soon. */
void id_table_prefetch(const struct id_table *table, uint32_t hash);
/** The first number with this hash, or ID_TABLE_NONE; *at, 0 at first, is for the next one. */
uint32_t id_table_find(const struct id_table *table, uint32_t hash, uint32_t *at);
/** Put an id in; equal hashes may stand in it more than once. TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status id_table_add(struct id_table *table, uint32_t hash, uint32_t id);
/** Take out what is there. */
void id_table_remove(struct id_table *table, uint32_t hash, uint32_t id);
/** Heap bytes. */
size_t id_table_bytes(const struct id_table *table);

#endif
