/*
 * Two files in data_dir: `lock`, held by the one service that works on it, and the socket `control`,
 * by which commands reach that service.
 */
#ifndef TAMIS_CONTROL_SOCKET_H
#define TAMIS_CONTROL_SOCKET_H

#include <tamis/arena.h>
#include <tamis/diag.h>

/**
 * Lock the folder for this process; the lock ends with the process, however that ends.
 * TMS_OK sets *fd, to be kept open (-1 where the file system knows no locks); TMS_ECONFLICT: another
 * process has it, diag names it; TMS_EIO.
 */
TMS_MUST_CHECK enum tms_status tms_data_lock(
	struct tms_str data_dir, int *fd, struct tms_diag *diag);

/**
 * Make the socket, mode 0600, in the place of one that an ended process has left: only for who holds
 * the lock. Paths longer than a socket's address may be are reached by way of the open folder.
 * TMS_OK sets *fd, non-blocking and listening; TMS_EIO.
 */
TMS_MUST_CHECK enum tms_status control_listen(
	struct tms_str data_dir, int *fd, struct tms_diag *diag);
/** Take its name away. */
void control_unlink(struct tms_str data_dir);

/**
 * Connect to the service over that folder; it may take timeout_s to take and to give bytes.
 * TMS_OK sets *fd, blocking; TMS_EUNAVAIL: nobody listens there; TMS_EDENIED: it is another user's;
 * TMS_EIO: another trouble of the system; diag says which.
 */
TMS_MUST_CHECK enum tms_status control_connect(
	struct tms_str data_dir, int timeout_s, int *fd, struct tms_diag *diag);

#endif
