/*
 * Small runs of bytes, found by a 32-bit number: what a million feeds are called. A cell is a
 * multiple of 4 bytes out of a chunk of 64 KiB; cells given back are used again for the same size.
 * What is longer than FREELIST_MAX lies on the heap. Nothing ever moves.
 */
#ifndef TAMIS_MEMORY_FREELIST_H
#define TAMIS_MEMORY_FREELIST_H

#include <tamis/status.h>
#include <tamis/str.h>

#define FREELIST_UNIT 4
#define FREELIST_MAX 512

/** {0} is empty. */
struct freelist {
	unsigned char **chunks;
	size_t chunks_count;
	size_t used;                                     /* units of the newest chunk */
	uint32_t free[FREELIST_MAX / FREELIST_UNIT + 1]; /* by units; number + 1, 0: none */
	size_t bytes;                                    /* of the heap */
};

void freelist_free(struct freelist *cells);
/** A cell of so many bytes, not set. TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status freelist_take(struct freelist *cells, size_t bytes, uint32_t *cell);
/** Give one back; bytes as it was taken. */
void freelist_give(struct freelist *cells, uint32_t cell, size_t bytes);
/** Its bytes; valid until it is given back. */
unsigned char *freelist_at(const struct freelist *cells, uint32_t cell, size_t bytes);

#endif
