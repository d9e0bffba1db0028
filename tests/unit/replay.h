/*
 * A fuzz target over its committed inputs, tests/fixtures/fuzz/TARGET: seeds, and what was ever
 * found. The target aborts where its promise does not hold. Each file is in a block of its own
 * size, so that a sanitizer sees a read beyond it.
 */
#ifndef TAMIS_TEST_REPLAY_H
#define TAMIS_TEST_REPLAY_H

#include "test.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static inline void replay_file(const char *path)
{
	FILE *file = fopen(path, "re");
	long size = -1;

	if (file && fseek(file, 0, SEEK_END) == 0)
		size = ftell(file);
	if (!file || size < 0 || fseek(file, 0, SEEK_SET) != 0)
		fail_msg("cannot read %s", path);
	uint8_t *bytes = malloc((size_t)size + (size == 0));
	assert_non_null(bytes);
	assert_int_equal(fread(bytes, 1, (size_t)size, file), (size_t)size);
	(void)fclose(file);
	assert_int_equal(LLVMFuzzerTestOneInput(bytes, (size_t)size), 0);
	free(bytes);
}

/** Every file of tests/fixtures/fuzz/TARGET; at least `least` of them must be there. */
static inline void replay_all(const char *target, size_t least)
{
	const char *tests = getenv("TAMIS_TESTS");
	char dir[512], path[1024];
	size_t count = 0;

	(void)snprintf(dir, sizeof(dir), "%s/fixtures/fuzz/%s", tests ? tests : "tests", target);
	DIR *open = opendir(dir);
	if (!open)
		fail_msg("cannot open %s", dir);
	for (struct dirent *e = readdir(open); e; e = readdir(open)) {
		if (e->d_name[0] == '.')
			continue;
		(void)snprintf(path, sizeof(path), "%s/%s", dir, e->d_name);
		replay_file(path);
		count++;
	}
	(void)closedir(open);
	assert_in_range(count, least, 100000);
}

#endif
