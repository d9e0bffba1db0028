/* The lock file of data_dir, and the Unix socket in it: bound, connected to, removed. */
#include "control/socket.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#define SOCKET_NAME "control"
#define LOCK_NAME "lock"
#define BACKLOG 16

static int open_folder(struct tms_str data_dir)
{
	char path[PATH_MAX];

	if (data_dir.len == 0 || data_dir.len >= sizeof(path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(path, data_dir.ptr, data_dir.len);
	path[data_dir.len] = '\0';
	return open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

static enum tms_status fail(
	struct tms_diag *diag, struct tms_str data_dir, const char *name, const char *what)
{
	char why[64] = "";

	tms_diag_set(diag, 0, 0, "%.*s/%s %s: %s; the setting data_dir names another folder",
		TMS_STR_ARGS(data_dir), name, what, strerror_r(errno, why, sizeof(why)));
	return TMS_EIO;
}

/* ---- the lock ---- */

static enum tms_status say_who(int fd, struct tms_str data_dir, struct tms_diag *diag)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	char who[40] = "";

	/* 0: in another container, whose processes have no number here */
	if (fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK && lock.l_pid > 0)
		(void)snprintf(who, sizeof(who), " (process %ld)", (long)lock.l_pid);
	tms_diag_set(diag, 0, 0,
		"another Tamis%s works in %.*s; each needs a data_dir of its own, and those over one "
		"Redis the same instance_key_file",
		who, TMS_STR_ARGS(data_dir));
	return TMS_ECONFLICT;
}

enum tms_status tms_data_lock(struct tms_str data_dir, int *fd, struct tms_diag *diag)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	int folder = open_folder(data_dir);
	int file = folder < 0 ? -1 : openat(folder, LOCK_NAME, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	enum tms_status st = TMS_OK;

	if (file < 0)
		st = fail(diag, data_dir, LOCK_NAME, "cannot be opened");
	else if (fcntl(file, F_SETLK, &lock) == 0)
		*fd = file;
	else if (errno == EACCES || errno == EAGAIN)
		st = say_who(file, data_dir, diag);
	else
		*fd = -1; /* this file system has no locks */
	if (file >= 0 && (st != TMS_OK || *fd < 0))
		(void)close(file);
	if (folder >= 0)
		(void)close(folder);
	return st;
}

/* ---- the socket ---- */

/* Its address by its name, or by way of the open folder where the name is too long. */
static void address_of(struct tms_str data_dir, int folder, struct sockaddr_un *out)
{
	*out = (struct sockaddr_un){ .sun_family = AF_UNIX };
	int len = snprintf(
		out->sun_path, sizeof(out->sun_path), "%.*s/" SOCKET_NAME, TMS_STR_ARGS(data_dir));
	if (len < 0 || (size_t)len >= sizeof(out->sun_path))
		(void)snprintf(out->sun_path, sizeof(out->sun_path),
			"/proc/self/fd/%d/" SOCKET_NAME, folder);
}

enum tms_status control_listen(struct tms_str data_dir, int *fd, struct tms_diag *diag)
{
	struct sockaddr_un address;
	int folder = open_folder(data_dir);
	int made = folder < 0 ? -1 : socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	enum tms_status st = TMS_OK;

	address_of(data_dir, folder, &address);
	if (folder >= 0)
		(void)unlinkat(folder, SOCKET_NAME, 0);
	/* the mode of the socket itself becomes that of the file (unix(7)): it is private from its
	 * first moment on */
	if (made < 0 || fchmod(made, 0600) != 0 ||
		bind(made, (const struct sockaddr *)&address, sizeof(address)) != 0 ||
		fchmodat(folder, SOCKET_NAME, 0600, 0) != 0 || listen(made, BACKLOG) != 0)
		st = fail(diag, data_dir, SOCKET_NAME, "cannot be made");
	else
		*fd = made;
	if (st != TMS_OK && made >= 0)
		(void)close(made);
	if (folder >= 0)
		(void)close(folder);
	return st;
}

void control_unlink(struct tms_str data_dir)
{
	int folder = open_folder(data_dir);

	if (folder < 0)
		return;
	(void)unlinkat(folder, SOCKET_NAME, 0);
	(void)close(folder);
}

static enum tms_status say_why(struct tms_str data_dir, int reason, struct tms_diag *diag)
{
	char why[64] = "";

	if (reason == ENOENT || reason == ECONNREFUSED || reason == ENOTDIR) {
		tms_diag_set(
			diag, 0, 0, "no service runs over %.*s (data_dir)", TMS_STR_ARGS(data_dir));
		return TMS_EUNAVAIL;
	}
	tms_diag_set(diag, 0, 0, "%.*s/" SOCKET_NAME " cannot be asked: %s", TMS_STR_ARGS(data_dir),
		strerror_r(reason, why, sizeof(why)));
	return reason == EACCES || reason == EPERM ? TMS_EDENIED : TMS_EIO;
}

enum tms_status control_connect(
	struct tms_str data_dir, int timeout_s, int *fd, struct tms_diag *diag)
{
	const struct timeval timeout = { .tv_sec = timeout_s };
	struct sockaddr_un address;
	int folder = open_folder(data_dir);
	int made = folder < 0 ? -1 : socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int reason = errno;

	address_of(data_dir, folder, &address);
	if (made >= 0 &&
		setsockopt(made, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout)) == 0 &&
		setsockopt(made, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof(timeout)) == 0 &&
		connect(made, (const struct sockaddr *)&address, sizeof(address)) == 0) {
		*fd = made;
		(void)close(folder);
		return TMS_OK;
	}
	reason = made >= 0 ? errno : reason;
	if (made >= 0)
		(void)close(made);
	if (folder >= 0)
		(void)close(folder);
	return say_why(data_dir, reason, diag);
}
