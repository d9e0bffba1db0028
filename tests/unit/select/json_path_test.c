/* Paths through JSON, as RFC 9535 reads them. */
#include "test.h"

#include <tamis/date_format.h>
#include <tamis/json_path.h>

static const char document[] =
	"{\"a\":{\"b\":[{\"c\":1,\"t\":\"x\"},{\"c\":2.5,\"t\":\"y\",\"dead\":true},{\"t\":\"x\",\"c\":null}]},"
	"\"names\":[\"p\",\"q\",\"r\",\"s\"],\"x y\":\"spaced\",\"kebab-case\":\"k\",\"none\":[],\"big\":12345678901}";

static struct tms_str found(const char *path_text, enum tms_status *st)
{
	static char out[400];
	struct tms_arena arena = { 0 };
	struct tms_steps steps = { 100000 };
	struct tms_json_values values = { 0 };
	struct tms_json_path *path = NULL;
	struct tms_diag diag = { 0 };
	struct json_t *root = NULL;
	struct tms_buf all = { 0 };

	assert_int_equal(tms_json_parse(tms_str_from(document), NULL, &root, &diag), TMS_OK);
	*st = tms_json_path_parse(&arena, tms_str_from(path_text), &path, &diag);
	if (*st == TMS_OK)
		*st = tms_json_path_find(&arena, path, root, &steps, &values);
	else
		tms_buf_format(&all, "%u: %s", diag.column, diag.text);
	for (size_t i = 0; i < values.count; i++) {
		tms_buf_add_char(&all, '|');
		tms_buf_add(&all, tms_json_value_line(&arena, values.items[i]));
	}
	struct tms_str text = tms_str_slice(tms_buf_str(&all), 0, sizeof(out));
	if (text.len > 0)
		memcpy(out, text.ptr, text.len);
	tms_buf_free(&all);
	tms_json_free(root);
	tms_arena_free(&arena);
	return (struct tms_str){ out, text.len };
}

static void paths_find_what_the_standard_says(void **state)
{
	static const struct {
		const char *path, *want;
	} rows[] = {
		{ "$.a.b[*].t", "|x|y|x" },
		{ "$['a']['b'][0].c", "|1" },
		{ "$.a.b[1].c", "|2.5" },
		{ "$.a.b[-1].t", "|x" },
		{ "$.names[1:3]", "|q|r" },
		{ "$.names[-2:]", "|r|s" },
		{ "$.names[::2]", "|p|r" },
		{ "$.names[::-1]", "|s|r|q|p" },
		{ "$.names[0, 2]", "|p|r" },
		{ "$..t", "|x|y|x" },
		{ "$..b[0].t", "|x" },
		{ "$..[0]", "||p" },
		{ "$[\"x y\"]", "|spaced" },
		{ "$.kebab-case", "|k" },
		{ "$.none[*]", "" },
		{ "$.nothing.at.all", "" },
		{ "$.a.b[*].c", "|1|2.5|" },
		{ "$.big", "|12345678901" },
		{ "$.a.b[?@.t == 'x'].c", "|1|" },
		{ "$.a.b[?(@.t != 'x')].c", "|2.5" },
		{ "$.a.b[?@.dead].t", "|y" },
		{ "$.a.b[?!@.dead && @.c >= 1].t", "|x" },
		{ "$.a.b[?@.c == null].t", "|x" },
		{ "$.a.b[?@.c > 2 || @.dead == true].t", "|y" },
		{ "$.names[?@ == $.names[2]]", "|r" },
		{ "$", "|" },
	};

	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		enum tms_status st = TMS_OK;
		struct tms_str got = found(rows[i].path, &st);
		if (st != TMS_OK || !tms_str_equal(got, tms_str_from(rows[i].want)))
			fail_msg("%s: got \"%.*s\", expected \"%s\"", rows[i].path,
				TMS_STR_ARGS(got), rows[i].want);
	}
}

static void what_is_wrong_is_said_with_its_place(void **state)
{
	static const struct {
		const char *path, *want;
	} rows[] = {
		{ "a.b", "1: expected a path" },
		{ "$.", "3: expected a name" },
		{ "$[", "3: expected a name in quotes" },
		{ "$['a'", "6: expected \"]\"" },
		{ "$['a]", "6: a text without" },
		{ "$.a b", "5: expected \".\"" },
		{ "$[?length(@.a) > 1]", "4: there are no functions" },
		{ "$[?@.a == ]", "11: expected @.name" },
		{ "$[?'a']", "7: expected a comparison" },
	};

	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		enum tms_status st = TMS_OK;
		struct tms_str got = found(rows[i].path, &st);
		if (st != TMS_EINVAL || !tms_str_starts(got, tms_str_from(rows[i].want)))
			fail_msg("%s: %.*s", rows[i].path, TMS_STR_ARGS(got));
	}
}

/* Duplicates multiply: each ".." finds every value once for each of its ancestors. */
static void what_would_multiply_ends_when_its_steps_are_used(void **state)
{
	struct tms_arena arena = { .max_bytes = (size_t)64 << 20 };
	struct tms_steps steps = { 100000 };
	struct tms_json_values values;
	struct tms_json_path *path = NULL;
	struct json_t *root = NULL;
	struct tms_buf deep = { 0 };

	(void)state;
	for (int i = 0; i < 150; i++)
		tms_buf_add_cstr(&deep, "[1,");
	tms_buf_add_cstr(&deep, "2");
	for (int i = 0; i < 150; i++)
		tms_buf_add_char(&deep, ']');
	assert_int_equal(tms_json_parse(tms_buf_str(&deep), NULL, &root, NULL), TMS_OK);
	assert_int_equal(
		tms_json_path_parse(&arena, TMS_STR("$..*..*..*..*"), &path, NULL), TMS_OK);
	assert_int_equal(tms_json_path_find(&arena, path, root, &steps, &values), TMS_ELIMIT);
	assert_int_equal(steps.left, 0);
	tms_json_free(root);
	tms_buf_free(&deep);
	tms_arena_free(&arena);
}

static void dates_are_read_by_the_form_that_is_told(void **state)
{
	static const struct {
		const char *text, *format;
		int zone_minutes;
		tms_time want; /* TMS_TIME_NONE: not of this form */
		bool day_only;
	} rows[] = {
		{ "24.12.2025", "%d.%m.%Y", 0, 1766534400, true },
		{ "Monday, 24 August 2026", "%A, %d %B %Y", 0, 1787529600, true },
		{ "Fri,  7 Aug 2026 (showing 50)", "%a, %e %b %Y", 0, 1786060800, true },
		{ "24 d\xc3\xa9" "cembre 2025", "%d %B %Y", 0, 1766534400, true },
		{ "24\xc2\xa0\xd0\xb4\xd0\xb5\xd0\xba\xc2\xa0" "2025", "%d %b %Y", 0, 1766534400, true },
		{ "24 Monday 2025", "%d %B %Y", 0, TMS_TIME_NONE, false },
		{ "Sept 3, 24", "%b %d, %y", 0, 1725321600, true },
		{ "2026-03-01 01:30 PM", "%Y-%m-%d %I:%M %p", 0, 1772371800, false },
		{ "2026-03-01 13:30", "%Y-%m-%d %H:%M", 120, 1772364600, false },
		{ "2026-03-01 13:30 -0500", "%Y-%m-%d %H:%M %z", 120, 1772389800, false },
		{ "1772371800", "%s", 120, 1772371800, false },
		{ "1772371800123", "%Q", 0, 1772371800, false },
		{ "24/13/2025", "%d/%m/%Y", 0, TMS_TIME_NONE, false },
		{ "30.02.2025", "%d.%m.%Y", 0, TMS_TIME_NONE, false },
		{ "yesterday", "%d.%m.%Y", 0, TMS_TIME_NONE, false },
		{ "", "%s", 0, TMS_TIME_NONE, false },
		{ "99999999999999", "%s", 0, TMS_TIME_NONE, false },
	};

	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_date date = { .t = TMS_TIME_NONE };
		(void)tms_date_read_format(tms_str_from(rows[i].text), tms_str_from(rows[i].format),
			rows[i].zone_minutes, &date);
		if (date.t != rows[i].want ||
			(date.t != TMS_TIME_NONE && date.day_only != rows[i].day_only))
			fail_msg("%s by %s: %lld", rows[i].text, rows[i].format, (long long)date.t);
	}
	struct tms_diag diag = { 0 };
	assert_int_equal(tms_date_format_check(TMS_STR("%d.%m.%Y"), &diag), TMS_OK);
	assert_int_equal(tms_date_format_check(TMS_STR("%d.%m."), &diag), TMS_EINVAL);
	assert_non_null(strstr(diag.text, "year"));
	assert_int_equal(tms_date_format_check(TMS_STR("%d.%m.%Y %k"), &diag), TMS_EINVAL);
	assert_int_equal(diag.column, 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths_find_what_the_standard_says),
		cmocka_unit_test(what_is_wrong_is_said_with_its_place),
		cmocka_unit_test(what_would_multiply_ends_when_its_steps_are_used),
		cmocka_unit_test(dates_are_read_by_the_form_that_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
