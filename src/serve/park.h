/*
 * What a connection holds while its client is slow: what has come of a request, and what has to
 * leave of an answer, in memory of just that size. Its workspace goes to others meanwhile, so a
 * thousand half-sent requests cost what they say and not a thousand workspaces. What is lent to an
 * answer stays where it lies. All slow clients together hold so much and no more (serve/quota.h).
 */
#ifndef TAMIS_SERVE_PARK_H
#define TAMIS_SERVE_PARK_H

#include <stdbool.h>

struct connection;

/**
 * The turn has ended: what a slow client has left unfinished goes into memory of its size, and the
 * workspace to others. The connection may be closed after.
 */
void park_begin(struct connection *connection);
/** What was kept of a request is in a workspace again. False when memory is out. */
bool park_end(struct connection *connection);

#endif
