/* Writing the heads of responses. Source: RFC 9110, RFC 9112 section 4. */
#ifndef TAMIS_RESPONSE_H
#define TAMIS_RESPONSE_H

#include <tamis/request.h>
#include <tamis/time.h>

/** What a browser that opens the response is allowed to do with it. */
enum tms_security {
	/**
	 * Documents for programs: feeds, JSON, plain text. Nothing in them loads or runs, no search
	 * engine lists them: Content-Security-Policy "default-src 'none'; sandbox", X-Robots-Tag
	 * noindex. The default, {0}.
	 */
	TMS_SECURITY_DOCUMENT,
	/**
	 * Our own pages: the policy given in `policy`, or TMS_POLICY_PAGE;
	 * Cross-Origin-Opener-Policy same-origin.
	 */
	TMS_SECURITY_PAGE,
};
/*
 * both also get X-Content-Type-Options nosniff and Referrer-Policy no-referrer: addresses hold
 * tokens
 */

#define TMS_POLICY_DOCUMENT "default-src 'none'; sandbox"
#define TMS_POLICY_PAGE                                                                            \
	"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "            \
	"img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

/**
 * What a response says about itself; empty fields are not written. All borrowed.
 * Date and Connection belong to the connection, which writes them when the response leaves.
 */
struct tms_response {
	int status; /* 200 to 599 */
	enum tms_security security;
	struct tms_str policy;           /* Content-Security-Policy of a page */
	struct tms_str content_type;     /* with its charset */
	struct tms_str content_encoding; /* "gzip" */
	struct tms_str cache_control;    /* "private, max-age=900" */
	struct tms_str etag;             /* with quotes */
	bool has_last_modified;
	tms_time last_modified;
	bool varies_by_coding; /* Vary: Accept-Encoding */
	struct tms_str allow;  /* for 405: "GET, HEAD" */
	struct tms_str location;
	int64_t retry_after_s;            /* 0: none */
	const struct tms_header *headers; /* further ones */
	size_t header_count;
};

/** True when no body follows, whatever the method: 1xx, 204, 304. */
bool tms_status_is_bodiless(int status);
/**
 * Append status line and headers, Content-Length last; not Date, Connection and the empty line, so
 * that the bytes can be kept and sent many times. 304 and 204 get no Content-Length, Content-Type
 * or Content-Encoding; 304 keeps its validators, Vary and Cache-Control (RFC 9110 section 15.4.5).
 * content_bytes  of the body, also when it is not sent (HEAD)
 * TMS_OK; TMS_EINVAL when a name is no token, a value holds a control byte other than the tab or
 * has white space at its ends, a field of framing is repeated or the status is no number of three
 * digits: nothing is written then; TMS_ENOMEM, TMS_ELIMIT as out->status.
 */
TMS_MUST_CHECK enum tms_status tms_response_write_head(
	struct tms_buf *out, const struct tms_response *response, uint64_t content_bytes);
/**
 * True when these bytes can be a head of tms_response_write_head for a body of so many bytes: they
 * end as it does. What lies between is believed. *status is set then.
 */
bool tms_response_head_fits(struct tms_str head, uint64_t content_bytes, int *status);
/**
 * What ends a head, the empty line included: Connection where the request's version wants it said.
 * Static.
 */
struct tms_str tms_response_end(int version_minor, bool keeps_alive);

#endif
