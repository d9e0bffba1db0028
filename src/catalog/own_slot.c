/*
 * A source's own slots: one for each item that it lists. When several sources list an item, their
 * slots of it are set apart: which slot a scope shows depends on who of them is in it.
 */
#include "catalog_private.h"

/* Of the slots behind this one in its chain, the first one that a source other than this has. */
static uint32_t skip_to_other(const struct tms_catalog *catalog, uint32_t slot, uint32_t source)
{
	for (; slot != TMS_INDEX_NONE; slot = index_chain_next(catalog->index, slot)) {
		const struct catalog_owner *whose = owner_map_of(catalog, slot);
		if (!whose->combination && whose->source != source)
			break;
	}
	return slot;
}

uint32_t tms_catalog_next_lister(
	const struct tms_catalog *catalog, struct tms_str id, uint32_t *slot)
{
	uint32_t next = *slot == TMS_INDEX_NONE ? index_chain_first(catalog->index, id)
						: index_chain_next(catalog->index, *slot);

	*slot = skip_to_other(catalog, next, TMS_CATALOG_NONE);
	return *slot == TMS_INDEX_NONE ? TMS_CATALOG_NONE : owner_map_of(catalog, *slot)->source;
}

uint32_t tms_catalog_source_at(const struct tms_catalog *catalog, uint32_t slot)
{
	if (slot >= tms_index_slots(catalog->index) || !tms_index_at(catalog->index, slot))
		return TMS_CATALOG_NONE;
	return owner_map_of(catalog, slot)->combination ? TMS_CATALOG_NONE
							: owner_map_of(catalog, slot)->source;
}

static uint32_t find_own(const struct tms_catalog *catalog, uint32_t source, struct tms_str id)
{
	uint32_t owner = catalog->sources[source].owner;
	uint32_t slot = index_chain_first(catalog->index, id);

	while (slot != TMS_INDEX_NONE && index_owner_of(catalog->index, slot) != owner)
		slot = index_chain_next(catalog->index, slot);
	return slot;
}

static void set_apart(struct tms_catalog *catalog, uint32_t slot, bool is_apart)
{
	index_set_apart(catalog->index, slot, is_apart);
	catalog->sources[owner_map_of(catalog, slot)->source].parted++;
}

/* It is not alone from the second lister on: the first one's slot was not set apart before. */
static void part(struct tms_catalog *catalog, uint32_t source, uint32_t slot, struct tms_str id)
{
	uint32_t other = skip_to_other(catalog, index_chain_first(catalog->index, id), source);

	catalog->sources[source].layout++;
	catalog->layouts++;
	catalog->sources[source].items++;
	catalog->items++;
	if (other == TMS_INDEX_NONE)
		return;
	set_apart(catalog, slot, true);
	if (skip_to_other(catalog, index_chain_next(catalog->index, other), source) ==
		TMS_INDEX_NONE)
		set_apart(catalog, other, true);
}

/* The source's slot has gone. */
static void join_again(struct tms_catalog *catalog, uint32_t source, struct tms_str id)
{
	uint32_t other = skip_to_other(catalog, index_chain_first(catalog->index, id), source);

	catalog->sources[source].layout++;
	catalog->layouts++;
	catalog->sources[source].items--;
	catalog->items--;
	if (other != TMS_INDEX_NONE &&
		skip_to_other(catalog, index_chain_next(catalog->index, other), source) ==
			TMS_INDEX_NONE)
		set_apart(catalog, other, false);
}

/* Takes both items. */
static void tell(struct catalog_step *step, uint32_t source, uint32_t slot,
	struct tms_view_item *before, struct tms_view_item *after)
{
	const struct tms_catalog *catalog = step->catalog;
	bool is_merged = after && owner_map_of(catalog, slot)->combination;
	const struct tms_catalog_change change = { source, slot, before, after, is_merged };

	if (step->change && (before || after))
		step->change(step->context, &change);
	tms_view_item_unref(before);
	tms_view_item_unref(after);
}

/* A merged slot of the item. One that a source of its combination does not list is shown by nobody
 * and is left as it is until that one lists it again. */
static enum tms_status show_merged(
	struct catalog_step *step, uint32_t source, uint32_t slot, struct tms_str id)
{
	struct tms_catalog *catalog = step->catalog;
	const struct combination *combination = owner_map_of(catalog, slot)->combination;
	struct tms_view_item *before = NULL, *after = NULL;

	step->done += CATALOG_LOOK;
	if (combination_users(catalog, slot) == 0 || !combination_gather(catalog, combination, id))
		return TMS_OK;
	enum tms_status st = entry_put(catalog, combination->owner, catalog->group,
		combination->count, &slot, &step->done, &before, &after);
	if (st == TMS_OK)
		tell(step, source, slot, before, after);
	return st;
}

static enum tms_status show_own(
	struct catalog_step *step, uint32_t source, uint32_t slot, const struct tms_record *record)
{
	struct tms_catalog *catalog = step->catalog;
	struct tms_view_item *before = NULL, *after = NULL;

	step->done += CATALOG_LOOK;
	enum tms_status st = entry_put(catalog, catalog->sources[source].owner, &record, 1, &slot,
		&step->done, &before, &after);
	if (st != TMS_OK)
		return st;
	if (after && !before)
		part(catalog, source, slot, record->id);
	tell(step, source, slot, before, after);
	return TMS_OK;
}

void own_slot_drop(struct catalog_step *step, uint32_t source, uint32_t slot)
{
	struct tms_catalog *catalog = step->catalog;
	struct tms_view_item *item = tms_view_item_ref(tms_index_at(catalog->index, slot));

	step->done += entry_work(item);
	index_take_out(catalog->index, slot);
	join_again(catalog, source, item->merged.item.id);
	tell(step, source, slot, item, NULL);
}

/* The merged ones first: scopes may show one of them from the moment on that the own one is there. */
enum tms_status own_slot_show(struct catalog_step *step, uint32_t source, struct tms_str id)
{
	struct tms_catalog *catalog = step->catalog;
	const struct tms_record *record = window_shown(catalog->sources[source].follow.window, id);
	uint32_t own = find_own(catalog, source, id), next;
	enum tms_status st = TMS_OK;
	size_t chain = 0;

	if (!record) {
		if (own != TMS_INDEX_NONE)
			own_slot_drop(step, source, own);
		return TMS_OK;
	}
	for (uint32_t slot = index_chain_first(catalog->index, id);
		slot != TMS_INDEX_NONE && st == TMS_OK; slot = next) {
		const struct combination *combination = owner_map_of(catalog, slot)->combination;
		next = index_chain_next(catalog->index, slot);
		chain++;
		if (combination && combination_has(combination, source))
			st = show_merged(step, source, slot, id);
	}
	step->done += chain / CATALOG_CHAIN;
	if (st == TMS_OK)
		st = show_own(step, source, own, record);
	return st;
}

enum tms_status own_slot_join(struct catalog_step *step, uint32_t slot)
{
	struct tms_catalog *catalog = step->catalog;
	const struct catalog_owner *whose = owner_map_of(catalog, slot);
	struct tms_view_item *item = tms_view_item_ref(tms_index_at(catalog->index, slot));
	struct tms_str id = item->merged.item.id;
	enum tms_status st = TMS_OK;

	if (whose->combination) {
		st = show_merged(step, whose->combination->sources[0], slot, id);
	} else if (whose->source != TMS_CATALOG_NONE) {
		const struct tms_record *record =
			window_shown(catalog->sources[whose->source].follow.window, id);
		if (record)
			st = show_own(step, whose->source, slot, record);
	}
	tms_view_item_unref(item);
	return st;
}
