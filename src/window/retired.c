/* Tombstones: the ids of retired items, remembered so that they never return as new. */
#include <stdlib.h>

#include "window_private.h"

static size_t whole_bytes(const struct window_whole *whole)
{
	return whole ? sizeof(*whole) + whole->len : 0;
}

void window_retired_drop_whole(struct tms_window *window, struct window_retired *retired)
{
	window->retired_bytes -= whole_bytes(retired->whole);
	free(retired->whole);
	retired->whole = NULL;
}

static void set_whole(
	struct tms_window *window, struct window_retired *retired, struct window_whole *whole)
{
	window_retired_drop_whole(window, retired);
	retired->whole = whole;
	window->retired_bytes += whole_bytes(whole);
}

enum tms_status window_retired_add(
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

void window_retired_drop(struct tms_window *window, struct tms_str id)
{
	struct window_retired *retired = tms_map_remove(&window->retired, id);

	if (!retired)
		return;
	window_retired_drop_whole(window, retired);
	window->retired_bytes -= sizeof(*retired) + retired->id_len;
	free(retired);
}
