/*
 * The lists of a window: what is asked of its source, one by one, and what each has named. A record
 * has a bit for each list that ever named it. A list that was not heard for longest makes room.
 */
#include <stdlib.h>

#include "window_private.h"

size_t window_list_find(const struct tms_window *window, struct tms_str key)
{
	key = tms_str_slice(key, 0, WINDOW_LIST_KEY_BYTES_MAX);
	for (size_t i = 0; i < window->lists_count; i++)
		if (window->lists[i].key && tms_str_equal(tms_str_from(window->lists[i].key), key))
			return i;
	return WINDOW_LIST_NONE;
}

const struct window_list *window_list_last(const struct tms_window *window, struct tms_str key)
{
	const struct window_list *newest = NULL;
	size_t at = window_list_find(window, key);

	if (at != WINDOW_LIST_NONE && window->lists[at].heard != TMS_TIME_NONE)
		return &window->lists[at];
	for (size_t i = 0; i < window->lists_count; i++) {
		const struct window_list *list = &window->lists[i];
		if (list->key && list->heard != TMS_TIME_NONE &&
			(!newest || list->heard >= newest->heard))
			newest = list;
	}
	return newest;
}

void tms_window_set_asked(struct tms_window *window, const struct tms_str *keys, size_t count)
{
	for (size_t i = 0; i < window->lists_count; i++) {
		struct window_list *list = &window->lists[i];
		list->is_asked = false;
		for (size_t k = 0; k < count && list->key && !list->is_asked; k++)
			list->is_asked = tms_str_equal(keys[k], tms_str_from(list->key));
	}
}

void window_list_free(struct tms_window *window, size_t list)
{
	uint64_t others = ~WINDOW_LIST_BIT(list);
	size_t cursor = 0;
	void *value = NULL;

	for (size_t i = 0; i < window->count; i++)
		window->order[i]->record.lists &= others;
	while (tms_map_next(&window->retired, &cursor, NULL, &value)) {
		struct window_retired *retired = value;
		if (retired->whole)
			retired->whole->lists &= others;
	}
	free(window->lists[list].key);
	window->lists[list] = (struct window_list){ .key = NULL };
}

/* The place for a new list: a free one, a new one, or that of the list not heard for longest of
 * those that are no longer asked. */
static enum tms_status free_place(struct tms_window *window, size_t *out)
{
	size_t oldest = WINDOW_LIST_NONE;

	for (size_t i = 0; i < window->lists_count; i++) {
		const struct window_list *list = &window->lists[i];
		if (!list->key) {
			*out = i;
			return TMS_OK;
		}
		if (oldest == WINDOW_LIST_NONE || list->is_asked < window->lists[oldest].is_asked ||
			(list->is_asked == window->lists[oldest].is_asked &&
				list->heard < window->lists[oldest].heard))
			oldest = i;
	}
	if (window->lists_count == WINDOW_LISTS_MAX) {
		window_list_free(window, oldest);
		*out = oldest;
		return TMS_OK;
	}
	if (window->lists_count == window->lists_capacity) {
		size_t capacity = window->lists_capacity ? window->lists_capacity * 4 : 1;
		struct window_list *lists =
			reallocarray(window->lists, capacity, sizeof(struct window_list));
		if (!lists)
			return TMS_ENOMEM;
		window->lists = lists;
		window->lists_capacity = capacity;
	}
	*out = window->lists_count++;
	window->lists[*out] = (struct window_list){ .key = NULL };
	return TMS_OK;
}

enum tms_status window_list_get(struct tms_window *window, struct tms_str key, size_t *list)
{
	size_t known = window_list_find(window, key);

	if (known != WINDOW_LIST_NONE) {
		*list = known;
		return TMS_OK;
	}
	key = tms_str_slice(key, 0, WINDOW_LIST_KEY_BYTES_MAX);
	char *copy = malloc(key.len + 1);
	if (!copy || free_place(window, list) != TMS_OK) {
		free(copy);
		return TMS_ENOMEM;
	}
	if (key.len > 0)
		memcpy(copy, key.ptr, key.len);
	copy[key.len] = '\0';
	window->lists[*list] = (struct window_list){ .key = copy,
		.heard = TMS_TIME_NONE,
		.whole = TMS_TIME_NONE,
		.known = TMS_TIME_NONE,
		.newest = TMS_TIME_NONE,
		.evidence = WINDOW_EVIDENCE_NONE,
		.is_asked = true };
	return TMS_OK;
}

enum tms_status window_list_catch_up(struct tms_window *window, size_t list)
{
	struct window_list *told = &window->lists[list];
	tms_time known = told->known;
	enum tms_status st = TMS_OK;

	if (told->whole == TMS_TIME_NONE || known <= told->whole)
		return TMS_OK;
	for (size_t i = 0; i < window->count && st == TMS_OK; i++) {
		struct window_entry *entry = window->order[i];
		struct tms_record *record = &entry->record;
		if (!(record->lists & WINDOW_LIST_BIT(list)) || record->first_seen > told->newest ||
			record->last_listed >= known ||
			record->last_listed + window_entry_slack_s(entry) < told->whole)
			continue;
		record->last_listed = known;
		if (entry->stored_listed != TMS_TIME_NONE &&
			known - entry->stored_listed < WINDOW_STORE_LISTED_S)
			continue;
		entry->stored_listed = known;
		st = window_report_touched(window, record->id);
	}
	if (st == TMS_OK)
		told->whole = known;
	return st;
}
