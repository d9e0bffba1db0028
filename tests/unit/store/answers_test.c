/* How every store answers: from the loop, in order, once, and not at all after cancel and free. */
#include "contract.h"

struct heard {
	struct tms_store *store;
	struct tms_store_op *op;
	int order[16];
	int count;
	int rows;
};

struct asker {
	struct heard *heard;
	int number;
};

static void note(void *context, const struct tms_store_reply *reply)
{
	struct asker *asker = context;

	assert_int_equal(reply->status, TMS_OK);
	asker->heard->order[asker->heard->count++] = asker->number;
}

static void run_until_idle(struct fixture *f)
{
	assert_true(tms_store_flush(f->store, f->stand.base, 20000));
}

static void answers_come_in_order_and_never_inside_the_question(void **state)
{
	struct fixture *f = *state;
	struct heard heard = { 0 };
	struct asker askers[4] = { { &heard, 0 }, { &heard, 1 }, { &heard, 2 }, { &heard, 3 } };
	struct tms_store_call calls[4];

	for (int i = 0; i < 4; i++)
		calls[i] = (struct tms_store_call){ .done = note, .context = &askers[i] };
	tms_store_result_put(f->store, TMS_STR("order"), TMS_STR("1"), 600000, calls[0]);
	tms_store_lease_acquire(f->store, TMS_STR("order"), 600000, calls[1]);
	tms_store_result_put(f->store, TMS_STR("order"), TMS_STR("2"), 600000, calls[2]);
	tms_store_poll(f->store, calls[3]);
	assert_int_equal(heard.count, 0);
	assert_int_equal(store_pending(f->store), 4);
	run_until_idle(f);
	assert_int_equal(heard.count, 4);
	for (int i = 0; i < 4; i++)
		assert_int_equal(heard.order[i], i);
	EXPECT(&f->wait, tms_store_result_get(f->store, TMS_STR("order"), CALL(&f->wait)), TMS_OK);
	assert_str(tms_buf_str(&f->wait.value), "2");
}

static void never(void *context, const struct tms_store_reply *reply)
{
	(void)context;
	(void)reply;
	fail_msg("an answer to who did not want it");
}

static void never_row(void *context, const struct tms_store_row *row)
{
	(void)context;
	(void)row;
	fail_msg("a row to who did not want it");
}

static const struct tms_store_call unwanted = { .done = never, .row = never_row };

struct wanting {
	bool is_cancelled;
	bool is_done;
};

static void note_wanted(void *context, const struct tms_store_reply *reply)
{
	struct wanting *wanting = context;

	(void)reply;
	assert_false(wanting->is_cancelled);
	wanting->is_done = true;
}

static void want_row(void *context, const struct tms_store_row *row)
{
	struct wanting *wanting = context;

	(void)row;
	assert_false(wanting->is_cancelled);
}

static void nothing_arrives_after_cancelling(void **state)
{
	struct fixture *f = *state;
	struct tms_store_item put = { TMS_STR("a"), TMS_STR("A") };
	struct tms_store_batch batch = { .puts = &put, .put_count = 1, .fence = 1 };
	int cancelled = 0;

	tms_store_cancel(NULL);
	tms_store_cancel(tms_store_poll(f->store, unwanted)); /* before it was begun */
	tms_store_cancel(
		tms_store_state_get(f->store, TMS_STORE_STATE_HOST, TMS_STR(""), unwanted));
	for (int rounds = 0; rounds < 8; rounds++) { /* ever later: begun, half done, done */
		struct wanting load = { 0 }, apply = { 0 };
		struct tms_store_op *applying = tms_store_items_apply(f->store, TMS_STR("c"),
			&batch, (struct tms_store_call){ .done = note_wanted, .context = &apply });
		struct tms_store_op *loading = tms_store_items_load(f->store, TMS_STR("c"),
			(struct tms_store_call){ note_wanted, want_row, &load });
		for (int i = 0; i < rounds; i++)
			assert_true(event_base_loop(f->stand.base, EVLOOP_ONCE) >= 0);
		load.is_cancelled = !load.is_done;
		apply.is_cancelled = !apply.is_done;
		if (load.is_cancelled)
			tms_store_cancel(loading);
		if (apply.is_cancelled)
			tms_store_cancel(applying);
		cancelled += load.is_cancelled + apply.is_cancelled;
		run_until_idle(f);
	}
	assert_true(cancelled >= 3);
}

static void nothing_arrives_after_freeing(void **state)
{
	struct fixture *f = *state;
	struct tms_store_item put = { TMS_STR("a"), TMS_STR("A") };
	struct tms_store_batch batch = { .puts = &put, .put_count = 1, .fence = 1 };
	struct tms_store_change edit = { .key = TMS_STR("freed"),
		.expected = TMS_STORE_ANY_REVISION };

	for (int rounds = 0; rounds < 6; rounds++) { /* freed ever later: waiting, begun, done */
		struct tms_store *store = f->open(&f->stand);
		struct tms_store_op *op = store_ready(store, CALL(&f->wait));
		if (rounds % 2)
			EXPECT(&f->wait, op, TMS_OK);
		else
			tms_store_cancel(op);
		tms_store_items_apply(
			store, TMS_STR("freed"), &batch, (struct tms_store_call){ 0 });
		tms_store_definitions_change(store, &edit, 1, (struct tms_store_call){ 0 });
		tms_store_lease_acquire(store, TMS_STR("freed"), 1, (struct tms_store_call){ 0 });
		for (int i = 0; i < rounds / 2; i++)
			event_base_loop(f->stand.base, EVLOOP_NONBLOCK);
		tms_store_items_load(store, TMS_STR("freed"), unwanted);
		tms_store_poll(store, unwanted);
		tms_store_free(store);
		for (int i = 0; i < 5; i++)
			event_base_loop(f->stand.base, EVLOOP_NONBLOCK);
	}
	tms_store_free(NULL);
}

static void free_it(void *context, const struct tms_store_reply *reply)
{
	struct heard *heard = context;

	(void)reply;
	heard->count++;
	tms_store_free(heard->store);
}

static void a_store_may_be_freed_from_its_own_answer(void **state)
{
	struct fixture *f = *state;
	struct heard heard = { .store = f->open(&f->stand) };

	tms_store_poll(heard.store, (struct tms_store_call){ .done = free_it, .context = &heard });
	tms_store_poll(heard.store, unwanted);
	while (!heard.count)
		assert_true(event_base_loop(f->stand.base, EVLOOP_ONCE) >= 0);
	for (int i = 0; i < 5; i++)
		event_base_loop(f->stand.base, EVLOOP_NONBLOCK);
	assert_int_equal(heard.count, 1);
}

static void cancel_at_third(void *context, const struct tms_store_row *row)
{
	struct heard *heard = context;

	(void)row;
	if (++heard->rows == 3)
		tms_store_cancel(heard->op);
}

static void a_listing_can_be_cancelled_from_its_row(void **state)
{
	struct fixture *f = *state;
	struct heard heard = { 0 };
	struct tms_store_item puts[20];
	char ids[20];

	for (size_t i = 0; i < 20; i++) {
		ids[i] = (char)('a' + i);
		puts[i] = (struct tms_store_item){ { &ids[i], 1 }, TMS_STR("x") };
	}
	struct tms_store_batch batch = { .puts = puts, .put_count = 20 };
	EXPECT(&f->wait, tms_store_items_apply(f->store, TMS_STR("many"), &batch, CALL(&f->wait)),
		TMS_OK);
	heard.op = tms_store_items_load(f->store, TMS_STR("many"),
		(struct tms_store_call){
			.done = never, .row = cancel_at_third, .context = &heard });
	run_until_idle(f);
	assert_int_equal(heard.rows, 3);
}

static void senseless_arguments_are_refused_with_words(void **state)
{
	struct fixture *f = *state;
	static char long_key[TMS_STORE_KEY_MAX + 1];
	struct tms_str too_long = { long_key, sizeof(long_key) };
	struct tms_store_item put = { TMS_STR(""), TMS_STR("A") };
	struct tms_store_batch batch = { .puts = &put, .put_count = 1 };

	memset(long_key, 'k', sizeof(long_key));
	EXPECT(&f->wait, tms_store_items_load(f->store, TMS_STR(""), CALL(&f->wait)), TMS_EINVAL);
	assert_true(strlen(f->wait.diag.text) > 10);
	EXPECT(&f->wait, tms_store_items_load(f->store, too_long, CALL(&f->wait)), TMS_ELIMIT);
	EXPECT(&f->wait, tms_store_items_apply(f->store, TMS_STR("s"), &batch, CALL(&f->wait)),
		TMS_EINVAL);
	EXPECT(&f->wait,
		tms_store_result_put(f->store, TMS_STR("k"), TMS_STR("v"), 0, CALL(&f->wait)),
		TMS_EINVAL);
	EXPECT(&f->wait, tms_store_lease_acquire(f->store, TMS_STR("k"), -5, CALL(&f->wait)),
		TMS_EINVAL);
	too_long.len = TMS_STORE_KEY_MAX;
	EXPECT(&f->wait,
		tms_store_result_put(f->store, too_long, TMS_STR("v"), 1000, CALL(&f->wait)),
		TMS_OK);
	assert_true(tms_store_health(f->store)->up);
}

static void note_event(void *context, enum tms_store_event event)
{
	int *events = context;

	events[event]++;
}

static void the_health_counts_what_was_done(void **state)
{
	struct fixture *f = *state;
	int events[3] = { 0 };
	struct tms_store *store = f->open(&f->stand);
	const struct tms_store_health *health = tms_store_health(store);

	assert_false(health->is_known);
	tms_store_watch(store, note_event, events);
	EXPECT(&f->wait, store_ready(store, CALL(&f->wait)), TMS_OK);
	assert_true(health->is_known && health->up);
	EXPECT(&f->wait, tms_store_poll(store, CALL(&f->wait)), TMS_OK);
	EXPECT(&f->wait, tms_store_poll(store, CALL(&f->wait)), TMS_OK);
	EXPECT(&f->wait, tms_store_result_get(store, TMS_STR(""), CALL(&f->wait)), TMS_EINVAL);
	assert_int_equal(health->verbs[TMS_STORE_POLL].done, 2);
	assert_int_equal(health->verbs[TMS_STORE_POLL].failed, 0);
	assert_true(health->verbs[TMS_STORE_POLL].microseconds > 0);
	assert_int_equal(health->verbs[TMS_STORE_RESULT_GET].failed, 1);
	assert_int_equal(health->troubles[TMS_STORE_ARGUMENT], 1);
	assert_int_equal(health->connects, 1);
	assert_int_equal(events[TMS_STORE_UP], 1);
	assert_int_equal(events[TMS_STORE_DOWN], 0);
	for (int i = 0; i < TMS_STORE_VERBS; i++)
		assert_non_null(tms_store_verb_name((enum tms_store_verb)i));
	for (int i = 0; i < TMS_STORE_TROUBLES; i++)
		assert_non_null(tms_store_trouble_name((enum tms_store_trouble)i));
	tms_store_free(store);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_come_in_order_and_never_inside_the_question),
		cmocka_unit_test(nothing_arrives_after_cancelling),
		cmocka_unit_test(nothing_arrives_after_freeing),
		cmocka_unit_test(a_store_may_be_freed_from_its_own_answer),
		cmocka_unit_test(a_listing_can_be_cancelled_from_its_row),
		cmocka_unit_test(senseless_arguments_are_refused_with_words),
		cmocka_unit_test(the_health_counts_what_was_done),
	};

	return RUN_FOR_EACH_STORE(tests);
}
