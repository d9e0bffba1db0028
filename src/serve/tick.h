/*
 * What makes a server look again later: its clock, the tick of deadlines, listeners that wait, and
 * the end of a connection. Only arms events; server.c and listener_accept.c have what they do.
 */
#ifndef TAMIS_SERVE_TICK_H
#define TAMIS_SERVE_TICK_H

#include <stdint.h>

struct tms_server;

/** CLOCK_MONOTONIC_COARSE in milliseconds: by it all deadlines here are counted. */
uint64_t serve_now_ms(void);
/** Make sure that deadlines are looked at. */
void tick_start(struct tms_server *server);
/** Take no connections for now. */
void listeners_pause(struct tms_server *server);
/** Take connections again, if they were not; what fails is tried at the next tick. */
void listeners_resume(struct tms_server *server);
/** A connection has ended: room again, and perhaps the last one. */
void tick_connection_ended(struct tms_server *server);
/** While the server drains: it ends when nothing is left. */
void tick_end_when_empty(struct tms_server *server);

#endif
