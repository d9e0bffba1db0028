/*
 * A reader that asks again and again: probe_bench PORT WATCHED OTHER SECONDS
 * WATCHED  path of a feed, asked with the entity tag that it had; a line "changed WHEN" when it has
 *          another
 * OTHER    path of another, asked whole; a line "slow WHEN MILLISECONDS" for each answer above half
 *          a millisecond
 * WHEN is the monotonic clock in seconds, as Python's time.monotonic has it. Half a millisecond
 * between requests: a probe, no load.
 */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"

#define ANSWER_MAX ((size_t)4 << 20)
#define SLOW_MS .5
#define PAUSE_NS 500000

struct probe {
	int fd;
	const char *path;
	char etag[256];
	char *bytes; /* the answer */
	size_t len;
};

static int dial(uint16_t port)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int on = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof(to)) != 0 ||
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) != 0)
		bench_fail("nothing answers on port %u", port);
	return fd;
}

static struct tms_str header(const struct probe *p, const char *name)
{
	struct tms_str all = { p->bytes, p->len };
	size_t end = tms_str_find(all, TMS_STR("\r\n\r\n"), 0);
	struct tms_str head = tms_str_slice(all, 0, end);
	size_t at = tms_str_find_caseless(head, tms_str_from(name), 0);

	if (at == SIZE_MAX)
		return TMS_STR_NONE;
	at += strlen(name);
	return tms_str_trim(tms_str_slice(head, at, tms_str_find(head, TMS_STR("\r\n"), at)));
}

/* True once the answer is whole. */
static bool is_whole(const struct probe *p)
{
	struct tms_str all = { p->bytes, p->len };
	size_t end = tms_str_find(all, TMS_STR("\r\n\r\n"), 0);
	int64_t length = 0;

	if (end == SIZE_MAX)
		return false;
	if (tms_str_starts(all, TMS_STR("HTTP/1.1 304")))
		return true;
	if (!tms_str_int64(header(p, "\r\ncontent-length:"), &length))
		bench_fail("%s: an answer without a length: %.*s", p->path, (int)end, p->bytes);
	return p->len >= end + 4 + (size_t)length;
}

/* One request and its answer; milliseconds. */
static double ask(struct probe *p, const char *etag)
{
	char request[1024];
	int len = snprintf(request, sizeof(request), "GET %s HTTP/1.1\r\nHost: probe\r\n%s%s%s\r\n",
		p->path, *etag ? "If-None-Match: " : "", etag, *etag ? "\r\n" : "");
	double begin = bench_wall_s();

	if (write(p->fd, request, (size_t)len) != len)
		bench_fail("the connection ended");
	p->len = 0;
	do {
		ssize_t got = read(p->fd, p->bytes + p->len, ANSWER_MAX - p->len);
		if (got <= 0)
			bench_fail("the connection ended inside an answer");
		p->len += (size_t)got;
	} while (!is_whole(p));
	return (bench_wall_s() - begin) * 1e3;
}

static void watch(struct probe *p)
{
	char before[sizeof(p->etag)];

	(void)snprintf(before, sizeof(before), "%s", p->etag);
	(void)ask(p, before);
	if (strncmp(p->bytes, "HTTP/1.1 200", 12) != 0)
		return;
	struct tms_str etag = header(p, "\r\netag:");
	(void)snprintf(p->etag, sizeof(p->etag), "%.*s", TMS_STR_ARGS(etag));
	if (strcmp(before, p->etag) != 0)
		printf("changed %.6f\n", bench_wall_s());
}

int main(int argc, char **argv)
{
	int64_t port = 0, seconds = 0;
	size_t count = 0, capacity = 0;
	double *times = NULL;

	if (argc != 5 || !tms_str_int64(tms_str_from(argv[1]), &port) ||
		!tms_str_int64(tms_str_from(argv[4]), &seconds))
		bench_fail("usage: probe_bench PORT WATCHED OTHER SECONDS");
	struct probe watched = { .fd = dial((uint16_t)port), .path = argv[2] };
	struct probe other = { .fd = dial((uint16_t)port), .path = argv[3] };
	watched.bytes = bench_alloc(ANSWER_MAX);
	other.bytes = bench_alloc(ANSWER_MAX);
	for (double end = bench_wall_s() + (double)seconds; bench_wall_s() < end;) {
		const struct timespec pause = { 0, PAUSE_NS };
		watch(&watched);
		double begin = bench_wall_s(), took = ask(&other, "");
		if (took > SLOW_MS)
			printf("slow %.6f %.3f\n", begin, took);
		bench_grow(&times, count, &capacity, sizeof(*times));
		times[count++] = took;
		(void)nanosleep(&pause, NULL);
	}
	bench_print("other", bench_quantile(times, count, .5), "ms");
	bench_print("other.p99", bench_quantile(times, count, .99), "ms");
	bench_print("other.max", times[count - 1], "ms");
	bench_print("other.count", (double)count, "");
	(void)close(watched.fd);
	(void)close(other.fd);
	return 0;
}
