/* The cache of rules' moments: who has a place, and who makes room (least recently asked). */
#include "moments.h"

#include <stdlib.h>

/* Moments are gone by for so long behind their first change: so those that change every second are
 * found once a minute, not for ever. */
#define GONE_BY_S 60
/* Nobody wants to go on with moments that were not asked for while others were so often. */
#define LEFT_ASKED 5000

static bool is_current(
	const struct index_moments_list *moments, const struct index_moments *of, tms_time now)
{
	return of->is_there && of->changes == moments->changes && now >= of->begun &&
	       (now < of->begun + GONE_BY_S || (of->is_done && now < of->expires));
}

const struct index_moments *index_moments_find(
	const struct index_moments_list *moments, uint32_t rule, tms_time now)
{
	for (size_t i = 0; i < INDEX_MOMENTS; i++) {
		const struct index_moments *at = &moments->list[i];
		if (at->rule == rule && at->is_done && is_current(moments, at, now))
			return at;
	}
	return NULL;
}

static void drop(struct index_moments *of)
{
	free(of->entered);
	*of = (struct index_moments){ 0 };
}

/* A place: its own, else a free one, else the one that was done and is asked for least. */
static struct index_moments *find_place(
	struct index_moments_list *moments, uint32_t rule, tms_time now)
{
	struct index_moments *found = NULL;

	for (size_t i = 0; i < INDEX_MOMENTS; i++) {
		struct index_moments *at = &moments->list[i];
		bool is_left = moments->asked - at->asked > LEFT_ASKED;
		if (at->is_there && (is_left || !is_current(moments, at, now)))
			drop(at);
		if (at->is_there && at->rule == rule)
			return at;
	}
	for (size_t i = 0; i < INDEX_MOMENTS; i++) {
		struct index_moments *at = &moments->list[i];
		if (!at->is_there)
			return at;
		if (at->is_done && (!found || at->asked < found->asked))
			found = at;
	}
	return found;
}

enum tms_status index_moments_claim(struct index_moments_list *moments, uint32_t rule, tms_time now,
	size_t slots, struct index_moments **out)
{
	moments->asked++;
	struct index_moments *at = find_place(moments, rule, now);
	bool is_known = at && at->is_there && at->rule == rule;

	*out = at;
	if (at && !is_known) {
		drop(at);
		tms_time *entered = malloc((slots ? slots : 1) * sizeof(*entered));
		if (!entered)
			return TMS_ENOMEM;
		for (size_t i = 0; i < slots; i++)
			entered[i] = TMS_TIME_NONE;
		*at = (struct index_moments){ .rule = rule,
			.is_there = true,
			.changes = moments->changes,
			.begun = now,
			.expires = TMS_TIME_MAX,
			.entered = entered };
	}
	if (at)
		at->asked = moments->asked;
	return TMS_OK;
}

void index_moments_forget(struct index_moments_list *moments, uint32_t rule)
{
	for (size_t i = 0; i < INDEX_MOMENTS; i++)
		if (moments->list[i].rule == rule)
			drop(&moments->list[i]);
}

void index_moments_free(struct index_moments_list *moments)
{
	for (size_t i = 0; i < INDEX_MOMENTS; i++)
		drop(&moments->list[i]);
}
