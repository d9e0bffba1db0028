/* Answers to the request under way, lined up behind those that wait: head, pieces, file. */
#ifndef TAMIS_SERVE_OUTPUT_ANSWER_H
#define TAMIS_SERVE_OUTPUT_ANSWER_H

#include "server.h"

struct connection;

/** Write the answer to the request under way; its exchange ends here. As tms_exchange_answer. */
void output_answer(struct connection *connection, const struct tms_answer *answer);
/** One sentence as text/plain. retry_after_s 0: none. */
void output_text(
	struct connection *connection, int status, struct tms_str text, int64_t retry_after_s);
/**
 * Answer with this and end: nothing more is read as a request, because where the next one starts is
 * not known.
 */
void output_refuse(struct connection *connection, int status, struct tms_str text,
	enum tms_server_reason reason);
/** Line up 100 Continue. False when memory is out. */
bool output_continue(struct connection *connection);

#endif
