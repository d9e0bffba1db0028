/*
 * A thread with an event loop and a queue of messages to it. Objects of the loop (sockets, timers)
 * are made before it starts or by the thread itself, and touched by nobody else while it runs.
 */
#ifndef TAMIS_LOOP_THREAD_H
#define TAMIS_LOOP_THREAD_H

#include "loop/queue.h"

struct tms_thread;

/** Loop and queue, at rest. TMS_OK sets *out (given); TMS_ENOMEM, TMS_EIO. */
TMS_MUST_CHECK enum tms_status tms_thread_new(struct tms_thread **out);
/** Start running. name: shown by the system's tools, 15 bytes count. Signals go to other threads.
 * TMS_OK; TMS_EIO: the system gives no more threads. */
TMS_MUST_CHECK enum tms_status tms_thread_start(struct tms_thread *thread, const char *name);
/**
 * End the loop once everything that was posted before is delivered, and wait for that. From here
 * on the loop, the queue and what hangs on them belong to the caller. Harmless when it does not
 * run.
 */
void tms_thread_join(struct tms_thread *thread);
/** Joined before, with an empty queue and no event left on the loop. NULL is accepted. */
void tms_thread_free(struct tms_thread *thread);

/** Its loop and its queue, borrowed: the loop for who knows that it does not run, or is on it. */
struct event_base *tms_thread_base(struct tms_thread *thread);
struct tms_queue *tms_thread_queue(struct tms_thread *thread);

#endif
