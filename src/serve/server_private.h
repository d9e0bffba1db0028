/* A server's own state. Its connections change it, each through its own file. */
#ifndef TAMIS_SERVE_SERVER_PRIVATE_H
#define TAMIS_SERVE_SERVER_PRIVATE_H

#include <event2/event.h>
#include <event2/event_struct.h>

#include <tamis/hash.h>

#include "connection_pool.h"
#include "party.h"
#include "server.h"
#include "slot_map.h"

struct listener;
struct workspace;

/** Counters have one writer, their server, and readers in any thread, who see no half of one. */
#define COUNT_ADD(counter, n) __atomic_store_n(&(counter), (counter) + (n), __ATOMIC_RELAXED)
#define COUNT_ONE(counter) COUNT_ADD(counter, 1)
#define COUNT_ONE_LESS(counter) __atomic_store_n(&(counter), (counter)-1, __ATOMIC_RELAXED)

struct tms_server {
	struct event_base *base;
	struct tms_server_options options;
	tms_server_handle_fn handle;
	void *context;
	struct tms_server_counters counters;
	struct listener **listeners;
	size_t listener_count;
	bool is_paused; /* listeners wait for a connection to end or for the next tick */
	struct connection_pool pool;
	struct slot_map connections; /* a generation is one exchange */
	struct party_bucket *parties;
	struct tms_hash_seed party_seed;
	struct party_list ranks[SLOW_KINDS][PARTY_RANKS];
	struct tms_quota *quota;
	bool owns_quota;
	struct event tick;
	uint32_t tick_ms;
	struct event sweep; /* of deadlines, goes on when other events have had their turn */
	size_t swept;       /* slots */
	struct event drain_event;
	struct event close_event; /* of the listeners, once handshakes under way have ended */
	bool is_draining;
	tms_server_done_fn drained;
	void *drained_context;
	struct workspace *spares;
	size_t spare_count;
	struct tms_buf head; /* of the answer being started */
	struct tms_buf date; /* the line of date_at */
	tms_time date_at;
	int fd_limit;
};

#endif
