/* A chained hash table through the records themselves, grown by linear hashing. */
#include "record_table.h"

#include <stdlib.h>
#include <string.h>

#include "chunk_list.h"

static struct record_link *link_at(const struct record_table *table, uint32_t number)
{
	return record_pool_at(table->pool, number);
}

static uint32_t *head_at(const struct record_table *table, uint32_t bucket)
{
	return &table->chunks[bucket >> RECORD_POOL_CHUNK_BITS][bucket & (RECORD_POOL_CHUNK - 1)];
}

/* Of 2^k + split buckets the first `split` are divided already: one more bit of the hash counts. */
static uint32_t bucket_of(const struct record_table *table, uint32_t hash)
{
	uint32_t whole = UINT32_C(1) << (31 - __builtin_clz(table->buckets));
	uint32_t bucket = hash & (2 * whole - 1);

	return bucket < table->buckets ? bucket : bucket - whole;
}

void record_table_free(struct record_table *table)
{
	for (size_t i = 0; i < table->chunks_count; i++)
		free(table->chunks[i]);
	free(table->chunks);
	*table = (struct record_table){ .pool = table->pool };
}

static uint32_t find_from(const struct record_table *table, uint32_t number, uint32_t hash)
{
	while (number != RECORD_NONE && link_at(table, number)->hash != hash)
		number = link_at(table, number)->next;
	return number;
}

void record_table_prefetch(const struct record_table *table, uint32_t hash)
{
	if (table->count > 0)
		__builtin_prefetch(head_at(table, bucket_of(table, hash)));
}

void record_table_prefetch_first(const struct record_table *table, uint32_t hash)
{
	uint32_t first = table->count ? *head_at(table, bucket_of(table, hash)) : RECORD_NONE;

	if (first == RECORD_NONE)
		return;
	const char *record = record_pool_at(table->pool, first);
	__builtin_prefetch(record);
	__builtin_prefetch(record + table->pool->size - 1); /* it may begin inside a cache line */
}

uint32_t record_table_first(const struct record_table *table, uint32_t hash)
{
	if (table->count == 0)
		return RECORD_NONE;
	return find_from(table, *head_at(table, bucket_of(table, hash)), hash);
}

uint32_t record_table_next(const struct record_table *table, uint32_t number)
{
	const struct record_link *link = link_at(table, number);

	return find_from(table, link->next, link->hash);
}

static enum tms_status add_heads(struct record_table *table)
{
	if (!chunk_list_grow(&table->chunks, table->chunks_count))
		return TMS_ENOMEM;
	uint32_t *heads = malloc(RECORD_POOL_CHUNK * sizeof(*heads));
	if (!heads)
		return TMS_ENOMEM;
	memset(heads, 0xFF, RECORD_POOL_CHUNK * sizeof(*heads));
	table->chunks[table->chunks_count++] = heads;
	return TMS_OK;
}

/* One more bucket: the records that belong there leave the one that is divided. */
static void split_bucket(struct record_table *table)
{
	uint32_t added = table->buckets++;
	uint32_t whole = UINT32_C(1) << (31 - __builtin_clz(added));
	uint32_t *from = head_at(table, added - whole), *to = head_at(table, added);

	while (*from != RECORD_NONE) {
		struct record_link *link = link_at(table, *from);
		if ((link->hash & (2 * whole - 1)) != added) {
			from = &link->next;
			continue;
		}
		uint32_t moved = *from;
		*from = link->next;
		link->next = *to;
		*to = moved;
	}
}

enum tms_status record_table_add(struct record_table *table, uint32_t number)
{
	if (table->count >= table->buckets) {
		if (table->buckets == table->chunks_count << RECORD_POOL_CHUNK_BITS &&
			add_heads(table) != TMS_OK)
			return TMS_ENOMEM;
		if (table->buckets == 0)
			table->buckets = 1;
		else
			split_bucket(table);
	}
	struct record_link *link = link_at(table, number);
	uint32_t *head = head_at(table, bucket_of(table, link->hash));
	link->next = *head;
	*head = number;
	table->count++;
	return TMS_OK;
}

void record_table_remove(struct record_table *table, uint32_t number)
{
	const struct record_link *link = link_at(table, number);
	uint32_t *at = head_at(table, bucket_of(table, link->hash));

	while (*at != number)
		at = &link_at(table, *at)->next;
	*at = link->next;
	table->count--;
}

size_t record_table_bytes(const struct record_table *table)
{
	return table->chunks_count * RECORD_POOL_CHUNK * sizeof(uint32_t) +
	       chunk_list_room(table->chunks_count) * sizeof(void *);
}
