#include "test.h"

#include <stdio.h>
#include <stdlib.h>

#include <tamis/listing.h>

#include "files.inc.c"

/* What `tamis read` would say of the file: its JSON, or why it is refused. */
static void read_into(struct tms_buf *out, struct tms_arena *arena, struct tms_str body)
{
	const struct tms_listing_hints hints = { .url = TMS_STR("https://list.example/feed") };
	struct tms_listing listing;
	struct tms_diag diag = { 0 };

	enum tms_status st = tms_listing_parse(arena, body, &hints, &listing, &diag);
	if (st == TMS_OK)
		tms_listing_write_json(out, &listing);
	else
		tms_buf_format(out, "%s\n%s\n", tms_status_name(st), diag.text);
}

/* UPDATE=1 writes what is read now; the diff is then for people to judge. */
static void each_fixture_reads_as_its_golden_file_says(void **state)
{
	struct tms_arena paths = { 0 };
	size_t count;
	const char *tests = getenv("TAMIS_TESTS");
	char **files = test_files(&paths,
		tms_str_cstr(&paths, tms_arena_format(&paths, "%s/fixtures/listing", tests)),
		&count);
	size_t compared = 0;
	(void)state;

	for (size_t i = 0; i < count; i++) {
		struct tms_arena arena = { 0 };
		struct tms_buf got = { 0 };
		if (strstr(files[i], ".want"))
			continue;
		const char *want_path =
			tms_str_cstr(&arena, tms_arena_format(&arena, "%s.want", files[i]));
		read_into(&got, &arena, test_read(&arena, files[i]));
		assert_int_equal(got.status, TMS_OK);
		if (getenv("UPDATE"))
			assert_true(test_write(want_path, tms_buf_str(&got)));
		struct tms_str want = test_read(&arena, want_path);
		if (!tms_str_equal(want, tms_buf_str(&got)))
			fail_msg("%s reads differently; now:\n%.*s", files[i],
				TMS_STR_ARGS(tms_buf_str(&got)));
		compared++;
		tms_buf_free(&got);
		tms_arena_free(&arena);
	}
	assert_true(compared >= 34);
	tms_arena_free(&paths);
}

static enum tms_status parse(struct tms_arena *arena, const char *text,
	const struct tms_listing_hints *hints, struct tms_listing *listing, struct tms_diag *diag)
{
	return tms_listing_parse(arena, tms_str_from(text), hints, listing, diag);
}

static void limits_are_named_when_they_are_reached(void **state)
{
	static const char feed[] =
		"<rss version='2.0'><channel><title>t</title><item><title>1</title></item>"
		"<item><title>2</title></item><item><title>3</title></item></channel></rss>";
	struct tms_arena arena = { 0 };
	struct tms_listing listing = { .items_count = 77 };
	struct tms_listing_hints hints = { .limits = { .items = 2 } };
	struct tms_diag diag;
	(void)state;

	assert_int_equal(parse(&arena, feed, &hints, &listing, &diag), TMS_ELIMIT);
	assert_non_null(strstr(diag.text, "more than 2 entries"));
	hints = (struct tms_listing_hints){ .limits = { .bytes = 100 } };
	assert_int_equal(parse(&arena, feed, &hints, &listing, &diag), TMS_ELIMIT);
	assert_non_null(strstr(diag.text, "100"));
	assert_int_equal(listing.items_count, 77); /* written only on success */
	hints.limits.bytes = sizeof(feed);
	assert_int_equal(parse(&arena, feed, &hints, &listing, &diag), TMS_OK);
	assert_int_equal(listing.items_count, 3);
	tms_arena_free(&arena);
}

/* An item whose content has these words, and is read into *item; true when its note says that. */
static bool reads_content(struct tms_arena *arena, const char *summary, const char *word,
	size_t count, const char *note, const struct tms_item **item)
{
	struct tms_buf feed = { 0 };
	struct tms_listing listing;

	tms_buf_format(&feed,
		"<rss version='2.0' xmlns:content='http://purl.org/rss/1.0/modules/content/'>"
		"<channel><title>t</title><item><title>x</title><description>%s</description>"
		"<content:encoded>&lt;p>",
		summary);
	for (size_t i = 0; i < count; i++)
		tms_buf_add_cstr(&feed, word);
	tms_buf_add_cstr(&feed, "&lt;b>end&lt;/b>&lt;/p></content:encoded></item></channel></rss>");
	enum tms_status st =
		tms_listing_parse(arena, tms_arena_take(arena, &feed), NULL, &listing, NULL);
	assert_int_equal(st, TMS_OK);
	*item = &listing.items[0];
	for (size_t i = 0; i < listing.notes_count; i++)
		if (strstr(listing.notes[i].text, note))
			return true;
	return false;
}

static void what_is_not_searched_of_a_long_content_is_said(void **state)
{
	const char *note = "more words than the 20000 that are searched";
	struct tms_arena arena = { 0 };
	const struct tms_item *item;
	(void)state;

	assert_false(reads_content(&arena, "A teaser.", "word ", 19996, note, &item));
	assert_true(reads_content(&arena, "A teaser.", "word ", 19997, note, &item));
	assert_true(reads_content(&arena, "", "word ", 20000, note, &item));
	assert_true(reads_content(&arena, "A teaser.", "&lt;i>語&lt;/i>", 20000, note, &item));
	assert_false(reads_content(&arena, "A teaser.", "&lt;i>語&lt;/i>", 15000, note, &item));
	tms_arena_free(&arena);
}

static void of_a_content_that_is_too_long_the_text_is_kept(void **state)
{
	const char *note = "of the content the text alone is kept";
	const char *word = "&lt;a href='https://e.example/a/long/address/0123456789'>w&lt;/a> ";
	struct tms_arena arena = { 0 };
	const struct tms_item *item;
	(void)state;

	assert_true(reads_content(&arena, "A teaser.", word, 10000, note, &item));
	assert_true(tms_str_starts(item->content_html, TMS_STR("<p>w w w ")));
	assert_true(tms_str_ends(item->content_html, TMS_STR(" w end</p>")));
	tms_arena_free(&arena);
}

static void running_out_of_memory_is_told_wherever_it_happens(void **state)
{
	struct tms_arena files = { 0 };
	const char *path =
		tms_str_cstr(&files, tms_arena_format(&files, "%s/fixtures/listing/rss-full.xml",
					     getenv("TAMIS_TESTS")));
	struct tms_str body = test_read(&files, path);
	size_t failed = 0;
	(void)state;

	for (size_t max = 1000; max < 400000; max += max / 7) {
		struct tms_arena arena = { .max_bytes = max };
		struct tms_listing listing;
		struct tms_diag diag = { 0 };
		enum tms_status st = tms_listing_parse(&arena, body, NULL, &listing, &diag);
		if (st == TMS_OK) {
			assert_int_equal(listing.items_count, 3);
		} else {
			assert_int_equal(st, TMS_ELIMIT);
			assert_true(diag.text[0] != '\0');
			failed++;
		}
		tms_arena_free(&arena);
	}
	assert_true(failed > 5);
	tms_arena_free(&files);
}

static void the_address_of_an_api_answer_names_its_period(void **state)
{
	static const struct {
		const char *url;
		enum tms_listing_period period;
		const char *date;
	} rows[] = {
		{ "https://huggingface.co/api/daily_papers?date=2026-06-09&limit=100",
			TMS_PERIOD_DAY, "2026-06-09" },
		{ "https://huggingface.co/api/daily_papers?limit=100&week=2026-W24",
			TMS_PERIOD_WEEK, "2026-W24" },
		{ "https://huggingface.co/api/daily_papers?month=2026-06&p=2", TMS_PERIOD_MONTH,
			"2026-06" },
		{ "https://huggingface.co/api/daily_papers?sort=trending", TMS_PERIOD_TRENDING,
			"" },
		{ "https://huggingface.co/api/daily_papers?date=yesterday", TMS_PERIOD_NONE, "" },
		{ "https://huggingface.co/api/daily_papers", TMS_PERIOD_NONE, "" },
	};
	struct tms_arena arena = { 0 };
	(void)state;

	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_listing_hints hints = { .url = tms_str_from(rows[i].url) };
		struct tms_listing listing;
		assert_int_equal(parse(&arena, "[]", &hints, &listing, NULL), TMS_OK);
		assert_int_equal(listing.period, rows[i].period);
		assert_str(listing.period_date, rows[i].date);
	}
	tms_arena_free(&arena);
}

/* For five days of March 2025 the API gave no date of listing at all. */
static void a_day_that_was_asked_for_dates_the_items_that_have_no_date(void **state)
{
	static const char body[] = "[{\"paper\":{\"id\":\"2503.00001\",\"title\":\"t\","
				   "\"publishedAt\":\"2025-03-12T00:00:00.000Z\"},"
				   "\"publishedAt\":\"2025-03-11T20:00:00.000Z\"}]";
	struct tms_listing_hints hints = {
		.url = TMS_STR("https://huggingface.co/api/daily_papers?date=2025-03-13")
	};
	struct tms_arena arena = { 0 };
	struct tms_listing listing;
	(void)state;

	assert_int_equal(parse(&arena, body, &hints, &listing, NULL), TMS_OK);
	assert_int_equal(listing.items[0].published, 1741824000); /* 2025-03-13T00:00:00Z */
	assert_true(listing.items[0].published_day_only);
	assert_int_equal(parse(&arena, body, NULL, &listing, NULL), TMS_OK);
	assert_true(listing.items[0].published == TMS_TIME_NONE);
	tms_arena_free(&arena);
}

static void the_kind_comes_from_the_bytes_and_not_from_the_content_type(void **state)
{
	static const struct {
		const char *body, *type;
		enum tms_listing_kind kind;
	} rows[] = {
		{ "[]", "text/html", TMS_LISTING_HF_API },
		{ "\xef\xbb\xbf [ ]", "", TMS_LISTING_HF_API },
		{ "<rss><channel/></rss>", "application/json", TMS_LISTING_RSS },
		{ "\n\n<?xml version='1.0'?><!-- x --><feed xmlns='http://www.w3.org/2005/Atom'/>",
			"text/plain", TMS_LISTING_ATOM },
		{ "{\"version\":\"https://jsonfeed.org/version/1\",\"items\":[]}", "text/xml",
			TMS_LISTING_JSONFEED },
	};
	struct tms_arena arena = { 0 };
	(void)state;

	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_listing_hints hints = { .content_type = tms_str_from(rows[i].type) };
		struct tms_listing listing;
		struct tms_diag diag = { 0 };
		if (parse(&arena, rows[i].body, &hints, &listing, &diag) != TMS_OK)
			fail_msg("%s: %s", rows[i].body, diag.text);
		assert_int_equal(listing.kind, rows[i].kind);
	}
	tms_arena_free(&arena);
}

static void the_language_of_the_answer_counts_where_the_document_says_none(void **state)
{
	static const char atom[] = "<feed xmlns='http://www.w3.org/2005/Atom'>"
				   "<entry><id>a:1</id></entry></feed>";
	static const char rss[] = "<rss><channel><item><title>1</title></item></channel></rss>";
	static const char json[] = "{\"version\":\"https://jsonfeed.org/version/1.1\","
				   "\"items\":[{\"id\":\"1\",\"content_text\":\"t\"}]}";
	static const struct {
		const char *body, *sent, *of_listing, *of_item;
	} rows[] = {
		{ atom, "en", "en", "en" },
		{ rss, " de-AT ", "de-AT", "de-AT" },
		{ json, "pt", "pt", "pt" },
		{ atom, "", "", "" },
		{ atom, "en, de", "", "" }, /* for readers of both: of which it is, nobody knows */
		{ atom, "en\"><b>", "", "" },
		{ "<feed xmlns='http://www.w3.org/2005/Atom' xml:lang='fr'><entry><id>a:1</id>"
		  "</entry></feed>",
			"en", "fr", "fr" },
		{ "<feed xmlns='http://www.w3.org/2005/Atom' xml:lang=''><entry><id>a:1</id>"
		  "</entry></feed>",
			"en", "", "" },
		{ "<rss><channel><language>fr</language><item><title>1</title></item>"
		  "</channel></rss>",
			"en", "fr", "fr" },
		{ "{\"version\":\"https://jsonfeed.org/version/1.1\",\"language\":\"fr\","
		  "\"items\":[{\"id\":\"1\",\"language\":\"nl\"}]}",
			"en", "fr", "nl" },
	};
	struct tms_arena arena = { 0 };
	(void)state;

	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_listing_hints hints = { .content_language = tms_str_from(rows[i].sent) };
		struct tms_listing listing;
		assert_int_equal(parse(&arena, rows[i].body, &hints, &listing, NULL), TMS_OK);
		assert_str(listing.language, rows[i].of_listing);
		assert_str(listing.items[0].language, rows[i].of_item);
	}
	tms_arena_free(&arena);
}

static void what_was_found_instead_of_a_listing_is_said(void **state)
{
	static const char *const rows[][2] = {
		{ "", "empty" },
		{ "  \n", "empty" },
		{ "Bad gateway", "Bad gateway" },
		{ "<html><head><title>Log in</title></head></html>", "Log in" },
		{ "<svg xmlns='http://www.w3.org/2000/svg'/>", "<svg>" },
		{ "{\"error\":\"no such thing\"}", "\"error\"" },
		{ "[1,2]", "neither a JSON Feed nor a list of papers" },
		{ "3", "neither XML, HTML nor JSON" },
	};
	struct tms_arena arena = { 0 };
	(void)state;

	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_listing listing;
		struct tms_diag diag = { 0 };
		assert_int_equal(parse(&arena, rows[i][0], NULL, &listing, &diag), TMS_ENOTFEED);
		if (!strstr(diag.text, rows[i][1]))
			fail_msg("\"%s\" is told as: %s", rows[i][0], diag.text);
	}
	tms_arena_free(&arena);
}

/* What a document is may only be seen behind pages of comments. */
static void the_kind_is_found_however_long_the_way_to_it_is(void **state)
{
	static const struct {
		const char *before, *fill, *after;
		enum tms_status status;
		const char *said;
	} rows[] = {
		{ "<!--", " long ", "--><feed xmlns='http://www.w3.org/2005/Atom'/>", TMS_OK, "" },
		{ "", " \n", "<feed xmlns='http://www.w3.org/2005/Atom'/>", TMS_OK, "" },
		{ "", " \n", "", TMS_ENOTFEED, "empty" },
		{ "<!--", " long ", "--><html><head><title>Log in</title></head></html>",
			TMS_ENOTFEED, "Log in" },
		{ "", " \n", "Bad gateway", TMS_ENOTFEED, "Bad gateway" },
		{ "<!--", " long ", "-->", TMS_EMALFORMED, "not" },
	};
	(void)state;

	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_arena arena = { 0 };
		struct tms_buf body = { 0 };
		struct tms_listing listing;
		struct tms_diag diag = { 0 };
		tms_buf_add_cstr(&body, rows[i].before);
		while (body.len < 20000)
			tms_buf_add_cstr(&body, rows[i].fill);
		tms_buf_add_cstr(&body, rows[i].after);
		enum tms_status st =
			tms_listing_parse(&arena, tms_buf_str(&body), NULL, &listing, &diag);
		if (st != rows[i].status || !strstr(diag.text, rows[i].said))
			fail_msg("row %zu: %d, %s", i, st, diag.text);
		tms_buf_free(&body);
		tms_arena_free(&arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_fixture_reads_as_its_golden_file_says),
		cmocka_unit_test(limits_are_named_when_they_are_reached),
		cmocka_unit_test(what_is_not_searched_of_a_long_content_is_said),
		cmocka_unit_test(of_a_content_that_is_too_long_the_text_is_kept),
		cmocka_unit_test(running_out_of_memory_is_told_wherever_it_happens),
		cmocka_unit_test(the_address_of_an_api_answer_names_its_period),
		cmocka_unit_test(a_day_that_was_asked_for_dates_the_items_that_have_no_date),
		cmocka_unit_test(the_kind_comes_from_the_bytes_and_not_from_the_content_type),
		cmocka_unit_test(the_language_of_the_answer_counts_where_the_document_says_none),
		cmocka_unit_test(what_was_found_instead_of_a_listing_is_said),
		cmocka_unit_test(the_kind_is_found_however_long_the_way_to_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
