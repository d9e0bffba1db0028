/*
 * Checkpoints: what stands in the write-ahead log is copied into the file. SQLite does that within
 * the commit that makes the log long, which takes 5 to 10 ms of copying and waits for the disk
 * twice. With a worker it happens there, through a connection of its own: PASSIVE waits for nobody
 * and keeps nobody waiting. Source: sqlite.org/wal.html section 3, sqlite.org/c3ref/wal_hook.html.
 */
#include "sqlite_private.h"

#include <stdlib.h>

#define PAGES 1000 /* SQLite's own measure */
#define PAGES_MAX                                                                                  \
	(8 * PAGES) /* while writing never pauses the log is never begun anew: then it is done here */

struct sqlite_checkpoint {
	struct tms_job job;
	struct sqlite *sqlite; /* NULL: closed meanwhile */
	char path[];
};

/* On the worker's thread. It is tried again with the next commit, so failing is fine. */
static void on_run(struct tms_job *job)
{
	struct sqlite_checkpoint *checkpoint = TMS_MESSAGE_OF(job, struct sqlite_checkpoint, job);
	sqlite3 *db = NULL;

	if (sqlite3_open_v2(checkpoint->path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
		    NULL) == SQLITE_OK)
		/* as SQL, because the connection has to read something before it knows of the log */
		(void)sqlite3_exec(db, "PRAGMA wal_checkpoint(PASSIVE)", NULL, NULL, NULL);
	(void)sqlite3_close(db);
}

static void on_done(struct tms_job *job)
{
	struct sqlite_checkpoint *checkpoint = TMS_MESSAGE_OF(job, struct sqlite_checkpoint, job);

	if (checkpoint->sqlite) {
		checkpoint->sqlite->checkpoint = NULL;
		store_arm(&checkpoint->sqlite->store); /* it may wait for this to mend the file */
	}
	free(checkpoint);
}

static void start(struct sqlite *sqlite)
{
	const char *path = sqlite->store.address.path;
	struct sqlite_checkpoint *made = malloc(sizeof(*made) + strlen(path) + 1);

	if (!made)
		return;
	*made = (struct sqlite_checkpoint){ .job = { .run = on_run, .done = on_done },
		.sqlite = sqlite };
	memcpy(made->path, path, strlen(path) + 1);
	sqlite->checkpoint = made;
	tms_worker_give(sqlite->store.worker, &made->job);
}

/* After each commit. */
static int on_commit(void *context, sqlite3 *db, const char *name, int pages)
{
	struct sqlite *sqlite = context;

	if (pages >= PAGES_MAX)
		(void)sqlite3_wal_checkpoint_v2(db, name, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	else if (pages >= PAGES && !sqlite->checkpoint)
		start(sqlite);
	return SQLITE_OK;
}

void sqlite_watch_log(struct sqlite *sqlite)
{
	if (sqlite->store.worker)
		(void)sqlite3_wal_hook(sqlite->db, on_commit, sqlite);
}

void sqlite_forget_checkpoint(struct sqlite *sqlite)
{
	if (sqlite->checkpoint)
		sqlite->checkpoint->sqlite = NULL;
	sqlite->checkpoint = NULL;
}
