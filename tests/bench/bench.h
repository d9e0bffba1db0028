/*
 * What the programs of the bench share. Each prints lines "name<TAB>value<TAB>unit" on standard
 * output; tests/bench/run.sh makes the table of targets of them. A failure ends the program with a
 * sentence: a bench that cannot measure must not look like one that has.
 */
#ifndef TAMIS_BENCH_H
#define TAMIS_BENCH_H

#include <tamis/status.h>
#include <tamis/str.h>

_Noreturn void bench_fail(const char *format, ...) TMS_PRINTF(1, 2);
/** Zeroed; never NULL. */
void *bench_alloc(size_t bytes);
/** Room for one more element behind `count`. list: pointer to the array pointer. */
void bench_grow(void *list, size_t count, size_t *capacity, size_t size);

/** A file, mapped; stays until the program ends. */
struct tms_str bench_map(const char *path);
/** The lines of a text, given (free). */
struct tms_str *bench_lines(struct tms_str text, size_t *count);

/** CPU time of this thread, and the wall clock; in seconds. */
double bench_cpu_s(void);
double bench_wall_s(void);
/** Anonymous memory of this process in bytes, by the kernel's count. */
double bench_anonymous_bytes(void);
/** What malloc has handed out, in bytes. */
double bench_heap_bytes(void);

/** Sorted in place; share .5 is the median. */
double bench_quantile(double *list, size_t count, double share);
/** A small fast sequence; state must not be 0. */
uint64_t bench_random(uint64_t *state);

void bench_print(const char *name, double value, const char *unit);
/** Three lines: NAME (median), NAME.min, NAME.max. Sorts. */
void bench_print_list(const char *name, double *list, size_t count, const char *unit);

#endif
