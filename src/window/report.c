/*
 * What one change of a window did, for whoever stores it: ids of records to be stored again, and of
 * those to be deleted. They lie in an arena of the window, which the next change frees.
 */
#include "window_private.h"

void window_report_begin(struct tms_window *window)
{
	tms_arena_free(&window->report);
	window->touched = (struct window_ids){ 0 };
	window->forgotten = (struct window_ids){ 0 };
}

void window_report_end(const struct tms_window *window, struct tms_apply_report *out)
{
	out->touched = window->touched.ids;
	out->touched_count = window->touched.count;
	out->forgotten = window->forgotten.ids;
	out->forgotten_count = window->forgotten.count;
}

static enum tms_status add(struct tms_arena *arena, struct window_ids *ids, struct tms_str id)
{
	if (!tms_arena_grow(arena, &ids->ids, ids->count, &ids->capacity, sizeof(*ids->ids)))
		return arena->status;
	ids->ids[ids->count] = tms_arena_copy(arena, id);
	if (arena->status != TMS_OK)
		return arena->status;
	ids->count++;
	return TMS_OK;
}

enum tms_status window_report_touched(struct tms_window *window, struct tms_str id)
{
	return add(&window->report, &window->touched, id);
}

enum tms_status window_report_forgotten(struct tms_window *window, struct tms_str id)
{
	return add(&window->report, &window->forgotten, id);
}
