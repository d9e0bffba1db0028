/* Scopes: collected, sorted into the pages of large owners and of small ones, looked into. */
#include "scope_private.h"

#include <stdlib.h>

#include "index_private.h"
#include "memory/bits.h"
#include "memory/sorted.h"

/* A large owner of which the scope has fewer than one slot in so many is asked as small ones are:
 * its rows would be about others. */
#define ROW_PART 8
#define WHOLE (UINT64_C(1) << 63)

enum tms_status index_scope_new(struct tms_index *index, struct index_scope **out)
{
	struct index_scope *scope = calloc(1, sizeof(*scope));

	if (!scope)
		return TMS_ENOMEM;
	scope->index = index;
	*out = scope;
	return TMS_OK;
}

void index_scope_free(struct index_scope *scope)
{
	if (!scope)
		return;
	index_moments_forget_scope(&scope->index->moments, scope->serial);
	free(scope->added);
	free(scope->pages);
	free(scope->masks);
	free(scope->segments);
	free(scope->owners);
	free(scope);
}

size_t index_scope_bytes(const struct index_scope *scope)
{
	return sizeof(*scope) + scope->count * (sizeof(*scope->pages) + sizeof(*scope->masks)) +
	       scope->segments_count * sizeof(*scope->segments) +
	       scope->owners_count * sizeof(*scope->owners) +
	       scope->added_capacity * sizeof(*scope->added);
}

/* ---- collected ---- */

/* The slots of an owner in a page. */
struct piece {
	uint32_t owner, page;
	uint64_t mask;
};

static enum tms_status add(struct index_scope *scope, uint64_t what)
{
	if (scope->added_count == scope->added_capacity) {
		size_t capacity = scope->added_capacity ? 2 * scope->added_capacity : 16;
		uint64_t *grown = reallocarray(scope->added, capacity, sizeof(*grown));
		if (!grown)
			return TMS_ENOMEM;
		scope->added = grown;
		scope->added_capacity = capacity;
	}
	scope->added[scope->added_count++] = what;
	return TMS_OK;
}

enum tms_status index_scope_add_owner(struct index_scope *scope, uint32_t owner)
{
	return add(scope, WHOLE | owner);
}

enum tms_status index_scope_add_slot(struct index_scope *scope, uint32_t slot)
{
	return add(scope, slot);
}

static size_t count_pieces(const struct index_scope *scope)
{
	const struct index_items *items = scope->index->items;
	size_t count = 0;

	for (size_t i = 0; i < scope->added_count; i++)
		count += scope->added[i] & WHOLE
				 ? index_owner_at(items, (uint32_t)scope->added[i])->pages_count
				 : 1;
	return count;
}

static size_t cut(const struct index_scope *scope, struct piece *pieces)
{
	const struct index_items *items = scope->index->items;
	size_t count = 0;

	for (size_t i = 0; i < scope->added_count; i++) {
		uint32_t number = (uint32_t)scope->added[i];
		if (!(scope->added[i] & WHOLE)) {
			pieces[count++] = (struct piece){ index_slot_owner(items, number),
				number / INDEX_PAGE, UINT64_C(1) << number % INDEX_PAGE };
			continue;
		}
		const struct index_owner *owner = index_owner_at(items, number);
		for (size_t k = 0; k < owner->pages_count; k++) {
			const struct index_page *page = items->pages.list[owner->pages[k]];
			uint64_t mask = index_page_mask(page, number) & page->there & ~page->apart;
			if (mask != 0 || owner->is_rowed)
				pieces[count++] = (struct piece){ number, owner->pages[k], mask };
		}
	}
	return count;
}

static int by_owner(const void *a, const void *b)
{
	const struct piece *x = a, *y = b;

	if (x->owner != y->owner)
		return x->owner < y->owner ? -1 : 1;
	return x->page < y->page ? -1 : x->page > y->page;
}

static int by_page(const void *a, const void *b)
{
	const struct piece *x = a, *y = b;

	return x->page < y->page ? -1 : x->page > y->page;
}

/* Sorted; of each owner and page one. */
static size_t join(struct piece *pieces, size_t count)
{
	size_t kept = 0;

	qsort(pieces, count, sizeof(*pieces), by_owner);
	for (size_t i = 0; i < count; i++) {
		if (kept > 0 && by_owner(&pieces[kept - 1], &pieces[i]) == 0)
			pieces[kept - 1].mask |= pieces[i].mask;
		else
			pieces[kept++] = pieces[i];
	}
	return kept;
}

/* ---- sealed ---- */

/* Pieces of one owner: the pages of its rows, and of each what is in the scope. */
static void add_segment(
	struct index_scope *scope, const struct piece *pieces, size_t count, uint32_t number)
{
	const struct index_items *items = scope->index->items;
	const struct index_owner *owner = index_owner_at(items, number);
	struct index_segment *segment = &scope->segments[scope->segments_count++];

	*segment = (struct index_segment){ number, scope->count, owner->pages_count };
	for (size_t i = 0; i < owner->pages_count; i++) {
		scope->pages[scope->count + i] = owner->pages[i];
		scope->masks[scope->count + i] = 0;
	}
	for (size_t i = 0; i < count; i++) {
		const struct index_page *page = items->pages.list[pieces[i].page];
		size_t block = 0;
		while (page->owners[block] != number)
			block++;
		scope->masks[scope->count + page->places[block]] |= pieces[i].mask;
	}
	scope->count += owner->pages_count;
}

static void add_small(struct index_scope *scope, const struct piece *piece)
{
	if (scope->count > scope->small && scope->pages[scope->count - 1] == piece->page) {
		scope->masks[scope->count - 1] |= piece->mask;
		return;
	}
	scope->pages[scope->count] = piece->page;
	scope->masks[scope->count++] = piece->mask;
}

/* Where the pieces of the owner of the first one end; *slots: how many slots they are. */
static size_t run_of(const struct piece *pieces, size_t count, size_t *slots)
{
	size_t end = 0;

	*slots = 0;
	for (; end < count && pieces[end].owner == pieces[0].owner; end++)
		*slots += bits_count(pieces[end].mask);
	return end;
}

static bool has_row(const struct index_owner *owner, size_t slots)
{
	return owner->is_rowed || (index_owner_is_large(owner) && slots * ROW_PART >= owner->count);
}

/* Room for the pages that there will be at most. */
static enum tms_status make_room(
	struct index_scope *scope, const struct piece *pieces, size_t count)
{
	const struct index_items *items = scope->index->items;
	size_t pages = 0, owners = 0, slots;

	for (size_t at = 0, length; at < count; at += length, owners++) {
		const struct index_owner *owner = index_owner_at(items, pieces[at].owner);
		length = run_of(pieces + at, count - at, &slots);
		pages += has_row(owner, slots) ? owner->pages_count : length;
		scope->segments_count += has_row(owner, slots);
		scope->slots += slots;
	}
	scope->pages = malloc((pages + 1) * sizeof(*scope->pages));
	scope->masks = malloc((pages + 1) * sizeof(*scope->masks));
	scope->owners = malloc((owners + 1) * sizeof(*scope->owners));
	scope->segments = malloc((scope->segments_count + 1) * sizeof(*scope->segments));
	scope->segments_count = 0;
	return scope->pages && scope->masks && scope->owners && scope->segments ? TMS_OK
										: TMS_ENOMEM;
}

/* Small owners share pages: what room that leaves is given back, when there is memory for that. */
static void shrink(struct index_scope *scope)
{
	void *pages = realloc(scope->pages, (scope->count + 1) * sizeof(*scope->pages));

	if (pages)
		scope->pages = pages;
	void *masks = realloc(scope->masks, (scope->count + 1) * sizeof(*scope->masks));
	if (masks)
		scope->masks = masks;
}

static void fill(struct index_scope *scope, struct piece *pieces, size_t count)
{
	const struct index_items *items = scope->index->items;
	size_t rest = 0, slots;

	for (size_t at = 0, length; at < count; at += length) {
		uint32_t number = pieces[at].owner;
		length = run_of(pieces + at, count - at, &slots);
		scope->owners[scope->owners_count++] = number;
		if (has_row(index_owner_at(items, number), slots)) {
			add_segment(scope, pieces + at, length, number);
			continue;
		}
		for (size_t i = 0; i < length; i++)
			pieces[rest++] = pieces[at + i];
	}
	scope->small = scope->count;
	qsort(pieces, rest, sizeof(*pieces), by_page);
	for (size_t i = 0; i < rest; i++)
		add_small(scope, &pieces[i]);
	shrink(scope);
}

enum tms_status index_scope_seal(struct index_scope *scope)
{
	struct piece *pieces = malloc((count_pieces(scope) + 1) * sizeof(*pieces));

	if (!pieces)
		return TMS_ENOMEM;
	size_t count = join(pieces, cut(scope, pieces));
	enum tms_status st = make_room(scope, pieces, count);
	if (st == TMS_OK)
		fill(scope, pieces, count);
	free(pieces);
	free(scope->added);
	scope->added = NULL;
	scope->added_count = scope->added_capacity = 0;
	scope->serial = ++scope->index->scopes;
	return st;
}

/* ---- looked into ---- */

size_t index_scope_count(const struct index_scope *scope)
{
	return scope->slots;
}

size_t index_scope_pages(const struct index_scope *scope)
{
	return scope->count;
}

uint32_t index_scope_next(const struct index_scope *scope, size_t *place)
{
	for (size_t i = *place / INDEX_PAGE; i < scope->count; i++) {
		uint64_t mask = scope->masks[i];
		if (i == *place / INDEX_PAGE)
			mask &= UINT64_MAX << *place % INDEX_PAGE;
		if (mask == 0)
			continue;
		size_t found = i * INDEX_PAGE + (size_t)__builtin_ctzll(mask);
		*place = found + 1;
		return index_scope_slot(scope, found);
	}
	*place = scope->count * INDEX_PAGE;
	return INDEX_SLOT_NONE;
}

/* The page among those of small owners. */
static bool small_has(const struct index_scope *scope, uint32_t page, uint64_t bit)
{
	const uint32_t *pages = scope->pages + scope->small;
	size_t count = scope->count - scope->small, at = sorted_place(pages, count, page);

	return at < count && pages[at] == page && (scope->masks[scope->small + at] & bit);
}

bool index_scope_has(const struct index_scope *scope, uint32_t slot)
{
	const struct index_items *items = scope->index->items;
	uint64_t bit = UINT64_C(1) << slot % INDEX_PAGE;

	if (!index_items_at(items, slot))
		return false;
	const struct index_page *page = index_page_of(items, slot);
	size_t block = slot % INDEX_PAGE / INDEX_BLOCK;
	for (size_t i = 0; i < scope->segments_count; i++) {
		const struct index_segment *segment = &scope->segments[i];
		if (segment->owner == page->owners[block])
			return page->places[block] < segment->count &&
			       (scope->masks[segment->first + page->places[block]] & bit) != 0;
	}
	return small_has(scope, slot / INDEX_PAGE, bit);
}

uint64_t index_scope_version(const struct index_scope *scope)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < scope->owners_count; i++)
		sum += index_owner_at(scope->index->items, scope->owners[i])->numbers_version;
	return sum;
}
