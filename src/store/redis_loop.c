/*
 * hiredis on libevent. Its own adapter (hiredis/adapters/libevent.h) aborts without memory and
 * cannot tell us of progress; this one notes the time whenever the socket takes or gives bytes.
 */
#include "redis.h"

#include <stdlib.h>

struct wire {
	struct tms_redis *redis;
	redisAsyncContext *context;
	struct event *read, *write;
};

static void on_readable(evutil_socket_t fd, short what, void *context)
{
	struct wire *wire = context;

	(void)fd;
	(void)what;
	wire->redis->progress_ms = tms_store_steady_ms();
	redisAsyncHandleRead(wire->context); /* may free the wire */
}

static void on_writable(evutil_socket_t fd, short what, void *context)
{
	struct wire *wire = context;

	(void)fd;
	(void)what;
	wire->redis->progress_ms = tms_store_steady_ms();
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
	free(wire);
}

bool tms_redis_attach(struct tms_redis *redis, redisAsyncContext *context)
{
	struct event_base *base = redis->store.base;
	struct wire *wire = calloc(1, sizeof(*wire));

	if (!wire)
		return false;
	wire->redis = redis;
	wire->context = context;
	wire->read = event_new(base, context->c.fd, EV_READ | EV_PERSIST, on_readable, wire);
	wire->write = event_new(base, context->c.fd, EV_WRITE | EV_PERSIST, on_writable, wire);
	if (!wire->read || !wire->write) {
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
