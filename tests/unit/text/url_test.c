#include "../corpus_files.h"

#include <tamis/buf.h>
#include <tamis/json.h>
#include <tamis/url.h>

#define BASE "http://a/b/c/d;p?q"

static void references_resolve_as_rfc_3986_section_5_4_says(void **state)
{
	static const struct {
		const char *ref, *want;
	} rows[] = { { "g:h", "g:h" }, { "g", "http://a/b/c/g" }, { "./g", "http://a/b/c/g" },
		{ "g/", "http://a/b/c/g/" }, { "/g", "http://a/g" }, { "//g", "http://g" },
		{ "?y", "http://a/b/c/d;p?y" }, { "g?y", "http://a/b/c/g?y" },
		{ "#s", "http://a/b/c/d;p?q#s" }, { "g#s", "http://a/b/c/g#s" },
		{ "g?y#s", "http://a/b/c/g?y#s" }, { ";x", "http://a/b/c/;x" },
		{ "g;x", "http://a/b/c/g;x" }, { "g;x?y#s", "http://a/b/c/g;x?y#s" },
		{ "", "http://a/b/c/d;p?q" }, { ".", "http://a/b/c/" }, { "./", "http://a/b/c/" },
		{ "..", "http://a/b/" }, { "../", "http://a/b/" }, { "../g", "http://a/b/g" },
		{ "../..", "http://a/" }, { "../../", "http://a/" }, { "../../g", "http://a/g" },
		{ "../../../g", "http://a/g" }, { "../../../../g", "http://a/g" },
		{ "/./g", "http://a/g" }, { "/../g", "http://a/g" }, { "g.", "http://a/b/c/g." },
		{ ".g", "http://a/b/c/.g" }, { "g..", "http://a/b/c/g.." },
		{ "..g", "http://a/b/c/..g" }, { "./../g", "http://a/b/g" },
		{ "./g/.", "http://a/b/c/g/" }, { "g/./h", "http://a/b/c/g/h" },
		{ "g/../h", "http://a/b/c/h" }, { "g;x=1/./y", "http://a/b/c/g;x=1/y" },
		{ "g;x=1/../y", "http://a/b/c/y" }, { "g?y/./x", "http://a/b/c/g?y/./x" },
		{ "g?y/../x", "http://a/b/c/g?y/../x" }, { "g#s/./x", "http://a/b/c/g#s/./x" },
		{ "g#s/../x", "http://a/b/c/g#s/../x" } };
	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_arena arena = { 0 };
		assert_str(tms_url_resolve(&arena, TMS_STR(BASE), tms_str_from(rows[i].ref)),
			rows[i].want);
		tms_arena_free(&arena);
	}
}

static void resolved_addresses_are_valid_whatever_feeds_write(void **state)
{
	static const struct {
		const char *why, *base, *ref, *want;
	} rows[] = {
		{ "white space around", BASE, " \n/g\t", "http://a/g" },
		{ "a line break inside", BASE, "/g\n  h", "http://a/g%20%20h" },
		{ "spaces", BASE, "a b?c d#e f", "http://a/b/c/a%20b?c%20d#e%20f" },
		{ "letters beyond ASCII", BASE, "/\xc3\xa9?\xc3\xa9", "http://a/%C3%A9?%C3%A9" },
		{ "a host beyond ASCII", BASE, "http://m\xc3\xbcller.de/",
			"http://m%c3%bcller.de/" },
		{ "encoded stays encoded", BASE, "/%C3%A9%2f", "http://a/%C3%A9%2f" },
		{ "a stray percent", BASE, "/100%", "http://a/100%25" },
		{ "brackets and pipes", BASE, "/a[1]|b?x=[1]", "http://a/a%5B1%5D%7Cb?x=%5B1%5D" },
		{ "quotes and angles", BASE, "/\"<>", "http://a/%22%3C%3E" },
		{ "a backslash is a slash", BASE, "\\g\\h?a\\b", "http://a/g/h?a%5Cb" },
		{ "upper case", "", "HTTP://EXAMPLE.org/A", "http://example.org/A" },
		{ "an IPv6 host", "", "http://[2001:DB8::1]:80/x", "http://[2001:db8::1]:80/x" },
		{ "dots at the start", "", "http://e.org/../a/./b", "http://e.org/a/b" },
		{ "no path in the base", "http://e.org", "g", "http://e.org/g" },
		{ "mail", BASE, "mailto:a@b.org", "mailto:a@b.org" },
		{ "a second number sign", BASE, "#a#b", "http://a/b/c/d;p?q#a%23b" },
		{ "relative without a base", "", "/g", "" },
		{ "relative to a tag", "tag:e.org,2000:x", "g", "" },
		{ "http without a host", "", "http:///g", "" },
		{ "a port that is none", "", "http://e.org:99999/", "" },
		{ "a host with a delimiter inside", "", "http://e.org%2f@x%2fy/", "" },
		{ "a stray percent in a host", "", "http://e%at.org/", "" },
		{ "an unclosed bracket", "", "http://[::1/", "" },
		{ "path that would become a host", "urn:/x", "..//y", "urn:/.//y" },
	};
	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_arena arena = { 0 };
		struct tms_str got = tms_url_resolve(
			&arena, tms_str_from(rows[i].base), tms_str_from(rows[i].ref));
		if (!tms_str_equal(got, tms_str_from(rows[i].want)))
			fail_msg("%s: %.*s", rows[i].why, TMS_STR_ARGS(got));
		assert_int_equal(arena.status, TMS_OK);
		tms_arena_free(&arena);
	}
}

static void an_address_splits_into_its_parts_and_back(void **state)
{
	struct tms_url u;
	(void)state;

	assert_true(tms_url_parse(TMS_STR(" https://u:p@e.org:8080/a/b?x=1&y#f "), &u));
	assert_str(u.scheme, "https");
	assert_str(u.userinfo, "u:p");
	assert_str(u.host, "e.org");
	assert_str(u.port, "8080");
	assert_str(u.path, "/a/b");
	assert_str(u.query, "x=1&y");
	assert_str(u.fragment, "f");
	assert_true(tms_url_parse(TMS_STR("//[::1]:0/?#"), &u));
	assert_str(u.host, "[::1]");
	assert_true(u.has_query && u.has_fragment && u.has_authority);
	assert_true(tms_url_parse(TMS_STR("http://a@b@c/"), &u));
	assert_str(u.host, "c");
	assert_false(tms_url_parse(TMS_STR("http://e.org/a b"), &u));
	assert_false(tms_url_parse(TMS_STR("http://e.org:8o/"), &u));
	assert_false(tms_url_parse(TMS_STR("http://e]x/"), &u));
	assert_true(tms_url_is_http(TMS_STR("HTTPS://e.org")));
	assert_false(tms_url_is_http(TMS_STR("http:///x")));
	assert_false(tms_url_is_http(TMS_STR("javascript:alert(1)//http://e.org")));
	assert_false(tms_url_is_http(TMS_STR("/x")));
}

static void queries_are_read_as_forms_are_sent(void **state)
{
	struct tms_arena arena = { 0 };
	struct tms_buf encoded = { 0 };
	struct tms_str query = TMS_STR("&match=C%2B%2B+agents%20x&&flag&=v&limit=10%&a=b=c");
	struct tms_str name, value;
	(void)state;

	assert_true(tms_url_next_parameter(&query, &name, &value));
	assert_str(name, "match");
	assert_str(tms_url_form_decode(&arena, value), "C++ agents x");
	assert_true(tms_url_next_parameter(&query, &name, &value));
	assert_str(name, "flag");
	assert_int_equal(value.len, 0);
	assert_true(tms_url_next_parameter(&query, &name, &value));
	assert_int_equal(name.len, 0);
	assert_true(tms_url_next_parameter(&query, &name, &value));
	assert_str(tms_url_form_decode(&arena, value), "10%");
	assert_true(tms_url_next_parameter(&query, &name, &value));
	assert_str(value, "b=c");
	assert_false(tms_url_next_parameter(&query, &name, &value));
	tms_url_write_encoded(&encoded, TMS_STR("a+b c/\xc3\xa9~"));
	assert_str(tms_buf_str(&encoded), "a%2Bb%20c%2F%C3%A9~");
	tms_buf_free(&encoded);
	tms_arena_free(&arena);
}

/* Of the WHATWG vectors: what we accept must lead to the same host, or browsers and we would
 * disagree on where. */
static void check_vector(const struct json_t *vector, size_t *accepted)
{
	struct tms_arena arena = { 0 };
	struct tms_url ours = { 0 }, theirs = { 0 };
	struct tms_str got = tms_url_resolve(
		&arena, tms_json_str(vector, "base"), tms_json_str(vector, "input"));
	struct tms_str href = tms_json_str(vector, "href");

	if (got.len > 0 && href.len > 0 && tms_url_is_http(href) && tms_url_parse(href, &theirs)) {
		assert_true(tms_url_parse(got, &ours));
		bool odd = tms_str_find_byte(ours.host, '%', 0) != SIZE_MAX || ours.host.len == 0 ||
			   tms_is_digit(theirs.host.ptr[0]) || theirs.host.ptr[0] == '[' ||
			   tms_str_starts(theirs.host, TMS_STR("xn--"));
		if (!odd && !tms_str_equal(ours.host, theirs.host))
			fail_msg("\"%.*s\": %.*s, not %.*s",
				TMS_STR_ARGS(tms_json_str(vector, "input")),
				TMS_STR_ARGS(ours.host), TMS_STR_ARGS(theirs.host));
		++*accepted;
	}
	tms_arena_free(&arena);
}

static void hosts_are_those_that_browsers_see(void **state)
{
	struct tms_arena arena = { 0 };
	struct json_t *vectors = NULL;
	char path[512];
	size_t accepted = 0;
	(void)state;

	if (!corpus_path("security/ssrf/wpt-urltestdata.json", path, sizeof(path)))
		skip();
	assert_int_equal(tms_json_parse(file_read(&arena, path), NULL, &vectors, NULL), TMS_OK);
	for (size_t i = 0; i < tms_json_count(vectors); i++)
		check_vector(tms_json_at(vectors, i), &accepted);
	assert_true(accepted > 100);
	tms_json_free(vectors);
	tms_arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(references_resolve_as_rfc_3986_section_5_4_says),
		cmocka_unit_test(resolved_addresses_are_valid_whatever_feeds_write),
		cmocka_unit_test(an_address_splits_into_its_parts_and_back),
		cmocka_unit_test(queries_are_read_as_forms_are_sent),
		cmocka_unit_test(hosts_are_those_that_browsers_see),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
