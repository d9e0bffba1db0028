#include "id_table.h"

#include <stdlib.h>
#include <string.h>

#define SMALLEST_TABLE 4

static struct index_lookup_shard *shard_of(const struct index_lookup *lookup, uint32_t hash)
{
	return &lookup->shards[hash / (UINT32_MAX / INDEX_LOOKUP_SHARDS + 1)];
}

void index_lookup_free(struct index_lookup *lookup)
{
	for (size_t i = 0; lookup->shards && i < INDEX_LOOKUP_SHARDS; i++)
		free(lookup->shards[i].entries);
	free(lookup->shards);
	*lookup = (struct index_lookup){ 0 };
}

void index_lookup_fetch(const struct index_lookup *lookup, uint32_t hash)
{
	const struct index_lookup_shard *shard = lookup->shards ? shard_of(lookup, hash) : NULL;

	if (shard && shard->capacity > 0)
		__builtin_prefetch(&shard->entries[hash & (shard->capacity - 1)], 1);
}

uint32_t index_lookup_find(const struct index_lookup *lookup, uint32_t hash, uint32_t *at)
{
	if (!lookup->shards)
		return INDEX_LOOKUP_NONE;
	const struct index_lookup_shard *shard = shard_of(lookup, hash);
	uint32_t mask = shard->capacity - 1;
	if (shard->capacity == 0)
		return INDEX_LOOKUP_NONE;
	/* a quarter is always empty, so the walk ends */
	for (;; (*at)++) {
		const struct index_lookup_entry *entry = &shard->entries[(hash + *at) & mask];
		if (entry->id == INDEX_LOOKUP_NONE)
			return INDEX_LOOKUP_NONE;
		if (entry->hash == hash) {
			(*at)++;
			return entry->id;
		}
	}
}

static void place(struct index_lookup_shard *shard, struct index_lookup_entry entry)
{
	uint32_t mask = shard->capacity - 1, at = entry.hash & mask;

	while (shard->entries[at].id != INDEX_LOOKUP_NONE)
		at = (at + 1) & mask;
	shard->entries[at] = entry;
}

static enum tms_status resize(
	struct index_lookup *lookup, struct index_lookup_shard *shard, uint32_t capacity)
{
	struct index_lookup_shard fresh = { .capacity = capacity, .count = shard->count };

	fresh.entries = malloc(capacity * sizeof(*fresh.entries));
	if (!fresh.entries)
		return TMS_ENOMEM;
	memset(fresh.entries, 0xFF, capacity * sizeof(*fresh.entries)); /* INDEX_LOOKUP_NONE */
	for (uint32_t i = 0; i < shard->capacity; i++)
		if (shard->entries[i].id != INDEX_LOOKUP_NONE)
			place(&fresh, shard->entries[i]);
	lookup->capacity += capacity;
	lookup->capacity -= shard->capacity;
	free(shard->entries);
	*shard = fresh;
	return TMS_OK;
}

enum tms_status index_lookup_add(struct index_lookup *lookup, uint32_t hash, uint32_t id)
{
	if (!lookup->shards) {
		lookup->shards = calloc(INDEX_LOOKUP_SHARDS, sizeof(*lookup->shards));
		if (!lookup->shards)
			return TMS_ENOMEM;
	}
	struct index_lookup_shard *shard = shard_of(lookup, hash);
	if ((shard->count + 1) * 4 > shard->capacity * 3) {
		uint32_t wanted = shard->capacity ? shard->capacity * 2 : SMALLEST_TABLE;
		if (resize(lookup, shard, wanted) != TMS_OK)
			return TMS_ENOMEM;
	}
	place(shard, (struct index_lookup_entry){ hash, id });
	shard->count++;
	lookup->count++;
	return TMS_OK;
}

/* Entries behind the hole that were pushed past it move back, so that no search ends too early. */
static void close_hole(struct index_lookup_shard *shard, uint32_t hole)
{
	uint32_t mask = shard->capacity - 1;

	for (uint32_t at = (hole + 1) & mask; shard->entries[at].id != INDEX_LOOKUP_NONE;
		at = (at + 1) & mask) {
		uint32_t home = shard->entries[at].hash & mask;
		if (((at - home) & mask) < ((at - hole) & mask))
			continue;
		shard->entries[hole] = shard->entries[at];
		hole = at;
	}
	shard->entries[hole].id = INDEX_LOOKUP_NONE;
}

void index_lookup_remove(struct index_lookup *lookup, uint32_t hash, uint32_t id)
{
	struct index_lookup_shard *shard = shard_of(lookup, hash);
	uint32_t mask = shard->capacity - 1, at = hash & mask;

	while (shard->entries[at].id != id)
		at = (at + 1) & mask;
	close_hole(shard, at);
	shard->count--;
	if (--lookup->count == 0) {
		index_lookup_free(lookup);
	} else if (shard->count < shard->capacity / 8) {
		/* when memory is out the larger table serves as well */
		enum tms_status st = resize(lookup, shard, shard->capacity / 2);
		(void)st;
	}
}

size_t index_lookup_bytes(const struct index_lookup *lookup)
{
	return lookup->capacity * sizeof(struct index_lookup_entry) +
	       (lookup->shards ? INDEX_LOOKUP_SHARDS * sizeof(*lookup->shards) : 0);
}
