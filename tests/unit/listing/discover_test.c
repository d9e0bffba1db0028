#include "test.h"

#include <stdio.h>
#include <stdlib.h>

#include <tamis/discover.h>

#include "corpus.h"

#define PAGE "https://blog.example/posts/"

static void discover(
	struct tms_arena *arena, const char *html, const char *url, struct tms_discovery *out)
{
	const struct tms_listing_hints hints = { .url = tms_str_from(url),
		.content_type = TMS_STR("text/html") };
	struct tms_diag diag = { 0 };

	if (tms_discover(arena, tms_str_from(html), &hints, out, &diag) != TMS_OK)
		fail_msg("%s", diag.text);
}

static void a_page_leads_to_the_feed_that_it_names(void **state)
{
	static const struct {
		const char *why, *html, *url;
	} rows[] = {
		{ "the plain case",
			"<link rel=alternate type=application/rss+xml href=https://a.example/x>",
			"https://a.example/x" },
		{ "rel has several words, in any case",
			"<link rel='home ALTERNATE' type=application/atom+xml href=a.atom>",
			PAGE "a.atom" },
		{ "the type has parameters and capitals",
			"<link rel=alternate type='Application/Atom+XML; charset=utf-8' href=a>",
			PAGE "a" },
		{ "JSON Feed 1.1", "<link rel=alternate type=application/feed+json href=/j>",
			"https://blog.example/j" },
		{ "JSON Feed 1.0 has the type of all JSON",
			"<link rel=alternate type=application/json href=/feed.json>",
			"https://blog.example/feed.json" },
		{ "RSS 1.0", "<link rel=alternate type=application/rdf+xml href=/r>",
			"https://blog.example/r" },
		{ "text/xml", "<link rel=alternate type=text/xml href=/rss.xml>",
			"https://blog.example/rss.xml" },
		{ "no type, but the address says it", "<link rel=alternate href='?feed=rss2'>",
			PAGE "?feed=rss2" },
		{ "rel=feed needs no type", "<link rel=feed href=/news>",
			"https://blog.example/news" },
		{ "the scheme feed:, before an address",
			"<link rel=alternate type=application/rss+xml href='feed:https://a.example/x'>",
			"https://a.example/x" },
		{ "the scheme feed:, instead of http:",
			"<link rel=alternate type=application/rss+xml href='feed://a.example/x'>",
			"http://a.example/x" },
		{ "without a scheme",
			"<link rel=alternate type=application/rss+xml href='//a.example/x'>",
			"https://a.example/x" },
		{ "<base>",
			"<base href='../b/'><link rel=alternate type=application/rss+xml href=x>",
			"https://blog.example/b/x" },
		{ "in the body, with white space around",
			"<body><p>x<link rel=alternate type=application/rss+xml href=' /x\n'>",
			"https://blog.example/x" },
		{ "character references",
			"<link rel=alternate type=application/rss+xml href='/x?a=1&amp;b=2'>",
			"https://blog.example/x?a=1&b=2" },
		{ "only a link in the text", "<body><a href='/blog/index.xml'>RSS</a>",
			"https://blog.example/blog/index.xml" },
		{ "a link in the text of the type of a feed",
			"<a type=application/atom+xml href=/all>all</a>",
			"https://blog.example/all" },
		{ "XHTML",
			"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'><head>"
			"<link rel='alternate' type='application/atom+xml' href='/x'/></head></html>",
			"https://blog.example/x" },
	};
	(void)state;

	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_arena arena = { 0 };
		struct tms_discovery page;
		discover(&arena, rows[i].html, PAGE, &page);
		if (page.count != 1 || page.candidates[0].why == TMS_CANDIDATE_GUESS ||
			!tms_str_equal(page.candidates[0].url, tms_str_from(rows[i].url)))
			fail_msg("%s: %zu, \"%.*s\"", rows[i].why, page.count,
				TMS_STR_ARGS(page.candidates[0].url));
		tms_arena_free(&arena);
	}
}

static void what_is_no_feed_is_not_taken_for_one(void **state)
{
	static const struct {
		const char *why, *html;
	} rows[] = {
		{ "another language", "<link rel=alternate hreflang=de href=/de/>" },
		{ "another style",
			"<link rel='alternate stylesheet' type=text/css href=/feed.css>" },
		{ "the interface of WordPress",
			"<link rel=alternate type=application/json href=/wp-json/wp/v2/posts/1>" },
		{ "oEmbed", "<link rel=alternate type=application/json+oembed href=/feed.json>" },
		{ "rev", "<link rev=alternate type=application/rss+xml href=/x>" },
		{ "a comment", "<!-- <link rel=alternate type=application/rss+xml href=/x> -->" },
		{ "a script",
			"<script>'<link rel=alternate type=application/rss+xml href=/x>'</script>" },
		{ "the page itself",
			"<link rel=alternate type=application/rss+xml href='" PAGE "#feed'>" },
		{ "no address", "<link rel=alternate type=application/rss+xml>" },
		{ "no address that is fetched",
			"<link rel=alternate type=application/rss+xml href='file:///etc/passwd'>"
			"<a href='javascript:feed'>x</a><a href='data:,/feed'>x</a>" },
		{ "a button of a reader service",
			"<a href='https://reader.example/add/https://blog.example/feed'>x</a>" },
		{ "a word that ends in feed", "<a href=/newsfeed>x</a><a href=/brass>x</a>" },
	};
	(void)state;

	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_arena arena = { 0 };
		struct tms_discovery page;
		discover(&arena, rows[i].html, PAGE, &page);
		if (page.named_total != 0)
			fail_msg("%s: \"%.*s\"", rows[i].why, TMS_STR_ARGS(page.candidates[0].url));
		tms_arena_free(&arena);
	}
}

static void the_main_feed_comes_first_and_comments_last(void **state)
{
	static const char html[] =
		"<title> A\n blog </title><body><a href='https://other.example/rss'>x</a>"
		"<a href=/tag/feed/>by tag</a>"
		"<link rel=alternate type=application/rss+xml title='A blog &raquo; Comments Feed' "
		"href=/comments/feed/>"
		"<link rel=alternate type=application/rss+xml title='A blog &raquo; Feed' href=/feed/>"
		"<link rel=alternate type=application/atom+xml title=Atom href=/atom>"
		"<link rel=alternate type=application/rss+xml title='Kommentare' href=/k>"
		"<a href=/feed/>again</a>";
	static const char *const want[] = { "https://blog.example/feed/",
		"https://blog.example/atom", "https://blog.example/tag/feed/",
		"https://other.example/rss", "https://blog.example/comments/feed/",
		"https://blog.example/k" };
	struct tms_arena arena = { 0 };
	struct tms_discovery page;
	(void)state;

	discover(&arena, html, PAGE, &page);
	assert_str(page.title, "A blog");
	assert_int_equal(page.count, TMS_COUNT(want));
	for (size_t i = 0; i < page.count; i++)
		assert_str(page.candidates[i].url, want[i]);
	assert_str(page.candidates[0].title, "A blog » Feed");
	assert_str(page.candidates[0].type, "application/rss+xml");
	assert_str(page.candidates[2].title, "by tag");
	assert_true(page.candidates[4].is_comments && page.candidates[5].is_comments);
	tms_arena_free(&arena);
}

static void a_page_that_names_none_has_well_known_addresses(void **state)
{
	static const struct {
		const char *page;
		const char *first[6];
	} rows[] = {
		{ "https://a.example", { "https://a.example/feed", "https://a.example/rss",
					       "https://a.example/atom.xml" } },
		{ "https://a.example/blog",
			{ "https://a.example/blog/feed", "https://a.example/blog/rss",
				"https://a.example/blog/index.xml",
				"https://a.example/blog/feed.xml",
				"https://a.example/blog/atom.xml", "https://a.example/feed" } },
		{ "https://a.example/blog/today.html?x=1#top", { "https://a.example/blog/feed" } },
		{ "https://a.example/?p=1", { "https://a.example/feed" } },
	};
	(void)state;

	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_arena arena = { 0 };
		struct tms_discovery page;
		discover(&arena, "<p>nothing", rows[i].page, &page);
		assert_int_equal(page.named_total, 0);
		assert_true(page.count >= 10 && page.count <= TMS_DISCOVER_GUESSES_MAX);
		for (size_t k = 0; k < 6 && rows[i].first[k]; k++) {
			assert_str(page.candidates[k].url, rows[i].first[k]);
			assert_int_equal(page.candidates[k].why, TMS_CANDIDATE_GUESS);
		}
		tms_arena_free(&arena);
	}
}

static void comments_wait_behind_the_guesses(void **state)
{
	struct tms_arena arena = { 0 };
	struct tms_discovery page;
	(void)state;

	discover(&arena,
		"<link rel=alternate type=application/rss+xml title=Comments href=/comments/feed>",
		"https://a.example/", &page);
	assert_str(page.candidates[0].url, "https://a.example/feed");
	assert_true(page.candidates[page.count - 1].is_comments);
	assert_int_equal(page.named_total, 1);
	tms_arena_free(&arena);
}

static void a_page_of_a_thousand_feeds_is_cut_and_counted(void **state)
{
	struct tms_arena arena = { 0 };
	struct tms_buf html = { 0 };
	struct tms_discovery page;
	(void)state;

	for (int i = 0; i < 1000; i++)
		tms_buf_format(&html, "<a href='/%d/feed'>x</a>", i);
	for (int i = 0; i < 1000; i++)
		tms_buf_format(
			&html, "<link rel=alternate type=application/rss+xml href='/%d'>", i);
	tms_buf_add_char(&html, '\0');
	discover(&arena, html.ptr, PAGE, &page);
	assert_int_equal(page.count, TMS_DISCOVER_NAMED_MAX);
	assert_int_equal(page.named_total, 2000);
	assert_str(page.candidates[0].url, "https://blog.example/0"); /* not crowded out */
	assert_int_equal(page.candidates[0].why, TMS_CANDIDATE_LINK);
	tms_buf_free(&html);
	tms_arena_free(&arena);
}

static void a_flood_behind_the_head_does_not_hide_it(void **state)
{
	struct tms_arena arena = { 0 };
	struct tms_buf html = { 0 };
	struct tms_discovery page;
	(void)state;

	tms_buf_add_cstr(&html, "<link rel=alternate type=application/rss+xml href='/x'>"
				"</head><body><a href=/y.rss>y</a>");
	for (int i = 0; i < 300000; i++)
		tms_buf_add_cstr(&html, "<b>x");
	tms_buf_add_char(&html, '\0');
	discover(&arena, html.ptr, PAGE, &page);
	assert_true(page.is_beginning);
	assert_int_equal(page.count, 1);
	tms_buf_free(&html);
	tms_arena_free(&arena);
}

static void only_pages_are_searched(void **state)
{
	static const char *const others[] = { "", "{\"a\":1}", "text", "<rss><channel/></rss>",
		"<?xml version='1.0'?><opml><head/><body/></opml>" };
	struct tms_arena arena = { 0 };
	struct tms_discovery page;
	struct tms_diag diag;
	(void)state;

	for (size_t i = 0; i < TMS_COUNT(others); i++)
		assert_int_equal(tms_discover(&arena, tms_str_from(others[i]), NULL, &page, &diag),
			TMS_ENOTFEED);
	assert_int_equal(tms_discover(&arena,
				 TMS_STR("<html><link rel=alternate "
					 "type=application/rss+xml href=x>"),
				 NULL, &page, &diag),
		TMS_OK);
	assert_str(page.candidates[0].url, "x"); /* its own address is not known */
	tms_arena_free(&arena);
}

static void what_is_read_as_a_listing_and_is_a_page_names_its_feeds(void **state)
{
	const struct tms_listing_hints hints = { .url = TMS_STR(PAGE) };
	struct tms_arena arena = { 0 };
	struct tms_listing listing;
	struct tms_diag diag;
	(void)state;

	assert_int_equal(
		tms_listing_parse(&arena,
			TMS_STR("<html><title>A blog</title><link rel=alternate "
				"type=application/rss+xml href=/x><a href=/y.rss>y</a></html>"),
			&hints, &listing, &diag),
		TMS_ENOTFEED);
	assert_string_equal(diag.text,
		"this is an HTML page titled \"A blog\", without a list of papers; it names these "
		"feeds: https://blog.example/x, https://blog.example/y.rss");
	tms_arena_free(&arena);
}

static void running_out_of_memory_is_told(void **state)
{
	size_t failed = 0;
	(void)state;

	for (size_t max = 100; max < 60000; max += 200) {
		struct tms_arena arena = { .max_bytes = max };
		const struct tms_listing_hints hints = { .url = TMS_STR(PAGE) };
		struct tms_discovery page = { .count = 77 };
		struct tms_diag diag = { 0 };
		enum tms_status st = tms_discover(&arena,
			TMS_STR("<html><title>x</title><a href=/feed title=y>z</a>"), &hints, &page,
			&diag);
		if (st != TMS_OK) {
			failed++;
			assert_int_equal(page.count, 77);
			assert_true(diag.text[0] != '\0');
		}
		tms_arena_free(&arena);
	}
	assert_true(failed > 2);
}

/* Mark Pilgrim's pages for readers: each leads to one feed that is named as the page is. */
static void the_autodiscovery_pages_of_feedvalidator_lead_to_their_feeds(void **state)
{
	size_t seen = 0;
	(void)state;

	for (int i = 1; i <= 57; i++) {
		char name[120], want[40];
		struct tms_arena arena = { 0 };
		char *bytes = tms_arena_alloc(&arena, 1 << 16);
		struct tms_discovery page;
		struct tms_diag diag = { 0 };
		(void)snprintf(name, sizeof(name),
			"suites/feedvalidator/feedfinder-tests/html4-%03d.html", i);
		(void)snprintf(want, sizeof(want), "/html4-%03d.xml", i);
		FILE *file = corpus_open(name);
		if (!file) {
			corpus_skipped("the autodiscovery pages");
			tms_arena_free(&arena);
			skip();
		}
		struct tms_str body = { bytes, fread(bytes, 1, 1 << 16, file) };
		const struct tms_listing_hints hints = {
			.url = TMS_STR("http://diveintomark.org/tests/client/autodiscovery/x.html")
		};
		(void)fclose(file);
		if (tms_discover(&arena, body, &hints, &page, &diag) != TMS_OK)
			fail_msg("%s: %s", name, diag.text);
		if (page.count != 1 || !tms_str_ends(page.candidates[0].url, tms_str_from(want)) ||
			(i == 52 && tms_str_find(page.candidates[0].url, TMS_STR("raging"), 0) !=
					    SIZE_MAX))
			fail_msg("%s: %zu, \"%.*s\"", name, page.count,
				TMS_STR_ARGS(page.candidates[0].url));
		seen++;
		tms_arena_free(&arena);
	}
	assert_int_equal(seen, 57);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_page_leads_to_the_feed_that_it_names),
		cmocka_unit_test(what_is_no_feed_is_not_taken_for_one),
		cmocka_unit_test(the_main_feed_comes_first_and_comments_last),
		cmocka_unit_test(a_page_that_names_none_has_well_known_addresses),
		cmocka_unit_test(comments_wait_behind_the_guesses),
		cmocka_unit_test(a_page_of_a_thousand_feeds_is_cut_and_counted),
		cmocka_unit_test(a_flood_behind_the_head_does_not_hide_it),
		cmocka_unit_test(only_pages_are_searched),
		cmocka_unit_test(what_is_read_as_a_listing_and_is_a_page_names_its_feeds),
		cmocka_unit_test(running_out_of_memory_is_told),
		cmocka_unit_test(the_autodiscovery_pages_of_feedvalidator_lead_to_their_feeds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
