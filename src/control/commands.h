/*
 * What the running service does when a command asks: health, reload, refresh, release. Each is some
 * words around a function of service/, which the page and an interface can call as well.
 */
#ifndef TAMIS_CONTROL_COMMANDS_H
#define TAMIS_CONTROL_COMMANDS_H

#include <tamis/diag.h>
#include <tamis/str.h>

#include "service/service.h"

struct tms_commands;

struct tms_commands_options {
	struct tms_service *service;
	struct tms_str data_dir; /* locked; copied */
	/* read the configuration again, and note in service->reload what became of it */
	void (*reload)(void *context);
	/* append the one in force, as one line for whoever has asked */
	void (*write_configuration)(void *context, struct tms_buf *buf);
	void *context;
};

/** Listen for commands on the service's loop. TMS_OK sets *out (given); TMS_EIO with the reason in
 * *diag, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status tms_commands_open(const struct tms_commands_options *options,
	struct tms_commands **out, struct tms_diag *diag);
/** Before the service goes; what is not answered breaks off. NULL is accepted. */
void tms_commands_close(struct tms_commands *commands);

#endif
