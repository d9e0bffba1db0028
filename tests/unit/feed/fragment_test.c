#include <tamis/fragment.h>

#include <stdio.h>

#include <tamis/xml.h>

#include "../test.h"
#include "../xml_find.h"
#include "feed/entry.h"
#include "items.h"

#define ATOM "http://www.w3.org/2005/Atom"

static struct tms_fragment *write(const struct tms_item *item, struct tms_fragment_style style)
{
	struct tms_merged merged = test_merged(item);
	struct tms_fragment *fragment = NULL;

	assert_int_equal(tms_fragment_new(&merged, style, &fragment), TMS_OK);
	return fragment;
}

static bool holds(const struct tms_fragment *fragment, const char *text)
{
	return tms_str_find(fragment->bytes, tms_str_from(text), 0) != SIZE_MAX;
}

static size_t times(const struct tms_fragment *fragment, const char *text)
{
	size_t count = 0, at = 0;

	while ((at = tms_str_find(fragment->bytes, tms_str_from(text), at)) != SIZE_MAX) {
		count++;
		at++;
	}
	return count;
}

static void a_paper_is_written_as_readers_need_it(void **state)
{
	static const struct {
		const char *why, *text;
	} rows[] = {
		{ "the id names arXiv, never this host",
			"<id>https://arxiv.org/abs/2603.00001</id>" },
		{ "the title is plain text", "<title type=\"text\">A &lt;b&gt; title</title>" },
		{ "published is whole seconds", "<published>2026-03-01T12:00:00Z</published>" },
		{ "updated has a fraction of its own", "<updated>2026-03-01T12:00:00." },
		{ "the link that was chosen",
			"<link rel=\"alternate\" type=\"text/html\" "
			"href=\"https://huggingface.co/papers/2603.00001\"/>" },
		{ "its counterpart", "<link rel=\"related\" type=\"text/html\" "
				     "href=\"https://arxiv.org/abs/2603.00001\"/>" },
		{ "the discussion, as Miniflux wants it",
			"<link rel=\"replies\" type=\"text/html\" "
			"href=\"https://huggingface.co/papers/2603.00001#community\"/>" },
		{ "one author each", "<author><name>Ana B\xc3\xa9</name></author>\n"
				     "<author><name>Bo Li</name></author>" },
		{ "arXiv's category in its scheme",
			"<category term=\"cs.CL\" scheme=\"http://arxiv.org/schemas/atom\"/>" },
		{ "the text is escaped twice: HTML in XML",
			"&lt;p&gt;First paragraph, a &amp;lt; b &amp;amp; c.&lt;/p&gt;" },
		{ "paragraphs", "&lt;p&gt;Second.&lt;/p&gt;" },
		{ "an address in HTML in XML",
			"href=&quot;https://github.com/a/b?x=1&amp;amp;y=2&quot;" },
		{ "keywords", "Keywords: agents, tool use" },
		{ "live numbers stand apart", " upvotes=\"31\" comments=\"2\"/>\n</entry>\n" },
	};
	struct tms_item item = test_paper("arxiv:2603.00001", "A <b>\n title ", T0);
	struct tms_fragment *fragment =
		write(&item, (struct tms_fragment_style){ TMS_FEED_LINK_HF, T0 });

	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++)
		if (!holds(fragment, rows[i].text))
			fail_msg("%s: no %s in\n%.*s", rows[i].why, rows[i].text,
				TMS_STR_ARGS(fragment->bytes));
	tms_fragment_unref(fragment);
}

static void the_link_follows_the_choice(void **state)
{
	static const struct {
		enum tms_feed_link link;
		const char *text;
	} rows[] = {
		{ TMS_FEED_LINK_ARXIV, "<link rel=\"alternate\" type=\"text/html\" "
				       "href=\"https://arxiv.org/abs/2603.00001\"/>" },
		{ TMS_FEED_LINK_PDF, "<link rel=\"alternate\" type=\"application/pdf\" "
				     "href=\"https://arxiv.org/pdf/2603.00001\"/>" },
	};
	struct tms_item item = test_paper("arxiv:2603.00001", "T", T0);

	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_fragment *fragment =
			write(&item, (struct tms_fragment_style){ rows[i].link, T0 });
		assert_true(holds(fragment, rows[i].text));
		assert_int_equal(times(fragment, "rel=\"alternate\""), 1);
		assert_int_equal(times(fragment, "rel=\"related\""),
			1 + (rows[i].link == TMS_FEED_LINK_PDF));
		tms_fragment_unref(fragment);
	}
}

static void votes_change_nothing_but_the_numbers(void **state)
{
	struct tms_fragment_style style = { TMS_FEED_LINK_HF, T0 };
	struct tms_item item = test_paper("arxiv:2603.00001", "T", T0);
	struct tms_fragment *before = write(&item, style);

	(void)state;
	item.numbers[TMS_NUMBER_UPVOTES] = 500;
	item.numbers[TMS_NUMBER_STARS] = 7;
	struct tms_fragment *after = write(&item, style);
	size_t numbers = tms_str_find(before->bytes, TMS_STR("<rdf:Description"), 0);
	assert_int_not_equal(numbers, SIZE_MAX);
	assert_memory_equal(before->bytes.ptr, after->bytes.ptr, numbers);
	assert_true(before->content == after->content);
	assert_true(holds(after, "upvotes=\"500\" comments=\"2\" stars=\"7\""));
	tms_fragment_unref(before);
	tms_fragment_unref(after);
}

static void every_text_that_changes_moves_the_content_hash(void **state)
{
	struct tms_fragment_style style = { TMS_FEED_LINK_HF, T0 };
	struct tms_item plain = test_paper("arxiv:2603.00001", "T", T0), changed[6];
	struct tms_person other = { .name = TMS_STR_INIT("Other") };
	struct tms_fragment *first = write(&plain, style);

	(void)state;
	for (size_t i = 0; i < TMS_COUNT(changed); i++)
		changed[i] = plain;
	changed[0].title = TMS_STR("U");
	changed[1].summary = TMS_STR("else");
	changed[2].authors = &other;
	changed[2].authors_count = 1;
	changed[3].code_url = TMS_STR("https://github.com/a/c");
	changed[4].keywords_count = 1;
	changed[5].categories_count = 0;
	for (size_t i = 0; i < TMS_COUNT(changed); i++) {
		struct tms_fragment *then = write(&changed[i], style);
		if (then->content == first->content)
			fail_msg("change %zu is not seen", i);
		tms_fragment_unref(then);
	}
	tms_fragment_unref(first);
}

static void hostile_text_stays_text(void **state)
{
	static const char *const never[] = { "<rss", "<channel", "<rdf:RDF", "<![CDATA[", "]]>",
		"javascript:", "xml:lang", "\x01", "\xff", "\xef\xbf\xbd", "\xc2\x85" };
	struct tms_item item = test_hostile();
	struct tms_fragment *fragment =
		write(&item, (struct tms_fragment_style){ TMS_FEED_LINK_HF, T0 });
	struct tms_arena arena = { 0 };
	struct tms_xml_node *root = NULL;
	const struct tms_xml_node *title;

	(void)state;
	for (size_t i = 0; i < TMS_COUNT(never); i++)
		if (holds(fragment, never[i]))
			fail_msg("%s stands in\n%.*s", never[i], TMS_STR_ARGS(fragment->bytes));
	assert_int_equal(times(fragment, "rel=\"enclosure\""), 1);
	assert_int_equal(times(fragment, "<category"), 1);
	assert_int_equal(tms_xml_parse(&arena, fragment->bytes,
				 TMS_STR("application/atom+xml; charset=utf-8"), false, NULL, &root,
				 NULL, NULL),
		TMS_OK);
	assert_str(root->name, "entry");
	title = xml_child(root, "", "title");
	assert_non_null(title);
	assert_int_equal(tms_str_find_byte(tms_xml_text(&arena, title), '\n', 0), SIZE_MAX);
	assert_int_not_equal(
		tms_str_find(tms_xml_text(&arena, title), TMS_STR("<rss><channel>"), 0), SIZE_MAX);
	tms_fragment_unref(fragment);
	tms_arena_free(&arena);
}

static void an_item_that_says_nothing_is_still_an_entry(void **state)
{
	struct tms_item item;
	struct tms_fragment *fragment;

	(void)state;
	tms_item_init(&item);
	item.id = TMS_STR("hash:00ff");
	item.published = T0;
	fragment = write(&item, (struct tms_fragment_style){ TMS_FEED_LINK_ARXIV, T0 });
	assert_true(holds(fragment, "<title type=\"text\">hash:00ff</title>"));
	assert_true(holds(fragment, "<content type=\"html\">&lt;p&gt;hash:00ff&lt;/p&gt;"));
	assert_true(holds(fragment, "<id>urn:uuid:"));
	assert_false(holds(fragment, "<link"));
	assert_false(holds(fragment, "rdf:"));
	tms_fragment_unref(fragment);
}

static void long_lists_are_cut_and_say_so(void **state)
{
	static struct tms_person authors[120];
	static char text[3 * TMS_ENTRY_CONTENT_BYTES_MAX];
	struct tms_item item = test_paper("arxiv:2603.00001", "T", T0);

	(void)state;
	for (size_t i = 0; i < TMS_COUNT(authors); i++)
		authors[i].name = TMS_STR("A");
	memset(text, '<', sizeof(text));
	item.authors = authors;
	item.authors_count = TMS_COUNT(authors);
	item.summary = (struct tms_str){ text, sizeof(text) };
	struct tms_fragment *fragment =
		write(&item, (struct tms_fragment_style){ TMS_FEED_LINK_HF, T0 });
	assert_int_equal(times(fragment, "<name>"), TMS_ENTRY_AUTHORS_MAX + 1);
	assert_true(holds(fragment, "<name>and 70 others</name>"));
	assert_true(holds(fragment, "&lt;p&gt;\xe2\x80\xa6&lt;/p&gt;"));
	assert_true(fragment->bytes.len < TMS_FEED_BYTES_DEFAULT);
	tms_fragment_unref(fragment);
}

static void items_of_one_second_have_different_updated(void **state)
{
	struct tms_item a = test_paper("arxiv:2603.00001", "T", T0);
	struct tms_item b = test_paper("arxiv:2603.00002", "T", T0);
	struct tms_merged ma = test_merged(&a), mb = test_merged(&b);
	int64_t ua = entry_updated_us(&ma, T0), ub = entry_updated_us(&mb, T0);

	(void)state;
	assert_true(ua != ub);
	assert_true(ua / 1000000 == T0 && ub / 1000000 == T0);
	ma.updated = T0 + 60;
	assert_true(entry_updated_us(&ma, T0) == ua + 60000000);
	assert_true(
		entry_updated_us(&ma, T0 + 90) == ua + 90000000); /* never before published */
}

/* The only item of a window. */
static struct tms_view_item *only_item(struct tms_window *window)
{
	struct tms_view *view = test_view(window);
	struct tms_view_item *item = tms_view_item_ref(tms_view_at(view, 0));

	tms_view_free(view);
	return item;
}

static void a_fragment_is_shared_and_goes_with_its_item(void **state)
{
	struct tms_fragment_style style = { TMS_FEED_LINK_HF, T0 };
	struct tms_item paper = test_paper("arxiv:2603.00001", "T", T0);
	struct tms_window *window = test_window("a", &paper, 1, T0);
	struct tms_view_item *item = only_item(window);
	struct tms_fragments *cache = NULL;
	struct tms_fragment *first = NULL, *again = NULL, *other = NULL;

	(void)state;
	assert_int_equal(tms_fragments_new(0, true, &cache), TMS_OK);
	assert_int_equal(tms_fragments_get(cache, item, style, &first), TMS_OK);
	assert_int_equal(tms_fragments_get(cache, item, style, &again), TMS_OK);
	assert_ptr_equal(first, again);
	style.link = TMS_FEED_LINK_PDF;
	assert_int_equal(tms_fragments_get(cache, item, style, &other), TMS_OK);
	assert_ptr_not_equal(first, other);
	tms_fragment_unref(other);
	tms_fragment_unref(again);
	size_t both = tms_fragments_bytes(cache);

	tms_window_free(window);
	tms_view_item_unref(item);
	assert_true(holds(first, ">T</title>")); /* who holds one may go on */
	assert_true(tms_fragments_bytes(cache) > 0 && tms_fragments_bytes(cache) < both);
	tms_fragment_unref(first);
	assert_int_equal(tms_fragments_bytes(cache), 0);
	tms_fragments_free(cache);
}

static void the_cache_keeps_its_bound_and_what_is_asked_for(void **state)
{
	struct tms_fragment_style usual = { TMS_FEED_LINK_HF, T0 };
	struct tms_item papers[40];
	char ids[40][24];
	struct tms_fragments *cache = NULL;
	struct tms_fragment *first = NULL;

	(void)state;
	for (size_t i = 0; i < TMS_COUNT(papers); i++) {
		(void)snprintf(ids[i], sizeof(ids[i]), "arxiv:2603.%05zu", i);
		papers[i] = test_paper(ids[i], "T", T0);
	}
	struct tms_window *window = test_window("a", papers, TMS_COUNT(papers), T0);
	struct tms_view *view = test_view(window);
	assert_int_equal(tms_fragments_new(20000, false, &cache), TMS_OK);
	assert_int_equal(tms_fragments_get(cache, tms_view_at(view, 0), usual, &first), TMS_OK);
	for (size_t round = 0; round < 3; round++) {
		for (size_t i = 1; i < TMS_COUNT(papers); i++) {
			struct tms_fragment *other = NULL, *again = NULL;
			assert_int_equal(
				tms_fragments_get(cache, tms_view_at(view, i), usual, &other),
				TMS_OK);
			tms_fragment_unref(other);
			assert_int_equal(
				tms_fragments_get(cache, tms_view_at(view, 0), usual, &again),
				TMS_OK);
			assert_ptr_equal(again, first);
			tms_fragment_unref(again);
			assert_true(tms_fragments_bytes(cache) <= 20000);
		}
	}
	tms_fragment_unref(first);
	tms_fragments_free(cache); /* before the items that they hang on */
	tms_view_free(view);
	tms_window_free(window);
}

static void one_item_does_not_fill_the_cache(void **state)
{
	struct tms_item paper = test_paper("arxiv:2603.00001", "T", T0);
	struct tms_window *window = test_window("a", &paper, 1, T0);
	struct tms_view_item *item = only_item(window);
	struct tms_fragments *cache = NULL;
	size_t one = 0;

	(void)state;
	assert_int_equal(tms_fragments_new(0, false, &cache), TMS_OK);
	for (int64_t i = 0; i < 100; i++) {
		struct tms_fragment_style style = { TMS_FEED_LINK_HF, T0 + i };
		struct tms_fragment *fragment = NULL;
		assert_int_equal(tms_fragments_get(cache, item, style, &fragment), TMS_OK);
		tms_fragment_unref(fragment);
		one = one ? one : tms_fragments_bytes(cache);
	}
	assert_true(tms_fragments_bytes(cache) <= 36 * one);
	tms_view_item_unref(item);
	tms_window_free(window);
	tms_fragments_free(cache);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_paper_is_written_as_readers_need_it),
		cmocka_unit_test(the_link_follows_the_choice),
		cmocka_unit_test(votes_change_nothing_but_the_numbers),
		cmocka_unit_test(every_text_that_changes_moves_the_content_hash),
		cmocka_unit_test(hostile_text_stays_text),
		cmocka_unit_test(an_item_that_says_nothing_is_still_an_entry),
		cmocka_unit_test(long_lists_are_cut_and_say_so),
		cmocka_unit_test(items_of_one_second_have_different_updated),
		cmocka_unit_test(a_fragment_is_shared_and_goes_with_its_item),
		cmocka_unit_test(the_cache_keeps_its_bound_and_what_is_asked_for),
		cmocka_unit_test(one_item_does_not_fill_the_cache),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
