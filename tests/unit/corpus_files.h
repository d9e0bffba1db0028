/* Whole files and whole folders of the corpus, and the processor time that reading them takes. */
#ifndef TAMIS_CORPUS_FILES_H
#define TAMIS_CORPUS_FILES_H

#include "test.h"

#include <dirent.h>
#include <time.h>

#include <tamis/arena.h>

#include "corpus.h"

/** Path of a file or folder of the corpus, in buf; false (said, a failure under CI) when it is not
 * there. */
static inline bool corpus_path(const char *name, char *buf, size_t size)
{
	const char *corpus = getenv("TAMIS_CORPUS"), *tests = getenv("TAMIS_TESTS");
	int len = corpus ? snprintf(buf, size, "%s/%s", corpus, name)
			 : snprintf(buf, size, "%s/../../shared/corpus/%s", tests ? tests : "tests",
				   name);
	DIR *there = NULL;
	FILE *f = len > 0 && (size_t)len < size ? fopen(buf, "re") : NULL;

	if (!f && len > 0 && (size_t)len < size)
		there = opendir(buf);
	if (there)
		(void)closedir(there);
	if (f)
		(void)fclose(f);
	if (!f && !there)
		corpus_skipped(name);
	return f || there;
}

/** A whole file in the arena; fails the test when it cannot be read. */
static inline struct tms_str file_read(struct tms_arena *arena, const char *path)
{
	FILE *f = fopen(path, "re");
	long size = -1;

	if (f && fseek(f, 0, SEEK_END) == 0)
		size = ftell(f);
	if (!f || size < 0 || fseek(f, 0, SEEK_SET) != 0)
		fail_msg("cannot read %s", path);
	char *bytes = tms_arena_alloc(arena, (size_t)size + 1);
	assert_non_null(bytes);
	assert_int_equal(fread(bytes, 1, (size_t)size, f), (size_t)size);
	(void)fclose(f);
	return (struct tms_str){ bytes, (size_t)size };
}

/** Calls `each` with path and bytes of every plain file of a folder of the corpus; returns how
 * many. */
static inline size_t corpus_each(
	const char *folder, void (*each)(const char *path, struct tms_str bytes))
{
	char dir[512], path[1024];
	size_t count = 0;

	if (!corpus_path(folder, dir, sizeof(dir)))
		return 0;
	DIR *open = opendir(dir);
	assert_non_null(open);
	for (struct dirent *e = readdir(open); e; e = readdir(open)) {
		if (e->d_type != DT_REG || e->d_name[0] == '.')
			continue;
		struct tms_arena arena = { 0 };
		(void)snprintf(path, sizeof(path), "%s/%s", dir, e->d_name);
		each(path, file_read(&arena, path));
		tms_arena_free(&arena);
		count++;
	}
	(void)closedir(open);
	return count;
}

/** Processor time of this process. */
static inline double cpu_ms(void)
{
	struct timespec t = { 0 };

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/** Sanitizers make everything several times slower and larger; budgets are multiplied by this. */
#if defined(__SANITIZE_ADDRESS__)
#define BUDGET_FACTOR 12
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define BUDGET_FACTOR 12
#endif
#endif
#ifndef BUDGET_FACTOR
#define BUDGET_FACTOR 1
#endif

#endif
