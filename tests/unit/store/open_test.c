/* Opening: each scheme has its driver, and what no store can be opened with is refused. */
#include "stand.h"

#include "store/driver.h"

#include <tamis/conf.h>

static void each_scheme_has_a_driver_that_opens_it(void **state)
{
	static const struct {
		const char *url, *place;
	} rows[TMS_STORE_SCHEMES] = {
		[TMS_STORE_SCHEME_SQLITE] = { "sqlite:none/t.db", "sqlite:none/t.db" },
		[TMS_STORE_SCHEME_REDIS] = { "redis://u:secret@[::1]:1", "redis://[::1]:1/0" },
		[TMS_STORE_SCHEME_REDIS_UNIX] = { "redis+unix:/none.sock",
			"redis+unix:///none.sock?db=0" },
	};
	struct event_base *base = event_base_new();
	(void)state;

	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_store_options options = { .url = tms_str_from(rows[i].url) };
		struct tms_store *store = NULL;
		struct tms_diag diag = { 0 };
		if (tms_store_open(base, &options, &store, &diag) != TMS_OK)
			fail_msg("%s: %s", rows[i].url, diag.text);
		if (!store->driver || !store->driver->close || !store->driver->work)
			fail_msg("the scheme of %s has no whole driver", rows[i].url);
		assert_int_equal(store->address.scheme, i);
		assert_in_range(store->timeout_ms, 1, 60000);
		assert_string_equal(tms_store_place(store), rows[i].place);
		tms_store_free(store);
	}
	event_base_free(base);
}

static void a_configured_timeout_is_for_stores_that_are_asked_over_a_connection(void **state)
{
	static const int64_t wanted[TMS_STORE_SCHEMES] = {
		[TMS_STORE_SCHEME_SQLITE] = 0,
		[TMS_STORE_SCHEME_REDIS] = 700,
		[TMS_STORE_SCHEME_REDIS_UNIX] = 700,
	};
	(void)state;

	for (size_t i = 0; i < TMS_COUNT(wanted); i++) {
		const struct tms_conf_store conf = { .scheme = (enum tms_store_scheme)i,
			.password = TMS_STR("of the file"),
			.timeout_ms = 700 };
		struct tms_store_options options = tms_store_options_of(&conf, TMS_STR_NONE);
		assert_int_equal(options.timeout_ms, wanted[i]);
		assert_str(options.password, "of the file");
		options = tms_store_options_of(&conf, TMS_STR("read elsewhere"));
		assert_str(options.password, "read elsewhere");
	}
}

static void what_no_store_can_be_opened_with_is_refused(void **state)
{
	static const struct {
		const char *url, *prefix, *word;
	} rows[] = {
		{ "redis://h", "tamis", "colon" },
		{ "redis://h", "a:b:", "colon" },
		{ "mysql://h", "", "expected sqlite:PATH" },
		{ "redis://h:0", "", "port" },
	};
	struct event_base *base = event_base_new();
	(void)state;

	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_store_options options = { .url = tms_str_from(rows[i].url),
			.prefix = tms_str_from(rows[i].prefix) };
		struct tms_store *store = NULL;
		struct tms_diag diag = { 0 };
		assert_int_equal(tms_store_open(base, &options, &store, &diag), TMS_EINVAL);
		if (!strstr(diag.text, rows[i].word))
			fail_msg("%s: \"%s\" says nothing of %s", rows[i].url, diag.text,
				rows[i].word);
		assert_null(store);
	}
	event_base_free(base);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_scheme_has_a_driver_that_opens_it),
		cmocka_unit_test(
			a_configured_timeout_is_for_stores_that_are_asked_over_a_connection),
		cmocka_unit_test(what_no_store_can_be_opened_with_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
