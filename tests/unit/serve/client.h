/* A client on the same loop as the server under test: what it wants to say, and all that it heard.
 */
#ifndef SERVE_CLIENT_H
#define SERVE_CLIENT_H

#include "test.h"

#include <errno.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <event2/event.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <tamis/buf.h>

struct client {
	struct event_base *base;
	int fd;
	struct event *readable, *writable;
	struct tms_buf out; /* still to be said, from `said` on */
	size_t said;
	struct tms_buf heard;
	bool is_closed;   /* the server closed, in order or by a reset */
	bool is_deaf;     /* reads nothing, as a slow reader */
	int statuses[16]; /* of whole final responses, in order */
	size_t count;
	size_t parsed;
	struct tms_str body; /* of the last one */
	size_t heads;        /* how many of the next responses have no body (HEAD) */
	size_t continues;    /* 100 seen */
};

/* Look for whole responses in what was heard. */
static inline bool client_parse_one(struct client *client)
{
	struct tms_str all = tms_buf_str(&client->heard);
	size_t end = tms_str_find(all, TMS_STR("\r\n\r\n"), client->parsed);
	int64_t status = 0, length = 0;

	if (end == SIZE_MAX)
		return false;
	struct tms_str head = tms_str_slice(all, client->parsed, end + 2);
	assert_true(tms_str_starts(head, TMS_STR("HTTP/1.1 ")));
	assert_true(tms_str_int64(tms_str_slice(head, 9, 12), &status));
	if (status == 100) {
		client->continues++;
		client->parsed = end + 4;
		return true;
	}
	size_t at = tms_str_find(head, TMS_STR("\r\nContent-Length: "), 0);
	if (at != SIZE_MAX) {
		size_t stop = tms_str_find(head, TMS_STR("\r\n"), at + 18);
		assert_true(tms_str_int64(tms_str_slice(head, at + 18, stop), &length));
	} else {
		assert_true(status == 204 ||
			    status == 304); /* else the client could not know its end */
	}
	if (client->heads) {
		client->heads--;
		length = 0;
	}
	if (all.len < end + 4 + (size_t)length)
		return false;
	client->body = tms_str_slice(all, end + 4, end + 4 + (size_t)length);
	client->parsed = end + 4 + (size_t)length;
	assert_true(client->count < TMS_COUNT(client->statuses));
	client->statuses[client->count++] = (int)status;
	return true;
}

static inline void client_on_readable(evutil_socket_t fd, short events, void *context)
{
	struct client *client = context;

	(void)events;
	assert_true(tms_buf_reserve(&client->heard, 65536));
	ssize_t got = recv(fd, client->heard.ptr + client->heard.len, 65536, MSG_DONTWAIT);
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (got <= 0) {
		client->is_closed = true;
		event_del(client->readable);
		event_del(client->writable);
	} else {
		client->heard.len += (size_t)got;
	}
	while (client_parse_one(client))
		continue;
	event_base_loopbreak(client->base);
}

static inline void client_on_writable(evutil_socket_t fd, short events, void *context)
{
	struct client *client = context;
	size_t left = client->out.len - client->said;
	ssize_t sent = send(fd, client->out.ptr + client->said, left, MSG_DONTWAIT | MSG_NOSIGNAL);

	(void)events;
	if (sent > 0)
		client->said += (size_t)sent;
	if (client->said == client->out.len || (sent < 0 && errno != EAGAIN))
		event_del(client->writable);
}

static inline void client_take(struct client *client, struct event_base *base, int fd)
{
	*client = (struct client){ .base = base, .fd = fd };
	client->readable = event_new(base, fd, EV_READ | EV_PERSIST, client_on_readable, client);
	client->writable = event_new(base, fd, EV_WRITE | EV_PERSIST, client_on_writable, client);
	assert_int_equal(event_add(client->readable, NULL), 0);
}

static inline void client_connect(struct client *client, struct event_base *base, uint16_t port)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr = { htonl(INADDR_LOOPBACK) } };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_true(fd >= 0);
	/* the kernel connects it to the listener's queue; nobody need accept first */
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	client_take(client, base, fd);
}

static inline void client_say(struct client *client, struct tms_str text)
{
	tms_buf_add(&client->out, text);
	assert_int_equal(event_add(client->writable, NULL), 0);
}

static inline void client_close(struct client *client)
{
	event_free(client->readable);
	event_free(client->writable);
	if (client->fd >= 0)
		close(client->fd);
	tms_buf_free(&client->out);
	tms_buf_free(&client->heard);
	*client = (struct client){ .fd = -1 };
}

static inline void client_gives_up(evutil_socket_t fd, short events, void *context)
{
	(void)fd;
	(void)events;
	*(bool *)context = true;
}

/* Run the loop until the condition holds; ten seconds of silence fail the test. */
#define RUN_UNTIL(loop_base, condition)                                                            \
	do {                                                                                       \
		bool too_late_ = false;                                                            \
		struct timeval patience_ = { 10, 0 };                                              \
		struct event *guard_ = evtimer_new(loop_base, client_gives_up, &too_late_);        \
		event_add(guard_, &patience_);                                                     \
		while (!(condition) && !too_late_)                                                 \
			event_base_loop(loop_base, EVLOOP_ONCE);                                   \
		event_free(guard_);                                                                \
		if (too_late_)                                                                     \
			fail_msg("never came true: %s", #condition);                               \
	} while (0)

#endif
