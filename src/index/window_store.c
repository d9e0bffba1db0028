/* A window's records as the store has them. */
#include <tamis/json.h>
#include <tamis/window.h>

#include <stdlib.h>

#include "codec.h"
#include "parts.h"

enum tms_status tms_window_write_record(
	const struct tms_window *window, struct tms_str id, struct tms_buf *buf)
{
	const struct tms_record *record = tms_window_find(window, id);
	const struct tms_retired *retired = tms_map_find(&window->retired, id);

	if (record) {
		tms_record_write(buf, record);
		return buf->status;
	}
	if (!retired)
		return TMS_EINVAL;
	struct tms_json_writer w = { .buf = buf };
	tms_json_begin(&w, '{');
	tms_json_member_int(&w, "v", TMS_CODEC_VERSION);
	tms_json_member_str(&w, "id", id);
	tms_json_member_int(&w, "retired", retired->at);
	tms_json_end(&w);
	return buf->status;
}

static void give_back(struct tms_codec_record *stored)
{
	for (size_t i = 0; i < stored->sightings_count; i++)
		tms_sighting_fini(&stored->sightings[i]);
}

/* Takes the stored sightings, also on failure. */
static enum tms_status put_record(struct tms_window *window, struct tms_codec_record *stored)
{
	struct tms_entry *entry = tms_map_find(&window->records, stored->id);
	size_t count = stored->sightings_count;
	struct tms_sighting *sightings = calloc(count, sizeof(*sightings));
	enum tms_status status = sightings ? TMS_OK : TMS_ENOMEM;

	if (status == TMS_OK && !entry)
		status = tms_window_enter(window, stored->id, &entry);
	if (status != TMS_OK) {
		free(sightings);
		give_back(stored);
		return status;
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
	entry->stored_listed = stored->last_listed;
	(void)tms_window_reckon(window, entry);
	tms_window_unremember(window, stored->id);
	return TMS_OK;
}

static enum tms_status put_retired(struct tms_window *window, const struct tms_codec_record *stored)
{
	struct tms_entry *entry = tms_map_find(&window->records, stored->id);

	enum tms_status status = tms_window_remember(window, stored->id, stored->retired);
	if (status == TMS_OK && entry)
		tms_window_drop(window, entry);
	return status;
}

enum tms_status tms_window_load_record(
	struct tms_window *window, struct tms_str bytes, struct tms_diag *diag)
{
	struct tms_codec_record stored = { .id = { 0 } };
	struct json_t *value = NULL;

	enum tms_status status = tms_codec_open(bytes, &value, diag);
	if (status == TMS_OK)
		status = tms_codec_read_record(value, &stored, diag);
	if (status == TMS_OK)
		status = stored.retired == TMS_TIME_NONE ? put_record(window, &stored)
							 : put_retired(window, &stored);
	tms_json_free(value);
	return status;
}
