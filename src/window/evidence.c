/*
 * What a list says by not naming an item.
 *
 * last_listed of a record never falls below the time of a listing that named the item, so a listing
 * at a later time than last_listed did not name it, whatever the clock did: that is what makes
 * evidence of three listings safe.
 */
#include "window_private.h"

const struct window_evidence WINDOW_EVIDENCE_NONE = {
	{ TMS_TIME_NONE, TMS_TIME_NONE, TMS_TIME_NONE }, { TMS_TIME_NONE, TMS_TIME_NONE }
};

static void drop_later(tms_time *times, size_t count, tms_time now)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		if (times[i] <= now)
			times[kept++] = times[i];
	while (kept < count)
		times[kept++] = TMS_TIME_NONE;
}

void window_evidence_forget_later(struct window_evidence *evidence, tms_time now)
{
	drop_later(evidence->seen, TMS_COUNT(evidence->seen), now);
	drop_later(evidence->days, TMS_COUNT(evidence->days), now);
}

void window_evidence_add(struct window_evidence *evidence, tms_time now)
{
	window_evidence_forget_later(evidence, now);
	evidence->seen[2] = evidence->seen[1];
	evidence->seen[1] = evidence->seen[0];
	evidence->seen[0] = now;
	if (evidence->days[0] != TMS_TIME_NONE && now - evidence->days[0] < TMS_DAY_S)
		return;
	evidence->days[1] = evidence->days[0];
	evidence->days[0] = now;
}

tms_time window_evidence_since(const struct window_evidence *evidence)
{
	return evidence->seen[2] < evidence->days[1] ? evidence->seen[2] : evidence->days[1];
}
