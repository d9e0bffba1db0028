/* Fetching file: addresses: a path from the address, a regular file read up to a limit. */
#include "fetch/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define READ_BYTES ((size_t)64 * 1024)

/* "file:///a/b", "file:/a/b" and "file:a/b" → a path; percent-escapes are decoded. False when it
 * does not fit. */
static bool path_of(struct tms_str url, char *path, size_t size)
{
	size_t len = 0;

	url = tms_str_slice(url, 5, url.len);
	if (tms_str_starts(url, TMS_STR("//")))
		url = tms_str_slice(url, 2, url.len);
	for (size_t i = 0; i < url.len; i++) {
		char byte = url.ptr[i];
		if (byte == '%' && i + 2 < url.len && tms_hex_value(url.ptr[i + 1]) >= 0 &&
			tms_hex_value(url.ptr[i + 2]) >= 0) {
			byte = (char)(tms_hex_value(url.ptr[i + 1]) * 16 +
				      tms_hex_value(url.ptr[i + 2]));
			i += 2;
		}
		if (byte == '\0' || len + 1 >= size)
			return false;
		path[len++] = byte;
	}
	path[len] = '\0';
	return len > 0;
}

static enum tms_outcome read_all(int fd, struct tms_buf *body, struct tms_diag *diag)
{
	for (;;) {
		size_t room = READ_BYTES;
		if (body->max != 0 && body->max - body->len < room)
			room = body->max - body->len;
		if (room == 0) {
			tms_diag_set(diag, 0, 0, "the file is larger than limits.body_bytes (%zu)",
				body->max);
			return TMS_OUTCOME_TOO_LARGE;
		}
		if (!tms_buf_reserve(body, room))
			return TMS_OUTCOME_TOO_LARGE;
		ssize_t got = read(fd, body->ptr + body->len, room);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			tms_diag_set(diag, 0, 0, "the file cannot be read: %s", strerror(errno));
			return TMS_OUTCOME_UNREACHABLE;
		}
		if (got == 0)
			return TMS_OUTCOME_LISTED;
		body->len += (size_t)got;
	}
}

enum tms_outcome file_fetch(const struct tms_fetch_request *request, struct tms_buf *body,
	char *modified, struct tms_diag *diag)
{
	enum tms_outcome outcome = TMS_OUTCOME_UNREACHABLE;
	char path[4096];
	struct stat info = { 0 };
	int fd = -1;

	if (!path_of(request->url, path, sizeof(path))) {
		tms_diag_set(diag, 0, 0, "the file: address holds no usable path");
		return TMS_OUTCOME_DENIED;
	}
	/* O_NONBLOCK: opening a pipe by mistake must not stop the loop */
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0 || fstat(fd, &info) != 0) {
		tms_diag_set(diag, 0, 0, "the file %s cannot be opened: %s", path, strerror(errno));
		goto out;
	}
	if (!S_ISREG(info.st_mode)) {
		tms_diag_set(diag, 0, 0, "%s is not a regular file", path);
		outcome = TMS_OUTCOME_DENIED;
		goto out;
	}
	(void)snprintf(modified, FILE_MODIFIED_BYTES, "%lld.%09ld/%lld",
		(long long)info.st_mtim.tv_sec, info.st_mtim.tv_nsec, (long long)info.st_size);
	if (tms_str_equal(request->last_modified, tms_str_from(modified)))
		outcome = TMS_OUTCOME_UNCHANGED;
	else
		outcome = read_all(fd, body, diag);
out:
	if (fd >= 0)
		(void)close(fd);
	return outcome;
}
