/* A pool of records of one size, by number, with a free list. */
#include "record_pool.h"

#include <stdlib.h>
#include <string.h>

#include "chunk_list.h"

void record_pool_free(struct record_pool *pool)
{
	for (size_t i = 0; i < pool->chunks_count; i++)
		free(pool->chunks[i]);
	free(pool->chunks);
	*pool = (struct record_pool){ .size = pool->size };
}

static enum tms_status add_chunk(struct record_pool *pool)
{
	if (pool->used >= RECORD_NONE - RECORD_POOL_CHUNK ||
		!chunk_list_grow(&pool->chunks, pool->chunks_count))
		return TMS_ENOMEM;
	void *chunk = malloc(RECORD_POOL_CHUNK * pool->size);
	if (!chunk)
		return TMS_ENOMEM;
	pool->chunks[pool->chunks_count++] = chunk;
	return TMS_OK;
}

enum tms_status record_pool_take(struct record_pool *pool, uint32_t *number)
{
	struct record_link *link;

	if (pool->spare != 0) {
		*number = pool->spare - 1;
		link = record_pool_at(pool, *number);
		pool->spare = link->next;
	} else {
		if (pool->used == pool->chunks_count << RECORD_POOL_CHUNK_BITS &&
			add_chunk(pool) != TMS_OK)
			return TMS_ENOMEM;
		*number = pool->used++;
	}
	memset(record_pool_at(pool, *number), 0, pool->size);
	pool->count++;
	return TMS_OK;
}

void record_pool_give_back(struct record_pool *pool, uint32_t number)
{
	struct record_link *link = record_pool_at(pool, number);

	link->next = pool->spare;
	pool->spare = number + 1;
	pool->count--;
}

size_t record_pool_bytes(const struct record_pool *pool)
{
	return pool->chunks_count * RECORD_POOL_CHUNK * pool->size +
	       chunk_list_room(pool->chunks_count) * sizeof(void *);
}
