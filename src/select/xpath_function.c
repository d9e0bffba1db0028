/*
 * The functions of XPath (XPath 1.0 section 4), a few more that pages need, and those that only CSS
 * selectors become.
 */
#include "xpath_private.h"

#include <tamis/utf8.h>

static const struct xpath_expr *argument(const struct xpath_expr *call, size_t i)
{
	const struct xpath_expr *arg = call->left;

	while (arg && i-- > 0)
		arg = arg->next;
	return arg;
}

static struct tms_xpath_value value_at(struct xpath_run *run, const struct xpath_context *context,
	const struct xpath_expr *call, size_t i)
{
	const struct xpath_expr *arg = argument(call, i);
	struct tms_xpath_node *self = NULL;

	if (arg)
		return xpath_eval(run, context, arg);
	self = TMS_ARENA_NEW(run->arena, struct tms_xpath_node);
	if (!self) {
		run->status = run->arena->status;
		return xpath_of_fact(false);
	}
	*self = context->at;
	return (struct tms_xpath_value){ .type = TMS_XPATH_NODES, .nodes = self, .count = 1 };
}

static struct tms_str text_at(struct xpath_run *run, const struct xpath_context *context,
	const struct xpath_expr *call, size_t i)
{
	struct tms_xpath_value value = value_at(run, context, call, i);

	return xpath_text_of(run, &value);
}

static double number_at(struct xpath_run *run, const struct xpath_context *context,
	const struct xpath_expr *call, size_t i)
{
	struct tms_xpath_value value = value_at(run, context, call, i);

	return xpath_number_of(run, &value);
}

#define FUNCTION(name)                                                                             \
	static struct tms_xpath_value name(struct xpath_run *run,                                  \
		const struct xpath_context *context, const struct xpath_expr *call)

/* ---- nodes ---- */

FUNCTION(do_last)
{
	(void)run;
	(void)call;
	return xpath_of_number((double)context->size);
}

FUNCTION(do_position)
{
	(void)run;
	(void)call;
	return xpath_of_number((double)context->position);
}

FUNCTION(do_count)
{
	struct tms_xpath_value value = value_at(run, context, call, 0);

	return xpath_of_number(value.type == TMS_XPATH_NODES ? (double)value.count : 0);
}

static struct tms_xpath_node first_node(
	struct xpath_run *run, const struct xpath_context *context, const struct xpath_expr *call)
{
	struct tms_xpath_value value = value_at(run, context, call, 0);

	return value.type == TMS_XPATH_NODES && value.count > 0 ? value.nodes[0]
								: (struct tms_xpath_node){ 0 };
}

FUNCTION(do_name)
{
	struct tms_xpath_node n = first_node(run, context, call);

	if (!n.node)
		return xpath_of_text(TMS_STR_NONE);
	return xpath_of_text(n.attribute ? n.attribute->name : n.node->name);
}

FUNCTION(do_namespace)
{
	struct tms_xpath_node n = first_node(run, context, call);

	if (!n.node)
		return xpath_of_text(TMS_STR_NONE);
	return xpath_of_text(n.attribute ? n.attribute->ns : n.node->ns);
}

/* ---- texts ---- */

FUNCTION(do_string)
{
	return xpath_of_text(text_at(run, context, call, 0));
}

/* What the buffer holds, for its steps; the buffer is freed. */
static struct tms_str take(struct xpath_run *run, struct tms_buf *buf)
{
	struct tms_str text = { 0 };

	if (xpath_spend(run, buf->len / 16))
		text = tms_arena_take(run->arena, buf);
	tms_buf_free(buf);
	if (run->status == TMS_OK)
		run->status = run->arena->status;
	return text;
}

FUNCTION(do_concat)
{
	struct tms_buf joined = { 0 };

	for (size_t i = 0; argument(call, i) && run->status == TMS_OK; i++)
		tms_buf_add(&joined, text_at(run, context, call, i));
	return xpath_of_text(take(run, &joined));
}

FUNCTION(do_contains)
{
	struct tms_str text = text_at(run, context, call, 0), part = text_at(run, context, call, 1);

	return xpath_of_fact(tms_str_find(text, part, 0) != SIZE_MAX);
}

FUNCTION(do_starts)
{
	struct tms_str text = text_at(run, context, call, 0);

	return xpath_of_fact(tms_str_starts(text, text_at(run, context, call, 1)));
}

FUNCTION(do_ends)
{
	struct tms_str text = text_at(run, context, call, 0);

	return xpath_of_fact(tms_str_ends(text, text_at(run, context, call, 1)));
}

FUNCTION(do_before)
{
	struct tms_str text = text_at(run, context, call, 0);
	size_t at = tms_str_find(text, text_at(run, context, call, 1), 0);

	return xpath_of_text(at == SIZE_MAX ? TMS_STR_NONE : tms_str_slice(text, 0, at));
}

FUNCTION(do_after)
{
	struct tms_str text = text_at(run, context, call, 0), part = text_at(run, context, call, 1);
	size_t at = tms_str_find(text, part, 0);

	return xpath_of_text(
		at == SIZE_MAX ? TMS_STR_NONE : tms_str_slice(text, at + part.len, text.len));
}

/* Characters from place `start` on (from 1), those whose place is below `end`. */
FUNCTION(do_substring)
{
	struct tms_str text = text_at(run, context, call, 0);
	double start = __builtin_floor(number_at(run, context, call, 1) + 0.5), place = 1;
	double end = argument(call, 2)
			     ? start + __builtin_floor(number_at(run, context, call, 2) + 0.5)
			     : __builtin_inf();
	size_t from = text.len, to = text.len, at = 0;

	while (at < text.len) {
		size_t here = at;
		(void)tms_utf8_next(text, &at);
		if (place >= start && here < from)
			from = here;
		if (!(place < end)) {
			to = here;
			break;
		}
		place++;
	}
	return xpath_of_text(tms_str_slice(text, from, to));
}

FUNCTION(do_length)
{
	return xpath_of_number((double)tms_utf8_length(text_at(run, context, call, 0)));
}

FUNCTION(do_normalize)
{
	struct tms_str text = tms_str_trim(text_at(run, context, call, 0));
	struct tms_buf out = { 0 };

	for (size_t i = 0; i < text.len; i++)
		if (!tms_is_space(text.ptr[i]))
			tms_buf_add_char(&out, text.ptr[i]);
		else if (!tms_is_space(text.ptr[i - 1])) /* trimmed: there is one before */
			tms_buf_add_char(&out, ' ');
	return xpath_of_text(take(run, &out));
}

/* Where a character stands in `set`: its number, or SIZE_MAX. */
static size_t place_in(struct tms_str set, uint32_t character)
{
	size_t at = 0, number = 0;

	for (; at < set.len; number++)
		if (tms_utf8_next(set, &at) == character)
			return number;
	return SIZE_MAX;
}

static struct tms_str nth_character(struct tms_str set, size_t number)
{
	size_t at = 0, from = 0;

	while (at < set.len) {
		from = at;
		(void)tms_utf8_next(set, &at);
		if (number-- == 0)
			return tms_str_slice(set, from, at);
	}
	return TMS_STR_NONE;
}

FUNCTION(do_translate)
{
	struct tms_str text = text_at(run, context, call, 0), from = text_at(run, context, call, 1),
		       to = text_at(run, context, call, 2);
	struct tms_buf out = { 0 };
	size_t at = 0;

	while (at < text.len && xpath_spend(run, 1 + from.len / 16)) {
		size_t here = at, number = place_in(from, tms_utf8_next(text, &at));
		tms_buf_add(&out, number == SIZE_MAX ? tms_str_slice(text, here, at)
						     : nth_character(to, number));
	}
	return xpath_of_text(take(run, &out));
}

FUNCTION(do_lower)
{
	struct tms_str text = tms_arena_copy(run->arena, text_at(run, context, call, 0));
	char *bytes = (char *)(uintptr_t)text.ptr; /* ours, just made */

	for (size_t i = 0; i < text.len; i++)
		bytes[i] = tms_lower(bytes[i]);
	return xpath_of_text(text);
}

/* ---- facts and numbers ---- */

FUNCTION(do_boolean)
{
	struct tms_xpath_value value = value_at(run, context, call, 0);

	return xpath_of_fact(xpath_fact_of(&value));
}

FUNCTION(do_not)
{
	struct tms_xpath_value value = value_at(run, context, call, 0);

	return xpath_of_fact(!xpath_fact_of(&value));
}

FUNCTION(do_true)
{
	(void)run;
	(void)context;
	(void)call;
	return xpath_of_fact(true);
}

FUNCTION(do_false)
{
	(void)run;
	(void)context;
	(void)call;
	return xpath_of_fact(false);
}

FUNCTION(do_number)
{
	return xpath_of_number(number_at(run, context, call, 0));
}

FUNCTION(do_sum)
{
	struct tms_xpath_value value = value_at(run, context, call, 0);
	double sum = 0;

	for (size_t i = 0; value.type == TMS_XPATH_NODES && i < value.count; i++) {
		struct tms_xpath_value one = xpath_of_text(xpath_node_text(run, value.nodes[i]));
		sum += xpath_number_of(run, &one);
	}
	return xpath_of_number(sum);
}

FUNCTION(do_floor)
{
	return xpath_of_number(__builtin_floor(number_at(run, context, call, 0)));
}

FUNCTION(do_ceiling)
{
	return xpath_of_number(__builtin_ceil(number_at(run, context, call, 0)));
}

FUNCTION(do_round)
{
	return xpath_of_number(__builtin_floor(number_at(run, context, call, 0) + 0.5));
}

/* ---- what CSS asks for ---- */

static bool has_word(struct tms_str words, struct tms_str wanted)
{
	size_t at = 0;

	while (wanted.len > 0 && (at = tms_str_find(words, wanted, at)) != SIZE_MAX) {
		size_t end = at + wanted.len;
		if ((at == 0 || tms_is_space(words.ptr[at - 1])) &&
			(end == words.len || tms_is_space(words.ptr[end])))
			return true;
		at++;
	}
	return false;
}

/* has-word(value, 'word'): one of the words that white space divides */
FUNCTION(do_has_word)
{
	struct tms_str words = text_at(run, context, call, 0);

	return xpath_of_fact(has_word(words, text_at(run, context, call, 1)));
}

FUNCTION(do_has_class)
{
	const struct tms_xml_node *node = context->at.node;
	struct tms_str classes = tms_xml_attribute_value(node, "class");

	if (!xpath_spend(run, classes.len / 16))
		return xpath_of_fact(false);
	for (size_t i = 0; argument(call, i); i++)
		if (!has_word(classes, text_at(run, context, call, i)))
			return xpath_of_fact(false);
	return xpath_of_fact(true);
}

static bool is_same_type(const struct tms_xml_node *a, const struct tms_xml_node *b)
{
	return tms_str_equal(a->name, b->name) && tms_str_equal(a->ns, b->ns);
}

/*
 * nth(kind, a, b): stands the element at a*n+b, n from 0, among its siblings? kind 1: from the end,
 * 2: among those of its type, 3: both.
 */
FUNCTION(do_nth)
{
	const struct tms_xml_node *self = context->at.node, *other = NULL;
	unsigned kind = (unsigned)number_at(run, context, call, 0);
	double a = number_at(run, context, call, 1), b = number_at(run, context, call, 2);
	size_t place = 1;

	if (context->at.attribute || self->name.len == 0 || !self->parent)
		return xpath_of_fact(false);
	for (other = kind & 1 ? self->next : self->parent->first_child;
		other && other != self && xpath_spend(run, 1); other = other->next)
		if (other->name.len > 0 && (!(kind & 2) || is_same_type(other, self)))
			place++;
	double n = a == 0 ? 0 : ((double)place - b) / a;
	return xpath_of_fact(a == 0 ? (double)place == b : n >= 0 && n == __builtin_floor(n));
}

static const struct xpath_function functions[] = {
	{ "last", do_last, 0, 0, TMS_XPATH_NUMBER, true, false },
	{ "position", do_position, 0, 0, TMS_XPATH_NUMBER, true, false },
	{ "count", do_count, 1, 1, TMS_XPATH_NUMBER, false, false },
	{ "name", do_name, 0, 1, TMS_XPATH_TEXT, false, false },
	{ "local-name", do_name, 0, 1, TMS_XPATH_TEXT, false, false },
	{ "namespace-uri", do_namespace, 0, 1, TMS_XPATH_TEXT, false, false },
	{ "string", do_string, 0, 1, TMS_XPATH_TEXT, false, false },
	{ "concat", do_concat, 2, 50, TMS_XPATH_TEXT, false, false },
	{ "contains", do_contains, 2, 2, TMS_XPATH_FACT, false, false },
	{ "starts-with", do_starts, 2, 2, TMS_XPATH_FACT, false, false },
	{ "ends-with", do_ends, 2, 2, TMS_XPATH_FACT, false, false },
	{ "substring-before", do_before, 2, 2, TMS_XPATH_TEXT, false, false },
	{ "substring-after", do_after, 2, 2, TMS_XPATH_TEXT, false, false },
	{ "substring", do_substring, 2, 3, TMS_XPATH_TEXT, false, false },
	{ "string-length", do_length, 0, 1, TMS_XPATH_NUMBER, false, false },
	{ "normalize-space", do_normalize, 0, 1, TMS_XPATH_TEXT, false, false },
	{ "translate", do_translate, 3, 3, TMS_XPATH_TEXT, false, false },
	{ "lower-case", do_lower, 0, 1, TMS_XPATH_TEXT, false, false },
	{ "boolean", do_boolean, 1, 1, TMS_XPATH_FACT, false, false },
	{ "not", do_not, 1, 1, TMS_XPATH_FACT, false, false },
	{ "true", do_true, 0, 0, TMS_XPATH_FACT, false, false },
	{ "false", do_false, 0, 0, TMS_XPATH_FACT, false, false },
	{ "number", do_number, 0, 1, TMS_XPATH_NUMBER, false, false },
	{ "sum", do_sum, 1, 1, TMS_XPATH_NUMBER, false, false },
	{ "floor", do_floor, 1, 1, TMS_XPATH_NUMBER, false, false },
	{ "ceiling", do_ceiling, 1, 1, TMS_XPATH_NUMBER, false, false },
	{ "round", do_round, 1, 1, TMS_XPATH_NUMBER, false, false },
	{ "has-class", do_has_class, 1, 20, TMS_XPATH_FACT, false, false },
	{ "css:has-word", do_has_word, 2, 2, TMS_XPATH_FACT, false, true },
	{ "css:nth", do_nth, 3, 3, TMS_XPATH_FACT, false, true },
};

const struct xpath_function *xpath_function_find(struct tms_str name)
{
	for (size_t i = 0; i < TMS_COUNT(functions); i++)
		if (tms_str_equal(name, tms_str_from(functions[i].name)))
			return &functions[i];
	return NULL;
}
