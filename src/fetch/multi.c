/* libcurl's multi interface on libevent: sockets and timer in, finished transfers out. */
#include "fetch/multi.h"

#include <stdint.h>

#include "loop/timer.h"

static void collect(struct multi *multi)
{
	CURLMsg *message = NULL;
	int left = 0;

	while ((message = curl_multi_info_read(multi->curl, &left)))
		if (message->msg == CURLMSG_DONE)
			multi->done(multi->context, message->easy_handle, message->data.result);
}

static void on_socket(evutil_socket_t fd, short what, void *context)
{
	struct multi *multi = context;
	int action =
		(what & EV_READ ? CURL_CSELECT_IN : 0) | (what & EV_WRITE ? CURL_CSELECT_OUT : 0);
	int running = 0;

	(void)curl_multi_socket_action(multi->curl, fd, action, &running);
	collect(multi);
}

static void on_timer(evutil_socket_t fd, short what, void *context)
{
	struct multi *multi = context;
	int running = 0;

	(void)fd;
	(void)what;
	(void)curl_multi_socket_action(multi->curl, CURL_SOCKET_TIMEOUT, 0, &running);
	collect(multi);
}

static int set_timer(CURLM *curl, long timeout_ms, void *context)
{
	struct multi *multi = context;

	(void)curl;
	if (timeout_ms < 0)
		return evtimer_del(multi->timer);
	return tms_timer_in(multi->timer, timeout_ms) ? 0 : -1;
}

static void forget(struct event *event)
{
	if (event)
		event_free(event);
}

static int set_socket(CURL *easy, curl_socket_t fd, int what, void *context, void *socket_context)
{
	struct multi *multi = context;
	short wanted = (short)((what & CURL_POLL_IN ? EV_READ : 0) |
			       (what & CURL_POLL_OUT ? EV_WRITE : 0));

	(void)easy;
	forget(socket_context);
	(void)curl_multi_assign(multi->curl, fd, NULL);
	if (what == CURL_POLL_REMOVE)
		return 0;
	struct event *event =
		event_new(multi->base, fd, (short)(wanted | EV_PERSIST), on_socket, multi);
	if (!event || event_add(event, NULL) != 0) {
		forget(event);
		return -1;
	}
	(void)curl_multi_assign(multi->curl, fd, event);
	return 0;
}

enum tms_status multi_init(
	struct multi *multi, struct event_base *base, multi_done_fn *done, void *context)
{
	*multi = (struct multi){ .base = base, .done = done, .context = context };
	multi->curl = curl_multi_init();
	multi->timer = evtimer_new(base, on_timer, multi);
	if (!multi->curl || !multi->timer) {
		multi_fini(multi);
		return TMS_ENOMEM;
	}
	(void)curl_multi_setopt(multi->curl, CURLMOPT_SOCKETFUNCTION, set_socket);
	(void)curl_multi_setopt(multi->curl, CURLMOPT_SOCKETDATA, multi);
	(void)curl_multi_setopt(multi->curl, CURLMOPT_TIMERFUNCTION, set_timer);
	(void)curl_multi_setopt(multi->curl, CURLMOPT_TIMERDATA, multi);
	return TMS_OK;
}

void multi_fini(struct multi *multi)
{
	if (multi->curl)
		(void)curl_multi_cleanup(multi->curl);
	forget(multi->timer);
	*multi = (struct multi){ 0 };
}
