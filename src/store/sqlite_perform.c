/* What is done for each verb, and in which kind of transaction. */
#include "sqlite_private.h"

typedef int (*perform_fn)(struct sqlite *sqlite, struct tms_store_op *op);

/* Runs a writer in one transaction. What fails is rolled back by the driver. */
static int in_transaction(struct sqlite *sqlite, struct tms_store_op *op, perform_fn fn)
{
	int rc = sqlite_do(sqlite, TMS_SQL_BEGIN);

	if (rc == SQLITE_OK)
		rc = fn(sqlite, op);
	if (rc == SQLITE_OK) {
		rc = sqlite_do(sqlite, TMS_SQL_COMMIT);
		/* what a failed write or fsync left on the disk may still come back */
		op->is_decided = rc > 0 && (rc & 0xff) == SQLITE_IOERR;
	}
	if (rc != SQLITE_OK && rc != TMS_SQLITE_CONFLICT)
		op->reply = (struct tms_store_reply){ 0 };
	return rc;
}

static int durably(struct sqlite *sqlite, struct tms_store_op *op, perform_fn fn)
{
	int rc = sqlite_do(sqlite, TMS_SQL_DURABLE);

	if (rc != SQLITE_OK)
		return rc;
	rc = in_transaction(sqlite, op, fn);
	if (sqlite3_get_autocommit(sqlite->db))
		(void)sqlite_do(sqlite, TMS_SQL_FAST); /* else slower, not wrong */
	return rc;
}

/* The file is open: that is all. */
static int be_ready(struct sqlite *sqlite, struct tms_store_op *op)
{
	(void)sqlite;
	(void)op;
	return SQLITE_OK;
}

static const struct {
	perform_fn fn;
	enum { READS, WRITES, WRITES_DURABLY } how;
} verbs[TMS_STORE_VERBS] = {
	[TMS_STORE_READY] = { be_ready, READS },
	[TMS_STORE_ITEMS_LOAD] = { sqlite_items_load, READS },
	[TMS_STORE_ITEMS_APPLY] = { sqlite_items_apply, WRITES },
	[TMS_STORE_SOURCE_DELETE] = { sqlite_source_delete, WRITES },
	[TMS_STORE_SOURCES_LIST] = { sqlite_sources_list, READS },
	[TMS_STORE_STATE_GET] = { sqlite_state_get, READS },
	[TMS_STORE_STATE_PUT] = { sqlite_state_put, WRITES },
	[TMS_STORE_DEFINITIONS_LIST] = { sqlite_definitions_list, READS },
	[TMS_STORE_DEFINITIONS_CHANGED] = { sqlite_definitions_changed, READS },
	[TMS_STORE_DEFINITION_GET] = { sqlite_definition_get, READS },
	[TMS_STORE_DEFINITIONS_CHANGE] = { sqlite_definitions_change, WRITES_DURABLY },
	[TMS_STORE_POLL] = { sqlite_poll, READS },
	[TMS_STORE_RESULT_GET] = { sqlite_result_get, READS },
	[TMS_STORE_RESULT_PUT] = { sqlite_result_put, WRITES },
	[TMS_STORE_LEASE_ACQUIRE] = { sqlite_lease_acquire, WRITES },
	[TMS_STORE_LEASE_RENEW] = { sqlite_lease_keep, WRITES },
	[TMS_STORE_LEASE_RELEASE] = { sqlite_lease_keep, WRITES },
};

int sqlite_perform(struct sqlite *sqlite, struct tms_store_op *op)
{
	perform_fn fn = verbs[op->verb].fn;

	switch (verbs[op->verb].how) {
	case READS:
		return fn(sqlite, op);
	case WRITES:
		return in_transaction(sqlite, op, fn);
	case WRITES_DURABLY:
		break;
	}
	return durably(sqlite, op, fn);
}
