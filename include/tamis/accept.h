/* Which coding of a response a client takes. Source: RFC 9110 section 12.5.3. */
#ifndef TAMIS_ACCEPT_H
#define TAMIS_ACCEPT_H

#include <tamis/str.h>

enum tms_coding {
	TMS_CODING_IDENTITY,
	TMS_CODING_GZIP,
	TMS_CODING_NONE, /* it refuses both: 406 would be right, the plain bytes are kinder */
};

/**
 * gzip when it is taken and not ranked below identity. "x-gzip" is gzip; what is malformed is
 * skipped.
 * accept_encoding  the field's value, all lines joined; empty: no field, which asks for the plain
 *                  bytes here
 */
enum tms_coding tms_accept_coding(struct tms_str accept_encoding);

#endif
