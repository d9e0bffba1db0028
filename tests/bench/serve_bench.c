/*
 * The server with one fixed answer, for tests/bench/serve.py: what a warm request costs without what
 * makes the feed. It prints its port and serves until it is killed.
 *
 *   serve_bench [-p PIECES] [-b BYTES] [-w] [-m] [-e]
 *
 * -p, -b  the body: so many bytes in so many pieces, sent from where they lie
 * -w      write the head anew for each request, instead of keeping it ready
 * -m      the body in a memory file, lent by sendfile: as a front sends feeds that many ask for
 * -e      instead of the server the least that could answer: epoll, recv and sendmsg, no HTTP
 *
 * The entity tag is "e"; a request that names it gets 304.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <event2/event.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <tamis/accept.h>
#include <tamis/conditional.h>

#include "serve/server.h"

#define PIECES_MAX 1000
#define GAP_BYTES 512 /* between pieces, which in life lie apart */

struct bench {
	struct tms_str pieces[PIECES_MAX];
	size_t piece_count;
	struct tms_response whole;
	struct tms_response same;
	struct tms_buf whole_head;
	struct tms_buf same_head;
	struct tms_answer_file file; /* the body once more, with -m */
	bool writes_heads;
};

_Noreturn static void fail(const char *text)
{
	fprintf(stderr, "serve_bench: %s\n", text);
	exit(1);
}

static void make_answer(struct bench *bench, size_t pieces, size_t bytes)
{
	char *memory = NULL;

	if (!pieces || pieces > PIECES_MAX || bytes < pieces || bytes > 100000000)
		fail("-p takes 1 to 1000, -b at least as many");
	memory = malloc(bytes + pieces * GAP_BYTES);
	if (!memory)
		fail("no memory");
	memset(memory, 'x', bytes + pieces * GAP_BYTES);
	for (size_t i = 0, start = 0; i < pieces; i++) {
		size_t end = bytes * (i + 1) / pieces;
		bench->pieces[i] = (struct tms_str){ memory + start + i * GAP_BYTES, end - start };
		start = end;
	}
	bench->piece_count = pieces;
	bench->whole = (struct tms_response){ .status = 200,
		.content_type = TMS_STR("application/atom+xml; charset=utf-8"),
		.cache_control = TMS_STR("private, max-age=900"),
		.etag = TMS_STR("\"e\""),
		.has_last_modified = true,
		.last_modified = 784111777,
		.varies_by_coding = true };
	bench->same = bench->whole;
	bench->same.status = 304;
	if (tms_response_write_head(&bench->whole_head, &bench->whole, bytes) != TMS_OK ||
		tms_response_write_head(&bench->same_head, &bench->same, bytes) != TMS_OK)
		fail("the heads cannot be written");
}

static void make_file(struct bench *bench)
{
	bench->file.fd = memfd_create("bench", MFD_CLOEXEC);
	for (size_t i = 0; i < bench->piece_count; i++) {
		struct tms_str piece = bench->pieces[i];
		if (write(bench->file.fd, piece.ptr, piece.len) != (ssize_t)piece.len)
			fail("no memory file");
		bench->file.bytes += piece.len;
	}
}

static void release(void *owner)
{
	(void)owner;
}

static void handle(void *context, struct tms_exchange exchange, const struct tms_request *request)
{
	struct bench *bench = context;
	const struct tms_validators validators = { bench->whole.etag, bench->whole.last_modified };
	struct tms_str accepts =
		tms_request_list(tms_exchange_arena(exchange), request, TMS_STR("Accept-Encoding"));
	bool is_same = tms_request_holds(request, &validators, 784111778);
	struct tms_answer answer = { .response = is_same ? bench->same : bench->whole,
		.pieces = bench->pieces,
		.piece_count = is_same ? 0 : bench->piece_count,
		.release = release,
		.owner = bench };

	if (tms_accept_coding(accepts) == TMS_CODING_NONE)
		fail("a client that takes nothing");
	if (!is_same && bench->file.bytes) {
		answer.piece_count = 0;
		answer.file = bench->file;
	}
	if (!bench->writes_heads)
		answer.head = tms_buf_str(is_same ? &bench->same_head : &bench->whole_head);
	(void)tms_exchange_answer(exchange, &answer);
}

static void serve(struct bench *bench)
{
	struct tms_server_options options;
	struct tms_server *server = NULL;
	struct tms_diag diag = { 0 };
	struct event_base *base = event_base_new();

	tms_server_options_init(&options);
	options.max_per_address = options.max_connections;
	if (!base || tms_server_new(base, &options, handle, bench, &server) != TMS_OK ||
		tms_server_listen(server, TMS_STR("127.0.0.1:0"), &diag) != TMS_OK)
		fail("it cannot listen");
	printf("%d\n", tms_server_port(server, 0));
	fflush(stdout);
	(void)event_base_dispatch(base);
}

static int bare_listener(void)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t length = sizeof(at);
	const int on = 1;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

	if (fd < 0 || setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) != 0 ||
		bind(fd, (struct sockaddr *)&at, length) != 0 || listen(fd, 1024) != 0 ||
		getsockname(fd, (struct sockaddr *)&at, &length) != 0)
		fail("it cannot listen");
	printf("%d\n", ntohs(at.sin_port));
	fflush(stdout);
	return fd;
}

/* One request is one segment here, and the socket takes the whole answer: true of wrk. */
static void answer_bare(int fd, struct iovec *parts, size_t count)
{
	char request[4096];
	struct msghdr message = { .msg_iov = parts, .msg_iovlen = count };
	ssize_t got = recv(fd, request, sizeof(request), MSG_DONTWAIT);

	if (got < 0 && errno == EAGAIN)
		return;
	if (got <= 0) {
		close(fd);
		return;
	}
	if (memmem(request, (size_t)got, "If-None-Match", 13))
		message = (struct msghdr){ .msg_iov = parts + count, .msg_iovlen = 1 };
	if (sendmsg(fd, &message, MSG_NOSIGNAL) < 0)
		close(fd);
}

static void serve_bare(struct bench *bench)
{
	struct iovec parts[PIECES_MAX + 2];
	struct epoll_event ready[64];
	int listener = bare_listener(), loop = epoll_create1(0);
	struct epoll_event wanted = { .events = EPOLLIN, .data = { .fd = listener } };

	tms_buf_add(&bench->whole_head, TMS_STR("Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n\r\n"));
	tms_buf_add(&bench->same_head, TMS_STR("Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n\r\n"));
	parts[0] = (struct iovec){ bench->whole_head.ptr, bench->whole_head.len };
	for (size_t i = 0; i < bench->piece_count; i++)
		parts[i + 1] = (struct iovec){ (void *)(uintptr_t)bench->pieces[i].ptr,
			bench->pieces[i].len };
	parts[bench->piece_count + 1] =
		(struct iovec){ bench->same_head.ptr, bench->same_head.len };
	if (loop < 0 || epoll_ctl(loop, EPOLL_CTL_ADD, listener, &wanted) != 0)
		fail("it cannot wait");
	for (;;) {
		int count = epoll_wait(loop, ready, 64, -1);
		for (int i = 0; i < count; i++) {
			if (ready[i].data.fd != listener) {
				answer_bare(ready[i].data.fd, parts, bench->piece_count + 1);
				continue;
			}
			wanted.data.fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
			if (wanted.data.fd >= 0)
				(void)epoll_ctl(loop, EPOLL_CTL_ADD, wanted.data.fd, &wanted);
		}
	}
}

int main(int argc, char **argv)
{
	static struct bench bench;
	size_t pieces = 20, bytes = 40960;
	bool is_bare = false, has_file = false;
	int key = 0;

	while ((key = getopt(argc, argv, "p:b:wme")) > 0) {
		if (key == 'p')
			pieces = strtoul(optarg, NULL, 10);
		else if (key == 'b')
			bytes = strtoul(optarg, NULL, 10);
		else if (key == 'w')
			bench.writes_heads = true;
		else if (key == 'm')
			has_file = true;
		else if (key == 'e')
			is_bare = true;
		else
			fail("options: -p PIECES, -b BYTES, -w, -m, -e");
	}
	(void)signal(SIGPIPE, SIG_IGN);
	make_answer(&bench, pieces, bytes);
	if (has_file)
		make_file(&bench);
	if (is_bare)
		serve_bare(&bench);
	else
		serve(&bench);
	return 0;
}
