/*
 * Shelves that have something to do, as a multilevel queue: a list for each kind of work, the most
 * urgent kind first, and in a list who came first. A shelf stands in one list at most, so neither
 * to follow one nor to find the next looks at any other.
 *
 * Shelves that are pinned and those that may be evicted have lists of their own and take turns, so
 * that neither waits for all that the other has to do: anybody can ask for these. Only marks go
 * before everything: what readers are to see is seen at once.
 */
#ifndef TAMIS_SERVICE_SHELF_QUEUE_H
#define TAMIS_SERVICE_SHELF_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tms_shelf;

/** What a shelf has to do next, the most urgent first. */
enum shelf_task {
	SHELF_TASK_MARK,     /* tell its renditions of what was published */
	SHELF_TASK_CATCH_UP, /* take over what its windows have */
	SHELF_TASK_WRITE,    /* entries of what is new */
	SHELF_TASK_SAVE,     /* give to the store what readers see */
	SHELF_TASK_CONFIRM,  /* tell renditions that they still hold */
	SHELF_TASK_ASK,      /* all rules of what is new */
	SHELF_TASK_NONE,
};
/** A shelf with an earlier task does not show yet what its windows hold. */
#define SHELF_TASK_BEHIND SHELF_TASK_CONFIRM

/** A shelf's part in it. {0}: it is in none. */
struct shelf_queue_link {
	struct shelf_queue *queue;       /* NULL: not in one */
	struct tms_shelf *next, *before; /* in its list */
	enum shelf_task task;            /* whose list that is; SHELF_TASK_NONE: in none … */
	bool is_unpinned;                /* … of those that may be evicted */
};

struct shelf_queue_list {
	struct tms_shelf *first, *last;
	size_t count;
};

/** {0} is empty. It does not move while shelves are in it. */
struct shelf_queue {
	struct shelf_queue_list lists[2][SHELF_TASK_NONE]; /* pinned ones, others */
};

/** What the shelf has to do next, as it is now. */
enum shelf_task shelf_task(const struct tms_shelf *shelf);
/** It has its place here from now on. */
void shelf_queue_join(struct shelf_queue *queue, struct tms_shelf *shelf);
/** And not any more; one that is in no queue is fine. */
void shelf_queue_leave(struct tms_shelf *shelf);
/** To be called when what it has to do, or whether it is pinned, may have changed: it goes to the
 * end of the list where it belongs, or stays where it is. In no queue: nothing. */
void shelf_queue_update(struct tms_shelf *shelf);
/** The most urgent one, or NULL. turn: counts; at odd ones those that may be evicted go first. */
struct tms_shelf *shelf_queue_first(const struct shelf_queue *queue, uint64_t turn);
/** How many do not show yet what their windows hold. */
size_t shelf_queue_behind(const struct shelf_queue *queue);

#endif
