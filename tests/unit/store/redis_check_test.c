/* What a Redis that is up is looked at for, again and again, and what is said of writes without an
 * answer. A real redis-server each time. */
#include "stand.h"

#include <hiredis/hiredis.h>

#define LOOKS_MAX 2000

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

struct bench {
	struct stand stand;
	struct tms_store *store;
	const struct tms_store_health *health;
	struct tms_store_wait wait;
};

static void open_bench(struct bench *bench, struct tms_store_options options)
{
	char url[160];

	stand_open(&bench->stand);
	stand_start_redis(&bench->stand, NULL);
	snprintf(url, sizeof(url), "redis+unix://%s/redis.sock", bench->stand.dir);
	bench->store = stand_store_at(&bench->stand, url, options);
	bench->health = tms_store_health(bench->store);
	bench->wait = (struct tms_store_wait){ .base = bench->stand.base };
	EXPECT(&bench->wait, store_ready(bench->store, CALL(&bench->wait)), TMS_OK);
}

static void close_bench(struct bench *bench)
{
	tms_store_free(bench->store);
	tms_store_wait_fini(&bench->wait);
	stand_close(&bench->stand);
}

/* Polls as the service does, until the store is up or down. */
static void poll_until(struct bench *bench, bool is_up)
{
	for (int i = 0; bench->health->up != is_up; i++) {
		if (i > LOOKS_MAX)
			fail_msg("up is %d, and should not: %s", bench->health->up,
				bench->health->error);
		(void)!tms_store_wait(
			&bench->wait, tms_store_poll(bench->store, CALL(&bench->wait)));
		stand_pause();
	}
}

static void expect_word(const struct bench *bench, const char *word)
{
	if (!strstr(bench->health->error, word))
		fail_msg("\"%s\" does not name %s", bench->health->error, word);
}

static void a_policy_that_comes_to_evict_all_keys_is_noticed_while_connected(void **state)
{
	struct bench bench;
	struct tms_store_change change = { .key = TMS_STR("k"), .bytes = TMS_STR("v") };
	(void)state;

	open_bench(&bench, (struct tms_store_options){ .check_ms = 20 });
	tell(&bench.stand, "CONFIG SET maxmemory-policy allkeys-lfu");
	poll_until(&bench, false);
	expect_word(&bench, "allkeys-lfu");
	EXPECT(&bench.wait,
		tms_store_definitions_change(bench.store, &change, 1, CALL(&bench.wait)),
		TMS_EDENIED);
	tell(&bench.stand, "CONFIG SET maxmemory-policy volatile-lfu");
	poll_until(&bench, true);
	EXPECT(&bench.wait,
		tms_store_definitions_change(bench.store, &change, 1, CALL(&bench.wait)), TMS_OK);
	close_bench(&bench);
}

static void appendonly_that_is_switched_off_is_warned_of_while_connected(void **state)
{
	struct bench bench;
	(void)state;

	open_bench(&bench, (struct tms_store_options){ .check_ms = 20 });
	assert_string_equal(bench.health->warning, "");
	tell(&bench.stand, "CONFIG SET appendonly no");
	for (int i = 0; i < LOOKS_MAX && !bench.health->warning[0]; i++) {
		EXPECT(&bench.wait, tms_store_poll(bench.store, CALL(&bench.wait)), TMS_OK);
		stand_pause();
	}
	assert_non_null(strstr(bench.health->warning, "appendonly"));
	assert_true(bench.health->up);
	close_bench(&bench);
}

static void a_shared_key_of_another_type_is_named_and_the_store_is_down_until_it_is_mended(
	void **state)
{
	static const struct {
		const char *key, *make;
	} rows[] = {
		{ "tamis:schema", "SADD tamis:schema a" },
		{ "tamis:identity", "RPUSH tamis:identity a" },
		{ "tamis:revision", "RPUSH tamis:revision a" },
		{ "tamis:definitions", "SET tamis:definitions a" },
		{ "tamis:changes", "SET tamis:changes a" },
		{ "tamis:sources", "SET tamis:sources a" },
		{ "tamis:lease-token", "SADD tamis:lease-token a" },
	};
	struct bench bench;
	char command[80];
	(void)state;

	open_bench(&bench, (struct tms_store_options){ .check_ms = 5 });
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		snprintf(command, sizeof(command), "DEL %s", rows[i].key);
		tell(&bench.stand, command);
		tell(&bench.stand, rows[i].make);
		poll_until(&bench, false);
		while (!strstr(bench.health->error, rows[i].key)) /* the identity is missed first */
			assert_true(event_base_loop(bench.stand.base, EVLOOP_ONCE) >= 0);
		expect_word(&bench, "redis.prefix");
		EXPECT(&bench.wait, tms_store_poll(bench.store, CALL(&bench.wait)), TMS_EDENIED);
		tell(&bench.stand, command);
		poll_until(&bench, true);
	}
	close_bench(&bench);
}

static void apply_to(struct bench *bench, struct tms_str source, enum tms_status expected)
{
	struct tms_store_item put = { TMS_STR("id"), TMS_STR("bytes") };
	struct tms_store_batch batch = { .puts = &put, .put_count = 1 };

	EXPECT(&bench->wait,
		tms_store_items_apply(bench->store, source, &batch, CALL(&bench->wait)), expected);
}

static void a_key_of_a_source_of_another_type_is_named_and_others_are_still_stored(void **state)
{
	struct bench bench;
	(void)state;

	open_bench(&bench, (struct tms_store_options){ .check_ms = 20 });
	tell(&bench.stand, "SET tamis:items:my%%20blog x");
	apply_to(&bench, TMS_STR("my blog"), TMS_EDENIED);
	assert_non_null(strstr(bench.wait.diag.text, "tamis:items:my%20blog"));
	assert_non_null(strstr(bench.wait.diag.text, "keeps a hash"));
	apply_to(&bench, TMS_STR("other"), TMS_OK);
	assert_false(bench.health->up); /* what worked elsewhere does not mend it */
	expect_word(&bench, "tamis:items:my%20blog");
	EXPECT(&bench.wait,
		tms_store_items_load(bench.store, TMS_STR("my blog"), CALL(&bench.wait)),
		TMS_EDENIED);
	tell(&bench.stand, "DEL tamis:items:my%%20blog");
	poll_until(&bench, true);
	apply_to(&bench, TMS_STR("my blog"), TMS_OK);
	close_bench(&bench);
}

struct heard {
	enum tms_status status;
	bool is_uncertain;
};

static void hear(void *context, const struct tms_store_reply *reply)
{
	*(struct heard *)context = (struct heard){ reply->status, reply->is_uncertain };
}

static void a_write_whose_answer_did_not_come_is_uncertain_and_one_not_yet_decided_is_not(
	void **state)
{
	struct bench bench;
	struct heard applied = { 0 }, changed = { 0 }, read = { 0 };
	struct tms_store_item put = { TMS_STR("id"), TMS_STR("bytes") };
	struct tms_store_batch batch = { .puts = &put, .put_count = 1 };
	struct tms_store_change change = { .key = TMS_STR("k"), .bytes = TMS_STR("v") };
	(void)state;

	open_bench(&bench, (struct tms_store_options){ .timeout_ms = 150 });
	kill(bench.stand.redis, SIGSTOP);
	/* its EXEC is sent at once; a change of definitions first waits for what is there */
	tms_store_items_apply(bench.store, TMS_STR("s"), &batch,
		(struct tms_store_call){ .done = hear, .context = &applied });
	tms_store_definitions_change(bench.store, &change, 1,
		(struct tms_store_call){ .done = hear, .context = &changed });
	tms_store_poll(bench.store, (struct tms_store_call){ .done = hear, .context = &read });
	assert_true(tms_store_flush(bench.store, bench.stand.base, 10000));
	assert_int_equal(applied.status, TMS_EUNAVAIL);
	assert_true(applied.is_uncertain);
	assert_int_equal(changed.status, TMS_EUNAVAIL);
	assert_false(changed.is_uncertain);
	assert_false(read.is_uncertain);
	kill(bench.stand.redis, SIGCONT);
	poll_until(&bench, true);
	EXPECT(&bench.wait, store_definition_get(bench.store, TMS_STR("k"), CALL(&bench.wait)),
		TMS_OK);
	assert_false(bench.wait.found);
	close_bench(&bench);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_policy_that_comes_to_evict_all_keys_is_noticed_while_connected),
		cmocka_unit_test(appendonly_that_is_switched_off_is_warned_of_while_connected),
		cmocka_unit_test(
			a_shared_key_of_another_type_is_named_and_the_store_is_down_until_it_is_mended),
		cmocka_unit_test(
			a_key_of_a_source_of_another_type_is_named_and_others_are_still_stored),
		cmocka_unit_test(
			a_write_whose_answer_did_not_come_is_uncertain_and_one_not_yet_decided_is_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
