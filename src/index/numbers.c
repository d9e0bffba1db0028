#include "term.h"

#include <stdlib.h>

/* Places for so many: 4, 6, 8, 12, 16, 24, … */
static uint32_t room_for(uint32_t count)
{
	uint32_t room = 4;

	while (room < count) {
		if (room + room / 2 >= count)
			return room + room / 2;
		room *= 2;
	}
	return room;
}

size_t index_numbers_bytes(uint32_t count, uint32_t few_room)
{
	return count <= few_room ? 0 : room_for(count) * sizeof(uint32_t);
}

/* Make room for one more, behind the others. */
static enum tms_status make_room(const struct index_numbers *n)
{
	uint32_t count = *n->count;
	size_t bytes = index_numbers_bytes(count + 1, n->few_room);
	size_t had = index_numbers_bytes(count, n->few_room);

	if (bytes == had)
		return TMS_OK;
	/* NOLINTNEXTLINE(clang-analyzer-optin.portability.UnixAPI): more numbers, more bytes */
	uint32_t *list = realloc(had ? *n->list : NULL, bytes);
	if (!list)
		return TMS_ENOMEM;
	if (!had) /* few and list may share their place: read first, then write */
		memcpy(list, n->few, count * sizeof(*list));
	*n->list = list;
	*n->heap_bytes += bytes - had;
	return TMS_OK;
}

enum tms_status index_numbers_insert(const struct index_numbers *n, uint32_t at, uint32_t value)
{
	if (make_room(n) != TMS_OK)
		return TMS_ENOMEM;
	uint32_t *numbers = *n->count + 1 <= n->few_room ? n->few : *n->list;
	memmove(numbers + at + 1, numbers + at, (*n->count - at) * sizeof(*numbers));
	numbers[at] = value;
	++*n->count;
	return TMS_OK;
}

void index_numbers_remove(const struct index_numbers *n, uint32_t at)
{
	uint32_t count = *n->count;
	size_t had = index_numbers_bytes(count, n->few_room);
	size_t bytes = index_numbers_bytes(count - 1, n->few_room);
	uint32_t *numbers = had ? *n->list : n->few;

	memmove(numbers + at, numbers + at + 1, (count - 1 - at) * sizeof(*numbers));
	--*n->count;
	if (bytes == had)
		return;
	*n->heap_bytes -= had - bytes;
	if (bytes == 0) {
		memcpy(n->few, numbers, (count - 1) * sizeof(*numbers));
		free(numbers);
		return;
	}
	uint32_t *smaller =
		realloc(numbers, bytes); /* where it fails, more is there than is used */
	if (smaller)
		*n->list = smaller;
}
