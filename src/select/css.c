/* CSS selectors → the expressions of XPath: a selector is a path, its conditions are predicates. */
#include <tamis/xpath.h>

#include "xpath_private.h"

static bool skip_space(struct select_parser *p)
{
	size_t from = p->at;

	select_skip_space(p);
	return p->at > from;
}

static bool take(struct select_parser *p, char byte)
{
	if (select_peek(p) != byte || byte == '\0')
		return false;
	p->at++;
	return true;
}

/* A name; a backslash takes the next character as it is (md\:flex). */
static struct tms_str take_name(struct select_parser *p)
{
	size_t from = p->at, len = 0;
	bool has_escape = false;

	while (xpath_is_name(select_peek(p)) ||
		(select_peek(p) == '\\' && p->at + 1 < p->text.len)) {
		has_escape = has_escape || select_peek(p) == '\\';
		p->at += select_peek(p) == '\\' ? 2 : 1;
	}
	struct tms_str name = tms_str_slice(p->text, from, p->at);
	if (!has_escape)
		return name;
	char *plain = tms_arena_alloc(p->arena, name.len);
	for (size_t i = 0; plain && i < name.len; i++) {
		i += name.ptr[i] == '\\';
		plain[len++] = name.ptr[i];
	}
	return (struct tms_str){ plain, plain ? len : 0 };
}

static struct tms_str take_value(struct select_parser *p)
{
	char quote = select_peek(p);
	size_t from = p->at + 1;

	if (quote != '"' && quote != '\'')
		return take_name(p);
	size_t end = tms_str_find_byte(p->text, quote, from);
	if (end == SIZE_MAX) {
		(void)xpath_fail(p, "a text without its closing quote");
		return TMS_STR_NONE;
	}
	p->at = end + 1;
	return tms_str_slice(p->text, from, end);
}

/* ---- conditions ---- */

static struct xpath_expr *attribute_of(struct select_parser *p, struct tms_str name)
{
	return xpath_new_path(p, xpath_step_new(p, XPATH_ATTRIBUTE, XPATH_NAMED, name));
}

static struct xpath_expr *has_word(
	struct select_parser *p, struct tms_str attribute, struct tms_str word)
{
	return xpath_new_call(
		p, "css:has-word", attribute_of(p, attribute), xpath_new_text(p, word));
}

/* [a^=""] and its kin find nothing (Selectors 3 section 6.3.2) */
static struct xpath_expr *part_test(struct select_parser *p, const char *function,
	struct xpath_expr *attribute, struct tms_str value)
{
	return value.len > 0 ? xpath_new_call(p, function, attribute, xpath_new_text(p, value))
			     : xpath_new_number(p, 0);
}

static struct xpath_expr *attribute_test(
	struct select_parser *p, struct xpath_expr *attribute, char kind, struct tms_str value)
{
	switch (kind) {
	case '~':
		return xpath_new_call(p, "css:has-word", attribute, xpath_new_text(p, value));
	case '^':
		return part_test(p, "starts-with", attribute, value);
	case '$':
		return part_test(p, "ends-with", attribute, value);
	case '*':
		return part_test(p, "contains", attribute, value);
	default:
		return xpath_new_pair(p, XPATH_EQ, attribute, xpath_new_text(p, value));
	}
}

static struct tms_str lower_of(struct select_parser *p, struct tms_str text)
{
	struct tms_str copy = tms_arena_copy(p->arena, text);
	char *bytes = (char *)(uintptr_t)copy.ptr; /* ours, just made */

	for (size_t i = 0; i < copy.len; i++)
		bytes[i] = tms_lower(bytes[i]);
	return copy;
}

static struct xpath_expr *parse_attribute(struct select_parser *p)
{
	(void)skip_space(p);
	struct tms_str name = take_name(p);
	char kind = '=';

	if (name.len == 0)
		return xpath_fail(p, "expected the name of an attribute");
	struct xpath_expr *attribute = attribute_of(p, name);
	(void)skip_space(p);
	if (take(p, ']'))
		return attribute;
	if (select_peek(p) != '\0' && strchr("~^$*|", select_peek(p)))
		kind = p->text.ptr[p->at++];
	if (!take(p, '='))
		return xpath_fail(p, "expected \"]\", \"=\" or one of ~= |= ^= $= *=");
	(void)skip_space(p);
	struct tms_str value = take_value(p);
	(void)skip_space(p);
	if (take(p, 'i') || take(p, 'I')) {
		attribute = xpath_new_call(p, "lower-case", attribute, NULL);
		value = lower_of(p, value);
		(void)skip_space(p);
	}
	if (!take(p, ']'))
		return xpath_fail(p, "expected \"]\"");
	struct xpath_expr *test = attribute_test(p, attribute, kind, value);
	if (kind != '|')
		return test;
	struct tms_str start = tms_arena_format(p->arena, "%.*s-", TMS_STR_ARGS(value));
	return xpath_new_pair(
		p, XPATH_OR, test, part_test(p, "starts-with", attribute_of(p, name), start));
}

/* "odd", "even", "3", "2n+1", "-n+3" */
static bool parse_nth(struct tms_str text, double *a, double *b)
{
	size_t n = tms_str_find_byte(text, 'n', 0);

	*a = *b = 0;
	if (tms_str_equal(text, TMS_STR("odd")) || tms_str_equal(text, TMS_STR("even"))) {
		*a = 2;
		*b = text.len == 3 ? 1 : 0;
		return true;
	}
	if (tms_str_starts(text, TMS_STR("+")))
		text = tms_str_slice(text, 1, text.len);
	if (n == SIZE_MAX)
		return tms_str_double(text, b);
	n = tms_str_find_byte(text, 'n', 0);
	struct tms_str step = tms_str_trim(tms_str_slice(text, 0, n));
	struct tms_str rest = tms_str_trim(tms_str_slice(text, n + 1, text.len));
	bool is_plus = tms_str_starts(rest, TMS_STR("+"));
	bool is_minus = tms_str_starts(rest, TMS_STR("-"));
	if (step.len == 0 || tms_str_equal(step, TMS_STR("-")))
		*a = step.len == 0 ? 1 : -1;
	else if (!tms_str_double(step, a))
		return false;
	if (rest.len == 0)
		return true;
	rest = tms_str_trim(tms_str_slice(rest, 1, rest.len));
	if ((!is_plus && !is_minus) || !tms_str_double(rest, b))
		return false;
	*b = is_minus ? -*b : *b;
	return true;
}

static struct xpath_expr *nth(struct select_parser *p, unsigned kind, double a, double b)
{
	struct xpath_expr *first = xpath_new_number(p, kind), *second = xpath_new_number(p, a);
	struct xpath_expr *call = xpath_new_call(p, "css:nth", first, second);

	if (second)
		second->next = xpath_new_number(p, b);
	return call;
}

static struct xpath_expr *both(struct select_parser *p, struct xpath_expr *a, struct xpath_expr *b)
{
	return xpath_new_pair(p, XPATH_AND, a, b);
}

static struct xpath_expr *parse_list(struct select_parser *p, enum xpath_axis axis);

/* The pseudo-classes that count siblings: by name the kind of css:nth, and whether "()" follows. */
static const struct {
	const char *name;
	unsigned kind;
	bool has_argument;
} counted[] = {
	{ "first-child", 0, false },
	{ "last-child", 1, false },
	{ "first-of-type", 2, false },
	{ "last-of-type", 3, false },
	{ "nth-child", 0, true },
	{ "nth-last-child", 1, true },
	{ "nth-of-type", 2, true },
	{ "nth-last-of-type", 3, true },
};

static struct xpath_expr *parse_counted(struct select_parser *p, size_t row)
{
	double a = 0, b = 1;

	if (!counted[row].has_argument)
		return nth(p, counted[row].kind, 0, 1);
	size_t from = p->at + 1, end = tms_str_find_byte(p->text, ')', p->at);
	if (!take(p, '(') || end == SIZE_MAX ||
		!parse_nth(tms_str_trim(tms_str_slice(p->text, from, end)), &a, &b))
		return xpath_fail(
			p, "expected a number, \"odd\", \"even\" or such as \"2n+1\" in \"()\"");
	p->at = end + 1;
	return nth(p, counted[row].kind, a, b);
}

/* :not(…), :is(…), :where(…), :has(…) */
/* NOLINTNEXTLINE(misc-no-recursion): depth is bounded by XPATH_DEPTH_MAX */
static struct xpath_expr *parse_group(struct select_parser *p, struct tms_str name)
{
	bool is_has = tms_str_equal(name, TMS_STR("has"));

	if (!take(p, '('))
		return xpath_fail(p, "expected \"(\"");
	if (++p->depth > XPATH_DEPTH_MAX) {
		(void)xpath_fail(p, "more than 24 groups inside each other; no more are allowed");
		return NULL;
	}
	struct xpath_expr *list = parse_list(p, is_has ? XPATH_DESCENDANT : XPATH_SELF);
	p->depth--;
	(void)skip_space(p);
	if (list && !take(p, ')'))
		return xpath_fail(
			p, is_has ? "expected \")\""
				  : "expected \")\": only conditions of one element go in here");
	return tms_str_equal(name, TMS_STR("not")) ? xpath_new_call(p, "not", list, NULL) : list;
}

static struct xpath_expr *parse_contains(struct select_parser *p)
{
	if (!take(p, '('))
		return xpath_fail(p, "expected \"(\"");
	(void)skip_space(p);
	struct xpath_expr *self =
		xpath_new_path(p, xpath_step_new(p, XPATH_SELF, XPATH_NODES, TMS_STR_NONE));
	struct xpath_expr *test =
		xpath_new_call(p, "contains", self, xpath_new_text(p, take_value(p)));
	(void)skip_space(p);
	return take(p, ')') ? test : xpath_fail(p, "expected \")\"");
}

static struct xpath_expr *none_of(struct select_parser *p, struct xpath_step *step)
{
	return xpath_new_call(p, "not", xpath_new_path(p, step), NULL);
}

/* NOLINTNEXTLINE(misc-no-recursion): depth is bounded by XPATH_DEPTH_MAX */
static struct xpath_expr *parse_pseudo(struct select_parser *p)
{
	size_t from = p->at;
	struct tms_str name = take_name(p);

	for (size_t i = 0; i < TMS_COUNT(counted); i++)
		if (tms_str_equal(name, tms_str_from(counted[i].name)))
			return parse_counted(p, i);
	if (tms_str_equal(name, TMS_STR("only-child")))
		return both(p, nth(p, 0, 0, 1), nth(p, 1, 0, 1));
	if (tms_str_equal(name, TMS_STR("only-of-type")))
		return both(p, nth(p, 2, 0, 1), nth(p, 3, 0, 1));
	if (tms_str_equal(name, TMS_STR("not")) || tms_str_equal(name, TMS_STR("is")) ||
		tms_str_equal(name, TMS_STR("where")) || tms_str_equal(name, TMS_STR("has")))
		return parse_group(p, name);
	if (tms_str_equal(name, TMS_STR("contains")))
		return parse_contains(p);
	if (tms_str_equal(name, TMS_STR("empty")))
		return both(p, none_of(p, xpath_step_new(p, XPATH_CHILD, XPATH_ANY, TMS_STR_NONE)),
			none_of(p, xpath_step_new(p, XPATH_CHILD, XPATH_TEXTS, TMS_STR_NONE)));
	if (tms_str_equal(name, TMS_STR("root")))
		return none_of(p, xpath_step_new(p, XPATH_PARENT, XPATH_ANY, TMS_STR_NONE));
	return xpath_fail_at(p, from,
		"there is no such pseudo-class here; known are :first-child, :last-child, :nth-child() and "
		"their kin, :not(), :is(), :has(), :contains(\"text\"), :empty and :root");
}

/* ---- selectors ---- */

/* NOLINTNEXTLINE(misc-no-recursion): depth is bounded by XPATH_DEPTH_MAX */
static struct xpath_expr *parse_condition(struct select_parser *p, bool *is_there)
{
	struct tms_str name = { 0 };

	*is_there = true;
	if (take(p, '#') || take(p, '.')) {
		char kind = p->text.ptr[p->at - 1];
		name = take_name(p);
		if (name.len == 0)
			return xpath_fail(p, kind == '#' ? "expected an id behind \"#\""
							 : "expected a class behind \".\"");
		if (kind == '.')
			return has_word(p, TMS_STR("class"), name);
		return xpath_new_pair(
			p, XPATH_EQ, attribute_of(p, TMS_STR("id")), xpath_new_text(p, name));
	}
	if (take(p, '['))
		return parse_attribute(p);
	if (take(p, ':'))
		return parse_pseudo(p);
	*is_there = false;
	return NULL;
}

/* One element with its conditions. */
/* NOLINTNEXTLINE(misc-no-recursion): depth is bounded by XPATH_DEPTH_MAX */
static struct xpath_step *parse_compound(struct select_parser *p, enum xpath_axis axis)
{
	size_t from = p->at;
	struct tms_str scope = tms_str_slice(p->text, from, from + 6);
	struct xpath_step *step = NULL;
	bool is_there = true;

	if (tms_str_equal(scope, TMS_STR(":scope"))) {
		p->at += 6;
		return xpath_step_new(p, XPATH_SELF, XPATH_NODES, TMS_STR_NONE);
	}
	if (xpath_is_name_start(select_peek(p)))
		step = xpath_step_new(p, axis, XPATH_NAMED, take_name(p));
	else
		step = xpath_step_new(p, axis, XPATH_ANY, TMS_STR_NONE);
	bool is_star = step && step->test == XPATH_ANY && take(p, '*');
	while (step && is_there) {
		struct xpath_expr *condition = parse_condition(p, &is_there);
		if (is_there && !condition)
			return NULL;
		if (condition)
			xpath_add_predicate(step, condition);
	}
	if (step && step->test == XPATH_ANY && !is_star && !step->predicates)
		return xpath_fail_at(p, from, "expected a selector");
	return step;
}

static enum xpath_axis take_combinator(struct select_parser *p, bool *is_there)
{
	bool has_space = skip_space(p);
	enum xpath_axis axis = XPATH_DESCENDANT;

	*is_there = true;
	if (take(p, '>'))
		axis = XPATH_CHILD;
	else if (take(p, '~') || take(p, '+'))
		axis = XPATH_FOLLOWING_SIBLING;
	else
		*is_there = has_space && select_peek(p) != '\0' && !strchr(",)@", select_peek(p));
	return axis;
}

/* "+": the next element, if it is the one: following-sibling::*[1][self::a] */
static struct xpath_step *adjacent(struct select_parser *p, struct xpath_step *step)
{
	struct xpath_step *next =
		xpath_step_new(p, XPATH_FOLLOWING_SIBLING, XPATH_ANY, TMS_STR_NONE);

	if (!next || !step)
		return NULL;
	xpath_add_predicate(next, xpath_new_number(p, 1));
	step->axis = XPATH_SELF;
	next->next = step;
	return p->status == TMS_OK ? next : NULL;
}

/* NOLINTNEXTLINE(misc-no-recursion): depth is bounded by XPATH_DEPTH_MAX */
static struct xpath_expr *parse_selector(struct select_parser *p, enum xpath_axis axis)
{
	struct xpath_step *first = NULL, **end = &first;
	bool is_self = axis == XPATH_SELF, is_there = true;

	(void)skip_space(p);
	if (!is_self && select_peek(p) != '\0' && strchr(">+~", select_peek(p)))
		axis = take_combinator(p, &is_there);
	while (is_there) {
		bool is_adjacent = p->at > 0 && p->text.ptr[p->at - 1] == '+';
		(void)skip_space(p);
		struct xpath_step *step = parse_compound(p, axis);
		if (is_adjacent)
			step = adjacent(p, step);
		if (!step)
			return NULL;
		*end = step;
		while (*end)
			end = &(*end)->next;
		if (is_self)
			break;
		axis = take_combinator(p, &is_there);
	}
	return xpath_new_path(p, first);
}

/* NOLINTNEXTLINE(misc-no-recursion): depth is bounded by XPATH_DEPTH_MAX */
static struct xpath_expr *parse_list(struct select_parser *p, enum xpath_axis axis)
{
	struct xpath_expr *list = parse_selector(p, axis);

	(void)skip_space(p);
	while (list && take(p, ',')) {
		list = xpath_new_pair(p, XPATH_UNION, list, parse_selector(p, axis));
		(void)skip_space(p);
	}
	return list;
}

/* "@href" behind all: the attribute of what was found. */
static struct xpath_expr *parse_end(struct select_parser *p, struct xpath_expr *list)
{
	struct xpath_expr *path = NULL;

	if (!take(p, '@'))
		return list;
	struct tms_str name = take_name(p);
	if (name.len == 0)
		return xpath_fail(p, "expected the name of an attribute behind \"@\"");
	if (list)
		path = xpath_new_path(p, xpath_step_new(p, XPATH_ATTRIBUTE, XPATH_NAMED, name));
	if (path)
		path->left = list;
	return path;
}

enum tms_status tms_css_parse(
	struct tms_arena *arena, struct tms_str text, struct tms_xpath **out, struct tms_diag *diag)
{
	struct select_parser p = { .arena = arena, .text = text, .diag = diag };
	struct xpath_expr *root = NULL;

	if (xpath_parser_begin(&p, "a CSS selector")) {
		(void)skip_space(&p);
		bool is_attribute = select_peek(&p) == '@'; /* of the item itself */
		root = is_attribute ? xpath_new_path(&p, xpath_step_new(&p, XPATH_SELF, XPATH_NODES,
								 TMS_STR_NONE))
				    : parse_list(&p, XPATH_DESCENDANT);
		root = root ? parse_end(&p, root) : NULL;
	}
	return xpath_parser_end(&p, root, "this does not belong into a selector here", out);
}
