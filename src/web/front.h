/*
 * The edge cache: feeds that a serving loop holds ready and answers alone, by the address as asked.
 * A set-associative table (2,048 sets of 4), the least recently used of a set makes room.
 *
 * The main thread makes renditions, counts their references and frees them. It hands one over with
 * the answer to a request that was forwarded; the front keeps that reference by the request's
 * target, and gives it back by message when something newer comes, when its place is needed or when
 * it has become stale, and when the last answer that sends from it is gone. Between these two
 * moments it only reads. So a warm request is a look into a table of this loop, one flag that the
 * main thread sets when the feed may have changed, and one write: no lock, nothing counted where
 * others count, no memory asked for. All else is forwarded. What many ask for is kept once more, in
 * a form that is cheaper to send (web/memfile.h).
 */
#ifndef TAMIS_WEB_FRONT_H
#define TAMIS_WEB_FRONT_H

#include "loop/clock.h"
#include "serve/relay.h"
#include "web/memfile.h"

struct front;

struct front_options {
	struct tms_relay *relay;
	struct tms_queue *home;  /* of the main loop */
	struct tms_queue *queue; /* of the serving loop */
	const struct tms_clock *clock;
	size_t waiting_max;                     /* requests forwarded at the same time */
	size_t memfiles_max, memfile_bytes_max; /* copies that web/memfile.h makes; 0: none */
};

/** Since the start. */
struct front_counts {
	uint64_t whole, unchanged; /* feeds answered with 200 and 304 */
	uint64_t alone;            /* of these, without the main thread */
	struct memfile_counts memfiles;
};

/** Options are borrowed for the call, what they point to outlives the front. Given; NULL when
 * memory is out. */
struct front *front_new(const struct front_options *options);
/** Cleared before, and both queues run empty. NULL is accepted. */
void front_free(struct front *front);
/** The handler of the loop's server; context is the front. */
void front_handle(void *context, struct tms_exchange exchange, const struct tms_request *request);
/** Give every reference back; on the loop's thread, or when it has ended. */
void front_clear(struct front *front);

/* On the main thread: */

/** Answer a forwarded request with a rendition; the reference is taken. */
void front_hand_over(struct tms_exchange exchange, struct tms_rendition *rendition);
/** Let it give back what has become stale though nobody asks for it. */
void front_sweep(struct front *front);
/** Add its counts to *sum; from any thread. */
void front_counts_add(const struct front *front, struct front_counts *sum);

#endif
