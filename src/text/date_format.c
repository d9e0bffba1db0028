/* Dates parsed by a format that a recipe gives (strptime's kind), and time zones. */
#include <tamis/date_format.h>

#include "date_private.h"

struct moment {
	struct tms_civil civil;
	int64_t seconds; /* of %s and %Q */
	int zone_minutes;
	int hour12; /* -1: none */
	bool is_afternoon, has_zone, has_time, is_counted;
};

/* Up to `most` digits. */
static bool take_number(struct tms_str *text, size_t most, int32_t *out)
{
	size_t len = 0;
	int64_t number = 0;

	while (len < most && len < text->len && tms_is_digit(text->ptr[len]))
		len++;
	if (!tms_str_int64(tms_str_slice(*text, 0, len), &number))
		return false;
	*text = tms_str_slice(*text, len, text->len);
	*out = (int32_t)number;
	return true;
}

/* Bytes of the space that begins here, which may be one that does not break: 0, 1 or 2. */
static size_t space_length(struct tms_str text)
{
	if (tms_str_starts(text, TMS_STR("\xc2\xa0")))
		return 2;
	return text.len > 0 && tms_is_space(text.ptr[0]);
}

static size_t word_length(struct tms_str text)
{
	size_t len = 0;

	while (len < text.len &&
		(tms_is_alpha(text.ptr[len]) || (unsigned char)text.ptr[len] >= 0x80) &&
		space_length(tms_str_slice(text, len, text.len)) == 0)
		len++;
	return len;
}

static bool take_month(struct tms_str *text, int32_t *month)
{
	struct tms_str word = tms_str_slice(*text, 0, word_length(*text));

	if (date_word_find(word, month) != DATE_WORD_MONTH)
		return false;
	*text = tms_str_slice(*text, word.len, text->len);
	return true;
}

static bool take_zone(struct tms_str *text, int *minutes)
{
	size_t len = 0;

	while (len < text->len && (tms_is_alnum(text->ptr[len]) || text->ptr[len] == ':' ||
					  (len == 0 && strchr("+-", text->ptr[0]))))
		len++;
	if (!tms_zone_parse(tms_str_slice(*text, 0, len), minutes))
		return false;
	*text = tms_str_slice(*text, len, text->len);
	return true;
}

static bool take_count(struct tms_str *text, int64_t divisor, struct moment *m)
{
	size_t len = text->len > 0 && text->ptr[0] == '-';

	while (len < text->len && tms_is_digit(text->ptr[len]))
		len++;
	if (!tms_str_int64(tms_str_slice(*text, 0, len), &m->seconds))
		return false;
	m->seconds /= divisor;
	m->is_counted = m->has_time = m->has_zone = true;
	*text = tms_str_slice(*text, len, text->len);
	return true;
}

static bool take_half(struct tms_str *text, bool *is_afternoon)
{
	bool is_am = tms_str_starts_caseless(*text, TMS_STR("am"));
	bool is_pm = tms_str_starts_caseless(*text, TMS_STR("pm"));

	*is_afternoon = is_pm;
	*text = tms_str_slice(*text, 2, text->len);
	return is_am || is_pm;
}

static bool take_year(struct tms_str *text, bool is_short, int32_t *year)
{
	if (!take_number(text, is_short ? 2 : 4, year))
		return false;
	if (is_short)
		*year += *year < 69 ? 2000 : 1900;
	return true;
}

static bool take_letter(struct tms_str *text, char letter, struct moment *m)
{
	struct tms_civil *c = &m->civil;

	m->has_time = m->has_time || letter == 'H' || letter == 'I';
	switch (letter) {
	case 'Y':
	case 'y':
		return take_year(text, letter == 'y', &c->year);
	case 'm':
		return take_number(text, 2, &c->month);
	case 'd':
	case 'e':
		return take_number(text, 2, &c->day);
	case 'b':
	case 'B':
		return take_month(text, &c->month);
	case 'H':
		return take_number(text, 2, &c->hour);
	case 'I':
		return take_number(text, 2, &m->hour12);
	case 'M':
		return take_number(text, 2, &c->minute);
	case 'S':
		return take_number(text, 2, &c->second);
	case 'p':
		return take_half(text, &m->is_afternoon);
	case 'z':
		m->has_zone = true;
		return take_zone(text, &m->zone_minutes);
	case 's':
		return take_count(text, 1, m);
	case 'Q':
		return take_count(text, 1000, m);
	case 'a':
	case 'A':
		*text = tms_str_slice(*text, word_length(*text), text->len);
		return true;
	default:
		break;
	}
	bool is_same = text->len > 0 && text->ptr[0] == letter; /* "%%" */
	*text = tms_str_slice(*text, 1, text->len);
	return is_same;
}

static struct tms_str skip_space(struct tms_str text)
{
	size_t len = 0;

	while ((len = space_length(text)) > 0)
		text = tms_str_slice(text, len, text.len);
	return text;
}

static bool read_all(struct tms_str text, struct tms_str format, struct moment *m)
{
	text = skip_space(text);
	for (size_t i = 0; i < format.len; i++) {
		char byte = format.ptr[i];
		if (tms_is_space(byte)) {
			text = skip_space(text);
		} else if (byte == '%' && i + 1 < format.len) {
			if (format.ptr[i + 1] == 'e')
				text = skip_space(text);
			if (!take_letter(&text, format.ptr[++i], m))
				return false;
		} else {
			if (text.len == 0 || tms_lower(text.ptr[0]) != tms_lower(byte))
				return false;
			text = tms_str_slice(text, 1, text.len);
		}
	}
	return true;
}

bool tms_date_read_format(
	struct tms_str text, struct tms_str format, int zone_minutes, struct tms_date *out)
{
	struct moment m = { .hour12 = -1, .zone_minutes = zone_minutes };
	tms_time t = 0;

	if (!read_all(text, format, &m))
		return false;
	if (m.hour12 > 12 || m.hour12 == 0)
		return false;
	if (m.hour12 > 0)
		m.civil.hour = m.hour12 % 12 + (m.is_afternoon ? 12 : 0);
	if (m.is_counted)
		t = m.seconds;
	else if (!tms_time_from_civil(&m.civil, &t))
		return false;
	if (t > TMS_TIME_MAX - TMS_DAY_S || t < -INT64_C(62135596800))
		return false;
	/* of a day alone nothing is known of its hours, and its zone would move it */
	if (!m.is_counted && m.has_time)
		t -= (tms_time)m.zone_minutes * TMS_MINUTE_S;
	*out = (struct tms_date){ t, !m.has_time, m.has_zone || zone_minutes != 0 };
	return true;
}

enum tms_status tms_date_format_check(struct tms_str format, struct tms_diag *diag)
{
	static const char letters[] = "YymdebBHIMSpzsQaA%";
	bool has_day = false, has_month = false, has_year = false;
	uint32_t line = 1, column = 1;

	for (size_t i = 0; i < format.len; i++) {
		if (format.ptr[i] != '%')
			continue;
		char letter = i + 1 < format.len ? format.ptr[i + 1] : '\0';
		if (letter == '\0' || !strchr(letters, letter)) {
			tms_diag_locate(format, i, &line, &column);
			tms_diag_set(diag, line, column,
				"this is no letter of a date; known are %%Y %%y %%m %%d %%e %%b %%B %%H %%I %%M %%S %%p "
				"%%z %%s %%Q %%a %%A %%%%");
			return TMS_EINVAL;
		}
		has_year = has_year || strchr("YysQ", letter);
		has_month = has_month || strchr("mbBsQ", letter);
		has_day = has_day || strchr("desQ", letter);
		i++;
	}
	if (has_year && has_month && has_day)
		return TMS_OK;
	tms_diag_set(diag, 1, 1, "a date of this form has no %s",
		!has_year    ? "year (%Y)"
		: !has_month ? "month (%m or %b)"
			     : "day (%d)");
	return TMS_EINVAL;
}

bool tms_zone_parse(struct tms_str text, int *minutes)
{
	struct tms_str rest = tms_str_slice(text, 1, text.len);
	int32_t hours = 0, more = 0;

	if (tms_str_equal_caseless(text, TMS_STR("z")) ||
		tms_str_equal_caseless(text, TMS_STR("utc")) ||
		tms_str_equal_caseless(text, TMS_STR("gmt"))) {
		*minutes = 0;
		return true;
	}
	if (text.len < 3 || !strchr("+-", text.ptr[0]) || !take_number(&rest, 2, &hours))
		return false;
	if (rest.len > 0 && rest.ptr[0] == ':')
		rest = tms_str_slice(rest, 1, rest.len);
	if ((rest.len > 0 && !take_number(&rest, 2, &more)) || rest.len > 0 || hours > 14 ||
		more > 59)
		return false;
	*minutes = (text.ptr[0] == '-' ? -1 : 1) * (hours * 60 + more);
	return true;
}
