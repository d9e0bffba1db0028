#include "test.h"

#include <math.h>

#include <tamis/status.h>

#include "topic/fixed_point.h"

static void logarithms_and_powers_are_those_of_mathematics(void **state)
{
	(void)state;
	for (uint64_t x = 1; x < UINT64_C(1) << 40; x += x / 7 + 1) {
		double want = log2((double)x / 16384.);
		double got = (double)topic_log2(x, 14) / 16777216.;
		if (fabs(got - want) > 1e-6)
			fail_msg("log2 of %llu", (unsigned long long)x);
	}
	for (int64_t x = -(INT64_C(29) << 24); x < INT64_C(13) << 24; x += 777777) {
		double want = exp2((double)x / 16777216.);
		double got = (double)topic_exp2(x) / 1073741824.;
		if (fabs(got - want) > want * 1e-6 + 1e-9)
			fail_msg("2 to the %lld", (long long)x);
	}
	assert_int_equal(topic_exp2(-(INT64_C(40) << 24)), 0);
}

static void roots_are_the_largest_whole_number_below(void **state)
{
	static const uint64_t some[] = { 0, 1, 2, 3, 4, 99, 100, 101, UINT64_C(1) << 62,
		(UINT64_C(1) << 62) - 1, UINT64_MAX };

	(void)state;
	for (size_t i = 0; i < TMS_COUNT(some); i++) {
		uint64_t root = topic_root(some[i]);
		assert_true(root * root <= some[i]);
		assert_true(root == UINT32_MAX || (root + 1) * (root + 1) > some[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(logarithms_and_powers_are_those_of_mathematics),
		cmocka_unit_test(roots_are_the_largest_whole_number_below),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
