/* Fuel: a count of steps that goes down, so that work on hostile documents and rules is bounded. */
#ifndef TAMIS_STEPS_H
#define TAMIS_STEPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** One step is a node or value that is looked at, or 16 bytes of text. */
struct tms_steps {
	uint64_t left;
};

/** False when there are not so many left; then none are. */
static inline bool tms_steps_take(struct tms_steps *steps, size_t count)
{
	if (count > steps->left) {
		steps->left = 0;
		return false;
	}
	steps->left -= count;
	return true;
}
/** As much as looking at one thing and so many bytes of it costs. */
static inline bool tms_steps_take_bytes(struct tms_steps *steps, size_t bytes)
{
	return tms_steps_take(steps, 1 + bytes / 16);
}

#endif
