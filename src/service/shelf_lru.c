#include "service/shelf_lru.h"

#include <malloc.h>

#include "service/service.h"
#include "service/shelf.h"

/* A set that was too large is not filled again for so long: to fill one costs seconds of CPU. */
#define REFUSED_S 60
/* Sets that were used by serving threads alone and are passed over in one search for room. */
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

void shelf_lru_add(struct tms_shelves *shelves, struct tms_shelf *shelf)
{
	if (shelf->lru.is_in)
		return;
	shelf->lru.is_in = true;
	shelves->lru.count++;
	link_newest(&shelves->lru, shelf);
	shelf_lru_weigh(shelves, shelf);
}

void shelf_lru_remove(struct tms_shelves *shelves, struct tms_shelf *shelf)
{
	if (!shelf->lru.is_in)
		return;
	unlink_shelf(&shelves->lru, shelf);
	shelves->lru.count--;
	shelves->lru.bytes -= shelf->lru.bytes;
	shelf->lru = (struct shelf_lru_link){ 0 };
}

void shelf_lru_weigh(struct tms_shelves *shelves, struct tms_shelf *shelf)
{
	if (!shelf->lru.is_in)
		return;
	shelves->lru.bytes -= shelf->lru.bytes;
	shelf->lru.bytes = shelf_bytes(shelf);
	shelves->lru.bytes += shelf->lru.bytes;
}

void shelf_lru_touch(struct tms_shelves *shelves, struct tms_shelf *shelf)
{
	if (!shelf->lru.is_in)
		return;
	unlink_shelf(&shelves->lru, shelf);
	link_newest(&shelves->lru, shelf);
	shelf_lru_weigh(shelves, shelf);
}

/* Serving threads answer alone from renditions, which asking does not show. */
static bool was_used(const struct tms_shelf *shelf)
{
	bool used = false;

	for (struct tms_rendition *r = shelf->renditions; r; r = r->older)
		used = rendition_was_used(r) || used;
	return used;
}

/* Asked for longest ago, of those that nobody waits for; or NULL. */
static struct tms_shelf *find_unused(struct shelf_lru *lru, const struct tms_shelf *keep)
{
	int chances = CHANCES;

	for (struct tms_shelf *at = lru->oldest, *newer = NULL; at; at = newer) {
		newer = at->lru.newer;
		if (at == keep || at->waits)
			continue;
		if (chances-- <= 0 || !was_used(at))
			return at;
		unlink_shelf(lru, at);
		link_newest(lru, at);
	}
	return NULL;
}

/* What is waited for and was asked for last: who came first is served. */
static struct tms_shelf *find_last_waiting(const struct shelf_lru *lru)
{
	struct tms_shelf *at = lru->newest;

	while (at && !at->waits)
		at = at->lru.older;
	return at;
}

static uint64_t hash_of(const struct tms_shelves *shelves, const struct tms_shelf *shelf)
{
	return tms_hash(shelves->by_key.seed, shelf->key);
}

static void remember(struct tms_shelves *shelves, const struct tms_shelf *shelf)
{
	struct shelf_lru *lru = &shelves->lru;
	size_t at = lru->next_too_large++ % SHELF_LRU_REFUSED_MAX;

	lru->too_large[at].hash = hash_of(shelves, shelf);
	lru->too_large[at].until = tms_clock_now(shelves->service->clock) + REFUSED_S;
}

bool tms_shelf_lru_refuse(struct tms_shelves *shelves, struct tms_shelf *shelf)
{
	struct shelf_lru *lru = &shelves->lru;
	uint64_t hash = hash_of(shelves, shelf);
	tms_time now = tms_clock_now(shelves->service->clock);

	if (!shelf->lru.is_in || shelf->waits)
		return false;
	for (size_t i = 0; i < SHELF_LRU_REFUSED_MAX; i++)
		if (lru->too_large[i].hash == hash && now < lru->too_large[i].until) {
			lru->refused++;
			shelf->is_left = true;
			return true;
		}
	return false;
}

static void put_out(struct tms_shelves *shelves, struct tms_shelf *shelf, enum tms_shelf_word word)
{
	shelves->lru.freed += shelf->lru.bytes;
	shelves->lru.put_out++;
	for (const struct tms_shelf_wait *wait = shelf->waits; wait; wait = wait->next)
		shelves->lru.refused++;
	shelf_put_out(shelves, shelf, word);
}

bool shelf_lru_make_room(struct tms_shelves *shelves, struct tms_shelf *shelf)
{
	struct shelf_lru *lru = &shelves->lru;

	while (lru->bytes_max > 0 && lru->bytes > lru->bytes_max) {
		struct tms_shelf *gone = find_unused(lru, shelf);
		if (!gone && shelf && shelf->lru.is_in && shelf->lru.bytes > lru->bytes_max) {
			remember(shelves, shelf);
			put_out(shelves, shelf, TMS_SHELF_TOO_LARGE);
			return false;
		}
		if (!gone)
			gone = find_last_waiting(lru);
		if (!gone) /* one that is in use grew by its rules: it goes when another is asked */
			return true;
		put_out(shelves, gone, TMS_SHELF_NO_ROOM);
		if (gone == shelf)
			return false;
	}
	return true;
}

bool shelf_lru_give_back(struct tms_shelves *shelves)
{
	struct shelf_lru *lru = &shelves->lru;
	size_t much = lru->bytes_max / 4 > GIVEN_BACK_MIN ? lru->bytes_max / 4 : GIVEN_BACK_MIN;

	if (lru->freed < much)
		return false;
	lru->freed = 0;
	(void)malloc_trim(0);
	return true;
}
