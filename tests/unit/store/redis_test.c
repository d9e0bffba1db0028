/* What Redis does to us: it dies, hangs, fills up, refuses, forgets. A real redis-server each time.
 */
#include "stand.h"

#include <hiredis/hiredis.h>
#include <netinet/in.h>

struct events {
	int counts[3];
};

static void note_event(void *context, enum tms_store_event event)
{
	((struct events *)context)->counts[event]++;
}

static struct tms_store *open_watched(
	const struct stand *stand, struct tms_store_options options, struct events *events)
{
	char url[160];

	snprintf(url, sizeof(url), "redis+unix://%s/redis.sock", stand->dir);
	struct tms_store *store = stand_store_at(stand, url, options);
	tms_store_watch(store, note_event, events);
	return store;
}

/* Say something to the server behind the store's back. */
static void tell(const struct stand *stand, const char *command)
{
	char path[100];

	stand_path(stand, "redis.sock", path);
	redisContext *context = redisConnectUnix(path);
	assert_true(context && !context->err);
	redisReply *reply = redisCommand(context, command);
	if (!reply || reply->type == REDIS_REPLY_ERROR)
		fail_msg("%s: %s", command, reply ? reply->str : context->errstr);
	freeReplyObject(reply);
	redisFree(context);
}

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* A timer wakes the loop at least each 100 ms while the store is tried again. */
static void run_until_up(const struct stand *stand, struct tms_store *store)
{
	const struct timeval look = { 0, 100000 };
	int64_t end_ms = now_ms() + 20000;

	while (!tms_store_health(store)->up) {
		if (now_ms() > end_ms)
			fail_msg("not up: %s", tms_store_health(store)->error);
		assert_int_equal(event_base_loopexit(stand->base, &look), 0);
		assert_true(event_base_loop(stand->base, EVLOOP_ONCE) >= 0);
	}
}

struct tally {
	int ok, unavailable;
};

static void count(void *context, const struct tms_store_reply *reply)
{
	struct tally *tally = context;

	if (reply->status == TMS_OK)
		tally->ok++;
	else if (reply->status == TMS_EUNAVAIL && strlen(reply->diag->text) > 10)
		tally->unavailable++;
	else
		fail_msg("%s: %s", tms_status_name(reply->status), reply->diag->text);
}

static void ask_much(struct tms_store *store, struct tally *tally)
{
	struct tms_store_call call = { .done = count, .context = tally };
	struct tms_store_item put = { TMS_STR("id"), TMS_STR("bytes") };
	struct tms_store_batch plain = { .puts = &put, .put_count = 1 };
	struct tms_store_batch fenced = { .puts = &put, .put_count = 1, .fence = 1 };
	struct tms_store_change change = { .key = TMS_STR("x"),
		.expected = TMS_STORE_ANY_REVISION };

	tms_store_items_apply(store, TMS_STR("s"), &plain, call);
	tms_store_items_apply(store, TMS_STR("s"), &fenced, call);
	tms_store_definitions_change(store, &change, 1, call);
	tms_store_lease_acquire(store, TMS_STR("l"), 1, call);
	tms_store_items_load(store, TMS_STR("s"), call);
	tms_store_definitions_list(store, call);
	tms_store_poll(store, call);
	tms_store_result_put(store, TMS_STR("r"), TMS_STR("1"), 1000, call);
	store_ready(store, call);
}
#define MUCH 9

static void nothing_acknowledged_is_lost_when_the_server_is_killed(void **state)
{
	struct stand stand;
	struct events events = { 0 };
	struct tally tally = { 0 };
	char key[16];
	int acknowledged = 0;
	(void)state;

	stand_open(&stand);
	stand_start_redis(&stand, NULL);
	struct tms_store *store =
		open_watched(&stand, (struct tms_store_options){ .timeout_ms = 2500 }, &events);
	struct tms_store_wait wait = { .base = stand.base };
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < 20; i++, acknowledged++) {
			snprintf(key, sizeof(key), "k%d", acknowledged);
			struct tms_store_change change = { .key = tms_str_from(key),
				.bytes = TMS_STR("kept") };
			EXPECT(&wait, tms_store_definitions_change(store, &change, 1, CALL(&wait)),
				TMS_OK);
		}
		for (int i = 0; i < round; i++) /* killed with questions asked, begun, answered */
			event_base_loop(stand.base, EVLOOP_NONBLOCK);
		ask_much(store, &tally);
		event_base_loop(stand.base, EVLOOP_NONBLOCK);
		stand_kill_redis(&stand);
		int64_t killed_ms = now_ms();
		ask_much(store, &tally);
		assert_true(tms_store_flush(store, stand.base, 10000));
		assert_true(now_ms() - killed_ms < 3000);
		assert_false(tms_store_health(store)->up);
		EXPECT(&wait, tms_store_poll(store, CALL(&wait)), TMS_EUNAVAIL);
		stand_start_redis(&stand, NULL);
		run_until_up(&stand, store);
	}
	assert_int_equal(tally.ok + tally.unavailable, 6 * MUCH);
	assert_true(tally.unavailable >= 3 * MUCH); /* what was asked of the dead */
	for (int i = 0; i < acknowledged; i++) {
		snprintf(key, sizeof(key), "k%d", i);
		EXPECT(&wait, store_definition_get(store, tms_str_from(key), CALL(&wait)),
			TMS_OK);
		assert_str(tms_buf_str(&wait.value), "kept");
	}
	assert_int_equal(events.counts[TMS_STORE_UP], 4);
	assert_int_equal(events.counts[TMS_STORE_DOWN], 3);
	assert_int_equal(events.counts[TMS_STORE_REPLACED], 0);
	assert_int_equal(tms_store_health(store)->connects, 4);
	tms_store_free(store);
	tms_store_wait_fini(&wait);
	stand_close(&stand);
}

static void a_server_that_hangs_is_given_up_after_the_timeout(void **state)
{
	struct stand stand;
	struct events events = { 0 };
	struct tally tally = { 0 };
	(void)state;

	stand_open(&stand);
	stand_start_redis(&stand, NULL);
	struct tms_store *store =
		open_watched(&stand, (struct tms_store_options){ .timeout_ms = 150 }, &events);
	struct tms_store_wait wait = { .base = stand.base };
	EXPECT(&wait, store_ready(store, CALL(&wait)), TMS_OK);
	kill(stand.redis, SIGSTOP);
	int64_t stopped_ms = now_ms();
	ask_much(store, &tally);
	assert_true(tms_store_flush(store, stand.base, 10000));
	int64_t took_ms = now_ms() - stopped_ms;
	assert_true(took_ms >= 150 && took_ms < 2000);
	assert_int_equal(tally.unavailable, MUCH);
	assert_int_equal(tms_store_health(store)->troubles[TMS_STORE_TIMEOUT], MUCH);
	assert_non_null(strstr(tms_store_health(store)->error, "150 ms"));
	for (int i = 0; i < 3; i++) { /* a new connection is made, and hangs too */
		stopped_ms = now_ms();
		EXPECT(&wait, tms_store_poll(store, CALL(&wait)), TMS_EUNAVAIL);
		assert_true(now_ms() - stopped_ms < 100); /* nobody waits for it */
	}
	kill(stand.redis, SIGCONT);
	run_until_up(&stand, store);
	EXPECT(&wait, tms_store_poll(store, CALL(&wait)), TMS_OK);
	tms_store_free(store);
	tms_store_wait_fini(&wait);
	stand_close(&stand);
}

static void a_server_that_comes_later_is_found(void **state)
{
	struct stand stand;
	struct events events = { 0 };
	(void)state;

	stand_open(&stand);
	struct tms_store *store = open_watched(&stand, (struct tms_store_options){ 0 }, &events);
	struct tms_store_wait wait = { .base = stand.base };
	EXPECT(&wait, store_ready(store, CALL(&wait)), TMS_EUNAVAIL);
	assert_non_null(strstr(wait.diag.text, "redis.sock"));
	assert_true(tms_store_health(store)->is_known && !tms_store_health(store)->up);
	stand_start_redis(&stand, NULL);
	run_until_up(&stand, store);
	EXPECT(&wait, store_ready(store, CALL(&wait)), TMS_OK);
	assert_int_equal(events.counts[TMS_STORE_UP], 1);
	tms_store_free(store);
	tms_store_wait_fini(&wait);
	stand_close(&stand);
}

/* What `ready` says of a server with these settings, and a word of its sentence. */
static void refused(const char *const *settings, struct tms_store_options options, const char *word)
{
	struct stand stand;
	struct events events = { 0 };

	stand_open(&stand);
	stand_start_redis(&stand, settings);
	struct tms_store *store = open_watched(&stand, options, &events);
	struct tms_store_wait wait = { .base = stand.base };
	EXPECT(&wait, store_ready(store, CALL(&wait)), TMS_EDENIED);
	if (!strstr(wait.diag.text, word))
		fail_msg("\"%s\" does not name %s", wait.diag.text, word);
	assert_null(strstr(wait.diag.text, "hunter2"));
	assert_int_equal(events.counts[TMS_STORE_UP], 0);
	EXPECT(&wait, tms_store_poll(store, CALL(&wait)), TMS_EDENIED);
	tms_store_free(store);
	tms_store_wait_fini(&wait);
	stand_close(&stand);
}

static void a_server_that_may_evict_all_keys_is_refused(void **state)
{
	const char *settings[] = { "--maxmemory-policy", "allkeys-lru", NULL };
	(void)state;

	refused(settings, (struct tms_store_options){ 0 }, "allkeys-lru");
}

static void passwords_are_asked_for_and_judged(void **state)
{
	const char *settings[] = { "--requirepass", "right", NULL };
	struct stand stand;
	(void)state;

	refused(settings, (struct tms_store_options){ 0 }, "store.password");
	refused(settings, (struct tms_store_options){ .password = TMS_STR("hunter2") }, "refuses");
	refused(NULL, (struct tms_store_options){ .password = TMS_STR("hunter2") },
		"no password set");
	stand_open(&stand);
	stand_start_redis(&stand, settings);
	struct tms_store_wait wait = { .base = stand.base };
	char url[200];
	for (int in_url = 0; in_url < 2; in_url++) {
		snprintf(url, sizeof(url), "redis+unix://%s%s/redis.sock?db=3",
			in_url ? "default:%72ight@" : "", stand.dir);
		struct tms_store *store = stand_store_at(&stand, url,
			(struct tms_store_options){
				.password = in_url ? (struct tms_str){ 0 } : TMS_STR("right") });
		EXPECT(&wait, store_ready(store, CALL(&wait)), TMS_OK);
		assert_null(strstr(tms_store_place(store), "ight"));
		tms_store_free(store);
	}
	tms_store_wait_fini(&wait);
	stand_close(&stand);
}

static void a_user_without_info_is_served_and_warned(void **state)
{
	struct stand stand;
	char url[200];
	(void)state;

	stand_open(&stand);
	stand_start_redis(&stand, NULL);
	tell(&stand, "ACL SETUSER tamis on >secret ~tamis:* +@all -info -config");
	struct tms_store_wait wait = { .base = stand.base };
	snprintf(url, sizeof(url), "redis+unix://tamis:secret@%s/redis.sock", stand.dir);
	struct tms_store *store = stand_store_at(&stand, url, (struct tms_store_options){ 0 });
	EXPECT(&wait, store_ready(store, CALL(&wait)), TMS_OK);
	assert_non_null(strstr(tms_store_health(store)->warning, "INFO"));
	tms_store_free(store);
	tms_store_wait_fini(&wait);
	stand_close(&stand);
}

static void an_append_only_file_that_is_off_is_warned_of(void **state)
{
	const char *settings[] = { "--appendonly", "no", NULL };
	struct stand stand;
	(void)state;

	stand_open(&stand);
	stand_start_redis(&stand, settings);
	struct tms_store_wait wait = { .base = stand.base };
	struct tms_store *store = stand_redis(&stand);
	EXPECT(&wait, store_ready(store, CALL(&wait)), TMS_OK);
	assert_non_null(strstr(tms_store_health(store)->warning, "appendonly"));
	tell(&stand, "CONFIG SET appendonly yes");
	tms_store_free(store);
	store = stand_redis(&stand);
	EXPECT(&wait, store_ready(store, CALL(&wait)), TMS_OK);
	assert_string_equal(tms_store_health(store)->warning, "");
	tms_store_free(store);
	tms_store_wait_fini(&wait);
	stand_close(&stand);
}

static void no_row(void *context, const struct tms_store_row *row)
{
	(void)context;
	fail_msg("half a batch was applied: %.*s", TMS_STR_ARGS(row->key));
}

static void a_full_server_takes_no_half_batch_and_heals(void **state)
{
	enum { COUNT = 250, BYTES = 20000 };
	const char *settings[] = { "--maxmemory", "4mb", "--maxmemory-policy", "noeviction", NULL };
	struct stand stand;
	struct events events = { 0 };
	struct tms_store_item puts[COUNT];
	char ids[COUNT][8];
	static char bytes[BYTES];
	(void)state;

	memset(bytes, 'x', sizeof(bytes));
	for (int i = 0; i < COUNT; i++) {
		snprintf(ids[i], sizeof(ids[i]), "%d", i);
		puts[i] = (struct tms_store_item){ tms_str_from(ids[i]), { bytes, BYTES } };
	}
	stand_open(&stand);
	stand_start_redis(&stand, settings);
	struct tms_store *store = open_watched(&stand, (struct tms_store_options){ 0 }, &events);
	struct tms_store_wait wait = { .base = stand.base };
	struct tms_store_batch batch = { .puts = puts, .put_count = 1 };
	EXPECT(&wait, tms_store_items_apply(store, TMS_STR("first"), &batch, CALL(&wait)), TMS_OK);
	tell(&stand, "CONFIG SET maxmemory 1mb"); /* less than it uses already */
	batch.put_count = COUNT;
	EXPECT(&wait, tms_store_items_apply(store, TMS_STR("more"), &batch, CALL(&wait)),
		TMS_ELIMIT);
	assert_non_null(strstr(wait.diag.text, "maxmemory"));
	assert_int_equal(tms_store_health(store)->troubles[TMS_STORE_FULL], 1);
	assert_false(tms_store_health(store)->up);
	struct tms_store_change change = { .key = TMS_STR("k"), .bytes = TMS_STR("v") };
	EXPECT(&wait, tms_store_definitions_change(store, &change, 1, CALL(&wait)), TMS_ELIMIT);
	EXPECT(&wait, tms_store_state_get(store, TMS_STORE_STATE_HOST, TMS_STR("h"), CALL(&wait)),
		TMS_OK); /* reading goes on */
	tell(&stand, "CONFIG SET maxmemory 0");
	wait.row = no_row;
	EXPECT(&wait, tms_store_items_load(store, TMS_STR("more"), CALL(&wait)), TMS_OK);
	assert_false(tms_store_health(store)->up);                 /* reading proves nothing */
	EXPECT(&wait, tms_store_poll(store, CALL(&wait)), TMS_OK); /* polling tries to write */
	run_until_up(&stand, store);
	EXPECT(&wait, store_definition_get(store, TMS_STR("k"), CALL(&wait)), TMS_OK);
	assert_false(wait.found);
	EXPECT(&wait, tms_store_items_apply(store, TMS_STR("more"), &batch, CALL(&wait)), TMS_OK);
	assert_int_equal(events.counts[TMS_STORE_DOWN], 1);
	tms_store_free(store);
	tms_store_wait_fini(&wait);
	stand_close(&stand);
}

static void a_replica_is_told_apart_from_a_dead_server(void **state)
{
	struct stand stand;
	(void)state;

	stand_open(&stand);
	stand_start_redis(&stand, NULL);
	struct tms_store *store = stand_redis(&stand);
	struct tms_store_wait wait = { .base = stand.base };
	struct tms_store_change change = { .key = TMS_STR("k"), .bytes = TMS_STR("v") };
	EXPECT(&wait, store_ready(store, CALL(&wait)), TMS_OK);
	tell(&stand, "REPLICAOF 127.0.0.1 1");
	EXPECT(&wait, tms_store_definitions_change(store, &change, 1, CALL(&wait)), TMS_EUNAVAIL);
	assert_non_null(strstr(wait.diag.text, "read-only replica"));
	assert_int_equal(tms_store_health(store)->troubles[TMS_STORE_READONLY], 1);
	tell(&stand, "REPLICAOF NO ONE");
	EXPECT(&wait, tms_store_definitions_change(store, &change, 1, CALL(&wait)), TMS_OK);
	tms_store_free(store);
	tms_store_wait_fini(&wait);
	stand_close(&stand);
}

static void data_of_a_newer_tamis_or_of_others_is_left_alone(void **state)
{
	struct stand stand;
	(void)state;

	stand_open(&stand);
	stand_start_redis(&stand, NULL);
	struct tms_store_wait wait = { .base = stand.base };
	tell(&stand, "SET tamis:schema 2");
	struct tms_store *store = stand_redis(&stand);
	EXPECT(&wait, store_ready(store, CALL(&wait)), TMS_EDENIED);
	assert_non_null(strstr(wait.diag.text, "version 2"));
	tms_store_free(store);
	tell(&stand, "DEL tamis:schema");
	tell(&stand, "SET tamis:definitions somebody's");
	store = stand_redis(&stand);
	struct tms_store_change change = { .key = TMS_STR("k"), .bytes = TMS_STR("v") };
	EXPECT(&wait, tms_store_definitions_change(store, &change, 1, CALL(&wait)), TMS_EDENIED);
	EXPECT(&wait, tms_store_definitions_list(store, CALL(&wait)), TMS_EDENIED);
	EXPECT(&wait, tms_store_poll(store, CALL(&wait)), TMS_EDENIED);
	assert_non_null(strstr(wait.diag.text, "tamis:definitions"));
	tms_store_free(store);
	store = stand_store_at(&stand, "sqlite:unused", (struct tms_store_options){ 0 });
	tms_store_free(store); /* never opened: makes no file */
	tms_store_wait_fini(&wait);
	stand_close(&stand);
}

static void a_server_that_was_emptied_is_noticed(void **state)
{
	struct stand stand;
	struct events events = { 0 };
	(void)state;

	stand_open(&stand);
	stand_start_redis(&stand, NULL);
	struct tms_store *store = open_watched(&stand, (struct tms_store_options){ 0 }, &events);
	struct tms_store_wait wait = { .base = stand.base };
	EXPECT(&wait, store_ready(store, CALL(&wait)), TMS_OK);
	tell(&stand, "FLUSHALL");
	EXPECT(&wait, tms_store_poll(store, CALL(&wait)), TMS_OK);
	while (!events.counts[TMS_STORE_REPLACED])
		assert_true(event_base_loop(stand.base, EVLOOP_ONCE) >= 0);
	EXPECT(&wait, tms_store_poll(store, CALL(&wait)), TMS_OK);
	assert_int_equal(events.counts[TMS_STORE_REPLACED], 1);
	tms_store_free(store);
	tms_store_wait_fini(&wait);
	stand_close(&stand);
}

static int free_port(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t bytes = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &bytes), 0);
	close(fd);
	return ntohs(address.sin_port);
}

static void a_host_name_is_resolved_beside_the_loop(void **state)
{
	struct stand stand;
	char port[8], url[64];
	const char *settings[] = { "--port", port, "--bind", "127.0.0.1", NULL };
	struct addrinfo *found = NULL;
	(void)state;

	if (getaddrinfo("localhost", NULL, NULL, &found) != 0) {
		print_message(
			"SKIPPED (this machine does not know localhost): a host name of Redis\n");
		skip();
	}
	freeaddrinfo(found);
	snprintf(port, sizeof(port), "%d", free_port());
	stand_open(&stand);
	stand_start_redis(&stand, settings);
	struct tms_store_wait wait = { .base = stand.base };
	snprintf(url, sizeof(url), "redis://localhost:%s/1", port);
	struct tms_store *store = stand_store_at(&stand, url, (struct tms_store_options){ 0 });
	/* localhost may be ::1 first, where nobody listens: the next try takes the next address */
	run_until_up(&stand, store);
	EXPECT(&wait, tms_store_poll(store, CALL(&wait)), TMS_OK);
	tms_store_free(store);
	store = stand_store_at(&stand, url, (struct tms_store_options){ 0 });
	event_base_loop(stand.base, EVLOOP_NONBLOCK);
	tms_store_free(store); /* while its name is being resolved */
	tms_store_wait_fini(&wait);
	stand_close(&stand);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_acknowledged_is_lost_when_the_server_is_killed),
		cmocka_unit_test(a_server_that_hangs_is_given_up_after_the_timeout),
		cmocka_unit_test(a_server_that_comes_later_is_found),
		cmocka_unit_test(a_server_that_may_evict_all_keys_is_refused),
		cmocka_unit_test(passwords_are_asked_for_and_judged),
		cmocka_unit_test(a_user_without_info_is_served_and_warned),
		cmocka_unit_test(an_append_only_file_that_is_off_is_warned_of),
		cmocka_unit_test(a_full_server_takes_no_half_batch_and_heals),
		cmocka_unit_test(a_replica_is_told_apart_from_a_dead_server),
		cmocka_unit_test(data_of_a_newer_tamis_or_of_others_is_left_alone),
		cmocka_unit_test(a_server_that_was_emptied_is_noticed),
		cmocka_unit_test(a_host_name_is_resolved_beside_the_loop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
