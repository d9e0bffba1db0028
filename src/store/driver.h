/*
 * What a store is inside: an operation, its queues, how it ends; and what a driver does, which is
 * all that one kind of store has of its own. Private to src/store.
 *
 * An operation is born in store_ask.c with copies of its arguments, waits in `waiting`, is begun by
 * the driver from the loop, and comes back through store_finish or store_fail into `finished`, from
 * which the store's own turn calls `done`. No callback of a user ever runs inside a driver, rows
 * excepted.
 *
 * Where does a third store go (PostgreSQL, say)?
 *
 * 	its address   an enumerator of <tamis/store_address.h>, and its row in conf/store_address.c
 * 	its driver    a file of this folder called postgres, or a family that begins with it, and in
 * 	              meson.build: a struct store_driver, declared below, and a function for each
 * 	              verb of store.h
 * 	its row       in the table of store/open.c
 * 	its tests     a set_up in tests/unit/store/contract.h with a line in RUN_FOR_EACH_STORE: all
 * 	              that store.h promises is asked of it; a row in tests/unit/store/open_test.c
 * 	its words     the setting `store` in conf/table.c, conf/setting.c, conf/store.c, tamis.yaml(5)
 * 	its library   meson.build, deploy/packages.txt, and LIBRARIES of tests/shape/test_shape.py
 *
 * Nobody else asks which store it is.
 */
#ifndef TAMIS_STORE_DRIVER_H
#define TAMIS_STORE_DRIVER_H

#include "loop/worker.h"
#include "store.h"

#include <tamis/arena.h>
#include <tamis/hash.h>
#include <tamis/store_address.h>

#include <sys/queue.h>

#include <event2/event.h>

struct tms_store_op {
	TAILQ_ENTRY(tms_store_op) link;
	struct tms_store *store;
	enum tms_store_verb verb;
	bool is_begun; /* the driver knows it */
	struct tms_store_call call;
	struct tms_arena arena; /* the request, the reply, and what the driver needs between */
	int64_t asked_us;

	/* the request; what is not asked is empty */
	struct tms_str key; /* source, host, definition, result, lease */
	struct tms_str bytes;
	enum tms_store_state_kind state_kind;
	int64_t ttl_ms;
	int64_t token;
	int64_t since; /* of definitions_changed */
	struct tms_store_batch batch;
	const struct tms_store_change *changes;
	size_t change_count;

	/* the reply */
	struct tms_store_reply reply;
	struct tms_diag diag;
	enum tms_store_trouble trouble;

	/* the driver's own */
	int64_t begun_ms;
	bool is_decided; /* of a write: what makes it happen was sent; only the answer is missing */
	int step;
	uint64_t opening; /* of SQLite: the opening of the file that it was begun with */
	int tries;
	void *work;            /* of Redis: struct redis_work */
	struct tms_str cursor; /* of a listing */
	int64_t number;        /* of the last row, where a listing goes on by numbers */
	int64_t reached;       /* definitions_changed: changes are known without a gap up to here */
	bool is_last;          /* of Redis: nobody wants more of the listing, or there is no more */
	struct tms_str *keys;  /* of Redis, definitions_changed: whose values were asked for */
	size_t keys_count;
	size_t mark;         /* of the arena, before the keys */
	struct tms_map seen; /* keys that a listing gave already */
};

TAILQ_HEAD(store_queue, tms_store_op);

/** One kind of store. It begins its own structure with a struct tms_store. */
struct store_driver {
	/** What it may take without progress, where the options say nothing. */
	int64_t timeout_ms;
	/** It is asked over a connection: the timeout of the configuration is meant for it. */
	bool is_remote;
	/** Make a store of its kind, all zeros but what the driver keeps; it is not connected yet.
	 * TMS_OK sets *out (given: `close`, then free), TMS_ENOMEM. */
	enum tms_status (*open)(struct tms_store **out);
	/** Close everything; operations begun are put back into `waiting`. */
	void (*close)(struct tms_store *store);
	/** Begin what waits, as far as it can be; called from the loop whenever something was
	 * asked. */
	void (*work)(struct tms_store *store);
};

struct tms_store {
	const struct store_driver *driver;
	struct event_base *base;
	struct event *turn;     /* a timer of 0: runs once in the next round of the loop */
	struct tms_arena arena; /* lives as long as the store: names, address */
	struct tms_store_address address;
	const char *place;
	struct tms_str prefix;
	int64_t timeout_ms;
	int64_t check_ms;
	int64_t max_bytes;
	struct tms_worker *worker; /* NULL: none */
	bool is_keeper;
	struct store_queue waiting, finished;
	size_t pending;
	struct tms_store_health health;
	tms_store_watch_fn watch;
	void *watch_context;
	bool was_told_up; /* what the watcher heard last */
	bool was_down;    /* since the watcher was told */
	bool was_replaced;
	bool was_mended;   /* in the place of was_replaced */
	int64_t probed_ms; /* when writing was last tried while down */
	bool is_in_row;
	bool *was_freed; /* set by tms_store_free for the turn that it was called from */
};

extern const struct store_driver sqlite_driver; /* sqlite.c */
extern const struct store_driver redis_driver;  /* redis.c */

/** The first part of tms_store_open, and what is undone by tms_store_free: queues and turn. False:
 * no memory. */
bool store_begin(struct tms_store *store, struct event_base *base);
/** Run the turn in the next round of the loop. */
void store_arm(struct tms_store *store);

/** It went well (or as reply.status says already): deliver it. The driver forgets it. */
void store_finish(struct tms_store_op *op);
/** It failed: the status follows from the trouble; the sentence is for people. Deliver it. */
void store_fail(struct tms_store_op *op, enum tms_store_trouble trouble, const char *format, ...)
	TMS_PRINTF(3, 4);
/** The memory of the operation's arena was not enough. */
void store_fail_memory(struct tms_store_op *op);

/** Give one row to the user. False when the operation was cancelled: list no more. */
bool store_give_row(struct tms_store_op *op, const struct tms_store_row *row);

/** The store works (again). */
void store_note_up(struct tms_store *store);
/** It does not; the sentence goes to health.error. */
void store_note_down(struct tms_store *store, const char *sentence);
/** Down, though it answers, and time to try again whether it takes a write? Yes at most every 5 s.
 */
bool store_should_probe(struct tms_store *store);
/** It is up with other data than this process knew. */
void store_note_replaced(struct tms_store *store);

/** A slice of a listing of definitions has run long enough: `rows` since begun_us. */
bool store_slice_is_over(int64_t begun_us, size_t rows);
/** Definitions_changed: the next entry of the log is of this revision. False: there is a gap, which
 * is remembered. */
bool store_reach(struct tms_store_op *op, int64_t revision);
/** Definitions_changed has come to its end: decides reply.found. */
void store_reached_end(struct tms_store_op *op);

/** Does the operation change anything? */
bool store_is_write(enum tms_store_verb verb);
/** Milliseconds of the clock on the wall, and of one that never jumps. */
int64_t store_wall_ms(void);
int64_t store_steady_ms(void);
int64_t store_steady_us(void);

#endif
