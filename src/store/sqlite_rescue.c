/*
 * What can be read of a damaged file. Rows are read in the order of their numbers; where a page is
 * damaged the reading goes on behind it, by steps that double until something can be read again. A
 * row of which SQLite says nothing bad is taken as it is: the layers above refuse what they cannot
 * read.
 */
#include "sqlite_mend.h"

#include <tamis/str.h>

#include "store/store.h"

#define ERRORS_MAX 1000000
#define STRINGED(x) #x
#define STRING(x) STRINGED(x)
#define IS_KEY(column)                                                                             \
	" AND typeof(" column ") = 'blob' AND length(" column                                      \
	") BETWEEN 1 AND " STRING(TMS_STORE_KEY_MAX)
#define IS_VALUE(column) " AND typeof(" column ") = 'blob' AND length(" column ") <= 16777216"

/* The first column of select is the row's number, ?1 the last one before; the others are bound. */
struct table {
	const char *select, *insert;
};

static const struct table definitions = {
	"SELECT rowid, key, bytes, revision FROM definition NOT INDEXED WHERE rowid > ?1" IS_KEY(
		"key") IS_VALUE("bytes") " AND typeof(revision) = 'integer' ORDER BY rowid",
	"INSERT INTO definition (key, bytes, revision) SELECT ?1, ?2, ?3"
	" WHERE ?3 > (SELECT known FROM temp.bound)"
	" ON CONFLICT (key) DO UPDATE SET bytes = excluded.bytes, revision = excluded.revision"
	" WHERE excluded.revision > definition.revision",
};

static const struct table seen = {
	"SELECT rowid, key FROM definition NOT INDEXED WHERE rowid > ?1 ORDER BY rowid",
	"INSERT OR IGNORE INTO temp.seen (key) VALUES (?1)",
};

static const struct table items = {
	"SELECT rowid, source, id, bytes FROM item NOT INDEXED WHERE rowid > ?1" IS_KEY("source")
		IS_KEY("id") IS_VALUE("bytes") " ORDER BY rowid",
	"INSERT OR IGNORE INTO item (source, id, bytes) VALUES (?1, ?2, ?3)",
};

static const struct table sources = {
	"SELECT rowid, name, state, fence FROM source NOT INDEXED WHERE rowid > ?1" IS_KEY(
		"name") " AND typeof(fence) = 'integer' AND (state IS NULL OR typeof(state) ="
			" 'blob') ORDER BY rowid",
	"INSERT OR IGNORE INTO source (name, state, fence) VALUES (?1, ?2, ?3)",
};

/* What a source answered last would make it say that nothing has changed since, and what was lost
 * would never be listed again: where items may be missing, all sources are asked anew. */
static const struct table forgetful_sources = {
	"SELECT rowid, name, fence FROM source NOT INDEXED WHERE rowid > ?1" IS_KEY(
		"name") " AND typeof(fence) = 'integer' ORDER BY rowid",
	"INSERT OR IGNORE INTO source (name, fence) VALUES (?1, ?2)",
};

static const struct table hosts = {
	"SELECT rowid, name, state FROM host NOT INDEXED WHERE rowid > ?1" IS_KEY("name")
		IS_VALUE("state") " ORDER BY rowid",
	"INSERT OR IGNORE INTO host (name, state) VALUES (?1, ?2)",
};

/* These have no numbers: from the front, and when that breaks off, from the back. */
#define RETIRED                                                                                    \
	"SELECT ?1, source, id, at_s FROM retired WHERE typeof(at_s) = 'integer'" IS_KEY("source") \
		IS_KEY("id")
static const struct table retired_forth = {
	RETIRED " ORDER BY source, id",
	"INSERT OR IGNORE INTO retired (source, id, at_s) VALUES (?1, ?2, ?3)",
};
static const struct table retired_back = {
	RETIRED " ORDER BY source DESC, id DESC",
	"INSERT OR IGNORE INTO retired (source, id, at_s) VALUES (?1, ?2, ?3)",
};

struct copying {
	struct sqlite_rescue *rescue;
	sqlite3_stmt *select, *insert;
	int64_t last;  /* number of the row read last */
	int64_t rows;  /* read */
	int64_t taken; /* put */
};

static int put_row(struct copying *c)
{
	int columns = sqlite3_column_count(c->select), rc = SQLITE_OK;

	for (int i = 1; i < columns && rc == SQLITE_OK; i++)
		rc = sqlite3_bind_value(c->insert, i, sqlite3_column_value(c->select, i));
	if (rc == SQLITE_OK)
		rc = sqlite3_step(c->insert);
	(void)sqlite3_reset(c->insert);
	c->taken += sqlite3_changes(c->rescue->to);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

/* From behind the last row on. SQLITE_DONE, or what stopped the reading. */
static int copy_on(struct copying *c)
{
	int rc = sqlite3_bind_int64(c->select, 1, c->last);

	while (rc == SQLITE_OK && (rc = sqlite3_step(c->select)) == SQLITE_ROW) {
		c->last = sqlite3_column_int64(c->select, 0);
		c->rows++;
		c->rescue->rc = put_row(c);
		rc = c->rescue->rc;
	}
	(void)sqlite3_reset(c->select);
	return rc;
}

/* True when it was read to its end without a break. */
static bool copy_table(
	struct sqlite_rescue *rescue, const struct table *table, bool skips, int64_t *taken)
{
	struct copying c = { .rescue = rescue };
	int errors = 0, rc = SQLITE_OK;

	if (rescue->rc != SQLITE_OK)
		return false;
	rescue->rc = sqlite3_prepare_v2(rescue->to, table->insert, -1, &c.insert, NULL);
	if (rescue->rc == SQLITE_OK &&
		sqlite3_prepare_v2(rescue->from, table->select, -1, &c.select, NULL) == SQLITE_OK) {
		int64_t jump = 1;
		rc = SQLITE_ERROR;
		while (errors < ERRORS_MAX && rescue->rc == SQLITE_OK) {
			int64_t before = c.rows;
			rc = copy_on(&c);
			if (rc == SQLITE_DONE || !skips)
				break;
			errors++;
			jump = c.rows > before ? 1 : jump * 2;
			if (jump > INT64_MAX / 4 || c.last > INT64_MAX - jump)
				break;
			c.last += jump;
		}
	}
	(void)sqlite3_finalize(c.select);
	(void)sqlite3_finalize(c.insert);
	if (taken)
		*taken += c.taken;
	return rc == SQLITE_DONE && errors == 0;
}

static void run(struct sqlite_rescue *rescue, const char *sql)
{
	if (rescue->rc == SQLITE_OK)
		rescue->rc = sqlite3_exec(rescue->to, sql, NULL, NULL, NULL);
}

/* One number that the query gives, or -1. */
static int64_t number(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *statement = NULL;
	int64_t n = -1;

	if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK &&
		sqlite3_step(statement) == SQLITE_ROW)
		n = sqlite3_column_int64(statement, 0);
	(void)sqlite3_finalize(statement);
	return n;
}

/* What was removed after the copy was made is removed, if that is sure: the table was read to its
 * end, and its index has as many rows. */
static void remove_unseen(struct sqlite_rescue *rescue)
{
	run(rescue, "CREATE TEMP TABLE seen (key BLOB PRIMARY KEY) WITHOUT ROWID");
	int64_t count = 0;
	bool is_read = copy_table(rescue, &seen, false, &count);
	int64_t indexed = number(rescue->from,
		"SELECT count(*) FROM definition INDEXED BY sqlite_autoindex_definition_1");
	rescue->is_complete =
		rescue->is_complete && is_read && indexed == count &&
		number(rescue->from, "SELECT value FROM counter WHERE name = 'revision'") >=
			rescue->known;
	if (rescue->is_complete)
		run(rescue, "DELETE FROM definition WHERE key NOT IN (SELECT key FROM temp.seen)");
	run(rescue, "DROP TABLE temp.seen");
}

static void copy_counter(struct sqlite_rescue *rescue, const char *read, const char *write)
{
	sqlite3_stmt *statement = NULL;
	int64_t value = number(rescue->from, read);

	if (rescue->rc != SQLITE_OK || value < 0)
		return;
	rescue->rc = sqlite3_prepare_v2(rescue->to, write, -1, &statement, NULL);
	if (rescue->rc == SQLITE_OK)
		rescue->rc = sqlite3_bind_int64(statement, 1, value);
	if (rescue->rc == SQLITE_OK && sqlite3_step(statement) != SQLITE_DONE)
		rescue->rc = sqlite3_errcode(rescue->to);
	(void)sqlite3_finalize(statement);
}

void sqlite_rescue(struct sqlite_rescue *rescue)
{
	char sql[120];

	(void)sqlite3_snprintf(sizeof(sql), sql,
		"CREATE TEMP TABLE bound (known INTEGER); INSERT INTO temp.bound VALUES (%lld)",
		(sqlite3_int64)rescue->known);
	run(rescue, sql);
	rescue->is_complete = copy_table(rescue, &definitions, true, &rescue->definitions);
	if (rescue->known >= 0)
		remove_unseen(rescue);
	bool has_all = copy_table(rescue, &items, true, &rescue->items) &&
		       number(rescue->from,
			       "SELECT count(*) FROM item INDEXED BY sqlite_autoindex_item_1") ==
			       rescue->items;
	(void)copy_table(rescue, has_all ? &sources : &forgetful_sources, true, NULL);
	(void)copy_table(rescue, &hosts, true, NULL);
	if (!copy_table(rescue, &retired_forth, false, NULL))
		(void)copy_table(rescue, &retired_back, false, NULL);
	copy_counter(rescue, "SELECT value FROM counter WHERE name = 'revision'",
		"UPDATE counter SET value = max(value, ?1) WHERE name = 'revision'");
	copy_counter(rescue, "SELECT value FROM counter WHERE name = 'lease'",
		"UPDATE counter SET value = max(value, ?1) WHERE name = 'lease'");
}
