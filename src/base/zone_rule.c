/* "CET-1CEST,M3.5.0,M10.5.0/3": summer time by a rule for each year. */
#include "base/zone_rule.h"

/* A number of at most `max` at the cursor, which goes past it. */
static bool take_number(struct tms_str *s, int32_t max, int32_t *out)
{
	int32_t value = 0;
	size_t at = 0;

	while (at < s->len && tms_is_digit(s->ptr[at]) && value <= max)
		value = value * 10 + (s->ptr[at++] - '0');
	if (at == 0 || value > max)
		return false;
	*s = tms_str_slice(*s, at, s->len);
	*out = value;
	return true;
}

static bool take(struct tms_str *s, char byte)
{
	if (s->len == 0 || s->ptr[0] != byte)
		return false;
	*s = tms_str_slice(*s, 1, s->len);
	return true;
}

/* "[+-]hh[:mm[:ss]]" in seconds. */
static bool take_time(struct tms_str *s, int32_t hours_max, int32_t *out)
{
	int32_t hours, minutes = 0, seconds = 0;
	bool is_negative = take(s, '-');

	if (!is_negative)
		(void)take(s, '+');
	if (!take_number(s, hours_max, &hours))
		return false;
	if (take(s, ':') &&
		(!take_number(s, 59, &minutes) || (take(s, ':') && !take_number(s, 59, &seconds))))
		return false;
	*out = hours * TMS_HOUR_S + minutes * TMS_MINUTE_S + seconds;
	if (is_negative)
		*out = -*out;
	return true;
}

/* The name of a time: letters, or anything between "<" and ">". It is of no use here. */
static bool skip_name(struct tms_str *s)
{
	size_t at = 0;

	if (take(s, '<')) {
		at = tms_str_find_byte(*s, '>', 0);
		if (at == SIZE_MAX || at == 0)
			return false;
		*s = tms_str_slice(*s, at + 1, s->len);
		return true;
	}
	while (at < s->len && tms_is_alpha(s->ptr[at]))
		at++;
	*s = tms_str_slice(*s, at, s->len);
	return at >= 3;
}

static bool take_change(struct tms_str *s, struct zone_rule_change *out)
{
	struct zone_rule_change change = { .kind = ZONE_RULE_DAY, .time_s = 2 * TMS_HOUR_S };
	bool is_right;

	if (!take(s, ','))
		return false;
	if (take(s, 'M')) {
		change.kind = ZONE_RULE_WEEKDAY;
		is_right = take_number(s, 12, &change.month) && change.month > 0 && take(s, '.') &&
			   take_number(s, 5, &change.week) && change.week > 0 && take(s, '.') &&
			   take_number(s, 6, &change.day);
	} else if (take(s, 'J')) {
		change.kind = ZONE_RULE_JULIAN;
		is_right = take_number(s, 365, &change.day) && change.day > 0;
	} else {
		is_right = take_number(s, 365, &change.day);
	}
	if (!is_right || (take(s, '/') && !take_time(s, 167, &change.time_s)))
		return false;
	*out = change;
	return true;
}

bool zone_rule_read(struct tms_str text, struct zone_rule *out)
{
	struct zone_rule rule = { 0 };
	int32_t west = 0;

	if (!skip_name(&text) || !take_time(&text, 24, &west))
		return false;
	rule.standard_s = -west; /* written as what has to be added to reach UTC */
	rule.summer_s = rule.standard_s + TMS_HOUR_S;
	if (text.len > 0) {
		rule.has_summer = true;
		if (!skip_name(&text))
			return false;
		if (text.len > 0 && text.ptr[0] != ',') {
			if (!take_time(&text, 24, &west))
				return false;
			rule.summer_s = -west;
		}
		if (!take_change(&text, &rule.begins) || !take_change(&text, &rule.ends) ||
			text.len > 0)
			return false;
	}
	*out = rule;
	return true;
}

/* When clocks are changed in a year, by those before; false when the year cannot be written. */
static bool change_at(
	const struct zone_rule_change *change, int32_t year, int32_t before_s, tms_time *out)
{
	struct tms_civil first = { .year = year, .month = 1, .day = 1 };
	int64_t days = change->day;
	tms_time day;

	if (change->kind == ZONE_RULE_WEEKDAY)
		first.month = change->month;
	if (!tms_time_from_civil(&first, &day))
		return false;
	if (change->kind == ZONE_RULE_WEEKDAY) {
		days = (change->day - tms_time_weekday(day) + 7) % 7 + (change->week - 1) * 7;
		/* where there is no fifth, the fourth is the last */
		if (tms_time_to_civil(day + days * TMS_DAY_S).month != change->month)
			days -= 7;
	} else if (change->kind == ZONE_RULE_JULIAN) {
		struct tms_civil leap = { .year = year, .month = 2, .day = 29 };
		tms_time unused;
		days -= change->day < 60 || !tms_time_from_civil(&leap, &unused);
	}
	*out = day + days * TMS_DAY_S + change->time_s - before_s;
	return true;
}

int32_t zone_rule_offset(const struct zone_rule *rule, tms_time t)
{
	int32_t offset = rule->standard_s;
	tms_time newest = INT64_MIN, at;

	if (!rule->has_summer)
		return offset;
	int32_t year = tms_time_to_civil(t + rule->standard_s).year;
	for (int32_t y = year - 1; y <= year + 1; y++) {
		if (change_at(&rule->ends, y, rule->summer_s, &at) && at <= t && at > newest) {
			newest = at;
			offset = rule->standard_s;
		}
		/* summer time that begins when it ended lasts all the year */
		if (change_at(&rule->begins, y, rule->standard_s, &at) && at <= t && at >= newest) {
			newest = at;
			offset = rule->summer_s;
		}
	}
	return offset;
}
