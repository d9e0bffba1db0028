/*
 * Following: a shelf takes over what its windows have, publishes it, and does what comes behind, in
 * slices of below a millisecond, the most urgent first.
 */
#include <event2/event.h>

#include "service/rendition_stale.h"
#include "service/saver.h"
#include "service/shelves.h"

/* Of one slice, as tms_view_step counts it: microseconds on a slow machine. */
#define SLICE_WORK 350
/* To put an item whose text is new, or take one out, costs one for so many bytes of text; any other
 * change costs so much. */
#define WORK_TEXT_BYTES 16
#define WORK_PUT 10
/* Renditions that one slice marks. */
#define MARKS 2000
/* Entries that one slice writes and compresses: 60 us each, measured on papers. */
#define WRITES 8
/* Rules that one slice asks whether their rendition holds: 20 us each, some a hundred. */
#define CONFIRMS 5
#define RETRY_MS 1000

/* What the view is about to show goes into the index first. */
static enum tms_status put_change(
	void *context, struct tms_view_item *before, struct tms_view_item *after, size_t *work)
{
	struct tms_shelf *shelf = context;
	const struct tms_item *item = &(after ? after : before)->merged.item;
	size_t text = item->title.len + item->summary.len + item->comment.len;
	uint32_t slot = 0;

	*work += WORK_PUT;
	shelf->has_news = true;
	shelf->merged_count += (after && after->merged.sources_count > 1) -
			       (before && before->merged.sources_count > 1);
	if (!before || !after || !tms_view_item_says_same(before, after))
		*work += text / WORK_TEXT_BYTES;
	if (!after) {
		tms_index_remove(shelf->index, before->merged.item.id);
		return TMS_OK;
	}
	enum tms_status st = tms_index_put(shelf->index, after, &slot);
	if (st != TMS_OK || !shelf->is_filled)
		return st;
	shelf_ask_note(&shelf->ask, slot, !before);
	if (shelf->fragments && (!before || before->extra))
		shelf_write_later(shelf, after);
	return TMS_OK;
}

/* Everything that was made before may be overtaken, unless nothing came of what was joined. */
static void publish(struct tms_shelves *shelves, struct tms_shelf *shelf)
{
	shelf->is_behind = false;
	if (shelf->is_filled && !shelf->has_news)
		return;
	shelf->has_news = false;
	shelf->is_filled = true;
	shelf->version++;
	shelf->saves = true;
	rendition_mark_from(shelf);
	shelf_order_unwritten(shelf);
	shelves->published++;
	shelf_end_waits(shelf, TMS_SHELF_FILLED);
}

static enum tms_status catch_up(struct tms_shelves *shelves, struct tms_shelf *shelf, size_t work)
{
	bool more = false;

	shelf_ask_pause(&shelf->ask);
	enum tms_status st = tms_view_step(
		shelf->view, shelf->windows, shelf->count, work, put_change, shelf, &more);
	if (st == TMS_OK && !more)
		publish(shelves, shelf);
	return st;
}

/* ---- slices ---- */

/* What readers now see is stored. */
static void save(struct tms_shelf *shelf)
{
	shelf->saves = false;
	for (size_t i = 0; i < shelf->count; i++)
		saver_flush(shelf->sources[i]);
}

/* Renditions that the change does not touch are served on by those who hold them. */
static void confirm_some(struct tms_shelves *shelves, struct tms_shelf *shelf, size_t count)
{
	tms_time now = tms_clock_now(shelves->world->clock);
	uint32_t rules[CONFIRMS];
	size_t ahead = 0;

	for (struct tms_rendition *next = shelf->to_confirm; next && ahead < CONFIRMS;
		next = next->older)
		rules[ahead++] = next->rule;
	tms_index_prefetch(shelf->index, rules, ahead);
	for (; count > 0 && shelf->to_confirm; count--) {
		struct tms_rendition *rendition = shelf->to_confirm;
		bool more = false;
		if (tms_index_prepare(shelf->index, rendition->rule, now, SLICE_WORK, &more) !=
				TMS_OK ||
			more)
			return;
		shelf->to_confirm = rendition->older;
		shelves->confirmed += rendition_is_current(rendition, now);
	}
}

static enum tms_status do_task(struct tms_shelves *shelves, struct tms_shelf *shelf)
{
	enum tms_status st = TMS_OK;

	switch (shelf_task(shelf)) {
	case SHELF_TASK_MARK:
		rendition_mark_some(shelf, MARKS);
		break;
	case SHELF_TASK_CATCH_UP:
		shelf_drop_left(shelf);
		if (shelf_task(shelf) == SHELF_TASK_CATCH_UP)
			st = catch_up(shelves, shelf, SLICE_WORK);
		rendition_mark_some(shelf, MARKS);
		break;
	case SHELF_TASK_WRITE:
		shelf_write_some(shelf, WRITES);
		break;
	case SHELF_TASK_SAVE:
		save(shelf);
		break;
	case SHELF_TASK_CONFIRM:
		confirm_some(shelves, shelf, CONFIRMS);
		break;
	case SHELF_TASK_ASK:
		(void)shelf_ask_step(&shelf->ask, shelf->index,
			tms_clock_now(shelves->world->clock), SLICE_WORK, &shelves->counts);
		break;
	case SHELF_TASK_NONE:
		break;
	}
	shelf_queue_update(shelf);
	return st;
}

static void tell_failure(
	const struct tms_shelves *shelves, const struct tms_shelf *shelf, enum tms_status st)
{
	struct tms_arena arena = { 0 };
	struct tms_str names = shelf_names(&arena, shelf);

	TMS_LOG(shelves->world->log, TMS_LOG_ERROR,
		"feeds cannot be brought up to date; it is tried again",
		{ "sources", tms_arena_format(&arena, ",%.*s,", TMS_STR_ARGS(names)) },
		{ "why", tms_str_from(tms_status_name(st)) });
	tms_arena_free(&arena);
}

static void on_step(evutil_socket_t fd, short what, void *context)
{
	struct tms_shelves *shelves = context;
	struct tms_shelf *shelf = shelf_queue_first(&shelves->queue, shelves->slices);
	enum tms_status st = TMS_OK;

	(void)fd;
	(void)what;
	if (shelf_lru_give_back(&shelves->lru)) { /* a slice's work */
		shelves_wake(shelves, 0);
		return;
	}
	if (!shelf)
		return;
	shelves->slices++;
	st = do_task(shelves, shelf);
	if (st != TMS_OK) {
		save(shelf);
		tell_failure(shelves, shelf, st);
	}
	if (shelf->lru.is_in) {
		shelf_lru_weigh(&shelves->lru, shelf);
		(void)shelves_make_room(shelves, shelf);
	}
	if (st != TMS_OK || shelf_queue_first(&shelves->queue, shelves->slices))
		shelves_wake(shelves, st == TMS_OK ? 0 : RETRY_MS);
}

enum tms_status shelves_follow(struct tms_shelves *shelves)
{
	shelves->step = evtimer_new(shelves->world->base, on_step, shelves);
	return shelves->step ? TMS_OK : TMS_ENOMEM;
}

bool shelves_touch(struct tms_shelves *shelves, const struct tms_source *source)
{
	struct source_set *set = NULL;
	size_t at = 0;

	while ((set = source_sets_taking(&shelves->sets, source->number, &at)))
		shelf_fall_behind(set->shelf, true);
	if (source == shelves->known) /* whichever has an item that it knows of */
		for (struct tms_shelf *shelf = shelves->all; shelf; shelf = shelf->next)
			shelf_fall_behind(shelf, false);
	if (at > 0 || source == shelves->known)
		shelves_wake(shelves, 0);
	return at > 0;
}

size_t tms_shelves_behind(const struct tms_shelves *shelves)
{
	return shelf_queue_behind(&shelves->queue);
}
