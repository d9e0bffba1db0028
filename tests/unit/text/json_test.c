#include "../corpus_files.h"

#include <tamis/buf.h>
#include <tamis/json.h>

static enum tms_status parse(struct tms_str text, struct json_t **out, struct tms_diag *diag)
{
	*out = NULL;
	*diag = (struct tms_diag){ 0 };
	return tms_json_parse(text, NULL, out, diag);
}

static void json_test_suite(const char *path, struct tms_str bytes)
{
	const char *name = strrchr(path, '/') + 1;
	struct json_t *value;
	struct tms_diag diag;
	double before = cpu_ms();
	enum tms_status st = parse(bytes, &value, &diag);

	if ((name[0] == 'y' && st != TMS_OK) || (name[0] == 'n' && st == TMS_OK))
		fail_msg("%s: %s", name, st == TMS_OK ? "accepted" : diag.text);
	if (st != TMS_OK && diag.text[0] == '\0')
		fail_msg("%s: refused without a reason", name);
	if (cpu_ms() - before > 250 * BUDGET_FACTOR)
		fail_msg("%s: took %.0f ms", name, cpu_ms() - before);
	tms_json_free(value);
}

static void the_public_suite_is_accepted_and_refused_as_it_says(void **state)
{
	(void)state;
	size_t files = corpus_each("security/json/test_parsing", json_test_suite);
	assert_true(files == 0 || files > 300);
}

static void what_jansson_refuses_too_strictly_is_read(void **state)
{
	struct json_t *value;
	struct tms_diag diag;
	double number = 0;
	(void)state;

	assert_int_equal(parse(TMS_STR("\xef\xbb\xbf{\"a\":1,\"a\":2}"), &value, &diag), TMS_OK);
	int64_t n = 0;
	assert_true(tms_json_int(value, "a", &n));
	assert_int_equal(n, 2);
	tms_json_free(value);
	assert_int_equal(parse(TMS_STR("{\"id\":123456789012345678901}"), &value, &diag), TMS_OK);
	assert_false(tms_json_int(value, "id", &n));
	assert_true(tms_json_double(value, "id", &number));
	tms_json_free(value);
	assert_int_equal(parse(TMS_STR("[\"a\\ud83d\",\"\\ud83d\\ude00\",\"\\\\ud83d\","
				       "\"\\ude00\\u0041\"]"),
				 &value, &diag),
		TMS_OK);
	assert_str(tms_json_text(tms_json_at(value, 0)), "a\xef\xbf\xbd");
	assert_str(tms_json_text(tms_json_at(value, 1)), "\xf0\x9f\x98\x80");
	assert_str(tms_json_text(tms_json_at(value, 2)), "\\ud83d");
	assert_str(tms_json_text(tms_json_at(value, 3)), "\xef\xbf\xbd"
							 "A");
	tms_json_free(value);
}

static void faults_name_their_place(void **state)
{
	static const struct {
		const char *text;
		uint32_t line, column;
		const char *words;
	} rows[] = {
		{ "", 1, 1, "empty" },
		{ "{\"a\":\n  NaN}", 2, 5, "NaN" },
		{ "[1,]", 1, 4, "]" },
		{ "[\"\xff\"]", 1, 2, "0xff" },
		{ "[1] x", 1, 5, "end of file" },
	};
	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct json_t *value;
		struct tms_diag diag;
		assert_int_equal(parse(tms_str_from(rows[i].text), &value, &diag), TMS_EMALFORMED);
		assert_null(value);
		if (diag.line != rows[i].line || diag.column != rows[i].column ||
			!strstr(diag.text, rows[i].words))
			fail_msg("%s: %u:%u %s", rows[i].text, diag.line, diag.column, diag.text);
	}
}

static void limits_are_named(void **state)
{
	static const struct {
		struct tms_json_limits limits;
		const char *text, *words;
	} rows[] = {
		{ { .bytes = 4 }, "[1,2]", "limit is 4" },
		{ { .depth = 2 }, "[[\"[[[\"],{\"a\":[]}]", "limit of 2 values inside" },
		{ { .values = 4 }, "[1,2,3,4]", "limit of 4 values" },
	};
	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct json_t *value = NULL;
		struct tms_diag diag = { 0 };
		assert_int_equal(
			tms_json_parse(tms_str_from(rows[i].text), &rows[i].limits, &value, &diag),
			TMS_ELIMIT);
		if (!strstr(diag.text, rows[i].words))
			fail_msg("%s", diag.text);
	}
}

static void fields_that_vanish_or_change_their_kind_say_nothing(void **state)
{
	struct json_t *value;
	struct tms_diag diag;
	int64_t n = 7;
	(void)state;

	assert_int_equal(parse(TMS_STR("{\"s\":\"x\",\"i\":3.0,\"r\":1.5,\"b\":true,\"n\":null,"
				       "\"a\":[1,2],\"o\":{\"k\":\"v\"}}"),
				 &value, &diag),
		TMS_OK);
	assert_str(tms_json_str(value, "s"), "x");
	assert_int_equal(tms_json_str(value, "i").len, 0);
	assert_int_equal(tms_json_str(NULL, "i").len, 0);
	assert_false(tms_json_int(value, "s", &n));
	assert_false(tms_json_int(value, "r", &n));
	assert_false(tms_json_int(value, "n", &n));
	assert_int_equal(n, 7);
	assert_true(tms_json_int(value, "i", &n));
	assert_int_equal(n, 3);
	assert_true(tms_json_bool(value, "b", false));
	assert_true(tms_json_bool(value, "s", true));
	assert_null(tms_json_array(value, "o"));
	assert_null(tms_json_object(value, "a"));
	assert_int_equal(tms_json_count(tms_json_array(value, "a")), 2);
	assert_int_equal(tms_json_count(tms_json_get(value, "s")), 0);
	assert_null(tms_json_at(value, 0));
	assert_int_equal(tms_json_kind_of(tms_json_get(value, "n")), TMS_JSON_NULL);
	assert_int_equal(tms_json_kind_of(tms_json_get(value, "zz")), TMS_JSON_NONE);
	assert_str(tms_json_str(tms_json_object(value, "o"), "k"), "v");
	tms_json_free(value);
}

static void what_is_written_reads_back_the_same(void **state)
{
	static const char *const rows[] = {
		"{\"b\":1,\"a\":[true,false,null,-5,1.5,0.1,1e+300],\"s\":\"\\\"\\\\\\n\\u0001\xc3\xa9\",\"e\":{},\"l\":[]}",
		"[[[1],[2]],{\"x\":{\"y\":[{}]}}]",
		"\"x\"",
	};
	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_buf buf = { 0 };
		struct tms_json_writer w = { .buf = &buf };
		struct json_t *value;
		struct tms_diag diag;
		assert_int_equal(parse(tms_str_from(rows[i]), &value, &diag), TMS_OK);
		tms_json_add_value(&w, value);
		assert_str(tms_buf_str(&buf), rows[i]);
		tms_json_free(value);
		tms_buf_free(&buf);
	}
}

static void the_writer_places_commas_and_escapes(void **state)
{
	struct tms_buf buf = { 0 };
	struct tms_json_writer w = { .buf = &buf };
	(void)state;

	tms_json_begin(&w, '{');
	tms_json_member_str(&w, "a", TMS_STR("x\"\x01\t\xff<\x7f"));
	tms_json_key(&w, "l");
	tms_json_begin(&w, '[');
	tms_json_add_int(&w, INT64_MIN);
	tms_json_begin(&w, '[');
	tms_json_end(&w);
	tms_json_add_raw(&w, TMS_STR("true"));
	tms_json_add_null(&w);
	tms_json_end(&w);
	tms_json_member_int(&w, "n", 5);
	tms_json_end(&w);
	assert_str(tms_buf_str(&buf), "{\"a\":\"x\\\"\\u0001\\t\xef\xbf\xbd<\x7f\",\"l\":["
				      "-9223372036854775808,[],true,null],\"n\":5}");
	tms_buf_clear(&buf);
	for (int i = 0; i < 70; i++)
		tms_json_begin(&w, '[');
	assert_int_equal(buf.status, TMS_ELIMIT);
	tms_buf_free(&buf);
}

static void naughty_strings_round_trip(void **state)
{
	struct tms_arena arena = { 0 };
	struct tms_buf buf = { 0 };
	struct tms_json_writer w = { .buf = &buf };
	struct json_t *value, *again;
	struct tms_diag diag;
	char path[512];
	(void)state;

	if (!corpus_path("security/strings/blns.json", path, sizeof(path)))
		skip();
	assert_int_equal(parse(file_read(&arena, path), &value, &diag), TMS_OK);
	tms_json_add_value(&w, value);
	assert_int_equal(parse(tms_buf_str(&buf), &again, &diag), TMS_OK);
	assert_true(tms_json_count(value) > 400);
	for (size_t i = 0; i < tms_json_count(value); i++)
		assert_true(tms_str_equal(tms_json_text(tms_json_at(value, i)),
			tms_json_text(tms_json_at(again, i))));
	tms_json_free(value);
	tms_json_free(again);
	tms_buf_free(&buf);
	tms_arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_public_suite_is_accepted_and_refused_as_it_says),
		cmocka_unit_test(what_jansson_refuses_too_strictly_is_read),
		cmocka_unit_test(faults_name_their_place),
		cmocka_unit_test(limits_are_named),
		cmocka_unit_test(fields_that_vanish_or_change_their_kind_say_nothing),
		cmocka_unit_test(what_is_written_reads_back_the_same),
		cmocka_unit_test(the_writer_places_commas_and_escapes),
		cmocka_unit_test(naughty_strings_round_trip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
