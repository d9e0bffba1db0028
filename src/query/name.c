/* Names of fields before ":" or a comparison, and what is said of one that is not known. */
#include "parse_private.h"

#define LESS_OR_EQUAL 0x2264
#define GREATER_OR_EQUAL 0x2265

char query_read_op(const struct query_parser *p, size_t at, size_t *behind)
{
	size_t next;
	int32_t c = query_peek_at(p, at, behind);

	if (c == LESS_OR_EQUAL || c == GREATER_OR_EQUAL)
		return c == LESS_OR_EQUAL ? 'l' : 'g';
	if (c != ':' && c != '<' && c != '>' && c != '=')
		return 0;
	int32_t second = query_peek_at(p, *behind, &next);
	if (c == ':' || (c != '=' && second != '=') ||
		(c == '=' && second != '=' && second != '<' && second != '>'))
		return (char)c;
	*behind = next;
	if (c == '=')
		c = second;
	return c == '<' ? 'l' : c == '>' ? 'g' : '=';
}

bool query_is_ordered(const struct query_field *field)
{
	return field && (field->kind == FIELD_NUMBER || field->kind == FIELD_WORDS ||
				field->kind == FIELD_AGE || field->kind == FIELD_DATE);
}

/* "upvotes >= 20", "title : x"; but "upvotes =RAG" and "title =20" are two terms. */
static bool is_sign_apart(const struct query_parser *p, const struct query_name *name)
{
	size_t next;
	const struct query_field *field =
		query_field_find(tms_str_slice(p->text, p->at, name->end));
	int32_t c = query_peek_at(p, name->behind, &next);

	if (name->op == ':')
		return field != NULL;
	if (name->op != '=')
		return field ||
		       query_field_nearest(tms_str_slice(p->text, p->at, name->end)) != NULL;
	return field &&
	       (c == ' ' || (query_is_ordered(field) && c < 0x80 && tms_is_digit((char)c)));
}

/* A letter, then letters, digits, "-" and "_", then the sign, perhaps behind spaces. */
bool query_find_name(const struct query_parser *p, struct query_name *name)
{
	size_t at = p->at, next;
	int32_t c = query_peek_at(p, at, &next);

	if (c < 0 || (c < 0x80 && !tms_is_alpha((char)c)))
		return false;
	while (at < p->text.len && tms_is_alnum(p->text.ptr[at])) /* nearly all of most */
		at++;
	c = query_peek_at(p, at, &next);
	while (c >= 0x80 ? c != LESS_OR_EQUAL && c != GREATER_OR_EQUAL
			 : c > 0 && (tms_is_alnum((char)c) || c == '-' || c == '_')) {
		at = next;
		c = query_peek_at(p, at, &next);
	}
	name->end = at;
	name->has_space = c == ' ';
	for (; c == ' '; c = query_peek_at(p, at, &next))
		at = next;
	bool is_sign = c == ':' || (c >= '<' && c <= '>') || c >= 0x80;
	name->op = is_sign ? query_read_op(p, at, &name->behind) : 0;
	return name->op != 0 && (!name->has_space || is_sign_apart(p, name));
}

void *query_fail_unknown_field(struct query_parser *p, size_t at, const struct query_name *written)
{
	struct tms_str name = tms_str_slice(p->text, p->at, written->end);
	size_t start = p->at;
	struct tms_str whole = query_read_bare(p);
	const char *nearest = query_field_nearest(name);
	bool is_date = nearest && strcmp(nearest, "published") == 0;

	p->at = start;
	if (is_date)
		(void)query_fail(p, at,
			"there is no field \"%.*s\"; dates are published, submitted, updated and seen. To "
			"search for the text, put it in quotes: \"%.*s\"",
			TMS_STR_ARGS(name), TMS_STR_ARGS(whole));
	else if (nearest)
		(void)query_fail(p, at,
			"there is no field \"%.*s\"; the nearest is \"%s\". To search for the text, put it "
			"in quotes: \"%.*s\"",
			TMS_STR_ARGS(name), nearest, TMS_STR_ARGS(whole));
	else
		(void)query_fail(p, at,
			"there is no field \"%.*s\". To search for the text, put it in quotes: \"%.*s\"",
			TMS_STR_ARGS(name), TMS_STR_ARGS(whole));
	if (nearest)
		query_cure(p, TMS_STR_NONE, start, written->end, tms_str_from(nearest));
	if (is_date) {
		query_cure(p, TMS_STR_NONE, start, written->end, TMS_STR("submitted"));
		query_cure(p, TMS_STR_NONE, start, written->end, TMS_STR("updated"));
	}
	if (!written->has_space)
		query_cure(p, TMS_STR("as text"), start, start + whole.len,
			tms_arena_format(p->arena, "\"%.*s\"", TMS_STR_ARGS(whole)));
	return NULL;
}
