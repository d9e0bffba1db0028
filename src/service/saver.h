/*
 * What is still to be stored of a source. Records that changed are remembered by id until the store
 * has acknowledged them, so a store that is away loses nothing: the ids wait, and are written from
 * the window when it is back.
 */
#ifndef TAMIS_SERVICE_SAVER_H
#define TAMIS_SERVICE_SAVER_H

#include <tamis/hash.h>
#include <tamis/window.h>

#include "store/store.h"

struct tms_source;

struct saver {
	struct tms_map waiting;  /* id (owned) → what is to be done */
	struct tms_map sent;     /* the same of the batch under way */
	struct tms_store_op *op; /* the batch under way, or NULL */
	bool state_waits;        /* the state beside the records has changed */
	uint64_t told;           /* hash of why it waits, as the log said; 0: it does not */
};

/** Remember what an application changed. TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status saver_note(
	struct saver *saver, const struct tms_apply_report *report);
/** Remember every record of the window: the store has lost what it had. TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status saver_note_all(struct saver *saver, const struct tms_window *window);
/** Send what waits, unless a batch is under way. */
void saver_flush(struct tms_source *source);
/** Stops the batch under way; what was not stored is forgotten. {0} is accepted. */
void saver_fini(struct saver *saver);
/** Ids that the store does not have yet. */
size_t tms_saver_waiting(const struct saver *saver);

#endif
