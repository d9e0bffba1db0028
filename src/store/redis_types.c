/*
 * Which type each key of ours has, and what is said when another program keeps something else
 * there. The keys that every instance shares are looked at with each check of the connection; the
 * keys of one source, host, result or lease when an operation on them is refused.
 */
#include "redis_private.h"

#include <stdio.h>

static const struct redis_kind kinds[] = {
	{ "schema", "string", false },
	{ "identity", "string", false },
	{ "revision", "string", false },
	{ "definitions", "hash", false },
	{ "changes", "stream", false },
	{ "sources", "set", false },
	{ "lease-token", "string", false },
	{ "items:", "hash", true },
	{ "retired:", "zset", true },
	{ "state:", "string", true },
	{ "host:", "string", true },
	{ "fence:", "string", true },
	{ "result:", "string", true },
	{ "lease:", "string", true },
};

const struct redis_kind *redis_kinds(size_t *count)
{
	*count = TMS_COUNT(kinds);
	return kinds;
}

bool redis_is_of_kind(const struct redis_kind *kind, const redisReply *reply)
{
	struct tms_str type = redis_text(reply);

	/* an error (TYPE is not allowed) tells nothing */
	return reply->type != REDIS_REPLY_STATUS || tms_str_equal(type, TMS_STR("none")) ||
	       tms_str_equal(type, tms_str_from(kind->type));
}

void redis_say_wrong(const struct redis_kind *kind, struct tms_str key, const redisReply *reply,
	char *sentence, size_t bytes)
{
	struct tms_diag diag = { 0 };

	tms_diag_set(&diag, 0, 0,
		"the key %.*s at Redis is a %.*s, where Tamis keeps a %s: another program writes under"
		" redis.prefix; rename or delete that key, or set another redis.prefix",
		TMS_STR_ARGS(key), TMS_STR_ARGS(redis_text(reply)), kind->type);
	snprintf(sentence, bytes, "%s", diag.text);
}

static struct tms_str key_of(struct tms_store_op *op, const struct redis_kind *kind)
{
	return redis_key(op, kind->name, kind->is_named ? op->key : (struct tms_str){ 0 });
}

/* The types come in the order in which they were asked for. */
static void on_type(struct redis *redis, struct tms_store_op *op, const redisReply *reply)
{
	struct redis_work *work = redis_work(op);
	const struct redis_kind *kind = &kinds[work->named++];

	if (!redis_is_of_kind(kind, reply)) {
		struct tms_str key = key_of(op, kind);
		redis_say_wrong(kind, key, reply, work->sentence, sizeof(work->sentence));
		redis->wrong_kind = kind;
		snprintf(redis->wrong_key, sizeof(redis->wrong_key), "%.*s", TMS_STR_ARGS(key));
	}
	if (work->awaited == 0)
		redis_fail(redis, op, TMS_STORE_REFUSED, work->sentence);
}

bool redis_name_wrong(struct redis *redis, struct tms_store_op *op, const char *sentence)
{
	struct redis_work *work = redis_work(op);

	if (work->is_naming || !redis->context || redis->must_drop)
		return false;
	work->is_naming = true;
	work->trouble = TMS_STORE_NO_TROUBLE;
	work->next = on_type;
	if (sentence != work->sentence)
		snprintf(work->sentence, sizeof(work->sentence), "%s", sentence);
	/* of an operation without a key only the shared ones */
	for (size_t i = 0; i < TMS_COUNT(kinds) && (op->key.len || !kinds[i].is_named); i++)
		TMS_REDIS_ASK(redis, op, TMS_STR("TYPE"), key_of(op, &kinds[i]));
	return work->awaited > 0;
}
