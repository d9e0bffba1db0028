/* One page of a list, read on the worker: its bytes in, its items out, the main loop free meanwhile. */
#ifndef TAMIS_SERVICE_PAGE_JOB_H
#define TAMIS_SERVICE_PAGE_JOB_H

#include <tamis/discover.h>
#include <tamis/poll.h>

#include "fetch/fetch.h"
#include "loop/worker.h"

struct tms_page;

/** Called once from the loop, never inside page_read, unless it was dropped before. */
typedef void (*tms_page_done_fn)(void *context, struct tms_page *page);

struct tms_page {
	struct tms_job job;
	tms_page_done_fn done;
	void *context;
	tms_page_done_fn turn;
	bool is_working, is_dropped;
	bool is_at_turn;          /* it waits for page_go … */
	bool is_reading;          /* … and has gone */
	bool is_unwanted;         /* dropped before: it is not read */
	struct tms_page *earlier; /* for its owner: pages of one round */
	struct tms_arena arena;   /* holds all below */
	struct tms_str body;
	struct tms_listing_hints hints;
	struct tms_poll_answer answer; /* of the fetch */
	enum tms_status status;        /* of reading; `listing` is set when TMS_OK */
	struct tms_listing listing;
	struct tms_diag diag;
	bool is_html;                   /* not read, because it is an HTML page … */
	struct tms_discovery discovery; /* … which leads to these feeds */
};

/** How a page is to be read. */
struct tms_page_how {
	size_t body_max;                 /* a larger body is TMS_ELIMIT */
	size_t arena_max;                /* bytes that body and items may take together */
	const struct tms_recipe *recipe; /* copied; NULL: what it is is found out */
	size_t number;                   /* of the page in its list, from 0 */
	tms_page_done_fn turn; /* called from the loop when it is about to be read: page_go, soon;
				  NULL: it goes at once */
};
/**
 * Start reading what was fetched; reply is copied.
 * Given; NULL when memory is out.
 */
struct tms_page *page_read(struct tms_worker *worker, const struct tms_fetch_reply *reply,
	const struct tms_page_how *how, tms_page_done_fn done, void *context);
/** Read it now; its turn has come. */
void page_go(struct tms_page *page);
/** Free it, or, while it is read, see that it is freed afterwards. NULL is accepted. */
void page_drop(struct tms_page *page);

#endif
