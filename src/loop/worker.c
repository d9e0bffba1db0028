/* The pool of worker threads: jobs in turn, another thread when one takes too long. */
#include "loop/worker.h"

#include <assert.h>
#include <stdlib.h>

#include <event2/event.h>

#include "loop/thread.h"
#include "loop/timer.h"

/* A thread, and what it has to do. All of it belongs to home's thread. */
struct worker_hand {
	struct tms_worker *worker;
	struct tms_thread *thread;
	struct tms_job *job; /* NULL: it is idle */
	bool is_running;     /* else the job has its turn and has not gone yet */
};

struct tms_worker {
	struct tms_worker_options options;
	struct tms_job *oldest, *newest; /* who waits */
	struct event *overtake;
	bool is_ending;
	size_t hands_count;
	struct worker_hand hands[]; /* threads_max */
};

static void hand_out(struct tms_worker *worker);

static void on_done(struct tms_message *message)
{
	struct tms_job *job = TMS_MESSAGE_OF(message, struct tms_job, message);
	struct worker_hand *hand = job->hand;

	hand->job = NULL;
	hand->is_running = false;
	job->was_run = true;
	/* first, so that the thread works while the loop takes the result */
	hand_out(hand->worker);
	job->done(job);
}

/* On a thread of the worker. */
static void on_job(struct tms_message *message)
{
	struct tms_job *job = TMS_MESSAGE_OF(message, struct tms_job, message);

	job->run(job);
	job->message.deliver = on_done;
	tms_queue_post(job->hand->worker->options.home, &job->message);
}

static void on_turn(struct tms_message *message)
{
	struct tms_job *job = TMS_MESSAGE_OF(message, struct tms_job, message);

	job->turn(job);
}

static bool hand_new(struct tms_worker *worker)
{
	struct worker_hand *hand = &worker->hands[worker->hands_count];

	*hand = (struct worker_hand){ .worker = worker };
	if (tms_thread_new(&hand->thread) != TMS_OK)
		return false;
	if (tms_thread_start(hand->thread, worker->options.name) != TMS_OK) {
		tms_thread_free(hand->thread);
		return false;
	}
	worker->hands_count++;
	return true;
}

static struct worker_hand *idle_hand(struct tms_worker *worker)
{
	for (size_t i = 0; i < worker->hands_count; i++)
		if (!worker->hands[i].job)
			return &worker->hands[i];
	return NULL;
}

/* Jobs that wait are worth another thread after a while in which none was begun. */
static void watch(struct tms_worker *worker, bool was_begun)
{
	if (worker->is_ending || !worker->oldest ||
		worker->hands_count == worker->options.threads_max)
		(void)evtimer_del(worker->overtake);
	else if (was_begun || !evtimer_pending(worker->overtake, NULL))
		(void)tms_timer_in(worker->overtake, worker->options.overtake_ms);
}

static void hand_out(struct tms_worker *worker)
{
	bool was_begun = false;

	while (!worker->is_ending && worker->oldest) {
		struct worker_hand *hand = idle_hand(worker);
		struct tms_job *job = worker->oldest;
		if (!hand)
			break;
		worker->oldest = job->later;
		hand->job = job;
		job->hand = hand;
		was_begun = true;
		if (job->turn) {
			job->message.deliver = on_turn;
			tms_queue_post(worker->options.home, &job->message);
		} else
			(void)tms_worker_go(job);
	}
	watch(worker, was_begun);
}

static void on_overtake(evutil_socket_t fd, short what, void *context)
{
	struct tms_worker *worker = context;

	(void)fd;
	(void)what;
	(void)hand_new(worker); /* else the system gives no more: it is tried again */
	hand_out(worker);
}

enum tms_status tms_worker_new(const struct tms_worker_options *options, struct tms_worker **out)
{
	struct tms_worker *made =
		calloc(1, sizeof(*made) + options->threads_max * sizeof(made->hands[0]));

	if (!made)
		return TMS_ENOMEM;
	made->options = *options;
	made->overtake = evtimer_new(options->base, on_overtake, made);
	if (!made->overtake || !hand_new(made)) {
		enum tms_status st = made->overtake ? TMS_EIO : TMS_ENOMEM;
		tms_worker_free(made);
		return st;
	}
	*out = made;
	return TMS_OK;
}

void tms_worker_give(struct tms_worker *worker, struct tms_job *job)
{
	job->hand = NULL;
	job->later = NULL;
	job->was_run = false;
	if (worker->oldest)
		worker->newest->later = job;
	else
		worker->oldest = job;
	worker->newest = job;
	hand_out(worker);
}

bool tms_worker_go(struct tms_job *job)
{
	struct worker_hand *hand = job->hand;

	assert(hand->job == job && !hand->is_running);
	if (hand->worker->is_ending)
		return false; /* it comes back as one that was not run */
	hand->is_running = true;
	job->message.deliver = on_job;
	tms_queue_post(tms_thread_queue(hand->thread), &job->message);
	return true;
}

static bool is_running(const struct tms_worker *worker)
{
	for (size_t i = 0; i < worker->hands_count; i++)
		if (worker->hands[i].is_running)
			return true;
	return false;
}

static void on_late(evutil_socket_t fd, short what, void *context)
{
	bool *is_late = context;

	(void)fd;
	(void)what;
	*is_late = true;
}

bool tms_worker_finish(struct tms_worker *worker, int64_t timeout_ms)
{
	bool is_late = false;
	struct event *late = evtimer_new(worker->options.base, on_late, &is_late);

	worker->is_ending = true;
	(void)evtimer_del(worker->overtake);
	if (late && tms_timer_in(late, timeout_ms))
		while (is_running(worker) && !is_late)
			if (event_base_loop(worker->options.base, EVLOOP_ONCE) != 0)
				break;
	if (late)
		event_free(late);
	return !is_running(worker);
}

static void give_back(struct tms_job *job)
{
	job->was_run = false;
	job->done(job);
}

void tms_worker_free(struct tms_worker *worker)
{
	if (!worker)
		return;
	worker->is_ending = true;
	for (size_t i = 0; i < worker->hands_count; i++)
		tms_thread_join(worker->hands[i].thread);
	(void)tms_queue_run(worker->options.home);
	for (size_t i = 0; i < worker->hands_count; i++) {
		if (worker->hands[i].job)
			give_back(worker->hands[i].job);
		tms_thread_free(worker->hands[i].thread);
	}
	while (worker->oldest) {
		struct tms_job *job = worker->oldest;
		worker->oldest = job->later;
		give_back(job);
	}
	if (worker->overtake)
		event_free(worker->overtake);
	free(worker);
}
