/*
 * The operations that write. What must happen together is one MULTI … EXEC, sent in one go; when
 * one of its commands is refused (full, read-only), Redis refuses the EXEC too and nothing has
 * happened.
 */
#include "redis_private.h"

#define HSET_ITEMS 100 /* to a command: keeps the lists of words small */

/* Does the answer to EXEC hold an error? Then a key holds something that is not ours. */
static const redisReply *find_error(const redisReply *reply)
{
	for (size_t i = 0; i < reply->elements; i++)
		if (reply->element[i]->type == REDIS_REPLY_ERROR)
			return reply->element[i];
	return NULL;
}

/* The end of a transaction that watches nothing. */
static void on_exec(struct redis *redis, struct tms_store_op *op, const redisReply *reply)
{
	char sentence[TMS_DIAG_TEXT_BYTES] = "Redis did not run a transaction";
	enum tms_store_trouble trouble = TMS_STORE_OTHER;
	const redisReply *error = NULL;

	if (reply->type == REDIS_REPLY_ARRAY && !(error = find_error(reply))) {
		redis_finish(redis, op);
		return;
	}
	if (error)
		trouble = redis_explain(error, sentence, sizeof(sentence));
	if (redis->gate == op && reply->type == REDIS_REPLY_NIL) {
		op->reply = (struct tms_store_reply){ 0 };
		redis_fail(redis, op, TMS_STORE_CONFLICT,
			"another instance refreshed this source at the same moment");
		return;
	}
	redis_fail(redis, op, trouble, sentence);
}

static void on_set(struct redis *redis, struct tms_store_op *op, const redisReply *reply)
{
	(void)reply;
	redis_finish(redis, op);
}

static void multi(struct redis *redis, struct tms_store_op *op)
{
	TMS_REDIS_TELL(redis, op, TMS_STR("MULTI"));
}

static void exec(struct redis *redis, struct tms_store_op *op)
{
	redis_work(op)->next = on_exec;
	TMS_REDIS_ASK(redis, op, TMS_STR("EXEC"));
}

/* ---- a batch ---- */

static void put_items(struct redis *redis, struct tms_store_op *op)
{
	struct tms_str words[2 + 2 * HSET_ITEMS];

	for (size_t i = 0; i < op->batch.put_count;) {
		size_t count = 0;
		words[count++] = TMS_STR("HSET");
		words[count++] = redis_key(op, "items:", op->key);
		for (; i < op->batch.put_count && count < TMS_COUNT(words); i++) {
			words[count++] = op->batch.puts[i].id;
			words[count++] = op->batch.puts[i].bytes;
		}
		redis_tell(redis, op, words, count);
	}
}

static struct tms_str id_to_remove(const struct tms_store_batch *batch, size_t i)
{
	return i < batch->removal_count ? batch->removals[i]
					: batch->retired[i - batch->removal_count].id;
}

static void remove_items(struct redis *redis, struct tms_store_op *op)
{
	size_t all = op->batch.removal_count + op->batch.retired_count;
	struct tms_str words[2 + HSET_ITEMS];

	for (size_t i = 0; i < all;) {
		size_t count = 0;
		words[count++] = TMS_STR("HDEL");
		words[count++] = redis_key(op, "items:", op->key);
		while (i < all && count < TMS_COUNT(words))
			words[count++] = id_to_remove(&op->batch, i++);
		redis_tell(redis, op, words, count);
	}
}

static void retire_items(struct redis *redis, struct tms_store_op *op)
{
	struct tms_str words[2 + 2 * HSET_ITEMS];
	struct tms_str key = redis_key(op, "retired:", op->key);

	for (size_t i = 0; i < op->batch.retired_count;) {
		size_t count = 0;
		words[count++] = TMS_STR("ZADD");
		words[count++] = key;
		for (; i < op->batch.retired_count && count < TMS_COUNT(words); i++) {
			words[count++] = redis_number(op, op->batch.retired[i].at_s);
			words[count++] = op->batch.retired[i].id;
		}
		redis_tell(redis, op, words, count);
	}
	if (op->batch.forget_before_s)
		TMS_REDIS_TELL(redis, op, TMS_STR("ZREMRANGEBYSCORE"), key, TMS_STR("-inf"),
			tms_arena_format(
				&op->arena, "(%lld", (long long)op->batch.forget_before_s));
}

static void apply(struct redis *redis, struct tms_store_op *op)
{
	multi(redis, op);
	TMS_REDIS_TELL(redis, op, TMS_STR("SADD"), redis_fixed(op, "sources"), op->key);
	put_items(redis, op);
	remove_items(redis, op);
	retire_items(redis, op);
	if (op->batch.fetch_state)
		TMS_REDIS_TELL(redis, op, TMS_STR("SET"), redis_key(op, "state:", op->key),
			*op->batch.fetch_state);
	if (op->batch.fence)
		TMS_REDIS_TELL(redis, op, TMS_STR("SET"), redis_key(op, "fence:", op->key),
			redis_number(op, op->batch.fence));
	exec(redis, op);
}

/* Was a batch of a later lease here before? */
static void on_fence(struct redis *redis, struct tms_store_op *op, const redisReply *reply)
{
	int64_t fence = 0;

	if (reply->type == REDIS_REPLY_STRING && !tms_str_int64(redis_text(reply), &fence)) {
		redis_fail(redis, op, TMS_STORE_REFUSED, "a fence under redis.prefix is no number");
		return;
	}
	if (fence <= op->batch.fence) {
		apply(redis, op);
		return;
	}
	op->reply.revision = fence;
	redis_fail(redis, op, TMS_STORE_CONFLICT,
		"another instance has refreshed this source since: its lease is the later one");
}

void redis_items_apply(struct redis *redis, struct tms_store_op *op)
{
	if (!op->batch.fence) {
		apply(redis, op);
		return;
	}
	struct tms_str key = redis_key(op, "fence:", op->key);
	redis->gate = op;
	redis_work(op)->next = on_fence;
	TMS_REDIS_TELL(redis, op, TMS_STR("WATCH"), key);
	TMS_REDIS_ASK(redis, op, TMS_STR("GET"), key);
}

/* ---- the rest ---- */

void redis_source_delete(struct redis *redis, struct tms_store_op *op)
{
	multi(redis, op);
	TMS_REDIS_TELL(redis, op, TMS_STR("UNLINK"), redis_key(op, "items:", op->key),
		redis_key(op, "retired:", op->key), redis_key(op, "state:", op->key),
		redis_key(op, "fence:", op->key));
	TMS_REDIS_TELL(redis, op, TMS_STR("SREM"), redis_fixed(op, "sources"), op->key);
	exec(redis, op);
}

void redis_state_put(struct redis *redis, struct tms_store_op *op)
{
	if (op->state_kind == TMS_STORE_STATE_HOST) {
		redis_work(op)->next = on_set;
		TMS_REDIS_ASK(
			redis, op, TMS_STR("SET"), redis_key(op, "host:", op->key), op->bytes);
		return;
	}
	multi(redis, op);
	TMS_REDIS_TELL(redis, op, TMS_STR("SADD"), redis_fixed(op, "sources"), op->key);
	TMS_REDIS_TELL(redis, op, TMS_STR("SET"), redis_key(op, "state:", op->key), op->bytes);
	exec(redis, op);
}

void redis_result_put(struct redis *redis, struct tms_store_op *op)
{
	redis_work(op)->next = on_set;
	TMS_REDIS_ASK(redis, op, TMS_STR("SET"), redis_key(op, "result:", op->key), op->bytes,
		TMS_STR("PX"), redis_number(op, op->ttl_ms));
}
