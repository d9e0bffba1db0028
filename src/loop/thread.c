/* A thread with an event loop and an inbox: start, end, join. */
#include "loop/thread.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#include <event2/event.h>

struct tms_thread {
	struct event_base *base;
	struct tms_queue *queue;
	struct tms_message end;
	pthread_t id;
	bool is_running;
};

enum tms_status tms_thread_new(struct tms_thread **out)
{
	struct tms_thread *made = calloc(1, sizeof(*made));
	enum tms_status st = TMS_ENOMEM;

	if (!made)
		return TMS_ENOMEM;
	made->base = event_base_new();
	if (made->base)
		st = tms_queue_new(made->base, &made->queue);
	if (st != TMS_OK) {
		tms_thread_free(made);
		return st;
	}
	*out = made;
	return TMS_OK;
}

static void *run(void *context)
{
	struct tms_thread *thread = context;

	(void)event_base_loop(thread->base, EVLOOP_NO_EXIT_ON_EMPTY);
	return NULL;
}

static void on_end(struct tms_message *message)
{
	struct tms_thread *thread = TMS_MESSAGE_OF(message, struct tms_thread, end);

	(void)event_base_loopbreak(thread->base);
}

enum tms_status tms_thread_start(struct tms_thread *thread, const char *name)
{
	sigset_t all, before;
	int failed = 0;

	/* a thread inherits the mask: signals are the main loop's */
	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	failed = pthread_create(&thread->id, NULL, run, thread);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (failed)
		return TMS_EIO;
	(void)pthread_setname_np(thread->id, name);
	thread->is_running = true;
	return TMS_OK;
}

void tms_thread_join(struct tms_thread *thread)
{
	if (!thread->is_running)
		return;
	thread->end = (struct tms_message){ .deliver = on_end };
	tms_queue_post(thread->queue, &thread->end);
	(void)pthread_join(thread->id, NULL);
	thread->is_running = false;
}

void tms_thread_free(struct tms_thread *thread)
{
	if (!thread)
		return;
	tms_queue_free(thread->queue);
	if (thread->base)
		event_base_free(thread->base);
	free(thread);
}

struct event_base *tms_thread_base(struct tms_thread *thread)
{
	return thread->base;
}

struct tms_queue *tms_thread_queue(struct tms_thread *thread)
{
	return thread->queue;
}
