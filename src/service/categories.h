/*
 * Categories joined: brings what arXiv says of a paper's categories to sources that do not say it
 * (<tamis/join.h>). What is known is a source of its own that nobody polls: its window is stored,
 * and every shelf joins it.
 *
 * After a source has changed, its records are gone through in slices: what another source of the
 * configuration says is copied; what nobody here says is wanted, and asked of arXiv's interface
 * when the configuration wants that (service/category_lookup.h).
 */
#ifndef TAMIS_SERVICE_CATEGORIES_H
#define TAMIS_SERVICE_CATEGORIES_H

#include "service/category_lookup.h"
#include "service/source.h"

struct event;

/** Its name in the store and in metrics; no source of a configuration can have it. */
#define CATEGORIES_NAME TMS_STR("arxiv:categories")
/** Papers of which it is known at most; beyond, those that were learned longest ago are forgotten. */
#define CATEGORIES_KEPT 30000

struct tms_categories {
	const struct service_world *world; /* borrowed */
	struct tms_source *known;          /* among its sources */
	struct event *step;
	struct tms_source *source;   /* that is gone through now, or NULL … */
	size_t record;               /* … from this record on */
	tms_time last_whole;         /* when everything was last to be gone through again */
	struct tms_window **windows; /* of the sources that say categories; owned array */
	size_t windows_count, windows_capacity;
	struct category_lookup lookup;
	uint64_t copied; /* papers of which a source said the categories, or other ones */
};

/** Both borrowed; known is among the sources. TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status categories_init(struct tms_categories *categories,
	const struct service_world *world, struct tms_source *known);
/** Stops the look-up too. {0} is accepted. */
void categories_fini(struct tms_categories *categories);
/** A source has changed. */
void categories_touch(struct tms_categories *categories, struct tms_source *source);
/** Go through everything again. */
void categories_touch_all(struct tms_categories *categories);
/** Ask, when it is time to; called with every look at the schedule. */
void categories_tick(struct tms_categories *categories, tms_time now);
/** When it is time to ask next; TMS_TIME_MAX: there is nothing to ask. */
tms_time categories_next_due(const struct tms_categories *categories, tms_time now);
/** Something is gone through, asked or about to be asked. */
bool tms_categories_is_busy(const struct tms_categories *categories, tms_time now);

#endif
