/*
 * Results in the store: what a feed held last, with its validators, for 30 days. A process that has
 * just started can tell a reader that nothing has changed before it has read a single item.
 *
 * Of a feed that stands still (its rule cannot be read) it is what the feed shows, kept as long as it
 * does: for a year, and from time to time for another.
 */
#ifndef TAMIS_SERVICE_STORED_RESULTS_H
#define TAMIS_SERVICE_STORED_RESULTS_H

#include "service/served_feed.h"
#include "store/store.h"

/** Keep the rendition's result under the feed's name. Failing is fine: it is a cache. */
void stored_results_keep(struct tms_store *store, const struct tms_served *served,
	const struct tms_rendition *rendition);

/** result is NULL when none is kept or the store is away; it may be moved from, else borrowed for the
 * call. */
typedef void (*tms_stored_results_fn)(void *context, struct tms_result *result);
/** Ask for the kept result; done is called once, from the loop, unless the store is freed before.
 * False: not asked. */
bool tms_stored_results_ask(struct tms_store *store, const struct tms_served *served,
	tms_stored_results_fn done, void *context);
/** The same for what the feed showed last, in whatever form and whatever version made it: entries,
 * without validators. */
bool tms_stored_results_ask_shown(struct tms_store *store, const struct tms_served *served,
	tms_stored_results_fn done, void *context);

/** Now and then: what feeds that stand still show is kept for another year, some feeds a call. */
void stored_results_tick(struct tms_feeds *feeds, tms_time now);
/** The store answers no more. */
void stored_results_fini(struct tms_feeds *feeds);

#endif
