/* Moments to the microsecond, as entries show them. */
#ifndef TAMIS_FEED_INSTANT_H
#define TAMIS_FEED_INSTANT_H

#include <tamis/time.h>

#define TMS_US_PER_S INT64_C(1000000)

/** Within what RFC 3339 can write and readers believe: 1970 to 9999. */
tms_time instant_clamp(tms_time t);
/** "2026-03-01T12:00:00.123456Z"; without the fraction when it is zero. us is not negative. */
void instant_write(struct tms_buf *buf, int64_t us);

#endif
