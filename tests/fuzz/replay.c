/*
 * A fuzz target over the inputs that are kept: seeds, and what was ever found. The target aborts
 * where its promise does not hold. Each file is in a block of its own size, so that a sanitizer
 * sees a read beyond it. Arguments: folders under tests/fixtures.
 */
#include "../unit/test.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

static char **folders;

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void replay_file(const char *path)
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

/* Returns how many files the folder has. */
static size_t replay_folder(const char *folder)
{
	const char *tests = getenv("TAMIS_TESTS");
	char dir[512], path[1024];
	size_t count = 0;

	(void)snprintf(dir, sizeof(dir), "%s/fixtures/%s", tests ? tests : "tests", folder);
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
	return count;
}

static void every_seed_and_every_finding_still_holds(void **state)
{
	(void)state;
	for (char **folder = folders; *folder; folder++)
		assert_in_range(replay_folder(*folder), 3, 100000);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_seed_and_every_finding_still_holds),
	};

	(void)argc;
	folders = argv + 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
