/*
 * Bare words that hold the signs of another search language, and would quietly be read as
 * something else: each is refused, with how it is written here.
 */
#include "parse_private.h"

#include <tamis/fold.h>

/* A bare run, and where it stands. */
struct run {
	struct tms_str text;
	size_t start, end;
	const struct query_field *field;
};

static struct tms_str slice_of(const struct query_parser *p, size_t start, size_t end)
{
	return tms_str_slice(p->text, start, end);
}

/* As a regular expression finds it: signs of its own behind a "\", between these. */
static void add_escaped(struct tms_buf *buf, struct tms_str text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (memchr("\\/.*+?()[]{}|^$", text.ptr[i], 15))
			tms_buf_add_char(buf, '\\');
		tms_buf_add_char(buf, text.ptr[i]);
	}
}

void query_cure_regex(
	struct query_parser *p, struct tms_str label, size_t start, size_t end, struct tms_str text)
{
	struct tms_buf buf = { 0 };

	tms_buf_add_char(&buf, '/');
	add_escaped(&buf, text);
	tms_buf_add_char(&buf, '/');
	query_cure_with(p, label, start, end, &buf);
}

/* ---- encoded text ---- */

static int hex_value(char byte)
{
	if (tms_is_digit(byte))
		return byte - '0';
	byte = tms_lower(byte);
	return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

/* "%22": the byte, or -1. */
static int percent_at(struct tms_str s, size_t at)
{
	if (s.ptr[at] != '%' || s.len - at < 3)
		return -1;
	int high = hex_value(s.ptr[at + 1]), low = hex_value(s.ptr[at + 2]);
	return high < 0 || low < 0 ? -1 : high << 4 | low;
}

/* "&quot;": how many bytes, and the sign. */
static size_t entity_at(struct tms_str s, size_t at, char *sign)
{
	static const struct {
		struct tms_str name;
		char sign;
	} entities[] = { { TMS_STR_INIT("&quot;"), '"' }, { TMS_STR_INIT("&#34;"), '"' },
		{ TMS_STR_INIT("&#39;"), '\'' }, { TMS_STR_INIT("&apos;"), '\'' },
		{ TMS_STR_INIT("&amp;"), '&' }, { TMS_STR_INIT("&lt;"), '<' },
		{ TMS_STR_INIT("&gt;"), '>' } };

	if (s.ptr[at] == '&')
		for (size_t i = 0; i < TMS_COUNT(entities); i++)
			if (tms_str_starts(tms_str_slice(s, at, s.len), entities[i].name)) {
				*sign = entities[i].sign;
				return entities[i].name.len;
			}
	return 0;
}

static struct tms_str decoded(struct query_parser *p, struct tms_str s)
{
	bool has_space = tms_str_find_byte(s, ' ', 0) != SIZE_MAX;
	struct tms_buf buf = { 0 };
	char sign = 0;

	for (size_t at = 0; at < s.len; at++) {
		size_t entity = entity_at(s, at, &sign);
		int byte = percent_at(s, at);
		if (entity > 0) {
			tms_buf_add_char(&buf, sign);
			at += entity - 1;
		} else if (byte >= 0) {
			tms_buf_add_char(&buf, (char)byte);
			at += 2;
		} else {
			tms_buf_add_char(&buf, s.ptr[at] == '+' && !has_space ? ' ' : s.ptr[at]);
		}
	}
	return tms_arena_take(p->arena, &buf);
}

static bool is_encoded(struct query_parser *p, struct tms_str s)
{
	bool found = false;
	char sign;

	for (size_t at = 0; at < s.len && !found; at++) {
		int byte = percent_at(s, at);
		found = entity_at(s, at, &sign) > 0 || (byte > 0 && !tms_is_alnum((char)byte));
	}
	return found && tms_utf8_fault(decoded(p, p->text)) == SIZE_MAX;
}

static bool refuse_encoded(struct query_parser *p, const struct run *run)
{
	if (!is_encoded(p, run->text))
		return false;
	(void)query_fail(p, run->start,
		"found \"%.*s\", which is encoded for an address or a page; expected the text itself "
		"(in quotes it is searched as it stands)",
		TMS_STR_ARGS(run->text));
	query_cure(p, TMS_STR("decoded"), 0, p->text.len, decoded(p, p->text));
	return true;
}

/* ---- words near each other ---- */

static bool is_all_digits(struct tms_str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!tms_is_digit(s.ptr[i]))
			return false;
	return true;
}

/* "NEAR/3", "near/3", "ADJ3", "W/3", or NEAR alone: what stands behind the name, in *number. */
static bool is_near_word(struct tms_str s, struct tms_str *number)
{
	static const char *const names[] = { "NEAR", "ADJ", "WITHIN", "PRE", "ONEAR", "W", "N" };

	for (size_t i = 0; i < TMS_COUNT(names); i++) {
		struct tms_str name = tms_str_from(names[i]);
		if (!tms_str_starts_caseless(s, name))
			continue;
		bool capitals = tms_str_starts(s, name);
		struct tms_str rest = tms_str_slice(s, name.len, s.len);
		bool slash = tms_str_starts(rest, TMS_STR("/"));
		*number = tms_str_slice(rest, slash, rest.len);
		if (!is_all_digits(*number) || (name.len == 1 && !capitals))
			continue;
		if (slash ? number->len > 0
			  : capitals && name.len > 1 && (i == 0 || (i == 1 && number->len > 0)))
			return true;
	}
	return false;
}

/* The next term behind `at`, as far as it is a word or a phrase. */
static bool next_term(const struct query_parser *p, size_t at, size_t *start, size_t *end)
{
	size_t next;

	while (query_peek_at(p, at, &next) == ' ')
		at = next;
	*start = at;
	bool quoted = query_peek_at(p, at, &next) == '"';
	for (*end = at; *end < p->text.len; *end = next) {
		int32_t c = query_peek_at(p, *end, &next);
		if (quoted && c == '"' && *end > at) {
			*end = next;
			return true;
		}
		if (!quoted && query_is_delimiter(c))
			break;
	}
	return *end > at;
}

static void add_words(struct tms_buf *buf, struct tms_str text)
{
	for (size_t at = 0, start = 0; at < text.len; start = at) {
		int32_t c = tms_fold_punctuation(tms_utf8_next(text, &at));
		if (c != '"' && c != '=' && c != '~' && c != '*')
			tms_buf_add(buf, tms_str_slice(text, start, at));
	}
}

/* One word, alone or in quotes: near() has no phrases, prefixes, fields and groups in it. */
static bool is_one_word(struct tms_str text)
{
	if (text.len > 2 && text.ptr[0] == '"' && text.ptr[text.len - 1] == '"')
		text = tms_str_trim(tms_str_slice(text, 1, text.len - 1));
	for (size_t at = 0; at < text.len;) {
		int32_t c = tms_fold_punctuation(tms_utf8_next(text, &at));
		if (c <= ' ' || (c < 0x80 && strchr("\"=~*?/:<>()|", c)))
			return false;
	}
	return text.len > 0 && text.ptr[0] != '-' && text.ptr[0] != '!';
}

static bool refuse_near(struct query_parser *p, const struct run *run)
{
	struct tms_str number;
	size_t start, end, before = p->last_at;

	if (run->field != query_field_default() || !is_near_word(run->text, &number))
		return false;
	bool has_before = before < run->start;
	struct tms_str first = tms_str_trim(slice_of(p, has_before ? before : 0, run->start));
	(void)query_fail(p, run->start,
		"found \"%.*s\", expected near(\"two or more words\", 5) (in quotes it is a word)",
		TMS_STR_ARGS(run->text));
	if (!has_before || !next_term(p, run->end, &start, &end))
		return true;
	struct tms_buf buf = { 0 };
	if (!is_one_word(first) || !is_one_word(slice_of(p, start, end))) {
		query_cure(p, TMS_STR("both, anywhere"), run->start, start, TMS_STR_NONE);
		return true;
	}
	tms_buf_add_cstr(&buf, "near(\"");
	add_words(&buf, first);
	tms_buf_add_char(&buf, ' ');
	add_words(&buf, slice_of(p, start, end));
	tms_buf_format(&buf, "\", %.*s)", TMS_STR_ARGS(number.len > 0 ? number : TMS_STR("5")));
	query_cure_with(p, TMS_STR_NONE, before, end, &buf);
	return true;
}

void *query_refuse_slop(struct query_parser *p, size_t start, struct query_written written)
{
	size_t end, at = p->at;
	struct tms_buf buf = { 0 };

	query_skip(p);
	size_t digits = p->at;
	while (p->at < p->text.len && tms_is_digit(p->text.ptr[p->at]))
		p->at++;
	end = p->at;
	struct tms_str number = slice_of(p, digits, end);
	(void)query_fail(p, at,
		"found \"~\" behind a phrase; words near each other are asked for by near(\"two or more "
		"words\", 5)");
	tms_buf_format(&buf, "near(\"%.*s\", %.*s)", TMS_STR_ARGS(tms_str_trim(written.text)),
		TMS_STR_ARGS(number.len > 0 ? number : TMS_STR("5")));
	query_cure_with(p, TMS_STR_NONE, start, end, &buf);
	return NULL;
}

/* ---- signs in words ---- */

/* "agen?s": one letter in wildcards, one or none in regular expressions. */
static bool refuse_wildcard(struct query_parser *p, const struct run *run)
{
	struct tms_buf buf = { 0 };
	struct tms_str s = run->text;
	bool found = false;

	for (size_t i = 1; i + 1 < s.len; i++)
		found |=
			s.ptr[i] == '?' && tms_is_alnum(s.ptr[i - 1]) && tms_is_alnum(s.ptr[i + 1]);
	if (!found)
		return false;
	(void)query_fail(p, run->start,
		"found \"?\" in \"%.*s\"; what stands for a letter is asked for by a regular "
		"expression, and quotes search text as it stands",
		TMS_STR_ARGS(s));
	tms_buf_add_cstr(&buf, "/\\b");
	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] == '?')
			tms_buf_add_cstr(&buf, "\\w");
		else
			add_escaped(&buf, tms_str_slice(s, i, i + 1));
	}
	tms_buf_add_cstr(&buf, "\\b/");
	query_cure_with(p, TMS_STR("one letter"), run->start, run->end, &buf);
	query_cure(p, TMS_STR("a regular expression"), run->start, run->end,
		tms_arena_format(p->arena, "/%.*s/", TMS_STR_ARGS(s)));
	return true;
}

/* "word~2" of Lucene: spelled nearly so. */
static bool refuse_fuzzy(struct query_parser *p, const struct run *run)
{
	size_t tilde = tms_str_find_byte(run->text, '~', 1);

	if (tilde == SIZE_MAX)
		return false;
	struct tms_str rest = tms_str_slice(run->text, tilde + 1, run->text.len);
	if (!is_all_digits(
		    tms_str_starts(rest, TMS_STR("0.")) ? tms_str_slice(rest, 2, rest.len) : rest))
		return false;
	struct tms_str word = tms_str_slice(run->text, 0, tilde);
	(void)query_fail(p, run->start,
		"found \"~\" behind a word; before it, it asks for any inflection: ~%.*s",
		TMS_STR_ARGS(word));
	query_cure(p, TMS_STR("any inflection"), run->start, run->end,
		tms_arena_format(p->arena, "~%.*s", TMS_STR_ARGS(word)));
	query_cure(p, TMS_STR("the word"), run->start, run->end, word);
	return true;
}

/* ---- numbers ---- */

/* The name of an ordered field behind `at`. */
static const struct query_field *number_behind(const struct query_parser *p, size_t at, size_t *end)
{
	size_t start;

	if (!next_term(p, at, &start, end))
		return NULL;
	const struct query_field *field = query_field_find(slice_of(p, start, *end));
	if (!field)
		field = query_field_meant(slice_of(p, start, *end));
	return field && (field->kind == FIELD_NUMBER || field->kind == FIELD_WORDS) ? field : NULL;
}

static bool refuse_many(struct query_parser *p, const struct run *run)
{
	struct tms_str digits = tms_str_slice(run->text, 0, run->text.len - 1);
	size_t end;

	if (!tms_str_ends(run->text, TMS_STR("+")) || digits.len == 0 || !is_all_digits(digits))
		return false;
	const struct query_field *field = number_behind(p, run->end, &end);
	if (!field)
		return false;
	(void)query_fail(p, run->start, "found \"%.*s\" before \"%s\", expected %s>=%.*s",
		TMS_STR_ARGS(run->text), field->name, field->name, TMS_STR_ARGS(digits));
	query_cure(p, TMS_STR_NONE, run->start, end,
		tms_arena_format(p->arena, "%s>=%.*s", field->name, TMS_STR_ARGS(digits)));
	return true;
}

static bool is_date(struct tms_str s)
{
	return s.len >= 4 && is_all_digits(tms_str_slice(s, 0, 4)) &&
	       (s.len == 4 || s.ptr[4] == '-');
}

static bool refuse_unequal(struct query_parser *p, const struct run *run, size_t sign)
{
	struct tms_str name = tms_str_slice(run->text, 0, sign);
	struct tms_str value = tms_str_slice(run->text, sign + 2, run->text.len);
	const struct query_field *field = query_field_find(name);

	(void)query_fail(p, run->start,
		"found \"!=\" in \"%.*s\", expected an exclusion: -upvotes=3",
		TMS_STR_ARGS(run->text));
	if (field)
		query_cure(p, TMS_STR_NONE, run->start, run->end,
			tms_arena_format(p->arena, "-%s%c%.*s", field->name,
				query_is_ordered(field) ? '=' : ':', TMS_STR_ARGS(value)));
	return true;
}

/* ">50 upvotes", "> 7d", "20<upvotes". */
static bool refuse_comparison(struct query_parser *p, const struct run *run)
{
	struct tms_str s = run->text;
	size_t at = 0, end = run->end;

	while (at < s.len && s.ptr[at] != '<' && s.ptr[at] != '>')
		at++;
	size_t differs = tms_str_find(s, TMS_STR("!="), 1);
	if (differs != SIZE_MAX) /* "upvotes!=3" */
		return refuse_unequal(p, run, differs);
	bool is_equal = s.len > 0 && s.ptr[0] == '=' && run->start + 1 < p->text.len;
	if (at == s.len && !is_equal)
		return false;
	(void)query_fail(p, run->start,
		"found \"%.*s\", expected the name of a field directly before it: upvotes>=20",
		TMS_STR_ARGS(s));
	if (at > 0 || is_equal) {
		struct tms_str name = tms_str_slice(s, at + 1, s.len);
		const struct query_field *field = query_field_find(name);
		if (at < s.len && at > 0 && field && is_all_digits(tms_str_slice(s, 0, at)))
			query_cure(p, TMS_STR_NONE, run->start, run->end,
				tms_arena_format(p->arena, "%s%c%.*s", field->name,
					s.ptr[at] == '<' ? '>' : '<',
					TMS_STR_ARGS(tms_str_slice(s, 0, at))));
		return true;
	}
	size_t sign = s.len > 1 && s.ptr[1] == '=' ? 2 : 1;
	struct tms_str value = tms_str_slice(s, sign, s.len);
	size_t start = run->start, value_end;
	if (value.len == 0) { /* "> 50" */
		if (!next_term(p, run->end, &start, &value_end))
			return true;
		value = slice_of(p, start, value_end);
		end = value_end;
	}
	size_t unit_end = end;
	const struct query_field *field = number_behind(p, end, &unit_end);
	const char *name = field            ? field->name
			   : is_date(value) ? "published"
			   : value.len > 1 && memchr("hdw", value.ptr[value.len - 1], 3)
				   ? "age"
				   : "upvotes";
	query_cure(p, TMS_STR_NONE, run->start, field ? unit_end : end,
		tms_arena_format(
			p->arena, "%s%.*s%.*s", name, (int)sign, s.ptr, TMS_STR_ARGS(value)));
	return true;
}

/* ---- all of them ---- */

/* A comma or semicolon that is followed by something, or by nothing in a value. */
static bool refuse_list(struct query_parser *p, const struct run *run)
{
	size_t at = run->start, next, last = run->start;

	while (at < run->end && !query_is_separator(p, at)) {
		last = at;
		(void)query_peek_at(p, at, &at);
	}
	if (at >= run->end)
		return false;
	for (size_t i = at; i < run->end; i = next) {
		last = i;
		(void)query_peek_at(p, i, &next);
	}
	size_t behind = run->end;
	while (query_peek_at(p, behind, &next) == ' ')
		behind = next;
	int32_t c = query_peek_at(p, behind, &next);
	bool is_last = c < 0 || c == ')';
	bool is_trailing = query_is_separator(p, last);
	if (is_trailing && is_last && run->field->kind == FIELD_TEXT && at == last &&
		at > run->start)
		return false;
	if (is_trailing && !is_last)
		(void)query_refuse_list(p, at, p->group_at, 0);
	else
		(void)query_refuse_list(p, at, p->term_at, run->end);
	return true;
}

bool query_refuse(struct query_parser *p, const struct query_field *field,
	const struct query_written *written)
{
	const struct run run = { written->text, p->at - written->text.len, p->at, field };
	bool has_sign = written->exact || written->stem;

	if (written->text.len == 0)
		return false;
	if (field->kind == FIELD_URL || field->kind == FIELD_ID || field->kind == FIELD_AGE ||
		field->kind == FIELD_DATE || field->kind == FIELD_NUMBER ||
		field->kind == FIELD_WORDS)
		return false;
	if (field->kind != FIELD_TEXT)
		return refuse_list(p, &run);
	return refuse_encoded(p, &run) || refuse_list(p, &run) ||
	       (!has_sign &&
		       ((field == query_field_default() && query_refuse_category(p, run.start)) ||
			       refuse_near(p, &run))) ||
	       refuse_wildcard(p, &run) || refuse_fuzzy(p, &run) || refuse_many(p, &run) ||
	       refuse_comparison(p, &run);
}

void *query_refuse_inline(struct query_parser *p)
{
	size_t open = p->at, close, end = p->text.len, stop;
	struct tms_str rest = slice_of(p, open, p->text.len);

	(void)query_fail(p, open,
		"found \"(?\", as regular expressions have it: they stand between slashes, and take no "
		"notice of case: /herons/");
	close = tms_str_find_byte(rest, ')', 0);
	if (close == SIZE_MAX)
		return NULL;
	bool is_flag = true; /* "(?i)": case does not count anyhow */
	for (size_t i = 2; i < close; i++)
		is_flag &= rest.ptr[i] >= 'a' && rest.ptr[i] <= 'z';
	size_t start = is_flag ? open + close + 1 : open;
	for (stop = start; stop < end && query_peek_at(p, stop, &close) != ' '; stop = close)
		continue;
	struct tms_str whole = slice_of(p, start, end), word = slice_of(p, start, stop);
	if (whole.len > 0 && !memchr(whole.ptr, '"', whole.len) &&
		!memchr(whole.ptr, ':', whole.len))
		query_cure(p, TMS_STR_NONE, open, end,
			tms_arena_format(p->arena, "/%.*s/", TMS_STR_ARGS(whole)));
	query_cure(p, TMS_STR("this word"), open, stop,
		tms_arena_format(p->arena, "/%.*s/", TMS_STR_ARGS(word)));
	return NULL;
}
