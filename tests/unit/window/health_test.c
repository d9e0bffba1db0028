#include "test.h"

#include <tamis/health.h>

#define NOW INT64_C(1772452800)

static struct tms_health after_good(void)
{
	struct tms_health health;

	tms_health_init(&health);
	tms_health_good(&health, NOW, &(struct tms_health_counts){ .items = 34, .added = 3 }, NULL);
	return health;
}

static void health_is_told_in_plain_sentences(void **state)
{
	struct tms_buf buf = { 0 };
	struct tms_health health;
	(void)state;

	tms_health_init(&health);
	tms_health_words(&buf, &health, NOW);
	assert_str(tms_buf_str(&buf), "Not read yet.");

	health = after_good();
	tms_buf_clear(&buf);
	tms_health_words(&buf, &health, NOW + 12 * 60);
	assert_str(tms_buf_str(&buf), "Read 12 minutes ago: 34 items, 3 new.");
	assert_true(tms_health_is_well(&health));

	tms_health_unchanged(&health, NOW + 900);
	tms_buf_clear(&buf);
	tms_health_words(&buf, &health, NOW + 901);
	assert_str(tms_buf_str(&buf), "Read just now: unchanged.");

	/* what was wrong with the listing is wrong with it still */
	struct tms_health mended = after_good();
	tms_health_good(&mended, NOW, &mended.counts, "2 tags were closed.");
	tms_health_unchanged(&mended, NOW + 900);
	tms_buf_clear(&buf);
	tms_health_words(&buf, &mended, NOW + 901);
	assert_str(tms_buf_str(&buf), "Read just now: unchanged. 2 tags were closed.");

	tms_health_failed(&health, NOW + 1800, TMS_HEALTH_FAILED, "huggingface.co answers 503.");
	tms_health_failed(&health, NOW + 5400, TMS_HEALTH_FAILED, "huggingface.co answers 503.");
	tms_buf_clear(&buf);
	tms_health_words(&buf, &health, NOW + 900 + 3 * 3600);
	assert_str(tms_buf_str(&buf),
		"Could not be fetched for 2 hours (2 tries): huggingface.co answers 503. "
		"Last read 3 hours ago; what was read is still served.");
	assert_false(tms_health_is_well(&health));
	tms_health_failed(&health, NOW + 5400, TMS_HEALTH_FAILED, "the host answered 503");
	tms_buf_clear(&buf);
	tms_health_words(&buf, &health, NOW + 5400);
	assert_true(
		tms_str_find(tms_buf_str(&buf), TMS_STR("answered 503. Last read"), 0) != SIZE_MAX);

	health = after_good();
	tms_health_empty(&health, NOW + 3600);
	tms_health_empty(&health, NOW + 7200);
	tms_buf_clear(&buf);
	tms_health_words(&buf, &health, NOW + 3 * 86400 + 3600);
	assert_str(tms_buf_str(&buf),
		"Read 2 days ago: the listing has been empty for 3 days. "
		"It last had items 3 days ago; what was read is still served.");
	assert_true(tms_health_is_well(&health));
	tms_health_unchanged(&health, NOW + 3 * 86400 + 3600);
	tms_buf_clear(&buf);
	tms_health_words(&buf, &health, NOW + 3 * 86400 + 3600);
	assert_str(tms_buf_str(&buf),
		"Read just now: the listing has been empty for 3 days. "
		"It last had items 3 days ago; what was read is still served.");
	assert_true(tms_health_is_well(&health));
	tms_health_init(&health);
	tms_health_empty(&health, NOW);
	tms_buf_clear(&buf);
	tms_health_words(&buf, &health, NOW);
	assert_str(tms_buf_str(&buf),
		"Read just now: the listing is empty. It has not had an item yet.");

	health = after_good();
	tms_health_suspect(&health, NOW + 60);
	health.held_count = 4;
	memcpy(health.held_titles[0], "Odd", 4);
	memcpy(health.held_titles[1], "Odder", 6);
	memcpy(health.held_titles[2], "Oddest", 7);
	tms_buf_clear(&buf);
	tms_health_words(&buf, &health, NOW + 120);
	assert_str(tms_buf_str(&buf),
		"The listing looks wrong. Last read 2 minutes ago; what was read is still served. "
		"Held back because they look wrong: “Odd”, “Odder”, “Oddest” and 1 more.");
	assert_false(tms_health_is_well(&health));
	tms_buf_free(&buf);
}

static void words_do_without_times_that_the_store_did_not_have(void **state)
{
	struct tms_health health;
	struct tms_buf buf = { 0 };
	(void)state;

	assert_int_equal(
		tms_health_read(TMS_STR("{\"v\":1,\"outcome\":1}"), &health, NULL), TMS_OK);
	tms_health_words(&buf, &health, NOW);
	assert_str(tms_buf_str(&buf), "Read once: 0 items, 0 new.");
	assert_int_equal(
		tms_health_read(TMS_STR("{\"v\":1,\"outcome\":5}"), &health, NULL), TMS_OK);
	tms_buf_clear(&buf);
	tms_health_words(&buf, &health, NOW);
	assert_str(tms_buf_str(&buf), "Read once: 0 items, 0 new.");
	tms_buf_free(&buf);
}

static void a_streak_starts_once_and_ends_with_success(void **state)
{
	struct tms_health health = after_good();
	(void)state;

	tms_health_failed(&health, NOW + 1, TMS_HEALTH_MISSHAPEN, "Not a listing.");
	tms_health_failed(&health, NOW + 2, TMS_HEALTH_FAILED, NULL);
	assert_int_equal(health.failing_since, NOW + 1);
	assert_int_equal(health.partial_since, NOW + 1);
	assert_int_equal(health.failures, 2);
	assert_int_equal(health.last_success, NOW);
	tms_health_good(
		&health, NOW + 3, &(struct tms_health_counts){ .items = 1 }, "Odd but read.");
	assert_int_equal(health.failing_since, TMS_TIME_NONE);
	assert_int_equal(health.partial_since, TMS_TIME_NONE);
	assert_int_equal(health.failures, 0);
	assert_str(tms_str_from(health.note), "Odd but read.");
	assert_int_equal(health.last_new, NOW);
}

static void health_is_stored_whole(void **state)
{
	struct tms_health health = after_good(), back;
	struct tms_buf first = { 0 }, second = { 0 };
	(void)state;

	tms_health_failed(&health, NOW + 1, TMS_HEALTH_MISSHAPEN, "Not “a” \"listing\".");
	health.held_count = 1;
	memcpy(health.held_titles[0], "Odd", 4);
	tms_health_write(&first, &health);
	assert_int_equal(tms_health_read(tms_buf_str(&first), &back, NULL), TMS_OK);
	tms_health_write(&second, &back);
	assert_true(tms_str_equal(tms_buf_str(&first), tms_buf_str(&second)));
	assert_int_equal(back.counts.items, 34);
	assert_str(tms_str_from(back.error), "Not “a” \"listing\".");
	assert_int_equal(
		tms_health_read(TMS_STR("{\"v\":1,\"outcome\":77}"), &back, NULL), TMS_EMALFORMED);
	assert_int_equal(tms_health_read(TMS_STR("{}"), &back, NULL), TMS_EMALFORMED);
	tms_buf_free(&first);
	tms_buf_free(&second);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(health_is_told_in_plain_sentences),
		cmocka_unit_test(words_do_without_times_that_the_store_did_not_have),
		cmocka_unit_test(a_streak_starts_once_and_ends_with_success),
		cmocka_unit_test(health_is_stored_whole),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
