/* What every store promises of items, results and leases. */
#include "contract.h"

#include <tamis/hash.h>

/* ---- items ---- */

static void a_source_gives_back_what_was_applied(void **state)
{
	struct fixture *f = *state;
	struct tms_str source = TMS_STR("daily"), fetched = TMS_STR("etag 1");
	struct tms_store_item puts[] = { { TMS_STR("a"), TMS_STR("A") },
		{ TMS_STR("b"), TMS_STR("B") }, { TMS_STR("c"), TMS_STR("") } };
	struct tms_str removals[] = { TMS_STR("b"), TMS_STR("never there") };
	struct tms_store_retired retired[] = { { TMS_STR("c"), 1700000000 }, { TMS_STR("d"), 5 } };

	apply(f, source,
		(struct tms_store_batch){ .puts = puts, .put_count = 3, .fetch_state = &fetched });
	struct rows rows = load(f, source);
	assert_int_equal(rows.count, 3);
	assert_str(find_row(&rows, TMS_STORE_ROW_ITEM, TMS_STR("a"))->bytes, "A");
	assert_str(find_row(&rows, TMS_STORE_ROW_ITEM, TMS_STR("c"))->bytes, "");
	tms_arena_free(&rows.arena);

	puts[0].bytes = TMS_STR("A2");
	apply(f, source,
		(struct tms_store_batch){ .puts = puts,
			.put_count = 1,
			.removals = removals,
			.removal_count = 2,
			.retired = retired,
			.retired_count = 2 });
	rows = load(f, source);
	assert_int_equal(rows.count, 3);
	assert_str(find_row(&rows, TMS_STORE_ROW_ITEM, TMS_STR("a"))->bytes, "A2");
	assert_int_equal(find_row(&rows, TMS_STORE_ROW_RETIRED, TMS_STR("c"))->number, 1700000000);
	assert_int_equal(find_row(&rows, TMS_STORE_ROW_RETIRED, TMS_STR("d"))->number, 5);
	tms_arena_free(&rows.arena);

	apply(f, source, (struct tms_store_batch){ .forget_before_s = 1700000000 });
	rows = load(f, source);
	assert_int_equal(rows.count, 2);
	assert_non_null(find_row(&rows, TMS_STORE_ROW_RETIRED, TMS_STR("c")));
	tms_arena_free(&rows.arena);

	EXPECT(&f->wait,
		tms_store_state_get(f->store, TMS_STORE_STATE_SOURCE, source, CALL(&f->wait)),
		TMS_OK);
	assert_str(tms_buf_str(&f->wait.value), "etag 1");
}

static void an_unknown_source_is_empty_and_no_error(void **state)
{
	struct fixture *f = *state;
	struct rows rows = load(f, TMS_STR("unheard-of"));

	assert_int_equal(rows.count, 0);
	EXPECT(&f->wait,
		tms_store_state_get(
			f->store, TMS_STORE_STATE_SOURCE, TMS_STR("unheard-of"), CALL(&f->wait)),
		TMS_OK);
	assert_false(f->wait.found);
	EXPECT(&f->wait, store_source_delete(f->store, TMS_STR("unheard-of"), CALL(&f->wait)),
		TMS_OK);
}

static void a_deleted_source_is_gone_and_others_stay(void **state)
{
	struct fixture *f = *state;
	struct tms_store_item put = { TMS_STR("x"), TMS_STR("X") };
	struct tms_str state_bytes = TMS_STR("s");
	struct tms_store_batch batch = {
		.puts = &put, .put_count = 1, .fetch_state = &state_bytes
	};
	struct rows rows = { 0 };

	apply(f, TMS_STR("goes"), batch);
	apply(f, TMS_STR("stays"), batch);
	EXPECT(&f->wait, store_source_delete(f->store, TMS_STR("goes"), CALL(&f->wait)),
		TMS_OK);
	f->wait.row = collect;
	f->wait.row_context = &rows;
	EXPECT(&f->wait, store_sources_list(f->store, CALL(&f->wait)), TMS_OK);
	f->wait.row = NULL;
	assert_null(find_row(&rows, TMS_STORE_ROW_SOURCE, TMS_STR("goes")));
	assert_non_null(find_row(&rows, TMS_STORE_ROW_SOURCE, TMS_STR("stays")));
	tms_arena_free(&rows.arena);
	rows = load(f, TMS_STR("goes"));
	assert_int_equal(rows.count, 0);
	rows = load(f, TMS_STR("stays"));
	assert_int_equal(rows.count, 1);
	tms_arena_free(&rows.arena);
	EXPECT(&f->wait,
		tms_store_state_get(
			f->store, TMS_STORE_STATE_SOURCE, TMS_STR("goes"), CALL(&f->wait)),
		TMS_OK);
	assert_false(f->wait.found);
}

static void keys_and_values_are_any_bytes(void **state)
{
	static const struct {
		const char *why;
		struct tms_str key;
	} rows[] = {
		{ "a colon", TMS_STR_INIT("a:b") },
		{ "its percent-encoded form is another key", TMS_STR_INIT("a%3Ab") },
		{ "a NUL", TMS_STR_INIT("a\0b") },
		{ "a NUL at the end", TMS_STR_INIT("a\0") },
		{ "no NUL at the end", TMS_STR_INIT("a") },
		{ "line ends, as in the protocol of Redis", TMS_STR_INIT("a\r\n$3\r\nGET\r\n") },
		{ "wildcards", TMS_STR_INIT("*[a-z]?%_") },
		{ "bytes that are no UTF-8", TMS_STR_INIT("\xff\xfe\x80") },
		{ "quotes", TMS_STR_INIT("'; DROP TABLE item; --\"") },
		{ "words of commands", TMS_STR_INIT("%b %s %") },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_store_item put = { rows[i].key, rows[i].key };
		apply(f, rows[i].key, (struct tms_store_batch){ .puts = &put, .put_count = 1 });
		EXPECT(&f->wait,
			tms_store_state_put(f->store, TMS_STORE_STATE_HOST, rows[i].key,
				rows[i].key, CALL(&f->wait)),
			TMS_OK);
		EXPECT(&f->wait,
			tms_store_result_put(
				f->store, rows[i].key, rows[i].key, 600000, CALL(&f->wait)),
			TMS_OK);
	}
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct rows got = load(f, rows[i].key);
		const struct tms_store_row *row = find_row(&got, TMS_STORE_ROW_ITEM, rows[i].key);
		if (got.count != 1 || !row || !tms_str_equal(row->bytes, rows[i].key))
			fail_msg("an item: %s", rows[i].why);
		tms_arena_free(&got.arena);
		EXPECT(&f->wait,
			tms_store_state_get(
				f->store, TMS_STORE_STATE_HOST, rows[i].key, CALL(&f->wait)),
			TMS_OK);
		if (!tms_str_equal(tms_buf_str(&f->wait.value), rows[i].key))
			fail_msg("a host: %s", rows[i].why);
		EXPECT(&f->wait, tms_store_result_get(f->store, rows[i].key, CALL(&f->wait)),
			TMS_OK);
		if (!tms_str_equal(tms_buf_str(&f->wait.value), rows[i].key))
			fail_msg("a result: %s", rows[i].why);
		EXPECT(&f->wait, store_source_delete(f->store, rows[i].key, CALL(&f->wait)),
			TMS_OK);
	}
}

static void five_thousand_items_of_five_kilobytes_come_back_whole(void **state)
{
	enum { COUNT = 5000, BYTES = 5000 };
	struct fixture *f = *state;
	struct tms_arena arena = { 0 };
	struct tms_store_item *puts = TMS_ARENA_ARRAY(&arena, struct tms_store_item, COUNT);
	char *bytes = tms_arena_alloc(&arena, BYTES);
	struct tms_map seen = { 0 };

	memset(bytes, 'x', BYTES);
	for (size_t i = 0; i < COUNT; i++) {
		puts[i].id = tms_arena_format(&arena, "arxiv:2508.%05zu", i);
		memcpy(bytes, puts[i].id.ptr, puts[i].id.len);
		puts[i].bytes = tms_arena_copy(&arena, (struct tms_str){ bytes, BYTES });
	}
	apply(f, TMS_STR("big"), (struct tms_store_batch){ .puts = puts, .put_count = COUNT });
	struct rows rows = load(f, TMS_STR("big"));
	assert_int_equal(rows.count, COUNT);
	for (size_t i = 0; i < COUNT; i++) {
		assert_int_equal(rows.list[i].bytes.len, BYTES);
		assert_true(tms_str_starts(rows.list[i].bytes, rows.list[i].key));
		assert_null(tms_map_find(&seen, rows.list[i].key));
		assert_int_equal(tms_map_put(&seen, rows.list[i].key, &rows), TMS_OK);
	}
	tms_map_free(&seen);
	tms_arena_free(&rows.arena);
	tms_arena_free(&arena);
	EXPECT(&f->wait, store_source_delete(f->store, TMS_STR("big"), CALL(&f->wait)), TMS_OK);
}

static void a_batch_of_an_earlier_lease_is_refused_whole(void **state)
{
	struct fixture *f = *state;
	struct tms_str source = TMS_STR("fenced"), late = TMS_STR("late");
	struct tms_store_item put = { TMS_STR("x"), TMS_STR("new") },
			      old = { TMS_STR("x"), TMS_STR("old") };

	apply(f, source, (struct tms_store_batch){ .puts = &put, .put_count = 1, .fence = 8 });
	apply(f, source, (struct tms_store_batch){ .fence = 8 });
	struct tms_store_batch batch = {
		.puts = &old, .put_count = 1, .fetch_state = &late, .fence = 7
	};
	EXPECT(&f->wait, tms_store_items_apply(f->store, source, &batch, CALL(&f->wait)),
		TMS_ECONFLICT);
	struct rows rows = load(f, source);
	assert_str(find_row(&rows, TMS_STORE_ROW_ITEM, TMS_STR("x"))->bytes, "new");
	tms_arena_free(&rows.arena);
	EXPECT(&f->wait,
		tms_store_state_get(f->store, TMS_STORE_STATE_SOURCE, source, CALL(&f->wait)),
		TMS_OK);
	assert_false(f->wait.found);
	apply(f, source, (struct tms_store_batch){ .fence = 9 });
}

/* ---- results and leases ---- */

static bool is_found(struct fixture *f, struct tms_str key)
{
	EXPECT(&f->wait, tms_store_result_get(f->store, key, CALL(&f->wait)), TMS_OK);
	return f->wait.found;
}

static void a_result_is_found_until_it_expires(void **state)
{
	struct fixture *f = *state;
	struct tms_str brief = TMS_STR("brief"), lasting = TMS_STR("lasting");

	assert_false(is_found(f, brief));
	EXPECT(&f->wait,
		tms_store_result_put(f->store, lasting, TMS_STR("1"), 600000, CALL(&f->wait)),
		TMS_OK);
	EXPECT(&f->wait,
		tms_store_result_put(f->store, lasting, TMS_STR("22"), 600000, CALL(&f->wait)),
		TMS_OK);
	EXPECT(&f->wait, tms_store_result_put(f->store, brief, TMS_STR("b"), 20, CALL(&f->wait)),
		TMS_OK);
	while (is_found(f, brief)) /* ends by the store's clock, or the test's time runs out */
		stand_pause();
	assert_true(is_found(f, lasting));
	assert_str(tms_buf_str(&f->wait.value), "22");
}

static int64_t acquire(struct fixture *f, struct tms_str name, int64_t ttl_ms)
{
	EXPECT(&f->wait, tms_store_lease_acquire(f->store, name, ttl_ms, CALL(&f->wait)), TMS_OK);
	return f->wait.found ? f->wait.revision : 0;
}

static void a_lease_is_held_by_one_until_it_ends(void **state)
{
	struct fixture *f = *state;
	struct tms_str name = TMS_STR("refresh:daily");

	int64_t first = acquire(f, name, 600000);
	assert_true(first > 0);
	assert_int_equal(acquire(f, name, 600000), 0);
	int64_t other = acquire(f, TMS_STR("refresh:weekly"), 600000);
	assert_true(other > first);
	EXPECT(&f->wait, tms_store_lease_release(f->store, name, other, CALL(&f->wait)), TMS_OK);
	assert_false(f->wait.found); /* another's lease is left alone */
	assert_int_equal(acquire(f, name, 600000), 0);
	EXPECT(&f->wait, tms_store_lease_renew(f->store, name, other, 1, CALL(&f->wait)), TMS_OK);
	assert_false(f->wait.found);
	EXPECT(&f->wait, tms_store_lease_renew(f->store, name, first, 1, CALL(&f->wait)), TMS_OK);
	assert_true(f->wait.found);
	int64_t second;
	while (!(second = acquire(f, name, 600000))) /* renewed for 1 ms: it ends by itself */
		stand_pause();
	assert_true(second > other);
	EXPECT(&f->wait, tms_store_lease_renew(f->store, name, first, 600000, CALL(&f->wait)),
		TMS_OK);
	assert_false(f->wait.found);
	EXPECT(&f->wait, tms_store_lease_release(f->store, name, second, CALL(&f->wait)), TMS_OK);
	assert_true(f->wait.found);
	assert_true(acquire(f, name, 600000) > second);
}

static void two_instances_who_race_for_a_lease_do_not_both_get_it(void **state)
{
	struct fixture *f = *state;
	struct tms_store *stores[] = { f->store, f->open(&f->stand) };
	struct tms_store_wait waits[2] = { { .base = f->stand.base }, { .base = f->stand.base } };
	struct tms_str name = TMS_STR("raced");
	int64_t last = 0;

	EXPECT(&waits[1], store_ready(stores[1], CALL(&waits[1])), TMS_OK);
	for (int round = 0; round < 50; round++) {
		struct tms_store_op *ops[2];
		for (int i = 0; i < 2; i++)
			ops[i] = tms_store_lease_acquire(stores[i], name, 600000, CALL(&waits[i]));
		for (int i = 0; i < 2; i++)
			assert_int_equal(tms_store_wait(&waits[i], ops[i]), TMS_OK);
		assert_int_equal(waits[0].found + waits[1].found, 1);
		int winner = waits[1].found;
		assert_true(waits[winner].revision > last);
		last = waits[winner].revision;
		EXPECT(&f->wait, tms_store_lease_release(f->store, name, last, CALL(&f->wait)),
			TMS_OK);
		assert_true(f->wait.found);
	}
	tms_store_free(stores[1]);
	for (int i = 0; i < 2; i++)
		tms_store_wait_fini(&waits[i]);
}

static void all_is_there_after_opening_anew(void **state)
{
	struct fixture *f = *state;
	struct tms_store_item put = { TMS_STR("k"), TMS_STR("kept") };

	apply(f, TMS_STR("kept"), (struct tms_store_batch){ .puts = &put, .put_count = 1 });
	int64_t revision = change(f,
		(struct tms_store_change){ .key = TMS_STR("kept"),
			.bytes = TMS_STR("d"),
			.expected = TMS_STORE_ANY_REVISION },
		TMS_OK);
	EXPECT(&f->wait,
		tms_store_result_put(
			f->store, TMS_STR("kept"), TMS_STR("r"), 600000, CALL(&f->wait)),
		TMS_OK);
	tms_store_free(f->store);
	f->store = f->open(&f->stand);
	struct rows rows = load(f, TMS_STR("kept"));
	assert_str(find_row(&rows, TMS_STORE_ROW_ITEM, TMS_STR("k"))->bytes, "kept");
	tms_arena_free(&rows.arena);
	EXPECT(&f->wait, store_definition_get(f->store, TMS_STR("kept"), CALL(&f->wait)),
		TMS_OK);
	assert_int_equal(f->wait.revision, revision);
	assert_true(is_found(f, TMS_STR("kept")));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_source_gives_back_what_was_applied),
		cmocka_unit_test(an_unknown_source_is_empty_and_no_error),
		cmocka_unit_test(a_deleted_source_is_gone_and_others_stay),
		cmocka_unit_test(keys_and_values_are_any_bytes),
		cmocka_unit_test(five_thousand_items_of_five_kilobytes_come_back_whole),
		cmocka_unit_test(a_batch_of_an_earlier_lease_is_refused_whole),
		cmocka_unit_test(a_result_is_found_until_it_expires),
		cmocka_unit_test(a_lease_is_held_by_one_until_it_ends),
		cmocka_unit_test(two_instances_who_race_for_a_lease_do_not_both_get_it),
		cmocka_unit_test(all_is_there_after_opening_anew),
	};

	return RUN_FOR_EACH_STORE(tests);
}
