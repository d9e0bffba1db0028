/*
 * Keeping a SQLite file: errands on the worker's thread, one at a time. After opening the file is
 * checked, when it is not too large for that; a file that turns out to be damaged, there or in any
 * operation, is mended, while operations wait; and whenever definitions have changed, their copy is
 * written anew, in slices between other work.
 *
 * How old may the copy be? Writing it takes some microseconds a definition, and it is written at
 * most for a hundredth of the time: some seconds behind with a thousand feeds, some minutes with a
 * million.
 */
#include "sqlite_private.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "sqlite_copy.h"
#include "sqlite_mend.h"

#define CHECK_BYTES_MAX (INT64_C(256) << 20) /* about a second of reading */
#define SLICE_MS 20
#define COPY_PAUSE_MIN_MS 200
#define COPY_PAUSE_MAX_MS 600000
#define COPY_SHARE 100
#define COPY_RETRY_MS 30000
#define MEND_RETRY_MS 10000
#define MENDS_MAX 3 /* in an hour; a disk that damages more is not to be filled */
#define LOOK_MS 5000
#define HOUR_MS 3600000

enum errand_kind { ERRAND_CHECK, ERRAND_COPY, ERRAND_MEND };

struct sqlite_errand {
	struct tms_job job;
	struct sqlite *sqlite; /* NULL: closed meanwhile */
	enum errand_kind kind;
	int rc; /* of SQLite */
	struct sqlite_mend mend;
	/* a copy */
	bool is_ended;
	bool is_resting; /* between two slices: not with the worker */
	int trouble;     /* an errno */
	int64_t took_ms;
	sqlite3 *db;
	sqlite3_stmt *rows;
	struct sqlite_copy_head head;
	struct sqlite_copy_writer writer;
	char path[];
};

static bool is_damage(int rc)
{
	return (rc & 0xff) == SQLITE_CORRUPT || (rc & 0xff) == SQLITE_NOTADB;
}

/* ---- on the worker's thread ---- */

static void run_check(struct sqlite_errand *e)
{
	sqlite3_stmt *statement = NULL;
	sqlite3 *db = NULL;
	struct stat status;

	if (stat(e->path, &status) != 0 || (int64_t)status.st_size > CHECK_BYTES_MAX)
		return;
	e->rc = sqlite3_open_v2(e->path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
	if (e->rc == SQLITE_OK)
		e->rc = sqlite3_prepare_v2(db, "PRAGMA quick_check(1)", -1, &statement, NULL);
	if (e->rc == SQLITE_OK && (e->rc = sqlite3_step(statement)) == SQLITE_ROW) {
		const char *said = (const char *)sqlite3_column_text(statement, 0);
		e->rc = said && strcmp(said, "ok") != 0 ? SQLITE_CORRUPT : SQLITE_OK;
	}
	(void)sqlite3_finalize(statement);
	(void)sqlite3_close(db);
}

static int read_one(sqlite3 *db, const char *sql, int64_t *number, char text[33])
{
	sqlite3_stmt *statement = NULL;
	int rc = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);

	if (rc == SQLITE_OK && (rc = sqlite3_step(statement)) == SQLITE_ROW) {
		*number = sqlite3_column_int64(statement, 0);
		const char *said = (const char *)sqlite3_column_text(statement, 0);
		(void)snprintf(text, 33, "%s", said ? said : "");
		rc = SQLITE_OK;
	} else if (rc == SQLITE_DONE) {
		rc = SQLITE_CORRUPT; /* there is always one */
	}
	(void)sqlite3_finalize(statement);
	return rc;
}

static void begin_copy(struct sqlite_errand *e)
{
	int64_t unused = 0;
	char text[33];

	e->rc = sqlite3_open_v2(e->path, &e->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
	if (e->rc == SQLITE_OK)
		e->rc = sqlite3_exec(e->db, "BEGIN", NULL, NULL, NULL);
	if (e->rc == SQLITE_OK)
		e->rc = read_one(e->db, "SELECT value FROM identity", &unused, e->head.identity);
	if (e->rc == SQLITE_OK)
		e->rc = read_one(e->db, "SELECT value FROM counter WHERE name = 'revision'",
			&e->head.revision, text);
	if (e->rc == SQLITE_OK)
		e->rc = sqlite3_prepare_v2(e->db,
			"SELECT key, bytes, revision FROM definition NOT INDEXED ORDER BY rowid",
			-1, &e->rows, NULL);
	if (e->rc == SQLITE_OK)
		e->trouble = sqlite_copy_begin(&e->writer, e->path, &e->head);
}

/* All rows were read: as many as the index has? Then the copy takes the place of the one before. */
static void end_copy(struct sqlite_errand *e)
{
	int64_t count = 0;
	char text[33];

	e->is_ended = true;
	e->rc = read_one(e->db,
		"SELECT count(*) FROM definition INDEXED BY sqlite_autoindex_definition_1", &count,
		text);
	if (e->rc == SQLITE_OK && count != (int64_t)e->writer.count)
		e->rc = SQLITE_CORRUPT;
	if (e->rc == SQLITE_OK)
		e->trouble = sqlite_copy_end(&e->writer);
}

static void run_copy(struct sqlite_errand *e)
{
	int64_t begun_ms = store_steady_ms();

	if (!e->db)
		begin_copy(e);
	while (e->rc == SQLITE_OK && !e->trouble && !e->is_ended &&
		store_steady_ms() - begun_ms < SLICE_MS) {
		int rc = sqlite3_step(e->rows);
		if (rc == SQLITE_ROW) {
			const struct sqlite_copy_row row = { sqlite_column(e->rows, 0),
				sqlite_column(e->rows, 1), sqlite3_column_int64(e->rows, 2) };
			e->trouble = sqlite_copy_add(&e->writer, &row);
		} else if (rc == SQLITE_DONE) {
			end_copy(e);
		} else {
			e->rc = rc;
		}
	}
	if (e->rc != SQLITE_OK || e->trouble)
		e->is_ended = true;
	e->took_ms += store_steady_ms() - begun_ms;
}

static void on_run(struct tms_job *job)
{
	struct sqlite_errand *e = TMS_MESSAGE_OF(job, struct sqlite_errand, job);

	switch (e->kind) {
	case ERRAND_CHECK:
		run_check(e);
		break;
	case ERRAND_COPY:
		run_copy(e);
		break;
	case ERRAND_MEND:
		sqlite_mend(&e->mend);
		break;
	}
}

/* ---- what came of it ---- */

static void errand_free(struct sqlite_errand *e)
{
	(void)sqlite3_finalize(e->rows);
	(void)sqlite3_close(e->db);
	sqlite_copy_drop(&e->writer);
	free(e);
}

static void set_warning(struct sqlite *sqlite)
{
	struct tms_diag diag = { 0 };
	const char *first = sqlite->keep.damage, *second = sqlite->keep.trouble;

	tms_diag_set(&diag, 0, 0, "%s%s%s", second, first[0] && second[0] ? "; " : "", first);
	memcpy(sqlite->store.health.warning, diag.text, sizeof(diag.text));
}

static void copied(struct sqlite *sqlite, const struct sqlite_errand *e)
{
	struct sqlite_keep *keep = &sqlite->keep;
	int64_t pause_ms = COPY_SHARE * e->took_ms;
	struct tms_diag diag = { 0 };

	pause_ms = pause_ms < COPY_PAUSE_MIN_MS ? COPY_PAUSE_MIN_MS : pause_ms;
	pause_ms = pause_ms > COPY_PAUSE_MAX_MS ? COPY_PAUSE_MAX_MS : pause_ms;
	if (e->trouble)
		tms_diag_set(&diag, 0, 0,
			"the copy of feed definitions beside the store's file %s cannot be written: %s",
			e->path,
			e->trouble == EFBIG ? "it would be larger than 4 GiB"
					    : strerror(e->trouble));
	if (!e->trouble && e->rc == SQLITE_OK && e->is_ended)
		keep->copied = e->head.revision;
	else
		pause_ms = COPY_RETRY_MS;
	keep->copy_due_ms = store_steady_ms() + pause_ms;
	memcpy(keep->trouble, diag.text, sizeof(keep->trouble));
	set_warning(sqlite);
}

static void mended(struct sqlite *sqlite, const struct sqlite_errand *e)
{
	struct sqlite_keep *keep = &sqlite->keep;
	int64_t now_ms = store_steady_ms();

	if (e->mend.is_done) {
		keep->is_damaged = false;
		keep->is_mended = true;
		keep->mends++;
		keep->mended_ms = now_ms;
		keep->look_ms = 0;
		return;
	}
	keep->is_refused = e->mend.is_refused;
	keep->mend_due_ms = now_ms + MEND_RETRY_MS;
	memcpy(keep->sentence, e->mend.sentence, sizeof(keep->sentence));
	store_note_down(&sqlite->store, keep->sentence);
}

static void on_done(struct tms_job *job)
{
	struct sqlite_errand *e = TMS_MESSAGE_OF(job, struct sqlite_errand, job);
	struct sqlite *sqlite = e->sqlite;

	if (sqlite && e->kind == ERRAND_COPY && job->was_run && !e->is_ended &&
		!sqlite->keep.is_damaged) {
		e->is_resting = true; /* until the next turn: this may be the worker's end */
		store_arm(&sqlite->store);
		return;
	}
	if (sqlite)
		sqlite->keep.errand = NULL;
	if (sqlite && job->was_run) {
		if (e->kind == ERRAND_MEND)
			mended(sqlite, e);
		else if (e->kind == ERRAND_COPY)
			copied(sqlite, e);
		if (e->kind != ERRAND_MEND && is_damage(e->rc))
			sqlite_note_damage(sqlite, e->rc);
		store_arm(&sqlite->store);
	}
	errand_free(e);
}

static bool start(struct sqlite *sqlite, enum errand_kind kind)
{
	const char *path = sqlite->store.address.path;
	struct sqlite_errand *made = calloc(1, sizeof(*made) + strlen(path) + 1);

	if (!made)
		return false;
	memcpy(made->path, path, strlen(path) + 1);
	made->job = (struct tms_job){ .run = on_run, .done = on_done };
	made->sqlite = sqlite;
	made->kind = kind;
	made->head.made_s = store_wall_ms() / 1000;
	made->mend = (struct sqlite_mend){ .path = made->path,
		.why = sqlite->keep.why,
		.rc = sqlite->keep.rc,
		.now_s = store_wall_ms() / 1000 };
	sqlite->keep.errand = made;
	tms_worker_give(sqlite->store.worker, &made->job);
	return true;
}

void sqlite_go_on(struct sqlite *sqlite)
{
	struct sqlite_errand *e = sqlite->keep.errand;

	if (!e || !e->is_resting)
		return;
	e->is_resting = false;
	tms_worker_give(sqlite->store.worker, &e->job);
}

void sqlite_forget_errand(struct sqlite *sqlite)
{
	struct sqlite_errand *e = sqlite->keep.errand;

	sqlite->keep.errand = NULL;
	if (e && e->is_resting)
		errand_free(e);
	else if (e)
		e->sqlite = NULL;
}

bool sqlite_is_mending(const struct sqlite *sqlite)
{
	const struct sqlite_errand *e = sqlite->keep.errand;

	return (e && e->kind == ERRAND_MEND) ||
	       (sqlite->keep.is_damaged && (e || sqlite->checkpoint));
}

/* ---- when ---- */

void sqlite_note_damage(struct sqlite *sqlite, int rc)
{
	if (!sqlite->store.is_keeper || sqlite->keep.is_damaged || !is_damage(rc))
		return;
	sqlite->keep.is_damaged = true;
	sqlite->keep.why = TMS_SQLITE_DAMAGED;
	sqlite->keep.rc = rc;
}

bool sqlite_is_missing(struct sqlite *sqlite)
{
	const char *path = sqlite->store.address.path;
	struct stat status;

	if (stat(path, &status) == 0 ? status.st_size > 0 : errno != ENOENT)
		return false;
	bool is_there = sqlite_has_copy(path);
	if (!is_there || sqlite->keep.is_damaged)
		return is_there;
	sqlite->keep.is_damaged = sqlite->store.is_keeper;
	sqlite->keep.why = TMS_SQLITE_MISSING;
	sqlite->keep.rc = SQLITE_NOTADB;
	return true;
}

bool sqlite_is_behind(struct sqlite *sqlite)
{
	struct sqlite_keep *keep = &sqlite->keep;
	struct sqlite_copy_head head;
	int64_t revision = 0;
	char text[33];

	keep->copied = keep->revision = -1;
	keep->is_checked = false;
	keep->copy_due_ms = 0;
	if (read_one(sqlite->db, "SELECT value FROM counter WHERE name = 'revision'", &revision,
		    text) != SQLITE_OK ||
		!sqlite_copy_head(sqlite->store.address.path, &head) ||
		strcmp(head.identity, sqlite->identity) != 0)
		return false;
	keep->copied = head.revision;
	if (head.revision <= revision)
		return false;
	keep->is_damaged = true;
	keep->why = TMS_SQLITE_BEHIND;
	keep->rc = SQLITE_CORRUPT;
	return true;
}

int sqlite_mend_it(struct sqlite *sqlite, struct tms_diag *diag)
{
	struct sqlite_keep *keep = &sqlite->keep;
	int64_t now_ms = store_steady_ms();

	if (sqlite_is_mending(sqlite))
		return TMS_SQLITE_MENDING;
	if (now_ms - keep->mended_ms > HOUR_MS)
		keep->mends = 0;
	if (keep->mends >= MENDS_MAX)
		tms_diag_set(diag, 0, 0,
			"the store's file %s is damaged again, after it was made anew %d times: is the disk ill?",
			sqlite->store.address.path, keep->mends);
	else if (now_ms < keep->mend_due_ms)
		tms_diag_set(diag, 0, 0, "%s", keep->sentence);
	else if (!sqlite->store.worker)
		tms_diag_set(diag, 0, 0,
			"the store's file %s is damaged, and nobody is there to mend it",
			sqlite->store.address.path);
	else if (keep->errand ||
		 sqlite->checkpoint) /* they have the file, and arm the store at their end */
		return TMS_SQLITE_MENDING;
	else if (start(sqlite, ERRAND_MEND))
		return TMS_SQLITE_MENDING;
	return keep->is_refused ? TMS_SQLITE_REFUSED : SQLITE_CORRUPT;
}

void sqlite_look_after(struct sqlite *sqlite)
{
	struct sqlite_keep *keep = &sqlite->keep;
	int64_t now_ms = store_steady_ms();

	if (!sqlite->store.is_keeper || !sqlite->store.worker || !sqlite->db)
		return;
	if (now_ms >= keep->look_ms) {
		keep->look_ms = now_ms + LOOK_MS;
		if (sqlite_damage(sqlite->db, store_wall_ms() / 1000, keep->damage) == SQLITE_OK)
			set_warning(sqlite);
	}
	if (keep->errand)
		return;
	if (!keep->is_checked)
		keep->is_checked = start(sqlite, ERRAND_CHECK);
	else if (keep->revision >= 0 && keep->revision != keep->copied &&
		 now_ms >= keep->copy_due_ms)
		(void)start(sqlite, ERRAND_COPY);
}
