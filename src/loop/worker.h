/*
 * Work that takes long and needs nothing but its own bytes, such as reading a listing, on a thread
 * of its own: the loop that gave it goes on, and gets the result as a message.
 */
#ifndef TAMIS_LOOP_WORKER_H
#define TAMIS_LOOP_WORKER_H

#include "loop/queue.h"

struct tms_worker;
struct tms_job;

typedef void (*tms_job_fn)(struct tms_job *job);

/** Embedded in what is worked on; the worker's from tms_worker_give until done. */
struct tms_job {
	struct tms_message message; /* the worker's */
	struct tms_worker *worker;  /* the worker's */
	tms_job_fn run;  /* on the worker's thread: pure, touches what the job owns and no more */
	tms_job_fn done; /* on the loop that gave it, always once; it may free the job */
	bool was_run;    /* false in done: the worker ended before its turn */
};

/** home: the queue of the loop that gives jobs; borrowed, outlives the worker. TMS_OK sets *out
 * (given); TMS_ENOMEM, TMS_EIO. */
TMS_MUST_CHECK enum tms_status tms_worker_new(struct tms_queue *home, struct tms_worker **out);
/** Jobs are run one after the other, in their order. From home's thread. */
void tms_worker_give(struct tms_worker *worker, struct tms_job *job);
/** Waits for the job under way; `done` of all that were given runs, within this call at the latest.
 * From home's thread, not from within done. NULL is accepted. */
void tms_worker_free(struct tms_worker *worker);

#endif
