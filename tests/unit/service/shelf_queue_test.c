/* The queue of shelves that have something to do, over shelves that are nothing but their state. */
#include <stdlib.h>

#include "../test.h"
#include "service/shelf.h"

#define MANY 10000

static struct tms_shelf *join_some(struct shelf_queue *queue, size_t count)
{
	struct tms_shelf *list = calloc(count, sizeof(*list));

	assert_non_null(list);
	for (size_t i = 0; i < count; i++)
		shelf_queue_join(queue, &list[i]);
	return list;
}

static void fall_behind(struct tms_shelf *shelf)
{
	shelf->is_behind = true;
	shelf_queue_update(shelf);
}

static void finish(struct tms_shelf *shelf)
{
	shelf->is_behind = false;
	shelf->is_filled = true;
	shelf_queue_update(shelf);
}

static void who_came_first_is_followed_first_and_to_the_end(void **state)
{
	static const size_t order[] = { 2, 0, 3, 1 };
	struct shelf_queue queue = { 0 };
	struct tms_shelf *list = join_some(&queue, 4);

	(void)state;
	assert_null(shelf_queue_first(&queue, 0));
	for (size_t i = 0; i < 4; i++)
		fall_behind(&list[order[i]]);
	fall_behind(&list[0]); /* again: it keeps its place */
	assert_int_equal(shelf_queue_behind(&queue), 4);
	for (size_t i = 0; i < 4; i++) {
		struct tms_shelf *first = shelf_queue_first(&queue, i);
		assert_ptr_equal(first, &list[order[i]]);
		assert_ptr_equal(shelf_queue_first(&queue, i + 1), first); /* as long as it needs */
		finish(first);
	}
	assert_null(shelf_queue_first(&queue, 0));
	assert_int_equal(shelf_queue_behind(&queue), 0);
	free(list);
}

static void what_is_more_urgent_goes_first_whoever_came_first(void **state)
{
	struct shelf_queue queue = { 0 };
	struct tms_rendition *rendition = (struct tms_rendition *)(void *)&queue; /* never read */
	struct tms_shelf *list = join_some(&queue, SHELF_TASK_NONE + 1);

	(void)state;
	for (size_t i = 0; i <= SHELF_TASK_NONE; i++)
		list[i].is_filled = true;
	list[0].ask.count = 1;
	list[1].to_confirm = rendition;
	list[2].saves = true;
	list[3].unwritten_count = 1;
	list[4].is_behind = true;
	list[5].to_mark = rendition;
	for (size_t i = 0; i <= SHELF_TASK_NONE; i++)
		shelf_queue_update(&list[i]);
	assert_int_equal(shelf_queue_behind(&queue), 4);
	for (size_t i = SHELF_TASK_NONE; i-- > 0;) {
		assert_ptr_equal(shelf_queue_first(&queue, 0), &list[i]);
		assert_int_equal(shelf_task(&list[i]), SHELF_TASK_NONE - 1 - i);
		shelf_queue_leave(&list[i]);
	}
	assert_null(shelf_queue_first(&queue, 0));
	free(list);
}

static void the_pinned_and_the_others_take_turns_but_for_marks(void **state)
{
	struct shelf_queue queue = { 0 };
	struct tms_shelf *list = join_some(&queue, 2);

	(void)state;
	list[1].lru.is_in = true;
	fall_behind(&list[0]);
	fall_behind(&list[1]);
	for (uint64_t turn = 0; turn < 4; turn++)
		assert_ptr_equal(shelf_queue_first(&queue, turn), &list[turn % 2]);
	for (size_t i = 0; i < 2; i++) {
		list[i].to_mark = (struct tms_rendition *)(void *)&queue;
		shelf_queue_update(&list[i]);
		for (uint64_t turn = 0; turn < 2; turn++)
			assert_ptr_equal(shelf_queue_first(&queue, turn), &list[i]);
		list[i].to_mark = NULL;
		shelf_queue_update(&list[i]);
	}
	/* one that is pinned now is among those */
	list[1].lru.is_in = false;
	shelf_queue_update(&list[1]);
	assert_ptr_equal(shelf_queue_first(&queue, 1), &list[0]);
	finish(&list[0]);
	assert_ptr_equal(shelf_queue_first(&queue, 0), &list[1]);
	free(list);
}

/* They are changed behind its back: whoever looked at them would take one of them. */
static void of_many_shelves_only_the_first_is_looked_at(void **state)
{
	struct shelf_queue queue = { 0 };
	struct tms_shelf *list = join_some(&queue, MANY);

	(void)state;
	for (size_t i = 0; i < MANY; i++)
		fall_behind(&list[i]);
	for (size_t i = 0; i < MANY; i++)
		list[i].to_mark = (struct tms_rendition *)(void *)&queue;
	for (size_t i = 0; i < MANY; i++) {
		struct tms_shelf *first = shelf_queue_first(&queue, i);
		assert_ptr_equal(first, &list[i]);
		first->to_mark = NULL;
		finish(first);
		assert_int_equal(shelf_queue_behind(&queue), MANY - 1 - i);
	}
	free(list);
}

static void a_shelf_that_leaves_is_never_next(void **state)
{
	struct shelf_queue queue = { 0 };
	struct tms_shelf *list = join_some(&queue, 3);

	(void)state;
	for (size_t i = 0; i < 3; i++)
		fall_behind(&list[i]);
	shelf_queue_leave(&list[1]);
	shelf_queue_leave(&list[1]);
	fall_behind(&list[1]); /* it is in no queue: nothing */
	shelf_queue_leave(&list[0]);
	assert_ptr_equal(shelf_queue_first(&queue, 0), &list[2]);
	shelf_queue_leave(&list[2]);
	assert_null(shelf_queue_first(&queue, 0));
	assert_int_equal(shelf_queue_behind(&queue), 0);
	free(list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_came_first_is_followed_first_and_to_the_end),
		cmocka_unit_test(what_is_more_urgent_goes_first_whoever_came_first),
		cmocka_unit_test(the_pinned_and_the_others_take_turns_but_for_marks),
		cmocka_unit_test(of_many_shelves_only_the_first_is_looked_at),
		cmocka_unit_test(a_shelf_that_leaves_is_never_next),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
