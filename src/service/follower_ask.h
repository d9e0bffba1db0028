/*
 * Asking rules of a source's items that are new or have changed: which rules gained one. Done behind
 * a publication, 64 items at a time and in slices, as no reader waits for it.
 *
 * All rules of all sets are in one index, but only those of the sets that take the source count. When
 * these are few their lists are asked (tms_batch_ask), else all rules are, and those of others are
 * left out (tms_batch_step). A new item that another source of a set had already is not news to that
 * set: of several that list it, the one that had it first tells of it.
 */
#ifndef TAMIS_SERVICE_FOLLOWER_ASK_H
#define TAMIS_SERVICE_FOLLOWER_ASK_H

#include <tamis/index.h>

struct follower;
struct tms_shelves;

/** {0} is ready. */
struct follower_ask {
	uint32_t *waiting; /* a slot twice, and whether its item is new */
	size_t count, capacity;
	struct ask_round *round; /* of the first ones that wait, or NULL */
};

/** Since the start, over all sources. */
struct follower_ask_counts {
	uint64_t batches; /* that were finished */
	uint64_t told;    /* rules that keep a new or changed item, once a batch */
	uint64_t gained;  /* of these, rules that keep a new one */
};

/** It is {0} again. */
void follower_ask_fini(struct follower_ask *ask);
/** The item in this slot is new, or has changed. Without memory it is not asked for: only counts
 * come from it. */
void follower_ask_note(struct follower_ask *ask, uint32_t slot, bool is_new);
/** Items of the source are about to move in the index, or have: the batch under way begins again
 * afterwards. */
void follower_ask_pause(struct follower_ask *ask);
/** Go on for so much work, as tms_batch_step counts it. */
void follower_ask_step(struct tms_shelves *shelves, struct follower *follower, size_t work);

#endif
