/* Hours and days on which a channel says that nothing new comes (RSS 2.0: skipHours, skipDays). */
#ifndef TAMIS_SKIP_H
#define TAMIS_SKIP_H

#include <tamis/time.h>

/** All in UTC; {0} skips nothing. */
struct tms_skip {
	uint32_t hours; /* bit h: from h:00 to h:59 */
	uint8_t days;   /* bit d: 0 Sunday to 6 Saturday, as tms_time_weekday counts */
};

#define TMS_SKIP_WEEKEND UINT8_C(0x41)

/**
 * Take in a day as the channel writes it ("Saturday", in any case) or an hour ("0" to "24").
 * Nothing on anything else.
 */
void tms_skip_add_day(struct tms_skip *skip, struct tms_str name);
void tms_skip_add_hour(struct tms_skip *skip, struct tms_str number);
/** What either of them skips. */
struct tms_skip tms_skip_join(struct tms_skip a, struct tms_skip b);
/**
 * t, or, when it is skipped, the next moment that is not. When nothing is left of a week it is t:
 * that is no rhythm.
 */
tms_time tms_skip_end(struct tms_skip skip, tms_time t);
/** Append when nothing comes: "on Saturdays and Sundays", "at these hours". */
void tms_skip_words(struct tms_buf *buf, struct tms_skip skip);

#endif
