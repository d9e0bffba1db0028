/*
 * The cache is two tables. What is used is in the young one; when that has grown to half of the
 * limit the old one is dropped and the young one takes its place, so what was not asked for during
 * a whole round goes. No list is kept.
 */
#include <tamis/atom.h>

#include <stdlib.h>

#define BYTES_DEFAULT ((size_t)64 << 20)

struct slot {
	struct tms_fragment *fragment;
	uint64_t version;
	struct tms_str key; /* behind the slot */
};

struct table {
	struct tms_map map;
	size_t bytes;
};

struct tms_fragments {
	struct table young, old;
	size_t max_bytes;
	struct tms_hash_seed seed;
};

static size_t slot_bytes(const struct slot *slot)
{
	return sizeof(*slot) + slot->key.len + sizeof(*slot->fragment) + slot->fragment->bytes.len;
}

static void slot_free(struct slot *slot)
{
	if (!slot)
		return;
	tms_fragment_unref(slot->fragment);
	free(slot);
}

static void table_clear(struct table *table)
{
	size_t cursor = 0;
	struct tms_str key;
	void *value;

	while (tms_map_next(&table->map, &cursor, &key, &value))
		slot_free(value);
	tms_map_free(&table->map);
	table->bytes = 0;
}

enum tms_status tms_fragments_new(
	size_t max_bytes, struct tms_hash_seed seed, struct tms_fragments **out)
{
	struct tms_fragments *made = calloc(1, sizeof(*made));

	if (!made)
		return TMS_ENOMEM;
	made->max_bytes = max_bytes > 0 ? max_bytes : BYTES_DEFAULT;
	made->seed = made->young.map.seed = made->old.map.seed = seed;
	*out = made;
	return TMS_OK;
}

void tms_fragments_free(struct tms_fragments *fragments)
{
	if (!fragments)
		return;
	table_clear(&fragments->young);
	table_clear(&fragments->old);
	free(fragments);
}

size_t tms_fragments_bytes(const struct tms_fragments *fragments)
{
	return fragments->young.bytes + fragments->old.bytes;
}

static struct slot *take(struct table *table, struct tms_str key)
{
	struct slot *slot = tms_map_remove(&table->map, key);

	if (slot)
		table->bytes -= slot_bytes(slot);
	return slot;
}

static enum tms_status put(struct tms_fragments *f, struct slot *slot)
{
	if (f->young.bytes + slot_bytes(slot) > f->max_bytes / 2 && f->young.map.count > 0) {
		table_clear(&f->old);
		f->old = f->young;
		f->young = (struct table){ .map.seed = f->seed };
	}
	enum tms_status st = tms_map_put(&f->young.map, slot->key, slot);
	if (st == TMS_OK)
		f->young.bytes += slot_bytes(slot);
	return st;
}

static enum tms_status slot_new(struct tms_str key, const struct tms_merged *item, uint64_t version,
	struct tms_fragment_style style, struct slot **out)
{
	struct slot *slot = malloc(sizeof(*slot) + key.len);

	if (!slot)
		return TMS_ENOMEM;
	*slot = (struct slot){ .version = version, .key = { (char *)(slot + 1), key.len } };
	memcpy(slot + 1, key.ptr, key.len);
	enum tms_status st = tms_fragment_new(item, style, &slot->fragment);
	if (st == TMS_OK)
		*out = slot;
	else
		free(slot);
	return st;
}

enum tms_status tms_fragments_get(struct tms_fragments *fragments, const struct tms_merged *item,
	uint64_t version, struct tms_fragment_style style, struct tms_fragment **out)
{
	struct tms_buf key = { 0 };
	struct slot *slot = NULL;

	tms_buf_format(&key, "%d %lld ", (int)style.link, (long long)style.published);
	tms_buf_add(&key, item->item.id);
	enum tms_status st = key.status;
	if (st != TMS_OK)
		goto out;
	slot = tms_map_find(&fragments->young.map, tms_buf_str(&key));
	if (slot && slot->version == version) {
		*out = tms_fragment_ref(slot->fragment);
		slot = NULL;
		goto out;
	}
	slot = take(slot ? &fragments->young : &fragments->old, tms_buf_str(&key));
	if (slot && slot->version != version) {
		slot_free(slot);
		slot = NULL;
	}
	if (!slot)
		st = slot_new(tms_buf_str(&key), item, version, style, &slot);
	if (st == TMS_OK)
		st = put(fragments, slot);
	if (st != TMS_OK)
		goto out;
	*out = tms_fragment_ref(slot->fragment);
	slot = NULL;
out:
	slot_free(slot);
	tms_buf_free(&key);
	return st;
}
