/* One term: what begins with a quote, a slash, a sign or a letter, and the fields before it. */
#include "parse_private.h"

#include <tamis/fold.h>

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

struct tms_str query_read_bare(struct query_parser *p)
{
	size_t start = p->at;

	for (size_t next; !query_is_delimiter(query_peek_at(p, p->at, &next)); p->at = next) {
		size_t second;
		if (query_peek(p) == '&' && query_peek_at(p, next, &second) == '&')
			break;
	}
	return tms_str_slice(p->text, start, p->at);
}

/* Letters and digits that cannot be a sign of another language, as NEAR and ADJ3 are. */
static bool is_harmless(const struct query_written *written)
{
	char first = written->text.len > 0 ? written->text.ptr[0] : 'N';

	return written->is_plain && written->is_letters && first != 'N' && first != 'A';
}

/* The same for words. */
static void read_word(struct query_parser *p, struct query_written *written)
{
	size_t start = p->at;

	while (p->at < p->text.len && tms_is_alnum(p->text.ptr[p->at])) /* nearly all of most */
		p->at++;
	written->is_letters = p->at > start;
	while (p->at < p->text.len && is_plain_in_word(p->text.ptr[p->at])) {
		written->is_letters = false;
		p->at++;
	}
	written->is_plain = p->at > start && tms_is_alnum(p->text.ptr[start]) &&
			    query_is_delimiter(query_peek(p));
	if (!written->is_plain)
		(void)query_read_bare(p);
	written->text = tms_str_slice(p->text, start, p->at);
}

/* "/a/i", "/a/b/". */
static void *fail_behind_regex(struct query_parser *p, size_t open)
{
	size_t close = p->at;
	struct tms_buf buf = { 0 };

	(void)query_fail(p, close,
		"found %.*s behind a regular expression, expected a space (it takes no flags; \"=\" "
		"before it makes case count; a slash in it is written \\/)",
		TMS_STR_ARGS(query_found(p, close)));
	struct tms_str rest = query_read_bare(p);
	if (tms_str_ends(rest, TMS_STR("/"))) {
		tms_buf_add(&buf, tms_str_slice(p->text, open, close - 1));
		for (size_t i = 0; i + 1 < rest.len; i++)
			tms_buf_format(&buf, i == 0 ? "\\/%c" : "%c", rest.ptr[i]);
		tms_buf_add_char(&buf, '/');
		query_cure_with(p, TMS_STR_NONE, open, p->at, &buf);
	}
	query_cure(p, TMS_STR_NONE, close, p->at, TMS_STR_NONE);
	return NULL;
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
		if (query_peek(p) < 0) {
			(void)query_fail(p, open,
				"the regular expression that opens here is not closed by a \"/\"; text that "
				"begins with a slash needs quotes");
			p->at = open;
			(void)query_read_bare(p);
			query_cure(p, TMS_STR("closed"), p->at, p->at, TMS_STR("/"));
			return NULL;
		}
		query_skip(p);
	}
	struct tms_str pattern = tms_str_slice(p->text, start, p->at);
	query_skip(p);
	if (pattern.len == 0)
		return query_fail(
			p, open, "found \"//\", expected a regular expression between the slashes");
	int32_t c = query_peek(p);
	if (c >= 0 && c != ' ' && c != ')' && c != '|' && c != '&')
		return fail_behind_regex(p, open);
	struct query_written written = { .at = signs.at, .text = pattern, .exact = signs.exact };
	if (signs.stem)
		return query_fail(
			p, signs.at, "found \"~\" before a regular expression, expected a word");
	return query_make_regex(p, field, written);
}

static bool at_near(const struct query_parser *p)
{
	return p->at < p->text.len && (p->text.ptr[p->at] | 0x20) == 'n' &&
	       tms_str_starts_caseless(
		       tms_str_slice(p->text, p->at, p->text.len), TMS_STR("near("));
}

/* "near(a b, 3)" and "near(a b 3)", of which the cursor is on the first word. */
static void cure_near_words(struct query_parser *p)
{
	size_t start = p->at;

	while (query_peek(p) >= 0 && query_peek(p) != ',' && query_peek(p) != ')')
		query_skip(p);
	struct tms_str words = tms_str_trim(tms_str_slice(p->text, start, p->at));
	size_t digits = words.len;
	while (digits > 0 && tms_is_digit(words.ptr[digits - 1]))
		digits--;
	if (query_peek(p) != ',' && digits > 0 && digits < words.len &&
		words.ptr[digits - 1] == ' ')
		query_cure(p, TMS_STR_NONE, start, p->at,
			tms_arena_format(p->arena, "\"%.*s\", %.*s",
				TMS_STR_ARGS(tms_str_trim(tms_str_slice(words, 0, digits))),
				TMS_STR_ARGS(tms_str_slice(words, digits, words.len))));
	else
		query_cure(p, TMS_STR_NONE, start, p->at,
			tms_arena_format(p->arena, "\"%.*s\"", TMS_STR_ARGS(words)));
}

/* near("a b", n) at the cursor. */
static struct query_node *parse_near(
	struct query_parser *p, const struct query_field *field, struct signs signs)
{
	struct query_written written = { .at = signs.at, .from = p->at };
	int64_t gap = 0;

	p->at += strlen("near(");
	query_skip_spaces(p);
	if (!query_at_quote(p)) {
		(void)query_fail(p, p->at, "found %.*s, expected near(\"two or more words\", 5)",
			TMS_STR_ARGS(query_found(p, p->at)));
		cure_near_words(p);
		return NULL;
	}
	if (!query_read_quoted(p, &written))
		return NULL;
	size_t behind = p->at;
	query_skip_spaces(p);
	int32_t c = query_peek(p);
	if (c != ',') {
		(void)query_fail(p, p->at,
			"found %.*s, expected a comma and how many other words may stand between: "
			"near(\"a b\", 5)",
			TMS_STR_ARGS(query_found(p, p->at)));
		if (c == ')' || c < 0)
			query_cure(p, TMS_STR_NONE, behind, p->at, TMS_STR(", 5"));
		else if (c < 0x80 && tms_is_digit((char)c))
			query_cure(p, TMS_STR_NONE, behind, p->at, TMS_STR(", "));
		return NULL;
	}
	query_skip(p);
	query_skip_spaces(p);
	size_t start = p->at;
	struct tms_str number = query_read_bare(p);
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

static bool takes_regex(const struct query_field *field)
{
	return field->kind == FIELD_TEXT || field->kind == FIELD_EXACT || field->kind == FIELD_ID ||
	       field->kind == FIELD_URL;
}

static struct query_node *parse_field_group(
	struct query_parser *p, const struct query_field *field, struct signs signs)
{
	const struct query_field *outer = p->field;
	bool outer_exact = p->exact;

	if (signs.stem)
		return query_fail(p, signs.at, "found \"~\" before a group, expected a word");
	if (!takes_regex(field) && field->kind != FIELD_HAS && field->kind != FIELD_TAG)
		return query_refuse_group(p, field, signs.at);
	p->field = field;
	p->exact = signs.exact;
	struct query_node *node = query_parse_group(p);
	p->field = outer;
	p->exact = outer_exact;
	return node;
}

static struct query_node *parse_value(
	struct query_parser *p, const struct query_field *field, struct signs signs);

/* "cs.*" is the beginning of a category, and too short for one of words. */
static bool is_short_prefix(const struct query_parser *p, size_t start)
{
	size_t letters = 0, at = start;

	for (; at < p->at && p->text.ptr[at] != '*'; at++)
		letters += (unsigned char)p->text.ptr[at] >= 0x80 || tms_is_alnum(p->text.ptr[at]);
	return at + 1 == p->at && letters < 3;
}

static void *fail_star(struct query_parser *p, size_t open, struct query_written written)
{
	size_t at = p->at, end;

	query_skip(p);
	end = p->at;
	(void)query_fail(
		p, at, "found \"*\" behind a quote; a prefix is written without quotes: word*");
	query_cure(p, TMS_STR("the prefix"), open, end,
		tms_arena_format(p->arena, "%.*s*", TMS_STR_ARGS(written.text)));
	query_cure(p, TMS_STR("without it"), at, end, TMS_STR_NONE);
	return NULL;
}

/* A tag is a category or a keyword: what stands at the cursor, read as each. */
static struct query_node *parse_tag(struct query_parser *p, struct signs signs)
{
	struct query_node *either = query_new_node(p, NODE_ANY);
	size_t start = p->at;
	bool exact = p->exact;

	if (!either || at_near(p))
		return either ? parse_value(p, query_field_find(TMS_STR("keyword")), signs) : NULL;
	p->exact = false; /* categories are always compared whole */
	if (query_peek(p) == '~')
		query_skip(p);
	either->children = parse_value(
		p, query_field_find(TMS_STR("category")), (struct signs){ .at = signs.at });
	p->exact = exact;
	if (!either->children || is_short_prefix(p, start))
		return either->children;
	p->at = start;
	p->is_again = true;
	either->children->next = parse_value(p, query_field_find(TMS_STR("keyword")), signs);
	p->is_again = false;
	return either->children->next ? either : NULL;
}

/* What stands behind "name:" or, in a field's group, alone: the cursor is on its first character.
 */
static struct query_node *parse_value(
	struct query_parser *p, const struct query_field *field, struct signs signs)
{
	struct query_written written = { .at = signs.at, .exact = signs.exact || p->exact };
	int32_t c = query_peek(p);

	if (field->kind == FIELD_TAG && c != '(')
		return parse_tag(p, signs);
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
	if (c == '/' && takes_regex(field) && !query_at_path(p, field))
		return parse_regex(p, field, signs);
	if (field->kind == FIELD_TEXT && at_near(p))
		return parse_near(p, field, signs);
	written.from = p->at;
	if ((c == '"' || c == '\'') && query_at_quote(p)) {
		if (!query_read_quoted(p, &written))
			return NULL;
		if (query_peek(p) == '*')
			return fail_star(p, written.from, written);
		if (field->kind == FIELD_TOPIC && query_peek(p) == '@') {
			query_skip(p);
			written.has_behind = true;
			written.behind = query_read_bare(p);
		}
		if (field->kind == FIELD_TEXT && query_peek(p) == '~')
			return query_refuse_slop(p, written.from, written);
	} else {
		read_word(p, &written);
		if (c == '@' && field->fields == TMS_FIELD_AUTHOR)
			return query_make_listed(p, field, written);
		if (!is_harmless(&written) && query_refuse(p, field, &written))
			return NULL;
	}
	return field->kind == FIELD_TEXT ? query_make_words(p, field, written)
					 : query_make_value(p, field, written);
}

static struct query_node *parse_comparison(
	struct query_parser *p, const struct query_field *field, struct signs signs, char op)
{
	size_t start = p->at;
	struct query_written written = {
		.at = signs.at, .from = start, .text = query_read_bare(p)
	};

	if (written.text.len == 0)
		return query_fail(p, start,
			"found %.*s, expected a value directly behind the comparison",
			TMS_STR_ARGS(query_found(p, start)));
	if (signs.exact || signs.stem)
		return query_fail(p, signs.at, "found \"%s\" before a comparison, expected a word",
			signs.exact ? "=" : "~");
	return query_make_comparison(p, field, written, op);
}

/* To the value: spaces may stand before it. False after an error. */
static bool go_to_value(
	struct query_parser *p, const struct query_field *field, const struct query_name *name)
{
	size_t start = p->at, end;

	p->at = name->behind;
	query_skip_spaces(p);
	int32_t c = query_peek(p);
	bool is_apart = p->at > name->behind;
	if (name->op == ':' &&
		(c < 0 || c == ')' || (is_apart && query_find_operator(p, true, &end)))) {
		(void)query_fail(
			p, start, "found nothing behind \"%s:\", expected a value", field->name);
		return false;
	}
	if (name->op == ':' && (name->has_space || is_apart))
		query_note_space(p, start, name->end);
	return true;
}

/* A term that begins with the name of a field; the cursor is on the name. */
static struct query_node *parse_field(
	struct query_parser *p, struct signs signs, const struct query_name *name)
{
	struct tms_str written = tms_str_slice(p->text, p->at, name->end);
	const struct query_field *field = query_field_find(written);
	struct query_name sign = *name;
	size_t next;

	if (!field)
		return query_fail_unknown_field(p, signs.at, name);
	if (p->field)
		return query_fail(p, p->at,
			"found the field \"%s\" in the group of \"%s\", expected words",
			field->name, p->field->name);
	if (query_is_ordered(field) && sign.op == ':') { /* "upvotes:>=20" */
		while (query_peek_at(p, sign.behind, &next) == ' ')
			sign.behind = next;
		char op = query_read_op(p, sign.behind, &sign.behind);
		sign.op = op != 0 ? op : ':';
		sign.behind = op != 0 ? sign.behind : name->behind;
	}
	if (!go_to_value(p, field, &sign))
		return NULL;
	int32_t c = query_peek(p);
	if (sign.op != ':')
		return parse_comparison(p, field, signs, sign.op);
	if (c == '-' || c == '=' || c == '!') {
		(void)query_fail(p, p->at,
			"found \"%c\" behind \"%s:\"; it stands before the field: %c%s:word",
			(char)c, field->name, (char)c, field->name);
		query_cure(p, TMS_STR_NONE, signs.at, p->at + 1,
			tms_arena_format(p->arena, "%c%.*s:", (char)c, TMS_STR_ARGS(written)));
		return NULL;
	}
	if (signs.stem) {
		(void)query_fail(p, signs.at,
			"found \"~\" before a field; it stands before the word: %s:~word",
			field->name);
		query_cure(p, TMS_STR_NONE, signs.at, p->at,
			tms_arena_format(p->arena, "%.*s:~", TMS_STR_ARGS(written)));
		return NULL;
	}
	size_t value_at = p->at;
	struct query_node *node = parse_value(p, field, signs);
	if (node && query_peek(p) == '|' && c != '"' && p->at > value_at &&
		p->text.ptr[p->at - 1] != '/' && p->text.ptr[p->at - 1] != ')') {
		size_t place = p->at;
		while (query_peek(p) >= 0 && query_peek(p) != ' ' && query_peek(p) != ')')
			query_skip(p);
		if (query_peek_at(p, place + 1, &next) != '|' && p->at > place + 1)
			return query_refuse_list(p, place, signs.at, p->at);
		p->at = place;
	}
	return node;
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
	if (c == '=' || c == '~' || c == '-' || c == '!' || (query_is_delimiter(c) && c != '"')) {
		(void)query_fail(p, p->at, "found %.*s behind \"%s\", expected a word or a phrase",
			TMS_STR_ARGS(query_found(p, p->at)), signs->exact ? "=" : "~");
		return false;
	}
	return true;
}

struct query_node *query_parse_term(struct query_parser *p)
{
	struct signs signs;
	struct query_name name;
	size_t next;

	p->term_at = p->at;

	if (query_peek(p) == '(')
		return query_parse_group(p);
	if (!parse_signs(p, &signs))
		return NULL;
	bool may_be_address =
		p->field && (p->field->kind == FIELD_URL || p->field->kind == FIELD_ID);
	if (!at_near(p) && !may_be_address && query_find_name(p, &name)) {
		/* behind other names a ":" with a space is punctuation */
		int32_t c = query_peek_at(p, name.behind, &next);
		if (name.op != ':' || (c >= 0 && c != ' ' && c != ')') ||
			query_field_find(tms_str_slice(p->text, p->at, name.end)))
			return parse_field(p, signs, &name);
	}
	if (query_find_operator(p, true, &next) != OPERATOR_NONE)
		return query_fail(p, p->at, "found %.*s, expected a word (in quotes it is one)",
			TMS_STR_ARGS(query_found(p, p->at)));
	return parse_value(p, default_field(p), signs);
}
