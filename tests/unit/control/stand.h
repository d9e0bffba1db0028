/* A folder, and what is asked of the socket in it. */
#ifndef TAMIS_TESTS_CONTROL_STAND_H
#define TAMIS_TESTS_CONTROL_STAND_H

#include "test.h"

#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static inline int remove_one(const char *path, const struct stat *status, int kind, struct FTW *ftw)
{
	(void)status;
	(void)kind;
	(void)ftw;
	return remove(path);
}

/* Made below /tmp; the caller removes it. */
static inline struct tms_str make_folder(char path[64])
{
	struct sigaction ignore = { .sa_handler = SIG_IGN };

	sigaction(SIGPIPE, &ignore, NULL);
	snprintf(path, 64, "/tmp/tamis-control-XXXXXX");
	assert_non_null(mkdtemp(path));
	return tms_str_from(path);
}

static inline void remove_folder(const char *path)
{
	nftw(path, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

#endif
