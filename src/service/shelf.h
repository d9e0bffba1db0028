/*
 * A shelf: what a set of sources that some feed asks for shows. Its items are those of the one
 * catalogue; a shelf has its scope there, the rules of its feeds, its live renditions, and who waits
 * for it. What follows the sources is done once a source (service/follower.h), whatever sets there
 * are.
 *
 * This is one of them; which there are is service/shelves.h.
 */
#ifndef TAMIS_SERVICE_SHELF_H
#define TAMIS_SERVICE_SHELF_H

#include "service/rendition.h"
#include "service/shelf_lru.h"
#include "service/shelf_rules.h"
#include "service/shelf_scope.h"
#include "service/source_set.h"
#include "service/work.h"

struct follower;
struct tms_shelves;
struct tms_source;

/** What becomes of a wait. */
enum tms_shelf_word {
	TMS_SHELF_FILLED,
	TMS_SHELF_TOO_LARGE, /* the set alone takes more than limits.sets_bytes */
	TMS_SHELF_NO_ROOM,   /* others that are being filled take what there is */
	TMS_SHELF_OVER,      /* the service ends: nothing is to be done but to free the context */
};
/** Told once, from the loop. */
typedef void (*tms_shelf_fn)(void *context, enum tms_shelf_word word);
/** Does anybody wait still? When not, `done` frees the context: it is told TMS_SHELF_OVER. */
typedef bool (*tms_shelf_wanted_fn)(void *context);

struct tms_shelf_wait {
	tms_shelf_wanted_fn is_wanted;
	tms_shelf_fn done;
	void *context;
	struct tms_shelf_wait *next;
};

struct tms_shelf {
	struct tms_shelves *home; /* NULL: it is going */
	struct source_set *set;   /* of its sources; one of the set's users */
	struct tms_scope *scope;  /* NULL: there is no source */
	struct shelf_rules rules;
	uint32_t users;                   /* feeds over these sources */
	uint32_t pins;                    /* of these: persons' feeds; 0: it may be evicted */
	bool is_built;                    /* its scope, since it was last dropped */
	bool is_waiting;                  /* its sources have been told that somebody waits */
	struct shelf_lru_link lru;        /* while it may be evicted */
	struct shelf_scope_link built;    /* while it has something of a scope */
	struct tms_run_link queued;       /* while it has something to do */
	struct tms_rendition *renditions; /* all that live, newest first */
	/** From here on they are not told yet of the last publication. */
	struct tms_rendition *to_mark;
	/** From here on they may be told that they still hold. */
	struct tms_rendition *to_confirm;
	struct tms_shelf_wait *waits; /* until it can be asked */
};

/** Of its sources, so many. */
static inline size_t tms_shelf_sources(const struct tms_shelf *shelf)
{
	return shelf->set->count;
}
/** Source i, in the order of their numbers. */
struct tms_source *shelf_source(const struct tms_shelf *shelf, size_t i);
/** Its follower. */
struct follower *shelf_follower(const struct tms_shelf *shelf, size_t i);
/** The names of its sources in byte order, joined by commas; in the arena, see arena->status. */
struct tms_str shelf_names(struct tms_arena *arena, const struct tms_shelf *shelf);
/** Memory of it and of what its scope holds. */
size_t shelf_bytes(const struct tms_shelf *shelf);
/** Have all its sources been read into the catalogue once? */
bool shelf_is_in(const struct tms_shelf *shelf);
/** Can it be asked without waiting? */
bool tms_shelf_is_filled(const struct tms_shelf *shelf);
/** Are entries of what is new in its sources still to be written? */
bool shelf_has_unwritten(const struct tms_shelf *shelf);
/** What it has to do next. */
enum work_task shelf_task(const struct tms_shelf *shelf);
/** To be called when that, or whether it is pinned, may have changed: it has its place in the queue
 * then. */
void shelf_update(struct tms_shelf *shelf);
/** Its entries are asked for in this style. */
void shelf_note_style(struct tms_shelf *shelf, struct tms_fragments *fragments, enum tms_form form,
	enum tms_feed_link link);
/** Tell all who wait, and forget them. */
void shelf_end_waits(struct tms_shelf *shelf, enum tms_shelf_word word);
/** Who has left is not waited for. */
void shelf_drop_left(struct tms_shelf *shelf);

#endif
