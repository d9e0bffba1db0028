/* Making compiled XPath: what its parser and that of CSS selectors share, and its limits. */
#include "xpath_private.h"

bool xpath_parser_begin(struct select_parser *p, const char *what)
{
	if (p->text.len > TMS_XPATH_BYTES_MAX) {
		tms_diag_set(p->diag, 1, 1, "%s of %zu bytes; at most %zu are allowed", what,
			p->text.len, TMS_XPATH_BYTES_MAX);
		p->status = TMS_ELIMIT;
	} else if (tms_str_trim(p->text).len == 0) {
		tms_diag_set(p->diag, 1, 1, "nothing; expected %s", what);
		p->status = TMS_EINVAL;
	}
	return p->status == TMS_OK;
}

enum tms_status xpath_parser_end(struct select_parser *p, struct xpath_expr *root,
	const char *sentence, struct tms_xpath **out)
{
	while (p->at < p->text.len && tms_is_space(p->text.ptr[p->at]))
		p->at++;
	if (root && p->at < p->text.len)
		root = xpath_fail_at(p, p->at, sentence);
	struct tms_xpath *made = root ? TMS_ARENA_NEW(p->arena, struct tms_xpath) : NULL;
	if (p->arena->status != TMS_OK)
		return p->arena->status;
	if (!made)
		return p->status == TMS_OK ? TMS_EINVAL : p->status;
	made->root = root;
	*out = made;
	return TMS_OK;
}

void *xpath_fail_at(struct select_parser *p, size_t at, const char *sentence)
{
	uint32_t line = 1, column = 1;

	if (p->status != TMS_OK)
		return NULL;
	p->status = TMS_EINVAL;
	tms_diag_locate(p->text, at, &line, &column);
	tms_diag_set(p->diag, line, column, "%s", sentence);
	return NULL;
}

void *xpath_fail(struct select_parser *p, const char *sentence)
{
	return xpath_fail_at(p, p->at, sentence);
}

static bool count_part(struct select_parser *p)
{
	if (p->status != TMS_OK)
		return false;
	if (++p->parts <= XPATH_PARTS_MAX)
		return true;
	(void)xpath_fail(p, "a selector of more than 500 parts; no more are allowed");
	p->status = TMS_ELIMIT;
	return false;
}

static void *keep(struct select_parser *p, void *made)
{
	if (!made && p->status == TMS_OK)
		p->status = p->arena->status;
	return made;
}

struct xpath_expr *xpath_new(struct select_parser *p, enum xpath_kind kind)
{
	struct xpath_expr *expr =
		count_part(p) ? keep(p, TMS_ARENA_NEW(p->arena, struct xpath_expr)) : NULL;

	if (expr)
		expr->kind = kind;
	return expr;
}

struct xpath_step *xpath_step_new(
	struct select_parser *p, enum xpath_axis axis, enum xpath_test test, struct tms_str name)
{
	struct xpath_step *step =
		count_part(p) ? keep(p, TMS_ARENA_NEW(p->arena, struct xpath_step)) : NULL;
	size_t colon = tms_str_find_byte(name, ':', 0);

	if (step)
		*step = (struct xpath_step){
			.axis = axis,
			.test = test,
			.name = name,
			.local =
				colon == SIZE_MAX ? name : tms_str_slice(name, colon + 1, name.len),
		};
	return step;
}

struct xpath_expr *xpath_new_pair(struct select_parser *p, enum xpath_kind kind,
	struct xpath_expr *left, struct xpath_expr *right)
{
	struct xpath_expr *expr = left && right ? xpath_new(p, kind) : NULL;

	if (expr) {
		expr->left = left;
		expr->right = right;
	}
	return expr;
}

struct xpath_expr *xpath_new_text(struct select_parser *p, struct tms_str text)
{
	struct xpath_expr *expr = xpath_new(p, XPATH_LITERAL);

	if (expr)
		expr->text = text;
	return expr;
}

struct xpath_expr *xpath_new_number(struct select_parser *p, double number)
{
	struct xpath_expr *expr = xpath_new(p, XPATH_NUMBER);

	if (expr)
		expr->number = number;
	return expr;
}

struct xpath_expr *xpath_new_call(struct select_parser *p, const char *name,
	struct xpath_expr *first, struct xpath_expr *second)
{
	struct xpath_expr *call = first ? xpath_new(p, XPATH_CALL) : NULL;

	if (!call)
		return NULL;
	call->function = xpath_function_find(tms_str_from(name));
	call->left = first;
	first->next = second;
	return call;
}

struct xpath_expr *xpath_new_path(struct select_parser *p, struct xpath_step *steps)
{
	struct xpath_expr *path = steps ? xpath_new(p, XPATH_PATH) : NULL;

	if (path)
		path->steps = steps;
	return path;
}

void xpath_add_predicate(struct xpath_step *step, struct xpath_expr *predicate)
{
	struct xpath_expr **end = &step->predicates;

	while (*end)
		end = &(*end)->next;
	*end = predicate;
}
