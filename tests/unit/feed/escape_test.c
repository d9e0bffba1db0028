#include "feed/escape.h"

#include "../test.h"

struct row {
	const char *why;
	struct tms_str in;
	const char *want;
};

static void check(
	void (*write)(struct tms_buf *, struct tms_str), const struct row *rows, size_t count)
{
	struct tms_buf buf = { 0 };

	for (size_t i = 0; i < count; i++) {
		tms_buf_clear(&buf);
		write(&buf, rows[i].in);
		if (!tms_str_equal(tms_buf_str(&buf), tms_str_from(rows[i].want)))
			fail_msg("%s: got \"%.*s\"", rows[i].why, TMS_STR_ARGS(tms_buf_str(&buf)));
	}
	tms_buf_free(&buf);
}

static void text_can_never_be_taken_for_markup(void **state)
{
	static const struct row rows[] = {
		{ "markup", TMS_STR_INIT("<rss a=\"b\">]]>&amp;"),
			"&lt;rss a=&quot;b&quot;&gt;]]&gt;&amp;amp;" },
		{ "letters of every length stay",
			TMS_STR_INIT("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"),
			"a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80" },
		{ "controls that XML cannot hold", TMS_STR_INIT("a\x01\x1b\0b"), "a???b" },
		{ "C1 controls, DEL: W3C's validator warns", TMS_STR_INIT("\xc2\x80\xc2\x9f\x7f"),
			"???" },
		{ "a carriage return is a line break", TMS_STR_INIT("a\rb"), "a\nb" },
		{ "broken UTF-8", TMS_STR_INIT("a\xff\xc3"), "a??" },
		{ "noncharacters and the replacement character",
			TMS_STR_INIT("\xef\xbf\xbe\xef\xbf\xbf\xef\xbf\xbd"), "???" },
		{ "no-break space is a character", TMS_STR_INIT("\xc2\xa0"), "\xc2\xa0" },
	};

	(void)state;
	check(escape_text, rows, TMS_COUNT(rows));
}

static void a_line_has_no_white_space_but_single_spaces(void **state)
{
	static const struct row rows[] = {
		{ "runs", TMS_STR_INIT(" a\n\t b  c\r\n"), "a b c" },
		{ "nothing but space", TMS_STR_INIT(" \n "), "" },
	};

	(void)state;
	check(escape_line, rows, TMS_COUNT(rows));
}

static void addresses_hold_only_what_a_uri_can(void **state)
{
	static const struct row rows[] = {
		{ "a plain one", TMS_STR_INIT("https://a.org/b?c=d&e=f#g"),
			"https://a.org/b?c=d&amp;e=f#g" },
		{ "quotes, angles, spaces, backslashes", TMS_STR_INIT("https://a.org/\"<> \\^`{|}"),
			"https://a.org/%22%3C%3E%20%5C%5E%60%7B%7C%7D" },
		{ "letters beyond ASCII", TMS_STR_INIT("https://a.org/\xc3\xa9"),
			"https://a.org/%C3%A9" },
		{ "escapes stay, stray percents do not", TMS_STR_INIT("https://a.org/%2F%zz%"),
			"https://a.org/%2F%25zz%25" },
		{ "brackets only round an address of version 6",
			TMS_STR_INIT("https://[::1]:80/[a]"), "https://[::1]:80/%5Ba%5D" },
		{ "and only there", TMS_STR_INIT("http://a[b].org/"), "http://a%5Bb%5D.org/" },
		{ "behind a user", TMS_STR_INIT("http://u@[::1]/"), "http://u@[::1]/" },
		{ "one fragment", TMS_STR_INIT("https://a.org/#a#b"), "https://a.org/#a%23b" },
		{ "not only addresses of the web", TMS_STR_INIT("tag:a.org,2000:b c"),
			"tag:a.org,2000:b%20c" },
	};

	(void)state;
	check(escape_uri, rows, TMS_COUNT(rows));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_can_never_be_taken_for_markup),
		cmocka_unit_test(a_line_has_no_white_space_but_single_spaces),
		cmocka_unit_test(addresses_hold_only_what_a_uri_can),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
