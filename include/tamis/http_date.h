/* Dates of HTTP headers. Source: RFC 9110 section 5.6.7. tms_time_write_http writes them. */
#ifndef TAMIS_HTTP_DATE_H
#define TAMIS_HTTP_DATE_H

#include <tamis/time.h>

/**
 * The instant of an HTTP-date in any of its three forms: IMF-fixdate ("Sun, 06 Nov 1994 08:49:37
 * GMT"), RFC 850 ("Sunday, 06-Nov-94 08:49:37 GMT") and asctime ("Sun Nov  6 08:49:37 1994").
 * now  decides the century of RFC 850's two digits: more than 50 years ahead is taken as past
 * False (and *out alone) on anything else; the name of the day is not compared with the date.
 */
bool tms_http_date_parse(struct tms_str s, tms_time now, tms_time *out);

#endif
