/* Mending a damaged SQLite file: a new one from what can be read and from the copy. */
#include "sqlite_mend.h"

#include <tamis/time.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sqlite_copy.h"

#define NEW ".mended"
#define LEAP 1000000 /* revisions and tokens that may have been given out and were lost */
#define NAMES_MAX 100
#define TOLD_S (7 * TMS_DAY_S)

/* What one mending holds. */
struct mending {
	struct sqlite_mend *mend;
	int folder; /* locked: two processes do not mend at once */
	char *made; /* name of the new file */
	char *kept; /* what the damaged one is called from now on; empty: there is none */
	sqlite3 *db;
	bool is_there; /* a damaged file */
	struct sqlite_copy_reader copy;
	int64_t copied, known;
	struct sqlite_rescue rescue;
	char words[TMS_DIAG_TEXT_BYTES]; /* what is told of it from now on */
};

static bool fail(struct mending *m, const char *what, const char *reason)
{
	struct tms_diag diag = { 0 };

	tms_diag_set(&diag, 0, 0, "the store's file %s is damaged, and %s: %s", m->mend->path, what,
		reason);
	memcpy(m->mend->sentence, diag.text, sizeof(diag.text));
	return false;
}

static bool lock_folder(struct mending *m)
{
	const char *slash = strrchr(m->mend->path, '/');
	char *folder =
		slash ? strndup(m->mend->path, (size_t)(slash - m->mend->path) + 1) : strdup(".");

	m->folder = folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	free(folder);
	if (m->folder < 0)
		return fail(m, "its folder cannot be opened", strerror(errno));
	if (flock(m->folder, LOCK_EX | LOCK_NB) != 0)
		return fail(m, "its folder cannot be locked", strerror(errno));
	return true;
}

/* "FILE.damaged-20260302T060000Z", or with a number behind it. */
static bool choose_name(struct mending *m)
{
	struct tms_civil now = tms_time_to_civil(m->mend->now_s);
	struct stat status;
	char suffix[64];

	for (int i = 1; i <= NAMES_MAX; i++) {
		int len = snprintf(suffix, sizeof(suffix), ".damaged-%04d%02d%02dT%02d%02d%02dZ",
			now.year, now.month, now.day, now.hour, now.minute, now.second);
		if (i > 1)
			(void)snprintf(suffix + len, sizeof(suffix) - (size_t)len, "-%d", i);
		free(m->kept);
		m->kept = sqlite_name(m->mend->path, suffix);
		if (!m->kept)
			return fail(m, "it cannot be put aside", "there is not enough memory");
		if (lstat(m->kept, &status) != 0)
			return true;
	}
	return fail(m, "it cannot be put aside", "there are too many damaged ones beside it");
}

/* A file that was named by mistake is never moved. */
static bool is_ours(struct mending *m)
{
	static const char words[] = "CREATE TABLE definition (key BLOB PRIMARY KEY";
	char bytes[16384];
	size_t len = 0;

	if (m->copy.is_there || !m->is_there)
		return true;
	FILE *file = fopen(m->mend->path, "re");
	if (file) {
		len = fread(bytes, 1, sizeof(bytes), file);
		(void)fclose(file);
	}
	if ((len >= 72 && memcmp(bytes + 68, "Tami", 4) == 0) ||
		memmem(bytes, len, words, sizeof(words) - 1))
		return true;
	struct tms_diag diag = { 0 };
	tms_diag_set(&diag, 0, 0,
		"the store's file %s is no database of SQLite, and nothing shows that it was ever one of"
		" Tamis: name another file, or move it away",
		m->mend->path);
	memcpy(m->mend->sentence, diag.text, sizeof(diag.text));
	m->mend->is_refused = true;
	return false;
}

/* ---- the new file ---- */

static bool sql_failed(struct mending *m, int rc)
{
	return fail(m, "a new one cannot be made",
		rc == SQLITE_FULL ? "the disk is full"
		: m->db           ? sqlite3_errmsg(m->db)
				  : sqlite3_errstr(rc));
}

static bool make_new(struct mending *m)
{
	(void)unlink(m->made); /* of a process that was killed */
	int fd = open(m->made, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return fail(m, "a new one cannot be made", strerror(errno));
	(void)close(fd);
	int rc = sqlite3_open_v2(m->made, &m->db,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
	/* nobody sees it before it is whole and on the disk */
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(m->db,
			"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA temp_store=MEMORY;"
			" BEGIN",
			NULL, NULL, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite_make_schema(m->db);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(m->db, "COMMIT; BEGIN", NULL, NULL, NULL);
	return rc == SQLITE_OK || sql_failed(m, rc);
}

static bool take_copy(struct mending *m)
{
	struct sqlite_copy_row row;
	sqlite3_stmt *statement = NULL;
	int rc = sqlite3_prepare_v2(m->db,
		"INSERT OR REPLACE INTO definition (key, bytes, revision) VALUES (?1, ?2, ?3)", -1,
		&statement, NULL);

	while (rc == SQLITE_OK && sqlite_copy_next(&m->copy, &row)) {
		(void)sqlite3_bind_blob64(statement, 1, row.key.ptr, row.key.len, SQLITE_STATIC);
		(void)sqlite3_bind_blob64(
			statement, 2, row.bytes.ptr, row.bytes.len, SQLITE_STATIC);
		(void)sqlite3_bind_int64(statement, 3, row.revision);
		rc = sqlite3_step(statement) == SQLITE_DONE ? SQLITE_OK
							    : sqlite3_extended_errcode(m->db);
		(void)sqlite3_reset(statement);
		m->copied++;
	}
	(void)sqlite3_finalize(statement);
	m->known = m->copy.is_whole ? m->copy.head.revision : -1;
	return rc == SQLITE_OK || sql_failed(m, rc);
}

/* NULL when nothing of it can be read. It is kept as it is, and what it says of itself is not
 * believed. */
static sqlite3 *open_damaged(const char *path)
{
	sqlite3_stmt *statement = NULL;
	sqlite3 *db = NULL;
	int rc = sqlite3_open_v2(path, &db,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);

	if (rc == SQLITE_OK) {
		(void)sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
		(void)sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
		/* writable_schema lets it be shorter than it says */
		rc = sqlite3_exec(db,
			"PRAGMA writable_schema=ON; PRAGMA query_only=ON; PRAGMA cell_size_check=ON",
			NULL, NULL, NULL);
	}
	if (rc == SQLITE_OK)
		rc = sqlite3_prepare_v2(db, "SELECT key FROM definition", -1, &statement, NULL);
	(void)sqlite3_finalize(statement);
	if (rc == SQLITE_OK)
		return db;
	(void)sqlite3_close(db);
	return NULL;
}

static bool take_rest(struct mending *m)
{
	struct sqlite_rescue *rescue = &m->rescue;
	char *readable = NULL;
	int reason = 0;

	*rescue = (struct sqlite_rescue){ .to = m->db, .known = m->known };
	if (m->is_there)
		rescue->from = open_damaged(m->mend->path);
	if (m->is_there && !rescue->from) {
		readable = sqlite_with_front(m->mend->path, m->made, &reason);
		if (reason)
			return fail(m, "there is no room to read it", strerror(reason));
		rescue->from = readable ? open_damaged(readable) : NULL;
	}
	if (rescue->from)
		sqlite_rescue(rescue);
	(void)sqlite3_close(rescue->from);
	sqlite_drop_front(readable);
	return rescue->rc == SQLITE_OK || sql_failed(m, rescue->rc);
}

/* ---- what is told ---- */

static void add_copy(struct tms_buf *buf, const struct mending *m)
{
	if (!m->copy.is_there) {
		tms_buf_add_cstr(buf, "there was no copy of its definitions");
		return;
	}
	tms_buf_format(buf, "%lld definitions came from %s of ", (long long)m->copied,
		m->copy.is_whole ? "the copy" : "the copy, damaged too,");
	if (m->copy.head.identity[0])
		tms_time_write_rfc3339(buf, m->copy.head.made_s);
	else
		tms_buf_add_cstr(buf, "unknown age");
}

static void write_words(struct mending *m)
{
	struct tms_buf buf = { 0 };
	struct tms_diag diag = { 0 };

	tms_buf_format(&buf, "the store's file %s %s; it was made anew on ", m->mend->path,
		m->mend->why == TMS_SQLITE_DAMAGED  ? "was damaged"
		: m->mend->why == TMS_SQLITE_BEHIND ? "had lost changes of feeds"
						    : "was gone or empty");
	tms_time_write_rfc3339(&buf, m->mend->now_s);
	tms_buf_add_cstr(&buf, ": ");
	add_copy(&buf, m);
	if (m->is_there)
		tms_buf_format(&buf,
			", %lld newer definitions and %lld items from what could be read of it. It is"
			" kept as %s",
			(long long)m->rescue.definitions, (long long)m->rescue.items, m->kept);
	tms_diag_set(&diag, 0, 0, "%.*s", TMS_STR_ARGS(tms_buf_str(&buf)));
	memcpy(m->words, diag.text, sizeof(m->words));
	tms_buf_free(&buf);
}

/* Numbers go on well behind those that are known: none is ever given twice. */
static bool close_new(struct mending *m)
{
	char *sql = sqlite3_mprintf(
		"UPDATE counter SET value = max(value, %lld,"
		" (SELECT coalesce(max(revision), 0) FROM definition)) + %d WHERE name = 'revision';"
		"UPDATE counter SET value = max(value, (SELECT coalesce(max(fence), 0) FROM source))"
		" + %d WHERE name = 'lease';"
		"INSERT INTO damage (at_s, file, words) VALUES (%lld, %Q, %Q);"
		"COMMIT",
		(sqlite3_int64)m->copy.head.revision, LEAP, LEAP, (sqlite3_int64)m->mend->now_s,
		m->is_there ? m->kept : "", m->words);
	int rc = sql ? sqlite3_exec(m->db, sql, NULL, NULL, NULL) : SQLITE_NOMEM;

	sqlite3_free(sql);
	if (rc != SQLITE_OK)
		return sql_failed(m, rc);
	rc = sqlite3_close(m->db);
	m->db = NULL;
	if (rc != SQLITE_OK)
		return sql_failed(m, rc);
	int fd = open(m->made, O_RDONLY | O_CLOEXEC);
	bool is_synced = fd >= 0 && fsync(fd) == 0;
	int reason = errno;
	if (fd >= 0)
		(void)close(fd);
	return is_synced || fail(m, "a new one cannot be written", strerror(reason));
}

/* ---- in its place ---- */

static bool move_beside(struct mending *m, const char *suffix)
{
	char *from = sqlite_name(m->mend->path, suffix);
	char *to = sqlite_name(m->kept, suffix);
	bool is_moved = from && to && (rename(from, to) == 0 || errno == ENOENT);
	int reason = from && to ? errno : ENOMEM;

	free(from);
	free(to);
	return is_moved || fail(m, "it cannot be put aside", strerror(reason));
}

/* The damaged file gets a second name first, and then loses its own to the new one: at no moment is
 * there none. Its log must not be there when the new one is. */
static bool put_in_place(struct mending *m)
{
	const char *path = m->mend->path;

	if (m->is_there && link(path, m->kept) != 0 && rename(path, m->kept) != 0)
		return fail(m, "it cannot be put aside", strerror(errno));
	if (m->copy.is_there && !m->copy.is_whole && !move_beside(m, TMS_SQLITE_COPY_SUFFIX))
		return false;
	if (!move_beside(m, "-wal") || !move_beside(m, "-shm") || !move_beside(m, "-journal"))
		return false;
	if (rename(m->made, path) != 0)
		return fail(m, "the new one cannot take its place", strerror(errno));
	int trouble = sqlite_sync_folder(path);
	return trouble == 0 || fail(m, "its folder cannot be written", strerror(trouble));
}

void sqlite_mend(struct sqlite_mend *mend)
{
	struct mending m = { .mend = mend, .folder = -1 };
	struct stat status;

	m.made = sqlite_name(mend->path, NEW);
	m.is_there = stat(mend->path, &status) == 0;
	sqlite_copy_open(&m.copy, mend->path);
	if (!m.made)
		(void)fail(&m, "a new one cannot be made", "there is not enough memory");
	if (!m.made || !lock_folder(&m) || !choose_name(&m) || !is_ours(&m))
		goto out;
	if (!make_new(&m) || !take_copy(&m) || !take_rest(&m))
		goto out;
	write_words(&m);
	mend->is_done = close_new(&m) && put_in_place(&m);
out:
	(void)sqlite3_close(m.db);
	if (m.made && !mend->is_done)
		(void)unlink(m.made);
	sqlite_copy_close(&m.copy);
	if (m.folder >= 0)
		(void)close(m.folder);
	free(m.made);
	free(m.kept);
}

int sqlite_damage(sqlite3 *db, int64_t now_s, char words[TMS_DIAG_TEXT_BYTES])
{
	sqlite3_stmt *statement = NULL;
	struct stat status;
	int rc = sqlite3_prepare_v2(db,
		"SELECT file, words FROM damage WHERE file <> '' OR at_s > ?1"
		" ORDER BY rowid DESC LIMIT 8",
		-1, &statement, NULL);

	words[0] = '\0';
	if (rc == SQLITE_OK)
		rc = sqlite3_bind_int64(statement, 1, now_s - TOLD_S);
	while (rc == SQLITE_OK && !words[0] && (rc = sqlite3_step(statement)) == SQLITE_ROW) {
		const char *file = (const char *)sqlite3_column_text(statement, 0);
		const char *text = (const char *)sqlite3_column_text(statement, 1);
		rc = SQLITE_OK;
		if (file && text && (!file[0] || stat(file, &status) == 0))
			(void)snprintf(words, TMS_DIAG_TEXT_BYTES, "%s", text);
	}
	(void)sqlite3_finalize(statement);
	return rc == SQLITE_DONE || rc == SQLITE_ROW ? SQLITE_OK : rc;
}
