/* What a window remembers beside its records: lengths of the last good listings, and held items. */
#include <stdlib.h>

#include <tamis/utf8.h>

#include "parts.h"

static size_t find_length(const struct tms_window *window, struct tms_str poll)
{
	for (size_t i = 0; i < window->polls_count; i++)
		if (tms_str_equal(tms_str_from(window->polls[i].key), poll))
			return i;
	return SIZE_MAX;
}

const struct tms_poll_length *tms_window_length(
	const struct tms_window *window, struct tms_str poll)
{
	size_t at = find_length(window, poll);
	const struct tms_poll_length *newest = NULL;

	if (at != SIZE_MAX)
		return &window->polls[at];
	for (size_t i = 0; i < window->polls_count; i++)
		if (!newest || window->polls[i].at >= newest->at)
			newest = &window->polls[i];
	return newest;
}

/* The place for a new key: behind the others, or that of the address not polled for longest. */
static size_t free_place(struct tms_window *window)
{
	size_t oldest = 0;

	if (window->polls_count < TMS_POLLS_MAX)
		return window->polls_count++;
	for (size_t i = 1; i < window->polls_count; i++)
		if (window->polls[i].at < window->polls[oldest].at)
			oldest = i;
	free(window->polls[oldest].key);
	return oldest;
}

enum tms_status tms_window_set_length(
	struct tms_window *window, struct tms_str poll, size_t items, tms_time at)
{
	struct tms_str key = tms_str_slice(poll, 0, TMS_POLL_BYTES_MAX);
	size_t place = find_length(window, key);

	if (place == SIZE_MAX) {
		char *copy = malloc(key.len + 1);
		if (!copy)
			return TMS_ENOMEM;
		if (key.len > 0)
			memcpy(copy, key.ptr, key.len);
		copy[key.len] = '\0';
		place = free_place(window);
		window->polls[place].key = copy;
	}
	window->polls[place].items = items;
	window->polls[place].at = at;
	return TMS_OK;
}

static void drop_held(struct tms_window *window, size_t at)
{
	tms_kept_unref(window->held[at].kept);
	memmove(&window->held[at], &window->held[at + 1],
		(window->held_count - at - 1) * sizeof(window->held[0]));
	window->held_count--;
}

void tms_window_unhold(struct tms_window *window, struct tms_str id)
{
	for (size_t i = 0; i < window->held_count; i++) {
		if (!tms_str_equal(window->held[i].kept->item.id, id))
			continue;
		drop_held(window, i);
		return;
	}
}

enum tms_status tms_window_hold(struct tms_window *window, const struct tms_item *item, tms_time at)
{
	struct tms_held held = { .at = at };

	if (item->id.len == 0)
		return TMS_OK;
	enum tms_status status = tms_kept_new(item, &held.kept);
	if (status != TMS_OK)
		return status;
	memcpy(held.numbers, item->numbers, sizeof(held.numbers));
	tms_window_unhold(window, item->id);
	if (window->held_count == TMS_HELD_MAX)
		drop_held(window, 0);
	window->held[window->held_count++] = held;
	return TMS_OK;
}

void tms_window_show_held(struct tms_window *window)
{
	struct tms_health *health = &window->health;

	health->held_count = window->held_count;
	memset(health->held_titles, 0, sizeof(health->held_titles));
	for (size_t i = 0; i < TMS_HEALTH_TITLES && i < window->held_count; i++) {
		const struct tms_item *item = &window->held[i].kept->item;
		struct tms_str words = item->title.len ? item->title : item->id;
		words = tms_utf8_cut(words, TMS_HEALTH_TITLE_BYTES - 1);
		memcpy(health->held_titles[i], words.ptr, words.len);
	}
}
