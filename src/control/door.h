/*
 * The server of the control socket: takes the requests of commands and hands each to one handler,
 * on the loop of the main thread. Strict and bounded: one request a connection, 64 KiB, 5 seconds
 * to arrive, 16 connections at the same time, and only for processes of the same user and of root.
 */
#ifndef TAMIS_CONTROL_DOOR_H
#define TAMIS_CONTROL_DOOR_H

#include "control/protocol.h"

#define DOOR_REQUEST_S 5 /* until the request has arrived */
#define DOOR_ANSWER_S 30 /* without progress, until its answer has left */
#define DOOR_CONNECTIONS_MAX 16

struct event_base;
struct door;
/** A request that is not answered yet. */
struct door_visit;

/** A request has come; it and what it holds live until door_end, which may come later. */
typedef void (*door_handle_fn)(
	void *context, struct door_visit *visit, const struct tms_control_request *request);

struct door_options {
	struct event_base *base;
	int fd;         /* of control_listen; taken */
	int request_ms; /* for a request to arrive; 0: DOOR_REQUEST_S */
	door_handle_fn handle;
	void *context;
};

/** TMS_OK sets *out (given); TMS_ENOMEM. On failure the socket is closed too. */
TMS_MUST_CHECK enum tms_status door_new(const struct door_options *options, struct door **out);
/** Closes everything; visits that were not ended are gone. NULL is accepted. */
void door_free(struct door *door);

/** Append text to the answer, line by line. */
void door_say(struct door_visit *visit, enum tms_control_stream stream, struct tms_str text);
/** The answer is complete: it is sent, and the visit is gone. */
void door_end(struct door_visit *visit, int exit_status);

#endif
