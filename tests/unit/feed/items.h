/* Items for the tests of feeds: a decent paper, a hostile article, and views of them. */
#ifndef TAMIS_TEST_FEED_ITEMS_H
#define TAMIS_TEST_FEED_ITEMS_H

#include <tamis/listing.h>
#include <tamis/view.h>

#include "../test.h"

#define T0 INT64_C(1772366400) /* 2026-03-01T12:00:00Z */

/** A paper of arXiv, seen on Hugging Face. Borrows static storage. */
static inline struct tms_item test_paper(
	const char *identity, const char *title, tms_time published)
{
	static struct tms_person authors[] = { { .name = TMS_STR_INIT("Ana B\xc3\xa9") },
		{ .name = TMS_STR_INIT("Bo Li") } };
	static struct tms_category categories[] = { { .term = TMS_STR_INIT("cs.CL") } };
	static struct tms_str keywords[] = { TMS_STR_INIT("agents"), TMS_STR_INIT("tool use") };
	struct tms_item item;

	tms_item_init(&item);
	item.id = tms_str_from(identity);
	item.title = tms_str_from(title);
	item.link = TMS_STR("https://huggingface.co/papers/2603.00001");
	item.summary = TMS_STR("First paragraph, a < b & c.\n\nSecond.");
	item.discussion_url = TMS_STR("https://huggingface.co/papers/2603.00001#community");
	item.code_url = TMS_STR("https://github.com/a/b?x=1&y=2");
	item.authors = authors;
	item.authors_count = TMS_COUNT(authors);
	item.categories = categories;
	item.categories_count = TMS_COUNT(categories);
	item.keywords = keywords;
	item.keywords_count = TMS_COUNT(keywords);
	item.published = published;
	item.numbers[TMS_NUMBER_UPVOTES] = 31;
	item.numbers[TMS_NUMBER_COMMENTS] = 2;
	item.origin = TMS_ORIGIN_HF_API;
	return item;
}

#define EVIL                                                                                       \
	"]]>\"'<rss><channel><rdf:RDF><![CDATA[</title></entry>&amp;&#0;"                          \
	"\x01\x1b\x7f\xc2\x85\xff\xc0\xaf\xed\xa0\x80\xef\xbf\xbf\xef\xbf\xbd\n\t end"

/** An article whose every field tries to break out of XML. */
static inline struct tms_item test_hostile(void)
{
	static struct tms_person authors[] = { { .name = TMS_STR_INIT(EVIL),
		.uri = TMS_STR_INIT("javascript:alert(1)") } };
	static struct tms_category categories[] = {
		{ .term = TMS_STR_INIT(EVIL),
			.scheme = TMS_STR_INIT(EVIL),
			.label = TMS_STR_INIT(EVIL) },
		{ .term = TMS_STR_INIT(" \n") },
	};
	static struct tms_str keywords[] = { TMS_STR_INIT(EVIL) };
	static struct tms_link links[] = {
		{ .rel = TMS_STR_INIT("enclosure"),
			.href = TMS_STR_INIT("https://x.org/a\"<.mp3"),
			.type = TMS_STR_INIT("audio/mpeg"),
			.length = 12 },
		{ .rel = TMS_STR_INIT("enclosure"),
			.href = TMS_STR_INIT("https://x.org/c"),
			.type = TMS_STR_INIT("\"><rss"),
			.length = -1 },
		{ .rel = TMS_STR_INIT("self\"><rss"),
			.href = TMS_STR_INIT("javascript:1"),
			.length = -1 },
	};
	struct tms_item item;

	tms_item_init(&item);
	item.id = TMS_STR("id:x.org/" EVIL);
	item.title = TMS_STR(EVIL);
	item.link = TMS_STR("https://x.org/[p]?q=\"<rss>&a=%zz#f#g\xff");
	item.summary = TMS_STR(EVIL "\n\n" EVIL);
	item.language = TMS_STR("en\" <rss");
	item.comment = TMS_STR(EVIL);
	item.discussion_url = TMS_STR("javascript:alert(1)");
	item.authors = authors;
	item.authors_count = TMS_COUNT(authors);
	item.categories = categories;
	item.categories_count = TMS_COUNT(categories);
	item.keywords = keywords;
	item.keywords_count = TMS_COUNT(keywords);
	item.links = links;
	item.links_count = TMS_COUNT(links);
	item.published = T0;
	item.origin = TMS_ORIGIN_OTHER;
	return item;
}

/** The item as a view would show it, without history. */
static inline struct tms_merged test_merged(const struct tms_item *item)
{
	return (struct tms_merged){ .item = *item, .first_seen = T0, .updated = item->published };
}

/** A window that has seen the items at `now`. Free with tms_window_free. */
static inline struct tms_window *test_window(
	const char *source, struct tms_item *items, size_t count, tms_time now)
{
	struct tms_listing listing = { .kind = TMS_LISTING_HF_API,
		.origin = TMS_ORIGIN_HF_API,
		.items = items,
		.items_count = count };
	struct tms_apply how = { .now = now, .poll = tms_str_from(source) };
	struct tms_apply_report report;
	struct tms_window *window = NULL;

	assert_int_equal(
		tms_window_new(tms_str_from(source), (struct tms_hash_seed){ 0 }, &window), TMS_OK);
	assert_int_equal(tms_window_apply(window, &listing, &how, &report), TMS_OK);
	return window;
}

/** A view of one window. Free with tms_view_free. */
static inline struct tms_view *test_view(struct tms_window *window)
{
	struct tms_view *view = NULL;

	assert_int_equal(tms_view_new(&view), TMS_OK);
	assert_int_equal(tms_view_refresh(view, &window, 1), TMS_OK);
	return view;
}

#endif
