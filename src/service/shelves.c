/* The shelves by their sets of sources: found, made, pinned, evicted. */
#include "service/shelves.h"

#include <stdlib.h>

#include <event2/event.h>
#include <sodium.h>

#include "memory/sorted.h"
#include "service/sources.h"

/* Shelves that no feed uses any more and that are kept: a registry that is built anew, or a reader
 * of a filter address that comes back, finds them filled. */
#define UNUSED_MAX 16
/* A set that was too large is not filled again for so long: to fill one costs seconds of CPU. */
#define REFUSED_S 60

/* ---- one of them ---- */

/* Who waits is told TMS_SHELF_OVER. NULL is accepted. */
static void shelf_free(struct tms_shelf *shelf)
{
	if (!shelf)
		return;
	shelf_end_waits(shelf, TMS_SHELF_OVER);
	shelf_scope_drop(shelf);
	tms_run_queue_leave(&shelf->queued);
	shelf->home = NULL;
	while (shelf->renditions)
		rendition_retire(shelf->renditions);
	tms_scope_free(shelf->scope);
	shelf_rules_fini(&shelf->rules);
	free(shelf);
}

static enum tms_status have_scope(struct tms_shelf *shelf)
{
	size_t count = shelf->set->count;
	uint32_t *numbers = count > 0 ? malloc(count * sizeof(*numbers)) : NULL;

	if (count == 0)
		return TMS_OK;
	if (!numbers)
		return TMS_ENOMEM;
	for (size_t i = 0; i < count; i++)
		numbers[i] = shelf_follower(shelf, i)->number;
	enum tms_status st = tms_scope_new(shelf->home->catalog, numbers, count, &shelf->scope);
	free(numbers);
	return st;
}

/* Of these sources, which are followed. NULL when memory is out. */
static struct tms_shelf *shelf_new(struct tms_shelves *home, struct source_set *set)
{
	struct tms_shelf *shelf = calloc(1, sizeof(*shelf));

	if (!shelf)
		return NULL;
	shelf->home = home;
	shelf->set = set;
	shelf->is_built = set->count == 0;
	if (have_scope(shelf) != TMS_OK) {
		shelf_free(shelf);
		return NULL;
	}
	return shelf;
}

/* ---- all of them ---- */

enum tms_status shelves_init(struct tms_shelves *shelves, const struct service_world *world)
{
	struct tms_hash_seed seed = { 0 };

	*shelves = (struct tms_shelves){ .world = world };
	source_sets_init(&shelves->sets);
	scan_costs_init(&shelves->scans);
	randombytes_buf(&shelves->lru.seed, sizeof(shelves->lru.seed));
	randombytes_buf(&seed, sizeof(seed));
	return tms_catalog_new(seed, &shelves->catalog);
}

void shelves_fini(struct tms_shelves *shelves)
{
	for (uint32_t number = 0; number < shelves->sets.records.used; number++) {
		struct source_set *set = source_sets_find(&shelves->sets, number);
		if (set)
			shelf_free(set->shelf);
	}
	for (size_t i = 0; i < shelves->followers_count; i++)
		follower_free(shelves->followers[i]);
	follower_free(shelves->known);
	free(shelves->followers);
	free(shelves->numbered);
	tms_catalog_free(shelves->catalog);
	scan_costs_fini(&shelves->scans);
	source_sets_fini(&shelves->sets);
	if (shelves->step)
		event_free(shelves->step);
	*shelves = (struct tms_shelves){ 0 };
}

/* ---- shelves ---- */

static struct tms_source *source_of(
	const struct tms_shelves *shelves, const struct source_set *set, size_t i)
{
	return shelves->world->sources->by_number[set->sources[i]];
}

static void note_takers(
	struct tms_shelves *shelves, const struct source_set *set, int taken, int pinned)
{
	for (size_t i = 0; i < set->count; i++) {
		struct follower *follower = shelves->followers[set->sources[i]];
		follower->taken += (uint32_t)taken;
		follower->pinned += (uint32_t)pinned;
		follower_update(follower, &shelves->queue);
	}
}

static struct tms_shelf *add_shelf(struct tms_shelves *shelves, struct source_set *set)
{
	size_t followed = 0;

	while (followed < set->count &&
		shelves_follower(shelves, source_of(shelves, set, followed)))
		followed++;
	struct tms_shelf *shelf = followed == set->count ? shelf_new(shelves, set) : NULL;
	if (!shelf) {
		while (followed > 0)
			shelves_let_go(shelves, source_of(shelves, set, --followed));
		return NULL;
	}
	set->shelf = shelf;
	note_takers(shelves, set, 1, 0);
	shelves->unused++;
	shelf_lru_add(&shelves->lru, shelf);
	return shelf;
}

static void remove_shelf(struct tms_shelves *shelves, struct tms_shelf *shelf)
{
	struct source_set *set = shelf->set;

	shelf_lru_remove(&shelves->lru, shelf);
	shelves->unused--;
	shelf_free(shelf);
	note_takers(shelves, set, -1, 0);
	for (size_t i = 0; i < set->count; i++)
		shelves_let_go(shelves, source_of(shelves, set, i));
	source_set_release(&shelves->sets, set);
}

/* The set of these sources, with one more user; NULL when memory is out. */
static struct source_set *get_set(
	struct tms_shelves *shelves, struct tms_source *const *sources, size_t count)
{
	uint32_t *numbers = malloc((count + 1) * sizeof(*numbers));
	struct source_set *set = NULL;
	size_t distinct = 0;

	if (!numbers)
		return NULL;
	for (size_t i = 0; i < count; i++)
		numbers[i] = sources[i]->number;
	sorted_make(numbers, count);
	for (size_t i = 0; i < count; i++)
		if (i == 0 || numbers[i] != numbers[distinct - 1])
			numbers[distinct++] = numbers[i];
	if (source_set_get(&shelves->sets, numbers, distinct, &set) != TMS_OK)
		set = NULL;
	free(numbers);
	return set;
}

struct tms_shelf *shelves_get(
	struct tms_shelves *shelves, struct tms_source *const *sources, size_t count)
{
	struct source_set *set = get_set(shelves, sources, count);
	struct tms_shelf *shelf = set ? set->shelf : NULL;

	if (!set)
		return NULL;
	bool is_there = shelf != NULL;
	if (!is_there)
		shelf = add_shelf(shelves, set);
	if (is_there || !shelf) /* a new shelf is the user of its set */
		source_set_release(&shelves->sets, set);
	if (!shelf)
		return NULL;
	shelves->unused -= shelf->users == 0;
	shelf->users++;
	return shelf;
}

void shelves_release(struct tms_shelves *shelves, struct tms_shelf *shelf)
{
	if (!shelf || --shelf->users > 0)
		return;
	if (++shelves->unused <= UNUSED_MAX)
		return;
	/* the one asked for longest ago goes, of those that are not pinned */
	struct tms_shelf *gone = shelves->lru.oldest;
	while (gone && (gone->users > 0 || gone->waits))
		gone = gone->lru.newer;
	if (gone)
		remove_shelf(shelves, gone);
}

void shelves_pin(struct tms_shelves *shelves, struct tms_shelf *shelf)
{
	shelves->unused -= shelf->users == 0;
	shelf->users++;
	if (shelf->pins++ > 0)
		return;
	shelf_lru_remove(&shelves->lru, shelf);
	shelf_update(shelf);
	note_takers(shelves, shelf->set, 0, 1);
}

void shelves_unpin(struct tms_shelves *shelves, struct tms_shelf *shelf)
{
	if (--shelf->pins == 0) {
		shelf_lru_add(&shelves->lru, shelf);
		shelf_update(shelf);
		note_takers(shelves, shelf->set, 0, -1);
	}
	shelves_release(shelves, shelf);
}

bool tms_shelves_wait(
	struct tms_shelves *shelves, struct tms_shelf *shelf, const struct tms_shelf_wait *wait)
{
	struct tms_shelf_wait *copy = malloc(sizeof(*copy));

	if (!copy)
		return false;
	*copy = *wait;
	copy->next = shelf->waits;
	shelf->waits = copy;
	shelf_update(shelf);
	shelves_wake(shelves, 0);
	return true;
}

/* ---- room ---- */

bool tms_shelves_refuse(struct tms_shelves *shelves, struct tms_shelf *shelf)
{
	if (!shelf->lru.is_in || shelf->waits ||
		!shelf_lru_is_refused(&shelves->lru, shelf, tms_clock_now(shelves->world->clock)))
		return false;
	shelves->lru.refused++;
	return true;
}

/* Takes it away, with what addresses show of it. Who waits is told. */
static void evict(struct tms_shelves *shelves, struct tms_shelf *shelf, enum tms_shelf_word word)
{
	shelves->lru.freed += shelf->lru.bytes;
	shelves->lru.put_out++;
	for (const struct tms_shelf_wait *wait = shelf->waits; wait; wait = wait->next)
		shelves->lru.refused++;
	shelves->unused -= shelf->users == 0;
	shelf->users++; /* so that it is there until its last address is gone */
	if (shelves->evicted)
		shelves->evicted(shelves->context, shelf);
	shelf_end_waits(shelf, word);
	shelf->users--;
	shelves->unused++;
	remove_shelf(shelves, shelf);
}

bool shelves_make_room(struct tms_shelves *shelves, struct tms_shelf *shelf)
{
	struct shelf_lru *lru = &shelves->lru;

	while (lru->bytes_max > 0 && lru->bytes > lru->bytes_max) {
		struct tms_shelf *gone = shelf_lru_unused(lru, shelf);
		if (!gone && shelf && shelf->lru.is_in && shelf->lru.bytes > lru->bytes_max) {
			shelf_lru_note_refusal(
				lru, shelf, tms_clock_now(shelves->world->clock) + REFUSED_S);
			evict(shelves, shelf, TMS_SHELF_TOO_LARGE);
			return false;
		}
		if (!gone && shelf_lru_has_kept(lru)) /* they go as soon as they have been asked */
			return true;
		if (!gone)
			gone = shelf_lru_last_waiting(lru);
		if (!gone) /* one that is in use grew by its rules: it goes when another is asked */
			return true;
		evict(shelves, gone, TMS_SHELF_NO_ROOM);
		if (gone == shelf)
			return false;
	}
	return true;
}
