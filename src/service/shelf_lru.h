/*
 * Sets: the shelves that only addresses ask for. Anybody may ask for any set of sources, so what
 * they take together is bounded (limits.sets_bytes); the one that was asked for longest ago goes. A
 * set that is larger by itself is given up while it is filled, and not filled again for a while.
 * Shelves of places, which the configuration and the store know, are not among them.
 */
#ifndef TAMIS_SERVICE_SHELF_LRU_H
#define TAMIS_SERVICE_SHELF_LRU_H

#include <tamis/hash.h>
#include <tamis/time.h>

struct tms_shelf;
struct tms_shelves;

/** Sets that were too large, remembered: the latest ones. */
#define SHELF_LRU_REFUSED_MAX 256

/** A shelf's place among them. */
struct shelf_lru_link {
	struct tms_shelf *newer, *older; /* by last asking */
	size_t bytes;                    /* that are counted of it */
	bool is_in;
};

struct shelf_lru {
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

/** It is a set from now on, and the one asked for last. */
void shelf_lru_add(struct tms_shelves *shelves, struct tms_shelf *shelf);
/** It is none any more. */
void shelf_lru_remove(struct tms_shelves *shelves, struct tms_shelf *shelf);
/** Somebody asks for it, or it has grown: it is weighed. Nothing when it is no set. */
void shelf_lru_touch(struct tms_shelves *shelves, struct tms_shelf *shelf);
void shelf_lru_weigh(struct tms_shelves *shelves, struct tms_shelf *shelf);
/**
 * Put out others until the bound holds: what nobody waits for, asked for longest ago, first, then
 * what is waited for and was asked for last. When it comes to `shelf` itself, that goes too: false.
 * shelf  is kept as long as others are there; may be NULL
 */
bool shelf_lru_make_room(struct tms_shelves *shelves, struct tms_shelf *shelf);
/** Was it too large a short time ago? Then it is not filled, and who asked is refused. */
bool tms_shelf_lru_refuse(struct tms_shelves *shelves, struct tms_shelf *shelf);
/** Give memory of what was put out back to the system when it is much. True when it was. */
bool shelf_lru_give_back(struct tms_shelves *shelves);

#endif
