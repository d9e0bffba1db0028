/* SipHash, and the hash table: open addressing, linear probing, strings to pointers. */
#include <tamis/hash.h>

#include <stdlib.h>

#define SMALLEST_TABLE 16

struct tms_map_slot {
	struct tms_str key;
	uint64_t hash;
	void *value; /* NULL: free, or a tomb when key.ptr is set */
};

static uint64_t rotate(uint64_t x, int bits)
{
	return (x << bits) | (x >> (64 - bits));
}

static void sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[1] = rotate(v[1], 13) ^ v[0];
	v[0] = rotate(v[0], 32);
	v[2] += v[3];
	v[3] = rotate(v[3], 16) ^ v[2];
	v[0] += v[3];
	v[3] = rotate(v[3], 21) ^ v[0];
	v[2] += v[1];
	v[1] = rotate(v[1], 17) ^ v[2];
	v[2] = rotate(v[2], 32);
}

uint64_t tms_hash(struct tms_hash_seed seed, struct tms_str s)
{
	uint64_t v[4] = { seed.k0 ^ 0x736f6d6570736575U, seed.k1 ^ 0x646f72616e646f6dU,
		seed.k0 ^ 0x6c7967656e657261U, seed.k1 ^ 0x7465646279746573U };
	size_t whole = s.len & ~(size_t)7;
	uint64_t word = 0;

	for (size_t i = 0; i < whole; i += 8) {
		memcpy(&word, s.ptr + i, 8);
		v[3] ^= word;
		sip_round(v);
		v[0] ^= word;
	}
	word = (uint64_t)s.len << 56;
	for (size_t i = whole; i < s.len; i++)
		word |= (uint64_t)(unsigned char)s.ptr[i] << (8 * (i - whole));
	v[3] ^= word;
	sip_round(v);
	v[0] ^= word;
	v[2] ^= 0xff;
	sip_round(v);
	sip_round(v);
	sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

void tms_map_free(struct tms_map *map)
{
	if (!map)
		return;
	free(map->slots);
	*map = (struct tms_map){ .seed = map->seed };
}

static struct tms_map_slot *slot_of(const struct tms_map *map, struct tms_str key, uint64_t hash)
{
	for (size_t i = hash & (map->capacity - 1); map->capacity != 0;
		i = (i + 1) & (map->capacity - 1)) {
		struct tms_map_slot *slot = &map->slots[i];
		if (!slot->value && !slot->key.ptr)
			return NULL;
		if (slot->value && slot->hash == hash && tms_str_equal(slot->key, key))
			return slot;
	}
	return NULL;
}

static void place(struct tms_map_slot *slots, size_t capacity, struct tms_map_slot entry)
{
	size_t i = entry.hash & (capacity - 1);

	while (slots[i].value)
		i = (i + 1) & (capacity - 1);
	slots[i] = entry;
}

/* Keeps at least a quarter of the slots free, so that every search ends. */
static enum tms_status make_room(struct tms_map *map)
{
	size_t capacity = SMALLEST_TABLE;

	if ((map->count + map->tombs + 1) * 4 <= map->capacity * 3)
		return TMS_OK;
	while (capacity * 3 < (map->count + 1) * 4 * 2)
		capacity *= 2;
	struct tms_map_slot *slots = calloc(capacity, sizeof(*slots));
	if (!slots)
		return TMS_ENOMEM;
	for (size_t i = 0; i < map->capacity; i++)
		if (map->slots[i].value)
			place(slots, capacity, map->slots[i]);
	free(map->slots);
	map->slots = slots;
	map->capacity = capacity;
	map->tombs = 0;
	return TMS_OK;
}

void *tms_map_find(const struct tms_map *map, struct tms_str key)
{
	if (map->count == 0)
		return NULL;
	struct tms_map_slot *slot = slot_of(map, key, tms_hash(map->seed, key));
	return slot ? slot->value : NULL;
}

enum tms_status tms_map_put(struct tms_map *map, struct tms_str key, void *value)
{
	uint64_t hash = tms_hash(map->seed, key);
	struct tms_map_slot *slot = slot_of(map, key, hash);

	if (!key.ptr)
		key = TMS_STR("");
	if (slot) {
		slot->key = key;
		slot->value = value;
		return TMS_OK;
	}
	if (make_room(map) != TMS_OK)
		return TMS_ENOMEM;
	size_t i = hash & (map->capacity - 1);
	while (map->slots[i].value)
		i = (i + 1) & (map->capacity - 1);
	if (map->slots[i].key.ptr)
		map->tombs--;
	map->slots[i] = (struct tms_map_slot){ key, hash, value };
	map->count++;
	return TMS_OK;
}

void *tms_map_remove(struct tms_map *map, struct tms_str key)
{
	struct tms_map_slot *slot = map->count ? slot_of(map, key, tms_hash(map->seed, key)) : NULL;

	if (!slot)
		return NULL;
	void *value = slot->value;
	*slot = (struct tms_map_slot){ .key = TMS_STR("") };
	map->count--;
	map->tombs++;
	return value;
}

bool tms_map_next(const struct tms_map *map, size_t *cursor, struct tms_str *key, void **value)
{
	while (*cursor < map->capacity) {
		const struct tms_map_slot *slot = &map->slots[(*cursor)++];
		if (!slot->value)
			continue;
		if (key)
			*key = slot->key;
		*value = slot->value;
		return true;
	}
	return false;
}
