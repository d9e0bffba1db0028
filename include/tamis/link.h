/* Links of items: made absolute, and freed of what only tracks the reader. */
#ifndef TAMIS_LINK_H
#define TAMIS_LINK_H

#include <tamis/arena.h>

/** Goes up whenever the cleaning rules change: identities made of links depend on them.
 */
#define TMS_LINK_RULES_VERSION 1

/**
 * An absolute http(s) address without tracking: utm_*, fbclid, gclid and their kind leave the
 * query, tracking and text fragments go, scheme and host become lower case, a default port and an
 * empty query go. Everything else, the order of the parameters too, stays as it is. Other schemes
 * come back unchanged. Empty when the address cannot be read, or on failure (see arena->status).
 */
struct tms_str tms_link_clean(struct tms_arena *arena, struct tms_str url);

/**
 * True for an http(s) address that tms_url_resolve and tms_link_clean would both give back as it
 * is: most of those that feeds hold. False says only that they have to look.
 */
bool tms_link_is_clean(struct tms_str url);

/** The host of an absolute address, lower case, without port and user; empty when it has none. */
struct tms_str tms_link_host(struct tms_arena *arena, struct tms_str url);

/** True when the text is an absolute IRI as an id may be: a scheme of two letters or more, no
 * space, no control. */
bool tms_is_iri(struct tms_str text);
/** The text as a valid IRI: what an IRI cannot hold is percent-encoded, existing escapes stay. */
struct tms_str tms_iri_encode(struct tms_arena *arena, struct tms_str text);

#endif
