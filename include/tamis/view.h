/*
 * A view: the items of a set of windows (a feed's own sources), merged, and prepared for queries.
 * Feeds over the same sources share one view; items that only one window lists are merged and
 * prepared once, however many views show them.
 */
#ifndef TAMIS_VIEW_H
#define TAMIS_VIEW_H

#include <tamis/window.h>

struct tms_doc; /* <tamis/doc.h> */

/** One merged item. Never changed once made. Views hold references; take one to keep it over a
 * refresh. One thread only. */
struct tms_view_item {
	struct tms_merged merged; /* borrowed from the records' kept items, which this holds */
	uint64_t version; /* of all that a feed can show; the same data gives the same version, in
			     any process */
};

struct tms_view_item *tms_view_item_ref(struct tms_view_item *item);
void tms_view_item_unref(struct tms_view_item *item);
/** The item prepared for queries: made when first asked for, then kept with the item. NULL: no
 * memory. */
const struct tms_doc *tms_view_item_doc(struct tms_view_item *item);

struct tms_view;

/** An empty view, given. TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status tms_view_new(struct tms_view **out);
void tms_view_free(struct tms_view *view);
/**
 * Make the view show what these windows hold now. Cheap when none of them has changed; otherwise
 * only changed records are merged again. windows are borrowed for the call, distinct, in any order
 * (order changes nothing). TMS_OK, TMS_ENOMEM, TMS_ELIMIT; on failure the view shows what it
 * showed.
 */
TMS_MUST_CHECK enum tms_status tms_view_refresh(
	struct tms_view *view, struct tms_window *const *windows, size_t count);

size_t tms_view_count(const struct tms_view *view);
/** Item i < count, in byte order of the ids; borrowed until the next refresh. */
struct tms_view_item *tms_view_at(const struct tms_view *view, size_t i);
/** The item of that identity, or NULL. */
struct tms_view_item *tms_view_find(const struct tms_view *view, struct tms_str id);
/** Of the windows' names and digests: equal exactly when the view shows the same data, in any
 * process. */
uint64_t tms_view_version(const struct tms_view *view);

#endif
