/*
 * The entries of a window: found by id in a hash table, kept in byte order of the ids in an array.
 * What changes in them is noted in a journal, by the window's generation, so that a view looks only
 * at what it has not seen.
 */
#include <stdlib.h>

#include "record.h"
#include "window_private.h"

void window_entry_free(struct window_entry *entry)
{
	for (size_t i = 0; i < entry->record.sightings_count; i++)
		tms_sighting_fini(&entry->record.sightings[i]);
	free(entry->record.sightings);
	tms_view_item_unref(entry->solo);
	free(entry);
}

size_t window_entry_bytes(const struct window_entry *entry)
{
	size_t bytes = sizeof(*entry) + entry->record.id.len + sizeof(entry);

	for (size_t i = 0; i < entry->record.sightings_count; i++) {
		const struct tms_sighting *sighting = &entry->record.sightings[i];
		bytes += sizeof(*sighting) + sighting->packed->bytes;
		for (size_t k = 0; k < TMS_NUMBERS; k++)
			bytes += sighting->tracks[k].capacity * sizeof(struct tms_step);
	}
	return bytes;
}

int64_t window_entry_slack_s(const struct window_entry *entry)
{
	return entry->stamp ? 0 : WINDOW_STORE_LISTED_S;
}

/* Where the id stands in the order, or would stand. Ids mostly grow, so the end is tried first. */
static size_t place_of(const struct tms_window *window, struct tms_str id)
{
	size_t low = 0, high = window->count;

	if (high == 0 || tms_str_compare(window->order[high - 1]->record.id, id) < 0)
		return high;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (tms_str_compare(window->order[middle]->record.id, id) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static enum tms_status make_room(struct tms_window *window)
{
	if (window->count < window->capacity)
		return TMS_OK;
	size_t capacity = window->capacity ? window->capacity * 2 : 64;
	struct window_entry **order =
		realloc(window->order, capacity * sizeof(struct window_entry *));
	if (!order)
		return TMS_ENOMEM;
	window->order = order;
	/* twice as many as there can be entries: when it is full, half of it has been overtaken */
	struct window_change *changes =
		reallocarray(window->changes, 2 * capacity, sizeof(struct window_change));
	if (!changes)
		return TMS_ENOMEM;
	window->changes = changes;
	window->changes_capacity = 2 * capacity;
	window->capacity = capacity;
	return TMS_OK;
}

size_t window_changes_after(const struct tms_window *window, uint64_t generation)
{
	size_t low = 0, high = window->changes_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (window->changes[middle].generation <= generation)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* What was noted of the entry before is overtaken. */
static void unnote_change(struct tms_window *window, const struct window_entry *entry)
{
	if (entry->changed > 0)
		window->changes[window_changes_after(window, entry->changed - 1)].entry = NULL;
}

static void note_change(struct tms_window *window, struct window_entry *entry)
{
	size_t kept = 0;

	unnote_change(window, entry);
	if (window->changes_count == window->changes_capacity) {
		for (size_t i = 0; i < window->changes_count; i++)
			if (window->changes[i].entry)
				window->changes[kept++] = window->changes[i];
		window->changes_count = kept;
	}
	entry->changed = window->generation;
	window->changes[window->changes_count++] =
		(struct window_change){ window->generation, entry };
}

enum tms_status window_entry_new(
	struct tms_window *window, struct tms_str id, struct window_entry **out)
{
	if (make_room(window) != TMS_OK)
		return TMS_ENOMEM;
	struct window_entry *entry = calloc(1, sizeof(*entry) + id.len + 1);
	if (!entry)
		return TMS_ENOMEM;
	memcpy(entry->id, id.ptr, id.len);
	entry->record.id = (struct tms_str){ entry->id, id.len };
	entry->stored_listed = TMS_TIME_NONE;
	if (tms_map_put(&window->records, entry->record.id, entry) != TMS_OK) {
		free(entry);
		return TMS_ENOMEM;
	}
	size_t at = place_of(window, id);
	memmove(&window->order[at + 1], &window->order[at],
		(window->count - at) * sizeof(struct window_entry *));
	window->order[at] = entry;
	window->count++;
	*out = entry;
	return TMS_OK;
}

bool window_entry_reckon(struct tms_window *window, struct window_entry *entry)
{
	uint64_t version = record_version(&entry->record);

	if (version == entry->record.version)
		return false;
	entry->record.version = version;
	window->generation++;
	note_change(window, entry);
	return true;
}

void window_entry_drop(struct tms_window *window, struct window_entry *entry)
{
	size_t at = place_of(window, entry->record.id);

	memmove(&window->order[at], &window->order[at + 1],
		(window->count - at - 1) * sizeof(struct window_entry *));
	window->count--;
	(void)tms_map_remove(&window->records, entry->record.id);
	window->generation++;
	window->drops++;
	unnote_change(window, entry);
	window_entry_free(entry);
}
