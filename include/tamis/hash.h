/* Seeded hashing and the one hash table. */
#ifndef TAMIS_HASH_H
#define TAMIS_HASH_H

#include <tamis/arena.h>

/** The key of a hash: 16 bytes that an attacker does not know. {0} is for tests and short-lived
 * tools. */
struct tms_hash_seed {
	uint64_t k0, k1;
};

/** SipHash-1-3 of the bytes. Source: Aumasson and Bernstein, "SipHash: a fast short-input PRF"
 * (2012). */
uint64_t tms_hash(struct tms_hash_seed seed, struct tms_str s);

struct tms_map_slot;

/**
 * Text → pointer, open addressing, on the heap. {0} is a valid empty map.
 * Keys are borrowed: they live at least as long as their entry. A value is never NULL.
 */
struct tms_map {
	struct tms_map_slot *slots;
	size_t count;
	size_t tombs;
	size_t capacity; /* a power of two, or 0 */
	struct tms_hash_seed seed;
};

/** Frees the slots, not the keys and values; empty again but for its seed. */
void tms_map_free(struct tms_map *map);
/** The value, or NULL when there is none. */
void *tms_map_find(const struct tms_map *map, struct tms_str key);
/** Set or replace (the key run is replaced too). TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status tms_map_put(struct tms_map *map, struct tms_str key, void *value);
/** Take an entry out; returns its value, or NULL when there was none. */
void *tms_map_remove(struct tms_map *map, struct tms_str key);
/** Step through all entries in no order: start with *cursor = 0; false at the end. No put in
 * between. */
bool tms_map_next(const struct tms_map *map, size_t *cursor, struct tms_str *key, void **value);

#endif
