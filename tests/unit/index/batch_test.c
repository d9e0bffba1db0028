#include "batches.h"

/* What the query language says of a rule and the first items. */
static uint64_t mask_of(struct world *w, uint32_t rule, size_t count)
{
	struct tms_query *query = NULL;
	uint64_t mask = 0;

	assert_int_equal(
		tms_query_parse(tms_index_rule_text(w->index, rule), NULL, &query, NULL), TMS_OK);
	for (size_t i = 0; i < count; i++) {
		struct tms_arena arena = { 0 };
		struct tms_doc doc;
		const struct tms_merged *item = &tms_view_at(w->view, i)->merged;
		assert_int_equal(tms_doc_make(&arena, item, &doc), TMS_OK);
		if (tms_query_matches(query, item, &doc, NOON + DAY))
			mask |= UINT64_C(1) << i;
		tms_arena_free(&arena);
	}
	tms_query_free(query);
	return mask;
}

static void a_batch_says_what_the_query_language_says(void **state)
{
	static const size_t counts[] = { 1, 7, TMS_BATCH_ITEMS_MAX };
	struct world w = make_world();
	(void)state;

	list_some(&w, TMS_BATCH_ITEMS_MAX);
	(void)add_some(&w);
	for (size_t i = 0; i < TMS_COUNT(counts); i++) {
		struct told told = { 0 };
		struct tms_batch *batch = new_batch(&w, counts[i]);
		assert_false(tms_batch_step(batch, TMS_BATCH_ALL, tell, &told));
		tms_batch_free(batch);
		assert_int_equal(told.twice, 0);
		assert_int_not_equal(told.count, 0);
		for (uint32_t rule = 0; rule < rules_count(w.index); rule++)
			assert_int_equal(told.items[rule], mask_of(&w, rule, counts[i]));
	}
	free_world(&w);
}

static void a_batch_tells_each_rule_once_however_often_it_stops(void **state)
{
	static const size_t works[] = { 1, 2, 3, 10, 1000 };
	struct world w = make_world();
	struct told whole = { 0 };
	(void)state;

	list_some(&w, 20);
	(void)add_some(&w);
	struct tms_batch *batch = new_batch(&w, 20);
	assert_false(tms_batch_step(batch, TMS_BATCH_ALL, tell, &whole));
	tms_batch_free(batch);
	for (size_t i = 0; i < TMS_COUNT(works); i++) {
		struct told told = { 0 };
		size_t steps = 0;
		batch = new_batch(&w, 20);
		while (tms_batch_step(batch, works[i], tell, &told))
			steps++;
		tms_batch_free(batch);
		assert_int_equal(told.twice, 0);
		assert_memory_equal(told.items, whole.items, sizeof(whole.items));
		assert_true(works[i] > 1 || steps > 10);
	}
	free_world(&w);
}

static void rules_may_come_and_go_while_a_batch_is_under_way(void **state)
{
	struct world w = make_world();
	struct told told = { 0 };
	bool was_there[RULES_MAX] = { false };
	uint64_t wanted[RULES_MAX];
	char text[64];
	size_t step = 0;
	(void)state;

	list_some(&w, 20);
	(void)add_some(&w);
	size_t count = rules_count(w.index);
	if (count == 0) {
		fail();
		return;
	}
	for (uint32_t rule = 0; rule < count; rule++)
		wanted[rule] = mask_of(&w, rule, 20);
	struct tms_batch *batch = new_batch(&w, 20);
	for (; tms_batch_step(batch, 1, tell, &told); step++) {
		uint32_t gone = (uint32_t)(step * 5 % count);
		if (was_there[gone])
			continue;
		was_there[gone] = true; /* it goes now; its number is used again at once */
		tms_index_remove_rule(w.index, gone);
		(void)snprintf(text, sizeof(text), "-new%zu", step);
		(void)add_rule(&w, text);
	}
	tms_batch_free(batch);
	assert_true(step > 15);
	assert_int_equal(told.twice, 0);
	for (uint32_t rule = 0; rule < count; rule++)
		if (!was_there[rule])
			assert_int_equal(told.items[rule], wanted[rule]);
	for (uint32_t rule = 0; rule < RULES_MAX; rule++)
		if (told.items[rule] != 0 && (rule >= count || told.items[rule] != wanted[rule]))
			fail_msg("rule %u was told of wrongly", rule);
	free_world(&w);
}

static void a_batch_over_no_rules_is_done_at_once(void **state)
{
	struct world w = make_world();
	struct told told = { 0 };
	(void)state;

	list_some(&w, 3);
	struct tms_batch *batch = new_batch(&w, 3);
	assert_false(tms_batch_step(batch, TMS_BATCH_ALL, tell, &told));
	assert_int_equal(told.count, 0);
	tms_batch_free(batch);
	tms_batch_free(NULL);
	free_world(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_batch_says_what_the_query_language_says),
		cmocka_unit_test(a_batch_tells_each_rule_once_however_often_it_stops),
		cmocka_unit_test(rules_may_come_and_go_while_a_batch_is_under_way),
		cmocka_unit_test(a_batch_over_no_rules_is_done_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
