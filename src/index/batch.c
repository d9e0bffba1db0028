/*
 * All rules asked of a few items. First the leaves: only those anchored on an atom that one of the
 * items has can hold for any of them, so only these get a mask. Then the programs, one behind the
 * other as they lie in memory: a program is a few words and most of its leaves have no mask, which
 * a table of one bit a leaf says; walking all of them takes less than finding those that could
 * hold, until far fewer than one in a hundred does.
 */
#include "searchable.h"

#include <stdlib.h>

/* What is counted as work, in sixteenths of a microsecond. */
#define UNIT 16
#define WORK_ATOM 1
#define WORK_LEAF 4
#define WORK_HEAVY 64 /* a leaf that words do not decide: asked of every item, likely by its text */
#define WORK_PROGRAM 1

struct tms_batch {
	struct tms_index *index;
	struct tms_batch *next;
	struct index_batch *items;
	uint64_t full;     /* all items of the batch */
	uint64_t *touched; /* bit i: leaf i has a mask */
	uint64_t *masks;   /* by leaf */
	uint32_t leaves;   /* numbers of leaves were below this */
	uint64_t *later;   /* bit i: rule i came later; NULL: none did */
	uint32_t rules;    /* bits in it */
	size_t atom;       /* next one whose leaves are asked; the atoms, then INDEX_ATOM_ANY */
	uint32_t left;     /* its leaves that are left to ask, UINT32_MAX: not begun */
	bool has_masks;
	struct index_heap_walk walk;
};

enum tms_status tms_batch_new(struct tms_index *index, const uint32_t *slots, size_t count,
	tms_time now, struct tms_batch **out)
{
	struct tms_batch *batch = calloc(1, sizeof(*batch));

	if (!batch)
		return TMS_ENOMEM;
	*batch = (struct tms_batch){ .index = index,
		.next = index->batches,
		.full = count == 64 ? UINT64_MAX : (UINT64_C(1) << count) - 1,
		.leaves = index_cells_end(&index->leaves.pool),
		.left = UINT32_MAX };
	batch->touched = calloc(batch->leaves / 64 + 1, sizeof(*batch->touched));
	batch->masks = calloc((size_t)batch->leaves + 1, sizeof(*batch->masks));
	if (!batch->touched || !batch->masks ||
		index_batch_new(index->items, slots, count, now, &batch->items) != TMS_OK) {
		free(batch->touched);
		free(batch->masks);
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
	index_batch_free(batch->items);
	free(batch->touched);
	free(batch->masks);
	free(batch->later);
	free(batch);
}

/* Room for a bit of that rule. */
static enum tms_status make_later(struct tms_batch *batch, uint32_t rule)
{
	uint32_t wanted = index_cells_end(&batch->index->rules.records);

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

static bool came_later(const struct tms_batch *batch, uint32_t rule)
{
	return batch->later && rule < batch->rules && (batch->later[rule / 64] >> (rule % 64) & 1);
}

/* False when memory is out: it is asked again in the next step. */
static bool ask_leaf(struct tms_batch *batch, uint32_t leaf)
{
	struct tms_index *index = batch->index;
	uint64_t mask = 0;

	if (leaf >= batch->leaves)
		return true; /* of a rule that came later */
	if (index_plan_mask(index->items, index_leaf_at(&index->leaves, leaf)->plan, batch->items,
		    &mask) != TMS_OK)
		return false;
	batch->masks[leaf] = mask;
	if (mask != 0)
		batch->touched[leaf / 64] |= UINT64_C(1) << (leaf % 64);
	return true;
}

#define AHEAD 4

/* A leaf and its plan lie anywhere in memory: ask for those of the leaves that come next. */
static void fetch_ahead(const struct tms_batch *batch, const uint32_t *leaves, uint32_t left)
{
	const struct index_leaves *all = &batch->index->leaves;

	if (left > 2 * AHEAD)
		__builtin_prefetch(index_leaf_at(all, leaves[left - 1 - 2 * AHEAD]));
	if (left > AHEAD)
		__builtin_prefetch(index_leaf_at(all, leaves[left - 1 - AHEAD])->plan);
}

/*
 * The leaves of the atom at batch->atom, from the last to the first: when one of them goes in
 * between, the last takes its place, and the last was asked already.
 */
static bool ask_anchored(struct tms_batch *batch, uint32_t atom, size_t *work)
{
	const struct index_anchors *anchors = &batch->index->leaves.anchors;
	size_t cost = atom == INDEX_ATOM_ANY ? WORK_HEAVY : WORK_LEAF;
	uint32_t count;
	const uint32_t *leaves = index_anchors_of(anchors, atom, &count);

	if (batch->left > count)
		batch->left = count;
	while (batch->left > 0) {
		fetch_ahead(batch, leaves, batch->left);
		if (*work == 0 || !ask_leaf(batch, leaves[batch->left - 1]))
			return false;
		*work -= *work < cost ? *work : cost;
		batch->left--;
	}
	batch->left = UINT32_MAX;
	return true;
}

/* False when there is more to ask. */
static bool ask_leaves(struct tms_batch *batch, size_t *work)
{
	size_t count;
	const uint32_t *atoms = index_batch_atoms(batch->items, &count);

	for (; batch->atom <= count; batch->atom++) {
		uint32_t atom = batch->atom < count ? atoms[batch->atom] : INDEX_ATOM_ANY;
		if (!ask_anchored(batch, atom, work))
			return false;
		*work -= *work < WORK_ATOM ? *work : WORK_ATOM;
	}
	batch->has_masks = true;
	return true;
}

static inline uint64_t leaf_mask(const struct tms_batch *batch, uint32_t word)
{
	uint32_t leaf = word & INDEX_WORD_BELOW;
	uint64_t mask = 0;

	if (leaf < batch->leaves && (batch->touched[leaf / 64] >> (leaf % 64) & 1))
		mask = batch->masks[leaf];
	return word & INDEX_WORD_NOT ? batch->full & ~mask : mask;
}

static uint64_t program_mask(const struct tms_batch *batch, const uint32_t *words)
{
	size_t end = index_word_extent(words[0]);
	uint64_t all = batch->full, any = 0;

	if (!(words[0] & INDEX_WORD_GROUP))
		return leaf_mask(batch, words[0]);
	for (size_t at = 1; at < end; at += index_word_extent(words[at])) {
		uint64_t mask = words[at] & INDEX_WORD_GROUP ? program_mask(batch, words + at)
							     : leaf_mask(batch, words[at]);
		all &= mask;
		any |= mask;
		if (all == 0 && !(words[0] & INDEX_WORD_ANY))
			return 0;
	}
	return words[0] & INDEX_WORD_ANY ? any : all;
}

bool tms_batch_step(struct tms_batch *batch, size_t work, tms_batch_fn tell, void *context)
{
	struct tms_index *index = batch->index;
	const uint32_t *kept;

	work = work > SIZE_MAX / UNIT ? SIZE_MAX : work * UNIT;
	if (!batch->has_masks && !ask_leaves(batch, &work))
		return true;
	for (; work > 0; work -= WORK_PROGRAM) {
		kept = index_heap_next(&index->rules.programs, &batch->walk);
		if (!kept)
			return false;
		index->rules_visited++;
		uint64_t mask = program_mask(batch, kept + 1);
		if (mask != 0 && !came_later(batch, kept[0]))
			tell(context, kept[0], mask);
	}
	return true;
}
