/*
 * Who makes room. Connections stand by the address that they came from, a party, and in it by what
 * they wait for; parties stand by the binary logarithm of how many connections they have. So the
 * connection that others lose least by is found at once, however many there are: of the greediest
 * party the one that has waited longest for the rest of its request, before any that waits for one.
 */
#ifndef TAMIS_SERVE_PARTY_H
#define TAMIS_SERVE_PARTY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sys/queue.h>

struct connection;
struct peer;
struct tms_server;

/** What a connection waits for that only its client can bring: it is among those that make room. */
enum slow {
	SLOW_HALF,   /* the rest of a request */
	SLOW_IDLE,   /* a request, or the client's end */
	SLOW_READER, /* that more of an answer is taken */
	SLOW_KINDS,
	SLOW_NOT = SLOW_KINDS,
};

TAILQ_HEAD(connection_list, connection);

/** All connections of one address at one server. */
struct party {
	LIST_ENTRY(party) same_bucket;
	uint8_t address[16];
	bool is_counted; /* else it stands for many, and is never the greediest */
	unsigned rank;   /* the binary logarithm of `open`, 0 where it is not counted */
	size_t open;
	struct connection_list slow[SLOW_KINDS]; /* the longest waiting first */
	TAILQ_ENTRY(party) ranked[SLOW_KINDS];   /* where there are any */
};

LIST_HEAD(party_bucket, party);
TAILQ_HEAD(party_list, party);
#define PARTY_RANKS 32

/** The server's tables. False when memory is out. */
bool parties_init(struct tms_server *server);
/** All connections have ended. */
void parties_fini(struct tms_server *server);
/** The party of this address, or NULL. */
struct party *party_find(struct tms_server *server, const uint8_t address[16]);
/** One more connection of it. False when memory is out. */
bool party_join(struct connection *connection, const struct peer *peer);
/** Gone: from its party, too. */
void party_leave(struct connection *connection);
/** It waits for its client, or does no longer (SLOW_NOT). What it was before counts on. */
void party_list(struct connection *connection, enum slow slow);
/**
 * The connection that others lose least by: of the party that has most, the one that waits longest
 * for the rest of a request; else for a request; else for a reader. NULL: there is none. To be
 * closed with connection_evict.
 * of    NULL: of any party
 * kept  it must hold memory of the quota
 */
struct connection *party_victim(struct tms_server *server, struct party *of, bool kept);

#endif
