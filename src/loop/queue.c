/*
 * A stack that posters push on and the loop takes whole: taking all at once leaves no room for the
 * ABA problem (R. K. Treiber, "Systems Programming: Coping with Parallelism", 1986), and whoever
 * finds it empty is the one who has to wake the loop.
 */
#include "loop/queue.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <event2/event.h>
#include <sys/eventfd.h>

/* Messages in a row before the sockets of the same loop have their turn. */
#define DELIVERIES_PER_TURN 32

struct tms_queue {
	_Atomic(struct tms_message *) newest; /* posted, the newest first */
	struct tms_message *oldest;           /* taken from there, the oldest first */
	struct event *event;
	int fd;
};

/* What was posted moves behind what was taken before; only when that is empty, which keeps the
 * order. */
static void take_posted(struct tms_queue *queue)
{
	struct tms_message *message =
		atomic_exchange_explicit(&queue->newest, NULL, memory_order_acquire);

	while (message) {
		struct tms_message *older = message->next;
		message->next = queue->oldest;
		queue->oldest = message;
		message = older;
	}
}

static bool deliver_one(struct tms_queue *queue)
{
	struct tms_message *message = NULL;

	if (!queue->oldest)
		take_posted(queue);
	message = queue->oldest;
	if (!message)
		return false;
	queue->oldest = message->next;
	message->next = NULL;
	message->deliver(message);
	return true;
}

static void wake(struct tms_queue *queue)
{
	const uint64_t one = 1;

	(void)!write(queue->fd, &one, sizeof(one)); /* fails only when it is full, and then it is
						       readable already */
}

static void on_posted(evutil_socket_t fd, short what, void *context)
{
	struct tms_queue *queue = context;
	uint64_t count = 0;

	(void)what;
	/* before taking: whoever posts to an empty stack after this wakes the loop again */
	(void)!read(fd, &count, sizeof(count));
	for (int i = 0; i < DELIVERIES_PER_TURN; i++)
		if (!deliver_one(queue))
			return;
	/* not event_active: that is run again before the loop looks at sockets and timers */
	wake(queue);
}

enum tms_status tms_queue_new(struct event_base *base, struct tms_queue **out)
{
	struct tms_queue *made = calloc(1, sizeof(*made));

	if (!made)
		return TMS_ENOMEM;
	atomic_init(&made->newest, NULL);
	made->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (made->fd < 0) {
		free(made);
		return TMS_EIO;
	}
	made->event = event_new(base, made->fd, EV_READ | EV_PERSIST, on_posted, made);
	if (!made->event || event_add(made->event, NULL) != 0) {
		tms_queue_free(made);
		return TMS_ENOMEM;
	}
	*out = made;
	return TMS_OK;
}

void tms_queue_free(struct tms_queue *queue)
{
	if (!queue)
		return;
	assert(!queue->oldest && !atomic_load(&queue->newest));
	if (queue->event)
		event_free(queue->event);
	(void)close(queue->fd);
	free(queue);
}

void tms_queue_post(struct tms_queue *queue, struct tms_message *message)
{
	struct tms_message *newest = atomic_load_explicit(&queue->newest, memory_order_relaxed);

	do
		message->next = newest;
	while (!atomic_compare_exchange_weak_explicit(
		&queue->newest, &newest, message, memory_order_release, memory_order_relaxed));
	if (!newest)
		wake(queue);
}

size_t tms_queue_run(struct tms_queue *queue)
{
	size_t count = 0;

	while (deliver_one(queue))
		count++;
	return count;
}
