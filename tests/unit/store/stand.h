/* Where the stores of these tests live: a directory of their own, and a real redis-server. */
#ifndef TAMIS_TESTS_STORE_STAND_H
#define TAMIS_TESTS_STORE_STAND_H

#include "test.h"

#include "store/store.h"
#include "store/store_wait.h"

#include <errno.h>
#include <ftw.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <event2/event.h>

/* A store on a busy machine takes its time; tests of being late say their own. */
#define STAND_PATIENCE_MS 20000

/** A directory, a loop, and perhaps a Redis in it. */
struct stand {
	char dir[64];
	struct event_base *base;
	pid_t redis; /* 0: none */
};

static inline void stand_path(const struct stand *stand, const char *name, char path[100])
{
	snprintf(path, 100, "%s/%s", stand->dir, name);
}

static inline int stand_remove(
	const char *path, const struct stat *status, int kind, struct FTW *ftw)
{
	(void)status;
	(void)kind;
	(void)ftw;
	return remove(path);
}

static inline void stand_open(struct stand *stand)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN };

	sigaction(SIGPIPE, &ignore, NULL);
	*stand = (struct stand){ .dir = "/tmp/tamis-store-XXXXXX" };
	assert_non_null(mkdtemp(stand->dir));
	stand->base = event_base_new();
	assert_non_null(stand->base);
}

static inline void stand_pause(void)
{
	struct timespec moment = { 0, 2000000 };

	nanosleep(&moment, NULL); /* only inside loops that wait for a condition */
}

/** Does the socket answer PING with PONG? */
static inline bool stand_answers(const char socket_path[100])
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	char answer[128] = "";
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%.99s", socket_path);
	bool is_up = connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0 &&
		     send(fd, "PING\r\n", 6, MSG_NOSIGNAL) == 6 &&
		     recv(fd, answer, sizeof(answer) - 1, 0) > 0 &&
		     (strstr(answer, "PONG") || strstr(answer, "NOAUTH"));
	close(fd);
	return is_up;
}

/** Start redis-server on a unix socket in the directory; returns once it answers. */
static inline void stand_start_redis(struct stand *stand, const char *const *settings)
{
	char socket_path[100];
	const char *argv[40] = { "redis-server", "--port", "0", "--unixsocket", socket_path,
		"--dir", stand->dir, "--appendonly", "yes", "--appendfsync", "always", "--save", "",
		"--logfile", "redis.log", "--daemonize", "no" };
	size_t count = 17;

	stand_path(stand, "redis.sock", socket_path);
	unlink(socket_path); /* of a server that was killed */
	for (; settings && *settings; settings++)
		argv[count++] = *settings;
	stand->redis = fork();
	assert_true(stand->redis >= 0);
	if (stand->redis == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL); /* does not outlive a test that crashed */
		execvp(argv[0], (char *const *)argv);
		_exit(127);
	}
	for (int i = 0; !stand_answers(socket_path); i++) {
		if (i > 5000 || waitpid(stand->redis, NULL, WNOHANG) == stand->redis)
			fail_msg("redis-server does not start; is it installed?");
		stand_pause();
	}
}

static inline void stand_kill_redis(struct stand *stand)
{
	if (!stand->redis)
		return;
	kill(stand->redis, SIGKILL);
	waitpid(stand->redis, NULL, 0);
	stand->redis = 0;
}

static inline void stand_close(struct stand *stand)
{
	stand_kill_redis(stand);
	event_base_free(stand->base);
	nftw(stand->dir, stand_remove, 8, FTW_DEPTH | FTW_PHYS);
}

static inline struct tms_store *stand_store_at(
	const struct stand *stand, const char *url, struct tms_store_options options)
{
	struct tms_store *store = NULL;
	struct tms_diag diag = { 0 };

	options.url = tms_str_from(url);
	if (options.timeout_ms == 0)
		options.timeout_ms = STAND_PATIENCE_MS;
	if (tms_store_open(stand->base, &options, &store, &diag) != TMS_OK)
		fail_msg("%s: %s", url, diag.text);
	return store;
}

static inline struct tms_store *stand_sqlite(const struct stand *stand, int64_t max_bytes)
{
	char url[160];

	snprintf(url, sizeof(url), "sqlite:%s/tamis.db", stand->dir);
	return stand_store_at(stand, url, (struct tms_store_options){ .max_bytes = max_bytes });
}

static inline struct tms_store *stand_redis(const struct stand *stand)
{
	char url[160];

	snprintf(url, sizeof(url), "redis+unix://%s/redis.sock", stand->dir);
	return stand_store_at(stand, url, (struct tms_store_options){ 0 });
}

/** Wait for the operation and compare its status; the sentence is shown when it differs. */
static inline void stand_expect(struct tms_store_wait *wait, struct tms_store_op *op,
	enum tms_status expected, const char *what)
{
	enum tms_status st = tms_store_wait(wait, op);

	if (st != expected)
		fail_msg("%s: %s, not %s (%s)", what, tms_status_name(st),
			tms_status_name(expected), wait->diag.text);
}
#define EXPECT(wait, op, status) stand_expect((wait), (op), (status), #op)
#define CALL(wait) tms_store_wait_call(wait)

#endif
