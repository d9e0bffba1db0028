/* Numbers by 64-bit hash: a few thousand in eight of the small tables. */
#include "test.h"

#include "memory/digest_table.h"

#define COUNT 6000

/* Eight shards; some tags are the same, and some stand side by side. */
static uint64_t hash_of(uint32_t number)
{
	return ((uint64_t)(number % 8) << 61) |
	       ((uint64_t)(number / 8 * 211 % 65536 / 4 * 4) << 36) | number;
}

static bool is_equal(const void *context, uint32_t number)
{
	return *(const uint32_t *)context == number;
}

static bool is_there(const struct digest_table *table, uint32_t number)
{
	return digest_table_find(table, hash_of(number), is_equal, &number) == number;
}

static void a_number_is_found_until_it_goes(void **state)
{
	struct digest_table table = { 0 };
	(void)state;

	assert_false(is_there(&table, 0));
	for (uint32_t i = 0; i < COUNT; i++) {
		digest_table_prefetch(&table, hash_of(i));
		assert_int_equal(digest_table_add(&table, hash_of(i), i), TMS_OK);
	}
	assert_int_equal(table.count, COUNT);
	for (uint32_t i = 0; i < COUNT; i++)
		assert_true(is_there(&table, i));
	assert_false(is_there(&table, COUNT));
	for (uint32_t i = 0; i < COUNT; i++)
		if (i % 100 != 0)
			digest_table_remove(&table, hash_of(i), i);
	for (uint32_t i = 0; i < COUNT; i++)
		assert_int_equal(is_there(&table, i), i % 100 == 0);
	digest_table_remove(&table, hash_of(1), 1); /* what is not there is fine */
	assert_int_equal(table.count, COUNT / 100);
	digest_table_free(&table);
	assert_int_equal(table.bytes, 0);
}

static void a_table_that_empties_costs_no_more_than_its_shards(void **state)
{
	struct digest_table table = { 0 };
	(void)state;

	assert_int_equal(digest_table_add(&table, hash_of(1), 1), TMS_OK);
	size_t least = table.bytes;
	for (uint32_t i = 2; i < COUNT; i++)
		assert_int_equal(digest_table_add(&table, hash_of(i), i), TMS_OK);
	assert_in_range(table.bytes, least + COUNT * 6, least + COUNT * 6 * 2);
	for (uint32_t i = 2; i < COUNT; i++)
		digest_table_remove(&table, hash_of(i), i);
	assert_int_equal(table.bytes, least);
	digest_table_free(&table);
}

static void equal_hashes_stand_beside_one_another_up_to_a_limit(void **state)
{
	struct digest_table table = { 0 };
	uint32_t last = DIGEST_TABLE_SHARD_MAX - 1;
	(void)state;

	/* one shard; its tags are spread, as those of real hashes are */
	for (uint32_t i = 0; i <= last; i++) {
		uint64_t hash = (uint64_t)(i * UINT32_C(40503) % 65536) << 36;
		assert_int_equal(digest_table_add(&table, hash, i), TMS_OK);
	}
	assert_int_equal(digest_table_add(&table, 0, last + 1), TMS_ELIMIT);
	assert_int_equal(table.count, DIGEST_TABLE_SHARD_MAX);
	assert_int_equal(digest_table_add(&table, UINT64_MAX, 7), TMS_OK);
	assert_int_equal(digest_table_add(&table, UINT64_MAX, 8), TMS_OK);
	for (uint32_t i = 7; i <= 8; i++)
		assert_int_equal(digest_table_find(&table, UINT64_MAX, is_equal, &i), i);
	digest_table_free(&table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_number_is_found_until_it_goes),
		cmocka_unit_test(a_table_that_empties_costs_no_more_than_its_shards),
		cmocka_unit_test(equal_hashes_stand_beside_one_another_up_to_a_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
