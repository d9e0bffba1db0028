/*
 * When a source is asked, and for which of its lists: computed each time from the plan of its
 * upstream (<tamis/poll.h>) and the states of its lists, so nothing is kept that a restart could
 * lose. And when what has left its lists is retired, which waits for them.
 */
#ifndef TAMIS_SERVICE_SOURCE_SCHEDULE_H
#define TAMIS_SERVICE_SOURCE_SCHEDULE_H

#include "fetch/hosts.h"
#include "service/source.h"

/** Every list is due as soon as politeness allows. */
void source_make_due(struct tms_source *source);
/** The list that is due soonest, and when; *poll (in the arena) is left alone when there is none,
 * which is TMS_TIME_MAX. The source is in the configuration. */
tms_time source_soonest(
	struct tms_source *source, struct tms_arena *arena, tms_time now, struct tms_poll *poll);
/** Lists of days long gone are not asked for any more: drop their states. */
void source_forget_old_lists(struct tms_source *source, struct tms_arena *arena, tms_time now);
/** When the source is asked next, and what the list that is due soonest waits for. */
struct tms_source_next {
	tms_time due; /* TMS_TIME_MAX: never */
	enum tms_wait waits_for;
	struct tms_skip skip;  /* of that list and its listing */
	tms_time paused_until; /* its host is; 0: it is not */
	struct tms_str host;   /* that is paused; in the bytes: do not copy this */
	char host_bytes[TMS_HOST_NAME_BYTES];
};
/** Set *next. */
void tms_source_next(struct tms_source *source, tms_time now, struct tms_source_next *next);
/** When the next round is due; TMS_TIME_MAX: never, or one runs. */
tms_time tms_source_next_due(struct tms_source *source, tms_time now);
/**
 * Retire what has left: when a list was read or is known to be unchanged (is_heard) since that was
 * looked for last, an hour ago or more, and no other is due. So nothing retires before the first
 * answers after a pause. What changed is noted for the saver; the caller tells that it has.
 */
void source_retire(struct tms_source *source, tms_time now);
/** Is there something to refresh it for? Its health is not well, or one of its lists fails. */
bool tms_source_is_ill(struct tms_source *source, tms_time now);

#endif
