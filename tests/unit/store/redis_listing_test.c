/* Listings of Redis: who works when. */
#include "stand.h"

#include <hiredis/hiredis.h>

#define FEEDS 1000

/* A second connection, that sees what Redis has been asked. */
struct witness {
	redisContext *context;
	size_t rows, slices_seen;
};

/* Slices of listings that Redis has given; -1: it does not say. */
static long slices_of(const struct witness *witness)
{
	redisReply *reply = redisCommand(witness->context, "INFO commandstats");
	const char *found = reply && reply->str ? strstr(reply->str, "cmdstat_hscan:calls=") : NULL;
	long slices = found ? 0 : -1;

	for (found = found ? found + strlen("cmdstat_hscan:calls=") : "";
		*found >= '0' && *found <= '9'; found++)
		slices = slices * 10 + (*found - '0');
	freeReplyObject(reply);
	return slices;
}

/* While the first row is being looked at, Redis is asked for the second slice. */
static void see_row(void *context, const struct tms_store_row *row)
{
	struct witness *witness = context;

	if (row->kind != TMS_STORE_ROW_DEFINITION || witness->rows++ > 0)
		return;
	for (int i = 0; i < 2500 && witness->slices_seen < 2; i++) {
		long slices = slices_of(witness);
		witness->slices_seen = slices > 0 ? (size_t)slices : 0;
		if (slices < 2)
			stand_pause();
	}
}

static void put_feeds(struct tms_store *store, struct tms_store_wait *wait)
{
	static struct tms_store_change changes[FEEDS];
	static char keys[FEEDS][16];
	char bytes[200];

	memset(bytes, 'x', sizeof(bytes));
	for (size_t i = 0; i < FEEDS; i++) {
		(void)snprintf(keys[i], sizeof(keys[i]), "ana/f%zu", i);
		changes[i] = (struct tms_store_change){ .key = tms_str_from(keys[i]),
			.bytes = { bytes, sizeof(bytes) },
			.expected = TMS_STORE_ANY_REVISION };
	}
	EXPECT(wait, tms_store_definitions_change(store, changes, FEEDS, CALL(wait)), TMS_OK);
}

static void redis_reads_the_next_slice_while_the_rows_of_one_are_looked_at(void **state)
{
	struct witness witness = { .rows = 0 };
	struct stand stand;
	char path[100];
	(void)state;

	stand_open(&stand);
	stand_start_redis(&stand, NULL);
	struct tms_store_wait wait = { .base = stand.base };
	struct tms_store *store = stand_redis(&stand);
	put_feeds(store, &wait);
	stand_path(&stand, "redis.sock", path);
	witness.context = redisConnectUnix(path);
	assert_true(witness.context && !witness.context->err);
	wait.row = see_row;
	wait.row_context = &witness;
	EXPECT(&wait, tms_store_definitions_list(store, CALL(&wait)), TMS_OK);
	assert_int_equal(witness.slices_seen, 2);
	assert_true(witness.rows >= FEEDS);
	redisFree(witness.context);
	tms_store_free(store);
	tms_store_wait_fini(&wait);
	stand_close(&stand);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(redis_reads_the_next_slice_while_the_rows_of_one_are_looked_at),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
