/* Listening sockets. */
#ifndef TAMIS_SERVE_LISTENER_H
#define TAMIS_SERVE_LISTENER_H

#include <event2/event_struct.h>

#include <tamis/listen.h>

struct tms_server;

struct listener {
	int fd;
	struct tms_listen address;
	bool owns_path; /* of a unix socket: to be removed with it */
	struct event event;
	struct tms_server *server;
};

/** One more listener of the server. TMS_OK; TMS_EIO, TMS_ENOMEM with the reason in *diag. */
enum tms_status listener_open(
	struct tms_server *server, const struct tms_listen *address, struct tms_diag *diag);
/** As listener_open, where another server's listens already. */
enum tms_status listener_open_beside(
	struct tms_server *server, const struct listener *first, struct tms_diag *diag);
/** From here on clients can connect. TMS_OK; TMS_EIO, TMS_ENOMEM with the reason in *diag. */
enum tms_status listener_start(struct listener *listener, struct tms_diag *diag);
/** Close it; its unix socket is removed. */
void listener_free(struct listener *listener);
/**
 * Let nobody connect any more; who has begun to may go on. Returns the milliseconds that handshakes
 * under way may take: whoever ends one after the listener is reset.
 */
uint32_t listener_refuse_new(struct listener *listener);

#endif
