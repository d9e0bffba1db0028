/* ISO 8601 and its relatives, and the times and offsets that all dates share. */
#include "date_private.h"

size_t date_read_digits(struct tms_str s, size_t *at, size_t max_digits, int32_t *value)
{
	size_t digits = 0;

	*value = 0;
	while (digits < max_digits && *at < s.len && tms_is_digit(s.ptr[*at])) {
		*value = *value * 10 + (s.ptr[*at] - '0');
		++*at;
		digits++;
	}
	return digits;
}

int32_t date_full_year(int32_t value, size_t digits)
{
	if (digits >= 4)
		return value;
	/* RFC 2822 section 4.3 */
	return value + (digits <= 2 && value < 50 ? 2000 : 1900);
}

static char peek(struct tms_str s, size_t at)
{
	return at < s.len ? s.ptr[at] : '\0';
}

static void skip_fraction(struct tms_str s, size_t *at)
{
	if ((peek(s, *at) != '.' && peek(s, *at) != ',') || !tms_is_digit(peek(s, *at + 1)))
		return;
	++*at;
	while (tms_is_digit(peek(s, *at)))
		++*at;
}

/* 14:30; 14.30 in the North and in Italy, 14h30 in France. */
static char time_separator(struct tms_str s, size_t at)
{
	char byte = peek(s, at);
	bool is_one = byte == ':' || byte == '.' || byte == 'h' || byte == 'H';

	return is_one && tms_is_digit(peek(s, at + 1)) ? byte : '\0';
}

/* ISO 8601 allows an hour alone, T10Z. */
static bool ends_hour(struct tms_str s, size_t at)
{
	char byte = peek(s, at);

	return byte == '\0' || byte == 'Z' || byte == 'z' || byte == '+' || byte == '-';
}

bool date_read_time(struct tms_str s, size_t *at, struct date_parts *p)
{
	struct tms_civil *c = &p->civil;

	if (date_read_digits(s, at, 2, &c->hour) == 0)
		return false;
	char separator = time_separator(s, *at);
	bool divided = separator != '\0';
	*at += divided;
	c->minute = c->second = 0;
	if (date_read_digits(s, at, 2, &c->minute) == 0 && (divided || !ends_hour(s, *at)))
		return false;
	if (divided ? peek(s, *at) == separator && tms_is_digit(peek(s, *at + 1))
		    : tms_is_digit(peek(s, *at))) {
		*at += divided;
		if (date_read_digits(s, at, 2, &c->second) == 0)
			return false;
	}
	if (tms_is_digit(peek(s, *at)))
		return false;
	skip_fraction(s, at);
	if (c->hour == 24 && c->minute == 0 && c->second == 0) {
		c->hour = 0; /* ISO 8601: the end of a day is the start of the next */
		p->is_midnight_after = true;
	}
	p->has_time = true;
	return true;
}

bool date_read_offset(struct tms_str s, size_t *at, struct date_parts *p)
{
	int32_t hours = 0, minutes = 0;
	char sign = peek(s, *at);

	if (sign != '+' && sign != '-')
		return false;
	++*at;
	size_t digits = date_read_digits(s, at, 2, &hours);
	bool divided = peek(s, *at) == ':';
	*at += divided;
	if (date_read_digits(s, at, 2, &minutes) == 0 && divided)
		return false;
	if (digits == 0 || hours > 23 || minutes > 59 || tms_is_digit(peek(s, *at)))
		return false;
	p->offset_s = (hours * TMS_HOUR_S + minutes * TMS_MINUTE_S) * (sign == '-' ? -1 : 1);
	p->has_zone = true;
	return true;
}

/* Day `day` of the year, from 1, as month and day. */
static bool set_ordinal(struct date_parts *p, int32_t day)
{
	struct tms_civil first = { .year = p->civil.year, .month = 1, .day = 1 };
	tms_time t = 0;

	if (day < 1 || !tms_time_from_civil(&first, &t))
		return false;
	struct tms_civil found = tms_time_to_civil(t + (tms_time)(day - 1) * TMS_DAY_S);
	p->civil.month = found.month;
	p->civil.day = found.day;
	return found.year == p->civil.year;
}

/* ISO 8601 week and weekday (1 Monday to 7 Sunday). */
static bool set_week(struct date_parts *p, int32_t week, int32_t weekday)
{
	struct tms_civil fourth = { .year = p->civil.year, .month = 1, .day = 4 };
	tms_time t = 0;
	int year = 0, found = 0;

	if (week < 1 || week > 53 || weekday < 1 || weekday > 7 ||
		!tms_time_from_civil(&fourth, &t))
		return false;
	/* 4 January is always in week 1 */
	t += (tms_time)((week - 1) * 7 + weekday - 1 - (tms_time_weekday(t) + 6) % 7) * TMS_DAY_S;
	tms_time_iso_week(t, &year, &found);
	if (year != p->civil.year || found != week)
		return false;
	p->civil = tms_time_to_civil(t);
	return true;
}

static bool read_week(struct tms_str s, size_t *at, struct date_parts *p)
{
	int32_t week = 0, weekday = 1;

	++*at; /* the W */
	if (date_read_digits(s, at, 2, &week) != 2)
		return false;
	if (peek(s, *at) == '-')
		++*at;
	if (tms_is_digit(peek(s, *at)))
		(void)date_read_digits(s, at, 1, &weekday);
	return set_week(p, week, weekday);
}

/* 20260302, 2026061 (day of the year); a time may follow without a letter. */
static bool read_compact(struct tms_str s, size_t *at, struct date_parts *p)
{
	int32_t ordinal = 0;
	size_t digits = 0;

	while (tms_is_digit(peek(s, *at + digits)))
		digits++;
	if (digits == 3) {
		(void)date_read_digits(s, at, 3, &ordinal);
		return set_ordinal(p, ordinal);
	}
	if (digits != 4 && digits != 8 && digits != 10)
		return false;
	(void)date_read_digits(s, at, 2, &p->civil.month);
	(void)date_read_digits(s, at, 2, &p->civil.day);
	return true;
}

static bool read_day(struct tms_str s, size_t *at, struct date_parts *p, bool *whole)
{
	char separator = peek(s, *at);
	int32_t number = 0;

	*whole = true;
	p->civil.month = p->civil.day = 1;
	if (tms_is_digit(separator))
		return read_compact(s, at, p);
	if (separator == 'W' || separator == 'w')
		return read_week(s, at, p);
	if (separator != '-' && separator != '/' && separator != '.') {
		*whole = false;
		return *at == s.len;
	}
	++*at;
	if (peek(s, *at) == 'W' || peek(s, *at) == 'w')
		return read_week(s, at, p);
	size_t digits = date_read_digits(s, at, 3, &number);
	if (digits == 3 && !(number <= 12 && peek(s, *at) == separator)) /* 2003-012-31 occurs */
		return set_ordinal(p, number);
	p->civil.month = number;
	if (digits == 0 || peek(s, *at) != separator) {
		*whole = false;
		return digits == 2 && *at == s.len;
	}
	++*at;
	return date_read_digits(s, at, 2, &p->civil.day) > 0 && !tms_is_digit(peek(s, *at));
}

static bool read_zone(struct tms_str s, size_t at, struct date_parts *p)
{
	int32_t minutes = 0;

	while (tms_is_space(peek(s, at)))
		at++;
	if (at == s.len)
		return true;
	if (peek(s, at) == '+' || peek(s, at) == '-')
		return date_read_offset(s, &at, p) && at == s.len;
	if (date_word_find(tms_str_slice(s, at, s.len), &minutes) != DATE_WORD_ZONE)
		return false;
	p->offset_s = minutes * TMS_MINUTE_S;
	p->has_zone = true;
	return true;
}

/* "오후 11:23:17": the half of the day before the time. */
static void read_half(struct tms_str s, size_t *at, struct date_parts *p)
{
	int32_t value = 0;
	size_t end = *at;

	while (end < s.len && !tms_is_space(s.ptr[end]) && !tms_is_digit(s.ptr[end]))
		end++;
	if (date_word_find(tms_str_slice(s, *at, end), &value) != DATE_WORD_HALF)
		return;
	p->half = value % 2 + 1;
	p->is_korean = value > 1;
	while (tms_is_space(peek(s, end)))
		end++;
	*at = end;
}

/* What follows the year: day, time and zone. */
static bool read_rest(struct tms_str s, size_t at, struct date_parts *p, bool needs_day)
{
	bool whole = false, divided = false;

	if (!read_day(s, &at, p, &whole) || (needs_day && !whole))
		return false;
	p->has_year = p->has_month = p->has_day = true;
	while (tms_is_space(peek(s, at)) || peek(s, at) == 'T' || peek(s, at) == 't') {
		divided = true;
		at++;
	}
	if (at == s.len)
		return true;
	if (!whole)
		return false;
	if (!divided && !tms_is_digit(peek(s, at))) /* xs:date may carry a zone without a time */
		return read_zone(s, at, p);
	if (divided)
		read_half(s, &at, p);
	return date_read_time(s, &at, p) && read_zone(s, at, p);
}

bool date_parse_iso(struct tms_str s, struct date_parts *p)
{
	size_t at = 0;

	return date_read_digits(s, &at, 4, &p->civil.year) == 4 && read_rest(s, at, p, false);
}

static size_t leading_digits(struct tms_str s, size_t at)
{
	size_t count = 0;

	while (tms_is_digit(peek(s, at + count)))
		count++;
	return count;
}

bool date_parse_short(struct tms_str s, struct date_parts *p)
{
	size_t at = peek(s, 0) == '-', digits = leading_digits(s, at);
	bool is_month = at == 1;

	if (date_read_digits(s, &at, 2, &p->civil.year) != 2)
		return false;
	p->civil.year = date_full_year(p->civil.year, 2);
	if (!is_month && digits == 2 && peek(s, at) == '-')
		return read_rest(s, at, p, true);
	p->has_year = p->has_month = p->has_day = true;
	p->civil.month = p->civil.day = 1;
	if (is_month) {
		at += digits == 2 && peek(s, at) == '-';
		return date_read_digits(s, &at, 2, &p->civil.month) == 2 && at == s.len;
	}
	if (s.len != digits || (digits != 5 && digits != 6))
		return false;
	if (digits == 5) {
		int32_t day = 0;
		(void)date_read_digits(s, &at, 3, &day);
		return set_ordinal(p, day);
	}
	(void)date_read_digits(s, &at, 2, &p->civil.month);
	(void)date_read_digits(s, &at, 2, &p->civil.day);
	return true;
}
