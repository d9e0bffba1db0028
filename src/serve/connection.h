/*
 * One connection: what it is, and its life from accepted to the request that is handed over. Behind
 * it stand phase.h (what it waits for), input.h, output_answer.h, keep_alive.h (the next request),
 * park.h (while its client is slow) and connection_close.h.
 */
#ifndef TAMIS_SERVE_CONNECTION_H
#define TAMIS_SERVE_CONNECTION_H

#include <event2/event.h>
#include <event2/event_struct.h>

#include "output.h"
#include "party.h"
#include "peer.h"
#include "phase.h"
#include "workspace.h"

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
	char *kept;             /* of the quota: what has come of a slow client's request */
	size_t kept_bytes;
	size_t input_start; /* where the request under way starts in its input */
	struct tms_request_reader reader;
	struct tms_request request; /* from ANSWER until its answer is sent, or waits for others */
	tms_release_fn left; /* told when the request's exchange ends without its answer, or NULL */
	void *left_owner;
	struct output output;
	struct quota_cells cells; /* of its address */
	char peer[PEER_BYTES];
};

/**
 * A connected socket, taken, with its place in the quota and its address's cells. When memory is
 * out it is closed, and place and cells are given back.
 */
void connection_new(struct tms_server *server, int fd, struct peer *peer);
/** Its phase has lasted too long. */
void connection_expire(struct connection *connection);
/** The server ends: close it unless a request is there or is to be expected. */
void connection_drain(struct connection *connection);

#endif
