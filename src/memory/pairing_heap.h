/*
 * A pairing heap: who waits, the least number first. Whoever is in it carries the link, so that
 * putting in never fails, and anybody can leave. To put in takes one step, to leave in the mean the
 * logarithm of how many there are.
 */
#ifndef TAMIS_MEMORY_PAIRING_HEAP_H
#define TAMIS_MEMORY_PAIRING_HEAP_H

#include <stddef.h>
#include <stdint.h>

/** {0}: in no heap. It does not move meanwhile. */
struct pairing_link {
	struct pairing_heap *heap; /* NULL: in none */
	struct pairing_link *child, *next;
	struct pairing_link *before; /* the sibling before it, or of the first one the parent */
	int64_t number;
};

/** {0} is empty. It does not move while somebody is in it. */
struct pairing_heap {
	struct pairing_link *first; /* who has the least number; NULL: nobody is in it */
};

/** Into the heap by this number, and out of any that it was in. */
void pairing_heap_put(struct pairing_heap *heap, struct pairing_link *link, int64_t number);
/** Out of its heap, if it is in one. */
void pairing_heap_leave(struct pairing_link *link);

#endif
