/* Instants and spans. No function here reads a clock: `now` is an argument everywhere in the
 * library. */
#ifndef TAMIS_TIME_H
#define TAMIS_TIME_H

#include <tamis/buf.h>

/** Seconds since 1970-01-01T00:00:00Z, without leap seconds. */
typedef int64_t tms_time;

#define TMS_TIME_NONE INT64_MIN
#define TMS_MINUTE_S 60
#define TMS_HOUR_S 3600
#define TMS_DAY_S 86400
/** 9999-12-31T23:59:59Z: the last instant that RFC 3339 can write. */
#define TMS_TIME_MAX INT64_C(253402300799)

/** A moment as the Gregorian calendar writes it, in UTC. */
struct tms_civil {
	int32_t year;  /* 1 to 9999 */
	int32_t month; /* 1 to 12 */
	int32_t day;   /* 1 to 31 */
	int32_t hour, minute, second;
};

/** False (and *out alone) when the date or the time of day does not exist; second 60 is taken as
 * 59. */
bool tms_time_from_civil(const struct tms_civil *civil, tms_time *out);
/** The moment in UTC; t within what RFC 3339 can write. */
struct tms_civil tms_time_to_civil(tms_time t);
/** 0 Sunday to 6 Saturday. */
int tms_time_weekday(tms_time t);
/** 00:00:00Z of the same day. */
tms_time tms_time_day_start(tms_time t);
/** ISO 8601 year and week ("2026-W09"). */
void tms_time_iso_week(tms_time t, int *year, int *week);

/** "2026-03-01T12:00:00Z" (RFC 3339). t is not TMS_TIME_NONE. */
void tms_time_write_rfc3339(struct tms_buf *buf, tms_time t);
/** "2026-03-01". */
void tms_time_write_date(struct tms_buf *buf, tms_time t);
/** "Sun, 01 Mar 2026 12:00:00 GMT" (RFC 9110 section 5.6.7). */
void tms_time_write_http(struct tms_buf *buf, tms_time t);

/** "90s", "30m", "6h", "7d", "2w" → seconds; one unit, no sign. False on anything else and on
 * overflow. */
bool tms_span_parse(struct tms_str s, int64_t *seconds);
/** The shortest form of the same: 21600 → "6h". */
void tms_span_write(struct tms_buf *buf, int64_t seconds);

#endif
