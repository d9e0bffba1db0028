/* Which day it is: time zones, weeks, and days that are counted from today. */
#include "subject.h"

/* A file of version 2 that lists no change, up to its rule: Berlin's, as it is now. */
#define BLOCK                                                                                      \
	"TZif2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"                                                      \
	"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0\1"                                         \
	"\0\0\0\0\0\0\0"

static const struct tms_zone *find_zone(void *context, struct tms_str name, struct tms_diag *diag)
{
	const struct tms_zone *zone = NULL;

	if (!tms_str_equal(name, TMS_STR("Europe/Berlin"))) {
		tms_diag_set(diag, 0, 0, "there is no time zone %.*s", TMS_STR_ARGS(name));
		return NULL;
	}
	assert_int_equal(
		tms_zone_read(context, name, TMS_STR(BLOCK BLOCK "\nCET-1CEST,M3.5.0,M10.5.0/3\n"),
			&zone, diag),
		TMS_OK);
	return zone;
}

struct row {
	const char *query;
	const char *published, *now; /* RFC 3339, to the minute */
	bool kept;
};

static tms_time moment(const char *text)
{
	struct tms_str s = tms_str_from(text), part;
	int64_t numbers[5] = { 0 };
	tms_time t = 0;

	for (size_t i = 0; i < 5; i++) {
		assert_true(tms_str_split(&s, "--T:Z"[i], &part));
		assert_true(tms_str_int64(part, &numbers[i]));
	}
	struct tms_civil civil = { .year = (int32_t)numbers[0],
		.month = (int32_t)numbers[1],
		.day = (int32_t)numbers[2],
		.hour = (int32_t)numbers[3],
		.minute = (int32_t)numbers[4] };
	assert_true(tms_time_from_civil(&civil, &t));
	return t;
}

static void check(const struct row *rows, size_t count, bool by_default)
{
	struct tms_arena arena = { 0 };
	const struct tms_zones zones = { find_zone, &arena };
	const struct tms_query_options options = { .zones = &zones,
		.zone = by_default ? find_zone(&arena, TMS_STR("Europe/Berlin"), NULL) : NULL };

	for (size_t i = 0; i < count; i++) {
		struct tms_merged item = plain_item();
		struct tms_query *query = parsed_with(rows[i].query, &options);
		struct tms_doc doc = { 0 };
		item.item.published = moment(rows[i].published);
		item.first_seen = item.item.published;
		if (tms_query_matches(query, &item, &doc, moment(rows[i].now)) != rows[i].kept)
			fail_msg("%s of %s at %s", rows[i].query, rows[i].published, rows[i].now);
		tms_query_free(query);
	}
	tms_arena_free(&arena);
}

static void weeks_begin_on_monday(void **state)
{
	static const struct row rows[] = {
		{ "published:2026-W48", "2026-11-23T00:00Z", "2026-12-01T00:00Z", true },
		{ "published:2026-W48", "2026-11-22T23:59Z", "2026-12-01T00:00Z", false },
		{ "published:2026-w48", "2026-11-29T23:59Z", "2026-12-01T00:00Z", true },
		{ "published:2026-W48", "2026-11-30T00:00Z", "2026-12-01T00:00Z", false },
		{ "published:2026-W53", "2027-01-03T12:00Z", "2027-02-01T00:00Z", true },
		{ "published>=2026-W01", "2025-12-29T00:00Z", "2027-02-01T00:00Z", true },
		{ "published<2026-W01", "2025-12-28T12:00Z", "2027-02-01T00:00Z", true },
		{ "published:2026-W01..2026-02", "2026-02-28T12:00Z", "2027-02-01T00:00Z", true },
	};

	(void)state;
	check(rows, TMS_COUNT(rows), false);
}

static void days_are_counted_from_today(void **state)
{
	static const struct row rows[] = {
		/* 1 December 2026 is a Tuesday */
		{ "published:today", "2026-12-01T00:01Z", "2026-12-01T23:59Z", true },
		{ "published:today", "2026-12-01T00:01Z", "2026-12-02T00:00Z", false },
		{ "published:yesterday", "2026-12-01T00:01Z", "2026-12-02T00:00Z", true },
		{ "published>=Yesterday", "2026-11-30T00:01Z", "2026-12-01T09:00Z", true },
		{ "published>=yesterday", "2026-11-29T23:59Z", "2026-12-01T09:00Z", false },
		{ "published<today", "2026-11-30T23:59Z", "2026-12-01T09:00Z", true },
		{ "published<today", "2026-12-01T00:01Z", "2026-12-01T09:00Z", false },
		{ "published>yesterday", "2026-12-01T00:01Z", "2026-12-01T09:00Z", true },
		{ "published>=monday", "2026-11-30T00:01Z", "2026-12-01T09:00Z", true },
		{ "published>=monday", "2026-11-29T23:59Z", "2026-12-01T09:00Z", false },
		{ "published:tuesday", "2026-12-01T08:00Z", "2026-12-01T09:00Z", true },
		{ "published:wednesday", "2026-11-25T08:00Z", "2026-12-01T09:00Z", true },
		{ "published:wednesday..yesterday", "2026-11-30T08:00Z", "2026-12-01T09:00Z",
			true },
		{ "published:wednesday..yesterday", "2026-12-01T08:00Z", "2026-12-01T09:00Z",
			false },
		{ "published:2026-11-01..yesterday", "2026-11-01T08:00Z", "2026-12-01T09:00Z",
			true },
		{ "since:monday", "2026-11-30T00:01Z", "2026-12-01T09:00Z", true },
		{ "since:2026-11-30", "2026-11-29T12:00Z", "2026-12-01T09:00Z", false },
		{ "since:2026-11-30", "2026-12-01T08:00Z", "2026-12-01T09:00Z", true },
		{ "since:2d", "2026-11-29T09:00Z", "2026-12-01T09:00Z", true },
		{ "since:2d", "2026-11-29T08:59Z", "2026-12-01T09:00Z", false },
	};

	(void)state;
	check(rows, TMS_COUNT(rows), false);
}

static void a_day_is_one_where_the_zone_is(void **state)
{
	static const struct row rows[] = {
		{ "published:2026-11-30", "2026-11-29T23:00Z", "2026-12-01T09:00Z", true },
		{ "published:2026-11-30", "2026-11-30T23:00Z", "2026-12-01T09:00Z", false },
		{ "published:2026-11", "2026-10-31T23:00Z", "2026-12-01T09:00Z", true },
		{ "published:2026-W48", "2026-11-22T23:00Z", "2026-12-01T09:00Z", true },
		/* summer time ends on 25 October, a day of 25 hours */
		{ "published:2026-10-25", "2026-10-24T22:00Z", "2026-12-01T09:00Z", true },
		{ "published:2026-10-25", "2026-10-25T22:59Z", "2026-12-01T09:00Z", true },
		{ "published:2026-10-25", "2026-10-25T23:00Z", "2026-12-01T09:00Z", false },
		{ "published:yesterday", "2026-10-24T22:00Z", "2026-10-26T00:00Z", true },
		{ "published:today", "2026-11-30T23:30Z", "2026-11-30T23:45Z", true },
		{ "published:today", "2026-11-30T22:30Z", "2026-11-30T23:45Z", false },
		{ "since:monday", "2026-11-29T23:30Z", "2026-12-01T09:00Z", true },
		/* a day without a time is that day anywhere */
		{ "published:2026-11-30", "2026-11-30T00:00Z", "2026-12-01T09:00Z", true },
		{ "published:2026-11-29", "2026-11-30T00:00Z", "2026-12-01T09:00Z", false },
		{ "published:2026-11-30@UTC", "2026-11-29T23:00Z", "2026-12-01T09:00Z", false },
		{ "published:2026-11-30@utc", "2026-11-30T23:00Z", "2026-12-01T09:00Z", true },
	};
	static const struct row named[] = {
		{ "published:2026-11-30@Europe/Berlin", "2026-11-29T23:00Z", "2026-12-01T09:00Z",
			true },
		{ "published:2026-11-29..2026-11-30@Europe/Berlin", "2026-11-30T23:00Z",
			"2026-12-01T09:00Z", false },
		{ "published:2026-11-30", "2026-11-29T23:00Z", "2026-12-01T09:00Z", false },
	};

	(void)state;
	check(rows, TMS_COUNT(rows), true);
	check(named, TMS_COUNT(named), false);
}

static void what_is_kept_for_later_says_its_zone(void **state)
{
	struct tms_arena arena = { 0 };
	const struct tms_zones zones = { find_zone, &arena };
	const struct tms_query_options berlin = { .zones = &zones,
		.zone = find_zone(&arena, TMS_STR("Europe/Berlin"), NULL) };
	const struct tms_query_options utc = { .zones = &zones };
	struct tms_buf text = { 0 };

	(void)state;
	struct tms_query *query = parsed_with("since:today published:2026 age<2d", &berlin);
	tms_query_print(query, &text);
	assert_str(tms_buf_str(&text), "published>=today published=2026 age<2d");
	tms_buf_clear(&text);
	tms_query_print_expanded(query, &text);
	assert_str(tms_buf_str(&text),
		"published>=today@Europe/Berlin published=2026@Europe/Berlin age<2d");
	tms_buf_add_char(&text, '\0');
	struct tms_query *again = parsed_with(text.ptr, &utc);
	assert_int_equal(tms_query_hash(again), tms_query_hash(query));
	assert_true(tms_query_has_clock(again));
	tms_query_free(query);
	tms_query_free(again);
	query = parsed_with("published:2026", &utc);
	assert_false(tms_query_has_clock(query));
	tms_query_free(query);
	tms_buf_free(&text);
	tms_arena_free(&arena);
}

static void the_clock_turns_a_day_at_midnight_there(void **state)
{
	struct tms_arena arena = { 0 };
	const struct tms_zones zones = { find_zone, &arena };
	const struct tms_query_options berlin = { .zones = &zones,
		.zone = find_zone(&arena, TMS_STR("Europe/Berlin"), NULL) };
	static const struct {
		const char *query, *now, *turns; /* NULL: never */
	} rows[] = {
		{ "published:today", "2026-11-30T12:00Z", "2026-11-30T23:00Z" },
		{ "published:yesterday", "2026-11-30T12:00Z", "2026-11-30T23:00Z" },
		{ "published:yesterday", "2026-12-01T12:00Z", "2026-12-01T23:00Z" },
		{ "published<today", "2026-11-30T12:00Z", "2026-11-30T23:00Z" },
		{ "published<today", "2026-12-01T12:00Z", NULL },
		{ "since:monday", "2026-11-30T12:00Z", "2026-12-06T23:00Z" },
		{ "published:monday", "2026-11-30T12:00Z", "2026-12-06T23:00Z" },
	};
	struct tms_merged item = plain_item();
	struct tms_doc doc = { 0 };

	(void)state;
	item.item.published = moment("2026-11-30T08:00Z"); /* a Monday */
	item.first_seen = item.item.published;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_query *query = parsed_with(rows[i].query, &berlin);
		tms_time turns = rows[i].turns ? moment(rows[i].turns) : TMS_TIME_MAX;
		if (tms_query_next_change(query, &item, &doc, moment(rows[i].now)) != turns)
			fail_msg("%s at %s", rows[i].query, rows[i].now);
		tms_query_free(query);
	}
	struct tms_query *query = parsed_with("published<today", &berlin);
	tms_time entered = 0;
	assert_true(tms_query_entered(query, &item, &doc, moment("2026-12-05T12:00Z"), &entered));
	assert_int_equal(entered, moment("2026-11-30T23:00Z"));
	tms_query_free(query);
	tms_arena_free(&arena);
}

static void what_is_no_date_and_no_zone_is_said(void **state)
{
	struct tms_arena arena = { 0 };
	const struct tms_zones zones = { find_zone, &arena };
	const struct tms_query_options options = { .zones = &zones };
	static const struct {
		const char *query, *says;
	} rows[] = {
		{ "published:2026-W54", "expected a day, week, month or year" },
		{ "published:2026-W00", "expected a day, week" },
		{ "published:2026-W1", "expected a day, week" },
		{ "published:2026-W01-1", "expected a day, week" },
		{ "published:2026-02-30", "expected a day, week" },
		{ "published:2026-02-01-01", "expected a day, week" },
		{ "published:tomorrow", "today, yesterday or a day of the week" },
		{ "since:soon", "expected a day, week" },
		{ "since>=2026", "expected \"since:\"" },
		{ "published:today@Nowhere", "there is no time zone Nowhere" },
		{ "published:today@../etc/passwd", "expected the name of a time zone" },
		{ "published:today@", "expected the name of a time zone" },
		{ "age<2d@Europe/Berlin", "which goes with > or >= of upvotes" },
	};

	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_query *query = NULL;
		struct tms_diag diag = { 0 };
		assert_int_equal(
			tms_query_parse(tms_str_from(rows[i].query), &options, &query, &diag),
			TMS_EINVAL);
		if (!strstr(diag.text, rows[i].says))
			fail_msg("%s: %s", rows[i].query, diag.text);
	}
	tms_arena_free(&arena);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(weeks_begin_on_monday),
		cmocka_unit_test(days_are_counted_from_today),
		cmocka_unit_test(a_day_is_one_where_the_zone_is),
		cmocka_unit_test(what_is_kept_for_later_says_its_zone),
		cmocka_unit_test(the_clock_turns_a_day_at_midnight_there),
		cmocka_unit_test(what_is_no_date_and_no_zone_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
