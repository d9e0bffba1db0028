#include "../make.h"

#include <stdio.h>

#define TEN 10

/* Ten papers, or as many as are asked for. */
static size_t ten_papers(struct tms_item items[TEN])
{
	static char ids[TEN][32];

	for (size_t i = 0; i < TEN; i++) {
		(void)snprintf(ids[i], sizeof(ids[i]), "arxiv:2603.0000%zu", i);
		items[i] = make_item(ids[i], "Paper", TMS_ORIGIN_HF_API);
	}
	return TEN;
}

static void items_enter_once_and_stay_when_the_list_moves_on(void **state)
{
	struct tms_window *window = make_window("hf");
	struct tms_item items[TEN];
	struct tms_apply_report report = { 0 };
	(void)state;

	ten_papers(items);
	report = apply_items(window, items, 6, NOON);
	assert_int_equal(report.outcome, TMS_HEALTH_GOOD);
	assert_int_equal(report.counts.added, 6);
	assert_int_equal(report.touched_count, 6);
	report = apply_items(window, items + 4, 6, NOON + DAY);
	assert_int_equal(report.counts.added, 4);
	assert_int_equal(report.counts.unchanged, 2);
	assert_int_equal(tms_window_count(window), 10);
	for (size_t i = 0; i < 10; i++)
		assert_true(tms_str_equal(tms_window_at(window, i)->id, items[i].id));
	tms_window_free(window);
}

static void only_what_changed_is_to_be_stored_again(void **state)
{
	struct tms_window *window = make_window("hf");
	struct tms_item items[TEN];
	struct tms_apply_report report = { 0 };
	(void)state;

	ten_papers(items);
	items[3].numbers[TMS_NUMBER_UPVOTES] = 1;
	(void)apply_items(window, items, TEN, NOON);
	uint64_t generation = tms_window_generation(window), digest = window_digest(window);
	report = apply_items(window, items, TEN, NOON + 60);
	assert_int_equal(report.touched_count, 0);
	assert_int_equal(report.counts.unchanged, TEN);
	assert_int_equal(tms_window_generation(window), generation);
	items[3].numbers[TMS_NUMBER_UPVOTES] = 2;
	report = apply_items(window, items, TEN, NOON + 120);
	assert_int_equal(report.touched_count, 1);
	assert_true(tms_str_equal(report.touched[0], items[3].id));
	assert_int_equal(report.counts.moved, 1);
	assert_int_not_equal(tms_window_generation(window), generation);
	assert_int_not_equal(window_digest(window), digest);
	/* when it was last listed is stored too, now and then, or a restart would retire too early
	 */
	report = apply_items(window, items, TEN, NOON + 7 * HOUR);
	assert_int_equal(report.touched_count, TEN);
	tms_window_free(window);
}

static void absence_and_white_space_and_shortened_abstracts_change_nothing(void **state)
{
	static const struct {
		const char *why;
		const char *title, *summary;
		bool is_change;
	} rows[] = {
		{ "the same", "A title", "An abstract of words.", false },
		{ "no title", "", "An abstract of words.", false },
		{ "no abstract", "A title", "", false },
		{ "a newline in the title", "A\n  title", "An abstract of words.", false },
		{ "a no-break space", "A\xc2\xa0title", "An abstract of words.", false },
		{ "a shortened abstract", "A title", "An abstract of…", false },
		{ "shortened with full stops", "A title", "An abstract ...", false },
		{ "another abstract with dots", "A title", "An idea …", true },
		{ "a longer abstract", "A title", "An abstract of words. More.", true },
		{ "another word", "A title", "An abstract of word.", true },
		{ "another case", "A Title", "An abstract of words.", true },
	};
	struct tms_arena arena = { 0 };
	(void)state;

	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_window *window = make_window("hf");
		struct tms_item item = make_item("arxiv:2603.00001", "A title", 3);
		item.summary = TMS_STR("An abstract of words.");
		(void)apply_items(window, &item, 1, NOON);
		item.title = tms_str_from(rows[i].title);
		item.summary = tms_str_from(rows[i].summary);
		struct tms_apply_report report = apply_items(window, &item, 1, NOON + HOUR);
		struct tms_merged merged = merged_of(&arena, window, "arxiv:2603.00001");
		if (merged.updated != (rows[i].is_change ? NOON + HOUR : NOON) ||
			report.counts.changed != rows[i].is_change ||
			report.touched_count != rows[i].is_change)
			fail_msg("%s", rows[i].why);
		assert_true(merged.item.summary.len > 0 && merged.item.title.len > 0);
		tms_window_free(window);
	}
	tms_arena_free(&arena);
}

static void fields_that_vanish_for_weeks_are_kept_and_their_return_is_no_update(void **state)
{
	struct tms_window *window = make_window("hf");
	struct tms_arena arena = { 0 };
	struct tms_str keywords[] = { TMS_STR_INIT("rlhf"), TMS_STR_INIT("dpo") };
	struct tms_item full = make_item("arxiv:2603.00001", "A title", 3);
	(void)state;

	full.keywords = keywords;
	full.keywords_count = 2;
	full.ai_summary = TMS_STR("In short.");
	full.numbers[TMS_NUMBER_STARS] = 7;
	struct tms_item bare = make_item("arxiv:2603.00001", "A title", 3);
	(void)apply_items(window, &full, 1, NOON);
	struct tms_apply_report report = apply_items(window, &bare, 1, NOON + DAY);
	assert_int_equal(report.counts.unchanged, 1);
	(void)apply_items(window, &full, 1, NOON + 20 * DAY);
	struct tms_merged merged = merged_of(&arena, window, "arxiv:2603.00001");
	assert_int_equal(merged.item.keywords_count, 2);
	assert_str(merged.item.ai_summary, "In short.");
	assert_int_equal(merged.item.numbers[TMS_NUMBER_STARS], 7);
	assert_int_equal(merged.updated, NOON);
	tms_window_free(window);
	tms_arena_free(&arena);
}

static void later_polls_do_not_move_published(void **state)
{
	struct tms_window *window = make_window("hf");
	struct tms_arena arena = { 0 };
	struct tms_item item = make_item("arxiv:2603.00001", "A title", 3);
	(void)state;

	item.published = NOON - NOON % DAY;
	item.published_day_only = true;
	(void)apply_items(window, &item, 1, NOON);
	item.published += 5 * DAY; /* the same paper on the list of another day */
	(void)apply_items(window, &item, 1, NOON + 5 * DAY);
	item.published_day_only = false;
	(void)apply_items(window, &item, 1, NOON + 6 * DAY);
	struct tms_merged merged = merged_of(&arena, window, "arxiv:2603.00001");
	assert_int_equal(merged.item.published, NOON);
	assert_int_equal(merged.updated, NOON);
	assert_int_equal(merged.first_seen, NOON);
	tms_window_free(window);
	tms_arena_free(&arena);
}

static void two_origins_of_one_source_stay_apart_and_merge(void **state)
{
	struct tms_window *window = make_window("hf");
	struct tms_arena arena = { 0 };
	struct tms_item page = make_item("arxiv:2603.00001", "A title", TMS_ORIGIN_HF_PAGE);
	struct tms_item api = make_item("arxiv:2603.00001", "A title!", TMS_ORIGIN_HF_API);
	(void)state;

	api.summary = TMS_STR("Whole.");
	for (int64_t poll = 0; poll < 6; poll++) /* by turns, as when the API fails now and then */
		(void)apply_items(window, poll % 2 ? &api : &page, 1, NOON + poll * HOUR);
	struct tms_merged merged = merged_of(&arena, window, "arxiv:2603.00001");
	assert_int_equal(tms_window_find(window, api.id)->sightings_count, 2);
	assert_str(merged.item.title, "A title");
	assert_str(merged.item.summary, "Whole.");
	assert_int_equal(merged.updated, NOON);
	tms_window_free(window);
	tms_arena_free(&arena);
}

static void an_item_listed_twice_is_taken_once(void **state)
{
	struct tms_window *window = make_window("hf");
	struct tms_arena arena = { 0 };
	struct tms_item items[] = { make_item("arxiv:2603.00001", "First", 5),
		make_item("arxiv:2603.00001", "Second", 5) };
	(void)state;

	for (int64_t poll = 0; poll < 3; poll++) {
		struct tms_apply_report report = apply_items(window, items, 2, NOON + poll * HOUR);
		assert_int_equal(report.counts.added, poll == 0);
		assert_int_equal(report.counts.changed, 0);
	}
	struct tms_merged merged = merged_of(&arena, window, "arxiv:2603.00001");
	assert_str(merged.item.title, "First");
	tms_window_free(window);
	tms_arena_free(&arena);
}

static void an_empty_or_cut_off_listing_changes_the_health_and_nothing_else(void **state)
{
	static const struct {
		const char *why;
		struct tms_listing listing;
		enum tms_health_outcome outcome;
	} rows[] = {
		{ "empty", { .items_count = 0 }, TMS_HEALTH_EMPTY },
		{ "cut off", { .items_count = 9, .truncated = true, .recovered = true },
			TMS_HEALTH_MISSHAPEN },
		{ "broken and shorter", { .items_count = 5, .recovered = true },
			TMS_HEALTH_MISSHAPEN },
		{ "mostly unreadable", { .items_count = 4, .skipped_count = 6 },
			TMS_HEALTH_MISSHAPEN },
		{ "broken, but as long as ever", { .items_count = 8, .recovered = true },
			TMS_HEALTH_GOOD },
		{ "shorter, but whole", { .items_count = 3 }, TMS_HEALTH_GOOD },
	};
	struct tms_item items[TEN];
	(void)state;

	ten_papers(items);
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_window *window = make_window("hf");
		(void)apply_items(window, items, 8, NOON);
		uint64_t digest = window_digest(window);
		struct tms_listing listing = rows[i].listing;
		listing.items = items + 1; /* the last one would be new */
		struct tms_apply_report report = apply_listing(window, &listing, NOON + HOUR);
		if (report.outcome != rows[i].outcome)
			fail_msg("%s: outcome %d", rows[i].why, (int)report.outcome);
		if (report.outcome != TMS_HEALTH_GOOD &&
			(window_digest(window) != digest || report.touched_count > 0 ||
				tms_health_is_well(tms_window_health(window)) !=
					(report.outcome == TMS_HEALTH_EMPTY)))
			fail_msg("%s: had an effect", rows[i].why);
		tms_window_free(window);
	}
}

static void a_feed_that_is_always_broken_is_taken_as_it_is_after_a_day(void **state)
{
	struct tms_window *window = make_window("blog");
	struct tms_item items[TEN];
	struct tms_listing listing = { .items = items, .items_count = 8, .recovered = true };
	(void)state;

	ten_papers(items);
	assert_int_equal(apply_listing(window, &listing, NOON).outcome, TMS_HEALTH_GOOD);
	listing.items_count = 6;
	for (int64_t hour = 1; hour <= 24; hour++)
		assert_int_equal(apply_listing(window, &listing, NOON + hour * HOUR).outcome,
			TMS_HEALTH_MISSHAPEN);
	assert_int_equal(
		apply_listing(window, &listing, NOON + 25 * HOUR).outcome, TMS_HEALTH_GOOD);
	tms_window_free(window);
}

static void a_feed_that_always_breaks_off_is_read_from_the_first_listing_on(void **state)
{
	struct tms_window *window = make_window("blog");
	struct tms_item items[TEN];
	struct tms_listing cut = { .items = items, .truncated = true, .recovered = true };
	(void)state;

	ten_papers(items);
	cut.items_count = 6;
	assert_int_equal(apply_listing(window, &cut, NOON).outcome, TMS_HEALTH_GOOD);
	cut.items_count = 7;
	assert_int_equal(apply_listing(window, &cut, NOON + HOUR).outcome, TMS_HEALTH_GOOD);
	cut.items_count = 3; /* shorter than it was: this one may be an accident */
	assert_int_equal(
		apply_listing(window, &cut, NOON + 2 * HOUR).outcome, TMS_HEALTH_MISSHAPEN);
	assert_int_equal(tms_window_count(window), 7);
	tms_window_free(window);
}

static void what_was_mended_is_told_in_the_health(void **state)
{
	struct tms_window *window = make_window("blog");
	struct tms_item items[TEN];
	struct tms_buf words = { 0 };
	struct tms_listing listing = { .items = items,
		.items_count = 4,
		.recovered = true,
		.notes = { { 12, 0, "3 bare ampersands, the first in line 12" },
			{ 20, 0, "1 end tag that closes nothing (</b>) in line 20" },
			{ 30, 0, "entry 2: an address is left out" } },
		.notes_count = 3,
		.mended_count = 2 };
	(void)state;

	ten_papers(items);
	(void)apply_listing(window, &listing, NOON);
	tms_health_words(&words, tms_window_health(window), NOON);
	assert_str(tms_buf_str(&words),
		"Read just now: 4 items, 4 new. The listing is not well-formed; mended: "
		"3 bare ampersands, the first in line 12; 1 end tag that closes nothing (</b>) in "
		"line 20. entry 2: an address is left out");
	listing.truncated = true;
	tms_buf_clear(&words);
	(void)apply_listing(window, &listing, NOON + HOUR);
	tms_health_words(&words, tms_window_health(window), NOON + HOUR);
	assert_true(tms_str_starts(tms_buf_str(&words),
		TMS_STR("Could not be read: The listing breaks off after 4 items; none of them was "
			"taken: 1 end tag that closes nothing (</b>) in line 20.")));
	tms_buf_free(&words);
	tms_window_free(window);
}

static void a_listing_is_suspect_only_by_the_whole_rule(void **state)
{
	static const struct {
		const char *why;
		size_t before;
		size_t after;
		const char *ids[3];
		enum tms_health_outcome outcome;
	} rows[] = {
		{ "one strange item where ten were", 10, 1, { "id:hf/1" }, TMS_HEALTH_SUSPECT },
		{ "two strange items where five were", 5, 2, { "id:hf/1", "url:x" },
			TMS_HEALTH_SUSPECT },
		{ "three are no fall to one or two", 10, 3, { "id:hf/1", "id:hf/2", "id:hf/3" },
			TMS_HEALTH_GOOD },
		{ "four are no five", 4, 1, { "id:hf/1" }, TMS_HEALTH_GOOD },
		{ "one of them is known", 10, 2, { "id:hf/1", "arxiv:2603.00003" },
			TMS_HEALTH_GOOD },
		{ "one has the usual identity", 10, 2, { "id:hf/1", "arxiv:2603.99999" },
			TMS_HEALTH_GOOD },
	};
	struct tms_item items[TEN];
	(void)state;

	ten_papers(items);
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_window *window = make_window("hf");
		struct tms_item strange[3];
		for (size_t k = 0; k < rows[i].after; k++)
			strange[k] = make_item(rows[i].ids[k], "Something is wrong", 5);
		(void)apply_items(window, items, rows[i].before, NOON);
		uint64_t digest = window_digest(window);
		struct tms_apply_report report =
			apply_items(window, strange, rows[i].after, NOON + HOUR);
		if (report.outcome != rows[i].outcome)
			fail_msg("%s", rows[i].why);
		if (report.outcome == TMS_HEALTH_SUSPECT) {
			assert_int_equal(window_digest(window), digest);
			assert_int_equal(report.counts.held, rows[i].after);
			assert_int_equal(tms_window_health(window)->held_count, rows[i].after);
			assert_str(tms_str_from(tms_window_health(window)->held_titles[0]),
				"Something is wrong");
		}
		tms_window_free(window);
	}
}

static void held_items_enter_with_a_good_listing_that_has_them_or_by_the_owner(void **state)
{
	struct tms_window *window = make_window("hf");
	struct tms_item items[TEN + 1];
	struct tms_item strange = make_item("id:hf/1", "Odd", 5);
	struct tms_apply_report report = { 0 };
	(void)state;

	ten_papers(items);
	strange.numbers[TMS_NUMBER_UPVOTES] = 4;
	items[TEN] = strange;
	(void)apply_items(window, items, TEN, NOON);
	for (int64_t poll = 1; poll < 4; poll++) /* again and again: still suspect */
		assert_int_equal(
			apply_items(window, &strange, 1, NOON + poll).outcome, TMS_HEALTH_SUSPECT);
	report = apply_items(window, items, TEN, NOON + 10); /* good, without it: still held */
	assert_int_equal(tms_window_health(window)->held_count, 1);
	assert_null(tms_window_find(window, strange.id));
	report = apply_items(window, items, TEN + 1, NOON + 20);
	assert_int_equal(report.counts.added, 1);
	assert_non_null(tms_window_find(window, strange.id));
	assert_int_equal(tms_window_health(window)->held_count, 0);
	tms_window_free(window);

	window = make_window("hf");
	(void)apply_items(window, items, TEN, NOON);
	(void)apply_items(window, &strange, 1, NOON + 1);
	assert_int_equal(tms_window_release(window, NOON + 2, &report), TMS_OK);
	assert_int_equal(report.counts.added, 1);
	assert_int_equal(report.touched_count, 1);
	const struct tms_record *record = tms_window_find(window, strange.id);
	assert_int_equal(record->first_seen, NOON + 2);
	assert_int_equal(last_value(&record->sightings[0].tracks[0]), 4);
	assert_int_equal(tms_window_health(window)->held_count, 0);
	tms_window_free(window);
}

static void retention_counts_from_the_last_listing_and_ids_are_remembered_a_year(void **state)
{
	struct tms_window *window = make_window("hf");
	struct tms_item items[TEN];
	struct tms_apply_report report = { 0 };
	tms_time now = NOON + 31 * DAY;
	(void)state;

	ten_papers(items);
	for (size_t i = 0; i < TEN; i++)
		items[i].published = NOON - 400 * DAY; /* old papers, newly listed, stay */
	(void)apply_items(window, items, TEN, NOON);
	list_for_a_day(window, items, 5, NOON + 30 * DAY);
	assert_int_equal(retire_at(window, now, 0).counts.retired, 0);
	(void)apply_items(window, items, 5, now + DAY);
	report = retire_at(window, now + DAY, 0);
	assert_int_equal(report.counts.retired, 5);
	assert_int_equal(report.touched_count, 5);
	assert_int_equal(tms_window_count(window), 5);
	assert_true(tms_window_is_retired(window, items[9].id));
	report = apply_items(window, items, TEN, now + 300 * DAY);
	assert_int_equal(report.counts.retired, 5);
	assert_int_equal(report.counts.added, 0);
	list_for_a_day(window, items, 5, now + 366 * DAY);
	report = retire_at(window, now + 367 * DAY, 0);
	assert_int_equal(report.forgotten_count, 0);
	list_for_a_day(window, items, 5, now + 367 * DAY + 1);
	report = retire_at(window, now + 368 * DAY + 1, 0);
	assert_int_equal(report.forgotten_count, 5);
	assert_false(tms_window_is_retired(window, items[9].id));
	tms_window_free(window);
}

static void beyond_its_size_the_window_retires_what_was_listed_longest_ago(void **state)
{
	struct tms_window *window = make_window("hf");
	struct tms_item items[TEN];
	(void)state;

	ten_papers(items);
	(void)apply_items(window, items, TEN, NOON);
	(void)apply_items(window, items, 3, NOON + HOUR);
	struct tms_apply_report report = retire_at(window, NOON + 2 * HOUR, 5);
	assert_int_equal(report.counts.retired, 5);
	for (size_t i = 0; i < TEN; i++)
		assert_int_equal(tms_window_is_retired(window, items[i].id), i >= 3 && i < 8);
	tms_window_free(window);
}

static void text_moves_updated_only_when_people_would_call_it_changed(void **state)
{
	struct tms_link links[] = { { .rel = TMS_STR_INIT("related"),
					    .href = TMS_STR_INIT("https://a.example/"),
					    .length = TMS_NUMBER_NONE },
		{ .rel = TMS_STR_INIT("related"),
			.href = TMS_STR_INIT("https://b.example/"),
			.length = TMS_NUMBER_NONE } };
	struct tms_link turned[] = { links[1], links[0] };
	struct tms_person authors[] = { { .name = TMS_STR_INIT("Ann") } };
	struct tms_person account[] = { { .name = TMS_STR_INIT("Ann"),
		.uri = TMS_STR_INIT("https://huggingface.co/ann") } };
	struct tms_window *window = make_window("hf");
	struct tms_arena arena = { 0 };
	struct tms_item item = make_item("arxiv:2603.00001", "A title", 3);
	(void)state;

	item.links = links;
	item.links_count = 2;
	item.authors = authors;
	item.authors_count = 1;
	(void)apply_items(window, &item, 1, NOON);
	item.links = turned;
	item.authors = account;
	item.announce = TMS_STR("replace");
	item.upstream_updated = NOON + 1;
	(void)apply_items(window, &item, 1, NOON + 1);
	assert_int_equal(merged_of(&arena, window, "arxiv:2603.00001").updated, NOON);
	item.links_count = 1;
	(void)apply_items(window, &item, 1, NOON + 2);
	assert_int_equal(merged_of(&arena, window, "arxiv:2603.00001").updated, NOON + 2);
	account[0].name = TMS_STR("Anne");
	(void)apply_items(window, &item, 1, NOON + 3);
	assert_int_equal(merged_of(&arena, window, "arxiv:2603.00001").updated, NOON + 3);
	tms_window_free(window);
	tms_arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(items_enter_once_and_stay_when_the_list_moves_on),
		cmocka_unit_test(only_what_changed_is_to_be_stored_again),
		cmocka_unit_test(absence_and_white_space_and_shortened_abstracts_change_nothing),
		cmocka_unit_test(
			fields_that_vanish_for_weeks_are_kept_and_their_return_is_no_update),
		cmocka_unit_test(later_polls_do_not_move_published),
		cmocka_unit_test(two_origins_of_one_source_stay_apart_and_merge),
		cmocka_unit_test(an_item_listed_twice_is_taken_once),
		cmocka_unit_test(an_empty_or_cut_off_listing_changes_the_health_and_nothing_else),
		cmocka_unit_test(a_feed_that_is_always_broken_is_taken_as_it_is_after_a_day),
		cmocka_unit_test(a_feed_that_always_breaks_off_is_read_from_the_first_listing_on),
		cmocka_unit_test(what_was_mended_is_told_in_the_health),
		cmocka_unit_test(a_listing_is_suspect_only_by_the_whole_rule),
		cmocka_unit_test(
			held_items_enter_with_a_good_listing_that_has_them_or_by_the_owner),
		cmocka_unit_test(
			retention_counts_from_the_last_listing_and_ids_are_remembered_a_year),
		cmocka_unit_test(beyond_its_size_the_window_retires_what_was_listed_longest_ago),
		cmocka_unit_test(text_moves_updated_only_when_people_would_call_it_changed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
