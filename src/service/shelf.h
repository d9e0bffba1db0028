/* Views that feeds share: one for each set of sources that some feed asks for. */
#ifndef TAMIS_SERVICE_SHELF_H
#define TAMIS_SERVICE_SHELF_H

#include <tamis/view.h>

#include "service/source.h"

struct tms_service;

struct tms_shelf {
	struct tms_str key; /* names joined by commas; owned */
	struct tms_view *view;
	struct tms_source **sources; /* owned array */
	struct tms_window **windows; /* owned array */
	size_t count;
};

/** The shelf of these sources, made when there is none; sources that are gone are left out. NULL
 * when memory is out. */
struct tms_shelf *tms_shelf_get(
	struct tms_service *service, const struct tms_str *names, size_t count);
/** Its view, brought up to date; NULL when memory is out. */
struct tms_view *tms_shelf_refresh(struct tms_shelf *shelf);
/** Free all shelves; the map is {0} again but for its seed. */
void tms_shelves_free(struct tms_map *shelves);

#endif
