/* What all drivers share: an operation's end, turns of the loop, health, opening and closing. */
#include "store/store.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "loop/timer.h"
#include "driver.h"

#define PROBE_EVERY_MS 5000

static int64_t clock_us(clockid_t id)
{
	struct timespec t = { 0 };

	clock_gettime(id, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t store_wall_ms(void)
{
	return clock_us(CLOCK_REALTIME) / 1000;
}

int64_t store_steady_us(void)
{
	return clock_us(CLOCK_MONOTONIC);
}

int64_t store_steady_ms(void)
{
	return store_steady_us() / 1000;
}

const char *tms_store_verb_name(enum tms_store_verb verb)
{
	static const char *const names[TMS_STORE_VERBS] = {
		[TMS_STORE_READY] = "ready",
		[TMS_STORE_ITEMS_LOAD] = "items_load",
		[TMS_STORE_ITEMS_APPLY] = "items_apply",
		[TMS_STORE_SOURCE_DELETE] = "source_delete",
		[TMS_STORE_SOURCES_LIST] = "sources_list",
		[TMS_STORE_STATE_GET] = "state_get",
		[TMS_STORE_STATE_PUT] = "state_put",
		[TMS_STORE_DEFINITIONS_LIST] = "definitions_list",
		[TMS_STORE_DEFINITIONS_CHANGED] = "definitions_changed",
		[TMS_STORE_DEFINITION_GET] = "definition_get",
		[TMS_STORE_DEFINITIONS_CHANGE] = "definitions_change",
		[TMS_STORE_POLL] = "poll",
		[TMS_STORE_RESULT_GET] = "result_get",
		[TMS_STORE_RESULT_PUT] = "result_put",
		[TMS_STORE_LEASE_ACQUIRE] = "lease_acquire",
		[TMS_STORE_LEASE_RENEW] = "lease_renew",
		[TMS_STORE_LEASE_RELEASE] = "lease_release",
	};
	return names[verb];
}

const char *tms_store_trouble_name(enum tms_store_trouble trouble)
{
	static const char *const names[TMS_STORE_TROUBLES] = {
		[TMS_STORE_NO_TROUBLE] = "none",
		[TMS_STORE_TIMEOUT] = "timeout",
		[TMS_STORE_DISCONNECTED] = "disconnected",
		[TMS_STORE_FULL] = "full",
		[TMS_STORE_DISK] = "disk",
		[TMS_STORE_READONLY] = "readonly",
		[TMS_STORE_AUTH] = "auth",
		[TMS_STORE_LOADING] = "loading",
		[TMS_STORE_LOCKED] = "locked",
		[TMS_STORE_REFUSED] = "refused",
		[TMS_STORE_CONFLICT] = "conflict",
		[TMS_STORE_ARGUMENT] = "argument",
		[TMS_STORE_OTHER] = "other",
	};
	return names[trouble];
}

static enum tms_status trouble_status(enum tms_store_trouble trouble)
{
	switch (trouble) {
	case TMS_STORE_NO_TROUBLE:
		return TMS_OK;
	case TMS_STORE_TIMEOUT:
	case TMS_STORE_DISCONNECTED:
	case TMS_STORE_READONLY:
	case TMS_STORE_LOADING:
	case TMS_STORE_LOCKED:
		return TMS_EUNAVAIL;
	case TMS_STORE_FULL:
		return TMS_ELIMIT;
	case TMS_STORE_AUTH:
	case TMS_STORE_REFUSED:
		return TMS_EDENIED;
	case TMS_STORE_CONFLICT:
		return TMS_ECONFLICT;
	case TMS_STORE_ARGUMENT:
		return TMS_EINVAL;
	case TMS_STORE_DISK:
	case TMS_STORE_OTHER:
	case TMS_STORE_TROUBLES:
		break;
	}
	return TMS_EIO;
}

bool store_is_write(enum tms_store_verb verb)
{
	switch (verb) {
	case TMS_STORE_ITEMS_APPLY:
	case TMS_STORE_SOURCE_DELETE:
	case TMS_STORE_STATE_PUT:
	case TMS_STORE_DEFINITIONS_CHANGE:
	case TMS_STORE_RESULT_PUT:
	case TMS_STORE_LEASE_ACQUIRE:
		return true;
	case TMS_STORE_READY:
	case TMS_STORE_ITEMS_LOAD:
	case TMS_STORE_SOURCES_LIST:
	case TMS_STORE_STATE_GET:
	case TMS_STORE_DEFINITIONS_LIST:
	case TMS_STORE_DEFINITIONS_CHANGED:
	case TMS_STORE_DEFINITION_GET:
	case TMS_STORE_POLL:
	case TMS_STORE_RESULT_GET:
	case TMS_STORE_LEASE_RENEW:   /* these two change nothing when the lease is not ours, */
	case TMS_STORE_LEASE_RELEASE: /* so that they prove nothing about writing */
	case TMS_STORE_VERBS:
		break;
	}
	return false;
}

/* ---- the end of an operation ---- */

void store_arm(struct tms_store *store)
{
	if (!evtimer_pending(store->turn, NULL))
		(void)tms_timer_soon(store->turn);
}

static void op_free(struct tms_store_op *op)
{
	if (!op)
		return;
	tms_map_free(&op->seen);
	tms_arena_free(&op->arena);
	free(op);
}

static void count(struct tms_store_op *op)
{
	struct tms_store_health *health = &op->store->health;
	int64_t took_us = store_steady_us() - op->asked_us;

	health->verbs[op->verb].done++;
	health->verbs[op->verb].microseconds += took_us > 0 ? (uint64_t)took_us : 0;
	if (op->reply.status == TMS_OK)
		return;
	health->troubles[op->trouble]++;
	if (op->reply.status != TMS_ECONFLICT)
		health->verbs[op->verb].failed++;
}

void store_finish(struct tms_store_op *op)
{
	op->reply.diag = &op->diag;
	count(op);
	TAILQ_INSERT_TAIL(&op->store->finished, op, link);
	store_arm(op->store);
}

void store_fail(struct tms_store_op *op, enum tms_store_trouble trouble, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	tms_diag_vset(&op->diag, 0, 0, format, args);
	va_end(args);
	if (trouble != TMS_STORE_CONFLICT) /* half an answer is none */
		op->reply = (struct tms_store_reply){ 0 };
	op->trouble = trouble;
	op->reply.status = trouble_status(trouble);
	op->reply.is_uncertain = op->is_decided;
	store_finish(op);
}

void store_fail_memory(struct tms_store_op *op)
{
	tms_diag_set(&op->diag, 0, 0, "there is not enough memory for what the store was asked");
	op->trouble = TMS_STORE_OTHER;
	op->reply.status = TMS_ENOMEM;
	store_finish(op);
}

bool store_give_row(struct tms_store_op *op, const struct tms_store_row *row)
{
	if (!op->call.row)
		return false;
	op->store->is_in_row = true;
	op->call.row(op->call.context, row);
	op->store->is_in_row = false;
	return op->call.row != NULL;
}

/* ---- listings of definitions ---- */

#define SLICE_US 500
#define ROWS_A_LOOK 16 /* between looks at the clock */

bool store_slice_is_over(int64_t begun_us, size_t rows)
{
	return rows >= TMS_STORE_SLICE_ROWS ||
	       (rows % ROWS_A_LOOK == 0 && store_steady_us() - begun_us >= SLICE_US);
}

/* Every revision leaves at least one entry in the log; a hole was made by a program that writes
 * none, or by trimming. */
bool store_reach(struct tms_store_op *op, int64_t revision)
{
	if (revision > op->reached + 1)
		op->reached = INT64_MAX;
	if (op->reached == INT64_MAX)
		return false;
	if (revision > op->reached)
		op->reached = revision;
	return true;
}

void store_reached_end(struct tms_store_op *op)
{
	op->reply.found = op->reached != INT64_MAX && op->reached >= op->reply.revision &&
			  op->since <= op->reply.revision;
}

void tms_store_cancel(struct tms_store_op *op)
{
	if (!op)
		return;
	op->call = (struct tms_store_call){ 0 };
	if (op->is_begun)
		return; /* the driver brings it back, to nobody */
	TAILQ_REMOVE(&op->store->waiting, op, link);
	op->store->pending--;
	op_free(op);
}

/* ---- up and down ---- */

void store_note_up(struct tms_store *store)
{
	if (store->health.up)
		return;
	store->health.up = true;
	store->health.is_known = true;
	store_arm(store);
}

void store_note_down(struct tms_store *store, const char *sentence)
{
	snprintf(store->health.error, sizeof(store->health.error), "%s", sentence);
	if (!store->health.up && store->health.is_known)
		return;
	store->health.up = false;
	store->health.is_known = true;
	store->was_down = true;
	store_arm(store);
}

bool store_should_probe(struct tms_store *store)
{
	int64_t now_ms = store_steady_ms();

	if (store->health.up || now_ms - store->probed_ms < PROBE_EVERY_MS)
		return false;
	store->probed_ms = now_ms;
	return true;
}

void store_note_replaced(struct tms_store *store)
{
	store->was_replaced = true;
	store_arm(store);
}

/* Tells the watcher what changed since it was told last; true when the store was freed by it. */
static bool tell_watcher(struct tms_store *store, const bool *was_freed)
{
	enum tms_store_event events[3];
	size_t n = 0;

	if (store->was_down)
		events[n++] = TMS_STORE_DOWN;
	if (store->health.up && (store->was_down || !store->was_told_up))
		events[n++] = TMS_STORE_UP;
	if (store->health.up && store->was_replaced)
		events[n++] = store->was_mended ? TMS_STORE_MENDED : TMS_STORE_REPLACED;
	store->was_told_up = store->health.up;
	store->was_down = false;
	if (store->health.up)
		store->was_replaced = store->was_mended = false;
	for (size_t i = 0; i < n && !*was_freed; i++)
		if (store->watch)
			store->watch(store->watch_context, events[i]);
	return *was_freed;
}

static void on_turn(evutil_socket_t fd, short what, void *context)
{
	struct tms_store *store = context;
	bool was_freed = false;

	(void)fd;
	(void)what;
	store->driver->work(store);
	store->was_freed = &was_freed;
	if (tell_watcher(store, &was_freed))
		return;
	/* only what is there now: an answer that asks again must not keep the loop from its sockets
	 */
	struct tms_store_op *last = TAILQ_LAST(&store->finished, store_queue);
	while (!was_freed && last) {
		struct tms_store_op *op = TAILQ_FIRST(&store->finished);
		bool is_last = op == last;
		TAILQ_REMOVE(&store->finished, op, link);
		store->pending--;
		if (op->call.done)
			op->call.done(op->call.context, &op->reply);
		op_free(op);
		if (is_last)
			break;
	}
	if (was_freed)
		return;
	store->was_freed = NULL;
	if (!TAILQ_EMPTY(&store->finished))
		store_arm(store);
}

/* ---- opening and closing ---- */

bool store_begin(struct tms_store *store, struct event_base *base)
{
	store->base = base;
	TAILQ_INIT(&store->waiting);
	TAILQ_INIT(&store->finished);
	store->turn = evtimer_new(base, on_turn, store);
	return store->turn != NULL;
}

static void drop_all(struct store_queue *queue)
{
	struct tms_store_op *op;

	while ((op = TAILQ_FIRST(queue))) {
		TAILQ_REMOVE(queue, op, link);
		op_free(op);
	}
}

void tms_store_free(struct tms_store *store)
{
	if (!store)
		return;
	assert(!store->is_in_row);
	if (store->was_freed)
		*store->was_freed = true;
	store->driver->close(store);
	drop_all(&store->waiting);
	drop_all(&store->finished);
	if (store->turn)
		event_free(store->turn);
	tms_arena_free(&store->arena);
	free(store);
}

const char *tms_store_place(const struct tms_store *store)
{
	return store->place;
}

size_t store_pending(const struct tms_store *store)
{
	return store->pending;
}

const struct tms_store_health *tms_store_health(const struct tms_store *store)
{
	return &store->health;
}

void tms_store_watch(struct tms_store *store, tms_store_watch_fn fn, void *context)
{
	store->watch = fn;
	store->watch_context = context;
}
