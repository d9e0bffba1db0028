/* The operations that only read. Big hashes come in slices (HSCAN), so that nobody blocks Redis. */
#include "redis.h"

#include <math.h>
#include <stdlib.h>

/* ---- listings ---- */

struct listing {
	const char *command; /* HSCAN, ZSCAN, SSCAN */
	const char *kind;    /* of the key */
	const char *count;   /* elements that Redis looks at in one go */
	enum tms_store_row_kind row;
	size_t width; /* reply elements for one row */
};

static const struct listing items = { "HSCAN", "items:", "200", TMS_STORE_ROW_ITEM, 2 };
static const struct listing retired = { "ZSCAN", "retired:", "1000", TMS_STORE_ROW_RETIRED, 2 };
static const struct listing sources = { "SSCAN", "sources", "500", TMS_STORE_ROW_SOURCE, 1 };
static const struct listing definitions = { "HSCAN", "definitions", "200", TMS_STORE_ROW_DEFINITION,
	2 };

static const struct listing *listing_of(const struct tms_store_op *op)
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

bool tms_redis_split_definition(struct tms_str stored, int64_t *revision, struct tms_str *bytes)
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

static bool read_row(
	const struct listing *listing, redisReply *const *elements, struct tms_store_row *row)
{
	*row = (struct tms_store_row){ .kind = listing->row, .key = tms_redis_text(elements[0]) };
	switch (listing->row) {
	case TMS_STORE_ROW_ITEM:
		row->bytes = tms_redis_text(elements[1]);
		return true;
	case TMS_STORE_ROW_RETIRED:
		return parse_score(tms_redis_text(elements[1]), &row->number);
	case TMS_STORE_ROW_DEFINITION:
		return tms_redis_split_definition(
			tms_redis_text(elements[1]), &row->number, &row->bytes);
	case TMS_STORE_ROW_SOURCE:
		break;
	}
	return true;
}

/* A scan may give a key twice when the hash grows meanwhile; a listing does not. */
static bool is_new(struct tms_store_op *op, struct tms_str key)
{
	if (tms_map_find(&op->seen, key))
		return false;
	struct tms_str copy = tms_arena_copy(&op->arena, key);
	if (op->arena.status == TMS_OK && tms_map_put(&op->seen, copy, op) != TMS_OK)
		op->arena.status = TMS_ENOMEM;
	return true;
}

/* False: nobody wants more. */
static bool give_rows(struct tms_redis *redis, struct tms_store_op *op, const redisReply *rows)
{
	const struct listing *listing = listing_of(op);

	for (size_t i = 0; i + listing->width <= rows->elements; i += listing->width) {
		struct tms_store_row row;
		if (!read_row(listing, rows->element + i, &row)) {
			tms_redis_fail(redis, op, TMS_STORE_REFUSED,
				"a key under store.prefix holds something that is not of Tamis");
			return false;
		}
		if (is_new(op, row.key) && !tms_store_give_row(op, &row)) {
			tms_redis_finish(redis, op);
			return false;
		}
	}
	return true;
}

static void on_slice(struct tms_redis *redis, struct tms_store_op *op, const redisReply *reply);

static void ask_slice(struct tms_redis *redis, struct tms_store_op *op)
{
	const struct listing *listing = listing_of(op);
	size_t mark = tms_arena_mark(&op->arena);
	struct tms_str cursor = op->cursor.len ? op->cursor : TMS_STR("0");

	tms_redis_work(op)->next = on_slice;
	TMS_REDIS_ASK(redis, op, tms_str_from(listing->command),
		tms_redis_key(op, listing->kind, op->key), cursor, TMS_STR("COUNT"),
		tms_str_from(listing->count));
	tms_arena_rewind(&op->arena, mark);
}

static void on_slice(struct tms_redis *redis, struct tms_store_op *op, const redisReply *reply)
{
	if (reply->type != REDIS_REPLY_ARRAY || reply->elements != 2 ||
		reply->element[1]->type != REDIS_REPLY_ARRAY) {
		tms_redis_fail(redis, op, TMS_STORE_OTHER, "Redis answered a scan with no listing");
		return;
	}
	if (!give_rows(redis, op, reply->element[1]))
		return;
	op->cursor = tms_arena_copy(&op->arena, tms_redis_text(reply->element[0]));
	if (tms_str_equal(op->cursor, TMS_STR("0"))) {
		op->cursor = (struct tms_str){ 0 };
		if (op->verb != TMS_STORE_ITEMS_LOAD || op->step == 1) {
			tms_redis_finish(redis, op);
			return;
		}
		op->step = 1;
		tms_map_free(&op->seen);
	}
	ask_slice(redis, op);
}

static bool read_counter(const redisReply *reply, int64_t *out)
{
	*out = 0;
	return reply->type == REDIS_REPLY_NIL || tms_str_int64(tms_redis_text(reply), out);
}

/* The revision before the first row of definitions. */
static void on_revision(struct tms_redis *redis, struct tms_store_op *op, const redisReply *reply)
{
	if (read_counter(reply, &op->reply.revision))
		ask_slice(redis, op);
	else
		tms_redis_fail(redis, op, TMS_STORE_REFUSED,
			"the revision under store.prefix is no number");
}

/* ---- one value ---- */

static void on_value(struct tms_redis *redis, struct tms_store_op *op, const redisReply *reply)
{
	struct tms_str value = tms_redis_text(reply);

	op->reply.found = reply->type == REDIS_REPLY_STRING;
	if (op->reply.found && op->verb == TMS_STORE_DEFINITION_GET &&
		!tms_redis_split_definition(value, &op->reply.revision, &value)) {
		tms_redis_fail(redis, op, TMS_STORE_REFUSED,
			"a definition under store.prefix is not one of Tamis");
		return;
	}
	op->reply.value = tms_arena_copy(&op->arena, value);
	tms_redis_finish(redis, op);
}

/* ---- polling ---- */

static void on_probe(redisAsyncContext *context, void *answer, void *data)
{
	const redisReply *reply = answer;
	struct tms_redis *redis = context->data;

	(void)data;
	if (reply && redis && redis->context == context && reply->type == REDIS_REPLY_STATUS)
		tms_store_note_up(&redis->store);
}

/* While writes are refused, the poll finds out when they are not any more. */
static void probe(struct tms_redis *redis, struct tms_store_op *op)
{
	struct tms_str key = tms_redis_fixed(op, "probe");

	if (!key.len || !tms_store_should_probe(&redis->store))
		return;
	(void)redisAsyncCommand(
		redis->context, on_probe, NULL, "SET %b 1 PX 1000", key.ptr, key.len);
}

static void on_poll(struct tms_redis *redis, struct tms_store_op *op, const redisReply *reply)
{
	bool is_answer = reply->type == REDIS_REPLY_ARRAY && reply->elements == 2;

	if (!is_answer || !read_counter(reply->element[0], &op->reply.revision)) {
		tms_redis_fail(redis, op, TMS_STORE_REFUSED,
			"the revision under store.prefix is no number");
		return;
	}
	if (tms_str_equal(tms_redis_text(reply->element[1]), tms_str_from(redis->identity))) {
		probe(redis, op);
		tms_redis_finish(redis, op);
		return;
	}
	tms_redis_drop_later(redis, TMS_STORE_DISCONNECTED,
		"the data at Redis was emptied or replaced: connecting anew");
	tms_redis_finish(redis, op);
}

void tms_redis_begin_read(struct tms_redis *redis, struct tms_store_op *op)
{
	struct tms_redis_work *work = tms_redis_work(op);
	bool is_host = op->state_kind == TMS_STORE_STATE_HOST;

	work->next = on_value;
	switch (op->verb) {
	case TMS_STORE_STATE_GET:
		TMS_REDIS_ASK(redis, op, TMS_STR("GET"),
			tms_redis_key(op, is_host ? "host:" : "state:", op->key));
		break;
	case TMS_STORE_RESULT_GET:
		TMS_REDIS_ASK(redis, op, TMS_STR("GET"), tms_redis_key(op, "result:", op->key));
		break;
	case TMS_STORE_DEFINITION_GET:
		TMS_REDIS_ASK(
			redis, op, TMS_STR("HGET"), tms_redis_fixed(op, "definitions"), op->key);
		break;
	case TMS_STORE_POLL:
		work->next = on_poll;
		TMS_REDIS_ASK(redis, op, TMS_STR("MGET"), tms_redis_fixed(op, "revision"),
			tms_redis_fixed(op, "identity"));
		break;
	case TMS_STORE_DEFINITIONS_LIST:
		work->next = on_revision;
		TMS_REDIS_ASK(redis, op, TMS_STR("GET"), tms_redis_fixed(op, "revision"));
		break;
	default:
		ask_slice(redis, op);
		break;
	}
}
