/* Compressing bodies. Source: RFC 1952. */
#ifndef TAMIS_GZIP_H
#define TAMIS_GZIP_H

#include <tamis/buf.h>

#define TMS_GZIP_LEVEL_DEFAULT 6

/**
 * Append one gzip member that holds the pieces one behind the other. The same input gives the same
 * bytes: no time, no name, no system in the header. level  1 fast to 9 small TMS_OK; TMS_EINVAL for
 * another level, TMS_ENOMEM, TMS_ELIMIT when out->max is reached: what was appended is then taken
 * back, and out->status stays set for the last two.
 */
TMS_MUST_CHECK enum tms_status tms_gzip(
	struct tms_buf *out, const struct tms_str *pieces, size_t count, int level);

#endif
