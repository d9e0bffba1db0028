/* A slot map: pointers by handle of slot and generation. */
#include "serve/slot_map.h"

#include <stdlib.h>
#include <string.h>

#define SLOTS_FIRST ((size_t)64)

void slot_map_fini(struct slot_map *map)
{
	free(map->slots);
	*map = (struct slot_map){ 0 };
}

static bool grow(struct slot_map *map)
{
	size_t count = map->count ? map->count * 2 : SLOTS_FIRST;
	struct slot *grown = reallocarray(map->slots, count, sizeof(*grown));

	if (!grown)
		return false;
	memset(grown + map->count, 0, (count - map->count) * sizeof(*grown));
	map->slots = grown;
	map->count = count;
	return true;
}

bool slot_map_take(struct slot_map *map, void *tenant, uint32_t *slot)
{
	size_t at = map->hint;

	while (at < map->count && map->slots[at].tenant)
		at++;
	if (at == map->count && !grow(map))
		return false;
	map->slots[at].tenant = tenant;
	map->hint = at + 1;
	*slot = (uint32_t)at;
	return true;
}

void slot_map_leave(struct slot_map *map, uint32_t slot)
{
	map->slots[slot].tenant = NULL;
	map->slots[slot].generation++;
	if (slot < map->hint)
		map->hint = slot;
}
