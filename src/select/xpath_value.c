/*
 * XPath's four types, how one becomes another (XPath 1.0 sections 3.4 and 4), and what that costs.
 */
#include "xpath_private.h"

bool xpath_spend(struct xpath_run *run, size_t count)
{
	if (run->status != TMS_OK)
		return false;
	if (!tms_steps_take(run->steps, count))
		run->status = TMS_ELIMIT;
	return run->status == TMS_OK;
}

struct tms_xpath_value xpath_of_text(struct tms_str text)
{
	return (struct tms_xpath_value){ .type = TMS_XPATH_TEXT, .text = text };
}

struct tms_xpath_value xpath_of_number(double number)
{
	return (struct tms_xpath_value){ .type = TMS_XPATH_NUMBER, .number = number };
}

struct tms_xpath_value xpath_of_fact(bool fact)
{
	return (struct tms_xpath_value){ .type = TMS_XPATH_FACT, .fact = fact };
}

/* How much text is below a node; false when the walk cannot be paid for. */
static bool measure(struct xpath_run *run, const struct tms_xml_node *top, size_t *runs,
	struct tms_str *first, size_t *bytes)
{
	for (const struct tms_xml_node *n = top; n; n = tms_xml_next_node(top, n)) {
		if (!xpath_spend(run, 1 + n->text.len / 16))
			return false;
		if (n->text.len > 0 && (*runs)++ == 0)
			*first = n->text;
		*bytes += n->text.len;
	}
	return true;
}

struct tms_str xpath_node_text(struct xpath_run *run, struct tms_xpath_node node)
{
	struct tms_str first = { 0 };
	size_t runs = 0, bytes = 0;

	if (node.attribute) {
		(void)xpath_spend(run, 1 + node.attribute->value.len / 16);
		return node.attribute->value;
	}
	if (!measure(run, node.node, &runs, &first, &bytes))
		return TMS_STR_NONE;
	if (runs <= 1)
		return first;
	char *joined = tms_arena_alloc(run->arena, bytes + 1);
	if (!joined) {
		run->status = run->arena->status;
		return TMS_STR_NONE;
	}
	bytes = 0;
	for (const struct tms_xml_node *n = node.node; n; n = tms_xml_next_node(node.node, n)) {
		if (n->text.len > 0)
			memcpy(joined + bytes, n->text.ptr, n->text.len);
		bytes += n->text.len;
	}
	return (struct tms_str){ joined, bytes };
}

struct tms_str tms_xpath_node_text(
	struct tms_arena *arena, struct tms_xpath_node node, struct tms_steps *steps)
{
	struct xpath_run run = { .arena = arena, .steps = steps };

	return xpath_node_text(&run, node);
}

static struct tms_str text_of_number(struct tms_arena *arena, double number)
{
	if (__builtin_isnan(number))
		return TMS_STR("NaN");
	if (__builtin_isinf(number))
		return number > 0 ? TMS_STR("Infinity") : TMS_STR("-Infinity");
	if (number == __builtin_floor(number) && number < 1e15 && number > -1e15)
		return tms_arena_format(arena, "%lld", (long long)number);
	return tms_arena_format(arena, "%.15g", number);
}

struct tms_str tms_xpath_value_text(struct tms_arena *arena, const struct tms_xpath_value *value)
{
	switch (value->type) {
	case TMS_XPATH_NODES:
		break;
	case TMS_XPATH_TEXT:
		return value->text;
	case TMS_XPATH_NUMBER:
		return text_of_number(arena, value->number);
	case TMS_XPATH_FACT:
		return value->fact ? TMS_STR("true") : TMS_STR("false");
	}
	return TMS_STR_NONE;
}

struct tms_str xpath_text_of(struct xpath_run *run, const struct tms_xpath_value *value)
{
	if (value->type == TMS_XPATH_NODES)
		return value->count > 0 ? xpath_node_text(run, value->nodes[0]) : TMS_STR_NONE;
	struct tms_str text = tms_xpath_value_text(run->arena, value);
	(void)xpath_spend(run, text.len / 16);
	return text;
}

static double number_of_text(struct tms_str text)
{
	double number = 0;

	return tms_str_double(tms_str_trim(text), &number) ? number : __builtin_nan("");
}

double xpath_number_of(struct xpath_run *run, const struct tms_xpath_value *value)
{
	switch (value->type) {
	case TMS_XPATH_NUMBER:
		return value->number;
	case TMS_XPATH_FACT:
		return value->fact ? 1 : 0;
	case TMS_XPATH_NODES:
	case TMS_XPATH_TEXT:
		break;
	}
	return number_of_text(xpath_text_of(run, value));
}

bool xpath_fact_of(const struct tms_xpath_value *value)
{
	switch (value->type) {
	case TMS_XPATH_NODES:
		return value->count > 0;
	case TMS_XPATH_TEXT:
		return value->text.len > 0;
	case TMS_XPATH_NUMBER:
		return value->number != 0 && !__builtin_isnan(value->number);
	case TMS_XPATH_FACT:
		return value->fact;
	}
	return false;
}

static bool compare_numbers(enum xpath_kind kind, double a, double b)
{
	if (kind == XPATH_EQ)
		return a == b;
	if (kind == XPATH_NE)
		return a != b;
	if (kind == XPATH_LT)
		return a < b;
	if (kind == XPATH_LE)
		return a <= b;
	return kind == XPATH_GT ? a > b : a >= b;
}

/* Neither is a set of nodes. */
static bool compare_plain(struct xpath_run *run, enum xpath_kind kind,
	const struct tms_xpath_value *a, const struct tms_xpath_value *b)
{
	bool is_equality = kind == XPATH_EQ || kind == XPATH_NE;

	if (is_equality && (a->type == TMS_XPATH_FACT || b->type == TMS_XPATH_FACT))
		return (xpath_fact_of(a) == xpath_fact_of(b)) == (kind == XPATH_EQ);
	if (!is_equality || a->type == TMS_XPATH_NUMBER || b->type == TMS_XPATH_NUMBER)
		return compare_numbers(kind, xpath_number_of(run, a), xpath_number_of(run, b));
	return tms_str_equal(a->text, b->text) == (kind == XPATH_EQ);
}

/* A set compares as any of its nodes does; with a fact, as whether it has any. */
struct tms_xpath_value xpath_compare(struct xpath_run *run, enum xpath_kind kind,
	const struct tms_xpath_value *a, const struct tms_xpath_value *b)
{
	bool is_fact = a->type == TMS_XPATH_FACT || b->type == TMS_XPATH_FACT;
	size_t a_count = a->type == TMS_XPATH_NODES && !is_fact ? a->count : 1;
	size_t b_count = b->type == TMS_XPATH_NODES && !is_fact ? b->count : 1;

	for (size_t i = 0; i < a_count; i++) {
		struct tms_xpath_value x =
			a->type == TMS_XPATH_NODES
				? is_fact ? xpath_of_fact(a->count > 0)
					  : xpath_of_text(xpath_node_text(run, a->nodes[i]))
				: *a;
		for (size_t j = 0; j < b_count && xpath_spend(run, 1); j++) {
			struct tms_xpath_value y =
				b->type == TMS_XPATH_NODES
					? is_fact ? xpath_of_fact(b->count > 0)
						  : xpath_of_text(xpath_node_text(run, b->nodes[j]))
					: *b;
			if (compare_plain(run, kind, &x, &y))
				return xpath_of_fact(true);
		}
	}
	return xpath_of_fact(false);
}
