/* Items and listings for tests, short to write. */
#ifndef TAMIS_TEST_MAKE_H
#define TAMIS_TEST_MAKE_H

#include "test.h"

#include <tamis/listing.h>
#include <tamis/view.h>

#include "window/window_private.h"

#define NOON INT64_C(1772452800) /* 2026-03-02T12:00:00Z, a Monday */
#define DAY TMS_DAY_S
#define HOUR TMS_HOUR_S

static inline struct tms_item make_item(const char *id, const char *title, enum tms_origin origin)
{
	struct tms_item item;

	tms_item_init(&item);
	item.id = tms_str_from(id);
	item.upstream_id = item.id;
	item.title = tms_str_from(title);
	item.link = TMS_STR("https://example.org/paper");
	item.origin = origin;
	return item;
}

static inline struct tms_window *make_window(const char *source)
{
	struct tms_window *window = NULL;

	assert_int_equal(
		tms_window_new(tms_str_from(source), (struct tms_hash_seed){ 0 }, &window), TMS_OK);
	return window;
}

static inline struct tms_apply_report apply_listing(
	struct tms_window *window, const struct tms_listing *listing, tms_time now)
{
	const struct tms_apply how = { .now = now, .poll = TMS_STR("list") };
	struct tms_apply_report report = { 0 };

	assert_int_equal(tms_window_apply(window, listing, &how, &report), TMS_OK);
	return report;
}

static inline struct tms_apply_report apply_items(
	struct tms_window *window, struct tms_item *items, size_t count, tms_time now)
{
	const struct tms_listing listing = { .items = items, .items_count = count };
	return apply_listing(window, &listing, now);
}

/* Three listings over a day that name these items and no others. */
static inline void list_for_a_day(
	struct tms_window *window, struct tms_item *items, size_t count, tms_time from)
{
	for (int64_t half = 0; half < 3; half++)
		assert_int_equal(apply_items(window, items, count, from + half * 12 * HOUR).outcome,
			TMS_HEALTH_GOOD);
}

/* As a restart does: the state first. */
static inline void copy_state(const struct tms_window *from, struct tms_window *to)
{
	struct tms_buf bytes = { 0 };

	tms_window_write_state(from, &bytes);
	assert_int_equal(tms_window_load_state(to, tms_buf_str(&bytes), NULL), TMS_OK);
	tms_buf_free(&bytes);
}

static inline struct tms_apply_report retire_at(struct tms_window *window, tms_time now, size_t max)
{
	struct tms_apply_report report = { 0 };

	assert_int_equal(tms_window_retire(window, now, 0, max, &report), TMS_OK);
	return report;
}

/* What the window has of one source's item, merged; lives in the arena. */
static inline struct tms_merged merged_of(
	struct tms_arena *arena, const struct tms_window *window, const char *id)
{
	const struct tms_record *record = tms_window_find(window, tms_str_from(id));
	const struct tms_sighting *sightings[TMS_ORIGIN_MAX];
	struct tms_merged merged = { 0 };

	assert_non_null(record);
	for (size_t i = 0; i < record->sightings_count; i++)
		sightings[i] = &record->sightings[i];
	assert_int_equal(
		tms_merge_sightings(arena, sightings, record->sightings_count, &merged), TMS_OK);
	return merged;
}

/* The record is gone, and its id is not remembered. */
static inline void lose_record(struct tms_window *window, struct tms_str id)
{
	struct window_entry *entry = tms_map_find(&window->records, id);

	window_retired_drop(window, id);
	if (entry)
		window_entry_drop(window, entry);
}

/* Of all records' versions: windows of the same data have the same digest. */
static inline uint64_t window_digest(const struct tms_window *window)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < tms_window_count(window); i++)
		sum += tms_hash((struct tms_hash_seed){ tms_window_at(window, i)->version, 0 },
			tms_window_at(window, i)->id);
	return sum;
}

/* Of all items' versions: views that show the same data have the same digest. */
static inline uint64_t view_digest(const struct tms_view *view)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < tms_view_count(view); i++)
		sum += tms_hash((struct tms_hash_seed){ tms_view_at(view, i)->version, 0 },
			tms_view_at(view, i)->merged.item.id);
	return sum;
}

static inline struct tms_view_item *find_shown(const struct tms_view *view, struct tms_str id)
{
	for (size_t i = 0; i < tms_view_count(view); i++)
		if (tms_str_equal(tms_view_at(view, i)->merged.item.id, id))
			return tms_view_at(view, i);
	return NULL;
}

static inline int64_t last_value(const struct tms_track *track)
{
	return track->count ? track->steps[track->count - 1].value : TMS_NUMBER_NONE;
}

#endif
