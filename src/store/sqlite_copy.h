/*
 * The copy of the definitions beside the SQLite file, FILE.definitions: what feeds are found by
 * when the file is damaged or gone. One revision of the store, whole, put in place by a rename.
 *
 *	CHECK tamis definitions 1 IDENTITY REVISION MADE_S
 *	CHECK d KEY_BYTES VALUE_BYTES REVISION
 *	key, value
 *	…
 *	CHECK e COUNT
 *
 * CHECK is 16 hexadecimal digits of a hash of what follows it, key and value included, so that of a
 * copy that is damaged too each definition is either the one that was written or left out.
 */
#ifndef TAMIS_STORE_SQLITE_COPY_H
#define TAMIS_STORE_SQLITE_COPY_H

#include <tamis/buf.h>

#include <stdio.h>

#define TMS_SQLITE_COPY_SUFFIX ".definitions"
#define TMS_SQLITE_COPY_BYTES_MAX (INT64_C(4) << 30)

/** Of which store, at which of its revisions, and when it was made. */
struct sqlite_copy_head {
	char identity[33];
	int64_t revision;
	int64_t made_s;
};

struct sqlite_copy_row {
	struct tms_str key, bytes;
	int64_t revision;
};

/* ---- writing ---- */

struct sqlite_copy_writer {
	FILE *file; /* of the temporary name; NULL: nothing is open */
	char *path; /* of the store's file */
	struct tms_buf record;
	size_t count;
	int64_t bytes;
};

/** Both return 0, or an errno: EFBIG above TMS_SQLITE_COPY_BYTES_MAX. After an error: drop. */
int sqlite_copy_begin(
	struct sqlite_copy_writer *writer, const char *path, const struct sqlite_copy_head *head);
int sqlite_copy_add(struct sqlite_copy_writer *writer, const struct sqlite_copy_row *row);
/** The copy is on the disk under its name, or (an errno) the one before still is. */
int sqlite_copy_end(struct sqlite_copy_writer *writer);
/** Give up what is not ended. {0} is fine. */
void sqlite_copy_drop(struct sqlite_copy_writer *writer);

/* ---- reading ---- */

struct sqlite_copy_reader {
	FILE *file;
	struct sqlite_copy_head head; /* zero when it could not be read */
	bool is_there;                /* there is such a file, whatever it holds */
	bool is_whole;                /* at the end: nothing was left out */
	bool has_skipped;
	size_t count;
	struct tms_buf record;
};

/** Opens the copy of the file, and reads its head. A copy that is not there has no rows. */
void sqlite_copy_open(struct sqlite_copy_reader *reader, const char *path);
/** The next definition; borrowed until the next call. False: there are no more. */
bool sqlite_copy_next(struct sqlite_copy_reader *reader, struct sqlite_copy_row *row);
void sqlite_copy_close(struct sqlite_copy_reader *reader);
/** The head alone; false when there is none that can be read. */
bool sqlite_copy_head(const char *path, struct sqlite_copy_head *head);

/** There is a copy, whatever it holds. */
bool sqlite_has_copy(const char *path);

/** path + suffix, on the heap; NULL: no memory. */
char *sqlite_name(const char *path, const char *suffix);
/** Have the names in the file's folder on the disk. An errno, or 0. */
int sqlite_sync_folder(const char *path);

#endif
