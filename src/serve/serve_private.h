/* What the files of the server share: its parts, and who changes them. */
#ifndef SERVE_PRIVATE_H
#define SERVE_PRIVATE_H

#include <sys/queue.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <event2/event.h>
#include <event2/event_struct.h>

#include <tamis/hash.h>

#include "server.h"
#include "slot_map.h"

#define PEER_BYTES 46 /* INET6_ADDRSTRLEN */

/*
 *        first byte      head there      whole         answered       taken
 *   IDLE ----------> HEAD ---------> BODY -----> ANSWER -------> WRITE -----> IDLE
 *                      \______________/                           \ closing
 *                        refused, or too late: WRITE, then  -> LINGER -> closed
 */
enum phase {
	PHASE_IDLE,
	PHASE_HEAD,
	PHASE_BODY,
	PHASE_ANSWER,
	PHASE_WRITE,
	PHASE_LINGER,
};

/** Counters have one writer, their server, and readers in any thread, who see no half of one. */
#define COUNT_ADD(counter, n) __atomic_store_n(&(counter), (counter) + (n), __ATOMIC_RELAXED)
#define COUNT_ONE(counter) COUNT_ADD(counter, 1)
#define COUNT_ONE_LESS(counter) __atomic_store_n(&(counter), (counter)-1, __ATOMIC_RELAXED)

/** What lent bytes to an answer. */
struct output_lender {
	tms_release_fn release;
	void *owner;
	size_t first, end; /* the parts that it lent */
};

/** Bytes on their way to the client: of one answer, or of several to pipelined requests. */
struct output {
	struct iovec *parts; /* in the workspace's arena, as lenders; or both in `kept` */
	size_t part_count;
	size_t part_capacity;
	size_t next;                 /* the first that is not sent whole */
	size_t bytes;                /* lined up in parts, sent or not */
	size_t sent;                 /* of them */
	struct tms_answer_file file; /* what is left of it; behind all parts */
	struct output_lender *lenders;
	size_t lender_count;
	size_t lender_capacity;
	void *kept; /* while the client is slow: parked (park.c) */
	size_t kept_bytes;
};

/**
 * Memory that a connection has from the first byte of a request until the last of its answer, unless
 * its client is slow. There are few at a time and they are used again, the warmest first: a request
 * costs no allocation, and a connection that waits for its client holds what it has to (park.c).
 */
struct workspace {
	struct workspace *next_spare;
	struct tms_buf input;
	struct tms_arena arena;
};

/** What a connection waits for that only its client can bring: it is among those that make room. */
enum slow {
	SLOW_HALF,   /* the rest of a request */
	SLOW_IDLE,   /* a request, or the client's end */
	SLOW_READER, /* that more of an answer is taken */
	SLOW_KINDS,
	SLOW_NOT = SLOW_KINDS,
};

struct connection {
	struct tms_server *server;
	struct party *party; /* NULL: not counted in one yet */
	enum slow slow;
	TAILQ_ENTRY(connection) slow_entry; /* in its party's list of that kind */
	int fd;
	uint32_t slot;
	enum phase phase;
	bool keeps_alive;     /* after the answer under way */
	bool is_busy;         /* its requests are being read, further up the stack: free later */
	bool is_doomed;       /* closed, to be freed */
	bool is_reading;      /* read_event is added */
	bool has_served;      /* a request before */
	bool has_continued;   /* 100 was sent for the request under way */
	bool has_ended;       /* the client sends nothing more */
	bool is_blocked;      /* write_event is added */
	uint64_t deadline_ms; /* of the phase */
	struct event read_event;
	struct event write_event;
	struct workspace *work; /* NULL: idle, lingering, or slow */
	char *kept;             /* what has come of a slow client's request */
	size_t kept_bytes;
	size_t input_start; /* where the request under way starts in its input */
	struct tms_request_reader reader;
	struct tms_request
		request; /* from ANSWER until the answer is sent, or waits behind another */
	struct output_lender left; /* told when the request's exchange ends without its answer */
	struct output output;
	struct tms_quota_cells cells; /* of its address */
	char peer[PEER_BYTES];
};

struct listener {
	int fd;
	struct tms_listen address;
	bool owns_path; /* of a unix socket: to be removed with it */
	struct event event;
	struct tms_server *server;
};

TAILQ_HEAD(connection_list, connection);

/** All connections of one address here; see party.c. */
struct party {
	LIST_ENTRY(party) same_bucket;
	uint8_t address[16];
	bool is_counted; /* else it stands for many, and is never the greediest */
	unsigned rank;   /* the binary logarithm of `open`, 0 where it is not counted */
	size_t open;
	struct connection_list slow[SLOW_KINDS]; /* the longest waiting first */
	TAILQ_ENTRY(party) ranked[SLOW_KINDS];   /* where there are any */
};

/** Memory of connections; see pool.c. */
struct connection_block;
struct connection_pool {
	TAILQ_HEAD(connection_blocks, connection_block) open; /* those with a free place */
	struct connection_block *spare;                       /* one of them that is empty */
};

LIST_HEAD(party_bucket, party);
TAILQ_HEAD(party_list, party);
#define PARTY_RANKS 32

/** Who connects: the address that is counted, an IPv6 one without its lower half. */
struct peer {
	uint8_t address[16];
	bool is_counted;
	struct tms_quota_cells cells;
	char text[PEER_BYTES];
};

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

/* server.c */
uint64_t serve_now_ms(void);
/** Make sure that deadlines are looked at. */
void serve_start_ticking(struct tms_server *server);
/** A connection has ended: room again, and perhaps the last one. */
void serve_connection_ended(struct tms_server *server);

/* listener.c */
enum tms_status listener_open(
	struct tms_server *server, const struct tms_listen *address, struct tms_diag *diag);
/** One more listener where another server's listens already. */
enum tms_status listener_open_beside(
	struct tms_server *server, const struct listener *first, struct tms_diag *diag);
/** From here on clients can connect. */
enum tms_status listener_start(struct listener *listener, struct tms_diag *diag);
void listener_free(struct listener *listener);
/**
 * Let nobody connect any more; who has begun to may go on. False when handshakes may be under way,
 * because clients are not on this machine.
 */
bool listener_refuse_new(struct listener *listener);
/** Take connections that wait, some at a time. True when more may wait. */
bool listener_accept_some(struct listener *listener);
void listeners_pause(struct tms_server *server);
void listeners_resume(struct tms_server *server);
/** Close an idle connection if a server that shares the quota has asked for it. */
void listeners_make_room(struct tms_server *server);

/* address.c */
/** Who is at the other end; cells are left {0}. */
void peer_read(
	const struct tms_server *server, const struct sockaddr_storage *peer, struct peer *origin);

/* pool.c */
void connection_pool_init(struct connection_pool *pool);
/** All were given back. */
void connection_pool_fini(struct connection_pool *pool);
/** Zeroed but for its fd, -1; or NULL. */
struct connection *connection_pool_take(struct connection_pool *pool);
void connection_pool_give_back(struct connection_pool *pool, struct connection *connection);

/* party.c */
/** False when memory is out. */
bool parties_init(struct tms_server *server);
void parties_fini(struct tms_server *server);
/** The party of this address, or NULL. */
struct party *party_find(struct tms_server *server, const uint8_t address[16]);
/** One more connection of it. False when there is no memory. */
bool party_join(struct connection *connection, const struct peer *origin);
/** Gone: from its party, too. */
void party_leave(struct connection *connection);
/** It waits for its client, or does no longer (SLOW_NOT). What it was before counts on. */
void party_list(struct connection *connection, enum slow slow);
/**
 * The connection that others lose least by: of the party that has most, the one that waits longest
 * for the rest of a request; else for a request; else for a reader. NULL: there is none.
 * of    NULL: of any party
 * kept  it must hold memory
 */
struct connection *party_victim(struct tms_server *server, struct party *of, bool kept);
/** Close it, for others to have its place or memory. */
void party_evict(struct connection *connection);

/* park.c */
/**
 * The turn has ended: what a slow client has left unfinished goes into memory of its size, and the
 * workspace to others. The connection may be closed after.
 */
void park_begin(struct connection *connection);
/** What was kept of a request is in a workspace again. False when there is no memory. */
bool park_end(struct connection *connection);
/** Forget what was kept of a request. */
void park_drop(struct connection *connection);
/** Give back an output's memory. */
void park_drop_output(struct tms_server *server, struct output *output);

/* connection.c */
/**
 * A connected socket, taken, with its place in the quota and its address's cells. When there is no
 * memory it is closed, and place and cells are given back.
 */
void connection_new(struct tms_server *server, int fd, struct peer *origin);
/** Close now, or when the handler is back. resets: what is not sent is thrown away. */
void connection_close(struct connection *connection, bool resets);
/** Its phase has lasted too long. */
void connection_expire(struct connection *connection);
/** All that was lined up is sent: go on. */
void connection_sent(struct connection *connection);
/**
 * True when the answer just lined up may wait for the next one: the client has sent the next request
 * already, and it is looked at now.
 */
bool connection_takes_next(struct connection *connection);
/** Drain: close it unless a request is there or is to be expected. */
void connection_drain(struct connection *connection);

/**
 * Answer with this and end: nothing more is read as a request, because where the next one starts is
 * not known.
 */
void connection_refuse(struct connection *connection, int status, struct tms_str text,
	enum tms_server_reason reason);

/* input.c */
/** There are bytes that no request has taken. */
bool input_is_there(const struct connection *connection);
/** Read once. False when the connection is closed or refused. */
bool input_read(struct connection *connection);
/**
 * While its answer is made a client sends the next request, or nothing more. The latter looks the
 * same whether it has left or only closed its half, as some do behind their last request: so it is
 * answered, unless that takes long.
 */
void input_look_whether_left(struct connection *connection);
/** Read once, and forget it. */
void input_read_away(struct connection *connection);

/* workspace.c */
/** NULL when there is no memory. */
struct workspace *workspace_take(struct tms_server *server);
/** NULL is accepted. */
void workspace_give_back(struct tms_server *server, struct workspace *work);
void workspaces_free(struct tms_server *server);

/* output.c */
/** Write the answer to the request under way; its exchange ends here. */
void output_answer(struct connection *connection, const struct tms_answer *answer);
/** One sentence as text/plain. */
void output_text(
	struct connection *connection, int status, struct tms_str text, int64_t retry_after_s);
/** Line up 100 Continue. False when there is no memory. */
bool output_continue(struct connection *connection);
/** Go on writing. */
void output_flush(struct connection *connection);
/** Give back what is not sent. */
void output_drop(struct connection *connection);

#endif
