/*
 * How near an item that is dropped is to being kept: the least that would have to change. A part
 * that all of several have to hold costs what they cost together, one of several what the cheapest
 * costs, and below an exclusion it is the other way round. A leaf counts once however often it is
 * asked for, and never has to hold and not to hold: of choices that would ask both of it the cheaper
 * one is left out. (The least of all choices where leaves are shared is a hitting set, which is
 * NP-hard: there what is found does keep the item, but something smaller may, too.)
 */
#include "parse_private.h"

#include <stdlib.h>

#define WHOLE 1000    /* a term, in thousandths */
#define WORD_REST 500 /* a word stands in the middle of what can be measured */
#define DATE_SCALE_S (30 * (int64_t)TMS_DAY_S)
#define IMPOSSIBLE UINT64_MAX

enum wanted { WANTED_NOTHING, WANTED_TO_HOLD, WANTED_TO_GO };

struct leaf_state {
	uint8_t wanted; /* enum wanted, as far as is chosen */
	uint8_t known;  /* its verdict is */
	bool is_shared; /* more than one part asks it of it */
	bool holds;
	uint64_t cost; /* of turning its verdict */
};

struct choosing {
	const struct query_subject *subject;
	struct leaf_state *leaves;
	struct tms_arena *arena;
	struct query_change *trail; /* what is chosen; behind it what is tried */
	size_t count, room;
};

/* ---- leaves ---- */

/* From `less` to `more`; INT64_MAX where that is no number. */
static int64_t distance(int64_t less, int64_t more)
{
	int64_t between;

	return __builtin_sub_overflow(more, less, &between) ? INT64_MAX : between;
}

/* How far a value is from turning a test of [least, most]. */
static int64_t gap_of(int64_t value, int64_t least, int64_t most, bool holds)
{
	if (!holds)
		return value < least ? distance(value, least) : distance(most, value);
	int64_t down = least == INT64_MIN ? INT64_MAX : distance(least, value);
	int64_t up = most == INT64_MAX ? INT64_MAX : distance(value, most);
	int64_t gap = down < up ? down : up;
	return gap < INT64_MAX ? gap + 1 : gap;
}

static int64_t size_of(int64_t value)
{
	return value == INT64_MIN ? INT64_MAX : value < 0 ? -value : value;
}

/* Which of the two ends a value has to pass, as what a gap is measured by. */
static int64_t scale_of(int64_t value, int64_t least, int64_t most)
{
	int64_t bound = value < least || most == INT64_MAX ? least : most;

	return bound == 0 || bound == INT64_MIN ? 1 : size_of(bound);
}

/* Thousandths, from 1 to WHOLE. */
static uint32_t part_of(int64_t gap, int64_t scale)
{
	if (gap >= scale)
		return WHOLE;
	int64_t part = scale > INT64_MAX / WHOLE ? gap / (scale / WHOLE) : gap * WHOLE / scale;
	return part < 1 ? 1 : part > WHOLE ? WHOLE : (uint32_t)part;
}

static uint32_t range_rest(const struct query_leaf *leaf, int64_t value, bool holds)
{
	return part_of(gap_of(value, leaf->least, leaf->most, holds),
		scale_of(value, leaf->least, leaf->most));
}

/* How much of a term a leaf that can be measured is away from turning. */
static uint32_t rest_of(
	const struct query_subject *subject, const struct query_leaf *leaf, bool holds)
{
	const struct tms_merged *item = subject->item;
	int64_t value, least, most;

	switch (leaf->kind) {
	case LEAF_NUMBER:
		value = query_number_highest(
			subject, (enum tms_number)leaf->field->which, leaf->within_s);
		return value == TMS_NUMBER_NONE ? WHOLE : range_rest(leaf, value, holds);
	case LEAF_WORD_COUNT:
		return range_rest(leaf, (int64_t)subject->doc->words, holds);
	case LEAF_AGE:
		value = item->item.published;
		return value == TMS_TIME_NONE ? WHOLE
					      : range_rest(leaf, subject->now - value, holds);
	case LEAF_DATE:
	case LEAF_DAY:
		value = query_date_of(item, (enum query_date)leaf->field->which);
		if (value == TMS_TIME_NONE)
			return WHOLE;
		query_dates_ends(&leaf->dates, subject->now, &least, &most);
		value = query_dates_there(&leaf->dates, value);
		return part_of(gap_of(value, least, most, holds), DATE_SCALE_S);
	case LEAF_WORDS:
	case LEAF_NEAR:
	case LEAF_REGEX:
	case LEAF_VALUE_REGEX:
	case LEAF_EXACT:
	case LEAF_ID:
	case LEAF_URL:
	case LEAF_HAS:
	case LEAF_TOPIC:
	case LEAF_LISTED:
		break;
	}
	return WORD_REST;
}

static uint64_t cost_of(uint32_t terms, uint32_t rest)
{
	return (uint64_t)terms << 32 | rest;
}

static uint32_t terms_of(uint64_t cost)
{
	return (uint32_t)(cost >> 32);
}

static void look(struct choosing *c, size_t index)
{
	const struct query_leaf *leaf = &c->subject->query->leaves[index];
	struct leaf_state *state = &c->leaves[index];
	uint32_t terms = WHOLE, rest;

	if (state->known)
		return;
	if (leaf->kind == LEAF_TOPIC) {
		int64_t score = query_topic_score(c->subject, leaf);
		int64_t threshold = leaf->topic->threshold;
		state->holds = score >= threshold;
		rest = part_of(gap_of(score, threshold, INT64_MAX, state->holds), threshold);
		/* at half the threshold it is as far away as a word that is not there */
		terms = 2 * rest < WHOLE ? 2 * rest : WHOLE;
	} else {
		state->holds = query_leaf_holds(c->subject, leaf);
		rest = rest_of(c->subject, leaf, state->holds);
	}
	state->cost = cost_of(terms, rest);
	state->known = 1;
}

/* ---- choosing ---- */

static bool push(struct choosing *c, struct query_change change)
{
	if (!tms_arena_grow(c->arena, (void *)&c->trail, c->count, &c->room, sizeof(*c->trail)))
		return false;
	c->trail[c->count++] = change;
	return true;
}

static void mark(struct choosing *c, size_t from, bool is_wanted)
{
	for (size_t i = from; i < c->count; i++)
		if (!c->trail[i].is_other)
			c->leaves[c->trail[i].leaf].wanted = !is_wanted         ? WANTED_NOTHING
							     : c->trail[i].goes ? WANTED_TO_GO
										: WANTED_TO_HOLD;
}

static uint64_t want_leaf(
	struct choosing *c, const struct query_node *node, bool wanted, struct tms_str rule)
{
	struct leaf_state *state = &c->leaves[node->leaf];
	enum wanted word = wanted ? WANTED_TO_HOLD : WANTED_TO_GO;

	if (state->wanted != WANTED_NOTHING) {
		state->is_shared = true;
		return state->wanted == word ? 0 : IMPOSSIBLE;
	}
	look(c, node->leaf);
	state->wanted = (uint8_t)word;
	bool changes = state->holds != wanted;
	if (!push(c, (struct query_change){ .leaf = node->leaf,
			     .rule = rule,
			     .changes = changes,
			     .goes = !wanted }))
		return IMPOSSIBLE;
	return changes ? state->cost : 0;
}

static uint64_t want(
	struct choosing *c, const struct query_node *node, bool wanted, struct tms_str rule);

/* Leaves that leave no choice come first. */
static bool is_plain(const struct query_node *node)
{
	if (node->kind == NODE_NOT)
		node = node->children;
	return node->kind == NODE_LEAF;
}

static uint64_t want_each(
	struct choosing *c, const struct query_node *node, bool wanted, struct tms_str rule)
{
	uint64_t sum = 0;

	for (int plain = 1; plain >= 0; plain--)
		for (const struct query_node *child = node->children; child; child = child->next) {
			if (is_plain(child) != (plain == 1))
				continue;
			uint64_t cost = want(c, child, wanted, rule);
			if (cost == IMPOSSIBLE)
				return IMPOSSIBLE;
			sum += cost;
		}
	return sum;
}

/* The other leaves of which one would do as well. */
static void add_others(struct choosing *c, const struct query_node *node, size_t chosen,
	bool wanted, struct tms_str rule)
{
	for (const struct query_node *child = node->children; child; child = child->next) {
		const struct query_node *leaf = child->kind == NODE_NOT ? child->children : child;
		bool to_hold = child->kind == NODE_NOT ? !wanted : wanted;
		if (!is_plain(child) || leaf->leaf == chosen)
			continue;
		const struct leaf_state *state = &c->leaves[leaf->leaf];
		if (state->wanted == WANTED_NOTHING && state->known && state->holds != to_hold &&
			terms_of(state->cost) == WHOLE)
			(void)push(c, (struct query_change){ .leaf = leaf->leaf,
					      .rule = rule,
					      .changes = true,
					      .goes = !to_hold,
					      .is_other = true });
	}
}

static uint64_t want_one(
	struct choosing *c, const struct query_node *node, bool wanted, struct tms_str rule)
{
	size_t from = c->count, best_count = 0;
	uint64_t best = IMPOSSIBLE;
	bool is_leaf = false;

	for (const struct query_node *child = node->children; child && best > 0;
		child = child->next) {
		size_t tried = c->count;
		uint64_t cost = want(c, child, wanted, rule);
		size_t count = c->count - tried;
		mark(c, tried, false);
		c->count = tried;
		if (cost >= best)
			continue;
		best = cost;
		best_count = count;
		is_leaf = is_plain(child);
		if (count > 0)
			memmove(c->trail + from, c->trail + tried, count * sizeof(*c->trail));
		c->count = from + count;
	}
	c->count = from + best_count;
	mark(c, from, true);
	if (is_leaf && best != IMPOSSIBLE && best_count == 1 && terms_of(best) == WHOLE &&
		(uint32_t)best > TMS_QUERY_NEARNESS_NEARLY)
		add_others(c, node, c->trail[from].leaf, wanted, rule);
	return best;
}

static uint64_t want(
	struct choosing *c, const struct query_node *node, bool wanted, struct tms_str rule)
{
	switch (node->kind) {
	case NODE_ALL:
		return wanted ? want_each(c, node, true, rule) : want_one(c, node, false, rule);
	case NODE_ANY:
		return wanted ? want_one(c, node, true, rule) : want_each(c, node, false, rule);
	case NODE_NOT:
		return want(c, node->children, !wanted, rule);
	case NODE_RULE:
		return node->children ? want(c, node->children, wanted, node->rule)
		       : wanted       ? 0
				      : IMPOSSIBLE;
	case NODE_LEAF:
		break;
	}
	return want_leaf(c, node, wanted, rule);
}

/* As the query has them, each before those that would do instead of it. */
static int compare_changes(const void *a, const void *b)
{
	const struct query_change *x = a, *y = b;

	if (x->first != y->first)
		return x->first < y->first ? -1 : 1;
	if (x->is_other != y->is_other)
		return x->is_other ? 1 : -1;
	return x->leaf < y->leaf ? -1 : x->leaf > y->leaf;
}

/* Leave out of the trail what stays as it is, and what would do in one place alone. */
static size_t keep_changes(struct choosing *c)
{
	size_t kept = 0, first = 0;

	for (size_t i = 0; i < c->count; i++) {
		struct query_change change = c->trail[i];
		if (!change.is_other)
			first = change.leaf;
		else if (c->leaves[first].is_shared ||
			 c->leaves[change.leaf].wanted != WANTED_NOTHING)
			continue;
		change.first = first;
		if (change.changes)
			c->trail[kept++] = change;
	}
	if (kept > 0)
		qsort(c->trail, kept, sizeof(*c->trail), compare_changes);
	return kept;
}

enum tms_status query_nearness(const struct query_subject *subject, struct tms_arena *arena,
	struct tms_query_nearness *out, struct query_change **changes, size_t *count)
{
	const struct tms_query *query = subject->query;
	struct choosing c = { .subject = subject, .arena = arena };

	c.leaves = TMS_ARENA_ARRAY(arena, struct leaf_state, query->leaves_count + 1);
	if (!c.leaves)
		return arena->status;
	uint64_t cost = query->root ? want(&c, query->root, true, TMS_STR_NONE) : 0;
	if (arena->status != TMS_OK)
		return arena->status;
	size_t kept = cost == IMPOSSIBLE ? 0 : keep_changes(&c);
	*changes = c.trail;
	*count = kept;
	*out = cost == IMPOSSIBLE ? (struct tms_query_nearness){ UINT32_MAX, UINT32_MAX }
				  : (struct tms_query_nearness){ terms_of(cost), (uint32_t)cost };
	return TMS_OK;
}

enum tms_status tms_query_nearness(const struct tms_query *query, const struct tms_merged *item,
	const struct tms_doc *doc, tms_time now, struct tms_arena *scratch,
	struct tms_query_nearness *out)
{
	const struct query_subject subject = { query, item, doc, now, TMS_TIME_MAX };
	struct query_change *changes = NULL;
	size_t mark_at = tms_arena_mark(scratch), count = 0;

	enum tms_status st = query_nearness(&subject, scratch, out, &changes, &count);
	tms_arena_rewind(scratch, mark_at);
	return st;
}

int tms_query_nearness_compare(
	const struct tms_query_nearness *a, const struct tms_query_nearness *b)
{
	if (a->terms != b->terms)
		return a->terms < b->terms ? -1 : 1;
	return a->rest < b->rest ? -1 : a->rest > b->rest;
}
