/* The schema: made in a new file, checked in one that was there before. */
#include "sqlite_private.h"

#include <stdio.h>

#include "sqlite_copy.h"

#define APPLICATION_ID 0x54616d69 /* "Tami" */

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

/* The log of changes, and what is told of damages, came later and need no newer schema: a program
 * that does not know the log leaves holes in it, which are seen. */
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

/*
 * A table that is gone is damage like any other: what is left of it, and the copy, make a new file.
 */
static int check_tables(sqlite3 *db)
{
	int64_t missing = 0;
	int rc = sqlite_ask_number(db,
		"SELECT count(*) FROM (VALUES ('item'), ('retired'), ('source'), ('host'), ('definition'),"
		" ('result'), ('lease'), ('counter'), ('identity'))"
		" WHERE column1 NOT IN (SELECT name FROM sqlite_schema WHERE type = 'table')",
		&missing);

	return rc == SQLITE_OK && missing > 0 ? SQLITE_CORRUPT : rc;
}

static int check_schema(struct sqlite *sqlite, struct tms_diag *diag)
{
	int64_t version = 0, application = 0, tables = 0;
	const char *path = sqlite->store.address.path;
	sqlite3 *db = sqlite->db;

	int rc = sqlite_ask_number(db, "PRAGMA user_version", &version);
	if (rc == SQLITE_OK)
		rc = sqlite_ask_number(db, "PRAGMA application_id", &application);
	if (rc == SQLITE_OK)
		rc = sqlite_ask_number(db, "SELECT count(*) FROM sqlite_schema", &tables);
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

int sqlite_check_schema(struct sqlite *sqlite, struct tms_diag *diag)
{
	int rc = check_schema(sqlite, diag);

	return rc == SQLITE_OK ? make_change_log(sqlite->db) : rc;
}
