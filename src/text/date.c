/*
 * Dates. The year first and in digits is ISO 8601 and its relatives (date_iso.c); everything else
 * has its month as a word, or is written with dots, day first, as half of Europe does. 02/03/2026
 * is refused instead of guessed.
 */
#include "date_private.h"

#define MAX_BYTES 100
#define KOREAN_OFFSET_S (9 * TMS_HOUR_S)

static bool is_whole(const struct date_parts *p)
{
	return p->has_year && p->has_month && p->has_day;
}

static bool is_digit_at(struct tms_str s, size_t at)
{
	return at < s.len && tms_is_digit(s.ptr[at]);
}

static bool set_part(bool *has, int32_t *part, int32_t value)
{
	if (*has)
		return false;
	*has = true;
	*part = value;
	return true;
}

/* A number with its unit behind it, as in 2004年05月28日 and 10시 20분. */
static bool take_unit(struct date_parts *p, char unit, int32_t value)
{
	switch (unit) {
	case 'Y':
		return set_part(&p->has_year, &p->civil.year, value);
	case 'M':
		return set_part(&p->has_month, &p->civil.month, value);
	case 'D':
		return set_part(&p->has_day, &p->civil.day, value);
	case 'h':
		p->civil.minute = p->civil.second = 0;
		return set_part(&p->has_time, &p->civil.hour, value);
	case 'm':
		p->civil.minute = value;
		return p->has_time;
	default:
		p->civil.second = value;
		return p->has_time;
	}
}

/* 16.11.2022: the day, of which `day` has been read. */
static bool take_dotted(struct tms_str s, size_t *at, struct date_parts *p, int32_t day)
{
	size_t end = *at + 1;
	int32_t month = 0, year = 0;

	while (end < s.len && s.ptr[end] == ' ')
		end++;
	if (date_read_digits(s, &end, 2, &month) == 0 || end >= s.len || s.ptr[end] != '.')
		return false;
	end++;
	while (end < s.len && s.ptr[end] == ' ')
		end++;
	if (date_read_digits(s, &end, 4, &year) != 4 || is_digit_at(s, end))
		return false;
	p->civil.day = day;
	p->civil.month = month;
	p->civil.year = year;
	p->has_day = p->has_month = p->has_year = true;
	*at = end;
	return true;
}

/* "7 pm", "14h": an hour alone, behind a whole date. */
static bool take_hour(struct tms_str s, size_t *at, struct date_parts *p, int32_t hour)
{
	size_t word = *at, end;
	int32_t half = 0;

	while (word < s.len && s.ptr[word] == ' ')
		word++;
	end = word;
	while (end < s.len && tms_is_alpha(s.ptr[end]))
		end++;
	struct tms_str said = tms_str_slice(s, word, end);
	bool is_hour = tms_str_equal_caseless(said, TMS_STR("h"));
	if (!is_hour && date_word_find(said, &half) != DATE_WORD_HALF)
		return false;
	p->civil.hour = hour;
	p->civil.minute = p->civil.second = 0;
	p->has_time = true;
	*at = is_hour ? end : *at; /* am and pm are read next */
	return true;
}

static bool is_time(struct tms_str s, size_t at, const struct date_parts *p)
{
	if (p->has_time || at >= s.len)
		return false;
	if (s.ptr[at] == ':')
		return true;
	return is_whole(p) && is_digit_at(s, at + 1) &&
	       (s.ptr[at] == '.' || tms_lower(s.ptr[at]) == 'h');
}

static bool take_number(struct tms_str s, size_t *at, struct date_parts *p)
{
	size_t from = *at, len = 0;
	int32_t value = 0;
	bool is_korean = false;
	size_t digits = date_read_digits(s, at, 5, &value);

	if (is_time(s, *at, p)) {
		*at = from;
		return date_read_time(s, at, p);
	}
	if (digits > 4)
		return false;
	char unit = date_unit_find(tms_str_slice(s, *at, s.len), &len, &is_korean);
	if (unit) {
		*at += len;
		p->is_korean = p->is_korean || is_korean;
		return take_unit(p, unit, unit == 'Y' ? date_full_year(value, digits) : value);
	}
	if (!p->has_day && !p->has_month && digits <= 2 && *at < s.len && s.ptr[*at] == '.' &&
		take_dotted(s, at, p, value))
		return true;
	if (!p->has_day && digits <= 2 && value <= 31)
		return set_part(&p->has_day, &p->civil.day, value);
	if (!p->has_year)
		return set_part(&p->has_year, &p->civil.year, date_full_year(value, digits));
	return is_whole(p) && !p->has_time && digits <= 2 && take_hour(s, at, p, value);
}

static bool apply_half(struct date_parts *p, bool pm)
{
	if (p->civil.hour < 1 || p->civil.hour > 12)
		return p->civil.hour > 12 && pm; /* "14:00 PM" */
	p->civil.hour = p->civil.hour % 12 + (pm ? 12 : 0);
	return true;
}

static bool take_half(struct date_parts *p, int32_t value)
{
	p->is_korean = p->is_korean || value > 1;
	if (p->has_time)
		return apply_half(p, value % 2 == 1);
	p->half = value % 2 + 1;
	return true;
}

static bool take_month(struct tms_str word, bool is_first, struct date_parts *p, int32_t month)
{
	if (p->has_month && !p->is_weak)
		return false;
	p->is_weak = is_first && tms_str_equal_caseless(word, TMS_STR("mar"));
	p->civil.month = month;
	p->has_month = true;
	return true;
}

static bool take_zone(struct tms_str word, struct date_parts *p, int32_t minutes)
{
	/* the "T" before a time, the "a" of "a las 10:00" */
	if (!p->has_time)
		return word.len == 1 && is_whole(p);
	p->offset_s = minutes * TMS_MINUTE_S;
	p->has_zone = true;
	return true;
}

/* "a.m.", "p. m." */
static bool is_dotted_half(struct tms_str s, struct tms_str word, size_t *at)
{
	char letter = word.len == 1 ? tms_lower(word.ptr[0]) : '\0';
	size_t end = *at;

	if ((letter != 'a' && letter != 'p') || end >= s.len || s.ptr[end] != '.')
		return false;
	end += 1 + (end + 1 < s.len && s.ptr[end + 1] == ' ');
	if (end >= s.len || tms_lower(s.ptr[end]) != 'm')
		return false;
	*at = end + 1;
	return true;
}

static bool take_word(struct tms_str s, size_t *at, struct date_parts *p)
{
	size_t from = *at;
	int32_t value = 0;

	while (*at < s.len && (tms_is_alpha(s.ptr[*at]) || (unsigned char)s.ptr[*at] >= 0x80))
		++*at;
	struct tms_str word = tms_str_slice(s, from, *at);
	if (is_dotted_half(s, word, at))
		return take_half(p, tms_lower(word.ptr[0]) == 'p');
	if (p->has_time && *at == s.len && tms_str_equal(word, TMS_STR("AT"))) /* Atlantic */
		return take_zone(word, p, -240);
	switch (date_word_find(word, &value)) {
	case DATE_WORD_MONTH:
		return take_month(word, from == 0, p, value);
	case DATE_WORD_WEEKDAY:
	case DATE_WORD_FILLER:
		return true;
	case DATE_WORD_HALF:
		return take_half(p, value);
	case DATE_WORD_ZONE:
		return take_zone(word, p, value);
	case DATE_WORD_UNKNOWN:
		break;
	}
	/* a weekday in another language at the start; behind the date a weekday, a zone that nobody
	 * knows (RFC 2822: as if UTC) or "Uhr" */
	return from == 0 || is_whole(p);
}

static bool take(struct tms_str s, size_t *at, struct date_parts *p)
{
	char byte = s.ptr[*at];

	if (tms_is_digit(byte))
		return take_number(s, at, p);
	if (tms_is_alpha(byte) || (unsigned char)byte >= 0x80)
		return take_word(s, at, p);
	if ((byte == '+' || byte == '-') && p->has_time)
		return date_read_offset(s, at, p);
	if (byte == '(') { /* a comment (RFC 2822 section 3.2.3) */
		size_t end = tms_str_find_byte(s, ')', *at);
		*at = end == SIZE_MAX ? s.len : end + 1;
		return true;
	}
	++*at;
	return tms_is_space(byte) || byte == ',' || byte == '-' || byte == '.' || byte == '/';
}

/* RFC 822, asctime and what resembles them: the month is a word. */
static bool parse_words(struct tms_str s, struct date_parts *p)
{
	for (size_t at = 0; at < s.len;)
		if (!take(s, &at, p))
			return false;
	return is_whole(p);
}

/*
 * Perforce writes "Fri, 2006/09/15 08:19:53 EDT": behind the weekday; s itself where there is none.
 */
static struct tms_str without_weekday(struct tms_str s)
{
	size_t at = 0;

	while (at < s.len && (tms_is_alpha(s.ptr[at]) || (unsigned char)s.ptr[at] >= 0x80))
		at++;
	while (at > 0 && at < s.len && (s.ptr[at] == ',' || s.ptr[at] == '.' || s.ptr[at] == ' '))
		at++;
	return is_digit_at(s, at) ? tms_str_slice(s, at, s.len) : s;
}

static bool parse(struct tms_str s, struct date_parts *p)
{
	if (date_parse_iso(without_weekday(s), p))
		return true;
	*p = (struct date_parts){ 0 };
	if (date_parse_short(s, p))
		return true;
	*p = (struct date_parts){ 0 };
	return parse_words(s, p);
}

bool tms_date_parse(struct tms_str s, struct tms_date *out)
{
	struct date_parts p = { 0 };
	tms_time t = 0;

	s = tms_str_trim(s);
	if (s.len == 0 || s.len > MAX_BYTES || !parse(s, &p))
		return false;
	if (p.half && p.has_time && p.civil.hour >= 1 && p.civil.hour <= 12)
		(void)apply_half(&p, p.half == 2);
	if (p.is_korean && p.has_time && !p.has_zone) {
		p.offset_s = KOREAN_OFFSET_S;
		p.has_zone = true;
	}
	if (!tms_time_from_civil(&p.civil, &t))
		return false;
	t += (p.is_midnight_after ? TMS_DAY_S : 0) - p.offset_s;
	if (t > TMS_TIME_MAX || tms_time_to_civil(t).year < 1)
		return false;
	*out = (struct tms_date){ t, !p.has_time, p.has_zone };
	return true;
}
