/*
 * Feeds read in turns with other parsers: turn_bench FILE…
 *
 * Prints a line "items<TAB>COUNT" for each file, -1 where it is not read; then, for each line on
 * standard input ("INDEX INDEX …"), reads these files once and prints the CPU seconds. The scripts
 * in peers/ do the same with other parsers.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tamis/listing.h>

#include "bench.h"

#define LINE_BYTES ((size_t)1 << 16)

static long read_items(struct tms_str body)
{
	struct tms_arena arena = { 0 };
	struct tms_listing listing;
	struct tms_diag diag = { 0 };
	bool was_read = tms_listing_parse(&arena, body, NULL, &listing, &diag) == TMS_OK;
	long items = was_read ? (long)listing.items_count : -1;

	tms_arena_free(&arena);
	return items;
}

/* One turn: the files whose numbers stand in the line. */
static double take_turn(const struct tms_str *bodies, size_t count, const char *line)
{
	struct tms_str rest = tms_str_trim(tms_str_from(line)), part;
	double start = bench_cpu_s();

	while (tms_str_split(&rest, ' ', &part)) {
		int64_t at = -1;
		if (!tms_str_int64(part, &at) || at < 0 || (size_t)at >= count ||
			read_items(bodies[at]) < 0)
			bench_fail("no file of number %.*s that can be read", TMS_STR_ARGS(part));
	}
	return bench_cpu_s() - start;
}

int main(int argc, char **argv)
{
	size_t count = argc > 1 ? (size_t)argc - 1 : 0;
	struct tms_str *bodies = bench_alloc(count * sizeof(*bodies));
	char *line = bench_alloc(LINE_BYTES);

	for (size_t i = 0; i < count; i++) {
		bodies[i] = bench_map(argv[i + 1]);
		printf("items\t%ld\n", read_items(bodies[i]));
	}
	(void)fflush(stdout);
	while (fgets(line, (int)LINE_BYTES, stdin)) {
		printf("cpu\t%.9f\n", take_turn(bodies, count, line));
		(void)fflush(stdout);
	}
	free(line);
	free(bodies);
	return 0;
}
