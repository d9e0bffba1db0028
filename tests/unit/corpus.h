/* Where the corpus of real captures is, when it is there. Under CI a missing corpus is a failure. */
#ifndef TAMIS_CORPUS_H
#define TAMIS_CORPUS_H

#include <stdio.h>
#include <stdlib.h>

/* A file of the corpus open for reading, or NULL when the corpus is not on this machine. */
static inline FILE *corpus_open(const char *name)
{
	char path[4096];
	const char *root = getenv("TAMIS_CORPUS");
	const char *tests = getenv("TAMIS_TESTS");

	if (root && root[0] != '\0')
		(void)snprintf(path, sizeof(path), "%s/%s", root, name);
	else
		(void)snprintf(path, sizeof(path), "%s/../../shared/corpus/%s", tests ? tests : "tests", name);
	return fopen(path, "rb");
}

/* Say what is not tested; the caller then calls skip(). */
static inline void corpus_skipped(const char *what)
{
	if (getenv("CI"))
		fail_msg("the corpus is missing: %s cannot be tested", what);
	print_message("SKIPPED (no corpus): %s\n", what);
}

#endif
