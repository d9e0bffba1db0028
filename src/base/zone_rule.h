/*
 * The rule behind the last change that a zone's file lists: when clocks go on being put forward and
 * back, as the environment variable TZ says it.
 * Source: POSIX.1-2017, section 8.3; RFC 9636, section 3.3.1 (hours from -167 to 167).
 */
#ifndef TAMIS_BASE_ZONE_RULE_H
#define TAMIS_BASE_ZONE_RULE_H

#include <tamis/str.h>
#include <tamis/time.h>

enum zone_rule_kind {
	ZONE_RULE_WEEKDAY, /* Mm.w.d: weekday `day` of the week-th week of a month; 5 is the last */
	ZONE_RULE_JULIAN,  /* Jn: day 1 to 365, 29 February never counted */
	ZONE_RULE_DAY,     /* n: day 0 to 365 */
};

/** A moment of each year, as the clocks before it show it. */
struct zone_rule_change {
	enum zone_rule_kind kind;
	int32_t month, week, day;
	int32_t time_s; /* from the beginning of that day */
};

struct zone_rule {
	int32_t standard_s, summer_s; /* ahead of UTC */
	bool has_summer;
	struct zone_rule_change begins, ends; /* of summer time */
};

/** Read it; false (and *out alone) when it is none. */
bool zone_rule_read(struct tms_str text, struct zone_rule *out);
/** Seconds that clocks are ahead of UTC then. */
int32_t zone_rule_offset(const struct zone_rule *rule, tms_time t);

#endif
