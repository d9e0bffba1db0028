/*
 * All sources, by name and by number: those of the configuration, and those that only feeds gone
 * from it still need. A number is given in the order in which they came, and never to another one:
 * what a reload takes out of the configuration stays, and is the same source when it comes back.
 */
#ifndef TAMIS_SERVICE_SOURCES_H
#define TAMIS_SERVICE_SOURCES_H

#include <tamis/hash.h>

#include "service/source.h"

struct tms_sources {
	const struct service_world *world;
	struct tms_source **list;      /* owned; in byte order of their names */
	struct tms_source **by_number; /* the same ones */
	/** The same once more; when memory was out for one, the list is searched instead. */
	struct tms_map by_name;
	size_t count, capacity;
	size_t loading;   /* that are being read from the store */
	size_t next_load; /* none before it is to be read next (service/source_state.c) */
};

/** Frees all of them. {0} is accepted. */
void sources_fini(struct tms_sources *sources);
/** The source of that name, or NULL. */
struct tms_source *tms_sources_find(const struct tms_sources *sources, struct tms_str name);
/** The same, made when there is none; NULL when memory is out. */
struct tms_source *sources_have(struct tms_sources *sources, struct tms_str name);
/** Make those that the configuration names and that are not there, and room for them. TMS_OK sets
 * *made (given; sources_fini or sources_take), TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status sources_make_missing(
	struct tms_sources *sources, const struct tms_conf *conf, struct tms_sources *made);
/** Move them in; there is room. */
void sources_take(struct tms_sources *sources, struct tms_sources *made);
/** Tell each what the configuration in force says; the ones that are gone from it rest. */
void sources_configure(struct tms_sources *sources);
/** Have it at hand though the configuration does not name it: read from the store, polled by
 * nobody. NULL when memory is out. */
struct tms_source *sources_keep(struct tms_sources *sources, struct tms_str name);

#endif
