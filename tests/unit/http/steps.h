/* Requests read in pieces of any size, and what became of them. */
#ifndef HTTP_STEPS_H
#define HTTP_STEPS_H

#include "test.h"

#include <stdlib.h>

#include <tamis/request.h>

static const struct tms_request_limits limits __attribute__((unused)) = TMS_REQUEST_LIMITS_DEFAULT;

/* What became of some bytes: the statuses of all requests in them, 200 for a taken one, 0 for an
 * unfinished one. */
struct outcome {
	int statuses[8];
	size_t count;
	char refused[160];
};

/* Hand over `step` bytes at a time, as a connection does. */
static inline struct outcome read_in_steps(struct tms_str bytes, size_t step)
{
	struct outcome seen = { 0 };
	struct tms_arena arena = { 0 };
	struct tms_request_reader reader;
	struct tms_request request = { 0 };
	struct tms_refusal refusal = { 0 };
	size_t start = 0, arrived = 0;

	tms_request_reader_init(&reader, &limits);
	while (seen.count < TMS_COUNT(seen.statuses)) {
		/* a copy of exactly this size, so that a sanitizer sees one byte too far */
		size_t len = arrived - start;
		char *copy = malloc(len ? len : 1);
		assert_non_null(copy);
		if (len)
			memcpy(copy, bytes.ptr + start, len);
		enum tms_reading reading = tms_request_read(
			&reader, &arena, (struct tms_str){ copy, len }, &request, &refusal);
		free(copy);
		if (reading == TMS_READING_REFUSED) {
			seen.statuses[seen.count++] = refusal.status;
			memcpy(seen.refused, refusal.text, sizeof(seen.refused));
			break;
		}
		if (reading == TMS_READING_DONE) {
			seen.statuses[seen.count++] = 200;
			start += request.bytes;
			tms_request_reader_init(&reader, &limits);
			continue;
		}
		if (arrived == bytes.len)
			break;
		arrived = arrived + step < bytes.len ? arrived + step : bytes.len;
	}
	if (start < bytes.len && (!seen.count || seen.statuses[seen.count - 1] == 200))
		seen.statuses[seen.count++] = 0;
	tms_arena_free(&arena);
	return seen;
}

static inline bool same_outcome(const struct outcome *a, const struct outcome *b)
{
	return a->count == b->count && memcmp(a->statuses, b->statuses, sizeof(a->statuses)) == 0 &&
	       strcmp(a->refused, b->refused) == 0;
}

#endif
