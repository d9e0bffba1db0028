/* Items of views, as windows and views make them. */
#ifndef TAMIS_WINDOW_VIEW_ITEM_H
#define TAMIS_WINDOW_VIEW_ITEM_H

#include <tamis/view.h>

/**
 * Merge the records of one item, one of each window, and join the categories that `known` has of it
 * (a record of a window as tms_view_join takes it; or NULL). *out is given. TMS_OK, TMS_ENOMEM,
 * TMS_ELIMIT.
 */
TMS_MUST_CHECK enum tms_status view_item_make(const struct tms_record *const *records, size_t count,
	const struct tms_record *known, struct tms_view_item **out);

/** The item of a record that one window alone lists: made once, for all who show it; the window keeps
 * it. As view_item_make. */
TMS_MUST_CHECK enum tms_status view_item_solo(const struct tms_record *record,
	const struct tms_record *known, struct tms_view_item **out);

/** The version that view_item_make would give; does not depend on the order of the records. */
uint64_t view_item_version(
	const struct tms_record *const *records, size_t count, const struct tms_record *known);

/** True when two items have the same text, people, links and sources, as far as can be told without
 * comparing them: they were made of the same packed items. Numbers and times may differ. */
bool view_item_same_text(const struct tms_view_item *a, const struct tms_view_item *b);

#endif
