/* HTTP dates parsed in their three forms: IMF-fixdate, RFC 850, asctime. */
#include <tamis/http_date.h>

static const char month_names[12][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug",
	"Sep", "Oct", "Nov", "Dec" };
static const char *const day_names[7] = { "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday",
	"Friday", "Saturday" };

/*
 * The three forms as patterns: D and M and Y stand for digits of day, month name and year, h m s
 * for the time, _ for a digit or a space (asctime's day); all else for itself. The name of the day
 * is taken off before.
 */
#define PATTERN_FIXDATE ", DD MMM YYYY hh:mm:ss GMT"
#define PATTERN_RFC850 ", DD-MMM-YY hh:mm:ss GMT"
#define PATTERN_ASCTIME " MMM _D hh:mm:ss YYYY"

static bool take_digit(char byte, int32_t *value)
{
	if (!tms_is_digit(byte))
		return false;
	*value = *value * 10 + (byte - '0');
	return true;
}

static bool take_month(const char *text, int32_t *month)
{
	for (int32_t i = 0; i < 12; i++)
		if (memcmp(text, month_names[i], 3) == 0) {
			*month = i + 1;
			return true;
		}
	return false;
}

static bool take_byte(char sign, char byte, struct tms_civil *civil)
{
	switch (sign) {
	case '_':
		return byte == ' ' || take_digit(byte, &civil->day);
	case 'D':
		return take_digit(byte, &civil->day);
	case 'Y':
		return take_digit(byte, &civil->year);
	case 'h':
		return take_digit(byte, &civil->hour);
	case 'm':
		return take_digit(byte, &civil->minute);
	case 's':
		return take_digit(byte, &civil->second);
	default:
		return byte == sign;
	}
}

static bool matches(struct tms_str s, const char *pattern, struct tms_civil *civil)
{
	*civil = (struct tms_civil){ 0 };
	if (s.len != strlen(pattern))
		return false;
	for (size_t i = 0; i < s.len; i++) {
		/* "GMT" holds the sign of the month, but only the month has three of them */
		if (pattern[i] == 'M' && pattern[i + 1] == 'M') {
			if (!take_month(s.ptr + i, &civil->month))
				return false;
			i += 2;
		} else if (!take_byte(pattern[i], s.ptr[i], civil)) {
			return false;
		}
	}
	return true;
}

/* RFC 9110: a two-digit year that seems more than 50 years ahead is the last one with these digits.
 */
static void add_century(struct tms_civil *civil, tms_time now)
{
	struct tms_civil today = tms_time_to_civil(now);

	civil->year += today.year - today.year % 100;
	if (civil->year > today.year + 50)
		civil->year -= 100;
}

static bool take_day_name(struct tms_str *s, size_t bytes)
{
	for (size_t i = 0; i < TMS_COUNT(day_names); i++) {
		size_t len = bytes ? bytes : strlen(day_names[i]);
		if (!tms_str_starts(*s, (struct tms_str){ day_names[i], len }))
			continue;
		*s = tms_str_slice(*s, len, s->len);
		return true;
	}
	return false;
}

bool tms_http_date_parse(struct tms_str s, tms_time now, tms_time *out)
{
	struct tms_civil civil = { 0 };
	struct tms_str rest = s;

	if (take_day_name(&rest, 3) &&
		(matches(rest, PATTERN_FIXDATE, &civil) || matches(rest, PATTERN_ASCTIME, &civil)))
		return tms_time_from_civil(&civil, out);
	rest = s;
	if (!take_day_name(&rest, 0) || !matches(rest, PATTERN_RFC850, &civil))
		return false;
	add_century(&civil, now);
	return tms_time_from_civil(&civil, out);
}
