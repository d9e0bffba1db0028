/* Several servers on the same addresses, with limits in common. */
#include "bench.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/un.h>

#define THREADS 4
#define ROUNDS 20000

/* A second server beside the bench's own, on the same loop: nothing here depends on threads. */
static struct tms_server *start_beside(struct bench *bench)
{
	struct tms_server *second = NULL;
	struct tms_diag diag = { 0 };

	assert_int_equal(
		tms_server_new(bench->base, &bench->options, bench_handle, bench, &second), TMS_OK);
	if (tms_server_listen_beside(second, bench->server, &diag) != TMS_OK)
		fail_msg("%s", diag.text);
	return second;
}

static size_t open_of(const struct tms_server *server)
{
	return server->counters.open;
}

/* How many of the quota's places are taken: those that are left are tried out. */
static size_t taken_of(struct tms_quota *quota, size_t max)
{
	size_t left = 0;

	while (left < max && quota_take(quota))
		left++;
	for (size_t i = 0; i < left; i++)
		quota_give_back(quota);
	return max - left;
}

static void two_servers_take_the_connections_of_one_address(void **state)
{
	struct bench *bench = *state;
	struct client clients[40];
	struct tms_server_counters sum = { 0 };
	struct tms_diag diag = { 0 };
	char taken[32];

	bench->options.reuse_port = true;
	start(bench);
	struct tms_server *second = start_beside(bench);
	uint16_t port = tms_server_port(bench->server, 0);
	assert_int_equal(tms_server_port(second, 0), port);
	for (size_t i = 0; i < TMS_COUNT(clients); i++)
		client_connect(&clients[i], bench->base, port);
	RUN_UNTIL(bench->base, open_of(bench->server) + open_of(second) == 41);
	assert_true(open_of(bench->server) > 0 && open_of(second) > 0);
	for (size_t i = 0; i < TMS_COUNT(clients); i++) {
		client_say(&clients[i], TMS_STR(GET("/same")));
		RUN_UNTIL(bench->base, clients[i].count == 1);
	}
	tms_server_counters_add(bench->server, &sum);
	tms_server_counters_add(second, &sum);
	assert_int_equal(sum.accepted, 41);
	assert_int_equal(sum.requests, 40);
	assert_int_equal(sum.responses[3], 40);
	assert_int_equal(sum.open, 41);
	/* shared among those who were asked, and with nobody else */
	snprintf(taken, sizeof(taken), "127.0.0.1:%d", port);
	struct tms_server *stranger = NULL;
	assert_int_equal(
		tms_server_new(bench->base, &bench->options, bench_handle, bench, &stranger),
		TMS_OK);
	assert_int_equal(tms_server_listen(stranger, tms_str_from(taken), &diag), TMS_EIO);
	assert_non_null(strstr(diag.text, "in use"));
	tms_server_free(stranger);
	for (size_t i = 0; i < TMS_COUNT(clients); i++)
		client_close(&clients[i]);
	tms_server_free(second);
}

static void a_server_that_shares_nothing_cannot_be_joined(void **state)
{
	struct bench *bench = *state;
	struct tms_server *second = NULL;
	struct tms_diag diag = { 0 };

	start(bench);
	assert_int_equal(
		tms_server_new(bench->base, &bench->options, bench_handle, bench, &second), TMS_OK);
	assert_int_equal(tms_server_listen_beside(second, bench->server, &diag), TMS_EINVAL);
	assert_true(diag.text[0]);
	tms_server_free(second);
}

static void a_unix_socket_is_shared_and_removed_once(void **state)
{
	struct bench *bench = *state;
	struct tms_diag diag = { 0 };
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	char address[128];

	bench->options.reuse_port = true;
	start(bench);
	snprintf(to.sun_path, sizeof(to.sun_path), "/tmp/tamis-share-%ld.sock", (long)getpid());
	snprintf(address, sizeof(address), "unix:%s", to.sun_path);
	assert_int_equal(tms_server_listen(bench->server, tms_str_from(address), &diag), TMS_OK);
	struct tms_server *second = start_beside(bench);
	assert_int_equal(second->listener_count, 2);
	struct tms_server *third = start_beside(bench);
	tms_server_free(third);
	assert_int_equal(access(to.sun_path, F_OK), 0);
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	tms_server_free(bench->server); /* the client waits; the second takes it */
	bench->server = second;
	assert_int_equal(access(to.sun_path, F_OK), -1);
	client_close(&bench->client);
	client_take(&bench->client, bench->base, fd);
	client_say(&bench->client, TMS_STR(GET("/peer")));
	RUN_UNTIL(bench->base, bench->client.count == 1);
	assert_str(bench->client.body, "unix");
}

static void an_address_has_its_limit_once_over_all_servers(void **state)
{
	struct bench *bench = *state;
	struct client clients[8];
	struct tms_server_counters sum = { 0 };
	struct tms_quota *quota = NULL;

	assert_int_equal(tms_quota_new(100, 5, &quota), TMS_OK);
	bench->options.reuse_port = true;
	bench->options.counts_local = true;
	bench->options.quota = quota;
	start(bench);
	struct tms_server *second = start_beside(bench);
	for (size_t i = 0; i < TMS_COUNT(clients); i++)
		client_connect(&clients[i], bench->base, tms_server_port(second, 0));
	RUN_UNTIL(bench->base,
		taken_of(quota, 100) == 5 &&
			bench->server->counters.rejected[TMS_REASON_ADDRESS_LIMIT] +
					second->counters.rejected[TMS_REASON_ADDRESS_LIMIT] ==
				4);
	for (size_t i = 0; i < TMS_COUNT(clients); i++)
		client_close(&clients[i]);
	client_close(&bench->client);
	RUN_UNTIL(bench->base, taken_of(quota, 100) == 0);
	client_connect(&bench->client, bench->base, tms_server_port(second, 0));
	client_say(&bench->client, TMS_STR(GET("/x")));
	RUN_UNTIL(bench->base, bench->client.count == 1);
	assert_int_equal(bench->client.statuses[0], 200);
	tms_server_counters_add(bench->server, &sum);
	tms_server_free(second);
	tms_server_free(bench->server);
	bench->server = NULL;
	assert_int_equal(taken_of(quota, 100), 0);
	tms_quota_free(quota);
}

/* The first server is full of idle connections; the second has a client and no place. */
static void a_full_server_asks_the_others_for_room(void **state)
{
	struct bench *bench = *state;
	struct tms_quota *quota = NULL;
	struct tms_server *second = NULL;
	struct tms_diag diag = { 0 };
	struct client late;

	assert_int_equal(tms_quota_new(1, 9, &quota), TMS_OK);
	bench->options.quota = quota;
	bench->options.linger_ms = 100; /* ticks every 25 ms */
	start(bench);
	RUN_UNTIL(bench->base, open_of(bench->server) == 1);
	assert_int_equal(
		tms_server_new(bench->base, &bench->options, bench_handle, bench, &second), TMS_OK);
	assert_int_equal(tms_server_listen(second, TMS_STR("127.0.0.1:0"), &diag), TMS_OK);
	client_connect(&late, bench->base, tms_server_port(second, 0));
	client_say(&late, TMS_STR(GET("/later")));
	RUN_UNTIL(bench->base, bench->client.is_closed && bench->later_count == 1);
	assert_int_equal(taken_of(quota, 1), 1);
	/* one that is answered now does not make room for others */
	client_close(&bench->client);
	client_connect(&bench->client, bench->base, tms_server_port(bench->server, 0));
	RUN_UNTIL(bench->base, bench->server->counters.rejected[TMS_REASON_CONNECTION_LIMIT] > 1);
	assert_false(late.is_closed);
	assert_true(tms_exchange_answer_text(bench->later[0], 200, TMS_STR("Here."), 0));
	RUN_UNTIL(bench->base, late.count == 1);
	client_close(&late);
	tms_server_free(second);
	tms_server_free(bench->server);
	bench->server = NULL;
	tms_quota_free(quota);
}

struct knocker {
	uint16_t port;
	atomic_bool has_ended;
	size_t answered, refused, lost;
};

/* Connect and ask, again and again: who is let in is answered. */
static void *knock(void *context)
{
	static const char ask[] = "GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
	struct knocker *knocker = context;
	const struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_port = htons(knocker->port),
		.sin_addr = { htonl(INADDR_LOOPBACK) } };
	const struct timeval patience = { 0,
		100000 }; /* a dropped SYN is tried again after a second */
	char heard[200];

	while (!knocker->has_ended) {
		int fd = socket(AF_INET, SOCK_STREAM, 0);
		(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
		if (connect(fd, (const struct sockaddr *)&to, sizeof(to)) != 0)
			knocker->refused++;
		else if (send(fd, ask, sizeof(ask) - 1, MSG_NOSIGNAL) > 0 &&
			 recv(fd, heard, sizeof(heard), 0) > 12 && memcmp(heard + 9, "200", 3) == 0)
			knocker->answered++;
		else
			knocker->lost++;
		close(fd);
	}
	return NULL;
}

static void note_drained(void *context)
{
	++*(size_t *)context;
}

static void servers_that_end_answer_everybody_whom_they_let_in(void **state)
{
	struct bench *bench = *state;
	size_t answered = 0;

	bench->options.reuse_port = true;
	bench->options.linger_ms = 100;
	for (int round = 0; round < 10; round++) {
		struct knocker knockers[3] = { { 0 } };
		pthread_t threads[TMS_COUNT(knockers)];
		size_t drained = 0;

		start(bench);
		struct tms_server *second = start_beside(bench);
		bench->seen[0] = '\0';
		for (size_t i = 0; i < TMS_COUNT(knockers); i++) {
			knockers[i].port = tms_server_port(bench->server, 0);
			assert_int_equal(pthread_create(&threads[i], NULL, knock, &knockers[i]), 0);
		}
		RUN_UNTIL(bench->base,
			bench->server->counters.requests > 5 && second->counters.requests > 5);
		tms_server_drain(bench->server, 5000, note_drained, &drained);
		RUN_UNTIL(bench->base, second->counters.requests > 20);
		tms_server_drain(second, 5000, note_drained, &drained);
		RUN_UNTIL(bench->base, drained == 2);
		for (size_t i = 0; i < TMS_COUNT(knockers); i++)
			knockers[i].has_ended = true;
		for (size_t i = 0; i < TMS_COUNT(knockers); i++) {
			assert_int_equal(pthread_join(threads[i], NULL), 0);
			assert_int_equal(knockers[i].lost, 0);
			answered += knockers[i].answered;
		}
		client_close(&bench->client);
		tms_server_free(second);
		tms_server_free(bench->server);
		bench->server = NULL;
	}
	assert_true(answered > 200);
}

static void an_address_is_taken_before_anybody_is_let_in(void **state)
{
	struct bench *bench = *state;
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	struct tms_diag diag = { 0 };

	bench->options.listens_later = bench->options.reuse_port = true;
	assert_int_equal(
		tms_server_new(bench->base, &bench->options, bench_handle, bench, &bench->server),
		TMS_OK);
	assert_int_equal(tms_server_listen(bench->server, TMS_STR("127.0.0.1:0"), &diag), TMS_OK);
	struct tms_server *second = start_beside(bench);
	to.sin_port = htons(tms_server_port(bench->server, 0));
	assert_true(to.sin_port);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), -1);
	assert_int_equal(errno, ECONNREFUSED);
	close(fd);
	assert_int_equal(tms_server_open(bench->server, &diag), TMS_OK);
	assert_int_equal(tms_server_open(second, &diag), TMS_OK);
	client_connect(&bench->client, bench->base, ntohs(to.sin_port));
	client_say(&bench->client, TMS_STR(GET("/x")));
	RUN_UNTIL(bench->base, bench->client.count == 1);
	tms_server_free(second);
}

struct crowd {
	struct tms_quota *quota;
	_Atomic size_t inside; /* who has taken a place */
	_Atomic size_t most;
	_Atomic size_t of_one_address;
	_Atomic size_t too_many;
};

static void note_most(struct crowd *crowd, size_t inside)
{
	size_t most = crowd->most;

	while (inside > most && !atomic_compare_exchange_weak(&crowd->most, &most, inside))
		continue;
}

static void *come_and_go(void *context)
{
	static const uint8_t address[16] = { 7 };
	struct crowd *crowd = context;
	struct quota_cells cells = { 0 };

	for (int i = 0; i < ROUNDS; i++) {
		if (!quota_take(crowd->quota))
			continue;
		note_most(crowd, ++crowd->inside);
		if (quota_add_address(crowd->quota, address, &cells)) {
			if (++crowd->of_one_address > 2)
				crowd->too_many++;
			--crowd->of_one_address;
			quota_remove_address(crowd->quota, &cells);
		}
		--crowd->inside;
		quota_give_back(crowd->quota);
	}
	return NULL;
}

static void threads_never_take_more_than_there_is_and_give_all_back(void **state)
{
	struct crowd crowd = { 0 };
	pthread_t threads[THREADS];
	struct quota_cells cells[3] = { { 0 } };
	static const uint8_t address[16] = { 7 };
	(void)state;

	assert_int_equal(tms_quota_new(3, 2, &crowd.quota), TMS_OK);
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, come_and_go, &crowd), 0);
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	assert_in_range(crowd.most, 1, 3);
	assert_int_equal(crowd.too_many, 0);
	assert_int_equal(taken_of(crowd.quota, 3), 0);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(quota_add_address(crowd.quota, address, &cells[i]), i < 2);
	quota_remove_address(crowd.quota, &cells[2]); /* nothing was added */
	quota_remove_address(crowd.quota, &cells[0]);
	assert_true(quota_add_address(crowd.quota, address, &cells[0]));
	tms_quota_free(crowd.quota);
}

static void a_crowd_of_full_addresses_refuses_no_newcomer(void **state)
{
	struct tms_quota *quota = NULL;
	struct quota_cells cells = { 0 };
	size_t refused = 0;
	(void)state;

	assert_int_equal(tms_quota_new(4096, 64, &quota), TMS_OK);
	for (uint8_t i = 0; i < 64; i++) {
		const uint8_t address[16] = { 1, i };
		for (int j = 0; j < 64; j++)
			(void)quota_add_address(quota, address, &cells);
		assert_false(quota_add_address(quota, address, &cells));
	}
	/* 250 more: by chance fewer than one in 250 runs refuses one of them, none refuses three */
	for (uint8_t i = 0; i < 250; i++) {
		const uint8_t address[16] = { 2, i };
		refused += !quota_add_address(quota, address, &cells);
	}
	assert_in_range(refused, 0, 2);
	tms_quota_free(quota);
	assert_int_equal(tms_quota_new(0, 1, &quota), TMS_EINVAL);
	assert_int_equal(tms_quota_new(1, 0, &quota), TMS_EINVAL);
	assert_int_equal(tms_quota_new(SIZE_MAX, 1, &quota), TMS_EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(two_servers_take_the_connections_of_one_address),
		TEST(a_server_that_shares_nothing_cannot_be_joined),
		TEST(a_unix_socket_is_shared_and_removed_once),
		TEST(an_address_has_its_limit_once_over_all_servers),
		TEST(a_full_server_asks_the_others_for_room),
		TEST(servers_that_end_answer_everybody_whom_they_let_in),
		TEST(an_address_is_taken_before_anybody_is_let_in),
		cmocka_unit_test(threads_never_take_more_than_there_is_and_give_all_back),
		cmocka_unit_test(a_crowd_of_full_addresses_refuses_no_newcomer),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
