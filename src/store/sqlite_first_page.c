/*
 * A file whose first page is lost is no database to SQLite, though all else may be there. Our
 * tables are made in one order, so that their roots lie on the same pages in every file: a copy
 * that gets the first page of a new file can be read. Source: sqlite.org/fileformat2.html section
 * 1.3.
 */
#include "sqlite_mend.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sqlite_copy.h"

#define PAGE_BYTES 4096 /* what SQLite takes for a new file, and we never change */
#define AT_FORMATS 18   /* 2, 2: with a write-ahead log; 1, 1: without */
#define AT_PAGES 28
#define PIECE_BYTES 65536

/* *reason: an errno, when it cannot be written. */
static bool copy_file(const char *from, const char *to, int *reason)
{
	static const int writing = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW;
	char *piece = malloc(PIECE_BYTES);
	ssize_t got = 1;

	(void)unlink(to);
	int in = open(from, O_RDONLY | O_CLOEXEC), out = open(to, writing, 0600);
	while (piece && in >= 0 && out >= 0 && got > 0) {
		got = read(in, piece, PIECE_BYTES);
		ssize_t put = got > 0 ? write(out, piece, (size_t)got) : 0;
		if (put < 0)
			*reason = errno;
		else if (put < got)
			*reason = ENOSPC;
		if (*reason)
			got = -1;
	}
	bool is_copied = piece && in >= 0 && out >= 0 && got == 0;
	if (in >= 0)
		(void)close(in);
	if (out >= 0)
		(void)close(out);
	free(piece);
	return is_copied;
}

static bool put_front(const char *path, const char *fresh, bool has_log)
{
	unsigned char page[PAGE_BYTES];
	struct stat status;
	int in = open(fresh, O_RDONLY | O_CLOEXEC), out = open(path, O_WRONLY | O_CLOEXEC);
	bool is_put = in >= 0 && out >= 0 && fstat(out, &status) == 0 &&
		      pread(in, page, sizeof(page), 0) == PAGE_BYTES;

	if (is_put) {
		uint32_t pages = (uint32_t)(status.st_size / PAGE_BYTES);
		page[AT_FORMATS] = page[AT_FORMATS + 1] = has_log ? 2 : 1;
		for (int i = 0; i < 4; i++)
			page[AT_PAGES + i] = (unsigned char)(pages >> (24 - 8 * i));
		is_put = pwrite(out, page, sizeof(page), 0) == PAGE_BYTES;
	}
	if (in >= 0)
		(void)close(in);
	if (out >= 0)
		(void)close(out);
	return is_put;
}

char *sqlite_with_front(const char *path, const char *fresh, int *reason)
{
	char *made = sqlite_name(path, ".readable");
	char *log = sqlite_name(path, "-wal");
	char *made_log = sqlite_name(path, ".readable-wal");
	bool is_made = made && log && made_log && copy_file(path, made, reason);

	if (is_made) {
		bool has_log = copy_file(log, made_log, reason);
		is_made = !*reason && put_front(made, fresh, has_log);
	}
	free(log);
	free(made_log);
	if (is_made)
		return made;
	sqlite_drop_front(made);
	return NULL;
}

void sqlite_drop_front(char *made)
{
	static const char *const suffixes[] = { "", "-wal", "-shm", "-journal" };

	for (size_t i = 0; made && i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		char *name = sqlite_name(made, suffixes[i]);
		if (name)
			(void)unlink(name);
		free(name);
	}
	free(made);
}
