/* A sharded hash table of numbers by 64-bit hash: tags of 16 bits, linear probing. */
#include "digest_table.h"

#include <stdlib.h>
#include <string.h>

#define SHARD_BITS 12
#define SHARDS ((size_t)1 << SHARD_BITS)
#define SMALLEST 8

/* Linear probing. A place follows from the tag alone, so that the order of tags is, nearly, that of
 * the slots. `slots` is one block: numbers, then tags. */
struct digest_table_shard {
	uint32_t *slots;
	uint32_t count, capacity;
};

static uint16_t *tags_of(const struct digest_table_shard *shard)
{
	return (uint16_t *)(shard->slots + shard->capacity);
}

static uint16_t tag_of(uint64_t hash)
{
	return (uint16_t)(hash >> (64 - SHARD_BITS - 16));
}

static uint32_t place_of(uint16_t tag, uint32_t capacity)
{
	return (uint32_t)(((uint64_t)tag * capacity) >> 16);
}

static struct digest_table_shard *shard_of(const struct digest_table *table, uint64_t hash)
{
	return &table->shards[hash >> (64 - SHARD_BITS)];
}

void digest_table_free(struct digest_table *table)
{
	for (size_t i = 0; table->shards && i < SHARDS; i++)
		free(table->shards[i].slots);
	free(table->shards);
	*table = (struct digest_table){ 0 };
}

static void place(struct digest_table_shard *shard, uint16_t tag, uint32_t number)
{
	uint32_t i = place_of(tag, shard->capacity);

	while (shard->slots[i] != DIGEST_TABLE_NONE)
		i = i + 1 < shard->capacity ? i + 1 : 0;
	shard->slots[i] = number;
	tags_of(shard)[i] = tag;
	shard->count++;
}

static size_t bytes_of(uint32_t capacity)
{
	return (size_t)capacity * (sizeof(uint32_t) + sizeof(uint16_t));
}

/* Fuller than five sixths: a quarter as large again; half as large when it is nearly empty. */
static enum tms_status resize(
	struct digest_table *table, struct digest_table_shard *shard, uint32_t capacity)
{
	struct digest_table_shard made = { .capacity = capacity };

	made.slots = malloc(bytes_of(capacity));
	if (!made.slots)
		return TMS_ENOMEM;
	memset(made.slots, 0xff, (size_t)capacity * sizeof(uint32_t));
	for (uint32_t i = 0; i < shard->capacity; i++)
		if (shard->slots[i] != DIGEST_TABLE_NONE)
			place(&made, tags_of(shard)[i], shard->slots[i]);
	table->bytes += bytes_of(capacity) - bytes_of(shard->capacity);
	free(shard->slots);
	*shard = made;
	return TMS_OK;
}

enum tms_status digest_table_add(struct digest_table *table, uint64_t hash, uint32_t number)
{
	if (!table->shards) {
		table->shards = calloc(SHARDS, sizeof(*table->shards));
		if (!table->shards)
			return TMS_ENOMEM;
		table->bytes = SHARDS * sizeof(*table->shards);
	}
	struct digest_table_shard *shard = shard_of(table, hash);
	enum tms_status st = TMS_OK;
	if (shard->count >= DIGEST_TABLE_SHARD_MAX)
		return TMS_ELIMIT;
	if (shard->capacity == 0)
		st = resize(table, shard, SMALLEST);
	else if ((shard->count + 1) * 6 > shard->capacity * 5)
		st = resize(table, shard, shard->capacity + shard->capacity / 4 + 1);
	if (st != TMS_OK)
		return st;
	place(shard, tag_of(hash), number);
	table->count++;
	return TMS_OK;
}

void digest_table_prefetch(const struct digest_table *table, uint64_t hash)
{
	const struct digest_table_shard *shard = table->shards ? shard_of(table, hash) : NULL;

	if (!shard || shard->count == 0)
		return;
	uint32_t at = place_of(tag_of(hash), shard->capacity);
	__builtin_prefetch(&shard->slots[at], 1);
	__builtin_prefetch(&tags_of(shard)[at], 1);
}

uint32_t digest_table_find(
	const struct digest_table *table, uint64_t hash, digest_table_fn is_it, const void *context)
{
	const struct digest_table_shard *shard = table->shards ? shard_of(table, hash) : NULL;
	uint16_t tag = tag_of(hash);

	if (!shard || shard->count == 0)
		return DIGEST_TABLE_NONE;
	for (uint32_t i = place_of(tag, shard->capacity); shard->slots[i] != DIGEST_TABLE_NONE;
		i = i + 1 < shard->capacity ? i + 1 : 0)
		if (tags_of(shard)[i] == tag && is_it(context, shard->slots[i]))
			return shard->slots[i];
	return DIGEST_TABLE_NONE;
}

/* Is `at` on the way from `from` up to, not including, `to`, around the end? */
static bool lies_between(uint32_t from, uint32_t at, uint32_t to)
{
	return from <= to ? from <= at && at < to : at >= from || at < to;
}

/* Closes the gap: whoever may stand nearer to his place moves up. */
static void close_gap(struct digest_table_shard *shard, uint32_t gap)
{
	uint16_t *tags = tags_of(shard);

	shard->slots[gap] = DIGEST_TABLE_NONE;
	for (uint32_t i = gap + 1 < shard->capacity ? gap + 1 : 0;
		shard->slots[i] != DIGEST_TABLE_NONE; i = i + 1 < shard->capacity ? i + 1 : 0) {
		uint32_t own = place_of(tags[i], shard->capacity);
		if (own != i && lies_between(own, gap, i)) {
			shard->slots[gap] = shard->slots[i];
			tags[gap] = tags[i];
			shard->slots[i] = DIGEST_TABLE_NONE;
			gap = i;
		}
	}
}

void digest_table_remove(struct digest_table *table, uint64_t hash, uint32_t number)
{
	struct digest_table_shard *shard = table->shards ? shard_of(table, hash) : NULL;

	if (!shard || shard->count == 0)
		return;
	uint32_t i = place_of(tag_of(hash), shard->capacity);
	while (shard->slots[i] != number) {
		if (shard->slots[i] == DIGEST_TABLE_NONE)
			return;
		i = i + 1 < shard->capacity ? i + 1 : 0;
	}
	close_gap(shard, i);
	shard->count--;
	table->count--;
	if (shard->count == 0) {
		table->bytes -= bytes_of(shard->capacity);
		free(shard->slots);
		*shard = (struct digest_table_shard){ 0 };
	} else if (shard->capacity > 2 * SMALLEST && shard->count < shard->capacity / 4) {
		(void)resize(table, shard, shard->capacity / 2); /* else it stays as large */
	}
}
