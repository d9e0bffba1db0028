/*
 * The Redis store inside. One connection of hiredis 0.14.1 (asynchronous) on the loop, with what
 * that version lacks: timeouts, reconnecting, names resolved without blocking.
 *
 * Keys, each behind the prefix, the last part percent-encoded so that a colon in a name means
 * nothing:
 *
 *	schema, identity   strings; written once
 *	revision           counter, grows with each change of definitions
 *	definitions        hash: key → "REVISION:bytes"
 *	changes            stream: REVISION-n → key, the last 50,000 changes of definitions
 *	sources            set of names
 *	items:SOURCE       hash: id → bytes
 *	retired:SOURCE     sorted set: id by the time of retirement
 *	state:SOURCE       string, and so is host:HOST
 *	fence:SOURCE       token of the last batch's lease
 *	result:KEY         string with a time to live
 *	lease:NAME         token, with a time to live; tokens come from the counter lease-token
 *
 * Only results, leases and a probe have a time to live, so eviction of volatile keys loses nothing
 * else.
 *
 * Commands that an ACL must allow: AUTH SELECT INFO TYPE GET MGET SET INCR PEXPIRE DEL UNLINK HGET
 * HMGET HSET HDEL HSCAN SADD SREM SSCAN XADD XRANGE ZADD ZSCAN ZREMRANGEBYSCORE WATCH UNWATCH MULTI
 * EXEC.
 */
#ifndef TAMIS_STORE_REDIS_PRIVATE_H
#define TAMIS_STORE_REDIS_PRIVATE_H

#include "driver.h"

#include <hiredis/async.h>
#include <hiredis/hiredis.h>

#define TMS_REDIS_KEY_MAX (3 * TMS_STORE_KEY_MAX + 100)

struct redis;
struct redis_resolve;
typedef void (*redis_reply_fn)(
	struct redis *redis, struct tms_store_op *op, const redisReply *reply);

enum redis_phase {
	TMS_REDIS_RESTING, /* no connection; the timer makes the next */
	TMS_REDIS_RESOLVING,
	TMS_REDIS_CONNECTING,
	TMS_REDIS_CHECKING, /* password, policy, schema */
	TMS_REDIS_UP,
};

/** What the check of a new connection has learned. */
struct redis_check {
	enum tms_store_trouble trouble; /* the first error */
	char sentence[TMS_DIAG_TEXT_BYTES];
	char policy[32];
	bool has_policy, has_append_only, is_append_only;
	bool is_second;     /* schema and identity were written, and are read again */
	bool is_wrong_kept; /* redis.wrong_key still holds what it should not */
	bool has_no_types;  /* TYPE is not allowed */
};

/** What a key of ours holds. */
struct redis_kind {
	const char *name; /* between the prefix and what it is named after */
	const char *type; /* as TYPE says it */
	bool is_named;    /* after a source, a host …; else there is one */
};

struct redis {
	struct tms_store store; /* first: a store is one of these */
	enum redis_phase phase;
	redisAsyncContext *context;
	struct event *timer; /* resting: when to connect; else: is there progress? */
	struct redis_resolve *resolve;
	char address[64]; /* what the host resolved to */
	struct store_queue begun;
	struct tms_store_op *gate; /* it watches keys: nobody else may begin before its EXEC */
	int64_t progress_ms;       /* when the connection last took or gave bytes */
	unsigned failures;         /* in a row */
	enum tms_store_trouble last_trouble;
	bool must_drop; /* by the next turn, with the trouble and the sentence below */
	enum tms_store_trouble drop_trouble;
	char drop_sentence[TMS_DIAG_TEXT_BYTES];
	char identity[33]; /* of the data, from the first connection */
	/* of a key that another program writes to; NULL: none is known. Until it is mended the store is
	 * said to be down, though what needs other keys is done */
	const struct redis_kind *wrong_kind;
	char wrong_key[TMS_REDIS_KEY_MAX];
	/** redis_name_wrong: redis_op.c asks for it, and is below it. */
	bool (*name_wrong)(struct redis *redis, struct tms_store_op *op, const char *sentence);
	int64_t checked_ms; /* when the check began last */
	struct redis_check check;
};

/** What an operation keeps while it is under way; in its arena. */
struct redis_work {
	redis_reply_fn next; /* takes the next answer that is waited for */
	size_t awaited;      /* answers that have not come; the operation must not end before 0 */
	enum tms_store_trouble trouble;
	char sentence[TMS_DIAG_TEXT_BYTES];
	bool is_naming; /* it has failed; which key is not ours is being asked */
	size_t named;   /* kinds answered */
};

/* redis_op.c: what befalls an operation or the connection */

/** The connection is thrown away by the next turn, with all that is under way; allowed anywhere. */
void redis_drop_later(struct redis *redis, enum tms_store_trouble trouble, const char *sentence);
/** The check went well. */
void redis_is_up(struct redis *redis);
/** The store works (again), unless a key is known to hold what is not ours. */
void redis_note_up(struct redis *redis);
/** The operation went well. */
void redis_finish(struct redis *redis, struct tms_store_op *op);
/** It failed; nothing of it is awaited. When a key holds what is not ours, it ends once the key is
 * known. */
void redis_fail(struct redis *redis, struct tms_store_op *op, enum tms_store_trouble trouble,
	const char *sentence);

/* redis_check.c */

void redis_check(struct redis *redis);
/** The same of a connection that is up, when the last check is long enough ago: policy and types of
 * keys may change meanwhile. */
void redis_check_again(struct redis *redis);

/* redis_types.c */

const struct redis_kind *redis_kinds(size_t *count);
/** Does the answer to TYPE say what is expected, or nothing? */
bool redis_is_of_kind(const struct redis_kind *kind, const redisReply *reply);
void redis_say_wrong(const struct redis_kind *kind, struct tms_str key, const redisReply *reply,
	char *sentence, size_t bytes);
/** Ask which of its keys is of another type, then fail it. False: nothing was asked. */
bool redis_name_wrong(struct redis *redis, struct tms_store_op *op, const char *sentence);

/* redis_command.c */

/** prefix + kind + percent-encoded name, in the operation's arena. */
struct tms_str redis_key(struct tms_store_op *op, const char *kind, struct tms_str name);
/** The key of a kind without names. */
struct tms_str redis_fixed(struct tms_store_op *op, const char *kind);
/** Send a command; its answer goes to work->next. Words are borrowed for the call. */
void redis_ask(
	struct redis *redis, struct tms_store_op *op, const struct tms_str *words, size_t count);
/** Send a command whose answer only matters when it is an error (QUEUED, WATCH). */
void redis_tell(
	struct redis *redis, struct tms_store_op *op, const struct tms_str *words, size_t count);
#define TMS_REDIS_ASK(redis, op, ...)                                                              \
	redis_ask((redis), (op), (struct tms_str[]){ __VA_ARGS__ },                                \
		TMS_COUNT(((struct tms_str[]){ __VA_ARGS__ })))
#define TMS_REDIS_TELL(redis, op, ...)                                                             \
	redis_tell((redis), (op), (struct tms_str[]){ __VA_ARGS__ },                               \
		TMS_COUNT(((struct tms_str[]){ __VA_ARGS__ })))
struct redis_work *redis_work(struct tms_store_op *op);
struct tms_str redis_number(struct tms_store_op *op, int64_t n);
struct tms_str redis_text(const redisReply *reply);
/** What an error reply means, in words for people. */
enum tms_store_trouble redis_explain(const redisReply *reply, char *sentence, size_t bytes);

/* redis_read.c, redis_write.c, redis_watch.c: what each verb sends first (the table of redis.c) */

void redis_scan(struct redis *redis, struct tms_store_op *op);
void redis_state_get(struct redis *redis, struct tms_store_op *op);
void redis_result_get(struct redis *redis, struct tms_store_op *op);
void redis_definition_get(struct redis *redis, struct tms_store_op *op);
void redis_definitions_list(struct redis *redis, struct tms_store_op *op);
void redis_definitions_changed(struct redis *redis, struct tms_store_op *op);
void redis_poll(struct redis *redis, struct tms_store_op *op);
void redis_items_apply(struct redis *redis, struct tms_store_op *op);
void redis_source_delete(struct redis *redis, struct tms_store_op *op);
void redis_state_put(struct redis *redis, struct tms_store_op *op);
void redis_result_put(struct redis *redis, struct tms_store_op *op);
void redis_definitions_change(struct redis *redis, struct tms_store_op *op);
void redis_lease(struct redis *redis, struct tms_store_op *op);
/** "REVISION:bytes" apart; false when it is nothing of the kind. */
bool redis_split_definition(struct tms_str stored, int64_t *revision, struct tms_str *bytes);

/* redis_adapter.c */

/** Put a fresh context on the loop. False: no memory. */
bool redis_attach(struct redis *redis, redisAsyncContext *context);
/** What was asked goes out now, as far as the socket takes it, not in the loop's next turn: for who
 * has other work first. */
void redis_send_now(struct redis *redis);

/* redis_resolve.c */

typedef void (*redis_resolved_fn)(void *context, const char *address);
/**
 * Ask for the address of a host in a thread of its own; fn is called once from the loop, with an
 * address as text, or NULL when there is none. turn: which of several addresses. NULL: it cannot be
 * asked.
 */
struct redis_resolve *redis_resolve_new(struct event_base *base, const char *host, unsigned turn,
	redis_resolved_fn fn, void *context);
/** Nothing arrives any more. The thread ends by itself. NULL is accepted. */
void redis_resolve_free(struct redis_resolve *resolve);

#endif
