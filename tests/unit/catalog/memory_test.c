/* A catalogue while memory ends, at each allocation of ours in turn. */
#include "../failing_memory.h"
#include "stand.h"

/* ---- what is tried ---- */

#define SCOPES 5

struct trial {
	struct stand stand;
	struct tms_scope *scopes[SCOPES];
	uint64_t digests[SCOPES];
	size_t failures;
	bool is_over; /* it ended before the failure */
};

/* Once more when memory was out: then there is some again. */
#define TRY(trial, call)                                                                           \
	do {                                                                                       \
		enum tms_status st_ = (call);                                                      \
		if (st_ == TMS_ENOMEM) {                                                           \
			(trial)->failures++;                                                       \
			check_whole(trial);                                                        \
			st_ = (call);                                                              \
		}                                                                                  \
		assert_int_equal(st_, TMS_OK);                                                     \
	} while (0)

/* Whatever has failed: each scope shows each item once, of its own sources. */
static void check_whole(struct trial *trial)
{
	for (size_t i = 0; i < SCOPES; i++) {
		struct tms_arena arena = { 0 };
		struct tms_view_item **list = NULL;
		size_t count = 0;
		if (!trial->scopes[i])
			continue;
		assert_int_equal(tms_scope_list(trial->scopes[i], &arena, &list, &count), TMS_OK);
		assert_int_equal(count_of(trial->scopes[i]), count);
		for (size_t k = 1; k < count; k++)
			assert_true(tms_str_compare(list[k - 1]->merged.item.id,
					    list[k]->merged.item.id) < 0);
		tms_arena_free(&arena);
	}
}

static enum tms_status follow_all(struct stand *stand)
{
	enum tms_status st = TMS_OK;
	bool more = false;

	for (size_t w = 0; w < WINDOWS && st == TMS_OK; w++)
		st = tms_catalog_step(
			stand->catalog, stand->sources[w], SIZE_MAX, NULL, NULL, &more);
	if (st == TMS_OK)
		st = tms_catalog_step_known(stand->catalog, SIZE_MAX, NULL, NULL, &more);
	return st;
}

static enum tms_status make_scope(struct trial *trial, size_t scope)
{
	static const unsigned kinds[SCOPES] = { IN(ARXIV), IN(ARXIV) | IN(HF), IN(HF) | IN(BLOG),
		IN(ARXIV) | IN(HF) | IN(BLOG), IN(ARXIV) | IN(PRIVATE) };
	uint32_t sources[WINDOWS];
	size_t count = 0;

	for (size_t w = 0; w < WINDOWS; w++)
		if (kinds[scope] & IN(w))
			sources[count++] = trial->stand.sources[w];
	return tms_scope_new(trial->stand.catalog, sources, count, &trial->scopes[scope]);
}

static void build_all(struct trial *trial)
{
	for (size_t i = 0; i < SCOPES; i++) {
		size_t count = 0;
		TRY(trial, tms_scope_count(trial->scopes[i], &count));
	}
}

/* What the windows do costs no memory of the catalogue's: it does not fail here. */
static void change(struct trial *trial, size_t failure, size_t turn)
{
	struct stand *stand = &trial->stand;

	size_t left = until_failure;
	until_failure = 0;
	if (turn == 0) {
		stand_list(stand, HF, 2, 5, "Changed");
		stand_list(stand, ARXIV, 13, 15, "New here");
		stand_list(stand, PRIVATE, 9, 12, "Mine");
	} else {
		lose_record(stand->windows[HF], paper(7));
		lose_record(stand->windows[BLOG], paper(10));
		stand_list(stand, ARXIV, 7, 8, "Changed again");
	}
	until_failure = turn == 0 ? failure : left;
}

static void run(struct trial *trial, size_t failure)
{
	struct stand *stand = &trial->stand;

	list_some(stand);
	change(trial, failure, 0);
	for (size_t i = 0; i < SCOPES; i++)
		TRY(trial, make_scope(trial, i));
	build_all(trial);
	TRY(trial, follow_all(stand));
	build_all(trial);
	tms_scope_drop(trial->scopes[1]);
	change(trial, failure, 1);
	TRY(trial, follow_all(stand));
	build_all(trial);
	tms_scope_drop(trial->scopes[3]);
	(void)tms_catalog_tidy(stand->catalog, SIZE_MAX);
	build_all(trial);
	trial->is_over = until_failure > 0;
	until_failure = 0;
	for (size_t i = 0; i < SCOPES; i++)
		trial->digests[i] = digest_of(trial->scopes[i]);
}

static void end(struct trial *trial)
{
	for (size_t i = 0; i < SCOPES; i++)
		tms_scope_free(trial->scopes[i]);
	(void)tms_catalog_tidy(trial->stand.catalog, SIZE_MAX);
	assert_int_equal(stand_stats(&trial->stand).merged, 0);
	assert_int_equal(tms_index_count(tms_catalog_index(trial->stand.catalog)),
		stand_stats(&trial->stand).items);
	for (size_t w = 0; w < WINDOWS; w++)
		tms_catalog_remove(trial->stand.catalog, trial->stand.sources[w]);
	assert_int_equal(tms_index_count(tms_catalog_index(trial->stand.catalog)), 0);
	stand_fini(&trial->stand);
}

static void whatever_fails_for_want_of_memory_comes_with_the_next_step(void **state)
{
	struct trial good = { .failures = 0 };
	size_t failure = 1, failed = 0;
	(void)state;

	run(&good, 0);
	for (bool is_over = false; !is_over; failure++) {
		struct trial trial = { .failures = 0 };
		run(&trial, failure);
		for (size_t i = 0; i < SCOPES; i++)
			assert_true(trial.digests[i] == good.digests[i]);
		assert_int_equal(stand_stats(&trial.stand).merged, stand_stats(&good.stand).merged);
		is_over = trial.is_over;
		failed += trial.failures;
		end(&trial);
	}
	assert_in_range(failed, failure / 2, failure);
	end(&good);
}

static void a_window_that_cannot_be_added_leaves_nothing(void **state)
{
	struct stand stand;
	struct tms_window *window = make_window("one more");
	uint32_t source = TMS_CATALOG_NONE;
	size_t failure = 0;
	enum tms_status st;
	(void)state;

	list_some(&stand);
	do {
		size_t owners = stand_stats(&stand).sources;
		until_failure = ++failure;
		st = tms_catalog_add(stand.catalog, window, &source);
		until_failure = 0;
		assert_int_equal(stand_stats(&stand).sources, owners + (st == TMS_OK));
	} while (st == TMS_ENOMEM && failure < 100);
	assert_int_equal(st, TMS_OK);
	tms_catalog_remove(stand.catalog, source);
	stand_fini(&stand);
	tms_window_free(window);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whatever_fails_for_want_of_memory_comes_with_the_next_step),
		cmocka_unit_test(a_window_that_cannot_be_added_leaves_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
