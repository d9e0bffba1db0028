/*
 * The file: made private, opened in WAL mode, mended first when it has to be, and shut.
 *
 * Durability: with WAL, synchronous=NORMAL loses the last commits when the power fails but never
 * mixes them; FULL waits for the disk before a commit returns. Definitions are committed with FULL,
 * all else with NORMAL (TMS_SQL_DURABLE, TMS_SQL_FAST). Neither loses anything when only the
 * process dies.
 */
#include "sqlite_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOCK_WAIT_MS 10 /* inside SQLite; longer waits are spent in the loop */

/*
 * The file is made with mode 0600 before SQLite sees it; its -wal and -shm take the mode over. Only
 * a new file is ever opened here: closing any descriptor of a database drops the process's locks on
 * it.
 */
static int make_private(const char *path, struct tms_diag *diag)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd >= 0) {
		close(fd);
		return SQLITE_OK;
	}
	if (errno == EEXIST)
		return SQLITE_OK;
	tms_diag_set(diag, 0, 0, "the store's file %s cannot be made: %s", path, strerror(errno));
	return errno == ENOSPC || errno == EDQUOT ? SQLITE_FULL : SQLITE_CANTOPEN;
}

static int set_up(sqlite3 *db, int64_t max_bytes)
{
	char sql[96];
	int64_t page_bytes = 4096;

	sqlite3_extended_result_codes(db, 1);
	sqlite3_busy_timeout(db, LOCK_WAIT_MS);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	int rc = sqlite3_exec(db,
		"PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
		" PRAGMA journal_size_limit=16777216",
		NULL, NULL, NULL);
	if (rc != SQLITE_OK || max_bytes <= 0)
		return rc;
	rc = sqlite_ask_number(db, "PRAGMA page_size", &page_bytes);
	if (rc != SQLITE_OK)
		return rc;
	snprintf(sql, sizeof(sql), "PRAGMA max_page_count=%lld",
		(long long)(max_bytes / page_bytes > 0 ? max_bytes / page_bytes : 1));
	return sqlite3_exec(db, sql, NULL, NULL, NULL);
}

/* Whose data is it? A file that took the place of the first one has another identity. */
static int check_identity(struct sqlite *sqlite)
{
	int rc;
	sqlite3_stmt *statement = sqlite_use(sqlite, TMS_SQL_IDENTITY, &rc);

	if (!statement)
		return rc;
	rc = sqlite3_step(statement);
	const char *text =
		rc == SQLITE_ROW ? (const char *)sqlite3_column_text(statement, 0) : NULL;
	if (text) {
		if (sqlite->identity[0] && strcmp(sqlite->identity, text) != 0) {
			sqlite->store.was_mended = sqlite->keep.is_mended;
			store_note_replaced(&sqlite->store);
		}
		snprintf(sqlite->identity, sizeof(sqlite->identity), "%s", text);
	}
	sqlite3_reset(statement);
	return rc == SQLITE_ROW ? SQLITE_OK : rc == SQLITE_DONE ? SQLITE_CORRUPT : rc;
}

static int open_file(struct sqlite *sqlite, struct tms_diag *diag)
{
	const char *path = sqlite->store.address.path;
	struct stat status;

	int rc = make_private(path, diag);
	if (rc != SQLITE_OK)
		return rc;
	rc = sqlite3_open_v2(path, &sqlite->db,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
	if (rc == SQLITE_OK)
		rc = set_up(sqlite->db, sqlite->store.max_bytes);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(sqlite->db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite_check_schema(sqlite, diag);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(sqlite->db, "COMMIT", NULL, NULL, NULL);
	if (rc == SQLITE_OK)
		rc = check_identity(sqlite);
	if (rc == SQLITE_OK)
		sqlite_watch_log(sqlite);
	if (rc == SQLITE_OK && stat(path, &status) == 0) {
		sqlite->device = status.st_dev;
		sqlite->inode = status.st_ino;
	}
	return rc;
}

/* Another file under the same name (restored, or deleted): what is open is nobody's any more. */
static bool is_same_file(const struct sqlite *sqlite)
{
	struct stat status;

	return stat(sqlite->store.address.path, &status) == 0 && status.st_dev == sqlite->device &&
	       status.st_ino == sqlite->inode;
}

/* The file, mended first when it has to be and may be. */
static int open_kept(struct sqlite *sqlite, struct tms_diag *diag)
{
	bool is_missing = sqlite_is_missing(sqlite);

	if (is_missing && !sqlite->store.is_keeper) {
		tms_diag_set(diag, 0, 0,
			"the store's file %s is gone, but not the copy of its definitions: start the service,"
			" which makes it anew",
			sqlite->store.address.path);
		return SQLITE_CANTOPEN;
	}
	if (sqlite->keep.is_damaged)
		return sqlite_mend_it(sqlite, diag);
	int rc = open_file(sqlite, diag);
	if (!sqlite->store.is_keeper)
		return rc;
	sqlite_note_damage(sqlite, rc);
	if (!sqlite->keep.is_damaged && (rc != SQLITE_OK || !sqlite_is_behind(sqlite)))
		return rc;
	sqlite_shut(sqlite);
	*diag = (struct tms_diag){ 0 };
	return sqlite_mend_it(sqlite, diag);
}

int sqlite_ready(struct sqlite *sqlite, struct tms_diag *diag)
{
	if (sqlite->db && !sqlite->keep.is_damaged && is_same_file(sqlite))
		return SQLITE_OK;
	sqlite_shut(sqlite);
	int rc = open_kept(sqlite, diag);
	if (rc == TMS_SQLITE_MENDING)
		return rc;
	if (rc != SQLITE_OK && !diag->text[0])
		tms_diag_set(diag, 0, 0, "the store's file %s cannot be used: %s (%s)",
			sqlite->store.address.path,
			sqlite->db ? sqlite3_errmsg(sqlite->db) : "out of memory",
			sqlite3_errstr(rc));
	if (rc != SQLITE_OK) {
		sqlite_shut(sqlite);
		return rc;
	}
	sqlite->store.health.connects++;
	if (sqlite->keep.is_mended)
		store_note_up(&sqlite->store);
	sqlite->keep.is_mended = false;
	return SQLITE_OK;
}

void sqlite_shut(struct sqlite *sqlite)
{
	for (size_t i = 0; i < TMS_SQL_COUNT; i++) {
		sqlite3_finalize(sqlite->statements[i]);
		sqlite->statements[i] = NULL;
	}
	if (sqlite->db)
		sqlite3_close_v2(sqlite->db);
	sqlite->db = NULL;
}
