/*
 * The HTTP server: listeners and connections on an event loop, one thread. Several servers, each on
 * a loop and a thread of its own, can listen on the same addresses and share their limits: what may
 * be called from other threads says so.
 *
 * A connection reads one request at a time; what is pipelined behind it waits in the kernel or in
 * the input buffer, so answers leave in order by construction. Head and body leave in one gathered
 * write with TCP_NODELAY set: a response in two writes waits for the client's delayed
 * acknowledgement, 40 ms each. Only a file takes a second call: its bytes are lent by sendfile, and
 * the head waits for them in the kernel (MSG_MORE). Every phase of a connection has a deadline
 * counted from its start, not from the last byte, so that a byte a second holds nothing.
 */
#ifndef TAMIS_SERVE_SERVER_H
#define TAMIS_SERVE_SERVER_H

#include <tamis/diag.h>
#include <tamis/listen.h>
#include <tamis/request.h>
#include <tamis/response.h>

#include "quota.h"

struct event_base;
struct tms_server;
struct tms_relay;

/**
 * One request that waits for its answer: a value, to be copied and kept as long as one likes. It
 * ends when it is answered, when its connection is gone, or when the deadline for answers has
 * passed (503 is sent then); later use is harmless and says so. It must not be used after its
 * server was freed.
 */
struct tms_exchange {
	struct tms_server *server;
	uint32_t slot;
	uint32_t generation;
	struct tms_relay *relay; /* set instead of server: it came from another loop, see relay.h */
};

/**
 * Answer a request: at once, inside this call, or later. Runs on the loop.
 * request  borrowed, until the exchange ends; after this call reach it by tms_exchange_request
 */
typedef void (*tms_server_handle_fn)(
	void *context, struct tms_exchange exchange, const struct tms_request *request);
typedef tms_time (*tms_server_now_fn)(void *context);
typedef void (*tms_server_done_fn)(void *context);
/** The bytes of an answer are no longer needed. */
typedef void (*tms_release_fn)(void *owner);

struct tms_server_options {
	struct tms_request_limits request;
	/**
	 * At the limit a half-sent request makes room, the oldest of the address with most
	 * connections; else an idle connection; else accepting pauses.
	 */
	size_t max_connections;
	/**
	 * Of one IPv4 address or IPv6 /64; beyond, one of its own makes room, else 503 and closed.
	 */
	size_t max_per_address;
	/** Per-address limit also for loopback, where proxies stand; unix sockets never. */
	bool counts_local;
	/**
	 * Who is not counted either: proxies, which bring many clients. NULL: nobody.
	 * address: "192.0.2.1".
	 */
	bool (*is_uncounted)(void *context, struct tms_str address);
	void *uncounted_context;
	/**
	 * Shared with other servers, borrowed, outlives them: its limits are in force instead of
	 * max_connections and max_per_address. NULL: a quota of its own.
	 */
	struct tms_quota *quota;
	/** Others may listen on the same addresses later: tms_server_listen_beside. */
	bool reuse_port;
	/** Only take the addresses; clients are refused until tms_server_open. */
	bool listens_later;
	size_t reserve_fds; /* descriptors kept free for stores and upstreams */
	int backlog;
	/* deadlines, each from the start of its phase */
	uint32_t head_ms;   /* first byte of a request to the end of its head */
	uint32_t body_ms;   /* end of head to end of body */
	uint32_t answer_ms; /* request whole to answered; then 503 */
	uint32_t left_ms;   /* the client sends nothing more: perhaps it has left; then closed */
	uint32_t write_ms;  /* answered to last byte taken by the kernel */
	uint32_t idle_ms;   /* between requests, and before the first */
	uint32_t linger_ms; /* after a refusal: what still comes is read away, so that it is seen */
	tms_server_now_fn now; /* for Date; NULL: the system's clock */
	void *now_context;
};

/**
 * 16 KiB heads; 4,096 connections, 64 for an address; 10, 30, 30, 1, 60, 75 and 2 s; 32 descriptors
 * in reserve.
 */
void tms_server_options_init(struct tms_server_options *options);

enum tms_server_reason {
	TMS_REASON_MALFORMED,        /* 400 */
	TMS_REASON_LENGTH,           /* 411: a transfer coding */
	TMS_REASON_TOO_LARGE,        /* 413, 414, 431 */
	TMS_REASON_UNSUPPORTED,      /* 417, 501, 505 */
	TMS_REASON_HEAD_DEADLINE,    /* 408 */
	TMS_REASON_BODY_DEADLINE,    /* 408 */
	TMS_REASON_ANSWER_DEADLINE,  /* 503 */
	TMS_REASON_WRITE_DEADLINE,   /* closed */
	TMS_REASON_ADDRESS_LIMIT,    /* 503 */
	TMS_REASON_CONNECTION_LIMIT, /* an idle one was closed to make room, or accepting paused */
	TMS_REASON_SLOW,           /* a half-sent request (503) or an answer not taken made room */
	TMS_REASON_DESCRIPTORS,    /* accepting paused: no descriptor or memory left */
	TMS_REASON_ANSWER_INVALID, /* 500: an answer with an unsafe header, or no memory for it */
	TMS_REASONS,
};

/** Since the server was made, but for `open`, `idle` and `waiting`: now. */
struct tms_server_counters {
	size_t open;           /* connections */
	size_t idle;           /* of these: between requests */
	size_t waiting;        /* of these: with a request that waits for its answer */
	uint64_t accepted;     /* connections */
	uint64_t requests;     /* whole ones, handed to the handler */
	uint64_t responses[6]; /* by first digit of the status, 1 to 5, refusals included */
	uint64_t rejected[TMS_REASONS];
	uint64_t read_bytes;
	uint64_t written_bytes;
	uint64_t writes; /* system calls that wrote */
};

/**
 * A server without listeners. base is borrowed and outlives it; handler and context too.
 * TMS_OK sets *out; TMS_ENOMEM, TMS_EINVAL (a limit or deadline of 0).
 */
TMS_MUST_CHECK enum tms_status tms_server_new(struct event_base *base,
	const struct tms_server_options *options, tms_server_handle_fn handle, void *context,
	struct tms_server **out);
/**
 * Close everything at once; exchanges end without an answer. Not from within a handler. NULL is
 * accepted.
 */
void tms_server_free(struct tms_server *server);

/**
 * Listen on one more address; at once clients can connect. A unix socket that nobody listens on any
 * more is replaced. TMS_OK; TMS_EINVAL, TMS_EIO (the system refused: in use, no right), TMS_ENOMEM
 * with the reason in *diag.
 */
TMS_MUST_CHECK enum tms_status tms_server_listen(
	struct tms_server *server, struct tms_str address, struct tms_diag *diag);
/**
 * Let clients connect to all addresses, with option listens_later. TMS_OK; TMS_EIO (somebody was
 * faster), TMS_ENOMEM with the reason in *diag.
 */
TMS_MUST_CHECK enum tms_status tms_server_open(struct tms_server *server, struct tms_diag *diag);
/**
 * Listen wherever `first` does, whose option reuse_port was set: the system spreads connections
 * over the sockets of an IP address (SO_REUSEPORT, also where `first` was given port 0), and
 * whoever is free takes those of a unix socket, of which there is one. Before either server's loop
 * runs.
 * TMS_OK; TMS_EINVAL (reuse_port was not set), TMS_EIO, TMS_ENOMEM with the reason in *diag;
 * listeners that were made until then stay.
 */
TMS_MUST_CHECK enum tms_status tms_server_listen_beside(
	struct tms_server *server, const struct tms_server *first, struct tms_diag *diag);
/**
 * The port of listener `index`, in order of tms_server_listen: the real one where 0 was asked; 0
 * for unix sockets, and where there is no such listener.
 */
uint16_t tms_server_port(const struct tms_server *server, size_t index);

/**
 * Stop: let nobody connect any more, take what is connected already, let requests that have begun
 * be answered, and close what is left after deadline_ms. Who has just connected, or has just been
 * answered and is about to ask again, has a moment for it; other idle connections are closed in
 * order. done is called once from the loop, never inside this call; it may free the server. May be
 * NULL.
 */
void tms_server_drain(
	struct tms_server *server, uint32_t deadline_ms, tms_server_done_fn done, void *context);
/** Add them to *sum, from any thread: each number is right, not all of one instant. */
void tms_server_counters_add(const struct tms_server *server, struct tms_server_counters *sum);
/** "malformed", "head_deadline", … for labels. Static. */
const char *tms_server_reason_name(enum tms_server_reason reason);

/** Bytes of an open file, which do not change until they are released; bytes 0: none. */
struct tms_answer_file {
	int fd; /* borrowed until then */
	uint64_t offset;
	size_t bytes;
};

/** What is sent. The head is written in the call; the body leaves when the client takes it. */
struct tms_answer {
	struct tms_response response; /* borrowed for the call */
	/**
	 * Instead of `response`, when not empty: what tms_response_write_head wrote for these
	 * pieces before. Borrowed for the call; only that it fits the pieces is looked at.
	 */
	struct tms_str head;
	const struct tms_str *pieces; /* of the body, in order; borrowed for the call */
	size_t piece_count;
	/**
	 * The body's rest, behind the pieces; only with release. The program ignores SIGPIPE:
	 * sendfile cannot be told not to raise it.
	 */
	struct tms_answer_file file;
	/**
	 * NULL: the pieces are copied. Else they are sent from where they lie, and release(owner)
	 * is called exactly once when the last is sent, the connection is gone or the answer was
	 * not taken: perhaps within the call.
	 */
	tms_release_fn release;
	void *owner; /* taken: a reference, for example */
};

/**
 * Answer the exchange and end it. HEAD, 204 and 304 send no body; for HEAD the pieces still give
 * Content-Length. False when the exchange had already ended; owner is released then too. An answer
 * that cannot be written (unsafe header, a ready-made head of another body) is replaced by 500 and
 * counted.
 */
bool tms_exchange_answer(struct tms_exchange exchange, const struct tms_answer *answer);
/** Answer with a status and one sentence as text/plain; copied. retry_after_s 0: none. */
bool tms_exchange_answer_text(
	struct tms_exchange exchange, int status, struct tms_str text, int64_t retry_after_s);
/**
 * The request, or NULL when the exchange has ended; also when it came from another loop, whose
 * client has left: then nobody waits for the answer.
 */
const struct tms_request *tms_exchange_request(struct tms_exchange exchange);
/** Memory that lives until the answer is sent, or NULL when the exchange has ended. */
struct tms_arena *tms_exchange_arena(struct tms_exchange exchange);
/**
 * The client's address without port, "192.0.2.1" or "2001:db8::1", in the exchange's arena; "unix";
 * empty when ended.
 */
struct tms_str tms_exchange_peer(struct tms_exchange exchange);

#endif
