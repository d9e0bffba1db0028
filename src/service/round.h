/* One round of asking a list: its pages, its fallback, and what is made of the answers. */
#ifndef TAMIS_SERVICE_ROUND_H
#define TAMIS_SERVICE_ROUND_H

#include "service/source.h"

/** Begin; the round frees itself at its end and leaves source->round NULL. TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status round_start(
	struct tms_source *source, struct source_poll *state, const struct tms_poll *poll);
/** What came is being read: the worker has it. NULL is accepted. */
bool round_is_reading(const struct round *round);
/** Nothing more is read: unless it is being read now, what waits counts for no attempt. NULL is
 * accepted. */
void round_end(struct round *round);
/** Stop asking; nothing is applied. NULL is accepted. */
void round_cancel(struct round *round);

#endif
