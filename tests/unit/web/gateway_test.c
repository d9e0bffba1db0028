#include "test.h"

#include <tamis/buf.h>

#include "web/limiter.h"

#define HEAD4                                                                                      \
	"Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"

static bool has(const struct gateways *gateways, const char *text)
{
	struct tms_address address;

	assert_true(tms_address_parse(tms_str_from(text), &address));
	return gateways_find(gateways, &address) >= 0;
}

static void the_gateway_is_where_default_routes_lead(void **state)
{
	struct gateways found = { 0 };
	struct tms_buf routes = { 0 };
	const uint8_t bytes[] = { 172, 17, 0, 1 };
	uint32_t number = 0;
	(void)state;

	memcpy(&number, bytes, sizeof(number)); /* as this machine writes it */
	tms_buf_format(&routes,
		HEAD4 "eth0\t00000000\t%08X\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"
		      "eth0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0\n",
		number);
	gateways_add4(&found, tms_buf_str(&routes));
	assert_int_equal(found.count, 1);
	assert_true(has(&found, "172.17.0.1"));
	assert_false(has(&found, "172.17.0.2"));
	gateways_add4(&found, tms_buf_str(&routes)); /* once */
	gateways_add6(&found,
		TMS_STR("fd000000000000000000000000000000 40 00000000000000000000000000000000 00 "
			"00000000000000000000000000000000 00000100 00000001 00000000 00000001 eth0\n"
			"00000000000000000000000000000000 00 00000000000000000000000000000000 00 "
			"fd000000000000000000000000000001 00000400 00000001 00000000 00000003 eth0\n"
			"00000000000000000000000000000000 00 00000000000000000000000000000000 00 "
			"00000000000000000000000000000000 ffffffff 00000001 00000000 00200200 lo\n"));
	assert_int_equal(found.count, 2);
	assert_true(has(&found, "fd00::1"));
	tms_buf_free(&routes);
}

static void public_gateways_and_broken_lines_are_none(void **state)
{
	static const char *const texts[] = { "", "\n\n\n", HEAD4, "eth0\t00000000\n",
		HEAD4 "eth0\t00000000\t08080808\t0003\t0\n", /* 8.8.8.8 */
		HEAD4 "eth0\t00000000\t0101A8C\t0003\t0\n",
		HEAD4 "eth0\t0000000g\t0101A8C0\t0003\n",
		HEAD4 "eth0\t00000000\t0101A8C0\t0001\t0\n", /* not up as a gateway */
		"a a a a a a a a a a a a a a a a a a a a a\n" };
	struct gateways found = { 0 };
	(void)state;

	for (size_t i = 0; i < TMS_COUNT(texts); i++) {
		gateways_add4(&found, tms_str_from(texts[i]));
		gateways_add6(&found, tms_str_from(texts[i]));
	}
	assert_int_equal(found.count, 0);
	gateways_read(&found); /* whatever this machine has */
	assert_in_range(found.count, 0, GATEWAYS_MAX);
}

static void nothing_of_a_gateway_is_counted_and_people_are_told(void **state)
{
	struct tms_network proxies[1] = { { .address = { .bytes = { 127 } }, .prefix_bits = 8 } };
	struct limiter_rules rules = { .trusted = { proxies, 1 },
		.gateways = { .list = { { .bytes = { 172, 17, 0, 1 } } }, .count = 1 } };
	struct limiter *limiter = limiter_new();
	struct tms_buf words = { 0 };
	(void)state;

	assert_non_null(limiter);
	assert_true(limiter_is_uncounted(limiter, &rules, TMS_STR("127.0.0.1")));
	assert_false(limiter_is_uncounted(limiter, &rules, TMS_STR("172.17.0.2")));
	assert_false(limiter_is_uncounted(limiter, &rules, TMS_STR("unix")));
	limiter_gateway_words(limiter, &rules, &words);
	assert_int_equal(words.len, 0);
	assert_true(limiter_is_uncounted(limiter, &rules, TMS_STR("172.17.0.1")));
	limiter_gateway_words(limiter, &rules, &words);
	assert_true(tms_str_starts(tms_buf_str(&words), TMS_STR("Clients come from 172.17.0.1, ")));
	tms_buf_free(&words);
	limiter_free(limiter);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_gateway_is_where_default_routes_lead),
		cmocka_unit_test(nothing_of_a_gateway_is_counted_and_people_are_told),
		cmocka_unit_test(public_gateways_and_broken_lines_are_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
