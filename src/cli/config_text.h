/* A configuration as it was read, as one line: what a running service gives to a command whose own
 * file is refused. It holds what the file and the environment hold, secrets too. */
#ifndef TAMIS_CLI_CONFIG_TEXT_H
#define TAMIS_CLI_CONFIG_TEXT_H

#include <tamis/conf.h>

/**
 * Append it, without an end of line; the name of the file is made absolute. Of the environment only
 * what settings are made of. Failure stays in buf->status.
 */
void config_text_write(struct tms_buf *buf, const struct tms_conf_input *in);
/** Read it back; all of *out is the arena's. TMS_OK, TMS_EMALFORMED, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status config_text_read(
	struct tms_arena *arena, struct tms_str text, struct tms_conf_input *out);

#endif
