#include <tamis/document.h>

#include <stdio.h>

#include "items.h"

#define TEXT(token) #token
#define TEXT_OF(macro) TEXT(macro)
#define RENDER TEXT_OF(TMS_RENDER_VERSION)

/* Papers whose identity is their number; published falls with it, so the first is the newest. */
static void many_papers(struct tms_item *items, size_t count)
{
	static char names[200][40];

	for (size_t i = 0; i < count; i++) {
		(void)snprintf(names[i], sizeof(names[i]), "arxiv:2603.%05zu", i);
		items[i] = test_paper(names[i], "T", T0 - (tms_time)i);
		items[i].numbers[TMS_NUMBER_UPVOTES] = (int64_t)i;
	}
}

static struct tms_result select_from(
	const struct tms_feed_definition *feed, const struct tms_view *view)
{
	struct tms_result result = { 0 };

	assert_int_equal(tms_result_sift(feed, NULL, view, T0 + 100, &result), TMS_OK);
	return result;
}

/* The result of a feed over a window, dressed. */
static struct tms_result dressed(const struct tms_feed_definition *feed, struct tms_window *window)
{
	struct tms_view *view = test_view(window);
	struct tms_fragments *cache = NULL;
	struct tms_result result = select_from(feed, view);

	assert_int_equal(tms_fragments_new(0, true, &cache), TMS_OK);
	assert_int_equal(tms_result_dress(feed, cache, &result), TMS_OK);
	tms_fragments_free(cache);
	tms_view_free(view);
	return result;
}

static bool same_tag(const struct tms_result *a, const struct tms_result *b)
{
	return a->hash[0] == b->hash[0] && a->hash[1] == b->hash[1];
}

static void entries_are_ordered_by_entering_then_date_then_id(void **state)
{
	struct tms_item early[] = { test_paper("arxiv:2603.00009", "T", T0),
		test_paper("arxiv:2603.00003", "T", T0 - 50),
		test_paper("arxiv:2603.00002", "T", T0 - 50) };
	struct tms_item late[] = { test_paper("arxiv:2603.00001", "T", T0 - 9999) };
	struct tms_feed_definition feed = { 0 };
	struct tms_window *windows[] = { test_window("a", early, 3, T0),
		test_window("b", late, 1, T0 + 10) };
	struct tms_view *view = NULL;

	(void)state;
	assert_int_equal(tms_view_new(&view), TMS_OK);
	assert_int_equal(tms_view_refresh(view, windows, 2), TMS_OK);
	struct tms_result result = select_from(&feed, view);
	assert_int_equal(result.entries_count, 4);
	assert_str(result.entries[0].id, "arxiv:2603.00001"); /* entered last */
	assert_str(result.entries[1].id, "arxiv:2603.00009"); /* newest published */
	assert_str(result.entries[2].id, "arxiv:2603.00002");
	assert_str(result.entries[3].id, "arxiv:2603.00003");
	tms_result_fini(&result);
	tms_view_free(view);
	tms_window_free(windows[0]);
	tms_window_free(windows[1]);
}

static void assert_same_choice(const struct tms_result *a, const struct tms_result *b)
{
	assert_int_equal(a->entries_count, b->entries_count);
	assert_int_equal(a->kept_count, b->kept_count);
	assert_int_equal(a->seen_count, b->seen_count);
	assert_int_equal(a->expires, b->expires);
	for (size_t i = 0; i < a->entries_count; i++) {
		assert_ptr_equal(a->entries[i].item, b->entries[i].item);
		assert_int_equal(a->entries[i].entered, b->entries[i].entered);
	}
}

static void an_index_chooses_as_a_look_at_each_item_does(void **state)
{
	static const char *const texts[] = { "", "upvotes>=20", "-upvotes>=20", "age<1d upvotes>3",
		"nothing", "T" };
	struct tms_item items[150];
	struct tms_feed_definition feed = { .entries_max = 40 };
	struct tms_index *index = NULL;

	(void)state;
	many_papers(items, TMS_COUNT(items));
	struct tms_window *window = test_window("a", items, TMS_COUNT(items), T0);
	struct tms_view *view = test_view(window);
	assert_int_equal(tms_index_new((struct tms_hash_seed){ 0 }, &index), TMS_OK);
	for (size_t i = 0; i < tms_view_count(view); i++)
		assert_int_equal(tms_index_put(index, tms_view_at(view, i), NULL), TMS_OK);
	for (size_t i = 0; i < TMS_COUNT(texts); i++) {
		struct tms_result indexed = { 0 }, sifted = { 0 };
		struct tms_query *query = NULL;
		uint32_t rule = TMS_INDEX_NONE;
		struct tms_str text = tms_str_from(texts[i]);

		assert_int_equal(tms_query_parse(text, NULL, &query, NULL), TMS_OK);
		if (text.len > 0)
			assert_int_equal(
				tms_index_add_rule(index, text, NULL, &rule, NULL), TMS_OK);
		assert_int_equal(tms_result_select(&feed, index, rule, T0 + 100, &indexed), TMS_OK);
		assert_int_equal(tms_result_sift(&feed, query, view, T0 + 100, &sifted), TMS_OK);
		assert_same_choice(&indexed, &sifted);
		tms_result_fini(&indexed);
		tms_result_fini(&sifted);
		tms_query_free(query);
	}
	tms_index_free(index);
	tms_view_free(view);
	tms_window_free(window);
}

static void a_result_is_cut_by_number_and_by_bytes(void **state)
{
	struct tms_item items[150];
	struct tms_feed_definition feed = { 0 };
	struct tms_buf document = { 0 };

	(void)state;
	many_papers(items, TMS_COUNT(items));
	struct tms_window *window = test_window("a", items, TMS_COUNT(items), T0);
	struct tms_result result = dressed(&feed, window);
	assert_int_equal(result.entries_count, TMS_FEED_ENTRIES_DEFAULT);
	assert_int_equal(result.kept_count, 150);
	tms_document_write(&document, &result);
	assert_true(document.len < TMS_FEED_BYTES_DEFAULT);
	tms_result_fini(&result);

	feed.bytes_max = document.len / 2;
	result = dressed(&feed, window);
	assert_true(result.entries_count > 40 && result.entries_count < 60);
	assert_str(result.entries[0].id, "arxiv:2603.00000"); /* the newest stay */
	tms_buf_clear(&document);
	tms_document_write(&document, &result);
	assert_true(document.len <= feed.bytes_max);
	tms_result_fini(&result);

	feed.entries_max = feed.bytes_max = SIZE_MAX;
	result = dressed(&feed, window);
	assert_int_equal(result.entries_count, 150);
	tms_result_fini(&result);
	tms_window_free(window);
	tms_buf_free(&document);
}

static void the_tag_moves_with_the_document_and_only_then(void **state)
{
	struct tms_item items[3];
	struct tms_feed_definition feed = { .name = TMS_STR_INIT("a"),
		.title = TMS_STR_INIT("One") };

	(void)state;
	many_papers(items, 3);
	struct tms_window *window = test_window("a", items, 3, T0);
	struct tms_result first = dressed(&feed, window), again = dressed(&feed, window);
	assert_true(same_tag(&first, &again));
	tms_result_fini(&again);

	struct tms_item voted[3] = { items[0], items[1], items[2] };
	voted[1].numbers[TMS_NUMBER_UPVOTES] = 999;
	struct tms_window *other = test_window("a", voted, 3, T0);
	again = dressed(&feed, other);
	assert_true(same_tag(&first, &again)); /* the tag is weak: numbers are no part of it */
	tms_result_fini(&again);
	tms_window_free(other);

	voted[1].title = TMS_STR("Changed");
	other = test_window("a", voted, 3, T0);
	again = dressed(&feed, other);
	assert_false(same_tag(&first, &again));
	tms_result_fini(&again);
	tms_window_free(other);

	other = test_window("a", items, 2, T0);
	again = dressed(&feed, other);
	assert_false(same_tag(&first, &again)); /* an entry has left */
	tms_result_fini(&again);
	tms_window_free(other);

	feed.title = TMS_STR("Two");
	again = dressed(&feed, window);
	assert_false(same_tag(&first, &again));
	tms_result_fini(&again);
	tms_result_fini(&first);
	tms_window_free(window);
}

static void the_tag_differs_for_each_coding_and_is_weak(void **state)
{
	struct tms_result result = { .hash = { 1, 2 } };
	struct tms_buf buf = { 0 };

	(void)state;
	tms_result_etag(&result, TMS_STR(""), &buf);
	assert_str(tms_buf_str(&buf), "W/\"00000000000000010000000000000002\"");
	tms_buf_clear(&buf);
	tms_result_etag(&result, TMS_STR("gzip"), &buf);
	assert_str(tms_buf_str(&buf), "W/\"00000000000000010000000000000002-gzip\"");
	tms_buf_free(&buf);
}

static void updated_is_the_newest_change_and_never_now(void **state)
{
	struct tms_item items[2];
	struct tms_feed_definition feed = { 0 };

	(void)state;
	many_papers(items, 2);
	struct tms_window *window = test_window("a", items, 2, T0 + 7);
	struct tms_result result = dressed(&feed, window); /* now is T0 + 100 */
	assert_int_equal(result.modified, T0 + 7);         /* when they entered */
	assert_true(result.updated_us == (T0 + 7) * INT64_C(1000000));
	tms_result_fini(&result);

	struct tms_view *view = test_view(window);
	struct tms_fragments *cache = NULL;
	assert_int_equal(tms_fragments_new(0, true, &cache), TMS_OK);
	result = select_from(&feed, view);
	tms_result_forget_entering(&result);
	assert_int_equal(tms_result_dress(&feed, cache, &result), TMS_OK);
	assert_int_equal(result.modified, T0); /* the items' own date */
	tms_result_fini(&result);
	tms_fragments_free(cache);
	tms_view_free(view);
	tms_window_free(window);

	window = test_window("a", items, 0, T0);
	result = dressed(&feed, window);
	assert_int_equal(result.modified, TMS_FEED_EPOCH);
	tms_result_fini(&result);
	feed.revised = T0 - 5;
	result = dressed(&feed, window);
	assert_int_equal(result.modified, T0 - 5);
	assert_true(result.updated_us == (T0 - 5) * INT64_C(1000000));
	tms_result_fini(&result);
	tms_window_free(window);
}

static void a_feed_can_date_its_entries_by_when_they_entered(void **state)
{
	struct tms_item items[1];
	struct tms_feed_definition feed = { .date = TMS_FEED_DATE_ENTERED };

	(void)state;
	many_papers(items, 1);
	struct tms_window *window = test_window("a", items, 1, T0 + 60);
	struct tms_result result = dressed(&feed, window);
	assert_int_not_equal(tms_str_find(result.entries[0].fragment->bytes,
				     TMS_STR("<published>2026-03-01T12:01:00Z<"), 0),
		SIZE_MAX);
	tms_result_fini(&result);
	tms_window_free(window);
}

static void the_pieces_are_the_document(void **state)
{
	struct tms_item items[3];
	struct tms_feed_definition feed = { .title = TMS_STR_INIT("<T>") };
	struct tms_arena arena = { 0 };
	struct tms_buf whole = { 0 }, joined = { 0 };
	struct tms_str *pieces = NULL;
	size_t count = 0;

	(void)state;
	many_papers(items, 3);
	struct tms_window *window = test_window("a", items, 3, T0);
	struct tms_result result = dressed(&feed, window);
	tms_document_write(&whole, &result);
	assert_int_equal(tms_document_pieces(&arena, &result, &pieces, &count), TMS_OK);
	assert_int_equal(count, 5);
	assert_ptr_equal(pieces[1].ptr, result.entries[0].fragment->bytes.ptr);
	for (size_t i = 0; i < count; i++)
		tms_buf_add(&joined, pieces[i]);
	assert_true(tms_str_equal(tms_buf_str(&whole), tms_buf_str(&joined)));
	tms_result_fini(&result);
	tms_window_free(window);
	tms_buf_free(&whole);
	tms_buf_free(&joined);
	tms_arena_free(&arena);
}

static void a_stored_result_comes_back_the_same(void **state)
{
	struct tms_item items[3];
	struct tms_feed_definition feed = { 0 };
	struct tms_result back = { 0 };
	struct tms_buf json = { 0 }, again = { 0 };

	(void)state;
	many_papers(items, 3);
	struct tms_window *window = test_window("a", items, 3, T0);
	struct tms_result result = dressed(&feed, window);
	tms_result_write_json(&result, &json);
	assert_int_equal(tms_result_parse_json(tms_buf_str(&json), &back, NULL), TMS_OK);
	assert_true(same_tag(&result, &back));
	assert_int_equal(back.entries_count, 3);
	assert_str(back.entries[2].id, "arxiv:2603.00002");
	assert_int_equal(back.expires, TMS_TIME_MAX);
	tms_result_write_json(&back, &again);
	assert_true(tms_str_equal(tms_buf_str(&json), tms_buf_str(&again)));
	tms_result_fini(&back);
	tms_result_fini(&result);
	tms_window_free(window);
	tms_buf_free(&json);
	tms_buf_free(&again);
}

static void a_result_of_another_form_is_refused(void **state)
{
	static const char *const rows[] = {
		"",
		"[]",
		"{\"v\":1}",
		"{\"v\":2,\"render\":" RENDER
		",\"hash\":[\"0000000000000000\",\"0000000000000000\"],\"updated\":1,"
		"\"modified\":1,\"expires\":1,\"seen\":1,\"kept\":1,\"entries\":[]}",
		"{\"v\":1,\"render\":" RENDER
		",\"hash\":[\"000000000000000\",\"0000000000000000\"],\"updated\":1,"
		"\"modified\":1,\"expires\":1,\"seen\":1,\"kept\":1,\"entries\":[]}",
		"{\"v\":1,\"render\":" RENDER
		",\"hash\":[\"0000000000000000\",\"0000000000000000\"],\"updated\":1,"
		"\"modified\":1,\"expires\":1,\"seen\":1,\"kept\":1,\"entries\":[[\"a\",1,\"x\"]]}",
	};
	struct tms_result back = { 0 };

	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++)
		if (tms_result_parse_json(tms_str_from(rows[i]), &back, NULL) != TMS_EMALFORMED)
			fail_msg("row %zu was taken", i);
	assert_null(back.entries);
}

static void what_another_version_showed_is_read_without_its_validators(void **state)
{
	static const char foreign[] =
		"{\"v\":1,\"render\":999,\"hash\":[\"00000000000000aa\",\"0000000000000000\"],"
		"\"updated\":7,\"modified\":1,\"expires\":1,\"seen\":1,\"kept\":1,"
		"\"entries\":[[\"b\",3,\"0000000000000001\"],[\"a\",1,\"0000000000000002\"]]}";
	struct tms_result back = { 0 };

	(void)state;
	assert_int_equal(tms_result_parse_json(tms_str_from(foreign), &back, NULL), TMS_EMALFORMED);
	assert_int_equal(tms_result_parse_entries(tms_str_from(foreign), &back, NULL), TMS_OK);
	assert_int_equal(back.entries_count, 2);
	assert_str(back.entries[0].id, "b");
	assert_int_equal(back.entries[1].entered, 1);
	assert_int_equal(back.updated_us, 7);
	assert_int_equal(back.hash[0], 0);
	assert_int_equal(back.modified, 0);
	tms_result_fini(&back);
	assert_int_equal(tms_result_parse_entries(
				 TMS_STR("{\"v\":2,\"updated\":1,\"entries\":[]}"), &back, NULL),
		TMS_EMALFORMED);
	assert_null(back.entries);
}

static void a_feeds_id_is_its_name_and_never_its_address(void **state)
{
	struct tms_str ab[] = { TMS_STR_INIT("a"), TMS_STR_INIT("b") };
	struct tms_str ba[] = { TMS_STR_INIT("b"), TMS_STR_INIT("a") };
	struct tms_feed_definition feed = { .instance = TMS_STR_INIT("i"),
		.user = TMS_STR_INIT("u"),
		.name = TMS_STR_INIT("n"),
		.query = TMS_STR_INIT("q"),
		.sources = ab,
		.sources_count = 2 };
	struct tms_feed_definition other = feed;
	struct tms_arena arena = { 0 };
	struct tms_str id = tms_feed_id(&arena, &feed);

	(void)state;
	assert_true(tms_str_starts(id, TMS_STR("urn:uuid:")));
	other.query = TMS_STR("another");
	other.title = TMS_STR("another");
	other.self_url = TMS_STR("https://another.org/");
	assert_true(tms_str_equal(id, tms_feed_id(&arena, &other)));
	other.user = TMS_STR("un");
	other.name = (struct tms_str){ 0 };
	assert_false(tms_str_equal(id, tms_feed_id(&arena, &other)));
	/* straight from an address: the query and the set of sources */
	id = tms_feed_id(&arena, &other);
	other.sources = ba;
	assert_true(tms_str_equal(id, tms_feed_id(&arena, &other)));
	other.sources_count = 1;
	assert_false(tms_str_equal(id, tms_feed_id(&arena, &other)));
	tms_arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entries_are_ordered_by_entering_then_date_then_id),
		cmocka_unit_test(an_index_chooses_as_a_look_at_each_item_does),
		cmocka_unit_test(a_result_is_cut_by_number_and_by_bytes),
		cmocka_unit_test(the_tag_moves_with_the_document_and_only_then),
		cmocka_unit_test(the_tag_differs_for_each_coding_and_is_weak),
		cmocka_unit_test(updated_is_the_newest_change_and_never_now),
		cmocka_unit_test(a_feed_can_date_its_entries_by_when_they_entered),
		cmocka_unit_test(the_pieces_are_the_document),
		cmocka_unit_test(a_stored_result_comes_back_the_same),
		cmocka_unit_test(a_result_of_another_form_is_refused),
		cmocka_unit_test(what_another_version_showed_is_read_without_its_validators),
		cmocka_unit_test(a_feeds_id_is_its_name_and_never_its_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
