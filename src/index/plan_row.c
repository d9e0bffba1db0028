/* A plan asked of pages, and of all items of an owner. */
#include "bigram_filter.h"

#include <stdlib.h>

/* So few items are looked at sooner than the other words' slots are marked. */
#define FEW_CANDIDATES 8

static void mark_atom(const struct index_items *items, uint32_t number, unsigned fields,
	const struct index_area *area, uint64_t *out)
{
	const struct index_atom *atom = index_atom_at(&items->atoms, number);
	const uint32_t *members = index_atom_members(atom);

	for (uint32_t i = 0; i < atom->count; i++)
		index_term_mark(index_term_at(&items->vocabulary, members[i]), fields, &area->pages,
			area->wanted, out);
}

/* The slots that have place k in one way or another. */
static void mark_place(const struct index_items *items, const struct index_plan *plan, size_t k,
	const struct index_area *area, uint64_t *out)
{
	const struct index_cover *covers = index_plan_covers(plan);

	mark_atom(items, index_plan_atoms(plan)[k], plan->fields, area, out);
	for (size_t i = 0; i < plan->covers; i++)
		if (covers[i].first <= k && k < (size_t)covers[i].first + covers[i].span)
			mark_atom(items, covers[i].atom, plan->fields, area, out);
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

size_t index_plan_weight(const struct index_items *items, const struct index_plan *plan)
{
	size_t weight = SIZE_MAX;

	if (plan->kind == PLAN_ATOMS)
		(void)rarest_place(items, plan, &weight);
	return weight;
}

static bool is_empty(const uint64_t *bits, size_t words)
{
	uint64_t any = 0;

	for (size_t i = 0; i < words; i++)
		any |= bits[i];
	return any == 0;
}

/* The other places' slots of what the rarest one has left. */
static enum tms_status mark_rest(struct index_items *items, const struct index_plan *plan,
	size_t rarest, const struct index_area *area, uint64_t *out)
{
	size_t mark = tms_arena_mark(&items->scratch), bytes = area->pages.count * sizeof(*out);
	uint64_t *more = TMS_ARENA_ROOM(&items->scratch, uint64_t, area->pages.count);
	const struct index_area rest = { area->pages, out };

	if (!more)
		return TMS_ENOMEM;
	for (size_t k = 0; k < plan->places && !is_empty(out, area->pages.count); k++) {
		if (k == rarest)
			continue;
		memset(more, 0, bytes);
		mark_place(items, plan, k, &rest, more);
		memcpy(out, more, bytes);
	}
	tms_arena_rewind(&items->scratch, mark);
	return TMS_OK;
}

static enum tms_status mark_candidates(struct index_items *items, const struct index_plan *plan,
	const struct index_area *area, uint64_t *out)
{
	size_t weight = 0, rarest = 0;
	enum tms_status st = TMS_OK;

	if (plan->places > 1)
		rarest = rarest_place(items, plan, &weight);
	memset(out, 0, area->pages.count * sizeof(*out));
	mark_place(items, plan, rarest, area, out);
	if (weight > FEW_CANDIDATES)
		st = mark_rest(items, plan, rarest, area, out);
	if (weight > 0)
		index_bigram_filter_narrow(items, plan, &area->pages, out);
	return st;
}

enum tms_status index_plan_verify(
	struct index_items *items, const struct index_plan *plan, uint32_t slot, bool *holds)
{
	enum tms_status st = TMS_OK;

	*holds = true;
	items->verified += index_items_weight(items, slot);
	if (plan->flags & INDEX_PLAN_WALK)
		st = index_walk_holds(items, plan, slot, holds);
	if (plan->flags & INDEX_PLAN_NEAR)
		st = index_near_holds(items, plan, slot, holds);
	if (st == TMS_OK && *holds && (plan->flags & INDEX_PLAN_RECHECK))
		st = index_recheck_holds(items, plan, slot, holds);
	return st;
}

static void mark_range(const struct index_items *items, const struct index_plan *plan, tms_time now,
	const struct index_area *area, uint64_t *out)
{
	const struct index_range range = index_plan_range(plan);

	for (size_t i = 0; i < area->pages.count; i++) {
		uint32_t first = area->pages.list[i] * INDEX_PAGE;
		out[i] = 0;
		for (uint64_t rest = area->wanted[i]; rest != 0; rest &= rest - 1) {
			unsigned bit = (unsigned)__builtin_ctzll(rest);
			if (index_range_holds(items, &range, first + bit, now))
				out[i] |= UINT64_C(1) << bit;
		}
	}
}

enum tms_status index_plan_mark(struct index_items *items, const struct index_plan *plan,
	tms_time now, const struct index_area *area, uint64_t *out)
{
	if (plan->kind == PLAN_RANGE)
		mark_range(items, plan, now, area, out);
	else if (plan->kind == PLAN_ID || plan->kind == PLAN_SUBJECT || plan->places == 0)
		memcpy(out, area->wanted, area->pages.count * sizeof(*out));
	else
		return mark_candidates(items, plan, area, out);
	return TMS_OK;
}

/* ---- looking at items ---- */

bool index_plan_looks(const struct index_plan *plan)
{
	return plan->kind == PLAN_SUBJECT || (plan->flags & INDEX_PLAN_LOOK);
}

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
	if (*work != SIZE_MAX)
		*work -= used < *work ? used : *work;
}

enum tms_status index_plan_look(struct index_items *items, const struct index_plan *plan,
	uint32_t page, size_t *work, uint64_t *mask, uint64_t *left)
{
	const size_t each = work_of(plan);
	bool holds = false;

	for (*left = *mask; *left != 0 && *work > 0; *left &= *left - 1) {
		uint64_t compilations = items->subjects.compilations, before = items->verified;
		unsigned bit = (unsigned)__builtin_ctzll(*left);
		enum tms_status st = look(items, plan, page * INDEX_PAGE + bit, &holds);
		if (st != TMS_OK)
			return st;
		if (!holds)
			*mask &= ~(UINT64_C(1) << bit);
		take(work, each * (size_t)(items->verified - before));
		if (items->subjects.compilations != compilations)
			take(work, INDEX_SUBJECT_WORK);
	}
	return TMS_OK;
}

/* ---- rows of an owner ---- */

/* Its pages, in the order of their places, and the slots that are there. */
struct ground {
	struct index_area area;
	uint64_t *there;
	uint32_t *sorted, *places; /* when they do not ascend: the same pages, and their places */
};

static int by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* Terms are asked for pages that ascend. */
static bool sort_pages(struct tms_arena *arena, const struct index_owner *owner, struct ground *g)
{
	size_t count = owner->pages_count;
	uint64_t *both = TMS_ARENA_ARRAY(arena, uint64_t, count);

	g->sorted = TMS_ARENA_ARRAY(arena, uint32_t, count);
	g->places = TMS_ARENA_ARRAY(arena, uint32_t, count);
	if (!both || !g->sorted || !g->places)
		return false;
	for (size_t i = 0; i < count; i++)
		both[i] = (uint64_t)owner->pages[i] << 32 | i;
	qsort(both, count, sizeof(*both), by_number);
	for (size_t i = 0; i < count; i++) {
		g->sorted[i] = (uint32_t)(both[i] >> 32);
		g->places[i] = (uint32_t)both[i];
	}
	g->area.pages.list = g->sorted;
	return true;
}

static enum tms_status ground_of(struct index_items *items, uint32_t number, struct ground *out)
{
	const struct index_owner *owner = index_owner_at(items, number);
	size_t count = owner->pages_count;
	struct ground g = { .area.pages = { owner->pages, count },
		.there = TMS_ARENA_ROOM(&items->scratch, uint64_t, count) };

	if (!g.there || (owner->is_mixed && !sort_pages(&items->scratch, owner, &g)))
		return TMS_ENOMEM;
	for (size_t i = 0; i < count; i++) {
		const struct index_page *page = items->pages.list[g.area.pages.list[i]];
		g.there[i] = page->there & index_page_mask(page, number);
	}
	g.area.wanted = g.there;
	*out = g;
	return TMS_OK;
}

/* Candidates by place. */
static enum tms_status mark_owner(struct index_items *items, const struct index_plan *plan,
	uint32_t owner, tms_time now, uint64_t *bits)
{
	struct ground g = { 0 };

	enum tms_status st = ground_of(items, owner, &g);
	if (st != TMS_OK || !g.places)
		return st == TMS_OK ? index_plan_mark(items, plan, now, &g.area, bits) : st;
	size_t count = g.area.pages.count;
	uint64_t *sorted = TMS_ARENA_ARRAY(&items->scratch, uint64_t, count);
	if (!sorted)
		return TMS_ENOMEM;
	st = index_plan_mark(items, plan, now, &g.area, sorted);
	for (size_t i = 0; i < count; i++)
		bits[g.places[i]] = sorted[i];
	return st;
}

/* From the page where it stood. */
static enum tms_status look_on(struct index_items *items, const struct index_plan *plan,
	const uint32_t *pages, size_t *work, struct index_marking *marking)
{
	uint64_t left = 0;

	for (; marking->at < marking->words; marking->at++) {
		uint64_t *bits = &marking->bits[marking->at];
		if ((*bits & ~marking->done) == 0) {
			marking->done = 0;
			continue;
		}
		if (*work == 0)
			return TMS_EUNAVAIL;
		uint64_t rest = *bits & ~marking->done;
		uint64_t kept = *bits & marking->done;
		enum tms_status st =
			index_plan_look(items, plan, pages[marking->at], work, &rest, &left);
		if (st != TMS_OK)
			return st;
		*bits = kept | rest;
		marking->done = left != 0 ? (left & -left) - 1 : 0;
		if (left != 0)
			return TMS_EUNAVAIL;
	}
	return TMS_OK;
}

enum tms_status index_plan_row_some(struct index_items *items, const struct index_plan *plan,
	uint32_t owner_number, tms_time now, size_t *work, struct index_marking *marking,
	struct index_row *out)
{
	const struct index_owner *owner = index_owner_at(items, owner_number);
	enum tms_status st = TMS_OK;

	if (owner->count == 0)
		return TMS_OK;
	if (!marking->bits) {
		marking->words = owner->pages_count;
		marking->bits = calloc(marking->words, sizeof(*marking->bits));
		st = marking->bits ? mark_owner(items, plan, owner_number, now, marking->bits)
				   : TMS_ENOMEM;
		take(work, WORK_ROW);
	}
	if (st == TMS_OK && index_plan_looks(plan))
		st = look_on(items, plan, owner->pages, work, marking);
	if (st == TMS_OK)
		st = index_row_from_bits(marking->bits, marking->words, out);
	if (st != TMS_EUNAVAIL)
		index_marking_drop(marking);
	index_scratch_done(items);
	return st;
}

enum tms_status index_plan_row(struct index_items *items, const struct index_plan *plan,
	uint32_t owner_number, tms_time now, struct index_row *out)
{
	const struct index_owner *owner = index_owner_at(items, owner_number);
	size_t all = SIZE_MAX;
	struct index_marking marking = { .words = owner->pages_count };
	enum tms_status st = TMS_ENOMEM;

	if (owner->count == 0)
		return TMS_OK;
	marking.bits = TMS_ARENA_ROOM(&items->scratch, uint64_t, marking.words);
	if (marking.bits)
		st = mark_owner(items, plan, owner_number, now, marking.bits);
	if (st == TMS_OK && index_plan_looks(plan))
		st = look_on(items, plan, owner->pages, &all, &marking);
	if (st == TMS_OK)
		st = index_row_from_bits(marking.bits, marking.words, out);
	index_scratch_done(items);
	return st;
}

void index_marking_drop(struct index_marking *marking)
{
	free(marking->bits);
	*marking = (struct index_marking){ 0 };
}
