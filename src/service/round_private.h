/* What the files of a round share: the round while it runs. */
#ifndef TAMIS_SERVICE_ROUND_PRIVATE_H
#define TAMIS_SERVICE_ROUND_PRIVATE_H

#include <tamis/listing.h>

#include "service/feed_search.h"
#include "service/round.h"

struct round {
	struct tms_source *source;
	struct tms_fetch *fetch;
	struct tms_arena arena;
	struct tms_poll poll;       /* in the arena */
	char key[48];               /* of the state; the array of states may move */
	struct tms_listing listing; /* all pages so far; items in the arena */
	struct page_job *reading;   /* on the worker; NULL: none */
	struct page_job *read;      /* the newest page; they hold what the items are made of */
	size_t pages, page_bytes;
	struct tms_str next_url; /* of a list read by a recipe; in the arena */
	bool uses_fallback;
	/** With a fallback: how the address itself failed; in the arena. */
	struct tms_poll_answer first;
	struct feed_search search;
	struct tms_poll_state attempt; /* what is stored while pages are read */
	bool is_counted;               /* that it is */
	struct tms_store_op *counting; /* it is being stored */
};

/* round_listing.c: */

/** Join a page to the listing: items that earlier pages did not have. Returns how many, or -1 when
 * memory is out. */
int64_t round_add_page(struct round *round, const struct tms_listing *page);
/** Take the listing into the window, and note for the saver what changed. False: it was none to
 * build on. */
bool round_apply(struct round *round, const struct tms_poll_answer *answer, tms_time now);

#endif
