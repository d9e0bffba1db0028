/*
 * What a new connection must pass before it is used: password, database, eviction policy, schema.
 * All is asked in one go; schema and identity are written when they are missing, and then read
 * again, so that two instances that start together agree.
 */
#include "redis_private.h"

#include <stdio.h>
#include <stdlib.h>

/* The check that an answer belongs to; NULL when its connection is not the current one. */
static struct redis *checked(redisAsyncContext *context, const redisReply *reply)
{
	struct redis *redis = context->data;

	return reply && redis && redis->context == context ? redis : NULL;
}

static void note_error(struct redis *redis, const redisReply *reply)
{
	struct redis_check *check = &redis->check;

	if (check->trouble == TMS_STORE_NO_TROUBLE)
		check->trouble = redis_explain(reply, check->sentence, sizeof(check->sentence));
}

static void on_permission(redisAsyncContext *context, void *answer, void *data)
{
	const redisReply *reply = answer;
	struct redis *redis = checked(context, reply);

	(void)data;
	if (redis && reply->type == REDIS_REPLY_ERROR)
		note_error(redis, reply);
}

static void on_select(redisAsyncContext *context, void *answer, void *data)
{
	const redisReply *reply = answer;
	struct redis *redis = checked(context, reply);

	(void)data;
	if (!redis || reply->type != REDIS_REPLY_ERROR)
		return;
	if (!tms_str_starts((struct tms_str){ reply->str, reply->len }, TMS_STR("ERR DB"))) {
		note_error(redis, reply);
		return;
	}
	if (redis->check.trouble != TMS_STORE_NO_TROUBLE)
		return;
	redis->check.trouble = TMS_STORE_REFUSED;
	snprintf(redis->check.sentence, sizeof(redis->check.sentence),
		"Redis has no database %d: see its setting `databases`", redis->store.address.db);
}

/* The value of "name:value\r\n" in the answer of INFO. */
static bool find_info(struct tms_str info, struct tms_str name, struct tms_str *value)
{
	struct tms_str line;

	while (tms_str_split(&info, '\n', &line)) {
		if (!tms_str_starts(line, name))
			continue;
		*value = tms_str_trim(tms_str_slice(line, name.len, SIZE_MAX));
		return true;
	}
	return false;
}

/* Both INFO answers come here; a user who may not ask is only warned. */
static void on_info(redisAsyncContext *context, void *answer, void *data)
{
	const redisReply *reply = answer;
	struct redis *redis = checked(context, reply);
	struct tms_str value;

	(void)data;
	if (!redis || reply->type != REDIS_REPLY_STRING)
		return;
	struct redis_check *check = &redis->check;
	struct tms_str info = redis_text(reply);
	if (find_info(info, TMS_STR("maxmemory_policy:"), &value)) {
		check->has_policy = true;
		snprintf(check->policy, sizeof(check->policy), "%.*s", TMS_STR_ARGS(value));
	}
	if (find_info(info, TMS_STR("aof_enabled:"), &value)) {
		check->has_append_only = true;
		check->is_append_only = tms_str_equal(value, TMS_STR("1"));
	}
}

static void warn(struct redis *redis)
{
	char *warning = redis->store.health.warning;
	const struct redis_check *check = &redis->check;
	const char *words = "";

	if (check->has_append_only && !check->is_append_only)
		words = "Redis has appendonly off: what it acknowledged is lost when it ends unasked;"
			" set `appendonly yes`";
	else if (check->has_no_types)
		words = "Redis does not allow this user TYPE, so that it could not be checked whether"
			" other programs write under redis.prefix";
	else if (!check->has_policy || !check->has_append_only)
		words = "Redis does not allow this user INFO, so that its appendonly and"
			" maxmemory-policy could not be checked";
	snprintf(warning, sizeof(redis->store.health.warning), "%s", words);
}

/* Must this Redis not be used although it answers? Then the check says why. */
static bool refuse_policy(struct redis *redis)
{
	struct redis_check *check = &redis->check;

	if (!tms_str_starts(tms_str_from(check->policy), TMS_STR("allkeys")))
		return false;
	check->trouble = TMS_STORE_REFUSED;
	snprintf(check->sentence, sizeof(check->sentence),
		"Redis has maxmemory-policy %s, which throws people's feeds away when it is full:"
		" set volatile-lru or noeviction",
		check->policy);
	return true;
}

static bool refuse_schema(struct redis *redis, struct tms_str schema)
{
	struct redis_check *check = &redis->check;
	int64_t version = 0;

	if (tms_str_int64(schema, &version) && version == TMS_STORE_SCHEMA)
		return false;
	check->trouble = TMS_STORE_REFUSED;
	snprintf(check->sentence, sizeof(check->sentence),
		"the data at Redis under %.*s has schema version %.*s, and this Tamis knows %d:"
		" use a newer Tamis, or another redis.prefix",
		TMS_STR_ARGS(redis->store.prefix), (int)(schema.len < 20 ? schema.len : 20),
		schema.ptr, TMS_STORE_SCHEMA);
	return true;
}

static void check_identity(struct redis *redis, struct tms_str identity)
{
	if (redis->identity[0] && !tms_str_equal(tms_str_from(redis->identity), identity))
		store_note_replaced(&redis->store);
	snprintf(redis->identity, sizeof(redis->identity), "%.*s", TMS_STR_ARGS(identity));
}

static void on_names(redisAsyncContext *context, void *answer, void *data);

/* Sends "FIRST prefixA [value] …" with plain words; a failure shows as the connection's end. */
static void say_with(struct redis *redis, redisCallbackFn *fn, const void *data, const char **words,
	size_t count)
{
	size_t lens[6];

	for (size_t i = 0; i < count; i++)
		lens[i] = strlen(words[i]);
	if (redisAsyncCommandArgv(redis->context, fn, (void *)(uintptr_t)data, (int)count, words,
		    lens) != REDIS_OK)
		redis_drop_later(
			redis, TMS_STORE_DISCONNECTED, "the connection to Redis takes no commands");
}

static void say(struct redis *redis, redisCallbackFn *fn, const char **words, size_t count)
{
	say_with(redis, fn, NULL, words, count);
}

/* ---- types of keys ---- */

static void on_type(redisAsyncContext *context, void *answer, void *data)
{
	const redisReply *reply = answer;
	const struct redis_kind *kind = data;
	struct redis *redis = checked(context, reply);

	if (!redis)
		return;
	struct redis_check *check = &redis->check;
	check->has_no_types = check->has_no_types || reply->type == REDIS_REPLY_ERROR;
	if (check->trouble != TMS_STORE_NO_TROUBLE || redis_is_of_kind(kind, reply))
		return;
	check->trouble = TMS_STORE_REFUSED;
	struct tms_diag key = { 0 };
	tms_diag_set(&key, 0, 0, "%.*s%s", TMS_STR_ARGS(redis->store.prefix), kind->name);
	redis_say_wrong(
		kind, tms_str_from(key.text), reply, check->sentence, sizeof(check->sentence));
}

/* The key that was found to hold what is not ours: does it still? */
static void on_wrong_type(redisAsyncContext *context, void *answer, void *data)
{
	const redisReply *reply = answer;
	struct redis *redis = checked(context, reply);

	(void)data;
	if (redis && redis->wrong_kind)
		redis->check.is_wrong_kept = !redis_is_of_kind(redis->wrong_kind, reply);
}

static void ask_types(struct redis *redis)
{
	char key[TMS_STORE_KEY_MAX];
	size_t count = 0;
	const struct redis_kind *kinds = redis_kinds(&count);

	for (size_t i = 0; i < count; i++) {
		if (kinds[i].is_named)
			continue;
		snprintf(key, sizeof(key), "%.*s%s", TMS_STR_ARGS(redis->store.prefix),
			kinds[i].name);
		say_with(redis, on_type, &kinds[i], (const char *[]){ "TYPE", key }, 2);
	}
	if (redis->wrong_kind)
		say(redis, on_wrong_type, (const char *[]){ "TYPE", redis->wrong_key }, 2);
}

static void forget_mended(struct redis *redis)
{
	if (!redis->check.is_wrong_kept)
		redis->wrong_kind = NULL;
}

static void ask_names(struct redis *redis, bool and_write)
{
	char schema_key[TMS_STORE_KEY_MAX + 16], identity_key[TMS_STORE_KEY_MAX + 16];
	char version[16], identity[33];

	snprintf(schema_key, sizeof(schema_key), "%.*sschema", TMS_STR_ARGS(redis->store.prefix));
	snprintf(identity_key, sizeof(identity_key), "%.*sidentity",
		TMS_STR_ARGS(redis->store.prefix));
	if (and_write) {
		snprintf(version, sizeof(version), "%d", TMS_STORE_SCHEMA);
		for (size_t i = 0; i < 32; i += 8)
			snprintf(identity + i, sizeof(identity) - i, "%08x", arc4random());
		say(redis, on_permission, (const char *[]){ "SET", schema_key, version, "NX" }, 4);
		say(redis, on_permission, (const char *[]){ "SET", identity_key, identity, "NX" },
			4);
	}
	say(redis, on_names, (const char *[]){ "MGET", schema_key, identity_key }, 3);
}

/* The last answer: judge all. */
static void on_names(redisAsyncContext *context, void *answer, void *data)
{
	const redisReply *reply = answer;
	struct redis *redis = checked(context, reply);

	(void)data;
	if (!redis)
		return;
	struct redis_check *check = &redis->check;
	if (reply->type == REDIS_REPLY_ERROR)
		note_error(redis, reply);
	bool is_answer = reply->type == REDIS_REPLY_ARRAY && reply->elements == 2;
	struct tms_str schema = { 0 }, identity = { 0 };
	if (is_answer) {
		schema = redis_text(reply->element[0]);
		identity = redis_text(reply->element[1]);
	}
	bool is_missing = !schema.len || !identity.len;
	bool is_refused = check->trouble != TMS_STORE_NO_TROUBLE || refuse_policy(redis) ||
			  (schema.len && refuse_schema(redis, schema));
	if (!is_refused && is_missing && !check->is_second) {
		check->is_second = true;
		ask_names(redis, true);
		return;
	}
	if (!is_refused && is_missing) {
		is_refused = true;
		check->trouble = TMS_STORE_REFUSED;
		snprintf(check->sentence, sizeof(check->sentence),
			"keys under redis.prefix %.*s hold something that is not of Tamis",
			TMS_STR_ARGS(redis->store.prefix));
	}
	if (is_refused) {
		redis_drop_later(redis, check->trouble, check->sentence);
		return;
	}
	check_identity(redis, identity);
	warn(redis);
	forget_mended(redis);
	redis_is_up(redis);
}

static void ask_all(struct redis *redis)
{
	say(redis, on_info, (const char *[]){ "INFO", "memory" }, 2);
	say(redis, on_info, (const char *[]){ "INFO", "persistence" }, 2);
	ask_types(redis);
}

void redis_check(struct redis *redis)
{
	const struct tms_store_address *address = &redis->store.address;
	char db[16];

	redis->check = (struct redis_check){ 0 };
	if (address->password.len && address->user.len)
		say(redis, on_permission,
			(const char *[]){ "AUTH", address->user.ptr, address->password.ptr }, 3);
	else if (address->password.len)
		say(redis, on_permission, (const char *[]){ "AUTH", address->password.ptr }, 2);
	snprintf(db, sizeof(db), "%d", address->db);
	if (address->db)
		say(redis, on_select, (const char *[]){ "SELECT", db }, 2);
	redis->checked_ms = store_steady_ms();
	ask_all(redis);
	ask_names(redis, false);
}

/* The last answer of a check while up: refused as a new connection would be, or warned. */
static void on_checked_again(redisAsyncContext *context, void *answer, void *data)
{
	const redisReply *reply = answer;
	struct redis *redis = checked(context, reply);

	(void)data;
	if (!redis || redis->phase != TMS_REDIS_UP)
		return;
	struct redis_check *check = &redis->check;
	if (check->trouble != TMS_STORE_NO_TROUBLE || refuse_policy(redis)) {
		redis_drop_later(redis, check->trouble, check->sentence);
		return;
	}
	warn(redis);
	bool was_wrong = redis->wrong_kind != NULL;
	forget_mended(redis);
	if (was_wrong)
		redis_note_up(redis);
}

void redis_check_again(struct redis *redis)
{
	int64_t now_ms = store_steady_ms();
	char last_key[TMS_STORE_KEY_MAX];

	if (now_ms - redis->checked_ms < redis->store.check_ms)
		return;
	redis->checked_ms = now_ms;
	redis->check = (struct redis_check){ 0 };
	ask_all(redis);
	snprintf(last_key, sizeof(last_key), "%.*sschema", TMS_STR_ARGS(redis->store.prefix));
	say(redis, on_checked_again, (const char *[]){ "GET", last_key }, 2);
}
