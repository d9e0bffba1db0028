/* Leaves (atomic predicates), interned and counted: plan, anchor, row, the next turn by time. */
#include "leaf.h"

#include <stdlib.h>

static struct index_moving *moving_at(const struct index_leaves *leaves, uint32_t cell)
{
	return slab_at(&leaves->moving, cell);
}

void index_leaves_init(
	struct index_leaves *leaves, struct index_items *items, struct tms_hash_seed seed)
{
	*leaves = (struct index_leaves){ .items = items, .term_memo = { .seed = seed } };
	slab_init(&leaves->pool, sizeof(struct index_leaf));
	index_row_cache_init(&leaves->rows, items);
	slab_init(&leaves->moving, sizeof(struct index_moving));
}

void index_leaves_free(struct index_leaves *leaves)
{
	uint32_t cell = 0;

	index_row_cache_free(&leaves->rows);
	for (struct index_leaf *leaf; (leaf = slab_next(&leaves->pool, &cell));)
		index_plan_free(leaves->items, leaf->plan);
	slab_free(&leaves->pool);
	slab_free(&leaves->moving);
	id_table_free(&leaves->by_plan);
	id_table_free(&leaves->by_leaf);
	index_anchors_free(&leaves->anchors);
	index_term_memo_free(&leaves->term_memo);
}

size_t index_leaves_bytes(const struct index_leaves *leaves)
{
	return slab_bytes(&leaves->pool) + index_row_cache_bytes(&leaves->rows) +
	       slab_bytes(&leaves->moving) + id_table_bytes(&leaves->by_plan) +
	       id_table_bytes(&leaves->by_leaf) + leaves->anchors.bytes +
	       index_term_memo_bytes(&leaves->term_memo) + leaves->plan_bytes;
}

static uint32_t find(const struct index_leaves *leaves, const struct index_plan *plan)
{
	uint32_t hash = index_plan_hash(plan), at = 0, id;

	do
		id = id_table_find(&leaves->by_plan, hash, &at);
	while (id != ID_TABLE_NONE && !index_plan_equal(index_leaf_at(leaves, id)->plan, plan));
	return id;
}

static unsigned flags_of(const struct index_plan *plan, const struct query_leaf *asked)
{
	unsigned flags = index_plan_dated(plan) ? INDEX_LEAF_DATED : 0;

	if (asked->kind == LEAF_NUMBER)
		flags |= INDEX_LEAF_NUMBER;
	if (asked->kind == LEAF_AGE || asked->kind == LEAF_DAY)
		flags |= INDEX_LEAF_CLOCK;
	return flags;
}

/* Numbers of leaves are dense: spread them. */
static uint32_t spread(uint32_t leaf)
{
	return leaf * UINT32_C(2654435769);
}

static uint32_t find_moving(const struct index_leaves *leaves, uint32_t leaf)
{
	uint32_t at = 0;

	return id_table_find(&leaves->by_leaf, spread(leaf), &at);
}

static enum tms_status add_moving(
	struct index_leaves *leaves, uint32_t leaf, const struct query_leaf *asked)
{
	uint32_t cell;

	if (slab_take(&leaves->moving, &cell) != TMS_OK)
		return TMS_ENOMEM;
	struct index_moving *moving = moving_at(leaves, cell);
	*moving = (struct index_moving){ .leaf = leaf, .kind = asked->kind, .field = asked->field };
	if (asked->kind == LEAF_DAY) {
		moving->dates = asked->dates;
	} else {
		moving->least = asked->least;
		moving->most = asked->most;
		moving->within_s = asked->within_s;
	}
	if (id_table_add(&leaves->by_leaf, spread(leaf), cell) == TMS_OK)
		return TMS_OK;
	slab_give_back(&leaves->moving, cell);
	return TMS_ENOMEM;
}

static struct query_leaf asked_of(const struct index_moving *moving)
{
	struct query_leaf asked = { .kind = moving->kind, .field = moving->field };

	if (moving->kind == LEAF_DAY) {
		asked.dates = moving->dates;
	} else {
		asked.least = moving->least;
		asked.most = moving->most;
		asked.within_s = moving->within_s;
	}
	return asked;
}

static void remove_moving(struct index_leaves *leaves, uint32_t leaf)
{
	uint32_t cell = find_moving(leaves, leaf);

	id_table_remove(&leaves->by_leaf, spread(leaf), cell);
	slab_give_back(&leaves->moving, cell);
}

static void remove_anchor(struct index_leaves *leaves, const struct index_leaf *leaf)
{
	uint32_t moved = index_anchors_remove(&leaves->anchors, leaf->anchor, leaf->anchor_at);

	if (moved != UINT32_MAX)
		index_leaf_at(leaves, moved)->anchor_at = leaf->anchor_at;
}

/* Stand it in the list of its atom, and in the table. */
static enum tms_status enter(
	struct index_leaves *leaves, uint32_t id, const struct query_leaf *asked)
{
	struct index_leaf *leaf = index_leaf_at(leaves, id);

	leaf->anchor = index_plan_anchor(leaves->items, leaf->plan);
	enum tms_status st =
		index_anchors_add(&leaves->anchors, leaf->anchor, id, &leaf->anchor_at);
	if (st != TMS_OK)
		return st;
	if (leaf->flags & INDEX_LEAF_MOVES)
		st = add_moving(leaves, id, asked);
	if (st == TMS_OK) {
		st = id_table_add(&leaves->by_plan, index_plan_hash(leaf->plan), id);
		if (st != TMS_OK && (leaf->flags & INDEX_LEAF_MOVES))
			remove_moving(leaves, id);
	}
	if (st != TMS_OK)
		remove_anchor(leaves, leaf);
	return st;
}

static void grow_terms(struct index_leaves *leaves)
{
	uint32_t moved, to = 0;

	index_term_memo_grow(&leaves->term_memo, &moved, &to);
	if (moved != UINT32_MAX)
		index_leaf_at(leaves, moved)->memo = to & INDEX_TERM_MEMO_NONE;
}

enum tms_status index_leaf_intern(
	struct index_leaves *leaves, const struct query_leaf *asked, uint32_t *leaf)
{
	struct index_plan *plan = NULL;
	uint32_t id;

	enum tms_status st = index_plan_make(leaves->items, asked, &plan);
	if (st != TMS_OK)
		return st;
	id = find(leaves, plan);
	if (id != ID_TABLE_NONE) {
		index_plan_free(leaves->items, plan);
		index_leaf_at(leaves, id)->refs++;
		*leaf = id;
		return TMS_OK;
	}
	st = slab_take(&leaves->pool, &id);
	if (st == TMS_OK) {
		*index_leaf_at(leaves, id) = (struct index_leaf){ .plan = plan,
			.refs = 1,
			.row = SLAB_NONE,
			.memo = INDEX_TERM_MEMO_NONE,
			.flags = flags_of(plan, asked) & 0xFF };
		st = enter(leaves, id, asked);
		if (st != TMS_OK)
			slab_give_back(&leaves->pool, id);
	}
	if (st != TMS_OK) {
		index_plan_free(leaves->items, plan);
		return st;
	}
	leaves->plan_bytes += index_plan_bytes(plan);
	grow_terms(leaves);
	*leaf = id;
	return TMS_OK;
}

void index_leaf_ref(struct index_leaves *leaves, uint32_t leaf)
{
	index_leaf_at(leaves, leaf)->refs++;
}

static void forget_terms(struct index_leaves *leaves, const struct index_leaf *leaf)
{
	uint32_t forgotten;

	if (leaf->memo != INDEX_TERM_MEMO_NONE)
		index_term_memo_forget(&leaves->term_memo, leaf->memo);
	if (leaves->term_memo.count <= leaves->pool.count)
		return;
	forgotten = index_term_memo_shrink(&leaves->term_memo);
	if (forgotten != UINT32_MAX)
		index_leaf_at(leaves, forgotten)->memo = INDEX_TERM_MEMO_NONE;
}

void index_leaf_unref(struct index_leaves *leaves, uint32_t id)
{
	struct index_leaf *leaf = index_leaf_at(leaves, id);

	if (--leaf->refs > 0)
		return;
	id_table_remove(&leaves->by_plan, index_plan_hash(leaf->plan), id);
	if (leaf->flags & INDEX_LEAF_MOVES)
		remove_moving(leaves, id);
	remove_anchor(leaves, leaf);
	index_row_cache_forget(&leaves->rows, id, &leaf->row);
	leaves->plan_bytes -= index_plan_bytes(leaf->plan);
	index_plan_free(leaves->items, leaf->plan);
	struct index_leaf gone = *leaf;
	slab_give_back(&leaves->pool, id);
	forget_terms(leaves, &gone);
}

enum tms_status index_leaf_row(struct index_leaves *leaves, uint32_t id, uint32_t owner,
	tms_time now, const struct index_row **row)
{
	struct index_leaf *leaf = index_leaf_at(leaves, id);
	const struct index_row_key of = { id, leaf->plan, leaf->flags };

	return index_row_cache_get(&leaves->rows, &of, owner, now, &leaf->row, row);
}

enum tms_status index_leaf_ask(struct index_leaves *leaves, uint32_t id,
	const struct index_area *area, tms_time now, uint64_t *out)
{
	struct index_leaf *leaf = index_leaf_at(leaves, id);
	const struct index_row_key of = { id, leaf->plan, leaf->flags };

	return index_row_cache_ask(&leaves->rows, &of, area, now, &leaf->row, out);
}

void index_leaves_tidy(struct index_leaves *leaves)
{
	size_t looked_at = 0;
	uint32_t cell;

	while ((cell = index_row_cache_spare(&leaves->rows, &looked_at)) != SLAB_NONE) {
		uint32_t leaf = index_row_cache_leaf(&leaves->rows, cell);
		index_row_cache_drop(&leaves->rows, &index_leaf_at(leaves, leaf)->row, cell);
	}
}

bool index_leaf_holds(const struct index_leaves *leaves, uint32_t leaf,
	const struct tms_merged *item, tms_time now, tms_time numbers_at)
{
	const struct query_leaf asked = asked_of(moving_at(leaves, find_moving(leaves, leaf)));
	const struct query_subject subject = { NULL, item, NULL, now, numbers_at };

	return query_leaf_holds(&subject, &asked);
}

tms_time index_leaf_turn(const struct index_leaves *leaves, uint32_t leaf,
	const struct tms_merged *item, tms_time after, tms_time best)
{
	const struct query_leaf asked = asked_of(moving_at(leaves, find_moving(leaves, leaf)));

	return query_leaf_turn(&asked, item, after, best);
}
