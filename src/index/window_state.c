/*
 * What is stored of a window beside its records:
 * {"v":1,"polls":[{"poll":…,"items":…,"at":…}],"held":[{"id":…,"origin":…,"at":…,"item":{…}}],"health":{…}}
 */
#include <tamis/window.h>

#include <stdlib.h>

#include "codec.h"
#include "parts.h"

#define SCRATCH_BYTES_MAX ((size_t)16 << 20)

static void write_polls(struct tms_json_writer *w, const struct tms_window *window)
{
	tms_json_key(w, "polls");
	tms_json_begin(w, '[');
	for (size_t i = 0; i < window->polls_count; i++) {
		const struct tms_poll_length *poll = &window->polls[i];
		tms_json_begin(w, '{');
		tms_json_member_str(w, "poll", tms_str_from(poll->key));
		tms_json_member_int(w, "items", (int64_t)poll->items);
		tms_json_member_int(w, "at", poll->at);
		tms_json_end(w);
	}
	tms_json_end(w);
}

static void write_held(struct tms_json_writer *w, const struct tms_window *window)
{
	tms_json_key(w, "held");
	tms_json_begin(w, '[');
	for (size_t i = 0; i < window->held_count; i++) {
		const struct tms_held *held = &window->held[i];
		tms_json_begin(w, '{');
		tms_json_member_str(w, "id", held->kept->item.id);
		tms_json_member_int(w, "origin", held->kept->item.origin);
		tms_json_member_int(w, "at", held->at);
		for (size_t k = 0; k < TMS_NUMBERS; k++)
			if (held->numbers[k] != TMS_NUMBER_NONE)
				tms_json_member_int(
					w, tms_number_name((enum tms_number)k), held->numbers[k]);
		tms_json_key(w, "item");
		tms_codec_write_item(w, &held->kept->item);
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
	tms_json_member_int(&w, "v", TMS_CODEC_VERSION);
	write_polls(&w, window);
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

static enum tms_status read_polls(
	struct tms_window *into, const struct json_t *array, struct tms_diag *diag)
{
	enum tms_status status = TMS_OK;

	for (size_t i = 0; i < tms_json_count(array) && status == TMS_OK; i++) {
		const struct json_t *poll = tms_json_at(array, i);
		int64_t items = 0;
		tms_time at = TMS_TIME_NONE;
		if (!tms_json_int(poll, "items", &items) || items < 0 ||
			!tms_codec_read_time(poll, "at", &at) || at == TMS_TIME_NONE)
			return malformed(diag, "a poll has no length or time");
		status = tms_window_set_length(into, tms_json_str(poll, "poll"), (size_t)items, at);
	}
	return status;
}

static enum tms_status read_held(struct tms_window *into, struct tms_arena *scratch,
	const struct json_t *value, struct tms_diag *diag)
{
	struct tms_item item;
	int64_t origin = 0;
	tms_time at = TMS_TIME_NONE;

	if (!tms_json_int(value, "origin", &origin) || origin < 1 || origin > TMS_ORIGIN_MAX ||
		!tms_codec_read_time(value, "at", &at) || at == TMS_TIME_NONE ||
		tms_json_str(value, "id").len == 0)
		return malformed(diag, "a held item has no id, origin or time");
	enum tms_status status =
		tms_codec_read_item(scratch, tms_json_get(value, "item"), &item, diag);
	if (status != TMS_OK)
		return status;
	item.id = tms_json_str(value, "id");
	item.origin = (enum tms_origin)origin;
	for (size_t k = 0; k < TMS_NUMBERS; k++) {
		int64_t number = TMS_NUMBER_NONE;
		if (tms_json_int(value, tms_number_name((enum tms_number)k), &number) &&
			number >= 0)
			item.numbers[k] = number;
	}
	return tms_window_hold(into, &item, at);
}

static enum tms_status read_health(
	struct tms_window *into, const struct json_t *value, struct tms_diag *diag)
{
	struct tms_buf bytes = { 0 };
	struct tms_json_writer w = { .buf = &bytes };

	if (tms_json_kind_of(value) == TMS_JSON_NONE)
		return TMS_OK;
	tms_json_add_value(&w, value);
	enum tms_status status = bytes.status;
	if (status == TMS_OK)
		status = tms_health_read(tms_buf_str(&bytes), &into->health, diag);
	tms_buf_free(&bytes);
	return status;
}

/* Lengths, held items and health change places; records stay. */
static void swap_state(struct tms_window *a, struct tms_window *b)
{
	struct tms_window old = *a;

	memcpy(a->polls, b->polls, sizeof(a->polls));
	memcpy(a->held, b->held, sizeof(a->held));
	a->polls_count = b->polls_count;
	a->held_count = b->held_count;
	a->health = b->health;
	memcpy(b->polls, old.polls, sizeof(b->polls));
	memcpy(b->held, old.held, sizeof(b->held));
	b->polls_count = old.polls_count;
	b->held_count = old.held_count;
}

enum tms_status tms_window_load_state(
	struct tms_window *window, struct tms_str bytes, struct tms_diag *diag)
{
	struct tms_arena scratch = { .max_bytes = SCRATCH_BYTES_MAX };
	struct tms_window *read = NULL;
	struct json_t *value = NULL;

	enum tms_status status = tms_codec_open(bytes, &value, diag);
	if (status == TMS_OK)
		status = tms_window_new(window->source, window->records.seed, &read);
	if (status == TMS_OK)
		status = read_polls(read, tms_json_array(value, "polls"), diag);
	const struct json_t *held = tms_json_array(value, "held");
	for (size_t i = 0; i < tms_json_count(held) && status == TMS_OK; i++)
		status = read_held(read, &scratch, tms_json_at(held, i), diag);
	if (status == TMS_OK)
		status = read_health(read, tms_json_get(value, "health"), diag);
	if (status == TMS_OK) {
		swap_state(window, read);
		tms_window_show_held(window);
	}
	tms_window_free(read);
	tms_json_free(value);
	tms_arena_free(&scratch);
	return status;
}
