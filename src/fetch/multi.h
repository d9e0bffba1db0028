/* libcurl's multi interface driven by libevent: sockets and timer in, finished transfers out. */
#ifndef TAMIS_FETCH_MULTI_H
#define TAMIS_FETCH_MULTI_H

#include <curl/curl.h>
#include <event2/event.h>

#include <tamis/status.h>

/** Called from the loop for each finished transfer; it may remove and add easy handles. */
typedef void multi_done_fn(void *context, CURL *easy, CURLcode result);

struct multi {
	struct event_base *base;
	struct event *timer;
	CURLM *curl;
	multi_done_fn *done;
	void *context;
};

/** TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status multi_init(
	struct multi *multi, struct event_base *base, multi_done_fn *done, void *context);
/** All easy handles have been removed before. */
void multi_fini(struct multi *multi);

#endif
