/* Accepting connections within the limits, and who is evicted for a new one. */
#include "listener_accept.h"

#include <errno.h>
#include <unistd.h>

#include <sys/socket.h>

#include "connection.h"
#include "connection_close.h"
#include "listener.h"
#include "server_private.h"
#include "tick.h"

/* Connections taken in one go, before those that are there have their turn. */
#define ACCEPTS_PER_TURN 64

void listeners_make_room(struct tms_server *server)
{
	struct connection *victim = party_victim(server, NULL, false);

	if (victim && quota_is_asked_for_room(server->quota))
		connection_evict(victim);
}

static void refuse_address(struct tms_server *server, int fd)
{
	char waste[4096];
	static const char text[] = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 50\r\n"
				   "Content-Type: text/plain; charset=utf-8\r\nRetry-After: 10\r\n"
				   "Connection: close\r\n\r\n"
				   "Too many connections from this address; try later\n";

	COUNT_ONE(server->counters.rejected[TMS_REASON_ADDRESS_LIMIT]);
	COUNT_ONE(server->counters.responses[5]);
	if (send(fd, text, sizeof(text) - 1, MSG_NOSIGNAL | MSG_DONTWAIT) > 0)
		COUNT_ONE(server->counters.writes);
	/* a socket that is closed with something unread is reset, and the words may be lost */
	(void)!recv(fd, waste, sizeof(waste), MSG_DONTWAIT);
	close(fd);
}

/* One more connection of this address; at its limit its own slowest makes room. */
static bool count_address(struct tms_server *server, struct peer *peer)
{
	if (!peer->is_counted)
		return true;
	while (!quota_add_address(server->quota, peer->address, &peer->cells)) {
		struct party *party = party_find(server, peer->address);
		struct connection *victim = party ? party_victim(server, party, false) : NULL;
		if (!victim)
			return false;
		connection_evict(victim);
	}
	return true;
}

/* A connection with its place in the quota. */
static void take(struct tms_server *server, int fd, const struct sockaddr_storage *address)
{
	struct peer peer = { 0 };

	peer_read(&server->options, address, &peer);
	if (count_address(server, &peer)) {
		connection_new(server, fd, &peer);
		return;
	}
	quota_give_back(server->quota);
	refuse_address(server, fd);
}

/* Why accept failed. True when the next try may do. */
static bool survives(struct tms_server *server, int error)
{
	switch (error) {
	case EMFILE:
	case ENFILE:
	case ENOBUFS:
	case ENOMEM:
		/* trying again at once would spin: the connection still waits */
		COUNT_ONE(server->counters.rejected[TMS_REASON_DESCRIPTORS]);
		listeners_pause(server);
		return false;
	case EINTR:
	case ECONNABORTED:
	case EPROTO:
		return true; /* a client that has left again */
	default:
		return false;
	}
}

/* A place for the connection that was accepted, from one that waits for its client. */
static bool evict(struct tms_server *server, bool has_place)
{
	do {
		struct connection *victim = party_victim(server, NULL, false);
		if (!victim)
			return false;
		connection_evict(victim);
	} while (!has_place && !quota_take(server->quota)); /* another server may be faster */
	return true;
}

/* False when no more can be taken now. */
static bool accept_one(struct listener *listener)
{
	struct tms_server *server = listener->server;
	struct sockaddr_storage address = { 0 };
	socklen_t length = sizeof(address);
	bool has_place = quota_take(server->quota);
	bool lacks_fds = false;
	int fd = -1;

	if (!has_place && !party_victim(server, NULL, false)) {
		COUNT_ONE(server->counters.rejected[TMS_REASON_CONNECTION_LIMIT]);
		quota_ask_for_room(server->quota);
		listeners_pause(server);
		return false;
	}
	fd = accept4(
		listener->fd, (struct sockaddr *)&address, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd < 0) {
		if (has_place)
			quota_give_back(server->quota);
		return survives(server, errno);
	}
	/* numbers are given from the lowest, so this one says how many are in use */
	lacks_fds = fd >= server->fd_limit;
	if ((!has_place || lacks_fds) && !evict(server, has_place)) {
		COUNT_ONE(server->counters.rejected[lacks_fds ? TMS_REASON_DESCRIPTORS
							      : TMS_REASON_CONNECTION_LIMIT]);
		if (has_place)
			quota_give_back(server->quota);
		close(fd);
		listeners_pause(server);
		return false;
	}
	take(server, fd, &address);
	return true;
}

bool listener_accept_some(struct listener *listener)
{
	for (int i = 0; i < ACCEPTS_PER_TURN; i++)
		if (listener->server->is_paused || !accept_one(listener))
			return false;
	return true;
}
