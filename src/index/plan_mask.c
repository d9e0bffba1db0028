/* A plan asked of the items of a batch. */
#include "postings.h"

/* Longer phrases are walked. */
#define RUN_PLACES_MAX 6

static uint64_t everyone(const struct index_postings *postings)
{
	return postings->count == 64 ? UINT64_MAX : (UINT64_C(1) << postings->count) - 1;
}

static void add_posting(
	const struct index_postings *postings, uint32_t atom, struct index_posting *sum)
{
	const struct index_posting *posting = index_postings_find(postings, atom);

	for (size_t g = 0; posting && g < GROUPS; g++)
		sum->items[g] |= posting->items[g];
}

/* Items that have every place, all in the same group of fields. */
static uint64_t candidates(const struct index_plan *plan, const struct index_postings *postings)
{
	const struct index_cover *covers = index_plan_covers(plan);
	struct index_posting all = { .items = { UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX } };
	uint64_t found = 0;

	_Static_assert(GROUPS == 4, "all of them are set");

	for (size_t k = 0; k < plan->places; k++) {
		struct index_posting here = { 0 };
		add_posting(postings, index_plan_atoms(plan)[k], &here);
		for (size_t i = 0; i < plan->covers; i++)
			if (covers[i].first <= k && k < (size_t)covers[i].first + covers[i].span)
				add_posting(postings, covers[i].atom, &here);
		for (size_t g = 0; g < GROUPS; g++)
			all.items[g] &= here.items[g];
		if (index_posting_any(&all) == 0)
			return 0;
	}
	for (size_t g = 0; g < GROUPS; g++)
		found |= plan->fields & index_group_fields[g] ? all.items[g] : 0;
	return found & everyone(postings);
}

/* The rest of the fields is one group: which of them it was, the terms know. */
static bool is_group_exact(const struct index_plan *plan)
{
	unsigned rest = plan->fields & index_group_fields[GROUP_REST];

	return rest == 0 || rest == index_group_fields[GROUP_REST];
}

static bool has_in_fields(
	const struct index_items *items, const struct index_plan *plan, uint32_t slot)
{
	const struct index_atom *atom = index_atom_at(&items->atoms, index_plan_atoms(plan)[0]);
	const uint32_t *members = index_atom_members(atom);

	for (uint32_t i = 0; i < atom->count; i++)
		if (index_term_fields(index_term_at(&items->vocabulary, members[i]), slot) &
			plan->fields)
			return true;
	return false;
}

static uint64_t range_mask(const struct index_items *items, const struct index_plan *plan,
	const struct index_postings *postings)
{
	const struct index_range range = index_plan_range(plan);
	uint64_t mask = 0;

	for (size_t i = 0; i < postings->count; i++)
		if (index_range_holds(items, &range, postings->slots[i], postings->now))
			mask |= UINT64_C(1) << i;
	return mask;
}

/* Bits of the fields that are asked for. */
static void add_fields(
	const struct index_plan *plan, const struct index_places *fields, struct index_places *sum)
{
	*sum = (struct index_places){ 0 };
	for (size_t g = 0; g < GROUPS; g++)
		for (size_t w = 0; w < INDEX_PLACES && (plan->fields & index_group_fields[g]); w++)
			sum->bits[w] |= fields[g].bits[w];
}

/* Words next to each other: what is one place on from the one, and the other. */
static bool run_holds(const struct index_plan *plan, const struct index_postings *postings,
	const struct index_posting *const *posting, unsigned item)
{
	struct index_places at;
	uint64_t any = 0;

	add_fields(plan, postings->fields[item], &at);
	for (size_t k = 0; k < plan->places; k++) {
		const struct index_places *here = index_posting_places(postings, posting[k], item);
		uint64_t carried = 0;
		any = 0;
		for (size_t w = 0; w < INDEX_PLACES; w++) {
			uint64_t bits = at.bits[w] & here->bits[w];
			any |= bits;
			at.bits[w] = bits << 1 | carried;
			carried = bits >> 63;
		}
		if (any == 0)
			return false;
	}
	return any != 0;
}

/* Of the candidates those that hold, as far as places tell; *unsure are those of which they do not.
 */
static uint64_t run_mask(const struct index_plan *plan, const struct index_postings *postings,
	uint64_t mask, uint64_t *unsure)
{
	const struct index_posting *posting[RUN_PLACES_MAX];

	*unsure = mask;
	if (plan->flags != INDEX_PLAN_WALK || plan->covers > 0 || plan->places > RUN_PLACES_MAX ||
		!is_group_exact(plan) || mask == 0)
		return mask;
	*unsure = mask & postings->beyond;
	for (size_t k = 0; k < plan->places; k++) {
		posting[k] = index_postings_find(postings, index_plan_atoms(plan)[k]);
		*unsure |= mask & posting[k]->joined;
	}
	for (uint64_t rest = mask & ~*unsure; rest != 0; rest &= rest - 1) {
		unsigned i = (unsigned)__builtin_ctzll(rest);
		if (!run_holds(plan, postings, posting, i))
			mask &= ~(UINT64_C(1) << i);
	}
	return mask;
}

/* Where the batch was scored, from what was found; where the subject was, its mask; else item by
 * item. */
static enum tms_status subject_mask(struct index_items *items, const struct index_plan *plan,
	const struct index_postings *postings, uint64_t *out)
{
	const struct index_asked_subject asked = index_plan_subject(plan);
	size_t low = 0, high = postings->hits_count;
	enum tms_status st = TMS_OK;
	uint64_t mask = 0;

	if (postings->alone.plan == plan && postings->alone.scored == postings->count) {
		*out = postings->alone.mask;
		return TMS_OK;
	}
	while (postings->is_scored && low < high) {
		size_t middle = (low + high) / 2;
		if (postings->hits[middle].subject < asked.subject)
			low = middle + 1;
		else
			high = middle;
	}
	for (; postings->is_scored && low < postings->hits_count &&
		postings->hits[low].subject == asked.subject;
		low++)
		mask |= (uint64_t)(postings->hits[low].score >= asked.threshold)
			<< postings->hits[low].item;
	for (size_t i = 0; !postings->is_scored && i < postings->count && st == TMS_OK; i++) {
		uint32_t score = 0;
		st = index_subject_score(items, asked.subject, postings->slots[i], &score);
		mask |= (uint64_t)(st == TMS_OK && score >= asked.threshold) << i;
	}
	if (st == TMS_OK)
		*out = mask;
	return st;
}

enum tms_status index_plan_mask(struct index_items *items, const struct index_plan *plan,
	const struct index_postings *postings, uint64_t *out)
{
	enum tms_status st = TMS_OK;
	uint64_t unsure;

	if (plan->kind == PLAN_RANGE) {
		*out = range_mask(items, plan, postings);
		return TMS_OK;
	}
	if (plan->kind == PLAN_SUBJECT)
		return subject_mask(items, plan, postings, out);
	uint64_t mask = plan->places > 0 ? candidates(plan, postings) : everyone(postings);
	bool verified = (plan->flags & INDEX_PLAN_LOOK) != 0;
	bool exact = plan->places != 1 || is_group_exact(plan);
	mask = run_mask(plan, postings, mask, &unsure);
	for (uint64_t rest = unsure; rest != 0 && (verified || !exact); rest &= rest - 1) {
		unsigned i = (unsigned)__builtin_ctzll(rest);
		bool holds = exact || has_in_fields(items, plan, postings->slots[i]);
		if (holds && verified)
			st = index_plan_verify(items, plan, postings->slots[i], &holds);
		if (st != TMS_OK)
			break;
		if (!holds)
			mask &= ~(UINT64_C(1) << i);
	}
	if (verified)
		index_scratch_done(items);
	if (st == TMS_OK)
		*out = mask;
	return st;
}
