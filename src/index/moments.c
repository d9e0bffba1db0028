/* The cache of rules' moments: who has a place, and who makes room (least recently asked). */
#include "moments.h"

#include <stdlib.h>

/* Moments are gone by for so long behind their first change: so those that change every second are
 * found once a minute, not for ever. */
#define GONE_BY_S 60
/* Nobody wants to go on with moments that were not asked for while others were so often. */
#define LEFT_ASKED 5000

static bool is_gone_by(const struct index_moments *of, tms_time now)
{
	return now < of->begun ||
	       (now >= of->begun + GONE_BY_S && !(of->is_done && now < of->expires));
}

static bool is_current(
	const struct index_moments *of, const struct index_moments_key *key, tms_time now)
{
	return of->is_there && of->of.rule == key->rule && of->of.scope == key->scope &&
	       of->of.version == key->version && !is_gone_by(of, now);
}

const struct index_moments *index_moments_find(
	const struct index_moments_list *moments, const struct index_moments_key *key, tms_time now)
{
	for (size_t i = 0; i < INDEX_MOMENTS; i++) {
		const struct index_moments *at = &moments->list[i];
		if (at->is_done && is_current(at, key, now))
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
	struct index_moments_list *moments, const struct index_moments_key *key, tms_time now)
{
	struct index_moments *found = NULL;

	for (size_t i = 0; i < INDEX_MOMENTS; i++) {
		struct index_moments *at = &moments->list[i];
		bool is_left = moments->asked - at->asked > LEFT_ASKED;
		bool is_own = at->of.rule == key->rule && at->of.scope == key->scope;
		if (at->is_there &&
			(is_left || is_gone_by(at, now) || (is_own && !is_current(at, key, now))))
			drop(at);
		if (at->is_there && is_own)
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

enum tms_status index_moments_claim(struct index_moments_list *moments,
	const struct index_moments_key *key, tms_time now, size_t positions,
	struct index_moments **out)
{
	moments->asked++;
	struct index_moments *at = find_place(moments, key, now);
	bool is_known = at && is_current(at, key, now);

	*out = at;
	if (at && !is_known) {
		drop(at);
		tms_time *entered = malloc((positions ? positions : 1) * sizeof(*entered));
		if (!entered)
			return TMS_ENOMEM;
		for (size_t i = 0; i < positions; i++)
			entered[i] = TMS_TIME_NONE;
		*at = (struct index_moments){ .of = *key,
			.is_there = true,
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
		if (moments->list[i].of.rule == rule)
			drop(&moments->list[i]);
}

void index_moments_forget_scope(struct index_moments_list *moments, uint32_t scope)
{
	for (size_t i = 0; i < INDEX_MOMENTS; i++)
		if (moments->list[i].of.scope == scope)
			drop(&moments->list[i]);
}

void index_moments_free(struct index_moments_list *moments)
{
	for (size_t i = 0; i < INDEX_MOMENTS; i++)
		drop(&moments->list[i]);
}
