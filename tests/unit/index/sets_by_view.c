/* Each set has a view that follows its windows, and an index of what the view shows. */
#include "sets.h"

#include "test.h"

#include <stdlib.h>

struct set {
	struct tms_view *view; /* NULL: there is no such set */
	struct tms_index *index;
	struct tms_window *windows[SET_WINDOWS];
	size_t count;
	unsigned mask;
	struct tms_batch *batch;
	uint8_t places[TMS_BATCH_ITEMS_MAX]; /* of the batch's items among the ids */
};

struct sets {
	struct tms_hash_seed seed;
	struct tms_window *known, *windows[SET_WINDOWS];
	struct set list[SETS_MAX];
};

struct sets *sets_new(struct tms_hash_seed seed, struct tms_window *known)
{
	struct sets *sets = calloc(1, sizeof(*sets));

	assert_non_null(sets);
	sets->seed = seed;
	sets->known = known;
	return sets;
}

static void free_set(struct set *set)
{
	tms_batch_free(set->batch);
	tms_index_free(set->index);
	tms_view_free(set->view);
	*set = (struct set){ 0 };
}

void sets_free(struct sets *sets)
{
	for (size_t i = 0; i < SETS_MAX; i++)
		free_set(&sets->list[i]);
	free(sets);
}

void sets_window_comes(struct sets *sets, size_t window, struct tms_window *borrowed)
{
	assert_null(sets->windows[window]);
	sets->windows[window] = borrowed;
}

void sets_window_goes(struct sets *sets, size_t window)
{
	for (size_t i = 0; i < SETS_MAX; i++)
		assert_false(sets->list[i].mask >> window & 1);
	sets->windows[window] = NULL;
}

void sets_make(struct sets *sets, size_t set, unsigned windows)
{
	struct set *made = &sets->list[set];
	struct tms_hash_seed seed = { sets->seed.k0, set };

	assert_null(made->view);
	assert_int_equal(tms_view_new(&made->view), TMS_OK);
	assert_int_equal(tms_index_new(seed, &made->index), TMS_OK);
	tms_view_join(made->view, sets->known);
	made->mask = windows;
	for (size_t w = 0; w < SET_WINDOWS; w++)
		if (windows >> w & 1)
			made->windows[made->count++] = sets->windows[w];
}

/* ---- following ---- */

/* What the view is about to show goes into the index first. */
static enum tms_status put_change(
	void *context, struct tms_view_item *before, struct tms_view_item *after, size_t *work)
{
	struct set *set = context;

	*work += 10;
	if (after)
		return tms_index_put(set->index, after, NULL);
	tms_index_remove(set->index, before->merged.item.id);
	return TMS_OK;
}

static bool follow(struct set *set, size_t count, size_t work)
{
	bool more = false;

	assert_int_equal(
		tms_view_step(set->view, set->windows, count, work, put_change, set, &more),
		TMS_OK);
	return more;
}

bool sets_follow(struct sets *sets, size_t work)
{
	bool more = false;

	for (size_t i = 0; i < SETS_MAX; i++)
		if (sets->list[i].view)
			more = follow(&sets->list[i], sets->list[i].count, work) || more;
	return more;
}

/* Without windows it shows nothing, and then its index holds nothing but tables of items. */
void sets_drop(struct sets *sets, size_t set)
{
	struct set *dropped = &sets->list[set];
	struct tms_index_stats stats;

	assert_false(follow(dropped, 0, SIZE_MAX));
	tms_index_stats(dropped->index, &stats);
	assert_int_equal(tms_view_count(dropped->view), 0);
	assert_int_equal(stats.items, 0);
	assert_int_equal(stats.rules, 0);
	assert_int_equal(stats.leaves, 0);
	assert_int_equal(stats.rule_bytes, 0);
	free_set(dropped);
}

/* Nothing of a view is. */
void sets_forget(struct sets *sets, size_t set)
{
	assert_non_null(sets->list[set].view);
}

/* ---- rules and items ---- */

bool sets_add_rule(struct sets *sets, size_t set, struct tms_str text,
	const struct tms_query_options *options, uint32_t *rule, struct tms_diag *diag)
{
	return tms_index_add_rule(sets->list[set].index, text, options, rule, diag) == TMS_OK;
}

void sets_remove_rule(struct sets *sets, size_t set, uint32_t rule)
{
	tms_index_remove_rule(sets->list[set].index, rule);
}

size_t sets_count(const struct sets *sets, size_t set)
{
	return tms_view_count(sets->list[set].view);
}

struct tms_view_item *sets_at(const struct sets *sets, size_t set, size_t i)
{
	return tms_view_at(sets->list[set].view, i);
}

bool sets_prepare(struct sets *sets, size_t set, uint32_t rule, tms_time now, size_t work)
{
	bool more = false;

	assert_int_equal(tms_index_prepare(sets->list[set].index, rule, now, work, &more), TMS_OK);
	return more;
}

void sets_prefetch(struct sets *sets, size_t set, const uint32_t *rules, size_t count)
{
	tms_index_prefetch(sets->list[set].index, rules, count);
}

void sets_select(struct sets *sets, size_t set, uint32_t rule, tms_time now, size_t max,
	struct tms_arena *arena, struct tms_selection *out)
{
	assert_int_equal(
		tms_index_select(sets->list[set].index, rule, now, max, arena, out), TMS_OK);
}

void sets_select_dropped(struct sets *sets, size_t set, uint32_t rule, tms_time now, size_t max,
	struct tms_arena *arena, struct tms_selection *out)
{
	assert_int_equal(
		tms_index_select_dropped(sets->list[set].index, rule, now, max, arena, out),
		TMS_OK);
}

void sets_differ(struct sets *sets, size_t set, uint32_t old_rule, uint32_t new_rule, tms_time now,
	struct tms_difference *out)
{
	assert_int_equal(
		tms_index_differ(sets->list[set].index, old_rule, new_rule, now, out), TMS_OK);
}

/* ---- batches ---- */

void sets_batch_begin(
	struct sets *sets, size_t window, const struct tms_str *ids, size_t count, tms_time now)
{
	for (size_t s = 0; s < SETS_MAX; s++) {
		struct set *set = &sets->list[s];
		uint32_t slots[TMS_BATCH_ITEMS_MAX];
		size_t found = 0;
		if (!(set->mask >> window & 1))
			continue;
		for (size_t i = 0; i < count; i++) {
			uint32_t slot = tms_index_find(set->index, ids[i]);
			if (slot == TMS_INDEX_NONE)
				continue;
			set->places[found] = (uint8_t)i;
			slots[found++] = slot;
		}
		if (found > 0)
			assert_int_equal(
				tms_batch_new(set->index, slots, found, now, &set->batch), TMS_OK);
	}
}

/* Whom a batch of one set tells. */
struct teller {
	const struct sets *sets;
	size_t set;
	sets_tell_fn tell;
	void *context;
};

static void tell_places(void *context, uint32_t rule, uint64_t items)
{
	const struct teller *teller = context;
	const struct set *set = &teller->sets->list[teller->set];
	uint64_t placed = 0;

	for (; items; items &= items - 1)
		placed |= UINT64_C(1) << set->places[__builtin_ctzll(items)];
	teller->tell(teller->context, teller->set, rule, placed);
}

bool sets_batch_step(struct sets *sets, size_t work, sets_tell_fn tell, void *context)
{
	for (size_t s = 0; s < SETS_MAX; s++) {
		struct set *set = &sets->list[s];
		struct teller teller = { sets, s, tell, context };
		if (!set->batch)
			continue;
		if (tms_batch_step(set->batch, work, tell_places, &teller))
			return true;
		tms_batch_free(set->batch);
		set->batch = NULL;
	}
	return false;
}

void sets_batch_end(struct sets *sets)
{
	for (size_t s = 0; s < SETS_MAX; s++) {
		tms_batch_free(sets->list[s].batch);
		sets->list[s].batch = NULL;
	}
}

/* ---- what it holds ---- */

void sets_stats(const struct sets *sets, struct sets_stats *out)
{
	*out = (struct sets_stats){ 0 };
	for (size_t s = 0; s < SETS_MAX; s++) {
		struct tms_index_stats stats;
		if (!sets->list[s].view)
			continue;
		tms_index_stats(sets->list[s].index, &stats);
		out->items += stats.items;
		out->rules += stats.rules;
		out->references += stats.rule_references;
		out->leaves += stats.leaves;
		out->bytes += stats.rule_bytes + stats.item_bytes;
	}
}

/* Index and view hold the same items. */
void sets_check(const struct sets *sets)
{
	for (size_t s = 0; s < SETS_MAX; s++) {
		const struct set *set = &sets->list[s];
		if (!set->view)
			continue;
		assert_int_equal(tms_index_count(set->index), tms_view_count(set->view));
		for (size_t i = 0; i < tms_view_count(set->view); i++) {
			struct tms_view_item *item = tms_view_at(set->view, i);
			uint32_t slot = tms_index_find(set->index, item->merged.item.id);
			assert_int_not_equal(slot, TMS_INDEX_NONE);
			assert_ptr_equal(tms_index_at(set->index, slot), item);
		}
	}
}
