/* Connections grouped by address, and the choice of a victim when room is needed. */
#include "party.h"

#include <stdlib.h>

#include <sys/random.h>
#include <sys/socket.h>

#include "connection.h"
#include "server_private.h"
#include "tick.h"

#define BUCKETS ((size_t)4096)
/* A request in several packets is not slow yet, unless its address has many of them. */
#define HALF_MS 1000
/* An address at its own limit closes what it uses no more, not what it has just used. */
#define OWN_IDLE_MS 1000
#define GREEDY_RANK 3
/* A reader that has taken nothing, or not all, for so long may go when nobody else can. */
#define READER_MS 5000
/* Connections that are looked at for one victim: a request may have arrived there just now. */
#define LOOKS_MAX 8

bool parties_init(struct tms_server *server)
{
	server->parties = calloc(BUCKETS, sizeof(*server->parties));
	for (size_t kind = 0; kind < SLOW_KINDS; kind++)
		for (size_t rank = 0; rank < PARTY_RANKS; rank++)
			TAILQ_INIT(&server->ranks[kind][rank]);
	if (getrandom(&server->party_seed, sizeof(server->party_seed), 0) < 0)
		server->party_seed = (struct tms_hash_seed){ (uintptr_t)server, 0 };
	return server->parties != NULL;
}

void parties_fini(struct tms_server *server)
{
	free(server->parties); /* the last connection of a party has taken it along */
}

static struct party_bucket *bucket_of(struct tms_server *server, const uint8_t address[16])
{
	return &server->parties[tms_hash(server->party_seed,
					(struct tms_str){ (const char *)address, 16 }) %
				BUCKETS];
}

struct party *party_find(struct tms_server *server, const uint8_t address[16])
{
	struct party *party = NULL;

	LIST_FOREACH(party, bucket_of(server, address), same_bucket)
	if (memcmp(party->address, address, 16) == 0)
		return party;
	return NULL;
}

/* It has got more connections, or fewer. */
static void rank(struct tms_server *server, struct party *party)
{
	unsigned before = party->rank;
	unsigned now = 0;

	for (size_t open = party->open; party->is_counted && open > 1 && now < PARTY_RANKS - 1;
		open /= 2)
		now++;
	if (now == before)
		return;
	party->rank = now;
	for (size_t kind = 0; kind < SLOW_KINDS; kind++) {
		if (TAILQ_EMPTY(&party->slow[kind]))
			continue;
		TAILQ_REMOVE(&server->ranks[kind][before], party, ranked[kind]);
		TAILQ_INSERT_TAIL(&server->ranks[kind][now], party, ranked[kind]);
	}
}

bool party_join(struct connection *connection, const struct peer *peer)
{
	struct tms_server *server = connection->server;
	struct party *party = party_find(server, peer->address);

	if (!party) {
		party = calloc(1, sizeof(*party));
		if (!party)
			return false;
		memcpy(party->address, peer->address, sizeof(party->address));
		for (size_t kind = 0; kind < SLOW_KINDS; kind++)
			TAILQ_INIT(&party->slow[kind]);
		LIST_INSERT_HEAD(bucket_of(server, peer->address), party, same_bucket);
	}
	party->is_counted = peer->is_counted; /* the configuration may have changed */
	party->open++;
	connection->party = party;
	rank(server, party);
	return true;
}

void party_leave(struct connection *connection)
{
	struct party *party = connection->party;

	if (!party)
		return;
	party_list(connection, SLOW_NOT);
	connection->party = NULL;
	party->open--;
	rank(connection->server, party);
	if (party->open > 0)
		return;
	LIST_REMOVE(party, same_bucket);
	free(party);
}

void party_list(struct connection *connection, enum slow slow)
{
	struct party *party = connection->party;
	enum slow before = connection->slow;
	struct tms_server *server = connection->server;

	if (before == slow)
		return; /* it keeps its place: a byte now and then makes nobody younger */
	connection->slow = slow;
	if (before != SLOW_NOT) {
		TAILQ_REMOVE(&party->slow[before], connection, slow_entry);
		if (TAILQ_EMPTY(&party->slow[before]))
			TAILQ_REMOVE(&server->ranks[before][party->rank], party, ranked[before]);
	}
	if (slow == SLOW_NOT)
		return;
	if (TAILQ_EMPTY(&party->slow[slow]))
		TAILQ_INSERT_TAIL(&server->ranks[slow][party->rank], party, ranked[slow]);
	TAILQ_INSERT_TAIL(&party->slow[slow], connection, slow_entry);
}

/* How long its phase has lasted. */
static uint64_t age_ms(const struct connection *connection)
{
	const struct tms_server_options *options = &connection->server->options;
	const uint32_t limits_ms[] = { [PHASE_IDLE] = options->idle_ms,
		[PHASE_HEAD] = options->head_ms,
		[PHASE_BODY] = options->body_ms,
		[PHASE_ANSWER] = options->answer_ms,
		[PHASE_WRITE] = options->write_ms,
		[PHASE_LINGER] = options->linger_ms };
	uint64_t age = serve_now_ms() + limits_ms[connection->phase];

	return age > connection->deadline_ms ? age - connection->deadline_ms : 0;
}

/* What to look for. */
struct wish {
	enum slow slow;
	uint64_t least_ms;
	bool kept;
	int looks; /* left */
};

static struct connection *oldest_of(const struct party *party, struct wish *wish)
{
	uint64_t least_ms =
		wish->slow == SLOW_HALF && party->rank >= GREEDY_RANK ? 0 : wish->least_ms;
	struct connection *connection = NULL;
	char byte = 0;

	TAILQ_FOREACH(connection, &party->slow[wish->slow], slow_entry)
	{
		if (wish->looks == 0)
			return NULL;
		wish->looks--;
		if (connection->is_busy || age_ms(connection) < least_ms ||
			(wish->kept && !connection->kept && !connection->output.kept))
			continue;
		/* a request, or the rest of one, that has not been looked at yet */
		if (wish->slow != SLOW_READER && connection->phase != PHASE_LINGER &&
			recv(connection->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0)
			continue;
		return connection;
	}
	return NULL;
}

static struct connection *find(struct tms_server *server, const struct party *of, struct wish wish)
{
	struct connection *found = NULL;
	struct party *party = NULL;

	wish.looks = LOOKS_MAX;
	if (of)
		return oldest_of(of, &wish);
	for (size_t rank = PARTY_RANKS; rank-- > 0 && !found;)
		TAILQ_FOREACH(party, &server->ranks[wish.slow][rank], ranked[wish.slow])
		{
			found = oldest_of(party, &wish);
			if (found || wish.looks == 0)
				break;
		}
	return found;
}

struct connection *party_victim(struct tms_server *server, struct party *of, bool kept)
{
	const struct wish wishes[] = {
		{ .slow = SLOW_HALF, .least_ms = HALF_MS, .kept = kept },
		{ .slow = SLOW_IDLE, .least_ms = of ? OWN_IDLE_MS : 0, .kept = kept },
		{ .slow = SLOW_HALF, .kept = kept },
		{ .slow = SLOW_READER, .least_ms = READER_MS, .kept = kept },
	};
	struct connection *found = NULL;

	for (size_t i = 0; i < TMS_COUNT(wishes) && !found; i++)
		found = find(server, of, wishes[i]);
	return found;
}
