/* If-None-Match and If-Modified-Since: may the answer be 304? */
#include <tamis/conditional.h>
#include <tamis/http_date.h>

#include "field_value.h"

#define GZIP_SUFFIX TMS_STR("-gzip")

/* The bytes between the quotes, without "W/". */
static bool opaque_tag(struct tms_str etag, struct tms_str *opaque)
{
	if (tms_str_starts(etag, TMS_STR("W/")))
		etag = tms_str_slice(etag, 2, etag.len);
	if (etag.len < 2 || etag.ptr[0] != '"' || etag.ptr[etag.len - 1] != '"')
		return false;
	*opaque = (struct tms_str){ etag.ptr + 1, etag.len - 2 };
	for (size_t i = 0; i < opaque->len; i++) {
		unsigned char byte = (unsigned char)opaque->ptr[i];
		if (byte <= 0x20 || byte == '"' || byte == 0x7f) /* etagc: RFC 9110 section 8.8.3 */
			return false;
	}
	return true;
}

static struct tms_str without_coding(struct tms_str opaque)
{
	if (!tms_str_ends(opaque, GZIP_SUFFIX))
		return opaque;
	return tms_str_slice(opaque, 0, opaque.len - GZIP_SUFFIX.len);
}

/*
 * An If-None-Match list names this tag, or is "*" and there is a tag. Compared weakly; a "-gzip" at
 * the end of either opaque tag does not count, because Apache's mod_deflate and its like add it on
 * the way. What is not a tag in the list is skipped.
 */
static bool names_tag(struct tms_str list, struct tms_str etag)
{
	struct tms_str ours = { 0 }, theirs = { 0 }, element = { 0 };

	if (!opaque_tag(etag, &ours))
		return false;
	if (tms_str_equal(list, etag))
		return true; /* what nearly every client says that has it */
	if (tms_str_equal(http_trim(list), TMS_STR("*")))
		return true;
	while (http_list_next(&list, &element))
		if (opaque_tag(element, &theirs) &&
			tms_str_equal(without_coding(ours), without_coding(theirs)))
			return true;
	return false;
}

bool tms_request_holds(
	const struct tms_request *request, const struct tms_validators *validators, tms_time now)
{
	const struct tms_header *since = NULL;
	bool has_list = false;
	tms_time date = 0;

	if (request->method != TMS_METHOD_GET && request->method != TMS_METHOD_HEAD)
		return false;
	for (size_t i = 0; i < request->header_count; i++) {
		const struct tms_header *header = &request->headers[i];
		if (!tms_str_equal_caseless(header->name, TMS_STR("If-None-Match")))
			continue;
		has_list = true;
		if (names_tag(header->value, validators->etag))
			return true;
	}
	if (has_list || validators->last_modified == TMS_TIME_NONE)
		return false;
	since = tms_request_find(request, TMS_STR("If-Modified-Since"));
	return since && tms_http_date_parse(since->value, now, &date) && date <= now &&
	       validators->last_modified <= date;
}
