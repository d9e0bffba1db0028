/*
 * Histories of numbers. Queries ask two things of them: the newest value, and when a value was
 * first reached. The second is answered by the steps that set a new highest value (peaks) alone, so
 * those outlive all others.
 */
#include <tamis/record.h>

#include <stdlib.h>

void tms_track_free(struct tms_track *track)
{
	free(track->steps);
	*track = (struct tms_track){ 0 };
}

static void drop(struct tms_track *track, size_t i)
{
	memmove(&track->steps[i], &track->steps[i + 1],
		(track->count - i - 1) * sizeof(*track->steps));
	track->count--;
	/* what stood on both sides may be one value now */
	if (i > 0 && i < track->count && track->steps[i].value == track->steps[i - 1].value)
		drop(track, i);
}

/* The step to lose when there are too many: the oldest that is no peak, else the peak that stood
 * the shortest. */
static size_t weakest(const struct tms_track *track, size_t peaks)
{
	int64_t highest = INT64_MIN, shortest = INT64_MAX;
	size_t weak = 0, before = 0;

	for (size_t i = 0; i + 1 < track->count; i++) {
		if (track->steps[i].value > highest) {
			highest = track->steps[i].value;
			continue;
		}
		if (track->count - peaks > TMS_STEPS_MAX)
			return i;
	}
	highest = track->steps[0].value;
	for (size_t i = 1; i < track->count; i++) {
		if (track->steps[i].value <= highest)
			continue;
		highest = track->steps[i].value;
		if (before > 0 && track->steps[i].at - track->steps[before].at < shortest) {
			shortest = track->steps[i].at - track->steps[before].at;
			weak = before;
		}
		before = i;
	}
	return weak;
}

static void thin(struct tms_track *track)
{
	int64_t highest = INT64_MIN;
	size_t peaks = 0;

	for (size_t i = 0; i < track->count; i++) {
		if (track->steps[i].value <= highest)
			continue;
		highest = track->steps[i].value;
		peaks++;
	}
	if (track->count - peaks > TMS_STEPS_MAX || peaks > TMS_PEAKS_MAX)
		drop(track, weakest(track, peaks));
}

enum tms_status tms_track_add(struct tms_track *track, tms_time at, int64_t value, bool *moved)
{
	*moved = false;
	if (track->count > 0) {
		const struct tms_step *last = &track->steps[track->count - 1];
		if (last->value == value || at < last->at)
			return TMS_OK;
	}
	if (track->count == track->capacity) {
		/* most numbers never move, so the first room is for one step */
		size_t capacity = track->capacity ? track->capacity * 2 + 2 : 1;
		struct tms_step *steps = realloc(track->steps, capacity * sizeof(*steps));
		if (!steps)
			return TMS_ENOMEM;
		track->steps = steps;
		track->capacity = capacity;
	}
	track->steps[track->count++] = (struct tms_step){ at, value };
	*moved = true;
	if (track->count > TMS_STEPS_MAX)
		thin(track);
	return TMS_OK;
}
