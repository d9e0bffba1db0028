/* The order of items, the newest first, kept as they come and go. */
#include "items_private.h"

static int newest_first(int64_t a, int64_t b)
{
	return a < b ? 1 : a > b ? -1 : 0;
}

static int compare(const struct index_items *items, uint32_t a, uint32_t b)
{
	int64_t *const *columns = items->columns;
	int order = newest_first(columns[COLUMN_SEEN][a], columns[COLUMN_SEEN][b]);

	if (order == 0)
		order = newest_first(columns[COLUMN_PUBLISHED][a], columns[COLUMN_PUBLISHED][b]);
	if (order != 0)
		return order;
	return tms_str_compare(index_slot_at(items, a)->item->merged.item.id,
		index_slot_at(items, b)->item->merged.item.id);
}

/* The first of `count` slots that does not stand before this one. */
static size_t place_of(const struct index_items *items, size_t count, uint32_t slot)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (compare(items, items->order[middle], slot) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* A list of 5,000 slots is 20 KB: moving half of it takes less than a microsecond. */
void index_order_add(struct index_items *items, uint32_t slot)
{
	size_t count = items->order_count, at = place_of(items, count, slot);

	memmove(items->order + at + 1, items->order + at, (count - at) * sizeof(*items->order));
	items->order[at] = slot;
	items->order_count++;
}

void index_order_remove(struct index_items *items, uint32_t slot)
{
	size_t count = items->order_count, at = place_of(items, count, slot);

	memmove(items->order + at, items->order + at + 1, (count - 1 - at) * sizeof(*items->order));
	items->order_count--;
}
