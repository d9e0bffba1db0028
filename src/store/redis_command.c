/* Commands as counted words (never as one formatted text), and what error replies mean. */
#include "redis_private.h"

#include <assert.h>
#include <stdio.h>

struct redis_work *redis_work(struct tms_store_op *op)
{
	return op->work;
}

struct tms_str redis_key(struct tms_store_op *op, const char *kind, struct tms_str name)
{
	static const char digits[] = "0123456789ABCDEF";
	struct tms_str prefix = op->store->prefix;
	size_t kind_bytes = strlen(kind), len = prefix.len + kind_bytes;
	char *key = tms_arena_alloc(&op->arena, len + 3 * name.len + 1);

	if (!key)
		return (struct tms_str){ 0 };
	memcpy(key, prefix.ptr, prefix.len);
	memcpy(key + prefix.len, kind, kind_bytes);
	for (size_t i = 0; i < name.len; i++) {
		unsigned char byte = (unsigned char)name.ptr[i];
		if (tms_is_alnum((char)byte) || (byte && strchr("-._~/", byte))) {
			key[len++] = (char)byte;
			continue;
		}
		key[len++] = '%';
		key[len++] = digits[byte >> 4];
		key[len++] = digits[byte & 15];
	}
	return (struct tms_str){ key, len };
}

struct tms_str redis_fixed(struct tms_store_op *op, const char *kind)
{
	return redis_key(op, kind, (struct tms_str){ 0 });
}

struct tms_str redis_number(struct tms_store_op *op, int64_t n)
{
	return tms_arena_format(&op->arena, "%lld", (long long)n);
}

struct tms_str redis_text(const redisReply *reply)
{
	if (reply->type != REDIS_REPLY_STRING && reply->type != REDIS_REPLY_STATUS)
		return (struct tms_str){ 0 };
	return (struct tms_str){ reply->str, reply->len };
}

enum tms_store_trouble redis_explain(const redisReply *reply, char *sentence, size_t bytes)
{
	static const struct {
		const char *starts;
		enum tms_store_trouble trouble;
		const char *words;
	} rows[] = {
		{ "OOM", TMS_STORE_FULL,
			"Redis is full (maxmemory) and refuses to write: raise maxmemory, or set"
			" maxmemory-policy volatile-lru" },
		{ "MISCONF", TMS_STORE_DISK,
			"Redis cannot write to its disk and refuses to write: free space or mend the disk" },
		{ "READONLY", TMS_STORE_READONLY,
			"Redis is a read-only replica: name the primary in store.url" },
		{ "NOAUTH", TMS_STORE_AUTH, "Redis asks for a password: set store.password" },
		{ "WRONGPASS", TMS_STORE_AUTH,
			"Redis refuses the user or the password: check store.url and store.password" },
		{ "NOPERM", TMS_STORE_AUTH,
			"Redis does not allow this user a command or key that Tamis needs" },
		{ "ERR AUTH", TMS_STORE_AUTH,
			"Redis has no password set, but store.password gives one" },
		{ "ERR invalid password", TMS_STORE_AUTH,
			"Redis refuses the password: check store.password" },
		{ "LOADING", TMS_STORE_LOADING, "Redis is still loading its data: wait" },
		{ "MASTERDOWN", TMS_STORE_READONLY,
			"Redis is a replica that has lost its primary" },
		{ "ERR max number of clients", TMS_STORE_DISCONNECTED,
			"Redis has as many clients as it takes: raise maxclients" },
		{ "BUSY", TMS_STORE_TIMEOUT, "Redis is busy with somebody's script" },
		{ "MOVED", TMS_STORE_REFUSED,
			"this Redis is a cluster, which Tamis does not speak" },
		{ "CROSSSLOT", TMS_STORE_REFUSED,
			"this Redis is a cluster, which Tamis does not speak" },
		{ "CLUSTERDOWN", TMS_STORE_REFUSED,
			"this Redis is a cluster, which Tamis does not speak" },
		{ "WRONGTYPE", TMS_STORE_REFUSED,
			"a key under redis.prefix holds something that is not of Tamis" },
	};
	struct tms_str text = { reply->str, reply->len };

	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		if (!tms_str_starts(text, tms_str_from(rows[i].starts)))
			continue;
		snprintf(sentence, bytes, "%s", rows[i].words);
		return rows[i].trouble;
	}
	/* our commands hold no secrets but AUTH, whose text Redis does not repeat */
	snprintf(sentence, bytes, "Redis answered with an error: %.*s",
		(int)(text.len < 200 ? text.len : 200), text.ptr);
	return TMS_STORE_OTHER;
}

/* ---- answers ---- */

static void note_error(struct redis_work *work, const redisReply *reply)
{
	if (work->trouble == TMS_STORE_NO_TROUBLE)
		work->trouble = redis_explain(reply, work->sentence, sizeof(work->sentence));
}

/* The operation when its answer is one that it waits for; NULL when it is nobody's any more. */
static struct tms_store_op *receive(redisAsyncContext *context, const redisReply *reply, void *data)
{
	struct redis *redis = context->data;

	if (!reply || !redis || redis->context != context)
		return NULL; /* thrown away: its operations have ended already */
	struct tms_store_op *op = data;
	struct redis_work *work = op->work;
	assert(work->awaited > 0);
	work->awaited--;
	if (reply->type == REDIS_REPLY_ERROR && !work->is_naming)
		note_error(work, reply);
	return op;
}

/* After an error nothing more is asked; the operation ends with the last answer on its way. */
static void end_if_failed(struct redis *redis, struct tms_store_op *op)
{
	struct redis_work *work = op->work;

	if (work->trouble == TMS_STORE_NO_TROUBLE || work->awaited)
		return;
	redis_fail(redis, op, work->trouble, work->sentence);
}

static void on_answer(redisAsyncContext *context, void *answer, void *data)
{
	struct redis *redis = context->data;
	struct tms_store_op *op = receive(context, answer, data);

	if (!op)
		return;
	struct redis_work *work = op->work;
	op->is_decided = false;
	if (work->trouble == TMS_STORE_NO_TROUBLE)
		work->next(redis, op, answer); /* may end the operation */
	else
		end_if_failed(redis, op);
}

static void on_acknowledgement(redisAsyncContext *context, void *answer, void *data)
{
	struct redis *redis = context->data;
	struct tms_store_op *op = receive(context, answer, data);

	if (op)
		end_if_failed(redis, op);
}

/* What comes before EXEC changes nothing by itself; SET is asked for only outside of it. */
static bool is_deciding(struct tms_str word)
{
	return tms_str_equal(word, TMS_STR("EXEC")) || tms_str_equal(word, TMS_STR("SET"));
}

static void send_words(struct redis *redis, struct tms_store_op *op, const struct tms_str *words,
	size_t count, redisCallbackFn *fn)
{
	struct redis_work *work = op->work;
	size_t mark = tms_arena_mark(&op->arena);
	const char **argv = TMS_ARENA_ARRAY(&op->arena, const char *, count);
	size_t *lens = TMS_ARENA_ARRAY(&op->arena, size_t, count);

	/* half a transaction must never be followed by its EXEC: after a failure nothing is sent */
	if (redis->must_drop)
		return;
	if (op->arena.status != TMS_OK || !argv || !lens) {
		redis_drop_later(redis, TMS_STORE_OTHER,
			"there is not enough memory for a command to Redis");
		return;
	}
	for (size_t i = 0; i < count; i++) {
		argv[i] = words[i].ptr ? words[i].ptr : "";
		lens[i] = words[i].len;
	}
	work->awaited++;
	op->is_decided = fn == on_answer && is_deciding(words[0]);
	if (redisAsyncCommandArgv(redis->context, fn, op, (int)count, argv, lens) != REDIS_OK)
		redis_drop_later(redis, TMS_STORE_DISCONNECTED,
			"the connection to Redis takes no more commands");
	tms_arena_rewind(&op->arena, mark);
}

void redis_ask(
	struct redis *redis, struct tms_store_op *op, const struct tms_str *words, size_t count)
{
	send_words(redis, op, words, count, on_answer);
}

void redis_tell(
	struct redis *redis, struct tms_store_op *op, const struct tms_str *words, size_t count)
{
	send_words(redis, op, words, count, on_acknowledgement);
}
