#include "../test.h"

#include <string.h>

#include <tamis/status.h>

#include "memory/bits.h"
#include "memory/sorted.h"

#define MOST 100

static void numbers_ascend_once_they_are_sorted_and_are_found_there(void **state)
{
	uint32_t list[MOST], counts[16];
	uint64_t random = 5;
	(void)state;

	for (size_t count = 0; count <= MOST; count++) {
		memset(counts, 0, sizeof(counts));
		for (size_t i = 0; i < count; i++) {
			random = random * 6364136223846793005u + 1442695040888963407u;
			list[i] = (uint32_t)(random >> 60) * 2;
			counts[list[i] / 2]++;
		}
		sorted_make(list, count);
		for (size_t i = 0; i < count; i++) {
			assert_true(i == 0 || list[i - 1] <= list[i]);
			counts[list[i] / 2]--;
			assert_true(sorted_has(list, count, list[i]));
			assert_false(sorted_has(list, count, list[i] + 1));
			assert_true(list[sorted_place(list, count, list[i])] == list[i]);
		}
		for (size_t i = 0; i < TMS_COUNT(counts); i++)
			assert_int_equal(counts[i], 0);
	}
}

static void a_number_is_found_from_any_place_before_it(void **state)
{
	uint32_t list[MOST];
	(void)state;

	for (uint32_t i = 0; i < MOST; i++)
		list[i] = i * 3 + i % 2;
	for (size_t count = 0; count <= MOST; count++)
		for (uint32_t number = 0; number < 3 * MOST + 3; number++) {
			size_t place = sorted_place(list, count, number);
			for (size_t low = 0; low <= place; low += 1 + low / 4)
				assert_int_equal(
					sorted_place_from(list, low, count, number), place);
		}
}

static void bits_are_counted_as_the_compiler_counts_them(void **state)
{
	uint64_t random = 7;
	(void)state;

	assert_int_equal(bits_count(0), 0);
	assert_int_equal(bits_count(UINT64_MAX), 64);
	for (size_t i = 0; i < 10000; i++) {
		random = random * 6364136223846793005u + 1442695040888963407u;
		assert_int_equal(
			bits_count(random >> i % 64), __builtin_popcountll(random >> i % 64));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_ascend_once_they_are_sorted_and_are_found_there),
		cmocka_unit_test(a_number_is_found_from_any_place_before_it),
		cmocka_unit_test(bits_are_counted_as_the_compiler_counts_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
