/* One set of tests for all stores: each group runs against SQLite and against a real Redis. */
#ifndef TAMIS_TESTS_STORE_CONTRACT_H
#define TAMIS_TESTS_STORE_CONTRACT_H

#include "stand.h"

#include <tamis/arena.h>

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

/* A fixture is one for the whole run of a group. */
static inline int set_up_sqlite(void **state)
{
	static struct fixture f;

	stand_open(&f.stand);
	f.open = open_sqlite;
	f.store = f.open(&f.stand);
	f.wait.base = f.stand.base;
	*state = &f;
	return 0;
}

static inline int set_up_redis(void **state)
{
	static struct fixture f;

	stand_open(&f.stand);
	stand_start_redis(&f.stand, NULL);
	f.open = stand_redis;
	f.store = f.open(&f.stand);
	f.wait.base = f.stand.base;
	*state = &f;
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

/* ---- rows, collected ---- */

struct rows {
	struct tms_arena arena;
	struct tms_store_row *list;
	size_t count, capacity;
};

static inline void collect(void *context, const struct tms_store_row *row)
{
	struct rows *rows = context;

	assert_true(tms_arena_grow(
		&rows->arena, &rows->list, rows->count, &rows->capacity, sizeof(*rows->list)));
	rows->list[rows->count++] = (struct tms_store_row){ .kind = row->kind,
		.key = tms_arena_copy(&rows->arena, row->key),
		.bytes = tms_arena_copy(&rows->arena, row->bytes),
		.number = row->number };
}

static inline const struct tms_store_row *find_row(
	const struct rows *rows, enum tms_store_row_kind kind, struct tms_str key)
{
	const struct tms_store_row *found = NULL;

	for (size_t i = 0; i < rows->count; i++) {
		if (rows->list[i].kind != kind || !tms_str_equal(rows->list[i].key, key))
			continue;
		assert_null(found); /* each key once */
		found = &rows->list[i];
	}
	return found;
}

static inline struct rows load(struct fixture *f, struct tms_str source)
{
	struct rows rows = { 0 };

	f->wait.row = collect;
	f->wait.row_context = &rows;
	EXPECT(&f->wait, tms_store_items_load(f->store, source, CALL(&f->wait)), TMS_OK);
	f->wait.row = NULL;
	return rows;
}

static inline void apply(struct fixture *f, struct tms_str source, struct tms_store_batch batch)
{
	EXPECT(&f->wait, tms_store_items_apply(f->store, source, &batch, CALL(&f->wait)), TMS_OK);
}

/* Change one definition; the revision that comes back. */
static inline int64_t change(struct fixture *f, struct tms_store_change c, enum tms_status expected)
{
	EXPECT(&f->wait, tms_store_definitions_change(f->store, &c, 1, CALL(&f->wait)), expected);
	return f->wait.revision;
}

/* Runs the tests for one store after the other; the number of those that failed. */
#define RUN_FOR_EACH_STORE(tests)                                                                  \
	(cmocka_run_group_tests_name("sqlite", tests, set_up_sqlite, tear_down) +                  \
		cmocka_run_group_tests_name("redis", tests, set_up_redis, tear_down))

#endif
