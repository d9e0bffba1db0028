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
	randombytes_buf(&shelves->by_key.seed, sizeof(shelves->by_key.seed));
	randombytes_buf(&shelves->lru.seed, sizeof(shelves->lru.seed));
}

void shelves_fini(struct tms_shelves *shelves)
{
	while (shelves->all) {
		struct tms_shelf *shelf = shelves->all;
		shelves->all = shelf->next;
		shelf_free(shelf);
	}
	tms_map_free(&shelves->by_key);
	if (shelves->step)
		event_free(shelves->step);
	*shelves = (struct tms_shelves){ 0 };
}

static int by_name(const void *a, const void *b)
{
	return tms_str_compare(*(const struct tms_str *)a, *(const struct tms_str *)b);
}

/* The names in byte order, joined; in `buf`. */
static void write_key(struct tms_buf *buf, const struct tms_str *names, size_t count)
{
	struct tms_str *sorted = calloc(count ? count : 1, sizeof(*sorted));

	if (!sorted) {
		buf->status = TMS_ENOMEM;
		return;
	}
	if (count > 0)
		memcpy(sorted, names, count * sizeof(*names));
	qsort(sorted, count, sizeof(*sorted), by_name);
	tms_buf_add_char(buf, ','); /* so that the key is never empty */
	for (size_t i = 0; i < count; i++) {
		tms_buf_add(buf, sorted[i]);
		tms_buf_add_char(buf, ',');
	}
	free(sorted);
}

void shelves_wake(struct tms_shelves *shelves, int64_t wait_ms)
{
	if (shelves->step)
		(void)tms_timer_in(shelves->step, wait_ms);
}

void shelves_fall_behind(struct tms_shelves *shelves, struct tms_shelf *shelf, bool has_news)
{
	shelf->is_behind = true;
	shelf->has_news = shelf->has_news || has_news;
	shelf_queue_update(shelf);
	shelves_wake(shelves, 0);
}

/* Finds the sources again: one may have come since. */
static void resolve(struct tms_shelves *shelves, struct tms_shelf *shelf,
	const struct tms_str *names, size_t count)
{
	size_t known = shelf->count;

	shelf->count = 0;
	tms_view_join(shelf->view, shelves->known ? shelves->known->window : NULL);
	for (size_t i = 0; i < count; i++) {
		struct tms_source *source = tms_sources_find(shelves->world->sources, names[i]);
		if (!source)
			continue;
		shelf->sources[shelf->count] = source;
		shelf->windows[shelf->count++] = source->window;
	}
	if (shelf->count != known || !shelf->is_filled)
		shelves_fall_behind(shelves, shelf, true);
}

static struct tms_shelf *add_shelf(struct tms_shelves *shelves, struct tms_buf *key, size_t count)
{
	struct tms_shelf *shelf = shelf_new(key, count);

	if (!shelf || tms_map_put(&shelves->by_key, shelf->key, shelf) != TMS_OK) {
		shelf_free(shelf);
		return NULL;
	}
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
	(void)tms_map_remove(&shelves->by_key, shelf->key);
	shelf_free(shelf);
}

struct tms_shelf *shelves_get(
	struct tms_shelves *shelves, const struct tms_str *names, size_t count)
{
	struct tms_buf key = { 0 };
	struct tms_shelf *shelf = NULL;

	write_key(&key, names, count);
	if (key.status != TMS_OK)
		goto out;
	shelf = tms_map_find(&shelves->by_key, tms_buf_str(&key));
	if (!shelf)
		shelf = add_shelf(shelves, &key, count);
	if (!shelf)
		goto out;
	shelf->is_left = false;
	resolve(shelves, shelf, names, count);
	shelves->unused -= shelf->users == 0;
	shelf->users++;
out:
	tms_buf_free(&key);
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

struct tms_shelf *shelves_pin(
	struct tms_shelves *shelves, const struct tms_str *names, size_t count)
{
	struct tms_shelf *shelf = shelves_get(shelves, names, count);

	if (shelf && shelf->pins++ == 0) {
		shelf_lru_remove(&shelves->lru, shelf);
		shelf_queue_update(shelf);
	}
	return shelf;
}

void shelves_unpin(struct tms_shelves *shelves, struct tms_shelf *shelf)
{
	if (shelf && --shelf->pins == 0) {
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
