/*
 * The store: where definitions, items and cached results outlive the process. One interface, and a
 * driver for each kind: SQLite (one file) and Redis. driver.h says what a further one takes; the
 * contract tests run against each.
 *
 * Every operation is asynchronous. Asking copies what it needs and returns; `done` is called
 * exactly once, from the event loop, never inside the call that asked. Operations of one process
 * take effect in the order asked. Nothing blocks the loop for longer than one step of an operation
 * (a transaction of SQLite; a slice of a listing: TMS_STORE_SLICE_ROWS rows or about half a
 * millisecond).
 *
 * The program ignores SIGPIPE: hiredis writes to sockets without shielding it.
 *
 * Keys (sources, hosts, ids, names) are any bytes, 1 to TMS_STORE_KEY_MAX of them; values are
 * opaque, up to TMS_STORE_VALUE_MAX bytes. A NUL byte in either is as good as any other.
 *
 * Statuses of `done`, for every operation:
 *   TMS_OK         it happened, and is as durable as the operation promises
 *   TMS_EUNAVAIL   the store does not answer, or not in time
 *   TMS_EDENIED    it answers but must not be used: wrong password, newer schema, eviction of all
 *                  keys
 *   TMS_ELIMIT     it is full (disk, max_bytes, Redis maxmemory), or a key or value is too long
 *   TMS_EIO        it answers with an error: the disk refused, a damaged file
 *   TMS_EINVAL     an argument has no meaning (empty key, a time to live below 1)
 *   TMS_ECONFLICT  definitions_change, items_apply with a fence: somebody else was first
 *   TMS_ENOMEM
 *
 * A write that failed has not happened, unless reply.is_uncertain: its last word was sent, or given
 * to the disk, and no answer came. Only reading tells.
 */
#ifndef TAMIS_STORE_STORE_H
#define TAMIS_STORE_STORE_H

#include <tamis/diag.h>
#include <tamis/status.h>
#include <tamis/str.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TMS_STORE_SCHEMA 1 /* what this program writes; a newer one in the store is refused */
#define TMS_STORE_KEY_MAX 4096
#define TMS_STORE_SLICE_ROWS 1000 /* of a listing, at most, before others have their turn */
#define TMS_STORE_VALUE_MAX ((size_t)16 * 1024 * 1024)

struct event_base;
struct tms_conf_store;
struct tms_store;
struct tms_worker;
/** One operation under way. Borrowed; gone once its `done` was called or it was cancelled. */
struct tms_store_op;

/* ---- opening ---- */

struct tms_store_options {
	/** An address, see <tamis/store_address.h>; paths are relative to the working directory. */
	struct tms_str url;
	struct tms_str password; /* of Redis; wins over the one in the URL; empty: none */
	struct tms_str prefix;   /* of every Redis key; empty: "tamis:". A SQLite file needs none */
	/** Without progress; 0: the driver's own, 500 for Redis, 2000 for a locked SQLite file. */
	int64_t timeout_ms;
	int64_t check_ms;  /* between looks at the settings of a Redis that is up; 0: 2000 */
	int64_t max_bytes; /* of the SQLite file; 0: as the disk allows */
	/**
	 * Takes what a SQLite file would keep the loop waiting for; borrowed, ends before the store.
	 * NULL: the loop waits.
	 */
	struct tms_worker *worker;
	/**
	 * Of a SQLite file, with a worker: keep a copy of its definitions beside it
	 * (FILE.definitions), and when it is damaged or gone, put it aside under a dated name and
	 * make a new one of what can be read of it and of the copy. One process at a time; others
	 * refuse a damaged file.
	 */
	bool is_keeper;
};

/**
 * What a configuration asks for: address, prefix, its password unless `password` is another (not
 * empty), its timeout where the store is asked over a connection. Borrows from both.
 */
struct tms_store_options tms_store_options_of(
	const struct tms_conf_store *conf, struct tms_str password);

/**
 * Make a store; its connection is made from the loop, so a Redis that is down now is no failure
 * here. options are copied. Until the first connection is made or has failed, operations wait;
 * later, while the store is down, they end at once with TMS_EUNAVAIL. TMS_OK sets *out (given:
 * tms_store_free). TMS_EINVAL: the URL, and diag says what is expected. TMS_ENOMEM.
 */
TMS_MUST_CHECK enum tms_status tms_store_open(struct event_base *base,
	const struct tms_store_options *options, struct tms_store **out, struct tms_diag *diag);

/**
 * Nothing arrives after this. Operations that were not begun are dropped: tms_store_flush
 * (store_wait.h) first. Allowed inside `done` and the watcher, not inside a row callback. NULL is
 * accepted.
 */
void tms_store_free(struct tms_store *store);

/** Where it is, for people and logs: "sqlite:/var/lib/tamis/tamis.db", "redis://cache:6379/0". No
 * secrets. */
const char *tms_store_place(const struct tms_store *store);
/** Operations whose `done` has not been called. */
size_t store_pending(const struct tms_store *store);

/* ---- answers ---- */

/** How an operation ended. Everything is borrowed for the call. */
struct tms_store_reply {
	enum tms_status status;
	/** Never NULL; one sentence for people when status is not TMS_OK. */
	const struct tms_diag *diag;
	bool is_uncertain;    /* of a write that failed: it may have happened all the same */
	bool found;           /* a value was there; a lease was got or is still held */
	struct tms_str key;   /* definitions_change, TMS_ECONFLICT: the first that conflicts */
	struct tms_str value; /* what was asked for; on that conflict the bytes now in the store */
	int64_t revision;     /* see each operation */
};

enum tms_store_row_kind {
	TMS_STORE_ROW_ITEM,            /* items_load: key is the id */
	TMS_STORE_ROW_RETIRED,         /* items_load: key is the id, number the second of it */
	TMS_STORE_ROW_DEFINITION,      /* definitions_list, _changed: number is its revision */
	TMS_STORE_ROW_DEFINITION_GONE, /* definitions_changed: removed; no bytes */
	TMS_STORE_ROW_SOURCE,          /* sources_list: key is the source */
};

/** One row of a listing. Everything is borrowed for the call. */
struct tms_store_row {
	enum tms_store_row_kind kind;
	struct tms_str key;
	struct tms_str bytes;
	int64_t number;
};

typedef void (*tms_store_done_fn)(void *context, const struct tms_store_reply *reply);
/** Called for each row, before done, each key once per kind (definitions: at least once). May ask,
 * and may cancel its own operation. */
typedef void (*tms_store_row_fn)(void *context, const struct tms_store_row *row);

/** Whom to tell. done may be NULL (nobody cares), row only matters where rows are listed. */
struct tms_store_call {
	tms_store_done_fn done;
	tms_store_row_fn row;
	void *context;
};

/*
 * Every operation below returns its handle, or NULL when there was no memory to ask with: then
 * nothing was asked and `done` is not called. All arguments are borrowed for the call.
 */

/** Its callbacks are not called any more. A write may still take effect. NULL is accepted. */
void tms_store_cancel(struct tms_store_op *op);

/** Done when the first connection is made and checked, or has failed (the status and sentence say
 * how). Tests wait with it; the program watches. */
struct tms_store_op *store_ready(struct tms_store *store, struct tms_store_call call);

/* ---- items of a source ---- */

/** All items of a source, then its retired ids, as rows in no order; no snapshot against other
 * processes. */
struct tms_store_op *tms_store_items_load(
	struct tms_store *store, struct tms_str source, struct tms_store_call call);

struct tms_store_item {
	struct tms_str id;
	struct tms_str bytes;
};

struct tms_store_retired {
	struct tms_str id;
	int64_t at_s;
};

/** What one refresh changes in a source: all of it happens, or nothing. */
struct tms_store_batch {
	const struct tms_store_item *puts; /* set or replaced */
	size_t put_count;
	const struct tms_str *removals; /* ids; removing what is not there is fine */
	size_t removal_count;
	const struct tms_store_retired *retired; /* remembered; their items are removed too */
	size_t retired_count;
	int64_t forget_before_s; /* retired ids with an earlier time are forgotten; 0: none */
	const struct tms_str *fetch_state; /* NULL: left as it is */
	/**
	 * The token of the lease under which the batch was made, or 0. When a batch of a later
	 * lease was applied to this source already, this one is refused with TMS_ECONFLICT.
	 */
	int64_t fence;
};

struct tms_store_op *tms_store_items_apply(struct tms_store *store, struct tms_str source,
	const struct tms_store_batch *batch, struct tms_store_call call);
/*
 * These two have no caller in the program yet: what is stored of a source that leaves the
 * configuration stays.
 */

/** Items, retired ids, fetch state and fence. Deleting what is not there is fine. */
struct tms_store_op *store_source_delete(
	struct tms_store *store, struct tms_str source, struct tms_store_call call);
/** A row for each source that has items, retired ids or fetch state. */
struct tms_store_op *store_sources_list(struct tms_store *store, struct tms_store_call call);

/* ---- fetch state ---- */

enum tms_store_state_kind {
	TMS_STORE_STATE_SOURCE,
	TMS_STORE_STATE_HOST,
};

/** reply: found, value. */
struct tms_store_op *tms_store_state_get(struct tms_store *store, enum tms_store_state_kind kind,
	struct tms_str name, struct tms_store_call call);
struct tms_store_op *tms_store_state_put(struct tms_store *store, enum tms_store_state_kind kind,
	struct tms_str name, struct tms_str bytes, struct tms_store_call call);

/* ---- definitions ---- */

/**
 * A row for each definition; then reply.revision is the store's revision as it was before the first
 * row, so that a change made meanwhile is noticed by comparing with tms_store_poll. A definition is
 * given again when others change the store meanwhile; the later row is the newer one.
 */
struct tms_store_op *tms_store_definitions_list(
	struct tms_store *store, struct tms_store_call call);
/**
 * A row for each definition that was changed or removed after the store's revision `since`, as it
 * is now. reply.revision is the store's revision before the first row. reply.found: these are all;
 * otherwise some may be missing (the last TMS_STORE_CHANGES_KEPT changes are known, and none of a
 * store that is another one now), and only definitions_list tells.
 */
struct tms_store_op *tms_store_definitions_changed(
	struct tms_store *store, int64_t since, struct tms_store_call call);
#define TMS_STORE_CHANGES_KEPT 50000
/** reply: found, value, and revision of that definition (0 when there is none). The program lists
 * instead; tests look with it. */
struct tms_store_op *store_definition_get(
	struct tms_store *store, struct tms_str key, struct tms_store_call call);

#define TMS_STORE_ANY_REVISION INT64_C(-1)

struct tms_store_change {
	struct tms_str key;
	struct tms_str bytes;
	/** Its revision as the caller saw it; 0: it is not there; or TMS_STORE_ANY_REVISION. */
	int64_t expected;
	/** Bytes are ignored; removing what is not there is fine when `expected` allows it. */
	bool remove;
};

/**
 * Change definitions, all of them or none. On TMS_OK they are durable and reply.revision is the
 * store's new revision, which is the revision of each changed definition too. When an `expected`
 * does not hold: TMS_ECONFLICT, with key, found, value and revision of the first such definition as
 * it is now.
 * count  1 to 10,000; the same key twice is TMS_EINVAL
 */
struct tms_store_op *tms_store_definitions_change(struct tms_store *store,
	const struct tms_store_change *changes, size_t count, struct tms_store_call call);

/** reply.revision: grows with each change of definitions by any process. Cheap: meant for every
 * second. */
struct tms_store_op *tms_store_poll(struct tms_store *store, struct tms_store_call call);

/* ---- results: a cache ---- */

/** reply: found, value. What has expired is never found. */
struct tms_store_op *tms_store_result_get(
	struct tms_store *store, struct tms_str key, struct tms_store_call call);
/** May be lost at any time. ttl_ms is by the store's clock, from 1 to a year. */
struct tms_store_op *tms_store_result_put(struct tms_store *store, struct tms_str key,
	struct tms_str bytes, int64_t ttl_ms, struct tms_store_call call);

/* ---- leases: one instance does it, the others need not ---- */

/**
 * reply.found: got it; then reply.revision is its token, larger than every token handed out before.
 * It ends by itself after ttl_ms (1 to a day). Not re-entrant: the holder itself does not get it
 * twice.
 */
struct tms_store_op *tms_store_lease_acquire(
	struct tms_store *store, struct tms_str name, int64_t ttl_ms, struct tms_store_call call);
/** reply.found: still ours, and now lasts ttl_ms from now. */
struct tms_store_op *tms_store_lease_renew(struct tms_store *store, struct tms_str name,
	int64_t token, int64_t ttl_ms, struct tms_store_call call);
/** reply.found: it was ours still. Another's lease is left alone. */
struct tms_store_op *tms_store_lease_release(
	struct tms_store *store, struct tms_str name, int64_t token, struct tms_store_call call);

/* ---- health ---- */

/** The operations, as metrics name them. */
enum tms_store_verb {
	TMS_STORE_READY,
	TMS_STORE_ITEMS_LOAD,
	TMS_STORE_ITEMS_APPLY,
	TMS_STORE_SOURCE_DELETE,
	TMS_STORE_SOURCES_LIST,
	TMS_STORE_STATE_GET,
	TMS_STORE_STATE_PUT,
	TMS_STORE_DEFINITIONS_LIST,
	TMS_STORE_DEFINITIONS_CHANGED,
	TMS_STORE_DEFINITION_GET,
	TMS_STORE_DEFINITIONS_CHANGE,
	TMS_STORE_POLL,
	TMS_STORE_RESULT_GET,
	TMS_STORE_RESULT_PUT,
	TMS_STORE_LEASE_ACQUIRE,
	TMS_STORE_LEASE_RENEW,
	TMS_STORE_LEASE_RELEASE,
	TMS_STORE_VERBS,
};

/** Why an operation failed, as metrics name it. */
enum tms_store_trouble {
	TMS_STORE_NO_TROUBLE,
	TMS_STORE_TIMEOUT,
	TMS_STORE_DISCONNECTED, /* could not connect, or the connection broke */
	TMS_STORE_FULL,
	TMS_STORE_DISK,     /* the disk refused (Redis: MISCONF) */
	TMS_STORE_READONLY, /* a replica, or a read-only file */
	TMS_STORE_AUTH,
	TMS_STORE_LOADING,
	TMS_STORE_LOCKED,  /* another process holds the SQLite file */
	TMS_STORE_REFUSED, /* schema, eviction policy, not a store of ours */
	TMS_STORE_CONFLICT,
	TMS_STORE_ARGUMENT, /* a key or a value that no store would take */
	TMS_STORE_OTHER,
	TMS_STORE_TROUBLES,
};

/** "items_apply"; "timeout". Static. */
const char *tms_store_verb_name(enum tms_store_verb verb);
const char *tms_store_trouble_name(enum tms_store_trouble trouble);

struct tms_store_health {
	bool up;       /* connected and checked, and the last operation found it so */
	bool is_known; /* false until the first connection was made or has failed */
	char error[TMS_DIAG_TEXT_BYTES];   /* how the store failed last; empty: not yet */
	char warning[TMS_DIAG_TEXT_BYTES]; /* usable, but: "appendonly is off …"; empty: none */
	uint64_t connects;                 /* connections made */
	uint64_t troubles[TMS_STORE_TROUBLES]; /* operations that failed, by kind */
	struct {
		uint64_t done;         /* well or badly */
		uint64_t failed;       /* conflicts are no failure */
		uint64_t microseconds; /* from asking to the answer, summed */
	} verbs[TMS_STORE_VERBS];
};

/** Borrowed; the numbers move. */
const struct tms_store_health *tms_store_health(const struct tms_store *store);

enum tms_store_event {
	/** (Again): what could not be written meanwhile can be written now. */
	TMS_STORE_UP,
	/** health.error says why. */
	TMS_STORE_DOWN,
	/** Up, but not with the data that this process knew: emptied, or another one. */
	TMS_STORE_REPLACED,
	/** Up, with less than this process knew: what it knows of a later revision was lost. Revisions
	 * go on. */
	TMS_STORE_MENDED,
};

/** Called from the loop, at changes only. */
typedef void (*tms_store_watch_fn)(void *context, enum tms_store_event event);
/** One watcher; NULL: none. */
void tms_store_watch(struct tms_store *store, tms_store_watch_fn fn, void *context);

#endif
