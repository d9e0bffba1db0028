/* Asking scopes: each is brought up to date first. */
#include <stdlib.h>

#include "catalog_private.h"

static enum tms_status bring_up_to_date(struct tms_scope *scope)
{
	bool more = false;

	return tms_scope_step(scope, SIZE_MAX, &more);
}

enum tms_status tms_scope_count(struct tms_scope *scope, size_t *count)
{
	enum tms_status st = bring_up_to_date(scope);

	if (st == TMS_OK)
		*count = index_scope_count(scope->picture->slots);
	return st;
}

static int by_id(const void *a, const void *b)
{
	return tms_str_compare((*(struct tms_view_item *const *)a)->merged.item.id,
		(*(struct tms_view_item *const *)b)->merged.item.id);
}

enum tms_status tms_scope_list(struct tms_scope *scope, struct tms_arena *arena,
	struct tms_view_item ***list, size_t *count)
{
	size_t place = 0, listed = 0;
	uint32_t slot;

	enum tms_status st = bring_up_to_date(scope);
	if (st != TMS_OK)
		return st;
	const struct index_scope *slots = scope->picture->slots;
	size_t room = index_scope_count(slots);
	struct tms_view_item **items = TMS_ARENA_ARRAY(arena, struct tms_view_item *, room + 1);
	if (!items)
		return arena->status;
	while ((slot = index_scope_next(slots, &place)) != TMS_INDEX_NONE && listed < room)
		items[listed++] = tms_index_at(scope->catalog->index, slot);
	qsort(items, listed, sizeof(struct tms_view_item *), by_id);
	*list = items;
	*count = listed;
	return TMS_OK;
}

uint32_t tms_scope_find(struct tms_scope *scope, struct tms_str id)
{
	const struct tms_index *index = scope->catalog->index;

	if (bring_up_to_date(scope) != TMS_OK)
		return TMS_INDEX_NONE;
	uint32_t slot = index_chain_first(index, id);
	while (slot != TMS_INDEX_NONE && !index_scope_has(scope->picture->slots, slot))
		slot = index_chain_next(index, slot);
	return slot;
}

bool tms_scope_has(struct tms_scope *scope, uint32_t slot)
{
	return bring_up_to_date(scope) == TMS_OK && index_scope_has(scope->picture->slots, slot);
}

enum tms_status tms_scope_prepare(
	struct tms_scope *scope, uint32_t rule, tms_time now, size_t work, bool *more)
{
	bool is_building = false;

	enum tms_status st = tms_scope_step(scope, work, &is_building);
	if (st != TMS_OK)
		return st;
	if (is_building) {
		*more = true;
		return TMS_OK;
	}
	return index_scope_prepare(scope->picture->slots, rule, now, work, more);
}

enum tms_status tms_scope_select(struct tms_scope *scope, uint32_t rule, tms_time now, size_t max,
	struct tms_arena *arena, struct tms_selection *out)
{
	enum tms_status st = bring_up_to_date(scope);

	if (st != TMS_OK)
		return st;
	return index_scope_select(scope->picture->slots, rule, now, max, arena, out);
}

enum tms_status tms_scope_select_dropped(struct tms_scope *scope, uint32_t rule, tms_time now,
	size_t max, struct tms_arena *arena, struct tms_selection *out)
{
	enum tms_status st = bring_up_to_date(scope);

	if (st != TMS_OK)
		return st;
	return index_scope_select_dropped(scope->picture->slots, rule, now, max, arena, out);
}

enum tms_status tms_scope_differ(struct tms_scope *scope, uint32_t old_rule, uint32_t new_rule,
	tms_time now, struct tms_difference *out)
{
	enum tms_status st = bring_up_to_date(scope);

	if (st != TMS_OK)
		return st;
	return index_scope_differ(scope->picture->slots, old_rule, new_rule, now, out);
}
