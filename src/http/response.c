/* Response heads written: status line, fields, framing, security fields. */
#include <tamis/response.h>

#include "field_value.h"

#define VERSION_TEXT "HTTP/1.1 "
#define LENGTH_TEXT "Content-Length: "

bool tms_status_is_bodiless(int status)
{
	return status < 200 || status == 204 || status == 304;
}

static const char *phrase_of(int status)
{
	static const struct {
		int status;
		const char *phrase;
	} rows[] = {
		{ 100, "Continue" },
		{ 200, "OK" },
		{ 201, "Created" },
		{ 202, "Accepted" },
		{ 204, "No Content" },
		{ 301, "Moved Permanently" },
		{ 302, "Found" },
		{ 303, "See Other" },
		{ 304, "Not Modified" },
		{ 307, "Temporary Redirect" },
		{ 308, "Permanent Redirect" },
		{ 400, "Bad Request" },
		{ 401, "Unauthorized" },
		{ 403, "Forbidden" },
		{ 404, "Not Found" },
		{ 405, "Method Not Allowed" },
		{ 406, "Not Acceptable" },
		{ 408, "Request Timeout" },
		{ 409, "Conflict" },
		{ 410, "Gone" },
		{ 411, "Length Required" },
		{ 412, "Precondition Failed" },
		{ 413, "Content Too Large" },
		{ 414, "URI Too Long" },
		{ 415, "Unsupported Media Type" },
		{ 417, "Expectation Failed" },
		{ 422, "Unprocessable Content" },
		{ 428, "Precondition Required" },
		{ 429, "Too Many Requests" },
		{ 431, "Request Header Fields Too Large" },
		{ 500, "Internal Server Error" },
		{ 501, "Not Implemented" },
		{ 502, "Bad Gateway" },
		{ 503, "Service Unavailable" },
		{ 504, "Gateway Timeout" },
		{ 505, "HTTP Version Not Supported" },
		{ 507, "Insufficient Storage" },
	};

	for (size_t i = 0; i < TMS_COUNT(rows); i++)
		if (rows[i].status == status)
			return rows[i].phrase;
	return "Unknown";
}

/* No control byte but the tab, no white space at its ends: it may stand in a header. */
static bool is_safe(struct tms_str value)
{
	for (size_t i = 0; i < value.len; i++) {
		unsigned char byte = (unsigned char)value.ptr[i];
		if ((byte < 0x20 && byte != '\t') || byte == 0x7f)
			return false;
	}
	return http_trim(value).len == value.len;
}

/* Fields that decide where the response ends; a second one from elsewhere would split it. */
static bool is_framing_name(struct tms_str name)
{
	return tms_str_equal_caseless(name, TMS_STR("Content-Length")) ||
	       tms_str_equal_caseless(name, TMS_STR("Transfer-Encoding")) ||
	       tms_str_equal_caseless(name, TMS_STR("Connection")) ||
	       tms_str_equal_caseless(name, TMS_STR("Date"));
}

static bool is_writable(const struct tms_response *response)
{
	const struct tms_str values[] = { response->policy, response->content_type,
		response->content_encoding, response->cache_control, response->etag,
		response->allow, response->location };

	if (response->status < 100 || response->status > 599 || response->retry_after_s < 0)
		return false;
	for (size_t i = 0; i < TMS_COUNT(values); i++)
		if (!is_safe(values[i]))
			return false;
	for (size_t i = 0; i < response->header_count; i++)
		if (!http_is_token(response->headers[i].name) ||
			is_framing_name(response->headers[i].name) ||
			!is_safe(response->headers[i].value))
			return false;
	return true;
}

static void add_field(struct tms_buf *out, struct tms_str name, struct tms_str value)
{
	if (!value.len)
		return;
	tms_buf_add(out, name);
	tms_buf_add(out, TMS_STR(": "));
	tms_buf_add(out, value);
	tms_buf_add(out, TMS_STR("\r\n"));
}

static void add_security(struct tms_buf *out, const struct tms_response *response)
{
	tms_buf_add(out, TMS_STR("X-Content-Type-Options: nosniff\r\n"
				 "Referrer-Policy: no-referrer\r\n"));
	switch (response->security) {
	case TMS_SECURITY_DOCUMENT:
		tms_buf_add(out, TMS_STR("Content-Security-Policy: " TMS_POLICY_DOCUMENT
					 "\r\nX-Robots-Tag: noindex\r\n"));
		return;
	case TMS_SECURITY_PAGE:
		add_field(out, TMS_STR("Content-Security-Policy"),
			response->policy.len ? response->policy : TMS_STR(TMS_POLICY_PAGE));
		tms_buf_add(out, TMS_STR("Cross-Origin-Opener-Policy: same-origin\r\n"));
		return;
	}
}

enum tms_status tms_response_write_head(
	struct tms_buf *out, const struct tms_response *response, uint64_t content_bytes)
{
	bool is_bodiless = tms_status_is_bodiless(response->status);

	if (!is_writable(response))
		return TMS_EINVAL;
	tms_buf_format(
		out, VERSION_TEXT "%03d %s\r\n", response->status, phrase_of(response->status));
	if (!is_bodiless) {
		add_field(out, TMS_STR("Content-Type"), response->content_type);
		add_field(out, TMS_STR("Content-Encoding"), response->content_encoding);
	}
	add_field(out, TMS_STR("Cache-Control"), response->cache_control);
	add_field(out, TMS_STR("ETag"), response->etag);
	if (response->has_last_modified) {
		tms_buf_add(out, TMS_STR("Last-Modified: "));
		tms_time_write_http(out, response->last_modified);
		tms_buf_add(out, TMS_STR("\r\n"));
	}
	if (response->varies_by_coding)
		tms_buf_add(out, TMS_STR("Vary: Accept-Encoding\r\n"));
	add_field(out, TMS_STR("Allow"), response->allow);
	add_field(out, TMS_STR("Location"), response->location);
	if (response->retry_after_s)
		tms_buf_format(out, "Retry-After: %lld\r\n", (long long)response->retry_after_s);
	add_security(out, response);
	for (size_t i = 0; i < response->header_count; i++)
		add_field(out, response->headers[i].name, response->headers[i].value);
	if (!is_bodiless)
		tms_buf_format(out, LENGTH_TEXT "%llu\r\n", (unsigned long long)content_bytes);
	return out->status;
}

/* The digits before the CRLF at the end, and the name before them. */
static bool ends_in_length(struct tms_str head, uint64_t content_bytes)
{
	size_t at = head.len - 2;

	do {
		if (at == 0 || head.ptr[--at] != (char)('0' + content_bytes % 10))
			return false;
		content_bytes /= 10;
	} while (content_bytes);
	return tms_str_ends(tms_str_slice(head, 0, at), TMS_STR("\r\n" LENGTH_TEXT));
}

bool tms_response_head_fits(struct tms_str head, uint64_t content_bytes, int *status)
{
	int64_t number = 0;

	if (!tms_str_starts(head, TMS_STR(VERSION_TEXT)) || !tms_str_ends(head, TMS_STR("\r\n")) ||
		tms_str_ends(head, TMS_STR("\r\n\r\n")) ||
		!tms_str_int64(
			tms_str_slice(head, sizeof(VERSION_TEXT) - 1, sizeof(VERSION_TEXT) + 2),
			&number) ||
		number < 200 || number > 599)
		return false;
	if (!tms_status_is_bodiless((int)number) && !ends_in_length(head, content_bytes))
		return false;
	*status = (int)number;
	return true;
}

struct tms_str tms_response_end(int version_minor, bool keeps_alive)
{
	if (!keeps_alive)
		return TMS_STR("Connection: close\r\n\r\n");
	return version_minor == 0 ? TMS_STR("Connection: keep-alive\r\n\r\n") : TMS_STR("\r\n");
}
