/* The pool of connections: blocks that are unmapped when they are empty. */
#include "connection_pool.h"

#include <stdlib.h>

#include <sys/mman.h>

#include "connection.h"

#define BLOCK_BYTES ((size_t)65536)

/* Where the sanitizer watches, each by itself. */
#if defined(__SANITIZE_ADDRESS__)
#define IS_WATCHED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define IS_WATCHED 1
#endif
#endif
#ifndef IS_WATCHED
#define IS_WATCHED 0
#endif

struct place {
	struct connection_block *block;
	struct place *next_free;
	struct connection connection;
};

struct connection_block {
	TAILQ_ENTRY(connection_block) open_entry; /* while a place is free */
	size_t used;
	struct place *free;
	struct place places[];
};

#define PLACES ((BLOCK_BYTES - sizeof(struct connection_block)) / sizeof(struct place))

void connection_pool_init(struct connection_pool *pool)
{
	*pool = (struct connection_pool){ .spare = NULL };
	TAILQ_INIT(&pool->open);
}

void connection_pool_fini(struct connection_pool *pool)
{
	if (pool->spare)
		(void)munmap(pool->spare, BLOCK_BYTES);
	pool->spare = NULL;
}

static struct connection_block *block_new(struct connection_pool *pool)
{
	void *pages =
		mmap(NULL, BLOCK_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct connection_block *block = pages;

	if (pages == MAP_FAILED)
		return NULL;
	for (size_t i = PLACES; i-- > 0;) {
		block->places[i].block = block;
		block->places[i].next_free = block->free;
		block->free = &block->places[i];
	}
	TAILQ_INSERT_TAIL(&pool->open, block, open_entry);
	return block;
}

struct connection *connection_pool_take(struct connection_pool *pool)
{
	struct connection_block *block = TAILQ_FIRST(&pool->open);
	struct place *place = NULL;

	if (IS_WATCHED)
		return calloc(1, sizeof(struct connection));
	if (!block)
		block = block_new(pool);
	if (!block)
		return NULL;
	if (block == pool->spare)
		pool->spare = NULL;
	place = block->free;
	block->free = place->next_free;
	block->used++;
	if (!block->free)
		TAILQ_REMOVE(&pool->open, block, open_entry);
	place->connection = (struct connection){ .fd = -1 };
	return &place->connection;
}

void connection_pool_give_back(struct connection_pool *pool, struct connection *connection)
{
	struct place *place = NULL;
	struct connection_block *block = NULL;

	if (IS_WATCHED) {
		free(connection);
		return;
	}
	place = (struct place *)(void *)((char *)connection - offsetof(struct place, connection));
	block = place->block;
	/* behind the others, so that those that are nearly empty become it */
	if (!block->free)
		TAILQ_INSERT_TAIL(&pool->open, block, open_entry);
	place->next_free = block->free;
	block->free = place;
	if (--block->used > 0)
		return;
	if (!pool->spare) {
		pool->spare = block; /* one is kept: connections come and go one by one */
		return;
	}
	TAILQ_REMOVE(&pool->open, block, open_entry);
	(void)munmap(block, BLOCK_BYTES);
}
