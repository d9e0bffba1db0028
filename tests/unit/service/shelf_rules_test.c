/* Rules of sets over one catalogue: who is told of what is new, places of rules, what they cost. */
#include "shelf_stand.h"

static void all_rules_are_asked_of_what_is_new(void **state)
{
	struct stand *stand = *state;
	struct follower_ask_counts *counts = &stand->shelves.counts;

	list(stand, 1, 0, 10, T0);
	struct tms_shelf *shelf = shelves_get(&stand->shelves, &stand->list[1], 1);
	(void)rule(shelf, "vision");
	(void)rule(shelf, "agents");
	(void)rule(shelf, "nothing");
	(void)rule(shelf, "upvotes>=5");
	run(stand);
	assert_int_equal(counts->batches, 0); /* at the start nothing is news */

	list(stand, 1, 12, 1, T0 + 10); /* on vision */
	run(stand);
	assert_int_equal(counts->batches, 1);
	assert_int_equal(counts->told, 1);
	assert_int_equal(counts->gained, 1);

	stand->papers[1].numbers[TMS_NUMBER_UPVOTES] = 5; /* on agents, known before */
	list(stand, 1, 1, 1, T0 + 20);
	run(stand);
	assert_int_equal(counts->batches, 2);
	assert_int_equal(counts->told, 3);
	assert_int_equal(counts->gained, 1);

	list(stand, 1, 20, 129, T0 + 30); /* more than two batches take */
	run(stand);
	assert_int_equal(counts->batches, 5);
	/* the last of them has one item, on agents: 148 */
	assert_int_equal(counts->gained, 1 + 2 + 2 + 1);
	shelves_release(&stand->shelves, shelf);
}

/* A batch looks at all of its items in one go: of long contents it takes fewer. */
static void a_batch_has_as_many_words_as_papers_would_have(void **state)
{
	struct stand *stand = *state;
	struct follower_ask_counts *counts = &stand->shelves.counts;
	struct tms_buf html = { 0 };

	for (size_t i = 0; i < 8000; i++)
		tms_buf_add_cstr(&html, "word ");
	list(stand, 1, 0, 10, T0);
	struct tms_shelf *shelf = shelves_get(&stand->shelves, &stand->list[1], 1);
	(void)rule(shelf, "vision OR agents");
	run(stand);
	for (size_t i = 20; i < 30; i++)
		stand->papers[i].content_html = tms_buf_str(&html);
	list(stand, 1, 20, 10, T0 + 10);
	run(stand);
	assert_int_equal(counts->batches, 3); /* four of 16 papers' words each, four, two */
	assert_int_equal(counts->gained, 3);
	shelves_release(&stand->shelves, shelf);
	tms_buf_free(&html);
}

static void other_rules(struct tms_shelf *shelf, size_t count)
{
	char text[32];

	for (size_t i = 0; i < count; i++) {
		(void)snprintf(text, sizeof(text), "other%zu", i);
		(void)rule(shelf, text);
	}
}

static uint64_t rules_visited(const struct stand *stand)
{
	struct tms_index_stats stats;

	tms_index_stats(tms_catalog_index(stand->shelves.catalog), &stats);
	return stats.rules_visited;
}

/* Whether all rules are asked, or, where they are few of many, lists. */
static void only_rules_of_sets_that_take_the_source_are_told(void **state)
{
	static const size_t others[] = { 0, 200 };
	struct stand *stand = *state;
	struct follower_ask_counts *counts = &stand->shelves.counts;

	list(stand, 0, 0, 10, T0);
	list(stand, 1, 10, 10, T0);
	struct tms_shelf *blog = fill(stand, &stand->list[0], 1);
	struct tms_shelf *daily = fill(stand, &stand->list[1], 1);
	struct tms_shelf *both = fill(stand, stand->list, 2);
	(void)rule(blog, "vision");
	(void)rule(blog, "agents");
	(void)rule(daily, "paper");
	(void)rule(daily, "vision");
	(void)rule(both, "vision"); /* one rule, however many feeds have it */
	for (size_t i = 0; i < TMS_COUNT(others); i++) {
		other_rules(daily, others[i]);
		const struct follower_ask_counts before = *counts;
		uint64_t visited = rules_visited(stand);
		list(stand, 0, 21 + 3 * i, 1, T0 + 10); /* on vision */
		run(stand);
		assert_int_equal(counts->batches, before.batches + 1);
		assert_int_equal(counts->told, before.told + 1);
		assert_int_equal(counts->gained, before.gained + 1);
		if (others[i] > 0) /* one for each feed that takes the source */
			assert_int_equal(rules_visited(stand), visited + 3);
	}
	shelves_release(&stand->shelves, both);
	shelves_release(&stand->shelves, daily);
	shelves_release(&stand->shelves, blog);
}

static void an_item_that_several_sources_list_is_news_to_a_set_once(void **state)
{
	static const size_t others[] = { 0, 200 };
	struct stand *stand = *state;
	struct follower_ask_counts *counts = &stand->shelves.counts;
	struct tms_source *third = sources_have(&stand->sources, TMS_STR("third"));

	assert_non_null(third);
	list(stand, 0, 0, 10, T0);
	list(stand, 1, 10, 10, T0);
	struct tms_shelf *blog = fill(stand, &stand->list[0], 1);
	struct tms_shelf *daily = fill(stand, &stand->list[1], 1);
	struct tms_shelf *both = fill(stand, stand->list, 2);
	struct tms_shelf *other = fill(stand, &third, 1);
	(void)rule(blog, "vision -a1");
	(void)rule(daily, "vision -a2");
	(void)rule(both, "vision -a3");
	for (size_t i = 0; i < TMS_COUNT(others); i++) {
		const size_t paper = 21 + 3 * i; /* on vision */
		other_rules(other, others[i]);
		struct follower_ask_counts before = *counts;
		list(stand, 1, paper, 1, T0 + 10);
		run(stand);
		assert_int_equal(counts->told, before.told + 2);
		assert_int_equal(counts->gained, before.gained + 2);
		list(stand, 0, paper, 1, T0 + 20);
		run(stand);
		assert_int_equal(counts->told, before.told + 3); /* blog's alone */
		assert_int_equal(counts->gained, before.gained + 3);
		/* that both list it at the same moment makes no difference */
		before = *counts;
		list(stand, 0, paper + 30, 1, T0 + 30);
		list(stand, 1, paper + 30, 1, T0 + 30);
		run(stand);
		assert_int_equal(counts->told, before.told + 3);
		assert_int_equal(counts->gained, before.gained + 3);
	}
	shelves_release(&stand->shelves, other);
	shelves_release(&stand->shelves, both);
	shelves_release(&stand->shelves, daily);
	shelves_release(&stand->shelves, blog);
}

static void a_regular_expression_over_one_source_takes_no_place_over_another(void **state)
{
	static const struct tms_str scan = TMS_STR_INIT("/[a-z]{9}/"),
				    other = TMS_STR_INIT("/[a-z]{8}/");
	struct stand *stand = *state;
	const struct scan_costs *costs = &stand->shelves.scans;
	uint32_t first, again, shared, place = 77;
	struct tms_diag diag = { 0 };

	struct tms_shelf *blog = shelves_get(&stand->shelves, &stand->list[0], 1);
	struct tms_shelf *daily = shelves_get(&stand->shelves, &stand->list[1], 1);
	struct tms_shelf *both = shelves_get(&stand->shelves, stand->list, 2);
	assert_int_equal(shelf_rules_add(blog, scan, NULL, SIZE_MAX, &first, &diag), TMS_OK);
	size_t cost = scan_costs_of(costs, stand->list[0]->number);
	assert_true(cost > 0);
	assert_int_equal(scan_costs_of(costs, stand->list[1]->number), 0);
	/* one that is there costs nothing more; another one is refused, but not over other sources */
	assert_int_equal(shelf_rules_add(blog, scan, NULL, cost, &again, &diag), TMS_OK);
	assert_int_equal(shelf_rules_add(blog, other, NULL, cost, &place, &diag), TMS_ELIMIT);
	assert_non_null(strstr(diag.text, "there is no place for /[a-z]{8}/"));
	assert_non_null(strstr(diag.text, "(limits.scan_cost)"));
	assert_non_null(strstr(diag.text, "over the source blog would cost"));
	assert_int_equal(place, 77);
	assert_int_equal(shelf_rules_add(daily, other, NULL, cost, &place, &diag), TMS_OK);
	/* a set of both is over each of them: refused for what blog has, and nothing is left of it */
	struct tms_index_stats before, after;
	tms_index_stats(tms_catalog_index(stand->shelves.catalog), &before);
	diag = (struct tms_diag){ 0 };
	assert_int_equal(shelf_rules_add(both, other, NULL, cost, &shared, &diag), TMS_ELIMIT);
	assert_non_null(strstr(diag.text, "over the source blog would cost"));
	assert_int_equal(shelf_rules_add(both, TMS_STR("/[a-z]{8}/ OR /[a-z]{7}/"), NULL, cost,
				 &shared, &diag),
		TMS_ELIMIT);
	tms_index_stats(tms_catalog_index(stand->shelves.catalog), &after);
	assert_int_equal(before.rule_references, after.rule_references);
	assert_int_equal(scan_costs_of(costs, stand->list[0]->number), cost);
	assert_int_equal(shelf_rules_add(both, scan, NULL, 2 * cost, &shared, &diag), TMS_OK);
	assert_true(scan_costs_of(costs, stand->list[1]->number) > cost);
	shelf_rules_remove(both, shared);
	shelf_rules_remove(daily, place);
	shelf_rules_remove(blog, first);
	assert_int_equal(scan_costs_of(costs, stand->list[0]->number), cost);
	shelf_rules_remove(blog, again);
	assert_int_equal(scan_costs_of(costs, stand->list[0]->number), 0);
	assert_int_equal(scan_costs_of(costs, stand->list[1]->number), 0);
	assert_int_equal(costs->pool.count, 0);
}

static void a_rule_keeps_its_place_and_a_free_place_is_used_again(void **state)
{
	enum { RULES = 100 };
	struct stand *stand = *state;
	struct tms_shelf *shelf = shelves_get(&stand->shelves, stand->list, 1);
	uint32_t places[RULES], numbers[RULES];
	char text[48];

	for (int pass = 0; pass < 3; pass++)
		for (size_t i = 0; i < RULES; i++) {
			if (pass > 0 && i % 3 != (size_t)pass)
				continue;
			if (pass > 0)
				shelf_rules_remove(shelf, places[i]);
			(void)snprintf(text, sizeof(text), "w%d%zu", pass, i);
			assert_int_equal(shelf_rules_add(shelf, tms_str_from(text), NULL, SIZE_MAX,
						 &places[i], NULL),
				TMS_OK);
			numbers[i] = shelf_rule(shelf, places[i]);
		}
	assert_int_equal(shelf->rules.count, RULES);
	for (size_t i = 0; i < RULES; i++)
		assert_int_equal(shelf_rule(shelf, places[i]), numbers[i]);
	for (size_t i = 0; i < RULES; i++)
		shelf_rules_remove(shelf, places[(i * 37) % RULES]);
	shelf_rules_remove(shelf, TMS_INDEX_NONE);
	for (uint32_t place = 0; place < shelf->rules.count; place++)
		assert_int_equal(shelf_rules_at(&shelf->rules, place), TMS_INDEX_NONE);
	assert_int_equal(shelf_rule(shelf, TMS_INDEX_NONE), TMS_INDEX_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			all_rules_are_asked_of_what_is_new, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_batch_has_as_many_words_as_papers_would_have, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			only_rules_of_sets_that_take_the_source_are_told, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			an_item_that_several_sources_list_is_news_to_a_set_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_regular_expression_over_one_source_takes_no_place_over_another, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(
			a_rule_keeps_its_place_and_a_free_place_is_used_again, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
