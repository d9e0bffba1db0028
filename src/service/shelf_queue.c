/* The multilevel queue of shelves that have work; shelf_queue.h has the order. */
#include "service/shelf_queue.h"

#include "service/shelf.h"

enum shelf_task shelf_task(const struct tms_shelf *shelf)
{
	if (shelf->to_mark)
		return SHELF_TASK_MARK; /* makes what was published seen */
	if (!shelf->is_filled && shelf->is_left)
		return SHELF_TASK_NONE;
	if (shelf->is_behind)
		return SHELF_TASK_CATCH_UP;
	if (shelf->unwritten_count > 0)
		return SHELF_TASK_WRITE;
	if (shelf->saves)
		return SHELF_TASK_SAVE;
	if (shelf->to_confirm)
		return SHELF_TASK_CONFIRM;
	return shelf->ask.count > 0 ? SHELF_TASK_ASK : SHELF_TASK_NONE;
}

static struct shelf_queue_list *list_of(const struct tms_shelf *shelf)
{
	const struct shelf_queue_link *link = &shelf->queued;

	return &link->queue->lists[link->is_unpinned][link->task];
}

static void take_out(struct tms_shelf *shelf)
{
	struct shelf_queue_link *link = &shelf->queued;

	if (link->task == SHELF_TASK_NONE)
		return;
	struct shelf_queue_list *list = list_of(shelf);
	*(link->before ? &link->before->queued.next : &list->first) = link->next;
	*(link->next ? &link->next->queued.before : &list->last) = link->before;
	link->next = link->before = NULL;
	link->task = SHELF_TASK_NONE;
	list->count--;
}

static void put_last(struct tms_shelf *shelf, enum shelf_task task, bool is_unpinned)
{
	struct shelf_queue_link *link = &shelf->queued;

	link->task = task;
	link->is_unpinned = is_unpinned;
	if (task == SHELF_TASK_NONE)
		return;
	struct shelf_queue_list *list = list_of(shelf);
	link->before = list->last;
	*(list->last ? &list->last->queued.next : &list->first) = shelf;
	list->last = shelf;
	list->count++;
}

void shelf_queue_join(struct shelf_queue *queue, struct tms_shelf *shelf)
{
	shelf->queued = (struct shelf_queue_link){ .queue = queue, .task = SHELF_TASK_NONE };
	shelf_queue_update(shelf);
}

void shelf_queue_leave(struct tms_shelf *shelf)
{
	if (!shelf->queued.queue)
		return;
	take_out(shelf);
	shelf->queued = (struct shelf_queue_link){ 0 };
}

void shelf_queue_update(struct tms_shelf *shelf)
{
	const struct shelf_queue_link *link = &shelf->queued;
	enum shelf_task task = shelf_task(shelf);
	bool is_unpinned = shelf->lru.is_in;

	if (!link->queue || (task == link->task && is_unpinned == link->is_unpinned))
		return;
	take_out(shelf);
	put_last(shelf, task, is_unpinned);
}

struct tms_shelf *shelf_queue_first(const struct shelf_queue *queue, uint64_t turn)
{
	struct tms_shelf *found[2] = { NULL, NULL };

	for (size_t kind = 0; kind < 2; kind++) {
		struct tms_shelf *marks = queue->lists[kind][SHELF_TASK_MARK].first;
		if (marks)
			return marks;
		for (int task = SHELF_TASK_CATCH_UP; task < SHELF_TASK_NONE && !found[kind]; task++)
			found[kind] = queue->lists[kind][task].first;
	}
	if (!found[0] || !found[1])
		return found[0] ? found[0] : found[1];
	return found[turn % 2];
}

size_t shelf_queue_behind(const struct shelf_queue *queue)
{
	size_t count = 0;

	for (size_t kind = 0; kind < 2; kind++)
		for (int task = 0; task < SHELF_TASK_BEHIND; task++)
			count += queue->lists[kind][task].count;
	return count;
}
