/*
 * The stored form of a record, read. What is read may be hostile or rotten. Members may come in any
 * order, so nothing is judged before all is there: what is wrong is noted, and said at the end.
 */
#include <tamis/record.h>

#include "record_json.h"
#include "text/json_pull.h"

/* Hostile or rotten bytes cost no more than this: strings that have escapes, and arrays. */
#define ARENA_BYTES_MAX ((size_t)64 << 20)

/* What is read of one record, and what was wrong with it first. */
struct reading {
	struct json_pull pull;
	int64_t version; /* 0: none */
	struct record_stored record;
	struct tms_item items[TMS_ORIGIN_MAX]; /* of its sightings, which are packed last */
	bool has_bad_time;
	const char *fault; /* in the sightings; NULL: none */
	enum tms_status status;
};

static void note(const char **fault, const char *what)
{
	if (!*fault)
		*fault = what;
}

static bool is_key(struct tms_str key, const char *name)
{
	return key.len > 0 && key.ptr[0] == name[0] && tms_str_equal(key, tms_str_from(name));
}

/* False: it is no time within what RFC 3339 can write. */
static bool read_time(struct json_pull *pull, tms_time *out)
{
	int64_t t = 0;

	*out = TMS_TIME_NONE;
	if (!json_pull_int(pull, &t) || t < -TMS_TIME_MAX || t > TMS_TIME_MAX)
		return false;
	*out = t;
	return true;
}

/* ---- items ---- */

static void read_element(
	struct json_pull *pull, const struct tms_item_list *list, struct tms_str *runs)
{
	struct tms_str key = { 0 };
	bool is_link = list->offset == offsetof(struct tms_item, links);
	struct tms_link *link = (struct tms_link *)(void *)runs;

	if (list->runs == 1) {
		runs[0] = json_pull_str(pull);
		return;
	}
	if (is_link)
		link->length = TMS_NUMBER_NONE;
	if (!json_pull_enter(pull, '{'))
		return;
	while (json_pull_member(pull, &key)) {
		size_t k = 0;
		while (k < list->runs && !is_key(key, list->run_names[k]))
			k++;
		if (k < list->runs)
			runs[k] = json_pull_str(pull);
		else if (!is_link || !is_key(key, "length"))
			(void)json_pull_skip(pull);
		else if (!json_pull_int(pull, &link->length))
			link->length = TMS_NUMBER_NONE;
	}
}

static void read_list(struct json_pull *pull, const struct tms_item_list *list,
	struct tms_item *out, const char **fault)
{
	char *elements = NULL;
	size_t count = 0, capacity = 0, first = 0;

	if (list->offset == offsetof(struct tms_item, links))
		first = offsetof(struct tms_link, href) / sizeof(struct tms_str);
	if (json_pull_enter(pull, '[')) {
		for (; json_pull_element(pull); count++) {
			if (!tms_arena_grow(pull->arena, &elements, count, &capacity, list->size))
				return; /* json_pull_end says so */
			struct tms_str *runs =
				(struct tms_str *)(void *)(elements + count * list->size);
			read_element(pull, list, runs);
			/* without it an element means nothing */
			if (runs[first].len == 0)
				note(fault, "a list of the item has an empty element");
		}
	}
	memcpy((char *)out + list->offset, &elements, sizeof(elements));
	memcpy((char *)out + list->count_offset, &count, sizeof(count));
}

/* Those of the item that are no run. */
static void read_other(
	struct json_pull *pull, struct tms_str key, struct tms_item *item, const char **fault)
{
	size_t count = 0;
	const struct tms_item_list *lists = tms_item_lists(&count);

	for (size_t i = 0; i < count; i++)
		if (is_key(key, lists[i].name)) {
			read_list(pull, &lists[i], item, fault);
			return;
		}
	if (is_key(key, "published") || is_key(key, "submitted")) {
		if (!read_time(pull, key.ptr[0] == 'p' ? &item->published : &item->submitted))
			note(fault, "a time of the item is out of range");
	} else if (is_key(key, "published_day_only")) {
		item->published_day_only = json_pull_bool(pull, false);
	} else if (is_key(key, "withdrawn")) {
		item->withdrawn = json_pull_bool(pull, false);
	} else {
		(void)json_pull_skip(pull);
	}
}

/* The run of that name, looked for from *next on, where it is when it was written by us; NULL: none. */
static const struct tms_item_run *find_run(struct tms_str key, size_t *next)
{
	size_t count = 0;
	const struct tms_item_run *runs = tms_item_runs(&count);

	for (size_t i = 0; i < count; i++) {
		const struct tms_item_run *run = &runs[(*next + i) % count];
		if (!is_key(key, run->name))
			continue;
		*next = (*next + i + 1) % count;
		return run->offset == offsetof(struct tms_item, id) ? NULL : run;
	}
	return NULL;
}

void record_read_item(struct json_pull *pull, struct tms_item *out, const char **fault)
{
	struct tms_str key = { 0 };
	size_t next = 0;

	tms_item_init(out);
	if (!json_pull_enter(pull, '{')) {
		note(fault, "expected an object \"item\"");
		return;
	}
	while (json_pull_member(pull, &key)) {
		const struct tms_item_run *run = find_run(key, &next);
		if (!run) {
			read_other(pull, key, out, fault);
			continue;
		}
		struct tms_str text = json_pull_str(pull);
		memcpy((char *)out + run->offset, &text, sizeof(text));
	}
}

/* ---- sightings ---- */

/* [time, value]; what may follow in it is not looked at. */
static bool read_step(struct json_pull *pull, int64_t step[2])
{
	bool are_numbers = true;
	size_t count = 0;

	if (!json_pull_enter(pull, '['))
		return false;
	for (; json_pull_element(pull); count++) {
		if (count < 2)
			are_numbers = json_pull_int(pull, &step[count]) && are_numbers;
		else
			(void)json_pull_skip(pull);
	}
	return are_numbers && count >= 2;
}

static void read_track(struct reading *r, struct tms_track *track)
{
	tms_time before = -TMS_TIME_MAX;

	tms_track_free(track);
	if (!json_pull_enter(&r->pull, '['))
		return;
	while (json_pull_element(&r->pull)) {
		int64_t step[2] = { 0 };
		bool moved = false;
		if (!read_step(&r->pull, step) || step[0] < before || step[0] > TMS_TIME_MAX ||
			step[1] < 0)
			note(&r->fault, "a number's history is not a list of [time, value]");
		before = step[0];
		if (!r->fault && r->status == TMS_OK)
			r->status = tms_track_add(track, step[0], step[1], &moved);
	}
}

/* A number's history; false: the key is of none. */
static bool read_number(struct reading *r, struct tms_str key, struct tms_sighting *out)
{
	for (size_t i = 0; i < TMS_NUMBERS; i++)
		if (is_key(key, tms_number_name((enum tms_number)i))) {
			read_track(r, &out->tracks[i]);
			return true;
		}
	return false;
}

static void read_sighting_time(struct reading *r, tms_time *out)
{
	if (!read_time(&r->pull, out))
		note(&r->fault, "a sighting's time is missing or out of range");
}

static void read_sighting(struct reading *r, struct tms_sighting *out, struct tms_item *item)
{
	struct json_pull *pull = &r->pull;
	struct tms_str key = { 0 };
	int64_t origin = 0;
	bool has_item = false;

	*out = (struct tms_sighting){ .first_seen = TMS_TIME_NONE,
		.last_seen = TMS_TIME_NONE,
		.published = TMS_TIME_NONE,
		.changed_at = TMS_TIME_NONE };
	bool is_object = json_pull_enter(pull, '{');
	while (is_object && json_pull_member(pull, &key)) {
		if (is_key(key, "origin")) {
			if (!json_pull_int(pull, &origin))
				origin = 0;
		} else if (is_key(key, "first_seen")) {
			read_sighting_time(r, &out->first_seen);
		} else if (is_key(key, "last_seen")) {
			read_sighting_time(r, &out->last_seen);
		} else if (is_key(key, "published")) {
			read_sighting_time(r, &out->published);
		} else if (is_key(key, "changed_at")) {
			read_sighting_time(r, &out->changed_at);
		} else if (is_key(key, "item")) {
			record_read_item(pull, item, &r->fault);
			has_item = true;
		} else if (!read_number(r, key, out)) {
			(void)json_pull_skip(pull);
		}
	}
	if (origin < 1 || origin > TMS_ORIGIN_MAX)
		note(&r->fault, "a sighting has no origin");
	if (out->first_seen == TMS_TIME_NONE || out->last_seen == TMS_TIME_NONE ||
		out->published == TMS_TIME_NONE)
		note(&r->fault, "a sighting's time is missing or out of range");
	if (!has_item)
		note(&r->fault, "expected an object \"item\"");
	else
		item->origin = (enum tms_origin)origin;
}

static void drop_sightings(struct record_stored *record)
{
	for (size_t i = 0; i < record->sightings_count; i++)
		tms_sighting_fini(&record->sightings[i]);
	record->sightings_count = 0;
}

static void read_sightings(struct reading *r)
{
	struct record_stored *record = &r->record;

	drop_sightings(record);
	if (!json_pull_enter(&r->pull, '['))
		return;
	while (json_pull_element(&r->pull)) {
		size_t i = record->sightings_count;
		if (i == TMS_ORIGIN_MAX) {
			note(&r->fault, "expected one to five sightings");
			(void)json_pull_skip(&r->pull);
			continue;
		}
		read_sighting(r, &record->sightings[i], &r->items[i]);
		record->sightings_count++;
		if (i > 0 && r->items[i - 1].origin >= r->items[i].origin)
			note(&r->fault, "sightings are not in the order of their origins");
	}
}

/* ---- records ---- */

static void read_lists(struct json_pull *pull, struct record_stored *record)
{
	size_t capacity = 0;

	record->lists_count = 0;
	if (!json_pull_enter(pull, '['))
		return;
	for (; json_pull_element(pull); record->lists_count++) {
		if (!tms_arena_grow(pull->arena, &record->lists, record->lists_count, &capacity,
			    sizeof(*record->lists)))
			return; /* json_pull_end says so */
		record->lists[record->lists_count] = json_pull_str(pull);
	}
}

static void read_whole(struct json_pull *pull, struct record_stored *record)
{
	struct tms_str whole = json_pull_skip(pull);

	record->whole = tms_str_starts(whole, TMS_STR("{")) ? whole : TMS_STR_NONE;
}

static void read_record_time(struct reading *r, tms_time *out)
{
	if (!read_time(&r->pull, out))
		r->has_bad_time = true;
}

static void read_members(struct reading *r)
{
	struct record_stored *record = &r->record;
	struct tms_str key = { 0 };

	while (json_pull_member(&r->pull, &key)) {
		if (is_key(key, "v")) {
			if (!json_pull_int(&r->pull, &r->version))
				r->version = 0;
		} else if (is_key(key, "id")) {
			record->id = json_pull_str(&r->pull);
		} else if (is_key(key, "retired")) {
			read_record_time(r, &record->retired);
		} else if (is_key(key, "first_seen")) {
			read_record_time(r, &record->first_seen);
		} else if (is_key(key, "last_listed")) {
			read_record_time(r, &record->last_listed);
		} else if (is_key(key, "record")) {
			read_whole(&r->pull, record);
		} else if (is_key(key, "lists")) {
			read_lists(&r->pull, record);
		} else if (is_key(key, "sightings")) {
			read_sightings(r);
		} else {
			(void)json_pull_skip(&r->pull);
		}
	}
}

/* Is what was read a record? */
static enum tms_status judge(struct reading *r, struct tms_diag *diag)
{
	struct record_stored *record = &r->record;

	if (record->id.len == 0)
		return record_malformed(diag, "expected an \"id\"");
	if (r->has_bad_time)
		return record_malformed(diag, "a time is out of range");
	if (record->retired != TMS_TIME_NONE) {
		drop_sightings(record);
		return TMS_OK;
	}
	if (record->first_seen == TMS_TIME_NONE || record->last_listed == TMS_TIME_NONE)
		return record_malformed(diag, "expected \"first_seen\" and \"last_listed\"");
	if (record->sightings_count == 0)
		note(&r->fault, "expected one to five sightings");
	return r->fault ? record_malformed(diag, r->fault) : r->status;
}

static enum tms_status pack(struct reading *r)
{
	struct record_stored *record = &r->record;
	enum tms_status st = TMS_OK;

	for (size_t i = 0; i < record->sightings_count && st == TMS_OK; i++) {
		r->items[i].id = record->id;
		st = tms_packed_item_new(&r->items[i], &record->sightings[i].packed);
	}
	return st;
}

enum tms_status record_read(struct tms_arena *arena, struct tms_str bytes,
	struct record_stored *out, struct tms_diag *diag)
{
	struct reading r = { .record = { .retired = TMS_TIME_NONE,
				     .first_seen = TMS_TIME_NONE,
				     .last_listed = TMS_TIME_NONE } };

	arena->max_bytes = ARENA_BYTES_MAX;
	json_pull_begin(&r.pull, arena, bytes);
	if (json_pull_enter(&r.pull, '{'))
		read_members(&r);
	enum tms_status st = json_pull_end(&r.pull, diag);
	if (st == TMS_OK)
		st = record_check_version(r.version, diag);
	if (st == TMS_OK)
		st = judge(&r, diag);
	if (st == TMS_OK)
		st = pack(&r);
	if (st == TMS_OK)
		*out = r.record;
	else
		drop_sightings(&r.record);
	return st;
}
