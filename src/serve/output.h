/*
 * Bytes on their way to one client: the parts of one answer, or of several to pipelined requests,
 * and who lends them. Parts lie in the workspace's arena or are lent; they leave in one gathered
 * write.
 */
#ifndef TAMIS_SERVE_OUTPUT_H
#define TAMIS_SERVE_OUTPUT_H

#include <sys/uio.h>

#include "server.h"

/** What lent bytes to an answer. */
struct output_lender {
	tms_release_fn release;
	void *owner;
	size_t first, end; /* the parts that it lent */
};

/** {0} is empty. */
struct output {
	struct iovec *parts; /* in the workspace's arena, as lenders; or both in `kept` */
	size_t part_count;
	size_t part_capacity;
	size_t next;                 /* the first that is not sent whole */
	size_t bytes;                /* lined up in parts, sent or not */
	size_t sent;                 /* of them */
	struct tms_answer_file file; /* what is left of it; behind all parts */
	struct output_lender *lenders;
	size_t lender_count;
	size_t lender_capacity;
	void *kept; /* of the quota: while the client is slow (park.c) */
	size_t kept_bytes;
};

/** Room for more parts and one more lender, in the arena. False when memory is out. */
bool output_make_room(struct tms_arena *arena, struct output *output, size_t more);
/** One more part, for which room was made. The bytes are borrowed until they are sent. */
void output_add(struct output *output, struct tms_str part);
/** So many bytes of its parts have left. */
void output_advance(struct output *output, size_t sent);
/** Something is still to be sent. */
bool output_is_left(const struct output *output);
/** Free what park.c made for it; the parts go with it. */
void output_drop_kept(struct output *output, struct tms_quota *quota);
/** Release what is lent and forget what is not sent; it is {0} after. */
void output_drop(struct output *output, struct tms_quota *quota);

#endif
