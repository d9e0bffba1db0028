/*
 * Lists: "a, b", "category:a,b", "title:a|b". People mean any of these, or all of these, and nothing
 * in the text says which: they are refused, with each written out.
 */
#include "parse_private.h"

#include <tamis/fold.h>

#define PARTS_MAX 64

/* What stands between two separators. */
struct part {
	struct tms_str text;
	bool is_excluded, is_compound; /* begins with "-"; several terms */
};

struct list {
	struct query_parser *p;
	size_t start, end; /* of all of it */
	struct part parts[PARTS_MAX];
	size_t count, included;
	const struct query_field *field; /* that the first part names, for all of them */
	struct tms_str name;             /* as it is written */
};

/* Behind the quotes, parentheses or regular expression at `at`, or behind one character. */
static size_t behind_piece(const struct query_parser *p, size_t at, bool begins)
{
	size_t next;
	int32_t close = 0, c = query_peek_at(p, at, &next);

	if (c == '"')
		close = '"';
	else if (c == '/' && begins)
		close = '/';
	if (c == '(') {
		size_t depth = 1;
		for (at = next; depth > 0 && at < p->text.len; at = next) {
			c = query_peek_at(p, at, &next);
			depth += c == '(';
			depth -= c == ')';
			if (c == '"')
				next = behind_piece(p, at, false);
		}
		return at;
	}
	for (at = next; close != 0 && at < p->text.len; at = next) {
		c = query_peek_at(p, at, &next);
		if (c == '\\' && close == '/')
			(void)query_peek_at(p, next, &next);
		if (c == close)
			return next;
	}
	return at;
}

bool query_is_separator(const struct query_parser *p, size_t at)
{
	size_t next, digit;
	int32_t c = query_peek_at(p, at, &next);

	if (c == ';' || c == 0x3001)
		return true;
	if (c != ',')
		return false;
	c = query_peek_at(p, next, &digit);
	return at == 0 || !tms_is_digit(p->text.ptr[at - 1]) || c >= 0x80 || c < 0 ||
	       !tms_is_digit((char)c);
}

/* To the end of the group that begins at `at`. */
static size_t group_end(const struct query_parser *p, size_t at)
{
	bool begins = true;

	while (at < p->text.len) {
		size_t next;
		int32_t c = query_peek_at(p, at, &next);
		if (c == ')')
			break;
		at = behind_piece(p, at, begins);
		begins = c == ' ' || c == '(' || c == ':';
	}
	return at;
}

/* Takes an operator off the front: "a, b, or c". */
static void strip_operator(struct tms_str *text)
{
	struct tms_str rest = *text, first;

	if (tms_str_split(&rest, ' ', &first) && rest.len > 0 &&
		(query_is_operator(first) || tms_str_equal(first, TMS_STR("&"))) &&
		!tms_str_equal_caseless(first, TMS_STR("not")))
		*text = tms_str_trim(rest);
}

static void add_part(struct list *list, size_t start, size_t end)
{
	const struct query_parser *p = list->p;
	struct tms_str text = tms_str_trim(tms_str_slice(p->text, start, end));
	struct part part = { 0 };

	strip_operator(&text);
	if (text.len == 0 || list->count == PARTS_MAX)
		return;
	part.text = text;
	part.is_excluded = query_excludes(text, &(size_t){ 0 }) ||
			   tms_str_starts_caseless(text, TMS_STR("not "));
	size_t at = (size_t)(text.ptr - p->text.ptr), behind = at + text.len;
	for (bool begins = true; at < behind;) {
		size_t next;
		int32_t c = query_peek_at(p, at, &next);
		part.is_compound |= c == ' ';
		at = behind_piece(p, at, begins);
		begins = c == ' ';
	}
	list->included += !part.is_excluded;
	list->parts[list->count++] = part;
}

static void split(struct list *list, bool at_bars)
{
	const struct query_parser *p = list->p;
	size_t from = list->start;
	bool begins = true;

	for (size_t at = from; at < list->end;) {
		size_t next;
		int32_t c = query_peek_at(p, at, &next);
		if (query_is_separator(p, at) || (at_bars && c == '|')) {
			add_part(list, from, at);
			from = next;
		}
		at = behind_piece(p, at, begins);
		begins = c == ' ' || c == ':';
	}
	add_part(list, from, list->end);
}

/* "author:A, B" asks for authors. */
static void take_field(struct list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		struct part *part = &list->parts[i];
		size_t colon = tms_str_find_byte(part->text, ':', 0);
		struct tms_str name = tms_str_slice(part->text, 0, colon);
		const struct query_field *field = colon == SIZE_MAX ? NULL : query_field_find(name);
		if (i == 0 && field && !part->is_excluded) {
			list->field = field;
			list->name = name;
		} else if (field) {
			list->field = NULL;
			return;
		}
	}
	if (list->field)
		list->parts[0].text = tms_str_trim(tms_str_slice(
			list->parts[0].text, list->name.len + 1, list->parts[0].text.len));
}

/* May stand in "name:( … )". */
static bool takes_group(const struct query_field *field)
{
	return field->kind == FIELD_TEXT || field->kind == FIELD_EXACT ||
	       field->kind == FIELD_TAG || field->kind == FIELD_HAS || field->kind == FIELD_ID ||
	       field->kind == FIELD_URL;
}

static void write_part(const struct list *list, const struct part *part, struct tms_buf *buf)
{
	const struct query_field *field = list->field;
	bool is_name = field && (field->kind != FIELD_TEXT || field->fields == TMS_FIELD_AUTHOR);
	bool quote = part->is_compound && is_name && !memchr(part->text.ptr, '"', part->text.len);

	if (field && !takes_group(field) && !part->is_excluded)
		tms_buf_format(buf, "%.*s:", TMS_STR_ARGS(list->name));
	if (part->is_compound && !part->is_excluded)
		tms_buf_add_char(buf, quote ? '"' : '(');
	tms_buf_add(buf, part->text);
	if (part->is_compound && !part->is_excluded)
		tms_buf_add_char(buf, quote ? '"' : ')');
}

/* Those asked for between these words, then what is excluded. */
static void cure_joined(struct list *list, const char *between, struct tms_str label)
{
	bool is_group = list->field && takes_group(list->field);
	bool is_any = strcmp(between, " OR ") == 0;
	bool around = is_group ||
		      (is_any && list->included > 1 &&
			      (list->included < list->count || list->start > list->p->group_at ||
				      list->end < group_end(list->p, list->start)));
	struct tms_buf buf = { 0 };
	bool begun = false;

	if (is_group)
		tms_buf_format(&buf, "%.*s:", TMS_STR_ARGS(list->name));
	if (around)
		tms_buf_add_char(&buf, '(');
	for (size_t i = 0; i < list->count; i++) {
		if (list->parts[i].is_excluded)
			continue;
		if (begun)
			tms_buf_add_cstr(&buf, between);
		write_part(list, &list->parts[i], &buf);
		begun = true;
	}
	if (around)
		tms_buf_add_char(&buf, ')');
	for (size_t i = 0; i < list->count; i++)
		if (list->parts[i].is_excluded) {
			tms_buf_add_char(&buf, ' ');
			write_part(list, &list->parts[i], &buf);
		}
	query_cure_with(list->p, label, list->start, list->end, &buf);
}

/* All of it, or all behind the name of the field, in quotes. */
static void cure_quoted(struct list *list)
{
	struct tms_str whole = tms_str_trim(tms_str_slice(list->p->text, list->start, list->end));
	struct tms_buf buf = { 0 };

	if (memchr(whole.ptr, '"', whole.len) || list->included < list->count ||
		(list->field && list->field->kind != FIELD_TEXT &&
			list->field->kind != FIELD_EXACT && list->field->kind != FIELD_TAG))
		return;
	if (list->field) {
		tms_buf_format(&buf, "%.*s:", TMS_STR_ARGS(list->name));
		whole = tms_str_trim(tms_str_slice(whole, list->name.len + 1, whole.len));
	}
	tms_buf_format(&buf, "\"%.*s\"", TMS_STR_ARGS(whole));
	query_cure_with(list->p, TMS_STR("as it stands"), list->start, list->end, &buf);
}

void *query_refuse_list(struct query_parser *p, size_t place, size_t start, size_t end)
{
	struct list *list = TMS_ARENA_NEW(p->arena, struct list);
	size_t behind;
	int32_t sign = query_peek_at(p, place, &behind);

	if (!list)
		return query_fail_memory(p);
	if (end == 0)
		end = group_end(p, start);
	(void)query_fail(p, place,
		"found \"%.*s\" between terms, expected OR for any of these, a space for all of "
		"these, or quotes around text as it stands",
		TMS_STR_ARGS(tms_str_slice(p->text, place, behind)));
	if (!p->advice)
		return NULL;
	*list = (struct list){ .p = p, .start = start, .end = end };
	split(list, sign == '|');
	if (list->count < 2) { /* "cs.CL," */
		if (list->count == 1)
			query_cure(p, TMS_STR_NONE, start, end, list->parts[0].text);
		return NULL;
	}
	take_field(list);
	cure_joined(list, " OR ", TMS_STR("any of these"));
	cure_joined(list, " ", TMS_STR("all of these"));
	cure_quoted(list);
	return NULL;
}

/* The next of the values between " OR "; false where one is none. */
static bool next_value(struct tms_str *rest, bool takes_spaces, struct tms_str *out)
{
	size_t end = tms_str_find(*rest, TMS_STR(" OR "), 0);

	*out = tms_str_trim(tms_str_slice(*rest, 0, end));
	*rest = end == SIZE_MAX ? TMS_STR_NONE
				: tms_str_slice(*rest, end + strlen(" OR "), rest->len);
	if (out->len > 2 && out->ptr[0] == '"')
		return tms_str_find_byte(*out, '"', 1) == out->len - 1;
	struct tms_str words = *out, word;
	for (size_t count = 0; tms_str_split(&words, ' ', &word); count++)
		if (query_is_operator(word) || (count > 0 && !takes_spaces))
			return false;
	for (size_t i = 0; i < out->len; i++)
		if (memchr("\"()|,;", out->ptr[i], 6))
			return false;
	return out->len > 0 && out->ptr[0] != '-' && out->ptr[0] != '!';
}

void *query_refuse_group(struct query_parser *p, const struct query_field *field, size_t start)
{
	size_t open = p->at, end = behind_piece(p, open, false), count = 0;
	struct tms_str name = tms_str_slice(p->text, start, open), value;
	bool takes_spaces = field->kind == FIELD_TOPIC && field->which == TOPIC_BY_TEXT;
	struct tms_buf buf = { 0 };

	(void)query_fail(p, open, "found \"(\", expected one value behind \"%s:\"", field->name);
	if (end < open + 2 || p->text.ptr[end - 1] != ')')
		return NULL;
	struct tms_str rest = tms_str_trim(tms_str_slice(p->text, open + 1, end - 1));
	bool is_list = tms_str_find(rest, TMS_STR(" OR "), 0) != SIZE_MAX;
	if (is_list)
		tms_buf_add_char(&buf, '(');
	do {
		if (!next_value(&rest, takes_spaces, &value)) {
			tms_buf_free(&buf);
			return NULL;
		}
		const char *quote = takes_spaces && value.ptr[0] != '"' ? "\"" : "";
		tms_buf_format(&buf, "%s%.*s%s%.*s%s", count++ > 0 ? " OR " : "",
			TMS_STR_ARGS(name), quote, TMS_STR_ARGS(value), quote);
	} while (rest.len > 0);
	if (is_list)
		tms_buf_add_char(&buf, ')');
	query_cure_with(p, TMS_STR_NONE, start, end, &buf);
	return NULL;
}
