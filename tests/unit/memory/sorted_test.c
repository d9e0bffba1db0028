#include "../test.h"

#include <string.h>

#include <tamis/status.h>

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_ascend_once_they_are_sorted_and_are_found_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
