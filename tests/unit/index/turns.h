/* Work that two threads do by turns: what is handed over to the worker and back is one thread's at
 * a time. */
#ifndef TAMIS_TESTS_INDEX_TURNS_H
#define TAMIS_TESTS_INDEX_TURNS_H

#include <stdbool.h>

/** One turn; true while there is more to do. */
typedef bool (*turn_fn)(void *context);

/** Take turns until there is nothing more to do: one on this thread, one on a worker, and so on. A
 * check that fails aborts: there is no way back to the test from another thread. */
void take_turns(turn_fn turn, void *context);

#endif
