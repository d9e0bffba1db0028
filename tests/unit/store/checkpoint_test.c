/* The log of a SQLite file is shortened by the worker, not by who commits. Runs under
 * ThreadSanitizer too. */
#include "stand.h"

#include <sys/stat.h>

#include "loop/worker.h"

#define VALUE_BYTES 100000
#define VALUES 60 /* a log of 1,500 pages: more than one checkpoint wants, fewer than must be */

struct bench {
	struct stand stand;
	struct tms_queue *home;
	struct tms_worker *worker;
	struct tms_store *store;
	struct tms_store_wait wait;
	struct tms_job gate; /* keeps the worker busy until a byte comes */
	int pipe[2];
	bool is_open;
	char *value;
};

static void wait_for_byte(struct tms_job *job)
{
	struct bench *bench = TMS_MESSAGE_OF(job, struct bench, gate);
	char byte = 0;

	(void)!read(bench->pipe[0], &byte, 1);
}

static void on_open(struct tms_job *job)
{
	TMS_MESSAGE_OF(job, struct bench, gate)->is_open = true;
}

static int setup(void **state)
{
	struct bench *bench = calloc(1, sizeof(*bench));
	char url[160];

	assert_non_null(bench);
	stand_open(&bench->stand);
	assert_int_equal(tms_queue_new(bench->stand.base, &bench->home), TMS_OK);
	const struct tms_worker_options options = {
		.base = bench->stand.base, .home = bench->home, .name = "worker", .threads_max = 1
	};
	assert_int_equal(tms_worker_new(&options, &bench->worker), TMS_OK);
	assert_int_equal(pipe(bench->pipe), 0);
	bench->wait = (struct tms_store_wait){ .base = bench->stand.base };
	bench->value = malloc(VALUE_BYTES);
	assert_non_null(bench->value);
	memset(bench->value, 'v', VALUE_BYTES);
	snprintf(url, sizeof(url), "sqlite:%s/tamis.db", bench->stand.dir);
	bench->store = stand_store_at(
		&bench->stand, url, (struct tms_store_options){ .worker = bench->worker });
	*state = bench;
	return 0;
}

static int teardown(void **state)
{
	struct bench *bench = *state;

	close(bench->pipe[1]);
	tms_worker_free(bench->worker);
	tms_store_free(bench->store);
	(void)tms_queue_run(bench->home);
	tms_queue_free(bench->home);
	tms_store_wait_fini(&bench->wait);
	close(bench->pipe[0]);
	stand_close(&bench->stand);
	free(bench->value);
	free(bench);
	return 0;
}

static void put_values(struct bench *bench)
{
	char key[16];

	for (int i = 0; i < VALUES; i++) {
		snprintf(key, sizeof(key), "k%d", i);
		EXPECT(&bench->wait,
			tms_store_result_put(bench->store, tms_str_from(key),
				(struct tms_str){ bench->value, VALUE_BYTES }, 100000,
				CALL(&bench->wait)),
			TMS_OK);
	}
}

/* Grows by checkpoints alone. */
static int64_t file_bytes(const struct bench *bench)
{
	char path[100];
	struct stat status;

	stand_path(&bench->stand, "tamis.db", path);
	return stat(path, &status) == 0 ? (int64_t)status.st_size : -1;
}

static void commits_leave_the_log_to_the_worker(void **state)
{
	struct bench *bench = *state;

	bench->gate = (struct tms_job){ .run = wait_for_byte, .done = on_open };
	tms_worker_give(bench->worker, &bench->gate);
	put_values(bench);
	assert_true(file_bytes(bench) < 1000000);
	assert_int_equal(write(bench->pipe[1], "x", 1), 1);
	while (!bench->is_open || file_bytes(bench) < VALUES * VALUE_BYTES)
		event_base_loop(bench->stand.base, EVLOOP_ONCE);
}

static void a_store_can_go_while_the_worker_has_its_log(void **state)
{
	struct bench *bench = *state;

	bench->gate = (struct tms_job){ .run = wait_for_byte, .done = on_open };
	tms_worker_give(bench->worker, &bench->gate);
	put_values(bench);
	tms_store_free(bench->store);
	bench->store = NULL;
	assert_int_equal(write(bench->pipe[1], "x", 1), 1);
	/* what was written is there */
	assert_true(file_bytes(bench) >= VALUES * VALUE_BYTES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			commits_leave_the_log_to_the_worker, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_store_can_go_while_the_worker_has_its_log, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
