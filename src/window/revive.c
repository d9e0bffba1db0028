/*
 * Items that come back. A retired item that one of its lists may still have, because it was not
 * heard since, is kept whole, in its stored form: when that list names it, it was there all the
 * time, and is again what it was.
 */
#include <stdlib.h>

#include "window_private.h"

/* Larger records are not kept whole. */
#define WHOLE_BYTES_MAX ((size_t)256 << 10)

/* The list has brought no whole listing since it may have named what was listed at `listed`, which
 * may be as late as the store is. */
static bool may_still_have(const struct window_list *list, tms_time listed)
{
	return list->evidence.seen[0] <= listed + WINDOW_STORE_LISTED_S;
}

enum tms_status window_whole_new(const struct tms_window *window, const struct window_entry *entry,
	struct window_whole **out)
{
	const struct tms_record *record = &entry->record;
	struct tms_buf buf = { .max = WHOLE_BYTES_MAX };
	struct window_whole *whole = NULL;
	bool is_wanted = false;

	*out = NULL;
	for (size_t i = 0; i < window->lists_count; i++)
		is_wanted |= record->lists & WINDOW_LIST_BIT(i) &&
			     may_still_have(&window->lists[i], record->last_listed);
	if (!is_wanted)
		return TMS_OK;
	enum tms_status st = tms_window_write_record(window, record->id, &buf);
	if (st == TMS_OK) {
		whole = malloc(sizeof(*whole) + buf.len);
		st = whole ? TMS_OK : TMS_ENOMEM;
	}
	if (whole) {
		*whole = (struct window_whole){ record->last_listed, record->lists, buf.len };
		memcpy(whole->bytes, buf.ptr, buf.len);
	}
	tms_buf_free(&buf);
	*out = whole;
	return st == TMS_ELIMIT ? TMS_OK : st;
}

enum tms_status window_revive(struct tms_window *window, struct window_retired *retired,
	size_t list, struct window_entry **out)
{
	const struct window_whole *whole = retired->whole;

	*out = NULL;
	if (!whole || !(whole->lists & WINDOW_LIST_BIT(list)) ||
		!may_still_have(&window->lists[list], whole->listed))
		return TMS_OK;
	struct tms_buf id = { 0 };
	tms_buf_add(&id, (struct tms_str){ retired->id, retired->id_len });
	enum tms_status st = id.status;
	if (st == TMS_OK) /* `retired` is gone after it */
		st = tms_window_load_record(
			window, (struct tms_str){ whole->bytes, whole->len }, NULL);
	if (st == TMS_OK)
		*out = tms_map_find(&window->records, tms_buf_str(&id));
	if (*out)
		(*out)->stored_listed = TMS_TIME_NONE; /* the store has it as retired */
	tms_buf_free(&id);
	return st == TMS_EMALFORMED ? TMS_OK : st;
}
