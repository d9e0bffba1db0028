#include "../make.h"

#include <stdio.h>

#include <tamis/doc.h>
#include <tamis/view.h>

static struct tms_view *make_view(struct tms_window *const *windows, size_t count)
{
	struct tms_view *view = NULL;

	assert_int_equal(tms_view_new(&view), TMS_OK);
	assert_int_equal(tms_view_refresh(view, windows, count), TMS_OK);
	return view;
}

static const struct tms_merged *shown(const struct tms_view *view, const char *id)
{
	struct tms_view_item *item = find_shown(view, tms_str_from(id));
	return item ? &item->merged : NULL;
}

/* hf lists 1 and 2, arxiv 2 and 3, blog 2 and 4. */
static void three_windows(struct tms_window *windows[3])
{
	struct tms_item hf[] = { make_item("arxiv:1", "One", TMS_ORIGIN_HF_API),
		make_item("arxiv:2", "Two", TMS_ORIGIN_HF_API) };
	struct tms_item arxiv[] = { make_item("arxiv:3", "Three", TMS_ORIGIN_ARXIV_FEED),
		make_item("arxiv:2", "Two, says arXiv", TMS_ORIGIN_ARXIV_FEED) };
	struct tms_item blog[] = { make_item("arxiv:2", "Two, says a blog", TMS_ORIGIN_OTHER),
		make_item("id:4", "Four", TMS_ORIGIN_OTHER) };

	arxiv[1].comment = TMS_STR("Accepted");
	windows[0] = make_window("hf");
	windows[1] = make_window("arxiv");
	windows[2] = make_window("blog");
	(void)apply_items(windows[0], hf, 2, NOON);
	(void)apply_items(windows[1], arxiv, 2, NOON + HOUR);
	(void)apply_items(windows[2], blog, 2, NOON + 2 * HOUR);
}

static void free_windows(struct tms_window *windows[3])
{
	for (size_t i = 0; i < 3; i++)
		tms_window_free(windows[i]);
}

static void a_view_shows_each_item_once_with_what_its_own_sources_said(void **state)
{
	static const char *const order[] = { "arxiv:1", "arxiv:2", "arxiv:3", "id:4" };
	struct tms_window *windows[3];
	(void)state;

	three_windows(windows);
	struct tms_view *all = make_view(windows, 3), *hf = make_view(windows, 1);
	assert_int_equal(tms_view_count(all), 4);
	for (size_t i = 0; i < 4; i++)
		assert_str(tms_view_at(all, i)->merged.item.id, order[i]);
	const struct tms_merged *two = shown(all, "arxiv:2");
	assert_str(two->item.title, "Two");
	assert_str(two->item.comment, "Accepted");
	assert_int_equal(two->sources_count, 3);
	assert_str(two->sources[0], "arxiv");
	assert_str(two->sources[2], "hf");
	assert_int_equal(tms_view_count(hf), 2);
	assert_int_equal(shown(hf, "arxiv:2")->item.comment.len, 0);
	assert_int_equal(shown(hf, "arxiv:2")->sources_count, 1);
	assert_null(shown(hf, "arxiv:3"));
	tms_view_free(all);
	tms_view_free(hf);
	free_windows(windows);
}

static void the_order_of_the_windows_changes_nothing(void **state)
{
	static const size_t orders[][3] = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 }, { 1, 2, 0 },
		{ 2, 0, 1 }, { 2, 1, 0 } };
	struct tms_window *windows[3];
	(void)state;

	three_windows(windows);
	struct tms_view *first = make_view(windows, 3);
	for (size_t i = 0; i < TMS_COUNT(orders); i++) {
		struct tms_window *list[] = { windows[orders[i][0]], windows[orders[i][1]],
			windows[orders[i][2]] };
		struct tms_view *view = make_view(list, 3);
		assert_true(view_digest(view) == view_digest(first));
		assert_int_equal(tms_view_count(view), 4);
		for (size_t k = 0; k < 4; k++)
			assert_true(
				tms_view_at(view, k)->version == tms_view_at(first, k)->version);
		tms_view_free(view);
	}
	struct tms_view *fewer = make_view(windows, 2);
	assert_true(view_digest(fewer) != view_digest(first));
	tms_view_free(fewer);
	tms_view_free(first);
	free_windows(windows);
}

static void a_refresh_makes_again_only_what_changed(void **state)
{
	struct tms_window *windows[3];
	struct tms_view_item *before[4];
	struct tms_item two = make_item("arxiv:2", "Two", TMS_ORIGIN_HF_API);
	(void)state;

	three_windows(windows);
	struct tms_view *view = make_view(windows, 3), *other = make_view(windows, 1);
	for (size_t i = 0; i < 4; i++)
		before[i] = tms_view_item_ref(tms_view_at(view, i));
	assert_ptr_equal(before[0], tms_view_at(other, 0)); /* one item for every view */
	uint64_t version = view_digest(view);

	two.numbers[TMS_NUMBER_UPVOTES] = 9;
	(void)apply_items(windows[0], &two, 1, NOON + DAY);
	assert_int_equal(tms_view_refresh(view, windows, 3), TMS_OK);
	assert_true(view_digest(view) != version);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(tms_view_at(view, i) == before[i], i != 1);
	assert_int_equal(shown(view, "arxiv:2")->item.numbers[0], 9);

	two.title = TMS_STR("Two, changed");
	(void)apply_items(windows[0], &two, 1, NOON + 2 * DAY);
	assert_int_equal(tms_view_refresh(view, windows, 3), TMS_OK);
	assert_str(shown(view, "arxiv:2")->item.title, "Two, changed");
	/* what was taken before still says what it said */
	assert_str(before[1]->merged.item.title, "Two");
	for (size_t i = 0; i < 4; i++)
		tms_view_item_unref(before[i]);
	tms_view_free(view);
	tms_view_free(other);
	free_windows(windows);
}

static void an_item_outlives_its_view_and_its_windows(void **state)
{
	struct tms_window *windows[3];
	(void)state;

	three_windows(windows);
	struct tms_view *view = make_view(windows, 3);
	struct tms_view_item *two = tms_view_item_ref(find_shown(view, TMS_STR("arxiv:2")));
	tms_view_free(view);
	free_windows(windows);
	assert_str(two->merged.item.title, "Two");
	assert_str(two->merged.sources[1], "blog");
	tms_view_item_unref(two);
}

static void what_retires_leaves_the_view(void **state)
{
	struct tms_window *windows[3];
	struct tms_item one = make_item("arxiv:1", "One", TMS_ORIGIN_HF_API);
	struct tms_item nine = make_item("arxiv:9", "Nine", TMS_ORIGIN_HF_API);
	(void)state;

	three_windows(windows);
	struct tms_view *view = make_view(windows, 3);
	list_for_a_day(windows[0], &one, 1, NOON + 31 * DAY);
	(void)retire_at(windows[0], NOON + 32 * DAY, 0);
	assert_int_equal(tms_view_refresh(view, windows, 3), TMS_OK);
	assert_int_equal(tms_view_count(view), 4);
	assert_int_equal(shown(view, "arxiv:2")->sources_count, 2);
	assert_str(shown(view, "arxiv:2")->item.title, "Two, says arXiv");
	list_for_a_day(windows[0], &nine, 1, NOON + 63 * DAY);
	(void)retire_at(windows[0], NOON + 64 * DAY, 0);
	assert_int_equal(tms_view_refresh(view, windows, 3), TMS_OK);
	assert_null(shown(view, "arxiv:1"));
	assert_int_equal(tms_view_refresh(view, NULL, 0), TMS_OK);
	assert_int_equal(tms_view_count(view), 0);
	tms_view_free(view);
	free_windows(windows);
}

static void a_restart_shows_the_same_version(void **state)
{
	struct tms_window *windows[3], *again[3];
	static const char *const names[] = { "hf", "arxiv", "blog" };
	struct tms_buf buf = { 0 };
	(void)state;

	three_windows(windows);
	for (size_t i = 0; i < 3; i++) {
		again[i] = make_window(names[i]);
		for (size_t k = tms_window_count(windows[i]); k-- > 0;) {
			tms_buf_clear(&buf);
			assert_int_equal(tms_window_write_record(windows[i],
						 tms_window_at(windows[i], k)->id, &buf),
				TMS_OK);
			assert_int_equal(
				tms_window_load_record(again[i], tms_buf_str(&buf), NULL), TMS_OK);
		}
	}
	struct tms_view *before = make_view(windows, 3), *after = make_view(again, 3);
	assert_true(view_digest(before) == view_digest(after));
	for (size_t i = 0; i < 4; i++)
		assert_true(tms_view_at(before, i)->version == tms_view_at(after, i)->version);
	tms_buf_free(&buf);
	tms_view_free(before);
	tms_view_free(after);
	free_windows(windows);
	free_windows(again);
}

/* Counts what a view tells of, and can refuse. */
struct watcher {
	size_t added, changed, removed, cost;
	enum tms_status answer;
};

static enum tms_status watch(
	void *context, struct tms_view_item *before, struct tms_view_item *after, size_t *work)
{
	struct watcher *watcher = context;

	if (watcher->answer != TMS_OK)
		return watcher->answer;
	watcher->added += !before;
	watcher->removed += !after;
	watcher->changed += before && after;
	*work += watcher->cost;
	return TMS_OK;
}

static void a_step_tells_of_what_changed_and_of_nothing_else(void **state)
{
	struct tms_window *windows[3];
	struct tms_view *view = NULL;
	struct watcher watcher = { .answer = TMS_OK };
	struct tms_item two = make_item("arxiv:2", "Two", TMS_ORIGIN_HF_API);
	bool more = true;
	(void)state;

	three_windows(windows);
	assert_int_equal(tms_view_new(&view), TMS_OK);
	assert_int_equal(tms_view_step(view, windows, 3, SIZE_MAX, watch, &watcher, &more), TMS_OK);
	assert_false(more);
	assert_int_equal(watcher.added, 4);
	assert_int_equal(watcher.changed, 0);

	two.numbers[TMS_NUMBER_UPVOTES] = 1;
	(void)apply_items(windows[0], &two, 1, NOON + DAY);
	two.numbers[TMS_NUMBER_UPVOTES] = 2;
	(void)apply_items(windows[0], &two, 1, NOON + 2 * DAY);
	assert_int_equal(tms_view_step(view, windows, 3, SIZE_MAX, watch, &watcher, &more), TMS_OK);
	assert_int_equal(watcher.changed, 1); /* twice in the window, once here */

	lose_record(windows[1], TMS_STR("arxiv:2"));
	lose_record(windows[1], TMS_STR("arxiv:3"));
	assert_int_equal(tms_view_step(view, windows, 3, SIZE_MAX, watch, &watcher, &more), TMS_OK);
	assert_int_equal(watcher.changed, 2); /* two windows still list it */
	assert_int_equal(watcher.removed, 1);
	assert_int_equal(watcher.added, 4);

	assert_int_equal(tms_view_step(view, windows, 2, SIZE_MAX, watch, &watcher, &more), TMS_OK);
	assert_int_equal(watcher.removed, 2); /* the window that is left out takes its own along */
	assert_null(shown(view, "id:4"));
	tms_view_free(view);
	free_windows(windows);
}

static void a_change_that_is_refused_comes_again(void **state)
{
	struct tms_window *windows[3];
	struct tms_view *view = NULL;
	struct watcher watcher = { .answer = TMS_ENOMEM };
	bool more = true;
	(void)state;

	three_windows(windows);
	assert_int_equal(tms_view_new(&view), TMS_OK);
	assert_int_equal(
		tms_view_step(view, windows, 3, SIZE_MAX, watch, &watcher, &more), TMS_ENOMEM);
	assert_int_equal(tms_view_count(view), 0);
	watcher.answer = TMS_OK;
	assert_int_equal(tms_view_step(view, windows, 3, SIZE_MAX, watch, &watcher, &more), TMS_OK);
	assert_int_equal(watcher.added, 4);
	assert_int_equal(tms_view_count(view), 4);

	watcher.answer = TMS_ENOMEM;
	lose_record(windows[0], TMS_STR("arxiv:1"));
	assert_int_equal(
		tms_view_step(view, windows, 3, SIZE_MAX, watch, &watcher, &more), TMS_ENOMEM);
	assert_non_null(shown(view, "arxiv:1"));
	watcher.answer = TMS_OK;
	assert_int_equal(tms_view_step(view, windows, 3, SIZE_MAX, watch, &watcher, &more), TMS_OK);
	assert_null(shown(view, "arxiv:1"));
	tms_view_free(view);
	free_windows(windows);
}

/* One of thirty ids in one of the windows: listed, changed, or gone. */
static void change_something(struct tms_window *windows[3], unsigned *random, tms_time now)
{
	char id[16];
	unsigned pick = (*random = *random * 1103515245 + 12345) >> 8;

	(void)snprintf(id, sizeof(id), "id:%u", pick % 30);
	struct tms_item item = make_item(id, pick & 64 ? "A title" : "Another", TMS_ORIGIN_OTHER);
	item.numbers[TMS_NUMBER_UPVOTES] = pick % 7;
	if ((pick >> 12) % 8 < 5)
		lose_record(windows[pick / 30 % 3], item.id);
	else
		(void)apply_items(windows[pick / 30 % 3], &item, 1, now);
}

static void assert_same_views(const struct tms_view *a, const struct tms_view *b)
{
	assert_int_equal(tms_view_count(a), tms_view_count(b));
	assert_true(view_digest(a) == view_digest(b));
	for (size_t i = 0; i < tms_view_count(a); i++) {
		assert_true(tms_view_at(a, i)->version == tms_view_at(b, i)->version);
		assert_true(tms_str_equal(
			tms_view_at(a, i)->merged.item.id, tms_view_at(b, i)->merged.item.id));
	}
}

static void many_small_steps_among_changes_end_where_one_look_does(void **state)
{
	struct tms_window *windows[3];
	struct tms_view *slow = NULL;
	struct watcher watcher = { .answer = TMS_OK, .cost = 10 };
	unsigned random = 7;
	(void)state;

	three_windows(windows);
	assert_int_equal(tms_view_new(&slow), TMS_OK);
	for (int round = 0; round < 300; round++) {
		bool more = true;
		for (int i = 0; i < 9; i++) {
			change_something(windows, &random, NOON + DAY + (round * 9 + i));
			assert_int_equal(
				tms_view_step(slow, windows, 3, 1, watch, &watcher, &more), TMS_OK);
		}
		while (more)
			assert_int_equal(
				tms_view_step(slow, windows, 3, 1, watch, &watcher, &more), TMS_OK);
		struct tms_view *fresh = make_view(windows, 3);
		assert_same_views(slow, fresh);
		assert_int_equal(watcher.added - watcher.removed, tms_view_count(slow));
		tms_view_free(fresh);
	}
	assert_true(watcher.removed > 100 && watcher.changed > 100);
	tms_view_free(slow);
	free_windows(windows);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_view_shows_each_item_once_with_what_its_own_sources_said),
		cmocka_unit_test(the_order_of_the_windows_changes_nothing),
		cmocka_unit_test(a_refresh_makes_again_only_what_changed),
		cmocka_unit_test(an_item_outlives_its_view_and_its_windows),
		cmocka_unit_test(what_retires_leaves_the_view),
		cmocka_unit_test(a_restart_shows_the_same_version),
		cmocka_unit_test(a_step_tells_of_what_changed_and_of_nothing_else),
		cmocka_unit_test(a_change_that_is_refused_comes_again),
		cmocka_unit_test(many_small_steps_among_changes_end_where_one_look_does),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
