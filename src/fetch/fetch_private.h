/* One fetch, and the fetcher that has them all: what fetch.c, fetcher.c and host_queue.c share. */
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
	struct tms_fetch *waits_next, *waits_before; /* in the queue of its host */
	int64_t age;               /* the number of its start: the oldest has the least */
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
	struct host hostless;               /* whom fetches without a host wait for */
	struct pairing_heap ready, waiting; /* hosts (host_queue.c) */
	struct tms_fetch *first, *last;     /* all fetches, oldest first */
	int64_t starts;
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

/* ---- host_queue.c ---- */

/** The clocks as they are now. */
struct host_clocks host_queue_clocks(const struct tms_fetcher *fetcher);
/** A fetch waits for its host, behind those that are older. */
void host_queue_put(struct tms_fetch *fetch);
/** It waits no longer. */
void host_queue_leave(struct tms_fetch *fetch);
/** Something has changed for who waits for this host, or for any of them: a transfer has begun or
 * ended, a pause, what others know of it, a limit. */
void host_queue_place(struct tms_fetcher *fetcher, struct host *host);
void host_queue_place_all(struct tms_fetcher *fetcher);
/** Of the hosts whose first fetch may go on now, the one whose first is the oldest; or NULL. */
struct host *host_queue_ready(struct tms_fetcher *fetcher);
/** Milliseconds until there may be one; -1: something else will tell. */
int64_t host_queue_wait_ms(const struct tms_fetcher *fetcher);

#endif
