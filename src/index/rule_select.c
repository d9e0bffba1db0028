/*
 * The items that a rule keeps, or does not, in order. They entered at first_seen; but where a rule
 * is about numbers or age, moments are tried, for items whose verdict may change with time.
 */
#include "index_private.h"
#include "scope_order.h"

#include <stdlib.h>

#include "memory/bits.h"

struct selecting {
	struct index_evaluation e;
	struct tms_index *index;
	const struct index_scope *scope;
	unsigned flags; /* of the program's leaves */
	uint64_t *kept; /* what is kept now */
	tms_time now;
	struct index_moments_key key;
	const struct index_moments *moments; /* known ones, or NULL */
	size_t spent;                        /* words looked at for one item at one moment */
};

/* Words that are looked at in a microsecond on a slow machine: 14 ns each, measured. */
#define WORDS_US 32
/* What is not a word: numbers and their histories, the walk itself. */
#define WORDS_MORE 8
/* Words for which moments are found at once. */
#define WORDS_AT_ONCE ((size_t)50000)

static bool has(const uint64_t *bits, size_t position)
{
	return bits[position / INDEX_PAGE] >> (position % INDEX_PAGE) & 1;
}

static size_t count_bits(const uint64_t *bits, size_t words)
{
	size_t count = 0;

	for (size_t i = 0; i < words; i++)
		if (bits[i] != 0)
			count += bits_count(bits[i]);
	return count;
}

static uint64_t *new_row(struct selecting *s)
{
	return TMS_ARENA_ROOM(s->e.scratch, uint64_t, s->scope->count + 1);
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
	for (size_t i = 0; st == TMS_OK && i < s->scope->count; i++)
		(*row)[i] &= ~least[i];
	return st;
}

static struct tms_view_item *item_at(const struct selecting *s, size_t position)
{
	return index_items_at(s->index->items, index_scope_slot(s->scope, position));
}

static const struct tms_merged *merged_at(const struct selecting *s, size_t position)
{
	return &item_at(s, position)->merged;
}

/* As tms_query_entered says it: the moments are the same, so is the first one. */
static enum tms_status find_entered(struct selecting *s, size_t position, tms_time *entered)
{
	const struct tms_merged *item = merged_at(s, position);
	tms_time at = item->first_seen < s->now ? item->first_seen : s->now;
	bool holds = false;

	while (at < s->now) {
		s->spent += 2 * s->e.program.count + WORDS_MORE;
		enum tms_status st = index_evaluate_at(
			&s->e, position, item, (struct index_moment){ at, at }, &holds);
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
static enum tms_status find_turn(struct selecting *s, size_t position, tms_time *best)
{
	const struct tms_merged *item = merged_at(s, position);
	bool kept = has(s->kept, position), holds = kept;
	tms_time at = s->now;

	for (;;) {
		s->spent += 2 * s->e.program.count + WORDS_MORE;
		at = index_evaluate_turn(&s->e, item, at, *best);
		if (at >= *best)
			return TMS_OK;
		enum tms_status st = index_evaluate_at(
			&s->e, position, item, (struct index_moment){ at, TMS_TIME_MAX }, &holds);
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
	for (size_t at = 0; st == TMS_OK && scope_order_next(open, s->scope->count, &at); at++)
		st = find_turn(s, at, expires);
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

/* ---- by first_seen ---- */

/* *latest: none of these was seen later. */
static enum tms_status list_in_order(struct selecting *s, const uint64_t *bits, size_t wanted,
	struct tms_arena *arena, struct tms_selection *out, tms_time *latest)
{
	struct scope_first first = { .list = TMS_ARENA_ARRAY(arena, struct tms_selected, wanted) };

	if (!first.list)
		return arena->status;
	enum tms_status st = scope_order_first(s->scope, s->e.scratch, bits, wanted, &first);
	if (st != TMS_OK)
		return st;
	out->list = first.list;
	out->count = wanted;
	*latest = first.latest;
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
	for (size_t at = 0; st == TMS_OK && scope_order_next(s->kept, s->scope->count, &at); at++) {
		struct tms_view_item *item = item_at(s, at);
		tms_time first = item->merged.first_seen;
		struct tms_selected *selected = &out->list[count++];
		*selected = (struct tms_selected){ item, first < s->now ? first : s->now };
		if (s->moments && s->moments->entered[at] != TMS_TIME_NONE)
			selected->entered = s->moments->entered[at];
		else if (has(open, at))
			st = find_entered(s, at, &selected->entered);
	}
	if (st != TMS_OK)
		return st;
	qsort(out->list, count, sizeof(*out->list), compare_selected);
	out->count = count < max ? count : max;
	return TMS_OK;
}

/* Entered is first_seen for all that is kept, however it came to be kept, unless one was seen by a
 * clock that was ahead. */
static enum tms_status list_by_first_seen(
	struct selecting *s, size_t max, struct tms_arena *arena, struct tms_selection *out)
{
	size_t wanted = out->kept_count < max ? out->kept_count : max;
	tms_time latest = 0;

	enum tms_status st = list_in_order(s, s->kept, wanted, arena, out, &latest);
	if (st == TMS_OK && latest > s->now)
		return list_by_entered(s, max, arena, out);
	for (size_t i = 0; st == TMS_OK && i < out->count; i++)
		out->list[i].entered = out->list[i].item->merged.first_seen;
	return st;
}

static enum tms_status select_rule(
	struct selecting *s, size_t max, struct tms_arena *arena, struct tms_selection *out)
{
	enum tms_status st = index_evaluate(&s->e, s->kept);
	if (st == TMS_OK)
		out->kept_count = count_bits(s->kept, s->scope->count);
	if (st == TMS_OK && (s->flags & INDEX_LEAF_CLOCK))
		st = find_expires(s, &out->expires);
	if (st != TMS_OK || max == 0 || out->kept_count == 0)
		return st;
	return s->flags & INDEX_LEAF_MOVES ? list_by_entered(s, max, arena, out)
					   : list_by_first_seen(s, max, arena, out);
}

/* Of the pages of small owners: made again when another scope is asked. */
static const struct index_page_filter *filter_of(const struct index_scope *scope)
{
	struct tms_index *index = scope->index;

	if (scope->small == scope->count)
		return NULL;
	if (index->filtered != scope->serial)
		index_page_filter_set(
			&index->filter, scope->pages + scope->small, scope->count - scope->small);
	index->filtered = scope->serial;
	return &index->filter;
}

static struct selecting selecting(const struct index_scope *scope, uint32_t rule, tms_time now)
{
	static const uint32_t everything = INDEX_PROGRAM_TRUE;
	struct tms_index *index = scope->index;
	struct selecting s = { .e = { .leaves = &index->leaves,
				       .scope = scope,
				       .filter = filter_of(scope),
				       .program = { &everything, 1 },
				       .scratch = &index->scratch,
				       .now = now },
		.index = index,
		.scope = scope,
		.key = { .rule = rule, .scope = scope->serial },
		.now = now };

	if (rule != TMS_INDEX_NONE)
		s.e.program = index_rule_program(&index->rules, rule);
	s.flags = index_program_flags(s.e.leaves, s.e.program);
	if (s.flags & INDEX_LEAF_MOVES)
		s.key.version = index_scope_version(scope);
	s.kept = new_row(&s);
	return s;
}

/* Something of the item was seen at a later time, by a clock that was ahead: since when it is kept
 * moves with the clock until then. */
static bool is_ahead(const struct selecting *s, size_t position)
{
	const struct tms_merged *item = merged_at(s, position);

	return item->first_seen > s->now ||
	       query_number_step(item, s->now, TMS_TIME_MAX) < TMS_TIME_MAX;
}

/* Since when items are kept, as far as the work goes; then when the clock turns one. */
static enum tms_status find_some(
	struct selecting *s, const uint64_t *open, size_t most, struct index_moments *of)
{
	uint64_t *turning = NULL;
	enum tms_status st = TMS_OK;

	for (size_t *at = &of->next_entered; scope_order_next(s->kept, s->scope->count, at);
		++*at) {
		if (!has(open, *at) || is_ahead(s, *at))
			continue;
		st = find_entered(s, *at, &of->entered[*at]);
		if (st != TMS_OK || s->spent >= most) {
			++*at;
			return st;
		}
	}
	of->next_entered = s->scope->count * INDEX_PAGE;
	if (s->flags & INDEX_LEAF_CLOCK)
		st = undecided(s, INDEX_LEAF_CLOCK, &turning);
	if (st != TMS_OK || !turning) {
		of->is_done = st == TMS_OK;
		return st;
	}
	for (size_t *at = &of->next_turn; scope_order_next(turning, s->scope->count, at); ++*at) {
		if (s->spent >= most)
			return TMS_OK;
		st = find_turn(s, *at, &of->expires);
		if (st != TMS_OK)
			return st;
	}
	of->is_done = true;
	return TMS_OK;
}

/* TMS_EUNAVAIL: there is more to do. */
static enum tms_status prepare_moments(struct selecting *s, const uint64_t *open, size_t work)
{
	size_t count = s->e.program.count, most = SIZE_MAX;
	struct index_moments *of = NULL;

	if (count_bits(open, s->scope->count) * count * (count + WORDS_MORE) <= WORDS_AT_ONCE)
		return TMS_OK;
	if (__builtin_mul_overflow(work, (size_t)WORDS_US, &most))
		most = SIZE_MAX;
	enum tms_status st = index_moments_claim(
		&s->index->moments, &s->key, s->now, s->scope->count * INDEX_PAGE, &of);
	if (st == TMS_OK && of && !of->is_done)
		st = find_some(s, open, most, of);
	return st == TMS_OK && !(of && of->is_done) ? TMS_EUNAVAIL : st;
}

enum tms_status index_scope_prepare(
	struct index_scope *scope, uint32_t rule, tms_time now, size_t work, bool *more)
{
	struct tms_index *index = scope->index;
	size_t mark = tms_arena_mark(&index->scratch);
	uint64_t *open = NULL;

	index_leaves_tidy(&index->leaves);
	index->leaves.rows.work = work ? work : 1;
	struct selecting s = selecting(scope, rule, now);
	enum tms_status st = s.kept ? index_evaluate(&s.e, s.kept) : TMS_ENOMEM;
	if (st == TMS_OK && (s.flags & INDEX_LEAF_MOVES))
		st = undecided(&s, INDEX_LEAF_MOVES, &open);
	if (st == TMS_OK && open)
		st = prepare_moments(&s, open, index->leaves.rows.work);
	index->leaves.rows.work = SIZE_MAX;
	index->words_walked += s.spent;
	tms_arena_rewind(&index->scratch, mark);
	index->scratch.status = TMS_OK;
	*more = st == TMS_EUNAVAIL;
	return *more ? TMS_OK : st;
}

enum tms_status index_scope_select(struct index_scope *scope, uint32_t rule, tms_time now,
	size_t max, struct tms_arena *arena, struct tms_selection *out)
{
	struct tms_index *index = scope->index;
	size_t mark = tms_arena_mark(&index->scratch);
	struct tms_selection made = { .expires = TMS_TIME_MAX, .seen_count = scope->slots };

	index_leaves_tidy(&index->leaves);
	struct selecting s = selecting(scope, rule, now);
	if (s.flags & INDEX_LEAF_MOVES)
		s.moments = index_moments_find(&index->moments, &s.key, now);
	enum tms_status st = s.kept ? select_rule(&s, max, arena, &made) : TMS_ENOMEM;
	index->words_walked += s.spent;
	tms_arena_rewind(&index->scratch, mark);
	index->scratch.status = TMS_OK;
	if (st == TMS_OK)
		*out = made;
	return st;
}

enum tms_status index_scope_select_dropped(struct index_scope *scope, uint32_t rule, tms_time now,
	size_t max, struct tms_arena *arena, struct tms_selection *out)
{
	struct tms_index *index = scope->index;
	size_t mark = tms_arena_mark(&index->scratch);
	struct tms_selection made = { .expires = TMS_TIME_MAX, .seen_count = scope->slots };

	index_leaves_tidy(&index->leaves);
	struct selecting s = selecting(scope, rule, now);
	enum tms_status st = s.kept ? index_evaluate(&s.e, s.kept) : TMS_ENOMEM;
	if (st == TMS_OK) {
		made.kept_count = count_bits(s.kept, scope->count);
		size_t dropped = made.seen_count - made.kept_count;
		for (size_t i = 0; i < scope->count; i++)
			s.kept[i] = scope->masks[i] & ~s.kept[i];
		tms_time latest;
		st = list_in_order(
			&s, s.kept, dropped < max ? dropped : max, arena, &made, &latest);
	}
	for (size_t i = 0; st == TMS_OK && i < made.count; i++)
		made.list[i].entered = TMS_TIME_NONE;
	tms_arena_rewind(&index->scratch, mark);
	index->scratch.status = TMS_OK;
	if (st == TMS_OK)
		*out = made;
	return st;
}

enum tms_status index_scope_differ(struct index_scope *scope, uint32_t old_rule, uint32_t new_rule,
	tms_time now, struct tms_difference *out)
{
	struct tms_index *index = scope->index;
	size_t mark = tms_arena_mark(&index->scratch);
	struct tms_difference made = { .seen_count = scope->slots };

	index_leaves_tidy(&index->leaves);
	struct selecting old = selecting(scope, old_rule, now);
	struct selecting new = selecting(scope, new_rule, now);
	enum tms_status st = old.kept && new.kept ? index_evaluate(&old.e, old.kept) : TMS_ENOMEM;
	if (st == TMS_OK)
		st = index_evaluate(&new.e, new.kept);
	for (size_t i = 0; st == TMS_OK && i < scope->count; i++) {
		uint64_t both = old.kept[i] & new.kept[i];
		made.kept_count += bits_count(old.kept[i]);
		made.leave += bits_count(old.kept[i] ^ both);
		made.come += bits_count(new.kept[i] ^ both);
	}
	tms_arena_rewind(&index->scratch, mark);
	index->scratch.status = TMS_OK;
	if (st == TMS_OK)
		*out = made;
	return st;
}

/* ---- of the index's own items ---- */

enum tms_status tms_index_prepare(
	struct tms_index *index, uint32_t rule, tms_time now, size_t work, bool *more)
{
	struct index_scope *whole;
	enum tms_status st = index_whole(index, &whole);

	return st == TMS_OK ? index_scope_prepare(whole, rule, now, work, more) : st;
}

enum tms_status tms_index_select(struct tms_index *index, uint32_t rule, tms_time now, size_t max,
	struct tms_arena *arena, struct tms_selection *out)
{
	struct index_scope *whole;
	enum tms_status st = index_whole(index, &whole);

	return st == TMS_OK ? index_scope_select(whole, rule, now, max, arena, out) : st;
}

enum tms_status tms_index_select_dropped(struct tms_index *index, uint32_t rule, tms_time now,
	size_t max, struct tms_arena *arena, struct tms_selection *out)
{
	struct index_scope *whole;
	enum tms_status st = index_whole(index, &whole);

	return st == TMS_OK ? index_scope_select_dropped(whole, rule, now, max, arena, out) : st;
}

enum tms_status tms_index_differ(struct tms_index *index, uint32_t old_rule, uint32_t new_rule,
	tms_time now, struct tms_difference *out)
{
	struct index_scope *whole;
	enum tms_status st = index_whole(index, &whole);

	return st == TMS_OK ? index_scope_differ(whole, old_rule, new_rule, now, out) : st;
}
