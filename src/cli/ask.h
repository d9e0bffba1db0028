/* One address asked after the other, as the service would ask: judged, bounded, polite. */
#ifndef TAMIS_CLI_ASK_H
#define TAMIS_CLI_ASK_H

#include <tamis/conf.h>
#include <tamis/listing.h>

#include "fetch/fetch.h"
#include "loop/clock.h"

/** What asks; {0} before it is opened. */
struct ask {
	struct event_base *base;
	struct tms_fetcher *fetcher;
	struct tms_clock clock;
	struct tms_arena arena;
};

/** What came back; everything is the arena's. */
struct asked {
	enum tms_outcome outcome; /* LISTED: status 200 and a whole body */
	int http_status;
	struct tms_str body;
	struct tms_listing_hints hints; /* type, address after redirects, limits */
	struct tms_str error;           /* one sentence; empty when all went well */
};

/** False when memory is out. */
bool ask_open(struct ask *ask, const struct tms_conf *conf);
void ask_close(struct ask *ask);
/**
 * Waits for the answer. arena: of *out. TMS_OK also when the address does not answer; TMS_ENOMEM.
 */
TMS_MUST_CHECK enum tms_status ask_get(
	struct ask *ask, struct tms_arena *arena, struct tms_str url, struct asked *out);

#endif
