/*
 * XPath 1.0 → expressions, by recursive descent: "*", "and" and "div" are operators only where one
 * may stand.
 */
#include "xpath_private.h"

/* A name, with dots inside, without colons; empty when there is none. */
static struct tms_str take_name(struct select_parser *p)
{
	size_t from = p->at;

	if (!xpath_is_name_start(select_peek(p)))
		return (struct tms_str){ 0 };
	while (p->at < p->text.len && (xpath_is_name(select_peek(p)) || select_peek(p) == '.'))
		p->at++;
	return tms_str_slice(p->text, from, p->at);
}

/* The next name and whether "(" follows it; nothing is taken. */
static struct tms_str look_call(struct select_parser *p, bool *is_call)
{
	size_t from = p->at;
	struct tms_str name = take_name(p);

	select_skip_space(p);
	*is_call = name.len > 0 && select_peek(p) == '(';
	p->at = from;
	return name;
}

static struct xpath_expr *parse_binary(struct select_parser *p, int level);

/* NOLINTNEXTLINE(misc-no-recursion): depth is bounded by XPATH_DEPTH_MAX */
static struct xpath_expr *parse_inner(
	struct select_parser *p, const char *end, const char *sentence)
{
	if (++p->depth > XPATH_DEPTH_MAX) {
		(void)xpath_fail(p, "more than 24 groups inside each other; no more are allowed");
		p->status = p->status == TMS_EINVAL ? TMS_ELIMIT : p->status;
		return NULL;
	}
	struct xpath_expr *inner = parse_binary(p, 0);
	p->depth--;
	if (inner && !select_take(p, end))
		return xpath_fail(p, sentence);
	return inner;
}

/* All predicates that stand here, joined; false on failure. */
/* NOLINTNEXTLINE(misc-no-recursion): depth is bounded by XPATH_DEPTH_MAX */
static bool parse_predicates(struct select_parser *p, struct xpath_expr **first)
{
	struct xpath_expr **end = first;

	while (select_take(p, "[")) {
		*end = parse_inner(p, "]", "expected \"]\"");
		if (!*end)
			return false;
		end = &(*end)->next;
	}
	return true;
}

/* ---- steps ---- */

static const struct {
	const char *name;
	enum xpath_axis axis;
} axes[] = {
	{ "child", XPATH_CHILD },
	{ "descendant", XPATH_DESCENDANT },
	{ "descendant-or-self", XPATH_DESCENDANT_OR_SELF },
	{ "self", XPATH_SELF },
	{ "parent", XPATH_PARENT },
	{ "ancestor", XPATH_ANCESTOR },
	{ "ancestor-or-self", XPATH_ANCESTOR_OR_SELF },
	{ "following-sibling", XPATH_FOLLOWING_SIBLING },
	{ "preceding-sibling", XPATH_PRECEDING_SIBLING },
	{ "following", XPATH_FOLLOWING },
	{ "preceding", XPATH_PRECEDING },
	{ "attribute", XPATH_ATTRIBUTE },
};

static bool take_axis(struct select_parser *p, enum xpath_axis *axis)
{
	size_t from = p->at;
	struct tms_str name = take_name(p);

	if (name.len == 0 || !select_take(p, "::")) {
		p->at = from;
		return true;
	}
	for (size_t i = 0; i < TMS_COUNT(axes); i++)
		if (tms_str_equal(name, tms_str_from(axes[i].name))) {
			*axis = axes[i].axis;
			return true;
		}
	(void)xpath_fail_at(p, from, "there is no axis of this name");
	return false;
}

static struct xpath_step *parse_test(struct select_parser *p, enum xpath_axis axis)
{
	size_t from = p->at;
	bool is_call = false;

	if (select_take(p, "*"))
		return xpath_step_new(p, axis, XPATH_ANY, (struct tms_str){ 0 });
	struct tms_str name = look_call(p, &is_call);
	if (is_call) {
		enum xpath_test test = XPATH_NODES;
		if (tms_str_equal(name, TMS_STR("text")))
			test = XPATH_TEXTS;
		else if (!tms_str_equal(name, TMS_STR("node")))
			return xpath_fail(p, "expected a step: a name, \"*\", text() or node()");
		p->at += name.len;
		if (!select_take(p, "(") || !select_take(p, ")"))
			return xpath_fail(p, "expected \"()\"");
		return xpath_step_new(p, axis, test, (struct tms_str){ 0 });
	}
	if (take_name(p).len == 0)
		return xpath_fail(p, "expected a step: a name, \"*\", \"@name\", \"..\", text()");
	if (select_peek(p) == ':' && p->at + 1 < p->text.len && p->text.ptr[p->at + 1] != ':') {
		p->at++;
		if (select_take(p, "*"))
			return xpath_step_new(p, axis, XPATH_ANY, (struct tms_str){ 0 });
		if (take_name(p).len == 0)
			return xpath_fail(p, "expected a name behind the prefix");
	}
	return xpath_step_new(p, axis, XPATH_NAMED, tms_str_slice(p->text, from, p->at));
}

/* NOLINTNEXTLINE(misc-no-recursion): depth is bounded by XPATH_DEPTH_MAX */
static struct xpath_step *parse_step(struct select_parser *p)
{
	enum xpath_axis axis = XPATH_CHILD;
	struct xpath_step *step = NULL;

	select_skip_space(p);
	if (select_take(p, ".."))
		return xpath_step_new(p, XPATH_PARENT, XPATH_NODES, (struct tms_str){ 0 });
	if (select_take(p, "."))
		return xpath_step_new(p, XPATH_SELF, XPATH_NODES, (struct tms_str){ 0 });
	if (select_take(p, "@"))
		axis = XPATH_ATTRIBUTE;
	else if (!take_axis(p, &axis))
		return NULL;
	select_skip_space(p);
	step = parse_test(p, axis);
	return step && parse_predicates(p, &step->predicates) ? step : NULL;
}

/* Does the predicate look at where a node stands in its set? */
/* NOLINTNEXTLINE(misc-no-recursion): as deep as the expression */
static bool is_positional(const struct xpath_expr *expr, bool is_whole)
{
	if (!expr)
		return false;
	if (is_whole &&
		(expr->kind == XPATH_NUMBER ||
			(expr->kind >= XPATH_ADD && expr->kind <= XPATH_NEG) ||
			(expr->kind == XPATH_CALL && expr->function->type == TMS_XPATH_NUMBER)))
		return true;
	if (expr->kind == XPATH_CALL && expr->function->is_positional)
		return true;
	for (const struct xpath_expr *arg = expr->left; arg; arg = arg->next)
		if (is_positional(arg, false))
			return true;
	return is_positional(expr->right, false);
}

/* "//a": all a below, in one step where their places among their siblings do not matter. */
static struct xpath_step *join_deep(struct select_parser *p, struct xpath_step *step)
{
	bool is_plain = step->axis == XPATH_CHILD;

	for (const struct xpath_expr *e = step->predicates; e; e = e->next)
		is_plain = is_plain && !is_positional(e, true);
	if (is_plain) {
		step->axis = XPATH_DESCENDANT;
		return step;
	}
	struct xpath_step *deep =
		xpath_step_new(p, XPATH_DESCENDANT_OR_SELF, XPATH_NODES, (struct tms_str){ 0 });
	if (deep)
		deep->next = step;
	return deep;
}

/* Steps divided by "/" and "//"; `is_deep`: "//" stands before the first. */
/* NOLINTNEXTLINE(misc-no-recursion): depth is bounded by XPATH_DEPTH_MAX */
static struct xpath_step *parse_steps(struct select_parser *p, bool is_deep)
{
	struct xpath_step *first = NULL, **end = &first;

	do {
		struct xpath_step *step = parse_step(p);
		if (step && is_deep)
			step = join_deep(p, step);
		if (!step)
			return NULL;
		*end = step;
		while (*end)
			end = &(*end)->next;
		is_deep = select_take(p, "//");
	} while (is_deep || select_take(p, "/"));
	return first;
}

/* ---- expressions ---- */

static struct xpath_expr *parse_literal(struct select_parser *p)
{
	size_t from = p->at + 1;
	size_t end = tms_str_find_byte(p->text, p->text.ptr[p->at], from);

	if (end == SIZE_MAX)
		return xpath_fail(p, "a text without its closing quote");
	p->at = end + 1;
	return xpath_new_text(p, tms_str_slice(p->text, from, end));
}

static struct xpath_expr *parse_number(struct select_parser *p)
{
	size_t from = p->at;
	double number = 0;

	while (p->at < p->text.len && (tms_is_digit(select_peek(p)) || select_peek(p) == '.'))
		p->at++;
	if (!tms_str_double(tms_str_slice(p->text, from, p->at), &number))
		return xpath_fail_at(p, from, "this is no number");
	return xpath_new_number(p, number);
}

/* NOLINTNEXTLINE(misc-no-recursion): depth is bounded by XPATH_DEPTH_MAX */
static struct xpath_expr *parse_call(struct select_parser *p, struct tms_str name)
{
	const struct xpath_function *function = xpath_function_find(name);
	struct xpath_expr *call = xpath_new(p, XPATH_CALL);
	struct xpath_expr **end = call ? &call->left : NULL;
	size_t from = p->at, count = 0;

	if (call && (!function || function->is_internal))
		return xpath_fail(p, "there is no function of this name here");
	if (!call)
		return NULL;
	p->at += name.len;
	(void)select_take(p, "(");
	call->function = function;
	while (!select_take(p, ")")) {
		if (count > 0 && !select_take(p, ","))
			return xpath_fail(p, "expected \",\" or \")\"");
		*end = parse_inner(p, "", "");
		if (!*end)
			return NULL;
		end = &(*end)->next;
		count++;
	}
	if (count < function->least || count > function->most)
		return xpath_fail_at(p, from, "this function takes another number of arguments");
	return call;
}

/*
 * What is no path: a group, a literal, a number, a call. *is_there is false when a path begins
 * here.
 */
/* NOLINTNEXTLINE(misc-no-recursion): depth is bounded by XPATH_DEPTH_MAX */
static struct xpath_expr *parse_primary(struct select_parser *p, bool *is_there)
{
	char next = select_peek(p);
	bool is_call = false, is_number = tms_is_digit(next);
	struct tms_str name = look_call(p, &is_call);

	*is_there = true;
	if (next == '.' && p->at + 1 < p->text.len)
		is_number = tms_is_digit(p->text.ptr[p->at + 1]);
	if (select_take(p, "("))
		return parse_inner(p, ")", "expected \")\"");
	if (next == '"' || next == '\'')
		return parse_literal(p);
	if (is_number)
		return parse_number(p);
	if (next == '$')
		return xpath_fail(p, "there are no variables here");
	if (is_call && !tms_str_equal(name, TMS_STR("text")) &&
		!tms_str_equal(name, TMS_STR("node")))
		return parse_call(p, name);
	*is_there = false;
	return NULL;
}

static bool is_step_start(struct select_parser *p)
{
	select_skip_space(p);
	return xpath_is_name_start(select_peek(p)) ||
	       (select_peek(p) != '\0' && strchr("@*.", select_peek(p)));
}

/* NOLINTNEXTLINE(misc-no-recursion): depth is bounded by XPATH_DEPTH_MAX */
static struct xpath_expr *parse_path(struct select_parser *p)
{
	bool is_primary = false;

	select_skip_space(p);
	struct xpath_expr *primary = parse_primary(p, &is_primary);
	if (is_primary && (!primary || (select_peek(p) != '[' && select_peek(p) != '/')))
		return primary;
	struct xpath_expr *path = xpath_new(p, XPATH_PATH);
	if (!path)
		return NULL;
	path->left = primary;
	if (is_primary && !parse_predicates(p, &path->predicates))
		return NULL;
	bool is_deep = select_take(p, "//");
	bool has_slash = is_deep || select_take(p, "/");
	if (is_primary && !has_slash)
		return path;
	path->is_absolute = !is_primary && has_slash;
	if (path->is_absolute && !is_deep && !is_step_start(p))
		return path; /* the document itself */
	path->steps = parse_steps(p, is_deep);
	return path->steps ? path : NULL;
}

static const struct {
	const char *word;
	enum xpath_kind kind;
	int level;
} operators[] = {
	{ "or", XPATH_OR, 0 },
	{ "and", XPATH_AND, 1 },
	{ "=", XPATH_EQ, 2 },
	{ "!=", XPATH_NE, 2 },
	{ "<=", XPATH_LE, 3 },
	{ "<", XPATH_LT, 3 },
	{ ">=", XPATH_GE, 3 },
	{ ">", XPATH_GT, 3 },
	{ "+", XPATH_ADD, 4 },
	{ "-", XPATH_SUB, 4 },
	{ "*", XPATH_MUL, 5 },
	{ "div", XPATH_DIV, 5 },
	{ "mod", XPATH_MOD, 5 },
	{ "|", XPATH_UNION, 7 },
};
#define LEVEL_UNARY 6
#define LEVEL_PATH 8

static bool take_operator(struct select_parser *p, int level, enum xpath_kind *kind)
{
	for (size_t i = 0; i < TMS_COUNT(operators); i++) {
		size_t from = p->at;
		if (operators[i].level != level || !select_take(p, operators[i].word))
			continue;
		if (tms_is_alpha(operators[i].word[0]) && xpath_is_name(select_peek(p))) {
			p->at = from;
			continue;
		}
		*kind = operators[i].kind;
		return true;
	}
	return false;
}

/* NOLINTNEXTLINE(misc-no-recursion): depth is bounded by XPATH_DEPTH_MAX */
static struct xpath_expr *parse_unary(struct select_parser *p)
{
	bool is_negative = false, is_number = false;

	while (select_take(p, "-")) {
		is_negative = !is_negative;
		is_number = true;
	}
	struct xpath_expr *operand = parse_binary(p, LEVEL_UNARY + 1);
	if (!is_number || !operand)
		return operand;
	struct xpath_expr *zero = xpath_new_number(p, 0);
	return is_negative ? xpath_new_pair(p, XPATH_NEG, operand, zero)
			   : xpath_new_pair(p, XPATH_ADD, operand, zero);
}

/* NOLINTNEXTLINE(misc-no-recursion): levels end, depth is bounded by XPATH_DEPTH_MAX */
static struct xpath_expr *parse_binary(struct select_parser *p, int level)
{
	enum xpath_kind kind = XPATH_OR;

	if (level == LEVEL_UNARY)
		return parse_unary(p);
	if (level == LEVEL_PATH)
		return parse_path(p);
	struct xpath_expr *left = parse_binary(p, level + 1);
	while (left && take_operator(p, level, &kind))
		left = xpath_new_pair(p, kind, left, parse_binary(p, level + 1));
	return left;
}

enum tms_status tms_xpath_parse(
	struct tms_arena *arena, struct tms_str text, struct tms_xpath **out, struct tms_diag *diag)
{
	struct select_parser p = { .arena = arena, .text = text, .diag = diag };
	struct xpath_expr *root = NULL;

	if (xpath_parser_begin(&p, "an XPath"))
		root = parse_binary(&p, 0);
	return xpath_parser_end(&p, root, "the XPath ends here; nothing may follow", out);
}
