/* Time zones: files of the database, rules behind the last change, days where clocks are changed. */
#include <tamis/zone.h>

#include "test.h"

#define HEADER(version, ut, std, leaps, changes, types, chars)                                     \
	"TZif" version "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"                                            \
	"\0\0\0" ut "\0\0\0" std "\0\0\0" leaps "\0\0\0" changes "\0\0\0" types "\0\0\0" chars
/* nothing listed: one type, UTC or an hour ahead of it, named "XYZ" */
#define EMPTY_1 HEADER("2", "\0", "\0", "\0", "\0", "\1", "\4") "\0\0\0\0\0\0XYZ\0"
#define EMPTY_2 HEADER("2", "\0", "\0", "\0", "\0", "\1", "\4") "\0\0\x0e\x10\0\0XYZ\0"

static enum tms_status read_bytes(
	struct tms_arena *arena, struct tms_str bytes, const struct tms_zone **zone)
{
	struct tms_diag diag = { 0 };
	enum tms_status st = tms_zone_read(arena, TMS_STR("Test/Zone"), bytes, zone, &diag);

	if (st == TMS_EMALFORMED)
		assert_non_null(strstr(diag.text, "time zone Test/Zone cannot be read"));
	return st;
}

static const struct tms_zone *with_rule(struct tms_arena *arena, const char *rule)
{
	const struct tms_zone *zone = NULL;
	struct tms_buf file = { 0 };

	tms_buf_add(&file, TMS_STR(EMPTY_1 EMPTY_2 "\n"));
	tms_buf_add_cstr(&file, rule);
	tms_buf_add_char(&file, '\n');
	if (read_bytes(arena, tms_buf_str(&file), &zone) != TMS_OK)
		zone = NULL;
	tms_buf_free(&file);
	return zone;
}

static tms_time at(int32_t year, int32_t month, int32_t day, int32_t hour)
{
	struct tms_civil civil = { .year = year, .month = month, .day = day, .hour = hour };
	tms_time t = 0;

	assert_true(tms_time_from_civil(&civil, &t));
	return t;
}

static void the_rule_says_what_clocks_show_for_ever(void **state)
{
	static const struct {
		const char *rule;
		int32_t month, day, hour, offset_minutes;
	} rows[] = {
		{ "CET-1CEST,M3.5.0,M10.5.0/3", 3, 29, 0, 60 },
		{ "CET-1CEST,M3.5.0,M10.5.0/3", 3, 29, 1, 120 },
		{ "CET-1CEST,M3.5.0,M10.5.0/3", 10, 25, 0, 120 },
		{ "CET-1CEST,M3.5.0,M10.5.0/3", 10, 25, 1, 60 },
		{ "AEST-10AEDT,M10.1.0,M4.1.0/3", 1, 1, 0, 660 }, /* the south */
		{ "AEST-10AEDT,M10.1.0,M4.1.0/3", 7, 1, 0, 600 },
		{ "<+0545>-5:45", 7, 1, 0, 345 },
		{ "<-03>3<-02>,M3.5.0/-2,M10.5.0/-1", 3, 29, 0,
			-180 }, /* at 22 h of the day before */
		{ "<-03>3<-02>,M3.5.0/-2,M10.5.0/-1", 3, 29, 1, -120 },
		{ "XXX3EDT4,0/0,J365/23", 12, 31, 23, -240 }, /* summer all the year */
		{ "XXX3EDT4,0/0,J365/23", 1, 1, 3, -240 },
		{ "AAA0BBB,J60,J61", 3, 1, 1, 0 }, /* J60 is 1 March, also in leap years */
		{ "AAA0BBB,J60,J61", 3, 1, 2, 60 },
		{ "EET-2EEST,M3.4.4/50,M10.4.4/50", 3, 28, 1, 180 }, /* Saturday, by Thursday */
		{ "EET-2EEST,M3.4.4/50,M10.4.4/50", 3, 27, 23, 120 },
	};
	struct tms_arena arena = { 0 };

	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		const struct tms_zone *zone = with_rule(&arena, rows[i].rule);
		if (!zone)
			fail_msg("%s was not read", rows[i].rule);
		for (int32_t year = 2026; year <= 2026; year++) {
			int32_t got = tms_zone_offset(
				zone, at(year, rows[i].month, rows[i].day, rows[i].hour));
			if (got != rows[i].offset_minutes * 60)
				fail_msg("%s, row %zu: got %d", rows[i].rule, i, got / 60);
		}
	}
	const struct tms_zone *leap = with_rule(&arena, "AAA0BBB,J60,J61");
	assert_int_equal(tms_zone_offset(leap, at(2028, 2, 29, 12)), 0);
	assert_int_equal(tms_zone_offset(leap, at(2028, 3, 1, 12)), 3600);
	tms_arena_free(&arena);
}

static void broken_rules_and_files_are_refused(void **state)
{
	static const char *const rules[] = { "C", "CET", "CET-1CEST", "CET-1CEST,M3.5.0",
		"CET-1CEST,M13.5.0,M10.5.0", "CET-1CEST,M3.6.0,M10.5.0", "CET-1CEST,M3.5.7,M10.5.0",
		"CET-1CEST,J0,J3", "CET-1CEST,366,3", "CET-25", "CET-1:60", "<CET-1",
		"CET-1CEST,M3.5.0,M10.5.0/3 ", "CET-1CEST,M3.5.0/168,M10.5.0",
		"CET-99999999999999999999" };
	struct tms_str good = TMS_STR(EMPTY_1 EMPTY_2 "\nCET-1\n");
	const struct tms_zone *zone = NULL;
	struct tms_arena arena = { 0 };

	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rules); i++)
		if (with_rule(&arena, rules[i]))
			fail_msg("%s was read", rules[i]);
	assert_int_equal(read_bytes(&arena, good, &zone), TMS_OK);
	for (size_t len = 0; len < good.len; len++)
		assert_int_equal(
			read_bytes(&arena, tms_str_slice(good, 0, len), &zone), TMS_EMALFORMED);
	/* a type that is not there; changes that go back */
	assert_int_equal(read_bytes(&arena,
				 TMS_STR(HEADER("\0", "\0", "\0", "\0", "\1", "\1",
					 "\4") "\0\0\0\1\5\0\0\0\0\0\0XYZ\0"),
				 &zone),
		TMS_EMALFORMED);
	assert_int_equal(read_bytes(&arena,
				 TMS_STR(HEADER("\0", "\0", "\0", "\0", "\2", "\1",
					 "\4") "\0\0\0\2\0\0\0\1\0\0\0\0\0\0\0\0XYZ\0"),
				 &zone),
		TMS_EMALFORMED);
	tms_arena_free(&arena);
}

static void a_day_begins_when_its_first_moment_is_shown(void **state)
{
	struct tms_arena arena = { 0 };
	struct tms_civil gap = { .year = 2026, .month = 3, .day = 29, .hour = 2, .minute = 30 };
	struct tms_civil twice = { .year = 2026, .month = 10, .day = 25, .hour = 2, .minute = 30 };
	tms_time t = 0;

	(void)state;
	const struct tms_zone *berlin = with_rule(&arena, "CET-1CEST,M3.5.0,M10.5.0/3");
	assert_int_equal(tms_zone_day_start(berlin, at(2026, 3, 29, 12)), at(2026, 3, 28, 23));
	assert_int_equal(tms_zone_day_end(berlin, at(2026, 3, 29, 12)), at(2026, 3, 29, 22));
	assert_true(tms_zone_from_civil(berlin, &gap, &t)); /* never shown */
	assert_int_equal(t, at(2026, 3, 29, 1));
	assert_true(tms_zone_from_civil(berlin, &twice, &t)); /* the first of two */
	assert_int_equal(t, at(2026, 10, 25, 0) + 1800);
	/* where midnight itself is never shown */
	const struct tms_zone *beirut = with_rule(&arena, "EET-2EEST,M3.5.0/0,M10.5.0/0");
	assert_int_equal(tms_zone_day_start(beirut, at(2026, 3, 29, 12)), at(2026, 3, 28, 22));
	assert_int_equal(tms_zone_day_end(beirut, at(2026, 3, 28, 12)), at(2026, 3, 28, 22));
	/* and none at all */
	assert_int_equal(tms_zone_day_start(NULL, at(2026, 3, 29, 12)), at(2026, 3, 29, 0));
	assert_str(tms_zone_name(NULL), "UTC");
	assert_str(tms_zone_name(berlin), "Test/Zone");
	tms_arena_free(&arena);
}

static void names_lead_nowhere_else(void **state)
{
	static const char *const names[] = { "UTC", "Europe/Berlin", "Etc/GMT+5",
		"America/Argentina/Buenos_Aires", "America/Port-au-Prince" };
	static const char *const none[] = { "", "/", "/etc/passwd", "../x", "Europe/../x",
		"Europe/", "Europe//Berlin", "Europe/Ber lin", "a.b" };

	(void)state;
	for (size_t i = 0; i < TMS_COUNT(names); i++)
		assert_true(tms_zone_is_name(tms_str_from(names[i])));
	for (size_t i = 0; i < TMS_COUNT(none); i++)
		assert_false(tms_zone_is_name(tms_str_from(none[i])));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_rule_says_what_clocks_show_for_ever),
		cmocka_unit_test(broken_rules_and_files_are_refused),
		cmocka_unit_test(a_day_begins_when_its_first_moment_is_shown),
		cmocka_unit_test(names_lead_nowhere_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
