/*
 * How operations on Redis end, and when the connection is said to be up or has to go: what all
 * files of this store tell, and redis.c, which holds the connection, acts on.
 */
#include "redis_private.h"

#include <stdio.h>

/* ---- the connection ---- */

void redis_drop_later(struct redis *redis, enum tms_store_trouble trouble, const char *sentence)
{
	if (redis->must_drop)
		return;
	redis->must_drop = true;
	redis->drop_trouble = trouble;
	snprintf(redis->drop_sentence, sizeof(redis->drop_sentence), "%s", sentence);
	store_arm(&redis->store);
}

void redis_note_up(struct redis *redis)
{
	if (!redis->wrong_kind)
		store_note_up(&redis->store);
}

void redis_is_up(struct redis *redis)
{
	redis->phase = TMS_REDIS_UP;
	redis->failures = 0;
	redis->store.health.connects++;
	redis_note_up(redis);
	store_arm(&redis->store);
}

/* ---- operations ---- */

static void leave(struct redis *redis, struct tms_store_op *op)
{
	TAILQ_REMOVE(&redis->begun, op, link);
	if (redis->gate == op)
		redis->gate = NULL;
}

void redis_finish(struct redis *redis, struct tms_store_op *op)
{
	leave(redis, op);
	if (store_is_write(op->verb))
		redis_note_up(redis);
	store_finish(op);
}

void redis_fail(struct redis *redis, struct tms_store_op *op, enum tms_store_trouble trouble,
	const char *sentence)
{
	bool is_gate = redis->gate == op;

	if (is_gate && redis->context) /* what it watched must not weigh on the next transaction */
		(void)redisAsyncCommand(redis->context, NULL, NULL, "UNWATCH");
	if (is_gate)
		redis->gate = NULL;
	if (trouble == TMS_STORE_REFUSED && redis->name_wrong(redis, op, sentence))
		return;
	leave(redis, op);
	if (trouble != TMS_STORE_CONFLICT)
		store_note_down(&redis->store, sentence);
	store_fail(op, trouble, "%s", sentence);
}
