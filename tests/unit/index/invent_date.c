/* Single terms about dates: as they stand, in time zones, and counted from today. */
#include "invent.h"

#include <stdlib.h>
#include <time.h>

/* ---- zones without summer time, which the reference knows by their offsets alone ---- */

static const struct {
	const char *name, *rule;
	int64_t ahead_s;
} zones[] = { { "Test/West", "<-0930>9:30", -34200 }, { "Test/East", "<+13>-13", 46800 } };

static const struct tms_zone *find_zone(void *context, struct tms_str name, struct tms_diag *diag)
{
	/* a file of version 2 that lists no change, up to its rule */
	static const char block[] = "TZif2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
				    "\0\0\0\0\0\0\0\1\0\0\0\1\0\0\0\0\0\0";
	static const struct tms_zone *made[TMS_COUNT(zones)];
	static struct tms_arena arena;
	struct tms_buf file = { 0 };
	size_t i = 0;

	while (i < TMS_COUNT(zones) && !tms_str_equal(name, tms_str_from(zones[i].name)))
		i++;
	if (i == TMS_COUNT(zones))
		return NULL;
	tms_buf_add(&file, (struct tms_str){ block, sizeof(block) });
	tms_buf_add(&file, (struct tms_str){ block, sizeof(block) });
	tms_buf_format(&file, "\n%s\n", zones[i].rule);
	if (!made[i] && tms_zone_read(&arena, name, tms_buf_str(&file), &made[i], diag) != TMS_OK)
		abort();
	tms_buf_free(&file);
	return made[i];
}

const struct tms_zones *invented_zones(void)
{
	static const struct tms_zones all = { find_zone, NULL };

	return &all;
}

static void choose_zone(struct rule_maker *maker, struct ask *ask)
{
	uint32_t side = roll(maker->dice, 2 * TMS_COUNT(zones));

	if (side >= TMS_COUNT(zones))
		return;
	ask->ahead_s = zones[side].ahead_s;
	ask->zone = zones[side].name;
}

static void print_zone(struct rule_maker *maker, struct ask *ask)
{
	if (ask->zone)
		ask->print = tms_arena_format(
			maker->arena, "%.*s@%s", TMS_STR_ARGS(ask->print), ask->zone);
}

/* ---- dates ---- */

/* The day, month or year of a moment, by the C library's calendar. */
static struct written write_date(struct rule_maker *maker, tms_time moment)
{
	static const int lengths[] = { 10, 10, 7, 4 };
	uint32_t side = roll(maker->dice, TMS_COUNT(lengths));
	time_t seconds = (time_t)moment;
	struct tm first, next;
	char text[16];

	(void)gmtime_r(&seconds, &first);
	(void)strftime(text, sizeof(text), "%Y-%m-%d", &first);
	first = (struct tm){ .tm_year = first.tm_year,
		.tm_mon = side < 3 ? first.tm_mon : 0,
		.tm_mday = side < 2 ? first.tm_mday : 1 };
	next = first;
	*(side < 2 ? &next.tm_mday : side == 2 ? &next.tm_mon : &next.tm_year) += 1;
	return (struct written){ tms_arena_format(maker->arena, "%.*s", lengths[side], text),
		timegm(&first), timegm(&next) - 1 };
}

static struct ask *calendar_leaf(struct rule_maker *maker)
{
	static const char *const date_names[] = { "published", "submitted", "updated", "seen" };
	const char *prefix;
	uint32_t row = roll(maker->dice, TMS_COUNT(date_names));
	struct ask *ask = invent_plain_leaf(maker, (enum ask_kind)(ASK_PUBLISHED + row), &prefix);

	choose_zone(maker, ask);
	tms_time moment = maker->now - (tms_time)roll(maker->dice, 20 * TMS_DAY_S);
	struct written a = write_date(maker, moment);
	struct written b = write_date(maker, moment + TMS_DAY_S * (tms_time)roll(maker->dice, 9));

	if (b.last < a.first)
		b = a;
	a.first -= ask->ahead_s;
	a.last -= ask->ahead_s;
	b.first -= ask->ahead_s;
	b.last -= ask->ahead_s;
	invent_comparison(maker, ask, date_names[row], a, b);
	print_zone(maker, ask);
	return ask;
}

/* "published>=yesterday", "since:monday" */
static struct ask *today_leaf(struct rule_maker *maker)
{
	static const char *const days[] = { "today", "Yesterday", "sunday", "monday", "tuesday",
		"wednesday", "thursday", "Friday", "saturday" };
	static const char *const signs[] = { "<", "<=", ">", ">=", ":", "since:" };
	const char *prefix;
	struct ask *ask = invent_plain_leaf(maker, ASK_PUBLISHED, &prefix);
	uint32_t day = roll(maker->dice, TMS_COUNT(days)),
		 sign = roll(maker->dice, TMS_COUNT(signs));

	ask->day = day < 2 ? -1 - (int)day : (int)day - 2;
	ask->counts_from_today = true;
	ask->day_least = sign == 2 ? ASK_BEHIND : sign > 2 ? ASK_BEGINNING : ASK_OPEN;
	ask->day_most = sign == 0 ? ASK_BEGINNING : sign == 1 || sign == 4 ? ASK_BEHIND : ASK_OPEN;
	ask->print = tms_arena_format(
		maker->arena, "%s%s%s", sign == 5 ? "" : "published", signs[sign], days[day]);
	choose_zone(maker, ask);
	print_zone(maker, ask);
	return ask;
}

struct ask *invent_date_leaf(struct rule_maker *maker)
{
	return chance(maker->dice, 3) ? today_leaf(maker) : calendar_leaf(maker);
}
