#include "loop/worker.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "loop/thread.h"

struct tms_worker {
	struct tms_queue *home;
	struct tms_thread *thread;
	atomic_bool is_ending;
};

static void on_done(struct tms_message *message)
{
	struct tms_job *job = TMS_MESSAGE_OF(message, struct tms_job, message);

	job->done(job);
}

static void on_job(struct tms_message *message)
{
	struct tms_job *job = TMS_MESSAGE_OF(message, struct tms_job, message);

	if (!atomic_load_explicit(&job->worker->is_ending, memory_order_relaxed)) {
		job->run(job);
		job->was_run = true;
	}
	job->message.deliver = on_done;
	tms_queue_post(job->worker->home, &job->message);
}

enum tms_status tms_worker_new(struct tms_queue *home, struct tms_worker **out)
{
	struct tms_worker *made = calloc(1, sizeof(*made));
	enum tms_status st = TMS_ENOMEM;

	if (!made)
		return TMS_ENOMEM;
	made->home = home;
	atomic_init(&made->is_ending, false);
	st = tms_thread_new(&made->thread);
	if (st == TMS_OK)
		st = tms_thread_start(made->thread, "worker");
	if (st != TMS_OK) {
		tms_thread_free(made->thread);
		free(made);
		return st;
	}
	*out = made;
	return TMS_OK;
}

void tms_worker_give(struct tms_worker *worker, struct tms_job *job)
{
	job->worker = worker;
	job->was_run = false;
	job->message.deliver = on_job;
	tms_queue_post(tms_thread_queue(worker->thread), &job->message);
}

void tms_worker_free(struct tms_worker *worker)
{
	if (!worker)
		return;
	atomic_store_explicit(&worker->is_ending, true, memory_order_relaxed);
	tms_thread_join(worker->thread);
	(void)tms_queue_run(worker->home);
	tms_thread_free(worker->thread);
	free(worker);
}
