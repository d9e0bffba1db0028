/*
 * Work that takes long and needs nothing but its own bytes, such as reading a listing, on threads
 * of their own: the loop that gave it goes on, and gets the result as a message.
 *
 * One thread does everything in turn, which keeps memory and caches small, as long as jobs end.
 * When one does not and others wait for so long that it shows, another thread starts and takes
 * them: who takes long is overtaken, up to threads_max of them. Who waits and who runs is decided
 * on the loop alone, so that nothing is locked.
 */
#ifndef TAMIS_LOOP_WORKER_H
#define TAMIS_LOOP_WORKER_H

#include <stdint.h>

#include "loop/queue.h"

struct tms_worker;
struct tms_job;

typedef void (*tms_job_fn)(struct tms_job *job);

/** Embedded in what is worked on; the worker's from tms_worker_give until done. */
struct tms_job {
	struct tms_message message; /* the worker's */
	struct worker_hand *hand;   /* the worker's */
	struct tms_job *later;      /* the worker's */
	/** NULL: it runs when its turn has come. Else called then, from the loop that gave it; a
	 * thread is kept free for it until tms_worker_go. */
	tms_job_fn turn;
	tms_job_fn run;  /* on a thread of the worker: pure, touches what the job owns alone */
	tms_job_fn done; /* on the loop that gave it, always once; it may free the job */
	bool was_run;    /* false in done: the worker ended before its turn */
};

/** Borrowed, and outlive the worker. */
struct tms_worker_options {
	struct event_base *base; /* the loop that gives jobs … */
	struct tms_queue *home;  /* … and its queue */
	const char *name;        /* of the threads, 15 bytes count */
	size_t threads_max;      /* from 1 */
	int64_t overtake_ms;     /* jobs that wait so long while none ends get another thread */
};

/** TMS_OK sets *out (given); TMS_ENOMEM, TMS_EIO. */
TMS_MUST_CHECK enum tms_status tms_worker_new(
	const struct tms_worker_options *options, struct tms_worker **out);
/** Jobs begin in their order; without overtaking they end in it too. From home's thread. */
void tms_worker_give(struct tms_worker *worker, struct tms_job *job);
/**
 * The job, whose turn has come, runs now. False: not any more, the worker ends. From home's thread,
 * once.
 */
bool tms_worker_go(struct tms_job *job);
/**
 * Begin no more jobs, and run the loop until those under way have ended, for at most timeout_ms.
 * False: one still runs, and touches what it owns; the worker must not be freed then. Jobs that
 * were not begun wait for tms_worker_free. From home's thread, not from within its loop.
 */
bool tms_worker_finish(struct tms_worker *worker, int64_t timeout_ms);
/**
 * Waits for the jobs under way; `done` of all that were given runs, within this call at the latest.
 * From home's thread, not from within done. NULL is accepted.
 */
void tms_worker_free(struct tms_worker *worker);

#endif
