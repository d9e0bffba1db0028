/*
 * All that feeds show: one catalogue of the items of all sources (<tamis/catalog.h>), with one index
 * in which all rules are; a follower for each source that some set takes, or anybody may ask for
 * (service/follower.h); and a shelf for each set of sources that some feed asks for
 * (service/source_set.h), which is found by the numbers of the sources.
 *
 * Followers go on in slices between other events, each below a millisecond; what was made before is
 * served meanwhile. When a source has caught up it publishes: the sets that take it are told, by the
 * list of them that it has, all their renditions that they may be stale, and each is looked at again
 * before it is served next, which costs microseconds (service/rendition.h). So a change is
 * seen as soon as the items are in, however many rules and sets there are. Behind that, in slices as
 * well, renditions that still hold are told so, and the rules of these sets are asked of the new
 * items.
 *
 * Shelves of persons' feeds are pinned. The others, which anybody can ask for, may be evicted: they
 * are bounded by limits.sets_bytes (service/shelf_lru.h).
 */
#ifndef TAMIS_SERVICE_SHELVES_H
#define TAMIS_SERVICE_SHELVES_H

#include "loop/timer.h"
#include "service/follower.h"
#include "service/scan_costs.h"
#include "service/shelf.h"

struct event;

struct tms_shelves {
	const struct service_world *world;
	struct tms_catalog *catalog;
	struct follower **followers; /* by number of the source; owned; NULL: it is not followed */
	struct follower **numbered;  /* the same ones by number in the catalogue */
	size_t followers_count, numbered_count; /* room */
	struct follower
		*known; /* of what is known of papers' categories; NULL: nothing is joined */
	struct follower *stepping; /* the follower whose changes come now, or NULL */
	struct source_sets sets;   /* each has a shelf */
	struct shelf_lru lru;
	struct shelf_scopes scopes;
	struct scan_costs scans;
	struct tms_run_queue queue;      /* what followers and shelves have to do */
	struct tms_fragments *fragments; /* of the newest rendition; NULL: none was made */
	size_t unused;                   /* shelves without users that are still there */
	struct event *step;              /* goes on with what is behind; NULL: nothing does */
	/** Told of a shelf that is about to be evicted: nothing may use it afterwards. May be
	 * NULL. */
	void (*evicted)(void *context, const struct tms_shelf *shelf);
	void *context;
	uint64_t slices, published, confirmed;
	struct follower_ask_counts counts;
};

/** Nothing is followed before shelves_follow. TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status shelves_init(
	struct tms_shelves *shelves, const struct service_world *world);
/** Frees all shelves; nothing uses them any more. {0} is accepted. */
void shelves_fini(struct tms_shelves *shelves);

/**
 * The shelf of these sources, in whatever order, made when there is none, with one more user:
 * shelves_release. It may be evicted unless it is pinned. NULL when memory is out.
 */
struct tms_shelf *shelves_get(
	struct tms_shelves *shelves, struct tms_source *const *sources, size_t count);
/** NULL is accepted. */
void shelves_release(struct tms_shelves *shelves, struct tms_shelf *shelf);
/** One more user, which is a person's feed: while it is pinned it stays, however large it is. */
void shelves_pin(struct tms_shelves *shelves, struct tms_shelf *shelf);
/** That user is gone. */
void shelves_unpin(struct tms_shelves *shelves, struct tms_shelf *shelf);
/** Tell once, from the loop, when the shelf has been filled, or will not be; as `wait` says, which
 * is copied. False: no memory. */
TMS_MUST_CHECK bool tms_shelves_wait(
	struct tms_shelves *shelves, struct tms_shelf *shelf, const struct tms_shelf_wait *wait);
/** Was it too large a short time ago? Then it is not filled, and who asked is refused. */
bool tms_shelves_refuse(struct tms_shelves *shelves, struct tms_shelf *shelf);
/**
 * Evict others until the bound holds: what nobody waits for, asked for longest ago, first, then
 * what is waited for and was asked for last. When it comes to `shelf` itself, that goes too: false.
 * shelf  is kept as long as others are there; may be NULL
 */
bool shelves_make_room(struct tms_shelves *shelves, struct tms_shelf *shelf);

/** Go on with what is behind, after so long. */
static inline void shelves_wake(struct tms_shelves *shelves, int64_t wait_ms)
{
	if (shelves->step)
		(void)tms_timer_in(shelves->step, wait_ms);
}

/* shelf_follow.c: */

/** From now on what is behind catches up. TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status shelves_follow(struct tms_shelves *shelves);
/** How much does not show yet what windows hold: sources, and sets. */
size_t tms_shelves_behind(const struct tms_shelves *shelves);

/* follower.c: */

/** The follower of a source, which is in the catalogue from now on; NULL when memory is out. */
struct follower *shelves_follower(struct tms_shelves *shelves, struct tms_source *source);
/** No set takes the source any more: it leaves the catalogue, in slices, unless anybody may ask for
 * it. */
void shelves_let_go(struct tms_shelves *shelves, struct tms_source *source);
/** The configuration says otherwise: sources that anybody may ask for are followed, others that no
 * set takes are not. */
void shelves_configure(struct tms_shelves *shelves);
/** Join what this source knows of categories to all items. TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status shelves_join(struct tms_shelves *shelves, struct tms_source *known);
/** A source's window has changed: its sets come to show it, and then what waits is given to the
 * store. False: no set takes it, and nothing is given. */
bool shelves_touch(struct tms_shelves *shelves, struct tms_source *source);

#endif
