/*
 * Verdicts, and how they move: by numbers that were seen to rise, and by the clock. Between the
 * moments at which a number changed or an age test turns, a verdict stays as it is, so only those
 * moments are looked at.
 */
#include "checked_query.h"

static bool leaf_verdict(
	const struct query_subject *subject, size_t index, struct query_verdicts *verdicts)
{
	const struct query_leaf *leaf = &subject->query->leaves[index];

	if (index >= QUERY_LEAVES_KNOWN || query_leaf_moves(leaf))
		return query_leaf_holds(subject, leaf);
	if (verdicts->known[index] == 0)
		verdicts->known[index] = query_leaf_holds(subject, leaf) ? 2 : 1;
	return verdicts->known[index] == 2;
}

bool query_node_holds(const struct query_subject *subject, const struct query_node *node,
	struct query_verdicts *verdicts)
{
	if (!node)
		return true;
	switch (node->kind) {
	case NODE_ALL:
		for (const struct query_node *child = node->children; child; child = child->next)
			if (!query_node_holds(subject, child, verdicts))
				return false;
		return true;
	case NODE_ANY:
		for (const struct query_node *child = node->children; child; child = child->next)
			if (query_node_holds(subject, child, verdicts))
				return true;
		return false;
	case NODE_NOT:
		return !query_node_holds(subject, node->children, verdicts);
	case NODE_RULE:
		return query_node_holds(subject, node->children, verdicts);
	case NODE_LEAF:
		break;
	}
	return leaf_verdict(subject, node->leaf, verdicts);
}

bool tms_query_matches(const struct tms_query *query, const struct tms_merged *item,
	const struct tms_doc *doc, tms_time now)
{
	struct query_subject subject = { query, item, doc, now, TMS_TIME_MAX };
	struct query_verdicts verdicts = { 0 };

	return query_node_holds(&subject, query->root, &verdicts);
}

static tms_time earlier_after(tms_time after, tms_time best, tms_time candidate)
{
	return candidate > after && candidate < best ? candidate : best;
}

/* An age is one of these at two moments: `least` and `most` behind the publication. */
static tms_time age_turn(
	tms_time published, const struct query_leaf *leaf, tms_time after, tms_time best)
{
	if (published == TMS_TIME_NONE)
		return best;
	if (leaf->least != INT64_MIN)
		best = earlier_after(after, best, published + leaf->least);
	if (leaf->most != INT64_MAX)
		best = earlier_after(after, best, published + leaf->most + 1);
	return best;
}

tms_time query_leaf_turn(
	const struct query_leaf *leaf, const struct tms_merged *item, tms_time after, tms_time best)
{
	if (leaf->kind == LEAF_AGE)
		return age_turn(item->item.published, leaf, after, best);
	if (leaf->kind == LEAF_DAY)
		return query_dates_turn(&leaf->dates,
			query_date_of(item, (enum query_date)leaf->field->which), after, best);
	return best;
}

/* Of all that the query asks for. */
static tms_time next_turn(const struct query_subject *subject, tms_time after, tms_time best)
{
	for (size_t i = 0; i < subject->query->leaves_count; i++)
		best = query_leaf_turn(&subject->query->leaves[i], subject->item, after, best);
	return best;
}

tms_time query_number_step(const struct tms_merged *item, tms_time after, tms_time best)
{
	for (size_t n = 0; n < TMS_NUMBERS; n++) {
		const struct tms_history *history = &item->numbers[n];
		for (size_t i = 0; i < history->count; i++)
			best = earlier_after(after, best, history->steps[i].at);
	}
	return best;
}

bool tms_query_entered(const struct tms_query *query, const struct tms_merged *item,
	const struct tms_doc *doc, tms_time now, tms_time *entered)
{
	struct query_subject subject = { query, item, doc, now, TMS_TIME_MAX };
	struct query_verdicts verdicts = { 0 };
	tms_time first = item->first_seen < now ? item->first_seen : now;

	if (!query_node_holds(&subject, query->root, &verdicts))
		return false;
	*entered = first;
	if (!query->has_clock && !query->has_numbers)
		return true;
	for (tms_time at = first; at < now;) {
		subject.now = at;
		subject.numbers_at = at;
		*entered = at;
		if (query_node_holds(&subject, query->root, &verdicts))
			return true;
		at = next_turn(&subject, at, query_number_step(item, at, now));
	}
	*entered = now;
	return true;
}

tms_time tms_query_next_change(const struct tms_query *query, const struct tms_merged *item,
	const struct tms_doc *doc, tms_time now)
{
	struct query_subject subject = { query, item, doc, now, TMS_TIME_MAX };
	struct query_verdicts verdicts = { 0 };

	if (!query->has_clock)
		return TMS_TIME_MAX;
	bool holds = query_node_holds(&subject, query->root, &verdicts);
	for (;;) {
		subject.now = next_turn(&subject, subject.now, TMS_TIME_MAX);
		if (subject.now >= TMS_TIME_MAX ||
			query_node_holds(&subject, query->root, &verdicts) != holds)
			return subject.now;
	}
}

bool tms_query_has_clock(const struct tms_query *query)
{
	return query->has_clock;
}

bool tms_query_is_empty(const struct tms_query *query)
{
	return !query->root;
}
