#include "test.h"

#include <tamis/arena.h>
#include <tamis/buf.h>
#include <tamis/diag.h>
#include <tamis/hash.h>
#include <tamis/time.h>

static void an_arena_gives_zeroed_memory_and_takes_back_to_a_mark(void **state)
{
	struct tms_arena arena = { 0 };
	(void)state;

	for (int round = 0; round < 3; round++) {
		size_t mark = tms_arena_mark(&arena);
		for (int i = 0; i < 1000; i++) {
			unsigned char *p = tms_arena_alloc(&arena, 100);
			assert_non_null(p);
			for (int k = 0; k < 100; k++)
				assert_int_equal(p[k], 0);
			memset(p, 0xff, 100);
		}
		tms_arena_rewind(&arena, mark);
		assert_int_equal(tms_arena_mark(&arena), mark);
		assert_non_null(tms_arena_alloc(&arena, 10));
	}
	tms_arena_free(&arena);
	assert_null(arena.newest);
}

static void an_arena_has_what_it_expects_in_one_piece_within_its_limit(void **state)
{
	struct tms_arena arena = { 0 }, limited = { .max_bytes = 1000 };

	(void)state;
	tms_arena_expect(&arena, 100000);
	const char *first = tms_arena_alloc(&arena, 16);
	assert_non_null(first);
	for (size_t i = 1; i < 100000 / 16; i++)
		assert_ptr_equal(tms_arena_alloc(&arena, 16), first + 16 * i);
	tms_arena_free(&arena);
	/* what is small and known takes no more from the system */
	tms_arena_expect(&arena, 160);
	assert_true(tms_arena_bytes(&arena) < 160 + 64);
	first = tms_arena_alloc(&arena, 80);
	assert_ptr_equal(tms_arena_alloc(&arena, 80), first + 80);
	size_t before = tms_arena_bytes(&arena);
	assert_non_null(tms_arena_alloc(&arena, 16));
	assert_true(tms_arena_bytes(&arena) > before);
	tms_arena_free(&arena);
	assert_int_equal(tms_arena_bytes(&arena), 0);
	tms_arena_expect(&limited, SIZE_MAX);
	assert_int_equal(limited.status, TMS_OK);
	assert_non_null(tms_arena_alloc(&limited, 900));
	assert_null(tms_arena_alloc(&limited, 200));
	tms_arena_free(&limited);
}

static void an_arena_that_expects_its_texts_fits_them(void **state)
{
	static const struct tms_str texts[] = { TMS_STR_INIT(""), TMS_STR_INIT("fifteen letters"),
		TMS_STR_INIT("sixteen letters,"), TMS_STR_INIT("/f/token.atom") };
	struct tms_arena arena = { 0 };
	size_t bytes = 0;
	(void)state;

	for (size_t i = 0; i < TMS_COUNT(texts); i++)
		bytes += tms_arena_copy_bytes(texts[i].len);
	tms_arena_expect(&arena, bytes);
	size_t before = tms_arena_bytes(&arena);
	for (size_t i = 0; i < TMS_COUNT(texts); i++)
		assert_non_null(tms_arena_copy(&arena, texts[i]).ptr);
	assert_int_equal(tms_arena_bytes(&arena), before);
	assert_int_equal(arena.used_bytes, bytes);
	tms_arena_free(&arena);
}

static void an_arena_says_that_its_limit_was_reached(void **state)
{
	struct tms_arena arena = { .max_bytes = 1000 };
	(void)state;

	assert_non_null(tms_arena_alloc(&arena, 900));
	assert_null(tms_arena_alloc(&arena, 200));
	assert_int_equal(arena.status, TMS_ELIMIT);
	assert_null(tms_arena_calloc(&arena, SIZE_MAX / 2, 16));
	assert_null(tms_arena_room(&arena, SIZE_MAX / 2, 16));
	assert_null(tms_arena_room(&arena, 2, 100));
	assert_non_null(tms_arena_room(&arena, 1, 10));
	tms_arena_free(&arena);
}

static void a_buffer_keeps_its_first_failure_and_cuts_nothing(void **state)
{
	struct tms_buf buf = { .max = 10 };
	(void)state;

	tms_buf_format(&buf, "%s", "0123456789");
	assert_int_equal(buf.status, TMS_OK);
	tms_buf_add_char(&buf, 'x');
	assert_int_equal(buf.status, TMS_ELIMIT);
	assert_str(tms_buf_str(&buf), "0123456789");
	tms_buf_free(&buf);
}

static void an_arena_takes_what_a_buffer_holds_and_frees_it(void **state)
{
	struct tms_arena arena = { 0 };
	struct tms_buf buf = { .max = 10 };

	(void)state;
	tms_buf_format(&buf, "%s", "0123456789");
	struct tms_str taken = tms_arena_take(&arena, &buf);
	assert_str(taken, "0123456789");
	assert_int_equal(taken.ptr[taken.len], '\0');
	assert_null(buf.ptr);
	assert_int_equal(buf.len, 0);
	assert_int_equal(buf.max, 10);
	taken = tms_arena_take(&arena, &buf);
	assert_int_equal(taken.len, 0);
	assert_non_null(taken.ptr);
	assert_int_equal(arena.status, TMS_OK);
	tms_arena_free(&arena);
}

static void a_buffer_that_failed_fails_the_arena_and_gives_nothing(void **state)
{
	struct tms_arena arena = { 0 };
	struct tms_buf cut = { .max = 10 }, broken = { .status = TMS_ENOMEM };

	(void)state;
	tms_buf_format(&cut, "%s", "0123456789");
	tms_buf_add_char(&cut, 'x');
	assert_null(tms_arena_take(&arena, &cut).ptr);
	assert_null(cut.ptr);
	assert_int_equal(arena.status, TMS_ELIMIT);
	/* the first failure of an arena stays */
	assert_null(tms_arena_take(&arena, &broken).ptr);
	assert_int_equal(arena.status, TMS_ELIMIT);
	tms_arena_free(&arena);
}

static void a_map_finds_what_was_put_and_not_what_was_removed(void **state)
{
	struct tms_map map = { .seed = { 1, 2 } };
	struct tms_arena arena = { 0 };
	int values[3000];
	(void)state;

	for (int i = 0; i < 3000; i++) {
		struct tms_str key = tms_arena_format(&arena, "key %d", i);
		assert_int_equal(tms_map_put(&map, key, &values[i]), TMS_OK);
		if (i % 3 == 0)
			assert_ptr_equal(tms_map_remove(&map, key), &values[i]);
	}
	assert_int_equal(map.count, 2000);
	for (int i = 0; i < 3000; i++) {
		struct tms_str key = tms_arena_format(&arena, "key %d", i);
		assert_ptr_equal(tms_map_find(&map, key), i % 3 == 0 ? NULL : &values[i]);
	}
	size_t cursor = 0, seen = 0;
	void *value = NULL;
	while (tms_map_next(&map, &cursor, NULL, &value))
		seen++;
	assert_int_equal(seen, 2000);
	tms_map_free(&map);
	tms_arena_free(&arena);
}

static void hashes_are_siphash_1_3(void **state)
{
	(void)state;
	/* what CPython 3.11, whose bytes hash is SipHash-1-3, gives with PYTHONHASHSEED=0 */
	assert_true(tms_hash((struct tms_hash_seed){ 0 }, TMS_STR("saved searches")) ==
		    0xa0417b4fad9bfafU);
	assert_true(
		tms_hash((struct tms_hash_seed){ 0 }, TMS_STR("papers18")) == 0x4d52e6c9c511a533U);
}

static void calendar_and_instant_are_inverse(void **state)
{
	(void)state;
	for (tms_time t = -2000000000; t < 8000000000; t += 86399 * 97) {
		struct tms_civil civil = tms_time_to_civil(t);
		tms_time back = 0;
		assert_true(tms_time_from_civil(&civil, &back));
		assert_int_equal(back, t);
	}
	struct tms_civil none = { 2026, 2, 29, 0, 0, 0 };
	tms_time t = 5;
	assert_false(tms_time_from_civil(&none, &t));
	assert_int_equal(t, 5);
}

static void times_are_written_as_the_standards_say(void **state)
{
	struct tms_buf buf = { 0 };
	int year = 0, week = 0;
	(void)state;

	tms_time_write_rfc3339(&buf, 784111777);
	assert_str(tms_buf_str(&buf), "1994-11-06T08:49:37Z");
	tms_buf_clear(&buf);
	tms_time_write_http(&buf, 784111777);
	assert_str(tms_buf_str(&buf), "Sun, 06 Nov 1994 08:49:37 GMT");
	tms_time_iso_week(1609459200, &year, &week); /* 2021-01-01 is in week 53 of 2020 */
	assert_int_equal(year, 2020);
	assert_int_equal(week, 53);
	tms_buf_free(&buf);
}

static void spans_have_one_unit(void **state)
{
	static const struct {
		const char *why;
		struct tms_str in;
		int64_t want_s; /* -1: refused */
	} rows[] = {
		{ "seconds", TMS_STR_INIT("90s"), 90 },
		{ "hours", TMS_STR_INIT("6h"), 21600 },
		{ "weeks", TMS_STR_INIT("2w"), 1209600 },
		{ "a bare number has no unit", TMS_STR_INIT("90"), -1 },
		{ "signs are for nobody", TMS_STR_INIT("-1d"), -1 },
		{ "an unknown unit", TMS_STR_INIT("1y"), -1 },
		{ "overflow", TMS_STR_INIT("9223372036854775807w"), -1 },
		{ "empty", TMS_STR_INIT(""), -1 },
	};
	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		int64_t got = -1;
		if (tms_span_parse(rows[i].in, &got) != (rows[i].want_s >= 0) ||
			got != rows[i].want_s)
			fail_msg("%s", rows[i].why);
	}
}

TMS_PRINTF(2, 3)
static void set_from_list(struct tms_diag *diag, const char *format, ...)
{
	va_list args;

	*diag = (struct tms_diag){ 0 };
	va_start(args, format);
	tms_diag_vset(diag, 1, 1, format, args);
	va_end(args);
}

static void a_diag_counts_characters_and_never_splits_one(void **state)
{
	struct tms_diag diag = { 0 };
	uint32_t line = 0, column = 0;
	char many[800];
	(void)state;

	tms_diag_locate(TMS_STR("a\nb\xc3\xa9"
				"c"),
		5, &line, &column);
	assert_int_equal(line, 2);
	assert_int_equal(column, 3);
	for (size_t i = 0; i + 2 < sizeof(many); i += 2)
		memcpy(many + i, "\xc3\xa9", 3);
	tms_diag_set(&diag, 1, 1, "%s", many);
	assert_true(tms_str_ends(tms_str_from(diag.text), TMS_STR("\xc3\xa9\xe2\x80\xa6")));
	set_from_list(&diag, "%s", many);
	assert_true(tms_str_ends(tms_str_from(diag.text), TMS_STR("\xc3\xa9\xe2\x80\xa6")));
	tms_diag_prefix(&diag, "%s", "here: ");
	assert_true(tms_str_starts(tms_str_from(diag.text), TMS_STR("here: \xc3\xa9")));
}

static void a_diag_prints_nothing_that_a_terminal_obeys(void **state)
{
	static const struct {
		const char *why, *text, *want;
	} rows[] = {
		{ "escapes and line breaks", "a\033[31mb\r\nc\td\177", "a [31mb  c d " },
		{ "controls of two bytes",
			"a\xc2\x9b"
			"31m\xc2\xa0",
			"a 31m\xc2\xa0" },
		{ "what turns the text around",
			"a\xe2\x80\xae"
			"b\xe2\x81\xa9",
			"a b " },
		{ "bytes of another charset", "caf\xe9 cr\xe8me", "caf? cr?me" },
		{ "overlong, a surrogate, too large, cut off",
			"\xc0\xaf \xed\xa0\x80 \xf4\x90\x80\x80 \xf0\x9f\x98", "?? ??? ???? ???" },
		{ "what people write", "caf\xc3\xa9 \xe4\xb8\xad \xf0\x9f\x98\x80",
			"caf\xc3\xa9 \xe4\xb8\xad \xf0\x9f\x98\x80" },
	};
	struct tms_diag diag = { 0 };
	(void)state;

	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		tms_diag_set(&diag, 0, 0, "%s", rows[i].text);
		if (strcmp(diag.text, rows[i].want) != 0)
			fail_msg("%s: \"%s\"", rows[i].why, diag.text);
	}
}

static void a_diag_points_at_its_place_in_the_text(void **state)
{
	static const struct {
		const char *why;
		struct tms_diag diag;
		const char *text, *want;
	} rows[] = {
		{ "a plain line", { 1, 3, "odd" }, "abc", "1:3: odd\nabc\n  ^\n" },
		{ "the second line, after a character of two bytes", { 2, 3, "odd" },
			"a\n\xc3\xa9xy", "2:3: odd\n\xc3\xa9xy\n  ^\n" },
		{ "a tab stays one, so that the caret stands where the eye sees it",
			{ 1, 2, "odd" }, "\tb", "1:2: odd\n\tb\n\t^\n" },
		{ "behind the end", { 1, 4, "end" }, "abc", "1:4: end\nabc\n   ^\n" },
		{ "no place", { 0, 0, "odd" }, "abc", "odd\n" },
	};
	struct tms_buf buf = { 0 };

	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		tms_buf_clear(&buf);
		tms_diag_write(&buf, &rows[i].diag, tms_str_from(rows[i].text));
		if (!tms_str_equal(tms_buf_str(&buf), tms_str_from(rows[i].want)))
			fail_msg("%s: %.*s", rows[i].why, TMS_STR_ARGS(tms_buf_str(&buf)));
	}
	tms_buf_free(&buf);
}

static void numbers_are_read_whole_or_not_at_all(void **state)
{
	int64_t n = 7;
	double d = 0;
	(void)state;

	assert_true(tms_str_int64(TMS_STR("-9223372036854775808"), &n) && n == INT64_MIN);
	assert_false(tms_str_int64(TMS_STR("9223372036854775808"), &n));
	assert_false(tms_str_int64(TMS_STR("12a"), &n));
	assert_false(tms_str_int64(TMS_STR("-"), &n));
	assert_true(tms_str_double(TMS_STR(".45"), &d) && d > .449 && d < .451);
	assert_false(tms_str_double(TMS_STR("1.2.3"), &d));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_arena_gives_zeroed_memory_and_takes_back_to_a_mark),
		cmocka_unit_test(an_arena_has_what_it_expects_in_one_piece_within_its_limit),
		cmocka_unit_test(an_arena_that_expects_its_texts_fits_them),
		cmocka_unit_test(an_arena_says_that_its_limit_was_reached),
		cmocka_unit_test(a_buffer_keeps_its_first_failure_and_cuts_nothing),
		cmocka_unit_test(an_arena_takes_what_a_buffer_holds_and_frees_it),
		cmocka_unit_test(a_buffer_that_failed_fails_the_arena_and_gives_nothing),
		cmocka_unit_test(a_map_finds_what_was_put_and_not_what_was_removed),
		cmocka_unit_test(hashes_are_siphash_1_3),
		cmocka_unit_test(calendar_and_instant_are_inverse),
		cmocka_unit_test(times_are_written_as_the_standards_say),
		cmocka_unit_test(spans_have_one_unit),
		cmocka_unit_test(a_diag_counts_characters_and_never_splits_one),
		cmocka_unit_test(a_diag_prints_nothing_that_a_terminal_obeys),
		cmocka_unit_test(a_diag_points_at_its_place_in_the_text),
		cmocka_unit_test(numbers_are_read_whole_or_not_at_all),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
