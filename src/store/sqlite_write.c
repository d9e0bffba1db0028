/* The operations that write, in SQL; each runs inside one transaction. */
#include "sqlite_private.h"

/* Up to two keys; an empty one is not bound. */
static int run_keys(
	struct sqlite *sqlite, enum sqlite_sql which, struct tms_str first, struct tms_str second)
{
	int rc;
	sqlite3_stmt *statement = sqlite_use(sqlite, which, &rc);

	if (!statement)
		return rc;
	sqlite_bind(statement, 1, first);
	if (sqlite3_bind_parameter_count(statement) > 1)
		sqlite_bind(statement, 2, second);
	return sqlite_run(statement);
}

/* A key, and a number as ?2. */
static int run_number(struct sqlite *sqlite, enum sqlite_sql which, struct tms_str key, int64_t n)
{
	int rc;
	sqlite3_stmt *statement = sqlite_use(sqlite, which, &rc);

	if (!statement)
		return rc;
	sqlite_bind(statement, 1, key);
	(void)sqlite3_bind_int64(statement, 2, n);
	return sqlite_run(statement);
}

static int put_items(struct sqlite *sqlite, const struct tms_store_op *op)
{
	int rc = SQLITE_OK;

	for (size_t i = 0; rc == SQLITE_OK && i < op->batch.put_count; i++) {
		sqlite3_stmt *statement = sqlite_use(sqlite, TMS_SQL_ITEM_PUT, &rc);
		if (!statement)
			return rc;
		sqlite_bind(statement, 1, op->key);
		sqlite_bind(statement, 2, op->batch.puts[i].id);
		sqlite_bind(statement, 3, op->batch.puts[i].bytes);
		rc = sqlite_run(statement);
	}
	for (size_t i = 0; rc == SQLITE_OK && i < op->batch.removal_count; i++)
		rc = run_keys(sqlite, TMS_SQL_ITEM_REMOVE, op->key, op->batch.removals[i]);
	return rc;
}

static int retire_items(struct sqlite *sqlite, const struct tms_store_op *op)
{
	int rc = SQLITE_OK;

	for (size_t i = 0; rc == SQLITE_OK && i < op->batch.retired_count; i++) {
		rc = run_keys(sqlite, TMS_SQL_ITEM_REMOVE, op->key, op->batch.retired[i].id);
		sqlite3_stmt *statement =
			rc == SQLITE_OK ? sqlite_use(sqlite, TMS_SQL_RETIRED_PUT, &rc) : NULL;
		if (!statement)
			return rc;
		sqlite_bind(statement, 1, op->key);
		sqlite_bind(statement, 2, op->batch.retired[i].id);
		(void)sqlite3_bind_int64(statement, 3, op->batch.retired[i].at_s);
		rc = sqlite_run(statement);
	}
	if (rc == SQLITE_OK && op->batch.forget_before_s)
		rc = run_number(sqlite, TMS_SQL_RETIRED_FORGET, op->key, op->batch.forget_before_s);
	return rc;
}

/* Was a batch of a later lease here before? Otherwise this one's token is remembered. */
static int pass_fence(struct sqlite *sqlite, struct tms_store_op *op)
{
	int64_t fence = 0;
	int rc;

	if (!op->batch.fence)
		return SQLITE_OK;
	sqlite3_stmt *statement = sqlite_use(sqlite, TMS_SQL_SOURCE_FENCE, &rc);
	if (!statement)
		return rc;
	sqlite_bind(statement, 1, op->key);
	rc = sqlite_number(statement, &fence);
	if (rc != SQLITE_OK)
		return rc;
	if (fence <= op->batch.fence)
		return run_number(sqlite, TMS_SQL_SOURCE_FENCE_PUT, op->key, op->batch.fence);
	tms_diag_set(&op->diag, 0, 0,
		"another instance has refreshed this source since: its lease is the later one");
	op->reply.revision = fence;
	return TMS_SQLITE_CONFLICT;
}

int sqlite_items_apply(struct sqlite *sqlite, struct tms_store_op *op)
{
	struct tms_str nothing = { 0 };

	int rc = run_keys(sqlite, TMS_SQL_SOURCE_SEEN, op->key, nothing);
	if (rc == SQLITE_OK)
		rc = pass_fence(sqlite, op);
	if (rc == SQLITE_OK)
		rc = put_items(sqlite, op);
	if (rc == SQLITE_OK)
		rc = retire_items(sqlite, op);
	if (rc == SQLITE_OK && op->batch.fetch_state)
		rc = run_keys(sqlite, TMS_SQL_SOURCE_STATE_PUT, op->key, *op->batch.fetch_state);
	return rc;
}

int sqlite_source_delete(struct sqlite *sqlite, struct tms_store_op *op)
{
	struct tms_str nothing = { 0 };

	int rc = run_keys(sqlite, TMS_SQL_ITEMS_DELETE, op->key, nothing);
	if (rc == SQLITE_OK)
		rc = run_keys(sqlite, TMS_SQL_RETIRED_DELETE, op->key, nothing);
	if (rc == SQLITE_OK)
		rc = run_keys(sqlite, TMS_SQL_SOURCE_DELETE, op->key, nothing);
	return rc;
}

int sqlite_state_put(struct sqlite *sqlite, struct tms_store_op *op)
{
	return run_keys(sqlite,
		op->state_kind == TMS_STORE_STATE_HOST ? TMS_SQL_HOST_STATE_PUT
						       : TMS_SQL_SOURCE_STATE_PUT,
		op->key, op->bytes);
}

int sqlite_result_put(struct sqlite *sqlite, struct tms_store_op *op)
{
	int64_t now_ms = store_wall_ms();
	int rc;
	sqlite3_stmt *statement = sqlite_use(sqlite, TMS_SQL_RESULT_PURGE, &rc);

	if (!statement)
		return rc;
	(void)sqlite3_bind_int64(statement, 1, now_ms);
	rc = sqlite_run(statement);
	if (rc != SQLITE_OK || !(statement = sqlite_use(sqlite, TMS_SQL_RESULT_PUT, &rc)))
		return rc;
	sqlite_bind(statement, 1, op->key);
	sqlite_bind(statement, 2, op->bytes);
	(void)sqlite3_bind_int64(statement, 3, now_ms);
	(void)sqlite3_bind_int64(statement, 4, now_ms + op->ttl_ms);
	return sqlite_run(statement);
}

/* Does what the caller expects of this definition hold? The reply says how it is when not. */
static int check_change(
	struct sqlite *sqlite, struct tms_store_op *op, const struct tms_store_change *change)
{
	int rc;
	struct tms_store_reply none = { 0 };
	sqlite3_stmt *statement = sqlite_use(sqlite, TMS_SQL_DEFINITION, &rc);

	if (change->expected == TMS_STORE_ANY_REVISION)
		return SQLITE_OK;
	if (!statement)
		return rc;
	sqlite_bind(statement, 1, change->key);
	rc = sqlite_value(statement, op, true);
	if (rc != SQLITE_OK)
		return rc;
	if (op->reply.revision == change->expected) {
		op->reply = none;
		return SQLITE_OK;
	}
	op->reply.key = change->key;
	tms_diag_set(&op->diag, 0, 0,
		"somebody else changed %.*s first: it is at revision %lld, not %lld",
		TMS_STR_ARGS(change->key), (long long)op->reply.revision,
		(long long)change->expected);
	return TMS_SQLITE_CONFLICT;
}

static int make_change(
	struct sqlite *sqlite, const struct tms_store_change *change, int64_t revision)
{
	struct tms_str nothing = { 0 };
	int rc;

	rc = run_number(sqlite, TMS_SQL_CHANGE_PUT, change->key, revision);
	if (rc != SQLITE_OK)
		return rc;
	if (change->remove)
		return run_keys(sqlite, TMS_SQL_DEFINITION_REMOVE, change->key, nothing);
	sqlite3_stmt *statement = sqlite_use(sqlite, TMS_SQL_DEFINITION_PUT, &rc);
	if (!statement)
		return rc;
	sqlite_bind(statement, 1, change->key);
	sqlite_bind(statement, 2, change->bytes);
	(void)sqlite3_bind_int64(statement, 3, revision);
	return sqlite_run(statement);
}

static int trim_changes(struct sqlite *sqlite)
{
	int rc;
	sqlite3_stmt *statement = sqlite_use(sqlite, TMS_SQL_CHANGES_TRIM, &rc);

	if (!statement)
		return rc;
	(void)sqlite3_bind_int64(statement, 1, TMS_STORE_CHANGES_KEPT);
	return sqlite_run(statement);
}

int sqlite_definitions_change(struct sqlite *sqlite, struct tms_store_op *op)
{
	int64_t revision = 0;
	int rc = SQLITE_OK;

	for (size_t i = 0; rc == SQLITE_OK && i < op->change_count; i++)
		rc = check_change(sqlite, op, &op->changes[i]);
	if (rc != SQLITE_OK)
		return rc;
	sqlite3_stmt *statement = sqlite_use(sqlite, TMS_SQL_REVISION_NEXT, &rc);
	if (statement)
		rc = sqlite_number(statement, &revision);
	for (size_t i = 0; rc == SQLITE_OK && i < op->change_count; i++)
		rc = make_change(sqlite, &op->changes[i], revision);
	if (rc == SQLITE_OK)
		rc = trim_changes(sqlite);
	if (rc == SQLITE_OK)
		op->reply.revision = revision;
	return rc;
}

/* ---- leases ---- */

int sqlite_lease_acquire(struct sqlite *sqlite, struct tms_store_op *op)
{
	int64_t now_ms = store_wall_ms(), token = 0;
	int rc;
	sqlite3_stmt *statement = sqlite_use(sqlite, TMS_SQL_LEASE_TAKE, &rc);

	if (!statement)
		return rc;
	sqlite_bind(statement, 1, op->key);
	(void)sqlite3_bind_int64(statement, 2, now_ms);
	(void)sqlite3_bind_int64(statement, 3, now_ms + op->ttl_ms);
	rc = sqlite_number(statement, &token);
	if (rc != SQLITE_OK || !token)
		return rc;
	if (!(statement = sqlite_use(sqlite, TMS_SQL_LEASE_TOKEN, &rc)))
		return rc;
	(void)sqlite3_bind_int64(statement, 1, token);
	rc = sqlite_run(statement);
	op->reply.found = rc == SQLITE_OK;
	op->reply.revision = token;
	return rc;
}

int sqlite_lease_keep(struct sqlite *sqlite, struct tms_store_op *op)
{
	int64_t now_ms = store_wall_ms();
	bool is_renewal = op->verb == TMS_STORE_LEASE_RENEW;
	int rc;
	sqlite3_stmt *statement =
		sqlite_use(sqlite, is_renewal ? TMS_SQL_LEASE_RENEW : TMS_SQL_LEASE_RELEASE, &rc);

	if (!statement)
		return rc;
	sqlite_bind(statement, 1, op->key);
	(void)sqlite3_bind_int64(statement, 2, op->token);
	(void)sqlite3_bind_int64(statement, 3, now_ms);
	if (is_renewal)
		(void)sqlite3_bind_int64(statement, 4, now_ms + op->ttl_ms);
	rc = sqlite_run(statement);
	op->reply.found = rc == SQLITE_OK && sqlite3_changes(sqlite->db) == 1;
	return rc;
}
