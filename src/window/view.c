/*
 * A view follows its windows by their changes: it remembers how far it has seen each of them, and
 * what a window has noted since is all that it looks at. What has left a window is not noted, so
 * then every item that is shown is looked at once, some at a time.
 */
#include <tamis/view.h>

#include <stdlib.h>

#include "follow.h"
#include "view_item.h"

/* Work, see tms_view_step: a record that is as it was; an item that is merged again. */
#define WORK_LOOK 1
#define WORK_MERGE 5

struct tms_view {
	struct tms_view_item **list; /* by id, one reference each */
	size_t count, capacity;
	struct window_follow *seen;      /* by name */
	const struct tms_record **group; /* room for one record of each window */
	size_t seen_count;
	struct window_follow known; /* whose categories are joined; its window may be NULL */
	bool is_sweeping;
	size_t swept; /* items that were looked at since records left */
};

/* One step under way. */
struct step {
	struct tms_view *view;
	tms_view_change_fn change;
	void *context;
	size_t done, work;
};

enum tms_status tms_view_new(struct tms_view **out)
{
	struct tms_view *view = calloc(1, sizeof(*view));

	if (!view)
		return TMS_ENOMEM;
	*out = view;
	return TMS_OK;
}

enum tms_status tms_view_of(struct tms_view_item *const *items, size_t count, struct tms_view **out)
{
	struct tms_view *view = NULL;

	enum tms_status st = tms_view_new(&view);
	if (st != TMS_OK)
		return st;
	view->list = calloc(count + 1, sizeof(struct tms_view_item *));
	if (!view->list) {
		tms_view_free(view);
		return TMS_ENOMEM;
	}
	view->capacity = count + 1;
	for (; view->count < count; view->count++)
		view->list[view->count] = tms_view_item_ref(items[view->count]);
	*out = view;
	return TMS_OK;
}

void tms_view_free(struct tms_view *view)
{
	if (!view)
		return;
	for (size_t i = 0; i < view->count; i++)
		tms_view_item_unref(view->list[i]);
	free(view->list);
	free(view->seen);
	free((void *)view->group);
	free(view);
}

/* ---- the windows ---- */

static const struct window_follow *seen_of(
	const struct tms_view *view, const struct tms_window *window)
{
	for (size_t i = 0; i < view->seen_count; i++)
		if (view->seen[i].window == window)
			return &view->seen[i];
	return NULL;
}

/* By name: the order in which windows are passed changes nothing. By insertion: a handful. */
static void insert(struct window_follow *list, size_t count, struct window_follow one)
{
	for (; count > 0; count--) {
		if (tms_str_compare(window_name(list[count - 1].window), window_name(one.window)) <=
			0)
			break;
		list[count] = list[count - 1];
	}
	list[count] = one;
}

/* Follow these windows. What only another one lists goes. */
static enum tms_status follow(
	struct tms_view *view, struct tms_window *const *windows, size_t count)
{
	size_t known = 0;

	for (size_t i = 0; i < count; i++)
		known += seen_of(view, windows[i]) != NULL;
	if (known == count && known == view->seen_count)
		return TMS_OK;
	struct window_follow *list = calloc(count + 1, sizeof(*list));
	const struct tms_record **group = calloc(count + 1, sizeof(struct tms_record *));
	if (!list || !group) {
		free(list);
		free((void *)group);
		return TMS_ENOMEM;
	}
	for (size_t i = 0; i < count; i++) {
		const struct window_follow *before = seen_of(view, windows[i]);
		insert(list, i, before ? *before : (struct window_follow){ .window = windows[i] });
	}
	if (known < view->seen_count) {
		view->is_sweeping = true;
		view->swept = 0;
	}
	free(view->seen);
	free((void *)view->group);
	view->seen = list;
	view->group = group;
	view->seen_count = count;
	return TMS_OK;
}

void tms_view_join(struct tms_view *view, struct tms_window *known)
{
	if (view->known.window == known)
		return;
	view->known = (struct window_follow){ .window = known };
	view->is_sweeping = true;
	view->swept = 0;
}

/* ---- items ---- */

/* Where the id stands, or would stand. */
static size_t place_of(const struct tms_view *view, struct tms_str id)
{
	size_t low = 0, high = view->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (tms_str_compare(view->list[middle]->merged.item.id, id) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct tms_view_item *item_at(const struct tms_view *view, size_t at, struct tms_str id)
{
	if (at < view->count && tms_str_equal(view->list[at]->merged.item.id, id))
		return view->list[at];
	return NULL;
}

static bool make_room(struct tms_view *view)
{
	if (view->count < view->capacity)
		return true;
	size_t capacity = view->capacity ? view->capacity * 2 : 64;
	struct tms_view_item **list =
		realloc(view->list, capacity * sizeof(struct tms_view_item *));
	if (!list)
		return false;
	view->list = list;
	view->capacity = capacity;
	return true;
}

/* Takes after. */
static void commit(
	struct tms_view *view, size_t at, struct tms_view_item *before, struct tms_view_item *after)
{
	size_t tail = view->count - at;

	if (before && after) {
		view->list[at] = after;
	} else if (after) {
		memmove(&view->list[at + 1], &view->list[at],
			tail * sizeof(struct tms_view_item *));
		view->list[at] = after;
		view->count++;
	} else {
		memmove(&view->list[at], &view->list[at + 1],
			(tail - 1) * sizeof(struct tms_view_item *));
		view->count--;
	}
	tms_view_item_unref(before);
}

/* The records of an item, in the order of the windows' names. */
static size_t gather(const struct tms_view *view, struct tms_str id)
{
	size_t count = 0;

	for (size_t i = 0; i < view->seen_count; i++) {
		const struct tms_record *record = window_shown(view->seen[i].window, id);
		if (record)
			view->group[count++] = record;
	}
	return count;
}

/* Show what the windows have of this item now. */
static enum tms_status show(struct step *step, struct tms_str id)
{
	struct tms_view *view = step->view;
	const struct tms_record *const *group = view->group;
	size_t at = place_of(view, id), count = gather(view, id);
	struct tms_view_item *before = item_at(view, at, id), *after = NULL;
	const struct tms_record *known =
		count && view->known.window ? tms_window_find(view->known.window, id) : NULL;
	enum tms_status st = TMS_OK;

	step->done += WORK_LOOK;
	if (count == 0 && !before)
		return TMS_OK;
	if (count > 0 && before && before->version == view_item_version(group, count, known))
		return TMS_OK;
	step->done += WORK_MERGE;
	if (count == 1)
		st = view_item_solo(group[0], known, &after);
	else if (count > 1)
		st = view_item_make(group, count, known, &after);
	if (st == TMS_OK && after && !make_room(view))
		st = TMS_ENOMEM;
	if (st == TMS_OK && step->change)
		st = step->change(step->context, before, after, &step->done);
	if (st != TMS_OK) {
		tms_view_item_unref(after);
		return st;
	}
	commit(view, at, before, after);
	return TMS_OK;
}

/* ---- steps ---- */

static enum tms_status take_changes(struct step *step, struct window_follow *seen)
{
	const struct tms_record *record;

	if (!window_follow_is_behind(seen))
		return TMS_OK;
	while ((record = window_follow_next(seen))) {
		if (step->done >= step->work)
			return TMS_OK;
		enum tms_status st = show(step, record->id);
		if (st != TMS_OK)
			return st;
		window_follow_seen(seen, record);
	}
	if (window_follow_end(seen)) {
		step->view->is_sweeping = true;
		step->view->swept = 0;
	}
	return TMS_OK;
}

static enum tms_status sweep(struct step *step)
{
	struct tms_view *view = step->view;

	while (view->is_sweeping && step->done < step->work) {
		size_t count = view->count;
		if (view->swept == count) {
			view->is_sweeping = false;
			break;
		}
		struct tms_view_item *item = tms_view_item_ref(view->list[view->swept]);
		enum tms_status st = show(step, item->merged.item.id);
		tms_view_item_unref(item);
		if (st != TMS_OK)
			return st;
		view->swept += view->count == count;
	}
	return TMS_OK;
}

static bool shows_all(const struct tms_view *view)
{
	for (size_t i = 0; i < view->seen_count; i++)
		if (window_follow_is_behind(&view->seen[i]))
			return false;
	return !window_follow_is_behind(&view->known) && !view->is_sweeping;
}

enum tms_status tms_view_step(struct tms_view *view, struct tms_window *const *windows,
	size_t count, size_t work, tms_view_change_fn change, void *context, bool *more)
{
	struct step step = { view, change, context, 0, work ? work : 1 };

	enum tms_status st = follow(view, windows, count);
	for (size_t i = 0; i < view->seen_count && st == TMS_OK; i++)
		st = take_changes(&step, &view->seen[i]);
	if (st == TMS_OK)
		st = take_changes(&step, &view->known);
	if (st == TMS_OK)
		st = sweep(&step);
	if (st == TMS_OK)
		*more = !shows_all(view);
	return st;
}

enum tms_status tms_view_refresh(
	struct tms_view *view, struct tms_window *const *windows, size_t count)
{
	bool more = true;
	enum tms_status st = TMS_OK;

	while (more && st == TMS_OK)
		st = tms_view_step(view, windows, count, SIZE_MAX, NULL, NULL, &more);
	return st;
}

size_t tms_view_count(const struct tms_view *view)
{
	return view->count;
}

struct tms_view_item *tms_view_at(const struct tms_view *view, size_t i)
{
	return view->list[i];
}
