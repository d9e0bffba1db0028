/* What every store promises of definitions: nothing is lost, nobody overwrites what he has not
 * seen. */
#include "contract.h"

#include <hiredis/hiredis.h>
#include <sqlite3.h>

static void a_definition_changes_only_for_who_saw_its_revision(void **state)
{
	struct fixture *f = *state;
	struct tms_str key = TMS_STR("ana/agents");

	int64_t first =
		change(f, (struct tms_store_change){ .key = key, .bytes = TMS_STR("1") }, TMS_OK);
	assert_true(first > 0);
	int64_t shown = change(
		f, (struct tms_store_change){ .key = key, .bytes = TMS_STR("2") }, TMS_ECONFLICT);
	assert_int_equal(shown, first);
	assert_true(f->wait.found);
	assert_str(tms_buf_str(&f->wait.key), "ana/agents");
	assert_str(tms_buf_str(&f->wait.value), "1");
	assert_true(strlen(f->wait.diag.text) > 10);
	int64_t second = change(f,
		(struct tms_store_change){ .key = key, .bytes = TMS_STR("2"), .expected = first },
		TMS_OK);
	assert_true(second > first);
	change(f, (struct tms_store_change){ .key = key, .remove = true, .expected = first },
		TMS_ECONFLICT);
	EXPECT(&f->wait, store_definition_get(f->store, key, CALL(&f->wait)), TMS_OK);
	assert_true(f->wait.found);
	assert_int_equal(f->wait.revision, second);
	assert_str(tms_buf_str(&f->wait.value), "2");
	change(f, (struct tms_store_change){ .key = key, .remove = true, .expected = second },
		TMS_OK);
	EXPECT(&f->wait, store_definition_get(f->store, key, CALL(&f->wait)), TMS_OK);
	assert_false(f->wait.found);
	assert_int_equal(f->wait.revision, 0);
	change(f,
		(struct tms_store_change){ .key = key, .bytes = TMS_STR("3"), .expected = second },
		TMS_ECONFLICT);
	assert_false(f->wait.found);
	int64_t again =
		change(f, (struct tms_store_change){ .key = key, .bytes = TMS_STR("4") }, TMS_OK);
	assert_true(again > second); /* a revision is never used twice */
	change(f,
		(struct tms_store_change){
			.key = key, .remove = true, .expected = TMS_STORE_ANY_REVISION },
		TMS_OK);
}

static void changes_happen_together_or_not_at_all(void **state)
{
	struct fixture *f = *state;
	struct tms_str old = TMS_STR("bo/old"), new = TMS_STR("bo/new"),
		       other = TMS_STR("bo/other");

	int64_t revision =
		change(f, (struct tms_store_change){ .key = old, .bytes = TMS_STR("x") }, TMS_OK);
	struct tms_store_change rename[] = {
		{ .key = new, .bytes = TMS_STR("x") },
		{ .key = old, .remove = true, .expected = revision + 1 },
	};
	EXPECT(&f->wait, tms_store_definitions_change(f->store, rename, 2, CALL(&f->wait)),
		TMS_ECONFLICT);
	assert_str(tms_buf_str(&f->wait.key), "bo/old");
	EXPECT(&f->wait, store_definition_get(f->store, new, CALL(&f->wait)), TMS_OK);
	assert_false(f->wait.found);
	rename[1].expected = revision;
	EXPECT(&f->wait, tms_store_definitions_change(f->store, rename, 2, CALL(&f->wait)), TMS_OK);
	revision = f->wait.revision;
	EXPECT(&f->wait, store_definition_get(f->store, old, CALL(&f->wait)), TMS_OK);
	assert_false(f->wait.found);
	EXPECT(&f->wait, store_definition_get(f->store, new, CALL(&f->wait)), TMS_OK);
	assert_int_equal(f->wait.revision, revision);
	struct tms_store_change twice[] = { { .key = other }, { .key = other } };
	EXPECT(&f->wait, tms_store_definitions_change(f->store, twice, 2, CALL(&f->wait)),
		TMS_EINVAL);
	EXPECT(&f->wait, tms_store_definitions_change(f->store, twice, 0, CALL(&f->wait)),
		TMS_EINVAL);
	change(f,
		(struct tms_store_change){
			.key = new, .remove = true, .expected = TMS_STORE_ANY_REVISION },
		TMS_OK);
}

static void definitions_are_listed_with_their_revisions(void **state)
{
	struct fixture *f = *state;
	struct tms_arena arena = { 0 };
	struct tms_store_change changes[1200];
	struct rows rows = { 0 };

	for (size_t i = 0; i < TMS_COUNT(changes); i++)
		changes[i] =
			(struct tms_store_change){ .key = tms_arena_format(&arena, "user/%zu", i),
				.bytes = TMS_STR("{\"a\":\"b:c\"}") };
	EXPECT(&f->wait,
		tms_store_definitions_change(f->store, changes, TMS_COUNT(changes), CALL(&f->wait)),
		TMS_OK);
	int64_t revision = f->wait.revision;
	f->wait.row = collect;
	f->wait.row_context = &rows;
	EXPECT(&f->wait, tms_store_definitions_list(f->store, CALL(&f->wait)), TMS_OK);
	f->wait.row = NULL;
	assert_int_equal(f->wait.revision, revision);
	assert_int_equal(rows.count, TMS_COUNT(changes));
	for (size_t i = 0; i < rows.count; i++) {
		assert_str(rows.list[i].bytes, "{\"a\":\"b:c\"}");
		assert_int_equal(rows.list[i].number, revision);
	}
	for (size_t i = 0; i < TMS_COUNT(changes); i++)
		changes[i] = (struct tms_store_change){
			.key = changes[i].key, .remove = true, .expected = revision
		};
	EXPECT(&f->wait,
		tms_store_definitions_change(f->store, changes, TMS_COUNT(changes), CALL(&f->wait)),
		TMS_OK);
	tms_arena_free(&rows.arena);
	tms_arena_free(&arena);
}

static void another_process_notices_a_change_by_polling(void **state)
{
	struct fixture *f = *state;
	struct tms_store *other = f->open(&f->stand);
	struct tms_store_change rotate = {
		.key = TMS_STR("ana/x"), .bytes = TMS_STR("1"), .expected = TMS_STORE_ANY_REVISION
	};

	EXPECT(&f->wait, tms_store_poll(f->store, CALL(&f->wait)), TMS_OK);
	int64_t before = f->wait.revision;
	EXPECT(&f->wait, tms_store_poll(f->store, CALL(&f->wait)), TMS_OK);
	assert_int_equal(f->wait.revision, before);
	EXPECT(&f->wait, tms_store_definitions_change(other, &rotate, 1, CALL(&f->wait)), TMS_OK);
	EXPECT(&f->wait, tms_store_poll(f->store, CALL(&f->wait)), TMS_OK);
	assert_true(f->wait.revision > before);
	rotate.remove = true;
	before = f->wait.revision;
	EXPECT(&f->wait, tms_store_definitions_change(other, &rotate, 1, CALL(&f->wait)), TMS_OK);
	EXPECT(&f->wait, tms_store_poll(f->store, CALL(&f->wait)), TMS_OK);
	assert_true(f->wait.revision > before);
	tms_store_free(other);
}

static void two_editors_who_race_lose_no_edit(void **state)
{
	enum { EDITS = 30 };
	struct fixture *f = *state;
	struct tms_store *stores[] = { f->store, f->open(&f->stand) };
	struct tms_store_wait waits[2] = { { .base = f->stand.base }, { .base = f->stand.base } };
	struct tms_store_change edits[2];
	int64_t seen[2] = { 0, 0 };
	int won = 0;

	while (won < EDITS) {
		struct tms_store_op *ops[2];
		for (int i = 0; i < 2; i++) {
			edits[i] = (struct tms_store_change){ .key = TMS_STR("raced"),
				.bytes = TMS_STR("edit"),
				.expected = seen[i] };
			ops[i] = tms_store_definitions_change(
				stores[i], &edits[i], 1, CALL(&waits[i]));
		}
		int won_now = 0;
		for (int i = 0; i < 2; i++) {
			enum tms_status st = tms_store_wait(&waits[i], ops[i]);
			assert_true(st == TMS_OK || st == TMS_ECONFLICT);
			won_now += st == TMS_OK;
			seen[i] = waits[i].revision;
		}
		assert_true(won_now <= 1 || seen[0] != seen[1]);
		if (won_now == 2) /* then one came wholly after the other, and had expected that */
			assert_true(edits[0].expected == seen[1] || edits[1].expected == seen[0]);
		won += won_now;
	}
	tms_store_free(stores[1]);
	for (int i = 0; i < 2; i++)
		tms_store_wait_fini(&waits[i]);
}

/* ---- what changed ---- */

static struct rows changed_since(struct fixture *f, struct tms_store *store, int64_t since)
{
	struct rows rows = { 0 };

	f->wait.row = collect;
	f->wait.row_context = &rows;
	EXPECT(&f->wait, tms_store_definitions_changed(store, since, CALL(&f->wait)), TMS_OK);
	f->wait.row = NULL;
	return rows;
}

/* The last row of a key: the newest. */
static const struct tms_store_row *last_row(const struct rows *rows, struct tms_str key)
{
	for (size_t i = rows->count; i > 0; i--)
		if (tms_str_equal(rows->list[i - 1].key, key))
			return &rows->list[i - 1];
	return NULL;
}

static void what_changed_since_a_revision_is_told_and_nothing_else(void **state)
{
	struct fixture *f = *state;
	struct tms_store *other = f->open(&f->stand);
	struct tms_str kept = TMS_STR("cy/kept"), edited = TMS_STR("cy/edited"),
		       gone = TMS_STR("cy/gone");

	change(f, (struct tms_store_change){ .key = kept, .bytes = TMS_STR("1") }, TMS_OK);
	change(f, (struct tms_store_change){ .key = edited, .bytes = TMS_STR("1") }, TMS_OK);
	int64_t since =
		change(f, (struct tms_store_change){ .key = gone, .bytes = TMS_STR("1") }, TMS_OK);
	struct rows rows = changed_since(f, other, since);
	assert_true(f->wait.found);
	assert_int_equal(f->wait.revision, since);
	assert_int_equal(rows.count, 0);
	int64_t first = change(f,
		(struct tms_store_change){
			.key = edited, .bytes = TMS_STR("2"), .expected = TMS_STORE_ANY_REVISION },
		TMS_OK);
	int64_t second = change(f,
		(struct tms_store_change){
			.key = gone, .remove = true, .expected = TMS_STORE_ANY_REVISION },
		TMS_OK);
	rows = changed_since(f, other, since);
	assert_true(f->wait.found);
	assert_int_equal(f->wait.revision, second);
	assert_null(last_row(&rows, kept));
	const struct tms_store_row *row = last_row(&rows, edited);
	assert_non_null(row);
	assert_int_equal(row->kind, TMS_STORE_ROW_DEFINITION);
	assert_int_equal(row->number, first);
	assert_str(row->bytes, "2");
	row = last_row(&rows, gone);
	assert_non_null(row);
	assert_int_equal(row->kind, TMS_STORE_ROW_DEFINITION_GONE);
	tms_arena_free(&rows.arena);
	rows = changed_since(f, other, first);
	assert_true(f->wait.found);
	assert_null(last_row(&rows, edited));
	assert_non_null(last_row(&rows, gone));
	tms_arena_free(&rows.arena);
	tms_store_free(other);
}

static void a_revision_that_the_store_never_had_is_not_known(void **state)
{
	struct fixture *f = *state;

	EXPECT(&f->wait, tms_store_poll(f->store, CALL(&f->wait)), TMS_OK);
	struct rows rows = changed_since(f, f->store, f->wait.revision + 1);
	assert_false(f->wait.found);
	tms_arena_free(&rows.arena);
}

/* Takes entries of one revision out of the log, as if a program had written that knows no log. */
static void forget_logged(const struct fixture *f, int64_t revision)
{
	char path[100], text[100];
	sqlite3 *db = NULL;

	if (!f->stand.redis) {
		stand_path(&f->stand, "tamis.db", path);
		assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
		snprintf(text, sizeof(text), "DELETE FROM change WHERE revision = %lld",
			(long long)revision);
		assert_int_equal(sqlite3_exec(db, text, NULL, NULL, NULL), SQLITE_OK);
		assert_int_equal(sqlite3_changes(db), 1);
		sqlite3_close(db);
		return;
	}
	stand_path(&f->stand, "redis.sock", path);
	redisContext *context = redisConnectUnix(path);
	assert_true(context && !context->err);
	redisReply *reply = redisCommand(context, "XDEL tamis:changes %lld-1", (long long)revision);
	assert_true(reply && reply->type == REDIS_REPLY_INTEGER && reply->integer == 1);
	freeReplyObject(reply);
	redisFree(context);
}

static void a_change_by_a_program_without_a_log_is_not_missed(void **state)
{
	struct fixture *f = *state;
	struct tms_store_change edit = {
		.key = TMS_STR("dee/x"), .bytes = TMS_STR("1"), .expected = TMS_STORE_ANY_REVISION
	};

	int64_t first = change(f, edit, TMS_OK);
	int64_t second = change(f, edit, TMS_OK);
	int64_t third = change(f, edit, TMS_OK);
	forget_logged(f, second);
	struct rows rows = changed_since(f, f->store, first);
	assert_false(f->wait.found); /* in the middle */
	tms_arena_free(&rows.arena);
	rows = changed_since(f, f->store, second);
	assert_true(f->wait.found); /* before what is asked for */
	tms_arena_free(&rows.arena);
	forget_logged(f, third);
	rows = changed_since(f, f->store, second);
	assert_false(f->wait.found); /* at the end */
	assert_int_equal(rows.count, 0);
}

/* ---- many ---- */

struct many {
	size_t rows, changes,
		most; /* rows in all; of them with what was asked; most in one round */
	bool cancels;
	struct tms_store_op *op;
};

static void count_row(void *context, const struct tms_store_row *row)
{
	struct many *many = context;

	many->rows++;
	many->changes += tms_str_starts(row->key, TMS_STR("many/"));
	if (many->cancels)
		tms_store_cancel(many->op);
}

/* Runs the loop round by round until the operation is done. */
static void run_by_rounds(struct fixture *f, struct many *many)
{
	while (!f->wait.is_done && !(many->cancels && many->rows > 0)) {
		size_t before = many->rows;
		assert_int_equal(event_base_loop(f->stand.base, EVLOOP_ONCE), 0);
		if (many->rows - before > many->most)
			many->most = many->rows - before;
	}
}

static void change_many(struct fixture *f, size_t count, bool remove)
{
	enum { AT_ONCE = 5000 };
	static struct tms_store_change changes[AT_ONCE];

	for (size_t begin = 0; begin < count; begin += AT_ONCE) {
		struct tms_arena arena = { 0 };
		for (size_t i = 0; i < AT_ONCE; i++)
			changes[i] = (struct tms_store_change){ .key = tms_arena_format(&arena,
									"many/%zu", begin + i),
				.bytes = TMS_STR(
					"what a feed is, in about so many bytes as it takes"),
				.expected = TMS_STORE_ANY_REVISION,
				.remove = remove };
		EXPECT(&f->wait,
			tms_store_definitions_change(f->store, changes, AT_ONCE, CALL(&f->wait)),
			TMS_OK);
		tms_arena_free(&arena);
	}
}

static void many_definitions_are_listed_in_slices(void **state)
{
	enum { MANY = 100000 };
	struct fixture *f = *state;
	struct many many = { 0 };

	EXPECT(&f->wait, tms_store_poll(f->store, CALL(&f->wait)), TMS_OK);
	int64_t since = f->wait.revision;
	change_many(f, MANY, false);
	f->wait.row = count_row;
	f->wait.row_context = &many;
	many.op = tms_store_definitions_list(f->store, CALL(&f->wait));
	run_by_rounds(f, &many);
	assert_int_equal(f->wait.status, TMS_OK);
	assert_int_equal(many.changes, MANY);
	assert_true(many.most <= TMS_STORE_SLICE_ROWS);
	/* more changes than the log keeps: said, not guessed */
	many = (struct many){ 0 };
	many.op = tms_store_definitions_changed(f->store, since, CALL(&f->wait));
	run_by_rounds(f, &many);
	assert_int_equal(f->wait.status, TMS_OK);
	assert_false(f->wait.found);
	assert_true(many.most <= TMS_STORE_SLICE_ROWS);
	f->wait.row = NULL;
	change_many(f, MANY, true);
}

static void a_listing_that_nobody_wants_any_more_leaves_the_store_at_work(void **state)
{
	struct fixture *f = *state;
	struct many many = { .cancels = true };

	change_many(f, 5000, false);
	f->wait.row = count_row;
	f->wait.row_context = &many;
	many.op = tms_store_definitions_list(f->store, CALL(&f->wait));
	run_by_rounds(f, &many);
	assert_int_equal(many.rows, 1);
	f->wait.row = NULL;
	EXPECT(&f->wait, tms_store_poll(f->store, CALL(&f->wait)), TMS_OK);
	assert_int_equal(many.rows, 1);
	assert_int_equal(store_pending(f->store), 0);
	change_many(f, 5000, true);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_definition_changes_only_for_who_saw_its_revision),
		cmocka_unit_test(changes_happen_together_or_not_at_all),
		cmocka_unit_test(definitions_are_listed_with_their_revisions),
		cmocka_unit_test(another_process_notices_a_change_by_polling),
		cmocka_unit_test(two_editors_who_race_lose_no_edit),
		cmocka_unit_test(what_changed_since_a_revision_is_told_and_nothing_else),
		cmocka_unit_test(a_revision_that_the_store_never_had_is_not_known),
		cmocka_unit_test(a_change_by_a_program_without_a_log_is_not_missed),
		cmocka_unit_test(many_definitions_are_listed_in_slices),
		cmocka_unit_test(a_listing_that_nobody_wants_any_more_leaves_the_store_at_work),
	};

	return RUN_FOR_EACH_STORE(tests);
}
