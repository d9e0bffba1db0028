/* Records read from a tree: the slow reference that record_read.c is compared with. */
#include "tree_record.h"

#define SCRATCH_BYTES_MAX ((size_t)16 << 20)

static enum tms_status malformed(struct tms_diag *diag, const char *what)
{
	tms_diag_set(diag, 0, 0, "stored record: %s", what);
	return TMS_EMALFORMED;
}

static void read_element(
	const struct json_t *value, const struct tms_item_list *list, char *element)
{
	struct tms_str *runs = (struct tms_str *)(void *)element;

	if (list->runs == 1) {
		runs[0] = tms_json_text(value);
		return;
	}
	for (size_t k = 0; k < list->runs; k++)
		runs[k] = tms_json_str(value, list->run_names[k]);
	if (list->offset == offsetof(struct tms_item, links)) {
		struct tms_link *link = (struct tms_link *)(void *)element;
		link->length = TMS_NUMBER_NONE;
		(void)tms_json_int(value, "length", &link->length); /* absent: unknown */
	}
}

/* False when the first run of an element, without which it means nothing, is missing. */
static bool read_list(struct tms_arena *arena, const struct json_t *object,
	const struct tms_item_list *list, struct tms_item *out)
{
	const struct json_t *array = tms_json_array(object, list->name);
	size_t count = tms_json_count(array), first = 0;
	char *elements = count ? tms_arena_calloc(arena, count, list->size) : NULL;

	if (!elements)
		return true;
	if (list->offset == offsetof(struct tms_item, links))
		first = offsetof(struct tms_link, href) / sizeof(struct tms_str);
	for (size_t i = 0; i < count; i++) {
		char *element = elements + i * list->size;
		read_element(tms_json_at(array, i), list, element);
		if (((const struct tms_str *)(const void *)element)[first].len == 0)
			return false;
	}
	memcpy((char *)out + list->offset, &elements, sizeof(elements));
	memcpy((char *)out + list->count_offset, &count, sizeof(count));
	return true;
}

static enum tms_status read_item(struct tms_arena *arena, const struct json_t *value,
	struct tms_item *out, struct tms_diag *diag)
{
	size_t runs_count = 0, lists_count = 0;
	const struct tms_item_run *runs = tms_item_runs(&runs_count);
	const struct tms_item_list *lists = tms_item_lists(&lists_count);
	struct tms_item item;

	tms_item_init(&item);
	if (tms_json_kind_of(value) != TMS_JSON_OBJECT)
		return malformed(diag, "expected an object \"item\"");
	for (size_t i = 0; i < runs_count; i++) {
		if (runs[i].offset == offsetof(struct tms_item, id))
			continue;
		struct tms_str run = tms_json_str(value, runs[i].name);
		memcpy((char *)&item + runs[i].offset, &run, sizeof(run));
	}
	for (size_t i = 0; i < lists_count; i++)
		if (!read_list(arena, value, &lists[i], &item))
			return malformed(diag, "a list of the item has an empty element");
	if (!record_read_time(value, "published", &item.published) ||
		!record_read_time(value, "submitted", &item.submitted))
		return malformed(diag, "a time of the item is out of range");
	item.published_day_only = tms_json_bool(value, "published_day_only", false);
	item.withdrawn = tms_json_bool(value, "withdrawn", false);
	if (arena->status != TMS_OK)
		return arena->status;
	*out = item;
	return TMS_OK;
}

static enum tms_status read_track(
	const struct json_t *array, struct tms_track *track, struct tms_diag *diag)
{
	size_t count = tms_json_count(array);
	enum tms_status st = TMS_OK;
	tms_time before = -TMS_TIME_MAX;

	for (size_t i = 0; i < count && st == TMS_OK; i++) {
		const struct json_t *step = tms_json_at(array, i);
		int64_t at = 0, value = 0;
		bool moved = false;
		if (!tms_json_value_int(tms_json_at(step, 0), &at) ||
			!tms_json_value_int(tms_json_at(step, 1), &value) || at < before ||
			at > TMS_TIME_MAX || value < 0)
			return malformed(diag, "a number's history is not a list of [time, value]");
		before = at;
		st = tms_track_add(track, at, value, &moved);
	}
	return st;
}

static enum tms_status read_sighting(struct tms_arena *scratch, const struct json_t *value,
	struct tms_str id, struct tms_sighting *out, struct tms_diag *diag)
{
	struct tms_item item;
	int64_t origin = 0;

	if (!tms_json_int(value, "origin", &origin) || origin < 1 || origin > TMS_ORIGIN_MAX)
		return malformed(diag, "a sighting has no origin");
	if (!record_read_time(value, "first_seen", &out->first_seen) ||
		!record_read_time(value, "last_seen", &out->last_seen) ||
		!record_read_time(value, "published", &out->published) ||
		!record_read_time(value, "changed_at", &out->changed_at) ||
		out->first_seen == TMS_TIME_NONE || out->last_seen == TMS_TIME_NONE ||
		out->published == TMS_TIME_NONE)
		return malformed(diag, "a sighting's time is missing or out of range");
	enum tms_status st = read_item(scratch, tms_json_get(value, "item"), &item, diag);
	if (st != TMS_OK)
		return st;
	item.id = id;
	item.origin = (enum tms_origin)origin;
	for (size_t i = 0; i < TMS_NUMBERS && st == TMS_OK; i++)
		st = read_track(tms_json_array(value, tms_number_name((enum tms_number)i)),
			&out->tracks[i], diag);
	return st == TMS_OK ? tms_packed_item_new(&item, &out->packed) : st;
}

static enum tms_status read_sightings(struct tms_arena *scratch, const struct json_t *array,
	struct tree_record *record, struct tms_diag *diag)
{
	size_t count = tms_json_count(array);

	if (count < 1 || count > TMS_ORIGIN_MAX)
		return malformed(diag, "expected one to five sightings");
	for (size_t i = 0; i < count; i++) {
		struct tms_sighting *sighting = &record->sightings[record->sightings_count++];
		enum tms_status st =
			read_sighting(scratch, tms_json_at(array, i), record->id, sighting, diag);
		if (st != TMS_OK)
			return st;
		if (i > 0 && sighting[-1].packed->item.origin >= sighting->packed->item.origin)
			return malformed(diag, "sightings are not in the order of their origins");
	}
	return TMS_OK;
}

enum tms_status tree_record_read(
	const struct json_t *value, struct tree_record *out, struct tms_diag *diag)
{
	struct tms_arena scratch = { .max_bytes = SCRATCH_BYTES_MAX };
	struct tree_record record = { .id = tms_json_str(value, "id"),
		.whole = tms_json_object(value, "record"),
		.lists = tms_json_array(value, "lists") };
	enum tms_status st = TMS_OK;

	if (record.id.len == 0)
		return malformed(diag, "expected an \"id\"");
	if (!record_read_time(value, "retired", &record.retired) ||
		!record_read_time(value, "first_seen", &record.first_seen) ||
		!record_read_time(value, "last_listed", &record.last_listed))
		return malformed(diag, "a time is out of range");
	if (record.retired == TMS_TIME_NONE) {
		if (record.first_seen == TMS_TIME_NONE || record.last_listed == TMS_TIME_NONE)
			return malformed(diag, "expected \"first_seen\" and \"last_listed\"");
		st = read_sightings(&scratch, tms_json_array(value, "sightings"), &record, diag);
	}
	tms_arena_free(&scratch);
	if (st == TMS_OK) {
		*out = record;
		return TMS_OK;
	}
	for (size_t i = 0; i < record.sightings_count; i++)
		tms_sighting_fini(&record.sightings[i]);
	return st;
}
