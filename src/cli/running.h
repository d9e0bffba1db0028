/* The running service, as commands find and ask it: by the control socket in its data_dir. */
#ifndef TAMIS_CLI_RUNNING_H
#define TAMIS_CLI_RUNNING_H

#include <tamis/conf.h>

#include "control/protocol.h"

/** Where the service is, by the configuration that this command was given. */
struct running {
	struct tms_arena *arena;
	const struct tms_conf *conf; /* NULL: refused … */
	enum tms_status status;      /* … this is why, and … */
	struct tms_conf_messages errors;
	struct tms_str file; /* its name in messages; {0}: none */
	struct tms_str data_dir;
};

/** given: what -c says, or NULL. All of it is the arena's. */
void running_find(struct tms_arena *arena, const char *given, struct running *out);
/** What is wrong with the configuration, on standard error. How to exit. */
int running_complain(const struct running *running);

/**
 * Ask, and print the answer. timeout_s: without progress. TMS_OK sets *exit_status to what the
 * service says, and *tells_refusal when it said that its configuration was refused; else as
 * tms_control_ask, and diag says why: nothing was printed.
 */
TMS_MUST_CHECK enum tms_status running_ask(const struct running *running,
	const struct tms_control_request *request, int timeout_s, int *exit_status,
	bool *tells_refusal, struct tms_diag *diag);
/** A command that does nothing else: find, ask, complain. How to exit. */
int running_do(const char *given, const struct tms_control_request *request);

/**
 * The configuration of this command; where it is refused, that and the errors are said, and the one
 * that the running service has is taken. False: *exit_status says how to exit.
 */
bool running_conf(
	struct tms_arena *arena, const char *given, const struct tms_conf **out, int *exit_status);

#endif
