/* Sets of sources that only addresses ask for: what they may take, and which go. */
#include "shelf_stand.h"

/* A third source, which lists the same papers as the others. */
static struct tms_source *third(struct stand *stand, size_t count)
{
	struct tms_source *source = sources_have(&stand->sources, TMS_STR("third"));
	struct tms_listing listing = { .items = stand->papers, .items_count = count };
	const struct tms_apply how = { .now = T0, .poll = TMS_STR("list") };
	struct tms_apply_report report;

	assert_non_null(source);
	source->is_loaded = true;
	assert_int_equal(tms_window_apply(source->window, &listing, &how, &report), TMS_OK);
	return source;
}

static size_t weight(struct tms_shelves *shelves, struct tms_shelf *shelf)
{
	shelf_lru_weigh(&shelves->lru, shelf);
	return shelf->lru.bytes;
}

static void sets_are_put_out_from_the_least_lately_asked(void **state)
{
	struct stand *stand = *state;
	struct tms_shelves *shelves = &stand->shelves;

	list(stand, 0, 0, 50, T0);
	list(stand, 1, 50, 50, T0);
	struct tms_shelf *blog = fill(stand, &stand->list[0], 1);
	struct tms_shelf *daily = fill(stand, &stand->list[1], 1);
	shelves_release(shelves, blog);
	shelves_release(shelves, daily);
	shelf_lru_touch(&shelves->lru, blog); /* now daily was asked for longer ago */
	size_t both = weight(shelves, blog) + weight(shelves, daily);
	assert_int_equal(shelves->lru.bytes, both);
	assert_int_equal(shelves->lru.count, 2);
	shelves->lru.bytes_max = both - 1;
	assert_true(shelves_make_room(shelves, NULL));
	assert_int_equal(shelves->lru.put_out, 1);
	assert_int_equal(shelves->lru.bytes, weight(shelves, blog));
	assert_null(find_alone(stand, 1));
	assert_ptr_equal(find_alone(stand, 0), blog);
}

static void a_shelf_of_a_place_is_never_put_out_nor_counted(void **state)
{
	struct stand *stand = *state;
	struct tms_shelves *shelves = &stand->shelves;

	list(stand, 0, 0, 50, T0);
	list(stand, 1, 50, 50, T0);
	struct tms_shelf *placed = fill(stand, &stand->list[0], 1);
	shelves_pin(shelves, placed);
	shelves_release(shelves, placed);
	assert_int_equal(shelves->lru.bytes, 0);
	assert_ptr_equal(pin(stand, 0), placed);
	/* also when addresses ask for the same sources */
	shelves_release(shelves, shelves_get(shelves, &stand->list[0], 1));
	shelves_unpin(shelves, placed);
	assert_int_equal(shelves->lru.count, 0);
	struct tms_shelf *set = fill(stand, &stand->list[1], 1);
	shelves_release(shelves, set);
	shelves->lru.bytes_max = 1;
	assert_true(shelves_make_room(shelves, placed));
	assert_int_equal(shelves->lru.put_out, 1);
	assert_int_equal(shelves->sets.by_sources.count, 1);
	assert_true(tms_shelf_is_filled(placed));
	/* without its last place it is a set like others */
	shelves_unpin(shelves, placed);
	assert_int_equal(shelves->lru.count, 1);
	assert_int_equal(shelves->lru.bytes, weight(shelves, placed));
}

static void a_rendition_outlives_the_set_that_it_was_made_of(void **state)
{
	struct stand *stand = *state;
	struct tms_shelves *shelves = &stand->shelves;

	list(stand, 0, 0, 50, T0);
	struct tms_shelf *set = fill(stand, &stand->list[0], 1);
	struct tms_rendition *before = make(stand, set, TMS_INDEX_NONE);
	set->users = 0;
	shelves->unused++;
	shelves->lru.bytes_max = 1;
	(void)shelves_make_room(shelves, NULL);
	assert_int_equal(shelves->sets.by_sources.count, 0);
	assert_true(is_marked(before));
	assert_null(before->shelf);
	assert_false(rendition_is_current(before, T0 + 1000));
	/* made again it is the same document */
	shelves->lru.bytes_max = 0;
	set = fill(stand, &stand->list[0], 1);
	struct tms_rendition *again = make(stand, set, TMS_INDEX_NONE);
	assert_true(tms_str_equal(before->plain.etag, again->plain.etag));
	assert_int_equal(before->plain.bytes, again->plain.bytes);
	tms_rendition_unref(before);
	tms_rendition_unref(again);
	shelves_release(shelves, set);
}

static void a_set_that_is_too_large_is_given_up_and_not_filled_again(void **state)
{
	struct stand *stand = *state;
	struct tms_shelves *shelves = &stand->shelves;
	struct tms_catalog_stats stats;
	int told = 0;

	list(stand, 0, 0, PAPERS, T0);
	list(stand, 1, 0, PAPERS, T0);
	struct tms_shelf *alone = fill(stand, &stand->list[0], 1);
	struct tms_shelf *other = fill(stand, &stand->list[1], 1);
	shelves->lru.bytes_max = 8 * weight(shelves, alone);
	shelves_pin(shelves, alone); /* so that both are followed in any case */
	shelves_pin(shelves, other);
	/* all that it shows is merged for it */
	struct tms_shelf *large = shelves_get(shelves, stand->list, 2);
	assert_false(tms_shelves_refuse(shelves, large));
	wait_for(stand, large, &told);
	shelves_release(shelves, large);
	run(stand);
	assert_int_equal(told, 100 * TMS_SHELF_TOO_LARGE);
	assert_true(shelves->lru.bytes <= shelves->lru.bytes_max);
	tms_catalog_stats(shelves->catalog, &stats);
	assert_int_equal(stats.merged + stats.unused, 0);
	uint64_t slices = shelves->slices;
	large = shelves_get(shelves, stand->list, 2);
	assert_true(tms_shelves_refuse(shelves, large));
	run(stand);
	assert_int_equal(shelves->slices, slices); /* nothing is built for nobody */
	assert_false(tms_shelf_is_filled(large));
	shelves_unpin(shelves, alone);
	shelves_unpin(shelves, other);
	shelves_release(shelves, alone);
	shelves_release(shelves, other);
	shelves_release(shelves, large);
}

static void two_sets_that_do_not_fit_are_served_one_after_the_other(void **state)
{
	struct stand *stand = *state;
	struct tms_shelves *shelves = &stand->shelves;
	struct tms_source *const *pair = stand->list;
	struct tms_source *const other[] = { stand->list[1], third(stand, PAPERS) };
	int first_told = 0, second_told = 0;

	list(stand, 0, 0, PAPERS, T0);
	list(stand, 1, 0, PAPERS, T0);
	struct tms_shelf *measured = fill(stand, pair, 2);
	size_t bytes = weight(shelves, measured);
	shelves_release(shelves, measured);
	shelves->lru.bytes_max = 1;
	assert_true(shelves_make_room(shelves, NULL));
	shelves->lru.bytes_max = bytes + bytes / 4;
	struct tms_shelf *first = shelves_get(shelves, pair, 2);
	wait_for(stand, first, &first_told);
	struct tms_shelf *second = shelves_get(shelves, other, 2);
	wait_for(stand, second, &second_told);
	run(stand);
	assert_int_equal(first_told, 1);
	assert_int_equal(second_told, 1);
	assert_int_equal(shelves->lru.refused, 0);
	assert_int_equal(count_of(first), PAPERS); /* who waited for it had his turn */
	shelves_release(shelves, first);
	assert_true(shelves_make_room(shelves, second));
	assert_true(shelves->lru.bytes <= shelves->lru.bytes_max);
	assert_int_equal(shelves->sets.by_sources.count, 1);
	shelves_release(shelves, second);
}

static void of_those_that_are_waited_for_the_last_one_is_refused(void **state)
{
	struct stand *stand = *state;
	struct tms_shelves *shelves = &stand->shelves;
	int first_told = 0, second_told = 0;

	struct tms_shelf *first = shelves_get(shelves, &stand->list[0], 1);
	wait_for(stand, first, &first_told);
	shelves_release(shelves, first);
	struct tms_shelf *second = shelves_get(shelves, &stand->list[1], 1);
	wait_for(stand, second, &second_told);
	shelves_release(shelves, second);
	shelves->lru.bytes_max = weight(shelves, first) + weight(shelves, second) - 1;
	assert_true(shelves_make_room(shelves, first));
	assert_int_equal(second_told, 100 * TMS_SHELF_NO_ROOM);
	shelves->lru.bytes_max = (size_t)1 << 20; /* what was built takes more */
	run(stand);
	assert_int_equal(first_told, 1);
}

static bool never(void *context)
{
	(void)context;
	return false;
}

static void a_set_that_nobody_waits_for_any_more_is_not_filled(void **state)
{
	struct stand *stand = *state;
	struct tms_shelves *shelves = &stand->shelves;
	int told = 0;
	const struct tms_shelf_wait wait = { never, count_up, &told, NULL };

	list(stand, 1, 0, PAPERS, T0);
	struct tms_shelf *shelf = shelves_get(shelves, &stand->list[1], 1);
	assert_true(tms_shelves_wait(shelves, shelf, &wait));
	run(stand);
	assert_int_equal(told, 100 * TMS_SHELF_OVER);
	assert_false(tms_shelf_is_filled(shelf));
	assert_int_equal(shelves->scopes.count, 0);
	assert_int_equal(tms_shelves_behind(shelves), 0);
	shelves_release(shelves, fill(stand, &stand->list[1], 1));
	shelves_release(shelves, shelf);
}

static void scopes_of_all_sets_are_bounded_and_built_again_with_the_same_bytes(void **state)
{
	struct stand *stand = *state;
	struct tms_shelves *shelves = &stand->shelves;
	struct tms_source *const other[] = { stand->list[1], third(stand, 50) };
	struct tms_catalog_stats stats;

	list(stand, 0, 0, 50, T0);
	list(stand, 1, 0, 50, T0);
	struct tms_shelf *pinned = fill(stand, stand->list, 2);
	shelves_pin(shelves, pinned);
	struct tms_rendition *before = make(stand, pinned, TMS_INDEX_NONE);
	assert_int_equal(shelves->scopes.count, 1);
	shelves->scopes.bytes_max = shelves->scopes.bytes + shelves->scopes.bytes / 2;
	shelves->slices += 100; /* nobody goes on with what was asked */
	struct tms_shelf *second = fill(stand, other, 2);
	assert_int_equal(count_of(second), 50);
	assert_int_equal(shelves->scopes.count, 1);
	assert_int_equal(shelves->scopes.dropped, 1);
	assert_true(shelves->scopes.bytes <= shelves->scopes.bytes_max);
	tms_catalog_stats(shelves->catalog, &stats);
	assert_int_equal(stats.scopes, 2);
	assert_int_equal(stats.built, 1);
	assert_int_equal(stats.merged, 50);
	assert_int_equal(stats.unused, 0);
	/* what was made before is served as long as it holds */
	assert_false(tms_shelf_is_filled(pinned));
	assert_true(rendition_holds(before, T0 + 1000));
	shelves->slices += 100;
	struct tms_rendition *again = make(stand, pinned, TMS_INDEX_NONE);
	assert_true(tms_str_equal(before->plain.etag, again->plain.etag));
	assert_int_equal(before->plain.bytes, again->plain.bytes);
	assert_int_equal(shelves->scopes.dropped, 2);
	tms_rendition_unref(before);
	tms_rendition_unref(again);
	shelves_unpin(shelves, pinned);
	shelves_release(shelves, pinned);
	shelves_release(shelves, second);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			sets_are_put_out_from_the_least_lately_asked, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_shelf_of_a_place_is_never_put_out_nor_counted, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_rendition_outlives_the_set_that_it_was_made_of, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_set_that_is_too_large_is_given_up_and_not_filled_again, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(
			two_sets_that_do_not_fit_are_served_one_after_the_other, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			of_those_that_are_waited_for_the_last_one_is_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_set_that_nobody_waits_for_any_more_is_not_filled, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			scopes_of_all_sets_are_bounded_and_built_again_with_the_same_bytes, set_up,
			tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
