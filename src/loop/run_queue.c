/* The multilevel run queue; run_queue.h has the order. */
#include "loop/run_queue.h"

static struct tms_run_list *list_of(const struct tms_run_link *link)
{
	return &link->queue->lists[link->class][link->level];
}

void tms_run_queue_leave(struct tms_run_link *link)
{
	if (!link->queue)
		return;
	struct tms_run_list *list = list_of(link);
	*(link->before ? &link->before->next : &list->first) = link->next;
	*(link->next ? &link->next->before : &list->last) = link->before;
	list->count--;
	*link = (struct tms_run_link){ 0 };
}

void tms_run_queue_put(struct tms_run_queue *queue, struct tms_run_link *link,
	enum tms_run_class class, unsigned level)
{
	if (link->queue == queue && link->class == class && link->level == level)
		return;
	tms_run_queue_leave(link);
	*link = (struct tms_run_link){
		.queue = queue, .class = (uint8_t) class, .level = (uint8_t)level
	};
	struct tms_run_list *list = list_of(link);
	link->before = list->last;
	*(list->last ? &list->last->next : &list->first) = link;
	list->last = link;
	list->count++;
}

static struct tms_run_link *first_of(
	const struct tms_run_queue *queue, int class, unsigned from, unsigned to)
{
	for (; from < to; from++)
		if (queue->lists[class][from].first)
			return queue->lists[class][from].first;
	return NULL;
}

struct tms_run_link *tms_run_queue_first(
	const struct tms_run_queue *queue, unsigned urgent, uint64_t turn)
{
	struct tms_run_link *found[TMS_RUN_CLASSES] = { NULL };

	for (unsigned level = 0; level < urgent; level++)
		for (int class = 0; class < TMS_RUN_CLASSES; class ++)
			if (queue->lists[class][level].first)
				return queue->lists[class][level].first;
	for (int class = 0; class < TMS_RUN_CLASSES; class ++)
		found[class] = first_of(queue, class, urgent, TMS_RUN_LEVELS);
	if (found[TMS_RUN_FIRST] && found[TMS_RUN_SECOND])
		return found[turn % 2 ? TMS_RUN_SECOND : TMS_RUN_FIRST];
	if (found[TMS_RUN_FIRST] || found[TMS_RUN_SECOND])
		return found[TMS_RUN_FIRST] ? found[TMS_RUN_FIRST] : found[TMS_RUN_SECOND];
	return found[TMS_RUN_IDLE];
}

size_t tms_run_queue_count(const struct tms_run_queue *queue, unsigned level)
{
	size_t count = 0;

	for (int class = 0; class < TMS_RUN_CLASSES; class ++)
		for (unsigned at = 0; at < level; at++)
			count += queue->lists[class][at].count;
	return count;
}
