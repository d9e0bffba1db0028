/*
 * What hostile documents cost, counted and not timed: four times the document is at most four and a
 * half times the work, and what cannot be read in as many steps as its bytes allow is refused with
 * the limit's name. The work is the counted steps and the memory that is taken. In a document "#"
 * is a number that goes up, "@" a long word.
 */
#include "test.h"

#include <stdlib.h>

#include <jansson.h>

#include <tamis/discover.h>
#include <tamis/json.h>
#include <tamis/listing.h>
#include <tamis/opml.h>
#include <tamis/recipe_file.h>

#define BYTES ((size_t)40000)
#define LONG_WORD 1900

enum reader { LISTING, DISCOVER, OPML, JSON, RECIPE };

/* `nest` so many times, the unit until there are enough bytes, `close` as often. */
struct row {
	const char *why;
	enum reader reader;
	const char *head, *unit, *tail;
	size_t depth;
	const char *nest, *close;
	enum tms_status want;
};

#define RSS                                                                                        \
	"<rss version='2.0' xmlns:dc='http://purl.org/dc/elements/1.1/' "                          \
	"xmlns:media='http://search.yahoo.com/mrss/' xmlns:a='http://www.w3.org/2005/Atom'>"       \
	"<channel><title>t</title>"
#define ITEM RSS "<item><title>x</title><link>https://e.example/x</link>"
#define END "</item></channel></rss>"
#define FEED "{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"t\",\"items\":["
#define PAPERS "<html><head><link rel=canonical href='https://huggingface.co/papers'></head><body>"
#define BLANKS "                                                            "
#define CARD "<article><h3><a href='/papers/2501.00001'>t</a></h3>"

static const struct row rows[] = {
	{ "an item of many people", LISTING, ITEM, "<author>a#</author>", END },
	{ "of many categories", LISTING, ITEM, "<category>c#</category>", END },
	{ "of many words in one list", LISTING, ITEM "<media:keywords>", "k#,",
		"</media:keywords>" END },
	{ "of many tags", LISTING, ITEM "<tags>", "t#,", "</tags>" END },
	{ "of the same tags", LISTING, ITEM "<tags>", "a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r,s,",
		"</tags>" END },
	{ "of many addresses", LISTING, ITEM, "<link>https://e.example/#</link>", END },
	{ "of one address in many relations", LISTING, ITEM,
		"<a:link rel='r#' href='https://e.example/y'/>", END },
	{ "of many pictures", LISTING, ITEM,
		"<enclosure type='image/png' url='https://e.example/#'/>", END },
	{ "of many dates", LISTING, ITEM, "<pubDate>Mon Mon Mon Mon Mon Mon Mon</pubDate>", END },
	{ "of a long date", LISTING, ITEM "<pubDate>", "1", "</pubDate>" END },
	{ "of a long title", LISTING, RSS "<item><title>", "x ", "</title>" END },
	{ "of a long id", LISTING, ITEM "<guid>", "x:", "</guid>" END },
	{ "of a long link", LISTING, RSS "<item><title>x</title><link>http://e.example/", "../",
		"</link>" END },
	{ "items of one id", LISTING, RSS, "<item><guid>same</guid><title>t#</title></item>",
		"</channel></rss>" },
	{ "items of one link", LISTING, RSS,
		"<item><link>https://e.example/x</link><title>t#</title></item>",
		"</channel></rss>" },
	{ "items of one title", LISTING, RSS,
		"<item><title>t</title><description>d#</description></item>", "</channel></rss>" },
	{ "addresses below a long base, which all are made whole with", LISTING,
		"<rss xml:base='https://e.example/@/'><channel><title>t</title><item>",
		"<link>#</link>", END, .want = TMS_ELIMIT },
	{ "texts below a long base, with addresses in them", LISTING,
		"<rss xml:base='https://e.example/@/'><channel><title>t</title>",
		"<item><title>x#</title><description>&lt;a href='x'>x&lt;/a>&lt;a href='x'>x"
		"</description></item>",
		"</channel></rss>", .want = TMS_ELIMIT },
	{ "a base at every level", LISTING, RSS, "<item><title>t#</title><link>#</link></item>",
		"</channel></rss>", 20, "<items xml:base='b/'>", "</items>" },
	{ "levels with many attributes", LISTING, RSS,
		"<item><title>t#</title><link>#</link></item>", "</channel></rss>", 200,
		"<items a='' b='' c='' d='' e='' f='' g='' h='' i='' j='' k='' l='' m='' n=''>",
		"</items>" },
	{ "markup with a base at every level", LISTING, ITEM "<description>",
		"<b><a href='x'/></b>", "</description>" END, 20, "<div xml:base='b/'>", "</div>" },
	{ "a long namespace of its own", LISTING,
		"<rss xmlns='urn:@'><channel><title>t</title><item><title>x</title>",
		"<category>c#</category>", END },
	{ "cards of papers", LISTING, PAPERS,
		CARD "<p>s</p><div><div>Submitted by #</div></div></article>", "</body></html>" },
	{ "cards in cards", LISTING, PAPERS, "<i>x</i>", "</body></html>", 100, CARD "<div>",
		"</div></article>" },
	{ "a card of boxes in boxes", LISTING, PAPERS CARD, "x <i>y</i>",
		"</article></body></html>", 200, "<div>", "</div>" },
	{ "boxes that begin as names do, and go on with nothing", LISTING, PAPERS CARD,
		"<i>" BLANKS "</i>", "</article></body></html>", 200, "<div>", "</div>",
		TMS_ELIMIT },
	{ "headings in headings", LISTING, PAPERS, "<b>x</b>", "</body></html>", 100,
		"<h3><a href='/papers/2501.00001'>t</a>", "</h3>" },
	{ "votes deep in a card", LISTING, PAPERS CARD, "<div class='leading-none'>x</div>",
		"</article></body></html>", 100, "<b>", "</b>" },
	{ "JSON: an item of many tags", LISTING, FEED "{\"id\":\"1\",\"tags\":[\"t\"",
		",\"tag number #\"", "]}]}" },
	{ "JSON: many recordings", LISTING, FEED "{\"id\":\"1\",\"attachments\":[1",
		",{\"url\":\"https://e.example/#\"}", "]}]}" },
	{ "JSON: items of one id", LISTING, FEED "1",
		",{\"id\":\"1\",\"title\":\"the title number #\"}", "]}" },
	{ "JSON: half surrogates", JSON, "[\"", "\\ud800", "\"]" },
	{ "JSON: members of one name", JSON, "{\"a\":1", ",\"a\":\"#\"", "}" },
	{ "JSON: members of many names", JSON, "{\"a\":1", ",\"a#\":1", "}" },
	{ "JSON: a long number", JSON, "[0.", "1", "]" },
	{ "JSON: arrays in arrays", JSON, "[1", ",[[[[[[[[[[1]]]]]]]]]]", "]" },
	{ "OPML: one feed again and again", OPML, "<opml><body>",
		"<outline xmlUrl='https://e.example/f' category='a,b,c,d,e,f'/>",
		"</body></opml>" },
	{ "OPML: many feeds", OPML, "<opml><body>",
		"<outline text='a#' xmlUrl='https://e.example/#'/>", "</body></opml>" },
	{ "OPML: a feed in the same groups", OPML,
		"<opml><body><outline xmlUrl='https://e.example/f' category='", "a,b,",
		"'/></body></opml>" },
	{ "OPML: outlines in outlines", OPML, "<opml><body>", "<outline/>", "</body></opml>", 200,
		"<outline text='g'>", "</outline>" },
	{ "a page whose many feeds are below a long base", DISCOVER,
		"<html><head><base href='https://e.example/@/'></head><body>", "<a href=feed>x</a>",
		"</body></html>" },
	{ "a page of many feeds", DISCOVER, "<html><head>",
		"<link rel=alternate type=application/rss+xml href='/#'>", "</head></html>" },
	{ "a page of feeds in feeds", DISCOVER, "<html><body>", "x <i>y</i>", "</body></html>", 100,
		"<a href='/feed'><div>", "</div></a>" },
	{ "a page with a long address", DISCOVER, "<html><body><a href='http://e.example/",
		"http:", "'>x</a></body></html>" },
	{ "a recipe on items in items", RECIPE, "<html><body>", "x <i>y</i> and more than that",
		"</body></html>", 40, "<article><h2>t</h2>", "</article>", TMS_ELIMIT },
	{ "a recipe on many items", RECIPE, "<html><body>",
		"<article><h2>t#</h2><p>x</p></article>", "</body></html>" },
};

static void add(struct tms_buf *buf, const char *text, size_t number)
{
	for (; *text; text++) {
		if (*text == '#')
			tms_buf_format(buf, "%07zu", number);
		else if (*text == '@')
			for (int i = 0; i < LONG_WORD; i++)
				tms_buf_add_char(buf, 'w');
		else
			tms_buf_add_char(buf, *text);
	}
}

static void make(const struct row *row, size_t bytes, struct tms_buf *out)
{
	add(out, row->head, 0);
	for (size_t i = 0; i < row->depth; i++)
		add(out, row->nest, i);
	for (size_t i = 0, from = out->len; out->len - from < bytes; i++)
		add(out, row->unit, i);
	for (size_t i = 0; i < row->depth; i++)
		add(out, row->close, i);
	add(out, row->tail, 0);
	assert_int_equal(out->status, TMS_OK);
}

static size_t json_bytes;

static void *counted(size_t bytes)
{
	json_bytes += bytes;
	return malloc(bytes);
}

static const struct tms_recipe *nested_recipe(struct tms_arena *arena)
{
	static const struct tms_str text = TMS_STR_INIT("url: https://e.example/\nitems: article\n"
							"fields:\n  title: h2\n  content: .\n");
	struct tms_conf_messages errors = { 0 };
	const struct tms_recipe *recipe = NULL;

	assert_int_equal(
		tms_recipe_parse(arena, text, TMS_STR("nested"), TMS_STR_NONE, &recipe, &errors),
		TMS_OK);
	return recipe;
}

/* The counted steps of reading it. */
static enum tms_status read_whole(struct tms_arena *arena, const struct row *row,
	struct tms_str body, uint64_t *steps, struct tms_diag *diag)
{
	struct tms_listing_hints hints = { .url = TMS_STR("https://e.example/f") };
	struct tms_arena recipes = { 0 };
	struct tms_recipe_report report = { 0 };
	struct tms_listing listing = { 0 };
	struct tms_discovery page = { 0 };
	struct tms_opml opml = { 0 };
	struct json_t *value = NULL;
	enum tms_status st = TMS_OK;

	if (row->reader == RECIPE) {
		hints.recipe = nested_recipe(&recipes);
		hints.report = &report;
	}
	switch (row->reader) {
	case RECIPE:
	case LISTING:
		st = tms_recipe_read(arena, body, &hints, &listing, diag);
		*steps = listing.steps + report.steps;
		break;
	case DISCOVER:
		st = tms_discover(arena, body, &hints, &page, diag);
		*steps = page.steps;
		break;
	case OPML:
		st = tms_opml_parse(arena, body, &opml, diag);
		*steps = opml.notes_total;
		break;
	case JSON:
		json_bytes = 0;
		st = tms_json_parse(body, NULL, &value, diag);
		tms_json_free(value);
		*steps = json_bytes;
		break;
	}
	tms_arena_free(&recipes);
	return st;
}

static int faults; /* all are told, then the test fails */

static uint64_t work(const struct row *row, size_t bytes)
{
	struct tms_buf body = { 0 };
	struct tms_arena arena = { 0 };
	struct tms_diag diag = { 0 };
	uint64_t steps = 0;

	make(row, bytes, &body);
	enum tms_status st = read_whole(&arena, row, tms_buf_str(&body), &steps, &diag);
	if (st != row->want || (st == TMS_ELIMIT && !strstr(diag.text, "steps"))) {
		print_error(
			"%s, %zu bytes: %s: %s\n", row->why, bytes, tms_status_name(st), diag.text);
		faults++;
	}
	steps += arena.used_bytes;
	tms_buf_free(&body);
	tms_arena_free(&arena);
	return steps;
}

/* What is refused at a size has taken the steps of that size, which grow with it. */
static void four_times_the_document_is_four_times_the_work(void **state)
{
	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		size_t bytes = rows[i].want == TMS_OK ? BYTES : 10 * BYTES;
		uint64_t one = work(&rows[i], bytes);
		uint64_t four = work(&rows[i], 4 * bytes);
		if (rows[i].want != TMS_OK || four * 10 <= one * 45)
			continue;
		print_error("%s: %llu, then %llu\n", rows[i].why, (unsigned long long)one,
			(unsigned long long)four);
		faults++;
	}
	assert_int_equal(faults, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(four_times_the_document_is_four_times_the_work),
	};

	json_set_alloc_funcs(counted, free);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
