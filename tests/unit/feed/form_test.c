#include <tamis/document.h>

#include <stdio.h>

#include <tamis/json.h>
#include <tamis/xml.h>

#include "../xml_find.h"
#include "inflate.h"
#include "items.h"

static struct tms_fragment *fragment_of(const struct tms_item *item, enum tms_form form)
{
	struct tms_merged merged = test_merged(item);
	struct tms_fragment *fragment = NULL;

	assert_int_equal(
		tms_fragment_new(&merged, (struct tms_fragment_style){ TMS_FEED_LINK_HF, T0, form },
			&fragment),
		TMS_OK);
	return fragment;
}

static size_t times(struct tms_str bytes, const char *text)
{
	size_t count = 0, at = 0;

	while ((at = tms_str_find(bytes, tms_str_from(text), at)) != SIZE_MAX) {
		count++;
		at++;
	}
	return count;
}

struct row {
	const char *why, *text;
};

static void assert_rows(const struct tms_fragment *fragment, const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (times(fragment->bytes, rows[i].text) == 0)
			fail_msg("%s: no %s in\n%.*s", rows[i].why, rows[i].text,
				TMS_STR_ARGS(fragment->bytes));
}

static void a_paper_in_rss_is_as_its_readers_need_it(void **state)
{
	static const struct row rows[] = {
		{ "the same id as in Atom",
			"<guid isPermaLink=\"false\">https://arxiv.org/abs/2603.00001</guid>" },
		{ "a title that looks like HTML is escaped as HTML, too",
			"<title>A &#x26;lt;b&#x26;gt; title</title>" },
		{ "a date with its day and four digits",
			"<pubDate>Sun, 01 Mar 2026 12:00:00 GMT</pubDate>" },
		{ "when it changed, as in Atom", "<atom:updated>2026-03-01T12:00:00." },
		{ "the link that was chosen",
			"<link>https://huggingface.co/papers/2603.00001</link>" },
		{ "its counterpart", "<atom:link rel=\"related\" type=\"text/html\" "
				     "href=\"https://arxiv.org/abs/2603.00001\"/>" },
		{ "the discussion",
			"<comments>https://huggingface.co/papers/2603.00001#community</comments>" },
		{ "people by name: <author> takes addresses of mail only",
			"<dc:creator>Ana B\xc3\xa9</dc:creator>\n<dc:creator>Bo Li</dc:creator>" },
		{ "a category in its scheme",
			"<category domain=\"http://arxiv.org/schemas/atom\">cs.CL</category>" },
		{ "the text is escaped twice: HTML in XML",
			"&lt;p&gt;First paragraph, a &amp;lt; b &amp;amp; c.&lt;/p&gt;" },
		{ "live numbers stand apart, last", " upvotes=\"31\" comments=\"2\"/>\n</item>\n" },
	};
	struct tms_item item = test_paper("arxiv:2603.00001", "A <b>\n title ", T0);
	struct tms_fragment *fragment = fragment_of(&item, TMS_FORM_RSS);

	(void)state;
	assert_rows(fragment, rows, TMS_COUNT(rows));
	assert_int_equal(fragment->divider_bytes, 0);
	tms_fragment_unref(fragment);
}

static void what_has_no_title_is_called_by_how_its_text_begins(void **state)
{
	static const struct {
		const char *summary, *title;
	} rows[] = {
		{ "A short text", "\"title\":\"A short text\"" },
		{ "First line.\n\nSecond.", "\"title\":\"First line.\"" },
		{ "One two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
		  "sixteen seventeen",
			"\"title\":\"One two three four five six seven eight nine ten eleven twelve "
			"thirteen fourteen fifteen sixteen…\"" },
		{ "", "\"title\":\"arxiv:2603.00001\"" },
	};

	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_item item = test_paper("arxiv:2603.00001", " \n", T0);
		item.summary = tms_str_from(rows[i].summary);
		struct tms_fragment *fragment = fragment_of(&item, TMS_FORM_JSON);
		if (times(fragment->bytes, rows[i].title) != 1)
			fail_msg("no %s in\n%.*s", rows[i].title, TMS_STR_ARGS(fragment->bytes));
		tms_fragment_unref(fragment);
	}
}

static void content_that_shows_nothing_gives_way(void **state)
{
	static const struct {
		const char *html;
		bool is_kept;
	} rows[] = {
		{ "<span></span>", false },
		{ "<div>\n<p> \xc2\xa0</p></div>", false },
		{ "<p><b>x</b></p>", true },
		{ "<p><img src=\"https://x.org/i.png\"/></p>", true },
	};

	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_item item = test_paper("id:https://x.org/1", "The title", T0);
		item.content_html = tms_str_from(rows[i].html);
		item.summary = TMS_STR_NONE;
		item.keywords_count = 0;
		item.link = item.code_url = item.discussion_url = TMS_STR_NONE;
		struct tms_fragment *fragment = fragment_of(&item, TMS_FORM_JSON);
		if (times(fragment->bytes, "<p>The title</p>") != !rows[i].is_kept)
			fail_msg("%s becomes\n%.*s", rows[i].html, TMS_STR_ARGS(fragment->bytes));
		tms_fragment_unref(fragment);
	}
}

static void plain_titles_of_rss_are_escaped_once(void **state)
{
	static const struct {
		const char *title, *text;
	} rows[] = {
		{ "AT&T, R&D, a < b > c",
			"<title>AT&#x26;T, R&#x26;D, a &#x3C; b &#x3E; c</title>" },
		{ "&amp; as it stands", "<title>&#x26;amp;amp; as it stands</title>" },
		{ "no &#39; entity", "<title>no &#x26;amp;#39; entity</title>" },
		{ "end </b>", "<title>end &#x26;lt;/b&#x26;gt;</title>" },
		{ "\"quotes\" 'stay'", "<title>\"quotes\" 'stay'</title>" },
	};

	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_item item = test_paper("arxiv:2603.00001", rows[i].title, T0);
		struct tms_fragment *fragment = fragment_of(&item, TMS_FORM_RSS);
		if (times(fragment->bytes, rows[i].text) != 1)
			fail_msg("no %s in\n%.*s", rows[i].text, TMS_STR_ARGS(fragment->bytes));
		tms_fragment_unref(fragment);
	}
}

static void rss_has_one_enclosure_and_links_to_the_others(void **state)
{
	static struct tms_link links[] = {
		{ .rel = TMS_STR_INIT("enclosure"),
			.href = TMS_STR_INIT("http://localhost/a.mp3"),
			.type = TMS_STR_INIT("audio/mpeg"),
			.length = 12 },
		{ .rel = TMS_STR_INIT("enclosure"),
			.href = TMS_STR_INIT("https://x.org:8080/b.mp3?a=1&b=2"),
			.type = TMS_STR_INIT("audio/mpeg; q=1"),
			.length = -1 },
		{ .rel = TMS_STR_INIT("enclosure"),
			.href = TMS_STR_INIT("https://x.org/c.mp3"),
			.type = TMS_STR_INIT("audio/mpeg"),
			.length = 7 },
		{ .rel = TMS_STR_INIT("enclosure"),
			.href = TMS_STR_INIT("https://x.org?d.mp3"),
			.type = TMS_STR_INIT("audio/mpeg"),
			.length = 7 },
	};
	struct tms_item item = test_paper("arxiv:2603.00001", "T", T0);

	(void)state;
	item.links = links;
	item.links_count = TMS_COUNT(links);
	struct tms_fragment *fragment = fragment_of(&item, TMS_FORM_RSS);
	assert_int_equal(times(fragment->bytes, "<enclosure"), 1);
	assert_int_equal(
		times(fragment->bytes,
			"<enclosure url=\"https://x.org:8080/b.mp3?a=1&amp;b=2\" length=\"0\" "
			"type=\"audio/mpeg\"/>"),
		1);
	assert_int_equal(times(fragment->bytes, "<atom:link rel=\"enclosure\""), 3);
	tms_fragment_unref(fragment);
}

static void a_paper_in_json_says_the_same(void **state)
{
	static const struct row rows[] = {
		{ "the same id", "\"id\":\"https://arxiv.org/abs/2603.00001\"" },
		{ "plain text on one line", "\"title\":\"A <b> title\"" },
		{ "the link that was chosen",
			"\"url\":\"https://huggingface.co/papers/2603.00001\"" },
		{ "its counterpart", "\"external_url\":\"https://arxiv.org/abs/2603.00001\"" },
		{ "the same dates", "\"date_published\":\"2026-03-01T12:00:00Z\"" },
		{ "with the same fraction", "\"date_modified\":\"2026-03-01T12:00:00." },
		{ "people", "\"authors\":[{\"name\":\"Ana B\xc3\xa9\"},{\"name\":\"Bo Li\"}]" },
		{ "subjects", "\"tags\":[\"cs.CL\"]" },
		{ "HTML, escaped once", "<p>First paragraph, a &lt; b &amp; c.</p>" },
		{ "an address in it", "href=\\\"https://github.com/a/b?x=1&amp;y=2\\\"" },
		{ "live numbers last", ",\"_tamis\":{\"upvotes\":31,\"comments\":2}}" },
	};
	struct tms_item item = test_paper("arxiv:2603.00001", "A <b>\n title ", T0);
	struct tms_fragment *fragment = fragment_of(&item, TMS_FORM_JSON);

	(void)state;
	assert_rows(fragment, rows, TMS_COUNT(rows));
	assert_int_equal(fragment->divider_bytes, 2);
	assert_true(tms_str_starts(fragment->bytes, TMS_STR(",\n{")));
	tms_fragment_unref(fragment);
}

static void hostile_text_stays_text_in_every_form(void **state)
{
	static const char *const never[] = { "<rss", "<channel", "<rdf:RDF", "<![CDATA[",
		"javascript:", "xml:lang", "\x01", "\xff", "\xef\xbf\xbd", "\xc2\x85" };
	struct tms_item item = test_hostile();
	struct tms_arena arena = { 0 };
	struct tms_xml_node *root = NULL;
	struct json_t *json = NULL;

	(void)state;
	struct tms_fragment *rss = fragment_of(&item, TMS_FORM_RSS);
	for (size_t i = 0; i < TMS_COUNT(never); i++)
		if (times(rss->bytes, never[i]) > 0)
			fail_msg("%s stands in\n%.*s", never[i], TMS_STR_ARGS(rss->bytes));
	assert_int_equal(
		tms_xml_parse(&arena, rss->bytes, TMS_STR("application/rss+xml; charset=utf-8"),
			false, NULL, &root, NULL, NULL),
		TMS_OK);
	assert_str(root->name, "item");
	struct tms_str title = tms_xml_text(&arena, xml_child(root, "", "title"));
	assert_int_not_equal(
		tms_str_find(title, TMS_STR("&lt;rss&gt;&lt;channel&gt;"), 0), SIZE_MAX);

	struct tms_fragment *feed = fragment_of(&item, TMS_FORM_JSON);
	struct tms_str object = tms_str_slice(feed->bytes, feed->divider_bytes, feed->bytes.len);
	assert_int_equal(tms_json_parse(object, NULL, &json, NULL), TMS_OK);
	title = tms_json_str(json, "title");
	assert_int_not_equal(tms_str_find(title, TMS_STR("<rss><channel>"), 0), SIZE_MAX);
	assert_int_equal(tms_json_count(tms_json_get(json, "attachments")), 1);
	assert_int_equal(tms_json_count(tms_json_get(json, "tags")), 1);
	tms_json_free(json);
	tms_fragment_unref(feed);
	tms_fragment_unref(rss);
	tms_arena_free(&arena);
}

static void votes_move_no_hash_and_text_moves_every_one(void **state)
{
	struct tms_item item = test_paper("arxiv:2603.00001", "T", T0), other = item;

	(void)state;
	for (int form = 0; form < TMS_FORMS; form++) {
		struct tms_fragment *before = fragment_of(&item, (enum tms_form)form);
		other = item;
		other.numbers[TMS_NUMBER_UPVOTES] = 500;
		struct tms_fragment *voted = fragment_of(&other, (enum tms_form)form);
		assert_true(before->content == voted->content);
		assert_false(tms_str_equal(before->bytes, voted->bytes));
		other.summary = TMS_STR("else");
		struct tms_fragment *changed = fragment_of(&other, (enum tms_form)form);
		assert_true(before->content != changed->content);
		tms_fragment_unref(before);
		tms_fragment_unref(voted);
		tms_fragment_unref(changed);
	}
}

/* ---- documents ---- */

/* Papers whose text is long enough that a feed is cut. */
static struct tms_window *long_papers(void)
{
	static struct tms_item items[60];
	static char ids[60][24], text[6000];

	memset(text, '"', sizeof(text)); /* six bytes in XML, two in JSON */
	for (size_t i = 0; i < TMS_COUNT(items); i++) {
		(void)snprintf(ids[i], sizeof(ids[i]), "arxiv:2603.%05zu", i);
		items[i] = test_paper(ids[i], "T", T0 - (tms_time)i);
		items[i].summary = (struct tms_str){ text, sizeof(text) };
	}
	return test_window("a", items, TMS_COUNT(items), T0);
}

static struct tms_result dressed(
	const struct tms_feed_definition *feed, struct tms_window *window, bool with_gzip)
{
	struct tms_view *view = test_view(window);
	struct tms_fragments *cache = NULL;
	struct tms_result result = { 0 };

	assert_int_equal(tms_result_sift(feed, NULL, view, T0 + 100, &result), TMS_OK);
	assert_int_equal(tms_fragments_new(0, with_gzip, &cache), TMS_OK);
	assert_int_equal(tms_result_dress(feed, cache, &result), TMS_OK);
	tms_fragments_free(cache);
	tms_view_free(view);
	return result;
}

static void all_forms_show_the_same_entries_with_tags_of_their_own(void **state)
{
	struct tms_window *window = long_papers();
	struct tms_feed_definition feed = { .self_url = TMS_STR_INIT("https://x.org/f.atom") };

	(void)state;
	struct tms_result atom = dressed(&feed, window, false);
	assert_true(atom.entries_count > 2 && atom.entries_count < 60);
	feed.form = TMS_FORM_RSS;
	feed.self_url = TMS_STR("https://x.org/f.rss");
	struct tms_result rss = dressed(&feed, window, false);
	feed.form = TMS_FORM_JSON;
	feed.self_url = TMS_STR("https://x.org/f.json");
	struct tms_result json = dressed(&feed, window, false);
	assert_int_equal(rss.entries_count, atom.entries_count);
	assert_int_equal(json.entries_count, atom.entries_count);
	for (size_t i = 0; i < atom.entries_count; i++) {
		assert_true(tms_str_equal(rss.entries[i].id, atom.entries[i].id));
		assert_true(tms_str_equal(json.entries[i].id, atom.entries[i].id));
	}
	assert_true(rss.updated_us == atom.updated_us && json.updated_us == atom.updated_us);
	assert_true(rss.modified == atom.modified && json.modified == atom.modified);
	assert_true(rss.hash[0] != atom.hash[0] && json.hash[0] != atom.hash[0] &&
		    json.hash[0] != rss.hash[0]);
	tms_result_fini(&atom);
	tms_result_fini(&rss);
	tms_result_fini(&json);
	tms_window_free(window);
}

static void join(struct tms_buf *out, const struct tms_str *pieces, size_t count)
{
	for (size_t i = 0; i < count; i++)
		tms_buf_add(out, pieces[i]);
}

static void pieces_and_parts_are_the_document_in_every_form(void **state)
{
	struct tms_item items[3] = { test_paper("arxiv:2603.00001", "A", T0),
		test_paper("arxiv:2603.00002", "B", T0), test_paper("arxiv:2603.00003", "C", T0) };

	(void)state;
	for (int form = 0; form < TMS_FORMS; form++)
		for (size_t count = 0; count <= TMS_COUNT(items); count++) {
			struct tms_window *window = test_window("a", items, count, T0);
			struct tms_feed_definition feed = { .form = (enum tms_form)form };
			struct tms_result result = dressed(&feed, window, true);
			struct tms_buf whole = { 0 }, joined = { 0 }, packed = { 0 }, text = { 0 };
			struct tms_arena arena = { 0 };
			struct tms_str *pieces = NULL;
			size_t pieces_count = 0;

			tms_document_write(&whole, &result);
			assert_int_equal(
				tms_document_pieces(&arena, &result, &pieces, &pieces_count),
				TMS_OK);
			join(&joined, pieces, pieces_count);
			assert_int_equal(
				tms_document_gzip_pieces(&arena, &result, &pieces, &pieces_count),
				TMS_OK);
			join(&packed, pieces, pieces_count);
			inflate_whole(tms_buf_str(&packed), &text);
			assert_true(tms_str_equal(tms_buf_str(&whole), tms_buf_str(&joined)));
			assert_true(tms_str_equal(tms_buf_str(&whole), tms_buf_str(&text)));
			tms_buf_free(&whole);
			tms_buf_free(&joined);
			tms_buf_free(&packed);
			tms_buf_free(&text);
			tms_arena_free(&arena);
			tms_result_fini(&result);
			tms_window_free(window);
		}
}

static void a_json_feed_of_any_length_is_json(void **state)
{
	struct tms_item items[2] = { test_paper("arxiv:2603.00001", "A", T0),
		test_paper("arxiv:2603.00002", "B", T0) };

	(void)state;
	for (size_t count = 0; count <= TMS_COUNT(items); count++) {
		struct tms_window *window = test_window("a", items, count, T0);
		struct tms_feed_definition feed = { .form = TMS_FORM_JSON };
		struct tms_result result = dressed(&feed, window, false);
		struct tms_buf whole = { 0 };
		struct json_t *json = NULL;
		tms_document_write(&whole, &result);
		assert_int_equal(tms_json_parse(tms_buf_str(&whole), NULL, &json, NULL), TMS_OK);
		assert_str(tms_json_str(json, "version"), "https://jsonfeed.org/version/1.1");
		assert_int_equal(tms_json_count(tms_json_array(json, "items")), count);
		tms_json_free(json);
		tms_buf_free(&whole);
		tms_result_fini(&result);
		tms_window_free(window);
	}
}

static void a_channel_always_has_a_link_and_a_description(void **state)
{
	static const struct {
		const char *why;
		struct tms_feed_definition feed;
		const char *text;
	} rows[] = {
		{ "the page", { .site_url = TMS_STR_INIT("https://x.org/?a&b") },
			"<link>https://x.org/?a&amp;b</link>" },
		{ "no page: the feed", { .self_url = TMS_STR_INIT("https://x.org/f.rss") },
			"<link>https://x.org/f.rss</link>" },
		{ "a page that RSS cannot name: the feed",
			{ .site_url = TMS_STR_INIT("http://[::1]/"),
				.self_url = TMS_STR_INIT("https://x.org/f.rss") },
			"<link>https://x.org/f.rss</link>" },
		{ "neither: what identifies it", { .name = TMS_STR_INIT("n") }, "<link>urn:uuid:" },
		{ "the title stands for a description", { .title = TMS_STR_INIT("R&D") },
			"<description>R&#x26;D</description>" },
		{ "an image with the channel's title and link",
			{ .title = TMS_STR_INIT("T"),
				.site_url = TMS_STR_INIT("https://x.org/"),
				.icon_url = TMS_STR_INIT("https://x.org/i.png") },
			"<image>\n<url>https://x.org/i.png</url>\n<title>T</title>\n"
			"<link>https://x.org/</link>\n</image>" },
		{ "itself, as RSS", { .self_url = TMS_STR_INIT("https://x.org/f.rss") },
			"<atom:link rel=\"self\" type=\"application/rss+xml\" "
			"href=\"https://x.org/f.rss\"/>" },
	};

	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_feed_definition feed = rows[i].feed;
		struct tms_buf buf = { 0 };
		size_t cut = 0;
		feed.form = TMS_FORM_RSS;
		tms_document_write_header(&buf, &feed, &cut);
		if (times(tms_buf_str(&buf), rows[i].text) != 1)
			fail_msg("%s: no %s in\n%.*s", rows[i].why, rows[i].text,
				TMS_STR_ARGS(tms_buf_str(&buf)));
		tms_buf_free(&buf);
	}
}

static void an_address_ends_in_its_form(void **state)
{
	static const struct {
		const char *path, *rest;
		int form; /* -1: none */
	} rows[] = {
		{ "/filter.atom", "/filter", TMS_FORM_ATOM },
		{ "/f/x.rss", "/f/x", TMS_FORM_RSS },
		{ "/f/x.json", "/f/x", TMS_FORM_JSON },
		{ "/f/x.jsonl", "/f/x.jsonl", -1 },
		{ "/f/rss", "/f/rss", -1 },
		{ "rss", "rss", -1 },
		{ "", "", -1 },
	};

	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_str path = tms_str_from(rows[i].path);
		enum tms_form form = TMS_FORM_ATOM;
		assert_int_equal(tms_form_cut(&path, &form), rows[i].form >= 0);
		assert_str(path, rows[i].rest);
		if (rows[i].form >= 0)
			assert_int_equal(form, rows[i].form);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_paper_in_rss_is_as_its_readers_need_it),
		cmocka_unit_test(what_has_no_title_is_called_by_how_its_text_begins),
		cmocka_unit_test(content_that_shows_nothing_gives_way),
		cmocka_unit_test(plain_titles_of_rss_are_escaped_once),
		cmocka_unit_test(rss_has_one_enclosure_and_links_to_the_others),
		cmocka_unit_test(a_paper_in_json_says_the_same),
		cmocka_unit_test(hostile_text_stays_text_in_every_form),
		cmocka_unit_test(votes_move_no_hash_and_text_moves_every_one),
		cmocka_unit_test(all_forms_show_the_same_entries_with_tags_of_their_own),
		cmocka_unit_test(pieces_and_parts_are_the_document_in_every_form),
		cmocka_unit_test(a_json_feed_of_any_length_is_json),
		cmocka_unit_test(a_channel_always_has_a_link_and_a_description),
		cmocka_unit_test(an_address_ends_in_its_form),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
