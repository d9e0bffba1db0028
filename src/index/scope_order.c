/* The first items of a scope by first_seen: by the order of an owner, or by a heap. */
#include "scope_order.h"

#include "index_private.h"

/* One large owner: its items lie in order. Walk to the last wanted. */
static size_t walk(const struct index_scope *scope, const uint64_t *bits, size_t wanted,
	struct tms_selected *list)
{
	const struct index_items *items = scope->index->items;
	const struct index_owner *owner = index_owner_at(items, scope->segments[0].owner);
	size_t count = 0;

	for (size_t i = 0; count < wanted; i++) {
		uint32_t slot = owner->order[i], in_page = slot % INDEX_PAGE;
		size_t place = index_page_of(items, slot)->places[in_page / INDEX_BLOCK];
		if (place < scope->count && (bits[place] >> in_page & 1))
			list[count++].item = index_items_at(items, slot);
	}
	return count;
}

/* A heap of the first ones so far, the last of them on top. */
static void sift_down(const struct index_items *items, uint32_t *heap, size_t count, size_t at)
{
	for (size_t child; (child = 2 * at + 1) < count; at = child) {
		uint32_t slot = heap[at];
		if (child + 1 < count &&
			index_order_compare(items, heap[child + 1], heap[child]) > 0)
			child++;
		if (index_order_compare(items, heap[child], slot) <= 0)
			return;
		heap[at] = heap[child];
		heap[child] = slot;
	}
}

static void sift_up(const struct index_items *items, uint32_t *heap, size_t at)
{
	while (at > 0 && index_order_compare(items, heap[at], heap[(at - 1) / 2]) > 0) {
		uint32_t slot = heap[at];
		heap[at] = heap[(at - 1) / 2];
		at = (at - 1) / 2;
		heap[at] = slot;
	}
}

/* Items of several owners: the first ones are found by a heap, then put in order. */
static enum tms_status find(const struct index_scope *scope, struct tms_arena *scratch,
	const uint64_t *bits, size_t wanted, struct tms_selected *list)
{
	const struct index_items *items = scope->index->items;
	uint32_t *heap = TMS_ARENA_ARRAY(scratch, uint32_t, wanted + 1);
	size_t count = 0;

	if (!heap)
		return scratch->status;
	for (size_t at = 0; scope_order_next(bits, scope->count, &at); at++) {
		uint32_t slot = index_scope_slot(scope, at);
		if (count < wanted) {
			heap[count] = slot;
			sift_up(items, heap, count++);
		} else if (index_order_compare(items, slot, heap[0]) < 0) {
			heap[0] = slot;
			sift_down(items, heap, count, 0);
		}
	}
	while (count > 0) {
		list[count - 1].item = index_items_at(items, heap[0]);
		heap[0] = heap[--count];
		sift_down(items, heap, count, 0);
	}
	return TMS_OK;
}

enum tms_status scope_order_first(const struct index_scope *scope, struct tms_arena *scratch,
	const uint64_t *bits, size_t wanted, struct tms_selected *list, size_t *count)
{
	enum tms_status st = TMS_OK;

	if (wanted > 0 && scope_order_is_one(scope))
		*count = walk(scope, bits, wanted, list);
	else if (wanted > 0)
		st = find(scope, scratch, bits, wanted, list);
	*count = st == TMS_OK ? wanted : 0;
	return st;
}
