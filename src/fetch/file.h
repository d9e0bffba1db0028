/* file: addresses, for sources that the configuration file names. */
#ifndef TAMIS_FETCH_FILE_H
#define TAMIS_FETCH_FILE_H

#include "fetch/fetch.h"

#define FILE_MODIFIED_BYTES 64

/**
 * Read a regular file into `body` (its max is the limit). `modified` gets a validator of size and
 * modification time; when it is what the request's last_modified says, the outcome is UNCHANGED and
 * nothing is read.
 */
enum tms_outcome file_fetch(const struct tms_fetch_request *request, struct tms_buf *body,
	char *modified, struct tms_diag *diag);

#endif
