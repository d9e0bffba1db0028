/*
 * Look-ups of categories at arXiv's interface: up to 100 papers a request, one request in three
 * seconds (its terms of use), by one instance at a time, and each paper once.
 *
 * Who asks holds a lease; before its first request it reads what others have learned meanwhile. An
 * answer that cannot be read, or that has none of the papers, is asked for again in halves, so that
 * one paper that arXiv stumbles over does not keep the others; alone, it counts as unknown.
 */
#ifndef TAMIS_SERVICE_CATEGORY_LOOKUP_H
#define TAMIS_SERVICE_CATEGORY_LOOKUP_H

#include <tamis/join.h>

#include "service/source.h"

struct tms_fetch;
struct page_job;

#define CATEGORY_LOOKUP_PAPERS_MAX 100
#define CATEGORY_LOOKUP_ID_BYTES 48 /* "arxiv:" and the id; longer ones are none of arXiv's */

enum category_lookup_stage {
	CATEGORY_LOOKUP_RESTS,
	CATEGORY_LOOKUP_LEASES, /* the store is asked who may ask */
	CATEGORY_LOOKUP_LEARNS, /* what others have learned is read */
	CATEGORY_LOOKUP_ASKS,   /* arXiv is asked */
	CATEGORY_LOOKUP_READS,  /* the answer is read, on the worker */
};

struct category_lookup {
	const struct service_world *world; /* borrowed */
	struct tms_source *known;          /* what is known of categories; borrowed */
	/** Take items of nothing but categories as known. False: no memory. */
	bool (*learn)(void *context, struct tms_item *items, size_t count, tms_time now);
	/** A request has ended: what is still wanted may be told of again. */
	void (*ended)(void *context);
	void *context;
	enum category_lookup_stage stage;
	struct tms_store_op *op;
	struct tms_fetch *fetch;
	struct page_job *page;
	int64_t token;       /* of the lease; 0: not held */
	tms_time not_before; /* somebody else asks until about then */
	size_t asked;        /* of the wanted ones, the first; while a request runs */
	size_t batch;        /* papers of the next request; 0: as many as may be */
	size_t learned;      /* of what others have stored */
	char wanted[CATEGORY_LOOKUP_PAPERS_MAX][CATEGORY_LOOKUP_ID_BYTES];
	size_t wanted_count;
	uint64_t found, unknown; /* papers */
};

/** A paper is wanted. What finds no room is told of again when all is gone through. */
void category_lookup_want(struct category_lookup *lookup, struct tms_str id);
/** It is known by now. */
void category_lookup_forget(struct category_lookup *lookup, struct tms_str id);
/** Stops everything. */
void category_lookup_fini(struct category_lookup *lookup);
/** Another instance may ask now. */
void category_lookup_release(struct category_lookup *lookup);
/** Begin a request when it is time to, and rest when nothing is wanted. */
void category_lookup_tick(struct category_lookup *lookup, tms_time now);
/** When the next request is due; TMS_TIME_MAX: none is. */
tms_time category_lookup_next_due(const struct category_lookup *lookup, tms_time now);

#endif
