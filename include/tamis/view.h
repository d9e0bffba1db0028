/*
 * A view: the items of a set of windows (a feed's own sources), merged, and prepared for queries.
 * Feeds over the same sources share one view; items that only one window lists are merged and
 * prepared once, however many views show them.
 */
#ifndef TAMIS_VIEW_H
#define TAMIS_VIEW_H

#include <tamis/window.h>

/** What a layer above makes of an item and hangs on it, so that it goes when the item goes. */
struct tms_view_item_extra {
	void (*release)(struct tms_view_item_extra *extra);
};

/**
 * One merged item. Never changed once made, but for what hangs on it. Views hold references; take
 * one to keep it over a refresh. One thread only.
 */
struct tms_view_item {
	struct tms_merged merged; /* borrowed from the records' packed items, which this holds */
	/* Of all that a feed can show; the same data gives the same version, in any process. */
	uint64_t version;
	struct tms_view_item_extra *extra; /* or NULL; belongs to the layer that sets it */
};

/** One reference more: the same, for whoever takes it. */
struct tms_view_item *tms_view_item_ref(struct tms_view_item *item);
/** One reference less; the last one frees it and what hangs on it. NULL is accepted. */
void tms_view_item_unref(struct tms_view_item *item);
/** True when both say the same words: only numbers or times moved. */
bool tms_view_item_says_same(const struct tms_view_item *a, const struct tms_view_item *b);

struct tms_view;

/** An empty view, given. TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status tms_view_new(struct tms_view **out);
/**
 * A view of these items, in byte order of their ids, each once, whatever becomes of the windows: for
 * those who look at what others have merged. It takes references, and is not stepped.
 * *out  given: tms_view_free. TMS_OK, TMS_ENOMEM.
 */
TMS_MUST_CHECK enum tms_status tms_view_of(
	struct tms_view_item *const *items, size_t count, struct tms_view **out);
/** Lets go of its items; NULL is accepted. */
void tms_view_free(struct tms_view *view);
/**
 * From the next step on, join the categories that this window has of a paper to items of which
 * none of the view's own windows has arXiv's word (see <tamis/join.h>): queries find them,
 * entries do not show them. All views that share windows join the same one.
 * known  borrowed until another one or NULL (the default: none) is given
 */
void tms_view_join(struct tms_view *view, struct tms_window *known);
/**
 * Told of each change before the view shows it: before NULL: new; after NULL: gone. Both borrowed.
 * *work  add what it cost, see tms_view_step
 * What it returns ends the step when it is not TMS_OK; the change then comes again.
 */
typedef enum tms_status (*tms_view_change_fn)(
	void *context, struct tms_view_item *before, struct tms_view_item *after, size_t *work);

/**
 * Go some way towards what these windows hold now, changed records first, oldest change first; each
 * step leaves the view whole. Costs what has changed, not what there is, but when records have left
 * a window: then all that is shown is looked at.
 * windows  borrowed for the call, distinct, in any order (order changes nothing); one that was
 *          passed before is passed again or was still alive when it was left out first
 * work     stop when about so many microseconds' worth on a slow machine is done (counted, no
 *          clock); at least one change is made
 * change   may be NULL
 * *more    set on TMS_OK: false when the view shows all
 * TMS_OK, TMS_ENOMEM, TMS_ELIMIT, or what `change` says; the view is whole also then.
 */
TMS_MUST_CHECK enum tms_status tms_view_step(struct tms_view *view,
	struct tms_window *const *windows, size_t count, size_t work, tms_view_change_fn change,
	void *context, bool *more);
/** All steps at once. TMS_OK, TMS_ENOMEM, TMS_ELIMIT: what was not reached comes with the next. */
TMS_MUST_CHECK enum tms_status tms_view_refresh(
	struct tms_view *view, struct tms_window *const *windows, size_t count);

/** How many items it shows. */
size_t tms_view_count(const struct tms_view *view);
/** Item i < count, in byte order of the ids; borrowed until the next step. */
struct tms_view_item *tms_view_at(const struct tms_view *view, size_t i);

#endif
