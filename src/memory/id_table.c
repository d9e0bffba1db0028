/* A sharded hash table of ids by 32-bit hash: linear probing, removal without tombstones. */
#include "id_table.h"

#include <stdlib.h>
#include <string.h>

#define SMALLEST_TABLE 4

static struct id_table_shard *shard_of(const struct id_table *table, uint32_t hash)
{
	return &table->shards[hash / (UINT32_MAX / ID_TABLE_SHARDS + 1)];
}

void id_table_free(struct id_table *table)
{
	for (size_t i = 0; table->shards && i < ID_TABLE_SHARDS; i++)
		free(table->shards[i].entries);
	free(table->shards);
	*table = (struct id_table){ 0 };
}

void id_table_prefetch(const struct id_table *table, uint32_t hash)
{
	const struct id_table_shard *shard = table->shards ? shard_of(table, hash) : NULL;

	if (shard && shard->capacity > 0)
		__builtin_prefetch(&shard->entries[hash & (shard->capacity - 1)], 1);
}

uint32_t id_table_find(const struct id_table *table, uint32_t hash, uint32_t *at)
{
	if (!table->shards)
		return ID_TABLE_NONE;
	const struct id_table_shard *shard = shard_of(table, hash);
	uint32_t mask = shard->capacity - 1;
	if (shard->capacity == 0)
		return ID_TABLE_NONE;
	/* a quarter is always empty, so the walk ends */
	for (;; (*at)++) {
		const struct id_table_entry *entry = &shard->entries[(hash + *at) & mask];
		if (entry->id == ID_TABLE_NONE)
			return ID_TABLE_NONE;
		if (entry->hash == hash) {
			(*at)++;
			return entry->id;
		}
	}
}

static void place(struct id_table_shard *shard, struct id_table_entry entry)
{
	uint32_t mask = shard->capacity - 1, at = entry.hash & mask;

	while (shard->entries[at].id != ID_TABLE_NONE)
		at = (at + 1) & mask;
	shard->entries[at] = entry;
}

static enum tms_status resize(
	struct id_table *table, struct id_table_shard *shard, uint32_t capacity)
{
	struct id_table_shard fresh = { .capacity = capacity, .count = shard->count };

	fresh.entries = malloc(capacity * sizeof(*fresh.entries));
	if (!fresh.entries)
		return TMS_ENOMEM;
	memset(fresh.entries, 0xFF, capacity * sizeof(*fresh.entries)); /* ID_TABLE_NONE */
	for (uint32_t i = 0; i < shard->capacity; i++)
		if (shard->entries[i].id != ID_TABLE_NONE)
			place(&fresh, shard->entries[i]);
	table->capacity += capacity;
	table->capacity -= shard->capacity;
	free(shard->entries);
	*shard = fresh;
	return TMS_OK;
}

enum tms_status id_table_add(struct id_table *table, uint32_t hash, uint32_t id)
{
	if (!table->shards) {
		table->shards = calloc(ID_TABLE_SHARDS, sizeof(*table->shards));
		if (!table->shards)
			return TMS_ENOMEM;
	}
	struct id_table_shard *shard = shard_of(table, hash);
	if ((shard->count + 1) * 4 > shard->capacity * 3) {
		uint32_t wanted = shard->capacity ? shard->capacity * 2 : SMALLEST_TABLE;
		if (resize(table, shard, wanted) != TMS_OK)
			return TMS_ENOMEM;
	}
	place(shard, (struct id_table_entry){ hash, id });
	shard->count++;
	table->count++;
	return TMS_OK;
}

/* Entries behind the hole that were pushed past it move back, so that no search ends too early. */
static void close_hole(struct id_table_shard *shard, uint32_t hole)
{
	uint32_t mask = shard->capacity - 1;

	for (uint32_t at = (hole + 1) & mask; shard->entries[at].id != ID_TABLE_NONE;
		at = (at + 1) & mask) {
		uint32_t home = shard->entries[at].hash & mask;
		if (((at - home) & mask) < ((at - hole) & mask))
			continue;
		shard->entries[hole] = shard->entries[at];
		hole = at;
	}
	shard->entries[hole].id = ID_TABLE_NONE;
}

void id_table_remove(struct id_table *table, uint32_t hash, uint32_t id)
{
	struct id_table_shard *shard = shard_of(table, hash);
	uint32_t mask = shard->capacity - 1, at = hash & mask;

	while (shard->entries[at].id != id)
		at = (at + 1) & mask;
	close_hole(shard, at);
	shard->count--;
	if (--table->count == 0) {
		id_table_free(table);
	} else if (shard->count < shard->capacity / 8) {
		/* when memory is out the larger table serves as well */
		enum tms_status st = resize(table, shard, shard->capacity / 2);
		(void)st;
	}
}

size_t id_table_bytes(const struct id_table *table)
{
	return table->capacity * sizeof(struct id_table_entry) +
	       (table->shards ? ID_TABLE_SHARDS * sizeof(*table->shards) : 0);
}
