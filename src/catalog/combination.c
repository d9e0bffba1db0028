/*
 * Combinations: sources that list the same items and that some scope has together. What they say of
 * an item is merged in a slot of the combination, for as long as a scope shows it. Slots are let go
 * of at once and taken out later, some at a time: that costs the index as much as putting them.
 */
#include <stdlib.h>

#include "catalog_private.h"
#include "memory/sorted.h"

/* Of a merged item, beside its text in the index: the item itself, its slot, its numbers. */
#define MERGED_BYTES (sizeof(struct tms_view_item) + 500)

/* ---- finding them ---- */

static struct tms_str bytes_of(const uint32_t *sources, size_t count)
{
	return (struct tms_str){ (const char *)sources, count * sizeof(*sources) };
}

static struct combination *find(
	const struct tms_catalog *catalog, uint32_t hash, const uint32_t *sources, size_t count)
{
	struct tms_str wanted = bytes_of(sources, count);
	uint32_t at = 0, owner;

	while ((owner = id_table_find(&catalog->combinations, hash, &at)) != ID_TABLE_NONE) {
		struct combination *found = catalog->owners[owner].combination;
		if (tms_str_equal(bytes_of(found->sources, found->count), wanted))
			return found;
	}
	return NULL;
}

bool combination_has(const struct combination *combination, uint32_t source)
{
	return sorted_has(combination->sources, combination->count, source);
}

/* Where the slot stands, or would stand. */
static uint32_t place_of(const struct combination *combination, uint32_t slot)
{
	uint32_t low = 0, high = combination->slots_count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (combination->slots[middle].slot < slot)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct combination_slot *slot_of(const struct tms_catalog *catalog, uint32_t slot)
{
	const struct combination *combination = owner_map_of(catalog, slot)->combination;

	return &combination->slots[place_of(combination, slot)];
}

/* Measured on papers: texts lie in the records, and the index has about as many bytes of them. */
size_t combination_share(const struct tms_catalog *catalog, uint32_t slot)
{
	const struct tms_view_item *item = tms_index_at(catalog->index, slot);
	const struct tms_item *text = &item->merged.item;
	size_t bytes = MERGED_BYTES + text->title.len + text->summary.len + text->comment.len;

	return bytes / combination_users(catalog, slot);
}

uint32_t combination_users(const struct tms_catalog *catalog, uint32_t slot)
{
	return slot_of(catalog, slot)->users;
}

/* ---- coming and going ---- */

static size_t bytes_for(size_t count)
{
	return sizeof(struct combination) + count * sizeof(uint32_t);
}

static enum tms_status combination_new(struct tms_catalog *catalog, uint32_t hash,
	const uint32_t *sources, size_t count, struct combination **out)
{
	struct combination *made = calloc(1, bytes_for(count));
	struct catalog_owner whose = { .combination = made };

	if (!made)
		return TMS_ENOMEM;
	enum tms_status st = owner_map_new(catalog, whose, &made->owner);
	if (st != TMS_OK) {
		free(made);
		return st;
	}
	st = id_table_add(&catalog->combinations, hash, made->owner);
	if (st != TMS_OK) {
		owner_map_free(catalog, made->owner);
		free(made);
		return st;
	}
	made->hash = hash;
	made->count = (uint32_t)count;
	memcpy(made->sources, sources, count * sizeof(*sources));
	catalog->combination_bytes += bytes_for(count);
	*out = made;
	return TMS_OK;
}

static void combination_free(struct tms_catalog *catalog, struct combination *combination)
{
	id_table_remove(&catalog->combinations, combination->hash, combination->owner);
	owner_map_free(catalog, combination->owner);
	catalog->combination_bytes -= bytes_for(combination->count) +
				      combination->slots_capacity * sizeof(*combination->slots);
	free(combination->slots);
	free(combination);
}

static enum tms_status set_capacity(
	struct tms_catalog *catalog, struct combination *combination, uint32_t capacity)
{
	struct combination_slot *slots = reallocarray(combination->slots, capacity, sizeof(*slots));

	if (!slots)
		return TMS_ENOMEM;
	catalog->combination_bytes += capacity * sizeof(*slots);
	catalog->combination_bytes -= combination->slots_capacity * sizeof(*slots);
	combination->slots = slots;
	combination->slots_capacity = capacity;
	return TMS_OK;
}

static enum tms_status make_room(struct tms_catalog *catalog, struct combination *combination)
{
	uint32_t count = combination->slots_count;

	if (count < combination->slots_capacity)
		return TMS_OK;
	return set_capacity(catalog, combination, count + count / 2 + 2);
}

static void add_slot(struct combination *combination, uint32_t slot)
{
	uint32_t at = place_of(combination, slot);

	memmove(&combination->slots[at + 1], &combination->slots[at],
		(combination->slots_count - at) * sizeof(*combination->slots));
	combination->slots[at] = (struct combination_slot){ .slot = slot };
	combination->slots_count++;
}

/* Without slots it goes. */
static void take_out(struct tms_catalog *catalog, struct combination *combination, uint32_t slot)
{
	uint32_t at = place_of(combination, slot);

	index_take_out(catalog->index, slot);
	combination->slots_count--;
	memmove(&combination->slots[at], &combination->slots[at + 1],
		(combination->slots_count - at) * sizeof(*combination->slots));
	if (combination->slots_count == 0) {
		combination_free(catalog, combination);
	} else if (combination->slots_count < combination->slots_capacity / 3) {
		/* when memory is out the larger one serves as well */
		enum tms_status st = set_capacity(catalog, combination,
			combination->slots_count + combination->slots_count / 2 + 2);
		(void)st;
	}
}

/* ---- merged slots ---- */

bool combination_gather(
	struct tms_catalog *catalog, const struct combination *combination, struct tms_str id)
{
	for (uint32_t i = 0; i < combination->count; i++) {
		const struct catalog_source *source = &catalog->sources[combination->sources[i]];
		catalog->group[i] = window_shown(source->follow.window, id);
		if (!catalog->group[i])
			return false;
	}
	return true;
}

static uint32_t find_slot(
	const struct tms_catalog *catalog, const struct combination *combination, uint32_t own)
{
	uint32_t slot = index_chain_of(catalog->index, own);

	while (slot != TMS_INDEX_NONE && index_owner_of(catalog->index, slot) != combination->owner)
		slot = index_chain_next(catalog->index, slot);
	return slot;
}

/* One that nobody used was not followed. *slot: TMS_INDEX_NONE for a new one; stays so when a
 * record is missing. */
static enum tms_status bring_up_to_date(struct tms_catalog *catalog,
	struct combination *combination, struct tms_str id, uint32_t *slot, size_t *work)
{
	struct tms_view_item *before, *after;
	bool is_new = *slot == TMS_INDEX_NONE;

	if (!combination_gather(catalog, combination, id)) {
		*slot = TMS_INDEX_NONE;
		return TMS_OK;
	}
	enum tms_status st = make_room(catalog, combination);
	if (st == TMS_OK)
		st = entry_put(catalog, combination->owner, catalog->group, combination->count,
			slot, work, &before, &after);
	if (st != TMS_OK)
		return st;
	if (is_new)
		add_slot(combination, *slot);
	tms_view_item_unref(before);
	tms_view_item_unref(after);
	return TMS_OK;
}

static enum tms_status get_slot(struct tms_catalog *catalog, struct combination *combination,
	uint32_t own, uint32_t *slot, size_t *work)
{
	uint32_t found = find_slot(catalog, combination, own);
	struct tms_str id = tms_index_at(catalog->index, own)->merged.item.id;
	enum tms_status st = TMS_OK;

	if (found == TMS_INDEX_NONE || combination_users(catalog, found) == 0)
		st = bring_up_to_date(catalog, combination, id, &found, work);
	if (st != TMS_OK)
		return st;
	if (found != TMS_INDEX_NONE) {
		struct combination_slot *used = slot_of(catalog, found);
		catalog->merged += used->users == 0;
		used->users++;
	}
	*slot = found;
	return TMS_OK;
}

enum tms_status combination_get(struct tms_catalog *catalog, const uint32_t *sources, size_t count,
	uint32_t own, uint32_t *slot, size_t *work)
{
	uint32_t hash = (uint32_t)tms_hash(catalog->seed, bytes_of(sources, count));
	struct combination *combination = find(catalog, hash, sources, count);
	enum tms_status st = TMS_OK;

	if (!combination)
		st = combination_new(catalog, hash, sources, count, &combination);
	if (st != TMS_OK)
		return st;
	st = get_slot(catalog, combination, own, slot, work);
	if (combination->slots_count == 0)
		combination_free(catalog, combination);
	return st;
}

/* ---- slots that nobody uses ---- */

static bool note_unused(struct tms_catalog *catalog, uint32_t slot)
{
	if (catalog->unused_count == catalog->unused_capacity) {
		size_t capacity = catalog->unused_capacity ? 2 * catalog->unused_capacity : 16;
		uint32_t *unused = reallocarray(catalog->unused, capacity, sizeof(*unused));
		if (!unused)
			return false;
		catalog->unused = unused;
		catalog->unused_capacity = capacity;
	}
	catalog->unused[catalog->unused_count++] = slot;
	return true;
}

void combination_release(struct tms_catalog *catalog, uint32_t slot)
{
	struct combination_slot *used = slot_of(catalog, slot);

	if (--used->users > 0)
		return;
	catalog->merged--;
	if (!used->is_unused && !note_unused(catalog, slot))
		take_out(catalog, owner_map_of(catalog, slot)->combination, slot);
	else
		used->is_unused = true;
}

/* The list no longer has it. */
static void let_go(struct tms_catalog *catalog, uint32_t slot)
{
	struct combination_slot *unused = slot_of(catalog, slot);

	unused->is_unused = false;
	if (unused->users == 0)
		take_out(catalog, owner_map_of(catalog, slot)->combination, slot);
}

static void shrink_unused(struct tms_catalog *catalog)
{
	if (catalog->unused_count > 0)
		return;
	free(catalog->unused);
	catalog->unused = NULL;
	catalog->unused_capacity = 0;
}

bool combination_tidy(struct tms_catalog *catalog, size_t work)
{
	size_t done = 0;

	while (catalog->unused_count > 0 && done < work) {
		uint32_t slot = catalog->unused[--catalog->unused_count];
		done += entry_work(tms_index_at(catalog->index, slot));
		let_go(catalog, slot);
	}
	shrink_unused(catalog);
	return catalog->unused_count > 0;
}

void combination_forget(struct tms_catalog *catalog, uint32_t source)
{
	size_t kept = 0;

	for (size_t i = 0; i < catalog->unused_count; i++) {
		uint32_t slot = catalog->unused[i];
		if (combination_has(owner_map_of(catalog, slot)->combination, source))
			let_go(catalog, slot);
		else
			catalog->unused[kept++] = slot;
	}
	catalog->unused_count = kept;
	shrink_unused(catalog);
}
