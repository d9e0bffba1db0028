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

static void dates_of_many_languages_and_programs_are_read(void **state)
{
	static const struct row rows[] = {
		{ "OnBlog", "2004년 05월 28일  01:31:15", "2004-05-27T16:31:15Z" },
		{ "Nate", "2004-05-25 오후 11:23:17", "2004-05-25T14:23:17Z" },
		{ "Nate before noon", "2004-05-25 오전 12:23:17", "2004-05-24T15:23:17Z" },
		{ "Korean units throughout", "2004년 5월 28일 오후 1시 31분",
			"2004-05-28T04:31:00Z" },
		{ "Japanese, Chinese", "2004年05月28日 10時20分30秒", "2004-05-28T10:20:30Z", false,
			true },
		{ "Chinese afternoon", "2004年5月28日 下午3:20", "2004-05-28T15:20:00Z", false,
			true },
		{ "Greek", "Κυρ, 11 Ιούλ 2004 12:00:00 EST", "2004-07-11T17:00:00Z" },
		{ "Greek May", "Τρι, 25 Μάι 2004 12:00:00 GMT", "2004-05-25T12:00:00Z" },
		{ "Hungarian", "2004-július-13T9:15-05:00", "2004-07-13T14:15:00Z" },
		{ "Hungarian in words", "2022. november 16., szerda 14:30", "2022-11-16T14:30:00Z",
			false, true },
		{ "Perforce", "Fri, 2006/09/15 08:19:53 EDT", "2006-09-15T12:19:53Z" },
		{ "MSSQL", "2004-07-08 23:56:58.0", "2004-07-08T23:56:58Z", false, true },
		{ "asctime with a zone", "Sun Jul 15 01:16:00 +0000 2012", "2012-07-15T01:16:00Z" },
		{ "German", "Mi, 16. März 2022 um 14:30 Uhr", "2022-03-16T14:30:00Z", false, true },
		{ "German zone", "16. Dezember 2022 14:30 MEZ", "2022-12-16T13:30:00Z" },
		{ "German, dotted", "16.11.2022 14:30", "2022-11-16T14:30:00Z", false, true },
		{ "dotted with spaces", "1. 6. 2022", "2022-06-01T00:00:00Z", true, true },
		{ "Norwegian", "ons, 1. juni 2022 kl. 14.30", "2022-06-01T14:30:00Z", false, true },
		{ "Norwegian December", "16 des 2022 14:30:00 +0100", "2022-12-16T13:30:00Z" },
		{ "Danish", "onsdag den 16. maj 2022 kl. 14.30.15", "2022-05-16T14:30:15Z", false,
			true },
		{ "Swedish", "lör, 16 aug 2022 10:00:00 +0200", "2022-08-16T08:00:00Z" },
		{ "Icelandic", "fös, 16 ágú 2022 10:00:00 GMT", "2022-08-16T10:00:00Z" },
		{ "Finnish", "ke 16. marraskuuta 2022 klo 14.30", "2022-11-16T14:30:00Z", false,
			true },
		{ "French", "mercredi 16 août 2022 à 14h30", "2022-08-16T14:30:00Z", false, true },
		{ "French, the first", "1er février 2022", "2022-02-01T00:00:00Z", true, true },
		{ "French Tuesday that looks like March", "mar. 16 nov. 2022 10:00:00 +0100",
			"2022-11-16T09:00:00Z" },
		{ "and in March", "mar, 15 mar 2022 10:00:00 GMT", "2022-03-15T10:00:00Z" },
		{ "Spanish", "16 de noviembre de 2022 a las 10:00", "2022-11-16T10:00:00Z", false,
			true },
		{ "Spanish, short", "mié, 16 ene 2022 10:00:00 GMT", "2022-01-16T10:00:00Z" },
		{ "Italian", "gio, 16 giu 2022 10:00:00 +0200", "2022-06-16T08:00:00Z" },
		{ "Portuguese", "seg, 16 out 2022 10:00:00 -0300", "2022-10-16T13:00:00Z" },
		{ "Dutch", "wo, 16 mrt 2022 10:00:00 +0100", "2022-03-16T09:00:00Z" },
		{ "Polish", "śr., 16 września 2022 10:00", "2022-09-16T10:00:00Z", false, true },
		{ "Czech June and July", "16. července 2022", "2022-07-16T00:00:00Z", true, true },
		{ "Romanian", "mie, 16 noi 2022 10:00:00 +0200", "2022-11-16T08:00:00Z" },
		{ "Turkish", "16 Kasım 2022 Çarşamba 10:00", "2022-11-16T10:00:00Z", false, true },
		{ "Russian", "Ср, 16 ноя 2022 00:38:15 +0300", "2022-11-15T21:38:15Z" },
		{ "Russian, genitive", "16 мая 2022 г. 10:00 MSK", "2022-05-16T07:00:00Z" },
		{ "Ukrainian", "16 листопада 2022", "2022-11-16T00:00:00Z", true, true },
		{ "Indonesian", "Rab, 16 Agu 2022 10:00:00 WIB", "2022-08-16T03:00:00Z" },
		{ "Etc/GMT", "Wed, 19 Aug 2009 18:28:00 Etc/GMT", "2009-08-19T18:28:00Z" },
		{ "a zone by its city", "Wed, 19 Aug 2009 18:28:00 Europe/Berlin",
			"2009-08-19T18:28:00Z", false, true },
		{ "GMT and an offset with a colon", "Wed, 19 Feb 2012 22:40:00 GMT-01:01",
			"2012-02-19T23:41:00Z" },
		{ "two letters, Eastern", "Mon, 26 January 2004 16:31:00 ET",
			"2004-01-26T21:31:00Z" },
		{ "two letters, Atlantic", "Mon, 26 January 2004 16:31:00 AT",
			"2004-01-26T20:31:00Z" },
		{ "MEST", "Thu, 30 Apr 2015 08:57:00 MEST", "2015-04-30T06:57:00Z" },
		{ "ancient", "Thu, 01 Jan 0100 00:00:01 +0100", "0099-12-31T23:00:01Z" },
		{ "a comma too many", "Mon, 13 Feb, 2012 06:28:00 UTC", "2012-02-13T06:28:00Z" },
		{ "JavaScript",
			"Wed Nov 16 2022 10:00:00 GMT+0100 (Central European Standard Time)",
			"2022-11-16T09:00:00Z" },
		{ "p.m.", "January 4, 2004, 7:48 p.m. EST", "2004-01-05T00:48:00Z" },
		{ "an hour alone", "January 4, 2004 7 PM", "2004-01-04T19:00:00Z", false, true },
	};
	(void)state;
	check(rows, TMS_COUNT(rows));
}

static void truncated_forms_of_iso_8601_are_read_where_they_name_a_day(void **state)
{
	static const struct row rows[] = {
		{ "year and month", "-0312", "2003-12-01T00:00:00Z", true, true },
		{ "with a hyphen", "-03-12", "2003-12-01T00:00:00Z", true, true },
		{ "two digits each", "031231", "2003-12-31T00:00:00Z", true, true },
		{ "with hyphens", "03-12-31", "2003-12-31T00:00:00Z", true, true },
		{ "of the last century", "99-12-31", "1999-12-31T00:00:00Z", true, true },
		{ "with a time", "03-12-31T10:14:55Z", "2003-12-31T10:14:55Z" },
		{ "day of the year", "03335", "2003-12-01T00:00:00Z", true, true },
		{ "a month of three digits", "2003-012-31T10:14:55+00:00", "2003-12-31T10:14:55Z" },
		{ "compact week", "2020W537", "2021-01-03T00:00:00Z", true, true },
		{ "an hour alone", "2003-12-31T10Z", "2003-12-31T10:00:00Z" },
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
		"2004-01-01T10:00:00Zjunk", "01/02/2004", "30-02-2026", "2003-366", "2003-W54",
		"2021-W53", "0000-01-01", "12999", "03-12", "--12-31", "30.02.2026",
		"Sun, 16 Dec 2012 1:2:3:4 GMT", "Sun, 16 zzz 2012 11:47:32 GMT",
		"Sun, 16 Dec 2012 11:47:32 +zz:00", "Sun, 16 Dec 2012 11:47:32 +00:zz",
		"Sun, 99 Jun 2009 12:00:00 GMT", "2003-14-31", "2004년 13월 28일", "mar 16",
		"1072986501", "19:48:21 GMT", "Jan 2004 x", "07-01T01:55:07-05:00",
		"Thu, 01 Jan 20041 19:48:21 GMT", "01 Jan 2004 13:00 am GMT",
		"9999-12-31T23:59:59-01:00", "T10:00", "1 Jan 2004 1 Jan 2004", "Jan Feb 2 2004",
		"\xff\xfe", "2004-01-0101" };
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
		cmocka_unit_test(dates_of_many_languages_and_programs_are_read),
		cmocka_unit_test(truncated_forms_of_iso_8601_are_read_where_they_name_a_day),
		cmocka_unit_test(what_is_no_date_is_refused_and_never_becomes_1970),
		cmocka_unit_test(any_cut_of_a_date_is_read_within_its_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
