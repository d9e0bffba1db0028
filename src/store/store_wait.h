/* A store for programs that do one thing after another: run the loop until an operation is done. */
#ifndef TAMIS_STORE_STORE_WAIT_H
#define TAMIS_STORE_STORE_WAIT_H

#include "store/store.h"

#include <tamis/buf.h>

/**
 * Collects one answer at a time. {0} with `base` set is ready; tms_store_wait_fini frees.
 *
 *	struct tms_store_wait wait = { .base = base };
 *	st = tms_store_wait(&wait, tms_store_poll(store, tms_store_wait_call(&wait)));
 */
struct tms_store_wait {
	struct event_base *base;
	tms_store_row_fn row; /* may be NULL; called with row_context */
	void *row_context;
	bool is_done;
	/* the answer, until the next tms_store_wait_call */
	enum tms_status status;
	struct tms_diag diag;
	bool is_uncertain;
	bool found;
	int64_t revision;
	struct tms_buf key, value; /* copies */
};

/** Forgets the last answer and says whom to tell about the next. */
struct tms_store_call tms_store_wait_call(struct tms_store_wait *wait);
/**
 * Run the loop until the operation is done; returns its status, TMS_ENOMEM for a NULL op. It ends
 * because every operation of a store ends. Other events of the loop are served meanwhile; not from
 * inside one.
 */
TMS_MUST_CHECK enum tms_status tms_store_wait(struct tms_store_wait *wait, struct tms_store_op *op);
void tms_store_wait_fini(struct tms_store_wait *wait);

/** Run the loop until nothing is pending or timeout_ms is over; true: nothing is pending. */
bool tms_store_flush(struct tms_store *store, struct event_base *base, int64_t timeout_ms);

#endif
