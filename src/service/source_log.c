/* Log lines of a source: failures once each, not once for each list and try. */
#include "service/source_log.h"

#include <tamis/hash.h>

#include "log/log.h"
#include "service/source_schedule.h"

/* Never 0. */
static uint64_t hash_of(struct tms_str sentence)
{
	return tms_hash((struct tms_hash_seed){ 0 }, sentence) | 1;
}

void source_log_note_failure(
	struct tms_source *source, const struct tms_poll_answer *answer, tms_time now)
{
	struct tms_diag diag = { 0 };

	tms_diag_set(&diag, 0, 0, "%.*s: %.*s", TMS_STR_ARGS(tms_log_url(answer->final_url)),
		TMS_STR_ARGS(answer->error));
	tms_health_failed(tms_window_health(source->window), now,
		answer->outcome == TMS_OUTCOME_UNREADABLE ||
				answer->outcome == TMS_OUTCOME_TOO_LARGE
			? TMS_HEALTH_MISSHAPEN
			: TMS_HEALTH_FAILED,
		diag.text);
	source->rounds_failed++;
}

bool source_log_is_news(struct tms_source *source, const struct tms_poll_state *state,
	const struct tms_poll_answer *answer)
{
	struct tms_diag diag = { 0 };

	if (!tms_poll_answer_is_failure(answer))
		return false;
	tms_diag_set(&diag, 0, 0, "%.*s", TMS_STR_ARGS(answer->error));
	/* what the list remembers may be cut */
	bool is_known = source->told != 0 && state && state->error[0] != '\0' &&
			tms_str_starts(tms_str_from(diag.text), tms_str_from(state->error));
	uint64_t hash = hash_of(tms_str_from(diag.text));
	if (is_known || hash == source->told)
		return false;
	source->told = hash;
	return true;
}

void source_log_tell_failure(struct tms_source *source, struct tms_str key,
	const struct tms_poll_answer *answer, tms_time next)
{
	struct tms_buf moment = { 0 };

	if (next == TMS_TIME_NONE || next < 0)
		tms_buf_add_cstr(&moment, "at once");
	else
		tms_time_write_rfc3339(&moment, next);
	TMS_LOG(source->world->log, TMS_LOG_WARNING,
		"the upstream could not be read; it is asked again", { "source", source->name },
		{ "list", key }, { "url", tms_log_url(answer->final_url) },
		{ "why", answer->error }, { "next", tms_buf_str(&moment) });
	tms_buf_free(&moment);
}

void source_log_tell_fallback(struct tms_source *source, const struct tms_poll_answer *answer)
{
	uint64_t hash = hash_of(answer->error);

	if (hash == source->told_fallback)
		return;
	source->told_fallback = hash;
	TMS_LOG(source->world->log, TMS_LOG_INFO, "asking the page instead",
		{ "source", source->name }, { "url", tms_log_url(answer->final_url) },
		{ "why", answer->error });
}

void source_log_join_failures(struct tms_arena *arena, const struct tms_poll_answer *first,
	struct tms_poll_answer *answer)
{
	bool is_paused = answer->outcome == TMS_OUTCOME_PAUSED;
	struct tms_str error = first->error;

	if (!is_paused && !tms_poll_answer_is_failure(answer))
		return;
	if (!is_paused && !tms_str_equal(error, answer->error))
		error = tms_arena_format(arena, "%.*s; of the page instead: %.*s",
			TMS_STR_ARGS(error), TMS_STR_ARGS(answer->error));
	/* what asks for a pause is obeyed, and the first did not */
	if (answer->http_status != 429 && answer->http_status != 503)
		*answer = *first;
	if (error.len > 0)
		answer->error = error;
}

void source_log_tell_recovery(struct tms_source *source, tms_time now)
{
	if (source->told == 0 || tms_source_is_ill(source, now))
		return;
	source->told = 0;
	TMS_LOG(source->world->log, TMS_LOG_INFO, "the source is read again",
		{ "source", source->name });
}
