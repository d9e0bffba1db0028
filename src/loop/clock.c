/* Clocks: the system's, and one that reads its time from a file, for tests. */
#include "loop/clock.h"

#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include <tamis/date.h>

static int64_t read_clock(clockid_t which)
{
	struct timespec t = { 0 };

	(void)clock_gettime(which, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int64_t system_wall_ms(void *context)
{
	(void)context;
	return read_clock(CLOCK_REALTIME);
}

struct tms_clock tms_clock_system(void)
{
	return (struct tms_clock){ .wall_ms = system_wall_ms };
}

tms_time tms_clock_now(const struct tms_clock *clock)
{
	return clock->wall_ms(clock->context) / 1000;
}

int64_t tms_monotonic_ms(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

/* A file that cannot be read or understood leaves the system's time, so that a typing error shows
 * at once. */
static int64_t file_wall_ms(void *context)
{
	char text[64];
	struct tms_date date = { 0 };
	int fd = open(context, O_RDONLY | O_CLOEXEC);
	ssize_t len = fd < 0 ? -1 : read(fd, text, sizeof(text));

	if (fd >= 0)
		(void)close(fd);
	if (len <= 0 || !tms_date_parse(tms_str_trim((struct tms_str){ text, (size_t)len }), &date))
		return read_clock(CLOCK_REALTIME);
	return date.t * 1000;
}

struct tms_clock tms_clock_from_file(const char *path)
{
	return (struct tms_clock){
		.wall_ms = file_wall_ms, .context = (void *)(uintptr_t)path, .driven = true
	};
}
