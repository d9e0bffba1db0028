/* How upstreams are asked, as the configuration says. */
#ifndef TAMIS_FETCH_FETCHING_H
#define TAMIS_FETCH_FETCHING_H

#include <tamis/conf.h>

#include "fetch/fetch.h"

/** Limits, manners and name; borrowed from conf, the name from the arena. Failure is in
 * arena->status. version: of the program. */
struct tms_fetcher_options tms_fetching_options(
	struct tms_arena *arena, const struct tms_conf *conf, struct tms_str version);

#endif
