/*
 * The file: made private, opened in WAL mode, its schema made or checked, its statements prepared.
 *
 * Durability: with WAL, synchronous=NORMAL loses the last commits when the power fails but never
 * mixes them; FULL waits for the disk before a commit returns. Definitions are committed with FULL,
 * all else with NORMAL (TMS_SQL_DURABLE, TMS_SQL_FAST). Neither loses anything when only the
 * process dies.
 */
#include "sqlite_private.h"
#include "sqlite_copy.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define APPLICATION_ID 0x54616d69 /* "Tami" */
#define LOCK_WAIT_MS 10           /* inside SQLite; longer waits are spent in the loop */

static const char *const schema_sql =
	"CREATE TABLE item (source BLOB NOT NULL, id BLOB NOT NULL, bytes BLOB NOT NULL,"
	" PRIMARY KEY (source, id));"
	"CREATE TABLE retired (source BLOB NOT NULL, id BLOB NOT NULL, at_s INTEGER NOT NULL,"
	" PRIMARY KEY (source, id)) WITHOUT ROWID;"
	"CREATE TABLE source (name BLOB PRIMARY KEY NOT NULL, state BLOB,"
	" fence INTEGER NOT NULL DEFAULT 0);"
	"CREATE TABLE host (name BLOB PRIMARY KEY NOT NULL, state BLOB NOT NULL);"
	"CREATE TABLE definition (key BLOB PRIMARY KEY NOT NULL, bytes BLOB NOT NULL,"
	" revision INTEGER NOT NULL);"
	"CREATE TABLE result (key BLOB PRIMARY KEY NOT NULL, bytes BLOB NOT NULL,"
	" made_ms INTEGER NOT NULL, expires_ms INTEGER NOT NULL);"
	"CREATE INDEX result_expires ON result (expires_ms);"
	"CREATE TABLE lease (name BLOB PRIMARY KEY NOT NULL, token INTEGER NOT NULL,"
	" made_ms INTEGER NOT NULL, expires_ms INTEGER NOT NULL) WITHOUT ROWID;"
	"CREATE TABLE counter (name TEXT PRIMARY KEY NOT NULL, value INTEGER NOT NULL) WITHOUT ROWID;"
	"INSERT INTO counter VALUES ('revision', 0), ('lease', 0);"
	"CREATE TABLE identity (value TEXT NOT NULL);"
	"INSERT INTO identity VALUES (lower(hex(randomblob(16))));";

static const char *const sql_texts[TMS_SQL_COUNT] = {
	[TMS_SQL_BEGIN] = "BEGIN IMMEDIATE",
	[TMS_SQL_COMMIT] = "COMMIT",
	[TMS_SQL_ROLLBACK] = "ROLLBACK",
	[TMS_SQL_DURABLE] = "PRAGMA synchronous=FULL",
	[TMS_SQL_FAST] = "PRAGMA synchronous=NORMAL",
	[TMS_SQL_ITEMS] =
		"SELECT id, bytes FROM item WHERE source = ?1 AND id > ?2 ORDER BY id LIMIT 200",
	[TMS_SQL_ITEM_PUT] = "INSERT INTO item (source, id, bytes) VALUES (?1, ?2, ?3)"
			     " ON CONFLICT DO UPDATE SET bytes = excluded.bytes",
	[TMS_SQL_ITEM_REMOVE] = "DELETE FROM item WHERE source = ?1 AND id = ?2",
	[TMS_SQL_ITEMS_DELETE] = "DELETE FROM item WHERE source = ?1",
	[TMS_SQL_RETIRED] =
		"SELECT id, at_s FROM retired WHERE source = ?1 AND id > ?2 ORDER BY id LIMIT 2000",
	[TMS_SQL_RETIRED_PUT] = "INSERT INTO retired (source, id, at_s) VALUES (?1, ?2, ?3)"
				" ON CONFLICT DO UPDATE SET at_s = excluded.at_s",
	[TMS_SQL_RETIRED_FORGET] = "DELETE FROM retired WHERE source = ?1 AND at_s < ?2",
	[TMS_SQL_RETIRED_DELETE] = "DELETE FROM retired WHERE source = ?1",
	[TMS_SQL_SOURCES] = "SELECT name FROM source WHERE name > ?1 ORDER BY name LIMIT 200",
	[TMS_SQL_SOURCE_SEEN] = "INSERT INTO source (name) VALUES (?1) ON CONFLICT DO NOTHING",
	[TMS_SQL_SOURCE_FENCE] = "SELECT fence FROM source WHERE name = ?1",
	[TMS_SQL_SOURCE_FENCE_PUT] = "UPDATE source SET fence = ?2 WHERE name = ?1",
	[TMS_SQL_SOURCE_DELETE] = "DELETE FROM source WHERE name = ?1",
	[TMS_SQL_SOURCE_STATE] = "SELECT state FROM source WHERE name = ?1 AND state IS NOT NULL",
	[TMS_SQL_SOURCE_STATE_PUT] = "INSERT INTO source (name, state) VALUES (?1, ?2)"
				     " ON CONFLICT DO UPDATE SET state = excluded.state",
	[TMS_SQL_HOST_STATE] = "SELECT state FROM host WHERE name = ?1",
	[TMS_SQL_HOST_STATE_PUT] = "INSERT INTO host (name, state) VALUES (?1, ?2)"
				   " ON CONFLICT DO UPDATE SET state = excluded.state",
	/* in the order of the file, not of the keys: three times as fast */
	[TMS_SQL_DEFINITIONS] =
		"SELECT rowid, key, bytes, revision FROM definition WHERE rowid > ?1 ORDER BY rowid",
	[TMS_SQL_CHANGE_BEFORE] =
		"SELECT number FROM change WHERE revision <= ?1 ORDER BY number DESC LIMIT 1",
	[TMS_SQL_CHANGES] =
		"SELECT c.number, c.key, d.bytes, d.revision, c.revision FROM change AS c"
		" LEFT JOIN definition AS d ON d.key = c.key WHERE c.number > ?1 ORDER BY c.number",
	[TMS_SQL_CHANGE_PUT] = "INSERT INTO change (revision, key) VALUES (?2, ?1)",
	[TMS_SQL_CHANGES_TRIM] =
		"DELETE FROM change WHERE number <= (SELECT max(number) FROM change) - ?1",
	[TMS_SQL_DEFINITION] = "SELECT bytes, revision FROM definition WHERE key = ?1",
	[TMS_SQL_DEFINITION_PUT] =
		"INSERT INTO definition (key, bytes, revision) VALUES (?1, ?2, ?3)"
		" ON CONFLICT DO UPDATE SET bytes = excluded.bytes, revision = excluded.revision",
	[TMS_SQL_DEFINITION_REMOVE] = "DELETE FROM definition WHERE key = ?1",
	[TMS_SQL_REVISION] = "SELECT value FROM counter WHERE name = 'revision'",
	[TMS_SQL_REVISION_NEXT] =
		"UPDATE counter SET value = value + 1 WHERE name = 'revision' RETURNING value",
	/* made later than now: the clock was set back, and nobody knows how old it is */
	[TMS_SQL_RESULT] = "SELECT bytes FROM result WHERE key = ?1 AND made_ms <= ?2"
			   " AND expires_ms > ?2",
	[TMS_SQL_RESULT_PUT] =
		"INSERT INTO result (key, bytes, made_ms, expires_ms) VALUES (?1, ?2, ?3, ?4)"
		" ON CONFLICT DO UPDATE SET bytes = excluded.bytes, made_ms = excluded.made_ms,"
		" expires_ms = excluded.expires_ms",
	[TMS_SQL_RESULT_PURGE] = "DELETE FROM result WHERE rowid IN"
				 " (SELECT rowid FROM result WHERE expires_ms <= ?1 LIMIT 16)",
	[TMS_SQL_LEASE_TAKE] =
		"INSERT INTO lease (name, token, made_ms, expires_ms)"
		" VALUES (?1, (SELECT value + 1 FROM counter WHERE name = 'lease'), ?2, ?3)"
		" ON CONFLICT DO UPDATE SET token = excluded.token, made_ms = excluded.made_ms,"
		" expires_ms = excluded.expires_ms"
		" WHERE lease.expires_ms <= ?2 OR lease.made_ms > ?2 RETURNING token",
	[TMS_SQL_LEASE_TOKEN] = "UPDATE counter SET value = ?1 WHERE name = 'lease'",
	[TMS_SQL_LEASE_RENEW] =
		"UPDATE lease SET made_ms = ?3, expires_ms = ?4"
		" WHERE name = ?1 AND token = ?2 AND expires_ms > ?3 AND made_ms <= ?3",
	[TMS_SQL_LEASE_RELEASE] = "DELETE FROM lease WHERE name = ?1 AND token = ?2"
				  " AND expires_ms > ?3 AND made_ms <= ?3",
	[TMS_SQL_PROBE] = "UPDATE counter SET value = value WHERE name = 'lease'",
	[TMS_SQL_IDENTITY] = "SELECT value FROM identity",
};

sqlite3_stmt *sqlite_use(struct tms_sqlite *sqlite, enum tms_sql which, int *rc)
{
	sqlite3_stmt **statement = &sqlite->statements[which];

	*rc = SQLITE_OK;
	if (!*statement)
		*rc = sqlite3_prepare_v3(sqlite->db, sql_texts[which], -1,
			SQLITE_PREPARE_PERSISTENT, statement, NULL);
	return *rc == SQLITE_OK ? *statement : NULL;
}

int sqlite_run(sqlite3_stmt *statement)
{
	int rc;

	while ((rc = sqlite3_step(statement)) == SQLITE_ROW)
		continue;
	sqlite3_reset(statement);
	sqlite3_clear_bindings(statement);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

int sqlite_do(struct tms_sqlite *sqlite, enum tms_sql which)
{
	int rc = SQLITE_OK;
	sqlite3_stmt *statement = sqlite_use(sqlite, which, &rc);

	return statement ? sqlite_run(statement) : rc;
}

void sqlite_bind(sqlite3_stmt *statement, int at, struct tms_str bytes)
{
	/* a NULL pointer would bind NULL; failures show at the step */
	(void)sqlite3_bind_blob64(
		statement, at, bytes.ptr ? bytes.ptr : "", bytes.len, SQLITE_STATIC);
}

struct tms_str sqlite_column(sqlite3_stmt *statement, int at)
{
	const char *bytes = sqlite3_column_blob(statement, at);

	return (struct tms_str){ bytes, (size_t)sqlite3_column_bytes(statement, at) };
}

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

static int pragma_number(sqlite3 *db, const char *sql, int64_t *out)
{
	sqlite3_stmt *statement = NULL;
	int rc = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);

	if (rc != SQLITE_OK)
		return rc;
	rc = sqlite3_step(statement);
	if (rc == SQLITE_ROW)
		*out = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return rc == SQLITE_ROW ? SQLITE_OK : rc == SQLITE_DONE ? SQLITE_ERROR : rc;
}

/* The log, and what is told of damages, came later, and need no newer schema: a program that does not know it leaves holes in it,
 * which are seen. */
static int make_change_log(sqlite3 *db)
{
	return sqlite3_exec(db,
		"CREATE TABLE IF NOT EXISTS change (number INTEGER PRIMARY KEY,"
		" revision INTEGER NOT NULL, key BLOB NOT NULL);"
		"CREATE TABLE IF NOT EXISTS damage (at_s INTEGER NOT NULL, file TEXT NOT NULL,"
		" words TEXT NOT NULL)",
		NULL, NULL, NULL);
}

static int make_schema(sqlite3 *db)
{
	char sql[96];
	int rc = sqlite3_exec(db, schema_sql, NULL, NULL, NULL);

	snprintf(sql, sizeof(sql), "PRAGMA application_id=%d; PRAGMA user_version=%d",
		APPLICATION_ID, TMS_STORE_SCHEMA);
	return rc == SQLITE_OK ? sqlite3_exec(db, sql, NULL, NULL, NULL) : rc;
}

int sqlite_make_schema(sqlite3 *db)
{
	int rc = make_schema(db);

	return rc == SQLITE_OK ? make_change_log(db) : rc;
}

/* A table that is gone is damage like any other: what is left of it, and the copy, make a new file. */
static int check_tables(sqlite3 *db)
{
	int64_t missing = 0;
	int rc = pragma_number(db,
		"SELECT count(*) FROM (VALUES ('item'), ('retired'), ('source'), ('host'), ('definition'),"
		" ('result'), ('lease'), ('counter'), ('identity'))"
		" WHERE column1 NOT IN (SELECT name FROM sqlite_schema WHERE type = 'table')",
		&missing);

	return rc == SQLITE_OK && missing > 0 ? SQLITE_CORRUPT : rc;
}

/* In one write transaction, so that two processes that start at once make it once. */
static int check_schema(struct tms_sqlite *sqlite, struct tms_diag *diag)
{
	int64_t version = 0, application = 0, tables = 0;
	const char *path = sqlite->store.address.path;
	sqlite3 *db = sqlite->db;

	int rc = pragma_number(db, "PRAGMA user_version", &version);
	if (rc == SQLITE_OK)
		rc = pragma_number(db, "PRAGMA application_id", &application);
	if (rc == SQLITE_OK)
		rc = pragma_number(db, "SELECT count(*) FROM sqlite_schema", &tables);
	if (rc != SQLITE_OK)
		return rc;
	if (!tables &&
		!version) /* a lost log can leave nothing; only a copy tells that there was more */
		return sqlite_has_copy(path) ? SQLITE_CORRUPT : make_schema(db);
	if (application != APPLICATION_ID) {
		tms_diag_set(diag, 0, 0,
			"the store's file %s is a database, but not one of Tamis: name another file",
			path);
		return TMS_SQLITE_REFUSED;
	}
	if (version == TMS_STORE_SCHEMA)
		return check_tables(db);
	tms_diag_set(diag, 0, 0,
		"the store's file %s has schema version %lld, and this Tamis knows %d: use a newer Tamis",
		path, (long long)version, TMS_STORE_SCHEMA);
	return TMS_SQLITE_REFUSED;
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
	rc = pragma_number(db, "PRAGMA page_size", &page_bytes);
	if (rc != SQLITE_OK)
		return rc;
	snprintf(sql, sizeof(sql), "PRAGMA max_page_count=%lld",
		(long long)(max_bytes / page_bytes > 0 ? max_bytes / page_bytes : 1));
	return sqlite3_exec(db, sql, NULL, NULL, NULL);
}

/* Whose data is it? A file that took the place of the first one has another identity. */
static int check_identity(struct tms_sqlite *sqlite)
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

static int open_file(struct tms_sqlite *sqlite, struct tms_diag *diag)
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
		rc = check_schema(sqlite, diag);
	if (rc == SQLITE_OK)
		rc = make_change_log(sqlite->db);
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
static bool is_same_file(const struct tms_sqlite *sqlite)
{
	struct stat status;

	return stat(sqlite->store.address.path, &status) == 0 && status.st_dev == sqlite->device &&
	       status.st_ino == sqlite->inode;
}

/* The file, mended first when it has to be and may be. */
static int open_kept(struct tms_sqlite *sqlite, struct tms_diag *diag)
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

int sqlite_ready(struct tms_sqlite *sqlite, struct tms_diag *diag)
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

void sqlite_shut(struct tms_sqlite *sqlite)
{
	for (size_t i = 0; i < TMS_SQL_COUNT; i++) {
		sqlite3_finalize(sqlite->statements[i]);
		sqlite->statements[i] = NULL;
	}
	if (sqlite->db)
		sqlite3_close_v2(sqlite->db);
	sqlite->db = NULL;
}
