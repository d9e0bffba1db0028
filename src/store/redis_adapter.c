/*
 * hiredis on libevent. Its own adapter (hiredis/adapters/libevent.h) aborts without memory and
 * cannot tell us of progress; this one notes the time whenever the socket takes or gives bytes.
 *
 * A reply that nobody asked for ends hiredis 0.14.1 with an assertion, and us with it. So what
 * comes is read here, counted by a reader that keeps nothing, and handed over when as much was
 * asked.
 */
#include "redis_private.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

#define READ_BYTES 16384 /* as hiredis reads */

/* The second half of redisAsyncHandleRead; the library has it, its headers do not say so. */
void redisProcessCallbacks(redisAsyncContext *context);

struct wire {
	struct redis *redis;
	redisAsyncContext *context;
	struct event *read, *write;
	redisReader *counter; /* has seen what the context's reader has */
};

static size_t awaited(const redisAsyncContext *context)
{
	size_t count = 0;

	for (const redisCallback *c = context->replies.head; c; c = c->next)
		count++;
	return count;
}

/* Whole replies that end in these bytes. What breaks the protocol is left to hiredis. */
static size_t count_replies(redisReader *counter, const char *bytes, size_t len)
{
	size_t count = 0;
	void *reply = NULL;

	if (redisReaderFeed(counter, bytes, len) != REDIS_OK)
		return 0;
	while (redisReaderGetReply(counter, &reply) == REDIS_OK && reply)
		count++;
	return count;
}

static void on_readable(evutil_socket_t fd, short what, void *context)
{
	struct wire *wire = context;
	redisAsyncContext *redis = wire->context;
	char bytes[READ_BYTES];

	(void)what;
	wire->redis->progress_ms = store_steady_ms();
	if (wire->redis->must_drop)
		return;
	if (!(redis->c.flags & REDIS_CONNECTED)) {
		redisAsyncHandleWrite(
			redis); /* notes that it is; we are called again for the bytes */
		return;
	}
	ssize_t got = recv((int)fd, bytes, sizeof(bytes), MSG_DONTWAIT);
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (got <= 0) {
		redisAsyncHandleRead(redis); /* finds the same; may free the wire */
		return;
	}
	if (count_replies(wire->counter, bytes, (size_t)got) > awaited(redis)) {
		redis_drop_later(wire->redis, TMS_STORE_DISCONNECTED,
			"Redis answers what nobody asked: something between changes what is said");
		return;
	}
	(void)redisReaderFeed(redis->c.reader, bytes, (size_t)got);
	redisProcessCallbacks(redis); /* may free the wire */
}

static void on_writable(evutil_socket_t fd, short what, void *context)
{
	struct wire *wire = context;

	(void)fd;
	(void)what;
	wire->redis->progress_ms = store_steady_ms();
	redisAsyncHandleWrite(wire->context); /* may free the wire */
}

static void add_read(void *data)
{
	(void)event_add(((struct wire *)data)->read, NULL);
}

static void remove_read(void *data)
{
	(void)event_del(((struct wire *)data)->read);
}

static void add_write(void *data)
{
	(void)event_add(((struct wire *)data)->write, NULL);
}

static void remove_write(void *data)
{
	(void)event_del(((struct wire *)data)->write);
}

static void clean_up(void *data)
{
	struct wire *wire = data;

	if (wire->read)
		event_free(wire->read);
	if (wire->write)
		event_free(wire->write);
	if (wire->counter)
		redisReaderFree(wire->counter);
	free(wire);
}

void redis_send_now(struct redis *redis)
{
	int is_done = 0;

	/* frees nothing: a failure is kept in the context, and the loop's next turn finds it there */
	if (redis->context && !redis->must_drop)
		(void)redisBufferWrite(&redis->context->c, &is_done);
}

bool redis_attach(struct redis *redis, redisAsyncContext *context)
{
	struct event_base *base = redis->store.base;
	struct wire *wire = calloc(1, sizeof(*wire));

	if (!wire)
		return false;
	wire->redis = redis;
	wire->context = context;
	wire->read = event_new(base, context->c.fd, EV_READ | EV_PERSIST, on_readable, wire);
	wire->write = event_new(base, context->c.fd, EV_WRITE | EV_PERSIST, on_writable, wire);
	wire->counter = redisReaderCreateWithFunctions(NULL);
	if (!wire->read || !wire->write || !wire->counter) {
		clean_up(wire);
		return false;
	}
	context->ev.data = wire;
	context->ev.addRead = add_read;
	context->ev.delRead = remove_read;
	context->ev.addWrite = add_write;
	context->ev.delWrite = remove_write;
	context->ev.cleanup = clean_up;
	return true;
}
