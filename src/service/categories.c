/* Joining arXiv categories to papers of other sources: which know them, which want them. */
#include "service/categories.h"

#include <stdlib.h>

#include <event2/event.h>

#include "log/log.h"
#include "loop/clock.h"
#include "loop/timer.h"
#include "service/saver.h"
#include "service/source_schedule.h"
#include "service/sources.h"

/* Of one slice: some microseconds each. */
#define SLICE_RECORDS 100
/* What arXiv did not know is wanted again some day, though no source changes. */
#define WHOLE_EVERY_S TMS_HOUR_S
#define KEPT_S (10 * 365 * TMS_DAY_S)

static void wake(struct tms_categories *categories)
{
	(void)tms_timer_soon(categories->step);
}

/* ---- which sources say categories ---- */

static void list_windows(struct tms_categories *categories)
{
	const struct tms_sources *sources = categories->world->sources;

	categories->windows_count = 0;
	for (size_t i = 0; i < sources->count; i++) {
		const struct tms_source *source = sources->list[i];
		if (!source->conf || !source->join.says)
			continue;
		if (categories->windows_count == categories->windows_capacity) {
			size_t capacity =
				categories->windows_capacity ? categories->windows_capacity * 2 : 8;
			struct tms_window **grown = reallocarray(
				categories->windows, capacity, sizeof(struct tms_window *));
			if (!grown)
				return;
			categories->windows = grown;
			categories->windows_capacity = capacity;
		}
		categories->windows[categories->windows_count++] = source->window;
	}
}

/* ---- going through ---- */

/* Takes items of nothing but categories as known. The health stays as it was. False: no memory. */
static bool learn(
	struct tms_categories *categories, struct tms_item *items, size_t count, tms_time now)
{
	struct tms_source *known = categories->known;
	struct tms_health *health = tms_window_health(known->window);
	const struct tms_health before = *health;
	const struct tms_listing listing = { .items = items, .items_count = count };
	const struct tms_apply how = {
		.now = now, .poll = TMS_STR("categories"), .usual = TMS_STR("arxiv")
	};
	struct tms_apply_report report = { 0 };

	enum tms_status st = tms_window_apply(known->window, &listing, &how, &report);
	*health = before;
	if (st == TMS_OK)
		st = saver_note(&known->saver, &report);
	if (st != TMS_OK) {
		TMS_LOG(known->world->log, TMS_LOG_ERROR, "categories could not be kept",
			{ "why", tms_str_from(tms_status_name(st)) });
		return false;
	}
	for (size_t i = 0; i < count; i++)
		category_lookup_forget(&categories->lookup, items[i].id);
	known->is_heard = true;
	source_retire(known, now);
	known->join.generation = tms_window_generation(known->window); /* nobody waits for this */
	known->world->changed(known->world->context, known);
	return true;
}

/* One record: says categories, or has them joined, or wants them. True when *out is to be taken as
 * known. */
static bool look_at(struct tms_categories *categories, struct tms_source *source,
	const struct tms_record *record, tms_time now, struct tms_item *out)
{
	if (!source->join.says && tms_record_categories(record)) {
		source->join.says = true;
		categories_touch_all(categories);
		list_windows(categories);
	}
	switch (tms_join_need(record, categories->windows, categories->windows_count,
		categories->known->window, now, out)) {
	case TMS_JOIN_NOTHING:
		return false;
	case TMS_JOIN_COPY:
		return true;
	case TMS_JOIN_ASK:
		if (tms_record_is_hf(record))
			category_lookup_want(&categories->lookup, record->id);
		return false;
	}
	return false;
}

/* The source that is gone through next, or NULL when all is done. */
static struct tms_source *next_source(const struct tms_categories *categories)
{
	const struct tms_sources *sources = categories->world->sources;

	for (size_t i = 0; i < sources->count; i++)
		if (sources->list[i]->join.is_due)
			return sources->list[i];
	return NULL;
}

static void go_through(struct tms_categories *categories, struct tms_source *source, tms_time now)
{
	struct tms_item items[SLICE_RECORDS];
	size_t count = 0, end = tms_window_count(source->window);

	for (size_t n = 0; n < SLICE_RECORDS && categories->record < end; n++) {
		const struct tms_record *record =
			tms_window_at(source->window, categories->record++);
		count += look_at(categories, source, record, now, &items[count]);
	}
	if (categories->record >= end)
		categories->source = NULL;
	if (count > 0 && learn(categories, items, count, now))
		categories->copied += count;
}

static void on_step(evutil_socket_t fd, short what, void *context)
{
	struct tms_categories *categories = context;

	(void)fd;
	(void)what;
	if (!categories->known->is_loaded)
		return; /* its loading touches all */
	if (!categories->source) {
		categories->source = next_source(categories);
		categories->record = 0;
		if (!categories->source) {
			categories->world->wake(categories->world->context);
			return;
		}
		categories->source->join.is_due = false;
		list_windows(categories);
	}
	go_through(categories, categories->source, tms_clock_now(categories->world->clock));
	wake(categories);
}

static bool is_going_through(const struct tms_categories *categories)
{
	return categories->source || next_source(categories);
}

void categories_touch_all(struct tms_categories *categories)
{
	for (size_t i = 0; i < categories->world->sources->count; i++) {
		struct tms_source *source = categories->world->sources->list[i];
		source->join.is_due = source->conf && source != categories->known;
	}
	wake(categories);
}

/* What it says may be what any other one waits for. Its own going through tells whether it says
 * anything. */
void categories_touch(struct tms_categories *categories, struct tms_source *source)
{
	uint64_t generation = tms_window_generation(source->window);

	if (source->join.generation == generation && source->join.was_loaded == source->is_loaded)
		return;
	source->join.generation = generation;
	source->join.was_loaded = source->is_loaded;
	if (source == categories->known || source->join.says) {
		categories_touch_all(categories);
	} else if (source->conf) {
		source->join.is_due = true;
		wake(categories);
	}
}

/* ---- the schedule ---- */

void categories_tick(struct tms_categories *categories, tms_time now)
{
	if (now - categories->last_whole >= WHOLE_EVERY_S || now < categories->last_whole) {
		categories->last_whole = now;
		categories_touch_all(categories);
	}
	if (!is_going_through(categories))
		category_lookup_tick(&categories->lookup, now);
}

tms_time categories_next_due(const struct tms_categories *categories, tms_time now)
{
	tms_time due = category_lookup_next_due(&categories->lookup, now);
	tms_time whole = categories->last_whole + WHOLE_EVERY_S;

	return due < whole ? due : whole;
}

bool tms_categories_is_busy(const struct tms_categories *categories, tms_time now)
{
	return !categories->known->is_loaded || is_going_through(categories) ||
	       categories->lookup.stage != CATEGORY_LOOKUP_RESTS ||
	       categories_next_due(categories, now) <= now;
}

static bool on_learned(void *context, struct tms_item *items, size_t count, tms_time now)
{
	return learn(context, items, count, now);
}

static void on_request_ended(void *context)
{
	categories_touch_all(context);
}

enum tms_status categories_init(struct tms_categories *categories,
	const struct service_world *world, struct tms_source *known)
{
	*categories = (struct tms_categories){ .world = world,
		.known = known,
		.lookup = { .world = world,
			.known = known,
			.learn = on_learned,
			.ended = on_request_ended,
			.context = categories } };
	known->keeps_s = KEPT_S;
	known->keeps_items = CATEGORIES_KEPT;
	categories->step = evtimer_new(world->base, on_step, categories);
	return categories->step ? TMS_OK : TMS_ENOMEM;
}

void categories_fini(struct tms_categories *categories)
{
	category_lookup_fini(&categories->lookup);
	if (categories->step)
		event_free(categories->step);
	free(categories->windows);
	*categories = (struct tms_categories){ 0 };
}
