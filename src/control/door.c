/* The server of the control socket (bufferevents), with its limits and its check of the peer. */
#include "control/door.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>

#include "loop/timer.h"

enum door_state {
	STATE_READING,  /* until a line is there */
	STATE_HANDLED,  /* the handler has it */
	STATE_ANSWERING /* until all has left */
};

struct door_visit {
	struct door *door;
	struct door_visit *next, *before;
	struct bufferevent *wire;
	struct event *deadline; /* of the request */
	struct tms_arena arena; /* of the request */
	struct tms_control_request request;
	struct tms_buf answer;
	enum door_state state;
};

struct door {
	struct event_base *base;
	struct event *listener;
	int fd;
	int64_t request_ms;
	door_handle_fn handle;
	void *context;
	struct door_visit *first;
	size_t count;
};

static void forget(struct door_visit *visit)
{
	struct door *door = visit->door;

	if (door->first == visit)
		door->first = visit->next;
	else
		visit->before->next = visit->next;
	if (visit->next)
		visit->next->before = visit->before;
	door->count--;
	if (visit->deadline)
		event_free(visit->deadline);
	if (visit->wire)
		bufferevent_free(visit->wire);
	tms_arena_free(&visit->arena);
	tms_buf_free(&visit->answer);
	free(visit);
}

/* ---- the answer ---- */

void door_say(struct door_visit *visit, enum tms_control_stream stream, struct tms_str text)
{
	if (text.len > 0)
		control_text_write(&visit->answer, stream, text);
}

void door_end(struct door_visit *visit, int exit_status)
{
	const struct timeval patience = { .tv_sec = DOOR_ANSWER_S };

	visit->state = STATE_ANSWERING;
	event_del(visit->deadline);
	control_exit_write(&visit->answer, exit_status);
	if (visit->answer.status != TMS_OK ||
		bufferevent_set_timeouts(visit->wire, NULL, &patience) != 0 ||
		bufferevent_write(visit->wire, visit->answer.ptr, visit->answer.len) != 0) {
		forget(visit); /* an answer that breaks off is seen to: it has no last line */
		return;
	}
	tms_buf_free(&visit->answer);
}

static void refuse(struct door_visit *visit, const char *sentence)
{
	door_say(visit, TMS_CONTROL_ERR, tms_str_from(sentence));
	door_end(visit, 2);
}

/* ---- the request ---- */

static void take(struct door_visit *visit, struct tms_str line)
{
	struct tms_diag diag = { 0 };
	enum tms_status st = control_request_read(&visit->arena, line, &visit->request, &diag);

	visit->state = STATE_HANDLED;
	event_del(visit->deadline);
	if (st == TMS_OK)
		visit->door->handle(visit->door->context, visit, &visit->request);
	else
		refuse(visit, st == TMS_EINVAL ? diag.text : "there is no memory to read this");
}

static void on_bytes(struct bufferevent *wire, void *context)
{
	struct door_visit *visit = context;
	struct evbuffer *input = bufferevent_get_input(wire);
	size_t have = evbuffer_get_length(input), len = 0;

	if (visit->state != STATE_READING) {
		(void)evbuffer_drain(input, have); /* one request a connection */
		return;
	}
	char *line = evbuffer_readln(input, &len, EVBUFFER_EOL_LF);
	if (line && evbuffer_get_length(input) > 0)
		refuse(visit, "this is no request: one line was expected, and more came");
	else if (line)
		take(visit, (struct tms_str){ line, len });
	else if (have > TMS_CONTROL_REQUEST_BYTES_MAX)
		refuse(visit, "this is no request: it is longer than 65,536 bytes");
	free(line);
}

static void on_sent(struct bufferevent *wire, void *context)
{
	struct door_visit *visit = context;

	if (visit->state == STATE_ANSWERING &&
		evbuffer_get_length(bufferevent_get_output(wire)) == 0)
		forget(visit);
}

/* Who has sent all that there is to say may close that direction and wait for the answer. */
static void on_end(struct bufferevent *wire, short what, void *context)
{
	struct door_visit *visit = context;
	bool is_half = (what & BEV_EVENT_EOF) && (what & BEV_EVENT_READING);

	if (visit->state == STATE_READING)
		forget(visit);
	else if (is_half)
		(void)bufferevent_disable(wire, EV_READ);
	else if (visit->state == STATE_ANSWERING)
		forget(visit);
	/* else the handler has it: writing the answer will fail, and then it goes */
}

static void on_deadline(evutil_socket_t fd, short what, void *context)
{
	(void)fd;
	(void)what;
	refuse(context, "the request did not arrive in time");
}

/* ---- connections ---- */

static bool may_ask(int fd)
{
	struct ucred peer = { 0 };
	socklen_t size = sizeof(peer);

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 &&
	       (peer.uid == geteuid() || peer.uid == 0);
}

/* Takes fd. */
static void greet(struct door *door, int fd)
{
	struct door_visit *made = calloc(1, sizeof(*made));

	if (!made) {
		(void)close(fd);
		return;
	}
	*made = (struct door_visit){ .door = door,
		.next = door->first,
		.arena = { .max_bytes = 8 * TMS_CONTROL_REQUEST_BYTES_MAX },
		.answer = { .max = TMS_CONTROL_ANSWER_BYTES_MAX } };
	if (door->first) /* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): who was forgotten is in no list */
		door->first->before = made;
	door->first = made;
	door->count++;
	made->wire = bufferevent_socket_new(door->base, fd, BEV_OPT_CLOSE_ON_FREE);
	made->deadline = evtimer_new(door->base, on_deadline, made);
	if (!made->wire)
		(void)close(fd);
	if (!made->wire || !made->deadline || !tms_timer_in(made->deadline, door->request_ms)) {
		forget(made);
		return;
	}
	bufferevent_setcb(made->wire, on_bytes, on_sent, on_end, made);
	/* one byte more than a request may have tells that it is too long */
	bufferevent_setwatermark(made->wire, EV_READ, 0, TMS_CONTROL_REQUEST_BYTES_MAX + 2);
	if (bufferevent_enable(made->wire, EV_READ | EV_WRITE) != 0)
		forget(made);
}

/* Who has said nothing yet makes room, whoever has waited for longest first. False: all have
 * asked. */
static bool make_room(struct door *door)
{
	struct door_visit *oldest = NULL;

	if (door->count < DOOR_CONNECTIONS_MAX)
		return true;
	for (struct door_visit *visit = door->first; visit; visit = visit->next)
		if (visit->state == STATE_READING)
			oldest = visit;
	if (oldest)
		forget(oldest);
	return oldest != NULL;
}

static void on_knock(evutil_socket_t listener, short what, void *context)
{
	struct door *door = context;
	int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

	(void)what;
	if (fd < 0)
		return;
	if (!may_ask(fd) || !make_room(door))
		(void)close(fd);
	else
		greet(door, fd);
}

enum tms_status door_new(const struct door_options *options, struct door **out)
{
	struct door *door = calloc(1, sizeof(*door));

	if (!door) {
		(void)close(options->fd);
		return TMS_ENOMEM;
	}
	*door = (struct door){ .base = options->base,
		.fd = options->fd,
		.request_ms = INT64_C(1000) * DOOR_REQUEST_S,
		.handle = options->handle,
		.context = options->context };
	if (options->request_ms > 0)
		door->request_ms = options->request_ms;
	door->listener = event_new(door->base, door->fd, EV_READ | EV_PERSIST, on_knock, door);
	if (!door->listener || event_add(door->listener, NULL) != 0) {
		door_free(door);
		return TMS_ENOMEM;
	}
	*out = door;
	return TMS_OK;
}

void door_free(struct door *door)
{
	if (!door)
		return;
	for (struct door_visit *visit = door->first, *next = NULL; visit; visit = next) {
		next = visit->next;
		forget(visit);
	}
	if (door->listener)
		event_free(door->listener);
	(void)close(door->fd);
	free(door);
}
