/*
 * What becomes of a SQLite file that is damaged: it is put aside, a new one is made of what can be
 * read and of the copy of its definitions, and that is said. Runs under ThreadSanitizer too.
 */
#include "stand.h"

#include <dirent.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "loop/worker.h"
#include "store/sqlite_copy.h"

#define DEFINITIONS 300
#define ITEMS 600
#define LOOKS_MAX 5000

struct bench {
	struct stand stand;
	char path[100];
	struct tms_queue *home;
	struct tms_worker *worker;
	struct tms_store *store;
	const struct tms_store_health *health;
	struct tms_store_wait wait;
	int events[4];
	int rows;
	int64_t revision;
};

static void note_event(void *context, enum tms_store_event event)
{
	((int *)context)[event]++;
}

static void open_store(struct bench *b)
{
	char url[160];

	snprintf(url, sizeof(url), "sqlite:%s", b->path);
	b->store = stand_store_at(&b->stand, url,
		(struct tms_store_options){ .worker = b->worker, .is_keeper = true });
	b->health = tms_store_health(b->store);
	memset(b->events, 0, sizeof(b->events));
	tms_store_watch(b->store, note_event, b->events);
}

static struct tms_worker *new_worker(struct bench *b)
{
	const struct tms_worker_options options = {
		.base = b->stand.base, .home = b->home, .name = "worker", .threads_max = 1
	};
	struct tms_worker *made = NULL;

	assert_int_equal(tms_worker_new(&options, &made), TMS_OK);
	return made;
}

static void close_store(struct bench *b)
{
	tms_store_free(b->store);
	b->store = NULL;
	b->health = NULL;
	/* the errand under way ends by itself; the next store must not meet it */
	tms_worker_free(b->worker);
	b->worker = new_worker(b);
}

static int setup(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));

	assert_non_null(b);
	stand_open(&b->stand);
	stand_path(&b->stand, "tamis.db", b->path);
	assert_int_equal(tms_queue_new(b->stand.base, &b->home), TMS_OK);
	b->worker = new_worker(b);
	b->wait = (struct tms_store_wait){ .base = b->stand.base };
	open_store(b);
	*state = b;
	return 0;
}

static int teardown(void **state)
{
	struct bench *b = *state;

	tms_store_free(b->store);
	tms_worker_free(b->worker);
	(void)tms_queue_run(b->home);
	tms_queue_free(b->home);
	tms_store_wait_fini(&b->wait);
	stand_close(&b->stand);
	free(b);
	return 0;
}

/* ---- what is stored ---- */

static void put_definition(struct bench *b, int number, const char *bytes)
{
	char key[32];

	snprintf(key, sizeof(key), "ana/feed-%d", number);
	struct tms_store_change change = { .key = tms_str_from(key),
		.bytes = tms_str_from(bytes),
		.expected = TMS_STORE_ANY_REVISION };
	EXPECT(&b->wait, tms_store_definitions_change(b->store, &change, 1, CALL(&b->wait)),
		TMS_OK);
	b->revision = b->wait.revision;
}

static void put_items(struct bench *b, const char *source)
{
	static char bytes[1000];
	struct tms_store_item puts[ITEMS];
	struct tms_store_retired gone = { TMS_STR("gone"), 1772000000 };
	char ids[ITEMS][12];
	struct tms_str state = TMS_STR("its state");

	memset(bytes, 'i', sizeof(bytes));
	for (int i = 0; i < ITEMS; i++) {
		snprintf(ids[i], sizeof(ids[i]), "id-%d", i);
		puts[i] = (struct tms_store_item){ tms_str_from(ids[i]), { bytes, sizeof(bytes) } };
	}
	struct tms_store_batch batch = { .puts = puts,
		.put_count = ITEMS,
		.retired = &gone,
		.retired_count = 1,
		.fetch_state = &state };
	EXPECT(&b->wait,
		tms_store_items_apply(b->store, tms_str_from(source), &batch, CALL(&b->wait)),
		TMS_OK);
}

/* Until the copy has all that was defined. */
static void wait_for_copy(struct bench *b)
{
	struct sqlite_copy_head head = { 0 };

	for (int i = 0; !sqlite_copy_head(b->path, &head) || head.revision < b->revision; i++) {
		if (i > LOOKS_MAX)
			fail_msg("the copy is at revision %lld, not %lld: %s",
				(long long)head.revision, (long long)b->revision,
				b->health->warning);
		EXPECT(&b->wait, tms_store_poll(b->store, CALL(&b->wait)), TMS_OK);
		stand_pause();
	}
}

static void fill(struct bench *b)
{
	struct tms_store_change changes[DEFINITIONS];
	char keys[DEFINITIONS][24];

	put_items(b, "blog");
	for (int i = 0; i < DEFINITIONS; i++) {
		snprintf(keys[i], sizeof(keys[i]), "ana/feed-%d", i);
		changes[i] = (struct tms_store_change){ .key = tms_str_from(keys[i]),
			.bytes = TMS_STR("kept") };
	}
	EXPECT(&b->wait,
		tms_store_definitions_change(b->store, changes, DEFINITIONS, CALL(&b->wait)),
		TMS_OK);
	b->revision = b->wait.revision;
	put_items(b, "other");
	wait_for_copy(b);
}

static void count_row(void *context, const struct tms_store_row *row)
{
	(void)row;
	(*(int *)context)++;
}

/* What there is of two sources; the first to meet a damaged page fails, and then it is mended. */
static int count_items(struct bench *b)
{
	bool is_read = false;

	b->wait.row = count_row;
	b->wait.row_context = &b->rows;
	for (int tries = 0; tries < 4 && !is_read; tries++) {
		b->rows = 0;
		is_read = tms_store_wait(&b->wait, tms_store_items_load(b->store, TMS_STR("blog"),
							   CALL(&b->wait))) == TMS_OK &&
			  tms_store_wait(&b->wait, tms_store_items_load(b->store, TMS_STR("other"),
							   CALL(&b->wait))) == TMS_OK;
	}
	b->wait.row = NULL;
	if (!is_read)
		fail_msg("items cannot be read: %s", b->wait.diag.text);
	return b->rows;
}

static void expect_definitions(struct bench *b, const char *what)
{
	char key[32];

	for (int i = 0; i < DEFINITIONS; i++) {
		snprintf(key, sizeof(key), "ana/feed-%d", i);
		EXPECT(&b->wait,
			store_definition_get(b->store, tms_str_from(key), CALL(&b->wait)),
			TMS_OK);
		if (!b->wait.found || !tms_str_equal(tms_buf_str(&b->wait.value), TMS_STR("kept")))
			fail_msg("%s: %s is lost", what, key);
	}
}

/* ---- damage ---- */

static int64_t bytes_of(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 ? (int64_t)status.st_size : -1;
}

static void write_at(const char *path, int64_t at, int byte, int64_t count)
{
	FILE *file = fopen(path, "r+");

	assert_non_null(file);
	assert_int_equal(fseek(file, at, SEEK_SET), 0);
	for (int64_t i = 0; i < count; i++)
		fputc(byte < 0 ? (int)(random() & 255) : byte, file);
	fclose(file);
}

static void zero_header(const char *path)
{
	write_at(path, 0, 0, 100);
}

static void zero_first_page(const char *path)
{
	write_at(path, 0, 0, 4096);
}

static void overwrite_pages(const char *path)
{
	int64_t pages = bytes_of(path) / 4096;

	for (int64_t page = 3; page < pages; page += 17)
		write_at(path, page * 4096, -1, 4096);
}

static void zero_all_but_the_first_page(const char *path)
{
	write_at(path, 4096, 0, bytes_of(path) - 4096);
}

static void cut_in_half(const char *path)
{
	assert_int_equal(truncate(path, bytes_of(path) / 2 / 4096 * 4096), 0);
}

static void fill_with_garbage(const char *path)
{
	write_at(path, 0, -1, bytes_of(path));
}

static void cut_to_nothing(const char *path)
{
	assert_int_equal(truncate(path, 0), 0);
}

static void drop_tables(const char *path)
{
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(
		sqlite3_exec(db, "DROP TABLE item; DROP TABLE definition", NULL, NULL, NULL),
		SQLITE_OK);
	sqlite3_close(db);
}

static void delete_it(const char *path)
{
	assert_int_equal(unlink(path), 0);
}

/* The name of the file that was put aside, or nothing. */
static bool find_aside(const struct bench *b, char name[200])
{
	DIR *dir = opendir(b->stand.dir);
	bool is_found = false;

	assert_non_null(dir);
	for (struct dirent *e = readdir(dir); e && !is_found; e = readdir(dir)) {
		size_t len = strlen(e->d_name);
		is_found = strncmp(e->d_name, "tamis.db.damaged-", 17) == 0 &&
			   e->d_name[len - 1] == 'Z';
		if (is_found)
			snprintf(name, 200, "%s/%.90s", b->stand.dir, e->d_name);
	}
	closedir(dir);
	return is_found;
}

static void wait_for_warning(struct bench *b)
{
	for (int looks = 0; !b->health->warning[0]; looks++) {
		assert_true(looks < LOOKS_MAX);
		EXPECT(&b->wait, tms_store_poll(b->store, CALL(&b->wait)), TMS_OK);
		stand_pause();
	}
}

static void run_sql(const struct bench *b, const char *sql)
{
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open(b->path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

static void copy_bytes(const char *from, const char *to)
{
	FILE *in = fopen(from, "r"), *out = fopen(to, "w");
	int byte = 0;

	assert_true(in && out);
	while ((byte = fgetc(in)) != EOF)
		fputc(byte, out);
	fclose(in);
	fclose(out);
}

static void every_kind_of_damage_keeps_all_definitions_and_what_can_be_read(void **state)
{
	static const struct {
		void (*damage)(const char *path);
		const char *what;
		int items_min; /* of the 1,200 */
	} rows[] = {
		{ zero_header, "the header zeroed", 1200 },
		{ zero_first_page, "the first page zeroed", 1200 },
		{ overwrite_pages, "pages overwritten", 900 },
		{ zero_all_but_the_first_page, "all but the first page zeroed", 0 },
		{ cut_in_half, "truncated", 400 },
		{ fill_with_garbage, "garbage", 0 },
		{ cut_to_nothing, "empty", 0 },
		{ drop_tables, "without two of its tables", 0 },
		{ delete_it, "deleted", 0 },
	};
	struct bench *b = *state;
	char aside[200];

	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		teardown(state);
		setup(state);
		b = *state;
		fill(b);
		close_store(b);
		rows[i].damage(b->path);
		open_store(b);
		EXPECT(&b->wait, store_ready(b->store, CALL(&b->wait)), TMS_OK);
		int items = count_items(b);
		expect_definitions(b, rows[i].what);
		if (items < rows[i].items_min)
			fail_msg("%s: %d items were read", rows[i].what, items);
		wait_for_warning(b);
		assert_non_null(strstr(b->health->warning, "300 definitions came from the copy"));
		if (rows[i].damage != delete_it) {
			assert_true(find_aside(b, aside));
			assert_non_null(strstr(b->health->warning, aside));
		}
		assert_true(b->health->up);
		EXPECT(&b->wait, tms_store_poll(b->store, CALL(&b->wait)), TMS_OK);
		assert_true(b->wait.revision > b->revision); /* no number is given twice */
	}
}

static void a_store_that_is_damaged_while_it_is_used_is_mended_and_told_as_that(void **state)
{
	struct bench *b = *state;

	fill(b);
	put_items(b, "third"); /* more than SQLite keeps in memory */
	put_items(b, "fourth");
	put_items(b, "fifth");
	put_definition(b, 5, "newer");
	wait_for_copy(b);
	int64_t before = b->revision;
	close_store(b);
	open_store(b);
	EXPECT(&b->wait, store_definition_get(b->store, TMS_STR("ana/feed-5"), CALL(&b->wait)),
		TMS_OK);
	/* whatever its pages hold, no checksum of the log speaks for them any more */
	for (int64_t page = 1; page < bytes_of(b->path) / 4096; page++)
		write_at(b->path, page * 4096, 0xaa, 4096);
	for (int i = 0; i < 50 && !b->events[TMS_STORE_MENDED]; i++) {
		static const char *const names[] = { "blog", "other", "third", "fourth", "fifth" };
		(void)!tms_store_wait(&b->wait,
			tms_store_items_load(b->store, tms_str_from(names[i % 5]), CALL(&b->wait)));
	}
	assert_int_equal(b->events[TMS_STORE_MENDED], 1);
	assert_int_equal(b->events[TMS_STORE_REPLACED], 0);
	EXPECT(&b->wait, store_definition_get(b->store, TMS_STR("ana/feed-5"), CALL(&b->wait)),
		TMS_OK);
	assert_str(tms_buf_str(&b->wait.value), "newer");
	assert_int_equal(b->wait.revision, before);
	put_definition(b, 1, "goes on");
	assert_true(b->revision > before + 1);
	wait_for_copy(b); /* of the new one */
}

/* A copy that is older than what is in the file, as after a crash in the moment between. */
static void what_was_defined_after_the_copy_is_taken_from_the_damaged_file(void **state)
{
	struct bench *b = *state;
	struct tms_store_change removal = {
		.key = TMS_STR("ana/feed-9"), .expected = TMS_STORE_ANY_REVISION, .remove = true
	};
	char copy[120], kept[120];

	fill(b);
	snprintf(copy, sizeof(copy), "%s.definitions", b->path);
	snprintf(kept, sizeof(kept), "%s.kept", b->path);
	assert_int_equal(link(copy, kept), 0);
	put_definition(b, 7, "after the copy");
	EXPECT(&b->wait, tms_store_definitions_change(b->store, &removal, 1, CALL(&b->wait)),
		TMS_OK);
	b->revision = b->wait.revision;
	wait_for_copy(b);
	close_store(b);
	assert_int_equal(rename(kept, copy), 0);
	zero_header(b->path);
	open_store(b);
	EXPECT(&b->wait, store_definition_get(b->store, TMS_STR("ana/feed-7"), CALL(&b->wait)),
		TMS_OK);
	assert_str(tms_buf_str(&b->wait.value), "after the copy");
	EXPECT(&b->wait, store_definition_get(b->store, TMS_STR("ana/feed-9"), CALL(&b->wait)),
		TMS_OK);
	assert_false(b->wait.found); /* it stays removed */
	wait_for_warning(b);
	assert_non_null(strstr(b->health->warning, " 1 newer definitions"));
}

static void a_damaged_log_loses_no_definition_that_the_copy_has(void **state)
{
	struct bench *b = *state;
	char wal[120], kept[120], kept_wal[120];

	snprintf(wal, sizeof(wal), "%s-wal", b->path);
	snprintf(kept, sizeof(kept), "%s.kept", b->path);
	snprintf(kept_wal, sizeof(kept_wal), "%s.kept-wal", b->path);
	fill(b);
	close_store(b); /* copies the log into the file */
	open_store(b);
	put_definition(b, 3, "in the log alone");
	wait_for_copy(b);
	copy_bytes(b->path, kept);
	copy_bytes(wal, kept_wal);
	close_store(b); /* copies the log into the file */
	assert_int_equal(rename(kept, b->path), 0);
	assert_int_equal(rename(kept_wal, wal), 0);
	write_at(wal, 32, -1, bytes_of(wal) - 32);
	open_store(b);
	EXPECT(&b->wait, store_definition_get(b->store, TMS_STR("ana/feed-3"), CALL(&b->wait)),
		TMS_OK);
	assert_str(tms_buf_str(&b->wait.value), "in the log alone");
	wait_for_warning(b);
	assert_non_null(strstr(b->health->warning, "had lost changes of feeds"));
	assert_int_equal(count_items(b), 2 * ITEMS + 2);
}

/* All that there was stood in the log. */
static void a_file_that_is_left_without_a_table_is_made_anew(void **state)
{
	struct bench *b = *state;

	fill(b);
	close_store(b);
	assert_int_equal(unlink(b->path), 0);
	run_sql(b, "PRAGMA journal_mode=WAL; CREATE TABLE x (y); DROP TABLE x");
	assert_true(bytes_of(b->path) > 0);
	open_store(b);
	expect_definitions(b, "no table");
}

static void a_copy_that_is_damaged_too_gives_what_it_can_and_that_is_said(void **state)
{
	struct bench *b = *state;
	char copy[120], aside[200], aside_copy[220];
	int found = 0;
	char key[24];

	fill(b);
	close_store(b);
	snprintf(copy, sizeof(copy), "%s.definitions", b->path);
	write_at(copy, bytes_of(copy) / 2, -1, 300);
	fill_with_garbage(b->path);
	open_store(b);
	EXPECT(&b->wait, store_ready(b->store, CALL(&b->wait)), TMS_OK);
	for (int i = 0; i < DEFINITIONS; i++) {
		snprintf(key, sizeof(key), "ana/feed-%d", i);
		EXPECT(&b->wait,
			store_definition_get(b->store, tms_str_from(key), CALL(&b->wait)),
			TMS_OK);
		found += b->wait.found;
	}
	assert_in_range(found, DEFINITIONS - 15, DEFINITIONS - 1);
	wait_for_warning(b);
	assert_non_null(strstr(b->health->warning, "the copy, damaged too,"));
	assert_true(find_aside(b, aside)); /* and with it what is left of the copy */
	snprintf(aside_copy, sizeof(aside_copy), "%s.definitions", aside);
	assert_true(bytes_of(aside_copy) > 0);
	assert_int_equal(unlink(aside), 0);
	close_store(b);
	open_store(b);
	EXPECT(&b->wait, tms_store_poll(b->store, CALL(&b->wait)), TMS_OK);
	assert_string_equal(b->health->warning, ""); /* nothing is kept any more, nothing told */
}

static void a_file_that_was_never_one_of_ours_is_not_touched(void **state)
{
	struct bench *b = *state;
	char aside[200], copy[120];

	close_store(b);
	snprintf(copy, sizeof(copy), "%s.definitions", b->path);
	(void)unlink(copy);
	FILE *file = fopen(b->path, "w");
	assert_non_null(file);
	for (int i = 0; i < 3000; i++)
		fputs("somebody's diary\n", file);
	fclose(file);
	int64_t bytes = bytes_of(b->path);
	open_store(b);
	for (int i = 0; i < 3; i++)
		EXPECT(&b->wait, tms_store_poll(b->store, CALL(&b->wait)), TMS_EDENIED);
	assert_non_null(strstr(b->wait.diag.text, "name another file"));
	assert_int_equal(bytes_of(b->path), bytes);
	assert_false(find_aside(b, aside));
}

static void a_folder_that_cannot_be_written_is_named_and_loses_nothing(void **state)
{
	struct bench *b = *state;
	bool is_root = geteuid() == 0;
	char copy[120];

	fill(b);
	close_store(b);
	zero_header(b->path);
	snprintf(copy, sizeof(copy), "%s.definitions", b->path);
	if (is_root) { /* nothing is forbidden to root: be nobody */
		assert_int_equal(chown(b->path, 65534, 65534), 0);
		assert_int_equal(chown(copy, 65534, 65534), 0);
	}
	assert_int_equal(chmod(b->stand.dir, 0555), 0);
	/* the worker's thread is made as who makes it is */
	tms_worker_free(b->worker);
	if (is_root)
		assert_int_equal(seteuid(65534), 0);
	b->worker = new_worker(b);
	open_store(b);
	EXPECT(&b->wait, tms_store_poll(b->store, CALL(&b->wait)), TMS_EIO);
	assert_non_null(strstr(b->wait.diag.text, "Permission denied"));
	assert_non_null(strstr(b->wait.diag.text, b->path));
	close_store(b);
	if (is_root)
		assert_int_equal(seteuid(0), 0);
	assert_int_equal(chmod(b->stand.dir, 0777), 0);
	tms_worker_free(b->worker);
	b->worker = new_worker(b);
	open_store(b);
	EXPECT(&b->wait, tms_store_poll(b->store, CALL(&b->wait)), TMS_OK);
	expect_definitions(b, "once it can be written");
}

static void a_disk_without_room_loses_nothing_and_is_named(void **state)
{
	struct bench *b = *state;
	struct rlimit before, small = { 100 * 1024, 0 };
	struct sigaction ignore = { .sa_handler = SIG_IGN }, old;
	char aside[200];

	fill(b);
	close_store(b);
	zero_header(b->path);
	int64_t bytes = bytes_of(b->path);
	sigaction(SIGXFSZ, &ignore, &old);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	small.rlim_max = before.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	open_store(b);
	EXPECT(&b->wait, tms_store_poll(b->store, CALL(&b->wait)), TMS_EIO);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_non_null(strstr(b->wait.diag.text, "no room"));
	assert_false(find_aside(b, aside));
	assert_int_equal(bytes_of(b->path), bytes);
	close_store(b);
	open_store(b);
	expect_definitions(b, "once there is room");
	sigaction(SIGXFSZ, &old, NULL);
}

static void who_does_not_keep_the_file_leaves_it_to_who_does(void **state)
{
	struct bench *b = *state;
	char aside[200];

	fill(b);
	close_store(b);
	assert_int_equal(unlink(b->path), 0);
	struct tms_store *store = stand_sqlite(&b->stand, 0);
	EXPECT(&b->wait, tms_store_poll(store, CALL(&b->wait)), TMS_EIO);
	assert_non_null(strstr(b->wait.diag.text, "start the service"));
	assert_int_equal(bytes_of(b->path), -1); /* an empty one would hide that it is gone */
	tms_store_free(store);
	open_store(b);
	expect_definitions(b, "gone");
	close_store(b);
	fill_with_garbage(b->path);
	store = stand_sqlite(&b->stand, 0);
	EXPECT(&b->wait, tms_store_poll(store, CALL(&b->wait)), TMS_EDENIED);
	tms_store_free(store);
	assert_false(find_aside(b, aside));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(every_kind_of_damage_keeps_all_definitions_and_what_can_be_read),
		TEST(a_store_that_is_damaged_while_it_is_used_is_mended_and_told_as_that),
		TEST(what_was_defined_after_the_copy_is_taken_from_the_damaged_file),
		TEST(a_damaged_log_loses_no_definition_that_the_copy_has),
		TEST(a_file_that_is_left_without_a_table_is_made_anew),
		TEST(a_copy_that_is_damaged_too_gives_what_it_can_and_that_is_said),
		TEST(a_file_that_was_never_one_of_ours_is_not_touched),
		TEST(a_folder_that_cannot_be_written_is_named_and_loses_nothing),
		TEST(a_disk_without_room_loses_nothing_and_is_named),
		TEST(who_does_not_keep_the_file_leaves_it_to_who_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
