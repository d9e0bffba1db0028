/*
 * Source sets, interned (hash consing): each distinct set of sources that some feed asks for is
 * there once, as a sorted array of source numbers, and has a number of its own, for records. For
 * each source there is an inverted list of the sets that take it, so that a change of the source
 * visits these and no others.
 *
 * A set that goes stays in the lists of its sources for a while, marked by having no users, and is
 * taken out by walks and by a sweep of some entries for each set that goes. So nothing is searched
 * for, and a set costs 4 bytes a source in itself and 4 there. Its number is free, and its memory,
 * when the last list has let go of it.
 */
#ifndef TAMIS_SERVICE_SOURCE_SET_H
#define TAMIS_SERVICE_SOURCE_SET_H

#include <tamis/hash.h>

#include "memory/record_table.h"

struct tms_shelf;

struct source_set {
	struct tms_shelf *shelf; /* of these sources; the sets do not look at it */
	uint32_t number;
	uint32_t users;  /* 0: it has gone, and stands only in lists */
	uint32_t listed; /* lists that it stands in */
	uint32_t count;
	uint32_t sources[]; /* numbers, ascending */
};

/** The sets that take one source, in no order, and such as have gone. */
struct source_takers {
	uint32_t *sets; /* numbers; owned */
	uint32_t count, capacity;
	uint32_t gone;  /* of them */
	uint32_t swept; /* the sweep goes on there */
	uint32_t
		told; /* so many, the first ones, have been told of the source's last publication */
};

/** Begin with source_sets_init. It does not move. */
struct source_sets {
	struct record_pool records;     /* number → set */
	struct record_table by_sources; /* those that have users */
	struct source_takers *takers;   /* by number of the source */
	size_t takers_count;
	struct tms_hash_seed seed;
	uint64_t looked; /* sets that were looked at, so far */
};

void source_sets_init(struct source_sets *sets);
/** Frees all sets; {0} is accepted. */
void source_sets_fini(struct source_sets *sets);
/**
 * The set of these sources, made when there is none, with one more user: source_set_release.
 * sources  numbers, ascending, each once
 * TMS_OK, TMS_ENOMEM; on failure the sets are as they were.
 */
TMS_MUST_CHECK enum tms_status source_set_get(
	struct source_sets *sets, const uint32_t *sources, size_t count, struct source_set **out);
/** One user less; without any it goes. */
void source_set_release(struct source_sets *sets, struct source_set *set);
/** The set of that number, which has a user. */
struct source_set *source_sets_at(const struct source_sets *sets, uint32_t number);
/** The set of that number, or NULL when none that has a user has it. */
struct source_set *source_sets_find(const struct source_sets *sets, uint32_t number);
/** Is that source one of its? */
bool source_set_has(const struct source_set *set, uint32_t source);
/** The next set that takes this source, in no order, or NULL: start with *at = 0. None is got or
 * released in between. */
struct source_set *source_sets_taking(struct source_sets *sets, uint32_t source, size_t *at);
/** All that take it are to be told of it, by and by: sets may come and go in between. */
void source_sets_tell_all(struct source_sets *sets, uint32_t source);
/** The next one that has not been told, or NULL. */
struct source_set *source_sets_tell_next(struct source_sets *sets, uint32_t source);

#endif
