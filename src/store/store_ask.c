/* The questions: arguments judged and copied, then put in line. */
#include "store/store.h"

#include <stdlib.h>

#include "driver.h"

#define YEAR_MS (INT64_C(366) * 24 * 3600 * 1000)
#define DAY_MS (INT64_C(24) * 3600 * 1000)
#define CHANGES_MAX 10000

static struct tms_store_op *op_new(
	struct tms_store *store, enum tms_store_verb verb, struct tms_store_call call)
{
	struct tms_store_op *op = calloc(1, sizeof(*op));

	if (!op)
		return NULL;
	op->store = store;
	op->verb = verb;
	op->call = call;
	op->asked_us = store_steady_us();
	store->pending++;
	return op;
}

/* Puts the operation in line; one whose copy failed for want of memory ends with that. */
static struct tms_store_op *ask(struct tms_store_op *op)
{
	if (op->arena.status != TMS_OK) {
		op->is_begun = true;
		store_fail_memory(op);
		return op;
	}
	TAILQ_INSERT_TAIL(&op->store->waiting, op, link);
	store_arm(op->store);
	return op;
}

static struct tms_store_op *refuse(struct tms_store_op *op, enum tms_status st, const char *why)
{
	op->is_begun = true;
	tms_diag_set(&op->diag, 0, 0, "the store was asked for what it cannot do: %s", why);
	op->trouble = TMS_STORE_ARGUMENT;
	op->reply.status = st;
	store_finish(op);
	return op;
}

/* True when it is a key; otherwise the operation has ended. */
static bool is_key(struct tms_store_op *op, struct tms_str key)
{
	if (key.len && key.len <= TMS_STORE_KEY_MAX)
		return true;
	if (key.len)
		refuse(op, TMS_ELIMIT, "a key is longer than 4096 bytes");
	else
		refuse(op, TMS_EINVAL, "a key is empty");
	return false;
}

static bool is_value(struct tms_store_op *op, struct tms_str bytes)
{
	if (bytes.len <= TMS_STORE_VALUE_MAX)
		return true;
	refuse(op, TMS_ELIMIT, "a value is larger than 16 MiB");
	return false;
}

/* The most common question: one key. */
static struct tms_store_op *ask_key(struct tms_store *store, enum tms_store_verb verb,
	struct tms_str key, struct tms_store_call call)
{
	struct tms_store_op *op = op_new(store, verb, call);

	if (!op || !is_key(op, key))
		return op;
	op->key = tms_arena_copy(&op->arena, key);
	return ask(op);
}

static struct tms_store_op *ask_bare(
	struct tms_store *store, enum tms_store_verb verb, struct tms_store_call call)
{
	struct tms_store_op *op = op_new(store, verb, call);

	return op ? ask(op) : NULL;
}

struct tms_store_op *store_ready(struct tms_store *store, struct tms_store_call call)
{
	return ask_bare(store, TMS_STORE_READY, call);
}

struct tms_store_op *tms_store_items_load(
	struct tms_store *store, struct tms_str source, struct tms_store_call call)
{
	return ask_key(store, TMS_STORE_ITEMS_LOAD, source, call);
}

/* Each key and value judged; false when the operation has ended. */
static bool is_batch(struct tms_store_op *op, const struct tms_store_batch *batch)
{
	for (size_t i = 0; i < batch->put_count; i++)
		if (!is_key(op, batch->puts[i].id) || !is_value(op, batch->puts[i].bytes))
			return false;
	for (size_t i = 0; i < batch->removal_count; i++)
		if (!is_key(op, batch->removals[i]))
			return false;
	for (size_t i = 0; i < batch->retired_count; i++)
		if (!is_key(op, batch->retired[i].id))
			return false;
	if (batch->fetch_state && !is_value(op, *batch->fetch_state))
		return false;
	if (batch->fence >= 0)
		return true;
	refuse(op, TMS_EINVAL, "a fence is below 0");
	return false;
}

static void copy_batch(struct tms_store_op *op, const struct tms_store_batch *batch)
{
	struct tms_arena *arena = &op->arena;
	struct tms_store_item *puts =
		TMS_ARENA_ARRAY(arena, struct tms_store_item, batch->put_count + 1);
	struct tms_str *removals = TMS_ARENA_ARRAY(arena, struct tms_str, batch->removal_count + 1);
	struct tms_store_retired *retired =
		TMS_ARENA_ARRAY(arena, struct tms_store_retired, batch->retired_count + 1);
	struct tms_str *fetch_state = TMS_ARENA_NEW(arena, struct tms_str);

	if (!puts || !removals || !retired || !fetch_state)
		return; /* arena.status says so */
	for (size_t i = 0; i < batch->put_count; i++) {
		puts[i].id = tms_arena_copy(arena, batch->puts[i].id);
		puts[i].bytes = tms_arena_copy(arena, batch->puts[i].bytes);
	}
	for (size_t i = 0; i < batch->removal_count; i++)
		removals[i] = tms_arena_copy(arena, batch->removals[i]);
	for (size_t i = 0; i < batch->retired_count; i++) {
		retired[i].id = tms_arena_copy(arena, batch->retired[i].id);
		retired[i].at_s = batch->retired[i].at_s;
	}
	op->batch = *batch;
	op->batch.puts = puts;
	op->batch.removals = removals;
	op->batch.retired = retired;
	if (batch->fetch_state) {
		*fetch_state = tms_arena_copy(arena, *batch->fetch_state);
		op->batch.fetch_state = fetch_state;
	}
}

struct tms_store_op *tms_store_items_apply(struct tms_store *store, struct tms_str source,
	const struct tms_store_batch *batch, struct tms_store_call call)
{
	struct tms_store_op *op = op_new(store, TMS_STORE_ITEMS_APPLY, call);

	if (!op || !is_key(op, source) || !is_batch(op, batch))
		return op;
	op->key = tms_arena_copy(&op->arena, source);
	copy_batch(op, batch);
	return ask(op);
}

struct tms_store_op *store_source_delete(
	struct tms_store *store, struct tms_str source, struct tms_store_call call)
{
	return ask_key(store, TMS_STORE_SOURCE_DELETE, source, call);
}

struct tms_store_op *store_sources_list(struct tms_store *store, struct tms_store_call call)
{
	return ask_bare(store, TMS_STORE_SOURCES_LIST, call);
}

struct tms_store_op *tms_store_state_get(struct tms_store *store, enum tms_store_state_kind kind,
	struct tms_str name, struct tms_store_call call)
{
	struct tms_store_op *op = ask_key(store, TMS_STORE_STATE_GET, name, call);

	if (op)
		op->state_kind = kind;
	return op;
}

struct tms_store_op *tms_store_state_put(struct tms_store *store, enum tms_store_state_kind kind,
	struct tms_str name, struct tms_str bytes, struct tms_store_call call)
{
	struct tms_store_op *op = op_new(store, TMS_STORE_STATE_PUT, call);

	if (!op || !is_key(op, name) || !is_value(op, bytes))
		return op;
	op->state_kind = kind;
	op->key = tms_arena_copy(&op->arena, name);
	op->bytes = tms_arena_copy(&op->arena, bytes);
	return ask(op);
}

struct tms_store_op *tms_store_definitions_list(struct tms_store *store, struct tms_store_call call)
{
	return ask_bare(store, TMS_STORE_DEFINITIONS_LIST, call);
}

struct tms_store_op *tms_store_definitions_changed(
	struct tms_store *store, int64_t since, struct tms_store_call call)
{
	struct tms_store_op *op = ask_bare(store, TMS_STORE_DEFINITIONS_CHANGED, call);

	if (op)
		op->since = op->reached = since;
	return op;
}

struct tms_store_op *store_definition_get(
	struct tms_store *store, struct tms_str key, struct tms_store_call call)
{
	return ask_key(store, TMS_STORE_DEFINITION_GET, key, call);
}

static bool are_changes(
	struct tms_store_op *op, const struct tms_store_change *changes, size_t count)
{
	if (!count || count > CHANGES_MAX) {
		refuse(op, TMS_EINVAL, "from 1 to 10000 definitions can change at once");
		return false;
	}
	for (size_t i = 0; i < count; i++) {
		if (!is_key(op, changes[i].key) || !is_value(op, changes[i].bytes))
			return false;
		if (changes[i].expected < TMS_STORE_ANY_REVISION) {
			refuse(op, TMS_EINVAL, "an expected revision is below 0");
			return false;
		}
	}
	return true;
}

/* Copies the changes; false when a key stands in them twice. */
static bool copy_changes(
	struct tms_store_op *op, const struct tms_store_change *changes, size_t count)
{
	struct tms_store_change *copies =
		TMS_ARENA_ARRAY(&op->arena, struct tms_store_change, count);
	struct tms_map keys = { 0 };
	bool is_single = true;

	for (size_t i = 0; copies && i < count && is_single; i++) {
		copies[i] = changes[i];
		copies[i].key = tms_arena_copy(&op->arena, changes[i].key);
		copies[i].bytes = (struct tms_str){ 0 };
		if (!changes[i].remove)
			copies[i].bytes = tms_arena_copy(&op->arena, changes[i].bytes);
		is_single = !tms_map_find(&keys, copies[i].key);
		if (tms_map_put(&keys, copies[i].key, &copies[i]) != TMS_OK)
			op->arena.status = TMS_ENOMEM;
	}
	tms_map_free(&keys);
	op->changes = copies;
	op->change_count = count;
	return is_single;
}

struct tms_store_op *tms_store_definitions_change(struct tms_store *store,
	const struct tms_store_change *changes, size_t count, struct tms_store_call call)
{
	struct tms_store_op *op = op_new(store, TMS_STORE_DEFINITIONS_CHANGE, call);

	if (!op || !are_changes(op, changes, count))
		return op;
	if (!copy_changes(op, changes, count))
		return refuse(op, TMS_EINVAL, "a definition stands twice in one change");
	return ask(op);
}

struct tms_store_op *tms_store_poll(struct tms_store *store, struct tms_store_call call)
{
	return ask_bare(store, TMS_STORE_POLL, call);
}

struct tms_store_op *tms_store_result_get(
	struct tms_store *store, struct tms_str key, struct tms_store_call call)
{
	return ask_key(store, TMS_STORE_RESULT_GET, key, call);
}

struct tms_store_op *tms_store_result_put(struct tms_store *store, struct tms_str key,
	struct tms_str bytes, int64_t ttl_ms, struct tms_store_call call)
{
	struct tms_store_op *op = op_new(store, TMS_STORE_RESULT_PUT, call);

	if (!op || !is_key(op, key) || !is_value(op, bytes))
		return op;
	if (ttl_ms < 1 || ttl_ms > YEAR_MS)
		return refuse(op, TMS_EINVAL, "a result lives from 1 ms to a year");
	op->key = tms_arena_copy(&op->arena, key);
	op->bytes = tms_arena_copy(&op->arena, bytes);
	op->ttl_ms = ttl_ms;
	return ask(op);
}

static struct tms_store_op *ask_lease(
	struct tms_store_op *op, struct tms_str name, int64_t token, int64_t ttl_ms)
{
	if (!op || !is_key(op, name))
		return op;
	if (ttl_ms < 1 || ttl_ms > DAY_MS)
		return refuse(op, TMS_EINVAL, "a lease lasts from 1 ms to a day");
	op->key = tms_arena_copy(&op->arena, name);
	op->token = token;
	op->ttl_ms = ttl_ms;
	return ask(op);
}

struct tms_store_op *tms_store_lease_acquire(
	struct tms_store *store, struct tms_str name, int64_t ttl_ms, struct tms_store_call call)
{
	return ask_lease(op_new(store, TMS_STORE_LEASE_ACQUIRE, call), name, 0, ttl_ms);
}

struct tms_store_op *tms_store_lease_renew(struct tms_store *store, struct tms_str name,
	int64_t token, int64_t ttl_ms, struct tms_store_call call)
{
	return ask_lease(op_new(store, TMS_STORE_LEASE_RENEW, call), name, token, ttl_ms);
}

struct tms_store_op *tms_store_lease_release(
	struct tms_store *store, struct tms_str name, int64_t token, struct tms_store_call call)
{
	return ask_lease(op_new(store, TMS_STORE_LEASE_RELEASE, call), name, token, 1);
}
