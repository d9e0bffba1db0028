/* The list of chunks' addresses, which doubles. */
#include "chunk_list.h"

#include <stdlib.h>

bool chunk_list_grow(void *chunks, size_t count)
{
	void **list = chunks;

	if ((count & (count - 1)) != 0)
		return true;
	void *grown = reallocarray(*list, count ? count * 2 : 1, sizeof(void *));
	if (grown)
		*list = grown;
	return grown != NULL;
}

size_t chunk_list_room(size_t count)
{
	size_t room = 1;

	while (room < count)
		room *= 2;
	return count ? room : 0;
}
