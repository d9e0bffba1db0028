/* Taking connections from listening sockets, within the limits. */
#ifndef TAMIS_SERVE_LISTENER_ACCEPT_H
#define TAMIS_SERVE_LISTENER_ACCEPT_H

#include <stdbool.h>

struct listener;
struct tms_server;

/** Take connections that wait, some at a time. True when more may wait. */
bool listener_accept_some(struct listener *listener);
/** Close an idle connection if a server that shares the quota has asked for it. */
void listeners_make_room(struct tms_server *server);

#endif
