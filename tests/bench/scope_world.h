/*
 * Windows of invented sources and the catalogue over all of them. Sources come in pairs: the second
 * of a pair lists the first items of the first one too, beside its own.
 */
#ifndef TAMIS_BENCH_SCOPE_WORLD_H
#define TAMIS_BENCH_SCOPE_WORLD_H

#include <tamis/catalog.h>
#include <tamis/listing.h>

#define WORLD_ID_MAX 48

struct world {
	struct tms_listing texts;     /* borrowed by all windows' listings */
	size_t sources, each, paired; /* paired: items of a source that its pair lists too */
	struct tms_window **windows;
	uint32_t *numbers; /* the catalogue's, of each */
	struct tms_catalog *catalog;
	tms_time now;
	uint64_t random;
};

/** A number below `below`. */
size_t world_random(struct world *w, size_t below);
/** A window with items `first` and on of what `owner` has, under its ids; given. */
struct tms_window *world_window(
	const struct world *w, const char *name, size_t owner, size_t first, size_t count);
/** Another text for this item of the source; id: WORLD_ID_MAX bytes, its id is written there. */
void world_change(struct world *w, size_t source, size_t item, char *id);
bool world_is_paired(const struct world *w, size_t item);
/** All of the source's changes reach the catalogue; how long the longest step took, in seconds. */
double world_follow(struct world *w, uint32_t number, size_t work);
/** items: a listing. Prints what the windows cost. */
void world_windows(struct world *w, struct tms_str items);
/** The catalogue follows them all. Prints what that costs. */
void world_catalog(struct world *w);
void world_free(struct world *w);

#endif
