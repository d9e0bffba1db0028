#include "test.h"

#include <tamis/listen.h>
#include <tamis/response.h>

static void a_feed_says_all_that_readers_and_browsers_need(void **state)
{
	struct tms_buf out = { 0 };
	const struct tms_response response = { .status = 200,
		.content_type = TMS_STR("application/atom+xml; charset=utf-8"),
		.content_encoding = TMS_STR("gzip"),
		.cache_control = TMS_STR("private, max-age=900"),
		.etag = TMS_STR("W/\"e\""),
		.has_last_modified = true,
		.last_modified = 0,
		.varies_by_coding = true };
	(void)state;

	assert_int_equal(tms_response_write_head(&out, &response, 42), TMS_OK);
	assert_str(tms_buf_str(&out), "HTTP/1.1 200 OK\r\n"
				      "Content-Type: application/atom+xml; charset=utf-8\r\n"
				      "Content-Encoding: gzip\r\n"
				      "Cache-Control: private, max-age=900\r\n"
				      "ETag: W/\"e\"\r\n"
				      "Last-Modified: Thu, 01 Jan 1970 00:00:00 GMT\r\n"
				      "Vary: Accept-Encoding\r\n"
				      "X-Content-Type-Options: nosniff\r\n"
				      "Referrer-Policy: no-referrer\r\n"
				      "Content-Security-Policy: default-src 'none'; sandbox\r\n"
				      "X-Robots-Tag: noindex\r\n"
				      "Content-Length: 42\r\n");
	tms_buf_free(&out);
}

static void a_304_keeps_validators_and_has_no_body_fields(void **state)
{
	struct tms_buf out = { 0 };
	const struct tms_response response = { .status = 304,
		.content_type = TMS_STR("application/atom+xml"),
		.content_encoding = TMS_STR("gzip"),
		.cache_control = TMS_STR("max-age=900"),
		.etag = TMS_STR("\"e\""),
		.varies_by_coding = true };
	(void)state;

	assert_int_equal(tms_response_write_head(&out, &response, 42), TMS_OK);
	struct tms_str text = tms_buf_str(&out);
	assert_true(tms_str_find(text, TMS_STR("Content-Length"), 0) == SIZE_MAX);
	assert_true(tms_str_find(text, TMS_STR("Content-Type:"), 0) == SIZE_MAX);
	assert_true(tms_str_find(text, TMS_STR("Content-Encoding"), 0) == SIZE_MAX);
	assert_true(tms_str_find(text, TMS_STR("ETag: \"e\"\r\n"), 0) != SIZE_MAX);
	assert_true(tms_str_find(text, TMS_STR("Vary: Accept-Encoding\r\n"), 0) != SIZE_MAX);
	assert_true(tms_str_find(text, TMS_STR("Cache-Control: max-age=900\r\n"), 0) != SIZE_MAX);
	tms_buf_free(&out);
}

static void a_page_gets_its_own_policy_or_the_strict_one(void **state)
{
	struct tms_buf out = { 0 };
	struct tms_response response = { .status = 200, .security = TMS_SECURITY_PAGE };
	(void)state;

	assert_int_equal(tms_response_write_head(&out, &response, 42), TMS_OK);
	assert_true(tms_str_find(tms_buf_str(&out),
			    TMS_STR("Content-Security-Policy: " TMS_POLICY_PAGE "\r\n"
				    "Cross-Origin-Opener-Policy: same-origin\r\n"),
			    0) != SIZE_MAX);
	tms_buf_clear(&out);
	response.policy = TMS_STR("default-src 'none'");
	assert_int_equal(tms_response_write_head(&out, &response, 42), TMS_OK);
	assert_true(
		tms_str_find(tms_buf_str(&out),
			TMS_STR("Content-Security-Policy: default-src 'none'\r\n"), 0) != SIZE_MAX);
	assert_true(tms_str_find(tms_buf_str(&out), TMS_STR("X-Robots-Tag"), 0) == SIZE_MAX);
	tms_buf_free(&out);
}

static void nothing_is_written_when_a_value_could_split_the_response(void **state)
{
	static const struct {
		const char *why;
		struct tms_header header;
		bool want;
	} rows[] = {
		{ "a plain one", { TMS_STR_INIT("X"), TMS_STR_INIT("a\tb") }, true },
		{ "CRLF", { TMS_STR_INIT("X"), TMS_STR_INIT("a\r\nSet-Cookie: b") }, false },
		{ "LF", { TMS_STR_INIT("X"), TMS_STR_INIT("a\nb") }, false },
		{ "NUL", { TMS_STR_INIT("X"), TMS_STR_INIT("a\0b") }, false },
		{ "white space at the end", { TMS_STR_INIT("X"), TMS_STR_INIT("a ") }, false },
		{ "a name with a colon", { TMS_STR_INIT("X: y"), TMS_STR_INIT("a") }, false },
		{ "an empty name", { TMS_STR_INIT(""), TMS_STR_INIT("a") }, false },
		{ "a second length", { TMS_STR_INIT("content-length"), TMS_STR_INIT("0") }, false },
		{ "a coding", { TMS_STR_INIT("Transfer-Encoding"), TMS_STR_INIT("chunked") },
			false },
	};
	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_buf out = { 0 };
		const struct tms_response response = {
			.status = 200, .headers = &rows[i].header, .header_count = 1
		};
		enum tms_status st = tms_response_write_head(&out, &response, 42);
		if (st != (rows[i].want ? TMS_OK : TMS_EINVAL) || (st != TMS_OK && out.len))
			fail_msg("%s", rows[i].why);
		tms_buf_free(&out);
	}
	struct tms_buf out = { 0 };
	const struct tms_response response = { .status = 302, .location = TMS_STR("/\r\n") };
	assert_int_equal(tms_response_write_head(&out, &response, 42), TMS_EINVAL);
	tms_buf_free(&out);
}

static void the_connection_header_speaks_the_clients_version(void **state)
{
	(void)state;
	assert_str(tms_response_end(1, true), "\r\n");
	assert_str(tms_response_end(0, true), "Connection: keep-alive\r\n\r\n");
	assert_str(tms_response_end(1, false), "Connection: close\r\n\r\n");
	assert_str(tms_response_end(0, false), "Connection: close\r\n\r\n");
}

static void a_head_fits_only_the_body_whose_length_it_says(void **state)
{
	static const struct {
		const char *why;
		struct tms_str head;
		uint64_t content_bytes;
		int want; /* 0: it does not fit */
	} rows[] = {
		{ "as written", TMS_STR_INIT("HTTP/1.1 200 OK\r\nContent-Length: 42\r\n"), 42,
			200 },
		{ "no body", TMS_STR_INIT("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n"), 0,
			404 },
		{ "304 has none to fit", TMS_STR_INIT("HTTP/1.1 304 Not Modified\r\n"), 42, 304 },
		{ "a shorter body", TMS_STR_INIT("HTTP/1.1 200 OK\r\nContent-Length: 42\r\n"), 2,
			0 },
		{ "a longer body", TMS_STR_INIT("HTTP/1.1 200 OK\r\nContent-Length: 42\r\n"), 142,
			0 },
		{ "another field", TMS_STR_INIT("HTTP/1.1 200 OK\r\nX-Content-Length: 42\r\n"), 42,
			0 },
		{ "no length", TMS_STR_INIT("HTTP/1.1 200 OK\r\n"), 0, 0 },
		{ "digits alone", TMS_STR_INIT("42\r\n"), 42, 0 },
		{ "not final", TMS_STR_INIT("HTTP/1.1 100 Continue\r\n"), 0, 0 },
		{ "ended already", TMS_STR_INIT("HTTP/1.1 200 OK\r\nContent-Length: 42\r\n\r\n"),
			42, 0 },
		{ "304 ended already", TMS_STR_INIT("HTTP/1.1 304 Not Modified\r\n\r\n"), 0, 0 },
		{ "no line end", TMS_STR_INIT("HTTP/1.1 304 Not Modified"), 0, 0 },
	};
	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		int status = 0;
		(void)tms_response_head_fits(rows[i].head, rows[i].content_bytes, &status);
		if (status != rows[i].want)
			fail_msg("%s: %d", rows[i].why, status);
	}
	struct tms_buf out = { 0 };
	int status = 0;
	const struct tms_response response = { .status = 503, .retry_after_s = 30 };
	assert_int_equal(tms_response_write_head(&out, &response, UINT64_MAX), TMS_OK);
	assert_true(tms_response_head_fits(tms_buf_str(&out), UINT64_MAX, &status));
	assert_true(
		tms_str_find(tms_buf_str(&out), TMS_STR("\r\nRetry-After: 30\r\n"), 0) != SIZE_MAX);
	tms_buf_free(&out);
}

static void listen_addresses_are_read_as_people_write_them(void **state)
{
	static const struct {
		const char *why;
		struct tms_str in;
		int want_kind; /* -1: refused */
		int want_port;
		bool is_local;
	} rows[] = {
		{ "IPv4", TMS_STR_INIT("127.0.0.1:8080"), TMS_LISTEN_IP4, 8080, true },
		{ "every IPv4", TMS_STR_INIT("0.0.0.0:80"), TMS_LISTEN_IP4, 80, false },
		{ "IPv6", TMS_STR_INIT("[::1]:0"), TMS_LISTEN_IP6, 0, true },
		{ "another IPv6", TMS_STR_INIT("[2001:db8::1]:65535"), TMS_LISTEN_IP6, 65535,
			false },
		{ "everything", TMS_STR_INIT(":8080"), TMS_LISTEN_ANY, 8080, false },
		{ "a socket", TMS_STR_INIT("unix:/run/a.sock"), TMS_LISTEN_UNIX, 0, true },
		{ "no port", TMS_STR_INIT("127.0.0.1"), -1, 0, false },
		{ "an empty port", TMS_STR_INIT("127.0.0.1:"), -1, 0, false },
		{ "a port too high", TMS_STR_INIT("127.0.0.1:65536"), -1, 0, false },
		{ "a negative port", TMS_STR_INIT("127.0.0.1:-1"), -1, 0, false },
		{ "IPv6 without brackets", TMS_STR_INIT("::1:8080"), -1, 0, false },
		{ "a name", TMS_STR_INIT("localhost:8080"), -1, 0, false },
		{ "a socket without path", TMS_STR_INIT("unix:"), -1, 0, false },
		{ "nothing", TMS_STR_INIT(""), -1, 0, false },
	};
	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_listen listen = { 0 };
		struct tms_diag diag = { 0 };
		enum tms_status st = tms_listen_parse(rows[i].in, &listen, &diag);
		bool is_right = rows[i].want_kind < 0
					? st == TMS_EINVAL && diag.text[0]
					: st == TMS_OK && (int)listen.kind == rows[i].want_kind &&
						  listen.port == rows[i].want_port &&
						  tms_listen_is_local(&listen) == rows[i].is_local;
		if (!is_right)
			fail_msg("%s", rows[i].why);
	}
	char path[200] = "unix:/";
	memset(path + 6, 'a', sizeof(path) - 7);
	struct tms_listen listen = { 0 };
	assert_int_equal(tms_listen_parse(tms_str_from(path), &listen, NULL), TMS_EINVAL);
	path[5 + TMS_LISTEN_PATH_BYTES - 1] = '\0';
	assert_int_equal(tms_listen_parse(tms_str_from(path), &listen, NULL), TMS_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_feed_says_all_that_readers_and_browsers_need),
		cmocka_unit_test(a_304_keeps_validators_and_has_no_body_fields),
		cmocka_unit_test(a_page_gets_its_own_policy_or_the_strict_one),
		cmocka_unit_test(nothing_is_written_when_a_value_could_split_the_response),
		cmocka_unit_test(the_connection_header_speaks_the_clients_version),
		cmocka_unit_test(a_head_fits_only_the_body_whose_length_it_says),
		cmocka_unit_test(listen_addresses_are_read_as_people_write_them),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
