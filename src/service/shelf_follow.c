/*
 * Following: the catalogue takes over what windows have, source by source; each publishes to the
 * sets that take it, and then comes what is done behind, in slices of below a millisecond, the most
 * urgent first.
 */
#include <event2/event.h>

#include "service/saver.h"
#include "service/shelves.h"
#include "service/sources.h"

/* Of one slice, as tms_catalog_step counts it: microseconds on a slow machine. */
#define SLICE_WORK 350
/* Renditions that one slice marks, and sets that it tells. */
#define MARKS 2000
/* Entries that one slice writes and compresses: 60 us each, measured on papers. */
#define WRITES 8
/* Rules that one slice asks whether their rendition holds: 20 us each, some a hundred. */
#define CONFIRMS 5
/* To take out what nobody shows any more, beside other work. */
#define TIDY_WORK 50
#define RETRY_MS 1000
/* Between two slices that nobody waits for, while sources are read from the store: who asks at a
 * start waits for his own, and for nobody else's. */
#define ASIDE_MS 10

/* ---- catching up ---- */

/* What is known of categories changes items of any source, which publishes them then. */
static struct follower *whose(struct tms_shelves *shelves, uint32_t number)
{
	struct follower *stepping = shelves->stepping;

	if (!stepping->is_known)
		return stepping;
	struct follower *follower = shelves->numbered[number];
	follower_ask_pause(&follower->ask);
	if (!follower->is_behind)
		follower_fall_behind(shelves, follower);
	return follower;
}

static void on_change(void *context, const struct tms_catalog_change *change)
{
	struct follower *follower = whose(context, change->source);

	follower->has_news = true;
	if (!follower->is_in || !change->after || follower->taken == 0)
		return;
	if (!change->is_merged)
		follower_ask_note(&follower->ask, change->slot, !change->before);
	if (follower->styles && (!change->before || change->before->extra))
		follower_write_later(follower, change->after);
}

/* Some of the sets that take it: everything that was made before may be overtaken. */
static void tell_some(struct tms_shelves *shelves, struct follower *follower)
{
	struct source_set *set = NULL;
	size_t left = MARKS;

	while (left > 0 &&
		(set = source_sets_tell_next(&shelves->sets, follower->source->number))) {
		rendition_mark_from(set->shelf);
		left = rendition_mark_some(set->shelf, left - 1);
		shelf_update(set->shelf);
	}
	follower->is_telling = set != NULL;
}

/* … unless nothing has changed, or nothing came of what was joined. */
static void publish(struct tms_shelves *shelves, struct follower *follower)
{
	follower->is_behind = false;
	if (follower->is_known)
		return;
	follower->saves = follower->taken > 0;
	if (follower->is_in && !follower->has_news)
		return;
	follower->has_news = false;
	follower->is_in = true;
	follower->is_empty = tms_window_count(follower->source->window) == 0;
	follower_order_unwritten(follower);
	source_sets_tell_all(&shelves->sets, follower->source->number);
	follower->is_telling = true;
	shelves->published++;
	tell_some(shelves, follower);
}

static enum tms_status catch_up(struct tms_shelves *shelves, struct follower *follower)
{
	enum tms_status st = TMS_OK;
	bool more = false;

	follower_ask_pause(&follower->ask);
	shelves->stepping = follower;
	if (follower->is_known)
		st = tms_catalog_step_known(
			shelves->catalog, SLICE_WORK, on_change, shelves, &more);
	else
		st = tms_catalog_step(
			shelves->catalog, follower->number, SLICE_WORK, on_change, shelves, &more);
	shelves->stepping = NULL;
	if (st == TMS_OK && !more)
		publish(shelves, follower);
	return st;
}

/* ---- slices ---- */

/* What readers now see is stored. */
static void save(struct follower *follower)
{
	follower->saves = false;
	saver_flush(follower->source);
}

static void tell_failure(
	const struct tms_shelves *shelves, struct tms_str sources, enum tms_status st)
{
	struct tms_arena arena = { 0 };

	TMS_LOG(shelves->world->log, TMS_LOG_ERROR,
		"feeds cannot be brought up to date; it is tried again",
		{ "sources", tms_arena_format(&arena, ",%.*s,", TMS_STR_ARGS(sources)) },
		{ "why", tms_str_from(tms_status_name(st)) });
	tms_arena_free(&arena);
}

static enum tms_status work_for_source(struct tms_shelves *shelves, struct follower *follower)
{
	enum tms_status st = TMS_OK;

	switch (follower_task(follower)) {
	case WORK_TELL:
		tell_some(shelves, follower);
		break;
	case WORK_FILL:
	case WORK_CATCH_UP:
	case WORK_TAKE_IN:
		st = catch_up(shelves, follower);
		break;
	case WORK_WRITE:
		follower_write_some(follower, shelves->fragments, WRITES);
		break;
	case WORK_SAVE:
		save(follower);
		break;
	case WORK_ASK:
		follower_ask_step(shelves, follower, SLICE_WORK);
		break;
	case WORK_LEAVE:
		if (!follower_leave(shelves, follower, SLICE_WORK))
			return TMS_OK;
		break;
	case WORK_MARK:
	case WORK_BUILD:
	case WORK_CONFIRM:
	case WORK_NONE:
		break;
	}
	if (st != TMS_OK) {
		if (follower->taken > 0)
			save(follower);
		tell_failure(shelves, follower->source->name, st);
	}
	follower_update(follower, &shelves->queue);
	return st;
}

/* Renditions that the change does not touch are served on by those who hold them. */
static void confirm_some(struct tms_shelves *shelves, struct tms_shelf *shelf)
{
	tms_time now = tms_clock_now(shelves->world->clock);
	uint32_t rules[CONFIRMS];
	size_t ahead = 0;

	for (struct tms_rendition *next = shelf->to_confirm; next && ahead < CONFIRMS;
		next = next->older)
		rules[ahead++] = next->rule;
	tms_index_prefetch(tms_catalog_index(shelves->catalog), rules, ahead);
	for (size_t count = 0; count < CONFIRMS && shelf->to_confirm; count++) {
		struct tms_rendition *rendition = shelf->to_confirm;
		bool more = false;
		if (shelf_prepare(shelf, rendition->rule, now, SLICE_WORK, &more) != TMS_OK || more)
			return;
		shelf->to_confirm = rendition->older;
		shelves->confirmed += rendition_is_current(rendition, now);
	}
}

/* False: it took too much and has been evicted. */
static bool weigh(struct tms_shelves *shelves, struct tms_shelf *shelf)
{
	if (!shelf->lru.is_in)
		return true;
	shelf_lru_weigh(&shelves->lru, shelf);
	return shelves_make_room(shelves, shelf);
}

static enum tms_status build(struct tms_shelves *shelves, struct tms_shelf *shelf)
{
	bool more = false;

	shelf_drop_left(shelf);
	if (shelf_task(shelf) != WORK_BUILD)
		return TMS_OK;
	enum tms_status st = shelf_scope_build(shelf, SLICE_WORK, &more);
	if (st != TMS_OK) {
		struct tms_arena arena = { 0 };
		tell_failure(shelves, shelf_names(&arena, shelf), st);
		tms_arena_free(&arena);
	}
	if (!weigh(shelves, shelf))
		return TMS_OK;
	if (st == TMS_OK && !more) {
		shelf_scope_keep(shelf);
		shelf_end_waits(shelf, TMS_SHELF_FILLED);
	}
	shelf_update(shelf);
	return st;
}

static enum tms_status work_for_set(struct tms_shelves *shelves, struct tms_shelf *shelf)
{
	switch (shelf_task(shelf)) {
	case WORK_BUILD:
		return build(shelves, shelf);
	case WORK_MARK:
		(void)rendition_mark_some(shelf, MARKS);
		break;
	case WORK_CONFIRM:
		confirm_some(shelves, shelf);
		break;
	default:
		break;
	}
	shelf_update(shelf);
	return TMS_OK;
}

static struct tms_run_link *next_of(const struct tms_shelves *shelves)
{
	return tms_run_queue_first(&shelves->queue, WORK_URGENT, shelves->slices);
}

static enum tms_status work(struct tms_shelves *shelves, struct tms_run_link *link)
{
	char *at = (char *)link;

	if (work_is_of_set(link->level))
		return work_for_set(shelves,
			(struct tms_shelf *)(void *)(at - offsetof(struct tms_shelf, queued)));
	return work_for_source(
		shelves, (struct follower *)(void *)(at - offsetof(struct follower, queued)));
}

/* Until the next slice. */
static int64_t pause_ms(const struct tms_shelves *shelves, const struct tms_run_link *next)
{
	const struct tms_sources *sources = shelves->world->sources;
	bool is_aside = next && next->level >= WORK_TAKE_IN;

	return is_aside && sources && sources->loading > 0 ? ASIDE_MS : 0;
}

static void on_step(evutil_socket_t fd, short what, void *context)
{
	struct tms_shelves *shelves = context;
	struct tms_run_link *next = next_of(shelves);

	(void)fd;
	(void)what;
	if (shelf_lru_give_back(&shelves->lru)) { /* a slice's work */
		shelves_wake(shelves, 0);
		return;
	}
	enum tms_status st = TMS_OK;
	if (next) {
		shelves->slices++;
		st = work(shelves, next);
	}
	/* merged items that no set shows any more: some in any case, or they would pile up */
	bool more = tms_catalog_tidy(shelves->catalog, next ? TIDY_WORK : SLICE_WORK);
	next = next_of(shelves);
	if (st != TMS_OK || more || next)
		shelves_wake(shelves, st == TMS_OK ? pause_ms(shelves, next) : RETRY_MS);
}

enum tms_status shelves_follow(struct tms_shelves *shelves)
{
	shelves->step = evtimer_new(shelves->world->base, on_step, shelves);
	return shelves->step ? TMS_OK : TMS_ENOMEM;
}

size_t tms_shelves_behind(const struct tms_shelves *shelves)
{
	return tms_run_queue_count(&shelves->queue, WORK_BEHIND);
}
