/* The driver: builds the parts, ticks the schedule, takes configurations, drains. */
#include "service/service.h"

#include <stdlib.h>

#include <event2/event.h>

#include "fetch/fetching.h"
#include "loop/timer.h"
#include "service/round.h"
#include "service/saver.h"
#include "service/service_store.h"
#include "service/source_schedule.h"
#include "service/stored_results.h"
#include "store/store_wait.h"

#define DRIVEN_TICK_MS 10      /* a clock that tests drive is looked at often */
#define LONGEST_SLEEP_MS 10000 /* the system's clock may be set: never trust one wait for long */
#define OVERTAKE_MS 500        /* a page that is read for longer is overtaken by the others … */
#define PAGES_AT_ONCE_MAX 8    /* … until so many are being read */

static void wake(void *context)
{
	struct tms_service *service = context;

	if (service->tick)
		(void)tms_timer_soon(service->tick);
}

static bool is_ready(void *context)
{
	return tms_service_is_ready(context);
}

static void on_source_changed(void *context, struct tms_source *source)
{
	struct tms_service *service = context;

	/* readers first: to store a listing takes as long as half of showing it */
	if (!shelves_touch(&service->shelves, source))
		saver_flush(source);
	categories_touch(&service->categories, source);
	wake(service);
}

static void on_tick(evutil_socket_t fd, short what, void *context)
{
	struct tms_service *service = context;
	tms_time now = tms_clock_now(service->world.clock);
	tms_time due = TMS_TIME_MAX;
	int64_t wait_ms = LONGEST_SLEEP_MS;

	(void)fd;
	(void)what;
	if (service->is_draining)
		return;
	for (size_t i = 0; i < service->sources.count; i++) {
		source_tick(service->sources.list[i], now);
		tms_time next = tms_source_next_due(service->sources.list[i], now);
		due = next < due ? next : due;
	}
	stored_results_tick(&service->feeds, now);
	categories_tick(&service->categories, now);
	tms_time categories_due = categories_next_due(&service->categories, now);
	due = categories_due < due ? categories_due : due;
	if (due != TMS_TIME_MAX && (due - now) * 1000 < wait_ms)
		wait_ms = due > now ? (due - now) * 1000 : 100;
	if (service->world.clock->driven)
		wait_ms = DRIVEN_TICK_MS;
	(void)tms_timer_in(service->tick, wait_ms);
}

static enum tms_status have_workers(struct tms_service *service, struct tms_queue *inbox)
{
	const struct tms_worker_options pages = { .base = service->world.base,
		.home = inbox,
		.name = "worker",
		.threads_max = PAGES_AT_ONCE_MAX,
		.overtake_ms = OVERTAKE_MS };
	const struct tms_worker_options copies = {
		.base = service->world.base, .home = inbox, .name = "copyist", .threads_max = 1
	};

	enum tms_status st = tms_worker_new(&pages, &service->world.worker);
	return st == TMS_OK ? tms_worker_new(&copies, &service->copyist) : st;
}

/* What is known of categories has a source of its own. */
static enum tms_status have_categories(struct tms_service *service)
{
	struct tms_source *known = sources_have(&service->sources, CATEGORIES_NAME);

	enum tms_status st = known ? shelves_join(&service->shelves, known) : TMS_ENOMEM;
	return st == TMS_OK ? categories_init(&service->categories, &service->world, known) : st;
}

/* The configuration is in force from here on; there is a source for each that it names. */
static void set_conf(struct tms_service *service, const struct tms_conf *conf)
{
	service->world.conf = conf;
	service->world.log->level = conf->log_level;
	service->world.log->format = conf->log_format;
	service->feeds.rendition_bytes_max = (size_t)conf->limits.cache_bytes;
	service->shelves.lru.bytes_max = (size_t)conf->limits.sets_bytes;
	service->shelves.scopes.bytes_max = (size_t)conf->limits.scopes_bytes;
	tms_index_bound_rows(
		tms_catalog_index(service->shelves.catalog), (size_t)conf->limits.rows_bytes);
	sources_configure(&service->sources);
	shelves_configure(&service->shelves);
}

static enum tms_status have_fetcher(struct tms_service *service)
{
	struct tms_arena arena = { 0 };
	const struct tms_fetcher_options fetching =
		tms_fetching_options(&arena, service->world.conf, service->version);

	if (arena.status == TMS_OK)
		service->world.fetcher =
			tms_fetcher_new(service->world.base, service->world.clock, &fetching);
	tms_arena_free(&arena);
	return service->world.fetcher ? TMS_OK : TMS_ENOMEM;
}

/* What it is made of, those first that others need. */
static enum tms_status have_parts(struct tms_service *service,
	const struct tms_service_options *options, struct tms_diag *diag)
{
	service->tick = evtimer_new(service->world.base, on_tick, service);
	enum tms_status st = service->tick ? have_fetcher(service) : TMS_ENOMEM;
	if (st == TMS_OK)
		st = shelves_init(&service->shelves, &service->world);
	if (st == TMS_OK)
		st = shelves_follow(&service->shelves);
	if (st == TMS_OK)
		st = feeds_init(
			&service->feeds, &service->world, &service->shelves, &service->reload);
	if (st == TMS_OK)
		st = reconciler_init(
			&service->reconciler, &service->world, &service->feeds, &service->reload);
	if (st == TMS_OK)
		st = have_workers(service, options->inbox);
	if (st == TMS_OK)
		st = service_open_store(service, options, diag);
	if (st != TMS_OK)
		return st;
	pauses_init(
		&service->pauses, service->world.fetcher, service->world.store, service->world.log);
	return have_categories(service);
}

enum tms_status tms_service_new(const struct tms_service_options *options,
	struct tms_arena *conf_arena, const struct tms_conf *conf, struct tms_service **out,
	struct tms_diag *diag)
{
	struct tms_service *service = calloc(1, sizeof(*service));

	if (!service) {
		tms_arena_free(conf_arena);
		return TMS_ENOMEM;
	}
	*service = (struct tms_service){
		.key = options->key,
		.version = options->version,
		.conf_arena = *conf_arena,
		.world = { .base = options->base,
			.clock = options->clock,
			.log = options->log,
			.key = &service->key,
			.conf = conf,
			.pauses = &service->pauses,
			.sources = &service->sources,
			.changed = on_source_changed,
			.wake = wake,
			.is_ready = is_ready,
			.context = service },
		.sources.world = &service->world,
		.reload.world = &service->world,
		.started_at = tms_clock_now(options->clock),
	};
	*conf_arena = (struct tms_arena){ 0 };
	struct tms_sources made = { 0 };
	enum tms_status st = have_parts(service, options, diag);
	if (st == TMS_OK)
		st = service_follow_store(service);
	if (st == TMS_OK)
		st = sources_make_missing(&service->sources, conf, &made);
	if (st != TMS_OK)
		goto out;
	sources_take(&service->sources, &made);
	set_conf(service, conf);
	reload_take_notes(&service->reload, NULL);
	service_catch_up(service);
	reconciler_list(&service->reconciler);
	wake(service);
	*out = service;
	service = NULL;
out:
	tms_service_free(service);
	return st;
}

void tms_service_free(struct tms_service *service)
{
	if (!service)
		return;
	if (service->tick)
		event_free(service->tick);
	if (service->follow)
		event_free(service->follow);
	feeds_fini(&service->feeds);
	shelves_fini(&service->shelves);
	categories_fini(&service->categories);
	sources_fini(&service->sources);
	tms_worker_free(service->world.worker);
	tms_worker_free(service->copyist);
	pauses_fini(&service->pauses);
	tms_store_free(service->world.store);
	tms_fetcher_free(service->world.fetcher);
	reconciler_fini(&service->reconciler);
	reload_fini(&service->reload);
	tms_arena_free(&service->conf_arena);
	tms_key_wipe(&service->key);
	free(service);
}

/* All that can fail of taking a configuration: when it does, what is in force is as it was. */
static enum tms_status prepare(
	struct tms_service *service, const struct tms_conf *conf, struct tms_sources *made)
{
	struct tms_arena scratch = { 0 };
	const struct tms_fetcher_options fetching =
		tms_fetching_options(&scratch, conf, service->version);

	enum tms_status st = scratch.status;
	if (st == TMS_OK)
		st = sources_make_missing(&service->sources, conf, made);
	if (st == TMS_OK) /* the last, because it replaces what there was */
		st = tms_fetcher_set(service->world.fetcher, &fetching);
	if (st != TMS_OK)
		sources_fini(made);
	tms_arena_free(&scratch);
	return st;
}

enum tms_status tms_service_configure(
	struct tms_service *service, struct tms_arena *conf_arena, const struct tms_conf *conf)
{
	struct tms_arena old_arena = service->conf_arena;
	const struct tms_conf *old = service->world.conf;
	struct tms_sources made = { 0 };

	enum tms_status st = prepare(service, conf, &made);
	if (st != TMS_OK) {
		tms_reload_refuse(
			&service->reload, conf->file, &(struct tms_conf_messages){ 0 }, st);
		tms_arena_free(conf_arena);
		return st;
	}
	service->conf_arena = *conf_arena;
	*conf_arena = (struct tms_arena){ 0 };
	sources_take(&service->sources, &made);
	set_conf(service, conf);
	categories_touch_all(&service->categories);
	feeds_reset(&service->feeds);
	reload_take(&service->reload, old);
	tms_arena_free(&old_arena);
	service_catch_up(service);
	reconciler_configure(&service->reconciler);
	wake(service);
	return TMS_OK;
}

/* What is not being read now is not read any more; returns whether nothing is. */
static bool end_rounds(struct tms_service *service)
{
	bool is_reading = false;

	for (size_t i = 0; i < service->sources.count; i++) {
		struct tms_source *source = service->sources.list[i];
		round_end(source->round);
		saver_flush(source);
		if (!round_is_reading(source->round))
			continue;
		is_reading = true;
		TMS_LOG(service->world.log, TMS_LOG_WARNING,
			"a page is still being read; the service ends without it",
			{ "source", source->name });
	}
	return !is_reading;
}

bool tms_service_drain(struct tms_service *service, int64_t timeout_ms)
{
	int64_t end_ms = tms_monotonic_ms() + timeout_ms;

	service->is_draining = true;
	for (size_t i = 0; i < service->sources.count; i++)
		saver_flush(service->sources.list[i]);
	category_lookup_release(&service->categories.lookup);
	/* half of the time is the store's */
	bool has_ended = tms_worker_finish(service->world.worker, timeout_ms / 2);
	if (!end_rounds(service))
		has_ended = false;
	int64_t left_ms = end_ms - tms_monotonic_ms();
	if (!tms_store_flush(service->world.store, service->world.base, left_ms > 0 ? left_ms : 0))
		tms_log_say(service->world.log, TMS_LOG_WARNING,
			"the store did not take everything before the end");
	left_ms = end_ms - tms_monotonic_ms();
	return tms_worker_finish(service->copyist, left_ms > 0 ? left_ms : 0) && has_ended;
}

void tms_service_leave(struct tms_service *service)
{
	tms_store_free(service->world.store);
	service->world.store = NULL;
}

bool tms_service_is_ready(const struct tms_service *service)
{
	if (!service->reconciler.is_registered || service->is_draining)
		return false;
	for (size_t i = 0; i < service->sources.count; i++)
		if (!service->sources.list[i]->is_loaded ||
			(service->sources.list[i]->conf && !service->sources.list[i]->has_answer))
			return false;
	return true;
}
