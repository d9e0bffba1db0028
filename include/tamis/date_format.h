/* Dates of a form that is told: for pages that write them as nobody else does. */
#ifndef TAMIS_DATE_FORMAT_H
#define TAMIS_DATE_FORMAT_H

#include <tamis/date.h>
#include <tamis/diag.h>

/**
 * Is it a form that tms_date_read_format can use? Letters: %Y %y (69 is 1969, 68 is 2068) %m %d %e
 * %b %B (a month by name, short or long, in any language that dates are read in) %H %I %M %S %p %z
 * (+02:00, -0500, Z) %a %A (any word) %s %Q (seconds and milliseconds since 1970) %%. White space
 * stands for any white space; all else for itself, A-Z as a-z. It must say the day and the year.
 * TMS_OK; TMS_EINVAL, diag (may be NULL) says why and where.
 */
TMS_MUST_CHECK enum tms_status tms_date_format_check(struct tms_str format, struct tms_diag *diag);

/**
 * Read a date of that form; what follows it is passed over.
 * zone_minutes  east of Greenwich, where the form says no zone
 * False (and *out alone) when the text is of another form, or the date does not exist.
 */
bool tms_date_read_format(
	struct tms_str text, struct tms_str format, int zone_minutes, struct tms_date *out);

/** "+02:00", "-0500", "Z", "UTC" → minutes. */
bool tms_zone_parse(struct tms_str text, int *minutes);

#endif
