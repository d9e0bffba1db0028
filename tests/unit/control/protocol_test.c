/* What may be said at the control socket, and nothing else. */
#include "test.h"

#include "control/protocol.h"

static void requests_are_what_they_say(void **state)
{
	static const struct {
		const char *line;
		struct tms_control_request want;
	} rows[] = {
		{ "{\"v\":1,\"do\":\"health\"}", { .verb = TMS_CONTROL_HEALTH } },
		{ "{ \"do\" : \"health\", \"ready\" : true, \"v\" : 1 }\r",
			{ .verb = TMS_CONTROL_HEALTH, .is_ready = true } },
		{ "{\"v\":1,\"do\":\"reload\"}", { .verb = TMS_CONTROL_RELOAD } },
		{ "{\"v\":1,\"do\":\"refresh\"}", { .verb = TMS_CONTROL_REFRESH } },
		{ "{\"v\":1,\"do\":\"refresh\",\"sources\":[\"a\",\"b-2\"]}",
			{ .verb = TMS_CONTROL_REFRESH, .sources_count = 2 } },
		{ "{\"v\":1,\"do\":\"release\",\"sources\":[\"a\"]}",
			{ .verb = TMS_CONTROL_RELEASE, .sources_count = 1 } },
		{ "{\"v\":1,\"do\":\"configuration\"}", { .verb = TMS_CONTROL_CONFIGURATION } },
	};
	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_arena arena = { 0 };
		struct tms_control_request request;
		struct tms_diag diag = { 0 };
		if (control_request_read(&arena, tms_str_from(rows[i].line), &request, &diag) !=
			TMS_OK)
			fail_msg("%s: %s", rows[i].line, diag.text);
		assert_int_equal(request.verb, rows[i].want.verb);
		assert_int_equal(request.is_ready, rows[i].want.is_ready);
		assert_int_equal(request.sources_count, rows[i].want.sources_count);
		tms_arena_free(&arena);
	}
}

static void what_is_no_request_is_refused_with_the_reason(void **state)
{
	static const struct {
		const char *why, *line, *say;
	} rows[] = {
		{ "nothing", "", "a line of JSON" },
		{ "HTTP, from a browser that was led here", "GET / HTTP/1.1\r", "a line of JSON" },
		{ "no object", "[1]", "an object" },
		{ "an object that does not end", "{\"v\":1,\"do\":\"reload\"", "a line of JSON" },
		{ "something behind it", "{\"v\":1,\"do\":\"reload\"} {}", "a line of JSON" },
		{ "a member twice", "{\"v\":1,\"do\":\"health\",\"do\":\"reload\"}",
			"a line of JSON" },
		{ "no version", "{\"do\":\"reload\"}", "are missing" },
		{ "another version", "{\"v\":2,\"do\":\"reload\"}", "\"v\":1" },
		{ "a version in words", "{\"v\":\"1\",\"do\":\"reload\"}", "\"v\":1" },
		{ "nothing to do", "{\"v\":1}", "are missing" },
		{ "something else to do", "{\"v\":1,\"do\":\"exec\"}", "\"do\" is" },
		{ "a member of nobody", "{\"v\":1,\"do\":\"reload\",\"x\":1}", "its members are" },
		{ "a text for a list", "{\"v\":1,\"do\":\"refresh\",\"sources\":\"a\"}", "a list" },
		{ "no name", "{\"v\":1,\"do\":\"refresh\",\"sources\":[\"a/b\"]}", "a name of" },
		{ "no text", "{\"v\":1,\"do\":\"refresh\",\"sources\":[1]}", "a name of" },
		{ "an empty name", "{\"v\":1,\"do\":\"refresh\",\"sources\":[\"\"]}", "a name of" },
		{ "names where there are none", "{\"v\":1,\"do\":\"reload\",\"sources\":[\"a\"]}",
			"only refresh" },
		{ "two to release", "{\"v\":1,\"do\":\"release\",\"sources\":[\"a\",\"b\"]}",
			"takes one" },
		{ "none to release", "{\"v\":1,\"do\":\"release\"}", "takes one" },
		{ "ready for what", "{\"v\":1,\"do\":\"reload\",\"ready\":true}", "only health" },
		{ "perhaps ready", "{\"v\":1,\"do\":\"health\",\"ready\":1}", "true or false" },
		{ "bytes", "\xff\xfe{", "a line of JSON" },
	};
	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_arena arena = { 0 };
		struct tms_control_request request;
		struct tms_diag diag = { 0 };
		assert_int_equal(control_request_read(
					 &arena, tms_str_from(rows[i].line), &request, &diag),
			TMS_EINVAL);
		if (tms_str_find(tms_str_from(diag.text), tms_str_from(rows[i].say), 0) == SIZE_MAX)
			fail_msg("%s: %s", rows[i].why, diag.text);
		tms_arena_free(&arena);
	}
}

static void brackets_without_end_are_refused_and_cost_nothing(void **state)
{
	static char line[TMS_CONTROL_REQUEST_BYTES_MAX];
	struct tms_arena arena = { 0 };
	struct tms_control_request request;
	struct tms_diag diag = { 0 };
	(void)state;

	memset(line, '[', sizeof(line));
	assert_int_equal(control_request_read(
				 &arena, (struct tms_str){ line, sizeof(line) }, &request, &diag),
		TMS_EINVAL);
	tms_arena_free(&arena);
}

static void an_answer_is_read_as_it_was_written(void **state)
{
	struct tms_buf buf = { 0 };
	enum tms_control_stream stream;
	struct tms_str text;
	int exit_status = -1;
	(void)state;

	control_text_write(&buf, TMS_CONTROL_OUT, TMS_STR("a\tb\n\nexit 0\n"));
	control_text_write(&buf, TMS_CONTROL_ERR, TMS_STR("an escape \x1b[2J"));
	control_exit_write(&buf, 1);
	assert_str(tms_buf_str(&buf), "out a\tb\nout \nout exit 0\nerr an escape ?[2J\nexit 1\n");
	assert_true(control_line_read(TMS_STR("out exit 0"), &stream, &text, &exit_status));
	assert_int_equal(stream, TMS_CONTROL_OUT);
	assert_str(text, "exit 0");
	assert_true(control_line_read(TMS_STR("exit 3"), &stream, &text, &exit_status));
	assert_int_equal(stream, TMS_CONTROL_EXIT);
	assert_int_equal(exit_status, 3);
	assert_false(control_line_read(TMS_STR("exit 4"), &stream, &text, &exit_status));
	assert_false(control_line_read(TMS_STR("exit 10"), &stream, &text, &exit_status));
	assert_false(control_line_read(TMS_STR("out"), &stream, &text, &exit_status));
	assert_false(control_line_read(TMS_STR(""), &stream, &text, &exit_status));
	tms_buf_free(&buf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_are_what_they_say),
		cmocka_unit_test(what_is_no_request_is_refused_with_the_reason),
		cmocka_unit_test(brackets_without_end_are_refused_and_cost_nothing),
		cmocka_unit_test(an_answer_is_read_as_it_was_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
