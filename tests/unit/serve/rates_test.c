/* How often an address does something within a minute. */
#include "test.h"

#include <pthread.h>
#include <stdlib.h>

#include "serve/rates.h"

static struct tms_address address_of(const char *text)
{
	struct tms_address address;

	assert_true(tms_address_parse(tms_str_from(text), &address));
	return address;
}

static void so_many_within_a_minute_and_then_again(void **state)
{
	struct tms_rates *rates = tms_rates_new();
	const struct tms_address one = address_of("203.0.113.7"), two = address_of("203.0.113.8");
	(void)state;

	assert_non_null(rates);
	for (int i = 0; i < 20; i++)
		assert_int_equal(tms_rates_count(rates, &one, 20, 1000 + i), 0);
	assert_int_equal(tms_rates_count(rates, &one, 20, 1020), 40);
	assert_int_equal(tms_rates_count(rates, &one, 20, 1059), 1);
	assert_int_equal(tms_rates_count(rates, &two, 20, 1059), 0);
	for (int i = 0; i < 20; i++)
		assert_int_equal(tms_rates_count(rates, &one, 20, 1060), 0);
	assert_int_equal(tms_rates_count(rates, &one, 20, 1060), 60);
	assert_int_equal(tms_rates_count(rates, &one, 40, 1060), 0); /* a limit that was raised */
	tms_rates_free(rates);
	tms_rates_free(NULL);
}

static void a_64_of_ipv6_is_one_customer(void **state)
{
	struct tms_rates *rates = tms_rates_new();
	const struct tms_address one = address_of("2001:db8:1:2::1"),
				 same = address_of("2001:db8:1:2:ffff::9"),
				 other = address_of("2001:db8:1:3::1");
	(void)state;

	assert_int_equal(tms_rates_count(rates, &one, 1, 5), 0);
	assert_int_not_equal(tms_rates_count(rates, &same, 1, 5), 0);
	assert_int_equal(tms_rates_count(rates, &other, 1, 5), 0);
	tms_rates_free(rates);
}

/* Whatever many addresses do, nearly all others are judged by what they did themselves. */
static void a_crowd_at_its_limit_limits_no_newcomer(void **state)
{
	struct tms_rates *rates = tms_rates_new();
	size_t limited = 0;
	(void)state;

	for (uint32_t i = 0; i < 1000; i++) {
		const struct tms_address address = { .bytes = { 10, 0, (uint8_t)(i >> 8),
							     (uint8_t)i } };
		for (int j = 0; j < 20; j++)
			(void)tms_rates_count(rates, &address, 20, 100);
	}
	for (uint32_t i = 0; i < 250; i++) {
		const struct tms_address address = { .bytes = { 11, 0, 0, (uint8_t)i } };
		limited += tms_rates_count(rates, &address, 20, 100) != 0;
	}
	/* one chance in 4,300 for each */
	assert_in_range(limited, 0, 3);
	tms_rates_free(rates);
}

static void *count_often(void *context)
{
	const struct tms_address one = address_of("203.0.113.7");
	size_t *granted = calloc(1, sizeof(*granted));

	for (int i = 0; i < 20000; i++)
		*granted += tms_rates_count(context, &one, 10000, 100) == 0;
	return granted;
}

static void threads_grant_no_more_than_one_each_too_much(void **state)
{
	struct tms_rates *rates = tms_rates_new();
	pthread_t threads[4];
	size_t sum = 0;
	(void)state;

	for (size_t i = 0; i < TMS_COUNT(threads); i++)
		assert_int_equal(pthread_create(&threads[i], NULL, count_often, rates), 0);
	for (size_t i = 0; i < TMS_COUNT(threads); i++) {
		void *granted = NULL;
		assert_int_equal(pthread_join(threads[i], &granted), 0);
		sum += *(size_t *)granted;
		free(granted);
	}
	assert_in_range(sum, 10000, 10000 + TMS_COUNT(threads) - 1);
	tms_rates_free(rates);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(so_many_within_a_minute_and_then_again),
		cmocka_unit_test(a_64_of_ipv6_is_one_customer),
		cmocka_unit_test(a_crowd_at_its_limit_limits_no_newcomer),
		cmocka_unit_test(threads_grant_no_more_than_one_each_too_much),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
