/* Slabs, size classes and the table of ids: nothing moves, and nothing is left behind. */
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "memory/id_table.h"
#include "memory/size_class.h"

#define COUNT 20000

static void cells_do_not_move_and_leave_nothing_behind(void **state)
{
	static uint32_t cells[COUNT];
	struct slab slab;
	(void)state;

	slab_init(&slab, 24);
	for (uint32_t i = 0; i < COUNT; i++) {
		assert_int_equal(slab_take(&slab, &cells[i]), TMS_OK);
		memcpy(slab_at(&slab, cells[i]), &i, sizeof(i));
	}
	assert_in_range(slab_bytes(&slab), 24 * COUNT, 24 * COUNT * 5 / 4);
	for (uint32_t i = 0; i < COUNT; i += 2)
		slab_give_back(&slab, cells[i]);
	for (uint32_t i = 1; i < COUNT; i += 2) {
		assert_memory_equal(slab_at(&slab, cells[i]), &i, sizeof(i));
		slab_give_back(&slab, cells[i]);
	}
	assert_int_equal(slab.count, 0);
	assert_int_equal(slab_bytes(&slab), 0);
	slab_free(&slab);
}

static void numbers_of_cells_are_used_again(void **state)
{
	struct slab slab;
	uint32_t cell, end;
	(void)state;

	slab_init(&slab, 16);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(slab_take(&slab, &cell), TMS_OK);
	end = slab_end(&slab);
	for (int i = 0; i < 5000; i++) {
		slab_give_back(&slab, (uint32_t)(i * 7 % 1000));
		assert_int_equal(slab_take(&slab, &cell), TMS_OK);
		assert_in_range(cell, 0, end - 1);
	}
	assert_int_equal(slab_end(&slab), end);
	slab_free(&slab);
}

/* The next run of a walk, or NULL at its end. */
static void *next_run(const struct size_classes *classes, struct size_class_walk *walk)
{
	struct size_class_cells cells;
	void *run = NULL;

	while (!run && size_class_next_cells(classes, walk, &cells)) {
		for (uint32_t i = 0; !run && i < cells.count; i++) {
			run = size_class_in_cell(walk, cells.first + (size_t)i * cells.bytes);
			walk->place++;
		}
	}
	return run;
}

static void runs_of_all_lengths_are_kept_and_met_once(void **state)
{
	static uint32_t runs[1500];
	static bool met[1500];
	struct size_classes classes;
	struct size_class_walk walk = { 0 };
	size_t count = 0;
	void *at;
	(void)state;

	size_class_init(&classes);
	for (uint32_t i = 4; i < 1500; i++) {
		assert_int_equal(size_class_take(&classes, i, &runs[i], &at), TMS_OK);
		memset(at, 7, i);
		memcpy(at, &i, sizeof(i));
	}
	for (uint32_t i = 4; i < 1500; i += 3)
		size_class_give_back(&classes, runs[i]);
	while ((at = next_run(&classes, &walk))) {
		uint32_t i;
		memcpy(&i, at, sizeof(i));
		assert_int_not_equal(i % 3, 1);
		assert_false(met[i]);
		assert_ptr_equal(at, size_class_at(&classes, runs[i]));
		for (uint32_t k = sizeof(i); k < i; k++)
			assert_int_equal(((char *)at)[k], 7);
		met[i] = true;
		count++;
	}
	assert_int_equal(count, 1496 - 499);
	for (uint32_t i = 4; i < 1500; i++)
		if (i % 3 != 1)
			size_class_give_back(&classes, runs[i]);
	assert_int_equal(size_class_bytes(&classes), 0);
	size_class_free(&classes);
}

/* A batch of rules told of too few: the place in a slab that went was taken for one in the next. */
static void a_walk_misses_nothing_when_its_slab_goes(void **state)
{
	struct size_classes classes;
	struct size_class_walk walk = { 0 };
	uint32_t runs[8];
	void *at[8];
	(void)state;

	size_class_init(&classes);
	for (uint32_t i = 0; i < 8; i++) { /* four in each of two slabs */
		assert_int_equal(
			size_class_take(&classes, i < 4 ? 8 : 12, &runs[i], &at[i]), TMS_OK);
		memset(at[i], 7, 8);
	}
	assert_ptr_equal(next_run(&classes, &walk), at[0]);
	assert_ptr_equal(next_run(&classes, &walk), at[1]);
	for (uint32_t i = 0; i < 4; i++)
		size_class_give_back(&classes, runs[i]);
	for (uint32_t i = 4; i < 8; i++)
		assert_ptr_equal(next_run(&classes, &walk), at[i]);
	assert_null(next_run(&classes, &walk));
	size_class_free(&classes);
}

static bool is_there(const struct id_table *table, uint32_t hash, uint32_t id)
{
	uint32_t at = 0, found;

	while ((found = id_table_find(table, hash, &at)) != ID_TABLE_NONE)
		if (found == id)
			return true;
	return false;
}

/* Some hashes are the same, and some of the others share their low or high bits. */
static uint32_t hash_of(uint32_t id)
{
	return id % 7 == 0 ? id / 70 * UINT32_C(2654435761) : id * UINT32_C(0x10010001);
}

static void what_is_looked_up_is_found_until_it_goes(void **state)
{
	struct id_table table = { 0 };
	(void)state;

	for (uint32_t i = 0; i < COUNT; i++)
		assert_int_equal(id_table_add(&table, hash_of(i), i), TMS_OK);
	for (uint32_t i = 0; i < COUNT; i++)
		assert_true(is_there(&table, hash_of(i), i));
	assert_false(is_there(&table, hash_of(1), COUNT));
	assert_in_range(id_table_bytes(&table), COUNT * 8 * 4 / 3, COUNT * 8 * 4);
	for (uint32_t i = 0; i < COUNT; i++)
		if (i % 100 != 0)
			id_table_remove(&table, hash_of(i), i);
	for (uint32_t i = 0; i < COUNT; i++)
		assert_int_equal(is_there(&table, hash_of(i), i), i % 100 == 0);
	assert_in_range(id_table_bytes(&table), 1, 4096 + COUNT / 100 * 100);
	for (uint32_t i = 0; i < COUNT; i += 100)
		id_table_remove(&table, hash_of(i), i);
	assert_int_equal(id_table_bytes(&table), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cells_do_not_move_and_leave_nothing_behind),
		cmocka_unit_test(numbers_of_cells_are_used_again),
		cmocka_unit_test(runs_of_all_lengths_are_kept_and_met_once),
		cmocka_unit_test(a_walk_misses_nothing_when_its_slab_goes),
		cmocka_unit_test(what_is_looked_up_is_found_until_it_goes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
