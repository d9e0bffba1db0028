/* What is to be done for sources and for the sets that take them, the most urgent first. */
#ifndef TAMIS_SERVICE_WORK_H
#define TAMIS_SERVICE_WORK_H

#include <stdbool.h>

#include "loop/run_queue.h"

enum work_task {
	WORK_TELL,     /* source: the sets that take it, that it has published */
	WORK_MARK,     /* set: its renditions, that they may be stale */
	WORK_BUILD,    /* set: its scope, which somebody waits for */
	WORK_FILL,     /* source: into the catalogue for the first time; somebody waits */
	WORK_CATCH_UP, /* source: what its window has now */
	WORK_TAKE_IN,  /* source: into the catalogue for the first time; nobody waits */
	WORK_WRITE,    /* source: entries of what is new */
	WORK_SAVE,     /* source: give to the store what readers see */
	WORK_CONFIRM,  /* set: its renditions, that they still hold */
	WORK_ASK,      /* source: the rules of its sets, of what is new */
	WORK_LEAVE,    /* source: out of the catalogue; no set takes it */
	WORK_TASKS,
	WORK_NONE = WORK_TASKS,
};
/** Tasks below go before everything, whoever asks for it: what readers are to see is seen at once. */
#define WORK_URGENT WORK_BUILD
/** With a task below, something does not show yet what its windows hold. */
#define WORK_BEHIND WORK_CONFIRM

_Static_assert(WORK_TASKS <= TMS_RUN_LEVELS, "each task is a level of the queue");

static inline bool work_is_of_set(unsigned task)
{
	return task == WORK_MARK || task == WORK_BUILD || task == WORK_CONFIRM;
}

#endif
