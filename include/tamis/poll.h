/*
 * When a list is asked for again, and what is kept of the last answer. Pure steps: outcomes, `now`
 * and a random number come in, the next state goes out.
 */
#ifndef TAMIS_POLL_H
#define TAMIS_POLL_H

#include <tamis/arena.h>
#include <tamis/diag.h>
#include <tamis/preset.h>

/** What became of asking for one list, with all its pages. */
enum tms_outcome {
	TMS_OUTCOME_LISTED,      /* 200 and a listing that could be read */
	TMS_OUTCOME_UNCHANGED,   /* 304 */
	TMS_OUTCOME_UNREADABLE,  /* 200 and something else */
	TMS_OUTCOME_STATUS,      /* another HTTP status, in `http_status` */
	TMS_OUTCOME_UNREACHABLE, /* no answer: DNS, connection, TLS, time */
	TMS_OUTCOME_DENIED,      /* our own policy forbids the address */
	TMS_OUTCOME_TOO_LARGE,   /* a limit stopped the answer */
	TMS_OUTCOME_PAUSED,      /* not asked: its host wants to be left alone */
	TMS_OUTCOMES,
};

/** An answer, as the schedule sees it. Runs are borrowed. */
struct tms_poll_answer {
	enum tms_outcome outcome;
	int http_status;
	bool from_fallback;      /* `outcome` is of the poll's fallback address */
	bool permanent_redirect; /* every hop was 301 or 308 */
	size_t pages;            /* read in this round */
	struct tms_str final_url;
	struct tms_str etag, last_modified; /* byte for byte */
	/* header values; the last two of the RateLimit-… and X-RateLimit-… headers */
	struct tms_str cache_control, expires, date, age, retry_after;
	struct tms_str rate_limit, rate_remaining, rate_reset;
	struct tms_skip skip;  /* LISTED: what the listing says */
	tms_time paused_until; /* PAUSED: until when */
	struct tms_str error;  /* one sentence for people; empty on success */
};

#define TMS_VALIDATOR_BYTES 256
#define TMS_POLL_URL_BYTES 2049
#define TMS_POLL_ERROR_BYTES 300

/** Why a list waits until next_due. The values are stored; never renumber them. */
enum tms_wait {
	TMS_WAIT_RHYTHM = 0,  /* `every`, or limits.min_interval */
	TMS_WAIT_FRESH = 1,   /* the answer says how long it holds (max-age) */
	TMS_WAIT_BACKOFF = 2, /* it failed: longer each time */
	TMS_WAIT_ASKED = 3,   /* the address asks for a pause: 503 with Retry-After */
	TMS_WAIT_HOST = 4,    /* its host does: 429, or RateLimit */
	TMS_WAIT_GONE = 5,    /* 410 on TMS_GONE_DAYS days: once a week */
	TMS_WAIT_SKIP = 6,    /* nothing new comes before, says the listing or the preset */
};

/** So many 404s in a row keep the list's rhythm; then the wait doubles, up to a day. */
#define TMS_MISSING_PATIENCE 3
/** A 410 is believed when it was said on so many different days without a success between. */
#define TMS_GONE_DAYS 3

/**
 * What is remembered of one list. {0} is the state before the first try. All texts are UTF-8: a
 * validator or an address that is not, or does not fit, is not kept.
 */
struct tms_poll_state {
	tms_time last_attempt;   /* 0: never */
	tms_time last_success;   /* 0: never */
	tms_time next_due;       /* 0: at once; see tms_poll_due */
	enum tms_wait waits_for; /* why next_due is not earlier */
	tms_time asked_until;    /* end of the Retry-After of a 503, if that came last; else 0 */
	int http_status;         /* of the last answer; 0: none */
	uint32_t failures;       /* in a row */
	uint32_t missing;        /* 404s in a row */
	uint32_t gone_days;      /* days with a 410 since the last success */
	tms_time gone_day;       /* 00:00Z of the last of them */
	uint32_t redirects_seen; /* the same permanent redirect, in a row */
	uint32_t pages;          /* of the last good round */
	struct tms_skip skip;    /* of the last listing */
	char etag[TMS_VALIDATOR_BYTES];
	char last_modified[TMS_VALIDATOR_BYTES];
	/**
	 * The address that gave etag and last_modified, behind all redirects; nobody else gets
	 * them.
	 */
	char answered_url[TMS_POLL_URL_BYTES];
	/** TMS_WAIT_HOST: the beginning of an address, up to its host's end. */
	char paused_at[TMS_VALIDATOR_BYTES];
	/** Where permanent redirects lead; asked once redirects_seen is 3. */
	char learned_url[TMS_POLL_URL_BYTES];
	/** Of the last failure; empty after a success. */
	char error[TMS_POLL_ERROR_BYTES];
};

/**
 * Nothing is polled more often than `min_s`; what failed waits no longer than `max_s`, but see
 * tms_poll_step.
 */
struct tms_rhythm {
	int64_t min_s;
	int64_t max_s; /* 0: a day */
};

/**
 * Take an answer into the state. jitter is a random number in [0, 1): waits are spread by ±20 % of
 * themselves.
 * Success: next_due = now + every, later where the upstream's max-age says so (at most max_s); when
 * nothing new comes then (skipHours and skipDays, its own or the poll's), the end of that.
 * Failure: exponential backoff from a minute (or `every`, if shorter) to max_s.
 * 404: at its rhythm TMS_MISSING_PATIENCE times, then twice as long each time, up to max_s. 410:
 * like that, and once TMS_GONE_DAYS days have said so, once a week. 429 and 503 as Retry-After or
 * RateLimit say, up to a day.
 * PAUSED is no attempt: only next_due moves.
 * Returns the moment until which the whole host asks to be left alone (429, or RateLimit says
 * stop); 0: it does not.
 * Source: RFC 9110 sections 10.2.3, 15.5.5 and 15.5.11, RFC 6585 section 4, RFC 9111 sections 4.2
 * and 5.2, draft-ietf-httpapi-ratelimit-headers.
 */
tms_time tms_poll_step(struct tms_poll_state *state, const struct tms_poll *poll,
	const struct tms_rhythm *rhythm, const struct tms_poll_answer *answer, tms_time now,
	double jitter);
/**
 * When the list is to be asked: next_due, but no later than its present rhythm says when it waits
 * for that, and at once when the clock was set back behind what is remembered: by a minute, or by a
 * day when the upstream asked for a pause then.
 */
tms_time tms_poll_due(const struct tms_poll_state *state, const struct tms_poll *poll,
	const struct tms_rhythm *rhythm, tms_time now);
/**
 * A person asks for it, or the program has started: due at once, but not before a pause that the
 * address asked for has ended, nor within rhythm->min_s of an answer that was good. Should it fail
 * again, waits begin anew. Pauses of hosts are the fetcher's to obey.
 */
void tms_poll_refresh(struct tms_poll_state *state, const struct tms_rhythm *rhythm);

/** True when the answer is a failure: the health of the source is told so. PAUSED is none. */
bool tms_poll_answer_is_failure(const struct tms_poll_answer *answer);
/** The address to ask: learned after three identical permanent redirects, else the poll's own. */
struct tms_str tms_poll_url(const struct tms_poll_state *state, const struct tms_poll *poll);
/** True when a conditional request is of use: validators are known and the list was one page. */
bool tms_poll_is_conditional(const struct tms_poll_state *state);

/** Pauses that others ask for are obeyed for so long at most. */
#define TMS_PAUSE_MAX_S TMS_DAY_S
/**
 * Retry-After: seconds, or a date; clamped to [0, TMS_PAUSE_MAX_S]. False when it is neither.
 * Source: RFC 9110 10.2.3.
 */
bool tms_retry_after_parse(struct tms_str value, tms_time now, int64_t *seconds);
/**
 * Seconds until there is something left of a quota that is used up; false when the headers do not
 * say stop. Reads RateLimit (`"api";r=0;t=55`, and of drafts before 08 `limit=100, remaining=0,
 * reset=55`), else RateLimit-Remaining and RateLimit-Reset or their X- forms, whose reset may be a
 * moment (seconds since 1970). Clamped like Retry-After.
 */
bool tms_rate_limit_parse(const struct tms_poll_answer *answer, tms_time now, int64_t *seconds);
/**
 * Seconds that an answer stays fresh, its Age taken off; false when its headers do not say. Source:
 * RFC 9111 4.2.1.
 */
bool tms_freshness_parse(const struct tms_poll_answer *answer, tms_time now, int64_t *seconds);

/**
 * The state as one JSON object, and back; unknown keys are ignored, moments brought into 1970 to
 * 9999. Parsing gives TMS_OK, TMS_EMALFORMED.
 */
void tms_poll_state_write(struct tms_buf *buf, const struct tms_poll_state *state);
TMS_MUST_CHECK enum tms_status tms_poll_state_parse(
	struct tms_str json, struct tms_poll_state *out);

#endif
