/*
 * Segregated free lists: small blocks of bytes, found by a 32-bit number. A block is a multiple of
 * 4 bytes cut from a chunk of 64 KiB; one given back joins the list of its size and is used again
 * for the same. What is longer than FREELIST_MAX lies on the heap. Nothing ever moves, and nothing
 * but a number is kept of a block: whoever takes it knows its length.
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

/** Frees the chunks; blocks above FREELIST_MAX must have been given back. Empty again. */
void freelist_free(struct freelist *freelist);
/** A block of so many bytes, not set. TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status freelist_take(
	struct freelist *freelist, size_t bytes, uint32_t *block);
/** Give one back; bytes as it was taken. */
void freelist_give_back(struct freelist *freelist, uint32_t block, size_t bytes);
/** Its bytes; valid until it is given back. */
unsigned char *freelist_at(const struct freelist *freelist, uint32_t block, size_t bytes);

#endif
