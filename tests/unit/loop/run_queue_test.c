/* The multilevel run queue, over links that stand for whoever has work. */
#include <stdlib.h>

#include "../test.h"
#include "loop/run_queue.h"

#define MANY 10000
#define URGENT 2

static struct tms_run_link *next(struct tms_run_queue *queue)
{
	return tms_run_queue_first(queue, URGENT, 0);
}

static void who_came_first_is_next_until_it_leaves(void **state)
{
	static const size_t order[] = { 2, 0, 3, 1 };
	struct tms_run_queue queue = { 0 };
	struct tms_run_link list[4] = { 0 };

	(void)state;
	assert_null(next(&queue));
	for (size_t i = 0; i < 4; i++)
		tms_run_queue_put(&queue, &list[order[i]], TMS_RUN_FIRST, 3);
	tms_run_queue_put(&queue, &list[0], TMS_RUN_FIRST, 3); /* again: it keeps its place */
	assert_int_equal(tms_run_queue_count(&queue, 4), 4);
	assert_int_equal(tms_run_queue_count(&queue, 3), 0);
	for (size_t i = 0; i < 4; i++) {
		assert_ptr_equal(next(&queue), &list[order[i]]);
		assert_ptr_equal(next(&queue), &list[order[i]]); /* as long as it needs */
		tms_run_queue_leave(&list[order[i]]);
		tms_run_queue_leave(&list[order[i]]);
	}
	assert_null(next(&queue));
	assert_int_equal(tms_run_queue_count(&queue, TMS_RUN_LEVELS), 0);
}

static void what_is_more_urgent_goes_first_whoever_came_first(void **state)
{
	struct tms_run_queue queue = { 0 };
	struct tms_run_link list[TMS_RUN_LEVELS] = { 0 };

	(void)state;
	for (unsigned i = TMS_RUN_LEVELS; i-- > 0;)
		tms_run_queue_put(&queue, &list[i], TMS_RUN_FIRST, i);
	for (unsigned i = 0; i < TMS_RUN_LEVELS; i++) {
		assert_ptr_equal(next(&queue), &list[i]);
		assert_int_equal(next(&queue)->level, i);
		tms_run_queue_leave(&list[i]);
	}
	/* one that has something else to do goes behind those that have that to do */
	tms_run_queue_put(&queue, &list[0], TMS_RUN_FIRST, 4);
	tms_run_queue_put(&queue, &list[1], TMS_RUN_FIRST, 5);
	tms_run_queue_put(&queue, &list[0], TMS_RUN_FIRST, 5);
	assert_ptr_equal(next(&queue), &list[1]);
	tms_run_queue_leave(&list[1]);
	assert_ptr_equal(next(&queue), &list[0]);
}

static void two_classes_take_turns_and_the_last_waits_but_for_what_is_urgent(void **state)
{
	struct tms_run_queue queue = { 0 };
	struct tms_run_link list[TMS_RUN_CLASSES] = { 0 };

	(void)state;
	for (int class = 0; class < TMS_RUN_CLASSES; class ++)
		tms_run_queue_put(
			&queue, &list[class], (enum tms_run_class) class, 5 - (unsigned)class);
	for (uint64_t turn = 0; turn < 4; turn++)
		assert_ptr_equal(tms_run_queue_first(&queue, URGENT, turn), &list[turn % 2]);
	for (int class = 0; class < TMS_RUN_CLASSES; class ++) {
		tms_run_queue_put(&queue, &list[class], (enum tms_run_class) class, 1);
		for (uint64_t turn = 0; turn < 2; turn++)
			assert_ptr_equal(tms_run_queue_first(&queue, URGENT, turn), &list[class]);
		tms_run_queue_put(&queue, &list[class], (enum tms_run_class) class, 4);
	}
	/* one of the second class that comes to the first is among those */
	tms_run_queue_put(&queue, &list[TMS_RUN_SECOND], TMS_RUN_FIRST, 4);
	assert_ptr_equal(tms_run_queue_first(&queue, URGENT, 1), &list[TMS_RUN_FIRST]);
	tms_run_queue_leave(&list[TMS_RUN_FIRST]);
	assert_ptr_equal(tms_run_queue_first(&queue, URGENT, 0), &list[TMS_RUN_SECOND]);
	tms_run_queue_leave(&list[TMS_RUN_SECOND]);
	assert_ptr_equal(tms_run_queue_first(&queue, URGENT, 0), &list[TMS_RUN_IDLE]);
}

/* Their insides are spoiled behind its back: whoever looked at them would fall over. */
static void of_many_only_the_first_is_looked_at(void **state)
{
	struct tms_run_queue queue = { 0 };
	struct tms_run_link *list = calloc(MANY, sizeof(*list));

	(void)state;
	assert_non_null(list);
	for (size_t i = 0; i < MANY; i++)
		tms_run_queue_put(&queue, &list[i], TMS_RUN_SECOND, 3);
	for (size_t i = 2; i < MANY; i++)
		list[i].queue = NULL;
	for (size_t i = 0; i < MANY; i++) {
		assert_ptr_equal(next(&queue), &list[i]);
		list[i].queue = &queue;
		tms_run_queue_leave(&list[i]);
		assert_int_equal(tms_run_queue_count(&queue, 4), MANY - 1 - i);
	}
	free(list);
}

static void whoever_leaves_is_never_next(void **state)
{
	struct tms_run_queue queue = { 0 };
	struct tms_run_link list[3] = { 0 };

	(void)state;
	for (size_t i = 0; i < 3; i++)
		tms_run_queue_put(&queue, &list[i], TMS_RUN_FIRST, 3);
	tms_run_queue_leave(&list[1]);
	tms_run_queue_leave(&list[0]);
	assert_ptr_equal(next(&queue), &list[2]);
	tms_run_queue_leave(&list[2]);
	assert_null(next(&queue));
	assert_int_equal(tms_run_queue_count(&queue, TMS_RUN_LEVELS), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_came_first_is_next_until_it_leaves),
		cmocka_unit_test(what_is_more_urgent_goes_first_whoever_came_first),
		cmocka_unit_test(two_classes_take_turns_and_the_last_waits_but_for_what_is_urgent),
		cmocka_unit_test(of_many_only_the_first_is_looked_at),
		cmocka_unit_test(whoever_leaves_is_never_next),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
