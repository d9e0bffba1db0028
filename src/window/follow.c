/*
 * Following a window: its journal (entry.c) has each record once, by the generation at which it
 * changed last; what left is counted there and not noted.
 */
#include "follow.h"

#include "window_private.h"

bool window_follow_is_behind(const struct window_follow *follow)
{
	return follow->window && follow->generation != follow->window->generation;
}

const struct tms_record *window_follow_next(const struct window_follow *follow)
{
	const struct tms_window *window = follow->window;

	if (!window_follow_is_behind(follow))
		return NULL;
	for (size_t i = window_changes_after(window, follow->generation); i < window->changes_count;
		i++)
		if (window->changes[i].entry)
			return &window->changes[i].entry->record;
	return NULL;
}

void window_follow_seen(struct window_follow *follow, const struct tms_record *record)
{
	follow->generation = ((const struct window_entry *)(const void *)record)->changed;
}

bool window_follow_end(struct window_follow *follow)
{
	bool has_drops = follow->drops != follow->window->drops;

	follow->generation = follow->window->generation;
	follow->drops = follow->window->drops;
	return has_drops;
}

const struct tms_record *window_shown(const struct tms_window *window, struct tms_str id)
{
	const struct tms_record *record = tms_window_find(window, id);

	return record && record->version != 0 ? record : NULL;
}

struct tms_str window_name(const struct tms_window *window)
{
	return window->source;
}
