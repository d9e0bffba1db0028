#include "../test.h"

#include <tamis/buf.h>
#include <tamis/date.h>

struct row {
	const char *why, *in, *want; /* want: RFC 3339 */
	bool day_only, no_zone;
};

static void check(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct tms_date got = { 0 };
		struct tms_buf written = { 0 };
		if (!tms_date_parse(tms_str_from(rows[i].in), &got))
			fail_msg("%s: \"%s\" refused", rows[i].why, rows[i].in);
		tms_time_write_rfc3339(&written, got.t);
		if (!tms_str_equal(tms_buf_str(&written), tms_str_from(rows[i].want)))
			fail_msg("%s: \"%s\" gave %.*s", rows[i].why, rows[i].in,
				TMS_STR_ARGS(tms_buf_str(&written)));
		if (got.day_only != rows[i].day_only || got.has_zone == rows[i].no_zone)
			fail_msg("%s: \"%s\" day_only %d has_zone %d", rows[i].why, rows[i].in,
				got.day_only, got.has_zone);
		tms_buf_free(&written);
	}
}

static void rfc_822_dates_survive_what_feeds_really_send(void **state)
{
	static const struct row rows[] = {
		{ "the plain case", "Thu, 01 Jan 2004 19:48:21 GMT", "2004-01-01T19:48:21Z" },
		{ "no weekday", "01 Jan 2004 19:48:21 GMT", "2004-01-01T19:48:21Z" },
		{ "short year", "01 Jan 04 19:48:21 GMT", "2004-01-01T19:48:21Z" },
		{ "short year of last century", "31 Dec 99 23:59:59 +0000",
			"1999-12-31T23:59:59Z" },
		{ "three digits, RFC 2822 4.3", "31 Dec 103 23:59:59 +0000",
			"2003-12-31T23:59:59Z" },
		{ "no seconds", "21 Oct 2002 06:45 EDT", "2002-10-21T10:45:00Z" },
		{ "no time", "Thu, 01 Jan 2004", "2004-01-01T00:00:00Z", true, true },
		{ "one-digit day and hour", "Thu, 1 Jan 2004 9:48:21 GMT", "2004-01-01T09:48:21Z" },
		{ "long names", "Thursday, 6 September 2010 00:01:00 +0000",
			"2010-09-06T00:01:00Z" },
		{ "September in four letters", "Mon, 6 Sept 2010 00:01:00 UT",
			"2010-09-06T00:01:00Z" },
		{ "wrong weekday", "Mon, 01 Jan 2004 19:48:21 GMT", "2004-01-01T19:48:21Z" },
		{ "weekday of another language", "mer, 16 nov 2022 00:38:15 +0100",
			"2022-11-15T23:38:15Z" },
		{ "hyphens, RFC 850", "Thursday, 01-Jan-04 19:48:21 GMT", "2004-01-01T19:48:21Z" },
		{ "asctime", "Thu Jan  1 19:48:21 2004", "2004-01-01T19:48:21Z", false, true },
		{ "month first", "January 1, 2004 7:48 PM EST", "2004-01-02T00:48:00Z" },
		{ "month first, ordinal", "Jan 1st, 2004", "2004-01-01T00:00:00Z", true, true },
		{ "am", "Mon, 21 Jan 2008 8:56 am PST", "2008-01-21T16:56:00Z" },
		{ "pm with seconds, no zone", "Sat, Dec 16 2023 02:02:33 PM",
			"2023-12-16T14:02:33Z", false, true },
		{ "noon and midnight", "16 Dec 2023 12:00 am GMT", "2023-12-16T00:00:00Z" },
		{ "zone beyond RFC 822", "Sun, 20 Apr 2014 8:19 pm CEST", "2014-04-20T18:19:00Z" },
		{ "zone with a colon", "Mon, 21 Oct 2002 14:04:23 -05:00", "2002-10-21T19:04:23Z" },
		{ "odd offset", "31 Dec 2002 14:20:20 -0234", "2002-12-31T16:54:20Z" },
		{ "military Z", "Tue, 15 Nov 2022 20:15:04 Z", "2022-11-15T20:15:04Z" },
		{ "military A", "31 Dec 2002 14:20:20 A", "2002-12-31T15:20:20Z" },
		{ "military M", "31 Dec 2002 14:20:20 M", "2003-01-01T02:20:20Z" },
		{ "military Y", "31 Dec 2002 14:20:20 Y", "2002-12-31T02:20:20Z" },
		{ "GMT with an offset", "Thu, 01 Jan 2004 19:48:21 GMT+0100",
			"2004-01-01T18:48:21Z" },
		{ "a comment", "Thu, 01 Jan 2004 19:48:21 -0800 (PST)", "2004-01-02T03:48:21Z" },
		{ "an unknown zone is UTC", "Thu, 01 Jan 2004 19:48:21 XYZT",
			"2004-01-01T19:48:21Z", false, true },
		{ "leap second", "Sat, 31 Dec 2016 23:59:60 GMT", "2016-12-31T23:59:59Z" },
		{ "white space around and within", "\n  Thu,   01 Jan 2004\t19:48:21  GMT ",
			"2004-01-01T19:48:21Z" },
	};
	(void)state;
	check(rows, TMS_COUNT(rows));
}

static void iso_dates_are_read_in_every_precision(void **state)
{
	static const struct row rows[] = {
		{ "RFC 3339", "2003-12-13T18:30:02Z", "2003-12-13T18:30:02Z" },
		{ "lower case", "2003-12-13t18:30:02.25z", "2003-12-13T18:30:02Z" },
		{ "offset", "2004-06-02T19:07:55-04:00", "2004-06-02T23:07:55Z" },
		{ "offset without colon", "2003-07-01T01:55:07-0500", "2003-07-01T06:55:07Z" },
		{ "offset of hours", "2003-07-01T01:55:07+01", "2003-07-01T00:55:07Z" },
		{ "one-digit minutes of the offset", "2017-06-13T03:18:00+00:0",
			"2017-06-13T03:18:00Z" },
		{ "milliseconds", "2026-07-28T00:00:00.000Z", "2026-07-28T00:00:00Z" },
		{ "nanoseconds", "2022-07-28T03:40:34.000000000Z", "2022-07-28T03:40:34Z" },
		{ "no zone", "2026-03-02T05:30:09", "2026-03-02T05:30:09Z", false, true },
		{ "microseconds, no zone", "2026-03-02T05:30:09.045070", "2026-03-02T05:30:09Z",
			false, true },
		{ "no seconds", "2001-01-01T00:00+00:00", "2001-01-01T00:00:00Z" },
		{ "one-digit seconds", "2006-01-17T12:35:9+01:00", "2006-01-17T11:35:09Z" },
		{ "a space for the T", "2006-01-11 16:43:22 -0800", "2006-01-12T00:43:22Z" },
		{ "spaces round the T", "2003-07-01 T 01:55:07-05:00", "2003-07-01T06:55:07Z" },
		{ "a zone by name", "2026-03-02 05:30:09 UTC", "2026-03-02T05:30:09Z" },
		{ "day", "2016-08-27", "2016-08-27T00:00:00Z", true, true },
		{ "month", "2002-12", "2002-12-01T00:00:00Z", true, true },
		{ "year", "2005", "2005-01-01T00:00:00Z", true, true },
		{ "compact", "20260302", "2026-03-02T00:00:00Z", true, true },
		{ "compact day, full time", "20021231T19:20:30.45+01:00", "2002-12-31T18:20:30Z" },
		{ "compact throughout", "20021231T192030Z", "2002-12-31T19:20:30Z" },
		{ "compact time only", "2002-12-31T192030+01:00", "2002-12-31T18:20:30Z" },
		{ "slashes", "2026/03/02", "2026-03-02T00:00:00Z", true, true },
		{ "slashes and a time", "2026/3/2 5:30", "2026-03-02T05:30:00Z", false, true },
		{ "day of the year", "2003-335", "2003-12-01T00:00:00Z", true, true },
		{ "compact day of the year", "2003335", "2003-12-01T00:00:00Z", true, true },
		{ "week", "2026-W09", "2026-02-23T00:00:00Z", true, true },
		{ "week and day", "2020-W53-7", "2021-01-03T00:00:00Z", true, true },
		{ "the end of a day", "2003-12-31T24:00:00Z", "2004-01-01T00:00:00Z" },
		{ "leap day", "2024-02-29T12:00:00Z", "2024-02-29T12:00:00Z" },
		{ "before 1970", "1969-12-31T23:59:59Z", "1969-12-31T23:59:59Z" },
	};
	(void)state;
	check(rows, TMS_COUNT(rows));
}

static void what_is_no_date_is_refused_and_never_becomes_1970(void **state)
{
	static const char *const rows[] = { "", "   ", "yesterday", "insert published date here",
		"2003-02-29", "2003-13-01", "2003-00-10", "2003-12-32", "30 Feb 2004 10:00 GMT",
		"31 Jun 2004", "2004-01-01T25:00:00Z", "2004-01-01T24:00:01Z",
		"2004-01-01T10:60:00Z", "2004-01-01T10:00:61Z", "2004-01-01T10:00:00+99:00",
		"2004-01-01T10:00:00Zjunk", "01/02/2004", "10-11-12", "30-02-2026", "2003-366",
		"2003-W54", "2021-W53", "0000-01-01", "12345", "1072986501", "19:48:21 GMT",
		"Jan 2004 x", "07-01T01:55:07-05:00", "Thu, 01 Jan 20041 19:48:21 GMT",
		"01 Jan 2004 13:00 am GMT", "9999-12-31T23:59:59-01:00", "T10:00",
		"1 Jan 2004 1 Jan 2004", "Jan Feb 2 2004", "\xff\xfe", "2004-01-0101" };
	struct tms_date out = { .t = 42 };
	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++)
		if (tms_date_parse(tms_str_from(rows[i]), &out))
			fail_msg("\"%s\" accepted", rows[i]);
	assert_int_equal(out.t, 42);
}

static void any_cut_of_a_date_is_read_within_its_bytes(void **state)
{
	static const char *const rows[] = { "Thu, 01 Jan 2004 19:48:21 -0800 (PST)",
		"2003-12-13T18:30:02.25+01:00", "2020-W53-7", "20021231T192030Z" };
	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++)
		for (size_t len = 0; len <= strlen(rows[i]); len++) {
			struct tms_date out;
			char *exact =
				test_malloc(len + !len); /* its own block: overreads are seen */
			memcpy(exact, rows[i], len);
			(void)tms_date_parse((struct tms_str){ exact, len }, &out);
			test_free(exact);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rfc_822_dates_survive_what_feeds_really_send),
		cmocka_unit_test(iso_dates_are_read_in_every_precision),
		cmocka_unit_test(what_is_no_date_is_refused_and_never_becomes_1970),
		cmocka_unit_test(any_cut_of_a_date_is_read_within_its_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
