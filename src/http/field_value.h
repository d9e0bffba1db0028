/* Bytes as HTTP sorts them. Source: RFC 9110 section 5.6. */
#ifndef TAMIS_HTTP_FIELD_VALUE_H
#define TAMIS_HTTP_FIELD_VALUE_H

#include <tamis/str.h>

/** One tchar or more: what names of methods and headers are made of. */
bool http_is_token(struct tms_str s);
/** Without spaces and tabs (OWS) at both ends; other white space is no white space here. */
struct tms_str http_trim(struct tms_str s);
/**
 * The next element of a comma-separated list, trimmed; commas within quoted strings do not
 * separate. Empty ones are skipped (RFC 9110 section 5.6.1.2). False at the end.
 */
bool http_list_next(struct tms_str *rest, struct tms_str *element);

#endif
