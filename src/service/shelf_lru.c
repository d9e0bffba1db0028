#include "shelf_lru.h"

#include <malloc.h>

#include "service.h"
#include "shelf.h"

/* A set that was too large is not filled again for so long: to fill one costs seconds of CPU. */
#define REFUSED_S 60
/* Sets that were used by serving threads alone and are passed over in one search for room. */
#define CHANCES 64
/* So much is put out before memory is given back: it is a walk over all that is free. */
#define GIVEN_BACK_MIN ((size_t)8 << 20)

static void link_newest(struct tms_sets *sets, struct tms_shelf *shelf)
{
	shelf->set.older = sets->newest;
	shelf->set.newer = NULL;
	*(sets->newest ? &sets->newest->set.newer : &sets->oldest) = shelf;
	sets->newest = shelf;
}

static void unlink_set(struct tms_sets *sets, struct tms_shelf *shelf)
{
	struct tms_set *set = &shelf->set;

	*(set->newer ? &set->newer->set.older : &sets->newest) = set->older;
	*(set->older ? &set->older->set.newer : &sets->oldest) = set->newer;
	set->newer = set->older = NULL;
}

void sets_enter(struct tms_shelves *shelves, struct tms_shelf *shelf)
{
	if (shelf->set.is_in)
		return;
	shelf->set.is_in = true;
	shelves->sets.count++;
	link_newest(&shelves->sets, shelf);
	sets_weigh(shelves, shelf);
}

void sets_leave(struct tms_shelves *shelves, struct tms_shelf *shelf)
{
	if (!shelf->set.is_in)
		return;
	unlink_set(&shelves->sets, shelf);
	shelves->sets.count--;
	shelves->sets.bytes -= shelf->set.bytes;
	shelf->set = (struct tms_set){ 0 };
}

void sets_weigh(struct tms_shelves *shelves, struct tms_shelf *shelf)
{
	if (!shelf->set.is_in)
		return;
	shelves->sets.bytes -= shelf->set.bytes;
	shelf->set.bytes = shelf_bytes(shelf);
	shelves->sets.bytes += shelf->set.bytes;
}

void sets_ask(struct tms_shelves *shelves, struct tms_shelf *shelf)
{
	if (!shelf->set.is_in)
		return;
	unlink_set(&shelves->sets, shelf);
	link_newest(&shelves->sets, shelf);
	sets_weigh(shelves, shelf);
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
static struct tms_shelf *find_unused(struct tms_sets *sets, const struct tms_shelf *keep)
{
	int chances = CHANCES;

	for (struct tms_shelf *at = sets->oldest, *newer = NULL; at; at = newer) {
		newer = at->set.newer;
		if (at == keep || at->waits)
			continue;
		if (chances-- <= 0 || !was_used(at))
			return at;
		unlink_set(sets, at);
		link_newest(sets, at);
	}
	return NULL;
}

/* What is waited for and was asked for last: who came first is served. */
static struct tms_shelf *find_last_waiting(const struct tms_sets *sets)
{
	struct tms_shelf *at = sets->newest;

	while (at && !at->waits)
		at = at->set.older;
	return at;
}

static uint64_t hash_of(const struct tms_shelves *shelves, const struct tms_shelf *shelf)
{
	return tms_hash(shelves->by_key.seed, shelf->key);
}

static void remember(struct tms_shelves *shelves, const struct tms_shelf *shelf)
{
	struct tms_sets *sets = &shelves->sets;
	size_t at = sets->next_too_large++ % TMS_SETS_REFUSED_MAX;

	sets->too_large[at].hash = hash_of(shelves, shelf);
	sets->too_large[at].until = tms_clock_now(shelves->service->clock) + REFUSED_S;
}

bool tms_sets_refuse(struct tms_shelves *shelves, struct tms_shelf *shelf)
{
	struct tms_sets *sets = &shelves->sets;
	uint64_t hash = hash_of(shelves, shelf);
	tms_time now = tms_clock_now(shelves->service->clock);

	if (!shelf->set.is_in || shelf->waits)
		return false;
	for (size_t i = 0; i < TMS_SETS_REFUSED_MAX; i++)
		if (sets->too_large[i].hash == hash && now < sets->too_large[i].until) {
			sets->refused++;
			shelf->is_left = true;
			return true;
		}
	return false;
}

static void put_out(struct tms_shelves *shelves, struct tms_shelf *shelf, enum tms_shelf_word word)
{
	shelves->sets.freed += shelf->set.bytes;
	shelves->sets.put_out++;
	for (const struct tms_shelf_wait *wait = shelf->waits; wait; wait = wait->next)
		shelves->sets.refused++;
	shelf_put_out(shelves, shelf, word);
}

bool sets_make_room(struct tms_shelves *shelves, struct tms_shelf *shelf)
{
	struct tms_sets *sets = &shelves->sets;

	while (sets->bytes_max > 0 && sets->bytes > sets->bytes_max) {
		struct tms_shelf *gone = find_unused(sets, shelf);
		if (!gone && shelf && shelf->set.is_in && shelf->set.bytes > sets->bytes_max) {
			remember(shelves, shelf);
			put_out(shelves, shelf, TMS_SHELF_TOO_LARGE);
			return false;
		}
		if (!gone)
			gone = find_last_waiting(sets);
		if (!gone) /* one that is in use grew by its rules: it goes when another is asked */
			return true;
		put_out(shelves, gone, TMS_SHELF_NO_ROOM);
		if (gone == shelf)
			return false;
	}
	return true;
}

bool sets_give_back(struct tms_shelves *shelves)
{
	struct tms_sets *sets = &shelves->sets;
	size_t much = sets->bytes_max / 4 > GIVEN_BACK_MIN ? sets->bytes_max / 4 : GIVEN_BACK_MIN;

	if (sets->freed < much)
		return false;
	sets->freed = 0;
	(void)malloc_trim(0);
	return true;
}
