#include "test.h"

#include <tamis/listing.h>
#include <tamis/preset.h>
#include <tamis/window.h>

#include "listing/preset_private.h"

static const tms_time monday_noon = 1772452800; /* 2026-03-02T12:00:00Z */

static size_t plan(
	struct tms_arena *arena, const char *preset, struct tms_str base, struct tms_poll **polls)
{
	size_t count = 0;
	struct tms_upstream upstream = { .preset = tms_preset_find(tms_str_from(preset)),
		.base_url = base,
		.category = TMS_STR("cs.CL") };

	assert_non_null(upstream.preset);
	assert_int_equal(tms_upstream_polls(arena, &upstream, monday_noon, polls, &count), TMS_OK);
	return count;
}

static void daily_papers_asks_for_seven_days_and_both_months(void **state)
{
	static const char *const keys[] = { "latest", "date/2026-03-02", "date/2026-03-01",
		"date/2026-02-28", "date/2026-02-27", "date/2026-02-26", "date/2026-02-25",
		"date/2026-02-24", "month/2026-03", "month/2026-02" };
	struct tms_arena arena = { 0 };
	struct tms_poll *polls = NULL;
	(void)state;

	size_t count = plan(&arena, "hf-daily-papers", (struct tms_str){ 0 }, &polls);
	assert_int_equal(count, TMS_COUNT(keys));
	for (size_t i = 0; i < count; i++)
		assert_str(polls[i].key, keys[i]);
	assert_str(polls[0].url, "https://huggingface.co/api/daily_papers?limit=100");
	assert_str(
		polls[1].url, "https://huggingface.co/api/daily_papers?date=2026-03-02&limit=100");
	assert_str(polls[1].fallback_url, "https://huggingface.co/papers/date/2026-03-02");
	assert_str(tms_poll_page_url(&arena, &polls[1], 2),
		"https://huggingface.co/api/daily_papers?date=2026-03-02&limit=100&p=2");
	assert_true(polls[1].every_s < polls[2].every_s && polls[2].every_s < polls[3].every_s);
	tms_arena_free(&arena);
}

static void each_preset_says_which_identity_its_items_have(void **state)
{
	static const struct {
		const char *name, *usual;
	} rows[] = {
		{ "arxiv", "arxiv" },
		{ "hf-daily-papers", "arxiv" },
		{ "hf-monthly", "arxiv" },
		{ "hf-trending", "arxiv" },
		{ "hf-weekly", "arxiv" },
	};
	(void)state;

	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		const struct tms_preset *preset = tms_preset_find(tms_str_from(rows[i].name));
		assert_non_null(preset);
		assert_str(preset->usual, rows[i].usual);
	}
}

/* Whatever asks, applies and shows a source goes by these. */
static void each_row_of_the_table_says_all_that_is_asked_of_a_preset(void **state)
{
	size_t count = 0;
	const struct tms_preset *presets = tms_presets(&count);
	struct tms_arena arena = { 0 };
	(void)state;

	for (size_t i = 0; i < count; i++) {
		const struct tms_preset *preset = &presets[i];
		struct tms_poll *polls = NULL;
		size_t polls_count =
			plan(&arena, tms_str_cstr(&arena, preset->name), TMS_STR_NONE, &polls);
		assert_true(i == 0 || tms_str_compare(presets[i - 1].name, preset->name) < 0);
		assert_true(preset->title.len > 0 && preset->site.len > 0 && preset->every_s > 0);
		assert_true(polls_count > 0);
		for (size_t k = 0; k < polls_count; k++) {
			assert_true(polls[k].key.len > 0 && polls[k].every_s >= preset->every_s);
			assert_true(tms_str_starts(polls[k].url, preset->base_url));
			assert_true(polls[k].page_items == 0 || polls[k].page_query.len > 0);
			for (size_t other = 0; other < k; other++)
				assert_false(tms_str_equal(polls[k].key, polls[other].key));
		}
	}
	tms_arena_free(&arena);
}

static void daily_papers_alone_takes_old_papers_only_when_it_knows_them(void **state)
{
	struct tms_arena arena = { 0 };
	struct tms_poll *polls = NULL;
	(void)state;

	size_t count = plan(&arena, "hf-daily-papers", TMS_STR_NONE, &polls);
	for (size_t i = 0; i < count; i++) {
		bool is_month = tms_str_starts(polls[i].key, TMS_STR("month/"));
		assert_int_equal(polls[i].only_known_when_older, is_month);
		assert_int_equal(polls[i].may_be_empty, i > 0); /* all but the newest list */
	}
	count = plan(&arena, "hf-monthly", TMS_STR_NONE, &polls);
	assert_int_equal(count, 1);
	assert_true(polls[0].may_be_empty && !polls[0].only_known_when_older);
	count = plan(&arena, "hf-weekly", TMS_STR_NONE, &polls);
	assert_true(count == 2 && polls[0].may_be_empty && polls[1].may_be_empty);
	plan(&arena, "arxiv", TMS_STR_NONE, &polls);
	assert_false(polls[0].may_be_empty);
	tms_arena_free(&arena);
}

static void plan_reviews(struct tms_preset_plan *made)
{
	preset_plan_add(made, (struct tms_poll){ .key = TMS_STR("notes"),
				      .url = tms_arena_format(made->arena, "%.*s/notes?limit=50",
					      TMS_STR_ARGS(made->base_url)),
				      .every_s = made->every_s,
				      .page_items = 50,
				      .page_query = TMS_STR("&page=") });
}

static enum tms_health_outcome apply_ids(
	struct tms_window *window, const struct tms_apply *how, const char *kind, int count)
{
	struct tms_arena arena = { 0 };
	struct tms_item items[8];
	struct tms_listing listing = { .items = items, .items_count = (size_t)count };
	struct tms_apply_report report = { 0 };

	for (int i = 0; i < count; i++) {
		tms_item_init(&items[i]);
		items[i].id = tms_arena_format(&arena, "%s/%d", kind, i);
		items[i].title = items[i].id;
	}
	assert_int_equal(tms_window_apply(window, &listing, how, &report), TMS_OK);
	tms_arena_free(&arena);
	return report.outcome;
}

/*
 * Its lists, their pages, rhythm and usual identity are in its row; nobody else knows presets one
 * by one.
 */
static void a_preset_that_is_added_needs_nothing_elsewhere(void **state)
{
	static const struct tms_preset reviews = { .name = TMS_STR_INIT("reviews"),
		.title = TMS_STR_INIT("Reviews"),
		.site = TMS_STR_INIT("https://reviews.example/"),
		.base_url = TMS_STR_INIT("https://reviews.example/api/"),
		.every_s = 900,
		.usual = TMS_STR_INIT("id"),
		.plan = plan_reviews };
	const struct tms_upstream upstream = { .preset = &reviews };
	struct tms_arena arena = { 0 };
	struct tms_poll *polls = NULL;
	struct tms_window *window = NULL;
	size_t count = 0;
	(void)state;

	assert_int_equal(
		tms_upstream_polls(&arena, &upstream, monday_noon, &polls, &count), TMS_OK);
	assert_int_equal(count, 1);
	assert_str(polls[0].url, "https://reviews.example/api/notes?limit=50");
	assert_str(tms_poll_page_url(&arena, &polls[0], 3),
		"https://reviews.example/api/notes?limit=50&page=3");
	assert_int_equal(polls[0].every_s, 900);

	/* two new ones where eight were: no suspects, as papers of arXiv would not be elsewhere */
	struct tms_apply how = { monday_noon, .poll = polls[0].key, .usual = reviews.usual };
	assert_int_equal(
		tms_window_new(reviews.name, (struct tms_hash_seed){ 0 }, &window), TMS_OK);
	assert_int_equal(apply_ids(window, &how, "id:reviews.example/a", 8), TMS_HEALTH_GOOD);
	how.now += reviews.every_s;
	assert_int_equal(apply_ids(window, &how, "id:reviews.example/b", 2), TMS_HEALTH_GOOD);
	how.now += reviews.every_s;
	assert_int_equal(apply_ids(window, &how, "id:reviews.example/c", 8), TMS_HEALTH_GOOD);
	how.now += reviews.every_s;
	assert_int_equal(apply_ids(window, &how, "url:reviews.example", 2), TMS_HEALTH_SUSPECT);
	tms_window_free(window);
	tms_arena_free(&arena);
}

static void a_mirror_takes_the_place_of_the_preset_s_own_host(void **state)
{
	struct tms_arena arena = { 0 };
	struct tms_poll *polls = NULL;
	(void)state;

	plan(&arena, "hf-trending", TMS_STR("http://127.0.0.1:8000/"), &polls);
	assert_str(polls[0].url, "http://127.0.0.1:8000/api/daily_papers?sort=trending&limit=100");
	plan(&arena, "arxiv", (struct tms_str){ 0 }, &polls);
	assert_str(polls[0].url, "https://rss.arxiv.org/atom/cs.CL");
	tms_arena_free(&arena);
}

static void an_address_alone_is_one_list_without_further_pages(void **state)
{
	struct tms_arena arena = { 0 };
	struct tms_poll *polls = NULL;
	size_t count = 0;
	struct tms_upstream upstream = { .url = TMS_STR("https://example.org/feed"),
		.every_s = 60 };
	(void)state;

	assert_int_equal(
		tms_upstream_polls(&arena, &upstream, monday_noon, &polls, &count), TMS_OK);
	assert_int_equal(count, 1);
	assert_str(polls[0].url, "https://example.org/feed");
	assert_int_equal(polls[0].every_s, 60);
	assert_int_equal(polls[0].page_items, 0);
	tms_arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(daily_papers_asks_for_seven_days_and_both_months),
		cmocka_unit_test(each_preset_says_which_identity_its_items_have),
		cmocka_unit_test(each_row_of_the_table_says_all_that_is_asked_of_a_preset),
		cmocka_unit_test(daily_papers_alone_takes_old_papers_only_when_it_knows_them),
		cmocka_unit_test(a_preset_that_is_added_needs_nothing_elsewhere),
		cmocka_unit_test(a_mirror_takes_the_place_of_the_preset_s_own_host),
		cmocka_unit_test(an_address_alone_is_one_list_without_further_pages),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
