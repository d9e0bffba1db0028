/*
 * What a connection waits for, each with a deadline from its start:
 *
 *        first byte      head there      whole         answered       taken
 *   IDLE ----------> HEAD ---------> BODY -----> ANSWER -------> WRITE -----> IDLE
 *                      \______________/                           \ closing
 *                        refused, or too late: WRITE, then  -> LINGER -> closed
 */
#ifndef TAMIS_SERVE_PHASE_H
#define TAMIS_SERVE_PHASE_H

#include <stdbool.h>
#include <stdint.h>

struct connection;

enum phase {
	PHASE_IDLE,
	PHASE_HEAD,
	PHASE_BODY,
	PHASE_ANSWER,
	PHASE_WRITE,
	PHASE_LINGER,
};

/* How long an idle connection may stay while the server ends: one that has just come, and one that
 * has just been answered. */
#define PHASE_FIRST_MS 500
#define PHASE_NEXT_MS 100

/** Another phase, with its deadline. */
void phase_enter(struct connection *connection, enum phase phase, uint32_t limit_ms);
/** IDLE, counted. has_more: the next request is here already. */
void phase_enter_idle(struct connection *connection, bool has_more);
/** Counted no longer; the phase is still to be entered. Does nothing in other phases. */
void phase_leave_idle(struct connection *connection);

#endif
