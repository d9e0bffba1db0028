/* Who knocks is answered once, in time, or refused; and nobody keeps the door from others. */
#include "stand.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>

#include <event2/event.h>

#include "control/door.h"
#include "control/socket.h"

#define ROUNDS_MAX 100000
#define HEALTH "{\"v\":1,\"do\":\"health\"}\n"

struct stand {
	char path[64];
	struct tms_str folder;
	struct event_base *base;
	struct door *door;
	size_t handled;
	bool keeps; /* the handler answers later: */
	struct door_visit *kept;
	struct tms_str says;
};

static void handle(
	void *context, struct door_visit *visit, const struct tms_control_request *request)
{
	struct stand *stand = context;

	assert_int_equal(request->verb, TMS_CONTROL_HEALTH);
	stand->handled++;
	if (stand->keeps) {
		stand->kept = visit;
		return;
	}
	door_say(visit, TMS_CONTROL_OUT, stand->says);
	door_end(visit, 0);
}

static void open_stand(struct stand *stand, int request_ms)
{
	struct tms_diag diag = { 0 };
	struct door_options options = { .handle = handle, .request_ms = request_ms };

	*stand = (struct stand){ .says = TMS_STR("well") };
	stand->folder = make_folder(stand->path);
	stand->base = event_base_new();
	options.base = stand->base;
	options.context = stand;
	assert_int_equal(control_listen(stand->folder, &options.fd, &diag), TMS_OK);
	assert_int_equal(door_new(&options, &stand->door), TMS_OK);
}

static void close_stand(struct stand *stand)
{
	door_free(stand->door);
	event_base_free(stand->base);
	remove_folder(stand->path);
}

static int knock(struct stand *stand)
{
	struct tms_diag diag = { 0 };
	int fd = -1;

	assert_int_equal(control_connect(stand->folder, 5, &fd, &diag), TMS_OK);
	assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
	return fd;
}

static void turn(struct stand *stand)
{
	(void)event_base_loop(stand->base, EVLOOP_NONBLOCK);
}

static void say(int fd, const char *bytes, size_t len)
{
	assert_int_equal(send(fd, bytes, len, MSG_NOSIGNAL), len);
}

/* All that comes until the door closes the connection. */
static struct tms_buf hear(struct stand *stand, int fd)
{
	struct tms_buf heard = { 0 };
	ssize_t got = -1;

	for (size_t i = 0; got != 0 && i < ROUNDS_MAX; i++) {
		turn(stand);
		assert_true(tms_buf_reserve(&heard, 65536));
		got = recv(fd, heard.ptr + heard.len, 65536, 0);
		heard.len += got > 0 ? (size_t)got : 0;
		if (got < 0 && errno == ECONNRESET)
			break;
		if (got < 0)
			usleep(100);
	}
	close(fd);
	return heard;
}

static void assert_heard(struct stand *stand, int fd, const char *want)
{
	struct tms_buf heard = hear(stand, fd);

	if (tms_str_find(tms_buf_str(&heard), tms_str_from(want), 0) != 0)
		fail_msg("heard %.*s instead of %s", TMS_STR_ARGS(tms_buf_str(&heard)), want);
	tms_buf_free(&heard);
}

static void a_request_is_answered_however_it_is_cut(void **state)
{
	struct stand stand;
	(void)state;

	open_stand(&stand, 0);
	int fd = knock(&stand);
	for (size_t i = 0; i < strlen(HEALTH); i++) {
		say(fd, &HEALTH[i], 1);
		turn(&stand);
	}
	assert_heard(&stand, fd, "out well\nexit 0\n");
	/* who says that nothing more will come still hears the answer */
	fd = knock(&stand);
	say(fd, HEALTH, strlen(HEALTH));
	shutdown(fd, SHUT_WR);
	assert_heard(&stand, fd, "out well\nexit 0\n");
	assert_int_equal(stand.handled, 2);
	close_stand(&stand);
}

static void what_is_no_request_is_refused_and_reaches_no_handler(void **state)
{
	static char long_line[TMS_CONTROL_REQUEST_BYTES_MAX + 4096];
	struct stand stand;
	(void)state;

	open_stand(&stand, 0);
	int fd = knock(&stand);
	say(fd, "\0\xff\n", 3);
	assert_heard(&stand, fd, "err this is no request: a line of JSON");
	fd = knock(&stand);
	say(fd, HEALTH HEALTH, 2 * strlen(HEALTH));
	assert_heard(&stand, fd,
		"err this is no request: one line was expected, and more came\nexit 2\n");
	memset(long_line, ' ', sizeof(long_line));
	fd = knock(&stand);
	say(fd, long_line, sizeof(long_line));
	assert_heard(
		&stand, fd, "err this is no request: it is longer than 65,536 bytes\nexit 2\n");
	fd = knock(&stand);
	say(fd, "{\"v\":1", 6); /* and leaves */
	close(fd);
	turn(&stand);
	turn(&stand);
	assert_int_equal(stand.handled, 0);
	close_stand(&stand);
}

static void a_request_that_does_not_come_is_not_waited_for(void **state)
{
	struct stand stand;
	(void)state;

	open_stand(&stand, 20);
	int fd = knock(&stand);
	say(fd, "{", 1);
	assert_heard(&stand, fd, "err the request did not arrive in time\nexit 2\n");
	close_stand(&stand);
}

static void who_says_nothing_makes_room_the_oldest_first(void **state)
{
	struct stand stand;
	int waiting[DOOR_CONNECTIONS_MAX];
	(void)state;

	open_stand(&stand, 0);
	for (size_t i = 0; i < TMS_COUNT(waiting); i++) {
		waiting[i] = knock(&stand);
		turn(&stand);
	}
	int fd = knock(&stand);
	say(fd, HEALTH, strlen(HEALTH));
	assert_heard(&stand, fd, "out well\nexit 0\n");
	struct tms_buf heard = hear(&stand, waiting[0]);
	assert_int_equal(heard.len, 0);
	tms_buf_free(&heard);
	say(waiting[1], HEALTH, strlen(HEALTH));
	assert_heard(&stand, waiting[1], "out well\nexit 0\n");
	for (size_t i = 2; i < TMS_COUNT(waiting); i++)
		close(waiting[i]);
	close_stand(&stand);
}

static void more_than_there_is_room_for_are_sent_away_at_once(void **state)
{
	struct stand stand;
	int asking[DOOR_CONNECTIONS_MAX];
	(void)state;

	open_stand(&stand, 0);
	stand.keeps = true;
	for (size_t i = 0; i < TMS_COUNT(asking); i++) {
		asking[i] = knock(&stand);
		say(asking[i], HEALTH, strlen(HEALTH));
		for (int turns = 0; stand.handled <= i && turns < ROUNDS_MAX; turns++)
			turn(&stand);
	}
	assert_int_equal(stand.handled, TMS_COUNT(asking));
	struct tms_buf heard = hear(&stand, knock(&stand));
	assert_int_equal(heard.len, 0);
	tms_buf_free(&heard);
	for (size_t i = 0; i < TMS_COUNT(asking); i++)
		close(asking[i]);
	close_stand(&stand);
}

static void an_answer_may_come_later_and_to_nobody(void **state)
{
	struct stand stand;
	(void)state;

	open_stand(&stand, 10);
	stand.keeps = true;
	int fd = knock(&stand);
	say(fd, HEALTH, strlen(HEALTH));
	for (size_t i = 0; !stand.kept && i < ROUNDS_MAX; i++)
		turn(&stand);
	usleep(20000); /* the time of a request is over, and does not count any more */
	turn(&stand);
	door_say(stand.kept, TMS_CONTROL_ERR, TMS_STR("no"));
	door_end(stand.kept, 1);
	assert_heard(&stand, fd, "err no\nexit 1\n");
	/* somebody who has left meanwhile */
	stand.kept = NULL;
	fd = knock(&stand);
	say(fd, HEALTH, strlen(HEALTH));
	for (size_t i = 0; !stand.kept && i < ROUNDS_MAX; i++)
		turn(&stand);
	close(fd);
	turn(&stand);
	door_say(stand.kept, TMS_CONTROL_OUT, TMS_STR("late"));
	door_end(stand.kept, 0);
	for (size_t i = 0; i < 10; i++)
		turn(&stand);
	/* and one that the door closes over */
	stand.kept = NULL;
	fd = knock(&stand);
	say(fd, HEALTH, strlen(HEALTH));
	for (size_t i = 0; !stand.kept && i < ROUNDS_MAX; i++)
		turn(&stand);
	close_stand(&stand);
	close(fd);
}

static void a_long_answer_arrives_whole(void **state)
{
	struct stand stand;
	struct tms_buf text = { 0 };
	(void)state;

	open_stand(&stand, 0);
	for (int i = 0; i < 200000; i++)
		tms_buf_format(&text, "line %d\n", i);
	stand.says = tms_buf_str(&text);
	int fd = knock(&stand);
	say(fd, HEALTH, strlen(HEALTH));
	struct tms_buf heard = hear(&stand, fd);
	assert_int_equal(heard.len, text.len + 200000 * strlen("out ") + strlen("exit 0\n"));
	assert_true(tms_str_ends(tms_buf_str(&heard), TMS_STR("out line 199999\nexit 0\n")));
	tms_buf_free(&heard);
	tms_buf_free(&text);
	close_stand(&stand);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_is_answered_however_it_is_cut),
		cmocka_unit_test(what_is_no_request_is_refused_and_reaches_no_handler),
		cmocka_unit_test(a_request_that_does_not_come_is_not_waited_for),
		cmocka_unit_test(who_says_nothing_makes_room_the_oldest_first),
		cmocka_unit_test(more_than_there_is_room_for_are_sent_away_at_once),
		cmocka_unit_test(an_answer_may_come_later_and_to_nobody),
		cmocka_unit_test(a_long_answer_arrives_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
