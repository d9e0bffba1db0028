/*
 * The SQLite store inside: the connection, its statements, and what one operation does with them.
 */
#ifndef TAMIS_STORE_SQLITE_PRIVATE_H
#define TAMIS_STORE_SQLITE_PRIVATE_H

#include "sqlite_mend.h"
#include "driver.h"

#include <sqlite3.h>
#include <sys/types.h>

enum sqlite_sql {
	TMS_SQL_BEGIN,
	TMS_SQL_COMMIT,
	TMS_SQL_ROLLBACK,
	TMS_SQL_DURABLE,
	TMS_SQL_FAST,
	TMS_SQL_ITEMS,
	TMS_SQL_ITEM_PUT,
	TMS_SQL_ITEM_REMOVE,
	TMS_SQL_ITEMS_DELETE,
	TMS_SQL_RETIRED,
	TMS_SQL_RETIRED_PUT,
	TMS_SQL_RETIRED_FORGET,
	TMS_SQL_RETIRED_DELETE,
	TMS_SQL_SOURCES,
	TMS_SQL_SOURCE_SEEN,
	TMS_SQL_SOURCE_FENCE,
	TMS_SQL_SOURCE_FENCE_PUT,
	TMS_SQL_SOURCE_DELETE,
	TMS_SQL_SOURCE_STATE,
	TMS_SQL_SOURCE_STATE_PUT,
	TMS_SQL_HOST_STATE,
	TMS_SQL_HOST_STATE_PUT,
	TMS_SQL_DEFINITIONS,
	TMS_SQL_CHANGE_BEFORE,
	TMS_SQL_CHANGES,
	TMS_SQL_CHANGE_PUT,
	TMS_SQL_CHANGES_TRIM,
	TMS_SQL_DEFINITION,
	TMS_SQL_DEFINITION_PUT,
	TMS_SQL_DEFINITION_REMOVE,
	TMS_SQL_REVISION,
	TMS_SQL_REVISION_NEXT,
	TMS_SQL_RESULT,
	TMS_SQL_RESULT_PUT,
	TMS_SQL_RESULT_PURGE,
	TMS_SQL_LEASE_TAKE,
	TMS_SQL_LEASE_TOKEN,
	TMS_SQL_LEASE_RENEW,
	TMS_SQL_LEASE_RELEASE,
	TMS_SQL_IDENTITY,
	TMS_SQL_PROBE,
	TMS_SQL_COUNT,
};

struct sqlite_errand;

/** Of a keeper: see sqlite_keep.c. */
struct sqlite_keep {
	struct sqlite_errand *errand; /* with the worker; NULL: none */
	bool is_checked;              /* since it was opened */
	int64_t revision;             /* of the definitions, heard last; -1: not yet */
	int64_t copied;               /* that the copy has; -1: another store's, or none */
	int64_t copy_due_ms, look_ms;
	char trouble[TMS_DIAG_TEXT_BYTES]; /* with writing the copy */
	char damage[TMS_DIAG_TEXT_BYTES];  /* how the file was mended last */
	bool is_damaged;                   /* to be mended; below, why */
	bool is_refused;                   /* and nothing shows that it was ever a file of ours */
	enum sqlite_mend_why why;
	int rc;
	int64_t mend_due_ms;
	char sentence[TMS_DIAG_TEXT_BYTES];
	bool is_mended; /* to be opened, and told */
	int mends;
	int64_t mended_ms;
};

struct sqlite {
	struct tms_store store; /* first: a store is one of these */
	sqlite3 *db;            /* NULL: to be opened by the next operation */
	sqlite3_stmt *statements[TMS_SQL_COUNT];
	dev_t device; /* of the file that is open, to notice that another one took its place */
	ino_t inode;
	char identity[33];                    /* of the data, from the first time it was opened */
	struct sqlite_checkpoint *checkpoint; /* with the worker; NULL: none */
	struct sqlite_keep keep;
};

/* What functions here return: SQLITE_OK, an error of SQLite, or one of these. */
#define TMS_SQLITE_REFUSED (-1)  /* diag says why */
#define TMS_SQLITE_AGAIN (-2)    /* one part of a listing is done: call again */
#define TMS_SQLITE_CONFLICT (-3) /* the reply holds it; diag says what */
#define TMS_SQLITE_MENDING (-4)  /* come back later: the file is being made anew */

/* sqlite_statement.c */

/**
 * The statement, prepared; its arguments are to be bound. NULL: *rc says why. sqlite_run,
 * sqlite_number and sqlite_value give it back; who steps it by himself resets it.
 */
sqlite3_stmt *sqlite_use(struct sqlite *sqlite, enum sqlite_sql which, int *rc);
/** Bytes as an argument, counted from 1; borrowed until the statement is given back. */
void sqlite_bind(sqlite3_stmt *statement, int at, struct tms_str bytes);
/** Bytes of a column, counted from 0; borrowed until the next step. */
struct tms_str sqlite_column(sqlite3_stmt *statement, int at);
/** Run a statement to its end without looking at rows; gives it back. */
int sqlite_run(sqlite3_stmt *statement);
/** Run a statement without arguments. */
int sqlite_do(struct sqlite *sqlite, enum sqlite_sql which);
/** One number of one row; *out is left alone when there is none. Gives the statement back. */
int sqlite_number(sqlite3_stmt *statement, int64_t *out);
/** Into the reply: the bytes of the first column, and with_revision the number of the second. Gives
 * the statement back. */
int sqlite_value(sqlite3_stmt *statement, struct tms_store_op *op, bool with_revision);
/** The number that a query gives, which is asked once; SQLITE_ERROR when it gives none. */
int sqlite_ask_number(sqlite3 *db, const char *sql, int64_t *out);

/* sqlite_schema.c */

/** Make the schema of a new file, or check it; diag says why it is TMS_SQLITE_REFUSED. To be called
 * in a write transaction: two processes that start at once make it once. */
int sqlite_check_schema(struct sqlite *sqlite, struct tms_diag *diag);

/* sqlite_file.c */

/** Open the file if it is not, make or check its schema. */
int sqlite_ready(struct sqlite *sqlite, struct tms_diag *diag);
void sqlite_shut(struct sqlite *sqlite);

/* sqlite_checkpoint.c */

/** The file was opened: from here on the worker, if there is one, shortens its log. */
void sqlite_watch_log(struct sqlite *sqlite);
/** The store goes; a checkpoint under way ends by itself. */
void sqlite_forget_checkpoint(struct sqlite *sqlite);

/* sqlite_keep.c */

/**
 * The file is damaged, if this error says so and it is kept: it is mended before it is used again.
 */
void sqlite_note_damage(struct sqlite *sqlite, int rc);
/**
 * There is no file, or an empty one, but a copy of its definitions; it is to be mended, if kept.
 */
bool sqlite_is_missing(struct sqlite *sqlite);
/** The file that was opened has lost definitions that its copy has; it is to be mended. */
bool sqlite_is_behind(struct sqlite *sqlite);
/** TMS_SQLITE_MENDING: the store is armed when it has ended. Otherwise diag says why not now. */
int sqlite_mend_it(struct sqlite *sqlite, struct tms_diag *diag);
/**
 * It is being mended, or that waits for who has the file: the store is armed when they have ended.
 */
bool sqlite_is_mending(const struct sqlite *sqlite);
/** The next slice of an errand, from the store's turn. */
void sqlite_go_on(struct sqlite *sqlite);
/** Begin what is due: after each operation. */
void sqlite_look_after(struct sqlite *sqlite);
/** The store goes; an errand under way ends by itself. */
void sqlite_forget_errand(struct sqlite *sqlite);

/* sqlite_perform.c */

/** Do the operation, or its next part. */
int sqlite_perform(struct sqlite *sqlite, struct tms_store_op *op);

/* sqlite_read.c, sqlite_write.c: each verb in SQL, for the table of sqlite_perform.c */

int sqlite_items_load(struct sqlite *sqlite, struct tms_store_op *op);
int sqlite_sources_list(struct sqlite *sqlite, struct tms_store_op *op);
int sqlite_state_get(struct sqlite *sqlite, struct tms_store_op *op);
int sqlite_definitions_list(struct sqlite *sqlite, struct tms_store_op *op);
int sqlite_definitions_changed(struct sqlite *sqlite, struct tms_store_op *op);
int sqlite_definition_get(struct sqlite *sqlite, struct tms_store_op *op);
int sqlite_poll(struct sqlite *sqlite, struct tms_store_op *op);
int sqlite_result_get(struct sqlite *sqlite, struct tms_store_op *op);
int sqlite_items_apply(struct sqlite *sqlite, struct tms_store_op *op);
int sqlite_source_delete(struct sqlite *sqlite, struct tms_store_op *op);
int sqlite_state_put(struct sqlite *sqlite, struct tms_store_op *op);
int sqlite_definitions_change(struct sqlite *sqlite, struct tms_store_op *op);
int sqlite_result_put(struct sqlite *sqlite, struct tms_store_op *op);
int sqlite_lease_acquire(struct sqlite *sqlite, struct tms_store_op *op);
int sqlite_lease_keep(struct sqlite *sqlite, struct tms_store_op *op);

#endif
