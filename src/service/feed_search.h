/*
 * The search for the feed of a page, as a part of a round: which address is asked next, and when the
 * search ends. It decides and performs nothing; the round asks and tells.
 */
#ifndef TAMIS_SERVICE_FEED_SEARCH_H
#define TAMIS_SERVICE_FEED_SEARCH_H

#include "service/source.h"

struct page_job;

enum feed_search_stage {
	FEED_SEARCH_OFF,
	FEED_SEARCH_PAGE, /* the page is asked again, because the feed that it led to is gone */
	FEED_SEARCH_FEED, /* a candidate is asked */
};

struct feed_search {
	enum feed_search_stage stage;
	size_t next; /* candidate of the source's choice */
	size_t asked;
	struct tms_str url;          /* asked now; this and the next in the round's arena */
	struct tms_str page_url;     /* where the page was */
	bool has_lost;               /* the feed that was read until now fails … */
	struct tms_poll_answer lost; /* … like this; its runs too */
};

/**
 * A request of the round has failed. True: ask search->url next.
 * arena   of the round
 * answer  of the request; when false is returned it tells why the round ends
 * page    what was read of it; NULL: nothing came
 */
bool feed_search_step(struct feed_search *search, struct tms_source *source,
	struct tms_arena *arena, const struct source_poll *state, struct tms_poll_answer *answer,
	const struct page_job *page, tms_time now);
/** A listing of that kind came. True when it is one to take; false: it counts as a failure. */
bool feed_search_accepts(const struct feed_search *search, enum tms_listing_kind kind);
/**
 * The round ends: keep in the source what was found or not found, before the schedule takes the
 * answer. Returns the moment before which nothing is asked again; 0: as the schedule says.
 */
tms_time feed_search_end(const struct feed_search *search, struct tms_source *source,
	struct source_poll *state, const struct tms_poll_answer *answer, tms_time now);

#endif
