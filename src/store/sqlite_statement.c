/* The statements: their SQL, prepared when first used, and what binds and reads them. */
#include "sqlite_private.h"

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

sqlite3_stmt *sqlite_use(struct sqlite *sqlite, enum sqlite_sql which, int *rc)
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

int sqlite_do(struct sqlite *sqlite, enum sqlite_sql which)
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

int sqlite_number(sqlite3_stmt *statement, int64_t *out)
{
	int rc = sqlite3_step(statement);

	if (rc == SQLITE_ROW)
		*out = sqlite3_column_int64(statement, 0);
	sqlite3_reset(statement);
	sqlite3_clear_bindings(statement);
	return rc == SQLITE_ROW || rc == SQLITE_DONE ? SQLITE_OK : rc;
}

int sqlite_value(sqlite3_stmt *statement, struct tms_store_op *op, bool with_revision)
{
	int rc = sqlite3_step(statement);

	if (rc == SQLITE_ROW) {
		op->reply.found = true;
		op->reply.value = tms_arena_copy(&op->arena, sqlite_column(statement, 0));
		if (with_revision)
			op->reply.revision = sqlite3_column_int64(statement, 1);
	}
	sqlite3_reset(statement);
	sqlite3_clear_bindings(statement);
	if (op->arena.status != TMS_OK)
		return SQLITE_NOMEM;
	return rc == SQLITE_ROW || rc == SQLITE_DONE ? SQLITE_OK : rc;
}

int sqlite_ask_number(sqlite3 *db, const char *sql, int64_t *out)
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
