/*
 * The grammar, from the outside in:
 *
 *   any   = all *( "OR" all )
 *   all   = one *( ["AND"] one )
 *   one   = "NOT" one / "-" one-term / term
 *   term  = group / phrase / word / regex / near / field …      (term.c)
 *   group = "(" any ")"
 *
 * A field group (title:(a OR b)) hands its field down to the words in it.
 */
#include "parse_private.h"

#include <stdlib.h>
#include <libstemmer.h>

#include <tamis/fold.h>
#include <tamis/hash.h>

#include "text/regex.h"

static bool deeper(struct query_parser *p, size_t at)
{
	if (++p->depth <= p->limits.depth)
		return true;
	(void)query_fail_limit(p, at,
		"groups, NOTs and rules may stand %zu deep inside each other, not deeper "
		"(limits.query_depth)",
		p->limits.depth);
	return false;
}

static struct query_node *new_node(struct query_parser *p, enum query_node_kind kind)
{
	struct query_node *node = TMS_ARENA_NEW(&p->query->arena, struct query_node);

	if (!node)
		return query_fail_memory(p);
	node->kind = kind;
	return node;
}

/* Puts children in order under one parent; a child of the same kind gives its own children instead.
 */
struct gathering {
	struct query_node *parent, **end;
	size_t count;
};

static void gather(struct gathering *g, struct query_node *child)
{
	*g->end = child->kind == g->parent->kind ? child->children : child;
	while (*g->end)
		g->end = &(*g->end)->next;
	g->count++;
}

/* "OR", "AND", "NOT" as a word of its own at the cursor. */
static bool is_operator(const struct query_parser *p, const char *name)
{
	struct tms_str word = tms_str_from(name);
	size_t next;

	if (!tms_str_starts(tms_str_slice(p->text, p->at, p->text.len), word))
		return false;
	int32_t c = query_peek_at(p, p->at + word.len, &next);
	return c < 0 || c == ' ' || c == '(' || c == ')' || c == '"';
}

static struct query_node *parse_one(struct query_parser *p);

/* Behind "-" or NOT, which began at `at`. */
static struct query_node *parse_negated(struct query_parser *p, size_t at)
{
	struct query_node *node = new_node(p, NODE_NOT);

	if (!node || !deeper(p, at))
		return NULL;
	node->children = parse_one(p);
	p->depth--;
	return node->children ? node : NULL;
}

static struct query_node *parse_one(struct query_parser *p)
{
	size_t at = p->at, next;
	int32_t c = query_peek(p);

	if (is_operator(p, "NOT")) {
		p->at += 3;
		query_skip_spaces(p);
		if (query_peek(p) < 0 || query_peek(p) == ')' || is_operator(p, "OR") ||
			is_operator(p, "AND"))
			return query_fail(p, p->at,
				"found %.*s, expected behind NOT what it excludes",
				TMS_STR_ARGS(query_found(p, p->at)));
		return parse_negated(p, at);
	}
	if (c != '-')
		return query_parse_term(p);
	query_skip(p);
	c = query_peek_at(p, p->at, &next);
	if (c < 0 || c == ' ' || c == ')' || c == '-')
		return query_fail(p, at,
			"found \"-\" with nothing directly behind it, expected what it excludes");
	return parse_negated(p, at);
}

/* True when the factor list ends here: the end, ")" or OR. */
static bool is_end_of_all(const struct query_parser *p)
{
	int32_t c = query_peek(p);

	return c < 0 || c == ')' || is_operator(p, "OR");
}

/* Something has to stand here; `behind` says what came before, or is NULL at a beginning. */
static bool expect_term(struct query_parser *p, const char *behind)
{
	if (!is_end_of_all(p) && !is_operator(p, "AND"))
		return true;
	struct tms_str found = query_found(p, p->at);
	if (behind)
		(void)query_fail(p, p->at,
			"found %.*s, expected a word, phrase, field or group behind %s",
			TMS_STR_ARGS(found), behind);
	else if (query_peek(p) == ')')
		(void)query_fail(
			p, p->at, "found \")\", expected a word, phrase, field or group before it");
	else
		(void)query_fail(p, p->at,
			"found %.*s, expected a word, phrase, field or group before it (in quotes it is a "
			"word itself)",
			TMS_STR_ARGS(found));
	return false;
}

static struct query_node *parse_all(struct query_parser *p, const char *behind, bool *many)
{
	struct gathering g = { .parent = new_node(p, NODE_ALL) };

	if (!g.parent)
		return NULL;
	g.end = &g.parent->children;
	do {
		if (!expect_term(p, behind))
			return NULL;
		struct query_node *one = parse_one(p);
		if (!one)
			return NULL;
		gather(&g, one);
		query_skip_spaces(p);
		behind = NULL;
		if (is_operator(p, "AND")) {
			p->at += 3;
			query_skip_spaces(p);
			behind = "AND";
		}
	} while (behind || !is_end_of_all(p));
	*many = g.count > 1;
	return g.parent->children && !g.parent->children->next ? g.parent->children : g.parent;
}

static struct query_node *parse_any(struct query_parser *p)
{
	struct gathering g = { .parent = new_node(p, NODE_ANY) };
	const char *behind = NULL;
	bool some_many = false;

	if (!g.parent)
		return NULL;
	g.end = &g.parent->children;
	for (;;) {
		bool many = false;
		struct query_node *all = parse_all(p, behind, &many);
		if (!all)
			return NULL;
		some_many |= many;
		gather(&g, all);
		if (!is_operator(p, "OR"))
			break;
		p->at += 2;
		query_skip_spaces(p);
		behind = "OR";
	}
	if (g.count == 1)
		return g.parent->children->next ? g.parent : g.parent->children;
	p->query->was_ambiguous |= some_many;
	return g.parent;
}

struct query_node *query_parse_group(struct query_parser *p)
{
	size_t open = p->at;

	query_skip(p);
	query_skip_spaces(p);
	if (query_peek(p) == ')')
		return query_fail(p, open, "found empty parentheses, expected something in them");
	if (query_peek(p) < 0)
		return query_fail(p, open, "the parenthesis that opens here is not closed");
	if (!deeper(p, open))
		return NULL;
	struct query_node *node = parse_any(p);
	if (!node)
		return NULL;
	p->depth--;
	if (query_peek(p) != ')')
		return query_fail(p, open, "the parenthesis that opens here is not closed");
	query_skip(p);
	return node;
}

/* The whole text of a query or a rule; *root stays NULL for one that asks for nothing. */
static bool parse_text(struct query_parser *p, struct query_node **root)
{
	size_t fault = tms_utf8_fault(p->text);

	if (fault != SIZE_MAX) {
		(void)query_fail(p, fault, "found a byte that is not UTF-8, expected text");
		return false;
	}
	if (p->text.len > p->limits.bytes) {
		(void)query_fail_limit(p, 0,
			"the query has %zu bytes, more than %zu (limits.query_bytes)", p->text.len,
			p->limits.bytes);
		return false;
	}
	query_skip_spaces(p);
	if (query_peek(p) < 0)
		return true;
	struct query_node *node = parse_any(p);
	if (!node)
		return false;
	if (query_peek(p) >= 0) {
		(void)query_fail(p, p->at, "found \")\" without a \"(\" before it");
		return false;
	}
	*root = node;
	return true;
}

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
	struct query_node *node = new_node(p, NODE_RULE);
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
	if (!deeper(p, written.at))
		return NULL;
	struct query_rule_stack stack = { .name = rule->name, .outer = p->rules };
	struct query_parser inner = { .text = rule->text,
		.query = p->query,
		.options = p->options,
		.limits = p->limits,
		.rules = &stack,
		.depth = p->depth,
		.terms = p->terms,
		.diag = &why };
	node->rule = tms_arena_copy(&p->query->arena, rule->name);
	if (!parse_text(&inner, &node->children)) {
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

static size_t or_default(size_t value, size_t fallback)
{
	return value != 0 ? value : fallback;
}

struct tms_query_limits query_limits_of(const struct tms_query_options *options)
{
	static const struct tms_query_limits none = { 0 };
	struct tms_query_limits limits = options ? options->limits : none;

	limits.bytes = or_default(limits.bytes, TMS_QUERY_BYTES_DEFAULT);
	limits.terms = or_default(limits.terms, TMS_QUERY_TERMS_DEFAULT);
	limits.depth = or_default(limits.depth, TMS_QUERY_DEPTH_DEFAULT);
	limits.regex_size = or_default(limits.regex_size, TMS_QUERY_REGEX_SIZE_DEFAULT);
	limits.cost = or_default(limits.cost, TMS_QUERY_COST_DEFAULT);
	limits.scan_cost = or_default(limits.scan_cost, TMS_QUERY_SCAN_COST_DEFAULT);
	if (limits.depth > TMS_QUERY_DEPTH_MAX)
		limits.depth = TMS_QUERY_DEPTH_MAX;
	return limits;
}

enum tms_status tms_query_parse(struct tms_str text, const struct tms_query_options *options,
	struct tms_query **out, struct tms_diag *diag)
{
	static const struct tms_query_options defaults = { 0 };
	struct tms_query *query = calloc(1, sizeof(*query));
	size_t terms = 0;

	if (!options)
		options = &defaults;
	struct query_parser p = { .text = text,
		.query = query,
		.options = options,
		.limits = query_limits_of(options),
		.terms = &terms,
		.diag = diag };
	if (!query) {
		(void)query_fail_memory(&p);
		return p.status;
	}
	if (!parse_text(&p, &query->root)) {
		tms_query_free(query);
		return p.status;
	}
	struct tms_buf expanded = { 0 };
	tms_query_print_expanded(query, &expanded);
	query->hash = tms_hash((struct tms_hash_seed){ 0 }, tms_buf_str(&expanded));
	if (expanded.status != TMS_OK)
		(void)query_fail_memory(&p);
	tms_buf_free(&expanded);
	if (p.status != TMS_OK)
		tms_query_free(query);
	else
		*out = query;
	return p.status;
}

void tms_query_free(struct tms_query *query)
{
	if (!query)
		return;
	for (size_t i = 0; i < query->leaves_count; i++)
		regex_free(query->leaves[i].regex);
	for (size_t i = 0; i < query->leaves_count; i++)
		if (query->leaves[i].topic)
			tms_topic_free(query->leaves[i].topic->compiled);
	sb_stemmer_delete(query->stemmer);
	tms_arena_free(&query->arena);
	free(query);
}
