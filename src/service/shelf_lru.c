/* The LRU list of shelves that may be evicted, their weights, and those refused as too large. */
#include "service/shelf_lru.h"

#include <malloc.h>

#include "service/shelf.h"

/* Shelves that were used by serving threads alone and are passed over in one search for room. */
#define CHANCES 64
/* So much is put out before memory is given back: it is a walk over all that is free. */
#define GIVEN_BACK_MIN ((size_t)8 << 20)

static void link_newest(struct shelf_lru *lru, struct tms_shelf *shelf)
{
	shelf->lru.older = lru->newest;
	shelf->lru.newer = NULL;
	*(lru->newest ? &lru->newest->lru.newer : &lru->oldest) = shelf;
	lru->newest = shelf;
}

static void unlink_shelf(struct shelf_lru *lru, struct tms_shelf *shelf)
{
	struct shelf_lru_link *link = &shelf->lru;

	*(link->newer ? &link->newer->lru.older : &lru->newest) = link->older;
	*(link->older ? &link->older->lru.newer : &lru->oldest) = link->newer;
	link->newer = link->older = NULL;
}

void shelf_lru_add(struct shelf_lru *lru, struct tms_shelf *shelf)
{
	if (shelf->lru.is_in)
		return;
	shelf->lru.is_in = true;
	lru->count++;
	link_newest(lru, shelf);
	shelf_lru_weigh(lru, shelf);
}

void shelf_lru_remove(struct shelf_lru *lru, struct tms_shelf *shelf)
{
	if (!shelf->lru.is_in)
		return;
	unlink_shelf(lru, shelf);
	lru->count--;
	lru->bytes -= shelf->lru.bytes;
	shelf->lru = (struct shelf_lru_link){ 0 };
}

void shelf_lru_weigh(struct shelf_lru *lru, struct tms_shelf *shelf)
{
	if (!shelf->lru.is_in)
		return;
	lru->bytes -= shelf->lru.bytes;
	shelf->lru.bytes = shelf_bytes(shelf);
	lru->bytes += shelf->lru.bytes;
}

void shelf_lru_touch(struct shelf_lru *lru, struct tms_shelf *shelf)
{
	if (!shelf->lru.is_in)
		return;
	unlink_shelf(lru, shelf);
	link_newest(lru, shelf);
	shelf_lru_weigh(lru, shelf);
}

/* Serving threads answer alone from renditions, which asking does not show. */
static bool was_used(const struct tms_shelf *shelf)
{
	bool used = false;

	for (struct tms_rendition *r = shelf->renditions; r; r = r->older)
		used = rendition_was_used(r) || used;
	return used;
}

struct tms_shelf *shelf_lru_unused(struct shelf_lru *lru, const struct tms_shelf *keep)
{
	int chances = CHANCES;

	for (struct tms_shelf *at = lru->oldest, *newer = NULL; at; at = newer) {
		newer = at->lru.newer;
		if (at == keep || at->waits || shelf_scope_is_kept(at))
			continue;
		if (chances-- <= 0 || !was_used(at))
			return at;
		unlink_shelf(lru, at);
		link_newest(lru, at);
	}
	return NULL;
}

bool shelf_lru_has_kept(const struct shelf_lru *lru)
{
	const struct tms_shelf *at = lru->oldest;

	while (at && !shelf_scope_is_kept(at))
		at = at->lru.newer;
	return at != NULL;
}

struct tms_shelf *shelf_lru_last_waiting(const struct shelf_lru *lru)
{
	struct tms_shelf *at = lru->newest;

	while (at && !at->waits)
		at = at->lru.older;
	return at;
}

static uint64_t hash_of(const struct shelf_lru *lru, const struct tms_shelf *shelf)
{
	const struct source_set *set = shelf->set;

	return tms_hash(lru->seed,
		(struct tms_str){ (const char *)set->sources, set->count * sizeof(*set->sources) });
}

void shelf_lru_note_refusal(struct shelf_lru *lru, const struct tms_shelf *shelf, tms_time until)
{
	size_t at = lru->next_too_large++ % SHELF_LRU_REFUSED_MAX;

	lru->too_large[at].hash = hash_of(lru, shelf);
	lru->too_large[at].until = until;
}

bool shelf_lru_is_refused(const struct shelf_lru *lru, const struct tms_shelf *shelf, tms_time now)
{
	uint64_t hash = hash_of(lru, shelf);

	for (size_t i = 0; i < SHELF_LRU_REFUSED_MAX; i++)
		if (lru->too_large[i].hash == hash && now < lru->too_large[i].until)
			return true;
	return false;
}

bool shelf_lru_give_back(struct shelf_lru *lru)
{
	size_t much = lru->bytes_max / 4 > GIVEN_BACK_MIN ? lru->bytes_max / 4 : GIVEN_BACK_MIN;

	if (lru->freed < much)
		return false;
	lru->freed = 0;
	(void)malloc_trim(0);
	return true;
}
