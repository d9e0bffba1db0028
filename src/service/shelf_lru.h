/*
 * The shelves that may be evicted, least recently used first: those that only addresses ask for
 * ("sets" in settings and metrics). Anybody may ask for any set of sources, so what they take
 * together, with what is merged for them, is bounded (limits.sets_bytes). One that is larger by
 * itself is given up while it is built, and not built again for a while. Shelves that are pinned are not among them. This keeps
 * the order and the weights; who is evicted when is service/shelves.c.
 */
#ifndef TAMIS_SERVICE_SHELF_LRU_H
#define TAMIS_SERVICE_SHELF_LRU_H

#include <tamis/hash.h>
#include <tamis/time.h>

struct tms_shelf;

/** Shelves that were too large, remembered: the latest ones. */
#define SHELF_LRU_REFUSED_MAX 256

/** A shelf's part in it. */
struct shelf_lru_link {
	struct tms_shelf *newer, *older; /* by last asking */
	size_t bytes;                    /* that are counted of it */
	bool is_in;
};

struct shelf_lru {
	struct tms_hash_seed seed;
	struct tms_shelf *newest, *oldest;
	size_t count, bytes;
	size_t bytes_max; /* 0: no bound */
	size_t freed;     /* since memory was given back to the system */
	uint64_t put_out, refused;
	struct {
		uint64_t hash;
		tms_time until;
	} too_large[SHELF_LRU_REFUSED_MAX];
	size_t next_too_large;
};

/** It may be evicted from now on, and is the one asked for last. */
void shelf_lru_add(struct shelf_lru *lru, struct tms_shelf *shelf);
/** It may not any more. */
void shelf_lru_remove(struct shelf_lru *lru, struct tms_shelf *shelf);
/** It has grown: it is weighed. Nothing when it may not be evicted. */
void shelf_lru_weigh(struct shelf_lru *lru, struct tms_shelf *shelf);
/** Somebody asks for it: the same, and it is the one asked for last. */
void shelf_lru_touch(struct shelf_lru *lru, struct tms_shelf *shelf);
/** Asked for longest ago, of those that nobody waits for or has waited for and is about to ask,
 * `keep` apart; or NULL. */
struct tms_shelf *shelf_lru_unused(struct shelf_lru *lru, const struct tms_shelf *keep);
/** Is somebody about to ask one of them, for which he waited? */
bool shelf_lru_has_kept(const struct shelf_lru *lru);
/** What is waited for and was asked for last (who came first is served); or NULL. */
struct tms_shelf *shelf_lru_last_waiting(const struct shelf_lru *lru);
/** It is too large by itself, and not to be filled again until then. */
void shelf_lru_note_refusal(struct shelf_lru *lru, const struct tms_shelf *shelf, tms_time until);
/** Is that so, at `now`? */
bool shelf_lru_is_refused(const struct shelf_lru *lru, const struct tms_shelf *shelf, tms_time now);
/** Give memory of what was evicted back to the system when it is much. True when it was. */
bool shelf_lru_give_back(struct shelf_lru *lru);

#endif
