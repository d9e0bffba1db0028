#include "chain.h"

#include <stdbool.h>
#include <stdlib.h>

#define CHUNK_BITS 8
#define CHUNK_HEADS (UINT32_C(1) << CHUNK_BITS)

static uint32_t *head(const struct index_chains *table, uint32_t bucket)
{
	return &table->chunks[bucket >> CHUNK_BITS][bucket & (CHUNK_HEADS - 1)];
}

static uint32_t chunks_count(const struct index_chains *table)
{
	return (table->buckets + CHUNK_HEADS - 1) >> CHUNK_BITS;
}

void index_chains_free(struct index_chains *table)
{
	for (uint32_t i = 0; i < chunks_count(table); i++)
		free(table->chunks[i]);
	free((void *)table->chunks);
	*table = (struct index_chains){ 0 };
}

/* The power of two at or below `buckets`, which is not 0. */
static uint32_t level(uint32_t buckets)
{
	return UINT32_C(1) << (31 - __builtin_clz(buckets));
}

uint32_t index_chains_bucket(uint32_t buckets, uint32_t hash)
{
	uint32_t low = level(buckets), bucket = hash & (2 * low - 1);

	return bucket < buckets ? bucket : hash & (low - 1);
}

uint32_t index_chains_first(const struct index_chains *table, uint32_t hash)
{
	return table->buckets == 0 ? INDEX_CHAINS_NONE
				   : *head(table, index_chains_bucket(table->buckets, hash));
}

/* One more bucket, empty; false when memory is out. */
static bool add_bucket(struct index_chains *table)
{
	uint32_t chunk = table->buckets >> CHUNK_BITS;

	if ((table->buckets & (CHUNK_HEADS - 1)) == 0) {
		if (chunk == table->chunks_capacity) {
			uint32_t wanted = chunk ? chunk * 2 : 4;
			void *grown =
				reallocarray((void *)table->chunks, wanted, sizeof(uint32_t *));
			if (!grown)
				return false;
			table->chunks = grown;
			table->chunks_capacity = wanted;
		}
		table->chunks[chunk] = malloc(CHUNK_HEADS * sizeof(uint32_t));
		if (!table->chunks[chunk])
			return false;
	}
	*head(table, table->buckets++) = INDEX_CHAINS_NONE;
	return true;
}

/* The new bucket takes its part of the chain that it was split from. */
static void split(struct index_chains *table, const struct index_chains_kind *kind, void *context)
{
	uint32_t fresh = table->buckets - 1;

	if (fresh == 0)
		return;
	uint32_t *from = head(table, fresh - level(fresh)), *to = head(table, fresh);
	while (*from != INDEX_CHAINS_NONE) {
		uint32_t id = *from, *next = kind->next(context, id);
		if (index_chains_bucket(table->buckets, kind->hash(context, id)) != fresh) {
			from = next;
			continue;
		}
		*from = *next;
		*next = INDEX_CHAINS_NONE;
		*to = id;
		to = next;
	}
}

enum tms_status index_chains_insert(struct index_chains *table,
	const struct index_chains_kind *kind, void *context, uint32_t id, uint32_t hash)
{
	if (table->count >= table->buckets && table->buckets < UINT32_MAX / 4) {
		if (add_bucket(table))
			split(table, kind, context);
		else if (table->buckets == 0)
			return TMS_ENOMEM; /* otherwise its chains get longer */
	}
	uint32_t *first = head(table, index_chains_bucket(table->buckets, hash));
	*kind->next(context, id) = *first;
	*first = id;
	table->count++;
	return TMS_OK;
}

/* The last bucket goes back into the one that it was split from. */
static void merge(struct index_chains *table, const struct index_chains_kind *kind, void *context)
{
	uint32_t last = table->buckets - 1;

	if (last > 0) {
		uint32_t *end = head(table, last - level(last));
		while (*end != INDEX_CHAINS_NONE)
			end = kind->next(context, *end);
		*end = *head(table, last);
	}
	table->buckets = last;
	if ((last & (CHUNK_HEADS - 1)) != 0)
		return;
	free(table->chunks[last >> CHUNK_BITS]);
	if (chunks_count(table) < table->chunks_capacity / 4) {
		uint32_t wanted = table->chunks_capacity / 2;
		void *less = reallocarray((void *)table->chunks, wanted, sizeof(uint32_t *));
		if (!less)
			return; /* the longer one serves as well */
		table->chunks = less;
		table->chunks_capacity = wanted;
	}
}

void index_chains_remove(struct index_chains *table, const struct index_chains_kind *kind,
	void *context, uint32_t id, uint32_t hash)
{
	uint32_t *at = head(table, index_chains_bucket(table->buckets, hash));

	while (*at != id)
		at = kind->next(context, *at);
	*at = *kind->next(context, id);
	if (--table->count == 0) {
		index_chains_free(table);
		return;
	}
	for (int i = 0; i < 2 && table->buckets > 2 * table->count; i++)
		merge(table, kind, context);
}

size_t index_chains_bytes(const struct index_chains *table)
{
	return chunks_count(table) * CHUNK_HEADS * sizeof(uint32_t) +
	       table->chunks_capacity * sizeof(uint32_t *);
}
