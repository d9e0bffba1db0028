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
#include "cli/running.h"

#define TIMEOUT_S 5
#define PIECE_BYTES ((size_t)4096)
#define ANSWER_BYTES_MAX ((size_t)4 << 20)

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

/* Appends the whole answer, as far as it comes in time. */
static void ask(const struct tms_listen *listen, const char *path, struct tms_buf *answer)
{
	const struct timeval timeout = { .tv_sec = TIMEOUT_S };
	struct sockaddr_storage address;
	char request[200];

	socklen_t address_size = address_of(listen, &address);
	int fd = socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof(timeout));
	int request_len = snprintf(request, sizeof(request),
		"GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", path);
	if (connect(fd, (struct sockaddr *)&address, address_size) == 0 &&
		send(fd, request, (size_t)request_len, MSG_NOSIGNAL) == request_len)
		for (ssize_t got = 1; got > 0 && tms_buf_reserve(answer, PIECE_BYTES);
			answer->len += got > 0 ? (size_t)got : 0)
			got = recv(fd, answer->ptr + answer->len, PIECE_BYTES, 0);
	(void)close(fd);
}

/* Prints what is answered; true when it is a 200. is_told: of another answer, or none, too. */
static bool show(const struct tms_conf_listen *listen, const char *path, bool is_told)
{
	struct tms_buf answer = { .max = ANSWER_BYTES_MAX };

	ask(&listen->at, path, &answer);
	size_t body = tms_str_find(tms_buf_str(&answer), TMS_STR("\r\n\r\n"), 0);
	bool is_well =
		body != SIZE_MAX && tms_str_starts(tms_buf_str(&answer), TMS_STR("HTTP/1.1 200"));
	if (body == SIZE_MAX && is_told)
		tms_cli_error("nothing answers at %.*s", TMS_STR_ARGS(listen->text));
	else if (is_well || is_told)
		is_well = cli_write(tms_str_slice(tms_buf_str(&answer), body + 4, SIZE_MAX)) &&
			  is_well;
	tms_buf_free(&answer);
	return is_well;
}

/* Nothing to ask by in data_dir (a service of another user, or none): the address that it listens
 * on. */
static int ask_by_http(const struct running *running, bool is_ready, const struct tms_diag *why)
{
	if (!running->conf) {
		(void)running_complain(running);
		tms_cli_error("%s", why->text);
		return TMS_EXIT_TROUBLE;
	}
	const struct tms_conf_listen *listen = &running->conf->listen[0];
	bool is_well = show(listen, is_ready ? "/readyz" : "/healthz", true);
	if (is_well && !is_ready)
		(void)show(listen, "/sources", false);
	return is_well ? TMS_EXIT_DONE : TMS_EXIT_TROUBLE;
}

static int ask_service(const struct running *running, bool is_ready)
{
	const struct tms_control_request request = { .verb = TMS_CONTROL_HEALTH,
		.is_ready = is_ready };
	struct tms_diag diag = { 0 };
	int exit_status = TMS_EXIT_TROUBLE;
	bool tells_refusal = false;

	enum tms_status st =
		running_ask(running, &request, TIMEOUT_S, &exit_status, &tells_refusal, &diag);
	if (st == TMS_EUNAVAIL || st == TMS_EDENIED)
		return ask_by_http(running, is_ready, &diag);
	if (st != TMS_OK) {
		tms_cli_error("%s", diag.text);
		return TMS_EXIT_TROUBLE;
	}
	/* a service that was told to read it has said so itself */
	if (!running->conf && !tells_refusal) {
		tms_cli_error("%.*s would be refused; the service goes on with what it has read",
			TMS_STR_ARGS(running->file));
		(void)running_complain(running);
	}
	return exit_status;
}

static int run(const struct tms_command *self, int argc, char **argv)
{
	struct tms_arena arena = { 0 };
	const char *config_path = NULL;
	struct running running;
	bool is_ready = false;
	int key = 0;

	while ((key = cli_next(self, argc, argv)) > 0) {
		if (key == 'c')
			config_path = optarg;
		else
			is_ready = true;
	}
	if (key < 0)
		return cli_exit(key);
	running_find(&arena, config_path, &running);
	int exit_status = ask_service(&running, is_ready);
	tms_arena_free(&arena);
	return exit_status;
}

const struct tms_command tms_command_health = {
	.name = "health",
	.summary = "ask the running service whether it is well",
	.details =
		"Prints a line for each source: its name, well, ill or waiting, how many items are kept, and\n"
		"what happened at its last polls; and one for the store when it is away or there is something\n"
		"to tell of it. Exits 0 when the service is well, however its sources are, 3 when it is not or\n"
		"does not answer within 5 seconds. A configuration that is refused does not change it: the\n"
		"service is found by its data_dir, and the errors are told.\n",
	.options = options,
	.options_count = TMS_COUNT(options),
	.run = run,
};
