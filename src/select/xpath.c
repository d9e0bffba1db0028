/* Evaluating XPath: sets of nodes, step by step, each of which is paid for. */
#include <tamis/xpath.h>

#include <stdlib.h>

#include "xpath_private.h"

const struct tms_xml_node *tms_xpath_document(struct tms_arena *arena, struct tms_xml_node *root)
{
	struct tms_xml_node *document = TMS_ARENA_NEW(arena, struct tms_xml_node);
	uint32_t order = 0;

	if (!document)
		return NULL;
	document->first_child = document->last_child = root;
	root->parent = document;
	for (const struct tms_xml_node *node = document; node;
		node = tms_xml_next_node(document, node))
		((struct tms_xml_node *)(uintptr_t)node)->order = order++; /* the caller's, whole */
	return document;
}

/* ---- sets ---- */

struct set {
	struct tms_xpath_node *nodes;
	size_t count, capacity;
};

static bool add(struct xpath_run *run, struct set *set, struct tms_xpath_node node)
{
	if (run->status != TMS_OK)
		return false;
	if (!tms_arena_grow(run->arena, &set->nodes, set->count, &set->capacity, sizeof(node))) {
		run->status = run->arena->status;
		return false;
	}
	set->nodes[set->count++] = node;
	return true;
}

static int compare_places(const void *left, const void *right)
{
	const struct tms_xpath_node *a = left, *b = right;

	if (a->node != b->node)
		return a->node->order < b->node->order ? -1 : 1;
	return (a->attribute > b->attribute) - (a->attribute < b->attribute);
}

/* In the order of the document, none twice. */
static void settle(struct xpath_run *run, struct set *set)
{
	bool is_sorted = true;
	size_t kept = 0;

	for (size_t i = 1; i < set->count && is_sorted; i++)
		is_sorted = compare_places(&set->nodes[i - 1], &set->nodes[i]) < 0;
	if (is_sorted || !xpath_spend(run, 4 * set->count))
		return;
	qsort(set->nodes, set->count, sizeof(*set->nodes), compare_places);
	for (size_t i = 0; i < set->count; i++)
		if (kept == 0 || compare_places(&set->nodes[kept - 1], &set->nodes[i]) != 0)
			set->nodes[kept++] = set->nodes[i];
	set->count = kept;
}

/* ---- axes ---- */

static bool has_name(const struct xpath_step *step, struct tms_str ns, struct tms_str name)
{
	bool has_prefix = step->local.len != step->name.len;

	return tms_str_equal(name, has_prefix && ns.len == 0 ? step->name : step->local);
}

static bool passes(const struct xpath_step *step, const struct tms_xml_node *node)
{
	switch (step->test) {
	case XPATH_NODES:
		return true;
	case XPATH_TEXTS:
		return node->name.len == 0 && node->text.len > 0;
	case XPATH_ANY:
		return node->name.len > 0;
	case XPATH_NAMED:
		return node->name.len > 0 && has_name(step, node->ns, node->name);
	}
	return false;
}

/* One node of an axis: paid for, and kept when it passes. False when nothing more is to be had. */
static bool meet(struct xpath_run *run, const struct xpath_step *step,
	const struct tms_xml_node *node, struct set *out)
{
	if (!xpath_spend(run, 1))
		return false;
	return !passes(step, node) || add(run, out, (struct tms_xpath_node){ .node = node });
}

static void walk_below(struct xpath_run *run, const struct xpath_step *step,
	const struct tms_xml_node *top, struct set *out)
{
	const struct tms_xml_node *node =
		step->axis == XPATH_DESCENDANT ? tms_xml_next_node(top, top) : top;

	while (node && meet(run, step, node, out))
		node = tms_xml_next_node(top, node);
}

static void walk_up(struct xpath_run *run, const struct xpath_step *step,
	const struct tms_xml_node *node, struct set *out)
{
	while (node && meet(run, step, node, out))
		node = node->parent;
}

/* Backwards: what is found forwards is turned round. */
static void turn(struct set *set)
{
	for (size_t i = 0, j = set->count; i + 1 < j; i++) {
		struct tms_xpath_node other = set->nodes[--j];
		set->nodes[j] = set->nodes[i];
		set->nodes[i] = other;
	}
}

static void walk_siblings(struct xpath_run *run, const struct xpath_step *step,
	const struct tms_xml_node *node, struct set *out)
{
	const struct tms_xml_node *other = node->parent ? node->parent->first_child : NULL;

	if (step->axis == XPATH_FOLLOWING_SIBLING) {
		for (other = node->next; other && meet(run, step, other, out);)
			other = other->next;
		return;
	}
	while (other && other != node && meet(run, step, other, out))
		other = other->next;
	turn(out);
}

static bool is_above(const struct tms_xml_node *node, const struct tms_xml_node *below)
{
	while (below && below != node)
		below = below->parent;
	return below != NULL;
}

/* Everything before or behind a node, but for what it is in and what is in it. */
static void walk_rest(struct xpath_run *run, const struct xpath_step *step,
	const struct tms_xml_node *from, struct set *out)
{
	const struct tms_xml_node *top = run->top, *node = top;

	if (step->axis == XPATH_FOLLOWING) {
		for (node = from; node && !node->next;)
			node = node->parent;
		node = node ? node->next : NULL;
		while (node && meet(run, step, node, out))
			node = tms_xml_next_node(top, node);
		return;
	}
	for (; node && node != from && xpath_spend(run, 1); node = tms_xml_next_node(top, node))
		if (passes(step, node) && xpath_spend(run, 16) && !is_above(node, from))
			(void)add(run, out, (struct tms_xpath_node){ .node = node });
	turn(out);
}

static void walk_attributes(struct xpath_run *run, const struct xpath_step *step,
	const struct tms_xml_node *node, struct set *out)
{
	for (size_t i = 0; i < node->attributes_count && xpath_spend(run, 1); i++) {
		const struct tms_xml_attribute *a = &node->attributes[i];
		if (step->test != XPATH_NAMED || has_name(step, a->ns, a->name))
			(void)add(run, out, (struct tms_xpath_node){ node, a });
	}
}

/* The nodes of a step from one node, in the order of the axis. */
static void walk(struct xpath_run *run, const struct xpath_step *step, struct tms_xpath_node from,
	struct set *out)
{
	const struct tms_xml_node *node = from.node;
	bool is_attribute = from.attribute != NULL;

	switch (step->axis) {
	case XPATH_SELF:
		if (is_attribute ? step->test == XPATH_NODES : passes(step, node))
			(void)add(run, out, from);
		return;
	case XPATH_PARENT:
		node = is_attribute ? node : node->parent;
		if (node)
			(void)meet(run, step, node, out);
		return;
	case XPATH_ANCESTOR:
		walk_up(run, step, is_attribute ? node : node->parent, out);
		return;
	case XPATH_ANCESTOR_OR_SELF:
		walk_up(run, step, node, out);
		return;
	case XPATH_CHILD:
	case XPATH_DESCENDANT:
	case XPATH_DESCENDANT_OR_SELF:
	case XPATH_FOLLOWING_SIBLING:
	case XPATH_PRECEDING_SIBLING:
	case XPATH_FOLLOWING:
	case XPATH_PRECEDING:
	case XPATH_ATTRIBUTE:
		break;
	}
	if (is_attribute)
		return;
	if (step->axis == XPATH_CHILD)
		for (node = node->first_child; node && meet(run, step, node, out);)
			node = node->next;
	else if (step->axis == XPATH_ATTRIBUTE)
		walk_attributes(run, step, node, out);
	else if (step->axis == XPATH_DESCENDANT || step->axis == XPATH_DESCENDANT_OR_SELF)
		walk_below(run, step, node, out);
	else if (step->axis == XPATH_FOLLOWING || step->axis == XPATH_PRECEDING)
		walk_rest(run, step, node, out);
	else
		walk_siblings(run, step, node, out);
}

static bool is_reverse(enum xpath_axis axis)
{
	return axis == XPATH_ANCESTOR || axis == XPATH_ANCESTOR_OR_SELF ||
	       axis == XPATH_PRECEDING_SIBLING || axis == XPATH_PRECEDING;
}

/* NOLINTNEXTLINE(misc-no-recursion): as deep as the expression */
static void filter(struct xpath_run *run, const struct xpath_expr *predicates, struct set *set)
{
	for (const struct xpath_expr *e = predicates; e && run->status == TMS_OK; e = e->next) {
		size_t kept = 0;
		for (size_t i = 0; i < set->count && xpath_spend(run, 1); i++) {
			const struct xpath_context context = { set->nodes[i], i + 1, set->count };
			struct tms_xpath_value value = xpath_eval(run, &context, e);
			if (value.type == TMS_XPATH_NUMBER ? value.number == (double)(i + 1)
							   : xpath_fact_of(&value))
				set->nodes[kept++] = set->nodes[i];
		}
		set->count = kept;
	}
}

/* NOLINTNEXTLINE(misc-no-recursion): as deep as the expression */
static struct set take_step(
	struct xpath_run *run, const struct xpath_step *step, const struct set *from)
{
	struct set all = { 0 };

	for (size_t i = 0; i < from->count && run->status == TMS_OK; i++) {
		struct set one = { 0 };
		walk(run, step, from->nodes[i], &one);
		filter(run, step->predicates, &one);
		if (from->count == 1)
			all = one;
		for (size_t j = 0; from->count > 1 && j < one.count; j++)
			(void)add(run, &all, one.nodes[j]);
	}
	if (from->count > 1 || is_reverse(step->axis))
		settle(run, &all);
	return all;
}

/* NOLINTNEXTLINE(misc-no-recursion): as deep as the expression */
static struct tms_xpath_value eval_path(
	struct xpath_run *run, const struct xpath_context *context, const struct xpath_expr *path)
{
	struct tms_xpath_node start = context->at;
	struct set set = { .nodes = &start, .count = 1 };

	if (path->is_absolute)
		start = (struct tms_xpath_node){ .node = run->top };
	if (path->left) {
		struct tms_xpath_value base = xpath_eval(run, context, path->left);
		if (base.type != TMS_XPATH_NODES)
			base.count = 0; /* only nodes have places below them */
		set = (struct set){ .nodes = base.nodes, .count = base.count };
		filter(run, path->predicates, &set);
	}
	for (const struct xpath_step *step = path->steps; step && set.count > 0; step = step->next)
		set = take_step(run, step, &set);
	if (set.nodes == &start) { /* off the stack */
		set = (struct set){ 0 };
		(void)add(run, &set, start);
	}
	return (struct tms_xpath_value){
		.type = TMS_XPATH_NODES, .nodes = set.nodes, .count = set.count
	};
}

/* NOLINTNEXTLINE(misc-no-recursion): as deep as the expression */
static struct tms_xpath_value eval_union(
	struct xpath_run *run, const struct xpath_context *context, const struct xpath_expr *expr)
{
	struct set set = { 0 };

	for (int side = 0; side < 2; side++) {
		struct tms_xpath_value value =
			xpath_eval(run, context, side == 0 ? expr->left : expr->right);
		for (size_t i = 0; value.type == TMS_XPATH_NODES && i < value.count; i++)
			(void)add(run, &set, value.nodes[i]);
	}
	settle(run, &set);
	return (struct tms_xpath_value){
		.type = TMS_XPATH_NODES, .nodes = set.nodes, .count = set.count
	};
}

static double calculate(enum xpath_kind kind, double a, double b)
{
	if (kind == XPATH_ADD)
		return a + b;
	if (kind == XPATH_SUB)
		return a - b;
	if (kind == XPATH_MUL)
		return a * b;
	if (kind == XPATH_DIV)
		return a / b;
	if (kind == XPATH_NEG)
		return -a;
	return __builtin_fmod(a, b);
}

/* NOLINTNEXTLINE(misc-no-recursion): as deep as the expression */
static struct tms_xpath_value eval_operator(
	struct xpath_run *run, const struct xpath_context *context, const struct xpath_expr *expr)
{
	struct tms_xpath_value left = xpath_eval(run, context, expr->left);

	if (expr->kind == XPATH_OR || expr->kind == XPATH_AND) {
		if (xpath_fact_of(&left) == (expr->kind == XPATH_OR))
			return xpath_of_fact(expr->kind == XPATH_OR);
		left = xpath_eval(run, context, expr->right);
		return xpath_of_fact(xpath_fact_of(&left));
	}
	struct tms_xpath_value right = xpath_eval(run, context, expr->right);
	if (expr->kind >= XPATH_EQ && expr->kind <= XPATH_GE)
		return xpath_compare(run, expr->kind, &left, &right);
	return xpath_of_number(
		calculate(expr->kind, xpath_number_of(run, &left), xpath_number_of(run, &right)));
}

/* NOLINTNEXTLINE(misc-no-recursion): as deep as the expression */
struct tms_xpath_value xpath_eval(
	struct xpath_run *run, const struct xpath_context *context, const struct xpath_expr *expr)
{
	if (!xpath_spend(run, 1))
		return xpath_of_fact(false);
	if (expr->kind == XPATH_LITERAL)
		return xpath_of_text(expr->text);
	if (expr->kind == XPATH_NUMBER)
		return xpath_of_number(expr->number);
	if (expr->kind == XPATH_CALL)
		return expr->function->run(run, context, expr);
	if (expr->kind == XPATH_PATH)
		return eval_path(run, context, expr);
	if (expr->kind == XPATH_UNION)
		return eval_union(run, context, expr);
	return eval_operator(run, context, expr);
}

enum tms_status tms_xpath_find(struct tms_arena *arena, const struct tms_xpath *xpath,
	struct tms_xpath_node at, struct tms_steps *steps, struct tms_xpath_value *out)
{
	struct xpath_run run = { .arena = arena, .steps = steps, .top = at.node };
	const struct xpath_context context = { at, 1, 1 };

	while (run.top->parent)
		run.top = run.top->parent;
	struct tms_xpath_value value = xpath_eval(&run, &context, xpath->root);

	if (arena->status != TMS_OK)
		return arena->status;
	if (run.status == TMS_OK)
		*out = value;
	return run.status;
}
