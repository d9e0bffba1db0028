/*
 * Results in the store: what a feed held last, with its validators, for a week. A process that has just started can
 * tell a reader that nothing has changed before it has read a single item.
 */
#ifndef TAMIS_SERVICE_STORED_RESULTS_H
#define TAMIS_SERVICE_STORED_RESULTS_H

#include "service/served_feed.h"
#include "store/store.h"

/** Keep the rendition's result under the feed's name. Failing is fine: it is a cache. */
void stored_results_keep(struct tms_store *store, const struct tms_served *served,
	const struct tms_rendition *rendition);

/** result is NULL when none is kept or the store is away; borrowed for the call. */
typedef void (*tms_stored_results_fn)(void *context, const struct tms_result *result);
/** Ask for the kept result; done is called once, from the loop, unless the store is freed before. False: not asked. */
bool tms_stored_results_ask(struct tms_store *store, const struct tms_served *served,
	tms_stored_results_fn done, void *context);

#endif
