/* The sets of sources that persons' feeds ask for: each has a number, for their records, and a
 * shelf, which it pins. */
#ifndef TAMIS_SERVICE_SOURCE_SET_H
#define TAMIS_SERVICE_SOURCE_SET_H

#include <tamis/hash.h>

#include "service/shelves.h"

struct source_set {
	struct tms_str sources; /* names joined by commas, as definitions have them; owned */
	struct tms_shelf *shelf;
	struct tms_str *names; /* owned array; in `sources` */
	size_t names_count;
	size_t users; /* feeds */
	uint32_t number;
};

struct source_sets {
	struct tms_shelves *shelves; /* borrowed */
	struct tms_map by_sources;
	struct source_set **list; /* NULL where a number is free */
	size_t count, capacity;
	struct source_set *last; /* asked for: that is mostly the next one too */
};

/** Releases all shelves; {0} is accepted. */
void source_sets_fini(struct source_sets *sets);
/**
 * The set of these sources, made when there is none, with one more user: source_set_release.
 * TMS_OK, TMS_ENOMEM.
 */
TMS_MUST_CHECK enum tms_status source_set_get(
	struct source_sets *sets, struct tms_str sources, struct source_set **out);
/** One user less; without any it goes, and its shelf is unpinned. */
void source_set_release(struct source_sets *sets, struct source_set *set);

#endif
