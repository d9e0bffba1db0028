/* Conditional requests: does the client hold what it would be sent? Source: RFC 9110 sections 8.8
 * and 13. */
#ifndef TAMIS_CONDITIONAL_H
#define TAMIS_CONDITIONAL_H

#include <tamis/request.h>
#include <tamis/time.h>

/** What is known of the representation that would be sent. */
struct tms_validators {
	struct tms_str etag;    /* with its quotes, "W/" before it when weak; empty: none */
	tms_time last_modified; /* TMS_TIME_NONE: none */
};

/** True for `"…"` or `W/"…"` of the bytes that an entity tag may hold. */
bool tms_etag_is_valid(struct tms_str etag);
/**
 * True when an If-None-Match list names this tag, or is "*" and there is a tag. Compared weakly; a
 * "-gzip" at the end of either opaque tag does not count, because Apache's mod_deflate and its like
 * add it on the way. What is not a tag in the list is skipped.
 */
bool tms_etag_list_matches(struct tms_str list, struct tms_str etag);
/**
 * True when a GET or HEAD is answered by 304. If-None-Match decides alone when it is there; else
 * If-Modified-Since is compared as a date, whatever its form; one that is no date, or lies ahead of
 * now, is ignored.
 */
bool tms_request_holds(
	const struct tms_request *request, const struct tms_validators *validators, tms_time now);

#endif
