/* When a source is asked next and why not earlier, in words for people. */
#include "service/source_words.h"

#include "service/source_schedule.h"

#define SOON_S (2 * TMS_MINUTE_S) /* nearer than that, seconds are told */

/* "at 14:05 UTC", "at 14:05 UTC on 2026-03-05". */
static void write_moment(struct tms_buf *buf, tms_time t, tms_time now)
{
	struct tms_civil c = tms_time_to_civil(t);

	tms_buf_format(buf, "%02d:%02d", (int)c.hour, (int)c.minute);
	if (t - now < SOON_S)
		tms_buf_format(buf, ":%02d", (int)c.second);
	tms_buf_add_cstr(buf, " UTC");
	if (tms_time_day_start(t) != tms_time_day_start(now))
		tms_buf_format(buf, " on %04d-%02d-%02d", (int)c.year, (int)c.month, (int)c.day);
}

static void write_wait(struct tms_buf *buf, const struct tms_source_next *next)
{
	switch (next->waits_for) {
	case TMS_WAIT_FRESH:
		tms_buf_add_cstr(buf, "It says how long its answer holds; asked again at ");
		return;
	case TMS_WAIT_ASKED:
		if (next->paused_until >= next->due)
			break; /* that of its host has just been told */
		tms_buf_add_cstr(buf, "It asks for a pause; asked again at ");
		return;
	case TMS_WAIT_GONE:
		tms_buf_format(
			buf, "Gone (410) on %d days; asked once a week, next at ", TMS_GONE_DAYS);
		return;
	case TMS_WAIT_SKIP:
		tms_buf_add_cstr(buf, "Nothing new comes there ");
		tms_skip_words(buf, next->skip);
		tms_buf_add_cstr(buf, "; asked again at ");
		return;
	case TMS_WAIT_HOST: /* its pause is told when it goes on */
	case TMS_WAIT_RHYTHM:
	case TMS_WAIT_BACKOFF:
		break;
	}
	tms_buf_add_cstr(buf, "Asked again at ");
}

void tms_source_next_words(struct tms_buf *buf, struct tms_source *source, tms_time now)
{
	struct tms_source_next next;

	if (!source->conf) {
		tms_buf_add_cstr(buf, "Not asked any more: the configuration does not name it.");
		return;
	}
	tms_source_next(source, now, &next);
	if (next.paused_until > 0) {
		tms_buf_format(
			buf, "Its host (%.*s) asks for a pause until ", TMS_STR_ARGS(next.host));
		write_moment(buf, next.paused_until, now);
		tms_buf_add_cstr(buf, ". ");
	}
	if (!source->is_loaded) {
		tms_buf_add_cstr(buf, "Asked when the store has been read.");
	} else if (source->round) {
		tms_buf_add_cstr(buf, "Being asked now.");
	} else if (next.due <= now && next.paused_until == 0) {
		tms_buf_add_cstr(buf, "Asked now.");
	} else {
		write_wait(buf, &next);
		write_moment(buf, next.due > next.paused_until ? next.due : next.paused_until, now);
		tms_buf_add_char(buf, '.');
	}
}

/* How the list that failed last did. */
static const struct tms_poll_state *failing(const struct tms_source *source)
{
	const struct tms_poll_state *found = NULL;

	for (size_t i = 0; i < source->polls_count; i++) {
		const struct tms_poll_state *state = &source->polls[i].state;
		if (state->failures > 0 && state->error[0] != '\0' &&
			(!found || state->last_attempt >= found->last_attempt))
			found = state;
	}
	return found;
}

void tms_source_reason_words(struct tms_buf *buf, struct tms_source *source, tms_time now)
{
	const struct tms_poll_state *state = failing(source);

	tms_buf_format(buf, "%.*s: ", TMS_STR_ARGS(source->name));
	if (state)
		tms_buf_format(buf, "%s. ", state->error);
	tms_source_next_words(buf, source, now);
}
