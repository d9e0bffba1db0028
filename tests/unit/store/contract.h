/* One set of tests for both stores: each group runs against SQLite and against a real Redis. */
#ifndef TAMIS_TESTS_STORE_CONTRACT_H
#define TAMIS_TESTS_STORE_CONTRACT_H

#include "stand.h"

struct fixture {
	struct stand stand;
	struct tms_store *(*open)(const struct stand *stand);
	struct tms_store *store;
	struct tms_store_wait wait;
};

static inline struct tms_store *open_sqlite(const struct stand *stand)
{
	return stand_sqlite(stand, 0);
}

static struct fixture fixtures[2]; /* one for each store, for the whole run */

static inline int set_up_sqlite(void **state)
{
	struct fixture *f = &fixtures[0];

	stand_open(&f->stand);
	f->open = open_sqlite;
	f->store = f->open(&f->stand);
	f->wait.base = f->stand.base;
	*state = f;
	return 0;
}

static inline int set_up_redis(void **state)
{
	struct fixture *f = &fixtures[1];

	stand_open(&f->stand);
	stand_start_redis(&f->stand, NULL);
	f->open = stand_redis;
	f->store = f->open(&f->stand);
	f->wait.base = f->stand.base;
	*state = f;
	return 0;
}

static inline int tear_down(void **state)
{
	struct fixture *f = *state;

	tms_store_free(f->store);
	tms_store_wait_fini(&f->wait);
	stand_close(&f->stand);
	return 0;
}

/* Runs the tests twice; the number of those that failed. */
#define RUN_FOR_BOTH(tests)                                                                        \
	(cmocka_run_group_tests_name("sqlite", tests, set_up_sqlite, tear_down) +                  \
		cmocka_run_group_tests_name("redis", tests, set_up_redis, tear_down))

#endif
