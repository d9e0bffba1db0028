/* Messages between threads: all arrive, once, in each poster's order. Runs under ThreadSanitizer
 * too. */
#include "test.h"

#include <pthread.h>
#include <stdlib.h>

#include <event2/event.h>

#include "loop/queue.h"
#include "loop/thread.h"

#define POSTERS 4
#define NOTES_EACH 20000

struct note {
	struct tms_message message;
	struct reader *reader;
	int poster;
	int number;
};

struct reader {
	struct event_base *base;
	struct tms_queue *queue;
	struct note *notes[POSTERS];
	int next[POSTERS]; /* the number that has to come now */
	int wrong;
	int count, wanted;
	int turns; /* of another event of the same loop */
};

static void on_note(struct tms_message *message)
{
	struct note *note = TMS_MESSAGE_OF(message, struct note, message);
	struct reader *reader = note->reader;

	reader->wrong += note->number != reader->next[note->poster];
	reader->next[note->poster] = note->number + 1;
	if (++reader->count == reader->wanted)
		event_base_loopbreak(reader->base);
}

static void *post_all(void *context)
{
	struct note *notes = context;

	for (int i = 0; i < NOTES_EACH; i++)
		tms_queue_post(notes[i].reader->queue, &notes[i].message);
	return NULL;
}

static struct note *notes_new(struct reader *reader, int poster, int count)
{
	struct note *notes = calloc((size_t)count, sizeof(*notes));

	assert_non_null(notes);
	for (int i = 0; i < count; i++)
		notes[i] = (struct note){ .message = { .deliver = on_note },
			.reader = reader,
			.poster = poster,
			.number = i };
	return notes;
}

static int set_up(void **state)
{
	struct reader *reader = calloc(1, sizeof(*reader));

	assert_non_null(reader);
	reader->base = event_base_new();
	assert_int_equal(tms_queue_new(reader->base, &reader->queue), TMS_OK);
	*state = reader;
	return 0;
}

static int tear_down(void **state)
{
	struct reader *reader = *state;

	for (int i = 0; i < POSTERS; i++)
		free(reader->notes[i]);
	tms_queue_free(reader->queue);
	event_base_free(reader->base);
	free(reader);
	return 0;
}

static void what_many_threads_post_arrives_once_and_in_their_order(void **state)
{
	struct reader *reader = *state;
	pthread_t threads[POSTERS];

	reader->wanted = POSTERS * NOTES_EACH;
	for (int i = 0; i < POSTERS; i++) {
		reader->notes[i] = notes_new(reader, i, NOTES_EACH);
		assert_int_equal(pthread_create(&threads[i], NULL, post_all, reader->notes[i]), 0);
	}
	event_base_loop(reader->base, EVLOOP_NO_EXIT_ON_EMPTY);
	for (int i = 0; i < POSTERS; i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(reader->next[i], NOTES_EACH);
	}
	assert_int_equal(reader->wrong, 0);
	assert_int_equal(tms_queue_run(reader->queue), 0);
}

static void on_turn(evutil_socket_t fd, short what, void *context)
{
	struct reader *reader = context;

	(void)fd;
	(void)what;
	reader->turns++;
	assert_true(reader->count < reader->wanted);
	event_base_loopbreak(reader->base);
}

static void a_flood_of_messages_leaves_other_events_their_turn(void **state)
{
	struct reader *reader = *state;
	struct event *other = event_new(reader->base, -1, 0, on_turn, reader);

	reader->wanted = NOTES_EACH;
	reader->notes[0] = notes_new(reader, 0, NOTES_EACH);
	(void)post_all(reader->notes[0]);
	/* waits in line behind the first messages */
	event_base_loop(reader->base, EVLOOP_ONCE);
	event_active(other, EV_TIMEOUT, 0);
	event_base_loop(reader->base, EVLOOP_NO_EXIT_ON_EMPTY);
	assert_int_equal(reader->turns, 1);
	event_base_loop(reader->base, EVLOOP_NO_EXIT_ON_EMPTY);
	assert_int_equal(reader->count, NOTES_EACH);
	assert_int_equal(reader->wrong, 0);
	event_free(other);
}

static void what_waits_can_be_delivered_without_the_loop(void **state)
{
	struct reader *reader = *state;

	reader->wanted = NOTES_EACH + 1;
	reader->notes[0] = notes_new(reader, 0, NOTES_EACH);
	(void)post_all(reader->notes[0]);
	assert_int_equal(tms_queue_run(reader->queue), NOTES_EACH);
	assert_int_equal(reader->wrong, 0);
}

/* A ball that two loops throw to each other. */
struct ball {
	struct tms_message message;
	struct reader *reader;
	struct tms_queue *there;
	bool is_there;
	int throws;
};

static void on_ball(struct tms_message *message)
{
	struct ball *ball = TMS_MESSAGE_OF(message, struct ball, message);

	ball->throws++;
	ball->is_there = !ball->is_there;
	if (!ball->is_there && ball->throws >= 10000)
		event_base_loopbreak(ball->reader->base);
	else
		tms_queue_post(ball->is_there ? ball->reader->queue : ball->there, message);
}

static void a_message_can_be_posted_again_by_who_got_it(void **state)
{
	struct reader *reader = *state;
	struct tms_thread *thread = NULL;
	struct ball ball = { .message = { .deliver = on_ball }, .reader = reader };

	assert_int_equal(tms_thread_new(&thread), TMS_OK);
	ball.there = tms_thread_queue(thread);
	assert_int_equal(tms_thread_start(thread, "wall"), TMS_OK);
	tms_queue_post(ball.there, &ball.message);
	event_base_loop(reader->base, EVLOOP_NO_EXIT_ON_EMPTY);
	assert_int_equal(ball.throws, 10000);
	tms_thread_join(thread);
	tms_thread_free(thread);
}

static void a_thread_delivers_what_was_posted_before_its_end(void **state)
{
	struct reader *reader = *state;
	struct reader there = { .wanted = NOTES_EACH + 1 };
	struct tms_thread *thread = NULL;

	assert_int_equal(tms_thread_new(&thread), TMS_OK);
	there.queue = tms_thread_queue(thread);
	reader->notes[0] = notes_new(&there, 0, NOTES_EACH);
	assert_int_equal(tms_thread_start(thread, "short"), TMS_OK);
	(void)post_all(reader->notes[0]);
	tms_thread_join(thread);
	assert_int_equal(there.count, NOTES_EACH);
	assert_int_equal(there.wrong, 0);
	tms_thread_free(thread);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			what_many_threads_post_arrives_once_and_in_their_order, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_flood_of_messages_leaves_other_events_their_turn, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			what_waits_can_be_delivered_without_the_loop, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_message_can_be_posted_again_by_who_got_it, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_thread_delivers_what_was_posted_before_its_end, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
