#include "steps.h"
#include "vectors.h"

static const struct {
	const char *why;
	struct tms_str in;
	int want[3]; /* 200: taken, 0: no more; a status: refused */
} rows[] = {
	{ "the plain case", TMS_STR_INIT("GET / HTTP/1.1\r\nHost: a\r\n\r\n"), { 200 } },
	{ "RFC 9112 2.2: one empty line before is skipped",
		TMS_STR_INIT("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"), { 200 } },
	{ "but not two", TMS_STR_INIT("\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"), { 400 } },
	{ "HTTP/1.0 may leave Host out", TMS_STR_INIT("GET / HTTP/1.0\r\n\r\n"), { 200 } },
	{ "an empty Host names nobody", TMS_STR_INIT("GET / HTTP/1.1\r\nHost:\r\n\r\n"), { 400 } },
	{ "a Host with a path", TMS_STR_INIT("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"), { 400 } },
	{ "a Host with a user", TMS_STR_INIT("GET / HTTP/1.1\r\nHost: u@a\r\n\r\n"), { 400 } },
	{ "IPv6 and a port", TMS_STR_INIT("GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n"), { 200 } },
	{ "RFC 9112 3.2.2: the absolute form, same host",
		TMS_STR_INIT("GET http://A/x?y HTTP/1.1\r\nHost: a\r\n\r\n"), { 200 } },
	{ "the absolute form, another host",
		TMS_STR_INIT("GET http://b/x HTTP/1.1\r\nHost: a\r\n\r\n"), { 400 } },
	{ "neither form", TMS_STR_INIT("GET a HTTP/1.1\r\nHost: a\r\n\r\n"), { 400 } },
	{ "* is for OPTIONS", TMS_STR_INIT("GET * HTTP/1.1\r\nHost: a\r\n\r\n"), { 400 } },
	{ "a body and the next request behind it",
		TMS_STR_INIT("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
			     "GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
		{ 200, 200 } },
	{ "a body that is not all there",
		TMS_STR_INIT("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nabc"), { 0 } },
	{ "leading zeros are digits",
		TMS_STR_INIT("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 003\r\n\r\nabc"),
		{ 200 } },
	{ "eleven digits", /* a limit of the field, before any arithmetic */
		TMS_STR_INIT(
			"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 00000000003\r\n\r\nabc"),
		{ 413 } },
	{ "an empty length", TMS_STR_INIT("POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n"),
		{ 400 } },
	{ "one byte over the body's limit",
		TMS_STR_INIT("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 65537\r\n\r\n"),
		{ 413 } },
	{ "RFC 9112 6.1: chunks without a length",
		TMS_STR_INIT("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n"),
		{ 411 } },
	{ "an unknown coding",
		TMS_STR_INIT("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: zstd\r\n\r\n"),
		{ 501 } },
	{ "an empty coding still is one",
		TMS_STR_INIT("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\r\n\r\n"), { 501 } },
	{ "coding and length",
		TMS_STR_INIT("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n"
			     "Transfer-Encoding: chunked\r\n\r\n"),
		{ 400 } },
	{ "RFC 9110 10.1.1: 1.0 knows no expectations",
		TMS_STR_INIT(
			"POST / HTTP/1.0\r\nContent-Length: 0\r\nExpect: 100-continue\r\n\r\n"),
		{ 200 } },
	{ "an encoded slash", TMS_STR_INIT("GET /a%2Fb HTTP/1.1\r\nHost: a\r\n\r\n"), { 400 } },
	{ "an encoded dot segment", TMS_STR_INIT("GET /a/%2e%2E/b HTTP/1.1\r\nHost: a\r\n\r\n"),
		{ 400 } },
	{ "a dot in a name is no segment", TMS_STR_INIT("GET /a..b HTTP/1.1\r\nHost: a\r\n\r\n"),
		{ 200 } },
	{ "half an escape", TMS_STR_INIT("GET /a%2 HTTP/1.1\r\nHost: a\r\n\r\n"), { 400 } },
	{ "dots in a query are no path",
		TMS_STR_INIT("GET /?a=/../%00 HTTP/1.1\r\nHost: a\r\n\r\n"), { 200 } },
	{ "a tab in a value", TMS_STR_INIT("GET / HTTP/1.1\r\nHost: a\r\nX: a\tb\r\n\r\n"),
		{ 200 } },
	{ "RFC 9110 5.5: obs-text in a value",
		TMS_STR_INIT("GET / HTTP/1.1\r\nHost: a\r\nX: \xe9\r\n\r\n"), { 200 } },
	{ "a tab in the request line", TMS_STR_INIT("GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n"),
		{ 400 } },
	{ "no empty line yet", TMS_STR_INIT("GET / HTTP/1.1\r\nHost: a\r\n"), { 0 } },
};

static void requests_are_taken_or_refused_as_the_rows_say(void **state)
{
	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct outcome seen = read_in_steps(rows[i].in, rows[i].in.len);
		for (size_t k = 0; k < 3; k++)
			if (seen.statuses[k] != rows[i].want[k])
				fail_msg("%s: request %zu is %d, not %d (%s)", rows[i].why, k,
					seen.statuses[k], rows[i].want[k], seen.refused);
	}
}

static void how_the_bytes_are_cut_changes_nothing(void **state)
{
	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct outcome whole = read_in_steps(rows[i].in, rows[i].in.len);
		for (size_t step = 1; step < rows[i].in.len; step++) {
			struct outcome cut = read_in_steps(rows[i].in, step);
			if (!same_outcome(&whole, &cut))
				fail_msg("%s: other in steps of %zu", rows[i].why, step);
		}
	}
}

/* "400/411/…", "200 or 400", "200,200", "200, Upgrade ignored": is this status among them? */
static bool expectation_allows(const char *expect, int status)
{
	char text[8];

	snprintf(text, sizeof(text), "%d", status);
	return strstr(expect, text) != NULL;
}

static void the_request_vectors_are_taken_and_refused_as_they_expect(void **state)
{
	json_t *vectors = desync_vectors();
	(void)state;

	if (!vectors)
		skip();
	assert_true(json_array_size(vectors) >= 65);
	for (size_t i = 0; i < json_array_size(vectors); i++) {
		json_t *vector = json_array_get(vectors, i);
		const char *id = json_string_value(json_object_get(vector, "id"));
		const char *expect = json_string_value(json_object_get(vector, "expect"));
		struct tms_arena arena = { 0 };
		struct tms_str in = latin1_bytes(&arena, json_object_get(vector, "bytes_latin1"));
		struct outcome whole = read_in_steps(in, in.len);
		size_t longest = in.len < 4096 ? in.len : 1;

		if (!whole.count || !expectation_allows(expect, whole.statuses[0]))
			fail_msg("%s: %d, expected %s (%s)", id, whole.statuses[0], expect,
				whole.refused);
		/* once refused nothing more is read, so there is exactly one response */
		if (whole.statuses[0] >= 400)
			assert_int_equal(whole.count, 1);
		for (size_t step = 1; step < longest; step++) {
			struct outcome cut = read_in_steps(in, step);
			if (!same_outcome(&whole, &cut))
				fail_msg("%s: other in steps of %zu", id, step);
		}
		tms_arena_free(&arena);
	}
	json_decref(vectors);
}

static struct tms_request read_whole(struct tms_arena *arena, const char *text)
{
	struct tms_request_reader reader;
	struct tms_request request = { 0 };
	struct tms_refusal refusal = { 0 };

	tms_request_reader_init(&reader, &limits);
	if (tms_request_read(&reader, arena, tms_str_from(text), &request, &refusal) !=
		TMS_READING_DONE)
		fail_msg("not taken: %s", refusal.text);
	return request;
}

static void a_request_shows_all_its_parts(void **state)
{
	struct tms_arena arena = { 0 };
	struct tms_request request = read_whole(&arena,
		"\r\nPUT /f/%C3%A9.atom?q=a%20b&c HTTP/1.1\r\nHost: h:1\r\nX-List:  a \r\n"
		"x-list: b,\"c, d\"\r\nContent-Length: 4\r\n\r\nbodyGET");
	(void)state;

	assert_int_equal(request.method, TMS_METHOD_PUT);
	assert_str(request.target, "/f/%C3%A9.atom?q=a%20b&c");
	assert_str(request.path, "/f/\xc3\xa9.atom");
	assert_str(request.query, "q=a%20b&c");
	assert_str(request.host, "h:1");
	assert_str(request.body, "body");
	assert_str(tms_request_header(&request, TMS_STR("X-LIST")), "a");
	assert_str(tms_request_list(&arena, &request, TMS_STR("X-List")), "a, b,\"c, d\"");
	assert_str(tms_request_header(&request, TMS_STR("Missing")), "");
	assert_int_equal(request.header_count, 4);
	assert_true(request.keeps_alive);
	tms_arena_free(&arena);
}

static void letters_of_an_address_are_as_if_percent_encoded(void **state)
{
	struct tms_arena arena = { 0 };
	struct tms_request request = read_whole(&arena,
		"GET /f/\xc3\xa9?match=\xe5\xa4\xa7%20\xf0\x9f\x90\xa6 HTTP/1.1\r\nHost: a\r\n\r\n");
	(void)state;

	assert_str(request.target, "/f/%C3%A9?match=%E5%A4%A7%20%F0%9F%90%A6");
	assert_str(request.path, "/f/\xc3\xa9");
	assert_str(request.query, "match=%E5%A4%A7%20%F0%9F%90%A6");
	tms_arena_free(&arena);
}

static void connections_are_kept_as_each_version_says(void **state)
{
	static const struct {
		const char *why, *in;
		bool want;
	} cases[] = {
		{ "1.1 keeps", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", true },
		{ "1.1 told to close", "GET / HTTP/1.1\r\nHost: a\r\nConnection: x, Close\r\n\r\n",
			false },
		{ "1.0 closes", "GET / HTTP/1.0\r\n\r\n", false },
		{ "1.0 told to keep", "GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", true },
		{ "close wins",
			"GET / HTTP/1.0\r\nConnection: keep-alive\r\nConnection: close\r\n\r\n",
			false },
	};
	(void)state;
	for (size_t i = 0; i < TMS_COUNT(cases); i++) {
		struct tms_arena arena = { 0 };
		if (read_whole(&arena, cases[i].in).keeps_alive != cases[i].want)
			fail_msg("%s", cases[i].why);
		tms_arena_free(&arena);
	}
}

static void each_limit_is_named_when_it_is_reached(void **state)
{
	static const struct {
		const char *why, *before, *repeated, *after;
		size_t times;
		int want;
		const char *named;
	} cases[] = {
		{ "a target of 8192 bytes", "GET /", "a", " HTTP/1.1\r\nHost: a\r\n\r\n", 8191, 200,
			"" },
		{ "one byte more", "GET /", "a", " HTTP/1.1\r\nHost: a\r\n\r\n", 8192, 414,
			"8192" },
		{ "an address without end", "GET /", "a", "", 10000, 414, "8192" },
		{ "100 headers", "GET / HTTP/1.1\r\nHost: a\r\n", "X: y\r\n", "\r\n", 99, 200, "" },
		{ "101 headers", "GET / HTTP/1.1\r\nHost: a\r\n", "X: y\r\n", "\r\n", 100, 431,
			"100" },
		{ "a head without end", "GET / HTTP/1.1\r\nHost: a\r\nX: ", "y", "", 20000, 431,
			"16384" },
	};
	(void)state;
	for (size_t i = 0; i < TMS_COUNT(cases); i++) {
		struct tms_buf in = { 0 };
		tms_buf_add_cstr(&in, cases[i].before);
		for (size_t k = 0; k < cases[i].times; k++)
			tms_buf_add_cstr(&in, cases[i].repeated);
		tms_buf_add_cstr(&in, cases[i].after);
		struct outcome seen = read_in_steps(tms_buf_str(&in), in.len);
		struct outcome cut = read_in_steps(tms_buf_str(&in), 7);
		if (seen.statuses[0] != cases[i].want || !strstr(seen.refused, cases[i].named))
			fail_msg("%s: %d %s", cases[i].why, seen.statuses[0], seen.refused);
		if (!same_outcome(&seen, &cut))
			fail_msg("%s: other when cut", cases[i].why);
		tms_buf_free(&in);
	}
}

static void memory_that_cannot_be_had_is_a_503(void **state)
{
	struct tms_arena arena = { .max_bytes = 8 };
	struct tms_request_reader reader;
	struct tms_request request = { 0 };
	struct tms_refusal refusal = { 0 };
	(void)state;

	tms_request_reader_init(&reader, &limits);
	assert_int_equal(tms_request_read(&reader, &arena,
				 TMS_STR("GET / HTTP/1.1\r\nHost: a\r\n\r\n"), &request, &refusal),
		TMS_READING_REFUSED);
	assert_int_equal(refusal.status, 503);
	tms_arena_free(&arena);
}

static void each_byte_of_a_headers_name_is_of_a_token(void **state)
{
	static const char others[] = "!#$%&'*+-.^_`|~:"; /* the colon ends the name */
	(void)state;

	for (int byte = 0; byte < 256; byte++) {
		char text[] = "GET / HTTP/1.1\r\nHost: a\r\nName?Name: longer than eight\r\n\r\n";
		*strchr(text, '?') = (char)byte;
		bool is_token = (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
				(byte >= 'A' && byte <= 'Z') || (byte && strchr(others, byte));
		for (size_t step = 1; step <= sizeof(text); step += sizeof(text) - 2) {
			struct outcome seen =
				read_in_steps((struct tms_str){ text, sizeof(text) - 1 }, step);
			if (seen.count != 1 || seen.statuses[0] != (is_token ? 200 : 400))
				fail_msg("byte %d, step %zu: %d", byte, step, seen.statuses[0]);
		}
	}
}

static void each_byte_of_a_host_is_of_a_name(void **state)
{
	static const char others[] = "-._~%!$&'()*+,;=:[]";
	(void)state;

	for (int byte = 0; byte < 256; byte++) {
		char text[] = "GET / HTTP/1.1\r\nHost: a?b\r\n\r\n";
		*strchr(text, '?') = (char)byte;
		bool is_of_host = (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
				  (byte >= 'A' && byte <= 'Z') || (byte && strchr(others, byte));
		struct outcome seen =
			read_in_steps((struct tms_str){ text, sizeof(text) - 1 }, sizeof(text) - 1);
		if (seen.count != 1 || seen.statuses[0] != (is_of_host ? 200 : 400))
			fail_msg("byte %d: %d", byte, seen.statuses[0]);
	}
}

static void each_byte_of_a_headers_value_is_printable_or_a_tab(void **state)
{
	(void)state;
	/* at every place within a word and behind it: the reader looks at eight bytes at once */
	for (int byte = 0; byte < 256; byte++)
		for (size_t at = 0; at < 16; at++) {
			char text[] = "GET / HTTP/1.1\r\nHost: a\r\nX: 0123456789abcdef.\r\n\r\n";
			*(strchr(text, '0') + at) = (char)byte;
			bool is_taken = (byte >= 0x20 && byte != 0x7f) || byte == '\t';
			struct outcome seen = read_in_steps(
				(struct tms_str){ text, sizeof(text) - 1 }, sizeof(text) - 1);
			if (seen.count != 1 || seen.statuses[0] != (is_taken ? 200 : 400))
				fail_msg("byte %d, place %zu: %d", byte, at, seen.statuses[0]);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_are_taken_or_refused_as_the_rows_say),
		cmocka_unit_test(how_the_bytes_are_cut_changes_nothing),
		cmocka_unit_test(the_request_vectors_are_taken_and_refused_as_they_expect),
		cmocka_unit_test(a_request_shows_all_its_parts),
		cmocka_unit_test(letters_of_an_address_are_as_if_percent_encoded),
		cmocka_unit_test(connections_are_kept_as_each_version_says),
		cmocka_unit_test(each_limit_is_named_when_it_is_reached),
		cmocka_unit_test(each_byte_of_a_headers_name_is_of_a_token),
		cmocka_unit_test(each_byte_of_a_host_is_of_a_name),
		cmocka_unit_test(each_byte_of_a_headers_value_is_printable_or_a_tab),
		cmocka_unit_test(memory_that_cannot_be_had_is_a_503),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
