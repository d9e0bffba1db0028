#include "../corpus_files.h"
#include "../xml_find.h"

#include <tamis/buf.h>
#include <tamis/charset.h>
#include <tamis/json.h>
#include <tamis/utf8.h>
#include <tamis/xml.h>

static void the_charset_of_a_content_type_is_found_however_it_is_written(void **state)
{
	static const struct {
		const char *type, *charset;
	} rows[] = {
		{ "text/xml; charset=iso-8859-2", "iso-8859-2" },
		{ "text/xml;charset=ISO-8859-2;q=1", "ISO-8859-2" },
		{ "text/xml; Charset = \"utf-8\"", "utf-8" },
		{ "text/xml; charset='utf-8'; a=b", "utf-8" },
		{ "text/xml; charset=iii", "iii" },
		{ "text/xml; xcharset=a; charset=b", "b" },
		{ "text/xml; charset=", "" },
		{ "text/xml", "" },
		{ "", "" },
	};
	(void)state;

	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		const struct tms_charset_input input = { .body = TMS_STR("\xc4\x85 \xa0"),
			.content_type = tms_str_from(rows[i].type),
			.max_bytes = 100 };
		const char *known = tms_charset_find(tms_str_from(rows[i].charset));
		struct tms_arena arena = { 0 };
		struct tms_charset_info info = { 0 };
		struct tms_str text = { 0 };
		assert_int_equal(
			tms_charset_to_utf8(&arena, &input, &text, &info, NULL), TMS_OK);
		if (known)
			assert_string_equal(info.name, known);
		else
			assert_str(info.refused, rows[i].charset);
		tms_arena_free(&arena);
	}
}

static void labels_mean_what_browsers_take_them_for(void **state)
{
	(void)state;
	assert_string_equal(tms_charset_find(TMS_STR(" Latin1 ")), "windows-1252");
	assert_string_equal(tms_charset_find(TMS_STR("ISO-8859-1")), "windows-1252");
	assert_string_equal(tms_charset_find(TMS_STR("gb2312")), "gb18030");
	assert_string_equal(tms_charset_find(TMS_STR("utf8")), "utf-8");
	assert_null(tms_charset_find(TMS_STR("utf-7")));
	assert_null(tms_charset_find(TMS_STR("x-klingon")));
	assert_null(tms_charset_find(TMS_STR("")));
}

static void the_charset_that_fits_is_used(void **state)
{
	static const struct {
		const char *why;
		enum tms_charset_kind kind;
		struct tms_str body, type;
		const char *name;
		enum tms_charset_source source;
		bool conflict;
		size_t replaced;
		const char *text;
	} rows[] = {
		{ "nothing said", TMS_CHARSET_XML, TMS_STR_INIT("<a>\xc3\xa9</a>"), { 0 }, "utf-8",
			TMS_CHARSET_FROM_DEFAULT, false, 0, "<a>\xc3\xa9</a>" },
		{ "the header", TMS_CHARSET_XML, TMS_STR_INIT("<a>\xe9</a>"),
			TMS_STR_INIT("text/xml; charset=latin1"), "windows-1252",
			TMS_CHARSET_FROM_HEADER, false, 0, "<a>\xc3\xa9</a>" },
		{ "the header before the declaration", TMS_CHARSET_XML,
			TMS_STR_INIT("<?xml encoding='iso-8859-7'?>\xe1"),
			TMS_STR_INIT("text/xml; charset=windows-1251"), "windows-1251",
			TMS_CHARSET_FROM_HEADER, true, 0, "<?xml encoding='iso-8859-7'?>\xd0\xb1" },
		{ "a header that does not fit", TMS_CHARSET_XML,
			TMS_STR_INIT("<?xml encoding='iso-8859-1'?>\xe9"),
			TMS_STR_INIT("text/xml; charset=utf-8"), "windows-1252",
			TMS_CHARSET_FROM_DOCUMENT, true, 0,
			"<?xml encoding='iso-8859-1'?>\xc3\xa9" },
		{ "a BOM before a wrong header", TMS_CHARSET_XML,
			TMS_STR_INIT("\xef\xbb\xbf<a>\xc3\xa9"),
			TMS_STR_INIT("text/xml; charset=koi8-r"), "utf-8", TMS_CHARSET_FROM_BOM,
			true, 0, "<a>\xc3\xa9" },
		{ "UTF-16 without a BOM", TMS_CHARSET_XML, TMS_STR_INIT("<\0a\0\xe9\0"), { 0 },
			"utf-16le", TMS_CHARSET_FROM_BYTES, false, 0, "<a\xc3\xa9" },
		{ "UTF-16 cut inside a character", TMS_CHARSET_XML, TMS_STR_INIT("\xff\xfe<\0a\0b"),
			{ 0 }, "utf-16le", TMS_CHARSET_FROM_BOM, false, 1, "<a\xef\xbf\xbd" },
		{ "declared UTF-16, is not", TMS_CHARSET_XML,
			TMS_STR_INIT("<?xml encoding='utf-16'?>\xc3\xa9"), { 0 }, "utf-8",
			TMS_CHARSET_FROM_DEFAULT, false, 0, "<?xml encoding='utf-16'?>\xc3\xa9" },
		{ "UTF-8 labelled Latin-1", TMS_CHARSET_XML, TMS_STR_INIT("<a>\xc3\xa9</a>"),
			TMS_STR_INIT("text/xml; charset=iso-8859-1"), "utf-8",
			TMS_CHARSET_FROM_BYTES, true, 0, "<a>\xc3\xa9</a>" },
		{ "Latin-1 without a label", TMS_CHARSET_XML, TMS_STR_INIT("<a>\xe9</a>"), { 0 },
			"windows-1252", TMS_CHARSET_FROM_BYTES, true, 0, "<a>\xc3\xa9</a>" },
		{ "broken UTF-8 that is UTF-8", TMS_CHARSET_XML, TMS_STR_INIT("\xc3\xa9\xe9"),
			{ 0 }, "utf-8", TMS_CHARSET_FROM_DEFAULT, false, 1,
			"\xc3\xa9\xef\xbf\xbd" },
		{ "broken UTF-8 that was declared", TMS_CHARSET_XML,
			TMS_STR_INIT("\xc3\xa9\xc3\xa9\xe9"), TMS_STR_INIT("a/b;charset=utf-8"),
			"utf-8", TMS_CHARSET_FROM_HEADER, false, 1,
			"\xc3\xa9\xc3\xa9\xef\xbf\xbd" },
		{ "Latin-1 that is labelled UTF-8", TMS_CHARSET_XML,
			TMS_STR_INIT("<?xml encoding='utf-8'?>\xe9"),
			TMS_STR_INIT("a/b;charset=utf-8"), "windows-1252", TMS_CHARSET_FROM_BYTES,
			true, 0, "<?xml encoding='utf-8'?>\xc3\xa9" },
		{ "two BOMs", TMS_CHARSET_XML, TMS_STR_INIT("\xef\xbb\xbf\xef\xbb\xbf<a/>"), { 0 },
			"utf-8", TMS_CHARSET_FROM_BOM, false, 0, "<a/>" },
		{ "Russian without a label", TMS_CHARSET_XML,
			TMS_STR_INIT("<a>\xee\xcf\xd7\xcf\xd3\xd4\xc9 \xc4\xce\xd1 "
				     "\xd3\xc5\xc7\xcf\xc4\xce\xd1</a>"),
			{ 0 }, "koi8-r", TMS_CHARSET_FROM_BYTES, true, 0,
			"<a>\xd0\x9d\xd0\xbe\xd0\xb2\xd0\xbe\xd1\x81\xd1\x82\xd0\xb8 "
			"\xd0\xb4\xd0\xbd\xd1\x8f \xd1\x81\xd0\xb5\xd0\xb3\xd0\xbe"
			"\xd0\xb4\xd0\xbd\xd1\x8f</a>" },
		{ "Japanese in ASCII without a label", TMS_CHARSET_XML,
			TMS_STR_INIT("<a>\x1b$B%\"\x1b(B</a>"), { 0 }, "iso-2022-jp",
			TMS_CHARSET_FROM_BYTES, false, 0, "<a>\xe3\x82\xa2</a>" },
		{ "controls", TMS_CHARSET_XML, TMS_STR_INIT("a\0b\x0b\n"), { 0 }, "utf-8",
			TMS_CHARSET_FROM_DEFAULT, false, 2,
			"a\xef\xbf\xbd"
			"b\xef\xbf\xbd\n" },
		{ "an unknown label", TMS_CHARSET_XML, TMS_STR_INIT("\xc3\xa9"),
			TMS_STR_INIT("a/b;charset=x-klingon"), "utf-8", TMS_CHARSET_FROM_DEFAULT,
			false, 0, "\xc3\xa9" },
		{ "a meta element", TMS_CHARSET_HTML,
			TMS_STR_INIT("<meta name=a><META charset=\"koi8-r\">\xc1"), { 0 }, "koi8-r",
			TMS_CHARSET_FROM_DOCUMENT, false, 0,
			"<meta name=a><META charset=\"koi8-r\">\xd0\xb0" },
		{ "an old meta element", TMS_CHARSET_HTML,
			TMS_STR_INIT(
				"<meta http-equiv=x content='text/html; charset=sjis'>\x83\x41"),
			{ 0 }, "shift_jis", TMS_CHARSET_FROM_DOCUMENT, false, 0,
			"<meta http-equiv=x content='text/html; charset=sjis'>\xe3\x82\xa2" },
		{ "nothing at all", TMS_CHARSET_TEXT, { 0 }, { 0 }, "utf-8",
			TMS_CHARSET_FROM_DEFAULT, false, 0, "" },
	};
	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_arena arena = { 0 };
		struct tms_charset_input in = { rows[i].body, rows[i].type, rows[i].kind, 0 };
		struct tms_charset_info info = { 0 };
		struct tms_str out = { 0 };
		assert_int_equal(tms_charset_to_utf8(&arena, &in, &out, &info, NULL), TMS_OK);
		if (!tms_str_equal(out, tms_str_from(rows[i].text)) ||
			strcmp(info.name, rows[i].name) != 0 || info.source != rows[i].source ||
			info.conflict != rows[i].conflict || info.replaced != rows[i].replaced)
			fail_msg("%s: \"%.*s\" as %s from %d, conflict %d, replaced %zu",
				rows[i].why, TMS_STR_ARGS(out), info.name, info.source,
				info.conflict, info.replaced);
		tms_arena_free(&arena);
	}
}

static void a_label_that_does_not_fit_is_told_with_its_place(void **state)
{
	static const struct {
		const char *body, *type, *refused;
		bool of_header;
	} rows[] = {
		{ "<?xml encoding='us-ascii'?>\xc3\xa9", "text/xml", "us-ascii", false },
		{ "\xc3\xa9", "text/xml; charset=\"Latin-1\"", "Latin-1", true },
		{ "<?xml encoding='utf-8'?>\xe9", "a/b;charset=koi8-r", "", false },
		{ "<?xml encoding='x-klingon'?>", "text/xml", "x-klingon", false },
		{ "<?xml encoding='utf-8'?>\xc3\xa9", "text/xml", "", false },
		{ "<?xml encoding='us-ascii'?>a", "text/xml", "", false },
	};
	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_arena arena = { 0 };
		struct tms_charset_input in = { tms_str_from(rows[i].body),
			tms_str_from(rows[i].type), TMS_CHARSET_XML, 0 };
		struct tms_charset_info info = { 0 };
		struct tms_str out = { 0 };
		assert_int_equal(tms_charset_to_utf8(&arena, &in, &out, &info, NULL), TMS_OK);
		assert_str(info.refused, rows[i].refused);
		assert_int_equal(info.refused_of_header, rows[i].of_header);
		tms_arena_free(&arena);
	}
}

/* Eight captures without any label; what feedparser's detector says of them is in their comments. */
static void captures_without_a_label_are_read_in_what_they_are_written_in(void **state)
{
	static const char *const rows[][2] = { { "big5", "big5" }, { "eucjp", "euc-jp" },
		{ "euckr", "euc-kr" }, { "gb2312", "gb18030" }, { "koi8r", "koi8-r" },
		{ "shiftjis", "shift_jis" }, { "tis620", "windows-874" },
		{ "windows1255", "windows-1255" } };
	char name[128], path[512];
	(void)state;

	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_arena arena = { 0 };
		struct tms_charset_info info = { 0 };
		struct tms_str out = { 0 };
		(void)snprintf(name, sizeof(name),
			"suites/feedparser/tests/illformed/chardet/%s.xml", rows[i][0]);
		if (!corpus_path(name, path, sizeof(path)))
			skip();
		struct tms_charset_input in = { .body = file_read(&arena, path) };
		assert_int_equal(tms_charset_to_utf8(&arena, &in, &out, &info, NULL), TMS_OK);
		if (strcmp(info.name, rows[i][1]) != 0 || info.replaced > 0)
			fail_msg("%s read as %s, %zu replaced", rows[i][0], info.name,
				info.replaced);
		tms_arena_free(&arena);
	}
}

static void too_much_text_is_a_limit(void **state)
{
	struct tms_arena arena = { 0 };
	struct tms_charset_input in = { TMS_STR("\xe9\xe9\xe9\xe9"), TMS_STR("a/b;charset=latin1"),
		TMS_CHARSET_XML, 7 };
	struct tms_str out = { 0 };
	struct tms_diag diag = { 0 };
	(void)state;

	assert_int_equal(tms_charset_to_utf8(&arena, &in, &out, NULL, &diag), TMS_ELIMIT);
	assert_non_null(strstr(diag.text, "7"));
	assert_null(out.ptr);
	in.max_bytes = 200;
	assert_int_equal(tms_charset_to_utf8(&arena, &in, &out, NULL, NULL), TMS_OK);
	assert_int_equal(out.len, 8);
	tms_arena_free(&arena);
}

static void utf8_is_told_from_what_is_not(void **state)
{
	static const struct {
		const char *in;
		size_t valid, characters;
	} rows[] = { { "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", 10, 4 }, { "\xc0\xaf", 0, 2 },
		{ "a\xed\xa0\x80", 1, 4 }, { "\xf4\x90\x80\x80", 0, 4 }, { "\xe2\x82", 0, 1 },
		{ "\xf0\x9f\x98z", 0, 2 }, { "\xf8\x88", 0, 2 }, { "12345678\xe9", 8, 9 } };
	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_str s = tms_str_from(rows[i].in);
		assert_int_equal(tms_utf8_valid_prefix(s), rows[i].valid);
		assert_int_equal(tms_utf8_length(s), rows[i].characters);
	}
	assert_int_equal(tms_utf8_cut(TMS_STR("a\xc3\xa9"), 2).len, 1);
	assert_int_equal(tms_utf8_cut(TMS_STR("a\xc3\xa9"), 3).len, 3);
	struct tms_buf written = { 0 };
	for (uint32_t c = 0; c <= 0x110000; c++) {
		size_t at = 0;
		tms_buf_clear(&written);
		tms_utf8_write(&written, c);
		uint32_t back = tms_utf8_next(tms_buf_str(&written), &at);
		bool exists = c <= 0x10ffff && !(c >= 0xd800 && c <= 0xdfff);
		if (at != written.len || back != (exists ? c : TMS_UTF8_REPLACEMENT))
			fail_msg("U+%04X", c);
	}
	tms_buf_free(&written);
}

/* One row of the index: file, Content-Type, file of the expected titles, number of items. */
static void reads_as_expected(struct tms_str row, const char *folder)
{
	struct tms_arena arena = { 0 };
	struct tms_str file = { 0 }, type = { 0 }, expected = { 0 }, items = { 0 };
	struct tms_xml_node *root = NULL;
	struct json_t *want = NULL;
	struct tms_diag diag = { 0 };
	int64_t count = 0;

	assert_true(tms_str_split(&row, '\t', &file) && tms_str_split(&row, '\t', &type) &&
		    tms_str_split(&row, '\t', &expected) && tms_str_split(&row, '\t', &items));
	struct tms_str body = file_read(
		&arena, tms_arena_format(&arena, "%s/%.*s", folder, TMS_STR_ARGS(file)).ptr);
	struct tms_str titles = file_read(
		&arena, tms_arena_format(&arena, "%s/%.*s", folder, TMS_STR_ARGS(expected)).ptr);
	assert_int_equal(tms_json_parse(titles, NULL, &want, NULL), TMS_OK);
	if (tms_xml_parse(&arena, body, type, false, NULL, &root, NULL, &diag) != TMS_OK)
		fail_msg("%.*s: %s", TMS_STR_ARGS(file), diag.text);
	const struct tms_xml_node *channel = xml_child(root, "", "channel");
	const struct tms_xml_node *title = xml_child(channel, "", "title");
	assert_true(tms_str_equal(tms_xml_text(&arena, title), tms_json_str(want, "title")));
	const struct tms_xml_node *item = xml_child(channel, "", "item");
	for (; item; item = xml_next_same(item), count++) {
		struct tms_str got = tms_xml_text(&arena, xml_child(item, "", "title"));
		struct tms_str is =
			tms_json_text(tms_json_at(tms_json_get(want, "items"), (size_t)count));
		if (!tms_str_equal(got, is))
			fail_msg("%.*s: \"%.*s\", not \"%.*s\"", TMS_STR_ARGS(file),
				TMS_STR_ARGS(got), TMS_STR_ARGS(is));
	}
	int64_t items_count = 0;
	assert_true(tms_str_int64(items, &items_count));
	assert_int_equal(count, items_count);
	tms_json_free(want);
	tms_arena_free(&arena);
}

static void feeds_in_dozens_of_charsets_read_alike(void **state)
{
	struct tms_arena arena = { 0 };
	struct tms_str row = { 0 };
	char path[512], folder[512];
	size_t rows = 0;
	(void)state;

	if (!corpus_path("suites/transcoded/index.tsv", path, sizeof(path)) ||
		!corpus_path("suites/transcoded", folder, sizeof(folder)))
		skip();
	struct tms_str index = file_read(&arena, path);
	while (tms_str_split(&index, '\n', &row))
		if (rows++ > 0 && row.len > 0)
			reads_as_expected(row, folder);
	assert_true(rows > 100);
	tms_arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_charset_of_a_content_type_is_found_however_it_is_written),
		cmocka_unit_test(labels_mean_what_browsers_take_them_for),
		cmocka_unit_test(the_charset_that_fits_is_used),
		cmocka_unit_test(a_label_that_does_not_fit_is_told_with_its_place),
		cmocka_unit_test(captures_without_a_label_are_read_in_what_they_are_written_in),
		cmocka_unit_test(too_much_text_is_a_limit),
		cmocka_unit_test(utf8_is_told_from_what_is_not),
		cmocka_unit_test(feeds_in_dozens_of_charsets_read_alike),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
