#include "../corpus_files.h"

#include <tamis/json.h>

#include "text/json_pull.h"

#define DAMAGES 30000

/* ---- one text, by both readers ---- */

/* Both write what they read as arrays of strings, whole numbers and words: an object as [key, value, …]. */
struct copy {
	struct tms_buf buf;
	struct tms_json_writer writer;
	size_t members;
};

static void copy_number(struct copy *copy, bool is_whole, int64_t number)
{
	if (is_whole)
		tms_json_add_int(&copy->writer, number);
	else
		tms_json_add_raw(&copy->writer, TMS_STR("0.5"));
}

static void copy_tree(struct copy *copy, const struct json_t *value)
{
	enum tms_json_kind kind = tms_json_kind_of(value);
	const struct json_t *member = NULL;
	struct tms_str key = { 0 };
	void *cursor = NULL;
	int64_t number = 0;

	if (kind == TMS_JSON_OBJECT || kind == TMS_JSON_ARRAY) {
		tms_json_begin(&copy->writer, '[');
		for (size_t i = 0; kind == TMS_JSON_ARRAY && i < tms_json_count(value); i++)
			copy_tree(copy, tms_json_at(value, i));
		while (kind == TMS_JSON_OBJECT && tms_json_next(value, &cursor, &key, &member)) {
			copy->members++;
			tms_json_add_str(&copy->writer, key);
			copy_tree(copy, member);
		}
		tms_json_end(&copy->writer);
	} else if (kind == TMS_JSON_STRING) {
		tms_json_add_str(&copy->writer, tms_json_text(value));
	} else if (kind == TMS_JSON_NUMBER) {
		bool is_whole = tms_json_value_int(value, &number);
		copy_number(copy, is_whole, number);
	} else {
		tms_json_add_value(&copy->writer, value);
	}
}

static char at_hand(struct json_pull *pull)
{
	while (pull->at < pull->text.len && pull->text.ptr[pull->at] != '\v' &&
		pull->text.ptr[pull->at] != '\f' && tms_is_space(pull->text.ptr[pull->at]))
		pull->at++;
	return pull->at < pull->text.len ? pull->text.ptr[pull->at] : '\0';
}

static void copy_pulled(struct copy *copy, struct json_pull *pull)
{
	char byte = at_hand(pull);
	struct tms_str key = { 0 };
	int64_t number = 0;

	if (byte == '{' || byte == '[') {
		tms_json_begin(&copy->writer, '[');
		if (json_pull_enter(pull, byte)) {
			while (byte == '[' && json_pull_element(pull))
				copy_pulled(copy, pull);
			while (byte == '{' && json_pull_member(pull, &key)) {
				copy->members++;
				tms_json_add_str(&copy->writer, key);
				copy_pulled(copy, pull);
			}
		}
		tms_json_end(&copy->writer);
	} else if (byte == '"') {
		tms_json_add_str(&copy->writer, json_pull_str(pull));
	} else if (byte == '-' || tms_is_digit(byte)) {
		bool is_whole = json_pull_int(pull, &number);
		copy_number(copy, is_whole, number);
	} else if (byte == 't' || byte == 'f') {
		bool is_true = json_pull_bool(pull, byte == 'f');
		tms_json_add_raw(&copy->writer, is_true ? TMS_STR("true") : TMS_STR("false"));
	} else {
		(void)json_pull_skip(pull);
		tms_json_add_null(&copy->writer);
	}
}

/* Read, and stepped over as a whole. */
static enum tms_status pull_all(struct copy *copy, struct tms_str text, struct tms_diag *diag)
{
	struct tms_arena arena = { 0 };
	struct json_pull pull;

	json_pull_begin(&pull, &arena, text);
	copy_pulled(copy, &pull);
	enum tms_status st = json_pull_end(&pull, diag);
	json_pull_begin(&pull, &arena, text);
	struct tms_str whole = json_pull_skip(&pull);
	enum tms_status skipped = json_pull_end(&pull, NULL);
	if (st != skipped)
		fail_msg("%.*s: read %d, stepped over %d", TMS_STR_ARGS(text), st, skipped);
	if (st == TMS_OK)
		assert_true(whole.len > 0);
	tms_arena_free(&arena);
	return st;
}

/* Is the text accepted? */
static bool agree(struct tms_str text)
{
	struct copy tree = { .members = 0 }, pulled = { .members = 0 };
	struct json_t *value = NULL;
	struct tms_diag diag = { 0 };

	tree.writer.buf = &tree.buf;
	pulled.writer.buf = &pulled.buf;
	bool is_read = tms_json_parse(text, NULL, &value, NULL) == TMS_OK;
	enum tms_status st = pull_all(&pulled, text, &diag);
	if (is_read != (st == TMS_OK))
		fail_msg("%.*s: pulled with status %d (%s)", TMS_STR_ARGS(text), st, diag.text);
	if (is_read)
		copy_tree(&tree, value);
	else
		assert_true(diag.text[0] != '\0' && diag.line > 0 && diag.column > 0);
	/* of equal keys a tree has one; beside half a pair it has no NUL */
	bool is_comparable = is_read && tree.members == pulled.members &&
			     tms_str_find(text, TMS_STR("\\u0000"), 0) == SIZE_MAX;
	if (is_comparable && !tms_str_equal(tms_buf_str(&tree.buf), tms_buf_str(&pulled.buf)))
		fail_msg("%.*s: pulled as %.*s", TMS_STR_ARGS(text),
			TMS_STR_ARGS(tms_buf_str(&pulled.buf)));
	tms_json_free(value);
	tms_buf_free(&tree.buf);
	tms_buf_free(&pulled.buf);
	return is_read;
}

/* ---- tests ---- */

static void each_form_is_read_as_the_tree_has_it(void **state)
{
	static const struct {
		const char *why, *text;
		bool is_json;
	} rows[] = {
		{ "an object", "{\"a\":1,\"b\":[true,false,null],\"c\":{}}", true },
		{ "white space anywhere", " \t\r\n{ \"a\" : [ 1 , 2 ] } \n", true },
		{ "a word alone", "null", true },
		{ "a byte order mark", "\xef\xbb\xbf[1]", true },
		{ "all escapes", "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\u20ac\\ud83d\\ude00\"",
			true },
		{ "half a pair", "[\"a\\ud83d\",\"\\ude00b\",\"\\ud83dx\",\"\\ud83d\\u0041\"]",
			true },
		{ "characters of two to four bytes", "\"\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80\"",
			true },
		{ "the ends of 64 bits", "[9223372036854775807,-9223372036854775808,-0]", true },
		{ "a whole number otherwise", "[3.0,1e3,-2.50e1,1E+2]", true },
		{ "a number that is not whole", "[0.5,1e-3]", true },
		{ "a double's end", "1e308", true },
		{ "nothing", "", false },
		{ "white space", "  ", false },
		{ "a comma at the end", "[1,]", false },
		{ "a comma at the start", "[,1]", false },
		{ "a comma in an object at the end", "{\"a\":1,}", false },
		{ "no comma", "[1 2]", false },
		{ "no colon", "{\"a\" 1}", false },
		{ "no value", "{\"a\":}", false },
		{ "no key", "{1:2}", false },
		{ "the other bracket", "[1}", false },
		{ "no bracket at the end", "[[1]", false },
		{ "one bracket more", "[1]]", false },
		{ "two values", "1 2", false },
		{ "a word cut short", "[tru]", false },
		{ "a word that goes on", "[nullx]", false },
		{ "a number with a zero first", "01", false },
		{ "a minus alone", "-", false },
		{ "a point at the end", "1.", false },
		{ "a point at the start", ".5", false },
		{ "no exponent", "1e", false },
		{ "beyond a double", "1e999", false },
		{ "a string that does not end", "\"abc", false },
		{ "a string that ends in a backslash", "\"abc\\", false },
		{ "a line break in a string", "\"a\nb\"", false },
		{ "an escape that is none", "\"\\x\"", false },
		{ "too few digits", "\"\\u12\"", false },
		{ "an overlong form", "\"\xc0\xaf\"", false },
		{ "a surrogate in UTF-8", "\"\xed\xa0\x80\"", false },
		{ "a character cut short", "\"\xe2\x82\"", false },
	};
	(void)state;

	for (size_t i = 0; i < TMS_COUNT(rows); i++)
		if (agree(tms_str_from(rows[i].text)) != rows[i].is_json)
			fail_msg("%s: %s", rows[i].why, rows[i].is_json ? "refused" : "taken");
	assert_false(agree(TMS_STR("[1\0]")));
	assert_false(agree(TMS_STR("\"a\0\"")));
	assert_true(agree(TMS_STR("[\"\\u0000\"]")));
}

static void a_quote_or_control_is_found_at_each_place_of_eight_bytes(void **state)
{
	static const char stops[] = { '"', '\\', '\x01', '\x1f', '\xc3', '\x7f' };
	char text[40];
	(void)state;

	for (size_t at = 1; at < 30; at++)
		for (size_t i = 0; i < sizeof(stops); i++) {
			memset(text, 'x', sizeof(text));
			text[0] = '"';
			text[at] = stops[i];
			text[at + 1] = 'n'; /* "\\n" is an escape */
			for (size_t end = at + 1; end < 34; end += 3) {
				struct tms_str cut = { text, end + 1 };
				char kept = text[end];
				text[end] = '"';
				(void)agree(cut);
				text[end] = kept;
			}
		}
}

static void suite_file(const char *path, struct tms_str bytes)
{
	(void)path;
	(void)agree(bytes);
}

static void the_public_suite_is_accepted_and_refused_alike(void **state)
{
	(void)state;
	size_t files = corpus_each("security/json/test_parsing", suite_file);
	assert_true(files == 0 || files > 300);
}

static size_t roll(uint64_t *random, size_t below)
{
	*random ^= *random << 13;
	*random ^= *random >> 7;
	*random ^= *random << 17;
	return (size_t)((*random >> 11) % below);
}

/* A byte is another one, goes, or comes again; or a piece comes in between. */
static size_t damage(char *text, size_t len, uint64_t *random)
{
	static const char bytes[] = "{}[]:,\"\\0123456789-+.eEtfnu \n\x01\x80\xc3\xa9\xf0";
	size_t at = roll(random, len), what = roll(random, 4);

	if (what == 0) {
		text[at] = bytes[roll(random, sizeof(bytes) - 1)];
	} else if (what == 1) {
		memmove(text + at, text + at + 1, len - at - 1);
		len--;
	} else if (what == 2) {
		memmove(text + at + 1, text + at, len - at);
		text[at] = bytes[roll(random, sizeof(bytes) - 1)];
		len++;
	} else {
		size_t count = 1 + roll(random, len - at > 8 ? 8 : len - at);
		memmove(text + at + count, text + at, len - at);
		len += count;
	}
	return len;
}

static void damaged_text_is_accepted_and_refused_alike(void **state)
{
	static const char whole[] =
		"{\"v\":1,\"id\":\"arxiv:2602.00001\",\"t\":[[1772431200,-3],[1.5e2,0]],"
		"\"x\":{\"n\":\"Z\xc3\xbc \\\"Q\\\" \\u00e9\\ud83d\\ude00 \xf0\x9f\x98\x80 "
		"and more of it\",\"e\":{},\"a\":[]},\"b\":true,\"c\":false,\"d\":null} ";
	uint64_t random = 0x9e3779b97f4a7c15u;
	size_t accepted = 0;
	(void)state;

	for (size_t i = 0; i < DAMAGES; i++) {
		char text[sizeof(whole) + 40];
		size_t len = sizeof(whole) - 1;
		memcpy(text, whole, len);
		for (size_t n = 1 + roll(&random, 3); n > 0; n--)
			len = damage(text, len, &random);
		accepted += agree((struct tms_str){ text, len });
	}
	assert_true(accepted > DAMAGES / 20 && accepted < DAMAGES / 2);
}

static void values_of_another_kind_say_nothing_and_are_stepped_over(void **state)
{
	struct tms_arena arena = { 0 };
	struct json_pull pull;
	int64_t number = 7;
	(void)state;

	json_pull_begin(&pull, &arena,
		TMS_STR("[{\"a\":[1]},\"x\",1.5,[2],\"a\\nb\",{\"k\":[{}]},true,0]"));
	assert_true(json_pull_enter(&pull, '['));
	assert_true(json_pull_element(&pull));
	assert_str(json_pull_str(&pull), "");
	assert_true(json_pull_element(&pull));
	assert_false(json_pull_int(&pull, &number));
	assert_true(json_pull_element(&pull));
	assert_false(json_pull_int(&pull, &number));
	assert_int_equal(number, 7);
	assert_true(json_pull_element(&pull));
	assert_false(json_pull_enter(&pull, '{'));
	assert_true(json_pull_element(&pull));
	assert_str(json_pull_str(&pull), "a\nb");
	assert_true(json_pull_element(&pull));
	assert_str(json_pull_skip(&pull), "{\"k\":[{}]}");
	assert_true(json_pull_element(&pull));
	assert_true(json_pull_bool(&pull, false));
	assert_true(json_pull_element(&pull));
	assert_true(json_pull_bool(&pull, true));
	assert_false(json_pull_element(&pull));
	assert_int_equal(json_pull_end(&pull, NULL), TMS_OK);
	tms_arena_free(&arena);
}

static void limits_are_those_of_the_tree(void **state)
{
	struct tms_buf deep = { 0 }, many = { 0 }, strings = { 0 };
	struct tms_arena little = { .max_bytes = 100 };
	struct tms_diag diag = { 0 };
	struct json_pull pull;
	(void)state;

	for (size_t i = 0; i < 200; i++)
		tms_buf_add_char(&deep, '[');
	for (size_t i = 0; i < 200; i++)
		tms_buf_add_char(&deep, ']');
	assert_true(agree(tms_buf_str(&deep)));
	tms_buf_clear(&deep);
	for (size_t i = 0; i < 300000; i++)
		tms_buf_add_char(&deep, '[');
	assert_false(agree(tms_buf_str(&deep)));
	tms_buf_add_cstr(&many, "[0");
	for (size_t i = 2; i < 250000; i++)
		tms_buf_add_cstr(&many, ",0");
	tms_buf_add_char(&many, ']');
	assert_true(agree(tms_buf_str(&many)));
	many.len--;
	tms_buf_add_cstr(&many, ",0]");
	assert_false(agree(tms_buf_str(&many)));
	tms_buf_add_cstr(&strings, "\"\\n");
	for (size_t i = 0; i < 200; i++)
		tms_buf_add_char(&strings, 'x');
	tms_buf_add_char(&strings, '"');
	json_pull_begin(&pull, &little, tms_buf_str(&strings));
	assert_str(json_pull_str(&pull), "");
	assert_int_equal(json_pull_end(&pull, &diag), TMS_ELIMIT);
	assert_true(diag.text[0] != '\0');
	tms_arena_free(&little);
	tms_buf_free(&deep);
	tms_buf_free(&many);
	tms_buf_free(&strings);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_form_is_read_as_the_tree_has_it),
		cmocka_unit_test(a_quote_or_control_is_found_at_each_place_of_eight_bytes),
		cmocka_unit_test(the_public_suite_is_accepted_and_refused_alike),
		cmocka_unit_test(damaged_text_is_accepted_and_refused_alike),
		cmocka_unit_test(values_of_another_kind_say_nothing_and_are_stepped_over),
		cmocka_unit_test(limits_are_those_of_the_tree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
