#include "test.h"

#include <tamis/listing.h>
#include <tamis/preset.h>

#define FRIDAY_20 1772827200 /* 2026-03-06T20:00:00Z */

static void a_skipped_moment_moves_to_the_end_of_what_is_skipped(void **state)
{
	static const struct {
		const char *why;
		struct tms_skip skip;
		int64_t from_h, want_h; /* after Friday 20:00 */
	} rows[] = {
		{ "nothing is skipped", { 0, 0 }, 5, 5 },
		{ "before the weekend", { 0, TMS_SKIP_WEEKEND }, 3, 3 },
		{ "Saturday morning: Monday", { 0, TMS_SKIP_WEEKEND }, 8, 52 },
		{ "Sunday night: Monday", { 0, TMS_SKIP_WEEKEND }, 51, 52 },
		{ "from 0 to 5 o'clock", { 0x3f, 0 }, 5, 10 },
		{ "both: Monday at 6", { 0x3f, TMS_SKIP_WEEKEND }, 5, 58 },
		{ "all hours: that is no rhythm", { 0xffffff, 0 }, 5, 5 },
		{ "all days", { 0, 0x7f }, 5, 5 },
		{ "one hour a week is left", { 0xfffffe, 0x7d }, 5, 52 },
	};
	(void)state;

	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		tms_time got = tms_skip_end(rows[i].skip, FRIDAY_20 + rows[i].from_h * TMS_HOUR_S);
		if (got != FRIDAY_20 + rows[i].want_h * TMS_HOUR_S)
			fail_msg("%s: %lld h", rows[i].why,
				(long long)(got - FRIDAY_20) / TMS_HOUR_S);
	}
	/* the very moment is kept when it is free, the end is a full hour */
	assert_int_equal(tms_skip_end((struct tms_skip){ 1, 0 }, FRIDAY_20 + 61), FRIDAY_20 + 61);
	assert_int_equal(tms_skip_end((struct tms_skip){ 1u << 20, 0 }, FRIDAY_20 + 61),
		FRIDAY_20 + TMS_HOUR_S);
}

static void channels_say_it_and_nonsense_says_nothing(void **state)
{
	static const char body[] =
		"<rss version='2.0'><channel><title>x</title>"
		"<skipDays><day> saturday</day><day>Sunday</day><day>Caturday</day><day/></skipDays>"
		"<skipHours><hour>0</hour><hour>24</hour><hour>7</hour><hour>25</hour><hour>-1</hour>"
		"<hour>noon</hour></skipHours></channel></rss>";
	struct tms_arena arena = { 0 };
	struct tms_listing listing;
	struct tms_buf words = { 0 };
	(void)state;

	assert_int_equal(
		tms_listing_parse(&arena, tms_str_from(body), NULL, &listing, NULL), TMS_OK);
	assert_int_equal(listing.skip.days, TMS_SKIP_WEEKEND);
	assert_int_equal(listing.skip.hours, 0x81);
	tms_skip_words(&words, (struct tms_skip){ 0, listing.skip.days });
	assert_str(tms_buf_str(&words), "on Saturdays and Sundays");
	tms_buf_clear(&words);
	tms_skip_words(&words, (struct tms_skip){ 0, 0x70 });
	assert_str(tms_buf_str(&words), "on Thursdays, Fridays and Saturdays");
	tms_buf_clear(&words);
	tms_skip_words(&words, (struct tms_skip){ 1, 0 });
	assert_str(tms_buf_str(&words), "at these hours");
	tms_buf_free(&words);
	tms_arena_free(&arena);
}

static void arxiv_rests_at_weekends(void **state)
{
	struct tms_upstream upstream = { .preset = tms_preset_find(TMS_STR("arxiv")),
		.category = TMS_STR("cs.CL") };
	struct tms_arena arena = { 0 };
	struct tms_poll *polls = NULL;
	size_t count = 0;
	(void)state;

	assert_int_equal(tms_upstream_polls(&arena, &upstream, FRIDAY_20, &polls, &count), TMS_OK);
	assert_int_equal(count, 1);
	assert_int_equal(polls[0].skip.days, TMS_SKIP_WEEKEND);
	tms_arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_skipped_moment_moves_to_the_end_of_what_is_skipped),
		cmocka_unit_test(channels_say_it_and_nonsense_says_nothing),
		cmocka_unit_test(arxiv_rests_at_weekends),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
