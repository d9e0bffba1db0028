/*
 * What the log is told of a source: one line when it fails, one when it fails in another way, one
 * when all of its lists are read again; however many lists it has, and however often they are asked.
 */
#ifndef TAMIS_SERVICE_SOURCE_LOG_H
#define TAMIS_SERVICE_SOURCE_LOG_H

#include "service/source.h"

/** Note a failure in the health of the source. */
void source_log_note_failure(
	struct tms_source *source, const struct tms_poll_answer *answer, tms_time now);
/** Is this failure one to tell? state: of its list, before the answer is taken in; may be NULL. It
 * counts as told from here on. False when the answer is no failure. */
bool source_log_is_news(struct tms_source *source, const struct tms_poll_state *state,
	const struct tms_poll_answer *answer);
/** Tell it. next: when the list is asked again, or TMS_TIME_NONE. */
void source_log_tell_failure(struct tms_source *source, struct tms_str key,
	const struct tms_poll_answer *answer, tms_time next);
/** An address failed, and its fallback is asked. */
void source_log_tell_fallback(struct tms_source *source, const struct tms_poll_answer *answer);
/** What the address itself answered is not hidden by how its fallback failed: `answer`, of that,
 * tells both. Its runs are the arena's, or those of the two. */
void source_log_join_failures(struct tms_arena *arena, const struct tms_poll_answer *first,
	struct tms_poll_answer *answer);
/** A list was read: if nothing of the source fails any more, say so. */
void source_log_tell_recovery(struct tms_source *source, tms_time now);

#endif
