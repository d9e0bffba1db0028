#include <tamis/window.h>

#include <stdlib.h>

#include "record_json.h"
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

static void entry_free(struct window_entry *entry)
{
	for (size_t i = 0; i < entry->record.sightings_count; i++)
		tms_sighting_fini(&entry->record.sightings[i]);
	free(entry->record.sightings);
	tms_view_item_unref(entry->solo);
	free(entry);
}

void tms_window_free(struct tms_window *window)
{
	size_t cursor = 0;
	void *value = NULL;

	if (!window)
		return;
	for (size_t i = 0; i < window->count; i++)
		entry_free(window->order[i]);
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

struct tms_str tms_window_source(const struct tms_window *window)
{
	return window->source;
}

struct tms_health *tms_window_health(struct tms_window *window)
{
	return &window->health;
}

uint64_t tms_window_generation(const struct tms_window *window)
{
	return window->generation;
}

uint64_t tms_window_digest(const struct tms_window *window)
{
	return window->digest;
}

size_t tms_window_count(const struct tms_window *window)
{
	return window->count;
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

static size_t entry_bytes(const struct window_entry *entry)
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

size_t tms_window_bytes(const struct tms_window *window)
{
	size_t bytes = sizeof(*window) + window->retired_bytes +
		       window->lists_capacity * sizeof(struct window_list) +
		       window->changes_capacity * sizeof(struct window_change);

	for (size_t i = 0; i < window->count; i++)
		bytes += entry_bytes(window->order[i]);
	return bytes;
}

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

enum tms_status window_ids_add(struct tms_arena *arena, struct window_ids *ids, struct tms_str id)
{
	if (!tms_arena_grow(arena, &ids->ids, ids->count, &ids->capacity, sizeof(*ids->ids)))
		return arena->status;
	ids->ids[ids->count] = tms_arena_copy(arena, id);
	if (arena->status != TMS_OK)
		return arena->status;
	ids->count++;
	return TMS_OK;
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

enum tms_status window_enter(
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

static uint64_t mix(uint64_t hash, const void *bytes, size_t len)
{
	return tms_hash((struct tms_hash_seed){ hash, len }, (struct tms_str){ bytes, len });
}

/* Everything that a feed can show or ask for, and nothing that merely says when we last looked. */
static uint64_t version_of(const struct tms_record *record)
{
	uint64_t hash = mix((uint64_t)record->first_seen, record->id.ptr, record->id.len);

	for (size_t i = 0; i < record->sightings_count; i++) {
		const struct tms_sighting *sighting = &record->sightings[i];
		const int64_t facts[] = { (int64_t)sighting->packed->hash, sighting->first_seen,
			sighting->published, sighting->changed_at };
		hash = mix(hash, facts, sizeof(facts));
		for (size_t k = 0; k < TMS_NUMBERS; k++)
			hash = mix(hash, sighting->tracks[k].steps,
				sighting->tracks[k].count * sizeof(struct tms_step));
	}
	return hash;
}

/* The digest is the sum of these, so that one record's change costs one record's work. */
static uint64_t share_of(const struct tms_record *record)
{
	return record->version ? mix(0, &record->version, sizeof(record->version)) : 0;
}

bool window_reckon(struct tms_window *window, struct window_entry *entry)
{
	uint64_t version = version_of(&entry->record);

	version += version == 0; /* 0: not reckoned yet */
	if (version == entry->record.version)
		return false;
	window->digest -= share_of(&entry->record);
	entry->record.version = version;
	window->digest += share_of(&entry->record);
	window->generation++;
	note_change(window, entry);
	return true;
}

void window_drop(struct tms_window *window, struct window_entry *entry)
{
	size_t at = place_of(window, entry->record.id);

	memmove(&window->order[at], &window->order[at + 1],
		(window->count - at - 1) * sizeof(struct window_entry *));
	window->count--;
	(void)tms_map_remove(&window->records, entry->record.id);
	window->digest -= share_of(&entry->record);
	window->generation++;
	window->drops++;
	unnote_change(window, entry);
	entry_free(entry);
}

void tms_window_forget(struct tms_window *window, struct tms_str id)
{
	struct window_entry *entry = tms_map_find(&window->records, id);

	window_unremember(window, id);
	if (entry)
		window_drop(window, entry);
}
