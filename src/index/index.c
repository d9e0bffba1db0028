/* An index: its items and rules coming and going. Asking them: rule_select.c, batch.c. */
#include <tamis/index.h>

#include <stdlib.h>

#include "index_private.h"
#include "plan_private.h"

enum tms_status tms_index_new(struct tms_hash_seed seed, struct tms_index **out)
{
	struct tms_index *index = calloc(1, sizeof(*index));

	if (!index || index_items_new(seed, &index->items) != TMS_OK) {
		free(index);
		return TMS_ENOMEM;
	}
	index_leaves_init(&index->leaves, index->items, seed);
	index_rules_init(&index->rules, seed);
	*out = index;
	return TMS_OK;
}

void tms_index_free(struct tms_index *index)
{
	if (!index)
		return;
	index_rules_free(&index->rules);
	index_leaves_free(&index->leaves);
	index_items_free(index->items);
	index_scope_free(index->whole);
	index_moments_free(&index->moments);
	tms_arena_free(&index->scratch);
	free(index);
}

void tms_index_remove_rule(struct tms_index *index, uint32_t rule)
{
	index_moments_forget(&index->moments, rule);
	index_rule_unref(&index->rules, &index->leaves, rule);
}

struct tms_str tms_index_rule_text(const struct tms_index *index, uint32_t rule)
{
	return index_rule_text(&index->rules, rule);
}

void tms_index_rule_scans(
	const struct tms_index *index, uint32_t rule, tms_query_scan_fn tell, void *context)
{
	struct index_program program = index_rule_program(&index->rules, rule);

	for (size_t i = 0; i < program.count; i++) {
		if (program.words[i] & INDEX_WORD_GROUP)
			continue;
		const struct index_plan *plan =
			index_leaf_at(&index->leaves, program.words[i] & INDEX_WORD_BELOW)->plan;
		size_t cost = index_plan_scan_cost(plan);
		if (cost > 0)
			tell(context, index_plan_print(plan), cost);
	}
}

/* ---- items ---- */

enum tms_status index_owner_new(struct tms_index *index, uint32_t *owner)
{
	return index_page_owner_new(index->items, owner);
}

void index_owner_free(struct tms_index *index, uint32_t owner)
{
	index_page_owner_free(index->items, owner);
}

enum tms_status index_put(
	struct tms_index *index, uint32_t owner, struct tms_view_item *item, uint32_t *slot)
{
	return index_items_put(index->items, owner, item, slot);
}

void index_take_out(struct tms_index *index, uint32_t slot)
{
	index_items_remove(index->items, slot);
}

uint32_t index_chain_first(const struct tms_index *index, struct tms_str id)
{
	return index_items_first(index->items, id);
}

uint32_t index_chain_of(const struct tms_index *index, uint32_t slot)
{
	return index_items_first_of(index->items, slot);
}

uint32_t index_chain_next(const struct tms_index *index, uint32_t slot)
{
	return index_items_next(index->items, slot);
}

uint32_t index_owner_of(const struct tms_index *index, uint32_t slot)
{
	return index_slot_owner(index->items, slot);
}

/* The first slot of the page at or behind *from that is in the mask. */
static uint32_t first_of(uint32_t page, uint64_t mask, uint32_t from)
{
	if (from / INDEX_PAGE == page)
		mask &= UINT64_MAX << from % INDEX_PAGE;
	return mask ? page * INDEX_PAGE + (uint32_t)__builtin_ctzll(mask) : INDEX_SLOT_NONE;
}

/* Where to begin: the owner's first page at or behind this one, when they ascend. */
static uint32_t place_of(const struct index_owner *owner, uint32_t page)
{
	uint32_t low = 0, high = owner->is_mixed ? 0 : owner->pages_count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (owner->pages[middle] < page)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static uint32_t next_of(
	const struct tms_index *index, uint32_t number, uint32_t from, bool is_apart)
{
	const struct index_items *items = index->items;
	const struct index_owner *owner = index_owner_at(items, number);
	uint32_t found = INDEX_SLOT_NONE;

	for (uint32_t i = place_of(owner, from / INDEX_PAGE); i < owner->pages_count; i++) {
		const struct index_page *page = items->pages.list[owner->pages[i]];
		uint64_t mask = is_apart ? page->apart : page->there;
		if (mask == 0 || owner->pages[i] < from / INDEX_PAGE)
			continue;
		uint32_t first =
			first_of(owner->pages[i], mask & index_page_mask(page, number), from);
		if (first < found)
			found = first;
		if (found != INDEX_SLOT_NONE && !owner->is_mixed)
			break;
	}
	return found;
}

uint32_t index_owner_next(const struct tms_index *index, uint32_t owner, uint32_t slot)
{
	return next_of(index, owner, slot, false);
}

uint32_t index_owner_next_apart(const struct tms_index *index, uint32_t owner, uint32_t slot)
{
	return next_of(index, owner, slot, true);
}

void index_set_apart(struct tms_index *index, uint32_t slot, bool is_apart)
{
	struct index_page *page = index_page_of(index->items, slot);
	uint64_t bit = UINT64_C(1) << slot % INDEX_PAGE;

	page->apart = is_apart ? page->apart | bit : page->apart & ~bit;
}

enum tms_status tms_index_put(struct tms_index *index, struct tms_view_item *item, uint32_t *slot)
{
	uint32_t at = 0;

	enum tms_status st = index_put(index, INDEX_OWNER_FIRST, item, &at);
	if (st != TMS_OK)
		return TMS_ENOMEM;
	if (slot)
		*slot = at;
	return TMS_OK;
}

void tms_index_remove(struct tms_index *index, struct tms_str id)
{
	uint32_t slot = index_items_find(index->items, INDEX_OWNER_FIRST, id);

	if (slot != INDEX_SLOT_NONE)
		index_take_out(index, slot);
}

enum tms_status index_whole(struct tms_index *index, struct index_scope **out)
{
	const struct index_owner *owner = index_owner_at(index->items, INDEX_OWNER_FIRST);
	struct index_scope *made = NULL;

	*out = index->whole;
	if (index->whole && index->whole_version == owner->text_version)
		return TMS_OK;
	enum tms_status st = index_scope_new(index, &made);
	if (st == TMS_OK)
		st = index_scope_add_owner(made, INDEX_OWNER_FIRST);
	if (st == TMS_OK)
		st = index_scope_seal(made);
	if (st != TMS_OK) {
		index_scope_free(made);
		return st;
	}
	index_scope_free(index->whole);
	*out = index->whole = made;
	index->whole_version = owner->text_version;
	return TMS_OK;
}

void tms_index_bound_rows(struct tms_index *index, size_t bytes)
{
	index->leaves.rows.bytes_max = bytes;
}

size_t tms_index_count(const struct tms_index *index)
{
	return index_items_count(index->items);
}

size_t tms_index_slots(const struct tms_index *index)
{
	return index_items_slots(index->items);
}

size_t tms_index_weight(const struct tms_index *index, uint32_t slot)
{
	return index_items_weight(index->items, slot);
}

struct tms_view_item *tms_index_at(const struct tms_index *index, uint32_t slot)
{
	return index_items_at(index->items, slot);
}

uint32_t tms_index_find(const struct tms_index *index, struct tms_str id)
{
	uint32_t slot = index_items_find(index->items, INDEX_OWNER_FIRST, id);

	return slot == INDEX_SLOT_NONE ? TMS_INDEX_NONE : slot;
}

void tms_index_stats(const struct tms_index *index, struct tms_index_stats *out)
{
	*out = (struct tms_index_stats){
		.items = index_items_count(index->items),
		.rules = index->rules.records.count,
		.rule_references = index->rules.references,
		.leaves = index->leaves.pool.count,
		.rule_bytes = index_rules_bytes(&index->rules) +
			      index_leaves_bytes(&index->leaves) +
			      index_items_rule_bytes(index->items),
		.row_bytes = index_row_cache_bytes(&index->leaves.rows),
		.item_bytes = index_items_bytes(index->items),
		.rows_made = index->leaves.rows.count,
		.items_verified = index_items_verified(index->items),
		.rules_visited = index->rules_visited,
		.topics_compiled = index_items_topics_compiled(index->items),
		.words_walked = index->words_walked,
	};
}
