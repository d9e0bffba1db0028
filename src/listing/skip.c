/* skipHours and skipDays of RSS: parsed, joined, when they end, told in words. */
#include <tamis/skip.h>

#define WEEK_HOURS (7 * 24)

static const struct tms_str days[] = { TMS_STR_INIT("Sunday"), TMS_STR_INIT("Monday"),
	TMS_STR_INIT("Tuesday"), TMS_STR_INIT("Wednesday"), TMS_STR_INIT("Thursday"),
	TMS_STR_INIT("Friday"), TMS_STR_INIT("Saturday") };

void tms_skip_add_day(struct tms_skip *skip, struct tms_str name)
{
	for (size_t i = 0; i < TMS_COUNT(days); i++)
		if (tms_str_equal_caseless(tms_str_trim(name), days[i]))
			skip->days |= (uint8_t)(1u << i);
}

void tms_skip_add_hour(struct tms_skip *skip, struct tms_str number)
{
	int64_t hour = -1;

	if (tms_str_int64(tms_str_trim(number), &hour) && hour >= 0 && hour <= 24)
		skip->hours |= UINT32_C(1) << (hour % 24); /* RSS 0.91 counts from 1 to 24 */
}

struct tms_skip tms_skip_join(struct tms_skip a, struct tms_skip b)
{
	return (struct tms_skip){ .hours = a.hours | b.hours, .days = a.days | b.days };
}

static bool is_skipped(struct tms_skip skip, tms_time t)
{
	return (skip.days >> tms_time_weekday(t) & 1) ||
	       (skip.hours >> ((t - tms_time_day_start(t)) / TMS_HOUR_S) & 1);
}

tms_time tms_skip_end(struct tms_skip skip, tms_time t)
{
	tms_time day = tms_time_day_start(t);
	tms_time hour = day + (t - day) / TMS_HOUR_S * TMS_HOUR_S;

	if (!is_skipped(skip, t))
		return t;
	for (int i = 1; i <= WEEK_HOURS; i++)
		if (!is_skipped(skip, hour + i * (tms_time)TMS_HOUR_S))
			return hour + i * (tms_time)TMS_HOUR_S;
	return t;
}

/* From Monday on, as weeks are told: "on Saturdays and Sundays". */
static void write_days(struct tms_buf *buf, uint8_t set)
{
	int left = 0;

	for (int i = 0; i < 7; i++)
		left += set >> i & 1;
	for (int i = 1, told = 0; i <= 7; i++) {
		if (!(set >> (i % 7) & 1))
			continue;
		tms_buf_add_cstr(buf, told++ == 0 ? "on " : left == 1 ? " and " : ", ");
		tms_buf_format(buf, "%.*ss", TMS_STR_ARGS(days[i % 7]));
		left--;
	}
}

void tms_skip_words(struct tms_buf *buf, struct tms_skip skip)
{
	write_days(buf, skip.days);
	if (skip.hours)
		tms_buf_add_cstr(buf, skip.days ? ", nor at some hours" : "at these hours");
}
