#include "test.h"

#include <arpa/inet.h>

#include <tamis/buf.h>
#include <tamis/forwarded.h>

static size_t networks(const char *text, struct tms_network *out)
{
	struct tms_str rest = tms_str_from(text);
	struct tms_diag diag = { 0 };
	size_t count = 0;

	while (rest.len > 0) {
		size_t end = tms_str_find_byte(rest, ',', 0);
		assert_int_equal(
			tms_network_parse(tms_str_slice(rest, 0, end), &out[count++], &diag),
			TMS_OK);
		rest = end < rest.len ? tms_str_slice(rest, end + 1, rest.len) : TMS_STR_NONE;
	}
	return count;
}

/* The client as text; "unknown", "local". */
static const char *client_of(const char *peer, struct tms_str list, const char *trusted)
{
	static char text[INET6_ADDRSTRLEN];
	struct tms_network trusts[4];
	struct tms_address from = { 0 }, client = { 0 };

	if (peer)
		assert_true(tms_address_parse(tms_str_from(peer), &from));
	switch (tms_forwarded_client(
		peer ? &from : NULL, list, trusts, networks(trusted, trusts), &client)) {
	case TMS_FORWARDED_UNKNOWN:
		return "unknown";
	case TMS_FORWARDED_LOCAL:
		return "local";
	case TMS_FORWARDED_ADDRESS:
		break;
	}
	assert_non_null(
		inet_ntop(client.is_v6 ? AF_INET6 : AF_INET, client.bytes, text, sizeof(text)));
	return text;
}

static void the_client_is_the_last_address_that_no_trusted_proxy_has(void **state)
{
	static const char own[] = "127.0.0.0/8,10.0.0.0/8,::1/128,fd00::/8";
	static const struct {
		const char *why, *peer, *list, *want;
	} rows[] = {
		{ "no proxy", "203.0.113.7", "", "203.0.113.7" },
		{ "anybody can write one", "203.0.113.7", "198.51.100.1", "203.0.113.7" },
		{ "a stranger names a proxy", "203.0.113.7", "127.0.0.1", "203.0.113.7" },
		{ "one proxy", "127.0.0.1", "203.0.113.7", "203.0.113.7" },
		{ "two proxies", "127.0.0.1", "203.0.113.7, 10.1.2.3", "203.0.113.7" },
		{ "what stands before was said by the client", "127.0.0.1",
			"127.0.0.1, 1.2.3.4, 203.0.113.7, 10.1.2.3", "203.0.113.7" },
		{ "all are proxies", "127.0.0.1", "10.0.0.9, 10.1.2.3", "10.0.0.9" },
		{ "no list", "127.0.0.1", "", "127.0.0.1" },
		{ "nothing in the list", "127.0.0.1", " , ,", "127.0.0.1" },
		{ "empty ones are passed over", "10.0.0.1", "203.0.113.7,, \t,", "203.0.113.7" },
		{ "IPv6", "::1", "2001:db8::7", "2001:db8::7" },
		{ "IPv6 in brackets", "::1", "[2001:db8::7]", "2001:db8::7" },
		{ "with ports", "fd00::1", "[2001:db8::7]:4711,10.0.0.1:80", "2001:db8::7" },
		{ "IPv4 with a port", "127.0.0.1", "203.0.113.7:65535", "203.0.113.7" },
		{ "mapped is the same address", "::ffff:127.0.0.1", "::ffff:203.0.113.7",
			"203.0.113.7" },
		{ "a mapped proxy", "127.0.0.1", "203.0.113.7, ::ffff:10.0.0.1", "203.0.113.7" },
		{ "over a socket", NULL, "203.0.113.7", "203.0.113.7" },
		{ "over a socket, nobody said", NULL, "", "local" },
		{ "a word", "127.0.0.1", "unknown", "unknown" },
		{ "a name of RFC 7239", "127.0.0.1", "_hidden", "unknown" },
		{ "a word behind the client", "127.0.0.1", "203.0.113.7, gibberish", "unknown" },
		{ "a word that nobody asks for", "127.0.0.1", "gibberish, 203.0.113.7",
			"203.0.113.7" },
		{ "a word before proxies only", "127.0.0.1", "gibberish, 10.0.0.1", "unknown" },
		{ "octal", "127.0.0.1", "0177.0.0.1", "unknown" },
		{ "short", "127.0.0.1", "127.1", "unknown" },
		{ "a number", "127.0.0.1", "2130706433", "unknown" },
		{ "a zone", "127.0.0.1", "fe80::1%eth0", "unknown" },
		{ "a port too large", "127.0.0.1", "203.0.113.7:65536", "unknown" },
		{ "an empty port", "127.0.0.1", "203.0.113.7:", "unknown" },
		{ "a signed port", "127.0.0.1", "203.0.113.7:+80", "unknown" },
		{ "no end of brackets", "127.0.0.1", "[2001:db8::7", "unknown" },
		{ "nothing in brackets", "127.0.0.1", "[]", "unknown" },
		{ "IPv4 in brackets", "127.0.0.1", "[203.0.113.7]", "unknown" },
		{ "something behind brackets", "127.0.0.1", "[2001:db8::7]x", "unknown" },
		{ "quotes", "127.0.0.1", "\"203.0.113.7\"", "unknown" },
		{ "two with a space", "127.0.0.1", "203.0.113.7 10.0.0.1", "unknown" },
		{ "a semicolon", "127.0.0.1", "203.0.113.7;10.0.0.1", "unknown" },
		{ "a scheme", "127.0.0.1", "http://203.0.113.7", "unknown" },
		{ "over a socket, a word", NULL, "x", "unknown" },
	};
	(void)state;

	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		const char *got = client_of(rows[i].peer, tms_str_from(rows[i].list), own);
		if (strcmp(got, rows[i].want) != 0)
			fail_msg("%s: %s is not %s", rows[i].why, got, rows[i].want);
	}
}

static void without_trusted_proxies_nobody_is_believed(void **state)
{
	(void)state;
	assert_string_equal(client_of("127.0.0.1", TMS_STR("203.0.113.7"), ""), "127.0.0.1");
	assert_string_equal(client_of("::1", TMS_STR("203.0.113.7"), ""), "::1");
}

static void a_list_is_looked_at_so_far_and_may_hold_any_bytes(void **state)
{
	struct tms_buf list = { 0 };
	(void)state;

	tms_buf_add_cstr(&list, "203.0.113.7");
	for (int i = 0; i < TMS_FORWARDED_MAX - 1; i++)
		tms_buf_add_cstr(&list, ",10.0.0.1");
	assert_string_equal(client_of("10.0.0.1", tms_buf_str(&list), "10.0.0.0/8"), "203.0.113.7");
	tms_buf_add_cstr(&list, ",10.0.0.1");
	assert_string_equal(client_of("10.0.0.1", tms_buf_str(&list), "10.0.0.0/8"), "unknown");
	tms_buf_clear(&list);
	for (int i = 0; i < 16000; i++)
		tms_buf_add_char(&list, ',');
	assert_string_equal(client_of("10.0.0.1", tms_buf_str(&list), "10.0.0.0/8"), "10.0.0.1");
	tms_buf_free(&list);
	for (int byte = 0; byte < 256; byte++) {
		const char text[] = { '1', '.', '2', '.', '3', '.', '4', (char)byte };
		const char *got =
			client_of("10.0.0.1", (struct tms_str){ text, sizeof(text) }, "10.0.0.0/8");
		bool is_digit = byte >= '0' && byte <= '9';
		bool is_space = byte == ' ' || byte == '\t' || byte == ',';
		if ((strcmp(got, "unknown") != 0) != (is_digit || is_space))
			fail_msg("byte %d: %s", byte, got);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_client_is_the_last_address_that_no_trusted_proxy_has),
		cmocka_unit_test(without_trusted_proxies_nobody_is_believed),
		cmocka_unit_test(a_list_is_looked_at_so_far_and_may_hold_any_bytes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
