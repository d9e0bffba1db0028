/* What a fuzz target holds an input to: it ends the process where it is broken. */
#ifndef TAMIS_TEST_FUZZ_PROMISE_H
#define TAMIS_TEST_FUZZ_PROMISE_H

#include <stdlib.h>

#define PROMISE(condition)                                                                         \
	do {                                                                                       \
		if (!(condition))                                                                  \
			abort();                                                                   \
	} while (0)

#endif
