/* What every store promises of definitions: nothing is lost, nobody overwrites what he has not
 * seen. */
#include "contract.h"

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
	EXPECT(&f->wait, tms_store_definition_get(f->store, key, CALL(&f->wait)), TMS_OK);
	assert_true(f->wait.found);
	assert_int_equal(f->wait.revision, second);
	assert_str(tms_buf_str(&f->wait.value), "2");
	change(f, (struct tms_store_change){ .key = key, .remove = true, .expected = second },
		TMS_OK);
	EXPECT(&f->wait, tms_store_definition_get(f->store, key, CALL(&f->wait)), TMS_OK);
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
	EXPECT(&f->wait, tms_store_definition_get(f->store, new, CALL(&f->wait)), TMS_OK);
	assert_false(f->wait.found);
	rename[1].expected = revision;
	EXPECT(&f->wait, tms_store_definitions_change(f->store, rename, 2, CALL(&f->wait)), TMS_OK);
	revision = f->wait.revision;
	EXPECT(&f->wait, tms_store_definition_get(f->store, old, CALL(&f->wait)), TMS_OK);
	assert_false(f->wait.found);
	EXPECT(&f->wait, tms_store_definition_get(f->store, new, CALL(&f->wait)), TMS_OK);
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

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_definition_changes_only_for_who_saw_its_revision),
		cmocka_unit_test(changes_happen_together_or_not_at_all),
		cmocka_unit_test(definitions_are_listed_with_their_revisions),
		cmocka_unit_test(another_process_notices_a_change_by_polling),
		cmocka_unit_test(two_editors_who_race_lose_no_edit),
	};

	return RUN_FOR_BOTH(tests);
}
