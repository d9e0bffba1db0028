/* One fetch, and the fetcher that has them all: what fetch.c and fetcher.c share. */
#ifndef TAMIS_FETCH_FETCH_PRIVATE_H
#define TAMIS_FETCH_FETCH_PRIVATE_H

#include "fetch/fetch.h"
#include "fetch/hosts.h"
#include "fetch/multi.h"

struct curl_slist;
struct transfer;

struct tms_fetch {
	struct tms_fetcher *fetcher;
	struct tms_fetch *next, *previous;
	struct transfer *transfer; /* NULL while queued */
	struct host *host;         /* NULL for files */
	tms_fetch_done_fn *done;
	void *context;
	struct tms_arena arena;
	struct tms_fetch_request request; /* in the arena */
	struct tms_str url;               /* of this hop, in the arena */
	int64_t started_ms;
	unsigned redirects;
	bool all_permanent;
	bool queued;
	bool has_looked;            /* others were asked whether the host of this hop is paused */
	bool was_conditional;       /* this hop */
	struct curl_slist *cookies; /* owned; set on the way, for the rest of it */
};

struct tms_fetcher {
	struct event_base *base;
	const struct tms_clock *clock;
	struct multi multi;
	struct event *queue_timer;
	struct hosts hosts;
	struct tms_fetch *first, *last; /* all fetches, oldest first */
	struct tms_arena options_arena;
	struct tms_fetcher_options options;
	struct tms_fetch_counts counts;
	tms_fetcher_look_fn *look; /* NULL: nobody else knows of pauses */
	void *look_context;
};

/**
 * Go on with a fetch that waits. Returns the milliseconds after which it may go on; 0: it has gone
 * on, and may have ended; -1: something else will tell.
 */
int64_t fetch_go_on(struct tms_fetch *fetch, struct host_clocks now);
/** Its transfer has ended: the next hop, or the reply. It may be gone after. */
void fetch_finish(struct tms_fetch *fetch, CURLcode result);
/** Without a reply. */
void fetch_free(struct tms_fetch *fetch);

#endif
