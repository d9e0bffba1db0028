/* Records of a pool, and a table that grows by splitting one bucket an insertion. */
#include "test.h"

#include "memory/record_table.h"

#define COUNT 5000

struct number {
	struct record_link link; /* first */
	uint32_t value;
};

/* Three records to a hash. */
static uint32_t hash_of(uint32_t value)
{
	return value / 3 * UINT32_C(2654435761);
}

static struct number *number_at(const struct record_pool *pool, uint32_t number)
{
	return record_pool_at(pool, number);
}

static bool is_there(const struct record_table *table, uint32_t value)
{
	uint32_t number = record_table_first(table, hash_of(value));

	while (number != RECORD_NONE && number_at(table->pool, number)->value != value)
		number = record_table_next(table, number);
	return number != RECORD_NONE;
}

static void records_are_found_among_those_of_the_same_hash_until_they_go(void **state)
{
	static uint32_t numbers[COUNT];
	struct record_pool pool = { .size = sizeof(struct number) };
	struct record_table table = { .pool = &pool };
	(void)state;

	assert_false(is_there(&table, 0));
	for (uint32_t i = 0; i < COUNT; i++) {
		assert_int_equal(record_pool_take(&pool, &numbers[i]), TMS_OK);
		*number_at(&pool, numbers[i]) = (struct number){ { .hash = hash_of(i) }, i };
		record_table_prefetch(&table, hash_of(i));
		record_table_prefetch_first(&table, hash_of(i));
		assert_int_equal(record_table_add(&table, numbers[i]), TMS_OK);
	}
	for (uint32_t i = 0; i < COUNT; i++)
		assert_true(is_there(&table, i));
	for (uint32_t i = 0; i < COUNT; i += 2) {
		record_table_remove(&table, numbers[i]);
		record_pool_give_back(&pool, numbers[i]);
	}
	for (uint32_t i = 0; i < COUNT; i++)
		assert_int_equal(is_there(&table, i), i % 2);
	assert_int_equal(table.count, COUNT / 2);
	record_table_free(&table);
	record_pool_free(&pool);
	assert_int_equal(record_table_bytes(&table) + record_pool_bytes(&pool), 0);
}

static void numbers_of_records_are_used_again_and_come_back_zeroed(void **state)
{
	struct record_pool pool = { .size = sizeof(struct number) };
	uint32_t number = 0;
	(void)state;

	for (uint32_t i = 0; i < RECORD_POOL_CHUNK; i++) {
		assert_int_equal(record_pool_take(&pool, &number), TMS_OK);
		number_at(&pool, number)->value = i;
	}
	size_t bytes = record_pool_bytes(&pool);
	for (uint32_t i = 0; i < 1000; i++) {
		uint32_t given = i * 7 % RECORD_POOL_CHUNK;
		record_pool_give_back(&pool, given);
		assert_int_equal(record_pool_take(&pool, &number), TMS_OK);
		assert_int_equal(number, given);
		assert_int_equal(number_at(&pool, number)->value, 0);
	}
	assert_int_equal(record_pool_bytes(&pool), bytes);
	assert_int_equal(pool.count, RECORD_POOL_CHUNK);
	record_pool_free(&pool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_are_found_among_those_of_the_same_hash_until_they_go),
		cmocka_unit_test(numbers_of_records_are_used_again_and_come_back_zeroed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
