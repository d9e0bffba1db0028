/* A request's target: which thing of this server is meant. Source: RFC 9112 section 3.2. */
#ifndef TAMIS_HTTP_TARGET_H
#define TAMIS_HTTP_TARGET_H

#include <tamis/request.h>

/**
 * Read the target into request->target, path and query; method and host are there already.
 * False fills *refusal.
 */
bool http_target_parse(struct tms_arena *arena, struct tms_str target, struct tms_request *request,
	struct tms_refusal *refusal);
/** True for host[:port] without user, path or anything else that a host has not. */
bool http_host_is_valid(struct tms_str host);

#endif
