/* The rule of <tamis/window.h> by which items leave, row by row. history_test.c plays it at random. */
#include "../make.h"

#include <stdio.h>

#define MANY 12

static const struct tms_str latest = TMS_STR_INIT("latest"), day = TMS_STR_INIT("date/2026-03-02"),
			    month = TMS_STR_INIT("month/2026-03");

static size_t papers(struct tms_item items[MANY])
{
	static char ids[MANY][32];

	for (size_t i = 0; i < MANY; i++) {
		(void)snprintf(ids[i], sizeof(ids[i]), "arxiv:2603.000%02zu", i);
		items[i] = make_item(ids[i], "Paper", TMS_ORIGIN_HF_API);
	}
	return MANY;
}

static struct tms_apply_report list(struct tms_window *window, struct tms_str key,
	struct tms_item *items, size_t count, tms_time now)
{
	const struct tms_listing listing = { .items = items, .items_count = count };
	const struct tms_apply how = { .now = now, .poll = key };
	struct tms_apply_report report = { 0 };

	assert_int_equal(tms_window_apply(window, &listing, &how, &report), TMS_OK);
	return report;
}

static void list_daily(struct tms_window *window, struct tms_str key, struct tms_item *items,
	size_t count, tms_time from)
{
	for (int64_t n = 0; n < 4; n++)
		(void)list(window, key, items, count, from + n * DAY);
}

static size_t retire_of(
	struct tms_window *window, const struct tms_str *lists, size_t count, tms_time now)
{
	struct tms_apply_report report = { 0 };

	tms_window_set_asked(window, lists, count);
	assert_int_equal(tms_window_retire(window, now, 0, 0, &report), TMS_OK);
	return report.counts.retired;
}

/* One item was listed at noon, with another; then come listings of the other one alone. */
static void it_takes_three_whole_listings_over_a_day_behind_the_retention(void **state)
{
	static const struct {
		const char *why;
		int64_t at_s[4]; /* after the listing that named it; 0: none */
		bool leaves;
	} rows[] = {
		{ "no listing: the clock alone says nothing", { 0 }, false },
		{ "two, over two days", { 31 * DAY, 32 * DAY }, false },
		{ "three on one day", { 31 * DAY, 31 * DAY + HOUR, 31 * DAY + 2 * HOUR }, false },
		{ "three around midnight, as when a clock is wrong for some seconds",
			{ 31 * DAY - 12 * HOUR - 2, 31 * DAY - 12 * HOUR,
				31 * DAY - 12 * HOUR + 2 },
			false },
		{ "three over a day", { 31 * DAY, 31 * DAY + HOUR, 32 * DAY }, true },
		{ "one at the retention's end, two behind it", { 30 * DAY, 31 * DAY, 32 * DAY },
			false },
		{ "one in time, three behind it", { 30 * DAY, 30 * DAY + HOUR, 31 * DAY, 32 * DAY },
			true },
		{ "three, and the clock goes back for the last", { 31 * DAY, 33 * DAY, DAY },
			false },
	};
	struct tms_item items[MANY];
	(void)state;

	papers(items);
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_window *window = make_window("hf");
		(void)apply_items(window, items, 2, NOON);
		for (size_t n = 0; n < 4 && rows[i].at_s[n]; n++)
			(void)apply_items(window, items, 1, NOON + rows[i].at_s[n]);
		size_t left = retire_at(window, NOON + 300 * DAY, 0).counts.retired;
		if (left != rows[i].leaves)
			fail_msg("%s", rows[i].why);
		tms_window_free(window);
	}
}

static void what_is_no_whole_listing_says_nothing(void **state)
{
	static const struct {
		const char *why;
		struct tms_listing listing;
		struct tms_apply how;
		bool leaves;
	} rows[] = {
		{ "whole", { .items_count = 4 }, { 0 }, true },
		{ "a page was missing", { .items_count = 4 }, { .is_part = true }, false },
		{ "another address, shorter", { .items_count = 4 }, { .is_substitute = true },
			false },
		{ "another address, as long", { .items_count = 8 }, { .is_substitute = true },
			true },
		{ "empty", { .items_count = 0 }, { 0 }, false },
		{ "cut off", { .items_count = 4, .truncated = true, .recovered = true }, { 0 },
			true }, /* taken as it is once it was so for a day */
		{ "mostly unreadable", { .items_count = 4, .skipped_count = 9 }, { 0 }, true },
	};
	struct tms_item items[MANY];
	(void)state;

	papers(items);
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_window *window = make_window("hf");
		struct tms_listing listing = rows[i].listing;
		struct tms_apply how = rows[i].how;
		struct tms_apply_report report = { 0 };
		(void)apply_items(window, items + MANY - 8, 8, NOON);
		listing.items = items;
		for (int64_t n = 0; n < 6; n++) {
			how.now = NOON + 31 * DAY + n * DAY;
			how.poll = TMS_STR("list");
			assert_int_equal(tms_window_apply(window, &listing, &how, &report), TMS_OK);
			(void)retire_at(window, how.now, 0);
			if (n < 2 && tms_window_is_retired(window, items[MANY - 1].id))
				fail_msg("%s: too early", rows[i].why);
		}
		if (tms_window_is_retired(window, items[MANY - 1].id) != rows[i].leaves)
			fail_msg("%s", rows[i].why);
		tms_window_free(window);
	}
}

static void what_is_unchanged_names_what_it_named(void **state)
{
	struct tms_window *window = make_window("hf");
	struct tms_item items[MANY];
	(void)state;

	papers(items);
	(void)apply_items(window, items, 2, NOON);
	for (int64_t n = 1; n <= 40; n++)
		tms_window_confirm(window, TMS_STR("list"), NOON + n * DAY);
	tms_window_confirm(window, TMS_STR("unknown"), NOON);
	list_daily(window, TMS_STR("list"), items, 1, NOON + 41 * DAY);
	assert_int_equal(retire_at(window, NOON + 45 * DAY, 0).counts.retired, 0);
	assert_int_equal(tms_window_find(window, items[1].id)->last_listed, NOON + 40 * DAY);
	list_daily(window, TMS_STR("list"), items, 1, NOON + 71 * DAY);
	assert_int_equal(retire_at(window, NOON + 75 * DAY, 0).counts.retired, 1);
	tms_window_free(window);
}

static void each_list_that_named_an_item_and_is_still_asked_has_a_say(void **state)
{
	const struct tms_str all[] = { latest, month }, one[] = { latest };
	struct tms_item items[MANY];
	(void)state;

	papers(items);
	for (int is_asked = 0; is_asked < 2; is_asked++) {
		struct tms_window *window = make_window("hf");
		(void)list(window, latest, items, 2, NOON);
		(void)list(window, month, items, 2, NOON); /* and is not answered any more */
		list_daily(window, latest, items, 1, NOON + 31 * DAY);
		assert_int_equal(
			retire_of(window, is_asked ? all : one, is_asked ? 2 : 1, NOON + 35 * DAY),
			!is_asked);
		tms_window_free(window);
	}
}

static void an_item_of_lists_that_have_ended_leaves_by_the_others(void **state)
{
	const struct tms_str first[] = { latest, day }, later[] = { latest };
	struct tms_window *window = make_window("hf");
	struct tms_item items[MANY];
	(void)state;

	papers(items);
	(void)list(window, day, items + 1, 1, NOON);
	(void)list(window, latest, items, 1, NOON);
	assert_int_equal(retire_of(window, first, 2, NOON), 0);
	list_daily(window, latest, items, 1, NOON + 31 * DAY);
	assert_int_equal(retire_of(window, first, 2, NOON + 35 * DAY), 0);
	assert_int_equal(retire_of(window, later, 1, NOON + 35 * DAY), 1);
	tms_window_free(window);
}

static void the_limit_takes_no_item_that_a_last_listing_named(void **state)
{
	struct tms_window *window = make_window("hf");
	struct tms_item items[MANY];
	(void)state;

	papers(items);
	(void)apply_items(window, items, MANY, NOON);
	assert_int_equal(retire_at(window, NOON, 3).counts.retired, 0);
	assert_int_equal(retire_at(window, NOON + 400 * DAY, 3).counts.retired, 0);
	(void)apply_items(window, items, 8, NOON + HOUR);
	assert_int_equal(retire_at(window, NOON + HOUR, 10).counts.retired, 2);
	assert_int_equal(retire_at(window, NOON + HOUR, 3).counts.retired, 2);
	assert_int_equal(tms_window_count(window), 8);
	tms_window_free(window);
}

static void after_a_restart_the_limit_believes_the_store_to_be_some_hours_behind(void **state)
{
	struct tms_window *window = make_window("hf"), *copy = make_window("hf");
	struct tms_item items[MANY];
	struct tms_buf bytes[MANY] = { { 0 } };
	(void)state;

	papers(items);
	(void)apply_items(window, items, MANY, NOON);
	for (size_t i = 0; i < MANY; i++) /* as stored then; later listings change nothing else */
		assert_int_equal(tms_window_write_record(window, items[i].id, &bytes[i]), TMS_OK);
	assert_int_equal(apply_items(window, items, MANY, NOON + 5 * HOUR).touched_count, 0);
	copy_state(window, copy);
	for (size_t i = 0; i < MANY; i++) {
		assert_int_equal(
			tms_window_load_record(copy, tms_buf_str(&bytes[i]), NULL), TMS_OK);
		tms_buf_free(&bytes[i]);
	}
	assert_int_equal(retire_at(copy, NOON + 5 * HOUR, 3).counts.retired, 0);
	tms_window_free(window);
	tms_window_free(copy);
}

/* The list of a day is asked again, by a clock that went back or a plan that changed. */
static struct tms_window *with_one_retired(struct tms_item items[MANY])
{
	const struct tms_str lists[] = { latest };
	struct tms_window *window = make_window("hf");

	papers(items);
	items[1].numbers[TMS_NUMBER_UPVOTES] = 5;
	(void)list(window, day, items + 1, 1, NOON);
	items[1].numbers[TMS_NUMBER_UPVOTES] = 7;
	(void)list(window, day, items + 1, 1, NOON + HOUR);
	(void)list(window, latest, items, 1, NOON);
	list_daily(window, latest, items, 1, NOON + 31 * DAY);
	assert_int_equal(retire_of(window, lists, 1, NOON + 35 * DAY), 1);
	assert_true(tms_window_is_retired(window, items[1].id));
	return window;
}

static void a_retired_item_that_was_not_missing_comes_back_as_itself(void **state)
{
	struct tms_item items[MANY];
	struct tms_window *window = with_one_retired(items), *copy = make_window("hf");
	struct tms_buf bytes = { 0 };
	(void)state;

	/* over a restart too */
	copy_state(window, copy);
	assert_int_equal(tms_window_write_record(window, items[1].id, &bytes), TMS_OK);
	assert_int_equal(tms_window_load_record(copy, tms_buf_str(&bytes), NULL), TMS_OK);
	struct tms_window *both[] = { window, copy };
	for (size_t i = 0; i < 2; i++) {
		/* a list that had missed it, and one that never had it, do not bring it back */
		assert_int_equal(
			list(both[i], latest, items, 2, NOON + 36 * DAY).counts.retired, 1);
		assert_int_equal(list(both[i], month, items, 2, NOON + 36 * DAY).counts.retired, 1);
		struct tms_apply_report report = list(both[i], day, items + 1, 1, NOON + 37 * DAY);
		assert_int_equal(report.counts.added, 0);
		assert_int_equal(report.counts.unchanged, 1);
		assert_int_equal(report.touched_count, 1);
		const struct tms_record *record = tms_window_find(both[i], items[1].id);
		assert_non_null(record);
		assert_int_equal(record->first_seen, NOON);
		assert_int_equal(record->last_listed, NOON + 37 * DAY);
		assert_int_equal(record->sightings[0].changed_at, TMS_TIME_NONE);
		const struct tms_track *votes = &record->sightings[0].tracks[TMS_NUMBER_UPVOTES];
		assert_int_equal(votes->count, 2);
		assert_int_equal(votes->steps[0].at, NOON);
		assert_false(tms_window_is_retired(both[i], items[1].id));
	}
	assert_true(tms_window_find(window, items[1].id)->version ==
		    tms_window_find(copy, items[1].id)->version);
	tms_buf_free(&bytes);
	tms_window_free(window);
	tms_window_free(copy);
}

static void what_comes_back_is_stored_though_nothing_of_it_changed(void **state)
{
	struct tms_item items[MANY];
	struct tms_window *window = with_one_retired(items);
	(void)state;

	struct tms_apply_report report = list(window, day, items + 1, 1, NOON - 31 * DAY);
	assert_int_equal(report.touched_count, 1);
	assert_true(tms_str_equal(report.touched[0], items[1].id));
	tms_window_free(window);
}

static void a_retired_item_that_was_missing_stays_retired(void **state)
{
	struct tms_item items[MANY];
	struct tms_window *window = with_one_retired(items);
	(void)state;

	(void)list(window, day, items + 2, 1, NOON + 36 * DAY);
	assert_int_equal(list(window, day, items + 1, 2, NOON + 37 * DAY).counts.retired, 1);
	assert_null(tms_window_find(window, items[1].id));
	tms_window_free(window);
}

static void a_time_ahead_counts_until_lists_were_read_for_a_day_by_the_right_clock(void **state)
{
	struct tms_window *window = make_window("hf");
	struct tms_item items[MANY];
	(void)state;

	papers(items);
	(void)apply_items(window, items, 2, NOON);
	(void)apply_items(window, items, 2, NOON + 3650 * DAY); /* ten years ahead for a moment */
	(void)retire_at(window, NOON + 3650 * DAY, 0);
	(void)apply_items(window, items, 1, NOON + HOUR);
	(void)retire_at(window, NOON + HOUR, 0);
	assert_int_equal(tms_window_find(window, items[1].id)->last_listed, NOON + 3650 * DAY);
	list_for_a_day(window, items, 1, NOON + 2 * HOUR);
	(void)retire_at(window, NOON + DAY + 2 * HOUR, 0);
	assert_int_equal(tms_window_find(window, items[1].id)->last_listed, NOON + DAY + 2 * HOUR);
	list_daily(window, TMS_STR("list"), items, 1, NOON + 32 * DAY);
	assert_int_equal(retire_at(window, NOON + 36 * DAY, 0).counts.retired, 1);
	tms_window_free(window);
}

static void a_time_behind_takes_nothing_from_what_was_listed(void **state)
{
	struct tms_window *window = make_window("hf");
	struct tms_item items[MANY];
	(void)state;

	papers(items);
	(void)apply_items(window, items, 2, NOON);
	(void)apply_items(window, items, 2, NOON - 31 * DAY);
	tms_window_confirm(window, TMS_STR("list"), NOON - 31 * DAY);
	assert_int_equal(retire_at(window, NOON - 31 * DAY, 0).counts.retired, 0);
	list_for_a_day(window, items, 1, NOON + HOUR);
	assert_int_equal(retire_at(window, NOON + 2 * DAY, 0).counts.retired, 0);
	assert_int_equal(tms_window_find(window, items[1].id)->last_listed, NOON);
	tms_window_free(window);
}

static void the_health_says_how_many_have_left(void **state)
{
	struct tms_window *window = make_window("hf");
	struct tms_item items[MANY];
	struct tms_buf words = { 0 };
	(void)state;

	papers(items);
	(void)apply_items(window, items, 4, NOON);
	list_for_a_day(window, items, 1, NOON + 31 * DAY);
	(void)retire_at(window, NOON + 32 * DAY, 0);
	tms_health_words(&words, tms_window_health(window), NOON + 32 * DAY);
	assert_str(tms_buf_str(&words), "Read just now: 1 item, 0 new. 3 items that its lists have "
					"not named for long left just now.");
	tms_buf_clear(&words);
	(void)apply_items(window, items, 3, NOON + 34 * DAY);
	tms_health_words(&words, tms_window_health(window), NOON + 34 * DAY);
	assert_str(tms_buf_str(&words),
		"Read just now: 3 items, 0 new, 2 that left long ago and stay out.");
	tms_buf_free(&words);
	tms_window_free(window);
}

static void lists_that_have_ended_are_forgotten_but_for_some(void **state)
{
	struct tms_window *window = make_window("hf");
	struct tms_item items[MANY];
	struct tms_buf bytes = { 0 };
	char key[32];
	(void)state;

	papers(items);
	for (int n = 0; n < 300; n++) {
		(void)snprintf(key, sizeof(key), "date/%d", n);
		struct tms_str plan[] = { latest, tms_str_from(key) };
		(void)list(window, plan[1], items, 2, NOON + n * DAY);
		if (n == 0)
			(void)list(window, latest, items + 2, 1, NOON);
		assert_int_equal(retire_of(window, plan, 2, NOON + n * DAY), 0);
	}
	tms_window_write_state(window, &bytes);
	assert_true(bytes.len < 10000);
	assert_non_null(tms_window_find(window, items[2].id)); /* latest was not forgotten */
	tms_buf_clear(&bytes);
	assert_int_equal(tms_window_write_record(window, items[2].id, &bytes), TMS_OK);
	assert_true(tms_str_find(tms_buf_str(&bytes), TMS_STR("\"lists\":[\"latest\"]"), 0) !=
		    SIZE_MAX);
	tms_buf_free(&bytes);
	tms_window_free(window);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_takes_three_whole_listings_over_a_day_behind_the_retention),
		cmocka_unit_test(what_is_no_whole_listing_says_nothing),
		cmocka_unit_test(what_is_unchanged_names_what_it_named),
		cmocka_unit_test(each_list_that_named_an_item_and_is_still_asked_has_a_say),
		cmocka_unit_test(an_item_of_lists_that_have_ended_leaves_by_the_others),
		cmocka_unit_test(the_limit_takes_no_item_that_a_last_listing_named),
		cmocka_unit_test(
			after_a_restart_the_limit_believes_the_store_to_be_some_hours_behind),
		cmocka_unit_test(a_retired_item_that_was_not_missing_comes_back_as_itself),
		cmocka_unit_test(what_comes_back_is_stored_though_nothing_of_it_changed),
		cmocka_unit_test(a_retired_item_that_was_missing_stays_retired),
		cmocka_unit_test(
			a_time_ahead_counts_until_lists_were_read_for_a_day_by_the_right_clock),
		cmocka_unit_test(a_time_behind_takes_nothing_from_what_was_listed),
		cmocka_unit_test(the_health_says_how_many_have_left),
		cmocka_unit_test(lists_that_have_ended_are_forgotten_but_for_some),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
