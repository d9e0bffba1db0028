/* A window's records and retired ids as the store has them: written, and put back at start. */
#include <tamis/json.h>
#include <tamis/window.h>

#include <stdlib.h>

#include "record_json.h"
#include "window_private.h"

/* Keys of the lists that have named the record, in the order of their places. */
static size_t lists_of(
	const struct tms_window *window, uint64_t lists, struct tms_str keys[WINDOW_LISTS_MAX])
{
	size_t count = 0;

	for (size_t i = 0; i < window->lists_count; i++)
		if (lists & WINDOW_LIST_BIT(i))
			keys[count++] = tms_str_from(window->lists[i].key);
	return count;
}

enum tms_status tms_window_write_record(
	const struct tms_window *window, struct tms_str id, struct tms_buf *buf)
{
	const struct tms_record *record = tms_window_find(window, id);
	const struct window_retired *retired = tms_map_find(&window->retired, id);
	struct tms_str keys[WINDOW_LISTS_MAX];

	if (record) {
		size_t count = lists_of(window, record->lists, keys);
		record_write(buf, record, keys, count);
		return buf->status;
	}
	if (!retired)
		return TMS_EINVAL;
	struct tms_json_writer w = { .buf = buf };
	tms_json_begin(&w, '{');
	tms_json_member_int(&w, "v", RECORD_JSON_VERSION);
	tms_json_member_str(&w, "id", id);
	tms_json_member_int(&w, "retired", retired->at);
	if (retired->whole) {
		tms_json_key(&w, "record");
		tms_json_add_raw(
			&w, (struct tms_str){ retired->whole->bytes, retired->whole->len });
	}
	tms_json_end(&w);
	return buf->status;
}

/* A list that the window does not know is one that nobody asks any more. */
static uint64_t read_lists(const struct tms_window *window, const struct record_stored *stored)
{
	uint64_t lists = 0;

	for (size_t i = 0; i < stored->lists_count; i++)
		lists |= WINDOW_LIST_BIT(window_list_find(window, stored->lists[i]));
	return lists;
}

static void give_back(struct record_stored *stored)
{
	for (size_t i = 0; i < stored->sightings_count; i++)
		tms_sighting_fini(&stored->sightings[i]);
}

/* Takes the stored sightings, also on failure. */
static enum tms_status put_record(struct tms_window *window, struct record_stored *stored)
{
	struct window_entry *entry = tms_map_find(&window->records, stored->id);
	size_t count = stored->sightings_count;
	struct tms_sighting *sightings = calloc(count, sizeof(*sightings));
	enum tms_status st = sightings ? TMS_OK : TMS_ENOMEM;

	if (st == TMS_OK && !entry)
		st = window_entry_new(window, stored->id, &entry);
	if (st != TMS_OK) {
		free(sightings);
		give_back(stored);
		return st;
	}
	struct tms_record *record = &entry->record;
	for (size_t i = 0; i < record->sightings_count; i++)
		tms_sighting_fini(&record->sightings[i]);
	free(record->sightings);
	for (size_t i = 0; i < count; i++) {
		sightings[i] = stored->sightings[i];
		sightings[i].source = window->source;
	}
	record->sightings = sightings;
	record->sightings_count = count;
	record->first_seen = stored->first_seen;
	record->last_listed = stored->last_listed;
	record->lists |= read_lists(window, stored);
	entry->stored_listed = stored->last_listed;
	entry->stamp = 0;
	(void)window_entry_reckon(window, entry);
	window_retired_drop(window, stored->id);
	return TMS_OK;
}

/* Of a retired item, what it was; checked, because it is read again only when it comes back. */
static enum tms_status read_whole(const struct tms_window *window, struct tms_arena *arena,
	struct tms_str bytes, struct window_whole **out, struct tms_diag *diag)
{
	struct record_stored record = { .id = { 0 } };

	*out = NULL;
	if (bytes.len == 0)
		return TMS_OK;
	enum tms_status st = record_read(arena, bytes, &record, diag);
	if (st != TMS_OK)
		return st;
	give_back(&record);
	if (record.retired != TMS_TIME_NONE)
		return record_malformed(diag, "what is kept of a retired item is none");
	struct window_whole *whole = malloc(sizeof(*whole) + bytes.len);
	if (!whole)
		return TMS_ENOMEM;
	*whole =
		(struct window_whole){ record.last_listed, read_lists(window, &record), bytes.len };
	memcpy(whole->bytes, bytes.ptr, bytes.len);
	*out = whole;
	return TMS_OK;
}

static enum tms_status put_retired(struct tms_window *window, struct tms_arena *arena,
	const struct record_stored *stored, struct tms_diag *diag)
{
	struct window_entry *entry = tms_map_find(&window->records, stored->id);
	struct window_whole *whole = NULL;

	enum tms_status st = read_whole(window, arena, stored->whole, &whole, diag);
	if (st == TMS_OK)
		st = window_retired_add(window, stored->id, stored->retired, whole);
	if (st == TMS_OK && entry)
		window_entry_drop(window, entry);
	return st;
}

enum tms_status tms_window_load_record(
	struct tms_window *window, struct tms_str bytes, struct tms_diag *diag)
{
	struct record_stored stored = { .id = { 0 } };
	struct tms_arena arena = { 0 };

	enum tms_status st = record_read(&arena, bytes, &stored, diag);
	if (st == TMS_OK)
		st = stored.retired == TMS_TIME_NONE ? put_record(window, &stored)
						     : put_retired(window, &arena, &stored, diag);
	tms_arena_free(&arena);
	return st;
}
