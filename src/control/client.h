/* Asking the running service, from a command: one request, and its answer as it comes. */
#ifndef TAMIS_CONTROL_CLIENT_H
#define TAMIS_CONTROL_CLIENT_H

#include "control/protocol.h"

/** Of the answer, a line without its end; borrowed. */
typedef void (*tms_control_line_fn)(
	void *context, enum tms_control_stream stream, struct tms_str line);

struct tms_control_asking {
	struct tms_str data_dir;
	const struct tms_control_request *request;
	int timeout_s; /* without progress */
	tms_control_line_fn line;
	void *context;
};

/**
 * Waits for the whole answer. TMS_OK sets *exit_status; TMS_EUNAVAIL: no service runs there;
 * TMS_EDENIED: it is another user's; TMS_EIO: it took too long, or broke off; TMS_ENOMEM. diag says
 * why.
 */
TMS_MUST_CHECK enum tms_status tms_control_ask(
	const struct tms_control_asking *asking, int *exit_status, struct tms_diag *diag);

#endif
