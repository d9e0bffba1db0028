/*
 * The items that a rule keeps, or does not, in order. They entered at first_seen; but where a rule
 * is about numbers or age, moments are tried, for items whose verdict may change with time.
 */
#include "index_private.h"

#include <stdlib.h>

struct selecting {
	struct index_evaluation e;
	struct index_items *items;
	unsigned flags; /* of the program's leaves */
	uint64_t *kept; /* what is kept now */
	tms_time now;
	const struct index_moments *moments; /* known ones, or NULL */
	size_t spent;                        /* words looked at for one item at one moment */
};

/* Words that are looked at in a microsecond on a slow machine: 14 ns each, measured. */
#define WORDS_US 32
/* What is not a word: numbers and their histories, the walk itself. */
#define WORDS_MORE 8
/* Words for which moments are found at once. */
#define WORDS_AT_ONCE ((size_t)50000)

static bool has(const uint64_t *bits, uint32_t slot)
{
	return bits[slot / 64] >> (slot % 64) & 1;
}

static size_t count_bits(const uint64_t *bits, size_t words)
{
	size_t count = 0;

	for (size_t i = 0; i < words; i++)
		count += (size_t)__builtin_popcountll(bits[i]);
	return count;
}

/* The next slot of the row at or behind *slot; false at the end. */
static bool next_slot(const uint64_t *bits, size_t words, uint32_t *slot)
{
	for (size_t i = *slot / 64; i < words; i++) {
		uint64_t word = bits[i];
		if (i == *slot / 64)
			word &= UINT64_MAX << (*slot % 64);
		if (word == 0)
			continue;
		*slot = (uint32_t)(i * 64 + (size_t)__builtin_ctzll(word));
		return true;
	}
	return false;
}

static uint64_t *new_row(struct selecting *s)
{
	return TMS_ARENA_ARRAY(s->e.scratch, uint64_t, s->e.words + 1);
}

/* What it comes to when every word of it about leaves with these flags, negated or not, holds, or
 * does not: no part of a program is negated but leaves, so nothing in between lies outside. */
static enum tms_status bound(struct selecting *s, unsigned flags, bool holds, uint64_t **row)
{
	struct index_evaluation e = s->e;

	*row = new_row(s);
	if (!*row)
		return TMS_ENOMEM; /* the arena has no limit */
	e.open = flags;
	e.open_holds = holds;
	return index_evaluate(&e, *row);
}

/* The items for which the verdict may depend on leaves with these flags. */
static enum tms_status undecided(struct selecting *s, unsigned flags, uint64_t **row)
{
	uint64_t *least = NULL;

	enum tms_status st = bound(s, flags, true, row);
	if (st == TMS_OK)
		st = bound(s, flags, false, &least);
	for (size_t i = 0; st == TMS_OK && i < s->e.words; i++)
		(*row)[i] &= ~least[i];
	return st;
}

static const struct tms_merged *merged_at(const struct selecting *s, uint32_t slot)
{
	return &index_items_at(s->items, slot)->merged;
}

/* As tms_query_entered says it: the moments are the same, so is the first one. */
static enum tms_status find_entered(struct selecting *s, uint32_t slot, tms_time *entered)
{
	const struct tms_merged *item = merged_at(s, slot);
	tms_time at = item->first_seen < s->now ? item->first_seen : s->now;
	bool holds = false;

	while (at < s->now) {
		s->spent += 2 * s->e.program.count + WORDS_MORE;
		enum tms_status st = index_evaluate_at(
			&s->e, slot, item, (struct index_moment){ at, at }, &holds);
		if (st != TMS_OK)
			return st;
		if (holds)
			break;
		at = index_evaluate_turn(&s->e, item, at, query_number_step(item, at, s->now));
	}
	*entered = at;
	return TMS_OK;
}

/* The first moment before `best` at which the clock alone turns the verdict on the item. */
static enum tms_status find_turn(struct selecting *s, uint32_t slot, tms_time *best)
{
	const struct tms_merged *item = merged_at(s, slot);
	bool kept = has(s->kept, slot), holds = kept;
	tms_time at = s->now;

	for (;;) {
		s->spent += 2 * s->e.program.count + WORDS_MORE;
		at = index_evaluate_turn(&s->e, item, at, *best);
		if (at >= *best)
			return TMS_OK;
		enum tms_status st = index_evaluate_at(
			&s->e, slot, item, (struct index_moment){ at, TMS_TIME_MAX }, &holds);
		if (st != TMS_OK)
			return st;
		if (holds == kept)
			continue;
		*best = at;
		return TMS_OK;
	}
}

static enum tms_status find_expires(struct selecting *s, tms_time *expires)
{
	uint64_t *open = NULL;

	if (s->moments) { /* too early is no harm, and behind it nothing is known */
		*expires = s->moments->expires > s->now ? s->moments->expires : s->now + 1;
		return TMS_OK;
	}
	enum tms_status st = undecided(s, INDEX_LEAF_CLOCK, &open);
	for (uint32_t slot = 0; st == TMS_OK && next_slot(open, s->e.words, &slot); slot++)
		st = find_turn(s, slot, expires);
	return st;
}

static int compare_times(tms_time a, tms_time b)
{
	return (a < b) - (a > b); /* newest first */
}

static int compare_selected(const void *a, const void *b)
{
	const struct tms_selected *x = a, *y = b;
	const struct tms_item *p = &x->item->merged.item, *q = &y->item->merged.item;
	int order = compare_times(x->entered, y->entered);

	if (order == 0)
		order = compare_times(p->published, q->published);
	return order != 0 ? order : tms_str_compare(p->id, q->id);
}

/* Items that entered when they were first seen lie in order already: walk to the last wanted. */
static enum tms_status list_in_order(
	struct selecting *s, size_t max, struct tms_arena *arena, struct tms_selection *out)
{
	const uint32_t *order = index_items_order(s->items);
	size_t wanted = out->kept_count < max ? out->kept_count : max;

	out->list = TMS_ARENA_ARRAY(arena, struct tms_selected, wanted);
	if (!out->list)
		return arena->status;
	for (size_t i = 0; out->count < wanted; i++) {
		if (!has(s->kept, order[i]))
			continue;
		struct tms_view_item *item = index_items_at(s->items, order[i]);
		out->list[out->count++] = (struct tms_selected){ item, item->merged.first_seen };
	}
	return TMS_OK;
}

static enum tms_status list_by_entered(
	struct selecting *s, size_t max, struct tms_arena *arena, struct tms_selection *out)
{
	uint64_t *open = NULL;
	size_t count = 0;

	enum tms_status st =
		undecided(s, (unsigned)INDEX_LEAF_NUMBER | (unsigned)INDEX_LEAF_CLOCK, &open);
	out->list = TMS_ARENA_ARRAY(arena, struct tms_selected, out->kept_count);
	if (st == TMS_OK && !out->list)
		st = arena->status;
	for (uint32_t slot = 0; st == TMS_OK && next_slot(s->kept, s->e.words, &slot); slot++) {
		struct tms_view_item *item = index_items_at(s->items, slot);
		tms_time first = item->merged.first_seen;
		struct tms_selected *selected = &out->list[count++];
		*selected = (struct tms_selected){ item, first < s->now ? first : s->now };
		if (s->moments && s->moments->entered[slot] != TMS_TIME_NONE)
			selected->entered = s->moments->entered[slot];
		else if (has(open, slot))
			st = find_entered(s, slot, &selected->entered);
	}
	if (st != TMS_OK)
		return st;
	qsort(out->list, count, sizeof(*out->list), compare_selected);
	out->count = count < max ? count : max;
	return TMS_OK;
}

/* True when entered is first_seen for all that is kept, however it came to be kept. */
static bool is_in_order(const struct selecting *s)
{
	if (s->flags & INDEX_LEAF_MOVES)
		return false;
	return index_items_count(s->items) == 0 ||
	       merged_at(s, index_items_order(s->items)[0])->first_seen <= s->now;
}

static enum tms_status select_rule(
	struct selecting *s, size_t max, struct tms_arena *arena, struct tms_selection *out)
{
	s->flags = index_program_flags(s->e.leaves, s->e.program);
	enum tms_status st = index_evaluate(&s->e, s->kept);
	if (st == TMS_OK)
		out->kept_count = count_bits(s->kept, s->e.words);
	if (st == TMS_OK && (s->flags & INDEX_LEAF_CLOCK))
		st = find_expires(s, &out->expires);
	if (st != TMS_OK || max == 0)
		return st;
	return is_in_order(s) ? list_in_order(s, max, arena, out)
			      : list_by_entered(s, max, arena, out);
}

static struct selecting selecting(struct tms_index *index, uint32_t rule, tms_time now)
{
	static const uint32_t everything = INDEX_PROGRAM_TRUE;
	struct selecting s = { .e = { .leaves = &index->leaves,
				       .program = { &everything, 1 },
				       .scratch = &index->scratch,
				       .now = now,
				       .words = (index_items_slots(index->items) + 63) / 64 },
		.items = index->items,
		.now = now };

	if (rule != TMS_INDEX_NONE)
		s.e.program = index_rule_program(&index->rules, rule);
	s.kept = new_row(&s);
	return s;
}

/* Something of the item was seen at a later time, by a clock that was ahead: since when it is kept
 * moves with the clock until then. */
static bool is_ahead(const struct selecting *s, uint32_t slot)
{
	const struct tms_merged *item = merged_at(s, slot);

	return item->first_seen > s->now ||
	       query_number_step(item, s->now, TMS_TIME_MAX) < TMS_TIME_MAX;
}

/* Since when items are kept, as far as the work goes; then when the clock turns one. */
static enum tms_status find_some(
	struct selecting *s, const uint64_t *open, size_t most, struct index_moments *of)
{
	uint64_t *turning = NULL;
	enum tms_status st = TMS_OK;

	for (uint32_t *slot = &of->next_entered; next_slot(s->kept, s->e.words, slot); ++*slot) {
		if (!has(open, *slot) || is_ahead(s, *slot))
			continue;
		st = find_entered(s, *slot, &of->entered[*slot]);
		if (st != TMS_OK || s->spent >= most) {
			++*slot;
			return st;
		}
	}
	of->next_entered = (uint32_t)(s->e.words * 64);
	if (s->flags & INDEX_LEAF_CLOCK)
		st = undecided(s, INDEX_LEAF_CLOCK, &turning);
	if (st != TMS_OK || !turning) {
		of->is_done = st == TMS_OK;
		return st;
	}
	for (uint32_t *slot = &of->next_turn; next_slot(turning, s->e.words, slot); ++*slot) {
		if (s->spent >= most)
			return TMS_OK;
		st = find_turn(s, *slot, &of->expires);
		if (st != TMS_OK)
			return st;
	}
	of->is_done = true;
	return TMS_OK;
}

/* TMS_EUNAVAIL: there is more to do. */
static enum tms_status prepare_moments(struct tms_index *index, struct selecting *s, uint32_t rule,
	const uint64_t *open, size_t work)
{
	size_t count = s->e.program.count, most = SIZE_MAX;
	struct index_moments *of = NULL;

	if (count_bits(open, s->e.words) * count * (count + WORDS_MORE) <= WORDS_AT_ONCE)
		return TMS_OK;
	if (__builtin_mul_overflow(work, (size_t)WORDS_US, &most))
		most = SIZE_MAX;
	enum tms_status st = index_moments_claim(
		&index->moments, rule, s->now, index_items_slots(index->items), &of);
	if (st == TMS_OK && of && !of->is_done)
		st = find_some(s, open, most, of);
	return st == TMS_OK && !(of && of->is_done) ? TMS_EUNAVAIL : st;
}

enum tms_status tms_index_prepare(
	struct tms_index *index, uint32_t rule, tms_time now, size_t work, bool *more)
{
	size_t mark = tms_arena_mark(&index->scratch);
	uint64_t *open = NULL;

	index_leaves_tidy(&index->leaves);
	index->leaves.rows.work = work ? work : 1;
	struct selecting s = selecting(index, rule, now);
	enum tms_status st = s.kept ? index_evaluate(&s.e, s.kept) : TMS_ENOMEM;
	s.flags = index_program_flags(s.e.leaves, s.e.program);
	if (st == TMS_OK && (s.flags & INDEX_LEAF_MOVES))
		st = undecided(&s, INDEX_LEAF_MOVES, &open);
	if (st == TMS_OK && open)
		st = prepare_moments(index, &s, rule, open, index->leaves.rows.work);
	index->leaves.rows.work = SIZE_MAX;
	index->words_walked += s.spent;
	tms_arena_rewind(&index->scratch, mark);
	index->scratch.status = TMS_OK;
	*more = st == TMS_EUNAVAIL;
	return *more ? TMS_OK : st;
}

enum tms_status tms_index_select(struct tms_index *index, uint32_t rule, tms_time now, size_t max,
	struct tms_arena *arena, struct tms_selection *out)
{
	size_t mark = tms_arena_mark(&index->scratch);
	struct tms_selection made = { .expires = TMS_TIME_MAX,
		.seen_count = index_items_count(index->items) };

	index_leaves_tidy(&index->leaves);
	struct selecting s = selecting(index, rule, now);
	s.moments = index_moments_find(&index->moments, rule, now);
	enum tms_status st = s.kept ? select_rule(&s, max, arena, &made) : TMS_ENOMEM;
	index->words_walked += s.spent;
	tms_arena_rewind(&index->scratch, mark);
	index->scratch.status = TMS_OK;
	if (st == TMS_OK)
		*out = made;
	return st;
}

/* In the order of the items, which is that of first_seen. */
static enum tms_status list_dropped(
	struct selecting *s, size_t max, struct tms_arena *arena, struct tms_selection *out)
{
	const uint32_t *order = index_items_order(s->items);
	size_t wanted = out->seen_count - out->kept_count;

	wanted = wanted < max ? wanted : max;
	out->list = TMS_ARENA_ARRAY(arena, struct tms_selected, wanted);
	if (!out->list)
		return arena->status;
	for (size_t i = 0; out->count < wanted; i++)
		if (!has(s->kept, order[i]))
			out->list[out->count++] =
				(struct tms_selected){ index_items_at(s->items, order[i]),
					TMS_TIME_NONE };
	return TMS_OK;
}

enum tms_status tms_index_select_dropped(struct tms_index *index, uint32_t rule, tms_time now,
	size_t max, struct tms_arena *arena, struct tms_selection *out)
{
	size_t mark = tms_arena_mark(&index->scratch);
	struct tms_selection made = { .expires = TMS_TIME_MAX,
		.seen_count = index_items_count(index->items) };

	index_leaves_tidy(&index->leaves);
	struct selecting s = selecting(index, rule, now);
	enum tms_status st = s.kept ? index_evaluate(&s.e, s.kept) : TMS_ENOMEM;
	if (st == TMS_OK) {
		made.kept_count = count_bits(s.kept, s.e.words);
		st = list_dropped(&s, max, arena, &made);
	}
	tms_arena_rewind(&index->scratch, mark);
	index->scratch.status = TMS_OK;
	if (st == TMS_OK)
		*out = made;
	return st;
}

enum tms_status tms_index_differ(struct tms_index *index, uint32_t old_rule, uint32_t new_rule,
	tms_time now, struct tms_difference *out)
{
	size_t mark = tms_arena_mark(&index->scratch);
	struct tms_difference made = { .seen_count = index_items_count(index->items) };

	index_leaves_tidy(&index->leaves);
	struct selecting old = selecting(index, old_rule, now);
	struct selecting new = selecting(index, new_rule, now);
	enum tms_status st = old.kept && new.kept ? index_evaluate(&old.e, old.kept) : TMS_ENOMEM;
	if (st == TMS_OK)
		st = index_evaluate(&new.e, new.kept);
	for (size_t i = 0; st == TMS_OK && i < old.e.words; i++) {
		uint64_t both = old.kept[i] & new.kept[i];
		made.kept_count += (size_t)__builtin_popcountll(old.kept[i]);
		made.leave += (size_t)__builtin_popcountll(old.kept[i] ^ both);
		made.come += (size_t)__builtin_popcountll(new.kept[i] ^ both);
	}
	tms_arena_rewind(&index->scratch, mark);
	index->scratch.status = TMS_OK;
	if (st == TMS_OK)
		*out = made;
	return st;
}
