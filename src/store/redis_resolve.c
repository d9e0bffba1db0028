/*
 * Names to addresses without stopping the loop: getaddrinfo in a thread that shares one small,
 * counted object with the loop and wakes it through a pipe. hiredis itself would block in
 * getaddrinfo.
 */
#include "redis_private.h"

#include <fcntl.h>
#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

struct resolve_question {
	atomic_int holders; /* the loop and the thread */
	int answered;       /* the thread's end of the pipe */
	unsigned turn;
	bool is_found;
	char address[64];
	char host[];
};

struct redis_resolve {
	struct resolve_question *question;
	struct event *event;
	int wake;
	redis_resolved_fn fn;
	void *context;
};

static void let_go(struct resolve_question *question)
{
	if (atomic_fetch_sub(&question->holders, 1) == 1)
		free(question);
}

static void *resolve_in_thread(void *context)
{
	struct resolve_question *question = context;
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *found = NULL;
	unsigned count = 0;

	if (getaddrinfo(question->host, NULL, &hints, &found) == 0) {
		for (struct addrinfo *a = found; a; a = a->ai_next)
			count++;
		struct addrinfo *chosen = found;
		for (unsigned i = 0; count && i < question->turn % count; i++)
			chosen = chosen->ai_next;
		question->is_found = chosen && getnameinfo(chosen->ai_addr, chosen->ai_addrlen,
						       question->address, sizeof(question->address),
						       NULL, 0, NI_NUMERICHOST) == 0;
		freeaddrinfo(found);
	}
	/* closing the only writer wakes the loop just as a byte would, and cannot raise SIGPIPE */
	close(question->answered);
	let_go(question);
	return NULL;
}

static void on_answer(evutil_socket_t fd, short what, void *context)
{
	struct redis_resolve *resolve = context;
	char byte;

	(void)what;
	(void)!read(fd, &byte, 1); /* the end of the pipe: what the thread wrote before is seen */
	resolve->fn(
		resolve->context, resolve->question->is_found ? resolve->question->address : NULL);
}

static bool start_thread(struct resolve_question *question)
{
	pthread_attr_t attributes;
	pthread_t thread;
	sigset_t all, before;

	if (pthread_attr_init(&attributes))
		return false;
	(void)pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	(void)pthread_attr_setstacksize(&attributes, (size_t)256 * 1024);
	sigfillset(&all); /* signals are for the loop */
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	bool is_started = pthread_create(&thread, &attributes, resolve_in_thread, question) == 0;
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	(void)pthread_attr_destroy(&attributes);
	return is_started;
}

struct redis_resolve *redis_resolve_new(struct event_base *base, const char *host, unsigned turn,
	redis_resolved_fn fn, void *context)
{
	size_t host_bytes = strlen(host) + 1;
	struct redis_resolve *resolve = calloc(1, sizeof(*resolve));
	struct resolve_question *question = calloc(1, sizeof(*question) + host_bytes);
	int ends[2];

	if (!resolve || !question || pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0) {
		free(resolve);
		free(question);
		return NULL;
	}
	atomic_init(&question->holders, 2);
	question->answered = ends[1];
	question->turn = turn;
	memcpy(question->host, host, host_bytes);
	*resolve = (struct redis_resolve){
		.question = question, .wake = ends[0], .fn = fn, .context = context
	};
	resolve->event = event_new(base, ends[0], EV_READ, on_answer, resolve);
	if (resolve->event && event_add(resolve->event, NULL) == 0 && start_thread(question))
		return resolve;
	close(ends[1]);
	let_go(question); /* the thread's share */
	redis_resolve_free(resolve);
	return NULL;
}

void redis_resolve_free(struct redis_resolve *resolve)
{
	if (!resolve)
		return;
	if (resolve->event)
		event_free(resolve->event);
	close(resolve->wake);
	let_go(resolve->question);
	free(resolve);
}
