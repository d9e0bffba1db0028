/* The promise that all readers of foreign bytes share: what a document takes is bounded by its size. */
#ifndef TAMIS_FUZZ_BOUNDS_H
#define TAMIS_FUZZ_BOUNDS_H

#include <stdlib.h>

#include <tamis/arena.h>
#include <tamis/listing.h>

/* An element of four bytes is a node of a hundred and fifty; texts and addresses are copied once or
 * twice. */
#define BYTES_FOR_ANY ((size_t)4 << 20)
#define BYTES_FOR_EACH ((size_t)200)

static inline void require_bounded(const struct tms_arena *arena, size_t document_bytes)
{
	if (arena->used_bytes > BYTES_FOR_ANY + BYTES_FOR_EACH * document_bytes)
		abort();
}

static inline void require_few_steps(uint64_t steps, size_t document_bytes)
{
	if (steps > TMS_LISTING_STEPS + (uint64_t)TMS_LISTING_STEPS_PER_BYTE * document_bytes)
		abort();
}

#endif
