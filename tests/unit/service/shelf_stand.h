/* A stand for shelves: real windows and a real loop; no store, no network. */
#ifndef TAMIS_TESTS_SERVICE_SHELF_STAND_H
#define TAMIS_TESTS_SERVICE_SHELF_STAND_H

#include <stdio.h>
#include <stdlib.h>

#include <event2/event.h>
#include <tamis/listing.h>

#include "../test.h"
#include "service/shelves.h"
#include "service/sources.h"

#define T0 INT64_C(1772366400) /* 2026-03-01T12:00:00Z */
#define PAPERS 150

/* As much of the world as shelves look at. */
struct stand {
	struct service_world world;
	struct tms_sources sources;
	struct tms_shelves shelves;
	struct tms_log log;
	struct tms_clock clock;
	struct tms_source *list[2];
	struct tms_fragments *fragments;
	struct tms_item papers[PAPERS];
	char ids[PAPERS][24];
};

static const struct tms_str names[] = { TMS_STR_INIT("blog"), TMS_STR_INIT("daily") };

static inline void on_changed(void *context, struct tms_source *source)
{
	(void)context;
	(void)source;
}

static inline int set_up(void **state)
{
	struct stand *stand = calloc(1, sizeof(*stand));

	assert_non_null(stand);
	stand->clock = tms_clock_system();
	stand->world = (struct service_world){ .base = event_base_new(),
		.clock = &stand->clock,
		.log = &stand->log,
		.sources = &stand->sources,
		.changed = on_changed };
	stand->sources.world = &stand->world;
	assert_non_null(stand->world.base);
	for (size_t i = 0; i < 2; i++) {
		stand->list[i] = sources_have(&stand->sources, names[i]);
		assert_non_null(stand->list[i]);
		stand->list[i]->is_loaded = true;
	}
	assert_int_equal(shelves_init(&stand->shelves, &stand->world), TMS_OK);
	assert_int_equal(shelves_follow(&stand->shelves), TMS_OK);
	assert_int_equal(tms_fragments_new(0, true, &stand->fragments), TMS_OK);
	for (size_t i = 0; i < PAPERS; i++) {
		struct tms_item *paper = &stand->papers[i];
		(void)snprintf(stand->ids[i], sizeof(stand->ids[i]), "arxiv:2603.%05zu", i);
		tms_item_init(paper);
		paper->id = tms_str_from(stand->ids[i]);
		paper->title = i % 3 ? TMS_STR("A paper on agents") : TMS_STR("A paper on vision");
		paper->summary = TMS_STR("It has an abstract of some words, as papers do.");
		paper->link = TMS_STR("https://huggingface.co/papers/1");
		paper->published = T0;
		paper->origin = TMS_ORIGIN_HF_API;
	}
	*state = stand;
	return 0;
}

static inline int tear_down(void **state)
{
	struct stand *stand = *state;

	shelves_fini(&stand->shelves);
	tms_fragments_free(stand->fragments);
	sources_fini(&stand->sources);
	event_base_free(stand->world.base);
	free(stand);
	return 0;
}

/* The shelf of this source alone, or NULL. */
static inline struct tms_shelf *find_alone(struct stand *stand, size_t source)
{
	struct source_set *set = NULL;
	size_t at = 0;

	do
		set = source_sets_taking(&stand->shelves.sets, stand->list[source]->number, &at);
	while (set && set->count > 1);
	return set ? set->shelf : NULL;
}

static inline struct tms_shelf *pin(struct stand *stand, size_t source)
{
	struct tms_shelf *shelf = shelves_get(&stand->shelves, &stand->list[source], 1);

	assert_non_null(shelf);
	shelves_pin(&stand->shelves, shelf);
	shelves_release(&stand->shelves, shelf);
	return shelf;
}

/* Run the loop until nothing is left to do. */
static inline void run(struct stand *stand)
{
	(void)event_base_dispatch(stand->world.base);
}

static inline void turn(struct stand *stand)
{
	(void)event_base_loop(stand->world.base, EVLOOP_ONCE);
}

static inline void list(struct stand *stand, size_t source, size_t from, size_t count, tms_time now)
{
	struct tms_listing listing = { .items = &stand->papers[from], .items_count = count };
	const struct tms_apply how = { .now = now, .poll = TMS_STR("list") };
	struct tms_apply_report report;

	assert_int_equal(
		tms_window_apply(stand->list[source]->window, &listing, &how, &report), TMS_OK);
	shelves_touch(&stand->shelves, stand->list[source]);
}

/* Of a source that is followed. */
static inline struct follower *follower_of(struct stand *stand, size_t source)
{
	struct follower *follower = stand->shelves.followers[stand->list[source]->number];

	assert_non_null(follower);
	return follower;
}

static inline size_t count_of(struct tms_shelf *shelf)
{
	size_t count = 0;

	assert_int_equal(shelf_count(shelf, &count), TMS_OK);
	return count;
}

static inline uint32_t rule(struct tms_shelf *shelf, const char *text)
{
	uint32_t place = TMS_INDEX_NONE;

	assert_int_equal(
		shelf_rules_add(shelf, tms_str_from(text), NULL, SIZE_MAX, &place, NULL), TMS_OK);
	return shelf_rule(shelf, place);
}

static inline enum tms_status try_to_make(struct stand *stand, struct tms_shelf *shelf,
	uint32_t number, bool may_wait, struct tms_rendition **made)
{
	static const struct tms_feed_definition feed = { .title = TMS_STR_INIT("A feed"),
		.instance = TMS_STR_INIT("here"),
		.name = TMS_STR_INIT("feed"),
		.entries_max = 100 };
	size_t unwritten = SIZE_MAX;
	const struct rendition_order order = { .feed = &feed,
		.shelf = shelf,
		.rule = number,
		.fragments = stand->fragments,
		.now = T0 + 1000,
		.max_age_s = 900,
		.unwritten = may_wait ? &unwritten : NULL };

	return rendition_new(&order, made);
}

static inline struct tms_rendition *make(
	struct stand *stand, struct tms_shelf *shelf, uint32_t number)
{
	struct tms_rendition *made = NULL;

	assert_int_equal(try_to_make(stand, shelf, number, false, &made), TMS_OK);
	rendition_drop_items(made);
	return made;
}

static inline bool is_marked(const struct tms_rendition *rendition)
{
	return atomic_load(&rendition->is_stale);
}

static inline void count_up(void *context, enum tms_shelf_word word)
{
	*(int *)context += word == TMS_SHELF_FILLED ? 1 : 100 * (int)word;
}

static inline bool always(void *context)
{
	(void)context;
	return true;
}

static inline void wait_for(struct stand *stand, struct tms_shelf *shelf, int *told)
{
	const struct tms_shelf_wait wait = { always, count_up, told, NULL };

	assert_true(tms_shelves_wait(&stand->shelves, shelf, &wait));
}

/* Ask for a shelf, and wait until it can be asked. */
static inline struct tms_shelf *fill(
	struct stand *stand, struct tms_source *const *sources, size_t count)
{
	struct tms_shelf *shelf = shelves_get(&stand->shelves, sources, count);
	int told = 0;

	assert_non_null(shelf);
	wait_for(stand, shelf, &told);
	run(stand);
	assert_int_equal(told, 1);
	assert_true(tms_shelf_is_filled(shelf));
	return shelf;
}

#endif
