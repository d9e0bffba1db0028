/*
 * Which shelves there are: one for each set of sources that some feed asks for
 * (service/source_set.h), which is found by the numbers of the sources.
 *
 * Shelves follow their sources in slices between other events, each below a millisecond; what was
 * made before is served meanwhile. When one has caught up it publishes: all its renditions are told
 * that they may be stale, and each is looked at again before it is served next, which costs
 * microseconds (service/rendition_stale.h). So a change is seen as soon as the items are in,
 * however many rules there are. Behind that, in slices as well, renditions that still hold are told
 * so, and all rules are asked of the new items.
 *
 * Shelves of persons' feeds are pinned. The others, which anybody can ask for, may be evicted: they
 * are bounded by limits.sets_bytes (service/shelf_lru.h).
 */
#ifndef TAMIS_SERVICE_SHELVES_H
#define TAMIS_SERVICE_SHELVES_H

#include "service/shelf.h"

struct event;

struct tms_shelves {
	const struct service_world *world;
	/** Joined by every view: what is known of papers' categories; NULL: nothing. Borrowed. */
	const struct tms_source *known;
	struct source_sets sets; /* each has a shelf */
	struct tms_shelf *all;
	struct shelf_lru lru;
	struct shelf_queue queue; /* what shelves have to do */
	size_t unused;            /* shelves without users that are still there */
	struct event *step;       /* goes on with what is behind; NULL: nothing does */
	/** Told of a shelf that is about to be evicted: nothing may use it afterwards. May be
	 * NULL. */
	void (*evicted)(void *context, const struct tms_shelf *shelf);
	void *context;
	uint64_t slices, published, confirmed;
	struct shelf_ask_counts counts;
};

/** Nothing is filled before shelves_follow. */
void shelves_init(struct tms_shelves *shelves, const struct service_world *world);
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
/** Go on with what is behind, after so long. */
void shelves_wake(struct tms_shelves *shelves, int64_t wait_ms);
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

/* shelf_follow.c: */

/** From now on what is behind catches up. TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status shelves_follow(struct tms_shelves *shelves);
/** A source's window has changed: its shelves catch up, and then give to the store what waits for
 * it. False: there is none. */
bool shelves_touch(struct tms_shelves *shelves, const struct tms_source *source);
/** How many do not show yet what their windows hold. */
size_t tms_shelves_behind(const struct tms_shelves *shelves);

#endif
