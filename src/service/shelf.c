/* One shelf: what it is called and weighs, who waits for it, and what it has to do next. */
#include "service/shelf.h"

#include <stdlib.h>

#include "service/shelves.h"
#include "service/sources.h"

/* What the set holds of each source, and the list of those that take that. */
#define SET_BYTES 8
/* The allocator takes a part more beside what is asked of it. */
#define ALLOCATOR_PART 3

struct tms_source *shelf_source(const struct tms_shelf *shelf, size_t i)
{
	return shelf->home->world->sources->by_number[shelf->set->sources[i]];
}

struct follower *shelf_follower(const struct tms_shelf *shelf, size_t i)
{
	return shelf->home->followers[shelf->set->sources[i]];
}

/* ---- who waits ---- */

/* Its sources come first while somebody waits for them. */
static void tell_sources(struct tms_shelf *shelf)
{
	bool is_waiting = shelf->waits != NULL;

	if (is_waiting == shelf->is_waiting)
		return;
	shelf->is_waiting = is_waiting;
	for (size_t i = 0; i < shelf->set->count; i++) {
		struct follower *follower = shelf_follower(shelf, i);
		follower->waited += is_waiting ? 1 : -1;
		follower_update(follower, &shelf->home->queue);
	}
}

void shelf_end_waits(struct tms_shelf *shelf, enum tms_shelf_word word)
{
	struct tms_shelf_wait *waits = shelf->waits;

	shelf->waits = NULL;
	shelf_update(shelf);
	while (waits) {
		struct tms_shelf_wait *wait = waits;
		waits = wait->next;
		wait->done(wait->context, word);
		free(wait);
	}
}

void shelf_drop_left(struct tms_shelf *shelf)
{
	struct tms_shelf_wait **at = &shelf->waits;

	while (*at) {
		struct tms_shelf_wait *wait = *at;
		if (wait->is_wanted(wait->context)) {
			at = &wait->next;
			continue;
		}
		*at = wait->next;
		wait->done(wait->context, TMS_SHELF_OVER);
		free(wait);
	}
	shelf_update(shelf);
}

/* ---- what it is ---- */

static int by_name(const void *a, const void *b)
{
	return tms_str_compare(*(const struct tms_str *)a, *(const struct tms_str *)b);
}

struct tms_str shelf_names(struct tms_arena *arena, const struct tms_shelf *shelf)
{
	size_t count = shelf->set->count;
	struct tms_str *names = TMS_ARENA_ARRAY(arena, struct tms_str, count + 1);
	struct tms_buf buf = { 0 };

	for (size_t i = 0; names && i < count; i++)
		names[i] = shelf_source(shelf, i)->name;
	if (names)
		qsort(names, count, sizeof(*names), by_name);
	for (size_t i = 0; names && i < count; i++) {
		if (i > 0)
			tms_buf_add_char(&buf, ',');
		tms_buf_add(&buf, names[i]);
	}
	return tms_arena_take(arena, &buf);
}

size_t shelf_bytes(const struct tms_shelf *shelf)
{
	size_t bytes = sizeof(*shelf) + sizeof(*shelf->set) + shelf->set->count * SET_BYTES +
		       shelf->rules.capacity * sizeof(*shelf->rules.list) +
		       shelf_scope_bytes(shelf);

	return bytes + bytes / ALLOCATOR_PART;
}

bool shelf_is_in(const struct tms_shelf *shelf)
{
	size_t i = 0;

	while (i < shelf->set->count && shelf_follower(shelf, i)->is_in)
		i++;
	return i == shelf->set->count;
}

bool tms_shelf_is_filled(const struct tms_shelf *shelf)
{
	return shelf->is_built && shelf_is_in(shelf);
}

bool shelf_has_unwritten(const struct tms_shelf *shelf)
{
	for (size_t i = 0; i < shelf->set->count; i++)
		if (shelf_follower(shelf, i)->unwritten_count > 0)
			return true;
	return false;
}

enum work_task shelf_task(const struct tms_shelf *shelf)
{
	if (shelf->to_mark)
		return WORK_MARK; /* makes what was published seen */
	if (shelf->waits && shelf_is_in(shelf))
		return WORK_BUILD;
	return shelf->to_confirm && shelf->is_built ? WORK_CONFIRM : WORK_NONE;
}

void shelf_update(struct tms_shelf *shelf)
{
	if (!shelf->home)
		return;
	enum work_task task = shelf_task(shelf);
	tell_sources(shelf);
	if (task == WORK_NONE)
		tms_run_queue_leave(&shelf->queued);
	else
		tms_run_queue_put(&shelf->home->queue, &shelf->queued,
			shelf->lru.is_in ? TMS_RUN_SECOND : TMS_RUN_FIRST, task);
}

void shelf_note_style(struct tms_shelf *shelf, struct tms_fragments *fragments, enum tms_form form,
	enum tms_feed_link link)
{
	shelf->home->fragments = fragments;
	for (size_t i = 0; i < shelf->set->count; i++)
		shelf_follower(shelf, i)->styles |= follower_style(form, link);
}
