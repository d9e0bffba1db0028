/*
 * Conditional requests: does the client hold what it would be sent? Source: RFC 9110 sections 8.8
 * and 13.
 */
#ifndef TAMIS_CONDITIONAL_H
#define TAMIS_CONDITIONAL_H

#include <tamis/request.h>
#include <tamis/time.h>

/** What is known of the representation that would be sent. */
struct tms_validators {
	struct tms_str etag;    /* with its quotes, "W/" before it when weak; empty: none */
	tms_time last_modified; /* TMS_TIME_NONE: none */
};

/**
 * True when a GET or HEAD is answered by 304. If-None-Match decides alone when it is there: its
 * tags are compared weakly, without the "-gzip" that servers on the way put at the end of one. Else
 * If-Modified-Since is compared as a date, whatever its form; one that is no date, or lies ahead of
 * now, is ignored.
 */
bool tms_request_holds(
	const struct tms_request *request, const struct tms_validators *validators, tms_time now);

#endif
