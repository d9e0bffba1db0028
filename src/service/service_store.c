/* The driver's watch over the store: away and back, lost and replaced, changed by others. */
#include "service/service_store.h"

#include <event2/event.h>

#include "loop/timer.h"
#include "service/saver.h"
#include "service/source_state.h"

#define FOLLOW_MS 500    /* changes made by other processes are seen within a second */
#define FOLLOWED_MS 3000 /* the store was last heard so long ago: it may know more by now */
#define BACK_MS                                                                                    \
	5000 /* a store that was away is back: a full disk lets itself be opened each second */

void service_catch_up(struct tms_service *service)
{
	source_load_all(&service->sources);
	for (size_t i = 0; i < service->sources.count; i++)
		saver_flush(service->sources.list[i]);
}

/* The store has lost what this process knows, or some of it. */
static void write_again(struct tms_service *service, enum tms_store_event event)
{
	bool is_mended = event == TMS_STORE_MENDED;

	tms_log_say(service->world.log, TMS_LOG_WARNING,
		is_mended
			? "the store was made anew; everything known here is written again"
			: "the store is back without what it had; everything known here is written again");
	service->reconciler.is_registered = false;
	reconciler_restore(&service->reconciler, is_mended);
	for (size_t i = 0; i < service->sources.count; i++)
		if (service->sources.list[i]->is_loaded &&
			saver_note_all(&service->sources.list[i]->saver,
				service->sources.list[i]->window) != TMS_OK)
			tms_log_say(service->world.log, TMS_LOG_ERROR, "out of memory");
}

static void tell_away(struct tms_service *service)
{
	struct tms_str why = tms_str_from(tms_store_health(service->world.store)->error);
	uint64_t hash = tms_hash((struct tms_hash_seed){ 0 }, why) | 1;

	service->outage.up_ms = 0;
	if (hash == service->outage.told)
		return;
	service->outage.told = hash;
	TMS_LOG(service->world.log, TMS_LOG_ERROR,
		"the store is away; feeds are served from memory", { "why", why });
}

static void tell_there(struct tms_service *service)
{
	service->outage.told = 0;
	TMS_LOG(service->world.log, TMS_LOG_INFO, "the store is there",
		{ "store", tms_str_from(tms_store_place(service->world.store)) });
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
		if (!service->reconciler.is_registered)
			reconciler_list(&service->reconciler);
		break;
	}
	service_catch_up(service);
}

/* What is to be told of a store that can be used: in the log when it changes. */
static void log_warning(struct tms_service *service)
{
	const char *warning = tms_store_health(service->world.store)->warning;

	if (strcmp(service->warned, warning) == 0)
		return;
	memcpy(service->warned, warning, sizeof(service->warned));
	if (warning[0])
		TMS_LOG(service->world.log, TMS_LOG_WARNING, "the store can be used, but",
			{ "why", tms_str_from(warning) });
}

static void on_revision(void *context, const struct tms_store_reply *reply)
{
	struct tms_service *service = context;

	service->is_following = false;
	if (reply->status != TMS_OK)
		return;
	service->reconciler.followed_ms = tms_monotonic_ms();
	if (service->outage.told && service->outage.up_ms &&
		service->reconciler.followed_ms - service->outage.up_ms >= BACK_MS)
		tell_there(service);
	log_warning(service);
	reconciler_follow(&service->reconciler, reply->revision);
	service_catch_up(service);
}

static void on_follow(evutil_socket_t fd, short what, void *context)
{
	struct tms_service *service = context;

	(void)fd;
	(void)what;
	if (!service->is_following)
		service->is_following = tms_store_poll(service->world.store,
						(struct tms_store_call){ .done = on_revision,
							.context = service }) != NULL;
}

enum tms_status service_open_store(struct tms_service *service,
	const struct tms_service_options *options, struct tms_diag *diag)
{
	struct tms_store_options wanted =
		tms_store_options_of(&service->world.conf->store, options->store_password);

	wanted.worker = service->copyist;
	wanted.is_keeper = true;
	enum tms_status st =
		tms_store_open(service->world.base, &wanted, &service->world.store, diag);
	if (st == TMS_OK)
		tms_store_watch(service->world.store, on_store, service);
	return st;
}

enum tms_status service_follow_store(struct tms_service *service)
{
	service->follow = event_new(service->world.base, -1, EV_PERSIST, on_follow, service);
	return service->follow && tms_timer_in(service->follow, FOLLOW_MS) ? TMS_OK : TMS_ENOMEM;
}

bool tms_service_knows_feeds(const struct tms_service *service)
{
	return service->reconciler.is_registered && tms_store_health(service->world.store)->up &&
	       tms_monotonic_ms() - service->reconciler.followed_ms < FOLLOWED_MS;
}
