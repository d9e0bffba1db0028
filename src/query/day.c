/*
 * Dates: days, weeks, months and years as clocks somewhere show them, and days that are counted from
 * today, whose verdicts turn at midnight there.
 */
#include "parse_private.h"

/* Behind its own day an item's verdict turns within a week and what is counted back. */
#define TURNS_WITHIN_S (18 * (int64_t)TMS_DAY_S)

/* ---- reading ---- */

static bool read_digits(struct tms_str s, size_t count, int32_t *out)
{
	int64_t value = 0;

	if (s.len != count || !tms_is_digit(s.ptr[0]) || !tms_str_int64(s, &value))
		return false;
	*out = (int32_t)value;
	return true;
}

/* From the first second of the day `first` to the last before the day `behind`; which may be the
 * first that cannot be written. */
static bool span_days(const struct tms_zone *zone, const struct tms_civil *first,
	const struct tms_civil *behind, struct query_span_of_time *out)
{
	struct query_span_of_time span = { 0 };

	if (!tms_zone_from_civil(zone, first, &span.first))
		return false;
	if (tms_zone_from_civil(zone, behind, &span.last))
		span.last--;
	else
		span.last = TMS_TIME_MAX;
	*out = span;
	return true;
}

static struct tms_civil day_behind(const struct tms_civil *first, int64_t days)
{
	tms_time t = 0;

	if (!tms_time_from_civil(first, &t))
		return (struct tms_civil){ 0 };
	return tms_time_to_civil(t + days * TMS_DAY_S);
}

/* ISO 8601: week 1 has 4 January in it, and weeks begin on Monday. */
static bool read_week(int32_t year, struct tms_str text, const struct tms_zone *zone,
	struct query_span_of_time *out)
{
	struct tms_civil in_first = { .year = year, .month = 1, .day = 4 };
	int found_year = 0, found_week = 0;
	int32_t week = 0;
	tms_time t = 0;

	if (!read_digits(text, 2, &week) || !tms_time_from_civil(&in_first, &t))
		return false;
	t += ((int64_t)week - 1) * 7 * TMS_DAY_S - (tms_time_weekday(t) + 6) % 7 * TMS_DAY_S;
	tms_time_iso_week(t, &found_year, &found_week);
	if (found_year != year || found_week != week)
		return false;
	struct tms_civil first = tms_time_to_civil(t);
	struct tms_civil behind = day_behind(&first, 7);
	return span_days(zone, &first, &behind, out);
}

static bool read_calendar(
	struct tms_str s, const struct tms_zone *zone, struct query_span_of_time *out)
{
	struct tms_civil first = { .month = 1, .day = 1 };
	struct tms_str year, month, day;

	if (tms_str_ends(s, TMS_STR("-")) || !tms_str_split(&s, '-', &year) ||
		!read_digits(year, 4, &first.year))
		return false;
	struct tms_civil behind = { .year = first.year + 1, .month = 1, .day = 1 };
	if (tms_str_split(&s, '-', &month)) {
		if (month.len == 3 && tms_lower(month.ptr[0]) == 'w')
			return s.len == 0 &&
			       read_week(first.year, tms_str_slice(month, 1, 3), zone, out);
		if (!read_digits(month, 2, &first.month))
			return false;
		behind = first;
		behind.month = first.month % 12 + 1;
		behind.year += first.month == 12;
	}
	if (tms_str_split(&s, '-', &day)) {
		if (!read_digits(day, 2, &first.day))
			return false;
		behind = day_behind(&first, 1);
	}
	return s.len == 0 && span_days(zone, &first, &behind, out);
}

bool query_read_date(struct tms_str s, const struct tms_zone *zone, struct query_span_of_time *out)
{
	static const struct {
		struct tms_str name;
		struct query_day day;
	} names[] = {
		{ TMS_STR_INIT("today"), { .from = DAY_TODAY } },
		{ TMS_STR_INIT("yesterday"), { .from = DAY_TODAY, .back = 1 } },
		{ TMS_STR_INIT("sunday"), { .from = DAY_WEEKDAY, .back = 0 } },
		{ TMS_STR_INIT("monday"), { .from = DAY_WEEKDAY, .back = 1 } },
		{ TMS_STR_INIT("tuesday"), { .from = DAY_WEEKDAY, .back = 2 } },
		{ TMS_STR_INIT("wednesday"), { .from = DAY_WEEKDAY, .back = 3 } },
		{ TMS_STR_INIT("thursday"), { .from = DAY_WEEKDAY, .back = 4 } },
		{ TMS_STR_INIT("friday"), { .from = DAY_WEEKDAY, .back = 5 } },
		{ TMS_STR_INIT("saturday"), { .from = DAY_WEEKDAY, .back = 6 } },
	};

	for (size_t i = 0; i < TMS_COUNT(names); i++) {
		if (!tms_str_equal_caseless(s, names[i].name))
			continue;
		*out = (struct query_span_of_time){ .first_day = names[i].day,
			.last_day = names[i].day };
		out->last_day.is_last = 1;
		return true;
	}
	return read_calendar(s, zone, out);
}

bool query_take_zone(
	struct query_parser *p, struct query_written *written, const struct tms_zone **zone)
{
	size_t at = tms_str_find_byte(written->text, '@', 0);
	const struct tms_zones *zones = p->options->zones;
	struct tms_diag why = { 0 };

	*zone = p->options->zone;
	if (at == SIZE_MAX)
		return true;
	struct tms_str name = tms_str_slice(written->text, at + 1, written->text.len);
	written->text.len = at;
	*zone = NULL;
	if (tms_str_equal_caseless(name, TMS_STR("UTC")))
		return true;
	if (!zones || !tms_zone_is_name(name)) {
		(void)query_fail(p, written->at,
			"found \"%.*s\" behind \"@\", expected the name of a time zone%s",
			TMS_STR_ARGS(name),
			zones ? " as the zone database has it (Europe/Berlin)" : ": UTC");
		return false;
	}
	*zone = zones->find(zones->context, name, &why);
	if (!*zone)
		(void)query_fail(p, written->at, "%s", why.text);
	return *zone != NULL;
}

/* ---- verdicts ---- */

/* Midnight in UTC is a day without a time. */
static bool is_bare_day(tms_time date)
{
	return date % TMS_DAY_S == 0;
}

tms_time query_dates_there(const struct query_dates *dates, tms_time date)
{
	if (!dates->zone || !is_bare_day(date))
		return date;
	struct tms_civil civil = tms_time_to_civil(date);
	(void)tms_zone_from_civil(dates->zone, &civil, &date);
	return date;
}

/* The end of a span at `now`. */
static tms_time end_at(const struct query_day *day, const struct tms_zone *zone, tms_time now)
{
	tms_time t = tms_zone_day_start(zone, now);
	int days = day->back;

	if (day->from == DAY_WEEKDAY)
		days = (tms_time_weekday(t + tms_zone_offset(zone, t)) - day->back + 7) % 7;
	/* the middle of that day, whatever clocks were put forward or back */
	t += TMS_DAY_S / 2 - days * (int64_t)TMS_DAY_S;
	t = day->is_last ? tms_zone_day_end(zone, t) - 1 : tms_zone_day_start(zone, t);
	return t + day->shift_s;
}

void query_dates_ends(
	const struct query_dates *dates, tms_time now, tms_time *least, tms_time *most)
{
	*least = dates->least;
	*most = dates->most;
	if (dates->least_day.from != DAY_NONE)
		*least = end_at(&dates->least_day, dates->zone, now);
	if (dates->most_day.from != DAY_NONE)
		*most = end_at(&dates->most_day, dates->zone, now);
}

bool query_dates_hold(const struct query_dates *dates, tms_time date, tms_time now)
{
	tms_time least, most;

	if (date == TMS_TIME_NONE)
		return false;
	query_dates_ends(dates, now, &least, &most);
	date = query_dates_there(dates, date);
	return least <= date && date <= most;
}

int32_t query_dates_offset(const struct query_dates *dates, tms_time date)
{
	return is_bare_day(date) ? 0 : tms_zone_offset(dates->zone, date);
}

tms_time query_dates_turn(
	const struct query_dates *dates, tms_time date, tms_time after, tms_time best)
{
	if (date == TMS_TIME_NONE || after > date + TURNS_WITHIN_S)
		return best;
	date = query_dates_there(dates, date);
	tms_time midnight = tms_zone_day_start(dates->zone, date);
	if (midnight <= after)
		midnight = tms_zone_day_end(dates->zone, after);
	return midnight <= date + TURNS_WITHIN_S && midnight < best ? midnight : best;
}
