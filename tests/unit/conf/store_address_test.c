/* Addresses of stores: what is taken, how it is shown, what is said when it is not. */
#include "test.h"

#include <tamis/store_address.h>

static void addresses_are_shown_without_secrets(void **state)
{
	static const struct {
		const char *text, *shown;
		enum tms_store_scheme scheme;
	} rows[] = {
		{ "sqlite:/var/lib/tamis/tamis.db", "sqlite:/var/lib/tamis/tamis.db",
			TMS_STORE_SCHEME_SQLITE },
		{ "sqlite:data/t.db", "sqlite:data/t.db", TMS_STORE_SCHEME_SQLITE },
		{ "redis://cache", "redis://cache:6379/0", TMS_STORE_SCHEME_REDIS },
		{ "redis://cache:7000/3", "redis://cache:7000/3", TMS_STORE_SCHEME_REDIS },
		{ "redis://cache/", "redis://cache:6379/0", TMS_STORE_SCHEME_REDIS },
		{ "redis://tamis:se%2Fcr%40t@10.0.0.7:1/2", "redis://10.0.0.7:1/2",
			TMS_STORE_SCHEME_REDIS },
		{ "redis://:secret@[::1]:6380/1", "redis://[::1]:6380/1", TMS_STORE_SCHEME_REDIS },
		{ "redis://[fd00::7]", "redis://[fd00::7]:6379/0", TMS_STORE_SCHEME_REDIS },
		{ "redis+unix:///run/redis.sock", "redis+unix:///run/redis.sock?db=0",
			TMS_STORE_SCHEME_REDIS_UNIX },
		{ "redis+unix:/run/redis.sock?db=5", "redis+unix:///run/redis.sock?db=5",
			TMS_STORE_SCHEME_REDIS_UNIX },
		{ "redis+unix://u:secret@/run/a@b.sock", "redis+unix:///run/a@b.sock?db=0",
			TMS_STORE_SCHEME_REDIS_UNIX },
	};
	struct tms_arena arena = { 0 };
	(void)state;

	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_store_address address;
		struct tms_diag diag = { 0 };
		if (tms_store_address_parse(&arena, tms_str_from(rows[i].text), &address, &diag) !=
			TMS_OK)
			fail_msg("%s: %s", rows[i].text, diag.text);
		assert_int_equal(address.scheme, rows[i].scheme);
		assert_string_equal(tms_store_address_show(&arena, &address), rows[i].shown);
	}
	tms_arena_free(&arena);
}

static void users_and_passwords_are_decoded(void **state)
{
	struct tms_arena arena = { 0 };
	struct tms_store_address address;
	struct tms_diag diag = { 0 };
	(void)state;

	assert_int_equal(tms_store_address_parse(&arena,
				 TMS_STR("redis://ta%3Amis:se%2Fcr%40t@cache"), &address, &diag),
		TMS_OK);
	assert_str(address.user, "ta:mis");
	assert_str(address.password, "se/cr@t");
	assert_int_equal(tms_store_address_parse(
				 &arena, TMS_STR("redis+unix://:a:b@/run/r.sock"), &address, &diag),
		TMS_OK);
	assert_int_equal(address.user.len, 0);
	assert_str(address.password, "a:b");
	tms_arena_free(&arena);
}

static void senseless_addresses_are_refused_with_words(void **state)
{
	static const struct {
		struct tms_str text;
		const char *word;
		enum tms_status st;
	} rows[] = {
		{ TMS_STR_INIT(""), "is empty", TMS_EINVAL },
		{ TMS_STR_INIT("/var/lib/tamis.db"), "expected sqlite:PATH", TMS_EINVAL },
		{ TMS_STR_INIT("sqlite:"), "names no file", TMS_EINVAL },
		{ TMS_STR_INIT("sqlite:a\0b"), "NUL", TMS_EMALFORMED },
		{ TMS_STR_INIT("redis://"), "names no host", TMS_EINVAL },
		{ TMS_STR_INIT("redis://[]"), "names no host", TMS_EMALFORMED },
		{ TMS_STR_INIT("redis://h:0"), "port", TMS_EMALFORMED },
		{ TMS_STR_INIT("redis://h:"), "port", TMS_EMALFORMED },
		{ TMS_STR_INIT("redis://h:65536"), "port", TMS_EINVAL },
		{ TMS_STR_INIT("redis://h:6379x"), "port", TMS_EINVAL },
		{ TMS_STR_INIT("redis://h/x"), "database", TMS_EINVAL },
		{ TMS_STR_INIT("redis://h/-1"), "database", TMS_EINVAL },
		{ TMS_STR_INIT("redis://h/65536"), "database", TMS_EINVAL },
		{ TMS_STR_INIT("redis://h?db=1"), "?", TMS_EINVAL },
		{ TMS_STR_INIT("redis://[::1"), "]", TMS_EINVAL },
		{ TMS_STR_INIT("redis://[::1]x"), "]", TMS_EINVAL },
		{ TMS_STR_INIT("redis://u:%zz@h"), "percent", TMS_EMALFORMED },
		{ TMS_STR_INIT("redis://u:%4@h"), "percent", TMS_EMALFORMED },
		{ TMS_STR_INIT("redis://u:%00@h"), "percent", TMS_EMALFORMED },
		{ TMS_STR_INIT("redis+unix:run/redis.sock"), "absolute path", TMS_EINVAL },
		{ TMS_STR_INIT("redis+unix://run/redis.sock"), "absolute path", TMS_EMALFORMED },
		{ TMS_STR_INIT("redis+unix:///run/redis.sock?x=1"), "db=N", TMS_EMALFORMED },
		{ TMS_STR_INIT("rediss://h"), "TLS", TMS_EINVAL },
		{ TMS_STR_INIT("redis+sentinel://h/mymaster"), "Sentinel", TMS_EINVAL },
		{ TMS_STR_INIT("sentinel://h/mymaster"), "Sentinel", TMS_EINVAL },
	};
	struct tms_arena arena = { 0 };
	(void)state;

	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_store_address address;
		struct tms_diag diag = { 0 };
		if (tms_store_address_parse(&arena, rows[i].text, &address, &diag) != rows[i].st)
			fail_msg("%.*s: another status", TMS_STR_ARGS(rows[i].text));
		if (!strstr(diag.text, rows[i].word) ||
			!strstr(diag.text,
				"; expected sqlite:PATH, redis://[user:password@]host[:port][/db]"
				" or redis+unix:///path[?db=N]"))
			fail_msg("%.*s: \"%s\" says nothing of %s", TMS_STR_ARGS(rows[i].text),
				diag.text, rows[i].word);
	}
	tms_arena_free(&arena);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_are_shown_without_secrets),
		cmocka_unit_test(users_and_passwords_are_decoded),
		cmocka_unit_test(senseless_addresses_are_refused_with_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
