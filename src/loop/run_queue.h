/*
 * A multilevel run queue of what has work to do: a list for each level, the most urgent level
 * first, and in a list who came first. Who is in it stands in one list, so neither to put one in
 * nor to find the next looks at any other.
 *
 * Each has a class. The first two classes take turns, so that neither waits for all that the other
 * has to do; the last one has its turn when these have nothing. Only urgent levels go before
 * everything, whatever their class.
 */
#ifndef TAMIS_LOOP_RUN_QUEUE_H
#define TAMIS_LOOP_RUN_QUEUE_H

#include <stddef.h>
#include <stdint.h>

#define TMS_RUN_LEVELS 12

enum tms_run_class { TMS_RUN_FIRST, TMS_RUN_SECOND, TMS_RUN_IDLE, TMS_RUN_CLASSES };

/** Somebody's part in it. {0}: in no queue. It does not move meanwhile. */
struct tms_run_link {
	struct tms_run_queue *queue; /* NULL: in none */
	struct tms_run_link *next, *before;
	uint8_t class, level;
};

struct tms_run_list {
	struct tms_run_link *first, *last;
	size_t count;
};

/** {0} is empty. It does not move while somebody is in it. */
struct tms_run_queue {
	struct tms_run_list lists[TMS_RUN_CLASSES][TMS_RUN_LEVELS];
};

/** It goes to the end of the list of this class and level, below TMS_RUN_LEVELS, or stays where it
 * is when it stands there. */
void tms_run_queue_put(struct tms_run_queue *queue, struct tms_run_link *link,
	enum tms_run_class class, unsigned level);
/** It is in no queue any more; one that is in none is fine. */
void tms_run_queue_leave(struct tms_run_link *link);
/** The next one, or NULL. urgent: levels below go before everything. turn: counts; at odd ones the
 * second class goes first. */
struct tms_run_link *tms_run_queue_first(
	const struct tms_run_queue *queue, unsigned urgent, uint64_t turn);
/** How many stand at levels below this one. */
size_t tms_run_queue_count(const struct tms_run_queue *queue, unsigned level);

#endif
