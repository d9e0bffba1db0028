/* The table of shelves by their sources' names: found, made, pinned, evicted. */
#include "service/shelves.h"

#include <stdlib.h>

#include <event2/event.h>
#include <sodium.h>

#include "loop/timer.h"
#include "service/sources.h"

/* Shelves that no feed uses any more and that are kept: a registry that is built anew, or a reader
 * of a filter address that comes back, finds them filled. */
#define UNUSED_MAX 16
/* A set that was too large is not filled again for so long: to fill one costs seconds of CPU. */
#define REFUSED_S 60

void shelves_init(struct tms_shelves *shelves, const struct service_world *world)
{
	*shelves = (struct tms_shelves){ .world = world };
	source_sets_init(&shelves->sets);
	randombytes_buf(&shelves->lru.seed, sizeof(shelves->lru.seed));
}

void shelves_fini(struct tms_shelves *shelves)
{
	while (shelves->all) {
		struct tms_shelf *shelf = shelves->all;
		shelves->all = shelf->next;
		shelf_free(shelf);
	}
	source_sets_fini(&shelves->sets);
	if (shelves->step)
		event_free(shelves->step);
	*shelves = (struct tms_shelves){ 0 };
}

void shelves_wake(struct tms_shelves *shelves, int64_t wait_ms)
{
	if (shelves->step)
		(void)tms_timer_in(shelves->step, wait_ms);
}

/* In the order of who asked last: so they are told to people. */
static void set_sources(struct tms_shelf *shelf, struct tms_source *const *sources, size_t count)
{
	if (count != shelf->set->count)
		return; /* one stands there twice */
	for (size_t i = 0; i < count; i++) {
		shelf->sources[i] = sources[i];
		shelf->windows[i] = sources[i]->window;
	}
}

static struct tms_shelf *add_shelf(struct tms_shelves *shelves, struct source_set *set)
{
	struct tms_shelf *shelf = shelf_new(set->count);

	if (!shelf)
		return NULL;
	shelf->set = set;
	set->shelf = shelf;
	for (size_t i = 0; i < set->count; i++) {
		struct tms_source *source = shelves->world->sources->by_number[set->sources[i]];
		shelf->sources[i] = source;
		shelf->windows[i] = source->window;
	}
	shelf->count = set->count;
	tms_view_join(shelf->view, shelves->known ? shelves->known->window : NULL);
	shelf->next = shelves->all;
	if (shelf->next)
		shelf->next->before = shelf;
	shelves->all = shelf;
	shelves->unused++;
	shelf_lru_add(&shelves->lru, shelf);
	shelf_queue_join(&shelves->queue, shelf);
	return shelf;
}

static void remove_shelf(struct tms_shelves *shelves, struct tms_shelf *shelf)
{
	*(shelf->before ? &shelf->before->next : &shelves->all) = shelf->next;
	if (shelf->next)
		shelf->next->before = shelf->before;
	shelf_lru_remove(&shelves->lru, shelf);
	shelves->unused--;
	source_set_release(&shelves->sets, shelf->set);
	shelf_free(shelf);
}

static int by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
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
	qsort(numbers, count, sizeof(*numbers), by_number);
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
	if (is_there || !shelf) /* a new shelf is a user of its set */
		source_set_release(&shelves->sets, set);
	if (!shelf)
		return NULL;
	set_sources(shelf, sources, count);
	shelf->is_left = false;
	if (!shelf->is_filled) {
		shelf_fall_behind(shelf, true);
		shelves_wake(shelves, 0);
	}
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
	shelf_queue_update(shelf);
}

void shelves_unpin(struct tms_shelves *shelves, struct tms_shelf *shelf)
{
	if (--shelf->pins == 0) {
		shelf_lru_add(&shelves->lru, shelf);
		shelf_queue_update(shelf);
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
	shelf->is_left = false;
	shelf_queue_update(shelf);
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
	shelf->is_left = true;
	shelf_queue_update(shelf);
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
