/*
 * Retired ids, remembered so that they never return as new. An item that one of its lists may still
 * have, because it was not heard since, is kept whole: when that list names it, it was there all
 * the time, and comes back as it was.
 */
#include <stdlib.h>

#include "record_json.h"
#include "window_private.h"

/* Larger records are not kept whole. */
#define WHOLE_BYTES_MAX ((size_t)256 << 10)

static size_t whole_bytes(const struct window_whole *whole)
{
	return whole ? sizeof(*whole) + whole->len : 0;
}

void window_drop_whole(struct tms_window *window, struct window_retired *retired)
{
	window->retired_bytes -= whole_bytes(retired->whole);
	free(retired->whole);
	retired->whole = NULL;
}

static void set_whole(
	struct tms_window *window, struct window_retired *retired, struct window_whole *whole)
{
	window_drop_whole(window, retired);
	retired->whole = whole;
	window->retired_bytes += whole_bytes(whole);
}

enum tms_status window_remember(
	struct tms_window *window, struct tms_str id, tms_time at, struct window_whole *whole)
{
	struct window_retired *retired = tms_map_find(&window->retired, id);

	if (retired) {
		retired->at = at;
		set_whole(window, retired, whole);
		return TMS_OK;
	}
	retired = malloc(sizeof(*retired) + id.len + 1);
	if (!retired)
		goto failed;
	*retired = (struct window_retired){ .at = at, .id_len = id.len };
	memcpy(retired->id, id.ptr, id.len);
	retired->id[id.len] = '\0';
	struct tms_str key = { retired->id, id.len };
	if (tms_map_put(&window->retired, key, retired) != TMS_OK)
		goto failed;
	window->retired_bytes += sizeof(*retired) + id.len;
	set_whole(window, retired, whole);
	return TMS_OK;
failed:
	free(retired);
	free(whole);
	return TMS_ENOMEM;
}

void window_unremember(struct tms_window *window, struct tms_str id)
{
	struct window_retired *retired = tms_map_remove(&window->retired, id);

	if (!retired)
		return;
	window_drop_whole(window, retired);
	window->retired_bytes -= sizeof(*retired) + retired->id_len;
	free(retired);
}

/* The list has brought no whole listing since it may have named what was listed at `listed`, which
 * may be as late as the store is. */
static bool may_still_have(const struct window_list *list, tms_time listed)
{
	return list->evidence.seen[0] <= listed + WINDOW_STORE_LISTED_S;
}

enum tms_status window_keep_whole(const struct tms_window *window, const struct window_entry *entry,
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
	enum tms_status status = tms_window_write_record(window, record->id, &buf);
	if (status == TMS_OK) {
		whole = malloc(sizeof(*whole) + buf.len);
		status = whole ? TMS_OK : TMS_ENOMEM;
	}
	if (whole) {
		*whole = (struct window_whole){ record->last_listed, record->lists, buf.len };
		memcpy(whole->bytes, buf.ptr, buf.len);
	}
	tms_buf_free(&buf);
	*out = whole;
	return status == TMS_ELIMIT ? TMS_OK : status;
}

enum tms_status window_bring_back(struct tms_window *window, struct window_retired *retired,
	size_t list, struct window_entry **out)
{
	const struct window_whole *whole = retired->whole;

	*out = NULL;
	if (!whole || !(whole->lists & WINDOW_LIST_BIT(list)) ||
		!may_still_have(&window->lists[list], whole->listed))
		return TMS_OK;
	struct tms_buf id = { 0 };
	tms_buf_add(&id, (struct tms_str){ retired->id, retired->id_len });
	enum tms_status status = id.status;
	if (status == TMS_OK) /* `retired` is gone after it */
		status = tms_window_load_record(
			window, (struct tms_str){ whole->bytes, whole->len }, NULL);
	if (status == TMS_OK)
		*out = tms_map_find(&window->records, tms_buf_str(&id));
	if (*out)
		(*out)->stored_listed = TMS_TIME_NONE; /* the store has it as retired */
	tms_buf_free(&id);
	return status == TMS_EMALFORMED ? TMS_OK : status;
}
