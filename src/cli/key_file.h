/* The instance key on disk: a secret that is handed in, or a file that is made at the first start.
 */
#ifndef TAMIS_CLI_KEY_FILE_H
#define TAMIS_CLI_KEY_FILE_H

#include <tamis/arena.h>
#include <tamis/diag.h>
#include <tamis/token.h>

/**
 * Read the key, or make the file (mode 0600, its folder 0700) when there is none.
 * TMS_OK; TMS_EMALFORMED: the file holds no key; TMS_EIO: it cannot be read or made. diag says why
 * and how to mend it.
 */
TMS_MUST_CHECK enum tms_status key_file_load(
	struct tms_str path, struct tms_key *out, struct tms_diag *diag);
/** Make a folder and those above it, mode 0700; setting: the one that names it, for diag. TMS_OK
 * (also when it is there), TMS_EIO. */
TMS_MUST_CHECK enum tms_status key_file_make_folder(
	struct tms_str path, const char *setting, struct tms_diag *diag);
/** Read a small file whole, white space at its end cut off. TMS_OK, TMS_EIO, TMS_ELIMIT (4 KiB). */
TMS_MUST_CHECK enum tms_status key_file_read_secret(
	struct tms_arena *arena, struct tms_str path, struct tms_str *out, struct tms_diag *diag);

#endif
