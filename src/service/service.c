#include "service/service.h"

#include <stdlib.h>

#include <event2/event.h>

#include "loop/timer.h"
#include "service/fetching.h"
#include "service/round.h"
#include "service/source_schedule.h"
#include "service/source_state.h"
#include "store/store.h"
#include "store/store_wait.h"

#define FOLLOWED_MS 3000 /* the store was last heard so long ago: it may know more by now */
#define BACK_MS                                                                                    \
	5000 /* a store that was away is back: a full disk lets itself be opened each second */
#define FOLLOW_MS 500          /* changes made by other processes are seen within a second */
#define DRIVEN_TICK_MS 10      /* a clock that tests drive is looked at often */
#define LONGEST_SLEEP_MS 10000 /* the system's clock may be set: never trust one wait for long */
#define OVERTAKE_MS 500        /* a page that is read for longer is overtaken by the others … */
#define PAGES_AT_ONCE_MAX 8    /* … until so many are being read */

struct tms_source *tms_service_source(const struct tms_service *service, struct tms_str name)
{
	size_t low = 0, high = service->sources_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = tms_str_compare(service->sources[middle]->name, name);
		if (order == 0)
			return service->sources[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

/* The source of that name, made when there is none. NULL when memory is out. */
static struct tms_source *have_source(struct tms_service *service, struct tms_str name)
{
	struct tms_source *known = tms_service_source(service, name);
	size_t at = service->sources_count;

	if (known)
		return known;
	struct tms_source **grown = realloc(
		service->sources, (service->sources_count + 1) * sizeof(struct tms_source *));
	if (!grown)
		return NULL;
	service->sources = grown;
	struct tms_source *made = source_new(&service->world, name);
	if (!made)
		return NULL;
	for (; at > 0 && tms_str_compare(grown[at - 1]->name, name) > 0; at--)
		grown[at] = grown[at - 1];
	grown[at] = made;
	service->sources_count++;
	return made;
}

void service_keep_source(struct tms_service *service, struct tms_str name)
{
	struct tms_source *source = have_source(service, name);

	if (source)
		source_load(source);
}

void service_wake(struct tms_service *service)
{
	if (service->tick)
		(void)tms_timer_soon(service->tick);
}

static void on_source_changed(void *context, struct tms_source *source)
{
	struct tms_service *service = context;

	/* readers first: to store a listing takes as long as half of showing it */
	if (!shelves_touch(&service->shelves, source))
		saver_flush(source);
	categories_touch(&service->categories, source);
	service_wake(service);
}

static void on_tick(evutil_socket_t fd, short what, void *context)
{
	struct tms_service *service = context;
	tms_time now = tms_clock_now(service->clock);
	tms_time due = TMS_TIME_MAX;
	int64_t wait_ms = LONGEST_SLEEP_MS;

	(void)fd;
	(void)what;
	if (service->is_draining)
		return;
	for (size_t i = 0; i < service->sources_count; i++) {
		source_tick(service->sources[i], now);
		tms_time next = tms_source_next_due(service->sources[i], now);
		due = next < due ? next : due;
	}
	categories_tick(&service->categories, now);
	tms_time categories_due = categories_next_due(&service->categories, now);
	due = categories_due < due ? categories_due : due;
	if (due != TMS_TIME_MAX && (due - now) * 1000 < wait_ms)
		wait_ms = due > now ? (due - now) * 1000 : 100;
	if (service->clock->driven)
		wait_ms = DRIVEN_TICK_MS;
	(void)tms_timer_in(service->tick, wait_ms);
}

/* Whatever was not read or written while the store was away is read and written now. */
static void catch_up(struct tms_service *service)
{
	for (size_t i = 0; i < service->sources_count; i++) {
		source_load(service->sources[i]);
		saver_flush(service->sources[i]);
	}
}

/* The store has lost what this process knows, or some of it. */
static void write_again(struct tms_service *service, enum tms_store_event event)
{
	bool is_mended = event == TMS_STORE_MENDED;

	tms_log_say(service->log, TMS_LOG_WARNING,
		is_mended
			? "the store was made anew; everything known here is written again"
			: "the store is back without what it had; everything known here is written again");
	service->is_registered = false;
	reconciler_restore(service, is_mended);
	for (size_t i = 0; i < service->sources_count; i++)
		if (service->sources[i]->is_loaded &&
			saver_note_all(&service->sources[i]->saver, service->sources[i]->window) !=
				TMS_OK)
			tms_log_say(service->log, TMS_LOG_ERROR, "out of memory");
}

static void tell_away(struct tms_service *service)
{
	struct tms_str why = tms_str_from(tms_store_health(service->store)->error);
	uint64_t hash = tms_hash((struct tms_hash_seed){ 0 }, why) | 1;

	service->outage.up_ms = 0;
	if (hash == service->outage.told)
		return;
	service->outage.told = hash;
	TMS_LOG(service->log, TMS_LOG_ERROR, "the store is away; feeds are served from memory",
		{ "why", why });
}

static void tell_there(struct tms_service *service)
{
	service->outage.told = 0;
	TMS_LOG(service->log, TMS_LOG_INFO, "the store is there",
		{ "store", tms_str_from(tms_store_place(service->store)) });
}

static void on_store(void *context, enum tms_store_event event)
{
	struct tms_service *service = context;

	switch (event) {
	case TMS_STORE_DOWN:
		tell_away(service);
		return;
	case TMS_STORE_REPLACED:
	case TMS_STORE_MENDED:
		write_again(service, event);
		break;
	case TMS_STORE_UP:
		service->outage.up_ms = tms_monotonic_ms();
		if (service->outage.told == 0)
			tell_there(service);
		service->reconciler.patience = 0;
		if (!service->is_registered)
			reconciler_list(service);
		break;
	}
	catch_up(service);
}

/* What is to be told of a store that can be used: in the log when it changes. */
static void log_warning(struct tms_service *service)
{
	const char *warning = tms_store_health(service->store)->warning;

	if (strcmp(service->warned, warning) == 0)
		return;
	memcpy(service->warned, warning, sizeof(service->warned));
	if (warning[0])
		TMS_LOG(service->log, TMS_LOG_WARNING, "the store can be used, but",
			{ "why", tms_str_from(warning) });
}

static void on_revision(void *context, const struct tms_store_reply *reply)
{
	struct tms_service *service = context;

	service->is_following = false;
	if (reply->status != TMS_OK)
		return;
	service->followed_ms = tms_monotonic_ms();
	if (service->outage.told && service->outage.up_ms &&
		service->followed_ms - service->outage.up_ms >= BACK_MS)
		tell_there(service);
	log_warning(service);
	reconciler_follow(service, reply->revision);
	catch_up(service);
}

static void on_follow(evutil_socket_t fd, short what, void *context)
{
	struct tms_service *service = context;

	(void)fd;
	(void)what;
	if (!service->is_following)
		service->is_following =
			tms_store_poll(service->store, (struct tms_store_call){ .done = on_revision,
							       .context = service }) != NULL;
}

static enum tms_status have_workers(struct tms_service *service, struct tms_queue *inbox)
{
	const struct tms_worker_options pages = { .base = service->base,
		.home = inbox,
		.name = "worker",
		.threads_max = PAGES_AT_ONCE_MAX,
		.overtake_ms = OVERTAKE_MS };
	const struct tms_worker_options copies = {
		.base = service->base, .home = inbox, .name = "copyist", .threads_max = 1
	};

	enum tms_status st = tms_worker_new(&pages, &service->worker);
	return st == TMS_OK ? tms_worker_new(&copies, &service->copyist) : st;
}

static enum tms_status open_store(struct tms_service *service,
	const struct tms_service_options *options, struct tms_diag *diag)
{
	struct tms_store_options wanted =
		tms_store_options_of(&service->conf->store, options->store_password);

	wanted.worker = service->copyist;
	wanted.is_keeper = true;
	enum tms_status st = tms_store_open(service->base, &wanted, &service->store, diag);
	if (st == TMS_OK)
		tms_store_watch(service->store, on_store, service);
	return st;
}

/* Makes and tells sources what the configuration says; the ones that are gone from it rest. */
static enum tms_status configure_sources(struct tms_service *service)
{
	for (size_t i = 0; i < service->conf->sources_count; i++)
		if (!have_source(service, service->conf->sources[i].name))
			return TMS_ENOMEM;
	for (size_t i = 0; i < service->sources_count; i++)
		source_configure(service->sources[i],
			tms_conf_find_source(service->conf, service->sources[i]->name));
	return TMS_OK;
}

/* What is known of categories has a source of its own. */
static enum tms_status have_categories(struct tms_service *service)
{
	struct tms_source *known = have_source(service, TMS_CATEGORIES_NAME);

	return known ? categories_init(&service->categories, service, known) : TMS_ENOMEM;
}

static void set_conf(struct tms_service *service, const struct tms_conf *conf)
{
	service->conf = conf;
	service->world.conf = conf;
	service->log->level = conf->log_level;
	service->log->format = conf->log_format;
}

/* What a service has without a store. */
static enum tms_status have_parts(struct tms_service *service)
{
	const struct tms_conf *conf = service->conf;
	struct tms_arena arena = { 0 };

	service->tick = evtimer_new(service->base, on_tick, service);
	service->follow = event_new(service->base, -1, EV_PERSIST, on_follow, service);
	const struct tms_fetcher_options fetching =
		tms_fetching_options(&arena, conf, service->version);
	if (arena.status == TMS_OK)
		service->fetcher = tms_fetcher_new(service->base, service->clock, &fetching);
	tms_arena_free(&arena);
	if (!service->tick || !service->follow || !service->fetcher ||
		shelves_init(&service->shelves, service) != TMS_OK ||
		feeds_init(&service->feeds, &service->shelves, &service->key,
			(size_t)conf->limits.cache_bytes) != TMS_OK ||
		reconciler_init(service) != TMS_OK)
		return TMS_ENOMEM;
	service->shelves.lru.bytes_max = (size_t)conf->limits.sets_bytes;
	return TMS_OK;
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
		.base = options->base,
		.clock = options->clock,
		.log = options->log,
		.key = options->key,
		.version = options->version,
		.conf_arena = *conf_arena,
	};
	*conf_arena = (struct tms_arena){ 0 };
	set_conf(service, conf);
	service->started_at = tms_clock_now(service->clock);
	tms_instance_id(&service->key, &service->instance);
	enum tms_status st = have_parts(service);
	if (st == TMS_OK)
		st = have_workers(service, options->inbox);
	if (st == TMS_OK)
		st = open_store(service, options, diag);
	if (st != TMS_OK)
		goto out;
	pauses_init(&service->pauses, service->fetcher, service->store, service->log);
	service->world = (struct tms_source_world){ .fetcher = service->fetcher,
		.pauses = &service->pauses,
		.worker = service->worker,
		.store = service->store,
		.clock = service->clock,
		.log = service->log,
		.conf = conf,
		.changed = on_source_changed,
		.context = service };
	st = have_categories(service);
	if (st == TMS_OK)
		st = configure_sources(service);
	if (st != TMS_OK)
		goto out;
	(void)tms_timer_in(service->follow, FOLLOW_MS);
	catch_up(service);
	reconciler_list(service);
	service_wake(service);
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
	for (size_t i = 0; i < service->sources_count; i++)
		source_free(service->sources[i]);
	free(service->sources);
	tms_worker_free(service->worker);
	tms_worker_free(service->copyist);
	pauses_fini(&service->pauses);
	tms_store_free(service->store);
	tms_fetcher_free(service->fetcher);
	reconciler_fini(service);
	reload_fini(&service->reload);
	tms_arena_free(&service->conf_arena);
	tms_key_wipe(&service->key);
	free(service);
}

enum tms_status tms_service_configure(
	struct tms_service *service, struct tms_arena *conf_arena, const struct tms_conf *conf)
{
	struct tms_arena scratch = { 0 };
	struct tms_arena old_arena = service->conf_arena;
	const struct tms_conf *old = service->conf;

	service->conf = conf;
	const struct tms_fetcher_options fetching =
		tms_fetching_options(&scratch, conf, service->version);
	enum tms_status st = scratch.status;
	if (st == TMS_OK)
		st = tms_fetcher_set(service->fetcher, &fetching);
	tms_arena_free(&scratch);
	if (st != TMS_OK) {
		service->conf = old;
		tms_reload_refuse(service, conf->file, &(struct tms_conf_messages){ 0 }, st);
		tms_arena_free(conf_arena);
		return st;
	}
	service->conf_arena = *conf_arena;
	*conf_arena = (struct tms_arena){ 0 };
	set_conf(service, conf);
	st = configure_sources(service);
	categories_touch_all(&service->categories);
	feeds_reset(&service->feeds);
	service->feeds.rendition_bytes_max = (size_t)conf->limits.cache_bytes;
	service->shelves.lru.bytes_max = (size_t)conf->limits.sets_bytes;
	reload_take(service, old);
	tms_arena_free(&old_arena);
	catch_up(service);
	reconciler_configure(service);
	service_wake(service);
	return st;
}

/* What is not being read now is not read any more; returns whether nothing is. */
static bool end_rounds(struct tms_service *service)
{
	bool is_reading = false;

	for (size_t i = 0; i < service->sources_count; i++) {
		struct tms_source *source = service->sources[i];
		round_end(source->round);
		saver_flush(source);
		if (!round_is_reading(source->round))
			continue;
		is_reading = true;
		TMS_LOG(service->log, TMS_LOG_WARNING,
			"a page is still being read; the service ends without it",
			{ "source", source->name });
	}
	return !is_reading;
}

bool tms_service_drain(struct tms_service *service, int64_t timeout_ms)
{
	int64_t end_ms = tms_monotonic_ms() + timeout_ms;

	service->is_draining = true;
	for (size_t i = 0; i < service->sources_count; i++)
		saver_flush(service->sources[i]);
	category_lookup_release(&service->categories);
	/* half of the time is the store's */
	bool has_ended = tms_worker_finish(service->worker, timeout_ms / 2);
	if (!end_rounds(service))
		has_ended = false;
	int64_t left_ms = end_ms - tms_monotonic_ms();
	if (!tms_store_flush(service->store, service->base, left_ms > 0 ? left_ms : 0))
		tms_log_say(service->log, TMS_LOG_WARNING,
			"the store did not take everything before the end");
	left_ms = end_ms - tms_monotonic_ms();
	return tms_worker_finish(service->copyist, left_ms > 0 ? left_ms : 0) && has_ended;
}

void tms_service_leave(struct tms_service *service)
{
	tms_store_free(service->store);
	service->store = NULL;
}

bool tms_service_knows_feeds(const struct tms_service *service)
{
	return service->is_registered && tms_store_health(service->store)->up &&
	       tms_monotonic_ms() - service->followed_ms < FOLLOWED_MS;
}

bool tms_service_is_ready(const struct tms_service *service)
{
	if (!service->is_registered || service->is_draining)
		return false;
	for (size_t i = 0; i < service->sources_count; i++)
		if (!service->sources[i]->is_loaded ||
			(service->sources[i]->conf && !service->sources[i]->has_answer))
			return false;
	return true;
}
