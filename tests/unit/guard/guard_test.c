#include "test.h"

#include <stdio.h>
#include <stdlib.h>

#include <tamis/guard.h>

#include "corpus.h"

static const struct tms_guard_policy nothing_allowed = { 0 };

static void every_address_of_the_table_gets_its_verdict(void **state)
{
	FILE *file = corpus_open("security/ssrf/ip_cases.tsv");
	char line[400];
	int judged = 0;
	(void)state;

	if (!file) {
		corpus_skipped("verdicts of the address table");
		skip();
	}
	while (fgets(line, sizeof(line), file)) {
		struct tms_str rest = tms_str_from(line), text, verdict;
		struct tms_address address;
		if (line[0] == '#' || !tms_str_split(&rest, '\t', &text) ||
			!tms_str_split(&rest, '\t', &verdict))
			continue;
		if (!tms_address_parse(text, &address))
			fail_msg("not parsed: %s", line);
		bool refused = tms_guard_refusal(&nothing_allowed, &address) != NULL;
		if (refused != tms_str_equal(tms_str_trim(verdict), TMS_STR("deny")))
			fail_msg("wrong verdict: %s", line);
		judged++;
	}
	(void)fclose(file);
	assert_true(judged >= 100);
}

static void an_allowed_network_beats_the_table_and_nothing_beyond_it(void **state)
{
	struct tms_network lab;
	struct tms_address inside, outside;
	(void)state;

	assert_int_equal(tms_network_parse(TMS_STR("192.168.7.0/24"), &lab, NULL), TMS_OK);
	struct tms_guard_policy policy = { &lab, 1 };
	assert_true(tms_address_parse(TMS_STR("192.168.7.255"), &inside));
	assert_true(tms_address_parse(TMS_STR("192.168.8.0"), &outside));
	assert_null(tms_guard_refusal(&policy, &inside));
	assert_non_null(tms_guard_refusal(&policy, &outside));
}

static void odd_spellings_of_addresses_and_networks_are_refused(void **state)
{
	static const struct tms_str addresses[] = { TMS_STR_INIT("0x7f.0.0.1"),
		TMS_STR_INIT("127.1"), TMS_STR_INIT("2130706433"), TMS_STR_INIT("fe80::1%lo"),
		TMS_STR_INIT("1.2.3.4 "), TMS_STR_INIT(""), TMS_STR_INIT("127.0.0.1\0x") };
	static const struct tms_str networks[] = { TMS_STR_INIT("10.0.0.1/8"),
		TMS_STR_INIT("10.0.0.0/33"), TMS_STR_INIT("10.0.0.0/-1"), TMS_STR_INIT("::/129"),
		TMS_STR_INIT("ten"), TMS_STR_INIT("10.0.0.0/") };
	(void)state;

	for (size_t i = 0; i < TMS_COUNT(addresses); i++) {
		struct tms_address address;
		if (tms_address_parse(addresses[i], &address))
			fail_msg("accepted %.*s", TMS_STR_ARGS(addresses[i]));
	}
	for (size_t i = 0; i < TMS_COUNT(networks); i++) {
		struct tms_network network;
		struct tms_diag diag = { 0 };
		if (tms_network_parse(networks[i], &network, &diag) != TMS_EINVAL ||
			diag.text[0] == '\0')
			fail_msg("accepted %.*s", TMS_STR_ARGS(networks[i]));
	}
}

static void only_plain_web_addresses_are_asked_for(void **state)
{
	static const struct {
		const char *why;
		struct tms_str url;
		bool fine;
	} rows[] = {
		{ "the ordinary case", TMS_STR_INIT("https://rss.arxiv.org/atom/cs.CL"), true },
		{ "a port", TMS_STR_INIT("http://example.org:8080/x?y#z"), true },
		{ "an IPv6 host with port", TMS_STR_INIT("http://[2600::1]:80/"), true },
		{ "files are for the configuration alone", TMS_STR_INIT("file:///etc/passwd"),
			false },
		{ "other schemes", TMS_STR_INIT("gopher://example.org/"), false },
		{ "one slash is curl's leniency", TMS_STR_INIT("http:/127.0.0.1"), false },
		{ "no host", TMS_STR_INIT("http:///127.0.0.1"), false },
		{ "a user name hides the host", TMS_STR_INIT("http://a@127.0.0.1/"), false },
		{ "a backslash hides the host", TMS_STR_INIT("http://example.org\\@127.0.0.1/"),
			false },
		{ "a zone", TMS_STR_INIT("http://[fe80::1%25lo]/"), false },
		{ "port zero", TMS_STR_INIT("http://example.org:0/"), false },
		{ "an empty port", TMS_STR_INIT("http://example.org:/"), false },
		{ "a new line", TMS_STR_INIT("http://example.org/\nX: y"), false },
		{ "a bracket in a name", TMS_STR_INIT("https://example.[org/"), false },
	};
	(void)state;

	for (size_t i = 0; i < TMS_COUNT(rows); i++)
		if ((tms_guard_url(rows[i].url, NULL) == TMS_OK) != rows[i].fine)
			fail_msg("%s", rows[i].why);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_address_of_the_table_gets_its_verdict),
		cmocka_unit_test(an_allowed_network_beats_the_table_and_nothing_beyond_it),
		cmocka_unit_test(odd_spellings_of_addresses_and_networks_are_refused),
		cmocka_unit_test(only_plain_web_addresses_are_asked_for),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
