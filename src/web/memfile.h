/*
 * Bodies that many ask one serving loop for, once more in memory files: the kernel lends the pages
 * of a file to a socket (sendfile), where it copies what lies in memory.
 *
 * A copy is made after some requests for the same bytes, and belongs to who asked: a hold of the
 * front. All are bounded together, in files and bytes; when there is no room, what was asked for
 * longest ago and is not being sent makes some. Whatever the system refuses, the body is sent from
 * its pieces. One loop's thread; the counts are for any.
 */
#ifndef TAMIS_WEB_MEMFILE_H
#define TAMIS_WEB_MEMFILE_H

#include <sys/queue.h>

#include "service/rendition.h"

/** Smaller bodies are copied nearly as fast as they are lent: at 8 KiB lending saves a twentieth at
 * most, at 16 KiB a tenth, at 40 KiB a quarter. */
#define MEMFILE_BODY_MIN ((size_t)16384)
/** Larger ones are not worth the pause: making a copy of this size takes .2 ms. */
#define MEMFILE_BODY_MAX ((size_t)1 << 20)
/** Requests before a copy is made. Making and dropping one costs what 4 (40 KiB), 6 (64 KiB) and 9
 * (16 KiB) answers from it save, so what is not asked for again is never much dearer. */
#define MEMFILE_ASKED_MIN 8

struct memfile_pool;

/** One body's: how often it was asked for, and its file. All-zero before the first time. */
struct memfile {
	unsigned asked; /* while there is no copy */
	unsigned users; /* answers under way that send from it */
	int fd;
	size_t bytes; /* 0: no copy */
	TAILQ_ENTRY(memfile) entry;
};

struct memfile_counts {
	uint64_t lent;         /* answers sent from a copy */
	uint64_t refused;      /* copies that the system did not allow */
	uint64_t files, bytes; /* now */
};

/** 0 files or bytes, or a system that cannot do it: no copies are made. Given; NULL when memory is
 * out. */
struct memfile_pool *memfile_pool_new(size_t files_max, size_t bytes_max);
/** Every body was dropped. NULL is accepted. */
void memfile_pool_free(struct memfile_pool *pool);
/**
 * The form is about to be sent. True: it lies whole at the start of file->fd, and does until
 * memfile_release. False: send its pieces.
 */
bool memfile_use(
	struct memfile_pool *pool, struct memfile *file, const struct tms_rendition_form *form);
void memfile_release(struct memfile *file);
/** The form goes; no answer is under way. */
void memfile_drop(struct memfile_pool *pool, struct memfile *file);
/** Add the counts to *sum; from any thread. */
void memfile_counts_add(const struct memfile_pool *pool, struct memfile_counts *sum);

#endif
