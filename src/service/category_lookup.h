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

#include "store/store.h"

struct tms_categories;
struct tms_fetch;
struct tms_page;

#define TMS_LOOKUP_PAPERS_MAX 100
#define TMS_LOOKUP_ID_BYTES 48 /* "arxiv:" and the id; longer ones are none of arXiv's */

enum tms_lookup_stage {
	TMS_LOOKUP_RESTS,
	TMS_LOOKUP_LEASES, /* the store is asked who may ask */
	TMS_LOOKUP_LEARNS, /* what others have learned is read */
	TMS_LOOKUP_ASKS,   /* arXiv is asked */
	TMS_LOOKUP_READS,  /* the answer is read, on the worker */
};

struct tms_lookup {
	enum tms_lookup_stage stage;
	struct tms_store_op *op;
	struct tms_fetch *fetch;
	struct tms_page *page;
	int64_t token;       /* of the lease; 0: not held */
	tms_time not_before; /* somebody else asks until about then */
	size_t asked;        /* of the wanted ones, the first; while a request runs */
	size_t batch;        /* papers of the next request; 0: as many as may be */
	size_t learned;      /* of what others have stored */
	char wanted[TMS_LOOKUP_PAPERS_MAX][TMS_LOOKUP_ID_BYTES];
	size_t wanted_count;
	uint64_t found, unknown; /* papers */
};

/** A paper is wanted. What finds no room is told of again when all is gone through. */
void lookup_want(struct tms_lookup *lookup, struct tms_str id);
/** It is known by now. */
void lookup_forget(struct tms_lookup *lookup, struct tms_str id);
/** Stops everything. */
void lookup_fini(struct tms_lookup *lookup);
/** Another instance may ask now. */
void lookup_release(struct tms_categories *categories);
/** Begin a request when it is time to, and rest when nothing is wanted. */
void lookup_tick(struct tms_categories *categories, tms_time now);
/** When the next request is due; TMS_TIME_MAX: none is. */
tms_time lookup_next_due(const struct tms_categories *categories, tms_time now);

#endif
