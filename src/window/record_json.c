/* The stored form of a record, written, and what the other stored forms of a window are read by. */
#include <tamis/json.h>
#include <tamis/record.h>

#include "record_json.h"

/* ---- writing ---- */

static void write_list(struct tms_json_writer *w, const struct tms_item_list *list,
	const char *array, size_t count)
{
	if (count == 0)
		return;
	tms_json_key(w, list->name);
	tms_json_begin(w, '[');
	for (size_t i = 0; i < count; i++, array += list->size) {
		const struct tms_str *runs = (const struct tms_str *)(const void *)array;
		if (list->runs == 1) {
			tms_json_add_str(w, runs[0]);
			continue;
		}
		tms_json_begin(w, '{');
		for (size_t k = 0; k < list->runs; k++)
			if (runs[k].len > 0)
				tms_json_member_str(w, list->run_names[k], runs[k]);
		if (list->offset == offsetof(struct tms_item, links)) {
			const struct tms_link *link = (const struct tms_link *)(const void *)array;
			if (link->length != TMS_NUMBER_NONE)
				tms_json_member_int(w, "length", link->length);
		}
		tms_json_end(w);
	}
	tms_json_end(w);
}

void record_write_time(struct tms_json_writer *w, const char *key, tms_time t)
{
	if (t != TMS_TIME_NONE)
		tms_json_member_int(w, key, t);
}

void record_write_item(struct tms_json_writer *w, const struct tms_item *item)
{
	size_t runs_count = 0, lists_count = 0;
	const struct tms_item_run *runs = tms_item_runs(&runs_count);
	const struct tms_item_list *lists = tms_item_lists(&lists_count);

	tms_json_begin(w, '{');
	for (size_t i = 0; i < runs_count; i++) {
		struct tms_str run = { 0 };
		memcpy(&run, (const char *)item + runs[i].offset, sizeof(run));
		if (run.len > 0 && runs[i].offset != offsetof(struct tms_item, id))
			tms_json_member_str(w, runs[i].name, run);
	}
	for (size_t i = 0; i < lists_count; i++) {
		const char *array = NULL;
		size_t count = 0;
		memcpy(&array, (const char *)item + lists[i].offset, sizeof(array));
		memcpy(&count, (const char *)item + lists[i].count_offset, sizeof(count));
		write_list(w, &lists[i], array, count);
	}
	record_write_time(w, "published", item->published);
	record_write_time(w, "submitted", item->submitted);
	if (item->published_day_only)
		tms_json_member_bool(w, "published_day_only", true);
	if (item->withdrawn)
		tms_json_member_bool(w, "withdrawn", true);
	tms_json_end(w);
}

static void write_track(struct tms_json_writer *w, const char *key, const struct tms_track *track)
{
	if (track->count == 0)
		return;
	tms_json_key(w, key);
	tms_json_begin(w, '[');
	for (size_t i = 0; i < track->count; i++) {
		tms_json_begin(w, '[');
		tms_json_add_int(w, track->steps[i].at);
		tms_json_add_int(w, track->steps[i].value);
		tms_json_end(w);
	}
	tms_json_end(w);
}

static void write_sighting(struct tms_json_writer *w, const struct tms_sighting *sighting)
{
	tms_json_begin(w, '{');
	tms_json_member_int(w, "origin", sighting->packed->item.origin);
	tms_json_member_int(w, "first_seen", sighting->first_seen);
	tms_json_member_int(w, "last_seen", sighting->last_seen);
	tms_json_member_int(w, "published", sighting->published);
	record_write_time(w, "changed_at", sighting->changed_at);
	for (size_t i = 0; i < TMS_NUMBERS; i++)
		write_track(w, tms_number_name((enum tms_number)i), &sighting->tracks[i]);
	tms_json_key(w, "item");
	record_write_item(w, &sighting->packed->item);
	tms_json_end(w);
}

void record_write(struct tms_buf *buf, const struct tms_record *record, const struct tms_str *lists,
	size_t lists_count)
{
	struct tms_json_writer w = { .buf = buf };

	tms_json_begin(&w, '{');
	tms_json_member_int(&w, "v", RECORD_JSON_VERSION);
	tms_json_member_str(&w, "id", record->id);
	tms_json_member_int(&w, "first_seen", record->first_seen);
	tms_json_member_int(&w, "last_listed", record->last_listed);
	if (lists_count > 0) {
		tms_json_key(&w, "lists");
		tms_json_begin(&w, '[');
		for (size_t i = 0; i < lists_count; i++)
			tms_json_add_str(&w, lists[i]);
		tms_json_end(&w);
	}
	tms_json_key(&w, "sightings");
	tms_json_begin(&w, '[');
	for (size_t i = 0; i < record->sightings_count; i++)
		write_sighting(&w, &record->sightings[i]);
	tms_json_end(&w);
	tms_json_end(&w);
}

/* ---- reading ---- */

enum tms_status record_malformed(struct tms_diag *diag, const char *what)
{
	tms_diag_set(diag, 0, 0, "stored record: %s", what);
	return TMS_EMALFORMED;
}

enum tms_status record_check_version(int64_t version, struct tms_diag *diag)
{
	if (version < 1)
		return record_malformed(diag, "expected an object with a version \"v\"");
	if (version <= RECORD_JSON_VERSION)
		return TMS_OK;
	tms_diag_set(diag, 0, 0,
		"stored record: version %lld is newer than this program, which reads %d",
		(long long)version, RECORD_JSON_VERSION);
	return TMS_EMALFORMED;
}

enum tms_status record_open(struct tms_str bytes, struct json_t **out, struct tms_diag *diag)
{
	struct json_t *value = NULL;
	int64_t version = 0;

	enum tms_status st = tms_json_parse(bytes, NULL, &value, diag);
	if (st != TMS_OK)
		return st;
	(void)tms_json_int(value, "v", &version); /* 0: none */
	st = record_check_version(version, diag);
	if (st == TMS_OK)
		*out = value;
	else
		tms_json_free(value);
	return st;
}

bool record_read_time(const struct json_t *object, const char *key, tms_time *out)
{
	int64_t t = 0;

	*out = TMS_TIME_NONE;
	if (tms_json_kind_of(tms_json_get(object, key)) == TMS_JSON_NONE)
		return true;
	if (!tms_json_int(object, key, &t) || t < -TMS_TIME_MAX || t > TMS_TIME_MAX)
		return false;
	*out = t;
	return true;
}
