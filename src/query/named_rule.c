/* rule:NAME: the query of that name, written out in its place. */
#include "parse_private.h"

static const struct tms_query_rule *find_rule(const struct query_parser *p, struct tms_str name)
{
	for (size_t i = 0; i < p->options->rules_count; i++)
		if (tms_str_equal(p->options->rules[i].name, name))
			return &p->options->rules[i];
	return NULL;
}

static void *fail_unknown_rule(struct query_parser *p, struct query_written written)
{
	struct tms_str nearest = { 0 };
	size_t best = 3;

	for (size_t i = 0; i < p->options->rules_count; i++) {
		size_t distance = query_distance(written.text, p->options->rules[i].name, 2);
		if (distance < best) {
			best = distance;
			nearest = p->options->rules[i].name;
		}
	}
	if (nearest.len > 0)
		return query_fail(p, written.at,
			"there is no rule named \"%.*s\"; the nearest is \"%.*s\"",
			TMS_STR_ARGS(written.text), TMS_STR_ARGS(nearest));
	if (p->options->rules_count == 0)
		return query_fail(p, written.at,
			"there is no rule named \"%.*s\": no rules are defined here",
			TMS_STR_ARGS(written.text));
	return query_fail(
		p, written.at, "there is no rule named \"%.*s\"", TMS_STR_ARGS(written.text));
}

static bool is_cycle(const struct query_parser *p, struct tms_str name)
{
	for (const struct query_rule_stack *r = p->rules; r; r = r->outer)
		if (tms_str_equal(r->name, name))
			return true;
	return false;
}

struct query_node *query_parse_rule(struct query_parser *p, struct query_written written)
{
	const struct tms_query_rule *rule = find_rule(p, written.text);
	struct query_node *node = query_new_node(p, NODE_RULE);
	struct tms_diag why = { 0 };

	if (!node)
		return NULL;
	if (!rule)
		return fail_unknown_rule(p, written);
	if (is_cycle(p, rule->name))
		return query_fail(p, written.at, "the rule \"%.*s\" asks for itself",
			TMS_STR_ARGS(rule->name));
	if (++*p->terms > p->limits.terms)
		return query_fail_limit(p, written.at,
			"the query has more than %zu terms, its rules written out (limits.query_terms)",
			p->limits.terms);
	if (!query_go_deeper(p, written.at))
		return NULL;
	struct query_rule_stack stack = { .name = rule->name, .outer = p->rules };
	struct query_parser inner = { .text = rule->text,
		.query = p->query,
		.arena = p->arena,
		.options = p->options,
		.limits = p->limits,
		.rules = &stack,
		.depth = p->depth,
		.terms = p->terms,
		.diag = &why };
	p->query->needs_names = true;
	node->rule = tms_arena_copy(p->arena, rule->name);
	if (!query_parse_text(&inner, &node->children)) {
		if (inner.status == TMS_ENOMEM)
			return query_fail_memory(p);
		if (inner.status == TMS_ELIMIT)
			return query_fail_limit(p, written.at, "rule %.*s, line %u, column %u: %s",
				TMS_STR_ARGS(rule->name), why.line, why.column, why.text);
		return query_fail(p, written.at, "rule %.*s, line %u, column %u: %s",
			TMS_STR_ARGS(rule->name), why.line, why.column, why.text);
	}
	p->depth--;
	return node;
}
