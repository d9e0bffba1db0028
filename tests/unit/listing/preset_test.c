#include "test.h"

#include <tamis/preset.h>

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

/* A preset whose items are no papers says none, and its lists are not held for having none. */
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
	size_t count = 0;
	const struct tms_preset *presets = tms_presets(&count);
	(void)state;

	assert_int_equal(count, TMS_COUNT(rows)); /* a new one belongs into the table */
	for (size_t i = 0; i < count; i++) {
		assert_str(presets[i].name, rows[i].name);
		assert_str(presets[i].usual, rows[i].usual);
	}
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
		cmocka_unit_test(a_mirror_takes_the_place_of_the_preset_s_own_host),
		cmocka_unit_test(an_address_alone_is_one_list_without_further_pages),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
