/*
 * Mending: a new file is made of what can be read of the damaged one and of the copy of its
 * definitions, and takes its place; the damaged one is kept beside it under a dated name.
 */
#ifndef TAMIS_STORE_SQLITE_MEND_H
#define TAMIS_STORE_SQLITE_MEND_H

#include <tamis/diag.h>

#include <stdbool.h>
#include <stdint.h>

#include <sqlite3.h>

enum sqlite_mend_why {
	TMS_SQLITE_DAMAGED,
	TMS_SQLITE_MISSING, /* no file, or an empty one, but a copy of its definitions */
	TMS_SQLITE_BEHIND, /* it has lost definitions that the copy has: a damaged log, an old file */
};

struct sqlite_mend {
	const char *path; /* of the store's file; nobody of this process has it open */
	enum sqlite_mend_why why;
	int rc;        /* what SQLite said of it */
	int64_t now_s; /* for its name */
	/* what came of it */
	bool is_done;
	bool is_refused;                    /* nothing shows that the file was ever one of ours */
	char sentence[TMS_DIAG_TEXT_BYTES]; /* why it is not done */
};

/** Do it. Until it is done the damaged file stays as it is, and it can be tried again. */
void sqlite_mend(struct sqlite_mend *mend);
/** How it was mended last, while the damaged file is still kept (a week, when there was none); else
 * empty. SQLITE_OK or an error. */
int sqlite_damage(sqlite3 *db, int64_t now_s, char words[TMS_DIAG_TEXT_BYTES]);

/* sqlite_rescue.c, for sqlite_mend.c: */

struct sqlite_rescue {
	sqlite3 *from, *to;
	int64_t known;              /* definitions up to this revision are in `to` already */
	bool is_complete;           /* all definitions of `from` were read */
	int64_t items, definitions; /* that came from it */
	int rc;                     /* of `to`: SQLITE_OK, or what stopped it */
};

/** Copy what can be read, row by row; what cannot is left out. */
void sqlite_rescue(struct sqlite_rescue *rescue);

/* sqlite_first_page.c, for sqlite_mend.c: */

/** A copy of the file with the first page of the fresh one. Its name, for sqlite_drop_front; NULL:
 * it cannot be made, and *reason is an errno when that is for want of room to write. */
char *sqlite_with_front(const char *path, const char *fresh, int *reason);
/** NULL is accepted. */
void sqlite_drop_front(char *made);

/* sqlite_schema.c: */

/** Make the tables of a store in an empty file. */
int sqlite_make_schema(sqlite3 *db);

#endif
