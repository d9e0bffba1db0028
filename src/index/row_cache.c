/* The cache of rows and probes: eviction by CLOCK, and rows mended for the items that changed. */
#include "row_cache.h"

#include <stdlib.h>
#include <string.h>

#include "items_private.h"

/* Rows looked through at a time: the bound is kept over some calls, and none takes long. */
#define LOOKED_AT_MAX 1024
/* Items that were looked at for one row: above that, asking about changed items alone is cheaper
 * than making the row again, though that needs a batch of them. */
#define DEAR 64
/* Nobody wants to go on with a row that was not asked for while others were so often. */
#define LEFT_ASKED 5000

void index_row_cache_init(struct index_row_cache *cache, struct index_items *items)
{
	*cache = (struct index_row_cache){
		.items = items, .bytes_max = INDEX_ROW_CACHE_BYTES_MAX, .work = SIZE_MAX
	};
	slab_init(&cache->cells, sizeof(struct index_cached));
}

static struct index_cached *cached_at(const struct index_row_cache *cache, uint32_t cell)
{
	return slab_at(&cache->cells, cell);
}

static bool is_row(const struct index_cached *it)
{
	return !(it->of & INDEX_CACHED_PROBE);
}

static void drop_changes(struct index_row_cache *cache)
{
	index_postings_free(cache->changes);
	cache->changes = NULL;
	cache->changes_stamp = 0;
}

void index_row_cache_free(struct index_row_cache *cache)
{
	uint32_t cell = 0;

	for (struct index_cached *it; (it = slab_next(&cache->cells, &cell));)
		if (is_row(it))
			index_row_free(&it->in.row.row);
	slab_free(&cache->cells);
	id_table_free(&cache->by_key);
	drop_changes(cache);
	index_marking_drop(&cache->marking);
}

size_t index_row_cache_bytes(const struct index_row_cache *cache)
{
	return slab_bytes(&cache->cells) + id_table_bytes(&cache->by_key) + cache->row_bytes;
}

/* ---- found by leaf and place; the first of a leaf is known by the leaf itself ---- */

static uint32_t hash_of(uint32_t leaf, uint32_t of)
{
	uint64_t mixed = ((uint64_t)leaf << 32 | of) * UINT64_C(0x9E3779B97F4A7C15);

	return (uint32_t)(mixed >> 32);
}

static uint32_t find(
	const struct index_row_cache *cache, uint32_t first, uint32_t leaf, uint32_t of)
{
	uint32_t at = 0, cell;

	if (first == SLAB_NONE || cached_at(cache, first)->of == of)
		return first;
	if (cached_at(cache, first)->next == SLAB_NONE)
		return SLAB_NONE;
	do
		cell = id_table_find(&cache->by_key, hash_of(leaf, of), &at);
	while (cell != ID_TABLE_NONE &&
		(cached_at(cache, cell)->leaf != leaf || cached_at(cache, cell)->of != of));
	return cell == ID_TABLE_NONE ? SLAB_NONE : cell;
}

/* A new one stands behind the first. */
static enum tms_status add(struct index_row_cache *cache, const struct index_cached *new,
	uint32_t *first, uint32_t *out)
{
	uint32_t cell;

	if (slab_take(&cache->cells, &cell) != TMS_OK)
		return TMS_ENOMEM;
	struct index_cached *it = cached_at(cache, cell);
	*it = *new;
	it->next = it->before = SLAB_NONE;
	if (*first == SLAB_NONE) {
		*first = *out = cell;
		return TMS_OK;
	}
	if (id_table_add(&cache->by_key, hash_of(it->leaf, it->of), cell) != TMS_OK) {
		slab_give_back(&cache->cells, cell);
		return TMS_ENOMEM;
	}
	struct index_cached *head = cached_at(cache, *first);
	it->before = *first;
	it->next = head->next;
	if (it->next != SLAB_NONE)
		cached_at(cache, it->next)->before = cell;
	head->next = cell;
	*out = cell;
	return TMS_OK;
}

static void take_out(struct index_row_cache *cache, uint32_t cell)
{
	const struct index_cached *it = cached_at(cache, cell);

	id_table_remove(&cache->by_key, hash_of(it->leaf, it->of), cell);
}

uint32_t index_row_cache_leaf(const struct index_row_cache *cache, uint32_t cell)
{
	return cached_at(cache, cell)->leaf;
}

void index_row_cache_drop(struct index_row_cache *cache, uint32_t *first, uint32_t cell)
{
	struct index_cached *it = cached_at(cache, cell);
	uint32_t next = it->next;

	if (next != SLAB_NONE)
		cached_at(cache, next)->before = it->before;
	if (cell != *first) {
		cached_at(cache, it->before)->next = next;
		take_out(cache, cell);
	} else {
		*first = next;
		if (next != SLAB_NONE)
			take_out(cache, next);
	}
	if (is_row(it)) {
		cache->row_bytes -= index_row_bytes(&it->in.row.row);
		index_row_free(&it->in.row.row);
	}
	slab_give_back(&cache->cells, cell);
}

void index_row_cache_forget(struct index_row_cache *cache, uint32_t leaf, uint32_t *cell)
{
	while (*cell != SLAB_NONE) {
		uint32_t next = cached_at(cache, *cell)->next;
		index_row_cache_drop(cache, cell, next != SLAB_NONE ? next : *cell);
	}
	if (cache->marking.bits && cache->marked.leaf == leaf)
		index_marking_drop(&cache->marking);
}

/* ---- rows ---- */

/* What its row was made from, as a number. */
static uint64_t version_of(const struct index_row_key *key, const struct index_owner *owner)
{
	return key->flags != 0 ? owner->numbers_version : owner->text_version;
}

static bool is_under_way(const struct index_row_cache *cache, const struct index_row_key *key,
	const struct index_owner *owner)
{
	return cache->marking.bits && cache->marked.leaf == key->leaf &&
	       cache->marked.plan == key->plan && cache->marked_stamp == owner->stamp;
}

/* Has what the marking was begun with changed since? */
static bool is_overtaken(const struct index_row_cache *cache)
{
	const struct index_items *items = cache->items;
	const struct index_owner *owner = cache->marked_owner < items->owners.count
						  ? index_owner_at(items, cache->marked_owner)
						  : NULL;

	return !owner || owner->stamp != cache->marked_stamp ||
	       cache->marked_version != version_of(&cache->marked, owner);
}

/*
 * A row in pieces: one is under way at a time, and others wait for it. If each began its own
 * instead, two that are asked for by turns would undo each other for ever. A row that takes one
 * piece whatever it is asked of waits for none.
 */
static enum tms_status make_some(struct index_row_cache *cache, const struct index_row_key *key,
	uint32_t owner_number, tms_time now, struct index_row *row)
{
	const struct index_owner *owner = index_owner_at(cache->items, owner_number);
	struct index_marking own = { 0 };

	if (!index_plan_looks(key->plan))
		return index_plan_row_some(
			cache->items, key->plan, owner_number, now, &cache->work, &own, row);
	if (cache->marking.bits && is_overtaken(cache))
		index_marking_drop(&cache->marking);
	if (cache->marking.bits && !is_under_way(cache, key, owner)) {
		if (++cache->waited < LEFT_ASKED)
			return TMS_EUNAVAIL;
		index_marking_drop(&cache->marking);
	}
	cache->waited = 0;
	cache->marked = *key;
	cache->marked_owner = owner_number;
	cache->marked_stamp = owner->stamp;
	cache->marked_version = version_of(key, owner);
	return index_plan_row_some(
		cache->items, key->plan, owner_number, now, &cache->work, &cache->marking, row);
}

/* From now on what changes is remembered. */
static enum tms_status follow_changes(struct index_owner *owner)
{
	if (!owner->changed)
		owner->changed = calloc(INDEX_ROW_CHANGES, sizeof(*owner->changed));
	return owner->changed ? TMS_OK : TMS_ENOMEM;
}

static enum tms_status make(struct index_row_cache *cache, const struct index_row_key *key,
	uint32_t owner_number, tms_time now, uint32_t *first, uint32_t *cell)
{
	struct index_owner *owner = index_owner_at(cache->items, owner_number);
	uint64_t verified = index_items_verified(cache->items);
	bool was_begun = is_under_way(cache, key, owner);
	struct index_row row = { 0 };

	enum tms_status st = follow_changes(owner);
	if (st == TMS_OK)
		st = cache->work == SIZE_MAX
			     ? index_plan_row(cache->items, key->plan, owner_number, now, &row)
			     : make_some(cache, key, owner_number, now, &row);
	if (was_begun && st != TMS_EUNAVAIL)
		index_marking_drop(&cache->marking); /* when it was made at once, too */
	const struct index_cached new = { .leaf = key->leaf,
		.of = owner->stamp,
		.is_dear = was_begun || index_items_verified(cache->items) - verified > DEAR,
		.version = version_of(key, owner),
		.in.row = { .now = now, .row = row } };
	if (st == TMS_OK)
		st = add(cache, &new, first, cell);
	if (st != TMS_OK) {
		index_row_free(&row);
		return st;
	}
	cache->count++;
	cache->row_bytes += index_row_bytes(&row);
	return TMS_OK;
}

static bool is_among(const uint32_t *slots, size_t count, uint32_t slot)
{
	while (count > 0)
		if (slots[--count] == slot)
			return true;
	return false;
}

static bool is_owned(const struct index_items *items, uint32_t slot, uint32_t owner)
{
	const struct index_page *page =
		slot / INDEX_PAGE < items->pages.count ? index_page_of(items, slot) : NULL;

	return page && index_slot_owner(items, slot) == owner;
}

/* The owner's slots that changed since that version: each once, those that have an item first. */
static void find_changes(struct index_row_cache *cache, uint32_t owner_number, uint64_t since)
{
	const struct index_items *items = cache->items;
	const struct index_owner *owner = index_owner_at(items, owner_number);
	uint32_t all[INDEX_ROW_CHANGES];
	size_t count = 0;

	for (uint64_t v = since; v < owner->text_version; v++) {
		uint32_t slot = owner->changed[v % INDEX_ROW_CHANGES];
		if (is_owned(items, slot, owner_number) && !is_among(all, count, slot))
			all[count++] = slot;
	}
	cache->slots_count = 0;
	for (size_t i = 0; i < count; i++)
		if (index_items_at(items, all[i]))
			cache->slots[cache->slots_count++] = all[i];
	cache->there_count = cache->slots_count;
	for (size_t i = 0; i < count; i++)
		if (!index_items_at(items, all[i]))
			cache->slots[cache->slots_count++] = all[i];
}

/* The changed items as a batch; all rows of that version are mended with it. */
static enum tms_status batch_changes(
	struct index_row_cache *cache, uint32_t owner_number, uint64_t since, tms_time now)
{
	const struct index_owner *owner = index_owner_at(cache->items, owner_number);

	if (cache->changes_stamp == owner->stamp && cache->changes_since == since &&
		cache->changes_until == owner->text_version)
		return TMS_OK;
	drop_changes(cache);
	find_changes(cache, owner_number, since);
	if (cache->there_count > 0 && index_postings_new(cache->items, cache->slots,
					      cache->there_count, now, &cache->changes) != TMS_OK)
		return TMS_ENOMEM;
	cache->changes_since = since;
	cache->changes_until = owner->text_version;
	cache->changes_stamp = owner->stamp;
	return TMS_OK;
}

/* The slot as rows have it. */
static uint32_t local_of(const struct index_items *items, uint32_t slot)
{
	const struct index_page *page = index_page_of(items, slot);

	return page->places[slot % INDEX_PAGE / INDEX_BLOCK] * INDEX_PAGE + slot % INDEX_PAGE;
}

/* Ask again about the items that changed. On failure the row may be wrong: it has to be dropped. */
static enum tms_status mend(struct index_row_cache *cache, const struct index_row_key *key,
	uint32_t owner_number, tms_time now, struct index_cached *it)
{
	const struct index_owner *owner = index_owner_at(cache->items, owner_number);
	struct index_row *row = &it->in.row.row;
	uint64_t mask = 0;

	enum tms_status st = batch_changes(cache, owner_number, it->version, now);
	if (st == TMS_OK && cache->changes)
		st = index_plan_mask(cache->items, key->plan, cache->changes, &mask);
	cache->row_bytes -= index_row_bytes(row);
	for (size_t i = 0; st == TMS_OK && i < cache->slots_count; i++) {
		uint32_t local = local_of(cache->items, cache->slots[i]);
		if (i < cache->there_count && (mask >> i & 1))
			st = index_row_add(row, local);
		else
			index_row_remove(row, local);
	}
	cache->row_bytes += index_row_bytes(row);
	it->version = owner->text_version;
	return st;
}

static bool can_mend(const struct index_row_key *key, const struct index_owner *owner,
	const struct index_cached *it)
{
	return key->flags == 0 && it->is_dear &&
	       owner->text_version - it->version <= INDEX_ROW_CHANGES;
}

enum tms_status index_row_cache_get(struct index_row_cache *cache, const struct index_row_key *key,
	uint32_t owner_number, tms_time now, uint32_t *first, const struct index_row **row)
{
	const struct index_owner *owner = index_owner_at(cache->items, owner_number);
	uint32_t cell = find(cache, *first, key->leaf, owner->stamp);
	struct index_cached *it = cell == SLAB_NONE ? NULL : cached_at(cache, cell);
	enum tms_status st = TMS_OK;

	if (!it || it->version != version_of(key, owner) ||
		((key->flags & INDEX_LEAF_CLOCK) && it->in.row.now != now)) {
		if (cache->work == 0)
			return TMS_EUNAVAIL;
		if (it && can_mend(key, owner, it)) {
			st = mend(cache, key, owner_number, now, it);
			if (st != TMS_OK)
				index_row_cache_drop(cache, first, cell);
		} else {
			if (it)
				index_row_cache_drop(cache, first, cell);
			st = make(cache, key, owner_number, now, first, &cell);
		}
		if (st != TMS_OK)
			return st;
		it = cached_at(cache, cell);
	}
	it->was_used = true;
	*row = &it->in.row.row;
	return TMS_OK;
}

/* ---- probes ---- */

static enum tms_status get_probe(struct index_row_cache *cache, uint32_t leaf, uint32_t page,
	uint32_t *first, struct index_cached **out)
{
	uint64_t version = cache->items->pages.list[page]->version;
	uint32_t of = INDEX_CACHED_PROBE | page, cell = find(cache, *first, leaf, of);
	const struct index_cached new = { .leaf = leaf, .of = of, .version = version };

	if (cell == SLAB_NONE && add(cache, &new, first, &cell) != TMS_OK)
		return TMS_ENOMEM;
	struct index_cached *it = cached_at(cache, cell);
	if (it->version != version) {
		it->version = version;
		it->in.probe.asked = it->in.probe.holds = 0;
	}
	it->was_used = true;
	*out = it;
	return TMS_OK;
}

/* Of the candidates of one page those that hold. */
static enum tms_status look(struct index_row_cache *cache, const struct index_row_key *key,
	uint32_t page, uint32_t *first, uint64_t *bits)
{
	struct index_cached *it = NULL;
	uint64_t left = 0;

	enum tms_status st = get_probe(cache, key->leaf, page, first, &it);
	if (st != TMS_OK)
		return st;
	uint64_t asked = *bits & ~it->in.probe.asked, holds = asked;
	if (asked != 0 && cache->work == 0)
		return TMS_EUNAVAIL;
	if (asked != 0)
		st = index_plan_look(cache->items, key->plan, page, &cache->work, &holds, &left);
	if (st != TMS_OK)
		return st;
	it->in.probe.asked |= asked & ~left;
	it->in.probe.holds |= holds & ~left;
	*bits &= it->in.probe.holds;
	return left != 0 ? TMS_EUNAVAIL : TMS_OK;
}

enum tms_status index_row_cache_ask(struct index_row_cache *cache, const struct index_row_key *key,
	const struct index_area *area, tms_time now, uint32_t *first, uint64_t *out)
{
	enum tms_status st = index_plan_mark(cache->items, key->plan, now, area, out);

	if (st == TMS_OK && index_plan_looks(key->plan))
		for (size_t i = 0; i < area->pages.count && st == TMS_OK; i++)
			if (out[i] != 0)
				st = look(cache, key, area->pages.list[i], first, &out[i]);
	index_scratch_done(cache->items);
	return st;
}

/* ---- room ---- */

uint32_t index_row_cache_spare(struct index_row_cache *cache, size_t *looked_at)
{
	while (index_row_cache_bytes(cache) > cache->bytes_max && (*looked_at)++ < LOOKED_AT_MAX) {
		struct index_cached *it = slab_next(&cache->cells, &cache->hand);
		if (!it)
			cache->hand = 0;
		else if (!it->was_used)
			return cache->hand - 1;
		else
			it->was_used = false;
	}
	return SLAB_NONE;
}
