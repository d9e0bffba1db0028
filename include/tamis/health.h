/*
 * How a source is doing: what happened at its polls, in numbers and in words for people. A plain
 * value without memory of its own; the fetcher and the window update it, pages and logs show it.
 */
#ifndef TAMIS_HEALTH_H
#define TAMIS_HEALTH_H

#include <tamis/diag.h>
#include <tamis/time.h>

#define TMS_HEALTH_TITLES 3
#define TMS_HEALTH_TITLE_BYTES 160

/** What became of the last poll. The values are stored; never renumber them. */
enum tms_health_outcome {
	TMS_HEALTH_NEVER = 0,     /* not polled yet */
	TMS_HEALTH_GOOD = 1,      /* a listing was applied */
	TMS_HEALTH_UNCHANGED = 2, /* the upstream said 304 or sent the same bytes */
	TMS_HEALTH_FAILED = 3,    /* not fetched: network, HTTP status, limit, policy */
	TMS_HEALTH_MISSHAPEN = 4, /* fetched, but no listing that can be read whole */
	TMS_HEALTH_EMPTY = 5,     /* a listing without items */
	TMS_HEALTH_SUSPECT = 6,   /* a listing whose items are held */
};

/** Counts of one applied listing. */
struct tms_health_counts {
	size_t items, added, changed, moved, unchanged, retired, held;
};

/** Initialise with tms_health_init; all-zero times would mean 1970. */
struct tms_health {
	enum tms_health_outcome outcome;
	tms_time last_attempt;           /* TMS_TIME_NONE: never; so with all times here */
	tms_time last_success;           /* applied or unchanged */
	tms_time last_new;               /* when an item was last new */
	tms_time failing_since;          /* first of the failures in a row */
	tms_time empty_since;            /* first of the empty listings in a row */
	tms_time partial_since;          /* first of the unreadable or cut-off listings in a row */
	tms_time last_left;              /* when items last left because no list had them */
	size_t left;                     /* how many did then */
	uint32_t failures;               /* polls in a row without success */
	char error[TMS_DIAG_TEXT_BYTES]; /* one sentence; empty while all is well */
	/* What the last good listing had wrong though it could be read; or empty. */
	char note[TMS_DIAG_TEXT_BYTES];
	struct tms_health_counts counts; /* of the last applied listing */
	size_t held_count;               /* items held back now */
	/* The first of them; unused ones are empty. */
	char held_titles[TMS_HEALTH_TITLES][TMS_HEALTH_TITLE_BYTES];
};

/** Never polled. */
void tms_health_init(struct tms_health *health);
/** A poll failed (FAILED) or its bytes were no listing (MISSHAPEN). sentence: borrowed, for people;
 * may be NULL. */
void tms_health_failed(struct tms_health *health, tms_time now, enum tms_health_outcome outcome,
	const char *sentence);
/** 304, or the same bytes as before. Failures end; an empty streak and held items stay. */
void tms_health_unchanged(struct tms_health *health, tms_time now);
/** A listing without items: told, and no illness. last_success stays that of items. */
void tms_health_empty(struct tms_health *health, tms_time now);
/** A listing whose items are held; held_count and held_titles are set by the window. */
void tms_health_suspect(struct tms_health *health, tms_time now);
/** A listing was applied. note may be NULL or empty. */
void tms_health_good(struct tms_health *health, tms_time now,
	const struct tms_health_counts *counts, const char *note);

/** So many items have left the window now; it is told for a day. */
void tms_health_left(struct tms_health *health, tms_time now, size_t count);

/** The last poll brought or confirmed a listing, be it an empty one, and nothing is held. */
bool tms_health_is_well(const struct tms_health *health);
/** One to three plain sentences for the page ("Read 12 minutes ago: 34 papers, 3 new."). */
void tms_health_words(struct tms_buf *buf, const struct tms_health *health, tms_time now);

/** Append as a JSON object, {"v":1,…}. */
void tms_health_write(struct tms_buf *buf, const struct tms_health *health);
/** Read what tms_health_write wrote; unknown keys are ignored. TMS_OK, TMS_EMALFORMED, TMS_ELIMIT,
 * TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status tms_health_read(
	struct tms_str bytes, struct tms_health *out, struct tms_diag *diag);

#endif
