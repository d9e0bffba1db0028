/* Civil dates (proleptic Gregorian) and instants, ISO weeks, RFC 3339, spans such as "2h". */
#include <tamis/time.h>

static const char *const month_names[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug",
	"Sep", "Oct", "Nov", "Dec" };
static const char *const day_names[] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

/* Days since 1970-01-01 of a proleptic Gregorian date; years start in March so that the leap day
 * comes last. */
static int64_t days_from_civil(int64_t year, int64_t month, int64_t day)
{
	year -= month <= 2;
	int64_t era = floor_div(year, 400);
	int64_t year_of_era = year - era * 400;
	int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
	return era * 146097 + day_of_era - 719468;
}

static int days_in_month(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap);
}

bool tms_time_from_civil(const struct tms_civil *c, tms_time *out)
{
	if (c->year < 1 || c->year > 9999 || c->month < 1 || c->month > 12 || c->day < 1 ||
		c->day > days_in_month(c->year, c->month))
		return false;
	if (c->hour < 0 || c->hour > 23 || c->minute < 0 || c->minute > 59 || c->second < 0 ||
		c->second > 60)
		return false;
	int second = c->second == 60 ? 59 : c->second;
	*out = days_from_civil(c->year, c->month, c->day) * TMS_DAY_S +
	       (int64_t)c->hour * TMS_HOUR_S + (int64_t)c->minute * TMS_MINUTE_S + second;
	return true;
}

struct tms_civil tms_time_to_civil(tms_time t)
{
	int64_t days = floor_div(t, TMS_DAY_S);
	int64_t rest = t - days * TMS_DAY_S;
	int64_t shifted = days + 719468;
	int64_t era = floor_div(shifted, 146097);
	int64_t day_of_era = shifted - era * 146097;
	int64_t year_of_era =
		(day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	int64_t day_of_year =
		day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t march_month = (5 * day_of_year + 2) / 153;
	int32_t month = (int32_t)(march_month + (march_month < 10 ? 3 : -9));

	return (struct tms_civil){
		.year = (int32_t)(year_of_era + era * 400 + (month <= 2)),
		.month = month,
		.day = (int32_t)(day_of_year - (153 * march_month + 2) / 5 + 1),
		.hour = (int32_t)(rest / TMS_HOUR_S),
		.minute = (int32_t)(rest % TMS_HOUR_S / TMS_MINUTE_S),
		.second = (int32_t)(rest % TMS_MINUTE_S),
	};
}

int tms_time_weekday(tms_time t)
{
	int64_t day = (floor_div(t, TMS_DAY_S) + 4) % 7;

	return (int)(day < 0 ? day + 7 : day);
}

tms_time tms_time_day_start(tms_time t)
{
	return floor_div(t, TMS_DAY_S) * TMS_DAY_S;
}

void tms_time_iso_week(tms_time t, int *year, int *week)
{
	/* A week belongs to the year of its Thursday (ISO 8601). */
	int from_monday = (tms_time_weekday(t) + 6) % 7;
	tms_time thursday = tms_time_day_start(t) + (int64_t)(3 - from_monday) * TMS_DAY_S;
	struct tms_civil civil = tms_time_to_civil(thursday);
	int64_t day_of_year = floor_div(thursday, TMS_DAY_S) - days_from_civil(civil.year, 1, 1);

	*year = civil.year;
	*week = (int)(day_of_year / 7) + 1;
}

void tms_time_write_date(struct tms_buf *buf, tms_time t)
{
	struct tms_civil c = tms_time_to_civil(t);

	tms_buf_format(buf, "%04d-%02d-%02d", c.year, c.month, c.day);
}

void tms_time_write_rfc3339(struct tms_buf *buf, tms_time t)
{
	struct tms_civil c = tms_time_to_civil(t);

	tms_buf_format(buf, "%04d-%02d-%02dT%02d:%02d:%02dZ", c.year, c.month, c.day, c.hour,
		c.minute, c.second);
}

void tms_time_write_http(struct tms_buf *buf, tms_time t)
{
	struct tms_civil c = tms_time_to_civil(t);

	tms_buf_format(buf, "%s, %02d %s %04d %02d:%02d:%02d GMT", day_names[tms_time_weekday(t)],
		c.day, month_names[c.month - 1], c.year, c.hour, c.minute, c.second);
}

static const struct {
	char letter;
	int64_t seconds;
} units[] = { { 'w', 7 * TMS_DAY_S }, { 'd', TMS_DAY_S }, { 'h', TMS_HOUR_S },
	{ 'm', TMS_MINUTE_S }, { 's', 1 } };

bool tms_span_parse(struct tms_str s, int64_t *seconds)
{
	int64_t count = 0;

	if (s.len < 2 || !tms_is_digit(s.ptr[0]) ||
		!tms_str_int64((struct tms_str){ s.ptr, s.len - 1 }, &count))
		return false;
	for (size_t i = 0; i < TMS_COUNT(units); i++)
		if (units[i].letter == s.ptr[s.len - 1] &&
			!__builtin_mul_overflow(count, units[i].seconds, &count)) {
			*seconds = count;
			return true;
		}
	return false;
}

void tms_span_write(struct tms_buf *buf, int64_t seconds)
{
	size_t i = 0;

	/* weeks only when they are said as weeks: 14d reads better than 2w in settings */
	for (i = 1; i + 1 < TMS_COUNT(units); i++)
		if (seconds != 0 && seconds % units[i].seconds == 0)
			break;
	tms_buf_format(buf, "%lld%c", (long long)(seconds / units[i].seconds), units[i].letter);
}
