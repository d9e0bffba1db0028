/* An index: its items and rules coming and going. Asking them: rule_select.c, batch.c. */
#include <tamis/index.h>

#include <stdlib.h>

#include "index_private.h"

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

enum tms_status tms_index_put(struct tms_index *index, struct tms_view_item *item, uint32_t *slot)
{
	enum index_put what = index_items_would_put(index->items, item);
	uint32_t at = 0;

	enum tms_status st = index_items_put(index->items, item, &at);
	if (st != TMS_OK)
		return TMS_ENOMEM;
	index->moments.changes++;
	index_row_cache_note(&index->leaves.rows, at, what);
	if (slot)
		*slot = at;
	return TMS_OK;
}

void tms_index_remove(struct tms_index *index, struct tms_str id)
{
	uint32_t slot = index_items_find(index->items, id);

	if (slot == INDEX_SLOT_NONE)
		return;
	index->moments.changes++;
	index_items_remove(index->items, slot);
	index_row_cache_note(&index->leaves.rows, slot, INDEX_PUT_TEXT);
}

size_t tms_index_count(const struct tms_index *index)
{
	return index_items_count(index->items);
}

size_t tms_index_slots(const struct tms_index *index)
{
	return index_items_slots(index->items);
}

struct tms_view_item *tms_index_at(const struct tms_index *index, uint32_t slot)
{
	return index_items_at(index->items, slot);
}

uint32_t tms_index_find(const struct tms_index *index, struct tms_str id)
{
	uint32_t slot = index_items_find(index->items, id);

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
		.item_bytes = index_items_bytes(index->items),
		.rows_made = index->leaves.rows.count,
		.items_verified = index_items_verified(index->items),
		.rules_visited = index->rules_visited,
		.topics_compiled = index_items_topics_compiled(index->items),
		.words_walked = index->words_walked,
	};
}
