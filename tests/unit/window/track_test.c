#include "../make.h"

static void add(struct tms_track *track, tms_time at, int64_t value)
{
	bool moved = false;
	assert_int_equal(tms_track_add(track, at, value, &moved), TMS_OK);
}

static int64_t highest(const struct tms_track *track)
{
	int64_t high = TMS_NUMBER_NONE;

	for (size_t i = 0; i < track->count; i++)
		if (track->steps[i].value > high)
			high = track->steps[i].value;
	return high;
}

/* When the number first was at least so much. */
static tms_time reached(const struct tms_track *track, int64_t value)
{
	for (size_t i = 0; i < track->count; i++)
		if (track->steps[i].value >= value)
			return track->steps[i].at;
	return TMS_TIME_NONE;
}

static void a_value_is_a_step_only_when_it_moves(void **state)
{
	struct tms_track track = { 0 };
	bool moved = false;
	(void)state;

	assert_int_equal(last_value(&track), TMS_NUMBER_NONE);
	assert_int_equal(tms_track_add(&track, 10, 5, &moved), TMS_OK);
	assert_true(moved);
	assert_int_equal(tms_track_add(&track, 20, 5, &moved), TMS_OK);
	assert_false(moved);
	assert_int_equal(tms_track_add(&track, 30, 4, &moved), TMS_OK);
	assert_true(moved);
	assert_int_equal(tms_track_add(&track, 29, 9, &moved), TMS_OK);
	assert_false(moved); /* the past is settled */
	assert_int_equal(track.count, 2);
	assert_int_equal(last_value(&track), 4);
	tms_track_free(&track);
}

static void a_number_that_flutters_for_ever_stays_small_and_keeps_its_peak(void **state)
{
	struct tms_track track = { 0 };
	(void)state;

	add(&track, 1, 3);
	add(&track, 2, 77);
	for (int64_t i = 0; i < 5000; i++)
		add(&track, 3 + i, i % 2 ? 10 : 12);
	assert_true(track.count <= TMS_STEPS_MAX + 2);
	assert_int_equal(highest(&track), 77);
	assert_int_equal(reached(&track, 77), 2);
	assert_int_equal(reached(&track, 3), 1);
	assert_int_equal(last_value(&track), 10);
	tms_track_free(&track);
}

static void every_rise_of_a_month_of_polls_is_kept_with_its_time(void **state)
{
	struct tms_track track = { 0 };
	const int64_t polls = 30 * 24 * 4; /* a poll each quarter of an hour */
	(void)state;

	for (int64_t i = 0; i < polls; i++)
		add(&track, i * 900, i + 1);
	for (int64_t i = 0; i < polls; i++)
		assert_int_equal(reached(&track, i + 1), i * 900);
	tms_track_free(&track);
}

static void beyond_its_bound_a_history_keeps_the_first_and_the_highest(void **state)
{
	struct tms_track track = { 0 };
	const int64_t steps = TMS_PEAKS_MAX + 500;
	(void)state;

	for (int64_t i = 0; i < steps; i++)
		add(&track, 100 + i, i);
	assert_true(track.count <= TMS_PEAKS_MAX);
	assert_int_equal(track.steps[0].at, 100);
	assert_int_equal(reached(&track, steps - 1), 100 + steps - 1);
	for (size_t i = 1; i < track.count; i++)
		assert_true(track.steps[i].at >= track.steps[i - 1].at &&
			    track.steps[i].value != track.steps[i - 1].value);
	tms_track_free(&track);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_value_is_a_step_only_when_it_moves),
		cmocka_unit_test(a_number_that_flutters_for_ever_stays_small_and_keeps_its_peak),
		cmocka_unit_test(every_rise_of_a_month_of_polls_is_kept_with_its_time),
		cmocka_unit_test(beyond_its_bound_a_history_keeps_the_first_and_the_highest),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
