/*
 * Any bytes as what upstreams say beside their listings: a run of heads, each a step of one list.
 * Whatever they say, the list is asked again, not at once and not later than poll.h says; pauses
 * last a day at most; and what is remembered is stored, reads back as itself, and goes on from there
 * as if it had never been away.
 *
 * The first line is the rhythm ("3600 900 0 1772000000": every, least, most, now), or what a store
 * gives back ("{…"). Then heads with an empty line behind each. The first line of a head is status,
 * letters, seconds since the one before, thousandths of jitter, and the address at the end:
 * "200 l 3600 500 https://a.example/feed". A letter of `lusxrdtp` is the outcome, R stands for
 * permanent redirects, F for the fallback. All else are headers; and Error, Pages, Skip-Hour, Skip-Day
 * and Until.
 */
#include <stdlib.h>

#include <tamis/http_date.h>
#include <tamis/poll.h>
#include <tamis/utf8.h>

#include "promise.h"

#define NOW INT64_C(1772000000)
#define HEADS_MAX 16
#define AFTER_PAUSE_S 5

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

struct run {
	struct tms_poll poll;
	struct tms_rhythm rhythm;
	tms_time now;
	double jitter; /* of the head that is read */
	struct tms_poll_state state;
	struct tms_poll_state stored; /* the same, as a store gave it back */
};

static int64_t greater(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static int64_t next_number(struct tms_str *line, int64_t low, int64_t high, int64_t otherwise)
{
	struct tms_str word = { 0 };
	int64_t value = 0;

	if (!tms_str_split(line, ' ', &word) || !tms_str_int64(word, &value))
		return otherwise;
	return value < low ? low : value > high ? high : value;
}

/* ---- reading the input ---- */

static void read_letters(struct tms_str word, struct tms_poll_answer *answer)
{
	static const char letters[] = "luxsrdtp";
	_Static_assert(sizeof(letters) - 1 == TMS_OUTCOMES, "a letter for each");

	for (size_t i = 0; i < word.len; i++) {
		const char *at = memchr(letters, word.ptr[i], sizeof(letters) - 1);
		if (at)
			answer->outcome = (enum tms_outcome)(at - letters);
		answer->permanent_redirect |= word.ptr[i] == 'R';
		answer->from_fallback |= word.ptr[i] == 'F';
	}
}

static void read_header(struct run *run, struct tms_str line, struct tms_poll_answer *answer)
{
	const struct {
		const char *name;
		struct tms_str *value;
	} headers[] = {
		{ "ETag", &answer->etag },
		{ "Last-Modified", &answer->last_modified },
		{ "Cache-Control", &answer->cache_control },
		{ "Expires", &answer->expires },
		{ "Date", &answer->date },
		{ "Age", &answer->age },
		{ "Retry-After", &answer->retry_after },
		{ "RateLimit", &answer->rate_limit },
		{ "RateLimit-Remaining", &answer->rate_remaining },
		{ "RateLimit-Reset", &answer->rate_reset },
		{ "Error", &answer->error },
	};
	size_t colon = tms_str_find_byte(line, ':', 0);
	struct tms_str name = tms_str_slice(line, 0, colon);
	struct tms_str value =
		tms_str_slice(line, colon == SIZE_MAX ? line.len : colon + 1, line.len);

	value = tms_str_trim(value);
	for (size_t i = 0; i < TMS_COUNT(headers); i++)
		if (tms_str_equal_caseless(name, tms_str_from(headers[i].name)))
			*headers[i].value = value;
	if (tms_str_equal(name, TMS_STR("Skip-Hour")))
		tms_skip_add_hour(&answer->skip, value);
	if (tms_str_equal(name, TMS_STR("Skip-Day")))
		tms_skip_add_day(&answer->skip, value);
	if (tms_str_equal(name, TMS_STR("Pages")))
		answer->pages = (size_t)next_number(&value, 1, TMS_POLL_PAGES_MAX, 1);
	if (tms_str_equal(name, TMS_STR("Until"))) /* the fetcher pauses hosts for no longer */
		answer->paused_until = run->now + next_number(&value, 0, TMS_PAUSE_MAX_S, 0);
}

/* Only what a fetcher can tell: outcomes and status fit each other. */
static void fit(struct tms_poll_answer *answer)
{
	switch (answer->outcome) {
	case TMS_OUTCOME_LISTED:
	case TMS_OUTCOME_UNREADABLE:
		answer->http_status = 200;
		return;
	case TMS_OUTCOME_UNCHANGED:
		answer->http_status = 304;
		return;
	case TMS_OUTCOME_STATUS:
		answer->http_status = answer->http_status == 200 ? 500 : answer->http_status;
		return;
	case TMS_OUTCOME_UNREACHABLE:
	case TMS_OUTCOME_DENIED:
	case TMS_OUTCOME_TOO_LARGE:
	case TMS_OUTCOME_PAUSED:
	case TMS_OUTCOMES:
		return;
	}
}

static bool next_head(struct run *run, struct tms_str *input, struct tms_poll_answer *answer)
{
	struct tms_str line = { 0 }, word = { 0 };

	if (!tms_str_split(input, '\n', &line))
		return false;
	*answer = (struct tms_poll_answer){ .pages = 1, .paused_until = run->now };
	answer->http_status = (int)next_number(&line, 0, 999, 200);
	if (tms_str_split(&line, ' ', &word))
		read_letters(word, answer);
	run->now += next_number(&line, 0, 60 * TMS_DAY_S, 0);
	run->jitter = (double)next_number(&line, 0, 999, 0) / 1000;
	answer->final_url = line;
	fit(answer);
	while (tms_str_split(input, '\n', &line) && line.len > 0)
		read_header(run, line, answer);
	return true;
}

static void begin(struct run *run, struct tms_str line)
{
	if (tms_str_starts(line, TMS_STR("{"))) {
		enum tms_status st = tms_poll_state_parse(line, &run->state);
		PROMISE(st == TMS_OK || st == TMS_EMALFORMED);
		return;
	}
	/* as the configuration bounds them */
	run->poll.every_s = next_number(&line, 1, 366 * TMS_DAY_S, TMS_HOUR_S);
	run->rhythm.min_s = next_number(&line, 1, TMS_DAY_S, 900);
	run->rhythm.max_s = next_number(&line, 0, TMS_DAY_S, 0);
	run->now = next_number(&line, TMS_DAY_S, INT64_C(4102444800), NOW);
	run->poll.skip.days = (uint8_t)next_number(&line, 0, 0x7f, 0);
}

/* ---- what is promised ---- */

static void is_text(const char *field, size_t size)
{
	size_t len = strnlen(field, size);

	PROMISE(len < size && tms_utf8_is_valid((struct tms_str){ field, len }));
}

/* What is stored is the state, and reads back as it. */
static void store(struct run *run)
{
	const struct tms_poll_state *state = &run->state;
	struct tms_poll_state *again = &run->stored;
	struct tms_buf one = { 0 }, two = { 0 };

	is_text(state->etag, sizeof(state->etag));
	is_text(state->last_modified, sizeof(state->last_modified));
	is_text(state->answered_url, sizeof(state->answered_url));
	is_text(state->paused_at, sizeof(state->paused_at));
	is_text(state->learned_url, sizeof(state->learned_url));
	is_text(state->error, sizeof(state->error));
	tms_poll_state_write(&one, state);
	PROMISE(one.status == TMS_OK);
	PROMISE(tms_poll_state_parse(tms_buf_str(&one), again) == TMS_OK);
	PROMISE(again->next_due == state->next_due && again->waits_for == state->waits_for);
	PROMISE(again->redirects_seen == state->redirects_seen);
	tms_poll_state_write(&two, again);
	PROMISE(tms_str_equal(tms_buf_str(&one), tms_buf_str(&two)));
	tms_buf_free(&one);
	tms_buf_free(&two);
}

static bool is_spread(int64_t wait_s, int64_t low_s, int64_t high_s)
{
	return wait_s >= low_s - low_s / 5 - 1 && wait_s <= high_s + high_s / 5 + 1;
}

/* How long the list waits, by the reason that it gives. */
static void is_bounded(const struct run *run, const struct tms_poll_answer *answer)
{
	const struct tms_poll_state *state = &run->state;
	int64_t own_s = greater(run->poll.every_s, run->rhythm.min_s);
	int64_t max_s = run->rhythm.max_s ? run->rhythm.max_s : TMS_DAY_S;
	int64_t wait_s = state->next_due - run->now;
	bool is_good = !tms_poll_answer_is_failure(answer);

	PROMISE(wait_s > 0 && (!is_good || wait_s >= own_s));
	switch (state->waits_for) {
	case TMS_WAIT_RHYTHM:
		PROMISE(wait_s == own_s);
		break;
	case TMS_WAIT_FRESH:
		PROMISE(is_good && wait_s > own_s && wait_s <= max_s);
		break;
	case TMS_WAIT_BACKOFF:
		PROMISE(!is_good && is_spread(wait_s, 1, max_s));
		break;
	case TMS_WAIT_ASKED:
		PROMISE(answer->http_status == 503 && wait_s <= TMS_PAUSE_MAX_S + AFTER_PAUSE_S);
		break;
	case TMS_WAIT_HOST:
		PROMISE(wait_s <= TMS_PAUSE_MAX_S + AFTER_PAUSE_S || is_spread(wait_s, 1, max_s));
		break;
	case TMS_WAIT_GONE:
		PROMISE(answer->http_status == 410 && state->gone_days == TMS_GONE_DAYS);
		PROMISE(is_spread(
			wait_s, greater(own_s, 7 * TMS_DAY_S), greater(own_s, 7 * TMS_DAY_S)));
		break;
	case TMS_WAIT_SKIP:
		PROMISE(is_good && wait_s <= greater(own_s, max_s) + 7 * TMS_DAY_S + TMS_HOUR_S);
		break;
	}
}

static void says_seconds(const struct run *run, const struct tms_poll_answer *answer)
{
	int64_t seconds = -1;

	PROMISE(!tms_retry_after_parse(answer->retry_after, run->now, &seconds) ||
		(seconds >= 0 && seconds <= TMS_PAUSE_MAX_S));
	PROMISE(!tms_rate_limit_parse(answer, run->now, &seconds) ||
		(seconds >= 0 && seconds <= TMS_PAUSE_MAX_S));
	PROMISE(!tms_freshness_parse(answer, run->now, &seconds) || seconds >= 0);
}

/* A date that is taken is the same in the form that we write. */
static void is_date(struct tms_str value, tms_time now)
{
	struct tms_buf buf = { 0 };
	tms_time read = 0, again = 0;

	if (!tms_http_date_parse(value, now, &read))
		return;
	tms_time_write_http(&buf, read);
	PROMISE(tms_http_date_parse(tms_buf_str(&buf), now, &again) && again == read);
	tms_buf_free(&buf);
}

/* The address that is asked is the list's own, or one that was told three times alike. */
static void is_learned(const struct run *run, const struct tms_poll_state *before,
	const struct tms_poll_answer *answer)
{
	struct tms_str url = tms_poll_url(&run->state, &run->poll);

	if (tms_str_equal(url, run->poll.url))
		return;
	PROMISE(run->state.redirects_seen >= 3 && url.len > 0);
	PROMISE(tms_str_equal(url, tms_str_from(before->learned_url)) ||
		tms_str_equal(url, answer->final_url));
	PROMISE(before->redirects_seen >= 2);
}

/* Validators are those of the address that gave them, byte for byte. */
static void is_validator(const struct run *run, const struct tms_poll_answer *answer)
{
	const struct tms_poll_state *state = &run->state;

	if (answer->outcome != TMS_OUTCOME_LISTED || !tms_poll_is_conditional(state))
		return;
	PROMISE(!answer->from_fallback);
	PROMISE(tms_str_equal(tms_str_from(state->answered_url), answer->final_url));
	PROMISE(state->etag[0] == '\0' || tms_str_equal(tms_str_from(state->etag), answer->etag));
	PROMISE(state->last_modified[0] == '\0' ||
		tms_str_equal(tms_str_from(state->last_modified), answer->last_modified));
}

/* Also when it was stored by others, and when the clock is anywhere. */
static void is_due(const struct run *run)
{
	const int64_t steps[] = { -366 * TMS_DAY_S, -TMS_DAY_S, -1, 0, 1, TMS_DAY_S,
		366 * TMS_DAY_S };

	for (size_t i = 0; i < TMS_COUNT(steps); i++) {
		tms_time due =
			tms_poll_due(&run->state, &run->poll, &run->rhythm, run->now + steps[i]);
		PROMISE(due >= 0 && due <= run->state.next_due);
	}
}

static void refresh(const struct run *run)
{
	struct tms_poll_state asked = run->state;

	tms_poll_refresh(&asked, &run->rhythm);
	PROMISE(asked.next_due >= 0 && asked.next_due <= run->state.next_due);
	if (run->state.waits_for == TMS_WAIT_ASKED)
		PROMISE(asked.next_due == run->state.next_due);
}

static void step(struct run *run, const struct tms_poll_answer *answer)
{
	struct tms_poll_state before = run->state, away = run->stored;

	says_seconds(run, answer);
	is_date(answer->retry_after, run->now);
	is_date(answer->expires, run->now);
	is_date(answer->date, run->now);
	tms_time until =
		tms_poll_step(&run->state, &run->poll, &run->rhythm, answer, run->now, run->jitter);
	PROMISE(tms_poll_step(&away, &run->poll, &run->rhythm, answer, run->now, run->jitter) ==
		until);
	store(run);
	PROMISE(away.next_due == run->state.next_due && away.failures == run->state.failures);
	PROMISE(tms_str_equal(
		tms_poll_url(&away, &run->poll), tms_poll_url(&run->state, &run->poll)));
	is_due(run);
	refresh(run);
	if (answer->outcome == TMS_OUTCOME_PAUSED) {
		PROMISE(until == 0 && run->state.last_attempt == before.last_attempt);
		PROMISE(run->state.next_due >= answer->paused_until &&
			run->state.next_due <= answer->paused_until + AFTER_PAUSE_S);
		return;
	}
	is_bounded(run, answer);
	is_learned(run, &before, answer);
	is_validator(run, answer);
	PROMISE(until == 0 || (until > run->now && until <= run->state.next_due));
	PROMISE(until > 0 || answer->http_status != 429);
	/* who has just been asked is not asked at once */
	PROMISE(tms_poll_due(&run->state, &run->poll, &run->rhythm, run->now) > run->now);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct tms_str input = { (const char *)bytes, size }, line = { 0 };
	struct tms_poll_answer answer;
	struct run run = { .poll = { .key = TMS_STR("url"),
				   .url = TMS_STR("https://own.example/feed"),
				   .every_s = TMS_HOUR_S },
		.rhythm = { .min_s = 900 },
		.now = NOW };

	if (tms_str_split(&input, '\n', &line))
		begin(&run, line);
	is_due(&run);
	refresh(&run);
	store(&run);
	for (int i = 0; i < HEADS_MAX && next_head(&run, &input, &answer); i++)
		step(&run, &answer);
	return 0;
}
