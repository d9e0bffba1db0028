/*
 * Bodies that many ask one serving loop for, once more in memory files: the kernel lends the pages
 * of a file to a socket (sendfile), where it copies what lies in memory.
 *
 * A copy is made after some requests for the same bytes, and belongs to who asked: a hold of the
 * front. All are bounded together, in files and bytes; when there is no room, what was asked for
 * longest ago and is not being sent makes some. Whatever the system refuses, the body is sent from
 * its pieces. One loop's thread; the counts are for any.
 */
#ifndef TAMIS_WEB_HOT_H
#define TAMIS_WEB_HOT_H

#include <sys/queue.h>

#include "service/rendition.h"

/** Smaller bodies are copied nearly as fast as they are lent: at 8 KiB lending saves a twentieth at
 * most, at 16 KiB a tenth, at 40 KiB a quarter. */
#define TMS_HOT_BODY_MIN ((size_t)16384)
/** Larger ones are not worth the pause: making a copy of this size takes .2 ms. */
#define TMS_HOT_BODY_MAX ((size_t)1 << 20)
/** Requests before a copy is made. Making and dropping one costs what 4 (40 KiB), 6 (64 KiB) and 9
 * (16 KiB) answers from it save, so what is not asked for again is never much dearer. */
#define TMS_HOT_ASKED_MIN 8

struct tms_hot;

/** What is known of one body; all-zero before it is asked for first. */
struct tms_hot_body {
	unsigned asked; /* while there is no copy */
	unsigned users; /* answers under way that send from it */
	int fd;
	size_t bytes; /* 0: no copy */
	TAILQ_ENTRY(tms_hot_body) entry;
};

struct tms_hot_counts {
	uint64_t lent;         /* answers sent from a copy */
	uint64_t refused;      /* copies that the system did not allow */
	uint64_t files, bytes; /* now */
};

/** 0 files or bytes, or a system that cannot do it: no copies are made. Given; NULL when memory is
 * out. */
struct tms_hot *hot_new(size_t files_max, size_t bytes_max);
/** Every body was dropped. NULL is accepted. */
void hot_free(struct tms_hot *hot);
/**
 * The form is about to be sent. True: it lies whole at the start of body->fd, and does until
 * hot_release. False: send its pieces.
 */
bool hot_use(struct tms_hot *hot, struct tms_hot_body *body, const struct tms_rendition_form *form);
void hot_release(struct tms_hot_body *body);
/** The form goes; no answer is under way. */
void hot_drop(struct tms_hot *hot, struct tms_hot_body *body);
/** Add the counts to *sum; from any thread. */
void hot_counts_add(const struct tms_hot *hot, struct tms_hot_counts *sum);

#endif
