#include "../make.h"

#include <tamis/join.h>
#include <tamis/query.h>
#include <tamis/view.h>

static struct tms_category cl[] = { { .term = TMS_STR_INIT("cs.CL") },
	{ .term = TMS_STR_INIT("cs.AI") } };
static struct tms_category ro[] = { { .term = TMS_STR_INIT("cs.RO") } };

/* Daily papers, two sources of arXiv, a blog that writes of papers, and what is known. */
struct stand {
	struct tms_window *hf, *feed, *api, *blog, *known;
	struct tms_window *sources[4];
};

static void set_up(struct stand *stand)
{
	stand->sources[0] = stand->hf = make_window("daily");
	stand->sources[1] = stand->feed = make_window("arxiv-feed");
	stand->sources[2] = stand->api = make_window("arxiv-api");
	stand->sources[3] = stand->blog = make_window("blog");
	stand->known = make_window("known");
}

static void tear_down(struct stand *stand)
{
	for (size_t i = 0; i < 4; i++)
		tms_window_free(stand->sources[i]);
	tms_window_free(stand->known);
}

static void say(struct tms_window *window, const char *id, enum tms_origin origin,
	struct tms_category *categories, size_t count, tms_time now)
{
	struct tms_item item = make_item(id, "A paper", origin);

	item.categories = categories;
	item.categories_count = count;
	(void)apply_items(window, &item, 1, now);
}

static void hf_lists(struct stand *stand, const char *id, tms_time now)
{
	say(stand->hf, id, TMS_ORIGIN_HF_API, NULL, 0, now);
}

static enum tms_join_need need(const struct stand *stand, const struct tms_window *window,
	const char *id, tms_time now, struct tms_item *out)
{
	const struct tms_record *record = tms_window_find(window, tms_str_from(id));

	assert_non_null(record);
	return tms_join_need(record, stand->sources, 4, stand->known, now, out);
}

/* As the service goes through its windows. */
static void join_all(struct stand *stand, tms_time now)
{
	for (size_t i = 0; i < 4; i++)
		for (size_t k = 0; k < tms_window_count(stand->sources[i]); k++) {
			struct tms_item item;
			if (tms_join_need(tms_window_at(stand->sources[i], k), stand->sources, 4,
				    stand->known, now, &item) == TMS_JOIN_COPY)
				(void)apply_items(stand->known, &item, 1, now);
		}
}

static struct tms_view *view_of(struct stand *stand, struct tms_window **windows, size_t count)
{
	struct tms_view *view = NULL;

	assert_int_equal(tms_view_new(&view), TMS_OK);
	tms_view_join(view, stand->known);
	assert_int_equal(tms_view_refresh(view, windows, count), TMS_OK);
	return view;
}

static bool keeps(const struct tms_view *view, const char *id, const char *text)
{
	struct tms_view_item *item = find_shown(view, tms_str_from(id));
	struct tms_query *query = NULL;
	struct tms_arena arena = { 0 };
	struct tms_doc doc = { 0 };

	assert_non_null(item);
	assert_int_equal(tms_query_parse(tms_str_from(text), NULL, &query, NULL), TMS_OK);
	assert_int_equal(tms_doc_make(&arena, &item->merged, &doc), TMS_OK);
	bool holds = tms_query_matches(query, &item->merged, &doc, NOON + DAY);
	tms_query_free(query);
	tms_arena_free(&arena);
	return holds;
}

static void a_listed_paper_has_the_categories_that_an_arxiv_source_says(void **state)
{
	struct stand stand;
	(void)state;

	set_up(&stand);
	hf_lists(&stand, "arxiv:1", NOON);
	say(stand.feed, "arxiv:1", TMS_ORIGIN_ARXIV_FEED, cl, 2, NOON + HOUR);
	say(stand.feed, "arxiv:2", TMS_ORIGIN_ARXIV_FEED, ro, 1, NOON + HOUR);
	join_all(&stand, NOON + HOUR);
	struct tms_view *view = view_of(&stand, &stand.hf, 1);
	assert_int_equal(tms_view_count(view), 1);
	assert_true(keeps(view, "arxiv:1", "category:cs.CL"));
	assert_true(keeps(view, "arxiv:1", "category:cs.*"));
	assert_true(keeps(view, "arxiv:1", "category:cs.AI -category:cs.RO"));
	assert_int_equal(tms_window_count(stand.known), 1); /* only what somebody asks for */
	tms_view_free(view);
	tear_down(&stand);
}

static void joining_moves_nothing_that_entries_show(void **state)
{
	struct stand stand;
	(void)state;

	set_up(&stand);
	hf_lists(&stand, "arxiv:1", NOON);
	struct tms_view *view = view_of(&stand, &stand.hf, 1);
	struct tms_view_item *before = tms_view_item_ref(tms_view_at(view, 0));
	say(stand.feed, "arxiv:1", TMS_ORIGIN_ARXIV_FEED, cl, 2, NOON + HOUR);
	join_all(&stand, NOON + HOUR);
	assert_int_equal(tms_view_refresh(view, &stand.hf, 1), TMS_OK);
	struct tms_view_item *after = tms_view_at(view, 0);
	assert_true(before->version != after->version);
	assert_memory_equal(&before->merged.item, &after->merged.item, sizeof(before->merged.item));
	assert_int_equal(before->merged.updated, after->merged.updated);
	assert_int_equal(before->merged.first_seen, after->merged.first_seen);
	assert_int_equal(after->merged.item.categories_count, 0);
	assert_int_equal(after->merged.sources_count, 1);
	tms_view_item_unref(before);
	tms_view_free(view);
	tear_down(&stand);
}

/* What is said in this order, joined after each step. */
static uint64_t version_after(const int order[3])
{
	struct stand stand;

	set_up(&stand);
	for (int i = 0; i < 3; i++) {
		if (order[i] == 0)
			hf_lists(&stand, "arxiv:1", NOON);
		else if (order[i] == 1)
			say(stand.feed, "arxiv:1", TMS_ORIGIN_ARXIV_FEED, ro, 1, NOON);
		else
			say(stand.api, "arxiv:1", TMS_ORIGIN_ARXIV_API, cl, 2, NOON);
		join_all(&stand, NOON);
	}
	struct tms_view *view = view_of(&stand, &stand.hf, 1);
	assert_true(keeps(view, "arxiv:1", "category:cs.CL -category:cs.RO"));
	uint64_t version = view_digest(view);
	tms_view_free(view);
	tear_down(&stand);
	return version;
}

static void the_order_in_which_sources_speak_changes_nothing(void **state)
{
	static const int orders[][3] = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 }, { 1, 2, 0 },
		{ 2, 0, 1 }, { 2, 1, 0 } };
	(void)state;

	for (size_t i = 1; i < TMS_COUNT(orders); i++)
		assert_true(version_after(orders[i]) == version_after(orders[0]));
}

static void the_word_of_arxiv_among_the_own_sources_is_the_last(void **state)
{
	struct stand stand;
	(void)state;

	set_up(&stand);
	hf_lists(&stand, "arxiv:1", NOON);
	say(stand.feed, "arxiv:1", TMS_ORIGIN_ARXIV_FEED, cl, 2, NOON);
	say(stand.api, "arxiv:1", TMS_ORIGIN_ARXIV_API, ro, 1, NOON);
	join_all(&stand, NOON);
	struct tms_window *own[] = { stand.hf, stand.feed };
	struct tms_view *view = view_of(&stand, own, 2);
	assert_true(keeps(view, "arxiv:1", "category:cs.CL -category:cs.RO"));
	assert_int_equal(tms_view_at(view, 0)->merged.joined_count, 0);
	tms_view_free(view);
	tear_down(&stand);
}

static void only_arxiv_says_what_arxiv_calls_a_paper(void **state)
{
	struct tms_item item;
	struct stand stand;
	(void)state;

	set_up(&stand);
	hf_lists(&stand, "arxiv:1", NOON);
	say(stand.blog, "arxiv:1", TMS_ORIGIN_OTHER, ro, 1, NOON);
	assert_int_equal(need(&stand, stand.hf, "arxiv:1", NOON, &item), TMS_JOIN_ASK);
	/* a blog keeps its own words for a paper, and gets arXiv's beside them */
	say(stand.feed, "arxiv:1", TMS_ORIGIN_ARXIV_FEED, cl, 2, NOON);
	join_all(&stand, NOON);
	struct tms_view *view = view_of(&stand, &stand.blog, 1);
	assert_true(keeps(view, "arxiv:1", "category:cs.CL category:cs.RO"));
	tms_view_free(view);
	tear_down(&stand);
}

static void what_is_no_paper_of_arxiv_is_not_asked_for(void **state)
{
	struct tms_item item;
	struct stand stand;
	(void)state;

	set_up(&stand);
	hf_lists(&stand, "id:a-post", NOON);
	say(stand.feed, "arxiv:2", TMS_ORIGIN_ARXIV_FEED, cl, 2, NOON);
	assert_int_equal(need(&stand, stand.hf, "id:a-post", NOON, &item), TMS_JOIN_NOTHING);
	assert_int_equal(need(&stand, stand.feed, "arxiv:2", NOON, &item), TMS_JOIN_NOTHING);
	assert_true(tms_record_is_hf(tms_window_at(stand.hf, 0)));
	assert_false(tms_record_is_hf(tms_window_at(stand.feed, 0)));
	tear_down(&stand);
}

static void a_paper_that_arxiv_did_not_know_is_asked_for_again_after_a_week(void **state)
{
	struct tms_item item;
	struct stand stand;
	(void)state;

	set_up(&stand);
	hf_lists(&stand, "arxiv:1", NOON);
	tms_join_item(TMS_STR("arxiv:1"), TMS_ORIGIN_ARXIV_API, NULL, 0, &item);
	(void)apply_items(stand.known, &item, 1, NOON);
	assert_int_equal(
		need(&stand, stand.hf, "arxiv:1", NOON + 6 * DAY, &item), TMS_JOIN_NOTHING);
	assert_int_equal(need(&stand, stand.hf, "arxiv:1", NOON + 7 * DAY, &item), TMS_JOIN_ASK);
	struct tms_view *view = view_of(&stand, &stand.hf, 1);
	assert_false(keeps(view, "arxiv:1", "category:cs.*"));
	/* what a source says meanwhile is taken at once */
	say(stand.feed, "arxiv:1", TMS_ORIGIN_ARXIV_FEED, cl, 2, NOON + DAY);
	join_all(&stand, NOON + DAY);
	assert_int_equal(tms_view_refresh(view, &stand.hf, 1), TMS_OK);
	assert_true(keeps(view, "arxiv:1", "category:cs.CL"));
	tms_view_free(view);
	tear_down(&stand);
}

static void a_change_of_categories_is_followed_once(void **state)
{
	struct tms_item item;
	struct stand stand;
	(void)state;

	set_up(&stand);
	hf_lists(&stand, "arxiv:1", NOON);
	say(stand.feed, "arxiv:1", TMS_ORIGIN_ARXIV_FEED, cl, 2, NOON);
	join_all(&stand, NOON);
	assert_int_equal(need(&stand, stand.hf, "arxiv:1", NOON, &item), TMS_JOIN_NOTHING);
	say(stand.feed, "arxiv:1", TMS_ORIGIN_ARXIV_FEED, ro, 1, NOON + DAY);
	assert_int_equal(need(&stand, stand.hf, "arxiv:1", NOON, &item), TMS_JOIN_COPY);
	join_all(&stand, NOON + DAY);
	assert_int_equal(need(&stand, stand.hf, "arxiv:1", NOON, &item), TMS_JOIN_NOTHING);
	struct tms_view *view = view_of(&stand, &stand.hf, 1);
	assert_true(keeps(view, "arxiv:1", "category:cs.RO -category:cs.CL"));
	tms_view_free(view);
	tear_down(&stand);
}

static void what_arxiv_listed_and_dropped_stays_joined_over_a_restart(void **state)
{
	struct stand stand;
	struct tms_buf bytes = { 0 };
	struct tms_item other = make_item("arxiv:2", "Two", TMS_ORIGIN_ARXIV_FEED);
	(void)state;

	set_up(&stand);
	say(stand.feed, "arxiv:1", TMS_ORIGIN_ARXIV_FEED, cl, 2, NOON);
	hf_lists(&stand, "arxiv:1", NOON + 20 * DAY);
	join_all(&stand, NOON + 20 * DAY);
	struct tms_view *view = view_of(&stand, &stand.hf, 1);
	uint64_t version = view_digest(view);
	list_for_a_day(stand.feed, &other, 1, NOON + 39 * DAY);
	(void)retire_at(stand.feed, NOON + 40 * DAY, 0);
	assert_null(tms_window_find(stand.feed, TMS_STR("arxiv:1")));
	join_all(&stand, NOON + 40 * DAY);
	assert_int_equal(tms_view_refresh(view, &stand.hf, 1), TMS_OK);
	assert_true(view_digest(view) == version);
	tms_view_free(view);

	assert_int_equal(tms_window_write_record(stand.known, TMS_STR("arxiv:1"), &bytes), TMS_OK);
	assert_true(bytes.len < 400);
	tms_window_free(stand.known);
	stand.known = make_window("known");
	assert_int_equal(tms_window_load_record(stand.known, tms_buf_str(&bytes), NULL), TMS_OK);
	tms_buf_free(&bytes);
	view = view_of(&stand, &stand.hf, 1);
	assert_true(view_digest(view) == version);
	assert_true(keeps(view, "arxiv:1", "category:cs.CL"));
	tms_view_free(view);
	tear_down(&stand);
}

static void a_view_follows_what_becomes_known_and_what_is_forgotten(void **state)
{
	struct stand stand;
	bool more = true;
	(void)state;

	set_up(&stand);
	hf_lists(&stand, "arxiv:1", NOON);
	hf_lists(&stand, "arxiv:2", NOON);
	struct tms_view *view = view_of(&stand, &stand.hf, 1);
	struct tms_view_item *two = tms_view_item_ref(find_shown(view, TMS_STR("arxiv:2")));
	say(stand.known, "arxiv:1", TMS_ORIGIN_ARXIV_API, cl, 2, NOON);
	assert_int_equal(tms_view_step(view, &stand.hf, 1, SIZE_MAX, NULL, NULL, &more), TMS_OK);
	assert_false(more);
	assert_true(keeps(view, "arxiv:1", "category:cs.CL"));
	assert_ptr_equal(find_shown(view, TMS_STR("arxiv:2")), two); /* untouched */
	lose_record(stand.known, TMS_STR("arxiv:1"));
	say(stand.known, "arxiv:3", TMS_ORIGIN_ARXIV_API, cl, 2, NOON);
	assert_int_equal(tms_view_refresh(view, &stand.hf, 1), TMS_OK);
	assert_false(keeps(view, "arxiv:1", "category:cs.CL"));
	say(stand.known, "arxiv:2", TMS_ORIGIN_ARXIV_API, ro, 1, NOON);
	tms_view_join(view, NULL);
	assert_int_equal(tms_view_refresh(view, &stand.hf, 1), TMS_OK);
	assert_false(keeps(view, "arxiv:2", "category:cs.RO"));
	tms_view_item_unref(two);
	tms_view_free(view);
	tear_down(&stand);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_listed_paper_has_the_categories_that_an_arxiv_source_says),
		cmocka_unit_test(joining_moves_nothing_that_entries_show),
		cmocka_unit_test(the_order_in_which_sources_speak_changes_nothing),
		cmocka_unit_test(the_word_of_arxiv_among_the_own_sources_is_the_last),
		cmocka_unit_test(only_arxiv_says_what_arxiv_calls_a_paper),
		cmocka_unit_test(what_is_no_paper_of_arxiv_is_not_asked_for),
		cmocka_unit_test(a_paper_that_arxiv_did_not_know_is_asked_for_again_after_a_week),
		cmocka_unit_test(a_change_of_categories_is_followed_once),
		cmocka_unit_test(what_arxiv_listed_and_dropped_stays_joined_over_a_restart),
		cmocka_unit_test(a_view_follows_what_becomes_known_and_what_is_forgotten),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
