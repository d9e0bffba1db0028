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

static void a_404_keeps_its_rhythm_and_waits_longer_only_after_three(void **state)
{
	static const int64_t waits_s[] = { 1, 1, 1, 2, 4, 8, 16, 24, 24 };
	struct tms_poll_state s = { 0 };
	struct tms_poll_answer missing = failed(404), good = listed(), bad = failed(500);
	(void)state;

	for (size_t i = 0; i < TMS_COUNT(waits_s); i++) {
		tms_poll_step(&s, &hourly, &rhythm, &missing, NOW, 0.5);
		assert_int_equal(s.next_due - NOW, waits_s[i] * TMS_HOUR_S);
	}
	tms_poll_step(&s, &hourly, &rhythm, &good, NOW, 0.5);
	tms_poll_step(&s, &hourly, &rhythm, &missing, NOW, 0.5);
	assert_int_equal(s.next_due - NOW, TMS_HOUR_S);
	s.missing = 7;
	tms_poll_step(&s, &hourly, &rhythm, &bad, NOW, 0.5); /* in a row, that is */
	tms_poll_step(&s, &hourly, &rhythm, &missing, NOW, 0.5);
	assert_int_equal(s.next_due - NOW, TMS_HOUR_S);
	/* a list that is asked less often than daily is not asked more often for being missing */
	struct tms_poll weekly = hourly;
	weekly.every_s = 7 * TMS_DAY_S;
	s = (struct tms_poll_state){ 0 };
	for (int i = 0; i < 9; i++)
		tms_poll_step(&s, &weekly, &rhythm, &missing, NOW, 0.5);
	assert_int_equal(s.next_due - NOW, 7 * TMS_DAY_S);
}

static void a_410_is_believed_on_the_third_day_and_asked_once_a_week(void **state)
{
	struct tms_poll_state s = { 0 };
	struct tms_poll_answer gone = failed(410), good = listed(), bad = failed(500);
	(void)state;

	for (int i = 0; i < 20; i++) /* so often on one day means nothing */
		tms_poll_step(&s, &hourly, &rhythm, &gone, NOW + i, 0.5);
	assert_true(s.waits_for != TMS_WAIT_GONE && s.next_due <= NOW + 19 + TMS_DAY_S);
	tms_poll_step(&s, &hourly, &rhythm, &gone, NOW + TMS_DAY_S, 0.5);
	tms_poll_step(&s, &hourly, &rhythm, &bad, NOW + TMS_DAY_S + 60, 0.5);
	assert_true(s.waits_for != TMS_WAIT_GONE);
	tms_poll_step(&s, &hourly, &rhythm, &gone, NOW + 2 * TMS_DAY_S, 0.5);
	assert_int_equal(s.waits_for, TMS_WAIT_GONE);
	assert_int_equal(s.next_due, NOW + 9 * TMS_DAY_S);
	assert_int_equal(tms_poll_due(&s, &hourly, &rhythm, NOW + 2 * TMS_DAY_S), s.next_due);
	tms_poll_step(&s, &hourly, &rhythm, &good, NOW + 9 * TMS_DAY_S, 0.5);
	tms_poll_step(&s, &hourly, &rhythm, &gone, NOW + 10 * TMS_DAY_S, 0.5);
	assert_int_equal(s.next_due, NOW + 10 * TMS_DAY_S + TMS_HOUR_S); /* all is forgiven */
}

static void a_pause_is_of_the_address_for_503_and_of_the_host_for_429(void **state)
{
	static const struct {
		const char *why;
		int status;
		struct tms_str retry_after, rate_limit, remaining, reset;
		int64_t wait_s, host_s;
		enum tms_wait waits_for;
	} rows[] = {
		{ "503 with a time: this address alone", 503, TMS_STR_INIT("7200"), { 0 }, { 0 },
			{ 0 }, 7200, 0, TMS_WAIT_ASKED },
		{ "503 without one: as any failure", 503, { 0 }, { 0 }, { 0 }, { 0 }, 48, 0,
			TMS_WAIT_BACKOFF },
		{ "503 for ever: a day", 503, TMS_STR_INIT("31536000"), { 0 }, { 0 }, { 0 },
			TMS_DAY_S, 0, TMS_WAIT_ASKED },
		{ "429 with a time: the host", 429, TMS_STR_INIT("7200"), { 0 }, { 0 }, { 0 }, 7200,
			7200, TMS_WAIT_HOST },
		{ "429 with a date", 429, TMS_STR_INIT("Mon, 02 Mar 2026 13:00:00 GMT"), { 0 },
			{ 0 }, { 0 }, TMS_HOUR_S, TMS_HOUR_S, TMS_WAIT_HOST },
		{ "429 for ever: a day", 429, TMS_STR_INIT("31536000"), { 0 }, { 0 }, { 0 },
			TMS_DAY_S, TMS_DAY_S, TMS_WAIT_HOST },
		{ "429 without a time: the host, as long as the list waits", 429, { 0 }, { 0 },
			{ 0 }, { 0 }, 48, 48, TMS_WAIT_HOST },
		{ "RateLimit of a 429", 429, { 0 }, TMS_STR_INIT("\"api\";r=0;t=300"), { 0 }, { 0 },
			300, 300, TMS_WAIT_HOST },
		{ "RateLimit of a good answer says stop too", 200, { 0 },
			TMS_STR_INIT("\"api\";r=0;t=7200"), { 0 }, { 0 }, 7200, 7200,
			TMS_WAIT_HOST },
		{ "something is left", 200, { 0 }, TMS_STR_INIT("\"api\";r=1;t=7200"), { 0 }, { 0 },
			TMS_HOUR_S, 0, TMS_WAIT_RHYTHM },
		{ "one of two quotas is used up", 200, { 0 },
			TMS_STR_INIT("\"burst\";r=9;t=1, \"day\";r=0;t=7200"), { 0 }, { 0 }, 7200,
			7200, TMS_WAIT_HOST },
		{ "an older draft", 200, { 0 }, TMS_STR_INIT("limit=100, remaining=0, reset=7200"),
			{ 0 }, { 0 }, 7200, 7200, TMS_WAIT_HOST },
		{ "headers of their own", 200, { 0 }, { 0 }, TMS_STR_INIT("0"),
			TMS_STR_INIT("7200"), 7200, 7200, TMS_WAIT_HOST },
		{ "whose reset is a moment", 200, { 0 }, { 0 }, TMS_STR_INIT("0"),
			TMS_STR_INIT("1772460000"), 7200, 7200, TMS_WAIT_HOST },
	};
	(void)state;

	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_poll_state s = { 0 };
		struct tms_poll_answer answer =
			rows[i].status == 200 ? listed() : failed(rows[i].status);
		answer.retry_after = rows[i].retry_after;
		answer.rate_limit = rows[i].rate_limit;
		answer.rate_remaining = rows[i].remaining;
		answer.rate_reset = rows[i].reset;
		tms_time until = tms_poll_step(&s, &hourly, &rhythm, &answer, NOW, 0);
		if (s.next_due - NOW != rows[i].wait_s ||
			until != (rows[i].host_s ? NOW + rows[i].host_s : 0) ||
			s.waits_for != rows[i].waits_for)
			fail_msg("%s: waits %lld, the host %lld, for %d", rows[i].why,
				(long long)(s.next_due - NOW), (long long)(until - NOW),
				(int)s.waits_for);
	}
}

static void a_paused_host_is_no_failure_of_its_lists(void **state)
{
	struct tms_poll_state s = {
		.last_attempt = NOW - 60, .last_success = NOW - 60, .http_status = 200
	};
	struct tms_poll_answer paused = { .outcome = TMS_OUTCOME_PAUSED,
		.paused_until = NOW + 600 };
	(void)state;

	assert_false(tms_poll_answer_is_failure(&paused));
	tms_poll_step(&s, &hourly, &rhythm, &paused, NOW, 0);
	assert_int_equal(s.next_due, NOW + 600);
	assert_int_equal(s.waits_for, TMS_WAIT_HOST);
	assert_int_equal(s.last_attempt, NOW - 60);
	assert_int_equal(s.failures, 0);
	s = (struct tms_poll_state){ 0 }; /* before the first try, too */
	tms_poll_step(&s, &hourly, &rhythm, &paused, NOW, 0);
	assert_int_equal(tms_poll_due(&s, &hourly, &rhythm, NOW), NOW + 600);
}

static void who_asks_for_it_gets_it_now_within_the_pauses(void **state)
{
	static const struct {
		const char *why;
		int status;
		struct tms_str retry_after;
		int64_t due_s; /* from NOW, when it was answered at NOW */
	} rows[] = {
		{ "what answered well has the floor between", 200, { 0 }, 900 },
		{ "a 404 at once", 404, { 0 }, -NOW },
		{ "a 410 at once", 410, { 0 }, -NOW },
		{ "an outage at once", 500, { 0 }, -NOW },
		{ "an address that asked for a pause gets it", 503, TMS_STR_INIT("7200"), 7200 },
		{ "of a paused host the fetcher knows", 429, TMS_STR_INIT("7200"), -NOW },
	};
	(void)state;

	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_poll_state s = { .gone_days = 2, .gone_day = 86400 };
		struct tms_poll_answer answer =
			rows[i].status == 200 ? listed() : failed(rows[i].status);
		answer.retry_after = rows[i].retry_after;
		tms_poll_step(&s, &hourly, &rhythm, &answer, NOW, 0);
		tms_poll_refresh(&s, &rhythm);
		if (tms_poll_due(&s, &hourly, &rhythm, NOW) - NOW != rows[i].due_s)
			fail_msg("%s: due %lld", rows[i].why,
				(long long)(tms_poll_due(&s, &hourly, &rhythm, NOW) - NOW));
	}
}

static void who_asks_often_makes_no_wait_longer(void **state)
{
	struct tms_poll_state s = { 0 };
	struct tms_poll_answer broken = failed(500);
	(void)state;

	for (int i = 0; i < 10; i++) {
		tms_poll_refresh(&s, &rhythm);
		tms_poll_step(&s, &hourly, &rhythm, &broken, NOW + i, 0.5);
	}
	assert_int_equal(s.next_due, NOW + 9 + 2 * TMS_MINUTE_S);
}

static void a_pause_that_ends_before_the_backoff_is_kept_when_a_person_asks(void **state)
{
	struct tms_poll_state s = { .failures = 12 }, stored = { 0 };
	struct tms_poll_answer busy = failed(503), broken = failed(500);
	struct tms_buf bytes = { 0 };
	(void)state;

	busy.retry_after = TMS_STR("3600");
	tms_poll_step(&s, &hourly, &rhythm, &busy, NOW, 0);
	assert_true(tms_poll_due(&s, &hourly, &rhythm, NOW) > NOW + 3600);
	tms_poll_state_write(&bytes, &s);
	assert_int_equal(tms_poll_state_parse(tms_buf_str(&bytes), &stored), TMS_OK);
	tms_buf_free(&bytes);
	tms_poll_refresh(&stored, &rhythm);
	assert_int_equal(tms_poll_due(&stored, &hourly, &rhythm, NOW), NOW + 3600);
	assert_int_equal(stored.waits_for, TMS_WAIT_ASKED);
	tms_poll_step(&s, &hourly, &rhythm, &broken, NOW + 60, 0); /* it asks for none any more */
	tms_poll_refresh(&s, &rhythm);
	assert_int_equal(tms_poll_due(&s, &hourly, &rhythm, NOW + 60), 0);
}

static void a_shorter_rhythm_counts_from_the_next_moment(void **state)
{
	struct tms_poll_state s = { 0 };
	struct tms_poll daily = hourly;
	struct tms_poll_answer good = listed();
	(void)state;

	daily.every_s = TMS_DAY_S;
	tms_poll_step(&s, &daily, &rhythm, &good, NOW, 0.5);
	assert_int_equal(tms_poll_due(&s, &daily, &rhythm, NOW + 60), NOW + TMS_DAY_S);
	assert_int_equal(tms_poll_due(&s, &hourly, &rhythm, NOW + 60), NOW + TMS_HOUR_S);
	daily.every_s = 1;
	assert_int_equal(tms_poll_due(&s, &daily, &rhythm, NOW + 60), NOW + 900);
	/* what the upstream says of its answer stands */
	good.cache_control = TMS_STR("max-age=36000");
	tms_poll_step(&s, &hourly, &rhythm, &good, NOW, 0.5);
	assert_int_equal(tms_poll_due(&s, &daily, &rhythm, NOW + 60), NOW + 36000);
}

static void a_clock_that_was_set_back_freezes_nothing(void **state)
{
	static const int statuses[] = { 200, 404, 410, 429, 500, 503 };
	(void)state;

	for (size_t i = 0; i < TMS_COUNT(statuses); i++) {
		struct tms_poll_state s = { .gone_days = 2, .gone_day = 86400 };
		struct tms_poll_answer answer = statuses[i] == 200 ? listed() : failed(statuses[i]);
		answer.retry_after = TMS_STR("86400");
		answer.cache_control = TMS_STR("max-age=86400");
		tms_poll_step(&s, &hourly, &rhythm, &answer, NOW, 0.999);
		assert_true(tms_poll_due(&s, &hourly, &rhythm, NOW - 30 * TMS_DAY_S) <=
			    NOW - 30 * TMS_DAY_S);
	}
	/* by less than a day: what the upstream asked for is kept, its own rhythm is not waited for */
	for (size_t i = 0; i < TMS_COUNT(statuses); i++) {
		bool is_pause = statuses[i] == 429 || statuses[i] == 503;
		struct tms_poll_state s = { 0 };
		struct tms_poll_answer answer = statuses[i] == 200 ? listed() : failed(statuses[i]);
		answer.retry_after = TMS_STR("7200");
		tms_poll_step(&s, &hourly, &rhythm, &answer, NOW, 0);
		assert_int_equal(tms_poll_due(&s, &hourly, &rhythm, NOW - 20 * TMS_HOUR_S),
			is_pause ? NOW + 7200 : 0);
		assert_true(tms_poll_due(&s, &hourly, &rhythm, NOW - 30) > NOW); /* another's clock */
	}
	/* what an older version remembered of a 410: never again */
	struct tms_poll_state old = { .last_attempt = NOW, .next_due = TMS_TIME_MAX };
	assert_int_equal(tms_poll_due(&old, &hourly, &rhythm, NOW), NOW + TMS_HOUR_S);
}

static void a_list_is_not_asked_when_nothing_new_comes(void **state)
{
	struct tms_poll_state s = { 0 };
	struct tms_poll_answer good = listed(), unchanged = good, bad = failed(500);
	tms_time friday = NOW + 4 * TMS_DAY_S + 8 * TMS_HOUR_S; /* 2026-03-06T20:00:00Z */
	struct tms_poll slow = hourly;
	(void)state;

	slow.every_s = 6 * TMS_HOUR_S;
	good.skip.days = TMS_SKIP_WEEKEND;
	unchanged.outcome = TMS_OUTCOME_UNCHANGED;
	tms_poll_step(&s, &slow, &rhythm, &good, friday, 0);
	assert_int_equal(s.waits_for, TMS_WAIT_SKIP);
	assert_int_equal(s.next_due, friday + 52 * TMS_HOUR_S);
	assert_int_equal(tms_poll_due(&s, &slow, &rhythm, friday), s.next_due);
	/* a shorter rhythm has a moment before it */
	assert_int_equal(tms_poll_due(&s, &hourly, &rhythm, friday), friday + TMS_HOUR_S);
	tms_poll_step(&s, &slow, &rhythm, &unchanged, friday, 0.5); /* a 304 says the same */
	assert_int_equal(s.next_due, friday + 52 * TMS_HOUR_S + TMS_HOUR_S / 2);
	tms_poll_step(
		&s, &slow, &rhythm, &bad, friday + 5 * TMS_HOUR_S, 0.5); /* it is ill: no rest */
	assert_int_equal(s.next_due, friday + 5 * TMS_HOUR_S + 60);
	tms_poll_refresh(&s, &rhythm);
	assert_int_equal(tms_poll_due(&s, &slow, &rhythm, friday), 0);
	good.skip = (struct tms_skip){ 0 }; /* it says so no more */
	tms_poll_step(&s, &slow, &rhythm, &good, friday, 0);
	assert_int_equal(s.next_due, friday + 6 * TMS_HOUR_S);
	slow.skip.days = TMS_SKIP_WEEKEND; /* known of the upstream */
	tms_poll_step(&s, &slow, &rhythm, &good, friday, 0);
	assert_int_equal(s.next_due, friday + 52 * TMS_HOUR_S);
	good.skip.days = 0x7f; /* to skip everything is no rhythm */
	tms_poll_step(&s, &slow, &rhythm, &good, friday, 0);
	assert_int_equal(s.next_due, friday + 6 * TMS_HOUR_S);
	assert_true(tms_poll_due(&s, &slow, &rhythm, friday - 30 * TMS_DAY_S) <=
		    friday - 30 * TMS_DAY_S);
}

/* It is fresh for a day, and the one hour of the week at which something comes is over then. */
static void the_longest_wait_of_all_is_not_taken_for_a_clock_set_back(void **state)
{
	struct tms_poll_state s = { 0 };
	struct tms_poll_answer good = listed();
	tms_time saturday = NOW + 5 * TMS_DAY_S - TMS_HOUR_S; /* 2026-03-07T11:00:00Z */
	(void)state;

	good.cache_control = TMS_STR("max-age=86400");
	good.skip = (struct tms_skip){ .days = 0x7e, .hours = 0xffffff & ~(1u << 10) };
	tms_poll_step(&s, &hourly, &rhythm, &good, saturday, 0);
	assert_int_equal(s.next_due, saturday + 8 * TMS_DAY_S - TMS_HOUR_S);
	assert_int_equal(tms_poll_due(&s, &hourly, &rhythm, saturday), s.next_due);
}

static void retry_after_is_clamped_to_a_day(void **state)
{
	int64_t wait_s = -1;
	(void)state;

	assert_true(
		tms_retry_after_parse(TMS_STR("99999999"), NOW, &wait_s) && wait_s == TMS_DAY_S);
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
	answer.final_url = TMS_STR("https://example.org/there");
	answer.last_modified = TMS_STR("yesterday or so");
	tms_poll_step(&s, &hourly, &rhythm, &answer, NOW, 0.5);
	assert_true(tms_poll_is_conditional(&s));
	assert_string_equal(s.etag, "W/\"a b\"");
	assert_string_equal(s.answered_url, "https://example.org/there");
	answer.outcome = TMS_OUTCOME_UNCHANGED;
	answer.etag = (struct tms_str){ 0 };
	tms_poll_step(&s, &hourly, &rhythm, &answer, NOW, 0.5);
	assert_string_equal(s.etag, "W/\"a b\"");
	answer = listed();
	answer.etag = TMS_STR("\"x\"");
	answer.pages = 3;
	tms_poll_step(&s, &hourly, &rhythm, &answer, NOW, 0.5);
	assert_false(tms_poll_is_conditional(&s));
	answer.pages = 1;
	tms_poll_step(&s, &hourly, &rhythm, &answer, NOW, 0.5);
	assert_true(tms_poll_is_conditional(&s));
	struct tms_poll_answer unasked = failed(304); /* nobody asked for that: ask for the whole */
	tms_poll_step(&s, &hourly, &rhythm, &unasked, NOW, 0.5);
	assert_false(tms_poll_is_conditional(&s));
}

static void what_cannot_be_stored_is_not_remembered_and_the_rest_is(void **state)
{
	static const struct {
		const char *why;
		struct tms_str value;
	} rows[] = {
		{ "Latin letters of one byte", TMS_STR_INIT("\"caf\xe9\"") },
		{ "half a character", TMS_STR_INIT("\"caf\xc3") },
		{ "NUL", TMS_STR_INIT("\"a\0b\"") },
	};
	(void)state;

	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_poll_state s = { 0 }, back = { 0 };
		struct tms_poll_answer answer = listed();
		struct tms_buf buf = { 0 };
		answer.etag = answer.last_modified = rows[i].value;
		answer.final_url = rows[i].value;
		answer.permanent_redirect = true;
		tms_poll_step(&s, &hourly, &rhythm, &answer, NOW, 0.5);
		tms_poll_state_write(&buf, &s);
		if (buf.status != TMS_OK ||
			tms_poll_state_parse(tms_buf_str(&buf), &back) != TMS_OK ||
			back.next_due != NOW + TMS_HOUR_S || tms_poll_is_conditional(&back))
			fail_msg("%s", rows[i].why);
		answer.etag = TMS_STR("\"a\""); /* nobody gave it whose address is known */
		tms_poll_step(&s, &hourly, &rhythm, &answer, NOW, 0.5);
		assert_false(tms_poll_is_conditional(&s));
		tms_buf_free(&buf);
	}
}

static void stored_moments_that_no_clock_says_are_none(void **state)
{
	static const struct tms_str stored =
		TMS_STR_INIT("{\"last_attempt\":9223372036854775807,\"last_success\":-1,"
			     "\"next_due\":9223372036854775807,\"waits_for\":6,\"skip_days\":3}");
	struct tms_poll_state s = { 0 };
	(void)state;

	assert_int_equal(tms_poll_state_parse(stored, &s), TMS_OK);
	assert_int_equal(s.last_success, 0);
	assert_int_equal(s.next_due, TMS_TIME_MAX);
	assert_int_equal(tms_poll_due(&s, &hourly, &rhythm, NOW), 0);
}

static void the_state_survives_being_stored(void **state)
{
	struct tms_poll_state s = { .last_attempt = 5,
		.last_success = 4,
		.next_due = 17,
		.waits_for = TMS_WAIT_GONE,
		.http_status = 410,
		.failures = 2,
		.missing = 2,
		.gone_days = 3,
		.gone_day = 86400,
		.skip = { 5, 3 },
		.redirects_seen = 3,
		.pages = 7,
		.etag = "\"\\\"\"",
		.last_modified = "then",
		.answered_url = "https://example.org/there",
		.paused_at = "https://example.net",
		.learned_url = "https://example.org/",
		.error = "caf\xc3\xa9" },
			      back;
	struct tms_buf buf = { 0 };
	(void)state;

	tms_poll_state_write(&buf, &s);
	assert_int_equal(buf.status, TMS_OK);
	assert_int_equal(tms_poll_state_parse(tms_buf_str(&buf), &back), TMS_OK);
	assert_int_equal(back.next_due, s.next_due);
	assert_int_equal(back.waits_for, s.waits_for);
	assert_int_equal(back.missing, s.missing);
	assert_int_equal(back.gone_days, s.gone_days);
	assert_int_equal(back.gone_day, s.gone_day);
	assert_int_equal(back.skip.hours, 5);
	assert_int_equal(back.skip.days, 3);
	assert_int_equal(back.pages, 7);
	assert_string_equal(back.etag, s.etag);
	assert_string_equal(back.answered_url, s.answered_url);
	assert_string_equal(back.paused_at, s.paused_at);
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
		cmocka_unit_test(a_404_keeps_its_rhythm_and_waits_longer_only_after_three),
		cmocka_unit_test(a_410_is_believed_on_the_third_day_and_asked_once_a_week),
		cmocka_unit_test(a_pause_is_of_the_address_for_503_and_of_the_host_for_429),
		cmocka_unit_test(a_paused_host_is_no_failure_of_its_lists),
		cmocka_unit_test(who_asks_for_it_gets_it_now_within_the_pauses),
		cmocka_unit_test(a_shorter_rhythm_counts_from_the_next_moment),
		cmocka_unit_test(who_asks_often_makes_no_wait_longer),
		cmocka_unit_test(a_pause_that_ends_before_the_backoff_is_kept_when_a_person_asks),
		cmocka_unit_test(a_clock_that_was_set_back_freezes_nothing),
		cmocka_unit_test(a_list_is_not_asked_when_nothing_new_comes),
		cmocka_unit_test(the_longest_wait_of_all_is_not_taken_for_a_clock_set_back),
		cmocka_unit_test(retry_after_is_clamped_to_a_day),
		cmocka_unit_test(a_permanent_redirect_is_learned_when_seen_three_times),
		cmocka_unit_test(validators_are_kept_byte_for_byte_and_only_for_one_page),
		cmocka_unit_test(what_cannot_be_stored_is_not_remembered_and_the_rest_is),
		cmocka_unit_test(stored_moments_that_no_clock_says_are_none),
		cmocka_unit_test(the_state_survives_being_stored),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
