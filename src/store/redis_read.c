/* The operations that only read. Big hashes come in slices (HSCAN), so that nobody blocks Redis. */
#include "redis_private.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define LOG_SLICE "100" /* entries of the log of changes in one go */

/* ---- listings ---- */

struct scan {
	const char *command; /* HSCAN, ZSCAN, SSCAN */
	const char *kind;    /* of the key */
	const char *count;   /* elements that Redis looks at in one go */
	enum tms_store_row_kind row;
	size_t width; /* reply elements for one row */
};

static const struct scan items = { "HSCAN", "items:", "200", TMS_STORE_ROW_ITEM, 2 };
static const struct scan retired = { "ZSCAN", "retired:", "1000", TMS_STORE_ROW_RETIRED, 2 };
static const struct scan sources = { "SSCAN", "sources", "500", TMS_STORE_ROW_SOURCE, 1 };
static const struct scan definitions = { "HSCAN", "definitions", "64", TMS_STORE_ROW_DEFINITION,
	2 };

static const struct scan *scan_of(const struct tms_store_op *op)
{
	switch (op->verb) {
	case TMS_STORE_ITEMS_LOAD:
		return op->step == 0 ? &items : &retired;
	case TMS_STORE_DEFINITIONS_LIST:
		return &definitions;
	default:
		return &sources;
	}
}

bool redis_split_definition(struct tms_str stored, int64_t *revision, struct tms_str *bytes)
{
	size_t colon = tms_str_find_byte(stored, ':', 0);

	if (colon == SIZE_MAX || !tms_str_int64(tms_str_slice(stored, 0, colon), revision))
		return false;
	*bytes = tms_str_slice(stored, colon + 1, SIZE_MAX);
	return true;
}

/* Redis writes the score of a sorted set as a decimal number, perhaps with an exponent. */
static bool parse_score(struct tms_str text, int64_t *out)
{
	char copy[40];
	char *end = NULL;

	if (!text.len || text.len >= sizeof(copy))
		return false;
	memcpy(copy, text.ptr, text.len);
	copy[text.len] = '\0';
	double score = strtod(copy, &end);
	if (end != copy + text.len || !(fabs(score) < 9e15))
		return false;
	*out = (int64_t)score;
	return true;
}

/* False: it is not one of ours. */
static bool read_row(
	const struct scan *scan, redisReply *const *elements, struct tms_store_row *row)
{
	*row = (struct tms_store_row){ .kind = scan->row, .key = redis_text(elements[0]) };
	switch (scan->row) {
	case TMS_STORE_ROW_ITEM:
		row->bytes = redis_text(elements[1]);
		return true;
	case TMS_STORE_ROW_RETIRED:
		return parse_score(redis_text(elements[1]), &row->number);
	case TMS_STORE_ROW_DEFINITION:
		return redis_split_definition(redis_text(elements[1]), &row->number, &row->bytes);
	case TMS_STORE_ROW_DEFINITION_GONE:
	case TMS_STORE_ROW_SOURCE:
		break;
	}
	return true;
}

/* A scan may give a key twice when the hash grows meanwhile; a listing does not, but that of
 * definitions: a million keys are not remembered for it. */
static bool is_new(struct tms_store_op *op, struct tms_str key)
{
	if (op->verb == TMS_STORE_DEFINITIONS_LIST)
		return true;
	if (tms_map_find(&op->seen, key))
		return false;
	struct tms_str copy = tms_arena_copy(&op->arena, key);
	if (op->arena.status == TMS_OK && tms_map_put(&op->seen, copy, op) != TMS_OK)
		op->arena.status = TMS_ENOMEM;
	return true;
}

/* The operation ends when what was asked of Redis has come, and no row is given any more. */
static void refuse_rows(struct tms_store_op *op)
{
	struct redis_work *work = redis_work(op);

	op->is_last = true;
	work->trouble = TMS_STORE_REFUSED;
	snprintf(work->sentence, sizeof(work->sentence),
		"a key under redis.prefix holds something that is not of Tamis");
}

static void give_rows(const struct scan *scan, struct tms_store_op *op, const redisReply *rows)
{
	for (size_t i = 0; i + scan->width <= rows->elements; i += scan->width) {
		struct tms_store_row row;
		if (!read_row(scan, rows->element + i, &row)) {
			refuse_rows(op);
			return;
		}
		if (is_new(op, row.key) && !store_give_row(op, &row)) {
			op->is_last = true; /* nobody wants more */
			return;
		}
	}
}

/* Nothing is awaited, and nothing more is to be asked. */
static void end_listing(struct redis *redis, struct tms_store_op *op)
{
	struct redis_work *work = redis_work(op);

	if (work->trouble != TMS_STORE_NO_TROUBLE)
		redis_fail(redis, op, work->trouble, work->sentence);
	else
		redis_finish(redis, op);
}

static void on_slice(struct redis *redis, struct tms_store_op *op, const redisReply *reply);

static void ask_slice(struct redis *redis, struct tms_store_op *op)
{
	const struct scan *scan = scan_of(op);
	size_t mark = tms_arena_mark(&op->arena);
	struct tms_str cursor = op->cursor.len ? op->cursor : TMS_STR("0");

	redis_work(op)->next = on_slice;
	TMS_REDIS_ASK(redis, op, tms_str_from(scan->command), redis_key(op, scan->kind, op->key),
		cursor, TMS_STR("COUNT"), tms_str_from(scan->count));
	tms_arena_rewind(&op->arena, mark);
}

/* The next slice is asked for before the rows of this one are given: Redis works while we do. */
static void on_slice(struct redis *redis, struct tms_store_op *op, const redisReply *reply)
{
	const struct scan *scan = scan_of(op);

	if (op->is_last) { /* an answer that was asked for before nobody wanted it any more */
		end_listing(redis, op);
		return;
	}
	if (reply->type != REDIS_REPLY_ARRAY || reply->elements != 2 ||
		reply->element[1]->type != REDIS_REPLY_ARRAY) {
		redis_fail(redis, op, TMS_STORE_OTHER, "Redis answered a scan with no listing");
		return;
	}
	struct tms_str cursor = redis_text(reply->element[0]);
	bool is_whole = tms_str_equal(cursor, TMS_STR("0"));
	bool is_end = is_whole && (op->verb != TMS_STORE_ITEMS_LOAD || op->step == 1);
	if (is_whole && !is_end) {
		give_rows(scan, op, reply->element[1]); /* what comes next is another key's */
		op->step = 1;
		tms_map_free(&op->seen);
		op->cursor = (struct tms_str){ 0 };
		is_end = op->is_last;
		if (!is_end)
			ask_slice(redis, op);
	} else {
		op->cursor = cursor;
		if (!is_end) {
			ask_slice(redis, op);
			redis_send_now(redis);
		}
		op->cursor = (struct tms_str){ 0 }; /* the reply's own bytes end with it */
		give_rows(scan, op, reply->element[1]);
	}
	if (is_end)
		end_listing(redis, op);
}

static bool read_counter(const redisReply *reply, int64_t *out)
{
	*out = 0;
	return reply->type == REDIS_REPLY_NIL || tms_str_int64(redis_text(reply), out);
}

/* The revision before the first row of definitions. */
static void on_revision(struct redis *redis, struct tms_store_op *op, const redisReply *reply)
{
	if (read_counter(reply, &op->reply.revision))
		ask_slice(redis, op);
	else
		redis_fail(redis, op, TMS_STORE_REFUSED,
			"the revision under redis.prefix is no number");
}

/* ---- what changed ---- */

static void on_log(struct redis *redis, struct tms_store_op *op, const redisReply *reply);

/* The log from behind the last entry on. */
static void ask_log(struct redis *redis, struct tms_store_op *op)
{
	size_t mark = tms_arena_mark(&op->arena);

	redis_work(op)->next = on_log;
	TMS_REDIS_ASK(redis, op, TMS_STR("XRANGE"), redis_fixed(op, "changes"),
		tms_arena_format(
			&op->arena, "%lld-%lld", (long long)op->since, (long long)op->number + 1),
		TMS_STR("+"), TMS_STR("COUNT"), TMS_STR(LOG_SLICE));
	tms_arena_rewind(&op->arena, mark);
}

/* "REVISION-n", and behind it field and value: the key. False: it is not one of ours. */
static bool read_entry(struct tms_store_op *op, const redisReply *entry, struct tms_str *key)
{
	if (entry->type != REDIS_REPLY_ARRAY || entry->elements != 2 ||
		entry->element[1]->type != REDIS_REPLY_ARRAY || entry->element[1]->elements != 2)
		return false;
	struct tms_str id = redis_text(entry->element[0]);
	size_t dash = tms_str_find_byte(id, '-', 0);
	if (dash == SIZE_MAX || !tms_str_int64(tms_str_slice(id, 0, dash), &op->since) ||
		!tms_str_int64(tms_str_slice(id, dash + 1, id.len), &op->number))
		return false;
	(void)store_reach(op, op->since);
	*key = tms_arena_copy(&op->arena, redis_text(entry->element[1]->element[1]));
	return true;
}

/* What the keys of the log are defined as now. */
static void on_values(struct redis *redis, struct tms_store_op *op, const redisReply *reply)
{
	if (reply->type != REDIS_REPLY_ARRAY || reply->elements != op->keys_count) {
		redis_fail(redis, op, TMS_STORE_OTHER, "Redis answered with other definitions");
		return;
	}
	for (size_t i = 0; i < reply->elements && !op->is_last; i++) {
		struct tms_store_row row = { .kind = TMS_STORE_ROW_DEFINITION, .key = op->keys[i] };
		if (reply->element[i]->type == REDIS_REPLY_NIL)
			row.kind = TMS_STORE_ROW_DEFINITION_GONE;
		else if (!redis_split_definition(
				 redis_text(reply->element[i]), &row.number, &row.bytes))
			refuse_rows(op);
		if (!op->is_last)
			op->is_last = !store_give_row(op, &row);
	}
	tms_arena_rewind(&op->arena, op->mark);
	if (op->is_last)
		end_listing(redis, op);
	else
		ask_log(redis, op);
}

static void on_log(struct redis *redis, struct tms_store_op *op, const redisReply *reply)
{
	size_t count = reply->type == REDIS_REPLY_ARRAY ? reply->elements : 0;

	if (count == 0) {
		store_reached_end(op);
		redis_finish(redis, op);
		return;
	}
	op->mark = tms_arena_mark(&op->arena);
	struct tms_str *words = TMS_ARENA_ARRAY(&op->arena, struct tms_str, count + 2);
	for (size_t i = 0; words && i < count; i++)
		if (!read_entry(op, reply->element[i], &words[i + 2])) {
			refuse_rows(op);
			end_listing(redis, op);
			return;
		}
	if (op->arena.status != TMS_OK) {
		redis_drop_later(redis, TMS_STORE_OTHER,
			"there is not enough memory for a command to Redis");
		return;
	}
	words[0] = TMS_STR("HMGET");
	words[1] = redis_fixed(op, "definitions");
	op->keys = words + 2;
	op->keys_count = count;
	redis_work(op)->next = on_values;
	redis_ask(redis, op, words, count + 2);
}

/* The revision before the first entry. */
static void on_log_revision(struct redis *redis, struct tms_store_op *op, const redisReply *reply)
{
	if (!read_counter(reply, &op->reply.revision)) {
		redis_fail(redis, op, TMS_STORE_REFUSED,
			"the revision under redis.prefix is no number");
		return;
	}
	if (op->since < op->reply.revision) {
		op->number = INT64_MAX - 1; /* behind all of that revision */
		ask_log(redis, op);
		return;
	}
	store_reached_end(op);
	redis_finish(redis, op);
}

/* ---- one value ---- */

static void on_value(struct redis *redis, struct tms_store_op *op, const redisReply *reply)
{
	struct tms_str value = redis_text(reply);

	op->reply.found = reply->type == REDIS_REPLY_STRING;
	if (op->reply.found && op->verb == TMS_STORE_DEFINITION_GET &&
		!redis_split_definition(value, &op->reply.revision, &value)) {
		redis_fail(redis, op, TMS_STORE_REFUSED,
			"a definition under redis.prefix is not one of Tamis");
		return;
	}
	op->reply.value = tms_arena_copy(&op->arena, value);
	redis_finish(redis, op);
}

/* ---- polling ---- */

static void on_probe(redisAsyncContext *context, void *answer, void *data)
{
	const redisReply *reply = answer;
	struct redis *redis = context->data;

	(void)data;
	if (reply && redis && redis->context == context && reply->type == REDIS_REPLY_STATUS)
		redis_note_up(redis);
}

/* While writes are refused, the poll finds out when they are not any more. */
static void probe(struct redis *redis, struct tms_store_op *op)
{
	struct tms_str key = redis_fixed(op, "probe");

	if (!key.len || !store_should_probe(&redis->store))
		return;
	(void)redisAsyncCommand(
		redis->context, on_probe, NULL, "SET %b 1 PX 1000", key.ptr, key.len);
}

static void on_poll(struct redis *redis, struct tms_store_op *op, const redisReply *reply)
{
	bool is_answer = reply->type == REDIS_REPLY_ARRAY && reply->elements == 2;

	if (!is_answer || !read_counter(reply->element[0], &op->reply.revision)) {
		redis_fail(redis, op, TMS_STORE_REFUSED,
			"the revision under redis.prefix is no number");
		return;
	}
	if (tms_str_equal(redis_text(reply->element[1]), tms_str_from(redis->identity))) {
		redis_check_again(redis);
		probe(redis, op);
		redis_finish(redis, op);
		return;
	}
	redis_drop_later(redis, TMS_STORE_DISCONNECTED,
		"the data at Redis was emptied or replaced: connecting anew");
	redis_finish(redis, op);
}

/* ---- the first commands ---- */

void redis_scan(struct redis *redis, struct tms_store_op *op)
{
	ask_slice(redis, op);
}

void redis_state_get(struct redis *redis, struct tms_store_op *op)
{
	bool is_host = op->state_kind == TMS_STORE_STATE_HOST;

	redis_work(op)->next = on_value;
	TMS_REDIS_ASK(
		redis, op, TMS_STR("GET"), redis_key(op, is_host ? "host:" : "state:", op->key));
}

void redis_result_get(struct redis *redis, struct tms_store_op *op)
{
	redis_work(op)->next = on_value;
	TMS_REDIS_ASK(redis, op, TMS_STR("GET"), redis_key(op, "result:", op->key));
}

void redis_definition_get(struct redis *redis, struct tms_store_op *op)
{
	redis_work(op)->next = on_value;
	TMS_REDIS_ASK(redis, op, TMS_STR("HGET"), redis_fixed(op, "definitions"), op->key);
}

void redis_definitions_list(struct redis *redis, struct tms_store_op *op)
{
	redis_work(op)->next = on_revision;
	TMS_REDIS_ASK(redis, op, TMS_STR("GET"), redis_fixed(op, "revision"));
}

void redis_definitions_changed(struct redis *redis, struct tms_store_op *op)
{
	redis_work(op)->next = on_log_revision;
	TMS_REDIS_ASK(redis, op, TMS_STR("GET"), redis_fixed(op, "revision"));
}

void redis_poll(struct redis *redis, struct tms_store_op *op)
{
	redis_work(op)->next = on_poll;
	TMS_REDIS_ASK(redis, op, TMS_STR("MGET"), redis_fixed(op, "revision"),
		redis_fixed(op, "identity"));
}
