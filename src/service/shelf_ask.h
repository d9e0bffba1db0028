/*
 * Asking all rules of the items that are new on a shelf or have changed: which rules gained one.
 * Done behind a publication, 64 items at a time and in slices, as no reader waits for it.
 */
#ifndef TAMIS_SERVICE_SHELF_ASK_H
#define TAMIS_SERVICE_SHELF_ASK_H

#include <tamis/index.h>

/** {0} is ready. */
struct shelf_ask {
	uint32_t *waiting; /* a slot twice, and whether its item is new */
	size_t count, capacity;
	struct tms_batch *batch; /* of the first ones that wait, or NULL */
	size_t taken;            /* these are so many */
	uint64_t fresh;          /* items of the batch that are new */
	size_t told, gained;     /* by the batch so far */
};

/** Since the start, over all shelves. */
struct shelf_ask_counts {
	uint64_t batches; /* that were finished */
	uint64_t told;    /* rules that keep a new or changed item, once a batch */
	uint64_t gained;  /* of these, rules that keep a new one */
};

/** It is {0} again. */
void shelf_ask_fini(struct shelf_ask *ask);
/** The item in this slot is new, or has changed. Without memory it is not asked for: only counts
 * come from it. */
void shelf_ask_note(struct shelf_ask *ask, uint32_t slot, bool is_new);
/** Items are about to move in the index: the batch under way begins again afterwards. */
void shelf_ask_pause(struct shelf_ask *ask);
/** Go on for so much work, as tms_batch_step counts it. False when nothing waits. */
bool shelf_ask_step(struct shelf_ask *ask, struct tms_index *index, tms_time now, size_t work,
	struct shelf_ask_counts *counts);

#endif
