/*
 * What became of the last configuration that was to be taken: refused, with its errors, or in force,
 * with what it changed. Kept until the next one, so that whoever asks is told (`tamis reload`,
 * `tamis health`, the page, /sources), not only who reads the log.
 */
#ifndef TAMIS_SERVICE_RELOAD_H
#define TAMIS_SERVICE_RELOAD_H

#include <tamis/conf_change.h>

#include "service/world.h"

struct tms_difference;

/** {0} with a world is ready. */
struct tms_reload {
	const struct service_world *world; /* borrowed */
	uint64_t taken, refused;           /* since the start */
	struct tms_arena arena;            /* of all below */
	tms_time at;
	enum tms_status status; /* TMS_OK: it is in force, or there was none yet */
	struct tms_str file;    /* its name without folder */
	struct tms_str errors;  /* when it was refused: a line for each, "FILE:LINE:COLUMN: …" */
	size_t errors_count;
	struct tms_conf_changes changes; /* when it is in force */
	/* the same: notes of its queries that the one before did not have, borrowed from it */
	const struct tms_conf_message **notes;
	size_t notes_count;
	/* called when the feeds of the configuration are reconciled, each time; may be NULL */
	void (*reconciled)(void *context);
	void *context;
};

/** It was refused: errors (borrowed) say why, or st alone does. Counted, and told in the log. */
void tms_reload_refuse(struct tms_reload *reload, struct tms_str file,
	const struct tms_conf_messages *errors, enum tms_status st);
/**
 * Tell in the log of the notes of its queries, but those that the one before had too, wherever they
 * stand now.
 * old  NULL: it is the first
 */
void reload_take_notes(struct tms_reload *reload, const struct tms_conf *old);
/** It is in force, and the one before is `old`, which may go. What waits for the next start is told
 * in the log, and its notes as reload_take_notes does. */
void reload_take(struct tms_reload *reload, const struct tms_conf *old);
/** What an edit does to what a feed keeps. */
void reload_count(struct tms_reload *reload, struct tms_str user, struct tms_str feed,
	const struct tms_difference *difference);
/** What came of a `was` that is younger than the rename: the address of that name, or it is over. */
void reload_rename(struct tms_reload *reload, struct tms_str user, struct tms_str feed,
	struct tms_str was, bool is_late);
/** The feeds of the configuration have been reconciled. */
void reload_tell_reconciled(struct tms_reload *reload);
/** {0} is accepted. */
void reload_fini(struct tms_reload *reload);

/** Was the last configuration that was read refused? */
bool tms_reload_was_refused(const struct tms_reload *reload);
/** Append "tamis.yaml was refused at … (2 errors); the configuration before it stays in force.": one
 * sentence that anybody may see. */
void tms_reload_write_refusal(struct tms_buf *buf, const struct tms_reload *reload);
/** Append lines for the owner: what the one in force has changed, its warnings, and
 * notes that are new. */
void tms_reload_write_changes(struct tms_buf *buf, const struct tms_reload *reload);

#endif
