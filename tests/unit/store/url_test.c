/* Addresses of stores: what is taken, how it is shown, what is said when it is not. */
#include "stand.h"

static void addresses_are_shown_without_secrets(void **state)
{
	static const struct {
		const char *url, *shown;
	} rows[] = {
		{ "sqlite:/var/lib/tamis/tamis.db", "sqlite:/var/lib/tamis/tamis.db" },
		{ "sqlite:data/t.db", "sqlite:data/t.db" },
		{ "redis://cache", "redis://cache:6379/0" },
		{ "redis://cache:7000/3", "redis://cache:7000/3" },
		{ "redis://cache/", "redis://cache:6379/0" },
		{ "redis://tamis:se%2Fcr%40t@10.0.0.7:1/2", "redis://10.0.0.7:1/2" },
		{ "redis://:secret@[::1]:6380/1", "redis://[::1]:6380/1" },
		{ "redis://[fd00::7]", "redis://[fd00::7]:6379/0" },
		{ "redis+unix:///run/redis.sock", "redis+unix:///run/redis.sock?db=0" },
		{ "redis+unix:/run/redis.sock?db=5", "redis+unix:///run/redis.sock?db=5" },
		{ "redis+unix://u:secret@/run/a@b.sock", "redis+unix:///run/a@b.sock?db=0" },
	};
	struct event_base *base = event_base_new();
	(void)state;

	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_store_options options = { .url = tms_str_from(rows[i].url) };
		struct tms_store *store = NULL;
		struct tms_diag diag = { 0 };
		if (tms_store_open(base, &options, &store, &diag) != TMS_OK)
			fail_msg("%s: %s", rows[i].url, diag.text);
		assert_string_equal(tms_store_place(store), rows[i].shown);
		tms_store_free(store);
	}
	event_base_free(base);
}

static void senseless_addresses_are_refused_with_words(void **state)
{
	static const struct {
		struct tms_str url, prefix;
		const char *word;
	} rows[] = {
		{ TMS_STR_INIT(""), { 0 }, "is empty" },
		{ TMS_STR_INIT("/var/lib/tamis.db"), { 0 }, "expected sqlite:PATH" },
		{ TMS_STR_INIT("sqlite:"), { 0 }, "names no file" },
		{ TMS_STR_INIT("sqlite:a\0b"), { 0 }, "NUL" },
		{ TMS_STR_INIT("redis://"), { 0 }, "names no host" },
		{ TMS_STR_INIT("redis://h:0"), { 0 }, "port" },
		{ TMS_STR_INIT("redis://h:65536"), { 0 }, "port" },
		{ TMS_STR_INIT("redis://h:6379x"), { 0 }, "port" },
		{ TMS_STR_INIT("redis://h/x"), { 0 }, "database" },
		{ TMS_STR_INIT("redis://h/-1"), { 0 }, "database" },
		{ TMS_STR_INIT("redis://[::1"), { 0 }, "]" },
		{ TMS_STR_INIT("redis://[::1]x"), { 0 }, "]" },
		{ TMS_STR_INIT("redis://u:%zz@h"), { 0 }, "percent" },
		{ TMS_STR_INIT("redis://u:%4@h"), { 0 }, "percent" },
		{ TMS_STR_INIT("redis://u:%00@h"), { 0 }, "percent" },
		{ TMS_STR_INIT("redis+unix://run/redis.sock"), { 0 }, "absolute path" },
		{ TMS_STR_INIT("redis+unix:///run/redis.sock?x=1"), { 0 }, "db=N" },
		{ TMS_STR_INIT("rediss://h"), { 0 }, "TLS" },
		{ TMS_STR_INIT("redis+sentinel://h/mymaster"), { 0 }, "Sentinel" },
		{ TMS_STR_INIT("sentinel://h/mymaster"), { 0 }, "Sentinel" },
		{ TMS_STR_INIT("redis://h"), TMS_STR_INIT("tamis"), "colon" },
		{ TMS_STR_INIT("redis://h"), TMS_STR_INIT("a:b:"), "colon" },
	};
	struct event_base *base = event_base_new();
	(void)state;

	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_store_options options = { .url = rows[i].url, .prefix = rows[i].prefix };
		struct tms_store *store = NULL;
		struct tms_diag diag = { 0 };
		if (tms_store_open(base, &options, &store, &diag) != TMS_EINVAL)
			fail_msg("%.*s was taken", TMS_STR_ARGS(rows[i].url));
		if (!strstr(diag.text, rows[i].word))
			fail_msg("%.*s: \"%s\" says nothing of %s", TMS_STR_ARGS(rows[i].url),
				diag.text, rows[i].word);
		assert_null(store);
	}
	event_base_free(base);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_are_shown_without_secrets),
		cmocka_unit_test(senseless_addresses_are_refused_with_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
