/* Leaves about values: numbers, ages, dates, categories, ids, addresses. */
#include "parse_private.h"

#include <tamis/fold.h>
#include <tamis/identity.h>

#define NUMBER_MAX INT64_C(1000000000000000)

/* What a comparison is written with. */
static const char *op_text(char op)
{
	switch (op) {
	case 'l':
		return "<=";
	case 'g':
		return ">=";
	case '<':
		return "<";
	case '>':
		return ">";
	default:
		return "=";
	}
}

/* The first and last value that a written one stands for: a day has many seconds. */
struct bounds {
	int64_t first, last;
};

static bool read_number(struct tms_str s, struct bounds *out)
{
	int64_t value = 0;

	if (!tms_str_int64(s, &value) || value < 0 || value > NUMBER_MAX)
		return false;
	*out = (struct bounds){ value, value };
	return true;
}

static bool read_span(struct tms_str s, struct bounds *out)
{
	int64_t seconds = 0;

	if (s.len < 2 || !memchr("hdw", s.ptr[s.len - 1], 3) || !tms_span_parse(s, &seconds) ||
		seconds > NUMBER_MAX)
		return false;
	*out = (struct bounds){ seconds, seconds };
	return true;
}

static bool read_digits(struct tms_str s, size_t count, int32_t *out)
{
	int64_t value = 0;

	if (s.len != count || !tms_is_digit(s.ptr[0]) || !tms_str_int64(s, &value))
		return false;
	*out = (int32_t)value;
	return true;
}

/* "2026", "2026-03" or "2026-03-01": from its first second to its last, in UTC. */
static bool read_date(struct tms_str s, struct bounds *out)
{
	struct tms_civil first = { .month = 1, .day = 1 };
	struct tms_str year, month, day;

	if (tms_str_ends(s, TMS_STR("-")) || !tms_str_split(&s, '-', &year) ||
		!read_digits(year, 4, &first.year))
		return false;
	struct tms_civil behind = { .year = first.year + 1, .month = 1, .day = 1 };
	if (tms_str_split(&s, '-', &month)) {
		if (!read_digits(month, 2, &first.month))
			return false;
		behind = first;
		behind.month = first.month % 12 + 1;
		behind.year += first.month == 12;
	}
	bool has_day = tms_str_split(&s, '-', &day);
	if (s.len > 0 || (has_day && !read_digits(day, 2, &first.day)))
		return false;
	if (!tms_time_from_civil(&first, &out->first))
		return false;
	if (has_day)
		out->last = out->first + TMS_DAY_S - 1;
	else if (tms_time_from_civil(&behind, &out->last))
		out->last--;
	else
		out->last = TMS_TIME_MAX;
	return true;
}

static const char *expected_value(enum query_field_kind kind)
{
	switch (kind) {
	case FIELD_AGE:
		return "a span in hours, days or weeks (36h, 7d, 2w)";
	case FIELD_DATE:
		return "a day, month or year in UTC (2026-03-01, 2026-03, 2026)";
	default:
		return "a whole number";
	}
}

static bool read_bounds(struct query_parser *p, const struct query_field *field,
	struct query_written written, struct bounds *out)
{
	bool read = field->kind == FIELD_AGE    ? read_span(written.text, out)
		    : field->kind == FIELD_DATE ? read_date(written.text, out)
						: read_number(written.text, out);

	if (!read)
		(void)query_fail(p, written.at, "found \"%.*s\" behind %s, expected %s",
			TMS_STR_ARGS(written.text), field->name, expected_value(field->kind));
	return read;
}

/* "a..b", either end may be left out; the cursor of *left is the whole text. */
static bool read_range(struct query_parser *p, const struct query_field *field,
	struct query_written written, struct query_leaf *leaf)
{
	size_t dots = tms_str_find(written.text, TMS_STR(".."), 0);
	struct query_written left = written, right = written;
	struct bounds bounds = { 0 };

	left.text = tms_str_slice(written.text, 0, dots);
	right.text = tms_str_slice(written.text, dots + 2, written.text.len);
	if (left.text.len == 0 && right.text.len == 0) {
		(void)query_fail(p, written.at,
			"found \"..\" behind %s, expected %s at one end of the range", field->name,
			expected_value(field->kind));
		return false;
	}
	if (left.text.len > 0) {
		if (!read_bounds(p, field, left, &bounds))
			return false;
		leaf->least = bounds.first;
	}
	if (right.text.len > 0) {
		if (!read_bounds(p, field, right, &bounds))
			return false;
		leaf->most = bounds.last;
	}
	if (leaf->least <= leaf->most)
		return true;
	(void)query_fail(p, written.at, "found the range \"%.*s\", expected the smaller end first",
		TMS_STR_ARGS(written.text));
	return false;
}

static bool read_comparison(
	struct query_parser *p, struct query_written written, char op, struct query_leaf *leaf)
{
	struct bounds bounds = { 0 };

	if (leaf->kind == LEAF_AGE && (op == '=' || op == ':')) {
		(void)query_fail(p, written.at,
			"found an exact age, expected <, <=, >, >= or a range (age<7d, age:1d..3d)");
		return false;
	}
	if (!read_bounds(p, leaf->field, written, &bounds))
		return false;
	switch (op) {
	case '<':
		leaf->most = bounds.first - 1;
		break;
	case 'l':
		leaf->most = bounds.last;
		break;
	case '>':
		leaf->least = bounds.last + 1;
		break;
	case 'g':
		leaf->least = bounds.first;
		break;
	default:
		leaf->least = bounds.first;
		leaf->most = bounds.last;
	}
	return true;
}

/* "@3d" at the end of a number: taken off, and noted. False after an error. */
static bool take_latch(struct query_parser *p, const struct query_field *field,
	struct query_written *written, char op, struct query_leaf *leaf)
{
	size_t at = tms_str_find_byte(written->text, '@', 0);
	struct bounds span = { 0 };

	if (at == SIZE_MAX)
		return true;
	struct tms_str behind = tms_str_slice(written->text, at + 1, written->text.len);
	if (field->kind != FIELD_NUMBER || (op != '>' && op != 'g') ||
		tms_str_find(written->text, TMS_STR(".."), 0) != SIZE_MAX) {
		(void)query_fail(p, written->at,
			"found \"@%.*s\", which goes with > or >= of upvotes, comments or stars only "
			"(upvotes>=20@3d)",
			TMS_STR_ARGS(behind));
		return false;
	}
	if (!read_span(behind, &span)) {
		(void)query_fail(p, written->at, "found \"%.*s\" behind \"@\", expected %s",
			TMS_STR_ARGS(behind), expected_value(FIELD_AGE));
		return false;
	}
	leaf->within_s = span.first;
	written->text.len = at;
	return true;
}

static bool leaf_kind_of(enum query_field_kind field, enum query_leaf_kind *out)
{
	switch (field) {
	case FIELD_NUMBER:
		*out = LEAF_NUMBER;
		return true;
	case FIELD_WORDS:
		*out = LEAF_WORD_COUNT;
		return true;
	case FIELD_AGE:
		*out = LEAF_AGE;
		return true;
	case FIELD_DATE:
		*out = LEAF_DATE;
		return true;
	case FIELD_TEXT:
	case FIELD_EXACT:
	case FIELD_ID:
	case FIELD_URL:
	case FIELD_HAS:
	case FIELD_RULE:
	case FIELD_TOPIC:
		break;
	}
	return false;
}

struct query_node *query_make_comparison(struct query_parser *p, const struct query_field *field,
	struct query_written written, char op)
{
	struct query_leaf leaf = {
		.field = field, .least = INT64_MIN, .most = INT64_MAX, .within_s = -1
	};
	struct tms_str whole = written.text;

	if (!leaf_kind_of(field->kind, &leaf.kind))
		return query_fail(p, written.at,
			"found \"%s%s\", expected \"%s:\": it is no number and no date",
			field->name, op_text(op), field->name);
	if (!take_latch(p, field, &written, op, &leaf))
		return NULL;
	bool range = tms_str_find(written.text, TMS_STR(".."), 0) != SIZE_MAX;
	if (range && op != ':' && op != '=')
		return query_fail(p, written.at,
			"found a range behind \"%s%s\", expected \"%s:\" before it", field->name,
			op_text(op), field->name);
	if (range ? !read_range(p, field, written, &leaf) : !read_comparison(p, written, op, &leaf))
		return NULL;
	p->query->has_clock |= leaf.kind == LEAF_AGE;
	p->query->has_numbers |= leaf.kind == LEAF_NUMBER;
	leaf.print = tms_arena_format(
		p->arena, "%s%s%.*s", field->name, range ? ":" : op_text(op), TMS_STR_ARGS(whole));
	return query_add_leaf(p, written.at, &leaf);
}

static bool is_quoted_value(struct tms_str value)
{
	if (value.len == 0 || value.ptr[0] == '-' || value.ptr[0] == '=')
		return true;
	for (size_t at = 0; at < value.len;) {
		int32_t c = tms_fold_punctuation(tms_utf8_next(value, &at));
		if (c <= ' ' || c == '(' || c == ')' || c == '"')
			return true;
	}
	return false;
}

static struct query_node *add_value(
	struct query_parser *p, struct query_written written, struct query_leaf *leaf)
{
	const char *name = leaf->field->same_as ? leaf->field->same_as : leaf->field->name;
	const char *quote = is_quoted_value(written.text) ? "\"" : "";

	leaf->print = tms_arena_format(
		p->arena, "%s:%s%.*s%s", name, quote, TMS_STR_ARGS(written.text), quote);
	return query_add_leaf(p, written.at, leaf);
}

/* Takes a "*" off the end; true when there was one. */
static bool take_open_end(struct tms_str *value)
{
	if (!tms_str_ends(*value, TMS_STR("*")))
		return false;
	value->len--;
	return true;
}

static struct query_node *make_exact(
	struct query_parser *p, struct query_written written, struct query_leaf *leaf)
{
	static const char *const announced[] = { "new", "cross", "replace", "replace-cross" };
	size_t known = 0;

	leaf->kind = LEAF_EXACT;
	leaf->value = tms_arena_copy(p->arena, written.text);
	leaf->open_end = take_open_end(&leaf->value);
	if (leaf->value.len == 0)
		return query_fail(p, written.at,
			"found \"%.*s\" behind \"%s:\", expected a name before the \"*\"",
			TMS_STR_ARGS(written.text), leaf->field->name);
	if (leaf->field->which != EXACT_ANNOUNCE)
		return add_value(p, written, leaf);
	while (known < TMS_COUNT(announced) &&
		!tms_str_equal_caseless(written.text, tms_str_from(announced[known])))
		known++;
	if (known == TMS_COUNT(announced))
		return query_fail(p, written.at,
			"found \"%.*s\" behind \"announce:\", expected new, cross, replace or replace-cross",
			TMS_STR_ARGS(written.text));
	return add_value(p, written, leaf);
}

static struct query_node *make_id(
	struct query_parser *p, struct query_written written, struct query_leaf *leaf)
{
	struct tms_arena *arena = p->arena;
	struct tms_str paper = tms_arxiv_id(arena, written.text);

	leaf->kind = LEAF_ID;
	if (paper.len == 0)
		paper = tms_arxiv_id_of_url(arena, written.text);
	leaf->value = paper.len > 0 ? tms_arena_format(arena, "arxiv:%.*s", TMS_STR_ARGS(paper))
				    : tms_arena_copy(arena, written.text);
	return add_value(p, written, leaf);
}

static struct query_node *make_url(
	struct query_parser *p, struct query_written written, struct query_leaf *leaf)
{
	struct tms_str rest = tms_arena_copy(p->arena, written.text);
	size_t scheme = tms_str_find(rest, TMS_STR("://"), 0);

	leaf->kind = LEAF_URL;
	if (scheme != SIZE_MAX)
		rest = tms_str_slice(rest, scheme + 3, rest.len);
	leaf->subdomains = tms_str_starts(rest, TMS_STR("*."));
	if (leaf->subdomains)
		rest = tms_str_slice(rest, 2, rest.len);
	else if (tms_str_starts_caseless(rest, TMS_STR("www.")))
		rest = tms_str_slice(rest, 4, rest.len);
	(void)take_open_end(&rest); /* a path is a prefix anyhow */
	size_t slash = tms_str_find_byte(rest, '/', 0);
	leaf->value = tms_str_slice(rest, 0, slash);
	if (slash != SIZE_MAX)
		leaf->path = tms_str_slice(rest, slash, rest.len);
	if (leaf->value.len == 0 || tms_str_find_byte(leaf->value, ' ', 0) != SIZE_MAX ||
		tms_str_find_byte(leaf->value, '*', 0) != SIZE_MAX)
		return query_fail(p, written.at,
			"found \"%.*s\" behind \"url:\", expected a host and perhaps a path "
			"(github.com/openai)",
			TMS_STR_ARGS(written.text));
	return add_value(p, written, leaf);
}

static struct query_node *make_has(
	struct query_parser *p, struct query_written written, struct query_leaf *leaf)
{
	static const char *const names[] = {
		[HAS_CODE] = "code", [HAS_PROJECT] = "project", [HAS_VIDEO] = "video"
	};

	leaf->kind = LEAF_HAS;
	for (size_t i = 0; i < TMS_COUNT(names); i++) {
		if (!tms_str_equal_caseless(written.text, tms_str_from(names[i])))
			continue;
		leaf->has = (enum query_has)i;
		return add_value(p, written, leaf);
	}
	return query_fail(p, written.at,
		"found \"%.*s\" behind \"has:\", expected code, project or video",
		TMS_STR_ARGS(written.text));
}

struct query_node *query_make_value(
	struct query_parser *p, const struct query_field *field, struct query_written written)
{
	struct query_leaf leaf = { .field = field };

	written.text = query_one_line(p, written.text);
	if (written.text.len == 0)
		return query_fail(p, written.at, "found nothing behind \"%s:\", expected a value",
			field->name);
	if (written.exact || written.stem)
		return query_fail(p, written.at,
			"found \"%s\" before \"%s:\", which is always compared whole",
			written.exact ? "=" : "~", field->name);
	switch (field->kind) {
	case FIELD_RULE:
		return query_parse_rule(p, written);
	case FIELD_TOPIC:
		return query_make_topic(p, field, written);
	case FIELD_EXACT:
		return make_exact(p, written, &leaf);
	case FIELD_ID:
		return make_id(p, written, &leaf);
	case FIELD_URL:
		return make_url(p, written, &leaf);
	case FIELD_HAS:
		return make_has(p, written, &leaf);
	case FIELD_NUMBER:
	case FIELD_WORDS:
	case FIELD_AGE:
	case FIELD_DATE:
		return query_make_comparison(p, field, written, ':');
	case FIELD_TEXT:
		break;
	}
	return query_fail(p, written.at, "found \"%s:\", expected a field", field->name);
}
