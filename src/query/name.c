/* Names of fields before ":" or a comparison, and what is said of one that is not known. */
#include "parse_private.h"

#include <tamis/identity.h>

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

/* A name that is not known, and what stands behind it. */
struct unknown {
	struct tms_str name, whole, value;
	size_t at, start, end; /* the term; from its name on, behind its value */
	char op;
};

static void cure_whole(struct query_parser *p, const struct unknown *u, struct tms_str instead)
{
	query_cure(p, TMS_STR_NONE, u->start, u->end, instead);
}

static bool is_address(const struct unknown *u)
{
	return u->op == ':' && tms_str_starts(u->value, TMS_STR("//")) &&
	       (tms_str_equal_caseless(u->name, TMS_STR("https")) ||
		       tms_str_equal_caseless(u->name, TMS_STR("http")));
}

/* A pasted address, up to a space: parentheses stand in some. */
static void fail_address(struct query_parser *p, const struct unknown *u)
{
	size_t end = u->start, next;
	int32_t c = query_peek_at(p, end, &next);

	for (; c >= 0 && c != ' ' && c != '"'; c = query_peek_at(p, end, &next))
		end = next;
	struct tms_str address = tms_str_slice(p->text, u->start, end);
	bool is_bare = !memchr(address.ptr, '(', address.len);
	if (is_bare) {
		end = u->end;
		address = u->whole;
	}
	struct tms_str rest = tms_str_slice(address, u->name.len + strlen("://"), address.len);
	rest = tms_str_slice(rest, 0, tms_str_find_byte(rest, '#', 0));
	const char *quote = is_bare ? "" : "\"";
	struct tms_str paper = tms_arxiv_id_of_url(p->arena, address);
	(void)query_fail(p, u->at,
		"found an address; papers are asked for by id:, other pages by url: (to search for "
		"the text, put it in quotes: \"%.*s\")",
		TMS_STR_ARGS(address));
	if (paper.len > 0)
		query_cure(p, TMS_STR("the paper"), u->start, end,
			tms_arena_format(p->arena, "id:%.*s", TMS_STR_ARGS(paper)));
	else
		query_cure(p, TMS_STR("the page and what is below it"), u->start, end,
			tms_arena_format(
				p->arena, "url:%s%.*s%s", quote, TMS_STR_ARGS(rest), quote));
	query_cure(p, TMS_STR("as text"), u->start, end,
		tms_arena_format(p->arena, "\"%.*s\"", TMS_STR_ARGS(address)));
}

/* "retracted:true". */
static const char *flag_meant(const struct unknown *u)
{
	bool is_flag = tms_str_equal_caseless(u->name, TMS_STR("retracted")) ||
		       tms_str_equal_caseless(u->name, TMS_STR("withdrawn")) ||
		       tms_str_equal_caseless(u->name, TMS_STR("deleted"));

	if (!is_flag || (u->op != ':' && u->op != '='))
		return NULL;
	if (tms_str_equal_caseless(u->value, TMS_STR("true")) ||
		tms_str_equal_caseless(u->value, TMS_STR("yes")) ||
		tms_str_equal(u->value, TMS_STR("1")))
		return "has:withdrawn";
	if (tms_str_equal_caseless(u->value, TMS_STR("false")) ||
		tms_str_equal_caseless(u->value, TMS_STR("no")) ||
		tms_str_equal(u->value, TMS_STR("0")))
		return "-has:withdrawn";
	return NULL;
}

/* "min_upvotes:20", "max-age:7d": the field, and its comparison. */
static const struct query_field *bound_meant(const struct unknown *u, const char **sign)
{
	bool is_least = tms_str_starts_caseless(u->name, TMS_STR("min"));

	if ((!is_least && !tms_str_starts_caseless(u->name, TMS_STR("max"))) ||
		(u->op != ':' && u->op != '='))
		return NULL;
	struct tms_str name = tms_str_slice(u->name, strlen("min"), u->name.len);
	if (name.len > 0 && (name.ptr[0] == '_' || name.ptr[0] == '-'))
		name = tms_str_slice(name, 1, name.len);
	const struct query_field *field = query_field_find(name);
	if (!field)
		field = query_field_meant(name);
	*sign = is_least ? ">=" : "<=";
	return query_is_ordered(field) ? field : NULL;
}

static bool is_span(struct tms_str value)
{
	size_t digits = 0;

	while (digits < value.len && tms_is_digit(value.ptr[digits]))
		digits++;
	return digits > 0 && digits + 1 == value.len && memchr("hdw", value.ptr[digits], 3);
}

/* "after:2026-03-01", "before:7d". */
static bool cure_side(struct query_parser *p, const struct unknown *u)
{
	static const struct {
		const char *name, *date, *age;
	} sides[] = { { "after", ">=", "<=" }, { "newer", ">=", "<=" },
		{ "newer_than", ">=", "<=" }, { "before", "<", ">" }, { "older", "<", ">" },
		{ "older_than", "<", ">" }, { "until", "<=", ">=" } };
	static const char *const dates[] = { "published", "submitted", "updated" };
	size_t i = 0;

	while (i < TMS_COUNT(sides) &&
		!tms_str_equal_caseless(u->name, tms_str_from(sides[i].name)))
		i++;
	if (i == TMS_COUNT(sides) || (u->op != ':' && u->op != '='))
		return false;
	if (tms_str_find(u->value, TMS_STR(".."), 0) != SIZE_MAX)
		return true; /* a range has two */
	if (is_span(u->value))
		cure_whole(p, u,
			tms_arena_format(
				p->arena, "age%s%.*s", sides[i].age, TMS_STR_ARGS(u->value)));
	else
		for (size_t k = 0; k < TMS_COUNT(dates); k++)
			cure_whole(p, u,
				tms_arena_format(p->arena, "%s%s%.*s", dates[k], sides[i].date,
					TMS_STR_ARGS(u->value)));
	return true;
}

/* "arxiv:cs.CL" is a category, and "arxiv:herons" is no id. */
static const char *nearest_of(struct query_parser *p, const struct unknown *u)
{
	if (!tms_str_equal_caseless(u->name, TMS_STR("arxiv")))
		return query_field_nearest(u->name);
	if (tms_arxiv_id(p->arena, u->value).len > 0)
		return "id";
	bool is_category =
		query_arxiv_category(u->value).len > 0 ||
		(tms_str_ends(u->value, TMS_STR(".*")) &&
			query_arxiv_begins(tms_str_slice(u->value, 0, u->value.len - 1)));
	return is_category ? "category" : NULL;
}

/* What the name and its value mean together; false where the name alone says it. */
static bool fail_meant(struct query_parser *p, const struct unknown *u)
{
	const char *sign = "", *flag = flag_meant(u);
	const struct query_field *field = bound_meant(u, &sign);

	if (!flag && !field)
		return false;
	struct tms_str instead = flag ? tms_str_from(flag)
				      : tms_arena_format(p->arena, "%s%s%.*s", field->name, sign,
						TMS_STR_ARGS(u->value));
	(void)query_fail(p, u->at,
		"there is no field \"%.*s\", expected %.*s. To search for the text, put it in quotes: "
		"\"%.*s\"",
		TMS_STR_ARGS(u->name), TMS_STR_ARGS(instead), TMS_STR_ARGS(u->whole));
	cure_whole(p, u, instead);
	return true;
}

static void fail_named(
	struct query_parser *p, const struct unknown *u, const struct query_name *written)
{
	const char *nearest = nearest_of(p, u);
	bool is_date = nearest && strcmp(nearest, "published") == 0;

	if (is_date)
		(void)query_fail(p, u->at,
			"there is no field \"%.*s\"; dates are published, submitted, updated and seen. To "
			"search for the text, put it in quotes: \"%.*s\"",
			TMS_STR_ARGS(u->name), TMS_STR_ARGS(u->whole));
	else if (nearest)
		(void)query_fail(p, u->at,
			"there is no field \"%.*s\"; the nearest is \"%s\". To search for the text, put it "
			"in quotes: \"%.*s\"",
			TMS_STR_ARGS(u->name), nearest, TMS_STR_ARGS(u->whole));
	else
		(void)query_fail(p, u->at,
			"there is no field \"%.*s\". To search for the text, put it in quotes: \"%.*s\"",
			TMS_STR_ARGS(u->name), TMS_STR_ARGS(u->whole));
	if (cure_side(p, u))
		return;
	if (nearest)
		query_cure(p, TMS_STR_NONE, u->start, written->end, tms_str_from(nearest));
	if (is_date) {
		query_cure(p, TMS_STR_NONE, u->start, written->end, TMS_STR("submitted"));
		query_cure(p, TMS_STR_NONE, u->start, written->end, TMS_STR("updated"));
	}
}

void *query_fail_unknown_field(struct query_parser *p, size_t at, const struct query_name *written)
{
	struct unknown u = { .at = at,
		.start = p->at,
		.op = written->op,
		.name = tms_str_slice(p->text, p->at, written->end) };

	u.whole = query_read_bare(p);
	p->at = written->behind;
	query_skip_spaces(p);
	u.value = query_read_bare(p);
	u.end = p->at;
	p->at = u.start;
	if (is_address(&u)) {
		fail_address(p, &u);
		return NULL;
	}
	if (!fail_meant(p, &u))
		fail_named(p, &u, written);
	if (!written->has_space)
		query_cure(p, TMS_STR("as text"), u.start, u.start + u.whole.len,
			tms_arena_format(p->arena, "\"%.*s\"", TMS_STR_ARGS(u.whole)));
	return NULL;
}
