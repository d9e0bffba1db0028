/*
 * Numbers by hash. The hash stands beside the number, so that neither a search nor growth looks at
 * what a number names; and there are many small tables instead of a large one, each of which grows
 * by itself, so that no insertion ever waits for all others to be moved.
 */
#ifndef TAMIS_MEMORY_ID_TABLE_H
#define TAMIS_MEMORY_ID_TABLE_H

#include <tamis/status.h>

#include <stddef.h>
#include <stdint.h>

#define INDEX_LOOKUP_NONE UINT32_MAX
#define INDEX_LOOKUP_SHARDS 256

struct index_lookup_entry {
	uint32_t hash, id; /* id INDEX_LOOKUP_NONE: empty */
};

struct index_lookup_shard {
	struct index_lookup_entry *entries;
	uint32_t capacity; /* 0 or a power of two */
	uint32_t count;
};

/** {0} is empty. */
struct index_lookup {
	struct index_lookup_shard *shards; /* NULL when empty */
	size_t count, capacity;
};

void index_lookup_free(struct index_lookup *lookup);
/** It will be asked for soon. */
void index_lookup_fetch(const struct index_lookup *lookup, uint32_t hash);
/** The first number with this hash, or INDEX_LOOKUP_NONE; *at, 0 at first, is for the next one. */
uint32_t index_lookup_find(const struct index_lookup *lookup, uint32_t hash, uint32_t *at);
/** TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status index_lookup_add(
	struct index_lookup *lookup, uint32_t hash, uint32_t id);
/** Take out what is there. */
void index_lookup_remove(struct index_lookup *lookup, uint32_t hash, uint32_t id);
size_t index_lookup_bytes(const struct index_lookup *lookup);

#endif
