/*
 * Small vectors: numbers in a few places of a record while they are few, then on the heap. How many
 * places there are follows from how many are used, so that none is spent on saying so.
 */
#ifndef TAMIS_MEMORY_SMALL_VECTOR_H
#define TAMIS_MEMORY_SMALL_VECTOR_H

#include <tamis/status.h>

#include <stddef.h>
#include <stdint.h>

/** Where the parts of one lie in its record. */
struct small_vector {
	uint32_t *few, few_room;
	uint32_t **list; /* may share its place with `few` */
	uint32_t *count;
	size_t *heap_bytes; /* what all such vectors of the owner hold */
};

/** Put the value before number `at`. TMS_OK; TMS_ENOMEM: it is as it was. */
TMS_MUST_CHECK enum tms_status small_vector_insert(
	const struct small_vector *vector, uint32_t at, uint32_t value);
/** Take number `at` out. */
void small_vector_remove(const struct small_vector *vector, uint32_t at);
/** Bytes on the heap of so many, of which so many have their place in the record. */
size_t small_vector_bytes(uint32_t count, uint32_t few_room);

#endif
