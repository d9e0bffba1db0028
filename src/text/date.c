/*
 * Dates. The year first and in digits is ISO 8601 and its relatives (date_iso.c); everything else
 * must have its month as a word, so that 02/03/2026 is refused instead of guessed.
 */
#include "date.h"

#define MAX_BYTES 100

static int32_t full_year(int32_t value, size_t digits)
{
	if (digits >= 4)
		return value;
	/* RFC 2822 section 4.3 */
	return value + (digits <= 2 && value < 50 ? 2000 : 1900);
}

static bool take_number(struct tms_str s, size_t *at, struct date_parts *p)
{
	size_t from = *at;
	int32_t value = 0;
	size_t digits = date_read_digits(s, at, 5, &value);

	if (*at < s.len && s.ptr[*at] == ':' && !p->has_time) {
		*at = from;
		return date_read_time(s, at, p);
	}
	if (digits > 4)
		return false;
	if (!p->has_day && digits <= 2 && value <= 31) {
		p->civil.day = value;
		p->has_day = true;
		return true;
	}
	if (p->has_year)
		return false;
	p->civil.year = full_year(value, digits);
	p->has_year = true;
	return true;
}

static bool take_half(struct date_parts *p, int32_t pm)
{
	if (!p->has_time || p->civil.hour < 1 || p->civil.hour > 12)
		return p->has_time && p->civil.hour > 12 && pm == 1; /* "14:00 PM" */
	p->civil.hour = p->civil.hour % 12 + pm * 12;
	return true;
}

static bool take_word(struct tms_str s, size_t *at, struct date_parts *p)
{
	size_t from = *at;
	int32_t value = 0;

	while (*at < s.len && (tms_is_alpha(s.ptr[*at]) || (unsigned char)s.ptr[*at] >= 0x80))
		++*at;
	struct tms_str word = tms_str_slice(s, from, *at);
	bool ends_in_comma = *at < s.len && (s.ptr[*at] == ',' || s.ptr[*at] == '.');
	switch (date_word_find(word, &value)) {
	case DATE_WORD_MONTH:
		if (p->has_month)
			return false;
		p->civil.month = value;
		p->has_month = true;
		return true;
	case DATE_WORD_WEEKDAY:
	case DATE_WORD_FILLER:
		return true;
	case DATE_WORD_HALF:
		return take_half(p, value);
	case DATE_WORD_ZONE:
		if (!p->has_time)
			return false;
		p->offset_s = value * TMS_MINUTE_S;
		p->has_zone = true;
		return true;
	case DATE_WORD_UNKNOWN:
		break;
	}
	/* a weekday in another language at the start; a zone that nobody knows (RFC 2822: as if
	 * UTC) */
	return (from == 0 && ends_in_comma) || (p->has_time && word.len <= 5);
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

bool date_parse_words(struct tms_str s, struct date_parts *p)
{
	for (size_t at = 0; at < s.len;)
		if (!take(s, &at, p))
			return false;
	return p->has_year && p->has_month && p->has_day;
}

bool tms_date_parse(struct tms_str s, struct tms_date *out)
{
	struct date_parts p = { 0 };
	tms_time t = 0;

	s = tms_str_trim(s);
	if (s.len == 0 || s.len > MAX_BYTES)
		return false;
	if (!date_parse_iso(s, &p)) {
		p = (struct date_parts){ 0 };
		if (!date_parse_words(s, &p))
			return false;
	}
	if (!tms_time_from_civil(&p.civil, &t))
		return false;
	t += (p.is_midnight_after ? TMS_DAY_S : 0) - p.offset_s;
	if (t > TMS_TIME_MAX || tms_time_to_civil(t).year < 1)
		return false;
	*out = (struct tms_date){ t, !p.has_time, p.has_zone };
	return true;
}
