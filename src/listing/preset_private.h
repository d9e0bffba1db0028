/* How a preset's lists are planned. */
#ifndef TAMIS_LISTING_PRESET_PRIVATE_H
#define TAMIS_LISTING_PRESET_PRIVATE_H

#include <tamis/preset.h>

/** The lists of one upstream in the making. Memory failures stay in arena->status. */
struct tms_preset_plan {
	struct tms_arena *arena;
	const struct tms_upstream *upstream;
	struct tms_str base_url; /* where the lists are, without a slash at its end */
	tms_time now;
	int64_t every_s; /* the rhythm that is wanted */
	struct tms_poll *polls;
	size_t count, capacity;
};

/** One more list, behind those that are more urgent. */
void preset_plan_add(struct tms_preset_plan *plan, struct tms_poll poll);

#endif
