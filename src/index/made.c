#include "made.h"

#include <string.h>

/* Rows looked through at a time: the bound is kept over some calls, and none takes long. */
#define LOOKED_AT_MAX 1024
/* Items that were looked at for one row: above that, asking about changed items alone is cheaper
 * than making the row again, though that needs a batch of them. */
#define DEAR 64

void index_made_init(struct index_made *made, struct index_items *items)
{
	*made = (struct index_made){ .items = items, .work = SIZE_MAX };
	slab_init(&made->cells, sizeof(struct index_made_row));
}

static struct index_made_row *row_at(const struct index_made *made, uint32_t cell)
{
	return slab_at(&made->cells, cell);
}

static void drop_changes(struct index_made *made)
{
	index_batch_free(made->changes);
	made->changes = NULL;
	made->slots_count = 0;
}

void index_made_free(struct index_made *made)
{
	uint32_t cell = 0;

	for (struct index_made_row *it; (it = slab_next(&made->cells, &cell));)
		index_row_free(&it->row);
	slab_free(&made->cells);
	drop_changes(made);
	index_marking_drop(&made->marking);
}

size_t index_made_bytes(const struct index_made *made)
{
	return slab_bytes(&made->cells) + made->row_bytes;
}

void index_made_drop(struct index_made *made, uint32_t *cell)
{
	if (*cell == SLAB_NONE)
		return;
	struct index_made_row *it = row_at(made, *cell);
	made->row_bytes -= index_row_bytes(&it->row);
	index_row_free(&it->row);
	slab_give_back(&made->cells, *cell);
	*cell = SLAB_NONE;
}

/* What its row was made from, as a number. */
static uint64_t version_of(const struct index_made *made, const struct index_made_of *of)
{
	return of->flags != 0 ? made->numbers_version : made->text_version;
}

/* A row in pieces: one is under way at a time. */
static enum tms_status make_some(struct index_made *made, const struct index_made_of *of,
	tms_time now, struct index_row *row)
{
	uint64_t version = version_of(made, of);

	if (made->marked.leaf != of->leaf || made->marked.plan != of->plan ||
		made->marked_version != version)
		index_marking_drop(&made->marking);
	made->marked = *of;
	made->marked_version = version;
	return index_plan_row_some(made->items, of->plan, now, &made->work, &made->marking, row);
}

static enum tms_status make(
	struct index_made *made, const struct index_made_of *of, tms_time now, uint32_t *cell)
{
	uint64_t verified = index_items_verified(made->items);
	struct index_row row = { 0 };
	bool was_begun = made->marking.bits != NULL;

	index_made_drop(made, cell);
	enum tms_status st = made->work == SIZE_MAX
				     ? index_plan_row(made->items, of->plan, now, &row)
				     : make_some(made, of, now, &row);
	if (st == TMS_OK)
		st = slab_take(&made->cells, cell);
	if (st != TMS_OK) {
		index_row_free(&row);
		return st;
	}
	made->count++;
	made->row_bytes += index_row_bytes(&row);
	*row_at(made, *cell) = (struct index_made_row){ .leaf = of->leaf,
		.is_dear = was_begun || index_items_verified(made->items) - verified > DEAR,
		.version = version_of(made, of),
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
static void find_changes(struct index_made *made, uint64_t since)
{
	uint32_t all[INDEX_MADE_CHANGES];
	size_t count = 0;

	for (uint64_t v = since; v < made->text_version; v++) {
		uint32_t slot = made->changed[v % INDEX_MADE_CHANGES];
		if (!is_among(all, count, slot))
			all[count++] = slot;
	}
	made->slots_count = 0;
	for (size_t i = 0; i < count; i++)
		if (index_items_at(made->items, all[i]))
			made->slots[made->slots_count++] = all[i];
	made->there_count = made->slots_count;
	for (size_t i = 0; i < count; i++)
		if (!index_items_at(made->items, all[i]))
			made->slots[made->slots_count++] = all[i];
}

/* The changed items as a batch; all rows of that version are mended with it. */
static enum tms_status batch_changes(struct index_made *made, uint64_t since, tms_time now)
{
	if (made->slots_count > 0 && made->changes_since == since)
		return TMS_OK;
	drop_changes(made);
	find_changes(made, since);
	made->changes_since = since;
	if (made->there_count == 0)
		return TMS_OK;
	enum tms_status st =
		index_batch_new(made->items, made->slots, made->there_count, now, &made->changes);
	if (st != TMS_OK)
		made->slots_count = 0;
	return st;
}

/* Ask again about the items that changed. On failure the row may be wrong: it has to be dropped. */
static enum tms_status mend(struct index_made *made, const struct index_made_of *of, tms_time now,
	struct index_made_row *it)
{
	uint64_t mask = 0;

	enum tms_status st = batch_changes(made, it->version, now);
	if (st == TMS_OK && made->changes)
		st = index_plan_mask(made->items, of->plan, made->changes, &mask);
	made->row_bytes -= index_row_bytes(&it->row);
	for (size_t i = 0; st == TMS_OK && i < made->slots_count; i++) {
		if (i < made->there_count && (mask >> i & 1))
			st = index_row_add(&it->row, made->slots[i]);
		else
			index_row_remove(&it->row, made->slots[i]);
	}
	made->row_bytes += index_row_bytes(&it->row);
	it->version = made->text_version;
	return st;
}

static bool can_mend(const struct index_made *made, const struct index_made_of *of,
	const struct index_made_row *it)
{
	return of->flags == 0 && it->is_dear &&
	       made->text_version - it->version <= INDEX_MADE_CHANGES;
}

enum tms_status index_made_get(struct index_made *made, const struct index_made_of *of,
	tms_time now, uint32_t *cell, const struct index_row **row)
{
	struct index_made_row *it = *cell == SLAB_NONE ? NULL : row_at(made, *cell);
	enum tms_status st = TMS_OK;

	if (!it || it->version != version_of(made, of) ||
		((of->flags & INDEX_LEAF_CLOCK) && it->now != now)) {
		if (made->work == 0)
			return TMS_EUNAVAIL;
		if (it && can_mend(made, of, it))
			st = mend(made, of, now, it);
		else
			st = make(made, of, now, cell);
		if (st != TMS_OK) {
			index_made_drop(made, cell);
			return st;
		}
		it = row_at(made, *cell);
	}
	it->was_used = true;
	*row = &it->row;
	return TMS_OK;
}

uint32_t index_made_spare(struct index_made *made, size_t *looked_at)
{
	while (index_made_bytes(made) > INDEX_MADE_BYTES_MAX && (*looked_at)++ < LOOKED_AT_MAX) {
		struct index_made_row *it = slab_next(&made->cells, &made->hand);
		if (!it)
			made->hand = 0;
		else if (!it->was_used)
			return it->leaf;
		else
			it->was_used = false;
	}
	return SLAB_NONE;
}

void index_made_note(struct index_made *made, uint32_t slot, enum index_put what)
{
	made->numbers_version++;
	if (what == INDEX_PUT_NUMBERS)
		return;
	made->changed[made->text_version++ % INDEX_MADE_CHANGES] = slot;
	drop_changes(made);
}
