/* A plan asked of all items. */
#include "bigram_filter.h"

#include <stdlib.h>

/* So few items are looked at sooner than the other words' slots are marked. */
#define FEW_CANDIDATES 8

/* Bits of slots, in the scratch arena. */
struct marks {
	uint64_t *bits;
	size_t words;
};

static void mark_atom(const struct index_items *items, uint32_t number, unsigned fields,
	const struct marks *marks)
{
	const struct index_atom *atom = index_atom_at(&items->atoms, number);
	const uint32_t *members = index_atom_members(atom);
	const struct index_pages all = { .count = marks->words };

	for (uint32_t i = 0; i < atom->count; i++)
		index_term_mark(index_term_at(&items->vocabulary, members[i]), fields, &all, NULL,
			marks->bits);
}

/* The slots that have place k in one way or another. */
static void mark_place(const struct index_items *items, const struct index_plan *plan, size_t k,
	const struct marks *marks)
{
	const struct index_cover *covers = index_plan_covers(plan);

	mark_atom(items, index_plan_atoms(plan)[k], plan->fields, marks);
	for (size_t i = 0; i < plan->covers; i++)
		if (covers[i].first <= k && k < (size_t)covers[i].first + covers[i].span)
			mark_atom(items, covers[i].atom, plan->fields, marks);
}

static size_t place_weight(const struct index_items *items, const struct index_plan *plan, size_t k)
{
	const struct index_cover *covers = index_plan_covers(plan);
	size_t weight = index_atom_weight(&items->atoms, index_plan_atoms(plan)[k]);

	for (size_t i = 0; i < plan->covers; i++)
		if (covers[i].first <= k && k < (size_t)covers[i].first + covers[i].span)
			weight += index_atom_weight(&items->atoms, covers[i].atom);
	return weight;
}

static size_t rarest_place(
	const struct index_items *items, const struct index_plan *plan, size_t *weight)
{
	size_t best = 0;

	*weight = SIZE_MAX;
	for (size_t k = 0; k < plan->places; k++) {
		size_t here = place_weight(items, plan, k);
		if (here < *weight) {
			*weight = here;
			best = k;
		}
	}
	return best;
}

static enum tms_status mark_candidates(
	struct index_items *items, const struct index_plan *plan, const struct marks *marks)
{
	size_t weight, rarest = rarest_place(items, plan, &weight);
	size_t mark = tms_arena_mark(&items->scratch);

	mark_place(items, plan, rarest, marks);
	for (size_t k = 0; k < plan->places && weight > FEW_CANDIDATES; k++) {
		struct marks more = { TMS_ARENA_ARRAY(&items->scratch, uint64_t, marks->words),
			marks->words };
		if (k == rarest)
			continue;
		if (!more.bits)
			return TMS_ENOMEM;
		mark_place(items, plan, k, &more);
		for (size_t i = 0; i < marks->words; i++)
			marks->bits[i] &= more.bits[i];
		tms_arena_rewind(&items->scratch, mark);
	}
	index_bigram_filter_narrow(items, plan, marks->bits, marks->words);
	return TMS_OK;
}

enum tms_status index_plan_verify(
	struct index_items *items, const struct index_plan *plan, uint32_t slot, bool *holds)
{
	enum tms_status st = TMS_OK;

	*holds = true;
	items->verified++;
	if (plan->flags & INDEX_PLAN_WALK)
		st = index_walk_holds(items, plan, slot, holds);
	if (plan->flags & INDEX_PLAN_NEAR)
		st = index_near_holds(items, plan, slot, holds);
	if (st == TMS_OK && *holds && (plan->flags & INDEX_PLAN_RECHECK))
		st = index_recheck_holds(items, plan, slot, holds);
	return st;
}

/* Only what holds stays marked. */
static enum tms_status verify_all(
	struct index_items *items, const struct index_plan *plan, const struct marks *marks)
{
	enum tms_status st = TMS_OK;
	bool holds = false;

	for (size_t word = 0; word < marks->words; word++)
		for (uint64_t rest = marks->bits[word]; rest != 0; rest &= rest - 1) {
			unsigned bit = (unsigned)__builtin_ctzll(rest);
			st = index_plan_verify(items, plan, (uint32_t)(word * 64 + bit), &holds);
			if (st != TMS_OK)
				return st;
			if (!holds)
				marks->bits[word] &= ~(UINT64_C(1) << bit);
		}
	return st;
}

static void mark_range(const struct index_items *items, const struct index_plan *plan, tms_time now,
	const struct marks *marks)
{
	const struct index_range range = index_plan_range(plan);

	for (size_t word = 0; word < marks->words; word++)
		for (uint64_t rest = items->all[word]; rest != 0; rest &= rest - 1) {
			unsigned bit = (unsigned)__builtin_ctzll(rest);
			if (index_range_holds(items, &range, (uint32_t)(word * 64 + bit), now))
				marks->bits[word] |= UINT64_C(1) << bit;
		}
}

static enum tms_status mark_subject(
	struct index_items *items, const struct index_plan *plan, const struct marks *marks)
{
	const struct index_asked_subject asked = index_plan_subject(plan);

	for (size_t word = 0; word < marks->words; word++)
		for (uint64_t rest = items->all[word]; rest != 0; rest &= rest - 1) {
			unsigned bit = (unsigned)__builtin_ctzll(rest);
			uint32_t score = 0;
			enum tms_status st = index_subject_score(
				items, asked.subject, (uint32_t)(word * 64 + bit), &score);
			if (st != TMS_OK)
				return st;
			if (score >= asked.threshold)
				marks->bits[word] |= UINT64_C(1) << bit;
		}
	return TMS_OK;
}

/* What may hold, as far as that is told without looking at items. */
static enum tms_status mark(struct index_items *items, const struct index_plan *plan, tms_time now,
	const struct marks *marks)
{
	if (plan->kind == PLAN_RANGE)
		mark_range(items, plan, now, marks);
	else if (plan->kind == PLAN_ID || plan->kind == PLAN_SUBJECT || plan->places == 0)
		memcpy(marks->bits, items->all, marks->words * sizeof(uint64_t));
	else
		return mark_candidates(items, plan, marks);
	return TMS_OK;
}

enum tms_status index_plan_row(struct index_items *items, const struct index_plan *plan,
	tms_time now, struct index_row *out)
{
	struct marks marks = { .words = (items->slots.used + 63) / 64 };
	enum tms_status st = TMS_OK;

	if (items->count == 0)
		return TMS_OK;
	marks.bits = TMS_ARENA_ARRAY(&items->scratch, uint64_t, marks.words);
	if (!marks.bits)
		st = TMS_ENOMEM;
	else if (plan->kind == PLAN_SUBJECT)
		st = mark_subject(items, plan, &marks);
	else
		st = mark(items, plan, now, &marks);
	if (st == TMS_OK && (plan->flags & INDEX_PLAN_LOOK))
		st = verify_all(items, plan, &marks);
	if (st == TMS_OK)
		st = index_row_from_bits(marks.bits, marks.words, out);
	index_scratch_done(items);
	return st;
}

/* ---- in pieces ---- */

/* Work: any row; an item whose words are looked at; one that is scored; and an expression that is
 * asked of an item, for each of what it counts as, measured where it costs most. */
#define WORK_ROW 20
#define WORK_LOOK 3
#define WORK_SCORE 30
#define WORK_SCAN 30

static size_t work_of(const struct index_plan *plan)
{
	size_t work = WORK_LOOK;

	if (plan->kind == PLAN_SUBJECT)
		work += WORK_SCORE;
	if (plan->flags & INDEX_PLAN_RECHECK)
		work += WORK_SCAN;
	return work + index_plan_scan_cost(plan) * WORK_SCAN;
}

static enum tms_status look(
	struct index_items *items, const struct index_plan *plan, uint32_t slot, bool *holds)
{
	uint32_t score = 0;

	if (plan->kind != PLAN_SUBJECT)
		return index_plan_verify(items, plan, slot, holds);
	const struct index_asked_subject asked = index_plan_subject(plan);
	enum tms_status st = index_subject_score(items, asked.subject, slot, &score);
	*holds = score >= asked.threshold;
	return st;
}

static void take(size_t *work, size_t used)
{
	*work -= used < *work ? used : *work;
}

/* From the slot where it stood. At least one item is looked at. */
static enum tms_status look_on(struct index_items *items, const struct index_plan *plan,
	size_t *work, struct index_marking *marking)
{
	const size_t each = work_of(plan);
	bool holds = false;

	for (; marking->at < marking->words * 64; marking->at++) {
		uint64_t *word = &marking->bits[marking->at / 64];
		uint64_t bit = UINT64_C(1) << marking->at % 64;
		if (!(*word & bit))
			continue;
		if (*work == 0)
			return TMS_EUNAVAIL;
		uint64_t compilations = items->subjects.compilations;
		enum tms_status st = look(items, plan, marking->at, &holds);
		if (st != TMS_OK)
			return st;
		if (!holds)
			*word &= ~bit;
		take(work, each);
		if (items->subjects.compilations != compilations)
			take(work, INDEX_SUBJECT_WORK);
	}
	return TMS_OK;
}

static enum tms_status begin_marking(struct index_items *items, const struct index_plan *plan,
	tms_time now, struct index_marking *marking)
{
	struct index_marking made = { .words = (items->slots.used + 63) / 64 };

	made.bits = calloc(made.words + 1, sizeof(*made.bits));
	if (!made.bits)
		return TMS_ENOMEM;
	enum tms_status st = mark(items, plan, now, &(struct marks){ made.bits, made.words });
	if (st == TMS_OK)
		*marking = made;
	else
		free(made.bits);
	return st;
}

bool index_plan_looks(const struct index_plan *plan)
{
	return plan->kind == PLAN_SUBJECT || (plan->flags & INDEX_PLAN_LOOK);
}

enum tms_status index_plan_row_some(struct index_items *items, const struct index_plan *plan,
	tms_time now, size_t *work, struct index_marking *marking, struct index_row *out)
{
	enum tms_status st = TMS_OK;

	if (items->count == 0)
		return TMS_OK;
	if (!marking->bits) {
		st = begin_marking(items, plan, now, marking);
		take(work, WORK_ROW);
	}
	if (st == TMS_OK && index_plan_looks(plan))
		st = look_on(items, plan, work, marking);
	if (st == TMS_OK)
		st = index_row_from_bits(marking->bits, marking->words, out);
	if (st != TMS_EUNAVAIL)
		index_marking_drop(marking);
	index_scratch_done(items);
	return st;
}

void index_marking_drop(struct index_marking *marking)
{
	free(marking->bits);
	*marking = (struct index_marking){ 0 };
}
