#include <tamis/index.h>

#include <stdlib.h>

#include <tamis/doc.h>

struct rule {
	struct tms_query *query; /* NULL: free */
	struct tms_str text;
	uint32_t refs;
};

struct tms_index {
	struct tms_map by_id; /* id → slot + 1 */
	struct tms_view_item **slots;
	size_t slots_count, slots_capacity, count;
	struct rule *rules;
	size_t rules_count, rules_capacity, distinct;
};

struct tms_batch {
	struct tms_index *index;
	tms_time now;
	size_t count, next;
	uint32_t slots[TMS_BATCH_ITEMS_MAX];
};

enum tms_status tms_index_new(struct tms_hash_seed seed, struct tms_index **out)
{
	struct tms_index *index = calloc(1, sizeof(*index));

	if (!index)
		return TMS_ENOMEM;
	index->by_id.seed = seed;
	*out = index;
	return TMS_OK;
}

static void rule_free(struct rule *rule)
{
	tms_query_free(rule->query);
	free((char *)(uintptr_t)rule->text.ptr);
	*rule = (struct rule){ 0 };
}

void tms_index_free(struct tms_index *index)
{
	if (!index)
		return;
	for (size_t i = 0; i < index->slots_count; i++)
		tms_view_item_unref(index->slots[i]);
	for (size_t i = 0; i < index->rules_count; i++)
		rule_free(&index->rules[i]);
	tms_map_free(&index->by_id);
	free(index->slots);
	free(index->rules);
	free(index);
}

/* Room for one more; false when memory is out. */
static bool grow(void *array, size_t count, size_t *capacity, size_t size)
{
	void **list = array;

	if (count < *capacity)
		return true;
	size_t wanted = *capacity ? *capacity * 2 : 64;
	void *grown = reallocarray(*list, wanted, size);
	if (!grown)
		return false;
	*list = grown;
	*capacity = wanted;
	return true;
}

enum tms_status tms_index_add_rule(struct tms_index *index, struct tms_str text,
	const struct tms_query_options *options, uint32_t *rule, struct tms_diag *diag)
{
	struct tms_query *query = NULL;
	struct tms_buf expanded = { 0 };
	size_t at = index->rules_count;

	enum tms_status st = tms_query_parse(text, options, &query, diag);
	if (st != TMS_OK)
		return st;
	for (size_t i = 0; i < index->rules_count; i++) {
		if (!index->rules[i].query)
			at = i;
		else if (tms_query_hash(index->rules[i].query) == tms_query_hash(query)) {
			tms_query_free(query);
			index->rules[i].refs++;
			*rule = (uint32_t)i;
			return TMS_OK;
		}
	}
	tms_query_print_expanded(query, &expanded);
	if (expanded.status != TMS_OK ||
		!grow(&index->rules, at, &index->rules_capacity, sizeof(*index->rules))) {
		tms_buf_free(&expanded);
		tms_query_free(query);
		return TMS_ENOMEM;
	}
	index->rules[at] = (struct rule){ query, tms_buf_str(&expanded), 1 };
	index->rules_count += at == index->rules_count;
	index->distinct++;
	*rule = (uint32_t)at;
	return TMS_OK;
}

void tms_index_remove_rule(struct tms_index *index, uint32_t rule)
{
	if (--index->rules[rule].refs > 0)
		return;
	rule_free(&index->rules[rule]);
	index->distinct--;
}

size_t tms_index_rules_count(const struct tms_index *index)
{
	return index->distinct;
}

struct tms_str tms_index_rule_text(const struct tms_index *index, uint32_t rule)
{
	return index->rules[rule].text;
}

uint32_t tms_index_find(const struct tms_index *index, struct tms_str id)
{
	uintptr_t slot = (uintptr_t)tms_map_find(&index->by_id, id);

	return slot ? (uint32_t)(slot - 1) : TMS_INDEX_NONE;
}

enum tms_status tms_index_put(struct tms_index *index, struct tms_view_item *item, uint32_t *slot)
{
	uint32_t at = tms_index_find(index, item->merged.item.id);

	if (at == TMS_INDEX_NONE)
		for (at = 0; at < index->slots_count && index->slots[at]; at++)
			;
	if (!tms_view_item_doc(item) ||
		!grow(&index->slots, at, &index->slots_capacity, sizeof(struct tms_view_item *)) ||
		tms_map_put(&index->by_id, item->merged.item.id, (void *)(uintptr_t)(at + 1)) !=
			TMS_OK)
		return TMS_ENOMEM;
	if (at == index->slots_count)
		index->slots[index->slots_count++] = NULL;
	index->count += !index->slots[at];
	(void)tms_view_item_ref(item);
	tms_view_item_unref(index->slots[at]);
	index->slots[at] = item;
	if (slot)
		*slot = at;
	return TMS_OK;
}

void tms_index_remove(struct tms_index *index, struct tms_str id)
{
	uint32_t at = tms_index_find(index, id);

	if (at == TMS_INDEX_NONE)
		return;
	(void)tms_map_remove(&index->by_id, id);
	tms_view_item_unref(index->slots[at]);
	index->slots[at] = NULL;
	index->count--;
}

size_t tms_index_count(const struct tms_index *index)
{
	return index->count;
}

size_t tms_index_slots(const struct tms_index *index)
{
	return index->slots_count;
}

struct tms_view_item *tms_index_at(const struct tms_index *index, uint32_t slot)
{
	return index->slots[slot];
}

static int compare_times(tms_time a, tms_time b)
{
	return a < b ? 1 : a > b ? -1 : 0; /* newest first */
}

static int compare_selected(const void *a, const void *b)
{
	const struct tms_selected *x = a, *y = b;
	const struct tms_item *p = &x->item->merged.item, *q = &y->item->merged.item;
	int order = compare_times(x->entered, y->entered);

	if (order == 0)
		order = compare_times(p->published, q->published);
	return order != 0 ? order : tms_str_compare(p->id, q->id);
}

enum tms_status tms_index_select(struct tms_index *index, uint32_t rule, tms_time now, size_t max,
	struct tms_arena *arena, struct tms_selection *out)
{
	const struct tms_query *query = rule == TMS_INDEX_NONE ? NULL : index->rules[rule].query;
	struct tms_selection made = { .expires = TMS_TIME_MAX, .seen_count = index->count };

	made.list = TMS_ARENA_ARRAY(arena, struct tms_selected, index->count + 1);
	for (size_t i = 0; made.list && i < index->slots_count; i++) {
		struct tms_view_item *item = index->slots[i];
		if (!item)
			continue;
		const struct tms_doc *doc = tms_view_item_doc(item);
		tms_time entered = item->merged.first_seen < now ? item->merged.first_seen : now;
		if (query && tms_query_has_clock(query)) {
			tms_time change = tms_query_next_change(query, &item->merged, doc, now);
			made.expires = change < made.expires ? change : made.expires;
		}
		if (!query || tms_query_entered(query, &item->merged, doc, now, &entered))
			made.list[made.kept_count++] = (struct tms_selected){ item, entered };
	}
	if (arena->status != TMS_OK)
		return arena->status;
	qsort(made.list, made.kept_count, sizeof(*made.list), compare_selected);
	made.count = made.kept_count < max ? made.kept_count : max;
	*out = made;
	return TMS_OK;
}

enum tms_status tms_batch_new(struct tms_index *index, const uint32_t *slots, size_t count,
	tms_time now, struct tms_batch **out)
{
	struct tms_batch *batch = calloc(1, sizeof(*batch));

	if (!batch)
		return TMS_ENOMEM;
	batch->index = index;
	batch->now = now;
	batch->count = count;
	memcpy(batch->slots, slots, count * sizeof(*slots));
	*out = batch;
	return TMS_OK;
}

bool tms_batch_step(struct tms_batch *batch, size_t work, tms_batch_fn tell, void *context)
{
	const struct tms_index *index = batch->index;

	for (; work > 0 && batch->next < index->rules_count; batch->next++, work--) {
		const struct tms_query *query = index->rules[batch->next].query;
		uint64_t items = 0;
		for (size_t i = 0; query && i < batch->count; i++) {
			struct tms_view_item *item = index->slots[batch->slots[i]];
			if (tms_query_matches(
				    query, &item->merged, tms_view_item_doc(item), batch->now))
				items |= UINT64_C(1) << i;
		}
		if (items != 0)
			tell(context, (uint32_t)batch->next, items);
	}
	return batch->next < index->rules_count;
}

void tms_batch_free(struct tms_batch *batch)
{
	free(batch);
}

void tms_index_stats(const struct tms_index *index, struct tms_index_stats *out)
{
	*out = (struct tms_index_stats){ .items = index->count, .rules = index->distinct };
}
