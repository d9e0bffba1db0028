/* Source sets by themselves: numbers, and which sets a source visits. */
#include <stdlib.h>

#include "../test.h"
#include "service/source_set.h"

#define SETS 10000
#define SOURCES 2000
#define EACH 20

/* Numbers that are the same in every run. */
static uint32_t next_random(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

static int by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

/* So many of the first `below` sources, ascending, each once. */
static void draw(uint32_t *random, uint32_t below, uint32_t *sources, size_t count)
{
	for (size_t i = 0; i < count;) {
		size_t same = 0;
		sources[i] = next_random(random) % below;
		while (sources[same] != sources[i])
			same++;
		i += same == i;
	}
	qsort(sources, count, sizeof(*sources), by_number);
}

static struct source_set *get(struct source_sets *sets, const uint32_t *sources, size_t count)
{
	struct source_set *set = NULL;

	assert_int_equal(source_set_get(sets, sources, count, &set), TMS_OK);
	assert_non_null(set);
	assert_ptr_equal(source_sets_at(sets, set->number), set);
	return set;
}

static bool takes(const struct source_set *set, uint32_t source)
{
	return bsearch(&source, set->sources, set->count, sizeof(source), by_number) != NULL;
}

/* How many sets the source visits, each of which takes it. */
static size_t visit(struct source_sets *sets, uint32_t source)
{
	const struct source_set *set = NULL;
	size_t at = 0, count = 0;

	for (; (set = source_sets_taking(sets, source, &at)); count++) {
		assert_true(set->users > 0);
		assert_true(takes(set, source));
	}
	return count;
}

static struct source_set **get_many(struct source_sets *sets)
{
	struct source_set **list = calloc(SETS, sizeof(struct source_set *));
	uint32_t random = 1, sources[EACH];

	assert_non_null(list);
	source_sets_init(sets);
	for (size_t i = 0; i < SETS; i++) {
		draw(&random, SOURCES, sources, EACH);
		list[i] = get(sets, sources, EACH);
	}
	assert_int_equal(sets->by_sources.count, SETS);
	return list;
}

static void equal_sets_are_one(void **state)
{
	static const uint32_t some[] = { 3, 7, 40 };
	struct source_sets sets;

	(void)state;
	source_sets_init(&sets);
	struct source_set *set = get(&sets, some, 3);
	struct source_set *less = get(&sets, some, 2);
	struct source_set *none = get(&sets, some, 0);
	assert_ptr_not_equal(less, set);
	assert_ptr_equal(get(&sets, some, 3), set);
	assert_ptr_equal(get(&sets, NULL, 0), none);
	assert_int_equal(set->users, 2);
	assert_int_equal(sets.by_sources.count, 3);
	assert_int_equal(visit(&sets, 7), 2);
	assert_int_equal(visit(&sets, 40), 1);
	assert_int_equal(visit(&sets, 8), 0);
	assert_int_equal(visit(&sets, 1000000), 0);
	source_set_release(&sets, set);
	assert_int_equal(visit(&sets, 40), 1); /* there is a user yet */
	source_set_release(&sets, set);
	assert_int_equal(visit(&sets, 40), 0);
	source_sets_fini(&sets);
	source_sets_fini(&(struct source_sets){ 0 });
}

static void of_ten_thousand_sets_a_source_visits_those_that_take_it(void **state)
{
	struct source_sets sets;
	struct source_set **list = get_many(&sets);
	size_t in_all = 0;

	(void)state;
	for (uint32_t source = 0; source < SOURCES; source += 37) {
		uint64_t looked = sets.looked;
		size_t taking = 0;
		for (size_t i = 0; i < SETS; i++)
			taking += takes(list[i], source);
		assert_int_equal(visit(&sets, source), taking);
		assert_int_equal(sets.looked - looked, taking);
		in_all += taking;
	}
	assert_true(in_all > SOURCES / 37 * (SETS * EACH / SOURCES) / 2);
	source_sets_fini(&sets);
	free(list);
}

static void beside_ten_thousand_sets_one_costs_its_own_size(void **state)
{
	struct source_sets sets;
	struct source_set **list = get_many(&sets);
	uint32_t random = 77, sources[EACH];

	(void)state;
	for (size_t i = 0; i < 100; i++) {
		uint64_t looked = sets.looked;
		draw(&random, SOURCES, sources, EACH);
		struct source_set *set = get(&sets, sources, EACH);
		assert_true(sets.looked - looked <= 1); /* one of the same hash */
		assert_ptr_equal(get(&sets, sources, EACH), set);
		assert_true(sets.looked - looked <= 3);
		source_set_release(&sets, set);
		looked = sets.looked;
		source_set_release(&sets, set);
		assert_true(sets.looked - looked <= EACH * 4);
	}
	/* also when all go */
	uint64_t looked = sets.looked;
	for (size_t i = 0; i < SETS; i++)
		source_set_release(&sets, list[i]);
	assert_true(sets.looked - looked <= SETS * EACH * 4);
	source_sets_fini(&sets);
	free(list);
}

/* Sets come and go at random, those that some source visits often and such that none does; a list
 * beside them says which there are. */
static void a_number_is_used_again_when_no_list_knows_it(void **state)
{
	enum { LIVE = 300, STEPS = 20000, FEW = 12 };
	struct source_sets sets;
	struct source_set *live[LIVE] = { NULL };
	uint32_t random = 5, sources[FEW];
	size_t count = 0, most = 0;

	(void)state;
	source_sets_init(&sets);
	for (size_t step = 0; step < STEPS; step++) {
		size_t at = next_random(&random) % LIVE;
		if (live[at]) {
			source_set_release(&sets, live[at]);
			live[at] = NULL;
			count--;
		} else {
			draw(&random, 4 * FEW, sources, FEW);
			live[at] = get(&sets, sources, FEW);
			assert_int_equal(live[at]->users, 1);
			for (size_t i = 0; i < LIVE; i++)
				assert_true(
					i == at || !live[i] || live[i]->number != live[at]->number);
			count++;
		}
		if (step % 50 == 0) {
			uint32_t source = next_random(&random) % (2 * FEW); /* the others never */
			size_t taking = 0;
			for (size_t i = 0; i < LIVE; i++)
				taking += live[i] && takes(live[i], source);
			assert_int_equal(visit(&sets, source), taking);
		}
		most = count > most ? count : most;
		assert_int_equal(sets.by_sources.count, count);
	}
	assert_true(sets.records.used < 2 * most); /* of 10,000 that there were */
	for (size_t i = 0; i < LIVE; i++)
		if (live[i])
			source_set_release(&sets, live[i]);
	assert_int_equal(sets.records.count, 0);
	for (size_t i = 0; i < sets.takers_count; i++)
		assert_null(sets.takers[i].sets);
	source_sets_fini(&sets);
}

/* Whoever is there from the beginning to the end is told, once, whatever comes and goes meanwhile. */
static void each_set_is_told_once_while_others_come_and_go(void **state)
{
	enum { LIVE = 300, ROUNDS = 30, FEW = 12 };
	struct source_sets sets;
	struct source_set *live[LIVE];
	bool is_old[LIVE];
	size_t told[LIVE];
	uint32_t random = 9, sources[FEW];

	(void)state;
	source_sets_init(&sets);
	for (size_t i = 0; i < LIVE; i++) {
		draw(&random, 2 * FEW, sources, FEW);
		live[i] = get(&sets, sources, FEW);
	}
	for (uint32_t source = 0; source < ROUNDS; source++) {
		struct source_set *set = NULL;
		source_sets_tell_all(&sets, source);
		for (size_t i = 0; i < LIVE; i++) {
			is_old[i] = true;
			told[i] = 0;
		}
		while ((set = source_sets_tell_next(&sets, source))) {
			assert_true(source_set_has(set, source));
			for (size_t i = 0; i < LIVE; i++)
				told[i] += live[i] == set;
			size_t at = next_random(&random) % LIVE;
			source_set_release(&sets, live[at]);
			draw(&random, 2 * FEW, sources, FEW);
			live[at] = get(&sets, sources, FEW);
			assert_ptr_equal(source_sets_find(&sets, live[at]->number), live[at]);
			is_old[at] = false;
		}
		for (size_t i = 0; i < LIVE; i++)
			assert_true(!is_old[i] || told[i] == takes(live[i], source));
	}
	assert_null(source_sets_find(&sets, UINT32_MAX - 1));
	source_sets_fini(&sets);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equal_sets_are_one),
		cmocka_unit_test(of_ten_thousand_sets_a_source_visits_those_that_take_it),
		cmocka_unit_test(beside_ten_thousand_sets_one_costs_its_own_size),
		cmocka_unit_test(a_number_is_used_again_when_no_list_knows_it),
		cmocka_unit_test(each_set_is_told_once_while_others_come_and_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
