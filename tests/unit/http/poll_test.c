#include "test.h"

#include <tamis/poll.h>

#define NOW 1772452800 /* 2026-03-02T12:00:00Z */

static const struct tms_poll hourly = { .key = TMS_STR_INIT("url"),
	.url = TMS_STR_INIT("https://example.org/feed"),
	.every_s = TMS_HOUR_S };
static const struct tms_rhythm rhythm = { .min_s = 900 };

static struct tms_poll_answer listed(void)
{
	return (struct tms_poll_answer){
		.outcome = TMS_OUTCOME_LISTED, .http_status = 200, .pages = 1
	};
}

static struct tms_poll_answer failed(int status)
{
	return (struct tms_poll_answer){ .outcome = status ? TMS_OUTCOME_STATUS
							   : TMS_OUTCOME_UNREACHABLE,
		.http_status = status,
		.error = TMS_STR("it failed") };
}

static void a_success_waits_its_rhythm_and_no_less_than_the_floor(void **state)
{
	static const struct {
		const char *why;
		struct tms_str cache_control, age, expires, date;
		int64_t every_s, wait_s;
	} rows[] = {
		{ "the source's own rhythm", { 0 }, { 0 }, { 0 }, { 0 }, TMS_HOUR_S, TMS_HOUR_S },
		{ "the floor of the configuration", { 0 }, { 0 }, { 0 }, { 0 }, 60, 900 },
		{ "max-age lengthens", TMS_STR_INIT("public, max-age=7200"), { 0 }, { 0 }, { 0 },
			TMS_HOUR_S, 7200 },
		{ "max-age never shortens", TMS_STR_INIT("max-age=10"), { 0 }, { 0 }, { 0 },
			TMS_HOUR_S, TMS_HOUR_S },
		{ "a quoted argument is read", TMS_STR_INIT("max-age=\"7200\""), { 0 }, { 0 },
			{ 0 }, TMS_HOUR_S, 7200 },
		{ "age is taken off", TMS_STR_INIT("max-age=9000"), TMS_STR_INIT("1000"), { 0 },
			{ 0 }, TMS_HOUR_S, 8000 },
		{ "a day at most", TMS_STR_INIT("max-age=9999999"), { 0 }, { 0 }, { 0 }, TMS_HOUR_S,
			TMS_DAY_S },
		{ "no-cache says nothing of freshness", TMS_STR_INIT("no-cache, max-age=7200"),
			{ 0 }, { 0 }, { 0 }, TMS_HOUR_S, TMS_HOUR_S },
		{ "Expires counts from Date", { 0 }, { 0 },
			TMS_STR_INIT("Mon, 02 Mar 2026 15:00:00 GMT"),
			TMS_STR_INIT("Mon, 02 Mar 2026 12:00:00 GMT"), TMS_HOUR_S, 3 * TMS_HOUR_S },
		{ "max-age wins over Expires", TMS_STR_INIT("max-age=0"), { 0 },
			TMS_STR_INIT("Mon, 02 Mar 2026 15:00:00 GMT"),
			TMS_STR_INIT("Mon, 02 Mar 2026 12:00:00 GMT"), TMS_HOUR_S, TMS_HOUR_S },
		{ "a negative max-age is nonsense", TMS_STR_INIT("max-age=-7200"), { 0 }, { 0 },
			{ 0 }, TMS_HOUR_S, TMS_HOUR_S },
	};
	(void)state;

	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_poll_state s = { 0 };
		struct tms_poll poll = hourly;
		struct tms_poll_answer answer = listed();
		poll.every_s = rows[i].every_s;
		answer.cache_control = rows[i].cache_control;
		answer.age = rows[i].age;
		answer.expires = rows[i].expires;
		answer.date = rows[i].date;
		tms_poll_step(&s, &poll, &rhythm, &answer, NOW, 0.5);
		if (s.next_due != NOW + rows[i].wait_s)
			fail_msg("%s: waits %lld", rows[i].why, (long long)(s.next_due - NOW));
	}
}

static void failures_back_off_to_a_day_and_a_success_forgives(void **state)
{
	struct tms_poll_state s = { 0 };
	struct tms_poll_answer bad = failed(0), good = listed();
	int64_t last_s = 0;
	(void)state;

	for (int i = 0; i < 30; i++) {
		tms_poll_step(&s, &hourly, &rhythm, &bad, NOW, 0.5);
		int64_t wait_s = s.next_due - NOW;
		assert_true(wait_s >= last_s && wait_s <= TMS_DAY_S);
		if (i == 0)
			assert_int_equal(wait_s, 60);
		if (i == 3)
			assert_int_equal(wait_s, 480);
		last_s = wait_s;
	}
	assert_int_equal(last_s, TMS_DAY_S);
	assert_string_equal(s.error, "it failed");
	tms_poll_step(&s, &hourly, &rhythm, &good, NOW, 0.5);
	assert_int_equal(s.failures, 0);
	assert_string_equal(s.error, "");
	tms_poll_step(&s, &hourly, &rhythm, &bad, NOW, 0);
	assert_int_equal(s.next_due - NOW, 48); /* jitter spreads by a fifth either way */
	s.failures = 0;
	tms_poll_step(&s, &hourly, &rhythm, &bad, NOW, 0.999);
	assert_in_range(s.next_due - NOW, 71, 72);
}

static void what_a_status_means_is_obeyed(void **state)
{
	struct tms_poll_state s = { 0 };
	struct tms_poll_answer gone = failed(410), missing = failed(404), busy = failed(429),
			       down = failed(503);
	(void)state;

	tms_poll_step(&s, &hourly, &rhythm, &missing, NOW, 0.5);
	assert_int_equal(s.next_due, NOW + TMS_DAY_S);
	busy.retry_after = TMS_STR("7200");
	s = (struct tms_poll_state){ 0 };
	tms_poll_step(&s, &hourly, &rhythm, &busy, NOW, 0);
	assert_int_equal(s.next_due, NOW + 7200);
	down.retry_after = TMS_STR("Tue, 03 Mar 2026 12:00:00 GMT");
	assert_int_equal(tms_poll_answer_pause_s(&down, NOW), TMS_DAY_S);
	busy.retry_after = (struct tms_str){ 0 };
	busy.rate_limit = TMS_STR("\"api\";r=0;t=55");
	assert_int_equal(tms_poll_answer_pause_s(&busy, NOW), 55);
	busy.rate_limit = TMS_STR("\"api\";r=3;t=55");
	assert_int_equal(tms_poll_answer_pause_s(&busy, NOW), 0);
	tms_poll_step(&s, &hourly, &rhythm, &gone, NOW, 0.5);
	assert_true(s.next_due == TMS_TIME_MAX);
}

static void retry_after_is_clamped_to_a_week(void **state)
{
	int64_t wait_s = -1;
	(void)state;

	assert_true(tms_retry_after_parse(TMS_STR("99999999"), NOW, &wait_s) &&
		    wait_s == 7 * TMS_DAY_S);
	assert_true(tms_retry_after_parse(TMS_STR("Sun, 01 Mar 2026 12:00:00 GMT"), NOW, &wait_s) &&
		    wait_s == 0);
	assert_false(tms_retry_after_parse(TMS_STR("-5"), NOW, &wait_s));
	assert_false(tms_retry_after_parse(TMS_STR("soon"), NOW, &wait_s));
	assert_false(tms_retry_after_parse(TMS_STR(""), NOW, &wait_s));
}

static void a_permanent_redirect_is_learned_when_seen_three_times(void **state)
{
	struct tms_poll_state s = { 0 };
	struct tms_poll_answer moved = listed(), bad = failed(0);
	(void)state;

	moved.permanent_redirect = true;
	moved.final_url = TMS_STR("https://new.example.org/feed");
	for (int i = 0; i < 2; i++) {
		tms_poll_step(&s, &hourly, &rhythm, &moved, NOW, 0.5);
		assert_str(tms_poll_url(&s, &hourly), "https://example.org/feed");
	}
	tms_poll_step(&s, &hourly, &rhythm, &moved, NOW, 0.5);
	assert_str(tms_poll_url(&s, &hourly), "https://new.example.org/feed");
	struct tms_poll_answer straight = listed();
	tms_poll_step(&s, &hourly, &rhythm, &straight, NOW, 0.5);
	assert_str(tms_poll_url(&s, &hourly), "https://new.example.org/feed");
	for (int i = 0; i < 3; i++) /* the new place died: the old one is asked again */
		tms_poll_step(&s, &hourly, &rhythm, &bad, NOW, 0.5);
	assert_str(tms_poll_url(&s, &hourly), "https://example.org/feed");
}

static void validators_are_kept_byte_for_byte_and_only_for_one_page(void **state)
{
	struct tms_poll_state s = { 0 };
	struct tms_poll_answer answer = listed();
	(void)state;

	answer.etag = TMS_STR("W/\"a b\"");
	answer.last_modified = TMS_STR("yesterday or so");
	tms_poll_step(&s, &hourly, &rhythm, &answer, NOW, 0.5);
	assert_true(tms_poll_is_conditional(&s));
	assert_string_equal(s.etag, "W/\"a b\"");
	answer.outcome = TMS_OUTCOME_UNCHANGED;
	answer.etag = (struct tms_str){ 0 };
	tms_poll_step(&s, &hourly, &rhythm, &answer, NOW, 0.5);
	assert_string_equal(s.etag, "W/\"a b\"");
	answer = listed();
	answer.etag = TMS_STR("\"x\"");
	answer.pages = 3;
	tms_poll_step(&s, &hourly, &rhythm, &answer, NOW, 0.5);
	assert_false(tms_poll_is_conditional(&s));
}

static void the_state_survives_being_stored(void **state)
{
	struct tms_poll_state s = { .last_attempt = 5,
		.last_success = 4,
		.next_due = TMS_TIME_MAX,
		.http_status = 410,
		.failures = 2,
		.redirects_seen = 3,
		.pages = 7,
		.etag = "\"\\\"\"",
		.last_modified = "then",
		.learned_url = "https://example.org/",
		.error = "caf\xc3\xa9" },
			      back;
	struct tms_buf buf = { 0 };
	(void)state;

	tms_poll_state_write(&buf, &s);
	assert_int_equal(buf.status, TMS_OK);
	assert_int_equal(tms_poll_state_parse(tms_buf_str(&buf), &back), TMS_OK);
	assert_int_equal(back.next_due, s.next_due);
	assert_int_equal(back.pages, 7);
	assert_string_equal(back.etag, s.etag);
	assert_string_equal(back.learned_url, s.learned_url);
	assert_string_equal(back.error, s.error);
	assert_int_equal(tms_poll_state_parse(TMS_STR("[]"), &back), TMS_EMALFORMED);
	assert_int_equal(tms_poll_state_parse(TMS_STR(""), &back), TMS_EMALFORMED);
	tms_buf_free(&buf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_success_waits_its_rhythm_and_no_less_than_the_floor),
		cmocka_unit_test(failures_back_off_to_a_day_and_a_success_forgives),
		cmocka_unit_test(what_a_status_means_is_obeyed),
		cmocka_unit_test(retry_after_is_clamped_to_a_week),
		cmocka_unit_test(a_permanent_redirect_is_learned_when_seen_three_times),
		cmocka_unit_test(validators_are_kept_byte_for_byte_and_only_for_one_page),
		cmocka_unit_test(the_state_survives_being_stored),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
