/* How much of explaining items is one piece of an answer. */
#include "web/web_private.h"

/* An item takes about 60 us, or a few times what the query costs. */
#define ITEMS_MAX 4
#define COST_MAX 240

size_t web_items_a_piece(size_t cost)
{
	size_t items = COST_MAX / (cost + 1);

	return items < 1 ? 1 : items > ITEMS_MAX ? ITEMS_MAX : items;
}
