/* What is lined up, into the socket. */
#ifndef TAMIS_SERVE_OUTPUT_SEND_H
#define TAMIS_SERVE_OUTPUT_SEND_H

struct connection;

/** Go on writing, until all is sent (keep_alive.h goes on), the client is slow (park.h) or gone. */
void output_flush(struct connection *connection);

#endif
