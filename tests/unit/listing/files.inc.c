#include "files.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct tms_str test_read(struct tms_arena *arena, const char *path)
{
	struct tms_str out = { 0 };
	FILE *file = fopen(path, "rb");

	if (!file)
		return out;
	if (fseek(file, 0, SEEK_END) == 0) {
		long size = ftell(file);
		char *bytes = size < 0 ? NULL : tms_arena_alloc(arena, (size_t)size + 1);
		rewind(file);
		if (bytes && fread(bytes, 1, (size_t)size, file) == (size_t)size)
			out = (struct tms_str){ bytes, (size_t)size };
	}
	(void)fclose(file);
	return out;
}

bool test_write(const char *path, struct tms_str bytes)
{
	FILE *file = fopen(path, "wb");

	if (!file)
		return false;
	bool done = bytes.len == 0 || fwrite(bytes.ptr, 1, bytes.len, file) == bytes.len;
	return fclose(file) == 0 && done;
}

/* nftw has no context argument; one test runs at a time */
static struct {
	struct tms_arena *arena;
	char **paths;
	size_t count, capacity;
} walk;

static int visit(const char *path, const struct stat *st, int type, struct FTW *where)
{
	(void)st;
	(void)where;
	if (type != FTW_F)
		return 0;
	if (!tms_arena_grow(walk.arena, &walk.paths, walk.count, &walk.capacity, sizeof(char *)))
		return -1;
	walk.paths[walk.count++] = (char *)(uintptr_t)tms_str_cstr(walk.arena, tms_str_from(path));
	return 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

char **test_files(struct tms_arena *arena, const char *directory, size_t *count)
{
	memset(&walk, 0, sizeof(walk));
	walk.arena = arena;
	(void)nftw(directory, visit, 16, FTW_PHYS);
	if (walk.count > 0)
		qsort(walk.paths, walk.count, sizeof(char *), by_name);
	*count = walk.count;
	return walk.paths;
}

const char *test_corpus(struct tms_arena *arena)
{
	const char *told = getenv("TAMIS_CORPUS");
	const char *tests = getenv("TAMIS_TESTS");

	if (told && access(told, R_OK) == 0)
		return told;
	if (!tests)
		return NULL;
	const char *beside =
		tms_str_cstr(arena, tms_arena_format(arena, "%s/../../shared/corpus", tests));
	return beside && access(beside, R_OK) == 0 ? beside : NULL;
}
