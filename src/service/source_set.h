/* Places: a number for each set of sources that persons' feeds ask for, with its shelf. */
#ifndef TAMIS_SERVICE_SOURCE_SET_H
#define TAMIS_SERVICE_SOURCE_SET_H

#include <tamis/hash.h>

#include "shelf.h"

struct tms_place {
	struct tms_str sources; /* names joined by commas, as definitions have them; owned */
	struct tms_shelf *shelf;
	struct tms_str *names; /* owned array; in `sources` */
	size_t names_count;
	size_t users; /* feeds */
	uint32_t number;
};

struct tms_places {
	struct tms_map by_sources;
	struct tms_place **list; /* NULL where a number is free */
	size_t count, capacity;
	struct tms_place *last; /* asked for: that is mostly the next one too */
};

/** Releases all shelves. */
void places_fini(struct tms_places *places, struct tms_shelves *shelves);
/**
 * The place of these sources, made when there is none, with one more user: source_set_release.
 * TMS_OK, TMS_ENOMEM.
 */
TMS_MUST_CHECK enum tms_status source_set_get(struct tms_places *places,
	struct tms_service *service, struct tms_str sources, struct tms_place **out);
void source_set_release(
	struct tms_places *places, struct tms_shelves *shelves, struct tms_place *place);

#endif
