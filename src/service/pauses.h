/*
 * Hosts that ask to be left alone (429, RateLimit). The fetcher obeys the pauses that it knows; here
 * they are kept in the store, so that a restart and other instances obey them too: before each
 * request its host is looked up.
 */
#ifndef TAMIS_SERVICE_PAUSES_H
#define TAMIS_SERVICE_PAUSES_H

#include <sys/queue.h>

#include "fetch/fetch.h"
#include "log/log.h"
#include "store/store.h"

struct pauses {
	struct tms_fetcher *fetcher; /* these three borrowed */
	struct tms_store *store;
	struct tms_log *log;
	LIST_HEAD(pause_looks, pause_look) looks; /* under way */
};

/** Begin to look up for the fetcher. */
void pauses_init(struct pauses *pauses, struct tms_fetcher *fetcher, struct tms_store *store,
	struct tms_log *log);
/** Before the store and the fetcher are freed. All-zero is accepted. */
void pauses_fini(struct pauses *pauses);
/** The host of that address asks to be left alone until then; `until` 0: it does not. */
void pauses_note(struct pauses *pauses, struct tms_str url, tms_time until);

#endif
