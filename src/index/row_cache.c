/* The cache of rows: eviction by CLOCK, and rows mended for the items that changed. */
#include "row_cache.h"

#include <string.h>

/* Rows looked through at a time: the bound is kept over some calls, and none takes long. */
#define LOOKED_AT_MAX 1024
/* Items that were looked at for one row: above that, asking about changed items alone is cheaper
 * than making the row again, though that needs a batch of them. */
#define DEAR 64
/* Nobody wants to go on with a row that was not asked for while others were so often. */
#define LEFT_ASKED 5000

void index_row_cache_init(struct index_row_cache *cache, struct index_items *items)
{
	*cache = (struct index_row_cache){ .items = items, .work = SIZE_MAX };
	slab_init(&cache->cells, sizeof(struct index_cached_row));
}

static struct index_cached_row *row_at(const struct index_row_cache *cache, uint32_t cell)
{
	return slab_at(&cache->cells, cell);
}

static void drop_changes(struct index_row_cache *cache)
{
	index_postings_free(cache->changes);
	cache->changes = NULL;
	cache->slots_count = 0;
}

void index_row_cache_free(struct index_row_cache *cache)
{
	uint32_t cell = 0;

	for (struct index_cached_row *it; (it = slab_next(&cache->cells, &cell));)
		index_row_free(&it->row);
	slab_free(&cache->cells);
	drop_changes(cache);
	index_marking_drop(&cache->marking);
}

size_t index_row_cache_bytes(const struct index_row_cache *cache)
{
	return slab_bytes(&cache->cells) + cache->row_bytes;
}

void index_row_cache_drop(struct index_row_cache *cache, uint32_t *cell)
{
	if (*cell == SLAB_NONE)
		return;
	struct index_cached_row *it = row_at(cache, *cell);
	cache->row_bytes -= index_row_bytes(&it->row);
	index_row_free(&it->row);
	slab_give_back(&cache->cells, *cell);
	*cell = SLAB_NONE;
}

void index_row_cache_forget(struct index_row_cache *cache, uint32_t leaf, uint32_t *cell)
{
	index_row_cache_drop(cache, cell);
	if (cache->marked.leaf == leaf)
		index_marking_drop(&cache->marking);
}

/* What its row was made from, as a number. */
static uint64_t version_of(const struct index_row_cache *cache, const struct index_row_key *key)
{
	return key->flags != 0 ? cache->numbers_version : cache->text_version;
}

static bool is_under_way(const struct index_row_cache *cache, const struct index_row_key *key)
{
	return cache->marking.bits && cache->marked.leaf == key->leaf &&
	       cache->marked.plan == key->plan;
}

/*
 * A row in pieces: one is under way at a time, and others wait for it. If each began its own
 * instead, two that are asked for by turns would undo each other for ever. A row that takes one
 * piece whatever it is asked of waits for none.
 */
static enum tms_status make_some(struct index_row_cache *cache, const struct index_row_key *key,
	tms_time now, struct index_row *row)
{
	uint64_t version = version_of(cache, key);
	struct index_marking own = { 0 };

	if (!index_plan_looks(key->plan))
		return index_plan_row_some(cache->items, key->plan, now, &cache->work, &own, row);
	if (cache->marking.bits && cache->marked_version != version_of(cache, &cache->marked))
		index_marking_drop(&cache->marking);
	if (cache->marking.bits && !is_under_way(cache, key)) {
		if (++cache->waited < LEFT_ASKED)
			return TMS_EUNAVAIL;
		index_marking_drop(&cache->marking);
	}
	cache->waited = 0;
	cache->marked = *key;
	cache->marked_version = version;
	return index_plan_row_some(
		cache->items, key->plan, now, &cache->work, &cache->marking, row);
}

static enum tms_status make(struct index_row_cache *cache, const struct index_row_key *key,
	tms_time now, uint32_t *cell)
{
	uint64_t verified = index_items_verified(cache->items);
	struct index_row row = { 0 };
	bool was_begun = is_under_way(cache, key);

	index_row_cache_drop(cache, cell);
	enum tms_status st = cache->work == SIZE_MAX
				     ? index_plan_row(cache->items, key->plan, now, &row)
				     : make_some(cache, key, now, &row);
	if (was_begun && st != TMS_EUNAVAIL)
		index_marking_drop(&cache->marking); /* when it was made at once, too */
	if (st == TMS_OK)
		st = slab_take(&cache->cells, cell);
	if (st != TMS_OK) {
		index_row_free(&row);
		return st;
	}
	cache->count++;
	cache->row_bytes += index_row_bytes(&row);
	*row_at(cache, *cell) = (struct index_cached_row){ .leaf = key->leaf,
		.is_dear = was_begun || index_items_verified(cache->items) - verified > DEAR,
		.version = version_of(cache, key),
		.now = now,
		.row = row };
	return TMS_OK;
}

static bool is_among(const uint32_t *slots, size_t count, uint32_t slot)
{
	while (count > 0)
		if (slots[--count] == slot)
			return true;
	return false;
}

/* The slots that changed since that version: each once, those that have an item first. */
static void find_changes(struct index_row_cache *cache, uint64_t since)
{
	uint32_t all[INDEX_ROW_CACHE_CHANGES];
	size_t count = 0;

	for (uint64_t v = since; v < cache->text_version; v++) {
		uint32_t slot = cache->changed[v % INDEX_ROW_CACHE_CHANGES];
		if (!is_among(all, count, slot))
			all[count++] = slot;
	}
	cache->slots_count = 0;
	for (size_t i = 0; i < count; i++)
		if (index_items_at(cache->items, all[i]))
			cache->slots[cache->slots_count++] = all[i];
	cache->there_count = cache->slots_count;
	for (size_t i = 0; i < count; i++)
		if (!index_items_at(cache->items, all[i]))
			cache->slots[cache->slots_count++] = all[i];
}

/* The changed items as a batch; all rows of that version are mended with it. */
static enum tms_status batch_changes(struct index_row_cache *cache, uint64_t since, tms_time now)
{
	if (cache->slots_count > 0 && cache->changes_since == since)
		return TMS_OK;
	drop_changes(cache);
	find_changes(cache, since);
	cache->changes_since = since;
	if (cache->there_count == 0)
		return TMS_OK;
	enum tms_status st = index_postings_new(
		cache->items, cache->slots, cache->there_count, now, &cache->changes);
	if (st != TMS_OK)
		cache->slots_count = 0;
	return st;
}

/* Ask again about the items that changed. On failure the row may be wrong: it has to be dropped. */
static enum tms_status mend(struct index_row_cache *cache, const struct index_row_key *key,
	tms_time now, struct index_cached_row *it)
{
	uint64_t mask = 0;

	enum tms_status st = batch_changes(cache, it->version, now);
	if (st == TMS_OK && cache->changes)
		st = index_plan_mask(cache->items, key->plan, cache->changes, &mask);
	cache->row_bytes -= index_row_bytes(&it->row);
	for (size_t i = 0; st == TMS_OK && i < cache->slots_count; i++) {
		if (i < cache->there_count && (mask >> i & 1))
			st = index_row_add(&it->row, cache->slots[i]);
		else
			index_row_remove(&it->row, cache->slots[i]);
	}
	cache->row_bytes += index_row_bytes(&it->row);
	it->version = cache->text_version;
	return st;
}

static bool can_mend(const struct index_row_cache *cache, const struct index_row_key *key,
	const struct index_cached_row *it)
{
	return key->flags == 0 && it->is_dear &&
	       cache->text_version - it->version <= INDEX_ROW_CACHE_CHANGES;
}

enum tms_status index_row_cache_get(struct index_row_cache *cache, const struct index_row_key *key,
	tms_time now, uint32_t *cell, const struct index_row **row)
{
	struct index_cached_row *it = *cell == SLAB_NONE ? NULL : row_at(cache, *cell);
	enum tms_status st = TMS_OK;

	if (!it || it->version != version_of(cache, key) ||
		((key->flags & INDEX_LEAF_CLOCK) && it->now != now)) {
		if (cache->work == 0)
			return TMS_EUNAVAIL;
		if (it && can_mend(cache, key, it))
			st = mend(cache, key, now, it);
		else
			st = make(cache, key, now, cell);
		if (st != TMS_OK) {
			index_row_cache_drop(cache, cell);
			return st;
		}
		it = row_at(cache, *cell);
	}
	it->was_used = true;
	*row = &it->row;
	return TMS_OK;
}

uint32_t index_row_cache_spare(struct index_row_cache *cache, size_t *looked_at)
{
	while (index_row_cache_bytes(cache) > INDEX_ROW_CACHE_BYTES_MAX &&
		(*looked_at)++ < LOOKED_AT_MAX) {
		struct index_cached_row *it = slab_next(&cache->cells, &cache->hand);
		if (!it)
			cache->hand = 0;
		else if (!it->was_used)
			return it->leaf;
		else
			it->was_used = false;
	}
	return SLAB_NONE;
}

void index_row_cache_note(struct index_row_cache *cache, uint32_t slot, enum index_put what)
{
	cache->numbers_version++;
	if (what == INDEX_PUT_NUMBERS)
		return;
	cache->changed[cache->text_version++ % INDEX_ROW_CACHE_CHANGES] = slot;
	drop_changes(cache);
}
