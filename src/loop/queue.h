/*
 * Messages to an event loop from other threads: many may post, the loop's own thread takes.
 *
 * A message is part of what is sent, so that posting needs no memory and cannot fail. Posting is
 * one compare-and-swap, and a write to wake the loop only when nothing waited there; it takes no
 * lock. What one thread posts arrives in its order. How many messages are under way is bounded by
 * who posts them: each belongs to something that is counted (a request, a job).
 */
#ifndef TAMIS_LOOP_QUEUE_H
#define TAMIS_LOOP_QUEUE_H

#include <stdbool.h>
#include <stddef.h>

#include <tamis/status.h>

struct event_base;
struct tms_message;
struct tms_queue;

/** Runs on the receiving loop. The message is the receiver's from here on: it may be posted again
 * or freed. */
typedef void (*tms_message_fn)(struct tms_message *message);

/** Embedded in what is sent; owned by the queue from post to deliver. */
struct tms_message {
	struct tms_message *next; /* the queue's */
	tms_message_fn deliver;   /* set before it is posted */
};

/** The object that a message is embedded in. */
#define TMS_MESSAGE_OF(message, type, member)                                                      \
	((type *)(void *)((char *)(message)-offsetof(type, member)))

/** base is borrowed and outlives the queue. TMS_OK sets *out (given); TMS_ENOMEM, TMS_EIO (no
 * descriptor left). */
TMS_MUST_CHECK enum tms_status tms_queue_new(struct event_base *base, struct tms_queue **out);
/**
 * On the loop's thread, or when it has ended, and when all who post have ended. Nothing may wait in
 * it any more: see tms_queue_run. NULL is accepted.
 */
void tms_queue_free(struct tms_queue *queue);
/** From any thread. What was written before is seen by deliver. */
void tms_queue_post(struct tms_queue *queue, struct tms_message *message);
/** Deliver all that waits, and what that brings, now. On the loop's thread, or when it has ended;
 * not from within deliver. Returns how many. */
size_t tms_queue_run(struct tms_queue *queue);

#endif
