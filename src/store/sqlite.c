/*
 * The SQLite store as a driver: one operation, or one part of a listing, per round of the loop, in
 * the order asked. A file locked by another process is asked again from the loop, so that nobody
 * waits inside SQLite for longer than LOCK_WAIT_MS of sqlite_file.c.
 */
#include "sqlite_private.h"

#include <stdlib.h>

#include "loop/timer.h"

#define TIMEOUT_MS 2000 /* for a file that another process has locked */
#define RETRY_MS 10

/* Which trouble an error of SQLite is. */
static enum tms_store_trouble trouble_of(int rc)
{
	switch (rc & 0xff) {
	case SQLITE_FULL:
	case SQLITE_TOOBIG:
		return TMS_STORE_FULL;
	case SQLITE_READONLY:
		return TMS_STORE_READONLY;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return TMS_STORE_LOCKED;
	case SQLITE_IOERR:
	case SQLITE_CANTOPEN:
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return TMS_STORE_DISK;
	case SQLITE_NOTADB:
		return TMS_STORE_REFUSED;
	default:
		return TMS_STORE_OTHER;
	}
}

static const char *words_of(enum tms_store_trouble trouble, int rc)
{
	if (trouble == TMS_STORE_FULL)
		return "is full: its disk has no room; free some space and it goes on by itself";
	if (trouble == TMS_STORE_READONLY)
		return "is read-only: its file, its directory or its disk does not let Tamis write";
	if (trouble == TMS_STORE_LOCKED)
		return "is locked by another process that does not let go";
	if (trouble == TMS_STORE_DISK)
		return "cannot be read or written: the system refuses";
	if (trouble == TMS_STORE_REFUSED)
		return "is no database of SQLite: name another file";
	if ((rc & 0xff) == SQLITE_CORRUPT)
		return "is damaged: start the service, which makes it anew of what can be read of it and"
		       " of the copy of its definitions";
	return "answered with an error";
}

/* Takes back the open transaction, if there is one, and closes a file that can no more be trusted.
 */
static void recover(struct sqlite *sqlite, int rc)
{
	int primary = rc & 0xff;

	if (!sqlite->db)
		return;
	if (!sqlite3_get_autocommit(sqlite->db))
		(void)sqlite_do(sqlite, TMS_SQL_ROLLBACK);
	sqlite_note_damage(sqlite, rc);
	/* after a failed fsync the pages in memory and those on disk may differ: read them anew */
	if (primary == SQLITE_IOERR || primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB)
		sqlite_shut(sqlite);
}

static void end_badly(
	struct sqlite *sqlite, struct tms_store_op *op, int rc, const struct tms_diag *said)
{
	const char *path = sqlite->store.address.path;

	if (rc == TMS_SQLITE_CONFLICT) {
		store_note_up(&sqlite->store);
		store_fail(op, TMS_STORE_CONFLICT, "%s", said->text);
		return;
	}
	if (rc == SQLITE_NOMEM || op->arena.status != TMS_OK) {
		store_fail_memory(op);
		return;
	}
	enum tms_store_trouble trouble =
		rc == TMS_SQLITE_REFUSED ? TMS_STORE_REFUSED : trouble_of(rc);
	if (said->text[0])
		store_fail(op, trouble, "%s", said->text);
	else
		store_fail(op, trouble, "the store's file %s %s (%s)", path, words_of(trouble, rc),
			sqlite3_errstr(rc));
	store_note_down(&sqlite->store, op->diag.text);
}

static bool is_locked(int rc)
{
	return (rc & 0xff) == SQLITE_BUSY && rc > 0;
}

/* Where a listing goes on is a place in the file that it was begun with. */
static bool is_of_another_file(const struct sqlite *sqlite, struct tms_store_op *op)
{
	if (op->step == 0 && op->cursor.len == 0)
		op->opening = sqlite->store.health.connects;
	return op->opening != sqlite->store.health.connects;
}

/* One round: the operation at the head of the line, or its next part. False: wait for the lock. */
static bool advance(struct sqlite *sqlite, struct tms_store_op *op)
{
	struct tms_diag said = { 0 };

	if (!op->is_begun)
		op->begun_ms = store_steady_ms();
	op->is_begun = true;
	int rc = sqlite_ready(sqlite, &said);
	if (rc == TMS_SQLITE_MENDING)
		return true;
	if (rc == SQLITE_OK && is_of_another_file(sqlite, op)) {
		TAILQ_REMOVE(&sqlite->store.waiting, op, link);
		store_fail(op, TMS_STORE_OTHER,
			"the store's file %s was replaced while it was read",
			sqlite->store.address.path);
		return true;
	}
	if (rc == SQLITE_OK)
		rc = sqlite_perform(sqlite, op);
	if (rc == TMS_SQLITE_AGAIN)
		return true;
	if (rc != SQLITE_OK)
		recover(sqlite, rc);
	if (is_locked(rc) && store_steady_ms() - op->begun_ms < sqlite->store.timeout_ms)
		return false;
	TAILQ_REMOVE(&sqlite->store.waiting, op, link);
	if (rc == TMS_SQLITE_CONFLICT)
		said = op->diag;
	else if (is_locked(rc))
		said.text[0] = '\0';
	if (rc != SQLITE_OK) {
		end_badly(sqlite, op, rc, &said);
		return true;
	}
	/* a read that works does not prove that writing does again */
	if (store_is_write(op->verb) || !sqlite->store.health.is_known)
		store_note_up(&sqlite->store);
	if (op->verb == TMS_STORE_POLL || op->verb == TMS_STORE_DEFINITIONS_CHANGE)
		sqlite->keep.revision = op->reply.revision;
	store_finish(op);
	sqlite_look_after(sqlite);
	return true;
}

static void retry_soon(struct tms_store *store)
{
	(void)tms_timer_in(store->turn, RETRY_MS);
}

/* Before anybody asks: is the file there and ours? */
static void open_first(struct sqlite *sqlite)
{
	struct tms_diag said = { 0 };
	int rc = sqlite_ready(sqlite, &said);

	if (rc == TMS_SQLITE_MENDING)
		return;
	if (rc == SQLITE_OK)
		store_note_up(&sqlite->store);
	else if (is_locked(rc))
		retry_soon(&sqlite->store);
	else
		store_note_down(&sqlite->store, said.text);
}

static void work(struct tms_store *store)
{
	struct sqlite *sqlite = (struct sqlite *)store;
	struct tms_store_op *op = TAILQ_FIRST(&store->waiting);

	sqlite_go_on(sqlite);
	if (sqlite_is_mending(sqlite))
		return; /* armed when it has ended */
	if (!op) {
		if (!store->health.is_known)
			open_first(sqlite);
		return;
	}
	if (!advance(sqlite, op))
		retry_soon(store);
	else if (!TAILQ_EMPTY(&store->waiting) && !sqlite_is_mending(sqlite))
		store_arm(store);
}

static void close_store(struct tms_store *store)
{
	sqlite_forget_checkpoint((struct sqlite *)store);
	sqlite_forget_errand((struct sqlite *)store);
	sqlite_shut((struct sqlite *)store);
}

static enum tms_status open_store(struct tms_store **out)
{
	struct sqlite *sqlite = calloc(1, sizeof(*sqlite));

	if (!sqlite)
		return TMS_ENOMEM;
	*out = &sqlite->store;
	return TMS_OK;
}

const struct store_driver sqlite_driver = {
	.timeout_ms = TIMEOUT_MS,
	.is_remote = false,
	.open = open_store,
	.close = close_store,
	.work = work,
};
