/* Listening sockets: opened, shared (SO_REUSEPORT), stale socket files removed, closed. */
#include "listener.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <linux/filter.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/un.h>

#include "listener_accept.h"
#include "server_private.h"

/* How long a handshake may take that has begun: over a network, and on this machine, where its two
 * halves are one turn each of the kernel, which busy cores keep waiting. */
#define HANDSHAKE_MS 200
#define HANDSHAKE_LOCAL_MS 50

struct endpoint {
	struct sockaddr_storage address;
	socklen_t length;
};

static struct endpoint endpoint_of(const struct tms_listen *listen)
{
	struct endpoint made = { 0 };
	struct sockaddr_in *in = (struct sockaddr_in *)&made.address;
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&made.address;
	struct sockaddr_un *un = (struct sockaddr_un *)&made.address;

	switch (listen->kind) {
	case TMS_LISTEN_IP4:
		in->sin_family = AF_INET;
		in->sin_port = htons(listen->port);
		memcpy(&in->sin_addr, listen->address, sizeof(in->sin_addr));
		made.length = sizeof(*in);
		break;
	case TMS_LISTEN_ANY:
	case TMS_LISTEN_IP6:
		in6->sin6_family = AF_INET6;
		in6->sin6_port = htons(listen->port);
		memcpy(&in6->sin6_addr, listen->address, sizeof(in6->sin6_addr));
		made.length = sizeof(*in6);
		break;
	case TMS_LISTEN_UNIX:
		un->sun_family = AF_UNIX;
		memcpy(un->sun_path, listen->path, sizeof(un->sun_path));
		made.length = sizeof(*un);
		break;
	}
	return made;
}

/* A socket file that an ended process has left is in the way of bind; one that somebody listens on
 * stays. */
static void remove_stale_socket(const struct endpoint *endpoint)
{
	const struct sockaddr_un *un = (const struct sockaddr_un *)&endpoint->address;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return;
	if (connect(fd, (const struct sockaddr *)&endpoint->address, endpoint->length) != 0 &&
		errno == ECONNREFUSED)
		unlink(un->sun_path);
	close(fd);
}

static bool set_options(int fd, const struct tms_listen *listen)
{
	const int on = 1, off = 0;

	if (listen->kind == TMS_LISTEN_UNIX)
		return true;
	if (listen->kind != TMS_LISTEN_IP4 &&
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY,
			listen->kind == TMS_LISTEN_ANY ? &off : &on, sizeof(on)) != 0)
		return false;
	/* accepted sockets inherit TCP_NODELAY on Linux: one system call instead of one for each
	 * connection */
	return setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0 &&
	       setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) == 0;
}

/* How a socket shares its address. */
enum sharing {
	SHARING_NONE,
	SHARING_FIRST, /* binds alone, so that an address in use is refused; then lets others in */
	SHARING_LATER,
};

static bool let_others_in(int fd, const struct tms_listen *listen)
{
	const int on = 1;

	return listen->kind == TMS_LISTEN_UNIX ||
	       setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on)) == 0;
}

/* A bound socket, or -1 with errno. */
static int open_socket(const struct tms_listen *listen_at, enum sharing sharing)
{
	struct endpoint endpoint = endpoint_of(listen_at);
	int fd = socket(endpoint.address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int failed = 0;

	if (fd < 0)
		return -1;
	if (listen_at->kind == TMS_LISTEN_UNIX)
		remove_stale_socket(&endpoint);
	if (set_options(fd, listen_at) &&
		(sharing != SHARING_LATER || let_others_in(fd, listen_at)) &&
		bind(fd, (const struct sockaddr *)&endpoint.address, endpoint.length) == 0 &&
		(sharing != SHARING_FIRST || let_others_in(fd, listen_at)))
		return fd;
	failed = errno;
	close(fd);
	errno = failed;
	return -1;
}

static void on_connection(evutil_socket_t fd, short events, void *context)
{
	(void)fd;
	(void)events;
	(void)listener_accept_some(context);
}

/* Where port 0 was asked, the one that the system chose. */
static void learn_port(struct listener *listener)
{
	struct sockaddr_storage bound = { 0 };
	socklen_t length = sizeof(bound);

	if (getsockname(listener->fd, (struct sockaddr *)&bound, &length) != 0)
		return;
	if (bound.ss_family == AF_INET)
		listener->address.port = ntohs(((struct sockaddr_in *)&bound)->sin_port);
	else if (bound.ss_family == AF_INET6)
		listener->address.port = ntohs(((struct sockaddr_in6 *)&bound)->sin6_port);
}

static enum tms_status fail_to_listen(struct tms_diag *diag)
{
	char why[64] = "";

	tms_diag_set(diag, 0, 0, "it is not possible to listen there: %s",
		strerror_r(errno, why, sizeof(why)));
	return TMS_EIO;
}

enum tms_status listener_start(struct listener *listener, struct tms_diag *diag)
{
	if (listen(listener->fd, listener->server->options.backlog) != 0)
		return fail_to_listen(diag);
	if (event_add(&listener->event, NULL) == 0)
		return TMS_OK;
	tms_diag_set(diag, 0, 0, "the event loop takes no more sockets");
	return TMS_ENOMEM;
}

/* Take a bound socket; on failure it is closed. */
static enum tms_status add_listener(struct tms_server *server, int fd,
	const struct tms_listen *address, bool owns_path, struct tms_diag *diag)
{
	struct listener **grown =
		reallocarray(server->listeners, server->listener_count + 1, sizeof(*grown));
	struct listener *made = calloc(1, sizeof(*made));

	if (grown)
		server->listeners = grown;
	if (!grown || !made) {
		free(made);
		close(fd);
		tms_diag_set(diag, 0, 0, "there is no memory to listen");
		return TMS_ENOMEM;
	}
	*made = (struct listener){
		.fd = fd, .address = *address, .owns_path = owns_path, .server = server
	};
	learn_port(made);
	event_assign(&made->event, server->base, fd, EV_READ | EV_PERSIST, on_connection, made);
	enum tms_status st = server->options.listens_later ? TMS_OK : listener_start(made, diag);
	if (st == TMS_OK)
		server->listeners[server->listener_count++] = made;
	else
		listener_free(made);
	return st;
}

enum tms_status listener_open(
	struct tms_server *server, const struct tms_listen *address, struct tms_diag *diag)
{
	enum sharing sharing = server->options.reuse_port ? SHARING_FIRST : SHARING_NONE;
	struct tms_listen wanted = *address;
	int fd = open_socket(&wanted, sharing);

	if (fd < 0 && wanted.kind == TMS_LISTEN_ANY &&
		(errno == EAFNOSUPPORT || errno == EADDRNOTAVAIL)) {
		wanted.kind = TMS_LISTEN_IP4; /* a machine without IPv6 */
		fd = open_socket(&wanted, sharing);
	}
	return fd < 0 ? fail_to_listen(diag) : add_listener(server, fd, &wanted, true, diag);
}

enum tms_status listener_open_beside(
	struct tms_server *server, const struct listener *first, struct tms_diag *diag)
{
	int fd = first->address.kind == TMS_LISTEN_UNIX
			 ? fcntl(first->fd, F_DUPFD_CLOEXEC, 0)
			 : open_socket(&first->address, SHARING_LATER);

	return fd < 0 ? fail_to_listen(diag)
		      : add_listener(server, fd, &first->address, false, diag);
}

void listener_free(struct listener *listener)
{
	event_del(&listener->event);
	close(listener->fd);
	if (listener->address.kind == TMS_LISTEN_UNIX && listener->owns_path)
		unlink(listener->address.path);
	free(listener);
}

uint32_t listener_refuse_new(struct listener *listener)
{
	/* the flags of a TCP header, where SYN opens a connection; what has opened goes on */
	static struct sock_filter drops_syn[] = {
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 13),
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 0x02, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, 0),
		BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
	};
	const struct sock_fprog program = { TMS_COUNT(drops_syn), drops_syn };
	const struct tms_listen *at = &listener->address;

	if (at->kind == TMS_LISTEN_UNIX)
		return 0;
	/* where the system knows no filters, what comes in the last moment is reset as ever */
	(void)setsockopt(listener->fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program));
	return tms_listen_is_local(at) ? HANDSHAKE_LOCAL_MS : HANDSHAKE_MS;
}
