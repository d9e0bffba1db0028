/* Pages and the owners of their blocks: slots are given out and taken back. */
#include "page.h"

#include <stdlib.h>
#include <string.h>

#include "items_private.h"
#include "memory/bits.h"

#define BLOCK_NONE INDEX_BLOCKS
/* An owner gets blocks while it has fewer slots than these, or its last page has one, then whole
 * pages. */
#define ROOM_BY_BLOCKS (3 * INDEX_BLOCK)
#define PAGES_MAX (INDEX_SLOTS_MAX / INDEX_PAGE)

/* ---- owners ---- */

enum tms_status index_page_owner_new(struct index_items *items, uint32_t *number)
{
	struct index_owners *owners = &items->owners;
	uint32_t at = owners->vacant;

	while (at < owners->count && owners->list[at].stamp != 0)
		at++;
	if (at == owners->capacity) {
		uint32_t capacity = owners->capacity ? 2 * owners->capacity : 1;
		struct index_owner *list =
			reallocarray(owners->list, capacity, sizeof(*owners->list));
		if (!list)
			return TMS_ENOMEM;
		owners->list = list;
		owners->capacity = capacity;
	}
	if (at == owners->count)
		owners->count++;
	owners->vacant = at + 1;
	owners->stamps++;
	owners->list[at] = (struct index_owner){ .stamp = owners->stamps,
		.numbers_version = (uint64_t)owners->stamps << 32 };
	*number = at;
	return TMS_OK;
}

static void free_owner(struct index_owner *owner)
{
	free(owner->pages);
	free(owner->order);
	free(owner->changed);
	*owner = (struct index_owner){ 0 };
}

/* ---- pages with a free block ---- */

static void open_page(struct index_items *items, uint32_t number)
{
	struct index_page_table *pages = &items->pages;
	struct index_page *page = pages->list[number];

	page->before = INDEX_PAGE_NONE;
	page->next = pages->open;
	if (page->next != INDEX_PAGE_NONE)
		pages->list[page->next]->before = number;
	pages->open = number;
}

static void close_page(struct index_items *items, uint32_t number)
{
	struct index_page_table *pages = &items->pages;
	struct index_page *page = pages->list[number];

	if (page->before == INDEX_PAGE_NONE)
		pages->open = page->next;
	else
		pages->list[page->before]->next = page->next;
	if (page->next != INDEX_PAGE_NONE)
		pages->list[page->next]->before = page->before;
}

static size_t free_block(const struct index_page *page)
{
	size_t block = 0;

	while (block < INDEX_BLOCKS && page->owners[block] != INDEX_OWNER_NONE)
		block++;
	return block;
}

/* ---- pages ---- */

/* A free number, above `last` where there is one. */
static enum tms_status find_number(struct index_page_table *pages, uint32_t last, uint32_t *number)
{
	uint32_t at =
		last == INDEX_PAGE_NONE || last + 1 < pages->vacant ? pages->vacant : last + 1;

	while (at < pages->count && pages->list[at])
		at++;
	if (at >= PAGES_MAX)
		for (at = pages->vacant; at < pages->count && pages->list[at]; at++)
			;
	if (at >= PAGES_MAX)
		return TMS_ELIMIT;
	*number = at;
	return TMS_OK;
}

/* Records of the page's slots, and a place in the list. */
static enum tms_status make_room(struct index_items *items, uint32_t number)
{
	struct index_page_table *pages = &items->pages;
	uint32_t slot;

	while (items->slots.used < (number + 1) * INDEX_PAGE)
		if (record_pool_take(&items->slots, &slot) != TMS_OK)
			return TMS_ENOMEM;
	if (number < pages->capacity)
		return TMS_OK;
	uint32_t capacity = pages->capacity ? 2 * pages->capacity : 4;
	struct index_page **list = reallocarray((void *)pages->list, capacity, sizeof(*list));
	if (!list)
		return TMS_ENOMEM;
	pages->list = list;
	pages->capacity = capacity;
	return TMS_OK;
}

static enum tms_status new_page(struct index_items *items, uint32_t last, uint32_t *number)
{
	struct index_page_table *pages = &items->pages;

	enum tms_status st = find_number(pages, last, number);
	if (st == TMS_OK)
		st = make_room(items, *number);
	struct index_page *page = st == TMS_OK ? calloc(1, sizeof(*page)) : NULL;
	if (!page)
		return st == TMS_OK ? TMS_ENOMEM : st;
	for (size_t i = 0; i < INDEX_BLOCKS; i++)
		page->owners[i] = INDEX_OWNER_NONE;
	page->version = ++pages->versions;
	page->seen = TMS_TIME_NONE;
	pages->list[*number] = page;
	if (*number == pages->count)
		pages->count++;
	if (*number == pages->vacant)
		pages->vacant++;
	pages->live++;
	return TMS_OK;
}

static void free_page(struct index_items *items, uint32_t number)
{
	struct index_page_table *pages = &items->pages;

	free(pages->list[number]);
	pages->list[number] = NULL;
	if (number < pages->vacant)
		pages->vacant = number;
	while (pages->count > 0 && !pages->list[pages->count - 1])
		pages->count--;
	if (--pages->live > 0)
		return;
	record_pool_free(&items->slots);
	free((void *)pages->list);
	pages->list = NULL;
	pages->capacity = pages->vacant = 0;
}

/* ---- an owner's slots ---- */

static enum tms_status grow_lists(struct index_owner *owner, uint32_t room)
{
	uint32_t *order = reallocarray(owner->order, room, sizeof(*order));

	if (!order)
		return TMS_ENOMEM;
	owner->order = order;
	if (owner->pages_count < owner->pages_capacity)
		return TMS_OK;
	uint32_t capacity = owner->pages_capacity + owner->pages_capacity / 2 + 1;
	uint32_t *pages = reallocarray(owner->pages, capacity, sizeof(*pages));
	if (!pages)
		return TMS_ENOMEM;
	owner->pages = pages;
	owner->pages_capacity = capacity;
	return TMS_OK;
}

/* The page becomes the owner's, at the end of those that it has. */
static void add_page(struct index_owner *owner, uint32_t number)
{
	if (owner->pages_count > 0 && owner->pages[owner->pages_count - 1] > number)
		owner->is_mixed = true;
	owner->pages[owner->pages_count++] = number;
}

static void take_block(
	struct index_items *items, uint32_t number, uint32_t owner_number, size_t block)
{
	struct index_page *page = items->pages.list[number];
	struct index_owner *owner = index_owner_at(items, owner_number);
	uint32_t place = owner->pages_count - 1;

	while (owner->pages[place] != number)
		place--;
	page->owners[block] = owner_number;
	page->places[block] = place;
	owner->room += INDEX_BLOCK;
	if (owner->hint > place)
		owner->hint = place;
}

/* A block of a page that others have too. */
static enum tms_status add_block(struct index_items *items, uint32_t owner_number)
{
	struct index_owner *owner = index_owner_at(items, owner_number);
	uint32_t last =
		owner->pages_count > 0 ? owner->pages[owner->pages_count - 1] : INDEX_PAGE_NONE;
	enum tms_status st = TMS_OK;
	uint32_t number = last;

	if (last == INDEX_PAGE_NONE || free_block(items->pages.list[last]) == BLOCK_NONE) {
		number = items->pages.open;
		if (number == INDEX_PAGE_NONE || (last != INDEX_PAGE_NONE && number < last)) {
			st = new_page(items, last, &number);
			if (st == TMS_OK)
				open_page(items, number);
		}
		if (st == TMS_OK)
			add_page(owner, number);
	}
	if (st != TMS_OK)
		return st;
	size_t block = free_block(items->pages.list[number]);
	take_block(items, number, owner_number, block);
	if (free_block(items->pages.list[number]) == BLOCK_NONE)
		close_page(items, number);
	return TMS_OK;
}

static enum tms_status add_whole(struct index_items *items, uint32_t owner_number)
{
	struct index_owner *owner = index_owner_at(items, owner_number);
	uint32_t number, last = owner->pages_count > 0 ? owner->pages[owner->pages_count - 1]
						       : INDEX_PAGE_NONE;

	enum tms_status st = new_page(items, last, &number);
	if (st != TMS_OK)
		return st;
	add_page(owner, number);
	for (size_t block = 0; block < INDEX_BLOCKS; block++)
		take_block(items, number, owner_number, block);
	return TMS_OK;
}

/* In its last page. */
static bool has_free_block(const struct index_items *items, const struct index_owner *owner)
{
	uint32_t last = owner->pages[owner->pages_count - 1];

	return free_block(items->pages.list[last]) != BLOCK_NONE;
}

static enum tms_status add_room(struct index_items *items, uint32_t owner_number)
{
	struct index_owner *owner = index_owner_at(items, owner_number);
	bool by_block =
		!owner->is_rowed && (owner->room < ROOM_BY_BLOCKS || has_free_block(items, owner));

	enum tms_status st = grow_lists(owner, owner->room + (by_block ? INDEX_BLOCK : INDEX_PAGE));
	if (st != TMS_OK)
		return st;
	return by_block ? add_block(items, owner_number) : add_whole(items, owner_number);
}

enum tms_status index_page_take(struct index_items *items, uint32_t owner_number, uint32_t *slot)
{
	struct index_owner *owner = index_owner_at(items, owner_number);
	enum tms_status st = TMS_OK;

	if (owner->count == owner->room)
		st = add_room(items, owner_number);
	if (st != TMS_OK)
		return st;
	for (;; owner->hint++) {
		uint32_t number = owner->pages[owner->hint];
		const struct index_page *page = items->pages.list[number];
		uint64_t free_slots = index_page_mask(page, owner_number) & ~page->there;
		if (free_slots == 0)
			continue;
		*slot = number * INDEX_PAGE + (uint32_t)__builtin_ctzll(free_slots);
		return TMS_OK;
	}
}

/* The owner's blocks of its last page. */
static void drop_last_page(struct index_items *items, uint32_t owner_number)
{
	struct index_owner *owner = index_owner_at(items, owner_number);
	uint32_t number = owner->pages[--owner->pages_count];
	struct index_page *page = items->pages.list[number];
	bool was_open = free_block(page) != BLOCK_NONE, is_empty = true;

	for (size_t i = 0; i < INDEX_BLOCKS; i++) {
		if (page->owners[i] == owner_number) {
			page->owners[i] = INDEX_OWNER_NONE;
			owner->room -= INDEX_BLOCK;
		}
		is_empty = is_empty && page->owners[i] == INDEX_OWNER_NONE;
	}
	if (is_empty && was_open)
		close_page(items, number);
	else if (!is_empty && !was_open)
		open_page(items, number);
	if (is_empty)
		free_page(items, number);
}

/* Pages at the end that have been empty go, but for a page's worth of room, so that an item which
 * goes and comes does not move them. */
static void drop_pages(struct index_items *items, uint32_t owner_number)
{
	struct index_owner *owner = index_owner_at(items, owner_number);

	while (owner->pages_count > 0) {
		const struct index_page *page =
			items->pages.list[owner->pages[owner->pages_count - 1]];
		uint64_t mask = index_page_mask(page, owner_number);
		uint32_t slots = bits_count(mask);
		if ((page->there & mask) != 0 ||
			(owner->count > 0 && owner->room - owner->count < slots + INDEX_PAGE))
			return;
		drop_last_page(items, owner_number);
	}
	owner->hint = 0;
	owner->is_mixed = false;
	free(owner->pages);
	free(owner->order);
	owner->pages = owner->order = NULL;
	owner->pages_capacity = 0;
}

void index_page_give_back(struct index_items *items, uint32_t slot)
{
	const struct index_page *page = index_page_of(items, slot);
	size_t block = slot % INDEX_PAGE / INDEX_BLOCK;
	uint32_t owner_number = page->owners[block];
	struct index_owner *owner = index_owner_at(items, owner_number);

	if (owner->hint > page->places[block])
		owner->hint = page->places[block];
	drop_pages(items, owner_number);
}

void index_page_owner_free(struct index_items *items, uint32_t number)
{
	struct index_owners *owners = &items->owners;

	drop_pages(items, number);
	free_owner(index_owner_at(items, number));
	if (number < owners->vacant)
		owners->vacant = number;
	while (owners->count > 0 && owners->list[owners->count - 1].stamp == 0)
		owners->count--;
}

void index_page_table_free(struct index_items *items)
{
	for (uint32_t i = 0; i < items->pages.count; i++)
		free(items->pages.list[i]);
	free((void *)items->pages.list);
	for (uint32_t i = 0; i < items->owners.count; i++)
		free_owner(&items->owners.list[i]);
	free(items->owners.list);
}

size_t index_page_table_bytes(const struct index_items *items)
{
	const struct index_page_table *pages = &items->pages;
	size_t bytes = pages->live * sizeof(struct index_page) + pages->capacity * sizeof(void *) +
		       items->owners.capacity * sizeof(struct index_owner);

	for (uint32_t i = 0; i < items->owners.count; i++) {
		const struct index_owner *owner = &items->owners.list[i];
		bytes += (owner->pages_capacity + owner->room) * sizeof(uint32_t) +
			 (owner->changed ? INDEX_ROW_CHANGES * sizeof(uint32_t) : 0);
	}
	return bytes;
}
