/* Numbers in an ascending list: where one stands, or would stand. */
#ifndef TAMIS_MEMORY_SORTED_H
#define TAMIS_MEMORY_SORTED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** The first place that does not stand before the number; count when all do. */
static inline size_t sorted_place(const uint32_t *list, size_t count, uint32_t number)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (list[middle] < number)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/** Is the number in the list? */
static inline bool sorted_has(const uint32_t *list, size_t count, uint32_t number)
{
	size_t at = sorted_place(list, count, number);

	return at < count && list[at] == number;
}

#endif
