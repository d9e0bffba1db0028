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
	struct query_day first_day, last_day; /* of dates that are counted from today */
};

static bool read_number(struct tms_str s, struct bounds *out)
{
	int64_t value = 0;

	if (!tms_str_int64(s, &value) || value < 0 || value > NUMBER_MAX)
		return false;
	*out = (struct bounds){ .first = value, .last = value };
	return true;
}

static bool read_span(struct tms_str s, struct bounds *out)
{
	int64_t seconds = 0;

	if (s.len < 2 || !memchr("hdw", s.ptr[s.len - 1], 3) || !tms_span_parse(s, &seconds) ||
		seconds > NUMBER_MAX)
		return false;
	*out = (struct bounds){ .first = seconds, .last = seconds };
	return true;
}

static bool read_date(struct tms_str s, const struct tms_zone *zone, struct bounds *out)
{
	struct query_span_of_time span;

	if (!query_read_date(s, zone, &span))
		return false;
	*out = (struct bounds){ span.first, span.last, span.first_day, span.last_day };
	return true;
}

static bool is_date(const struct query_leaf *leaf)
{
	return leaf->kind == LEAF_DATE || leaf->kind == LEAF_DAY;
}

/* The smallest value that holds, so many (seconds, for dates) beside the one that was read. */
static void set_least(struct query_leaf *leaf, int64_t value, struct query_day day, int8_t beside)
{
	if (!is_date(leaf)) {
		leaf->least = value + beside;
	} else if (day.from == DAY_NONE) {
		leaf->dates.least = value + beside;
	} else {
		leaf->kind = LEAF_DAY;
		leaf->dates.least_day = day;
		leaf->dates.least_day.shift_s = beside;
	}
}

/* The largest one. */
static void set_most(struct query_leaf *leaf, int64_t value, struct query_day day, int8_t beside)
{
	if (!is_date(leaf)) {
		leaf->most = value + beside;
	} else if (day.from == DAY_NONE) {
		leaf->dates.most = value + beside;
	} else {
		leaf->kind = LEAF_DAY;
		leaf->dates.most_day = day;
		leaf->dates.most_day.shift_s = beside;
	}
}

static const char *expected_value(enum query_field_kind kind)
{
	switch (kind) {
	case FIELD_AGE:
		return "a span in hours, days or weeks (36h, 7d, 2w)";
	case FIELD_DATE:
		return "a day, week, month or year (2026-03-01, 2026-W09, 2026-03, 2026), today, "
		       "yesterday or a day of the week";
	default:
		return "a whole number";
	}
}

/* To write instead of the term before the cursor. */
static void cure_term(struct query_parser *p, struct query_written written, struct tms_str label,
	struct tms_str text)
{
	query_cure(p, label, written.at, p->at, text);
}

/* "1,000", "2k". */
static void cure_number(struct query_parser *p, struct query_written written)
{
	struct tms_str s = written.text;
	struct tms_buf buf = { 0 };
	size_t start = tms_str_find(p->text, s, written.from), digits = 0;

	if (start == SIZE_MAX || s.len == 0)
		return;
	while (digits < s.len && (tms_is_digit(s.ptr[digits]) || s.ptr[digits] == ','))
		digits++;
	for (size_t i = 0; i < digits; i++)
		if (s.ptr[i] != ',')
			tms_buf_add_char(&buf, s.ptr[i]);
	if (tms_str_equal_caseless(tms_str_slice(s, digits, s.len), TMS_STR("k")))
		tms_buf_add_cstr(&buf, "000");
	if (digits > 0)
		query_cure_with(p, TMS_STR_NONE, start, start + s.len, &buf);
	tms_buf_free(&buf);
}

/* op: '.' at an end of a range */
static bool read_bounds(struct query_parser *p, const struct query_leaf *leaf,
	struct query_written written, char op, struct bounds *out)
{
	const struct query_field *field = leaf->field;
	bool read = field->kind == FIELD_AGE ? read_span(written.text, out)
		    : is_date(leaf)          ? read_date(written.text, leaf->dates.zone, out)
					     : read_number(written.text, out);

	if (!read) {
		(void)query_fail(p, written.at, "found \"%.*s\" behind %s, expected %s",
			TMS_STR_ARGS(written.text), field->name, expected_value(field->kind));
		if (field->kind == FIELD_AGE || is_date(leaf))
			query_cure_time(p, field, &written, op);
		else
			cure_number(p, written);
	}
	return read;
}

/* "a..b", either end may be left out. zone: "@Europe/Berlin", which was taken off. */
static bool read_range(struct query_parser *p, struct query_written written, struct tms_str zone,
	struct query_leaf *leaf)
{
	const struct query_field *field = leaf->field;
	size_t dots = tms_str_find(written.text, TMS_STR(".."), 0);
	struct query_written left = written, right = written;
	struct bounds bounds = { 0 };

	left.text = tms_str_slice(written.text, 0, dots);
	right.text = tms_str_slice(written.text, dots + 2, written.text.len);
	right.from += dots + 2;             /* "3d..3": cures are put in there */
	left.quoted = right.quoted = false; /* the quotes are around both */
	if (left.text.len == 0 && right.text.len == 0) {
		(void)query_fail(p, written.at,
			"found \"..\" behind %s, expected %s at one end of the range", field->name,
			expected_value(field->kind));
		return false;
	}
	if (left.text.len > 0) {
		if (!read_bounds(p, leaf, left, '.', &bounds))
			return false;
		set_least(leaf, bounds.first, bounds.first_day, 0);
	}
	if (right.text.len > 0) {
		if (!read_bounds(p, leaf, right, '.', &bounds))
			return false;
		set_most(leaf, bounds.last, bounds.last_day, 0);
	}
	/* which of two days that are counted from today comes first is another thing each day */
	if (leaf->kind == LEAF_DAY ||
		(is_date(leaf) ? leaf->dates.least <= leaf->dates.most : leaf->least <= leaf->most))
		return true;
	(void)query_fail(p, written.at, "found the range \"%.*s\", expected the smaller end first",
		TMS_STR_ARGS(written.text));
	cure_term(p, written, TMS_STR_NONE,
		tms_arena_format(p->arena, "%s:%.*s..%.*s%.*s", field->name,
			TMS_STR_ARGS(right.text), TMS_STR_ARGS(left.text), TMS_STR_ARGS(zone)));
	return false;
}

static bool read_comparison(
	struct query_parser *p, struct query_written written, char op, struct query_leaf *leaf)
{
	struct bounds bounds = { 0 };

	if (leaf->kind == LEAF_AGE && (op == '=' || op == ':')) {
		(void)query_fail(p, written.at,
			"found an exact age, expected <, <=, >, >= or a range (age<7d, age:1d..3d)");
		cure_term(p, written, TMS_STR("so old at most"),
			tms_arena_format(p->arena, "age<=%.*s", TMS_STR_ARGS(written.text)));
		cure_term(p, written, TMS_STR("so old at least"),
			tms_arena_format(p->arena, "age>=%.*s", TMS_STR_ARGS(written.text)));
		return false;
	}
	if (!read_bounds(p, leaf, written, op, &bounds))
		return false;
	switch (op) {
	case '<':
		set_most(leaf, bounds.first, bounds.first_day, -1);
		break;
	case 'l':
		set_most(leaf, bounds.last, bounds.last_day, 0);
		break;
	case '>':
		set_least(leaf, bounds.last, bounds.last_day, 1);
		break;
	case 'g':
		set_least(leaf, bounds.first, bounds.first_day, 0);
		break;
	default:
		set_least(leaf, bounds.first, bounds.first_day, 0);
		set_most(leaf, bounds.last, bounds.last_day, 0);
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
	case FIELD_SINCE:
	case FIELD_TEXT:
	case FIELD_EXACT:
	case FIELD_ID:
	case FIELD_URL:
	case FIELD_HAS:
	case FIELD_RULE:
	case FIELD_TOPIC:
	case FIELD_TAG:
		break;
	}
	return false;
}

/* A leaf that everything holds for, as far as what stands behind "@" allows. False after an error. */
static bool open_ends(
	struct query_parser *p, struct query_written *written, char op, struct query_leaf *leaf)
{
	if (is_date(leaf)) {
		leaf->dates.least = INT64_MIN;
		leaf->dates.most = INT64_MAX;
		return query_take_zone(p, written, &leaf->dates.zone);
	}
	leaf->least = INT64_MIN;
	leaf->most = INT64_MAX;
	leaf->within_s = -1;
	return take_latch(p, leaf->field, written, op, leaf);
}

struct query_node *query_make_comparison(struct query_parser *p, const struct query_field *field,
	struct query_written written, char op)
{
	struct query_leaf leaf = { .field = field };
	struct tms_str whole = written.text;

	if (!leaf_kind_of(field->kind, &leaf.kind)) {
		(void)query_fail(p, written.at,
			"found \"%s%s\", expected \"%s:\": it is no number and no date",
			field->name, op_text(op), field->name);
		cure_term(p, written, TMS_STR_NONE,
			tms_arena_format(
				p->arena, "%s:%.*s", field->name, TMS_STR_ARGS(written.text)));
		return NULL;
	}
	if (!open_ends(p, &written, op, &leaf))
		return NULL;
	bool range = tms_str_find(written.text, TMS_STR(".."), 0) != SIZE_MAX;
	if (range && op != ':' && op != '=') {
		(void)query_fail(p, written.at,
			"found a range behind \"%s%s\", expected \"%s:\" before it", field->name,
			op_text(op), field->name);
		cure_term(p, written, TMS_STR_NONE,
			tms_arena_format(p->arena, "%s:%.*s", field->name, TMS_STR_ARGS(whole)));
		return NULL;
	}
	struct tms_str zone = tms_str_slice(whole, written.text.len, whole.len);
	if (range ? !read_range(p, written, zone, &leaf) : !read_comparison(p, written, op, &leaf))
		return NULL;
	p->query->has_clock |= leaf.kind == LEAF_AGE || leaf.kind == LEAF_DAY;
	p->query->has_numbers |= leaf.kind == LEAF_NUMBER;
	const char *sign = range ? ":" : op_text(op);
	leaf.print = tms_arena_format(p->arena, "%s%s%.*s", field->name, sign, TMS_STR_ARGS(whole));
	if (is_date(&leaf) && (leaf.dates.zone || p->options->zone)) {
		leaf.expanded = tms_arena_format(p->arena, "%s%s%.*s@%.*s", field->name, sign,
			TMS_STR_ARGS(written.text), TMS_STR_ARGS(tms_zone_name(leaf.dates.zone)));
		p->query->needs_names = true;
	}
	return query_add_leaf(p, written.at, &leaf);
}

/* "since:7d" is an age, "since:2026-03-01" and "since:monday" a date of publication. */
static struct query_node *make_since(struct query_parser *p, struct query_written written)
{
	struct bounds span;

	if (read_span(written.text, &span))
		return query_make_comparison(p, query_field_find(TMS_STR("age")), written, 'l');
	return query_make_comparison(p, query_field_find(TMS_STR("published")), written, 'g');
}

struct query_node *query_make_value(
	struct query_parser *p, const struct query_field *field, struct query_written written)
{
	struct query_leaf leaf = { .field = field };

	written.text = query_one_line(p, written.text);
	if (written.text.len == 0)
		return query_fail(p, written.at, "found nothing behind \"%s:\", expected a value",
			field->name);
	if (written.exact || written.stem) {
		(void)query_fail(p, written.at,
			"found \"%s\" before \"%s:\", which is always compared whole",
			written.exact ? "=" : "~", field->name);
		query_cure(p, TMS_STR("without it"), written.at, written.at + 1, TMS_STR_NONE);
		return NULL;
	}
	switch (field->kind) {
	case FIELD_RULE:
		return query_parse_rule(p, written);
	case FIELD_TOPIC:
		return query_make_topic(p, field, written);
	case FIELD_EXACT:
		return query_make_exact(p, written, &leaf);
	case FIELD_ID:
		return query_make_id(p, written, &leaf);
	case FIELD_URL:
		return field->which == ADDRESS_PATH ? query_make_path(p, written, &leaf)
						    : query_make_url(p, written, &leaf);
	case FIELD_HAS:
		return query_make_has(p, written, &leaf);
	case FIELD_NUMBER:
	case FIELD_WORDS:
	case FIELD_AGE:
	case FIELD_DATE:
		return query_make_comparison(p, field, written, ':');
	case FIELD_SINCE:
		return make_since(p, written);
	case FIELD_TEXT:
	case FIELD_TAG:
		break;
	}
	return query_fail(p, written.at, "found \"%s:\", expected a field", field->name);
}
