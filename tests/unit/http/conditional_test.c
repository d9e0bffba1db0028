#include "test.h"

#include <tamis/accept.h>
#include <tamis/conditional.h>
#include <tamis/http_date.h>

#define NOW INT64_C(1773576000) /* 2026-03-15T12:00:00Z */

static void dates_are_read_in_all_three_forms(void **state)
{
	static const struct {
		const char *why;
		struct tms_str in;
		tms_time want; /* -1: refused */
	} rows[] = {
		{ "IMF-fixdate", TMS_STR_INIT("Sun, 06 Nov 1994 08:49:37 GMT"), 784111777 },
		{ "RFC 850", TMS_STR_INIT("Sunday, 06-Nov-94 08:49:37 GMT"), 784111777 },
		{ "asctime", TMS_STR_INIT("Sun Nov  6 08:49:37 1994"), 784111777 },
		{ "asctime, two digits", TMS_STR_INIT("Wed Nov 16 08:49:37 1994"), 784975777 },
		{ "RFC 850, 50 years ahead at most", TMS_STR_INIT("Friday, 01-Jan-76 00:00:00 GMT"),
			INT64_C(3345062400) },
		{ "RFC 850, 51 years ahead is the past",
			TMS_STR_INIT("Friday, 01-Jan-77 00:00:00 GMT"), 220924800 },
		{ "a leap second", TMS_STR_INIT("Sat, 31 Dec 2016 23:59:60 GMT"), 1483228799 },
		{ "the day's name is not compared", TMS_STR_INIT("Mon, 06 Nov 1994 08:49:37 GMT"),
			784111777 },
		{ "a date that does not exist", TMS_STR_INIT("Sun, 30 Feb 1994 08:49:37 GMT"), -1 },
		{ "another zone", TMS_STR_INIT("Sun, 06 Nov 1994 08:49:37 UTC"), -1 },
		{ "one digit", TMS_STR_INIT("Sun, 6 Nov 1994 08:49:37 GMT"), -1 },
		{ "RFC 3339", TMS_STR_INIT("1994-11-06T08:49:37Z"), -1 },
		{ "more behind it", TMS_STR_INIT("Sun, 06 Nov 1994 08:49:37 GMT; length=1"), -1 },
		{ "a month that is none", TMS_STR_INIT("Sun, 06 GMT 1994 08:49:37 GMT"), -1 },
		{ "nothing", TMS_STR_INIT(""), -1 },
	};
	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		tms_time got = -1;
		if (tms_http_date_parse(rows[i].in, NOW, &got) != (rows[i].want >= 0) ||
			got != rows[i].want)
			fail_msg("%s: %lld", rows[i].why, (long long)got);
	}
}

static void what_is_written_is_read_back(void **state)
{
	struct tms_buf buf = { 0 };
	(void)state;
	for (tms_time t = 0; t < INT64_C(8000000000); t += INT64_C(86399) * 411) {
		tms_time back = -1;
		tms_buf_clear(&buf);
		tms_time_write_http(&buf, t);
		assert_true(tms_http_date_parse(tms_buf_str(&buf), NOW, &back));
		assert_int_equal(back, t);
	}
	tms_buf_free(&buf);
}

/* A request with this list is answered by 304. */
static bool names_tag(struct tms_str list, struct tms_str etag)
{
	const struct tms_header header = { TMS_STR_INIT("If-None-Match"), list };
	const struct tms_request request = { .headers = &header, .header_count = 1 };
	const struct tms_validators validators = { etag, TMS_TIME_NONE };

	return tms_request_holds(&request, &validators, NOW);
}

static void entity_tags_are_compared_weakly(void **state)
{
	static const struct {
		const char *why;
		struct tms_str list, etag;
		bool want;
	} rows[] = {
		{ "the same", TMS_STR_INIT("\"a\""), TMS_STR_INIT("\"a\""), true },
		{ "another", TMS_STR_INIT("\"a\""), TMS_STR_INIT("\"b\""), false },
		{ "weak on one side", TMS_STR_INIT("W/\"a\""), TMS_STR_INIT("\"a\""), true },
		{ "weak on the other", TMS_STR_INIT("\"a\""), TMS_STR_INIT("W/\"a\""), true },
		{ "one of a list", TMS_STR_INIT("\"x\", W/\"y\" ,\"a\""), TMS_STR_INIT("\"a\""),
			true },
		{ "a comma within a tag", TMS_STR_INIT("\"x,a\", \"a,b\""), TMS_STR_INIT("\"a,b\""),
			true },
		{ "part of a tag", TMS_STR_INIT("\"ab\""), TMS_STR_INIT("\"a\""), false },
		{ "anything", TMS_STR_INIT(" * "), TMS_STR_INIT("\"a\""), true },
		{ "anything, and there is nothing", TMS_STR_INIT("*"), TMS_STR_INIT(""), false },
		{ "Apache's suffix", TMS_STR_INIT("\"a-gzip\""), TMS_STR_INIT("\"a\""), true },
		{ "our own per coding", TMS_STR_INIT("\"a\""), TMS_STR_INIT("W/\"a-gzip\""), true },
		{ "the suffix alone is a tag too", TMS_STR_INIT("\"-gzip\""), TMS_STR_INIT("\"a\""),
			false },
		{ "no quotes: not a tag", TMS_STR_INIT("a"), TMS_STR_INIT("\"a\""), false },
		{ "w/ is not W/", TMS_STR_INIT("w/\"a\""), TMS_STR_INIT("\"a\""), false },
		{ "an open quote", TMS_STR_INIT("\"a"), TMS_STR_INIT("\"a\""), false },
		{ "a tag without bytes", TMS_STR_INIT("W/\"\""), TMS_STR_INIT("\"\""), true },
		{ "a space is no byte of a tag", TMS_STR_INIT("\"a b\""), TMS_STR_INIT("\"a b\""),
			false },
		{ "empty elements", TMS_STR_INIT(",, ,\"a\","), TMS_STR_INIT("\"a\""), true },
	};
	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++)
		if (names_tag(rows[i].list, rows[i].etag) != rows[i].want)
			fail_msg("%s", rows[i].why);
}

static void a_client_that_holds_the_answer_is_told_so(void **state)
{
	static const struct {
		const char *why;
		enum tms_method method;
		struct tms_header headers[2];
		bool want;
	} rows[] = {
		{ "nothing asked", TMS_METHOD_GET, { { { 0 } } }, false },
		{ "the tag", TMS_METHOD_GET,
			{ { TMS_STR_INIT("if-none-match"), TMS_STR_INIT("\"e\"") } }, true },
		{ "HEAD too", TMS_METHOD_HEAD,
			{ { TMS_STR_INIT("If-None-Match"), TMS_STR_INIT("\"e\"") } }, true },
		{ "POST never", TMS_METHOD_POST,
			{ { TMS_STR_INIT("If-None-Match"), TMS_STR_INIT("\"e\"") } }, false },
		{ "the tag differs, the date would do: the tag decides", TMS_METHOD_GET,
			{ { TMS_STR_INIT("If-None-Match"), TMS_STR_INIT("\"x\"") },
				{ TMS_STR_INIT("If-Modified-Since"),
					TMS_STR_INIT("Sun, 06 Nov 1994 08:49:37 GMT") } },
			false },
		{ "the second line has it", TMS_METHOD_GET,
			{ { TMS_STR_INIT("If-None-Match"), TMS_STR_INIT("\"x\"") },
				{ TMS_STR_INIT("If-None-Match"), TMS_STR_INIT("\"e\"") } },
			true },
		{ "the same second", TMS_METHOD_GET,
			{ { TMS_STR_INIT("If-Modified-Since"),
				TMS_STR_INIT("Sun, 06 Nov 1994 08:49:37 GMT") } },
			true },
		{ "newsboat: re-formatted by curl", TMS_METHOD_GET,
			{ { TMS_STR_INIT("If-Modified-Since"),
				TMS_STR_INIT("Sunday, 06-Nov-94 08:49:37 GMT") } },
			true },
		{ "a second before", TMS_METHOD_GET,
			{ { TMS_STR_INIT("If-Modified-Since"),
				TMS_STR_INIT("Sun, 06 Nov 1994 08:49:36 GMT") } },
			false },
		{ "no date", TMS_METHOD_GET,
			{ { TMS_STR_INIT("If-Modified-Since"), TMS_STR_INIT("yesterday") } },
			false },
		{ "RFC 9110 13.1.3: a date in the future is no date", TMS_METHOD_GET,
			{ { TMS_STR_INIT("If-Modified-Since"),
				TMS_STR_INIT("Sun, 15 Mar 2026 12:00:01 GMT") } },
			false },
	};
	const struct tms_validators validators = { TMS_STR_INIT("W/\"e\""), 784111777 };
	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_request request = {
			.method = rows[i].method, .headers = rows[i].headers, .header_count = 2
		};
		if (tms_request_holds(&request, &validators, NOW) != rows[i].want)
			fail_msg("%s", rows[i].why);
	}
}

static void codings_follow_what_the_client_weighs(void **state)
{
	static const struct {
		const char *why;
		struct tms_str in;
		enum tms_coding want;
	} rows[] = {
		{ "no field", TMS_STR_INIT(""), TMS_CODING_IDENTITY },
		{ "Miniflux", TMS_STR_INIT("br,gzip"), TMS_CODING_GZIP },
		{ "curl", TMS_STR_INIT("deflate, gzip, br, zstd"), TMS_CODING_GZIP },
		{ "an old name", TMS_STR_INIT("x-gzip"), TMS_CODING_GZIP },
		{ "only brotli", TMS_STR_INIT("br"), TMS_CODING_IDENTITY },
		{ "refused", TMS_STR_INIT("gzip;q=0"), TMS_CODING_IDENTITY },
		{ "refused in full", TMS_STR_INIT("gzip;q=0.000"), TMS_CODING_IDENTITY },
		{ "a little", TMS_STR_INIT("gzip ; q=0.001"), TMS_CODING_GZIP },
		{ "anything", TMS_STR_INIT("*"), TMS_CODING_GZIP },
		{ "anything but gzip", TMS_STR_INIT("*, GZIP;Q=0"), TMS_CODING_IDENTITY },
		{ "identity ranked higher", TMS_STR_INIT("gzip;q=0.5, identity"),
			TMS_CODING_IDENTITY },
		{ "identity ranked lower", TMS_STR_INIT("gzip;q=0.5, identity;q=0.4"),
			TMS_CODING_GZIP },
		{ "identity refused", TMS_STR_INIT("identity;q=0"), TMS_CODING_NONE },
		{ "all refused", TMS_STR_INIT("*;q=0"), TMS_CODING_NONE },
		{ "all but identity", TMS_STR_INIT("identity, *;q=0"), TMS_CODING_IDENTITY },
		{ "all but gzip", TMS_STR_INIT("gzip, *;q=0"), TMS_CODING_GZIP },
		{ "a weight that is none", TMS_STR_INIT("gzip;q=2"), TMS_CODING_IDENTITY },
		{ "too many digits", TMS_STR_INIT("gzip;q=0.1234"), TMS_CODING_IDENTITY },
	};
	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++)
		if (tms_accept_coding(rows[i].in) != rows[i].want)
			fail_msg("%s", rows[i].why);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dates_are_read_in_all_three_forms),
		cmocka_unit_test(what_is_written_is_read_back),
		cmocka_unit_test(entity_tags_are_compared_weakly),
		cmocka_unit_test(a_client_that_holds_the_answer_is_told_so),
		cmocka_unit_test(codings_follow_what_the_client_weighs),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
