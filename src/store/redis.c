/*
 * The connection to Redis: made, checked, watched, thrown away on the first sign of trouble, made
 * again.
 *
 *	resting ─timer─▶ resolving ─▶ connecting ─▶ checking ─▶ up
 *	   ▲                 │             │            │        │
 *	   └─────────────────┴── drop ─────┴────────────┴────────┘   50 ms … 2 s, with jitter
 *
 * A context of hiredis is dead after any error, so none is ever mended. No callback of a user runs
 * inside a callback of hiredis, rows of a listing excepted; nothing frees the context there either.
 */
#include "redis_private.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>

#include "loop/timer.h"

#define TIMEOUT_MS 500
#define BACKOFF_FIRST_MS 50
#define BACKOFF_MAX_MS 2000
#define RESOLVE_MS 5000 /* a resolver of its own retries; nobody is kept waiting by it */

static void rest(struct redis *redis);

static void set_timer(struct redis *redis, int64_t after_ms)
{
	(void)tms_timer_in(redis->timer, after_ms);
}

/* ---- the end of a connection ---- */

static void fail_all(struct redis *redis, struct store_queue *queue, const char *sentence)
{
	struct tms_store_op *op;

	while ((op = TAILQ_FIRST(queue))) {
		TAILQ_REMOVE(queue, op, link);
		op->is_begun = true;
		store_fail(op, redis->last_trouble, "%s", sentence);
	}
}

/* The context is gone or going: forget it, and rest. */
static void fall(struct redis *redis, enum tms_store_trouble trouble, const char *sentence)
{
	redis->context = NULL;
	redis->gate = NULL;
	redis->must_drop = false;
	redis->last_trouble = trouble;
	redis_resolve_free(redis->resolve);
	redis->resolve = NULL;
	store_note_down(&redis->store, sentence);
	fail_all(redis, &redis->begun, redis->store.health.error);
	fail_all(redis, &redis->store.waiting, redis->store.health.error);
	rest(redis);
}

static void drop(struct redis *redis, enum tms_store_trouble trouble, const char *sentence)
{
	redisAsyncContext *context = redis->context;
	char kept[TMS_DIAG_TEXT_BYTES];

	snprintf(kept, sizeof(kept), "%s", sentence); /* it may lie in what is freed now */
	fall(redis, trouble, kept);
	if (!context)
		return;
	context->data = NULL;
	redisAsyncFree(context);
}

/* ---- making a connection ---- */

static void on_connected(const redisAsyncContext *context, int status)
{
	struct redis *redis = context->data;
	char sentence[TMS_DIAG_TEXT_BYTES];

	if (!redis || redis->context != context)
		return;
	if (status == REDIS_OK) {
		redis->phase = TMS_REDIS_CHECKING;
		redis->progress_ms = store_steady_ms();
		redis_check(redis);
		return;
	}
	snprintf(sentence, sizeof(sentence), "no connection to Redis at %s: %s", redis->store.place,
		context->errstr ? context->errstr : "unknown error");
	fall(redis, TMS_STORE_DISCONNECTED, sentence); /* hiredis frees the context */
}

static void on_disconnected(const redisAsyncContext *context, int status)
{
	struct redis *redis = context->data;
	char sentence[TMS_DIAG_TEXT_BYTES];

	(void)status;
	if (!redis || redis->context != context)
		return;
	snprintf(sentence, sizeof(sentence), "the connection to Redis at %s broke: %s",
		redis->store.place, context->errstr ? context->errstr : "closed");
	fall(redis, TMS_STORE_DISCONNECTED, sentence); /* hiredis frees the context */
}

static void connect_to(struct redis *redis)
{
	const struct tms_store_address *address = &redis->store.address;
	char sentence[TMS_DIAG_TEXT_BYTES];

	redis->phase = TMS_REDIS_CONNECTING;
	redis->progress_ms = store_steady_ms();
	redisAsyncContext *context = address->scheme == TMS_STORE_SCHEME_REDIS_UNIX
					     ? redisAsyncConnectUnix(address->path)
					     : redisAsyncConnect(redis->address, address->port);
	if (!context || context->err || !redis_attach(redis, context)) {
		snprintf(sentence, sizeof(sentence), "no connection to Redis at %s: %s",
			redis->store.place,
			context && context->errstr ? context->errstr : "out of memory");
		redis->context = context;
		drop(redis, TMS_STORE_DISCONNECTED, sentence);
		return;
	}
	context->data = redis;
	redis->context = context;
	(void)redisAsyncSetConnectCallback(context, on_connected);
	(void)redisAsyncSetDisconnectCallback(context, on_disconnected);
	set_timer(redis, redis->store.timeout_ms);
}

static void on_resolved(void *context, const char *address)
{
	struct redis *redis = context;
	char sentence[TMS_DIAG_TEXT_BYTES];

	if (address)
		snprintf(redis->address, sizeof(redis->address), "%s", address);
	bool is_found = address != NULL;
	redis_resolve_free(redis->resolve);
	redis->resolve = NULL;
	if (is_found) {
		connect_to(redis);
		return;
	}
	snprintf(sentence, sizeof(sentence), "no connection to Redis: the host %s has no address",
		redis->store.address.host);
	drop(redis, TMS_STORE_DISCONNECTED, sentence);
}

static bool is_address(const char *host)
{
	struct in6_addr any;

	return inet_pton(AF_INET, host, &any) == 1 || inet_pton(AF_INET6, host, &any) == 1;
}

static void connect_now(struct redis *redis)
{
	const struct tms_store_address *address = &redis->store.address;

	if (address->scheme == TMS_STORE_SCHEME_REDIS_UNIX) {
		connect_to(redis);
		return;
	}
	if (is_address(address->host)) {
		snprintf(redis->address, sizeof(redis->address), "%s", address->host);
		connect_to(redis);
		return;
	}
	redis->phase = TMS_REDIS_RESOLVING;
	redis->resolve = redis_resolve_new(
		redis->store.base, address->host, redis->failures, on_resolved, redis);
	if (redis->resolve)
		set_timer(redis, RESOLVE_MS);
	else
		drop(redis, TMS_STORE_DISCONNECTED,
			"no connection to Redis: a thread to resolve its name cannot be made");
}

static void rest(struct redis *redis)
{
	int64_t wait_ms = BACKOFF_FIRST_MS;

	for (unsigned i = 0; i < redis->failures && wait_ms < BACKOFF_MAX_MS; i++)
		wait_ms *= 2;
	if (wait_ms > BACKOFF_MAX_MS)
		wait_ms = BACKOFF_MAX_MS;
	redis->failures++;
	redis->phase = TMS_REDIS_RESTING;
	/* many instances lose one Redis at the same moment: spread them over the second half */
	set_timer(redis, wait_ms / 2 + arc4random_uniform((uint32_t)(wait_ms / 2) + 1));
}

/* ---- watching it ---- */

static bool is_awaiting(const struct redis *redis)
{
	return redis->phase != TMS_REDIS_UP || !TAILQ_EMPTY(&redis->begun);
}

static void on_timer(evutil_socket_t fd, short what, void *context)
{
	struct redis *redis = context;
	char sentence[TMS_DIAG_TEXT_BYTES];
	int64_t idle_ms = store_steady_ms() - redis->progress_ms;

	(void)fd;
	(void)what;
	if (redis->phase == TMS_REDIS_RESTING) {
		connect_now(redis);
		return;
	}
	if (!is_awaiting(redis))
		return;
	if (redis->phase != TMS_REDIS_RESOLVING && idle_ms < redis->store.timeout_ms) {
		set_timer(redis, redis->store.timeout_ms - idle_ms);
		return;
	}
	snprintf(sentence, sizeof(sentence), "Redis at %s did not answer within %lld ms",
		redis->store.place,
		(long long)(redis->phase == TMS_REDIS_RESOLVING ? RESOLVE_MS
								: redis->store.timeout_ms));
	drop(redis, TMS_STORE_TIMEOUT, sentence);
}

/* ---- operations ---- */

/* What is sent first; all else follows from the answers. */
static void (*const begins[TMS_STORE_VERBS])(struct redis *redis, struct tms_store_op *op) = {
	[TMS_STORE_READY] = redis_finish,
	[TMS_STORE_ITEMS_LOAD] = redis_scan,
	[TMS_STORE_ITEMS_APPLY] = redis_items_apply,
	[TMS_STORE_SOURCE_DELETE] = redis_source_delete,
	[TMS_STORE_SOURCES_LIST] = redis_scan,
	[TMS_STORE_STATE_GET] = redis_state_get,
	[TMS_STORE_STATE_PUT] = redis_state_put,
	[TMS_STORE_DEFINITIONS_LIST] = redis_definitions_list,
	[TMS_STORE_DEFINITIONS_CHANGED] = redis_definitions_changed,
	[TMS_STORE_DEFINITION_GET] = redis_definition_get,
	[TMS_STORE_DEFINITIONS_CHANGE] = redis_definitions_change,
	[TMS_STORE_POLL] = redis_poll,
	[TMS_STORE_RESULT_GET] = redis_result_get,
	[TMS_STORE_RESULT_PUT] = redis_result_put,
	[TMS_STORE_LEASE_ACQUIRE] = redis_lease,
	[TMS_STORE_LEASE_RENEW] = redis_lease,
	[TMS_STORE_LEASE_RELEASE] = redis_lease,
};

static void begin(struct redis *redis, struct tms_store_op *op)
{
	TAILQ_REMOVE(&redis->store.waiting, op, link);
	op->is_begun = true;
	op->begun_ms = store_steady_ms();
	op->work = TMS_ARENA_NEW(&op->arena, struct redis_work);
	if (!op->work) {
		store_fail_memory(op);
		return;
	}
	if (TAILQ_EMPTY(&redis->begun)) {
		redis->progress_ms = op->begun_ms;
		set_timer(redis, redis->store.timeout_ms);
	}
	TAILQ_INSERT_TAIL(&redis->begun, op, link);
	begins[op->verb](redis, op);
}

static void work(struct tms_store *store)
{
	struct redis *redis = (struct redis *)store;
	struct tms_store_op *op;

	if (!redis->timer) { /* the very first turn */
		redis->timer = evtimer_new(store->base, on_timer, redis);
		if (redis->timer)
			connect_now(redis);
		else
			store_arm(store); /* try again: memory may come */
		return;
	}
	if (redis->must_drop)
		drop(redis, redis->drop_trouble, redis->drop_sentence);
	while (redis->phase == TMS_REDIS_UP && !redis->gate && !redis->must_drop &&
		(op = TAILQ_FIRST(&store->waiting)))
		begin(redis, op);
	if (redis->phase != TMS_REDIS_UP && store->health.is_known)
		fail_all(redis, &store->waiting, store->health.error);
}

static void close_store(struct tms_store *store)
{
	struct redis *redis = (struct redis *)store;
	redisAsyncContext *context = redis->context;

	redis->context = NULL;
	redis_resolve_free(redis->resolve);
	if (context) {
		context->data = NULL;
		redisAsyncFree(context);
	}
	if (redis->timer)
		event_free(redis->timer);
	TAILQ_CONCAT(&store->waiting, &redis->begun, link); /* freed with what waits */
}

static enum tms_status open_store(struct tms_store **out)
{
	struct redis *redis = calloc(1, sizeof(*redis));

	if (!redis)
		return TMS_ENOMEM;
	redis->name_wrong = redis_name_wrong;
	TAILQ_INIT(&redis->begun);
	*out = &redis->store;
	return TMS_OK;
}

const struct store_driver redis_driver = {
	.timeout_ms = TIMEOUT_MS,
	.is_remote = true,
	.open = open_store,
	.close = close_store,
	.work = work,
};
