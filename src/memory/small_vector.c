/* Vectors of numbers that lie in their record while they are short, then on the heap. */
#include "small_vector.h"

#include <stdlib.h>
#include <string.h>

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

size_t small_vector_bytes(uint32_t count, uint32_t few_room)
{
	return count <= few_room ? 0 : room_for(count) * sizeof(uint32_t);
}

/* Make room for one more, behind the others. */
static enum tms_status make_room(const struct small_vector *v)
{
	uint32_t count = *v->count;
	size_t bytes = small_vector_bytes(count + 1, v->few_room);
	size_t had = small_vector_bytes(count, v->few_room);

	if (bytes == had)
		return TMS_OK;
	/* NOLINTNEXTLINE(clang-analyzer-optin.portability.UnixAPI): more numbers, more bytes */
	uint32_t *list = realloc(had ? *v->list : NULL, bytes);
	if (!list)
		return TMS_ENOMEM;
	if (!had) /* few and list may share their place: read first, then write */
		memcpy(list, v->few, count * sizeof(*list));
	*v->list = list;
	*v->heap_bytes += bytes - had;
	return TMS_OK;
}

enum tms_status small_vector_insert(
	const struct small_vector *v, uint32_t at, uint32_t value)
{
	if (make_room(v) != TMS_OK)
		return TMS_ENOMEM;
	uint32_t *numbers = *v->count + 1 <= v->few_room ? v->few : *v->list;
	memmove(numbers + at + 1, numbers + at, (*v->count - at) * sizeof(*numbers));
	numbers[at] = value;
	++*v->count;
	return TMS_OK;
}

void small_vector_remove(const struct small_vector *v, uint32_t at)
{
	uint32_t count = *v->count;
	size_t had = small_vector_bytes(count, v->few_room);
	size_t bytes = small_vector_bytes(count - 1, v->few_room);
	uint32_t *numbers = had ? *v->list : v->few;

	memmove(numbers + at, numbers + at + 1, (count - 1 - at) * sizeof(*numbers));
	--*v->count;
	if (bytes == had)
		return;
	*v->heap_bytes -= had - bytes;
	if (bytes == 0) {
		memcpy(v->few, numbers, (count - 1) * sizeof(*numbers));
		free(numbers);
		return;
	}
	uint32_t *smaller =
		realloc(numbers, bytes); /* where it fails, more is there than is used */
	if (smaller)
		*v->list = smaller;
}
