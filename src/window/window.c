/* A window as a whole: made, freed, looked into (see <tamis/window.h>). */
#include <tamis/window.h>

#include <stdlib.h>

#include "window_private.h"

enum tms_status tms_window_new(
	struct tms_str source, struct tms_hash_seed seed, struct tms_window **out)
{
	struct tms_window *window = calloc(1, sizeof(*window));
	char *name = malloc(source.len + 1);

	if (!window || !name) {
		free(window);
		free(name);
		return TMS_ENOMEM;
	}
	if (source.len > 0)
		memcpy(name, source.ptr, source.len);
	name[source.len] = '\0';
	window->source = (struct tms_str){ name, source.len };
	window->records.seed = seed;
	window->retired.seed = seed;
	tms_health_init(&window->health);
	*out = window;
	return TMS_OK; /* cppcheck-suppress memleak ; window->source owns the name */
}

void tms_window_free(struct tms_window *window)
{
	size_t cursor = 0;
	void *value = NULL;

	if (!window)
		return;
	for (size_t i = 0; i < window->count; i++)
		window_entry_free(window->order[i]);
	while (tms_map_next(&window->retired, &cursor, NULL, &value)) {
		free(((struct window_retired *)value)->whole);
		free(value);
	}
	for (size_t i = 0; i < window->lists_count; i++)
		free(window->lists[i].key);
	for (size_t i = 0; i < window->held_count; i++)
		tms_packed_item_unref(window->held[i].packed);
	tms_map_free(&window->records);
	tms_map_free(&window->retired);
	tms_arena_free(&window->report);
	free(window->lists);
	free(window->order);
	free(window->changes);
	free((char *)window->source.ptr);
	free(window);
}

struct tms_health *tms_window_health(struct tms_window *window)
{
	return &window->health;
}

uint64_t tms_window_generation(const struct tms_window *window)
{
	return window->generation;
}

size_t tms_window_count(const struct tms_window *window)
{
	return window->count;
}

static unsigned sighting_traits(const struct tms_sighting *sighting)
{
	unsigned traits = tms_item_traits(&sighting->packed->item);

	for (int i = 0; i < TMS_NUMBERS; i++)
		traits |= sighting->tracks[i].count > 0 ? 1u << i : 0;
	return traits;
}

unsigned tms_window_traits(const struct tms_window *window, size_t most)
{
	size_t count = tms_window_count(window);
	unsigned traits = 0;

	if (count > most)
		return TMS_TRAITS_ALL;
	for (size_t i = 0; i < count && traits != TMS_TRAITS_ALL; i++) {
		const struct tms_record *record = tms_window_at(window, i);
		for (size_t k = 0; k < record->sightings_count; k++)
			traits |= sighting_traits(&record->sightings[k]);
	}
	return traits;
}

const struct tms_record *tms_window_at(const struct tms_window *window, size_t i)
{
	return &window->order[i]->record;
}

const struct tms_record *tms_window_find(const struct tms_window *window, struct tms_str id)
{
	const struct window_entry *entry = tms_map_find(&window->records, id);
	return entry ? &entry->record : NULL;
}

bool tms_window_is_retired(const struct tms_window *window, struct tms_str id)
{
	return tms_map_find(&window->retired, id) != NULL;
}

size_t tms_window_bytes(const struct tms_window *window)
{
	size_t bytes = sizeof(*window) + window->retired_bytes +
		       window->lists_capacity * sizeof(struct window_list) +
		       window->changes_capacity * sizeof(struct window_change);

	for (size_t i = 0; i < window->count; i++)
		bytes += window_entry_bytes(window->order[i]);
	return bytes;
}
