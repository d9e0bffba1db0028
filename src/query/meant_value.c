/*
 * What is meant by a value that cannot be read: spans in months, years and whole words, dates as
 * people write them. A cure asks the same question; where none does, there is none.
 */
#include "parse_private.h"

#define TOKENS_MAX 4
#define MORE_WORDS_MAX 3 /* behind the one that was read */
#define NUMBER_MAX 100000
#define MONTH_DAYS 30
#define YEAR_DAYS 365

/* ---- reading ---- */

/* "7" or "days", and the sign before it: 0 directly behind another. */
struct token {
	struct tms_str word; /* empty: a number */
	int32_t number;
	size_t digits;
	char before;
};

struct tokens {
	struct token list[TOKENS_MAX];
	size_t count;
};

static bool is_letter(char byte)
{
	return tms_is_alnum(byte) && !tms_is_digit(byte);
}

/* "1,000": the comma is none between two numbers. */
static bool is_thousand(struct tms_str s, size_t at)
{
	return s.ptr[at] == ',' && s.len - at > 3 && tms_is_digit(s.ptr[at + 1]) &&
	       tms_is_digit(s.ptr[at + 2]) && tms_is_digit(s.ptr[at + 3]) &&
	       (s.len - at == 4 || !tms_is_digit(s.ptr[at + 4]));
}

static bool read_token(struct tms_str s, size_t *at, struct token *out)
{
	size_t start = *at, i = *at;

	if (is_letter(s.ptr[i])) {
		while (i < s.len && is_letter(s.ptr[i]))
			i++;
		out->word = tms_str_slice(s, start, i);
	} else if (tms_is_digit(s.ptr[i])) {
		for (; i < s.len && (tms_is_digit(s.ptr[i]) || is_thousand(s, i)); i++) {
			if (s.ptr[i] == ',')
				continue;
			out->number = out->number * 10 + (s.ptr[i] - '0');
			out->digits++;
			if (out->number > NUMBER_MAX)
				return false;
		}
	}
	*at = i;
	return i > start;
}

/* False for what has other signs, or too much of it. */
static bool cut(struct tms_str s, struct tokens *out)
{
	*out = (struct tokens){ 0 };
	for (size_t at = 0; at < s.len;) {
		struct token token = { 0 };
		for (; at < s.len && memchr(" -/.,", s.ptr[at], 5); at++)
			if (token.before == 0 || token.before == ' ')
				token.before = s.ptr[at];
			else if (s.ptr[at] != ' ')
				return false;
		if (at == s.len || out->count == TOKENS_MAX || !read_token(s, &at, &token))
			return false;
		out->list[out->count++] = token;
	}
	return out->count > 0 && out->list[0].before == 0;
}

static bool is_word(const struct token *token, const char *word)
{
	return tms_str_equal_caseless(token->word, tms_str_from(word));
}

/* The place of a name that begins so, in three letters or more; the count when none does. */
static size_t find_name(const struct token *token, const char *const *names, size_t count)
{
	size_t i = 0;

	while (i < count && (token->word.len < 3 ||
				    !tms_str_starts_caseless(tms_str_from(names[i]), token->word)))
		i++;
	return i;
}

/* ---- what is meant ---- */

struct meant {
	enum { MEANT_NOTHING, MEANT_SPAN, MEANT_DAY, MEANT_WEEK } kind;
	/* as it is read; of a day and month that may be meant the other way round, both */
	struct tms_str text, other;
};

/* How many of which unit; 0: no unit has that name. */
static int32_t find_unit(const struct token *token, char *unit)
{
	static const struct {
		const char *names[6];
		int32_t times;
		char unit;
	} rows[] = {
		{ { "h", "hr", "hrs", "hour", "hours" }, 1, 'h' },
		{ { "d", "day", "days" }, 1, 'd' },
		{ { "w", "wk", "wks", "week", "weeks" }, 1, 'w' },
		{ { "m", "mo", "mos", "mon", "month", "months" }, MONTH_DAYS, 'd' },
		{ { "y", "yr", "yrs", "year", "years" }, YEAR_DAYS, 'd' },
	};

	for (size_t i = 0; i < TMS_COUNT(rows); i++)
		for (size_t k = 0; k < TMS_COUNT(rows[i].names) && rows[i].names[k]; k++)
			if (is_word(token, rows[i].names[k])) {
				*unit = rows[i].unit;
				return rows[i].times;
			}
	return 0;
}

static bool is_minutes(const struct token *token)
{
	return is_word(token, "min") || is_word(token, "mins") || is_word(token, "minute") ||
	       is_word(token, "minutes");
}

/* "7 days", "2wks", "last week", "past 3 months", "7 days ago"; "7" is so many days. */
static bool mean_span(struct query_parser *p, const struct tokens *t, struct meant *out)
{
	size_t i = 0, end = t->count;
	int32_t number = 1, times = 1;
	char unit = 'd';

	for (size_t k = 1; k < t->count; k++)
		if (t->list[k].before != 0 && t->list[k].before != ' ' && t->list[k].before != '-')
			return false;
	bool is_last = is_word(&t->list[0], "last") || is_word(&t->list[0], "past");
	bool is_ago = end > 1 && is_word(&t->list[end - 1], "ago");
	i += is_last;
	end -= is_ago;
	if (i < end && t->list[i].digits > 0)
		number = t->list[i++].number;
	else if (!is_last)
		return false;
	if (i < end && is_minutes(&t->list[i]) && number % 60 == 0) {
		number /= 60;
		unit = 'h';
		i++;
	} else if (i < end) {
		times = find_unit(&t->list[i++], &unit);
	} else if (is_last || is_ago || t->list[0].digits > 3) {
		return false;
	}
	if (i != end || times == 0)
		return false;
	*out = (struct meant){ .kind = MEANT_SPAN,
		.text = tms_arena_format(p->arena, "%lld%c", (long long)number * times, unit) };
	return true;
}

/* "last monday", "Mon", "this week"; months and years begin where the clock says. */
static bool mean_weekday(const struct tokens *t, struct meant *out)
{
	static const char *const days[] = { "monday", "tuesday", "wednesday", "thursday", "friday",
		"saturday", "sunday" };
	bool is_this = is_word(&t->list[0], "this");
	size_t at = is_this || is_word(&t->list[0], "last") || is_word(&t->list[0], "on");

	if (t->count != at + 1)
		return false;
	if (is_this && is_word(&t->list[1], "week")) {
		*out = (struct meant){ .kind = MEANT_WEEK, .text = TMS_STR("monday") };
		return true;
	}
	size_t day = find_name(&t->list[at], days, TMS_COUNT(days));
	if (day == TMS_COUNT(days))
		return false;
	*out = (struct meant){ .kind = MEANT_DAY, .text = tms_str_from(days[day]) };
	return true;
}

static struct tms_str write_date(
	struct query_parser *p, int32_t year, int32_t month, int32_t day, bool has_day)
{
	if (month < 1 || month > 12 || (has_day && (day < 1 || day > 31)))
		return TMS_STR_NONE;
	return has_day ? tms_arena_format(p->arena, "%d-%02d-%02d", year, month, day)
		       : tms_arena_format(p->arena, "%d-%02d", year, month);
}

/* "Nov 2025", "3 November 2025", "11/2025", "2025/11/3", "3/11/2025". */
static bool mean_date(struct query_parser *p, const struct tokens *t, struct meant *out)
{
	static const char *const months[] = { "january", "february", "march", "april", "may",
		"june", "july", "august", "september", "october", "november", "december" };
	int32_t year = 0, month = 0, numbers[2] = { 0 };
	size_t count = 0, year_at = 0;

	for (size_t i = 0; i < t->count; i++) {
		const struct token *one = &t->list[i];
		size_t name = find_name(one, months, TMS_COUNT(months));
		if (name < TMS_COUNT(months) && month == 0) {
			month = (int32_t)name + 1;
		} else if (one->digits == 4 && year == 0) {
			year = one->number;
			year_at = i;
		} else if (one->digits > 0 && one->digits <= 2 && count < 2) {
			numbers[count++] = one->number;
		} else {
			return false;
		}
	}
	if (year == 0 || (month == 0 && count == 0) || (month > 0 && count == 2))
		return false;
	*out = (struct meant){ .kind = MEANT_DAY };
	if (month > 0) {
		out->text = write_date(p, year, month, numbers[0], count == 1);
	} else if (count == 1) {
		out->text = write_date(p, year, numbers[0], 0, false);
	} else if (year_at == 0) {
		out->text = write_date(p, year, numbers[0], numbers[1], true);
	} else {
		out->text = write_date(p, year, numbers[1], numbers[0], true);
		out->other = write_date(p, year, numbers[0], numbers[1], true);
	}
	return out->text.len > 0 || out->other.len > 0;
}

/* is_span: a number alone is one of days */
static bool mean(struct query_parser *p, struct tms_str s, bool is_span, struct meant *out)
{
	struct tokens tokens;

	if (!cut(s, &tokens))
		return false;
	bool is_number = tokens.count == 1 && tokens.list[0].digits > 0;
	return (!is_number || is_span) &&
	       (mean_span(p, &tokens, out) || mean_weekday(&tokens, out) ||
		       mean_date(p, &tokens, out));
}

/* ---- cures ---- */

/* The bytes of a value, which may have a word or two more than was read. */
struct place {
	size_t start, end;
};

/* The longest run of words from the value on that means something. */
static bool find_meant(struct query_parser *p, const struct query_written *written, bool is_span,
	struct place *place, struct meant *out)
{
	struct tms_str s = written->text;
	size_t ends[MORE_WORDS_MAX + 1], count = 1, next;

	if (written->quoted) {
		*place = (struct place){ written->from, p->at };
		struct tms_str whole = tms_str_slice(p->text, written->from, p->at);
		return tms_str_find_byte(whole, '@', 0) == SIZE_MAX && mean(p, s, is_span, out);
	}
	place->start = tms_str_find(p->text, s, written->from);
	if (place->start == SIZE_MAX || s.len == 0)
		return false;
	ends[0] = place->start + s.len;
	while (count <= MORE_WORDS_MAX && ends[0] == p->at) {
		size_t at = ends[count - 1];
		while (query_peek_at(p, at, &next) == ' ')
			at = next;
		size_t word = at;
		while (!query_is_delimiter(query_peek_at(p, at, &next)))
			at = next;
		if (at == word)
			break;
		ends[count++] = at;
	}
	while (count-- > 0) {
		place->end = ends[count];
		if (mean(p, tms_str_slice(p->text, place->start, place->end), is_span, out))
			return true;
	}
	return false;
}

/* "published:last week", "published>7d": an age says it. */
static void cure_with_age(struct query_parser *p, const struct query_written *written, char op,
	size_t end, struct tms_str span)
{
	if (op == ':' || op == '=') {
		query_cure(p, TMS_STR_NONE, written->at, end,
			tms_arena_format(p->arena, "since:%.*s", TMS_STR_ARGS(span)));
		return;
	}
	query_cure(p, TMS_STR("newer than that"), written->at, end,
		tms_arena_format(p->arena, "age<%.*s", TMS_STR_ARGS(span)));
	query_cure(p, TMS_STR("older than that"), written->at, end,
		tms_arena_format(p->arena, "age>%.*s", TMS_STR_ARGS(span)));
}

static bool is_since(const struct query_parser *p, const struct query_written *written)
{
	size_t colon = tms_str_find_byte(p->text, ':', written->at);

	if (colon == SIZE_MAX || colon > written->from)
		return false;
	const struct query_field *field =
		query_field_find(tms_str_trim(tms_str_slice(p->text, written->at, colon)));
	return field && field->kind == FIELD_SINCE;
}

void query_cure_time(struct query_parser *p, const struct query_field *field,
	const struct query_written *written, char op)
{
	bool is_age = field->kind == FIELD_AGE, since = !is_age && is_since(p, written);
	bool is_published = tms_str_equal(tms_str_from(field->name), TMS_STR("published"));
	bool is_same = op == ':' || op == '=';
	struct place place;
	struct meant meant = { 0 };

	if (!find_meant(p, written, is_age || since, &place, &meant))
		return;
	if (is_age || since) {
		if (is_age && meant.kind != MEANT_SPAN)
			return;
	} else if (meant.kind == MEANT_SPAN) {
		if (is_published && op != '.')
			cure_with_age(p, written, op, place.end, meant.text);
		return;
	} else if (meant.kind == MEANT_WEEK && is_same) {
		query_cure(p, TMS_STR_NONE, written->at, place.end,
			is_published ? TMS_STR("since:monday")
				     : tms_arena_format(p->arena, "%s>=monday", field->name));
		return;
	} else if (meant.kind == MEANT_WEEK && op != '<' && op != 'g') {
		return;
	}
	if (meant.text.len > 0)
		query_cure(p, TMS_STR_NONE, place.start, place.end, meant.text);
	if (meant.other.len > 0)
		query_cure(p, TMS_STR_NONE, place.start, place.end, meant.other);
}
