/* tamis health: asks the running service whether it is well; for containers, which may have no
 * other client. */
#include <stdio.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <arpa/inet.h>

#include "cli/cli.h"
#include "cli/config_file.h"

#define TIMEOUT_S 5

static const struct tms_cli_option options[] = {
	{ 'c', "config", "FILE", TMS_CONFIG_FILE_HELP },
	{ 'r', "ready", NULL,
		"ask whether every source has been read once, not only whether the service lives" },
};

/* Where the service listens, as this machine reaches it. Returns the length of the address. */
static socklen_t address_of(const struct tms_listen *listen, struct sockaddr_storage *out)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)(void *)out;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)(void *)out;
	struct sockaddr_un *local = (struct sockaddr_un *)(void *)out;
	static const uint8_t nowhere[16];

	*out = (struct sockaddr_storage){ 0 };
	if (listen->kind == TMS_LISTEN_UNIX) {
		local->sun_family = AF_UNIX;
		memcpy(local->sun_path, listen->path, sizeof(local->sun_path));
		return sizeof(*local);
	}
	bool is_any =
		listen->kind == TMS_LISTEN_ANY ||
		memcmp(listen->address, nowhere, listen->kind == TMS_LISTEN_IP4 ? 4 : 16) == 0;
	if (listen->kind == TMS_LISTEN_IP6 && !is_any) {
		v6->sin6_family = AF_INET6;
		v6->sin6_port = htons(listen->port);
		memcpy(&v6->sin6_addr, listen->address, 16);
		return sizeof(*v6);
	}
	v4->sin_family = AF_INET;
	v4->sin_port = htons(listen->port);
	if (is_any)
		v4->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	else
		memcpy(&v4->sin_addr, listen->address, 4);
	return sizeof(*v4);
}

/* The whole answer, or empty when there is none in time. */
static size_t ask(const struct tms_listen *listen, const char *path, char *answer, size_t size)
{
	const struct timeval timeout = { .tv_sec = TIMEOUT_S };
	struct sockaddr_storage address;
	char request[200];
	size_t len = 0;

	socklen_t address_size = address_of(listen, &address);
	int fd = socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return 0;
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof(timeout));
	int request_len = snprintf(request, sizeof(request),
		"GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", path);
	if (connect(fd, (struct sockaddr *)&address, address_size) == 0 &&
		send(fd, request, (size_t)request_len, MSG_NOSIGNAL) == request_len)
		for (ssize_t got = 1; got > 0 && len<size; len += got> 0 ? (size_t)got : 0)
			got = recv(fd, answer + len, size - len, 0);
	(void)close(fd);
	return len;
}

static int run(const struct tms_command *self, int argc, char **argv)
{
	struct tms_arena arena = { 0 };
	const struct tms_conf *conf = NULL;
	const char *config_path = NULL, *path = "/healthz";
	char bytes[4096];
	int key = 0;

	while ((key = tms_cli_next(self, argc, argv)) > 0) {
		if (key == 'c')
			config_path = optarg;
		else
			path = "/readyz";
	}
	if (key < 0)
		return tms_cli_exit(key);
	int exit_status = TMS_EXIT_DONE;
	if (!tms_config_file_open(&arena, config_path, &conf, &exit_status)) {
		tms_arena_free(&arena);
		return exit_status;
	}
	struct tms_str answer = { bytes, ask(&conf->listen[0].at, path, bytes, sizeof(bytes)) };
	size_t body = tms_str_find(answer, TMS_STR("\r\n\r\n"), 0);
	bool is_well = tms_str_starts(answer, TMS_STR("HTTP/1.1 200"));
	if (body == SIZE_MAX)
		tms_cli_error("nothing answers at %.*s", TMS_STR_ARGS(conf->listen[0].text));
	else if (!tms_cli_write(tms_str_slice(answer, body + 4, answer.len)))
		is_well = false;
	tms_arena_free(&arena);
	return is_well ? TMS_EXIT_DONE : TMS_EXIT_TROUBLE;
}

const struct tms_command tms_command_health = {
	.name = "health",
	.summary = "ask the running service whether it is well",
	.details = "Exits 0 when it is, 3 when it is not or does not answer within 5 seconds.\n",
	.options = options,
	.options_count = TMS_COUNT(options),
	.run = run,
};
