/* What scopes over one catalogue show. */
#include <tamis/join.h>

#include "stand.h"

/* ---- what is shown ---- */

static void a_scope_shows_each_item_once_with_what_its_own_sources_said(void **state)
{
	static const struct {
		unsigned windows;
		size_t count, ten, seven, twelve; /* how many sources say something of the paper */
	} rows[] = {
		{ IN(ARXIV), 10, 1, 1, 0 },
		{ IN(HF), 10, 1, 1, 1 },
		{ IN(ARXIV) | IN(HF), 15, 2, 2, 1 },
		{ IN(HF) | IN(BLOG), 10, 2, 1, 2 },
		{ IN(ARXIV) | IN(BLOG), 12, 2, 1, 1 },
		{ IN(ARXIV) | IN(HF) | IN(BLOG), 15, 3, 2, 2 },
		{ IN(PRIVATE), 0, 0, 0, 0 },
		{ IN(BLOG) | IN(PRIVATE), 3, 1, 0, 1 },
	};
	struct stand stand;
	(void)state;

	list_some(&stand);
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_scope *scope = stand_scope(&stand, rows[i].windows);
		assert_int_equal(count_of(scope), rows[i].count);
		assert_int_equal(sources_of(&stand, scope, 10), rows[i].ten);
		assert_int_equal(sources_of(&stand, scope, 7), rows[i].seven);
		assert_int_equal(sources_of(&stand, scope, 12), rows[i].twelve);
		tms_scope_free(scope);
	}
	stand_fini(&stand);
}

/* What is merged is what a view merges. */
static void which_numbers_windows_have_changes_nothing(void **state)
{
	static const size_t orders[][3] = { { ARXIV, HF, BLOG }, { BLOG, HF, ARXIV },
		{ HF, BLOG, ARXIV } };
	struct stand stand;
	struct tms_view *view = NULL;
	(void)state;

	list_some(&stand);
	assert_int_equal(tms_view_new(&view), TMS_OK);
	assert_int_equal(tms_view_refresh(view, stand.windows, 3), TMS_OK);
	const struct tms_merged *want = &find_shown(view, paper(10))->merged;
	for (size_t i = 0; i < TMS_COUNT(orders); i++) {
		struct tms_catalog *catalog = NULL;
		struct tms_scope *scope = NULL;
		uint32_t sources[3];
		bool more;
		assert_int_equal(tms_catalog_new((struct tms_hash_seed){ 3, i }, &catalog), TMS_OK);
		for (size_t k = 0; k < 3; k++) {
			assert_int_equal(
				tms_catalog_add(catalog, stand.windows[orders[i][k]], &sources[k]),
				TMS_OK);
			assert_int_equal(
				tms_catalog_step(catalog, sources[k], SIZE_MAX, NULL, NULL, &more),
				TMS_OK);
		}
		assert_int_equal(tms_scope_new(catalog, sources, 3, &scope), TMS_OK);
		assert_true(digest_of(scope) == view_digest(view));
		const struct tms_merged *got =
			&tms_index_at(tms_catalog_index(catalog), tms_scope_find(scope, paper(10)))
				 ->merged;
		assert_true(tms_str_equal(got->item.title, want->item.title));
		for (size_t k = 0; k < 3; k++)
			assert_true(tms_str_equal(got->sources[k], want->sources[k]));
		tms_scope_free(scope);
		tms_catalog_free(catalog);
	}
	tms_view_free(view);
	stand_fini(&stand);
}

static void an_item_of_one_source_is_made_once_for_views_too(void **state)
{
	struct stand stand;
	struct tms_view *view = NULL;
	(void)state;

	list_some(&stand);
	struct tms_scope *both = stand_scope(&stand, IN(ARXIV) | IN(HF));
	assert_int_equal(tms_view_new(&view), TMS_OK);
	assert_int_equal(tms_view_refresh(view, stand.windows, 3), TMS_OK);
	assert_ptr_equal(shown_of(&stand, both, 3), find_shown(view, paper(3)));
	tms_view_free(view);
	tms_scope_free(both);
	stand_fini(&stand);
}

static void an_item_that_one_of_two_sources_loses_is_the_others_alone(void **state)
{
	struct stand stand;
	(void)state;

	list_some(&stand);
	struct tms_scope *both = stand_scope(&stand, IN(ARXIV) | IN(HF));
	struct tms_scope *hf = stand_scope(&stand, IN(HF));
	assert_int_equal(sources_of(&stand, both, 7), 2);
	lose_record(stand.windows[ARXIV], paper(7));
	stand_follow(&stand);
	assert_int_equal(count_of(both), 15);
	assert_int_equal(sources_of(&stand, both, 7), 1);
	assert_ptr_equal(shown_of(&stand, both, 7), shown_of(&stand, hf, 7));
	lose_record(stand.windows[HF], paper(7));
	stand_follow(&stand);
	assert_int_equal(count_of(both), 14);
	assert_null(shown_of(&stand, both, 7));
	assert_null(shown_of(&stand, hf, 7));
	tms_scope_free(both);
	tms_scope_free(hf);
	stand_fini(&stand);
}

/* A merged item that nobody shows is not followed, but kept for its scope. */
static void an_item_that_is_listed_again_is_shown_as_it_is_now(void **state)
{
	struct stand stand;
	(void)state;

	list_some(&stand);
	struct tms_scope *both = stand_scope(&stand, IN(ARXIV) | IN(HF));
	assert_int_equal(sources_of(&stand, both, 7), 2);
	lose_record(stand.windows[HF], paper(7));
	stand_follow(&stand);
	stand_list(&stand, ARXIV, 7, 8, "Said otherwise");
	stand_follow(&stand);
	for (int asks = 0; asks < 2; asks++) { /* whether the scope was built in between or not */
		stand_list(&stand, HF, 7, 8, "Back again");
		stand_follow(&stand);
		const struct tms_merged *seven = &shown_of(&stand, both, 7)->merged;
		assert_int_equal(seven->sources_count, 2);
		assert_int_equal(
			tms_str_find(seven->item.title, TMS_STR("otherwise"), 0) != SIZE_MAX, 1);
		lose_record(stand.windows[HF], paper(7));
		stand_follow(&stand);
		if (!asks)
			assert_int_equal(sources_of(&stand, both, 7), 1);
		stand_list(&stand, ARXIV, 7, 8, asks ? "As it was" : "Said quite otherwise");
		stand_follow(&stand);
	}
	tms_scope_free(both);
	stand_fini(&stand);
}

/* The window has lost records that are still here: until the source is followed each item is shown
 * once, and behind that what there is, also when the records are back by then. */
static void what_is_about_to_leave_is_shown_once(void **state)
{
	struct stand stand;
	(void)state;

	for (int comes_back = 0; comes_back < 2; comes_back++) {
		list_some(&stand);
		struct tms_scope *both = stand_scope(&stand, IN(ARXIV) | IN(HF));
		lose_record(stand.windows[ARXIV], paper(7));
		lose_record(stand.windows[HF], paper(7));
		lose_record(stand.windows[HF], paper(8));
		assert_int_equal(count_of(both), 15);
		assert_int_equal(sources_of(&stand, both, 7), 1);
		assert_int_equal(sources_of(&stand, both, 8), 1);
		assert_int_equal(sources_of(&stand, both, 9), 2);
		if (comes_back) {
			stand_list(&stand, ARXIV, 7, 8, "As arXiv says");
			stand_list(&stand, HF, 7, 9, "As Hugging Face says");
		}
		stand_follow(&stand);
		assert_int_equal(count_of(both), comes_back ? 15 : 14);
		assert_int_equal(sources_of(&stand, both, 7), comes_back ? 2 : 0);
		assert_int_equal(sources_of(&stand, both, 8), comes_back ? 2 : 1);
		tms_scope_free(both);
		stand_fini(&stand);
	}
}

static void a_removed_source_takes_its_items_with_it(void **state)
{
	struct stand stand;
	(void)state;

	list_some(&stand);
	struct tms_scope *both = stand_scope(&stand, IN(ARXIV) | IN(HF));
	struct tms_scope *arxiv = stand_scope(&stand, IN(ARXIV));
	assert_int_equal(count_of(both), 15);
	tms_scope_free(both);
	tms_catalog_remove(stand.catalog, stand.sources[HF]);
	assert_int_equal(stand_stats(&stand).items, 13);
	assert_int_equal(tms_index_count(tms_catalog_index(stand.catalog)), 13);
	assert_int_equal(count_of(arxiv), 10);
	assert_int_equal(
		tms_catalog_add(stand.catalog, stand.windows[HF], &stand.sources[HF]), TMS_OK);
	stand_follow(&stand);
	both = stand_scope(&stand, IN(ARXIV) | IN(HF));
	assert_int_equal(count_of(both), 15);
	assert_int_equal(sources_of(&stand, both, 7), 2);
	tms_scope_free(both);
	tms_scope_free(arxiv);
	for (size_t w = 0; w < WINDOWS; w++)
		tms_catalog_remove(stand.catalog, stand.sources[w]);
	assert_int_equal(tms_index_count(tms_catalog_index(stand.catalog)), 0);
	stand_fini(&stand);
}

/* ---- private sources ---- */

static void what_a_private_source_claims_does_nothing_to_scopes_without_it(void **state)
{
	struct stand stand;
	struct tms_scope *scopes[3];
	uint64_t before[3];
	(void)state;

	list_some(&stand);
	scopes[0] = stand_scope(&stand, IN(ARXIV));
	scopes[1] = stand_scope(&stand, IN(ARXIV) | IN(HF));
	scopes[2] = stand_scope(&stand, IN(ARXIV) | IN(HF) | IN(BLOG));
	for (size_t i = 0; i < 3; i++)
		before[i] = digest_of(scopes[i]);
	struct tms_catalog_stats stats = stand_stats(&stand);
	stand_list(&stand, PRIVATE, 1, 100, "It is I who wrote this");
	stand_follow(&stand);
	for (size_t i = 0; i < 3; i++) {
		assert_true(digest_of(scopes[i]) == before[i]);
		assert_null(shown_of(&stand, scopes[i], 50));
	}
	/* they are not even built again, and nothing is put but its own items */
	assert_int_equal(stand_stats(&stand).visits, stats.visits);
	assert_int_equal(stand_stats(&stand).puts, stats.puts + 99);
	assert_int_equal(stand_stats(&stand).merged, stats.merged);
	for (size_t i = 0; i < 3; i++) { /* nor when they are */
		tms_scope_drop(scopes[i]);
		assert_true(digest_of(scopes[i]) == before[i]);
		tms_scope_free(scopes[i]);
	}
	stand_fini(&stand);
}

/* ---- many merged items ---- */

#define MANY 400

static const char *const texts[] = { "says", "absent", "\"arxiv says\" -\"paper 7\"",
	"paper NOT 13", "7 OR 13 OR \"paper 399\"" };
static const size_t wanted[] = { MANY, 0, MANY - 1, MANY - 1, 3 };

/* What each rule keeps, and in which order. */
static uint64_t ask_all(struct tms_scope *scope, const uint32_t *rules, tms_time now)
{
	uint64_t digest = 0;

	for (size_t i = 0; i < TMS_COUNT(texts); i++) {
		struct tms_arena arena = { 0 };
		struct tms_selection got;
		assert_int_equal(
			tms_scope_select(scope, rules[i], now, SIZE_MAX, &arena, &got), TMS_OK);
		assert_int_equal(got.count, wanted[i]);
		for (size_t k = 0; k < got.count; k++)
			digest = tms_hash(
				(struct tms_hash_seed){ digest, got.list[k].item->version },
				got.list[k].item->merged.item.id);
		tms_arena_free(&arena);
	}
	return digest;
}

/* The index gives pages to a combination and takes them back, whichever scope that was for. */
static void what_one_scope_merges_or_lets_go_changes_nothing_for_another(void **state)
{
	const struct tms_query_options options = { .limits = { .scan_cost = 1000 } };
	uint32_t rules[TMS_COUNT(texts)];
	struct stand stand;
	(void)state;

	stand_init(&stand);
	stand_list(&stand, ARXIV, 0, MANY, "As arXiv says");
	stand_list(&stand, HF, 0, MANY, "As Hugging Face says");
	stand_list(&stand, BLOG, MANY / 4, MANY, "As a blog says");
	stand_follow(&stand);
	for (size_t i = 0; i < TMS_COUNT(texts); i++)
		assert_int_equal(tms_index_add_rule(tms_catalog_index(stand.catalog),
					 tms_str_from(texts[i]), &options, &rules[i], NULL),
			TMS_OK);
	struct tms_scope *two = stand_scope(&stand, IN(ARXIV) | IN(HF));
	struct tms_scope *three = stand_scope(&stand, IN(ARXIV) | IN(HF) | IN(BLOG));
	for (size_t round = 0; round < 6; round++) {
		if (round % 2 == 0) /* with many merged for the other one, or with few */
			(void)ask_all(two, rules, stand.now);
		uint64_t first = ask_all(three, rules, stand.now);
		if (round % 2 == 0)
			tms_scope_drop(two);
		else
			(void)ask_all(two, rules, stand.now);
		(void)tms_catalog_tidy(stand.catalog, SIZE_MAX);
		assert_true(ask_all(three, rules, stand.now) == first);
		tms_scope_drop(three);
		assert_true(ask_all(three, rules, stand.now) == first);
		if (round >= 2)
			tms_scope_drop(round % 3 ? two : three);
	}
	tms_scope_free(two);
	tms_scope_free(three);
	stand_fini(&stand);
}

/* ---- what is told ---- */

struct heard {
	const struct stand *stand;
	size_t fresh, changed, gone, merged;
};

static void a_scope_has_room_for_one_merged_item_more_each_time(void **state)
{
	struct stand stand;

	(void)state;
	stand_init(&stand);
	stand_list(&stand, ARXIV, 1, 13, "As arXiv says");
	stand_follow(&stand);
	struct tms_scope *both = stand_scope(&stand, IN(ARXIV) | IN(HF));
	for (unsigned merged = 1; merged < 13; merged++) {
		stand_list(&stand, HF, merged, merged + 1, "As Hugging Face says");
		stand_follow(&stand);
		assert_int_equal(count_of(both), 12);
		assert_int_equal(stand_stats(&stand).merged, merged);
		for (unsigned i = 1; i < 13; i++)
			assert_int_equal(sources_of(&stand, both, i), i <= merged ? 2 : 1);
	}
	tms_scope_free(both);
	stand_fini(&stand);
}

static void hear(void *context, const struct tms_catalog_change *change)
{
	struct heard *heard = context;

	assert_int_equal(change->source, heard->stand->sources[HF]);
	heard->fresh += !change->before;
	heard->gone += !change->after;
	heard->changed += change->before && change->after && !change->is_merged;
	heard->merged += change->is_merged;
	assert_ptr_equal(tms_index_at(tms_catalog_index(heard->stand->catalog), change->slot),
		change->after);
	assert_int_equal((change->after ? change->after : change->before)->merged.sources_count,
		change->is_merged ? 2 : 1);
}

static void each_change_of_a_source_is_told_once(void **state)
{
	struct stand stand;
	struct heard heard = { .stand = &stand };
	bool more = true;
	(void)state;

	list_some(&stand);
	struct tms_scope *both = stand_scope(&stand, IN(ARXIV) | IN(HF));
	assert_int_equal(count_of(both), 15); /* that items are merged for it is no news */
	stand_list(&stand, HF, 7, 8, "Another title");
	stand_list(&stand, HF, 14, 16, "Another title");
	stand_list(&stand, HF, 3, 4, "Arxiv has it too");
	stand_list(&stand, HF, 20, 22, "New");
	lose_record(stand.windows[HF], paper(8));
	while (more)
		assert_int_equal(
			tms_catalog_step(stand.catalog, stand.sources[HF], 1, hear, &heard, &more),
			TMS_OK);
	assert_int_equal(heard.fresh, 3);
	assert_int_equal(heard.changed, 3);
	assert_int_equal(heard.gone, 1);
	assert_int_equal(heard.merged, 1);
	tms_scope_free(both);
	stand_fini(&stand);
}

/* ---- what is known ---- */

static void learn(struct stand *stand, unsigned from, unsigned to)
{
	static struct tms_category category[] = { { .term = TMS_STR_INIT("cs.CL") } };

	stand->now += HOUR;
	for (unsigned i = from; i < to; i++) {
		struct tms_item item;
		tms_join_item(paper(i), TMS_ORIGIN_ARXIV_API, category, 1, &item);
		(void)apply_items(stand->known, &item, 1, stand->now);
	}
}

static size_t joined_of(const struct stand *stand, struct tms_scope *scope, unsigned number)
{
	return shown_of(stand, scope, number)->merged.joined_count;
}

/* arXiv's own word is in no item here: make_item gives none. */
static void what_becomes_known_of_a_paper_goes_to_all_its_items_and_no_others(void **state)
{
	struct stand stand;
	struct tms_window *other = make_window("other");
	(void)state;

	list_some(&stand);
	struct tms_scope *both = stand_scope(&stand, IN(HF) | IN(BLOG));
	struct tms_scope *hf = stand_scope(&stand, IN(HF));
	assert_int_equal(count_of(both), 10);
	uint64_t puts = stand_stats(&stand).puts, visits = stand_stats(&stand).visits;
	learn(&stand, 10, 11);
	learn(&stand, 14, 15);
	learn(&stand, 500, 600); /* of papers that nobody lists */
	stand_follow(&stand);
	/* paper 10 of arxiv, hf and the blog, and merged; paper 14 of hf */
	assert_int_equal(stand_stats(&stand).puts - puts, 4 + 1);
	assert_int_equal(stand_stats(&stand).visits, visits);
	assert_int_equal(joined_of(&stand, both, 10), 1);
	assert_int_equal(joined_of(&stand, hf, 10), 1);
	assert_int_equal(joined_of(&stand, both, 14), 1);
	assert_int_equal(joined_of(&stand, both, 12), 0);
	lose_record(stand.known, paper(10)); /* all items are looked at, and these made again */
	stand_follow(&stand);
	assert_int_equal(stand_stats(&stand).puts - puts, 2 * 4 + 1);
	assert_int_equal(joined_of(&stand, both, 10), 0);
	tms_catalog_join(stand.catalog, other);
	stand_follow(&stand);
	assert_int_equal(joined_of(&stand, hf, 14), 0);
	tms_catalog_join(stand.catalog, stand.known);
	stand_follow(&stand);
	assert_int_equal(joined_of(&stand, hf, 14), 1);
	tms_catalog_join(stand.catalog, NULL);
	stand_follow(&stand);
	assert_int_equal(joined_of(&stand, hf, 14), 0);
	tms_scope_free(both);
	tms_scope_free(hf);
	stand_fini(&stand);
	tms_window_free(other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_scope_shows_each_item_once_with_what_its_own_sources_said),
		cmocka_unit_test(which_numbers_windows_have_changes_nothing),
		cmocka_unit_test(an_item_of_one_source_is_made_once_for_views_too),
		cmocka_unit_test(an_item_that_one_of_two_sources_loses_is_the_others_alone),
		cmocka_unit_test(an_item_that_is_listed_again_is_shown_as_it_is_now),
		cmocka_unit_test(what_is_about_to_leave_is_shown_once),
		cmocka_unit_test(a_removed_source_takes_its_items_with_it),
		cmocka_unit_test(what_a_private_source_claims_does_nothing_to_scopes_without_it),
		cmocka_unit_test(what_one_scope_merges_or_lets_go_changes_nothing_for_another),
		cmocka_unit_test(a_scope_has_room_for_one_merged_item_more_each_time),
		cmocka_unit_test(each_change_of_a_source_is_told_once),
		cmocka_unit_test(what_becomes_known_of_a_paper_goes_to_all_its_items_and_no_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
