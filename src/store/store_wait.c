/* Waiting for store operations: runs the loop until one is done, for commands. */
#include "store/store_wait.h"

#include <event2/event.h>

#include "loop/timer.h"

static void on_row(void *context, const struct tms_store_row *row)
{
	struct tms_store_wait *wait = context;

	if (wait->row)
		wait->row(wait->row_context, row);
}

static void on_done(void *context, const struct tms_store_reply *reply)
{
	struct tms_store_wait *wait = context;

	wait->is_done = true;
	wait->status = reply->status;
	wait->diag = *reply->diag;
	wait->is_uncertain = reply->is_uncertain;
	wait->found = reply->found;
	wait->revision = reply->revision;
	tms_buf_add(&wait->key, reply->key);
	tms_buf_add(&wait->value, reply->value);
	if (wait->key.status != TMS_OK || wait->value.status != TMS_OK)
		wait->status = TMS_ENOMEM;
}

struct tms_store_call tms_store_wait_call(struct tms_store_wait *wait)
{
	wait->is_done = false;
	wait->status = TMS_OK;
	wait->diag = (struct tms_diag){ 0 };
	wait->is_uncertain = wait->found = false;
	wait->revision = 0;
	tms_buf_clear(&wait->key);
	tms_buf_clear(&wait->value);
	return (struct tms_store_call){ .done = on_done, .row = on_row, .context = wait };
}

enum tms_status tms_store_wait(struct tms_store_wait *wait, struct tms_store_op *op)
{
	if (!op)
		return TMS_ENOMEM;
	while (!wait->is_done) {
		if (event_base_loop(wait->base, EVLOOP_ONCE) < 0) {
			tms_store_cancel(op);
			tms_diag_set(&wait->diag, 0, 0, "the event loop failed");
			wait->status = TMS_EIO;
			break;
		}
	}
	return wait->status;
}

void tms_store_wait_fini(struct tms_store_wait *wait)
{
	tms_buf_free(&wait->key);
	tms_buf_free(&wait->value);
	*wait = (struct tms_store_wait){ 0 };
}

static void on_timeout(evutil_socket_t fd, short what, void *context)
{
	bool *is_over = context;

	(void)fd;
	(void)what;
	*is_over = true;
}

bool tms_store_flush(struct tms_store *store, struct event_base *base, int64_t timeout_ms)
{
	bool is_over = false;
	struct event *timer = evtimer_new(base, on_timeout, &is_over);

	if (!timer)
		return store_pending(store) == 0;
	(void)tms_timer_in(timer, timeout_ms);
	while (store_pending(store) && !is_over)
		if (event_base_loop(base, EVLOOP_ONCE) < 0)
			break;
	event_free(timer);
	return store_pending(store) == 0;
}
