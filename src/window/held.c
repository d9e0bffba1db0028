/* Quarantine: the items of suspect listings, which the window holds apart. */
#include <tamis/utf8.h>

#include "window_private.h"

static void drop_held(struct tms_window *window, size_t at)
{
	tms_packed_item_unref(window->held[at].packed);
	memmove(&window->held[at], &window->held[at + 1],
		(window->held_count - at - 1) * sizeof(window->held[0]));
	window->held_count--;
}

void window_unhold(struct tms_window *window, struct tms_str id)
{
	for (size_t i = 0; i < window->held_count; i++) {
		if (!tms_str_equal(window->held[i].packed->item.id, id))
			continue;
		drop_held(window, i);
		return;
	}
}

enum tms_status window_hold(struct tms_window *window, const struct tms_item *item, tms_time at)
{
	struct window_held held = { .at = at };

	if (item->id.len == 0)
		return TMS_OK;
	enum tms_status st = tms_packed_item_new(item, &held.packed);
	if (st != TMS_OK)
		return st;
	memcpy(held.numbers, item->numbers, sizeof(held.numbers));
	window_unhold(window, item->id);
	if (window->held_count == TMS_HELD_MAX)
		drop_held(window, 0);
	window->held[window->held_count++] = held;
	return TMS_OK;
}

void window_show_held(struct tms_window *window)
{
	struct tms_health *health = &window->health;

	health->held_count = window->held_count;
	memset(health->held_titles, 0, sizeof(health->held_titles));
	for (size_t i = 0; i < TMS_HEALTH_TITLES && i < window->held_count; i++) {
		const struct tms_item *item = &window->held[i].packed->item;
		struct tms_str words = item->title.len ? item->title : item->id;
		words = tms_utf8_cut(words, TMS_HEALTH_TITLE_BYTES - 1);
		memcpy(health->held_titles[i], words.ptr, words.len);
	}
}
