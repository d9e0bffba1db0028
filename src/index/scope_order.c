/* The first items of a scope by first_seen: by the order of an owner, or by a heap. */
#include "scope_order.h"

#include "index_private.h"

/* One large owner: its items lie in order. Walk to the last wanted. */
static void walk(const struct index_scope *scope, const uint64_t *bits, size_t wanted,
	struct scope_first *out)
{
	const struct index_items *items = scope->index->items;
	const struct index_owner *owner = index_owner_at(items, scope->segments[0].owner);
	size_t count = 0;

	out->latest = index_column_of(items, COLUMN_SEEN, owner->order[0]);
	for (size_t i = 0; count < wanted; i++) {
		uint32_t slot = owner->order[i], in_page = slot % INDEX_PAGE;
		size_t place = index_page_of(items, slot)->places[in_page / INDEX_BLOCK];
		if (place < scope->count && (bits[place] >> in_page & 1))
			out->list[count++].item = index_items_at(items, slot);
	}
}

/* What decides of an item; its id alone is looked at where all else is the same. */
struct chosen {
	int64_t seen, published;
	uint32_t slot;
};

static int compare(const struct index_items *items, const struct chosen *a, const struct chosen *b)
{
	if (a->seen != b->seen)
		return a->seen > b->seen ? -1 : 1;
	if (a->published != b->published)
		return a->published > b->published ? -1 : 1;
	return tms_str_compare(index_slot_at(items, a->slot)->item->merged.item.id,
		index_slot_at(items, b->slot)->item->merged.item.id);
}

/* A heap of the first ones so far, the last of them on top. */
static void sift_down(const struct index_items *items, struct chosen *heap, size_t count)
{
	struct chosen moved = heap[0];
	size_t at = 0;

	for (size_t child; (child = 2 * at + 1) < count; at = child) {
		if (child + 1 < count && compare(items, &heap[child + 1], &heap[child]) > 0)
			child++;
		if (compare(items, &heap[child], &moved) <= 0)
			break;
		heap[at] = heap[child];
	}
	heap[at] = moved;
}

static void sift_up(const struct index_items *items, struct chosen *heap, size_t at)
{
	struct chosen moved = heap[at];

	for (; at > 0 && compare(items, &moved, &heap[(at - 1) / 2]) > 0; at = (at - 1) / 2)
		heap[at] = heap[(at - 1) / 2];
	heap[at] = moved;
}

/* One of many: once so many as wanted are in the heap it takes the place of the last. */
static size_t add(const struct index_items *items, struct chosen *heap, size_t count, size_t wanted,
	const struct chosen *one)
{
	if (count < wanted) {
		heap[count] = *one;
		sift_up(items, heap, count);
		return count + 1;
	}
	if (compare(items, one, &heap[0]) < 0) {
		heap[0] = *one;
		sift_down(items, heap, count);
	}
	return count;
}

/* Items of several owners: the first ones are found by a heap, then put in order. */
static enum tms_status find(const struct index_scope *scope, struct tms_arena *scratch,
	const uint64_t *bits, size_t wanted, struct scope_first *out)
{
	const struct index_items *items = scope->index->items;
	struct chosen *heap = TMS_ARENA_ARRAY(scratch, struct chosen, wanted + 1);
	size_t count = 0;

	if (!heap)
		return scratch->status;
	for (size_t i = 0; i < scope->count; i++) {
		const struct index_page *page = items->pages.list[scope->pages[i]];
		if (bits[i] == 0 || (count == wanted && page->seen < heap[0].seen))
			continue;
		for (uint64_t left = bits[i]; left != 0; left &= left - 1) {
			uint32_t at = (uint32_t)__builtin_ctzll(left);
			const struct chosen one = { page->columns[COLUMN_SEEN][at],
				page->columns[COLUMN_PUBLISHED][at],
				scope->pages[i] * INDEX_PAGE + at };
			if (one.seen > out->latest)
				out->latest = one.seen;
			count = add(items, heap, count, wanted, &one);
		}
	}
	for (; count > 0; sift_down(items, heap, count)) {
		out->list[count - 1].item = index_items_at(items, heap[0].slot);
		heap[0] = heap[--count];
	}
	return TMS_OK;
}

enum tms_status scope_order_first(const struct index_scope *scope, struct tms_arena *scratch,
	const uint64_t *bits, size_t wanted, struct scope_first *out)
{
	enum tms_status st = TMS_OK;

	out->latest = TMS_TIME_NONE;
	if (wanted > 0 && scope_order_is_one(scope))
		walk(scope, bits, wanted, out);
	else if (wanted > 0)
		st = find(scope, scratch, bits, wanted, out);
	return st;
}
