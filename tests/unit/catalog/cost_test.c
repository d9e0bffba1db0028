/* What scopes over one catalogue cost, counted: items put, slots looked at, bytes. */
#include "stand.h"

static void a_changed_text_is_put_once_and_once_for_each_merged_item_in_use(void **state)
{
	struct tms_scope *scopes[60];
	static const unsigned kinds[] = { IN(ARXIV), IN(ARXIV) | IN(HF), IN(ARXIV) | IN(BLOG),
		IN(HF) | IN(BLOG), IN(ARXIV) | IN(HF) | IN(BLOG), IN(ARXIV) | IN(PRIVATE) };
	struct stand stand;
	(void)state;

	list_some(&stand);
	for (size_t i = 0; i < TMS_COUNT(scopes); i++) {
		scopes[i] = stand_scope(&stand, kinds[i % TMS_COUNT(kinds)]);
		(void)count_of(scopes[i]);
	}
	uint64_t puts = stand_stats(&stand).puts;
	stand_list(&stand, ARXIV, 10, 11, "Another title"); /* merged with one, other, both */
	stand_follow(&stand);
	assert_int_equal(stand_stats(&stand).puts - puts, 1 + 3);
	puts = stand_stats(&stand).puts;
	stand_list(&stand, ARXIV, 7, 8, "Another title"); /* arxiv and hf: in scopes of two kinds */
	stand_follow(&stand);
	assert_int_equal(stand_stats(&stand).puts - puts, 1 + 1);
	puts = stand_stats(&stand).puts;
	stand_list(&stand, ARXIV, 1, 2, "Another title");
	stand_follow(&stand);
	stand_follow(&stand);
	assert_int_equal(stand_stats(&stand).puts - puts, 1);
	for (size_t i = 0; i < TMS_COUNT(scopes); i++)
		tms_scope_free(scopes[i]);
	puts = stand_stats(&stand).puts;
	stand_list(&stand, ARXIV, 10, 11, "A third title"); /* what nobody uses is not followed */
	stand_follow(&stand);
	assert_int_equal(stand_stats(&stand).puts - puts, 1);
	stand_fini(&stand);
}

static void scopes_with_the_same_sources_among_theirs_share_merged_items(void **state)
{
	struct stand stand;
	(void)state;

	list_some(&stand);
	struct tms_scope *two = stand_scope(&stand, IN(ARXIV) | IN(HF));
	struct tms_scope *more = stand_scope(&stand, IN(ARXIV) | IN(HF) | IN(PRIVATE));
	assert_int_equal(count_of(two), count_of(more));
	assert_int_equal(stand_stats(&stand).merged, 5);
	assert_ptr_equal(shown_of(&stand, two, 7), shown_of(&stand, more, 7));
	size_t shared = tms_scope_bytes(two);
	tms_scope_free(more);
	assert_int_equal(stand_stats(&stand).merged, 5);
	assert_true(tms_scope_bytes(two) > shared); /* its share is all of them now */
	tms_scope_drop(two);
	assert_int_equal(stand_stats(&stand).merged, 0);
	assert_int_equal(stand_stats(&stand).unused, 5);
	while (tms_catalog_tidy(stand.catalog, 1))
		;
	assert_int_equal(stand_stats(&stand).unused, 0);
	assert_int_equal(
		tms_index_count(tms_catalog_index(stand.catalog)), stand_stats(&stand).items);
	tms_scope_free(two);
	stand_fini(&stand);
}

static void merged_items_are_used_again_before_they_are_taken_out(void **state)
{
	struct stand stand;
	(void)state;

	list_some(&stand);
	struct tms_scope *both = stand_scope(&stand, IN(ARXIV) | IN(HF));
	uint64_t digest = digest_of(both), puts = stand_stats(&stand).puts;
	tms_scope_drop(both);
	assert_true(digest_of(both) == digest);
	assert_int_equal(stand_stats(&stand).puts, puts);
	tms_scope_drop(both);
	stand_list(&stand, HF, 7, 8, "Changed while nobody used it");
	stand_follow(&stand);
	assert_int_equal(stand_stats(&stand).puts, puts + 1);
	assert_true(digest_of(both) != digest);
	assert_int_equal(stand_stats(&stand).puts, puts + 2);
	assert_false(tms_catalog_tidy(stand.catalog, SIZE_MAX));
	assert_int_equal(stand_stats(&stand).merged, 5);
	assert_int_equal(count_of(both), 15);
	tms_scope_free(both);
	stand_fini(&stand);
}

static size_t bytes_of(const struct stand *stand)
{
	struct tms_index_stats stats;

	tms_index_stats(tms_catalog_index(stand->catalog), &stats);
	return stats.item_bytes + stand_stats(stand).bytes;
}

static void scopes_that_come_and_go_leave_no_bytes(void **state)
{
	struct stand stand;
	size_t first = 0;
	(void)state;

	list_some(&stand);
	size_t empty = stand_stats(&stand).bytes;
	for (int round = 0; round < 4; round++) {
		struct tms_scope *scopes[15];
		for (unsigned i = 0; i < 15; i++) {
			scopes[i] = stand_scope(&stand, i + 1);
			(void)count_of(scopes[i]);
		}
		assert_true(stand_stats(&stand).bytes > empty + 15 * 100);
		for (unsigned i = 0; i < 15; i++)
			tms_scope_free(scopes[(i * 4 + (unsigned)round) % 15]);
		(void)tms_catalog_tidy(stand.catalog, SIZE_MAX);
		assert_int_equal(stand_stats(&stand).bytes, empty);
		first = first ? first : bytes_of(&stand);
		assert_int_equal(bytes_of(&stand), first);
	}
	stand_fini(&stand);
}

static void a_scope_that_was_not_asked_is_four_bytes_a_source(void **state)
{
	struct stand stand;
	(void)state;

	list_some(&stand);
	struct tms_scope *one = stand_scope(&stand, IN(ARXIV));
	size_t before = stand_stats(&stand).bytes;
	struct tms_scope *four = stand_scope(&stand, 15);
	assert_int_equal(tms_scope_bytes(four) - tms_scope_bytes(one), 3 * 4);
	assert_in_range(stand_stats(&stand).bytes - before, 4 * 4, 4 * 4 + 100);
	assert_int_equal(stand_stats(&stand).built, 0);
	assert_int_equal(stand_stats(&stand).visits, 0);
	tms_scope_free(one);
	tms_scope_free(four);
	stand_fini(&stand);
}

static void building_looks_at_pages_and_at_items_that_several_sources_list(void **state)
{
	struct stand stand;
	(void)state;

	stand_init(&stand);
	stand_list(&stand, ARXIV, 0, 640, "As arXiv says");
	stand_list(&stand, HF, 630, 650, "As Hugging Face says");
	stand_follow(&stand);
	struct tms_scope *both = stand_scope(&stand, IN(ARXIV) | IN(HF));
	assert_int_equal(count_of(both), 650);
	uint64_t visits = stand_stats(&stand).visits;
	/* ten of arXiv's and ten of Hugging Face's; 11 pages, and those of the others */
	assert_in_range(visits, 20 + 11, 20 + 11 + 2);
	for (int again = 0; again < 3; again++)
		assert_int_equal(count_of(both), 650);
	stand_list(&stand, ARXIV, 0, 640, "Changed, but none came or went");
	stand_follow(&stand);
	assert_int_equal(count_of(both), 650);
	assert_int_equal(stand_stats(&stand).visits, visits);
	for (unsigned i = 630; i < 640; i++) /* then nobody else lists any of arXiv's */
		lose_record(stand.windows[HF], paper(i));
	stand_follow(&stand);
	assert_int_equal(count_of(both), 650);
	assert_in_range(stand_stats(&stand).visits - visits, 11, 11 + 2);
	tms_scope_free(both);
	stand_fini(&stand);
}

/* ---- in steps ---- */

static void a_scope_is_built_in_steps(void **state)
{
	struct stand stand;
	bool more = true;
	size_t steps = 0;
	(void)state;

	stand_init(&stand);
	stand_list(&stand, ARXIV, 0, 100, "As arXiv says");
	stand_list(&stand, HF, 0, 100, "As Hugging Face says");
	stand_follow(&stand);
	struct tms_scope *both = stand_scope(&stand, IN(ARXIV) | IN(HF));
	uint64_t puts = stand_stats(&stand).puts;
	for (; more; steps++) {
		assert_false(tms_scope_is_current(both));
		assert_int_equal(tms_scope_step(both, 30, &more), TMS_OK);
		assert_in_range(stand_stats(&stand).puts - puts, 0, 2);
		puts = stand_stats(&stand).puts;
	}
	assert_in_range(steps, 50, 100);
	uint64_t visits = stand_stats(&stand).visits;
	assert_true(tms_scope_is_current(both));
	assert_int_equal(count_of(both), 100);
	assert_int_equal(stand_stats(&stand).puts, puts);
	assert_int_equal(stand_stats(&stand).visits, visits);
	tms_scope_free(both);
	stand_fini(&stand);
}

static void what_was_merged_stays_when_a_source_changes_in_between(void **state)
{
	struct stand stand;
	bool more = true;
	(void)state;

	stand_init(&stand);
	stand_list(&stand, ARXIV, 0, 50, "As arXiv says");
	stand_list(&stand, HF, 0, 50, "As Hugging Face says");
	stand_follow(&stand);
	struct tms_scope *both = stand_scope(&stand, IN(ARXIV) | IN(HF));
	uint64_t puts = stand_stats(&stand).puts;
	for (unsigned i = 0; i < 10; i++) {
		assert_int_equal(tms_scope_step(both, 40, &more), TMS_OK);
		assert_true(more);
		stand_list(&stand, i % 2 ? HF : PRIVATE, 100 + i, 101 + i, "Comes in between");
		stand_list(&stand, PRIVATE, i, i + 1, "Is listed elsewhere too");
		stand_follow(&stand);
	}
	assert_int_equal(count_of(both), 55);
	assert_int_equal(stand_stats(&stand).puts - puts, 50 + 10 + 10);
	assert_int_equal(stand_stats(&stand).merged, 50);
	tms_scope_free(both);
	stand_fini(&stand);
}

/* So the slots of its own sources are set apart, or not any more, while it is built. */
static void what_others_list_or_lose_in_between_is_shown_once(void **state)
{
	struct stand stand;
	bool more = true;
	(void)state;

	stand_init(&stand);
	stand_list(&stand, ARXIV, 0, 50, "As arXiv says");
	stand_list(&stand, HF, 20, 70, "As Hugging Face says");
	stand_follow(&stand);
	struct tms_scope *both = stand_scope(&stand, IN(ARXIV) | IN(HF));
	for (unsigned loses = 0; loses < 2; loses++) {
		for (unsigned i = 0; i < 3; i++)
			assert_int_equal(tms_scope_step(both, 40, &more), TMS_OK);
		assert_true(more); /* the first paper has been passed */
		if (loses)
			lose_record(stand.windows[PRIVATE], paper(0));
		else
			stand_list(&stand, PRIVATE, 0, 1, "Listed elsewhere too");
		stand_follow(&stand);
		assert_int_equal(count_of(both), 70);
		for (unsigned k = 0; k < 70; k++)
			assert_int_equal(sources_of(&stand, both, k), k < 20 || k >= 50 ? 1 : 2);
		tms_scope_drop(both);
		(void)tms_catalog_tidy(stand.catalog, SIZE_MAX);
	}
	tms_scope_free(both);
	stand_fini(&stand);
}

static void what_has_left_a_window_goes_some_at_a_time(void **state)
{
	struct stand stand;
	bool more = true;
	size_t steps = 0;
	(void)state;

	stand_init(&stand);
	stand_list(&stand, ARXIV, 0, 200, "As arXiv says");
	stand_follow(&stand);
	struct tms_scope *arxiv = stand_scope(&stand, IN(ARXIV));
	for (unsigned i = 0; i < 100; i++)
		lose_record(stand.windows[ARXIV], paper(2 * i));
	for (; more; steps++) {
		size_t before = stand_stats(&stand).items;
		assert_int_equal(tms_catalog_step(stand.catalog, stand.sources[ARXIV], 20, NULL,
					 NULL, &more),
			TMS_OK);
		assert_in_range(before - stand_stats(&stand).items, 0, 2);
		assert_int_equal(count_of(arxiv), stand_stats(&stand).items);
	}
	assert_int_equal(count_of(arxiv), 100);
	assert_true(steps >= 50);
	tms_scope_free(arxiv);
	stand_fini(&stand);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_changed_text_is_put_once_and_once_for_each_merged_item_in_use),
		cmocka_unit_test(scopes_with_the_same_sources_among_theirs_share_merged_items),
		cmocka_unit_test(merged_items_are_used_again_before_they_are_taken_out),
		cmocka_unit_test(scopes_that_come_and_go_leave_no_bytes),
		cmocka_unit_test(a_scope_that_was_not_asked_is_four_bytes_a_source),
		cmocka_unit_test(building_looks_at_pages_and_at_items_that_several_sources_list),
		cmocka_unit_test(a_scope_is_built_in_steps),
		cmocka_unit_test(what_was_merged_stays_when_a_source_changes_in_between),
		cmocka_unit_test(what_others_list_or_lose_in_between_is_shown_once),
		cmocka_unit_test(what_has_left_a_window_goes_some_at_a_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
