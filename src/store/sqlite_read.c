/* The operations that only read, in SQL. */
#include "sqlite_private.h"

/* ---- listings ---- */

/* Where the listing goes on: behind this key. Empty (before every key) at first. */
static void set_cursor(struct tms_store_op *op, struct tms_str key)
{
	op->cursor = tms_arena_copy(&op->arena, key);
}

struct listing {
	enum sqlite_sql sql;
	enum tms_store_row_kind kind;
	int bytes_column;  /* -1: none */
	int number_column; /* -1: none */
	bool of_source;
};

/* The next slice of rows. TMS_SQLITE_AGAIN: there may be more. What a row's receiver asks only
 * waits. */
static int list_slice(struct sqlite *sqlite, struct tms_store_op *op, const struct listing *listing)
{
	int rc, at = 1;
	bool is_wanted = true, has_rows = false;
	struct tms_str last = { 0 };
	sqlite3_stmt *statement = sqlite_use(sqlite, listing->sql, &rc);
	struct tms_arena scratch = { 0 };

	if (!statement)
		return rc;
	if (listing->of_source)
		sqlite_bind(statement, at++, op->key);
	sqlite_bind(statement, at, op->cursor);
	while (is_wanted && (rc = sqlite3_step(statement)) == SQLITE_ROW) {
		struct tms_store_row row = { .kind = listing->kind,
			.key = sqlite_column(statement, 0) };
		if (listing->bytes_column >= 0)
			row.bytes = sqlite_column(statement, listing->bytes_column);
		if (listing->number_column >= 0)
			row.number = sqlite3_column_int64(statement, listing->number_column);
		tms_arena_free(&scratch);
		last = tms_arena_copy(&scratch, row.key);
		has_rows = true;
		is_wanted = store_give_row(op, &row);
	}
	sqlite3_reset(statement);
	sqlite3_clear_bindings(statement);
	if (scratch.status != TMS_OK)
		rc = SQLITE_NOMEM;
	else if (is_wanted && rc == SQLITE_DONE && has_rows)
		set_cursor(op, last);
	tms_arena_free(&scratch);
	if (!is_wanted)
		return SQLITE_OK;
	if (rc != SQLITE_DONE)
		return rc;
	return has_rows ? TMS_SQLITE_AGAIN : SQLITE_OK;
}

int sqlite_items_load(struct sqlite *sqlite, struct tms_store_op *op)
{
	static const struct listing items = { TMS_SQL_ITEMS, TMS_STORE_ROW_ITEM, 1, -1, true };
	static const struct listing retired = { TMS_SQL_RETIRED, TMS_STORE_ROW_RETIRED, -1, 1,
		true };

	int rc = list_slice(sqlite, op, op->step == 0 ? &items : &retired);
	if (rc != SQLITE_OK || op->step == 1)
		return rc;
	op->step = 1;
	op->cursor = (struct tms_str){ 0 };
	return TMS_SQLITE_AGAIN;
}

int sqlite_sources_list(struct sqlite *sqlite, struct tms_store_op *op)
{
	static const struct listing sources = { TMS_SQL_SOURCES, TMS_STORE_ROW_SOURCE, -1, -1,
		false };

	return list_slice(sqlite, op, &sources);
}

static int read_revision(struct sqlite *sqlite, struct tms_store_op *op)
{
	int rc;
	sqlite3_stmt *statement = sqlite_use(sqlite, TMS_SQL_REVISION, &rc);

	return statement ? sqlite_number(statement, &op->reply.revision) : rc;
}

/* While writes fail, the poll finds out when they do not any more. Its own answer stands either
 * way. */
int sqlite_poll(struct sqlite *sqlite, struct tms_store_op *op)
{
	int rc = read_revision(sqlite, op);

	if (rc != SQLITE_OK || !store_should_probe(&sqlite->store))
		return rc;
	if (sqlite_do(sqlite, TMS_SQL_BEGIN) != SQLITE_OK)
		return SQLITE_OK;
	if (sqlite_do(sqlite, TMS_SQL_PROBE) == SQLITE_OK &&
		sqlite_do(sqlite, TMS_SQL_COMMIT) == SQLITE_OK)
		store_note_up(&sqlite->store);
	else if (!sqlite3_get_autocommit(sqlite->db))
		(void)sqlite_do(sqlite, TMS_SQL_ROLLBACK);
	return SQLITE_OK;
}

/* ---- definitions ---- */

/* A row of definitions, or of the log of changes with what is defined now. */
static bool give_definition(struct tms_store_op *op, sqlite3_stmt *statement)
{
	struct tms_store_row row = { .kind = TMS_STORE_ROW_DEFINITION,
		.key = sqlite_column(statement, 1) };

	op->number = sqlite3_column_int64(statement, 0);
	if (op->verb == TMS_STORE_DEFINITIONS_CHANGED)
		(void)store_reach(op, sqlite3_column_int64(statement, 4));
	if (sqlite3_column_type(statement, 3) == SQLITE_NULL) {
		row.kind = TMS_STORE_ROW_DEFINITION_GONE;
		return store_give_row(op, &row);
	}
	row.bytes = sqlite_column(statement, 2);
	row.number = sqlite3_column_int64(statement, 3);
	return store_give_row(op, &row);
}

/* As many rows as a slice has time for, in the order of their numbers. */
static int definitions_slice(struct sqlite *sqlite, struct tms_store_op *op, enum sqlite_sql which)
{
	int64_t begun_us = store_steady_us();
	size_t rows = 0;
	bool is_wanted = true;
	int rc;
	sqlite3_stmt *statement = sqlite_use(sqlite, which, &rc);

	if (!statement)
		return rc;
	(void)sqlite3_bind_int64(statement, 1, op->number);
	while (is_wanted && (rc = sqlite3_step(statement)) == SQLITE_ROW) {
		is_wanted = give_definition(op, statement);
		if (is_wanted && store_slice_is_over(begun_us, ++rows))
			break;
	}
	sqlite3_reset(statement);
	if (is_wanted && rc == SQLITE_ROW)
		return TMS_SQLITE_AGAIN;
	return !is_wanted || rc == SQLITE_DONE ? SQLITE_OK : rc;
}

int sqlite_definitions_list(struct sqlite *sqlite, struct tms_store_op *op)
{
	if (op->step == 0) {
		int rc = read_revision(sqlite, op);
		if (rc != SQLITE_OK)
			return rc;
		op->step = 1;
	}
	return definitions_slice(sqlite, op, TMS_SQL_DEFINITIONS);
}

int sqlite_definitions_changed(struct sqlite *sqlite, struct tms_store_op *op)
{
	int rc = SQLITE_OK;

	if (op->step == 0) {
		rc = read_revision(sqlite, op);
		sqlite3_stmt *statement =
			rc == SQLITE_OK ? sqlite_use(sqlite, TMS_SQL_CHANGE_BEFORE, &rc) : NULL;
		if (!statement)
			return rc;
		(void)sqlite3_bind_int64(statement, 1, op->since);
		rc = sqlite_number(statement, &op->number);
		if (rc != SQLITE_OK)
			return rc;
		op->step = 1;
	}
	rc = definitions_slice(sqlite, op, TMS_SQL_CHANGES);
	if (rc == SQLITE_OK)
		store_reached_end(op);
	return rc;
}

/* ---- one value ---- */

int sqlite_state_get(struct sqlite *sqlite, struct tms_store_op *op)
{
	int rc;
	sqlite3_stmt *statement = sqlite_use(sqlite,
		op->state_kind == TMS_STORE_STATE_HOST ? TMS_SQL_HOST_STATE : TMS_SQL_SOURCE_STATE,
		&rc);

	if (!statement)
		return rc;
	sqlite_bind(statement, 1, op->key);
	return sqlite_value(statement, op, false);
}

int sqlite_definition_get(struct sqlite *sqlite, struct tms_store_op *op)
{
	int rc;
	sqlite3_stmt *statement = sqlite_use(sqlite, TMS_SQL_DEFINITION, &rc);

	if (!statement)
		return rc;
	sqlite_bind(statement, 1, op->key);
	return sqlite_value(statement, op, true);
}

int sqlite_result_get(struct sqlite *sqlite, struct tms_store_op *op)
{
	int rc;
	sqlite3_stmt *statement = sqlite_use(sqlite, TMS_SQL_RESULT, &rc);

	if (!statement)
		return rc;
	sqlite_bind(statement, 1, op->key);
	(void)sqlite3_bind_int64(statement, 2, store_wall_ms());
	return sqlite_value(statement, op, false);
}
