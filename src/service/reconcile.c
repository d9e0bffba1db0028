#include "service/reconcile.h"

#include <stdlib.h>

#include <event2/event.h>

#include "loop/timer.h"
#include "service/service.h"
#include "service/definition_writer.h"

#define INSTANCE_KEY "instance" /* no slash, so it is never a feed's */
/* Of one slice: records looked at; feeds reconciled, of which each may be parsed and written. */
#define RECORDS_A_SLICE 2000
#define FEEDS_A_SLICE 32

static struct reconciler *reconciler_of(struct tms_service *service)
{
	return &service->reconciler;
}

static void go_on(struct tms_service *service)
{
	(void)tms_timer_soon(service->reconciler.step);
}

static void enter(struct tms_service *service, enum reconcile_phase phase)
{
	struct reconciler *s = reconciler_of(service);

	s->phase = phase;
	s->at = 0;
	s->user = s->feed = s->compared = 0;
	s->now = tms_clock_now(service->clock);
	if (phase != RECONCILE_RESTING && phase != RECONCILE_LISTING &&
		phase != RECONCILE_FOLLOWING)
		go_on(service);
}

/* What is asked for while something is under way begins when that has ended. */
static void rest(struct tms_service *service)
{
	struct reconciler *s = reconciler_of(service);

	s->phase = RECONCILE_RESTING;
	if (s->has_failed)
		s->revision = -1; /* the next look at the store lists it again */
	s->has_failed = false;
	if (s->must_list)
		reconciler_list(service);
	else if (s->must_reconcile)
		reconciler_configure(service);
	else
		reload_tell_reconciled(service);
}

/* ---- slices ---- */

static bool reconcile_some(struct tms_service *service)
{
	struct reconciler *s = reconciler_of(service);
	const struct tms_conf *conf = service->conf;
	size_t compared = s->compared; /* each may look at all items */

	for (size_t left = FEEDS_A_SLICE;
		left > 0 && s->user < conf->users_count && s->compared == compared; left--) {
		const struct tms_conf_user *user = &conf->users[s->user];
		if (s->feed < user->feeds_count)
			reconcile_feed(service, user, &user->feeds[s->feed++]);
		if (s->feed >= user->feeds_count) {
			s->user++;
			s->feed = 0;
		}
	}
	return s->user < conf->users_count;
}

/* Visits records; false when all have been. */
static bool visit_some(
	struct tms_service *service, bool (*visit)(struct tms_service *service, uint32_t number))
{
	struct reconciler *s = reconciler_of(service);
	size_t looks = RECORDS_A_SLICE, visits = FEEDS_A_SLICE;

	for (; looks > 0 && visits > 0 && s->at < service->feeds.registry.end; looks--)
		visits -= visit(service, s->at++);
	return s->at < service->feeds.registry.end;
}

static void finish(struct tms_service *service)
{
	struct reconciler *s = reconciler_of(service);

	if (s->of_other_key > 0 && !s->is_other_key_told) {
		TMS_LOG(service->log, TMS_LOG_ERROR,
			"feeds of the store have addresses of another instance key, which are unknown now",
			{ "key_file", service->conf->instance_key_file });
		s->is_other_key_told = true;
	}
	writing_send(service);
	s->is_lost = s->is_mended = false;
	if (!s->has_failed) {
		service->is_registered = true;
		service->feeds.is_open = true;
		service_wake(service);
	}
	rest(service);
}

static void on_step(evutil_socket_t fd, short what, void *context)
{
	struct tms_service *service = context;
	bool more = false;

	(void)fd;
	(void)what;
	switch (reconciler_of(service)->phase) {
	case RECONCILE_SWEEPING:
		more = visit_some(service, reconcile_sweep);
		if (!more)
			enter(service, RECONCILE_CONFIGURED);
		break;
	case RECONCILE_CONFIGURED:
		more = reconcile_some(service);
		if (!more) {
			service->feeds.over_count = 0;
			enter(service, RECONCILE_DATING);
		}
		break;
	case RECONCILE_DATING:
		more = visit_some(service, reconcile_date);
		if (!more)
			finish(service);
		break;
	case RECONCILE_RESTING:
	case RECONCILE_LISTING:
	case RECONCILE_FOLLOWING:
		break;
	}
	if (more)
		go_on(service);
}

/* ---- rows of the store ---- */

static void take_instance(struct tms_service *service, struct tms_str bytes)
{
	if (bytes.len != TMS_UUID_CHARS)
		return;
	memcpy(service->instance.text, bytes.ptr, TMS_UUID_CHARS);
	service->has_instance = true;
}

static void on_row(void *context, const struct tms_store_row *row)
{
	struct tms_service *service = context;

	service->reconciler.rows++;
	if (tms_str_equal(row->key, TMS_STR(INSTANCE_KEY))) {
		take_instance(service, row->bytes);
		return;
	}
	if (row->kind == TMS_STORE_ROW_DEFINITION) {
		reconcile_row(service, row);
	} else if (row->kind == TMS_STORE_ROW_DEFINITION_GONE) {
		reconcile_rows_end(service); /* it may have been defined just before */
		feeds_undefine(service, registry_find(&service->feeds.registry, row->key));
	}
}

static void on_listed(void *context, const struct tms_store_reply *reply)
{
	struct tms_service *service = context;
	struct reconciler *s = reconciler_of(service);

	reconcile_rows_end(service);
	if (reply->status != TMS_OK) {
		TMS_LOG(service->log, TMS_LOG_WARNING, "feed definitions cannot be read yet",
			{ "why", tms_str_from(reply->diag->text) });
		s->has_failed = true;
		rest(service);
		return;
	}
	s->revision = reply->revision;
	service->followed_ms = tms_monotonic_ms();
	if (!service->has_instance) {
		if (!writing_instance(service, TMS_STR(INSTANCE_KEY)))
			s->has_failed = true;
		service->has_instance = true;
	}
	s->must_reconcile = false;
	enter(service, s->was_empty ? RECONCILE_CONFIGURED : RECONCILE_SWEEPING);
}

static void on_followed(void *context, const struct tms_store_reply *reply)
{
	struct tms_service *service = context;
	struct reconciler *s = reconciler_of(service);

	reconcile_rows_end(service);
	if (reply->status == TMS_OK && reply->found)
		s->revision = reply->revision;
	else if (reply->status == TMS_OK)
		s->must_list = true;
	rest(service);
}

/* ---- what others ask for ---- */

void reconciler_list(struct tms_service *service)
{
	struct reconciler *s = reconciler_of(service);

	if (s->phase != RECONCILE_RESTING) {
		s->must_list = s->must_list || s->phase != RECONCILE_LISTING;
		return;
	}
	s->must_list = false;
	s->listings++;
	s->was_empty = service->feeds.registry.count == 0;
	enter(service, RECONCILE_LISTING);
	if (!tms_store_definitions_list(
		    service->store, (struct tms_store_call){
					    .done = on_listed, .row = on_row, .context = service }))
		s->phase = RECONCILE_RESTING;
}

void reconciler_configure(struct tms_service *service)
{
	struct reconciler *s = reconciler_of(service);

	if (s->phase != RECONCILE_RESTING) {
		s->must_reconcile = true;
		return;
	}
	s->must_reconcile = false;
	if (service->is_registered)
		enter(service, RECONCILE_CONFIGURED);
	else
		reconciler_list(service);
}

void reconciler_follow(struct tms_service *service, int64_t revision)
{
	struct reconciler *s = reconciler_of(service);

	if (s->phase != RECONCILE_RESTING)
		return;
	if (s->revision < 0 || !service->is_registered) {
		if (s->patience > 0)
			s->patience--;
		else
			reconciler_list(service);
		return;
	}
	if (revision == s->revision)
		return;
	s->followings++;
	enter(service, RECONCILE_FOLLOWING);
	if (!tms_store_definitions_changed(service->store, s->revision,
		    (struct tms_store_call){
			    .done = on_followed, .row = on_row, .context = service }))
		s->phase = RECONCILE_RESTING;
}

void reconciler_note_failure(struct tms_service *service)
{
	if (service->reconciler.phase == RECONCILE_RESTING)
		rest(service);
}

void reconciler_restore(struct tms_service *service, bool is_mended)
{
	service->reconciler.is_lost = true;
	service->reconciler.is_mended = is_mended;
	service->reconciler.patience = 0;
	service->reconciler.revision = -1;
	service->has_instance = false;
	reconciler_list(service);
}

enum tms_status reconciler_init(struct tms_service *service)
{
	struct reconciler *s = reconciler_of(service);

	s->revision = -1;
	s->step = evtimer_new(service->base, on_step, service);
	return s->step ? TMS_OK : TMS_ENOMEM;
}

void reconciler_fini(struct tms_service *service)
{
	struct reconciler *s = reconciler_of(service);

	if (s->step)
		event_free(s->step);
	writing_drop(service);
	tms_arena_free(&s->rows_arena);
	*s = (struct reconciler){ 0 };
}
