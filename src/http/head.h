/* A request's head, once all of it is there. */
#ifndef TAMIS_HTTP_HEAD_H
#define TAMIS_HTTP_HEAD_H

#include <tamis/request.h>

/**
 * Read a head that ends in its empty line and has no control bytes, no bare CR and no bare LF.
 * reader  knows its lines and the limits
 * True fills *request but for body and bytes; false fills *refusal.
 */
bool http_head_parse(struct tms_arena *arena, struct tms_str head,
	const struct tms_request_reader *reader, struct tms_request *request,
	struct tms_refusal *refusal);
/** The bytes of body that a parsed head announces; 0 when it has no Content-Length. */
size_t http_head_body_bytes(const struct tms_request *request);

#endif
