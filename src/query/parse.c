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

bool query_go_deeper(struct query_parser *p, size_t at)
{
	if (++p->depth <= p->limits.depth)
		return true;
	(void)query_fail_limit(p, at,
		"groups, NOTs and rules may stand %zu deep inside each other, not deeper "
		"(limits.query_depth)",
		p->limits.depth);
	return false;
}

struct query_node *query_new_node(struct query_parser *p, enum query_node_kind kind)
{
	struct query_node *node = TMS_ARENA_NEW(p->arena, struct query_node);

	if (!node)
		return query_fail_memory(p);
	node->kind = kind;
	return node;
}

/* Children of one group, in order; a child that is such a group gives its own children instead. */
struct gathering {
	enum query_node_kind kind;
	struct query_node *first, *last;
	size_t count;
};

static void gather(struct gathering *g, struct query_node *child)
{
	struct query_node *part = child->kind == g->kind ? child->children : child;

	if (g->last)
		g->last->next = part;
	else
		g->first = part;
	while (part->next)
		part = part->next;
	g->last = part;
	g->count++;
}

/* The group, or its only child. */
static struct query_node *group(struct query_parser *p, const struct gathering *g)
{
	if (g->first == g->last)
		return g->first;
	struct query_node *node = query_new_node(p, g->kind);
	if (node)
		node->children = g->first;
	return node;
}

/* A term, with its place where that will be told. */
static struct query_node *parse_placed_term(struct query_parser *p)
{
	size_t start = p->at;
	bool is_grouped = p->field != NULL;
	struct query_node *node = query_parse_term(p);

	if (node && p->advice && (node->kind == NODE_LEAF || node->kind == NODE_RULE)) {
		node->start = (uint32_t)start;
		node->end =
			(uint32_t)(start + tms_str_trim(tms_str_slice(p->text, start, p->at)).len);
		node->is_grouped = is_grouped;
	}
	return node;
}

static struct query_node *parse_one(struct query_parser *p);

/* Behind "-" or NOT, which began at `at`. */
static struct query_node *parse_negated(struct query_parser *p, size_t at)
{
	struct query_node *node = query_new_node(p, NODE_NOT);

	if (!node || !query_go_deeper(p, at))
		return NULL;
	node->children = parse_one(p);
	p->depth--;
	return node->children ? node : NULL;
}

/* True when the factor list ends here: the end, ")" or OR. */
static bool is_end_of_all(struct query_parser *p, bool begun)
{
	int32_t c = query_peek(p);
	size_t end;

	return c < 0 || c == ')' || query_find_operator(p, begun, &end) == OPERATOR_OR;
}

/* "a - b" excludes b, or is a title. */
static void *fail_sign(struct query_parser *p, size_t at, char sign)
{
	(void)query_fail(p, at,
		"found \"%c\" with nothing directly behind it, expected what it excludes", sign);
	while (query_peek(p) == ' ' || query_peek(p) == '-' || query_peek(p) == '!')
		query_skip(p);
	if (query_peek(p) >= 0 && query_peek(p) != ')')
		query_cure(p, TMS_STR("excluded"), at, p->at, TMS_STR("-"));
	query_cure(p, TMS_STR("without it"), at, p->at, TMS_STR_NONE);
	return NULL;
}

/* "—survey", but not within what stands without a space: "a"—b. */
static bool at_long_sign(const struct query_parser *p)
{
	size_t behind;

	if (p->at > 0) {
		unsigned char before = (unsigned char)p->text.ptr[p->at - 1];
		if (before > ' ' && before != '(')
			return false;
	}
	return query_excludes(tms_str_slice(p->text, p->at, p->text.len), &behind);
}

static struct query_node *parse_one(struct query_parser *p)
{
	size_t at = p->at, next;
	int32_t c = query_peek(p);

	if (query_find_operator(p, true, &next) == OPERATOR_NOT) {
		query_note_operator(p, at, next);
		p->at = next;
		query_skip_spaces(p);
		if (is_end_of_all(p, true) || query_find_operator(p, true, &next) == OPERATOR_AND)
			return query_fail(p, p->at,
				"found %.*s, expected behind NOT what it excludes",
				TMS_STR_ARGS(query_found(p, p->at)));
		return parse_negated(p, at);
	}
	if (c != '-' && c != '!' && (c < 0x80 || !at_long_sign(p)))
		return parse_placed_term(p);
	query_skip(p);
	int32_t behind = query_peek_at(p, p->at, &next);
	if (behind < 0 || behind == ' ' || behind == ')' || behind == '-' || behind == '!')
		return fail_sign(p, at, (char)c);
	return parse_negated(p, at);
}

/* Without the operators that join nothing: that before the cursor, and that at it. */
static void cure_operator(struct query_parser *p, bool has_before)
{
	size_t end = p->at, next;

	if (query_find_operator(p, true, &next) != OPERATOR_NONE)
		end = next;
	query_cure(
		p, TMS_STR("without it"), has_before ? p->operator_at : p->at, end, TMS_STR_NONE);
}

/* Something has to stand here; `behind` says what came before, or is NULL at a beginning. */
static bool expect_term(struct query_parser *p, const char *behind)
{
	size_t end;

	if (!is_end_of_all(p, behind != NULL) &&
		query_find_operator(p, behind != NULL, &end) != OPERATOR_AND)
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
	cure_operator(p, behind != NULL);
	return false;
}

static void add_factor(struct query_parser *p, size_t start, size_t end, int joined)
{
	if (!p->advice || p->is_again ||
		!tms_arena_grow(p->arena, &p->factors, p->factors_count, &p->factors_capacity,
			sizeof(*p->factors)))
		return;
	struct query_factor *factor = &p->factors[p->factors_count++];
	*factor = (struct query_factor){ .start = start, .end = end };
	factor->joined = joined;
}

static struct query_node *parse_all(struct query_parser *p, const char *behind)
{
	struct gathering g = { .kind = NODE_ALL };
	int joined = behind ? JOINED_BY_OR : JOINED_FIRST;
	size_t before = SIZE_MAX, end;

	if (!expect_term(p, behind))
		return NULL;
	do {
		size_t start = p->at;
		p->last_at = before;
		struct query_node *one = parse_one(p);
		if (!one)
			return NULL;
		gather(&g, one);
		add_factor(p, start, p->at, joined);
		joined = JOINED_BY_SPACE;
		before = start;
		query_skip_spaces(p);
		if (query_find_operator(p, true, &end) == OPERATOR_AND) {
			query_note_operator(p, p->at, end);
			p->operator_at = p->at;
			p->at = end;
			query_skip_spaces(p);
			if (!expect_term(p, "AND"))
				return NULL;
			joined = JOINED_BY_AND;
		}
	} while (!is_end_of_all(p, true));
	return group(p, &g);
}

static struct query_node *parse_any(struct query_parser *p)
{
	struct gathering g = { .kind = NODE_ANY };
	size_t first_factor = p->factors_count, outer = p->group_at, end;
	const char *behind = NULL;

	p->group_at = p->at;
	for (;;) {
		struct query_node *all = parse_all(p, behind);
		if (!all)
			return NULL;
		gather(&g, all);
		if (query_find_operator(p, true, &end) != OPERATOR_OR)
			break;
		query_note_operator(p, p->at, end);
		p->operator_at = p->at;
		p->at = end;
		query_skip_spaces(p);
		behind = "OR";
	}
	struct query_node *node = group(p, &g);
	if (node)
		query_note_group(p, first_factor, node);
	p->factors_count = first_factor;
	p->group_at = outer;
	return node;
}

static void *fail_unclosed(struct query_parser *p, size_t open)
{
	(void)query_fail(p, open, "the parenthesis that opens here is not closed");
	query_cure(p, TMS_STR("closed at the end"), p->text.len, p->text.len, TMS_STR(")"));
	return NULL;
}

struct query_node *query_parse_group(struct query_parser *p)
{
	size_t open = p->at, next;

	query_skip(p);
	if (query_peek(p) == '?') {
		p->at = open;
		return query_refuse_inline(p);
	}
	query_skip_spaces(p);
	if (query_peek(p) == ')') {
		(void)query_peek_at(p, p->at, &next);
		(void)query_fail(p, open, "found empty parentheses, expected something in them");
		query_cure(p, TMS_STR("without them"), open, next, TMS_STR_NONE);
		return NULL;
	}
	if (query_peek(p) < 0)
		return fail_unclosed(p, open);
	if (!query_go_deeper(p, open))
		return NULL;
	struct query_node *node = parse_any(p);
	if (!node)
		return NULL;
	p->depth--;
	if (query_peek(p) != ')')
		return fail_unclosed(p, open);
	query_skip(p);
	return node;
}

bool query_parse_text(struct query_parser *p, struct query_node **root)
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
		query_cure(p, TMS_STR("without it"), p->at, p->at + 1, TMS_STR_NONE);
		return false;
	}
	*root = node;
	return true;
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

static enum tms_status read_into(struct tms_query *query, struct tms_arena *arena,
	struct tms_str text, const struct tms_query_options *options, struct tms_diag *diag,
	struct tms_advice *advice)
{
	static const struct tms_query_options defaults = { 0 };
	size_t terms = 0;
	struct query_parser p = { .text = text,
		.query = query,
		.arena = arena,
		.options = options ? options : &defaults,
		.limits = query_limits_of(options),
		.terms = &terms,
		.diag = diag,
		.advice = advice };

	if (!query_parse_text(&p, &query->root))
		query_done(query);
	query_note_operators(&p);
	return p.status;
}

enum tms_status query_read(struct tms_str text, const struct tms_query_options *options,
	struct tms_arena *arena, struct tms_query *out, struct tms_diag *diag)
{
	*out = (struct tms_query){ .may_leave_open = true, .is_borrowing = true };
	return read_into(out, arena, text, options, diag, NULL);
}

static enum tms_status parse_query(struct tms_str text, const struct tms_query_options *options,
	struct tms_query **out, struct tms_diag *diag, struct tms_advice *advice)
{
	struct tms_query *query = calloc(1, sizeof(*query));
	struct tms_buf expanded = { 0 };

	enum tms_status st =
		query ? read_into(query, &query->arena, text, options, diag, advice) : TMS_ENOMEM;
	if (query && advice)
		advice->cost = query->cost;
	if (st == TMS_OK) {
		tms_query_print_expanded(query, &expanded);
		query->hash = tms_hash((struct tms_hash_seed){ 0 }, tms_buf_str(&expanded));
		st = expanded.status;
	}
	tms_buf_free(&expanded);
	if (st == TMS_ENOMEM) {
		tms_diag_set(diag, 0, 0, "there is no memory left to read this query");
		if (advice)
			advice->status = TMS_ENOMEM;
	}
	if (st != TMS_OK)
		tms_query_free(query);
	else
		*out = query;
	return st;
}

enum tms_status tms_query_parse(struct tms_str text, const struct tms_query_options *options,
	struct tms_query **out, struct tms_diag *diag)
{
	return parse_query(text, options, out, diag, NULL);
}

enum tms_status query_parse_raw(struct tms_str text, const struct tms_query_options *options,
	struct tms_query **out, struct tms_advice *advice)
{
	return parse_query(text, options, out, NULL, advice);
}

void query_done(struct tms_query *query)
{
	for (size_t i = 0; i < query->leaves_count; i++) {
		const struct query_leaf *leaf = &query->leaves[i];
		if (query_leaf_has_regex(leaf))
			regex_free(leaf->regex);
		if (leaf->kind == LEAF_TOPIC)
			tms_topic_free(leaf->topic->compiled);
		if (leaf->kind == LEAF_LISTED)
			tms_arena_free(&leaf->listed->arena);
	}
	sb_stemmer_delete(query->stemmer);
	query->leaves_count = 0;
	query->stemmer = NULL;
}

void tms_query_free(struct tms_query *query)
{
	if (!query)
		return;
	query_done(query);
	tms_arena_free(&query->arena);
	free(query);
}
