#include "../make.h"

/* A small generator with a fixed seed: failures repeat. */
static uint32_t next_random(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*seed >> 33);
}

static struct tms_sighting make_sighting(
	const struct tms_item *item, const char *source, tms_time first_seen)
{
	struct tms_sighting sighting = { .first_seen = first_seen,
		.last_seen = first_seen,
		.published = tms_sighting_published(item, first_seen),
		.changed_at = TMS_TIME_NONE,
		.source = tms_str_from(source) };
	bool moved = false;

	assert_int_equal(tms_packed_item_new(item, &sighting.packed), TMS_OK);
	for (size_t i = 0; i < TMS_NUMBERS; i++)
		if (item->numbers[i] >= 0)
			assert_int_equal(tms_track_add(&sighting.tracks[i], first_seen,
						 item->numbers[i], &moved),
				TMS_OK);
	return sighting;
}

static struct tms_merged merge(
	struct tms_arena *arena, const struct tms_sighting *const *sightings, size_t count)
{
	struct tms_merged out = { 0 };
	assert_int_equal(tms_merge_sightings(arena, sightings, count, &out), TMS_OK);
	return out;
}

static void assert_same(const struct tms_merged *a, const struct tms_merged *b)
{
	struct tms_packed_item *left = NULL, *right = NULL;

	assert_int_equal(tms_packed_item_new(&a->item, &left), TMS_OK);
	assert_int_equal(tms_packed_item_new(&b->item, &right), TMS_OK);
	assert_int_equal(left->hash, right->hash);
	tms_packed_item_unref(left);
	tms_packed_item_unref(right);
	assert_int_equal(a->first_seen, b->first_seen);
	assert_int_equal(a->updated, b->updated);
	for (size_t i = 0; i < TMS_NUMBERS; i++) {
		assert_int_equal(a->item.numbers[i], b->item.numbers[i]);
		assert_int_equal(a->numbers[i].count, b->numbers[i].count);
		for (size_t k = 0; k < a->numbers[i].count; k++) {
			assert_int_equal(a->numbers[i].steps[k].at, b->numbers[i].steps[k].at);
			assert_int_equal(
				a->numbers[i].steps[k].value, b->numbers[i].steps[k].value);
		}
	}
	assert_int_equal(a->sources_count, b->sources_count);
	for (size_t i = 0; i < a->sources_count; i++)
		assert_true(tms_str_equal(a->sources[i], b->sources[i]));
}

/* All orders of n things, one after the other (Heap's way, without recursion). */
static bool next_order(const struct tms_sighting **list, size_t n, size_t *counters, size_t *i)
{
	while (*i < n) {
		if (counters[*i] >= *i) {
			counters[*i] = 0;
			(*i)++;
			continue;
		}
		size_t other = *i % 2 ? counters[*i] : 0;
		const struct tms_sighting *held = list[other];
		list[other] = list[*i];
		list[*i] = held;
		counters[*i]++;
		*i = 1;
		return true;
	}
	return false;
}

static struct tms_sighting random_sighting(uint64_t *seed, size_t i)
{
	static const char *const titles[] = { "", "One", "Two", "Three" };
	static const char *const sources[] = { "a", "b" };
	static struct tms_person authors[] = { { .name = TMS_STR_INIT("Ann") },
		{ .name = TMS_STR_INIT("Bob") } };
	struct tms_item item =
		make_item("arxiv:2603.00001", titles[next_random(seed) % 4], 1 + i % 5);
	bool moved = false;

	item.link = tms_str_from(next_random(seed) % 2 ? "" : sources[i % 2]);
	item.summary = tms_str_from(titles[next_random(seed) % 4]);
	item.organization = tms_str_from(titles[next_random(seed) % 4]);
	item.authors = authors;
	item.authors_count = next_random(seed) % 3;
	item.withdrawn = next_random(seed) % 8 == 0;
	if (next_random(seed) % 2)
		item.published = NOON - next_random(seed) % (3 * DAY);
	item.numbers[0] = (int64_t)(next_random(seed) % 5) - 1;
	struct tms_sighting made =
		make_sighting(&item, sources[i / 5], NOON + next_random(seed) % 3);
	for (size_t k = next_random(seed) % 4; k > 0; k--)
		assert_int_equal(
			tms_track_add(&made.tracks[next_random(seed) % TMS_NUMBERS],
				NOON + 4 + next_random(seed) % 6, next_random(seed) % 9, &moved),
			TMS_OK);
	if (next_random(seed) % 2)
		made.changed_at = NOON + 10 + next_random(seed) % 3;
	return made;
}

static void a_merge_depends_on_the_set_of_sightings_and_not_on_their_order(void **state)
{
	uint64_t seed = 20260302;
	(void)state;

	for (size_t round = 0; round < 300; round++) {
		struct tms_sighting all[5];
		const struct tms_sighting *list[5];
		struct tms_arena arena = { 0 };
		size_t n = 1 + round % 5, counters[5] = { 0 }, at = 1;
		for (size_t i = 0; i < n; i++) {
			all[i] = random_sighting(&seed, (i * 7 + round) % 10);
			list[i] = &all[i];
		}
		struct tms_merged first = merge(&arena, list, n);
		while (next_order(list, n, counters, &at)) {
			struct tms_merged again = merge(&arena, list, n);
			assert_same(&first, &again);
		}
		for (size_t i = 0; i < n; i++)
			tms_sighting_fini(&all[i]);
		tms_arena_free(&arena);
	}
}

static void a_second_sighting_fills_gaps_and_moves_neither_title_link_id_nor_times(void **state)
{
	struct tms_arena arena = { 0 };
	struct tms_item page = make_item("arxiv:2603.00001", "As listed", TMS_ORIGIN_HF_PAGE);
	struct tms_item paper =
		make_item("arxiv:2603.00001", "As arXiv spells it", TMS_ORIGIN_ARXIV_API);
	(void)state;

	page.published = NOON - HOUR;
	page.organization = TMS_STR("Lab");
	page.summary = TMS_STR("From the page.");
	paper.published = NOON - 5 * DAY;
	paper.link = TMS_STR("https://arxiv.org/abs/2603.00001");
	paper.upstream_id = TMS_STR("http://arxiv.org/abs/2603.00001v1");
	paper.summary = TMS_STR("From arXiv.");
	paper.comment = TMS_STR("Accepted at ICML");
	struct tms_sighting seen[] = { make_sighting(&page, "hf", NOON),
		make_sighting(&paper, "arxiv", NOON + HOUR) };
	const struct tms_sighting *list[] = { &seen[0], &seen[1] };
	struct tms_merged alone = merge(&arena, list, 1);
	struct tms_merged both = merge(&arena, list, 2);

	assert_str(both.item.title, "As listed");
	assert_true(tms_str_equal(both.item.link, alone.item.link));
	assert_true(tms_str_equal(both.item.id, alone.item.id));
	assert_true(tms_str_equal(both.item.upstream_id, alone.item.upstream_id));
	assert_int_equal(both.item.published, alone.item.published);
	assert_int_equal(both.updated, alone.updated);
	assert_int_equal(both.first_seen, NOON);
	assert_str(both.item.summary, "From arXiv."); /* the better origin */
	assert_str(both.item.comment, "Accepted at ICML");
	assert_str(both.item.organization, "Lab"); /* the gap of the better origin */
	assert_int_equal(both.sources_count, 2);
	assert_str(both.sources[0], "arxiv");
	assert_str(both.sources[1], "hf");
	tms_sighting_fini(&seen[0]);
	tms_sighting_fini(&seen[1]);
	tms_arena_free(&arena);
}

static void a_better_origin_leads_a_number_and_a_reached_peak_stays_reached(void **state)
{
	struct tms_arena arena = { 0 };
	struct tms_item page = make_item("arxiv:2603.00001", "T", TMS_ORIGIN_HF_PAGE);
	struct tms_item api = make_item("arxiv:2603.00001", "T", TMS_ORIGIN_HF_API);
	static const struct tms_step want[] = { { NOON, 3 }, { NOON + 1, 10 }, { NOON + 2, 25 },
		{ NOON + 2, 10 }, { NOON + 4, 12 } };
	bool moved = false;
	(void)state;

	page.numbers[0] = 3;
	api.numbers[0] = 10;
	struct tms_sighting seen[] = { make_sighting(&page, "page", NOON),
		make_sighting(&api, "api", NOON + 1) };
	const struct tms_sighting *list[] = { &seen[0], &seen[1] };
	assert_int_equal(tms_track_add(&seen[0].tracks[0], NOON + 2, 25, &moved), TMS_OK);
	assert_int_equal(tms_track_add(&seen[0].tracks[0], NOON + 3, 24, &moved), TMS_OK);
	assert_int_equal(tms_track_add(&seen[1].tracks[0], NOON + 4, 12, &moved), TMS_OK);
	struct tms_merged both = merge(&arena, list, 2);
	assert_int_equal(both.item.numbers[0], 12);
	assert_int_equal(both.item.numbers[1], TMS_NUMBER_NONE);
	assert_int_equal(both.numbers[0].count, TMS_COUNT(want));
	for (size_t i = 0; i < TMS_COUNT(want); i++) {
		assert_int_equal(both.numbers[0].steps[i].at, want[i].at);
		assert_int_equal(both.numbers[0].steps[i].value, want[i].value);
	}
	tms_sighting_fini(&seen[0]);
	tms_sighting_fini(&seen[1]);
	tms_arena_free(&arena);
}

static void published_is_settled_by_the_first_sight(void **state)
{
	static const struct {
		const char *why;
		tms_time listed;
		bool day_only;
		tms_time want;
	} rows[] = {
		{ "the listing's date", NOON - 3600, false, NOON - 3600 },
		{ "only a day, seen within it", NOON - NOON % DAY, true, NOON },
		{ "only a day, seen later", NOON - NOON % DAY - DAY, true,
			NOON - NOON % DAY - DAY },
		{ "midnight to the second is a time", NOON - NOON % DAY, false, NOON - NOON % DAY },
		{ "never the future", NOON + 1, false, NOON },
		{ "never a future day", NOON - NOON % DAY + DAY, true, NOON },
		{ "no date", TMS_TIME_NONE, false, NOON },
	};
	struct tms_item item = make_item("id:x", "T", TMS_ORIGIN_OTHER);
	(void)state;

	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		item.published = rows[i].listed;
		item.published_day_only = rows[i].day_only;
		if (tms_sighting_published(&item, NOON) != rows[i].want)
			fail_msg("%s", rows[i].why);
	}
}

static void a_kept_item_says_the_same_in_less_than_twice_its_text(void **state)
{
	static char text[1600];
	struct tms_person authors[] = { { .name = TMS_STR_INIT("Ann"), .uri = TMS_STR_INIT("u") },
		{ .name = TMS_STR_INIT("Bob") } };
	struct tms_link links[] = { { .rel = TMS_STR_INIT("enclosure"),
		.href = TMS_STR_INIT("https://example.org/a.mp3"),
		.length = 12 } };
	struct tms_item item = make_item("id:x", "A title of usual length for a paper", 5);
	struct tms_packed_item *kept = NULL, *again = NULL;
	(void)state;

	memset(text, 'x', sizeof(text));
	item.summary = (struct tms_str){ text, sizeof(text) };
	item.authors = authors;
	item.authors_count = 2;
	item.links = links;
	item.links_count = 1;
	assert_int_equal(tms_packed_item_new(&item, &kept), TMS_OK);
	assert_int_equal(tms_packed_item_new(&kept->item, &again), TMS_OK);
	assert_int_equal(kept->hash, again->hash);
	assert_str(again->item.authors[1].name, "Bob");
	assert_str(again->item.links[0].href, "https://example.org/a.mp3");
	assert_int_equal(again->item.links[0].length, 12);
	assert_true(kept->bytes < 2 * sizeof(text));
	links[0].length = 13;
	tms_packed_item_unref(again);
	assert_int_equal(tms_packed_item_new(&item, &again), TMS_OK);
	assert_int_not_equal(kept->hash, again->hash);
	tms_packed_item_unref(kept);
	tms_packed_item_unref(again);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_merge_depends_on_the_set_of_sightings_and_not_on_their_order),
		cmocka_unit_test(
			a_second_sighting_fills_gaps_and_moves_neither_title_link_id_nor_times),
		cmocka_unit_test(a_better_origin_leads_a_number_and_a_reached_peak_stays_reached),
		cmocka_unit_test(published_is_settled_by_the_first_sight),
		cmocka_unit_test(a_kept_item_says_the_same_in_less_than_twice_its_text),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
