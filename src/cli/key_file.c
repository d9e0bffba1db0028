/* Secret files: the instance key read, or made once and atomically; folders made for them. */
#include "cli/key_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

#define SECRET_BYTES_MAX 4096
#define PATH_BYTES_MAX 4096

static bool to_path(struct tms_str text, char *path, struct tms_diag *diag)
{
	if (text.len == 0 || text.len >= PATH_BYTES_MAX || memchr(text.ptr, '\0', text.len)) {
		tms_diag_set(diag, 0, 0, "a path is empty or longer than 4,095 bytes");
		return false;
	}
	memcpy(path, text.ptr, text.len);
	path[text.len] = '\0';
	return true;
}

enum tms_status key_file_make_folder(
	struct tms_str text, const char *setting, struct tms_diag *diag)
{
	char path[PATH_BYTES_MAX];

	if (!to_path(text, path, diag))
		return TMS_EIO;
	for (size_t i = 1; i <= text.len; i++) {
		if (path[i] != '/' && path[i] != '\0')
			continue;
		char cut = path[i];
		path[i] = '\0';
		if (mkdir(path, 0700) != 0 && errno != EEXIST) {
			tms_diag_set(diag, 0, 0,
				"the folder %s cannot be made: %s; the setting %s names another",
				path, strerror(errno), setting);
			return TMS_EIO;
		}
		path[i] = cut;
	}
	return TMS_OK;
}

enum tms_status key_file_read_secret(
	struct tms_arena *arena, struct tms_str text, struct tms_str *out, struct tms_diag *diag)
{
	char path[PATH_BYTES_MAX], bytes[SECRET_BYTES_MAX + 1];

	if (!to_path(text, path, diag))
		return TMS_EIO;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t len = fd < 0 ? -1 : read(fd, bytes, sizeof(bytes));
	if (len < 0)
		tms_diag_set(diag, 0, 0, "%s cannot be read: %s", path, strerror(errno));
	if (fd >= 0)
		(void)close(fd);
	if (len < 0)
		return TMS_EIO;
	if (len > SECRET_BYTES_MAX) {
		tms_diag_set(diag, 0, 0, "%s is longer than 4,096 bytes", path);
		return TMS_ELIMIT;
	}
	*out = tms_arena_copy(arena, tms_str_trim((struct tms_str){ bytes, (size_t)len }));
	sodium_memzero(bytes, sizeof(bytes));
	return arena->status;
}

/* The name itself must be on the disk too. */
static bool sync_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	char folder[PATH_BYTES_MAX];

	(void)snprintf(folder, sizeof(folder), "%.*s", slash ? (int)(slash - path) + 1 : 1,
		slash ? path : ".");
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool is_synced = fd >= 0 && (fsync(fd) == 0 || errno == EINVAL);
	int reason = errno;
	if (fd >= 0)
		(void)close(fd);
	errno = reason;
	return is_synced;
}

static bool write_key(int fd, const struct tms_key *key)
{
	struct tms_buf text = { 0 };

	tms_key_write(&text, key);
	bool is_written = text.status == TMS_OK &&
			  write(fd, text.ptr, text.len) == (ssize_t)text.len && fsync(fd) == 0;
	int reason = errno;
	if (text.ptr)
		sodium_memzero(text.ptr, text.len);
	tms_buf_free(&text);
	errno = reason;
	return is_written;
}

/* Never over another one; some file systems know no second names. */
static bool give_name(const char *made, const char *path)
{
	if (link(made, path) == 0)
		return true;
	if (errno != EPERM && errno != EOPNOTSUPP && errno != ENOSYS)
		return false;
	return access(path, F_OK) != 0 && rename(made, path) == 0;
}

/* Writes a new key; false with errno when the file cannot be made or is there already. It gets its
 * name when it is whole: a file cut short by a crash or a full disk would be no key for ever. */
static bool make_key_file(const char *path, struct tms_key *key)
{
	char made[PATH_BYTES_MAX + 16];

	(void)snprintf(made, sizeof(made), "%s.%d", path, (int)getpid());
	(void)unlink(made); /* of a process that was killed */
	int fd = open(made, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd < 0)
		return false;
	randombytes_buf(key->bytes, sizeof(key->bytes));
	bool is_made = write_key(fd, key) && give_name(made, path) && sync_folder(path);
	int reason = errno;
	(void)close(fd);
	(void)unlink(made);
	errno = reason;
	return is_made;
}

enum tms_status key_file_load(struct tms_str file, struct tms_key *out, struct tms_diag *diag)
{
	struct tms_arena arena = { 0 };
	char path[PATH_BYTES_MAX];
	struct tms_str text, folder = file;

	if (!to_path(file, path, diag))
		return TMS_EIO;
	while (folder.len > 0 && folder.ptr[folder.len - 1] != '/')
		folder.len--;
	if (access(path, F_OK) != 0) {
		enum tms_status made =
			folder.len > 1 ? key_file_make_folder(folder, "instance_key_file", diag)
				       : TMS_OK;
		if (made != TMS_OK)
			return made;
		if (make_key_file(path, out))
			return TMS_OK;
		if (errno != EEXIST) { /* another process was faster: read what it made */
			tms_diag_set(diag, 0, 0, "the key file %s cannot be made: %s", path,
				strerror(errno));
			return TMS_EIO;
		}
	}
	enum tms_status st = key_file_read_secret(&arena, file, &text, diag);
	if (st == TMS_OK && !tms_key_parse(text, out)) {
		tms_diag_set(diag, 0, 0,
			"%s holds no key: 64 hexadecimal digits are expected (setting instance_key_file)",
			path);
		st = TMS_EMALFORMED;
	}
	tms_arena_free(&arena);
	return st;
}
