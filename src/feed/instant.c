/* RFC 3339 to the microsecond. */
#include "instant.h"

tms_time instant_clamp(tms_time t)
{
	if (t < 0)
		return 0;
	return t > TMS_TIME_MAX ? TMS_TIME_MAX : t;
}

void instant_write(struct tms_buf *buf, int64_t us)
{
	tms_time_write_rfc3339(buf, us / TMS_US_PER_S);
	if (us % TMS_US_PER_S == 0 || buf->status != TMS_OK)
		return;
	buf->len--; /* the Z */
	tms_buf_format(buf, ".%06dZ", (int)(us % TMS_US_PER_S));
}
