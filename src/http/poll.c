/*
 * The rhythm of asking. A list is due `every` after its last success; a failing one waits a minute,
 * two, four … up to a day, spread by jitter so that many lists of one dead host do not come back in
 * step.
 */
#include <tamis/poll.h>

#include "poll_private.h"

#define FIRST_BACKOFF_S TMS_MINUTE_S
#define DOUBLINGS_MAX 16
#define GONE_EVERY_S (7 * TMS_DAY_S)
#define REDIRECTS_TO_LEARN 3
#define JITTER 0.2
#define CLOCKS_DIFFER_S TMS_MINUTE_S /* those of several instances */
#define AFTER_PAUSE_S 5 /* those who waited for the same pause do not come in the same second */

/* An error sentence may be cut; it is for people. */
static void keep_error(struct tms_poll_state *state, struct tms_str error)
{
	struct tms_diag diag = { 0 };

	tms_diag_set(&diag, 0, 0, "%.*s", TMS_STR_ARGS(error));
	size_t len = strnlen(diag.text, TMS_POLL_ERROR_BYTES - 1);
	while (len > 0 && ((unsigned char)diag.text[len] & 0xc0) == 0x80)
		len--;
	memcpy(state->error, diag.text, len);
	state->error[len] = '\0';
}

bool tms_poll_answer_is_failure(const struct tms_poll_answer *answer)
{
	return answer->outcome != TMS_OUTCOME_LISTED && answer->outcome != TMS_OUTCOME_UNCHANGED &&
	       answer->outcome != TMS_OUTCOME_PAUSED;
}

/* Seconds that the address asks to be left alone (429 or 503 with Retry-After, RateLimit); 0: none. */
static int64_t asked_pause_s(const struct tms_poll_answer *answer, tms_time now)
{
	int64_t quota_s = 0, pause_s = 0;

	if (!tms_rate_limit_parse(answer, now, &quota_s))
		quota_s = 0;
	if ((answer->http_status != 429 && answer->http_status != 503) ||
		!tms_retry_after_parse(answer->retry_after, now, &pause_s))
		pause_s = 0;
	return pause_s > quota_s ? pause_s : quota_s;
}

static int64_t spread(int64_t seconds, double jitter)
{
	return (int64_t)((double)seconds * (1 - JITTER + 2 * JITTER * jitter));
}

static int64_t max_s_of(const struct tms_rhythm *rhythm)
{
	return rhythm->max_s ? rhythm->max_s : TMS_DAY_S;
}

/* `every`, but no less than the floor of the configuration. */
static int64_t rhythm_s(const struct tms_poll *poll, const struct tms_rhythm *rhythm)
{
	return poll->every_s > rhythm->min_s ? poll->every_s : rhythm->min_s;
}

static int64_t doubled(int64_t wait_s, uint32_t times, int64_t max_s)
{
	for (uint32_t i = 0; i < times && i < DOUBLINGS_MAX && wait_s < max_s; i++)
		wait_s *= 2;
	return wait_s < max_s ? wait_s : max_s;
}

static void learn_redirect(struct tms_poll_state *state, const struct tms_poll_answer *answer)
{
	bool same = tms_str_equal(tms_str_from(state->learned_url), answer->final_url);

	if (!answer->permanent_redirect || answer->from_fallback) {
		if (state->redirects_seen < REDIRECTS_TO_LEARN)
			state->redirects_seen = 0;
		return;
	}
	if (!same)
		state->redirects_seen = 0;
	state->redirects_seen += state->redirects_seen < UINT32_MAX;
	poll_keep(state->learned_url, sizeof(state->learned_url), answer->final_url);
}

static void drop_validators(struct tms_poll_state *state)
{
	state->etag[0] = state->last_modified[0] = state->answered_url[0] = '\0';
}

/* They belong to the address that gave them. */
static void keep_validators(struct tms_poll_state *state, const struct tms_poll_answer *answer)
{
	drop_validators(state);
	if (answer->from_fallback)
		return;
	poll_keep(state->answered_url, sizeof(state->answered_url), answer->final_url);
	if (strlen(state->answered_url) < answer->final_url.len)
		return;
	poll_keep(state->etag, sizeof(state->etag), answer->etag);
	poll_keep(state->last_modified, sizeof(state->last_modified), answer->last_modified);
}

/* Those who wait for the same hour do not come in the same second. */
static void skip(struct tms_poll_state *state, const struct tms_poll *poll, double jitter)
{
	tms_time end = tms_skip_end(tms_skip_join(state->skip, poll->skip), state->next_due);
	int64_t within_s = poll->every_s < TMS_HOUR_S ? poll->every_s : TMS_HOUR_S;

	if (end == state->next_due)
		return;
	state->next_due = end + (int64_t)((double)within_s * jitter);
	state->waits_for = TMS_WAIT_SKIP;
}

static void take_success(struct tms_poll_state *state, const struct tms_poll *poll,
	const struct tms_rhythm *rhythm, const struct tms_poll_answer *answer, tms_time now,
	double jitter)
{
	int64_t wait_s = rhythm_s(poll, rhythm), fresh_s = 0;

	if (answer->outcome == TMS_OUTCOME_LISTED)
		state->skip = answer->skip;

	state->waits_for = TMS_WAIT_RHYTHM;
	if (tms_freshness_parse(answer, now, &fresh_s) &&
		poll_clamp(fresh_s, 0, max_s_of(rhythm)) > wait_s) {
		wait_s = poll_clamp(fresh_s, 0, max_s_of(rhythm));
		state->waits_for = TMS_WAIT_FRESH;
	}
	state->next_due = now + wait_s;
	skip(state, poll, jitter);
	state->last_success = now;
	state->failures = state->missing = state->gone_days = 0;
	state->gone_day = 0;
	state->error[0] = '\0';
	learn_redirect(state, answer);
	if (answer->outcome == TMS_OUTCOME_UNCHANGED)
		return;
	state->pages = (uint32_t)answer->pages;
	keep_validators(state, answer);
}

static void count_gone(struct tms_poll_state *state, tms_time now)
{
	tms_time today = tms_time_day_start(now);

	if (state->gone_days > 0 && state->gone_day == today)
		return;
	state->gone_days += state->gone_days < TMS_GONE_DAYS;
	state->gone_day = today;
}

/* 404 and 410 are often a mistake of an hour: the list keeps its rhythm at first. */
static int64_t missing_wait_s(struct tms_poll_state *state, const struct tms_poll *poll,
	const struct tms_rhythm *rhythm, double jitter)
{
	int64_t own_s = rhythm_s(poll, rhythm);

	state->missing += state->missing < UINT32_MAX;
	state->waits_for = TMS_WAIT_RHYTHM;
	if (state->http_status == 410 && state->gone_days >= TMS_GONE_DAYS) {
		state->waits_for = TMS_WAIT_GONE;
		return spread(own_s > GONE_EVERY_S ? own_s : GONE_EVERY_S, jitter);
	}
	if (state->missing <= TMS_MISSING_PATIENCE || own_s >= max_s_of(rhythm))
		return own_s;
	state->waits_for = TMS_WAIT_BACKOFF;
	return spread(
		doubled(own_s, state->missing - TMS_MISSING_PATIENCE, max_s_of(rhythm)), jitter);
}

static void take_failure(struct tms_poll_state *state, const struct tms_poll *poll,
	const struct tms_rhythm *rhythm, const struct tms_poll_answer *answer, tms_time now,
	double jitter)
{
	bool is_missing = answer->http_status == 404 || answer->http_status == 410;
	int64_t first_s = poll->every_s < FIRST_BACKOFF_S ? poll->every_s : FIRST_BACKOFF_S;

	state->failures += state->failures < UINT32_MAX;
	keep_error(state, answer->error);
	if (answer->http_status == 304) /* nobody asked for that: ask for the whole */
		drop_validators(state);
	if (state->redirects_seen >= REDIRECTS_TO_LEARN && state->failures >= REDIRECTS_TO_LEARN) {
		state->redirects_seen = 0; /* the learned place is dead: ask the old one again */
		state->learned_url[0] = '\0';
	}
	if (answer->http_status == 410)
		count_gone(state, now);
	if (is_missing) {
		state->next_due =
			now + poll_clamp(missing_wait_s(state, poll, rhythm, jitter), 1, INT64_MAX);
		return;
	}
	state->missing = 0;
	state->waits_for = TMS_WAIT_BACKOFF;
	int64_t wait_s = spread(doubled(first_s, state->failures - 1, max_s_of(rhythm)), jitter);
	state->next_due = now + poll_clamp(wait_s, 1, max_s_of(rhythm));
}

/* The list waits at least until then. */
static void wait_until(struct tms_poll_state *state, enum tms_wait why, tms_time until)
{
	if (state->next_due > until)
		return;
	state->next_due = until;
	state->waits_for = why;
}

/* "https://example.org:8080" of "https://example.org:8080/feed". */
static struct tms_str up_to_host(struct tms_str url)
{
	size_t end = tms_str_find(url, TMS_STR("://"), 0);

	if (end == SIZE_MAX)
		return TMS_STR_NONE;
	for (end += 3; end < url.len && !strchr("/?#", url.ptr[end]);)
		end++;
	return tms_str_slice(url, 0, end);
}

tms_time tms_poll_step(struct tms_poll_state *state, const struct tms_poll *poll,
	const struct tms_rhythm *rhythm, const struct tms_poll_answer *answer, tms_time now,
	double jitter)
{
	int64_t after_s = (int64_t)(jitter * AFTER_PAUSE_S), quota_s = 0;
	tms_time host_until = 0;

	if (answer->outcome == TMS_OUTCOME_PAUSED) {
		state->next_due = answer->paused_until + after_s;
		state->waits_for = TMS_WAIT_HOST;
		poll_keep(
			state->paused_at, sizeof(state->paused_at), up_to_host(answer->final_url));
		return 0;
	}
	state->last_attempt = now;
	state->asked_until = 0;
	state->http_status = answer->http_status;
	if (tms_poll_answer_is_failure(answer))
		take_failure(state, poll, rhythm, answer, now, jitter);
	else
		take_success(state, poll, rhythm, answer, now, jitter);
	int64_t pause_s = asked_pause_s(answer, now);
	if (tms_rate_limit_parse(answer, now, &quota_s) && quota_s > 0)
		host_until = now + quota_s;
	if (pause_s > 0 && answer->http_status == 503)
		state->asked_until = now + pause_s;
	if (pause_s > 0)
		wait_until(state, answer->http_status == 503 ? TMS_WAIT_ASKED : TMS_WAIT_HOST,
			now + pause_s + after_s);
	if (answer->http_status != 429)
		return host_until;
	if (pause_s > 0)
		return now + pause_s;
	state->waits_for = TMS_WAIT_HOST; /* it gives no time: as long as the list itself waits */
	return state->next_due;
}

/* Nothing that is remembered can wait for longer than this, unless the clock was set back. */
static int64_t longest_s(const struct tms_poll_state *state, const struct tms_poll *poll,
	const struct tms_rhythm *rhythm)
{
	int64_t own_s = rhythm_s(poll, rhythm);

	switch (state->waits_for) {
	case TMS_WAIT_ASKED:
	case TMS_WAIT_HOST:
		return TMS_PAUSE_MAX_S + TMS_MINUTE_S;
	case TMS_WAIT_GONE:
		return spread(own_s > GONE_EVERY_S ? own_s : GONE_EVERY_S, 1) + 1;
	case TMS_WAIT_SKIP: /* what is fresh for longer than its rhythm is looked at behind that */
		return (own_s > max_s_of(rhythm) ? own_s : max_s_of(rhythm)) + 7 * TMS_DAY_S +
		       TMS_HOUR_S;
	case TMS_WAIT_RHYTHM:
	case TMS_WAIT_FRESH:
	case TMS_WAIT_BACKOFF:
		break;
	}
	return spread(max_s_of(rhythm), 1) + 1;
}

/* It was asked at a time that has not come. What the upstream asked for then is kept. */
static bool was_set_back(const struct tms_poll_state *state, tms_time now)
{
	if (state->waits_for == TMS_WAIT_ASKED || state->waits_for == TMS_WAIT_HOST)
		return state->last_attempt > now + TMS_DAY_S;
	return state->last_attempt > now + CLOCKS_DIFFER_S;
}

tms_time tms_poll_due(const struct tms_poll_state *state, const struct tms_poll *poll,
	const struct tms_rhythm *rhythm, tms_time now)
{
	tms_time due = state->next_due;
	tms_time own = state->last_attempt + rhythm_s(poll, rhythm);

	if ((state->last_attempt == 0 && state->waits_for != TMS_WAIT_HOST) ||
		was_set_back(state, now))
		return 0;
	if (state->waits_for == TMS_WAIT_RHYTHM)
		return due < own ? due : own; /* a shorter `every` counts from the next moment */
	if (state->waits_for == TMS_WAIT_SKIP && own < due &&
		tms_skip_end(tms_skip_join(state->skip, poll->skip), own) == own)
		return own;
	return due > now + longest_s(state, poll, rhythm) ? 0 : due;
}

void tms_poll_refresh(struct tms_poll_state *state, const struct tms_rhythm *rhythm)
{
	tms_time soonest = state->failures == 0 && state->last_attempt > 0
				   ? state->last_attempt + rhythm->min_s
				   : 0;

	if (soonest < state->asked_until)
		soonest = state->asked_until;
	if (state->failures > 1)
		state->failures = 1; /* waits begin anew: who asks often does not make them longer */
	if (state->waits_for == TMS_WAIT_ASKED || state->next_due <= soonest)
		return;
	state->next_due = soonest;
	state->waits_for =
		soonest > 0 && soonest == state->asked_until ? TMS_WAIT_ASKED : TMS_WAIT_RHYTHM;
}

struct tms_str tms_poll_url(const struct tms_poll_state *state, const struct tms_poll *poll)
{
	if (state->redirects_seen >= REDIRECTS_TO_LEARN && state->learned_url[0] != '\0')
		return tms_str_from(state->learned_url);
	return poll->url;
}

bool tms_poll_is_conditional(const struct tms_poll_state *state)
{
	return state->pages <= 1 && (state->etag[0] != '\0' || state->last_modified[0] != '\0');
}
