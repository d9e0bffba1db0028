/*
 * A slot map: places for pointers, each reached by a handle of a slot and its generation. Who keeps
 * a handle may be late: it finds its own tenant or nothing, never the next one, because a
 * generation ends when the tenant goes, or when it is renewed. (2^32 generations of one slot later
 * a handle that is still kept would be valid again.)
 *
 * The lowest free slot is taken first, so that a walk over all of them stays short.
 */
#ifndef TAMIS_SERVE_SLOT_MAP_H
#define TAMIS_SERVE_SLOT_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct slot {
	void *tenant; /* NULL: it is free */
	uint32_t generation;
};

/** {0} is empty. */
struct slot_map {
	struct slot *slots;
	size_t count; /* of slots, free ones among them: to walk with slot_map_at */
	size_t hint;  /* no free slot below */
};

/** All tenants have left, or are forgotten. */
void slot_map_fini(struct slot_map *map);
/** A slot for the tenant, which is borrowed and not NULL. False when memory is out. */
bool slot_map_take(struct slot_map *map, void *tenant, uint32_t *slot);
/** The tenant goes, and its handles end. */
void slot_map_leave(struct slot_map *map, uint32_t slot);

/** The tenant stays, and its handles end: it may give new ones. */
static inline void slot_map_renew(struct slot_map *map, uint32_t slot)
{
	map->slots[slot].generation++;
}

/** The other half of a handle to this slot, from now until the generation ends. */
static inline uint32_t slot_map_generation(const struct slot_map *map, uint32_t slot)
{
	return map->slots[slot].generation;
}

/** Whom the handle was given for; NULL when it has ended, or never was one. */
static inline void *slot_map_find(const struct slot_map *map, uint32_t slot, uint32_t generation)
{
	if (slot >= map->count || map->slots[slot].generation != generation)
		return NULL;
	return map->slots[slot].tenant;
}

/** Who is there, or NULL. at: below count. */
static inline void *slot_map_at(const struct slot_map *map, size_t at)
{
	return map->slots[at].tenant;
}

#endif
