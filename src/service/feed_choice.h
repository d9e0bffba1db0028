/*
 * The choice of a source whose address is a page: the feeds that the page leads to, and the one that
 * is read in its place. Kept with the state of the source, so that a restart does not search again.
 */
#ifndef TAMIS_SERVICE_FEED_CHOICE_H
#define TAMIS_SERVICE_FEED_CHOICE_H

#include <tamis/discover.h>
#include <tamis/poll.h>

struct json_t;

/** {0}: the address was no page yet. */
struct tms_feed_choice {
	struct tms_arena arena;       /* of the page */
	struct tms_discovery page;    /* as it was last seen */
	char url[TMS_POLL_URL_BYTES]; /* the feed that is read; empty: none */
	size_t asked_count;           /* addresses asked in the last search */
	uint32_t failed_count;        /* searches in a row that found no feed */
};

/** It is {0} again. */
void feed_choice_fini(struct tms_feed_choice *choice);
/** Take what a page leads to, copied; the feed that is read stays. TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status feed_choice_set(
	struct tms_feed_choice *choice, const struct tms_discovery *page);
/** Seconds until a search that found nothing may be made again: an hour, two, four … a day. */
int64_t feed_choice_pause_s(const struct tms_feed_choice *choice);

/**
 * One sentence: which feed is read and how many others there are. Nothing when there is none.
 * address  of the source, as configured
 */
void tms_feed_choice_words(
	struct tms_buf *buf, const struct tms_feed_choice *choice, struct tms_str address);
/** The address of a feed as it may be shown: whole, unless what is behind the "?" may be as secret
 * as that of the source's own address. Borrowed. */
struct tms_str tms_feed_choice_shown(struct tms_str url, struct tms_str address);
/** Why a search found nothing, one sentence. */
void feed_choice_failure(struct tms_buf *buf, const struct tms_feed_choice *choice);

/** Append as a JSON object; read it back (what cannot be read is as if it were not there). */
void feed_choice_write(struct tms_buf *buf, const struct tms_feed_choice *choice);
void feed_choice_read(struct tms_feed_choice *choice, const struct json_t *object);

#endif
