/* Time as an argument: the wall clock that items and schedules live by, and a steady one for
 * network deadlines. */
#ifndef TAMIS_LOOP_CLOCK_H
#define TAMIS_LOOP_CLOCK_H

#include <tamis/time.h>

/** A source of wall time, in milliseconds since 1970-01-01T00:00:00Z. */
struct tms_clock {
	int64_t (*wall_ms)(void *context);
	void *context;
	bool driven; /* not the system's: it may stand still or jump, so it is looked at often */
};

/** The system's clock. */
struct tms_clock tms_clock_system(void);
/** Seconds, as the library wants them. */
tms_time tms_clock_now(const struct tms_clock *clock);
/** CLOCK_MONOTONIC in milliseconds: for deadlines and politeness, never for dates. */
int64_t tms_monotonic_ms(void);

/**
 * A clock that reads its time (one RFC 3339 line) from a file each time it is asked: a test writes
 * the file and drives days in seconds. `path` is borrowed for ever.
 */
struct tms_clock tms_clock_from_file(const char *path);

#endif
