/*
 * All rules asked of a few items. First the leaves: only those anchored on an atom that one of the
 * items has can hold for any of them, so only these get a mask. Then the programs, one behind the
 * other as they lie in memory: a program is a few words and most of its leaves have no mask, which
 * a table of one bit a leaf says; walking all of them takes less than finding those that could
 * hold, until far fewer than one in a hundred does. When few rules are asked, batch_list.c does it.
 */
#include "batch_private.h"

#include <stdlib.h>

_Static_assert(TMS_BATCH_ITEMS_MAX == 64, "an item of a batch is a bit of a mask");

#define WORK_ATOM 1
#define WORK_LEAF 12
#define WORK_VERIFIED 8 /* an item that was looked at because words did not decide */
/* a program: 1 */

enum tms_status tms_batch_new(struct tms_index *index, const uint32_t *slots, size_t count,
	tms_time now, struct tms_batch **out)
{
	struct tms_batch *batch = calloc(1, sizeof(*batch));

	if (!batch)
		return TMS_ENOMEM;
	*batch = (struct tms_batch){ .index = index,
		.next = index->batches,
		.full = count == 64 ? UINT64_MAX : (UINT64_C(1) << count) - 1,
		.leaves = slab_end(&index->leaves.pool),
		.left = UINT32_MAX };
	if (index_postings_new(index->items, slots, count, now, &batch->postings) != TMS_OK) {
		free(batch);
		return TMS_ENOMEM;
	}
	index->batches = batch;
	*out = batch;
	return TMS_OK;
}

void tms_batch_free(struct tms_batch *batch)
{
	if (!batch)
		return;
	struct tms_batch **at = &batch->index->batches;
	while (*at != batch)
		at = &(*at)->next;
	*at = batch->next;
	index_postings_free(batch->postings);
	index_mask_table_free(&batch->masks);
	free(batch->touched);
	free(batch->later);
	free(batch);
}

/* Room for a bit of that rule. */
static enum tms_status make_later(struct tms_batch *batch, uint32_t rule)
{
	uint32_t wanted = slab_end(&batch->index->rules.records);

	if (batch->later && rule < batch->rules)
		return TMS_OK;
	wanted = (wanted + wanted / 4 + 64) / 64 * 64;
	uint64_t *later = realloc(batch->later, wanted / 8);
	if (!later)
		return TMS_ENOMEM;
	memset(later + batch->rules / 64, 0, (wanted - batch->rules) / 8);
	batch->later = later;
	batch->rules = wanted;
	return TMS_OK;
}

enum tms_status index_batches_note(struct tms_index *index, uint32_t rule)
{
	for (struct tms_batch *batch = index->batches; batch; batch = batch->next) {
		enum tms_status st = make_later(batch, rule);
		if (st != TMS_OK)
			return st;
		batch->later[rule / 64] |= UINT64_C(1) << (rule % 64);
	}
	return TMS_OK;
}

/* Work out a leaf's mask. False when memory is out. */
static bool ask_leaf(struct tms_batch *batch, uint32_t leaf, uint64_t *mask)
{
	struct tms_index *index = batch->index;
	uint64_t verified = index_items_verified(index->items);

	if (index_plan_mask(index->items, index_leaf_at(&index->leaves, leaf)->plan,
		    batch->postings, mask) != TMS_OK)
		return false;
	verified = index_items_verified(index->items) - verified;
	index_batch_spend(batch, WORK_LEAF + (size_t)verified * WORK_VERIFIED);
	return true;
}

/* The mask of a leaf that an atom of the items anchors. False when memory is out: the next step
 * asks it again. */
static bool touch(struct tms_batch *batch, uint32_t leaf)
{
	uint64_t mask = 0, bit = UINT64_C(1) << (leaf % 64);

	/* of a rule that came later, or asked before memory was out */
	if (leaf >= batch->leaves || (batch->touched[leaf / 64] & bit))
		return true;
	const struct index_mask *known =
		batch->was_listed ? index_mask_table_find(&batch->masks, leaf) : NULL;
	if (known)
		mask = known->mask;
	if (!known && !ask_leaf(batch, leaf, &mask))
		return false;
	if (!known && mask != 0 && index_mask_table_add(&batch->masks, leaf, mask) != TMS_OK)
		return false;
	if (mask != 0)
		batch->touched[leaf / 64] |= bit;
	return true;
}

/* Leaves that are asked one behind the other. They and their plans lie anywhere in memory: first
 * all are fetched, then asked. */
#define HAND 32

struct hand {
	uint32_t leaves[HAND];
	size_t count;
};

/*
 * The next leaves. Those of an atom from the last to the first: when one of them goes between two
 * steps, the last takes its place, and the last was asked already.
 */
static void take_hand(struct tms_batch *batch, struct hand *hand)
{
	const struct index_leaves *all = &batch->index->leaves;
	size_t atoms_count;
	const uint32_t *atoms = index_postings_atoms(batch->postings, &atoms_count);

	for (; batch->atom <= atoms_count; batch->atom++, batch->left = UINT32_MAX) {
		bool last = batch->atom == atoms_count;
		uint32_t atom = last ? INDEX_ATOM_ANY : atoms[batch->atom], count;
		if (batch->atom + HAND / 2 < atoms_count)
			index_anchors_prefetch(&all->anchors, atoms[batch->atom + HAND / 2]);
		const uint32_t *leaves = index_anchors_of(&all->anchors, atom, &count);
		if (batch->left > count)
			batch->left = count;
		for (; batch->left > 0 && hand->count < HAND; batch->left--) {
			uint32_t leaf = leaves[batch->left - 1];
			__builtin_prefetch(index_leaf_at(all, leaf));
			hand->leaves[hand->count++] = leaf;
		}
		if (batch->left > 0)
			return;
		index_batch_spend(batch, WORK_ATOM);
	}
}

/* False when memory is out. */
static bool ask_hand(struct tms_batch *batch, const struct hand *hand)
{
	const struct index_leaves *all = &batch->index->leaves;

	for (size_t i = 0; i < hand->count; i++) {
		__builtin_prefetch(index_leaf_at(all, hand->leaves[i])->plan);
		index_mask_table_prefetch(&batch->masks, hand->leaves[i]);
	}
	for (size_t i = 0; i < hand->count; i++)
		if (!touch(batch, hand->leaves[i]))
			return false;
	return true;
}

/* False when there is more to ask. */
static bool ask_leaves(struct tms_batch *batch)
{
	while (batch->work > 0) {
		struct hand hand = { .count = 0 };
		size_t atom = batch->atom;
		uint32_t left = batch->left;
		take_hand(batch, &hand);
		if (hand.count == 0) {
			batch->has_masks = true;
			return true;
		}
		if (!ask_hand(batch, &hand)) {
			batch->atom = atom; /* all of the hand again */
			batch->left = left;
			return false;
		}
	}
	return false;
}

/* A mask that is asked for while not all are there. */
static uint64_t new_mask(struct tms_batch *batch, uint32_t leaf)
{
	const struct index_plan *plan = index_leaf_at(&batch->index->leaves, leaf)->plan;
	uint64_t mask = 0;

	for (bool done = false; !done && batch->work > 0;)
		if (index_postings_score_for(batch->index->items, batch->postings, plan,
			    &batch->work, &done) != TMS_OK)
			batch->work = 0;
	batch->was_listed = true;
	if (batch->work > 0 && ask_leaf(batch, leaf, &mask) &&
		index_mask_table_add(&batch->masks, leaf, mask) == TMS_OK)
		return mask;
	batch->work = 0;
	batch->is_short = true;
	return 0;
}

bool index_batch_lacks(const struct tms_batch *batch, uint32_t leaf)
{
	const struct index_leaf *it = index_leaf_at(&batch->index->leaves, leaf);

	return index_postings_lack(batch->index->items, batch->postings, it->plan, it->anchor);
}

/* Before all masks are there. */
static uint64_t lazy_mask(struct tms_batch *batch, uint32_t leaf)
{
	if (index_batch_lacks(batch, leaf))
		return 0;
	const struct index_mask *known = index_mask_table_find(&batch->masks, leaf);
	return known ? known->mask : new_mask(batch, leaf);
}

static inline uint64_t leaf_mask(struct tms_batch *batch, uint32_t word)
{
	uint32_t leaf = word & INDEX_WORD_BELOW;
	uint64_t mask = 0;

	if (!batch->has_masks)
		mask = lazy_mask(batch, leaf);
	else if (leaf < batch->leaves && (batch->touched[leaf / 64] >> (leaf % 64) & 1))
		mask = index_mask_table_find(&batch->masks, leaf)->mask;
	return word & INDEX_WORD_NOT ? batch->full & ~mask : mask;
}

uint64_t index_batch_mask(struct tms_batch *batch, const uint32_t *words)
{
	size_t end = index_word_extent(words[0]);
	uint64_t all = batch->full, any = 0;

	if (!(words[0] & INDEX_WORD_GROUP))
		return leaf_mask(batch, words[0]);
	for (size_t at = 1; at < end; at += index_word_extent(words[at])) {
		uint64_t mask = words[at] & INDEX_WORD_GROUP ? index_batch_mask(batch, words + at)
							     : leaf_mask(batch, words[at]);
		all &= mask;
		any |= mask;
		if (all == 0 && !(words[0] & INDEX_WORD_ANY))
			return 0;
	}
	return words[0] & INDEX_WORD_ANY ? any : all;
}

/* The programs in these cells, as far as the work goes. */
static uint32_t run_programs(struct tms_batch *batch, const struct size_class_cells *cells,
	tms_batch_fn tell, void *context)
{
	uint32_t count = cells->count < batch->work ? cells->count : (uint32_t)batch->work;

	for (uint32_t i = 0; i < count; i++) {
		const uint32_t *kept =
			size_class_in_cell(&batch->walk, cells->first + (size_t)i * cells->bytes);
		if (!kept)
			continue;
		batch->index->rules_visited++;
		uint64_t mask = index_batch_mask(batch, kept + 1);
		if (mask != 0 && !index_batch_came_later(batch, kept[0]))
			tell(context, kept[0], mask);
	}
	return count;
}

/* What has to be there before the leaves are asked. False when there is more to do. */
static bool begin(struct tms_batch *batch)
{
	if (!batch->touched)
		batch->touched = calloc(batch->leaves / 64 + 1, sizeof(*batch->touched));
	if (!batch->touched)
		return false;
	for (bool done = false; !done;)
		if (batch->work == 0 || index_postings_score(batch->index->items, batch->postings,
						&batch->work, &done) != TMS_OK)
			return false;
	return true;
}

bool tms_batch_step(struct tms_batch *batch, size_t work, tms_batch_fn tell, void *context)
{
	const struct size_classes *programs = &batch->index->rules.programs;
	struct size_class_cells cells;

	batch->work = work > SIZE_MAX / INDEX_BATCH_UNIT ? SIZE_MAX : work * INDEX_BATCH_UNIT;
	if (!batch->has_masks && (!begin(batch) || !ask_leaves(batch)))
		return true;
	while (batch->work > 0) {
		if (!size_class_next_cells(programs, &batch->walk, &cells))
			return false;
		uint32_t count = run_programs(batch, &cells, tell, context);
		batch->walk.place += count;
		batch->work -= count;
	}
	return true;
}
