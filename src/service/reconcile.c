/* Reconciling stored definitions with the configuration, in slices; reconcile.h has the rules. */
#include "service/reconcile.h"

#include <event2/event.h>

#include "loop/timer.h"
#include "service/person_feeds.h"
#include "service/reconcile_private.h"
#include "service/reload.h"

#define INSTANCE_KEY "instance" /* no slash, so it is never a feed's */
/* Of one slice: records looked at; feeds reconciled, of which each may be parsed and written. */
#define RECORDS_A_SLICE 2000
#define FEEDS_A_SLICE 32
#define PATIENCE_MAX 120 /* looks at the store, of which there are two a second */

static void go_on(struct reconciler *r)
{
	(void)tms_timer_soon(r->step);
}

static void enter(struct reconciler *r, enum reconcile_phase phase)
{
	r->phase = phase;
	r->at = 0;
	r->user = r->feed = 0;
	r->now = tms_clock_now(r->world->clock);
	r->feeds->edits.are_counted = phase == RECONCILE_CONFIGURED;
	r->feeds->edits.count = 0;
	r->feeds->edits.now = r->now;
	if (phase != RECONCILE_RESTING && phase != RECONCILE_LISTING &&
		phase != RECONCILE_FOLLOWING)
		go_on(r);
}

/* What is asked for while something is under way begins when that has ended. */
static void rest(struct reconciler *r)
{
	r->phase = RECONCILE_RESTING;
	r->feeds->edits.are_counted = false;
	if (r->has_failed)
		r->revision = -1; /* the next look at the store lists it again */
	r->has_failed = false;
	if (r->must_list)
		reconciler_list(r);
	else if (r->must_reconcile)
		reconciler_configure(r);
	else
		reload_tell_reconciled(r->reload);
}

/* ---- slices ---- */

static bool reconcile_some(struct reconciler *r)
{
	const struct tms_conf *conf = r->world->conf;
	size_t edits = r->feeds->edits.count; /* each may look at all items */

	for (size_t left = FEEDS_A_SLICE;
		left > 0 && r->user < conf->users_count && r->feeds->edits.count == edits; left--) {
		const struct tms_conf_user *user = &conf->users[r->user];
		if (r->feed < user->feeds_count)
			reconcile_feed(r, user, &user->feeds[r->feed++]);
		if (r->feed >= user->feeds_count) {
			r->user++;
			r->feed = 0;
		}
	}
	return r->user < conf->users_count;
}

/* Visits records; false when all have been. */
static bool visit_some(struct reconciler *r, bool (*visit)(struct reconciler *r, uint32_t number))
{
	size_t looks = RECORDS_A_SLICE, visits = FEEDS_A_SLICE;

	for (; looks > 0 && visits > 0 && r->at < r->feeds->registry.end; looks--)
		visits -= visit(r, r->at++);
	return r->at < r->feeds->registry.end;
}

static void finish(struct reconciler *r)
{
	if (r->of_other_key > 0 && !r->is_other_key_told) {
		TMS_LOG(r->world->log, TMS_LOG_ERROR,
			"feeds of the store have addresses of another instance key, which are unknown now",
			{ "key_file", r->world->conf->instance_key_file });
		r->is_other_key_told = true;
	}
	definition_writer_send(&r->writer);
	r->is_lost = r->is_mended = false;
	if (!r->has_failed) {
		r->is_registered = true;
		r->feeds->is_open = true;
		r->world->wake(r->world->context);
	}
	rest(r);
}

static void on_step(evutil_socket_t fd, short what, void *context)
{
	struct reconciler *r = context;
	bool more = false;

	(void)fd;
	(void)what;
	switch (r->phase) {
	case RECONCILE_SWEEPING:
		more = visit_some(r, reconcile_sweep);
		if (!more)
			enter(r, RECONCILE_CONFIGURED);
		break;
	case RECONCILE_CONFIGURED:
		more = reconcile_some(r);
		if (!more) {
			r->feeds->over_count = 0;
			enter(r, RECONCILE_DATING);
		}
		break;
	case RECONCILE_DATING:
		more = visit_some(r, reconcile_date);
		if (!more)
			finish(r);
		break;
	case RECONCILE_RESTING:
	case RECONCILE_LISTING:
	case RECONCILE_FOLLOWING:
		break;
	}
	if (more)
		go_on(r);
}

/* ---- rows of the store ---- */

static void take_instance(struct reconciler *r, struct tms_str bytes)
{
	if (bytes.len != TMS_UUID_CHARS)
		return;
	memcpy(r->feeds->instance.text, bytes.ptr, TMS_UUID_CHARS);
	r->has_instance = true;
}

static void on_row(void *context, const struct tms_store_row *row)
{
	struct reconciler *r = context;

	r->rows++;
	if (tms_str_equal(row->key, TMS_STR(INSTANCE_KEY))) {
		take_instance(r, row->bytes);
		return;
	}
	if (row->kind == TMS_STORE_ROW_DEFINITION) {
		reconcile_row(r, row);
	} else if (row->kind == TMS_STORE_ROW_DEFINITION_GONE) {
		reconcile_rows_end(r); /* it may have been defined just before */
		person_feeds_undefine(r->feeds, registry_find(&r->feeds->registry, row->key));
	}
}

static void on_listed(void *context, const struct tms_store_reply *reply)
{
	struct reconciler *r = context;

	reconcile_rows_end(r);
	if (reply->status != TMS_OK) {
		TMS_LOG(r->world->log, TMS_LOG_WARNING, "feed definitions cannot be read yet",
			{ "why", tms_str_from(reply->diag->text) });
		r->has_failed = true;
		rest(r);
		return;
	}
	r->revision = reply->revision;
	r->followed_ms = tms_monotonic_ms();
	if (!r->has_instance) {
		if (!definition_writer_put_instance(
			    &r->writer, TMS_STR(INSTANCE_KEY), &r->feeds->instance))
			r->has_failed = true;
		r->has_instance = true;
	}
	r->must_reconcile = false;
	enter(r, r->was_empty ? RECONCILE_CONFIGURED : RECONCILE_SWEEPING);
}

static void on_followed(void *context, const struct tms_store_reply *reply)
{
	struct reconciler *r = context;

	reconcile_rows_end(r);
	if (reply->status == TMS_OK && reply->found)
		r->revision = reply->revision;
	else if (reply->status == TMS_OK)
		r->must_list = true;
	rest(r);
}

/* ---- what was written ---- */

/* What could not be written is reconciled again when the store has been listed; at once after a
 * conflict, else with growing patience. */
static void note_failure(struct reconciler *r, const struct tms_store_reply *reply)
{
	TMS_LOG(r->world->log, TMS_LOG_WARNING,
		reply->is_uncertain
			? "it is not known whether feed definitions were stored; they are settled again"
			: "feed definitions were not stored; they are settled again",
		{ "why", tms_str_from(reply->diag->text) });
	r->has_failed = true;
	if (reply->status == TMS_ECONFLICT) {
		r->is_registered = false;
		r->patience = 0;
	} else {
		r->patience_next = r->patience_next < PATIENCE_MAX / 2 ? r->patience_next * 2 + 1
								       : PATIENCE_MAX;
		r->patience = r->patience_next;
	}
	if (r->phase == RECONCILE_RESTING)
		rest(r);
}

static void on_written(void *context, const struct tms_store_reply *reply)
{
	struct reconciler *r = context;

	if (!reply) {
		r->has_failed = true;
	} else if (reply->status != TMS_OK) {
		note_failure(r, reply);
	} else {
		r->patience_next = 0;
		if (reply->revision == r->revision + 1) /* nobody else was between */
			r->revision = reply->revision;
	}
}

/* ---- what others ask for ---- */

void reconciler_list(struct reconciler *r)
{
	if (r->phase != RECONCILE_RESTING) {
		r->must_list = r->must_list || r->phase != RECONCILE_LISTING;
		return;
	}
	r->must_list = false;
	r->listings++;
	r->feeds->stamp = r->listings % REGISTRY_STAMPS;
	r->was_empty = r->feeds->registry.count == 0;
	enter(r, RECONCILE_LISTING);
	if (!tms_store_definitions_list(r->world->store,
		    (struct tms_store_call){ .done = on_listed, .row = on_row, .context = r }))
		r->phase = RECONCILE_RESTING;
}

void reconciler_configure(struct reconciler *r)
{
	if (r->phase != RECONCILE_RESTING) {
		r->must_reconcile = true;
		return;
	}
	r->must_reconcile = false;
	if (r->is_registered)
		enter(r, RECONCILE_CONFIGURED);
	else
		reconciler_list(r);
}

void reconciler_follow(struct reconciler *r, int64_t revision)
{
	if (r->phase != RECONCILE_RESTING)
		return;
	if (r->revision < 0 || !r->is_registered) {
		if (r->patience > 0)
			r->patience--;
		else
			reconciler_list(r);
		return;
	}
	if (revision == r->revision)
		return;
	r->followings++;
	enter(r, RECONCILE_FOLLOWING);
	if (!tms_store_definitions_changed(r->world->store, r->revision,
		    (struct tms_store_call){ .done = on_followed, .row = on_row, .context = r }))
		r->phase = RECONCILE_RESTING;
}

void reconciler_restore(struct reconciler *r, bool is_mended)
{
	r->is_lost = true;
	r->is_mended = is_mended;
	r->patience = 0;
	r->revision = -1;
	r->has_instance = false;
	reconciler_list(r);
}

enum tms_status reconciler_init(struct reconciler *r, const struct service_world *world,
	struct tms_feeds *feeds, struct tms_reload *reload)
{
	*r = (struct reconciler){ .world = world,
		.feeds = feeds,
		.reload = reload,
		.writer = { .world = world,
			.registry = &feeds->registry,
			.ended = on_written,
			.context = r },
		.revision = -1 };
	r->step = evtimer_new(world->base, on_step, r);
	return r->step ? TMS_OK : TMS_ENOMEM;
}

void reconciler_fini(struct reconciler *r)
{
	if (r->step)
		event_free(r->step);
	definition_writer_fini(&r->writer);
	tms_arena_free(&r->rows_arena);
	*r = (struct reconciler){ 0 };
}
