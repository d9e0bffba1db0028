/* One page of a list, read on the worker: its bytes in, its items out, the main loop free meanwhile. */
#ifndef TAMIS_SERVICE_PAGE_JOB_H
#define TAMIS_SERVICE_PAGE_JOB_H

#include <tamis/discover.h>
#include <tamis/poll.h>

#include "fetch/fetch.h"
#include "loop/worker.h"

struct page_job;

/** Called once from the loop, never inside page_job_start, unless it was dropped before. */
typedef void (*page_job_fn)(void *context, struct page_job *page);

struct page_job {
	struct tms_job job;
	page_job_fn done;
	void *context;
	page_job_fn turn;
	bool is_working, is_dropped;
	bool is_at_turn;          /* it waits for page_job_go … */
	bool is_reading;          /* … and has gone */
	bool is_unwanted;         /* dropped before: it is not read */
	struct page_job *earlier; /* for its owner: pages of one round */
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
struct page_job_how {
	size_t body_max;                 /* a larger body is TMS_ELIMIT */
	size_t arena_max;                /* bytes that body and items may take together */
	const struct tms_recipe *recipe; /* copied; NULL: what it is is found out */
	size_t number;                   /* of the page in its list, from 0 */
	page_job_fn turn; /* called from the loop when it is about to be read: page_job_go, soon;
				  NULL: it goes at once */
};
/**
 * Start reading what was fetched; reply is copied.
 * Given; NULL when memory is out.
 */
struct page_job *page_job_start(struct tms_worker *worker, const struct tms_fetch_reply *reply,
	const struct page_job_how *how, page_job_fn done, void *context);
/** Read it now; its turn has come. */
void page_job_go(struct page_job *page);
/** Free it, or, while it is read, see that it is freed afterwards. NULL is accepted. */
void page_job_drop(struct page_job *page);

#endif
