/*
 * What is stored of a window beside its records, its state:
 * {"v":1,"polls":[{"poll":…,"items":…,"at":…,"whole":…,"known":…,"newest":…,"seen":[…],
 * "days":[…]}],"held":[{"id":…,"origin":…,"at":…,"item":{…}}],"health":{…}}
 */
#include <tamis/window.h>

#include <stdlib.h>

#include "record_json.h"
#include "window_private.h"

#define SCRATCH_BYTES_MAX ((size_t)16 << 20)

static void write_times(
	struct tms_json_writer *w, const char *key, const tms_time *times, size_t count)
{
	tms_json_key(w, key);
	tms_json_begin(w, '[');
	for (size_t i = 0; i < count && times[i] != TMS_TIME_NONE; i++)
		tms_json_add_int(w, times[i]);
	tms_json_end(w);
}

static void write_lists(struct tms_json_writer *w, const struct tms_window *window)
{
	tms_json_key(w, "polls");
	tms_json_begin(w, '[');
	for (size_t i = 0; i < window->lists_count; i++) {
		const struct window_list *list = &window->lists[i];
		if (!list->key || list->heard == TMS_TIME_NONE)
			continue;
		tms_json_begin(w, '{');
		tms_json_member_str(w, "poll", tms_str_from(list->key));
		tms_json_member_int(w, "items", (int64_t)list->items);
		tms_json_member_int(w, "at", list->heard);
		record_write_time(w, "whole", list->whole);
		record_write_time(w, "known", list->known);
		record_write_time(w, "newest", list->newest);
		write_times(w, "seen", list->evidence.seen, TMS_COUNT(list->evidence.seen));
		write_times(w, "days", list->evidence.days, TMS_COUNT(list->evidence.days));
		tms_json_end(w);
	}
	tms_json_end(w);
}

static void write_held(struct tms_json_writer *w, const struct tms_window *window)
{
	tms_json_key(w, "held");
	tms_json_begin(w, '[');
	for (size_t i = 0; i < window->held_count; i++) {
		const struct window_held *held = &window->held[i];
		tms_json_begin(w, '{');
		tms_json_member_str(w, "id", held->packed->item.id);
		tms_json_member_int(w, "origin", held->packed->item.origin);
		tms_json_member_int(w, "at", held->at);
		for (size_t k = 0; k < TMS_NUMBERS; k++)
			if (held->numbers[k] != TMS_NUMBER_NONE)
				tms_json_member_int(
					w, tms_number_name((enum tms_number)k), held->numbers[k]);
		tms_json_key(w, "item");
		record_write_item(w, &held->packed->item);
		tms_json_end(w);
	}
	tms_json_end(w);
}

void tms_window_write_state(const struct tms_window *window, struct tms_buf *buf)
{
	struct tms_json_writer w = { .buf = buf };
	struct tms_buf health = { 0 };

	tms_health_write(&health, &window->health);
	tms_json_begin(&w, '{');
	tms_json_member_int(&w, "v", RECORD_JSON_VERSION);
	write_lists(&w, window);
	write_held(&w, window);
	tms_json_key(&w, "health");
	tms_json_add_raw(&w, tms_buf_str(&health));
	tms_json_end(&w);
	if (buf->status == TMS_OK)
		buf->status = health.status;
	tms_buf_free(&health);
}

static enum tms_status malformed(struct tms_diag *diag, const char *what)
{
	tms_diag_set(diag, 0, 0, "stored state of a source: %s", what);
	return TMS_EMALFORMED;
}

/* The newest first; what is not in this order is nothing to rely on. */
static void read_times(const struct json_t *array, tms_time *times, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		int64_t t = 0;
		if (!tms_json_value_int(tms_json_at(array, i), &t) || t < -TMS_TIME_MAX ||
			t > TMS_TIME_MAX || (i > 0 && t > times[i - 1]))
			return;
		times[i] = t;
	}
}

static enum tms_status read_list(
	struct tms_window *into, const struct json_t *value, struct tms_diag *diag)
{
	bool is_old = tms_json_kind_of(tms_json_get(value, "seen")) == TMS_JSON_NONE;
	tms_time heard = TMS_TIME_NONE, whole = TMS_TIME_NONE;
	tms_time known = TMS_TIME_NONE, newest = TMS_TIME_NONE;
	int64_t items = 0;
	size_t at = 0;

	if (!tms_json_int(value, "items", &items) || items < 0 ||
		!record_read_time(value, "at", &heard) || heard == TMS_TIME_NONE ||
		!record_read_time(value, "whole", &whole) ||
		!record_read_time(value, "known", &known) ||
		!record_read_time(value, "newest", &newest))
		return malformed(diag, "a poll has no length or time");
	enum tms_status st = window_list_get(into, tms_json_str(value, "poll"), &at);
	if (st != TMS_OK)
		return st;
	struct window_list *list = &into->lists[at];
	list->items = (size_t)items;
	list->heard = heard;
	list->whole = is_old ? heard : whole;
	list->known = known;
	list->newest = is_old ? heard : newest;
	read_times(
		tms_json_array(value, "seen"), list->evidence.seen, TMS_COUNT(list->evidence.seen));
	read_times(
		tms_json_array(value, "days"), list->evidence.days, TMS_COUNT(list->evidence.days));
	return TMS_OK;
}

static enum tms_status read_lists(
	struct tms_window *into, const struct json_t *array, struct tms_diag *diag)
{
	enum tms_status st = TMS_OK;

	for (size_t i = 0; i < tms_json_count(array) && st == TMS_OK; i++)
		st = read_list(into, tms_json_at(array, i), diag);
	return st;
}

/* Few are held: their items are written once more, for the reader of records. */
static enum tms_status read_held_item(struct tms_arena *scratch, const struct json_t *value,
	struct tms_item *out, struct tms_diag *diag)
{
	struct tms_buf bytes = { 0 };
	struct tms_json_writer w = { .buf = &bytes };
	struct json_pull pull;
	const char *fault = NULL;

	tms_json_add_value(&w, value);
	struct tms_str text = tms_arena_take(scratch, &bytes);
	if (scratch->status != TMS_OK)
		return scratch->status;
	json_pull_begin(&pull, scratch, text);
	record_read_item(&pull, out, &fault);
	enum tms_status st = json_pull_end(&pull, diag);
	return st == TMS_OK && fault ? record_malformed(diag, fault) : st;
}

static enum tms_status read_held(struct tms_window *into, struct tms_arena *scratch,
	const struct json_t *value, struct tms_diag *diag)
{
	struct tms_item item;
	int64_t origin = 0;
	tms_time at = TMS_TIME_NONE;

	if (!tms_json_int(value, "origin", &origin) || origin < 1 || origin > TMS_ORIGIN_MAX ||
		!record_read_time(value, "at", &at) || at == TMS_TIME_NONE ||
		tms_json_str(value, "id").len == 0)
		return malformed(diag, "a held item has no id, origin or time");
	enum tms_status st = read_held_item(scratch, tms_json_get(value, "item"), &item, diag);
	if (st != TMS_OK)
		return st;
	item.id = tms_json_str(value, "id");
	item.origin = (enum tms_origin)origin;
	for (size_t k = 0; k < TMS_NUMBERS; k++) {
		int64_t number = TMS_NUMBER_NONE;
		if (tms_json_int(value, tms_number_name((enum tms_number)k), &number) &&
			number >= 0)
			item.numbers[k] = number;
	}
	return window_hold(into, &item, at);
}

static enum tms_status read_health(
	struct tms_window *into, const struct json_t *value, struct tms_diag *diag)
{
	struct tms_buf bytes = { 0 };
	struct tms_json_writer w = { .buf = &bytes };

	if (tms_json_kind_of(value) == TMS_JSON_NONE)
		return TMS_OK;
	tms_json_add_value(&w, value);
	enum tms_status st = bytes.status;
	if (st == TMS_OK)
		st = tms_health_read(tms_buf_str(&bytes), &into->health, diag);
	tms_buf_free(&bytes);
	return st;
}

/* Lists, held items and health change places; records stay, and are of no list that is known. */
static void swap_state(struct tms_window *a, struct tms_window *b)
{
	struct tms_window old = *a;

	for (size_t i = 0; i < a->lists_count; i++)
		if (a->lists[i].key)
			window_list_free(a, i);
	a->lists = b->lists;
	a->lists_count = b->lists_count;
	a->lists_capacity = b->lists_capacity;
	memcpy(a->held, b->held, sizeof(a->held));
	a->held_count = b->held_count;
	a->health = b->health;
	b->lists = old.lists;
	b->lists_count = old.lists_count;
	b->lists_capacity = old.lists_capacity;
	memcpy(b->held, old.held, sizeof(b->held));
	b->held_count = old.held_count;
}

enum tms_status tms_window_load_state(
	struct tms_window *window, struct tms_str bytes, struct tms_diag *diag)
{
	struct tms_arena scratch = { .max_bytes = SCRATCH_BYTES_MAX };
	struct tms_window *read = NULL;
	struct json_t *value = NULL;

	enum tms_status st = record_open(bytes, &value, diag);
	if (st == TMS_OK)
		st = tms_window_new(window->source, window->records.seed, &read);
	if (st == TMS_OK)
		st = read_lists(read, tms_json_array(value, "polls"), diag);
	const struct json_t *held = tms_json_array(value, "held");
	for (size_t i = 0; i < tms_json_count(held) && st == TMS_OK; i++)
		st = read_held(read, &scratch, tms_json_at(held, i), diag);
	if (st == TMS_OK)
		st = read_health(read, tms_json_get(value, "health"), diag);
	if (st == TMS_OK) {
		swap_state(window, read);
		window_show_held(window);
	}
	tms_window_free(read);
	tms_json_free(value);
	tms_arena_free(&scratch);
	return st;
}
