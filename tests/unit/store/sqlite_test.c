/* What a disk and other processes do to the SQLite store. */
#include "stand.h"

#include <sqlite3.h>
#include <sys/resource.h>

static void note_event(void *context, enum tms_store_event event)
{
	((int *)context)[event]++;
}

static struct tms_store *open_at(const struct stand *stand, const char *name, int64_t timeout_ms)
{
	char url[160];

	snprintf(url, sizeof(url), "sqlite:%s/%s", stand->dir, name);
	return stand_store_at(stand, url, (struct tms_store_options){ .timeout_ms = timeout_ms });
}

static void run_sql(const struct stand *stand, const char *sql)
{
	char path[100];
	sqlite3 *db = NULL;

	stand_path(stand, "tamis.db", path);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	sqlite3_close(db);
}

/* The first column of the only row. */
static void expect_sql(const struct stand *stand, const char *sql, const char *expected)
{
	char path[100];
	sqlite3 *db = NULL;
	sqlite3_stmt *statement = NULL;

	stand_path(stand, "tamis.db", path);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	assert_string_equal((const char *)sqlite3_column_text(statement, 0), expected);
	assert_int_equal(sqlite3_step(statement), SQLITE_DONE);
	sqlite3_finalize(statement);
	sqlite3_close(db);
}

static int mode_of(const struct stand *stand, const char *name)
{
	char path[100];
	struct stat status;

	stand_path(stand, name, path);
	return stat(path, &status) == 0 ? (int)(status.st_mode & 0777) : -1;
}

static void its_files_are_private(void **state)
{
	struct stand stand;
	(void)state;

	mode_t before = umask(0);
	stand_open(&stand);
	struct tms_store *store = stand_sqlite(&stand, 0);
	struct tms_store_wait wait = { .base = stand.base };
	EXPECT(&wait, tms_store_result_put(store, TMS_STR("k"), TMS_STR("v"), 1000, CALL(&wait)),
		TMS_OK);
	assert_int_equal(mode_of(&stand, "tamis.db"), 0600);
	assert_int_equal(mode_of(&stand, "tamis.db-wal"), 0600);
	assert_int_equal(mode_of(&stand, "tamis.db-shm"), 0600);
	tms_store_free(store);
	tms_store_wait_fini(&wait);
	stand_close(&stand);
	umask(before);
}

/* ---- killed writers ---- */

/* In a child: change definitions and tell the parent each number that was acknowledged, until
 * killed. */
static void write_until_killed(const char *dir, int pipe_end, int first)
{
	struct stand stand = { .base = event_base_new() };
	char key[16];

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	snprintf(stand.dir, sizeof(stand.dir), "%s", dir);
	struct tms_store *store = stand_sqlite(&stand, 0);
	struct tms_store_wait wait = { .base = stand.base };
	for (int i = first;; i++) {
		snprintf(key, sizeof(key), "k%d", i);
		struct tms_store_change change = { .key = tms_str_from(key),
			.bytes = tms_str_from(key) };
		struct tms_store_item put = { tms_str_from(key), tms_str_from(key) };
		struct tms_store_batch batch = { .puts = &put, .put_count = 1 };
		tms_store_items_apply(store, TMS_STR("s"), &batch, (struct tms_store_call){ 0 });
		tms_store_result_put(
			store, change.key, change.bytes, 1, (struct tms_store_call){ 0 });
		if (tms_store_wait(
			    &wait, tms_store_definitions_change(store, &change, 1, CALL(&wait))) ||
			write(pipe_end, &i, sizeof(i)) != sizeof(i))
			_exit(1);
	}
}

static int kill_a_writer(const struct stand *stand, int first, int after)
{
	int ends[2], acknowledged = first - 1, number;

	assert_int_equal(pipe(ends), 0);
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		close(ends[0]);
		write_until_killed(stand->dir, ends[1], first);
	}
	close(ends[1]);
	while (read(ends[0], &number, sizeof(number)) == sizeof(number)) {
		acknowledged = number;
		if (number == first + after)
			kill(child, SIGKILL); /* and read on what was acknowledged before it died */
	}
	close(ends[0]);
	waitpid(child, NULL, 0);
	assert_true(acknowledged >= first + after);
	return acknowledged;
}

static void nothing_acknowledged_is_lost_when_a_writer_is_killed(void **state)
{
	struct stand stand;
	char key[16];
	int next = 0, acknowledged[12], first[12];
	(void)state;

	stand_open(&stand);
	for (int round = 0; round < 12; round++) {
		first[round] = next;
		acknowledged[round] = kill_a_writer(&stand, next, 3 + 2 * round);
		next = acknowledged[round] + 10; /* what was in the air has no number below */
	}
	struct tms_store *store = stand_sqlite(&stand, 0);
	struct tms_store_wait wait = { .base = stand.base };
	for (int round = 0; round < 12; round++)
		for (int i = first[round]; i <= acknowledged[round]; i++) {
			snprintf(key, sizeof(key), "k%d", i);
			EXPECT(&wait,
				store_definition_get(store, tms_str_from(key), CALL(&wait)),
				TMS_OK);
			assert_str(tms_buf_str(&wait.value), key);
		}
	tms_store_free(store);
	expect_sql(&stand, "PRAGMA integrity_check", "ok");
	tms_store_wait_fini(&wait);
	stand_close(&stand);
}

/* ---- disks that refuse ---- */

static void a_directory_that_cannot_be_written_is_named(void **state)
{
	struct stand stand;
	(void)state;

	stand_open(&stand);
	struct tms_store_wait wait = { .base = stand.base };
	struct tms_store *store = open_at(&stand, "no/such/tamis.db", 0);
	EXPECT(&wait, store_ready(store, CALL(&wait)), TMS_EIO);
	assert_non_null(strstr(wait.diag.text, "no/such/tamis.db"));
	assert_non_null(strstr(wait.diag.text, "No such file"));
	tms_store_free(store);

	assert_int_equal(chmod(stand.dir, 0555), 0);
	bool is_root = geteuid() == 0;
	if (is_root) /* nothing is forbidden to root: be nobody */
		assert_int_equal(seteuid(65534), 0);
	store = stand_sqlite(&stand, 0);
	EXPECT(&wait, store_ready(store, CALL(&wait)), TMS_EIO);
	assert_non_null(strstr(wait.diag.text, "Permission denied"));
	assert_false(tms_store_health(store)->up);
	if (is_root)
		assert_int_equal(seteuid(0), 0);
	assert_int_equal(chmod(stand.dir, 0777), 0);
	EXPECT(&wait, store_ready(store, CALL(&wait)), TMS_OK); /* it heals by itself */
	tms_store_free(store);
	tms_store_wait_fini(&wait);
	stand_close(&stand);
}

static void no_row(void *context, const struct tms_store_row *row)
{
	(void)context;
	fail_msg("half a batch was applied: %.*s", TMS_STR_ARGS(row->key));
}

/* Writes 100 items of 20 kB; nothing of it may stay when it fails. */
static enum tms_status write_much(struct tms_store *store, struct tms_store_wait *wait)
{
	enum { COUNT = 100, BYTES = 20000 };
	static char bytes[BYTES];
	struct tms_store_item puts[COUNT];
	char ids[COUNT][8];

	memset(bytes, 'x', sizeof(bytes));
	for (int i = 0; i < COUNT; i++) {
		snprintf(ids[i], sizeof(ids[i]), "%d", i);
		puts[i] = (struct tms_store_item){ tms_str_from(ids[i]), { bytes, BYTES } };
	}
	struct tms_store_batch batch = { .puts = puts, .put_count = COUNT };
	return tms_store_wait(
		wait, tms_store_items_apply(store, TMS_STR("much"), &batch, CALL(wait)));
}

static void expect_full_store_to_heal(struct tms_store *store, struct tms_store_wait *wait)
{
	struct tms_store_change change = { .key = TMS_STR("later"), .bytes = TMS_STR("v") };

	assert_false(tms_store_health(store)->up);
	wait->row = no_row;
	EXPECT(wait, tms_store_items_load(store, TMS_STR("much"), CALL(wait)), TMS_OK);
	wait->row = NULL;
	EXPECT(wait, store_definition_get(store, TMS_STR("kept"), CALL(wait)), TMS_OK);
	assert_str(tms_buf_str(&wait->value), "v");
	EXPECT(wait, tms_store_definitions_change(store, &change, 1, CALL(wait)), TMS_OK);
	assert_true(tms_store_health(store)->up);
}

static void a_file_at_its_limit_is_full_and_heals(void **state)
{
	struct stand stand;
	int events[3] = { 0 };
	struct tms_store_change change = { .key = TMS_STR("kept"), .bytes = TMS_STR("v") };
	(void)state;

	stand_open(&stand);
	struct tms_store *store = stand_sqlite(&stand, 1024 * 1024);
	struct tms_store_wait wait = { .base = stand.base };
	tms_store_watch(store, note_event, events);
	EXPECT(&wait, tms_store_definitions_change(store, &change, 1, CALL(&wait)), TMS_OK);
	assert_int_equal(write_much(store, &wait), TMS_ELIMIT);
	assert_non_null(strstr(wait.diag.text, "full"));
	assert_int_equal(tms_store_health(store)->troubles[TMS_STORE_FULL], 1);
	EXPECT(&wait, tms_store_poll(store, CALL(&wait)), TMS_OK); /* finds that a little fits */
	assert_true(tms_store_health(store)->up);
	assert_int_equal(write_much(store, &wait), TMS_ELIMIT);
	expect_full_store_to_heal(store, &wait);
	assert_true(events[TMS_STORE_DOWN] >= 1 && events[TMS_STORE_UP] >= 2);
	tms_store_free(store);
	tms_store_wait_fini(&wait);
	stand_close(&stand);
}

static void a_disk_that_refuses_to_write_loses_nothing_and_heals(void **state)
{
	struct stand stand;
	struct rlimit before, small;
	struct tms_store_change change = { .key = TMS_STR("kept"), .bytes = TMS_STR("v") };
	struct sigaction ignore = { .sa_handler = SIG_IGN }, old;
	(void)state;

	sigaction(SIGXFSZ, &ignore, &old);
	getrlimit(RLIMIT_FSIZE, &before);
	stand_open(&stand);
	struct tms_store *store = stand_sqlite(&stand, 0);
	struct tms_store_wait wait = { .base = stand.base };
	EXPECT(&wait, tms_store_definitions_change(store, &change, 1, CALL(&wait)), TMS_OK);
	small = (struct rlimit){ 300 * 1024, before.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	enum tms_status st = write_much(store, &wait);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_true(st == TMS_EIO || st == TMS_ELIMIT);
	assert_true(strlen(wait.diag.text) > 10);
	expect_full_store_to_heal(store, &wait);
	assert_int_equal(write_much(store, &wait), TMS_OK);
	tms_store_free(store);
	tms_store_wait_fini(&wait);
	stand_close(&stand);
	sigaction(SIGXFSZ, &old, NULL);
}

/* ---- files that are not ours ---- */

static void other_files_and_newer_schemas_are_refused(void **state)
{
	static const struct {
		const char *sql; /* what makes the file */
		const char *word;
	} rows[] = {
		{ "CREATE TABLE photos (x)", "not one of Tamis" },
		{ "PRAGMA user_version = 7", "not one of Tamis" },
		{ "PRAGMA application_id = 0x54616d69; PRAGMA user_version = 99", "version 99" },
	};
	struct stand stand;
	struct tms_store_wait wait;
	char path[100];
	(void)state;

	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		stand_open(&stand);
		wait = (struct tms_store_wait){ .base = stand.base };
		run_sql(&stand, rows[i].sql);
		struct tms_store *store = stand_sqlite(&stand, 0);
		EXPECT(&wait, tms_store_poll(store, CALL(&wait)), TMS_EDENIED);
		if (!strstr(wait.diag.text, rows[i].word))
			fail_msg("%s: %s", rows[i].sql, wait.diag.text);
		tms_store_free(store);
		tms_store_wait_fini(&wait);
		stand_close(&stand);
	}
	stand_open(&stand);
	wait = (struct tms_store_wait){ .base = stand.base };
	stand_path(&stand, "tamis.db", path);
	FILE *file = fopen(path, "w");
	for (int i = 0; i < 2000; i++)
		fputs("no database\n", file);
	fclose(file);
	struct tms_store *store = stand_sqlite(&stand, 0);
	EXPECT(&wait, tms_store_poll(store, CALL(&wait)), TMS_EDENIED);
	tms_store_free(store);
	tms_store_wait_fini(&wait);
	stand_close(&stand);
}

/* ---- other processes ---- */

static void tick(evutil_socket_t fd, short what, void *context)
{
	(void)fd;
	(void)what;
	(*(int *)context)++;
}

static void a_locked_file_is_waited_for_without_stopping_the_loop(void **state)
{
	struct stand stand;
	char path[100];
	sqlite3 *other = NULL;
	int ticks = 0;
	struct timeval every = { 0, 5000 };
	struct tms_store_change change = { .key = TMS_STR("k"), .bytes = TMS_STR("v") };
	(void)state;

	stand_open(&stand);
	struct tms_store_wait wait = { .base = stand.base };
	struct tms_store *store = open_at(&stand, "tamis.db", 300);
	EXPECT(&wait, store_ready(store, CALL(&wait)), TMS_OK);
	stand_path(&stand, "tamis.db", path);
	assert_int_equal(sqlite3_open(path, &other), SQLITE_OK);
	assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	struct event *ticker = event_new(stand.base, -1, EV_PERSIST, tick, &ticks);
	event_add(ticker, &every);
	EXPECT(&wait, tms_store_definitions_change(store, &change, 1, CALL(&wait)), TMS_EUNAVAIL);
	assert_non_null(strstr(wait.diag.text, "locked"));
	assert_true(ticks >= 8); /* of 60 at best */
	assert_int_equal(tms_store_health(store)->troubles[TMS_STORE_LOCKED], 1);
	EXPECT(&wait, store_definition_get(store, change.key, CALL(&wait)),
		TMS_OK); /* WAL reads */
	struct tms_store_op *op = tms_store_definitions_change(store, &change, 1, CALL(&wait));
	event_base_loop(stand.base, EVLOOP_ONCE);
	assert_int_equal(sqlite3_exec(other, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(tms_store_wait(&wait, op), TMS_OK);
	event_free(ticker);
	sqlite3_close(other);
	tms_store_free(store);
	tms_store_wait_fini(&wait);
	stand_close(&stand);
}

static void a_file_that_was_replaced_is_noticed(void **state)
{
	struct stand stand;
	char path[100];
	int events[3] = { 0 };
	struct tms_store_change change = { .key = TMS_STR("k"), .bytes = TMS_STR("v") };
	(void)state;

	stand_open(&stand);
	struct tms_store_wait wait = { .base = stand.base };
	struct tms_store *store = stand_sqlite(&stand, 0);
	tms_store_watch(store, note_event, events);
	EXPECT(&wait, tms_store_definitions_change(store, &change, 1, CALL(&wait)), TMS_OK);
	stand_path(&stand, "tamis.db", path);
	assert_int_equal(unlink(path), 0);
	EXPECT(&wait, tms_store_poll(store, CALL(&wait)), TMS_OK);
	assert_int_equal(wait.revision, 0);
	assert_int_equal(events[TMS_STORE_REPLACED], 1);
	EXPECT(&wait, tms_store_definitions_change(store, &change, 1, CALL(&wait)), TMS_OK);
	tms_store_free(store);
	assert_int_equal(mode_of(&stand, "tamis.db"), 0600);
	tms_store_wait_fini(&wait);
	stand_close(&stand);
}

static void what_has_expired_leaves_the_file(void **state)
{
	struct stand stand;
	char key[16];
	(void)state;

	stand_open(&stand);
	struct tms_store_wait wait = { .base = stand.base };
	struct tms_store *store = stand_sqlite(&stand, 0);
	for (int i = 0; i < 200; i++) {
		snprintf(key, sizeof(key), "%d", i);
		EXPECT(&wait,
			tms_store_result_put(
				store, tms_str_from(key), TMS_STR("v"), 1, CALL(&wait)),
			TMS_OK);
	}
	do { /* the last ones have a millisecond to go */
		stand_pause();
		EXPECT(&wait, tms_store_result_get(store, tms_str_from(key), CALL(&wait)), TMS_OK);
	} while (wait.found);
	for (int i = 0; i < 15; i++)
		EXPECT(&wait,
			tms_store_result_put(
				store, TMS_STR("k"), TMS_STR("v"), 600000, CALL(&wait)),
			TMS_OK);
	tms_store_free(store);
	expect_sql(&stand, "SELECT count(*) FROM result", "1");
	tms_store_wait_fini(&wait);
	stand_close(&stand);
}

static void a_result_from_the_future_is_not_served(void **state)
{
	struct stand stand;
	(void)state;

	stand_open(&stand);
	struct tms_store_wait wait = { .base = stand.base };
	struct tms_store *store = stand_sqlite(&stand, 0);
	EXPECT(&wait, tms_store_result_put(store, TMS_STR("k"), TMS_STR("v"), 600000, CALL(&wait)),
		TMS_OK);
	EXPECT(&wait, tms_store_lease_acquire(store, TMS_STR("l"), 600000, CALL(&wait)), TMS_OK);
	int64_t token = wait.revision;
	/* as if the clock had been a day ahead then, and was set right since */
	run_sql(&stand,
		"UPDATE result SET made_ms = made_ms + 86400000, expires_ms = expires_ms + 86400000;"
		"UPDATE lease SET made_ms = made_ms + 86400000, expires_ms = expires_ms + 86400000");
	EXPECT(&wait, tms_store_result_get(store, TMS_STR("k"), CALL(&wait)), TMS_OK);
	assert_false(wait.found);
	EXPECT(&wait, tms_store_lease_acquire(store, TMS_STR("l"), 600000, CALL(&wait)), TMS_OK);
	assert_true(wait.found && wait.revision > token); /* nobody waits a day for it */
	tms_store_free(store);
	tms_store_wait_fini(&wait);
	stand_close(&stand);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(its_files_are_private),
		cmocka_unit_test(nothing_acknowledged_is_lost_when_a_writer_is_killed),
		cmocka_unit_test(a_directory_that_cannot_be_written_is_named),
		cmocka_unit_test(a_file_at_its_limit_is_full_and_heals),
		cmocka_unit_test(a_disk_that_refuses_to_write_loses_nothing_and_heals),
		cmocka_unit_test(other_files_and_newer_schemas_are_refused),
		cmocka_unit_test(a_locked_file_is_waited_for_without_stopping_the_loop),
		cmocka_unit_test(a_file_that_was_replaced_is_noticed),
		cmocka_unit_test(a_result_from_the_future_is_not_served),
		cmocka_unit_test(what_has_expired_leaves_the_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
