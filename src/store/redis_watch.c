/*
 * Compare and set: definitions and leases. WATCH, read, decide, MULTI … EXEC; an EXEC that answers
 * nil means that somebody else was quicker, and all begins again. While one operation watches, it
 * is the gate: no other may begin on this connection, since any EXEC ends every WATCH.
 */
#include "redis_private.h"

#include <tamis/buf.h>

#define TRIES_MAX 50 /* each lost try is somebody else's success */

static void again(struct redis *redis, struct tms_store_op *op, redis_reply_fn first)
{
	struct redis_work *work = redis_work(op);

	op->reply = (struct tms_store_reply){ 0 };
	if (++op->tries < TRIES_MAX) {
		work->next = first;
		return;
	}
	redis_fail(redis, op, TMS_STORE_LOCKED,
		"other instances keep changing the same things at Redis");
}

/* EXEC was neither refused nor overtaken; otherwise the operation has ended, or *is_overtaken. */
static bool is_executed(
	struct redis *redis, struct tms_store_op *op, const redisReply *reply, bool *is_overtaken)
{
	char sentence[TMS_DIAG_TEXT_BYTES];

	*is_overtaken = reply->type == REDIS_REPLY_NIL;
	if (reply->type != REDIS_REPLY_ARRAY)
		return false;
	for (size_t i = 0; i < reply->elements; i++) {
		if (reply->element[i]->type != REDIS_REPLY_ERROR)
			continue;
		redis_fail(redis, op, redis_explain(reply->element[i], sentence, sizeof(sentence)),
			sentence);
		return false;
	}
	return true;
}

/* ---- definitions ---- */

static void on_definitions(struct redis *redis, struct tms_store_op *op, const redisReply *reply);

static void watch_definitions(struct redis *redis, struct tms_store_op *op)
{
	struct tms_str *words = TMS_ARENA_ARRAY(&op->arena, struct tms_str, op->change_count + 2);
	struct tms_str definitions = redis_fixed(op, "definitions");
	struct tms_str revision = redis_fixed(op, "revision");

	if (!words) {
		redis_drop_later(redis, TMS_STORE_OTHER,
			"there is not enough memory for a command to Redis");
		return;
	}
	words[0] = TMS_STR("HMGET");
	words[1] = definitions;
	for (size_t i = 0; i < op->change_count; i++)
		words[i + 2] = op->changes[i].key;
	TMS_REDIS_TELL(redis, op, TMS_STR("WATCH"), definitions, revision);
	redis_ask(redis, op, words, op->change_count + 2);
	TMS_REDIS_ASK(redis, op, TMS_STR("GET"), revision);
}

static void on_changed(struct redis *redis, struct tms_store_op *op, const redisReply *reply)
{
	bool is_overtaken;

	if (is_executed(redis, op, reply, &is_overtaken)) {
		redis_finish(redis, op);
	} else if (is_overtaken) {
		again(redis, op, on_definitions);
		if (redis->gate == op)
			watch_definitions(redis, op);
	}
}

static void change_definitions(struct redis *redis, struct tms_store_op *op, int64_t revision)
{
	struct tms_str key = redis_fixed(op, "definitions");
	struct tms_str log = redis_fixed(op, "changes");

	TMS_REDIS_TELL(redis, op, TMS_STR("MULTI"));
	for (size_t i = 0; i < op->change_count; i++) {
		const struct tms_store_change *change = &op->changes[i];
		size_t mark = tms_arena_mark(&op->arena);
		struct tms_buf value = { 0 };
		TMS_REDIS_TELL(redis, op, TMS_STR("XADD"), log, TMS_STR("MAXLEN"), TMS_STR("~"),
			redis_number(op, TMS_STORE_CHANGES_KEPT),
			tms_arena_format(&op->arena, "%lld-%zu", (long long)revision, i + 1),
			TMS_STR("key"), change->key);
		if (change->remove) {
			TMS_REDIS_TELL(redis, op, TMS_STR("HDEL"), key, change->key);
			continue;
		}
		tms_buf_format(&value, "%lld:", (long long)revision);
		tms_buf_add(&value, change->bytes);
		if (value.status == TMS_OK)
			TMS_REDIS_TELL(
				redis, op, TMS_STR("HSET"), key, change->key, tms_buf_str(&value));
		else
			redis_drop_later(redis, TMS_STORE_OTHER,
				"there is not enough memory for a command to Redis");
		tms_buf_free(&value);
		tms_arena_rewind(&op->arena, mark);
	}
	TMS_REDIS_TELL(
		redis, op, TMS_STR("SET"), redis_fixed(op, "revision"), redis_number(op, revision));
	redis_work(op)->next = on_changed;
	op->reply.revision = revision;
	TMS_REDIS_ASK(redis, op, TMS_STR("EXEC"));
}

/* The revision was read: all that was watched is known. The conflict, if any, was noted before. */
static void on_counter(struct redis *redis, struct tms_store_op *op, const redisReply *reply)
{
	int64_t revision = 0;

	if (reply->type == REDIS_REPLY_STRING && !tms_str_int64(redis_text(reply), &revision)) {
		redis_fail(redis, op, TMS_STORE_REFUSED,
			"the revision under redis.prefix is no number");
		return;
	}
	if (op->reply.key.len) {
		char sentence[TMS_DIAG_TEXT_BYTES];
		struct tms_diag diag = { 0 };
		tms_diag_set(&diag, 0, 0,
			"somebody else changed %.*s first: it is at revision %lld",
			TMS_STR_ARGS(op->reply.key), (long long)op->reply.revision);
		memcpy(sentence, diag.text, sizeof(sentence));
		redis_fail(redis, op, TMS_STORE_CONFLICT, sentence);
		return;
	}
	change_definitions(redis, op, revision + 1);
}

static void on_definitions(struct redis *redis, struct tms_store_op *op, const redisReply *reply)
{
	bool is_answer = reply->type == REDIS_REPLY_ARRAY && reply->elements == op->change_count;

	(void)redis;
	redis_work(op)->next = on_counter;
	for (size_t i = 0; is_answer && i < op->change_count && !op->reply.key.len; i++) {
		const struct tms_store_change *change = &op->changes[i];
		struct tms_str stored = redis_text(reply->element[i]), bytes = { 0 };
		int64_t revision = 0;
		bool is_there = reply->element[i]->type == REDIS_REPLY_STRING &&
				redis_split_definition(stored, &revision, &bytes);
		if (change->expected == TMS_STORE_ANY_REVISION || change->expected == revision)
			continue;
		op->reply.key = change->key;
		op->reply.found = is_there;
		op->reply.revision = revision;
		op->reply.value = tms_arena_copy(&op->arena, bytes);
	}
}

void redis_definitions_change(struct redis *redis, struct tms_store_op *op)
{
	redis->gate = op;
	redis_work(op)->next = on_definitions;
	watch_definitions(redis, op);
}

/* ---- leases ---- */

static void on_lease(struct redis *redis, struct tms_store_op *op, const redisReply *reply);

static void watch_lease(struct redis *redis, struct tms_store_op *op)
{
	struct tms_str key = redis_key(op, "lease:", op->key);

	TMS_REDIS_TELL(redis, op, TMS_STR("WATCH"), key);
	TMS_REDIS_ASK(redis, op, TMS_STR("GET"), key);
}

static void on_lease_set(struct redis *redis, struct tms_store_op *op, const redisReply *reply)
{
	bool is_overtaken;

	if (is_executed(redis, op, reply, &is_overtaken)) {
		const redisReply *answer = reply->elements ? reply->element[0] : reply;
		op->reply.found = answer->type != REDIS_REPLY_INTEGER || answer->integer == 1;
		if (op->verb == TMS_STORE_LEASE_ACQUIRE && op->reply.found)
			op->reply.revision = op->token;
		redis_finish(redis, op);
	} else if (is_overtaken) {
		again(redis, op, on_lease);
		if (redis->gate == op)
			watch_lease(redis, op);
	}
}

static void set_lease(struct redis *redis, struct tms_store_op *op)
{
	struct tms_str key = redis_key(op, "lease:", op->key);

	TMS_REDIS_TELL(redis, op, TMS_STR("MULTI"));
	if (op->verb == TMS_STORE_LEASE_ACQUIRE)
		TMS_REDIS_TELL(redis, op, TMS_STR("SET"), key, redis_number(op, op->token),
			TMS_STR("PX"), redis_number(op, op->ttl_ms));
	else if (op->verb == TMS_STORE_LEASE_RENEW)
		TMS_REDIS_TELL(redis, op, TMS_STR("PEXPIRE"), key, redis_number(op, op->ttl_ms));
	else
		TMS_REDIS_TELL(redis, op, TMS_STR("DEL"), key);
	redis_work(op)->next = on_lease_set;
	TMS_REDIS_ASK(redis, op, TMS_STR("EXEC"));
}

/* Drawn while the lease is watched: had anybody drawn a later one and got it, our EXEC would fail.
 */
static void on_token(struct redis *redis, struct tms_store_op *op, const redisReply *reply)
{
	if (reply->type != REDIS_REPLY_INTEGER) {
		redis_fail(redis, op, TMS_STORE_OTHER, "Redis gave no token for a lease");
		return;
	}
	op->token = reply->integer;
	set_lease(redis, op);
}

static void on_lease(struct redis *redis, struct tms_store_op *op, const redisReply *reply)
{
	int64_t held = 0;
	bool is_held = reply->type == REDIS_REPLY_STRING;

	if (is_held && !tms_str_int64(redis_text(reply), &held))
		held = 0; /* of nobody that we know: leave it alone */
	if (op->verb == TMS_STORE_LEASE_ACQUIRE && !is_held) {
		redis_work(op)->next = on_token;
		TMS_REDIS_ASK(redis, op, TMS_STR("INCR"), redis_fixed(op, "lease-token"));
		return;
	}
	if (op->verb != TMS_STORE_LEASE_ACQUIRE && is_held && held == op->token) {
		set_lease(redis, op);
		return;
	}
	(void)redisAsyncCommand(redis->context, NULL, NULL, "UNWATCH");
	redis->gate = NULL;
	redis_finish(redis, op); /* found is false: not ours */
}

void redis_lease(struct redis *redis, struct tms_store_op *op)
{
	redis->gate = op;
	redis_work(op)->next = on_lease;
	watch_lease(redis, op);
}
