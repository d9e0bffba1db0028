/* Lists of rules asked of a batch: what they are told is what all rules are told. */
#include "batches.h"

#include "shipped/shipped.h"

#define LIST_MAX 700

/* What a list told, in order, and how often of each rule. */
struct heard {
	uint32_t rules[LIST_MAX];
	uint64_t items[LIST_MAX];
	size_t count;
};

static void hear(void *context, uint32_t rule, uint64_t items)
{
	struct heard *heard = context;

	assert_in_range(heard->count, 0, LIST_MAX - 1);
	assert_int_not_equal(items, 0);
	heard->rules[heard->count] = rule;
	heard->items[heard->count++] = items;
}

/* Each rule of two, from the last to the first, and every seventh rule once more. */
static size_t make_list(size_t rules, uint32_t *list)
{
	size_t count = 0;

	for (size_t i = rules; i-- > 0;) {
		if (i % 2 == 0)
			list[count++] = (uint32_t)i;
		if (i % 7 == 0)
			list[count++] = (uint32_t)i;
	}
	assert_in_range(count, 50, LIST_MAX);
	return count;
}

static struct told ask_all(struct world *w, size_t items)
{
	struct told told = { 0 };
	struct tms_batch *batch = new_batch(w, items);

	assert_false(tms_batch_step(batch, TMS_BATCH_ALL, tell, &told));
	tms_batch_free(batch);
	assert_int_not_equal(told.count, 0);
	return told;
}

/* The list's rules that keep an item, in its order, as often as they stand in it. */
static void check_heard(
	const struct heard *heard, const uint32_t *list, size_t count, const struct told *all)
{
	size_t at = 0;

	for (size_t i = 0; i < count; i++) {
		if (all->items[list[i]] == 0)
			continue;
		assert_true(at < heard->count);
		assert_int_equal(heard->rules[at], list[i]);
		assert_true(heard->items[at] == all->items[list[i]]);
		at++;
	}
	assert_int_equal(at, heard->count);
}

static void a_list_is_told_in_its_order_what_all_rules_are_told(void **state)
{
	static const size_t counts[] = { 1, 7, TMS_BATCH_ITEMS_MAX };
	struct world w = make_world();
	uint32_t list[LIST_MAX];
	(void)state;

	list_some(&w, TMS_BATCH_ITEMS_MAX);
	(void)add_some(&w);
	size_t count = make_list(rules_count(w.index), list);
	for (size_t i = 0; i < TMS_COUNT(counts); i++) {
		struct told all = ask_all(&w, counts[i]);
		struct heard heard = { .count = 0 };
		size_t work = TMS_BATCH_ALL;
		struct tms_batch *batch = new_batch(&w, counts[i]);
		uint64_t before = stats_of(&w).rules_visited;
		assert_int_equal(tms_batch_ask(batch, list, count, &work, hear, &heard), count);
		assert_true(work == TMS_BATCH_ALL);
		assert_int_equal(stats_of(&w).rules_visited - before, count);
		tms_batch_free(batch);
		check_heard(&heard, list, count, &all);
	}
	free_world(&w);
}

static void a_list_says_the_same_however_often_it_stops(void **state)
{
	static const size_t works[] = { 1, 2, 3, 10, 1000 };
	struct world w = make_world();
	uint32_t list[LIST_MAX];
	(void)state;

	list_some(&w, 20);
	(void)add_some(&w);
	size_t count = make_list(rules_count(w.index), list);
	struct told all = ask_all(&w, 20);
	for (size_t i = 0; i < TMS_COUNT(works); i++) {
		struct heard heard = { .count = 0 };
		struct tms_batch *batch = new_batch(&w, 20);
		uint64_t before = stats_of(&w).rules_visited;
		size_t asked = 0, steps = 0;
		for (; asked < count && steps < 100000; steps++) {
			size_t work = works[i];
			asked += tms_batch_ask(
				batch, list + asked, count - asked, &work, hear, &heard);
			assert_true(asked == count || work == 0);
		}
		assert_int_equal(stats_of(&w).rules_visited - before, count);
		tms_batch_free(batch);
		check_heard(&heard, list, count, &all);
		assert_true(works[i] > 1 || steps > 10);
	}
	free_world(&w);
}

/* Lists of one rule each take what one list of them takes. */
static void many_short_lists_take_the_work_of_a_long_one(void **state)
{
	struct world w = make_world();
	uint32_t list[LIST_MAX];
	size_t whole = 100000, pieces = 100000, nothing = 0, asked = 0;
	struct heard heard = { .count = 0 };
	(void)state;

	list_some(&w, 20);
	(void)add_some(&w);
	size_t count = make_list(rules_count(w.index), list);
	struct told all = ask_all(&w, 20);
	struct tms_batch *batch = new_batch(&w, 20);
	assert_int_equal(tms_batch_ask(batch, list, count, &whole, hear, &heard), count);
	tms_batch_free(batch);
	assert_in_range(100000 - whole, 10, 10000);
	heard.count = 0;
	batch = new_batch(&w, 20);
	for (; asked < count; asked++)
		assert_int_equal(tms_batch_ask(batch, list + asked, 1, &pieces, hear, &heard), 1);
	assert_int_equal(tms_batch_ask(batch, list, count, &nothing, hear, &heard), 0);
	tms_batch_free(batch);
	check_heard(&heard, list, count, &all);
	assert_int_equal(pieces, whole);
	free_world(&w);
}

/* Whatever of the one is known when the other is asked. */
static void lists_may_be_asked_while_all_rules_are(void **state)
{
	static const size_t works[] = { 1, 2, 5, 20, 100, TMS_BATCH_ALL };
	struct world w = make_world();
	uint32_t list[LIST_MAX];
	(void)state;

	list_some(&w, 20);
	(void)add_some(&w);
	size_t count = make_list(rules_count(w.index), list);
	struct told all = ask_all(&w, 20);
	for (size_t i = 0; i < TMS_COUNT(works); i++) {
		struct heard heard = { .count = 0 };
		struct told told = { 0 };
		struct tms_batch *batch = new_batch(&w, 20);
		bool more = true;
		for (size_t asked = 0; more || asked < count;) {
			size_t work = i % 2 ? 1 : works[i];
			more = more && tms_batch_step(batch, works[i], tell, &told);
			asked += tms_batch_ask(
				batch, list + asked, count - asked, &work, hear, &heard);
		}
		tms_batch_free(batch);
		check_heard(&heard, list, count, &all);
		assert_int_equal(told.twice, 0);
		assert_memory_equal(told.items, all.items, sizeof(all.items));
	}
	free_world(&w);
}

/* A list is what its owner has of rules when it is asked. */
static void rules_may_come_and_go_while_a_list_is_under_way(void **state)
{
	struct world w = make_world();
	uint32_t list[LIST_MAX];
	bool was_gone[LIST_MAX] = { false };
	struct told told = { 0 };
	char text[64];
	size_t asked = 0, step = 0;
	(void)state;

	list_some(&w, 20);
	(void)add_some(&w);
	size_t count = rules_count(w.index), rules = count, back = count;
	for (size_t i = 0; i < count; i++)
		list[i] = (uint32_t)i;
	struct told all = ask_all(&w, 20);
	struct tms_batch *batch = new_batch(&w, 20);
	for (; asked < count; step++) {
		size_t work = 1;
		asked += tms_batch_ask(batch, list + asked, count - asked, &work, tell, &told);
		if (back <= asked + 1)
			continue;
		was_gone[list[--back]] = true; /* its number is used again at once */
		tms_index_remove_rule(w.index, list[back]);
		(void)snprintf(text, sizeof(text), "-new%zu", step);
		list[back] = add_rule(&w, text);
		if (step % 3 == 0)
			list[back] = list[--count];
	}
	tms_batch_free(batch);
	assert_true(step > 15);
	assert_int_equal(told.twice, 0);
	for (uint32_t rule = 0; rule < RULES_MAX; rule++) {
		uint64_t wanted = rule < rules && !was_gone[rule] ? all.items[rule] : 0;
		assert_true(told.items[rule] == wanted);
	}
	free_world(&w);
}

#define TOPICS 40

static void add_topics(struct world *w, struct tms_shipped *shipped, uint32_t rules[TOPICS])
{
	char text[64];

	assert_int_equal(tms_shipped_open(shipped, NULL), TMS_OK);
	const struct tms_query_options options = { .topics = &shipped->topics };
	for (size_t i = 0; i < TOPICS; i++) {
		(void)snprintf(text, sizeof(text), "about:\"robot policy %zu\"@0.01", i);
		assert_int_equal(
			tms_index_add_rule(w->index, tms_str_from(text), &options, &rules[i], NULL),
			TMS_OK);
	}
}

/* Masks of leaves, and scores of subjects, are worked out for the list's rules alone. */
static void a_list_looks_at_what_its_rules_ask_and_at_nothing_else(void **state)
{
	struct world w = make_world();
	struct tms_shipped shipped = { 0 };
	uint32_t rules[TOPICS], looks;
	struct heard heard = { .count = 0 };
	size_t work = TMS_BATCH_ALL;
	(void)state;

	list_some(&w, TMS_BATCH_ITEMS_MAX);
	add_topics(&w, &shipped, rules);
	looks = add_rule(&w, "/a.{5}/");
	struct tms_batch *batch = new_batch(&w, TMS_BATCH_ITEMS_MAX);
	assert_int_equal(tms_batch_ask(batch, rules, 2, &work, hear, &heard), 2);
	assert_int_equal(stats_of(&w).topics_compiled, 2);
	assert_int_equal(stats_of(&w).items_verified, 2 * TMS_BATCH_ITEMS_MAX);
	assert_int_equal(heard.count, 2);
	assert_int_equal(tms_batch_ask(batch, rules, 2, &work, hear, &heard), 2);
	assert_int_equal(stats_of(&w).topics_compiled, 2); /* masks are kept */
	assert_int_equal(tms_batch_ask(batch, &looks, 1, &work, hear, &heard), 1);
	assert_int_equal(stats_of(&w).items_verified, 3 * TMS_BATCH_ITEMS_MAX);
	tms_batch_free(batch);
	free_world(&w);
	tms_shipped_close(&shipped);
}

/* A topic takes a millisecond or two to compile: one a step, and each once. */
static void topics_are_compiled_once_and_one_a_step(void **state)
{
	struct world w = make_world();
	struct tms_shipped shipped = { 0 };
	uint32_t rules[TOPICS];
	struct told told = { 0 };
	(void)state;

	list_some(&w, TMS_BATCH_ITEMS_MAX);
	add_topics(&w, &shipped, rules);
	for (int times = 0; times < 3; times++) {
		struct heard heard = { .count = 0 };
		struct tms_batch *batch = new_batch(&w, TMS_BATCH_ITEMS_MAX);
		for (size_t asked = 0, work = 500; asked < TOPICS / 2; work = 500) {
			uint64_t before = stats_of(&w).topics_compiled;
			asked += tms_batch_ask(
				batch, rules + asked, TOPICS / 2 - asked, &work, hear, &heard);
			assert_true(stats_of(&w).topics_compiled - before <= 1);
		}
		assert_int_equal(stats_of(&w).topics_compiled, TOPICS / 2);
		for (bool more = times == 2; more;) {
			uint64_t before = stats_of(&w).topics_compiled;
			more = tms_batch_step(batch, 500, tell, &told);
			assert_true(stats_of(&w).topics_compiled - before <= 1);
		}
		tms_batch_free(batch);
		assert_int_equal(heard.count, TOPICS / 2);
		if (times == 2)
			check_heard(&heard, rules, TOPICS / 2, &told);
	}
	assert_int_equal(stats_of(&w).topics_compiled, TOPICS);
	assert_int_equal(told.count, TOPICS);
	free_world(&w);
	tms_shipped_close(&shipped);
}

/* Those that batches know are scored together; another one is asked behind them. */
static void a_topic_that_no_batch_knows_is_told_of_beside_those_that_one_does(void **state)
{
	struct world w = make_world();
	struct tms_shipped shipped = { 0 };
	uint32_t rules[TOPICS];
	struct told told = { 0 };
	(void)state;

	list_some(&w, TMS_BATCH_ITEMS_MAX);
	add_topics(&w, &shipped, rules);
	for (size_t known = 0; known < TOPICS; known++) {
		struct heard heard = { .count = 0 };
		size_t work = TMS_BATCH_ALL;
		struct tms_batch *batch = new_batch(&w, TMS_BATCH_ITEMS_MAX);
		assert_int_equal(
			tms_batch_ask(batch, rules, known + 1, &work, hear, &heard), known + 1);
		assert_int_equal(heard.count, known + 1);
		if (known == TOPICS / 2) {
			assert_false(tms_batch_step(batch, TMS_BATCH_ALL, tell, &told));
			check_heard(&heard, rules, known + 1, &told);
		}
		tms_batch_free(batch);
	}
	assert_int_equal(told.count, TOPICS);
	free_world(&w);
	tms_shipped_close(&shipped);
}

static void short_lists_are_preferred_to_all_rules_and_long_ones_are_not(void **state)
{
	struct world w = make_world();
	(void)state;

	assert_false(tms_batch_prefers_list(w.index, 0));
	(void)add_some(&w);
	size_t count = rules_count(w.index);
	assert_true(tms_batch_prefers_list(w.index, 1));
	assert_true(tms_batch_prefers_list(w.index, count / 20));
	assert_false(tms_batch_prefers_list(w.index, count / 5));
	assert_false(tms_batch_prefers_list(w.index, count));
	free_world(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_list_is_told_in_its_order_what_all_rules_are_told),
		cmocka_unit_test(a_list_says_the_same_however_often_it_stops),
		cmocka_unit_test(many_short_lists_take_the_work_of_a_long_one),
		cmocka_unit_test(lists_may_be_asked_while_all_rules_are),
		cmocka_unit_test(rules_may_come_and_go_while_a_list_is_under_way),
		cmocka_unit_test(a_list_looks_at_what_its_rules_ask_and_at_nothing_else),
		cmocka_unit_test(topics_are_compiled_once_and_one_a_step),
		cmocka_unit_test(a_topic_that_no_batch_knows_is_told_of_beside_those_that_one_does),
		cmocka_unit_test(short_lists_are_preferred_to_all_rules_and_long_ones_are_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
