#include "bench.h"

#include <fcntl.h>
#include <malloc.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

void bench_fail(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	(void)fputs("bench: ", stderr);
	(void)vfprintf(stderr, format, arguments);
	(void)fputc('\n', stderr);
	va_end(arguments);
	exit(1);
}

void *bench_alloc(size_t bytes)
{
	void *made = calloc(1, bytes ? bytes : 1);

	if (!made)
		bench_fail("no memory for %zu bytes", bytes);
	return made;
}

void bench_grow(void *list, size_t count, size_t *capacity, size_t size)
{
	void **array = list;

	if (count < *capacity)
		return;
	*capacity = *capacity ? *capacity * 2 : 64;
	*array = reallocarray(*array, *capacity, size);
	if (!*array)
		bench_fail("no memory for %zu elements", *capacity);
}

struct tms_str bench_map(const char *path)
{
	struct stat about;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || fstat(fd, &about) != 0 || about.st_size == 0)
		bench_fail("%s cannot be read, or is empty", path);
	size_t len = (size_t)about.st_size;
	const char *bytes = mmap(NULL, len, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
	if (bytes == MAP_FAILED)
		bench_fail("%s cannot be mapped", path);
	(void)close(fd);
	return (struct tms_str){ bytes, len };
}

struct tms_str *bench_lines(struct tms_str text, size_t *count)
{
	struct tms_str *lines = NULL;
	size_t capacity = 0, start = 0;

	*count = 0;
	for (size_t i = 0; i <= text.len; i++) {
		if (i < text.len && text.ptr[i] != '\n')
			continue;
		if (i > start) {
			bench_grow(&lines, *count, &capacity, sizeof(*lines));
			lines[(*count)++] = tms_str_slice(text, start, i);
		}
		start = i + 1;
	}
	return lines;
}

static double seconds(clockid_t clock)
{
	struct timespec now;

	(void)clock_gettime(clock, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

double bench_cpu_s(void)
{
	return seconds(CLOCK_THREAD_CPUTIME_ID);
}

double bench_wall_s(void)
{
	return seconds(CLOCK_MONOTONIC);
}

double bench_anonymous_bytes(void)
{
	char line[256];
	double kib = -1;
	FILE *status = fopen("/proc/self/status", "re");

	while (status && fgets(line, sizeof(line), status))
		if (strncmp(line, "RssAnon:", 8) == 0)
			kib = strtod(line + 8, NULL);
	if (status)
		(void)fclose(status);
	if (kib < 0)
		bench_fail("/proc/self/status has no RssAnon");
	return kib * 1024;
}

double bench_heap_bytes(void)
{
	struct mallinfo2 info = mallinfo2();

	return (double)info.uordblks + (double)info.hblkhd;
}

static int by_size(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

double bench_quantile(double *list, size_t count, double share)
{
	qsort(list, count, sizeof(*list), by_size);
	return list[(size_t)((double)(count - 1) * share + .5)];
}

uint64_t bench_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

void bench_print(const char *name, double value, const char *unit)
{
	printf("%s\t%.6g\t%s\n", name, value, unit);
	(void)fflush(stdout);
}

void bench_print_list(const char *name, double *list, size_t count, const char *unit)
{
	char longer[128];

	bench_print(name, bench_quantile(list, count, .5), unit);
	(void)snprintf(longer, sizeof(longer), "%s.min", name);
	bench_print(longer, list[0], unit);
	(void)snprintf(longer, sizeof(longer), "%s.max", name);
	bench_print(longer, list[count - 1], unit);
}
