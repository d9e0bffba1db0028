/*
 * Narrowing. Of parts that all have to hold the rarest word comes first: most rules keep few slots
 * of few pages, so the parts behind it are asked there only. What has to be looked at comes last.
 */
#include "narrow.h"

#include <string.h>

static const struct index_plan *plan_of(const struct index_evaluation *e, uint32_t word)
{
	return index_leaf_at(e->leaves, word & INDEX_WORD_BELOW)->plan;
}

static bool is_open(const struct index_evaluation *e, uint32_t word)
{
	return (index_leaf_at(e->leaves, word & INDEX_WORD_BELOW)->flags & e->open) != 0;
}

static void all_or_none(const struct index_area *area, bool all, uint64_t *out)
{
	if (all)
		memcpy(out, area->wanted, area->pages.count * sizeof(*out));
	else
		memset(out, 0, area->pages.count * sizeof(*out));
}

enum tms_status index_narrow_leaf(const struct index_evaluation *evaluation, uint32_t leaf,
	const struct index_area *area, uint64_t *out)
{
	return index_leaf_ask(evaluation->leaves, leaf, area, evaluation->now, out);
}

static enum tms_status narrow_word(const struct index_evaluation *e, uint32_t word,
	const struct index_area *area, uint64_t *out)
{
	if (is_open(e, word)) {
		all_or_none(area, e->open_holds, out);
		return TMS_OK;
	}
	enum tms_status st = index_narrow_leaf(e, word & INDEX_WORD_BELOW, area, out);
	if (word & INDEX_WORD_NOT)
		for (size_t i = 0; i < area->pages.count; i++)
			out[i] = area->wanted[i] & ~out[i];
	return st;
}

/* Program nesting is bounded by the query's. */
static enum tms_status narrow(const struct index_evaluation *e, const uint32_t *words,
	const struct index_area *area, uint64_t *out);

/* ---- one of the parts ---- */

/* A slot that one part holds for is not asked of the next. */
static enum tms_status narrow_any(const struct index_evaluation *e, const uint32_t *words,
	const struct index_area *area, uint64_t *out)
{
	size_t count = area->pages.count, end = index_word_extent(words[0]);
	uint64_t *left = TMS_ARENA_ROOM(e->scratch, uint64_t, 2 * count), any = 0;
	const struct index_area rest = { area->pages, left };

	if (!left)
		return e->scratch->status;
	enum tms_status st = narrow(e, words + 1, area, out);
	for (size_t i = 0; i < count; i++)
		any |= left[i] = area->wanted[i] & ~out[i];
	for (size_t at = 1 + index_word_extent(words[1]); st == TMS_OK && any != 0 && at < end;
		at += index_word_extent(words[at])) {
		uint64_t *found = left + count;
		st = narrow(e, words + at, &rest, found);
		any = 0;
		for (size_t i = 0; i < count; i++) {
			out[i] |= found[i];
			any |= left[i] &= ~found[i];
		}
	}
	return st;
}

/* ---- all of the parts ---- */

/* Pages that have something left, and where they stand in the area that it began with. */
struct live {
	struct index_area area;
	uint64_t *wanted;
	uint32_t *pages, *from;
	uint64_t *found; /* room for what the next part holds for */
};

static bool live_init(struct tms_arena *scratch, const struct index_area *area, struct live *live)
{
	size_t count = area->pages.count;

	live->wanted = TMS_ARENA_ROOM(scratch, uint64_t, 3 * count);
	if (!live->wanted)
		return false;
	live->found = live->wanted + count;
	live->pages = (uint32_t *)(void *)(live->found + count);
	live->from = live->pages + count;
	live->area = (struct index_area){ { live->pages, 0, area->pages.filter }, live->wanted };
	return true;
}

/* What the first part has left. */
static void begin(const struct index_area *area, const uint64_t *kept, struct live *live)
{
	size_t count = 0;

	for (size_t i = 0; i < area->pages.count; i++) {
		live->wanted[count] = kept[i];
		live->pages[count] = area->pages.list[i];
		live->from[count] = (uint32_t)i;
		count += kept[i] != 0;
	}
	live->area.pages.count = count;
}

/* What another part has left of that. */
static void go_on(struct live *live)
{
	size_t count = 0;

	for (size_t i = 0; i < live->area.pages.count; i++) {
		live->wanted[count] = live->found[i];
		live->pages[count] = live->pages[i];
		live->from[count] = live->from[i];
		count += live->found[i] != 0;
	}
	live->area.pages.count = count;
}

/* Where the rarest word stands among the parts; the first part when none of them is one. */
static size_t rarest(const struct index_evaluation *e, const uint32_t *words)
{
	size_t end = index_word_extent(words[0]), best = 1, least = SIZE_MAX;

	for (size_t at = 1; at < end && least > 0; at += index_word_extent(words[at])) {
		if ((words[at] & (INDEX_WORD_GROUP | INDEX_WORD_NOT)) || is_open(e, words[at]))
			continue;
		size_t weight = index_plan_weight(e->leaves->items, plan_of(e, words[at]));
		if (weight < least) {
			least = weight;
			best = at;
		}
	}
	return best;
}

static bool is_dear(const struct index_evaluation *e, uint32_t word)
{
	return (word & INDEX_WORD_GROUP) || index_plan_looks(plan_of(e, word));
}

static enum tms_status narrow_all(const struct index_evaluation *e, const uint32_t *words,
	const struct index_area *area, uint64_t *out)
{
	size_t end = index_word_extent(words[0]), first = rarest(e, words);
	struct live live;

	enum tms_status st = narrow(e, words + first, area, out);
	if (st != TMS_OK)
		return st;
	if (!live_init(e->scratch, area, &live))
		return e->scratch->status;
	begin(area, out, &live);
	for (unsigned dear = 0; dear < 2; dear++)
		for (size_t at = 1; at < end && live.area.pages.count > 0;
			at += index_word_extent(words[at])) {
			if (at == first || is_dear(e, words[at]) != (bool)dear)
				continue;
			st = narrow(e, words + at, &live.area, live.found);
			if (st != TMS_OK)
				return st;
			go_on(&live);
		}
	memset(out, 0, area->pages.count * sizeof(*out));
	for (size_t i = 0; i < live.area.pages.count; i++)
		out[live.from[i]] = live.wanted[i];
	return TMS_OK;
}

static enum tms_status narrow(const struct index_evaluation *e, const uint32_t *words,
	const struct index_area *area, uint64_t *out)
{
	bool any = words[0] & INDEX_WORD_ANY;

	if (!(words[0] & INDEX_WORD_GROUP))
		return narrow_word(e, words[0], area, out);
	if (index_word_extent(words[0]) == 1) {
		all_or_none(area, !any, out);
		return TMS_OK;
	}
	size_t mark = tms_arena_mark(e->scratch);
	enum tms_status st =
		any ? narrow_any(e, words, area, out) : narrow_all(e, words, area, out);
	tms_arena_rewind(e->scratch, mark);
	return st;
}

enum tms_status index_narrow(
	const struct index_evaluation *evaluation, const struct index_area *area, uint64_t *out)
{
	return narrow(evaluation, evaluation->program.words, area, out);
}
