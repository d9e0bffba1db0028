/* One term: what begins with a quote, a slash, a sign or a letter, and the fields before it. */
#include "parse_private.h"

#include <tamis/fold.h>

#define LESS_OR_EQUAL 0x2264
#define GREATER_OR_EQUAL 0x2265

/* Signs that stand before a word. */
struct signs {
	size_t at; /* where the term begins */
	bool exact, stem;
};

static const struct query_field *default_field(const struct query_parser *p)
{
	return p->field ? p->field : query_field_default();
}

/* What may stand in a word that is printed as it stands, but not begin it. */
static bool is_plain_in_word(char byte)
{
	return tms_is_alnum(byte) || byte == '-' || byte == '_' || byte == '.' || byte == '+' ||
	       byte == '#';
}

/* The bare run at the cursor, up to a space, a parenthesis or a quote. */
static struct tms_str read_bare(struct query_parser *p)
{
	size_t start = p->at;

	while (!query_is_delimiter(query_peek(p)))
		query_skip(p);
	return tms_str_slice(p->text, start, p->at);
}

/* The same for words. */
static void read_word(struct query_parser *p, struct query_written *written)
{
	size_t start = p->at;

	while (p->at < p->text.len && is_plain_in_word(p->text.ptr[p->at]))
		p->at++;
	written->is_plain = p->at > start && tms_is_alnum(p->text.ptr[start]) &&
			    query_is_delimiter(query_peek(p));
	if (!written->is_plain)
		(void)read_bare(p);
	written->text = tms_str_slice(p->text, start, p->at);
}

/* Past what is printed in quotes as it stands: words with one space between two, in ASCII. */
static bool skip_plain_phrase(struct query_parser *p)
{
	bool has_word = false;
	char last = ' ';

	for (; p->at < p->text.len; p->at++) {
		char byte = p->text.ptr[p->at];
		if (byte < ' ' || byte > '~' || byte == '"' || (byte == ' ' && last == ' '))
			break;
		has_word |= tms_is_alnum(byte);
		last = byte;
	}
	return has_word && last != ' ' && query_peek(p) == '"';
}

/* The text between quotes, the cursor on the opening one; false after an error. */
static bool read_quoted(struct query_parser *p, struct query_written *written)
{
	size_t open = p->at;

	written->quoted = true;
	query_skip(p);
	size_t start = p->at;
	written->is_plain = skip_plain_phrase(p);
	for (;;) {
		int32_t c = query_peek(p);
		if (c < 0) {
			(void)query_fail(p, open, "the quote that opens here is not closed");
			return false;
		}
		if (c == '"')
			break;
		query_skip(p);
	}
	written->text = tms_str_slice(p->text, start, p->at);
	query_skip(p);
	if (tms_str_trim(written->text).len == 0) {
		(void)query_fail(p, open, "found empty quotes, expected words in them");
		return false;
	}
	return true;
}

/* "/…/" at the cursor. */
static struct query_node *parse_regex(
	struct query_parser *p, const struct query_field *field, struct signs signs)
{
	size_t open = p->at;

	query_skip(p);
	size_t start = p->at;
	for (int32_t c = query_peek(p); c != '/'; c = query_peek(p)) {
		if (c == '\\')
			query_skip(p);
		if (query_peek(p) < 0)
			return query_fail(p, open,
				"the regular expression that opens here is not closed by a \"/\"; text that "
				"begins with a slash needs quotes");
		query_skip(p);
	}
	struct tms_str pattern = tms_str_slice(p->text, start, p->at);
	query_skip(p);
	if (pattern.len == 0)
		return query_fail(
			p, open, "found \"//\", expected a regular expression between the slashes");
	if (query_peek(p) >= 0 && query_peek(p) != ' ' && query_peek(p) != ')')
		return query_fail(p, p->at,
			"found %.*s behind a regular expression, expected a space (it takes no flags; \"=\" "
			"before it makes case count; a slash in it is written \\/)",
			TMS_STR_ARGS(query_found(p, p->at)));
	struct query_written written = { .at = signs.at, .text = pattern, .exact = signs.exact };
	if (signs.stem)
		return query_fail(
			p, signs.at, "found \"~\" before a regular expression, expected a word");
	return query_make_regex(p, field, written);
}

static bool at_near(const struct query_parser *p)
{
	return tms_str_starts(tms_str_slice(p->text, p->at, p->text.len), TMS_STR("near("));
}

/* near("a b", n) at the cursor. */
static struct query_node *parse_near(
	struct query_parser *p, const struct query_field *field, struct signs signs)
{
	struct query_written written = { .at = signs.at };
	int64_t gap = 0;

	p->at += strlen("near(");
	query_skip_spaces(p);
	if (query_peek(p) != '"')
		return query_fail(p, p->at, "found %.*s, expected near(\"two or more words\", 5)",
			TMS_STR_ARGS(query_found(p, p->at)));
	if (!read_quoted(p, &written))
		return NULL;
	query_skip_spaces(p);
	if (query_peek(p) != ',')
		return query_fail(p, p->at,
			"found %.*s, expected a comma and how many other words may stand between: "
			"near(\"a b\", 5)",
			TMS_STR_ARGS(query_found(p, p->at)));
	query_skip(p);
	query_skip_spaces(p);
	size_t start = p->at;
	struct tms_str number = read_bare(p);
	if (!tms_str_int64(number, &gap) || gap < 0 || gap > 1000)
		return query_fail(p, start, "found %.*s, expected a number of words from 0 to 1000",
			TMS_STR_ARGS(query_found(p, start)));
	query_skip_spaces(p);
	if (query_peek(p) != ')')
		return query_fail(p, p->at, "found %.*s, expected \")\" behind near(\"…\", %lld",
			TMS_STR_ARGS(query_found(p, p->at)), (long long)gap);
	query_skip(p);
	if (signs.exact || signs.stem)
		return query_fail(p, signs.at, "found \"%s\" before near(, which takes plain words",
			signs.exact ? "=" : "~");
	return query_make_near(p, field, written, (size_t)gap);
}

static struct query_node *parse_field_group(
	struct query_parser *p, const struct query_field *field, struct signs signs)
{
	const struct query_field *outer = p->field;
	bool outer_exact = p->exact;

	if (signs.stem)
		return query_fail(p, signs.at, "found \"~\" before a group, expected a word");
	if (field->kind != FIELD_TEXT && field->kind != FIELD_EXACT && field->kind != FIELD_ID &&
		field->kind != FIELD_URL && field->kind != FIELD_HAS)
		return query_fail(
			p, p->at, "found \"(\", expected one value behind \"%s:\"", field->name);
	p->field = field;
	p->exact = signs.exact;
	struct query_node *node = query_parse_group(p);
	p->field = outer;
	p->exact = outer_exact;
	return node;
}

/* What stands behind "name:" or, in a field's group, alone: the cursor is on its first character.
 */
static struct query_node *parse_value(
	struct query_parser *p, const struct query_field *field, struct signs signs)
{
	struct query_written written = { .at = signs.at, .exact = signs.exact || p->exact };
	int32_t c = query_peek(p);

	if (c == '~' && field->kind == FIELD_TEXT && !signs.stem) {
		query_skip(p);
		signs.stem = true;
		c = query_peek(p);
		if (query_is_delimiter(c) && c != '"')
			return query_fail(p, p->at, "found %.*s behind \"~\", expected a word",
				TMS_STR_ARGS(query_found(p, p->at)));
	}
	signs.exact = written.exact;
	written.stem = signs.stem;
	if (c == '(')
		return parse_field_group(p, field, signs);
	if (field->kind == FIELD_TEXT && c == '/')
		return parse_regex(p, field, signs);
	if (field->kind == FIELD_TEXT && at_near(p))
		return parse_near(p, field, signs);
	if (c == '"') {
		if (!read_quoted(p, &written))
			return NULL;
		if (query_peek(p) == '*')
			return query_fail(p, p->at,
				"found \"*\" behind a quote; a prefix is written without "
				"quotes: word*");
		if (field->kind == FIELD_TOPIC && query_peek(p) == '@') {
			query_skip(p);
			written.has_behind = true;
			written.behind = read_bare(p);
		}
	} else {
		read_word(p, &written);
	}
	return field->kind == FIELD_TEXT ? query_make_words(p, field, written)
					 : query_make_value(p, field, written);
}

/*
 * Where the field name at the cursor ends, if one stands there: a letter, then letters, digits, "-"
 * and "_", then ":" or a comparison. *op is ':' '<' '>' '=' or 'l' 'g' for the two with "=";
 * *behind is the place after it.
 */
static size_t name_end(const struct query_parser *p, char *op, size_t *behind)
{
	size_t at = p->at, next;
	int32_t c = query_peek_at(p, at, &next);

	if (c < 0 || (c < 0x80 && !tms_is_alpha((char)c)))
		return 0;
	while (at < p->text.len && tms_is_alnum(p->text.ptr[at])) /* nearly all of most */
		at++;
	c = query_peek_at(p, at, &next);
	while (c >= 0x80 ? c != LESS_OR_EQUAL && c != GREATER_OR_EQUAL
			 : c > 0 && (tms_is_alnum((char)c) || c == '-' || c == '_')) {
		at = next;
		c = query_peek_at(p, at, &next);
	}
	*behind = next;
	if (c == LESS_OR_EQUAL || c == GREATER_OR_EQUAL) {
		*op = c == LESS_OR_EQUAL ? 'l' : 'g';
		return at;
	}
	if (c != ':' && c != '<' && c != '>' && c != '=')
		return 0;
	*op = (char)c;
	if ((c == '<' || c == '>') && query_peek_at(p, next, &next) == '=') {
		*op = c == '<' ? 'l' : 'g';
		*behind = next;
	}
	return at;
}

static void *fail_unknown_field(struct query_parser *p, size_t at, struct tms_str name)
{
	size_t start = p->at;
	struct tms_str whole = read_bare(p);
	const char *nearest = query_field_nearest(name);

	p->at = start;
	if (nearest)
		return query_fail(p, at,
			"there is no field \"%.*s\"; the nearest is \"%s\". To search for the text, put it in "
			"quotes: \"%.*s\"",
			TMS_STR_ARGS(name), nearest, TMS_STR_ARGS(whole));
	return query_fail(p, at,
		"there is no field \"%.*s\". To search for the text, put it in quotes: \"%.*s\"",
		TMS_STR_ARGS(name), TMS_STR_ARGS(whole));
}

static struct query_node *parse_comparison(
	struct query_parser *p, const struct query_field *field, struct signs signs, char op)
{
	size_t start = p->at;
	struct query_written written = { .at = signs.at, .text = read_bare(p) };

	if (written.text.len == 0)
		return query_fail(p, start,
			"found %.*s, expected a value directly behind the comparison",
			TMS_STR_ARGS(query_found(p, start)));
	if (signs.exact || signs.stem)
		return query_fail(p, signs.at, "found \"%s\" before a comparison, expected a word",
			signs.exact ? "=" : "~");
	return query_make_comparison(p, field, written, op);
}

/* A term that begins with the name of a field; the cursor is on the name. */
static struct query_node *parse_field(
	struct query_parser *p, struct signs signs, size_t end, size_t behind, char op)
{
	struct tms_str name = tms_str_slice(p->text, p->at, end);
	const struct query_field *field = query_field_find(name);

	if (!field)
		return fail_unknown_field(p, signs.at, name);
	if (p->field)
		return query_fail(p, p->at,
			"found the field \"%s\" in the group of \"%s\", expected words",
			field->name, p->field->name);
	p->at = behind;
	int32_t c = query_peek(p);
	if (op != ':')
		return parse_comparison(p, field, signs, op);
	if (c == '-' || c == '=')
		return query_fail(p, p->at,
			"found \"%c\" behind \"%s:\"; it stands before the field: %c%s:word",
			(char)c, field->name, (char)c, field->name);
	if (signs.stem)
		return query_fail(p, signs.at,
			"found \"~\" before a field; it stands before the word: %s:~word",
			field->name);
	return parse_value(p, field, signs);
}

/* "=" and "~" before a term; false after an error. */
static bool parse_signs(struct query_parser *p, struct signs *signs)
{
	int32_t c = query_peek(p);

	*signs = (struct signs){ .at = p->at };
	if (c != '=' && c != '~')
		return true;
	signs->exact = c == '=';
	signs->stem = c == '~';
	query_skip(p);
	c = query_peek(p);
	if (c == '=' || c == '~' || c == '-' || (query_is_delimiter(c) && c != '"')) {
		(void)query_fail(p, p->at, "found %.*s behind \"%s\", expected a word or a phrase",
			TMS_STR_ARGS(query_found(p, p->at)), signs->exact ? "=" : "~");
		return false;
	}
	return true;
}

struct query_node *query_parse_term(struct query_parser *p)
{
	struct signs signs;
	char op = 0;
	size_t behind = 0;

	if (query_peek(p) == '(')
		return query_parse_group(p);
	if (!parse_signs(p, &signs))
		return NULL;
	bool may_be_address =
		p->field && (p->field->kind == FIELD_URL || p->field->kind == FIELD_ID);
	size_t end = at_near(p) || may_be_address ? 0 : name_end(p, &op, &behind);
	/* with a space behind it the ":" is punctuation; a comparison says so itself */
	size_t next;
	int32_t c = end != 0 ? query_peek_at(p, behind, &next) : -1;
	if (end != 0 && (op != ':' || (c >= 0 && c != ' ' && c != ')')))
		return parse_field(p, signs, end, behind, op);
	if (query_at_operator(p, TMS_STR("OR")) || query_at_operator(p, TMS_STR("AND")) ||
		query_at_operator(p, TMS_STR("NOT")))
		return query_fail(p, p->at, "found %.*s, expected a word (in quotes it is one)",
			TMS_STR_ARGS(query_found(p, p->at)));
	return parse_value(p, default_field(p), signs);
}
